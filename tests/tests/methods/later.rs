//! The same of methods for coalitions, mistakes, repetition and populations.

use super::draw::{bimatrix, hidden, hidden_zero_sum, pick, symmetric, table};
use super::trials::{Told, Trial, asked, control, told};
use deterra::game::number::Rational;
use deterra::solve::Problem;
use deterra::solve::evolution::moran::{Moran, moran};
use deterra::solve::evolution::replicator::{Replicator, replicator};
use deterra::solve::learning::fictitious_play::{FictitiousPlay, fictitious_play};
use deterra::solve::learning::regret_matching::{RegretMatching, regret_matching};
use deterra::solve::method::Method;
use deterra::solve::quantal::mmd::{Mmd, mmd};
use deterra::solve::regret::mccfr::{Mccfr, mccfr};
use deterra::solve::regret::regret_minimization::{
    Iterate, RegretMinimization, regret_minimization,
};
use deterra::solve::regret::{Draws, Sampling, Scheme};
use deterra::solve::repeated::abreu_sannikov::{AbreuSannikov, abreu_sannikov};
use deterra::verify::verdict::Concept;

fn fraction(seed: u64, salt: u64, of: &[(i64, i64)]) -> Rational {
    let (part, whole) = pick(seed, salt, of);
    Rational::new(part, whole).unwrap()
}

pub(crate) const TRIALS: &[(Method, Trial)] = &[
    (Method::StrongNash, |seed| {
        asked(
            &Problem::Strategic(&table(seed)),
            Concept::Strong,
            Method::StrongNash,
        )
    }),
    (Method::CoalitionProof, |seed| {
        asked(
            &Problem::Strategic(&table(seed)),
            Concept::CoalitionProof,
            Method::CoalitionProof,
        )
    }),
    (Method::Proper, |seed| {
        if pick(seed, 6, &[true, false]) {
            asked(
                &Problem::Strategic(&bimatrix(seed)),
                Concept::Proper,
                Method::Proper,
            )
        } else {
            asked(
                &Problem::Extensive(&hidden(seed)),
                Concept::Proper,
                Method::Proper,
            )
        }
    }),
    (Method::PerfectBasis, |seed| {
        asked(
            &Problem::Extensive(&hidden(seed)),
            Concept::Perfect,
            Method::PerfectBasis,
        )
    }),
    (Method::ProperOrders, |seed| {
        asked(
            &Problem::Strategic(&bimatrix(seed)),
            Concept::Proper,
            Method::ProperOrders,
        )
    }),
    (Method::AbreuSannikov, |seed| {
        let options = AbreuSannikov {
            discount: fraction(seed, 7, &[(1, 4), (1, 2), (3, 4), (9, 10)]),
            most_steps: 60,
        };
        told(abreu_sannikov(&bimatrix(seed), &options, &control()))
    }),
    (Method::FictitiousPlay, |seed| {
        let options = FictitiousPlay {
            steps: 200,
            in_turn: pick(seed, 7, &[true, false]),
            ..FictitiousPlay::default()
        };
        told(fictitious_play(&table(seed), &options, &control()))
    }),
    (Method::RegretMatching, |seed| {
        let options = RegretMatching { steps: 200 };
        told(regret_matching(&table(seed), &options, &control()))
    }),
    (Method::Replicator, |seed| {
        told(replicator(
            &symmetric(seed),
            &Replicator::default(),
            &control(),
        ))
    }),
    (Method::Moran, |seed| {
        let options = Moran {
            population: pick(seed, 7, &[2, 3, 10, 40]),
            intensity: fraction(seed, 8, &[(0, 1), (1, 100), (1, 10)]),
        };
        told(moran(&symmetric(seed), &options, &control()))
    }),
    (Method::Mccfr, |seed| {
        let options = Mccfr {
            iterations: 300,
            sampling: Sampling {
                draws: pick(seed, 7, &Draws::ALL),
                baseline: pick(seed, 8, &[None, Some(0.1)]),
                ..Sampling::default()
            },
            ..Mccfr::default()
        };
        told(mccfr(&hidden(seed), &options, &control()))
    }),
    (Method::Mmd, |seed| {
        let game = if pick(seed, 7, &[true, false]) {
            hidden_zero_sum(seed)
        } else {
            hidden(seed)
        };
        let options = Mmd {
            lambda: fraction(seed, 8, &[(0, 1), (1, 1000), (1, 10), (1, 1)]),
            max_steps: 2000,
            ..Mmd::default()
        };
        told(mmd(&game, &options, &control()))
    }),
    (Method::Cfr, |seed| swept(Method::Cfr, seed)),
    (Method::CfrPlus, |seed| swept(Method::CfrPlus, seed)),
    (Method::CfrPlusQuadratic, |seed| {
        swept(Method::CfrPlusQuadratic, seed)
    }),
    (Method::LinearCfr, |seed| swept(Method::LinearCfr, seed)),
    (Method::Dcfr, |seed| swept(Method::Dcfr, seed)),
    (Method::PcfrPlus, |seed| swept(Method::PcfrPlus, seed)),
    (Method::PdcfrPlus, |seed| swept(Method::PdcfrPlus, seed)),
    (Method::HsPcfrPlus, |seed| swept(Method::HsPcfrPlus, seed)),
    (Method::HsDcfr, |seed| swept(Method::HsDcfr, seed)),
];

/// Averages or last iterates after some iterations, of any payoffs.
fn swept(method: Method, seed: u64) -> Told {
    let game = if pick(seed, 6, &[true, false]) {
        hidden_zero_sum(seed)
    } else {
        hidden(seed)
    };
    let options = RegretMinimization {
        scheme: Scheme::named(method.name()).unwrap(),
        iterations: Some(pick(seed, 7, &[0, 1, 30, 200])),
        iterate: pick(seed, 8, &[Iterate::Average, Iterate::Last, Iterate::Best]),
        ..RegretMinimization::default()
    };
    told(regret_minimization(&game, &options, &control()))
}

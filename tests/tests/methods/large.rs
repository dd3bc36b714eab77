//! Games that every method of the catalogue would take many seconds or minutes for, or as long as any game that it takes.

use super::draw::{make, numbers};
use super::trials::{Told, asked, asked_for, control, told};
use deterra::game::action_graph::ActionGraphGame;
use deterra::game::anonymous::AnonymousGame;
use deterra::game::coalition::CoalitionalGame;
use deterra::game::extensive::ExtensiveGame;
use deterra::game::format::Game;
use deterra::game::id::PlayerId;
use deterra::game::number::{Number, Rational};
use deterra::game::stochastic::{StochasticBuilder, StochasticGame};
use deterra::game::strategic::StrategicGame;
use deterra::solve::Problem;
use deterra::solve::commit::correlated_commitment::{CorrelatedCommitment, correlated_commitment};
use deterra::solve::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use deterra::solve::commit::pure_commitment::{PureCommitment, pure_commitment};
use deterra::solve::commit::sequence_commitment::{SequenceCommitment, sequence_commitment};
use deterra::solve::commit::strategic_commitment::{StrategicCommitment, strategic_commitment};
use deterra::solve::commit::tree_commitment::{TreeCommitment, tree_commitment};
use deterra::solve::cooperative::banzhaf_index::{BanzhafIndex, banzhaf_index};
use deterra::solve::cooperative::core::{Core, core};
use deterra::solve::cooperative::nucleolus::{Nucleolus, nucleolus};
use deterra::solve::cooperative::sampled_value::{SampledValue, sampled_value};
use deterra::solve::cooperative::shapley_value::{ShapleyValue, shapley_value};
use deterra::solve::correlated::Objective;
use deterra::solve::error::SolveError;
use deterra::solve::evolution::moran::{Moran, moran};
use deterra::solve::evolution::replicator::{Replicator, replicator};
use deterra::solve::learning::fictitious_play::{FictitiousPlay, fictitious_play};
use deterra::solve::learning::regret_matching::{RegretMatching, regret_matching};
use deterra::solve::method::Method;
use deterra::solve::nash::anonymous::{Anonymous, anonymous};
use deterra::solve::quantal::mmd::{Mmd, mmd};
use deterra::solve::regret::Scheme;
use deterra::solve::regret::mccfr::{Mccfr, mccfr};
use deterra::solve::regret::regret_minimization::{RegretMinimization, regret_minimization};
use deterra::solve::repeated::abreu_sannikov::{AbreuSannikov, abreu_sannikov};
use deterra::solve::solution::Solution;
use deterra::verify::verdict::Concept;
use std::time::{Duration, Instant};

/// What is told of a game, and how long it took once the game was there.
pub(crate) type Large = fn() -> (Told, Duration);

fn clocked(ask: impl FnOnce() -> Told) -> (Told, Duration) {
    let begun = Instant::now();
    let told = ask();
    (told, begun.elapsed())
}

fn found<A>(solve: impl FnOnce() -> Result<Solution<A>, SolveError>) -> (Told, Duration) {
    clocked(|| told(solve()))
}

fn table(class: &str, size: &[usize]) -> StrategicGame {
    match make(class, size, None, &[], 1) {
        Game::Strategic(game) => game,
        _ => panic!("a table"),
    }
}

fn tree(class: &str, size: &[usize], options: &[(&str, &str)]) -> ExtensiveGame {
    match make(class, size, None, options, 1) {
        Game::Extensive(game) => game,
        _ => panic!("a tree"),
    }
}

fn crowd(class: &str, size: &[usize], players: usize) -> ActionGraphGame {
    match make(class, size, Some(players), &[], 1) {
        Game::ActionGraph(game) => game,
        _ => panic!("an action graph"),
    }
}

fn on_table(class: &str, size: &[usize], concept: Concept, method: Method) -> (Told, Duration) {
    let game = table(class, size);
    clocked(|| asked(&Problem::Strategic(&game), concept, method))
}

fn on_tree(class: &str, size: &[usize], concept: Concept, method: Method) -> (Told, Duration) {
    let game = tree(class, size, &[]);
    clocked(|| asked(&Problem::Extensive(&game), concept, method))
}

fn on_graph(size: usize, players: usize, method: Method) -> (Told, Duration) {
    let game = crowd("ice_cream", &[size], players);
    clocked(|| asked(&Problem::ActionGraph(&game), Concept::Nash, method))
}

fn on_states(states: usize, actions: usize, zero_sum: bool, method: Method) -> (Told, Duration) {
    let game = stochastic(states, actions, zero_sum);
    let concept = Concept::MarkovPerfect;
    clocked(|| asked(&Problem::Stochastic(&game), concept, method))
}

fn coalitional(players: usize) -> CoalitionalGame {
    let worth = numbers(1, 1 << players, 0, 1000);
    let names: Vec<String> = (0..players).map(|k| format!("p{k}")).collect();
    CoalitionalGame::from_fn("drawn", names, |c| {
        if c.bits() == 0 {
            Rational::ZERO
        } else {
            let size = i64::from(c.bits().count_ones());
            Rational::integer(1000 * size * size + worth[c.bits() as usize])
        }
    })
    .unwrap()
}

fn symmetric(n: usize) -> StrategicGame {
    let drawn = numbers(1, n * n, -9, 9);
    let rows = |by: &dyn Fn(usize, usize) -> usize| -> Vec<Vec<Number>> {
        let row = |i: usize| (0..n).map(|j| Number::from(drawn[by(i, j)])).collect();
        (0..n).map(row).collect()
    };
    StrategicGame::from_rows("drawn", &rows(&|i, j| i * n + j), &rows(&|i, j| j * n + i)).unwrap()
}

fn stochastic(states: usize, actions: usize, zero_sum: bool) -> StochasticGame {
    let mut b = StochasticBuilder::new("drawn");
    let players = [b.player("1"), b.player("2")];
    let all: Vec<_> = (0..states).map(|k| b.state(&format!("s{k}"))).collect();
    for player in players {
        b.set_discount(player, Rational::new(99, 100).unwrap());
    }
    let mut drawn = numbers(1, states * actions * actions * 2, -9, 9).into_iter();
    for (k, state) in all.iter().enumerate() {
        let names = || (0..actions).map(|a| format!("a{a}")).collect::<Vec<_>>();
        b.set_movers(*state, vec![(players[0], names()), (players[1], names())]);
        for cell in 0..actions * actions {
            let [first, second] = [0; 2].map(|_| drawn.next().unwrap_or(0));
            let second = if zero_sum { -first } else { second };
            let paid = [first, second].map(Rational::integer).to_vec();
            let to = [k + cell + 1, k * cell + 3].map(|to| all[to % states]);
            let row = if to[0] == to[1] {
                vec![(to[0], Rational::ONE)]
            } else {
                let half = Rational::new(1, 2).unwrap();
                vec![(to[0], half.clone()), (to[1], half)]
            };
            b.set_cell(*state, &[cell % actions, cell / actions], paid, row);
        }
    }
    b.build().unwrap()
}

const FIRST: PlayerId = PlayerId(0);

/// Methods, what they are asked about, and the question.
pub(crate) const TRIALS: &[(Method, &str, Large)] = &[
    (Method::BackwardInduction, "tree of 500,000 nodes", || {
        on_tree(
            "perfect_information",
            &[18, 2],
            Concept::SubgamePerfect,
            Method::BackwardInduction,
        )
    }),
    (Method::Subgame, "tree of 10,000 nodes", || {
        on_tree(
            "imperfect_information",
            &[8, 3],
            Concept::SubgamePerfect,
            Method::Subgame,
        )
    }),
    (Method::PerfectBayesian, "tree of 10,000 nodes", || {
        on_tree(
            "imperfect_information",
            &[8, 3],
            Concept::PerfectBayesian,
            Method::PerfectBayesian,
        )
    }),
    (Method::Sequential, "tree of 250 nodes", || {
        on_tree(
            "imperfect_information",
            &[7, 2],
            Concept::Sequential,
            Method::Sequential,
        )
    }),
    (Method::QuasiPerfect, "tree of 2,000 nodes", || {
        on_tree(
            "imperfect_information",
            &[10, 2],
            Concept::QuasiPerfect,
            Method::QuasiPerfect,
        )
    }),
    (Method::TremblingHand, "tree of 250 nodes", || {
        on_tree(
            "imperfect_information",
            &[7, 2],
            Concept::Perfect,
            Method::TremblingHand,
        )
    }),
    (Method::PerfectBasis, "tree of 500 nodes", || {
        on_tree(
            "imperfect_information",
            &[8, 2],
            Concept::Perfect,
            Method::PerfectBasis,
        )
    }),
    (Method::PerfectBasis, "tree of 1,000 nodes", || {
        on_tree(
            "imperfect_information",
            &[6, 3],
            Concept::Perfect,
            Method::PerfectBasis,
        )
    }),
    (Method::Pure, "8 players, 4 strategies", || {
        on_table(
            "uniform",
            &[4, 4, 4, 4, 4, 4, 4, 4],
            Concept::Nash,
            Method::Pure,
        )
    }),
    (Method::Pure, "100 vendors", || {
        on_graph(8, 100, Method::Pure)
    }),
    (Method::VertexEnumeration, "40 by 40", || {
        on_table(
            "uniform",
            &[40, 40],
            Concept::Nash,
            Method::VertexEnumeration,
        )
    }),
    (Method::LemkeHowson, "400 by 400", || {
        on_table("uniform", &[400, 400], Concept::Nash, Method::LemkeHowson)
    }),
    (Method::SupportEnumeration, "20 by 20", || {
        on_table(
            "uniform",
            &[20, 20],
            Concept::Nash,
            Method::SupportEnumeration,
        )
    }),
    (Method::SupportEnumeration, "40 by 40", || {
        on_table(
            "uniform",
            &[40, 40],
            Concept::Nash,
            Method::SupportEnumeration,
        )
    }),
    (Method::Portfolio, "6 players, 7 strategies", || {
        on_table(
            "uniform",
            &[7, 7, 7, 7, 7, 7],
            Concept::Nash,
            Method::Portfolio,
        )
    }),
    (Method::Portfolio, "100 vendors", || {
        on_graph(8, 100, Method::Portfolio)
    }),
    (Method::GlobalNewton, "6 players, 7 strategies", || {
        on_table(
            "uniform",
            &[7, 7, 7, 7, 7, 7],
            Concept::Nash,
            Method::GlobalNewton,
        )
    }),
    (Method::GlobalNewton, "100 vendors", || {
        on_graph(8, 100, Method::GlobalNewton)
    }),
    (
        Method::IteratedPolymatrix,
        "6 players, 7 strategies",
        || {
            on_table(
                "uniform",
                &[7, 7, 7, 7, 7, 7],
                Concept::Nash,
                Method::IteratedPolymatrix,
            )
        },
    ),
    (Method::IteratedPolymatrix, "100 vendors", || {
        on_graph(8, 100, Method::IteratedPolymatrix)
    }),
    (Method::Simplicial, "6 players, 7 strategies", || {
        on_table(
            "uniform",
            &[7, 7, 7, 7, 7, 7],
            Concept::Nash,
            Method::Simplicial,
        )
    }),
    (Method::Simplicial, "100 vendors", || {
        on_graph(8, 100, Method::Simplicial)
    }),
    (Method::Liapunov, "6 players, 7 strategies", || {
        on_table(
            "uniform",
            &[7, 7, 7, 7, 7, 7],
            Concept::Nash,
            Method::Liapunov,
        )
    }),
    (Method::Liapunov, "100 vendors", || {
        on_graph(8, 100, Method::Liapunov)
    }),
    (Method::Lp, "700 by 700", || {
        on_table("zero_sum", &[700, 700], Concept::Nash, Method::Lp)
    }),
    (Method::Lp, "tree of 100,000 nodes", || {
        let game = tree("imperfect_information", &[10, 3], &[("zero_sum", "yes")]);
        clocked(|| asked(&Problem::Extensive(&game), Concept::Nash, Method::Lp))
    }),
    (Method::SequenceForm, "tree of 2,000 nodes", || {
        on_tree(
            "imperfect_information",
            &[10, 2],
            Concept::Nash,
            Method::SequenceForm,
        )
    }),
    (Method::SupportSearch, "60 by 60", || {
        on_table("uniform", &[60, 60], Concept::Nash, Method::SupportSearch)
    }),
    (Method::BestEquilibrium, "60 by 60", || {
        on_table("uniform", &[60, 60], Concept::Nash, Method::BestEquilibrium)
    }),
    (Method::BackwardResponse, "tree of 500,000 nodes", || {
        on_tree(
            "perfect_information",
            &[18, 2],
            Concept::QuantalResponse,
            Method::BackwardResponse,
        )
    }),
    (Method::LogitPath, "8 players, 4 strategies", || {
        on_table(
            "uniform",
            &[4, 4, 4, 4, 4, 4, 4, 4],
            Concept::QuantalResponse,
            Method::LogitPath,
        )
    }),
    (Method::LogitPath, "tree of 500 nodes", || {
        on_tree(
            "imperfect_information",
            &[8, 2],
            Concept::QuantalResponse,
            Method::LogitPath,
        )
    }),
    (Method::LogitPath, "100 vendors", || {
        on_graph(8, 100, Method::LogitPath)
    }),
    (Method::Markov, "200 states", || {
        on_states(200, 3, false, Method::Markov)
    }),
    (Method::MarkovHomotopy, "100 states", || {
        on_states(100, 3, false, Method::MarkovHomotopy)
    }),
    (Method::ValueIteration, "300 states", || {
        on_states(300, 4, true, Method::ValueIteration)
    }),
    (Method::PolicyIteration, "300 states", || {
        on_states(300, 4, true, Method::PolicyIteration)
    }),
    (Method::Anonymous, "64 players", || {
        let row = |salt| {
            numbers(salt, 64, -50, 50)
                .into_iter()
                .map(Rational::integer)
                .collect()
        };
        let game = AnonymousGame::new("drawn", row(1), row(2)).unwrap();
        found(|| anonymous(&game, &Anonymous::default(), &control()))
    }),
    (Method::ShapleyValue, "20 players", || {
        let game = coalitional(20);
        found(|| shapley_value(&game, &ShapleyValue {}, &control()))
    }),
    (Method::BanzhafIndex, "20 players", || {
        let game = coalitional(20);
        found(|| banzhaf_index(&game, &BanzhafIndex {}, &control()))
    }),
    (Method::Core, "16 players", || {
        let game = coalitional(16);
        found(|| core(&game, &Core::default(), &control()))
    }),
    (Method::Nucleolus, "20 players", || {
        let game = coalitional(20);
        found(|| nucleolus(&game, &Nucleolus {}, &control()))
    }),
    (Method::SampledValue, "20 players", || {
        let game = coalitional(20);
        let options = SampledValue {
            draws: 1 << 40,
            ..SampledValue::default()
        };
        found(|| sampled_value(&game, &options, &control()))
    }),
    (Method::PureCommitment, "tree of 250 nodes", || {
        let game = tree("imperfect_information", &[7, 2], &[]);
        found(|| pure_commitment(&game, FIRST, &PureCommitment::default(), &control()))
    }),
    (Method::MixedCommitment, "tree of 60 nodes", || {
        let game = tree("imperfect_information", &[5, 2], &[]);
        found(|| mixed_commitment(&game, FIRST, &MixedCommitment::default(), &control()))
    }),
    (Method::StrategicCommitment, "400 by 400", || {
        let game = table("uniform", &[400, 400]);
        found(|| strategic_commitment(&game, FIRST, &StrategicCommitment::default(), &control()))
    }),
    (Method::CorrelatedCommitment, "50 by 50", || {
        let game = table("uniform", &[50, 50]);
        found(|| correlated_commitment(&game, FIRST, &CorrelatedCommitment::default(), &control()))
    }),
    (Method::SequenceCommitment, "tree of 250 nodes", || {
        let game = tree("imperfect_information", &[7, 2], &[]);
        found(|| sequence_commitment(&game, FIRST, &SequenceCommitment::default(), &control()))
    }),
    (Method::TreeCommitment, "tree of 500,000 nodes", || {
        let game = tree("perfect_information", &[18, 2], &[]);
        found(|| tree_commitment(&game, FIRST, &TreeCommitment::default(), &control()))
    }),
    (Method::IteratedDominance, "400 by 400", || {
        on_table(
            "uniform",
            &[400, 400],
            Concept::Undominated,
            Method::IteratedDominance,
        )
    }),
    (Method::Rationalizable, "6 players, 6 strategies", || {
        on_table(
            "uniform",
            &[6, 6, 6, 6, 6, 6],
            Concept::Rationalizable,
            Method::Rationalizable,
        )
    }),
    (Method::ConditionalDominance, "tree of 60 nodes", || {
        on_tree(
            "imperfect_information",
            &[5, 2],
            Concept::Rationalizable,
            Method::ConditionalDominance,
        )
    }),
    (Method::CorrelatedProgram, "8 players, 4 strategies", || {
        on_table(
            "uniform",
            &[4, 4, 4, 4, 4, 4, 4, 4],
            Concept::Correlated,
            Method::CorrelatedProgram,
        )
    }),
    (Method::CorrelationPlan, "tree of 120 nodes", || {
        on_tree(
            "perfect_information",
            &[6, 2],
            Concept::ExtensiveCorrelated,
            Method::CorrelationPlan,
        )
    }),
    (Method::JointPlans, "tree of 30 nodes", || {
        on_tree(
            "imperfect_information",
            &[4, 2],
            Concept::ExtensiveCorrelated,
            Method::JointPlans,
        )
    }),
    (Method::EvenDevice, "3 players, 8 strategies", || {
        let game = table("uniform", &[8, 8, 8]);
        let problem = Problem::Strategic(&game);
        clocked(|| {
            asked_for(
                &problem,
                Concept::Correlated,
                Method::EvenDevice,
                Objective::Entropy,
            )
        })
    }),
    (Method::TriggerRegret, "tree of 10,000 nodes", || {
        on_tree(
            "imperfect_information",
            &[8, 3],
            Concept::ExtensiveCorrelated,
            Method::TriggerRegret,
        )
    }),
    (Method::StrongNash, "6 players, 8 strategies", || {
        on_table(
            "uniform",
            &[8, 8, 8, 8, 8, 8],
            Concept::Strong,
            Method::StrongNash,
        )
    }),
    (Method::CoalitionProof, "6 players, 8 strategies", || {
        on_table(
            "uniform",
            &[8, 8, 8, 8, 8, 8],
            Concept::CoalitionProof,
            Method::CoalitionProof,
        )
    }),
    (Method::Proper, "24 by 24", || {
        on_table("uniform", &[24, 24], Concept::Proper, Method::Proper)
    }),
    (Method::ProperOrders, "5 by 5", || {
        on_table("uniform", &[5, 5], Concept::Proper, Method::ProperOrders)
    }),
    (Method::AbreuSannikov, "100 by 100", || {
        let game = table("uniform", &[100, 100]);
        let options = AbreuSannikov {
            discount: Rational::new(99, 100).unwrap(),
            most_steps: 10_000,
        };
        found(|| abreu_sannikov(&game, &options, &control()))
    }),
    (Method::FictitiousPlay, "400 by 400", || {
        let game = table("uniform", &[400, 400]);
        let options = FictitiousPlay {
            steps: 1 << 40,
            ..FictitiousPlay::default()
        };
        found(|| fictitious_play(&game, &options, &control()))
    }),
    (Method::RegretMatching, "6 players, 7 strategies", || {
        let game = table("uniform", &[7, 7, 7, 7, 7, 7]);
        found(|| regret_matching(&game, &RegretMatching { steps: 1 << 40 }, &control()))
    }),
    (Method::Replicator, "12 strategies", || {
        let game = symmetric(12);
        found(|| replicator(&game, &Replicator::default(), &control()))
    }),
    (Method::Moran, "12 strategies", || {
        let game = symmetric(12);
        let options = Moran {
            population: 400,
            intensity: Rational::new(1, 100).unwrap(),
        };
        found(|| moran(&game, &options, &control()))
    }),
    (Method::Mccfr, "tree of 500 nodes", || {
        let game = tree("imperfect_information", &[8, 2], &[]);
        let options = Mccfr {
            iterations: 1 << 40,
            ..Mccfr::default()
        };
        found(|| mccfr(&game, &options, &control()))
    }),
    (Method::Mmd, "tree of 500 nodes", || {
        let game = tree("imperfect_information", &[8, 2], &[]);
        let options = Mmd {
            lambda: Rational::integer(1_000_000),
            max_steps: 1 << 40,
            ..Mmd::default()
        };
        found(|| mmd(&game, &options, &control()))
    }),
    (Method::Cfr, SWEPT, || swept(Method::Cfr)),
    (Method::CfrPlus, SWEPT, || swept(Method::CfrPlus)),
    (Method::CfrPlusQuadratic, SWEPT, || {
        swept(Method::CfrPlusQuadratic)
    }),
    (Method::LinearCfr, SWEPT, || swept(Method::LinearCfr)),
    (Method::Dcfr, SWEPT, || swept(Method::Dcfr)),
    (Method::PcfrPlus, SWEPT, || swept(Method::PcfrPlus)),
    (Method::PdcfrPlus, SWEPT, || swept(Method::PdcfrPlus)),
    (Method::HsPcfrPlus, SWEPT, || swept(Method::HsPcfrPlus)),
    (Method::HsDcfr, SWEPT, || swept(Method::HsDcfr)),
];

const SWEPT: &str = "tree of 500 nodes";

fn swept(method: Method) -> (Told, Duration) {
    let game = tree("imperfect_information", &[8, 2], &[]);
    let options = RegretMinimization {
        scheme: Scheme::named(method.name()).unwrap(),
        iterations: Some(1 << 40),
        ..RegretMinimization::default()
    };
    found(|| regret_minimization(&game, &options, &control()))
}

//! One row a method: how to draw a game for it, and what the judge says of the answer.

use super::draw::{
    bimatrix, constant_sum, generic_table, graph, hidden, hidden_zero_sum, numbers, pick, seen,
    seen_by_two, table,
};
use deterra::game::anonymous::AnonymousGame;
use deterra::game::coalition::CoalitionalGame;
use deterra::game::id::PlayerId;
use deterra::game::number::Rational;
use deterra::game::stochastic::{StochasticBuilder, StochasticGame};
use deterra::solve::commit::Ties;
use deterra::solve::commit::correlated_commitment::{
    CorrelatedCommitment, correlated_commitment, correlated_commitment_extensive,
};
use deterra::solve::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use deterra::solve::commit::pure_commitment::{PureCommitment, pure_commitment};
use deterra::solve::commit::sequence_commitment::{SequenceCommitment, sequence_commitment};
use deterra::solve::commit::strategic_commitment::{StrategicCommitment, strategic_commitment};
use deterra::solve::commit::tree_commitment::{TreeCommitment, tree_commitment};
use deterra::solve::control::{Control, Stop};
use deterra::solve::cooperative::banzhaf_index::{BanzhafIndex, banzhaf_index};
use deterra::solve::cooperative::core::{Core, core};
use deterra::solve::cooperative::nucleolus::{Nucleolus, nucleolus};
use deterra::solve::cooperative::sampled_value::{SampledValue, sampled_value};
use deterra::solve::cooperative::shapley_value::{ShapleyValue, shapley_value};
use deterra::solve::correlated::Objective;
use deterra::solve::error::SolveError;
use deterra::solve::method::Method;
use deterra::solve::nash::anonymous::{Anonymous, anonymous};
use deterra::solve::solution::Solution;
use deterra::solve::{Problem, Request, solve};
use deterra::verify::verdict::{Concept, Verdict};
use std::cell::RefCell;

/// What came of one game.
pub(crate) enum Told {
    /// What the judge says, why the search ended, and whether the answer is said to be all there is.
    Judged(Verdict, Stop, bool),
    Refused(String),
    /// It was stopped before there was anything to show.
    Stopped(Stop),
}

thread_local! {
    static CONTROL: RefCell<Control> = RefCell::default();
}

/// How methods are asked, by this thread.
pub(crate) fn control() -> Control {
    CONTROL.with_borrow(Control::clone)
}

/// The same while something else is done.
pub(crate) fn with_control<R>(control: &Control, ask: impl FnOnce() -> R) -> R {
    CONTROL.set(control.clone());
    let result = ask();
    CONTROL.set(Control::default());
    result
}

pub(crate) type Trial = fn(u64) -> Told;

pub(crate) fn told<A>(found: Result<Solution<A>, SolveError>) -> Told {
    match found {
        Ok(solution) => Told::Judged(
            solution.verdict().clone(),
            solution.stop(),
            solution.is_complete(),
        ),
        Err(SolveError::Stopped { stop, .. }) => Told::Stopped(stop),
        // A method that does not suit a game, or would take too long, says so.
        Err(
            error @ (SolveError::NotApplicable { .. }
            | SolveError::TooLarge { .. }
            | SolveError::TooMuch { .. }),
        ) => Told::Refused(error.to_string()),
        Err(other) => panic!("{other}"),
    }
}

pub(crate) fn asked(problem: &Problem<'_>, concept: Concept, method: Method) -> Told {
    asked_for(problem, concept, method, Objective::default())
}

pub(crate) fn asked_for(
    problem: &Problem<'_>,
    concept: Concept,
    method: Method,
    correlated: Objective,
) -> Told {
    let request = Request {
        concept: Some(concept),
        method: Some(method),
        correlated,
        ..Request::default()
    };
    told(solve(problem, &request, &control()))
}

fn nash_of_two(method: Method, seed: u64) -> Told {
    asked(&Problem::Strategic(&bimatrix(seed)), Concept::Nash, method)
}

fn nash(method: Method, seed: u64) -> Told {
    asked(&Problem::Strategic(&table(seed)), Concept::Nash, method)
}

fn of_hidden(concept: Concept, method: Method, seed: u64) -> Told {
    asked(&Problem::Extensive(&hidden(seed)), concept, method)
}

fn objective(seed: u64) -> Objective {
    pick(
        seed,
        9,
        &[
            Objective::Welfare,
            Objective::Egalitarian,
            Objective::Player(PlayerId(0)),
            Objective::Any,
        ],
    )
}

fn on_graph(method: Method, seed: u64) -> Told {
    asked(&Problem::ActionGraph(&graph(seed)), Concept::Nash, method)
}

/// States in which both move at once, or one alone.
fn stochastic(seed: u64) -> StochasticGame {
    states(seed, false)
}

/// The same, with payoffs that sum to 0.
fn stochastic_zero_sum(seed: u64) -> StochasticGame {
    states(seed, true)
}

fn states(seed: u64, zero_sum: bool) -> StochasticGame {
    let mut b = StochasticBuilder::new("drawn");
    let players = [b.player("1"), b.player("2")];
    let count = pick(seed, 1, &[1, 2]);
    let states: Vec<_> = (0..count).map(|k| b.state(&format!("s{k}"))).collect();
    for player in players {
        let (part, whole) = pick(seed, 2, &[(1, 2), (9, 10)]);
        b.set_discount(player, Rational::new(part, whole).unwrap());
    }
    let mut drawn = numbers(seed, 64, -3, 3).into_iter();
    for (k, state) in states.iter().enumerate() {
        let both = pick(seed, 10 + k as u64, &[true, false]);
        let actions = || vec!["a".to_owned(), "b".to_owned()];
        let movers = if both {
            vec![(players[0], actions()), (players[1], actions())]
        } else {
            vec![(players[k % 2], actions())]
        };
        let cells = if both { 4 } else { 2 };
        b.set_movers(*state, movers);
        for cell in 0..cells {
            let at: Vec<usize> = if both {
                vec![cell % 2, cell / 2]
            } else {
                vec![cell]
            };
            let [first, second] = [0; 2].map(|_| drawn.next().unwrap_or(0));
            let second = if zero_sum { -first } else { second };
            let paid = [first, second].map(Rational::integer).to_vec();
            let to = states[(k + cell) % states.len()];
            b.set_cell(*state, &at, paid, vec![(to, Rational::ONE)]);
        }
    }
    b.build().unwrap()
}

fn alike(seed: u64) -> AnonymousGame {
    let players = pick(seed, 1, &[1, 2, 3, 5, 8]);
    let range = pick(seed, 2, &[1, 3, 50]);
    let row = |salt: u64| -> Vec<Rational> {
        numbers(seed * 2 + salt, players, -range, range)
            .into_iter()
            .map(Rational::integer)
            .collect()
    };
    AnonymousGame::new("drawn", row(0), row(1)).unwrap()
}

fn coalitional(seed: u64) -> CoalitionalGame {
    let players = pick(seed, 1, &[1, 2, 3, 4, 5]);
    let range = pick(seed, 2, &[1, 3, 50]);
    let worth = numbers(seed, 1 << players, -range, range);
    let names: Vec<String> = (0..players).map(|k| format!("p{k}")).collect();
    CoalitionalGame::from_fn("drawn", names, |c| {
        if c.bits() == 0 {
            Rational::ZERO
        } else {
            Rational::integer(worth[c.bits() as usize])
        }
    })
    .unwrap()
}

fn leader(seed: u64) -> PlayerId {
    PlayerId(pick(seed, 8, &[0, 1]))
}

/// Methods and trials, in the order of the catalogue.
pub(crate) const TRIALS: &[(Method, Trial)] = &[
    (Method::BackwardInduction, |seed| {
        asked(
            &Problem::Extensive(&seen(seed)),
            Concept::SubgamePerfect,
            Method::BackwardInduction,
        )
    }),
    (Method::Subgame, |seed| {
        of_hidden(Concept::SubgamePerfect, Method::Subgame, seed)
    }),
    (Method::PerfectBayesian, |seed| {
        let concept = pick(
            seed,
            7,
            &[Concept::PerfectBayesian, Concept::WeakPerfectBayesian],
        );
        of_hidden(concept, Method::PerfectBayesian, seed)
    }),
    (Method::Sequential, |seed| {
        of_hidden(Concept::Sequential, Method::Sequential, seed)
    }),
    (Method::QuasiPerfect, |seed| {
        of_hidden(Concept::QuasiPerfect, Method::QuasiPerfect, seed)
    }),
    (Method::TremblingHand, |seed| {
        of_hidden(Concept::Perfect, Method::TremblingHand, seed)
    }),
    (Method::Pure, |seed| {
        if pick(seed, 6, &[true, false]) {
            nash(Method::Pure, seed)
        } else {
            of_hidden(Concept::Nash, Method::Pure, seed)
        }
    }),
    (Method::VertexEnumeration, |seed| {
        nash_of_two(Method::VertexEnumeration, seed)
    }),
    (Method::LemkeHowson, |seed| {
        nash_of_two(Method::LemkeHowson, seed)
    }),
    (Method::SupportEnumeration, |seed| {
        let game = if pick(seed, 6, &[true, false]) {
            generic_table(seed)
        } else {
            table(seed)
        };
        asked(
            &Problem::Strategic(&game),
            Concept::Nash,
            Method::SupportEnumeration,
        )
    }),
    (Method::Portfolio, |seed| nash(Method::Portfolio, seed)),
    (Method::GlobalNewton, |seed| {
        nash(Method::GlobalNewton, seed)
    }),
    (Method::IteratedPolymatrix, |seed| {
        nash(Method::IteratedPolymatrix, seed)
    }),
    (Method::Simplicial, |seed| nash(Method::Simplicial, seed)),
    (Method::Liapunov, |seed| nash(Method::Liapunov, seed)),
    (Method::Lp, |seed| {
        if pick(seed, 6, &[true, false]) {
            asked(
                &Problem::Strategic(&constant_sum(seed)),
                Concept::Nash,
                Method::Lp,
            )
        } else {
            asked(
                &Problem::Extensive(&hidden_zero_sum(seed)),
                Concept::Nash,
                Method::Lp,
            )
        }
    }),
    (Method::SequenceForm, |seed| {
        of_hidden(Concept::Nash, Method::SequenceForm, seed)
    }),
    (Method::SupportSearch, |seed| {
        nash_of_two(Method::SupportSearch, seed)
    }),
    (Method::BestEquilibrium, |seed| {
        nash_of_two(Method::BestEquilibrium, seed)
    }),
    (Method::BackwardResponse, |seed| {
        asked(
            &Problem::Extensive(&seen(seed)),
            Concept::QuantalResponse,
            Method::BackwardResponse,
        )
    }),
    (Method::LogitPath, |seed| match pick(seed, 6, &[0, 1, 2]) {
        0 => nash(Method::LogitPath, seed),
        1 => asked(
            &Problem::Strategic(&table(seed)),
            Concept::QuantalResponse,
            Method::LogitPath,
        ),
        _ => of_hidden(Concept::QuantalResponse, Method::LogitPath, seed),
    }),
    (Method::Markov, |seed| {
        asked(
            &Problem::Stochastic(&stochastic(seed)),
            Concept::MarkovPerfect,
            Method::Markov,
        )
    }),
    (Method::Anonymous, |seed| {
        told(anonymous(&alike(seed), &Anonymous::default(), &control()))
    }),
    (Method::ShapleyValue, |seed| {
        told(shapley_value(
            &coalitional(seed),
            &ShapleyValue {},
            &control(),
        ))
    }),
    (Method::BanzhafIndex, |seed| {
        told(banzhaf_index(
            &coalitional(seed),
            &BanzhafIndex {},
            &control(),
        ))
    }),
    (Method::Core, |seed| {
        told(core(&coalitional(seed), &Core::default(), &control()))
    }),
    (Method::Nucleolus, |seed| {
        told(nucleolus(&coalitional(seed), &Nucleolus {}, &control()))
    }),
    (Method::PureCommitment, |seed| {
        let options = PureCommitment::default();
        told(pure_commitment(
            &hidden(seed),
            leader(seed),
            &options,
            &control(),
        ))
    }),
    (Method::MixedCommitment, |seed| {
        let options = MixedCommitment::default();
        told(mixed_commitment(
            &hidden(seed),
            leader(seed),
            &options,
            &control(),
        ))
    }),
    (Method::IteratedDominance, |seed| {
        let concept = pick(seed, 7, &[Concept::Undominated, Concept::WeaklyUndominated]);
        asked(
            &Problem::Strategic(&table(seed)),
            concept,
            Method::IteratedDominance,
        )
    }),
    (Method::Rationalizable, |seed| {
        asked(
            &Problem::Strategic(&table(seed)),
            Concept::Rationalizable,
            Method::Rationalizable,
        )
    }),
    (Method::ConditionalDominance, |seed| {
        of_hidden(Concept::Rationalizable, Method::ConditionalDominance, seed)
    }),
    (Method::CorrelatedProgram, |seed| {
        let concept = pick(seed, 7, &[Concept::Correlated, Concept::CoarseCorrelated]);
        asked_for(
            &Problem::Strategic(&table(seed)),
            concept,
            Method::CorrelatedProgram,
            objective(seed),
        )
    }),
    (Method::CorrelationPlan, |seed| {
        let concept = pick(
            seed,
            7,
            &[
                Concept::ExtensiveCorrelated,
                Concept::ExtensiveCoarseCorrelated,
            ],
        );
        let game = if pick(seed, 6, &[true, false]) {
            seen_by_two(seed)
        } else {
            hidden(seed)
        };
        asked_for(
            &Problem::Extensive(&game),
            concept,
            Method::CorrelationPlan,
            objective(seed),
        )
    }),
    (Method::JointPlans, |seed| {
        let concept = pick(
            seed,
            7,
            &[
                Concept::ExtensiveCorrelated,
                Concept::ExtensiveCoarseCorrelated,
            ],
        );
        asked_for(
            &Problem::Extensive(&hidden(seed)),
            concept,
            Method::JointPlans,
            objective(seed),
        )
    }),
    (Method::EvenDevice, |seed| {
        let concept = pick(seed, 7, &[Concept::Correlated, Concept::CoarseCorrelated]);
        let evenness = pick(seed, 8, &[Objective::Gini, Objective::Entropy]);
        asked_for(
            &Problem::Strategic(&table(seed)),
            concept,
            Method::EvenDevice,
            evenness,
        )
    }),
    (Method::TriggerRegret, |seed| {
        let concept = pick(
            seed,
            7,
            &[
                Concept::ExtensiveCorrelated,
                Concept::ExtensiveCoarseCorrelated,
            ],
        );
        asked_for(
            &Problem::Extensive(&hidden(seed)),
            concept,
            Method::TriggerRegret,
            Objective::Any,
        )
    }),
    (Method::StrategicCommitment, |seed| {
        let ties = pick(seed, 7, &[Ties::ForLeader, Ties::AgainstLeader]);
        let options = StrategicCommitment {
            ties,
            ..StrategicCommitment::default()
        };
        told(strategic_commitment(
            &bimatrix(seed),
            leader(seed),
            &options,
            &control(),
        ))
    }),
    (Method::CorrelatedCommitment, |seed| {
        let (options, control) = (CorrelatedCommitment::default(), control());
        match pick(seed, 6, &[0, 1, 2]) {
            0 => told(correlated_commitment(
                &table(seed),
                leader(seed),
                &options,
                &control,
            )),
            1 => told(correlated_commitment_extensive(
                &hidden(seed),
                leader(seed),
                &options,
                &control,
            )),
            _ => told(correlated_commitment_extensive(
                &seen_by_two(seed),
                leader(seed),
                &options,
                &control,
            )),
        }
    }),
    (Method::SequenceCommitment, |seed| {
        let options = SequenceCommitment::default();
        told(sequence_commitment(
            &hidden(seed),
            leader(seed),
            &options,
            &control(),
        ))
    }),
    (Method::TreeCommitment, |seed| {
        let options = TreeCommitment {
            pure: pick(seed, 7, &[true, false]),
            ..TreeCommitment::default()
        };
        told(tree_commitment(
            &seen_by_two(seed),
            leader(seed),
            &options,
            &control(),
        ))
    }),
    (Method::ValueIteration, |seed| {
        let game = stochastic_zero_sum(seed);
        asked(
            &Problem::Stochastic(&game),
            Concept::MarkovPerfect,
            Method::ValueIteration,
        )
    }),
    (Method::PolicyIteration, |seed| {
        let game = stochastic_zero_sum(seed);
        asked(
            &Problem::Stochastic(&game),
            Concept::MarkovPerfect,
            Method::PolicyIteration,
        )
    }),
    (Method::SampledValue, |seed| {
        let options = SampledValue {
            concept: pick(seed, 7, &[Concept::Shapley, Concept::Banzhaf]),
            draws: 200,
            ..SampledValue::default()
        };
        told(sampled_value(&coalitional(seed), &options, &control()))
    }),
    (Method::MarkovHomotopy, |seed| {
        asked(
            &Problem::Stochastic(&stochastic(seed)),
            Concept::MarkovPerfect,
            Method::MarkovHomotopy,
        )
    }),
    // The same methods on action graphs, whose tables are not made.
    (Method::Pure, |seed| on_graph(Method::Pure, seed)),
    (Method::Portfolio, |seed| on_graph(Method::Portfolio, seed)),
    (Method::GlobalNewton, |seed| {
        on_graph(Method::GlobalNewton, seed)
    }),
    (Method::IteratedPolymatrix, |seed| {
        on_graph(Method::IteratedPolymatrix, seed)
    }),
    (Method::Simplicial, |seed| {
        on_graph(Method::Simplicial, seed)
    }),
    (Method::Liapunov, |seed| on_graph(Method::Liapunov, seed)),
    (Method::LogitPath, |seed| on_graph(Method::LogitPath, seed)),
];

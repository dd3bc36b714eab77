//! Proper equilibria of random trees of two players, against other judges.

#[path = "support/grow.rs"]
mod grow;

use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::number::Rational;
use deterra_game::profile::Assessment;
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::refine::proper::{Proper, proper_extensive};
use deterra_verify::quasi_perfect::Plans;
use deterra_verify::verdict::Status;
use deterra_verify::{nash, quasi_perfect, sequential, subgame_perfect};
use grow::grow;
use proptest::prelude::*;

/// What is believed of nodes if the other player's plan has mistakes.
fn beliefs(game: &ExtensiveGame, plans: &Plans) -> Vec<Rational> {
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for infoset in game.infosets() {
        let Some(player) = game.infoset_player(infoset) else {
            continue;
        };
        // The power and the coefficient of how likely others lead there.
        let ways = game.members(infoset).iter().map(|member| {
            let (mut power, mut weight) = (0, Rational::ONE);
            let mut met = false;
            let mut node = *member;
            while let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
                match game.kind(parent) {
                    NodeKind::Chance(event) => {
                        weight = &weight * game.chance_probability(event, k).value();
                    }
                    // A plan's weight is that of all own moves so far.
                    NodeKind::Decision(mover, set) if mover != player && !met => {
                        met = true;
                        let series = &plans.weights[game.actions(set).start + k];
                        let lead = series.iter().position(|x| !x.is_zero()).expect("positive");
                        power = lead;
                        weight = &weight * &series[lead];
                    }
                    _ => {}
                }
                node = parent;
            }
            (*member, power, weight)
        });
        let ways: Vec<_> = ways.collect();
        let least = ways.iter().map(|way| way.1).min().expect("members");
        let leads = || ways.iter().filter(|way| way.1 == least);
        let total: Rational = leads().map(|way| &way.2).sum();
        for (node, _, weight) in leads() {
            beliefs[node.index()] = weight.checked_div(&total).expect("positive");
        }
    }
    beliefs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 16 } else { 1_000 }))]

    /// In a tree a proper equilibrium of the strategic form is quasi-perfect, and so sequential (van Damme 1984): the same
    /// polynomials, move by move, are what that is judged by.
    #[test]
    fn proper_is_quasi_perfect(
        bytes in prop::collection::vec(any::<u8>(), 8..40),
        depth in 1_usize..5,
        start in 0_u64..5,
    ) {
        let game = grow(&bytes, depth);
        let options = Proper { start, cell_limit: 24, ..Proper::default() };
        let solution = match proper_extensive(&game, &options, &Control::default()) {
            Err(SolveError::TooLarge { .. }) => return Ok(()),
            other => other.expect("two players who remember"),
        };
        prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        let found = solution.answer();
        prop_assert!(nash::judge_behavior(&game, &found.profile, &Rational::ZERO).is_exact());
        let verdict = subgame_perfect::judge_behavior(&game, &found.profile, &Rational::ZERO);
        prop_assert!(verdict.is_exact());
        let plans = Plans { weights: found.actions.clone() };
        let assessment = Assessment {
            profile: found.profile.clone(),
            beliefs: beliefs(&game, &plans),
        };
        let verdict = quasi_perfect::judge(&game, &assessment, &plans);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
        let verdict = sequential::judge(&game, &assessment, &Rational::ZERO);
        prop_assert!(!matches!(verdict.status, Status::Failed), "{verdict:?}");
    }
}

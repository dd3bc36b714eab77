//! Asks `deterra-verify` about everything that this crate finds.

use crate::nash::anonymous::AnonymousEquilibria;
use crate::refine::component::Component;
use crate::refine::perfect_bayesian::rounding;
use crate::stochastic::markov::{Kind, MarkovEquilibria};
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::anonymous::AnonymousGame;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::patience;
use deterra_game::positional::PositionGraph;
use deterra_game::profile::Assessment;
use deterra_game::profile::{BehaviorProfile, MixedProfile, PureProfile};
use deterra_game::stochastic::StochasticGame;
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::{Concept, Status, Verdict};
use deterra_verify::{action_graph, anonymous, markov, nash, subgame_perfect as judged_perfect};

/// Whether moves by position are a subgame-perfect equilibrium.
pub(crate) fn choices(graph: &dyn PositionGraph, choices: &[u32]) -> Verdict {
    judged_perfect::judge_choices(graph, choices)
}

/// Whether a behavior profile is a subgame-perfect equilibrium.
pub(crate) fn subgame_perfect(game: &ExtensiveGame, profile: &BehaviorProfile) -> Verdict {
    judged_perfect::judge_behavior(game, profile, &Rational::ZERO)
}

/// Whether all these pure profiles are Nash equilibria: the worst verdict.
pub(crate) fn nash_profiles(game: &ExtensiveGame, profiles: &[PureProfile]) -> Verdict {
    worst(
        Concept::Nash,
        profiles.iter().map(|pure| {
            let profile = BehaviorProfile::from_pure(game, pure);
            nash::judge_behavior(game, &profile, &Rational::ZERO)
        }),
    )
}

/// Whether all these cells are Nash equilibria: the worst verdict.
pub(crate) fn cells(game: &StrategicGame, cells: &[usize]) -> Verdict {
    worst(
        Concept::Nash,
        cells.iter().map(|cell| {
            // There may be a million of them, and each looks at many cells.
            patience::poll();
            nash::judge_cell(game, *cell)
        }),
    )
}

/// Whether all these mixed profiles are Nash equilibria: the worst verdict.
pub(crate) fn mixed_profiles<'p>(
    game: &StrategicGame,
    profiles: impl Iterator<Item = &'p MixedProfile>,
) -> Verdict {
    let judge = nash::MixedJudge::new(game);
    worst(
        Concept::Nash,
        profiles.map(|profile| judge.judge(profile, &Rational::ZERO)),
    )
}

/// Whether all of these are Nash equilibria: the worst verdict.
pub(crate) fn each(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    worst(Concept::Nash, verdicts)
}

/// The same in an action graph, by agent.
pub(crate) fn each_on_graph<'p>(
    game: &ActionGraphGame,
    profiles: impl Iterator<Item = (&'p MixedProfile, Rational)>,
) -> Verdict {
    worst(
        Concept::Nash,
        profiles.map(|(profile, allowed)| action_graph::judge_mixed(game, profile, &allowed)),
    )
}

/// The same of behavior profiles.
pub(crate) fn each_behavior<'p>(
    game: &ExtensiveGame,
    profiles: impl Iterator<Item = (&'p BehaviorProfile, Rational)>,
) -> Verdict {
    worst(
        Concept::Nash,
        profiles.map(|(profile, allowed)| nash::judge_behavior(game, profile, &allowed)),
    )
}

/// Judges one assessment inside every piece of components and one at every corner that has
/// beliefs, as far as `most` goes: the worst verdict.
pub(crate) fn assessments(
    game: &ExtensiveGame,
    components: &[Component],
    (concept, most): (Concept, usize),
    judge: impl Fn(&Assessment, &Rational) -> Verdict,
) -> Verdict {
    let pieces = || components.iter().flat_map(|c| &c.pieces);
    let inside = pieces().map(|piece| (piece.inside.clone(), piece.exact));
    let corners = pieces().flat_map(|piece| {
        piece.corners.iter().filter_map(|(profile, beliefs)| {
            let known = game.nodes().zip(beliefs).all(|(n, b)| {
                b.is_some()
                    || game
                        .infoset(n)
                        .is_none_or(|h| game.infoset_player(h).is_none())
            });
            let beliefs = beliefs.iter().map(|b| b.clone().unwrap_or_default());
            known.then(|| {
                let assessment = Assessment {
                    profile: profile.clone(),
                    beliefs: beliefs.collect(),
                };
                (assessment, piece.exact)
            })
        })
    });
    worst(
        concept,
        inside.chain(corners).take(most).map(|(assessment, exact)| {
            let tolerance = if exact { Rational::ZERO } else { rounding() };
            judge(&assessment, &tolerance)
        }),
    )
}

/// Whether all these stationary profiles are Markov-perfect: the worst verdict.
pub(crate) fn stationary(game: &StochasticGame, found: &MarkovEquilibria) -> Verdict {
    if found.list().is_empty() {
        let reason = "there is no equilibrium to be judged";
        return Verdict::unchecked(Concept::MarkovPerfect, reason);
    }
    worst(
        Concept::MarkovPerfect,
        found.list().iter().map(|equilibrium| {
            let tolerance = match equilibrium.kind {
                Kind::Numeric => found.tolerance(),
                _ => &Rational::ZERO,
            };
            markov::judge(game, &equilibrium.profile, tolerance).verdict
        }),
    )
}

/// Whether these equilibria of an anonymous game are some: the worst verdict.
pub(crate) fn anonymous(
    game: &AnonymousGame,
    answer: &AnonymousEquilibria,
    tolerance: &Rational,
) -> Verdict {
    let exact = Rational::ZERO;
    let allowed = |is_exact: bool| if is_exact { &exact } else { tolerance };
    let symmetric = answer.points().iter().map(|point| {
        anonymous::judge_symmetric(game, &point.probability, allowed(point.is_exact()))
    });
    let groups = answer.groups().iter().map(|group| {
        let profile = group.profile(game.num_players());
        anonymous::judge_each(game, &profile, allowed(group.is_exact()))
    });
    worst(Concept::Nash, symmetric.chain(groups))
}

/// The first failed verdict, else the first unchecked one, else the one with the greatest error.
fn worst(concept: Concept, verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let rank = |verdict: &Verdict| match verdict.status {
        Status::Exact => 0,
        Status::Bounded => 1,
        _ => 2,
    };
    let mut worst: Option<Verdict> = None;
    for verdict in verdicts {
        if verdict.status == Status::Failed {
            return verdict;
        }
        let worse = worst.as_ref().is_none_or(|known| {
            let (new, old) = (rank(&verdict), rank(known));
            new > old || new == old && verdict.error > known.error
        });
        if worse {
            worst = Some(verdict);
        }
    }
    worst.unwrap_or_else(|| Verdict::unchecked(concept, "there is no equilibrium to be judged"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    /// The prisoner's dilemma: only the last cell is an equilibrium.
    #[test]
    fn the_worst_verdict_counts() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))
            .expect("two by two");
        assert!(cells(&game, &[3]).is_exact());
        let failed = cells(&game, &[3, 0, 3]);
        assert_eq!(failed.status, Status::Failed);
        assert_eq!(failed.error, Rational::ONE);
        assert!(matches!(cells(&game, &[]).status, Status::Unchecked(_)));
    }

    /// What holds of all profiles is the greatest of their errors, and nothing if one of them was not judged.
    #[test]
    fn one_profile_within_a_bound_hides_no_worse_one() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))
            .expect("two by two");
        // Who cooperates so often loses half as much, as does the other if she does so too.
        let near = |part: i64| {
            let rare = Rational::new(1, part).expect("positive");
            let row = vec![rare.clone(), &Rational::ONE - &rare];
            let profile = MixedProfile::new(&[2, 2], vec![row.clone(), row]).expect("a profile");
            nash::judge_mixed(&game, &profile, &Rational::ONE)
        };
        let (small, large) = (near(1_000), near(10));
        assert!(small.error < large.error && large.status == Status::Bounded);
        let unchecked = Verdict::unchecked(Concept::Nash, "for a test");
        let exact = nash::judge_cell(&game, 3);
        let all = [exact, small.clone(), large.clone()];
        assert_eq!(each(all.iter().cloned()).error, large.error);
        assert_eq!(each(all.into_iter().rev()).error, large.error);
        let status = each([small, unchecked.clone(), large].into_iter()).status;
        assert_eq!(status, unchecked.status);
    }
}

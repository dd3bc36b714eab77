//! Nash equilibrium: no player gains by deviating alone (Nash 1951).
//!
//! A profile is a Nash equilibrium exactly if everybody's strategy is a best response to the
//! others'. The error is the greatest regret, so a profile with error ε is an ε-equilibrium, and
//! exact arithmetic proves it.

mod table;

use crate::enclosed::{changes, enclosed};
use crate::forgetful;
use crate::payoff::plain_payoffs;
use crate::respond::{Parts, Responder, require_fit, require_recall};
use crate::subgame_perfect::gains;
use crate::totals::Totals;
use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::{poll, poll_at};
use deterra_game::positional::PositionGraph;
use deterra_game::profile::{BehaviorProfile, MixedProfile, PositionProfile};
use deterra_game::strategic::StrategicGame;
use std::cell::Cell;
use table::Table;

/// Judges a behavior profile of a game in extensive form.
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units) or failed, with the deviation that gains most, of
/// the first such player; unchecked, with the reason, if somebody has imperfect recall and either
/// a play can meet one of her sets twice or she has too many strategies to try them all.
///
/// Where a tolerance is given and the tree is large, the error may be a proved bound on the gain and not the gain itself.
///
/// # Complexity
/// `O(nodes · players)`; with imperfect recall ten million steps at most.
pub fn judge_behavior(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    tolerance: &Rational,
) -> Verdict {
    if let Err(error) = require_fit(game, profile) {
        return Verdict::unchecked(Concept::Nash, error.to_string());
    }
    if require_recall(game, None).is_err() {
        return forgetful::judge(game, profile, Concept::Nash, &[NodeId::ROOT], tolerance);
    }
    if !tolerance.is_zero()
        && game.num_nodes() >= LARGE
        && let Some(bounded) = bounded(game, profile, tolerance)
    {
        return bounded;
    }
    let mut worst: Option<Witness> = None;
    for player in game.players() {
        let mut responder = Responder::new(game, profile, player);
        let (best, current) = responder.respond(NodeId::ROOT, &Parts::whole(), &[]);
        let gain = &best - &current;
        if gain > *gain_of(worst.as_ref()) {
            worst = Some(Witness {
                player,
                deviation: Deviation::Actions {
                    subgame: NodeId::ROOT,
                    moves: responder.changes(NodeId::ROOT),
                },
                gain,
            });
        }
    }
    Verdict::from_witness(Concept::Nash, worst, tolerance)
}

/// Nodes from which on floats are tried first where an answer need not be exact.
const LARGE: usize = 20_000;

/// A verdict from floats that enclose gains ([`crate::enclosed`]), if these prove that nobody gains more than is allowed. The error is the proved
/// bound then.
fn bounded(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    tolerance: &Rational,
) -> Option<Verdict> {
    let gains = enclosed(game, profile).ok()?;
    let worst = gains.iter().max_by(|a, b| a.most().total_cmp(&b.most()))?;
    let gain = Rational::from_f64(worst.most())?;
    if gain > *tolerance {
        return None;
    }
    let witness = Witness {
        player: worst.player,
        deviation: Deviation::Actions {
            subgame: NodeId::ROOT,
            moves: changes(game, profile, worst),
        },
        gain,
    };
    let verdict = Verdict::from_witness(Concept::Nash, Some(witness), tolerance);
    (verdict.status == Status::Bounded).then_some(verdict)
}

/// Judges a profile of a game on positions; a deviation does the same however a position is
/// reached, which is no restriction: some best response does.
///
/// # Returns
/// As [`judge_behavior`].
///
/// # Complexity
/// `O(moves · players)`.
pub fn judge_positions<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
    tolerance: &Rational,
) -> Verdict {
    gains::judge(graph, profile, Concept::Nash, tolerance)
}

/// Judges a mixed profile of a game in strategic form.
///
/// # Returns
/// As [`judge_behavior`]; any number of players, and nothing is unchecked but a profile of
/// another shape.
///
/// # Complexity
/// Once a player: her strategies times the product of the others' supports.
pub fn judge_mixed(game: &StrategicGame, profile: &MixedProfile, tolerance: &Rational) -> Verdict {
    let shape: Vec<usize> = profile.players().iter().map(Vec::len).collect();
    if shape != game.shape() {
        return Verdict::unchecked(
            Concept::Nash,
            "the profile is of another shape than the game",
        );
    }
    let mut worst: Option<Witness> = None;
    for player in game.players() {
        let own = profile.of(player);
        if let Some(totals) = Totals::new(game, profile, player) {
            // Whoever plays nothing but what pays most gains nothing.
            let best = totals.best();
            let mut played = (0..own.len()).filter(|s| !own[*s].is_zero());
            if played.any(|s| !totals.are_equal(s, best)) {
                let gain = &totals.payoff(best) - &totals.mixture(own);
                keep_greater(&mut worst, player, best, gain);
            }
        } else {
            let payoffs = plain_payoffs(game, profile, player);
            let current: Rational = payoffs.iter().zip(own).map(|(x, p)| x * p).sum();
            for (to, payoff) in payoffs.iter().enumerate() {
                keep_greater(&mut worst, player, to, payoff - &current);
            }
        }
    }
    Verdict::from_witness(Concept::Nash, worst, tolerance)
}

/// Judges many mixed profiles of one game, as [`judge_mixed`] does.
///
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::profile::MixedProfile;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::nash::MixedJudge;
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("agree", &n([[1, 0], [0, 1]]), &n([[1, 0], [0, 1]]))?;
/// let judge = MixedJudge::new(&game);
/// let pure = |first: usize, second: usize| {
///     let play = |k: usize| [0, 1].map(|s| if s == k { Rational::ONE } else { Rational::ZERO }).to_vec();
///     MixedProfile::new(&[2, 2], vec![play(first), play(second)])
/// };
/// assert!(judge.judge(&pure(1, 1)?, &Rational::ZERO).is_exact());
/// assert!(!judge.judge(&pure(0, 1)?, &Rational::ZERO).holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MixedJudge<'g> {
    game: &'g StrategicGame,
    table: Option<Table>,
    /// How many profiles were judged.
    judged: Cell<usize>,
}

impl<'g> MixedJudge<'g> {
    /// # Complexity
    /// Once the cells, if there are two players.
    pub fn new(game: &'g StrategicGame) -> Self {
        Self {
            game,
            table: Table::new(game),
            judged: Cell::new(0),
        }
    }

    /// The verdict that [`judge_mixed`] gives.
    ///
    /// # Complexity
    /// As there; some ten times as fast where there are two players, an equilibrium, and numbers that fit words.
    pub fn judge(&self, profile: &MixedProfile, tolerance: &Rational) -> Verdict {
        poll_at(self.judged.replace(self.judged.get() + 1));
        let table = self.table.as_ref();
        if table.is_some_and(|table| table.is_equilibrium(profile)) {
            return Verdict::from_witness(Concept::Nash, None, tolerance);
        }
        judge_mixed(self.game, profile, tolerance)
    }
}

/// Judges a pure profile of a game in strategic form, given as a cell.
///
/// # Panics
/// If the game has no such cell.
///
/// # Complexity
/// One comparison a player and strategy.
pub fn judge_cell(game: &StrategicGame, cell: usize) -> Verdict {
    poll();
    let mut worst: Option<Witness> = None;
    for player in game.players() {
        let here = game.payoff(cell, player);
        for to in 0..game.num_strategies(player) {
            let there = game.payoff(game.deviation(cell, player, to), player);
            if there > here {
                keep_greater(&mut worst, player, to, there - here);
            }
        }
    }
    Verdict::from_witness(Concept::Nash, worst, &Rational::ZERO)
}

/// Judges a pure profile of an action-graph game: one strategy an agent, in their order. In the
/// witness the player is the agent (a type, in games with types).
///
/// # Returns
/// Exact or failed; unchecked if the profile does not fit.
///
/// # Complexity
/// One [`ActionGraphGame::payoff`] an agent and strategy; never the table.
pub fn judge_action_graph(game: &ActionGraphGame, strategies: &[u32]) -> Verdict {
    let graph = game.graph();
    let fits = strategies.len() == graph.num_agents()
        && graph
            .agents()
            .all(|a| (strategies[a.index()] as usize) < graph.num_strategies(a));
    if !fits {
        return Verdict::unchecked(Concept::Nash, "the profile does not fit the game's agents");
    }
    let mut worst: Option<Witness> = None;
    let mut deviation = strategies.to_vec();
    for agent in graph.agents() {
        let now = game.payoff(strategies, agent);
        for to in 0..graph.num_strategies(agent) {
            deviation[agent.index()] = to as u32;
            let gain = &game.payoff(&deviation, agent) - &now;
            keep_greater(&mut worst, agent, to, gain);
        }
        deviation[agent.index()] = strategies[agent.index()];
    }
    Verdict::from_witness(Concept::Nash, worst, &Rational::ZERO)
}

/// Keeps the deviation that gains more; the earlier of equals.
fn keep_greater(worst: &mut Option<Witness>, player: PlayerId, to: usize, gain: Rational) {
    if gain > *gain_of(worst.as_ref()) {
        *worst = Some(Witness {
            player,
            deviation: Deviation::Strategy { to: to as u32 },
            gain,
        });
    }
}

static ZERO: Rational = Rational::ZERO;

/// What a witness gains; 0 if there is none.
fn gain_of(witness: Option<&Witness>) -> &Rational {
    witness.map_or(&ZERO, |w| &w.gain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payoff::mixed_payoffs;
    use crate::testing::{Draws, rational};
    use crate::verdict::Status;
    use deterra_game::number::Number;
    use deterra_game::patience::{Ended, Patience, within};
    use deterra_game::strategic::StrategicBuilder;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn table(strategies: &[usize], payoff: impl Fn(usize, PlayerId) -> Number) -> StrategicGame {
        let mut b = StrategicBuilder::new("table");
        for (p, n) in strategies.iter().enumerate() {
            b.player_with(format!("{p}"), *n);
        }
        for cell in 0..strategies.iter().product() {
            let row = (0..strategies.len()).map(|p| payoff(cell, PlayerId::from_index(p)));
            b.payoffs(&row.collect::<Vec<_>>());
        }
        b.build().expect("complete")
    }

    fn mixed(game: &StrategicGame, rows: &[&[&str]]) -> MixedProfile {
        let row = |row: &&[&str]| row.iter().map(|text| rational(text)).collect();
        MixedProfile::new(&game.shape(), rows.iter().map(row).collect()).expect("distributions")
    }

    #[test]
    fn bach_or_stravinsky_has_three_equilibria_and_no_fourth() {
        // Source: algebra; mixed (2/3, 1/3), (1/3, 2/3) pays 2/3 each.
        let payoffs = [[2, 1], [0, 0], [0, 0], [1, 2]];
        let game = table(&[2, 2], |cell, p| Number::from(payoffs[cell][p.index()]));
        let judge = |one, two| judge_mixed(&game, &mixed(&game, &[one, two]), &Rational::ZERO);
        assert!(judge(&["1", "0"], &["1", "0"]).is_exact());
        assert!(judge(&["0", "1"], &["0", "1"]).is_exact());
        let third = mixed(&game, &[&["2/3", "1/3"], &["1/3", "2/3"]]);
        assert!(judge_mixed(&game, &third, &Rational::ZERO).is_exact());
        assert_eq!(mixed_payoffs(&game, &third), ["2/3", "2/3"].map(rational));
        // A thousandth more of the first strategy makes player 2 prefer hers.
        let off = mixed(&game, &[&["2003/3000", "997/3000"], &["1/3", "2/3"]]);
        let verdict = judge_mixed(&game, &off, &Rational::ZERO);
        let witness = verdict.witness.expect("a deviation");
        assert_eq!(verdict.status, Status::Failed);
        assert_eq!(witness.player, PlayerId(1));
        assert_eq!(witness.deviation, Deviation::Strategy { to: 0 });
        // 2003/3000 against (1/3) 2003/3000 + (2/3) 2 · 997/3000.
        assert_eq!(witness.gain, rational("0.002"));
    }

    #[test]
    fn three_players_match_pennies_at_a_half() {
        // Source: Jordan 1993: 1 matches 2, 2 matches 3, 3 mismatches 1; value 0.
        let game = table(&[2, 2, 2], |cell, p| {
            let bits = [cell & 1, cell >> 1 & 1, cell >> 2 & 1];
            let next = (p.index() + 1) % 3;
            let same = bits[p.index()] == bits[next];
            Number::from(if same == (p.index() < 2) { 1 } else { -1 })
        });
        let half: &[&str] = &["1/2", "1/2"];
        let profile = mixed(&game, &[half; 3]);
        assert!(judge_mixed(&game, &profile, &Rational::ZERO).is_exact());
        assert_eq!(mixed_payoffs(&game, &profile), vec![Rational::ZERO; 3]);
        let off: &[&str] = &["501/1000", "499/1000"];
        for p in 0..3 {
            let mut rows = [half; 3];
            rows[p] = off;
            assert!(!judge_mixed(&game, &mixed(&game, &rows), &Rational::ZERO).holds());
        }
    }

    #[test]
    fn another_shape_is_unchecked() {
        let game = table(&[2, 2], |_, _| Number::from(0));
        let other = table(&[2, 3], |_, _| Number::from(0));
        let profile = mixed(&other, &[&["1", "0"], &["1", "0", "0"]]);
        let verdict = judge_mixed(&game, &profile, &Rational::ZERO);
        assert!(matches!(verdict.status, Status::Unchecked(_)));
    }

    #[test]
    fn an_action_graph_is_judged_like_its_table() {
        use deterra_game::action_graph::{ActionGraph, ActionGraphParts, PlayerPart, TypePart};
        // Three drivers choose one of two roads; a road with n drivers costs each of them n, and
        // the second 1 more. With one driver on the second nobody gains by changing: on the first
        // they pay 2 against 3, on the second 2 against 3. Otherwise somebody does.
        let driver = |k: usize| PlayerPart {
            label: format!("{k}"),
            types: vec![TypePart {
                probability: Number::from(1),
                actions: vec![0, 1],
            }],
        };
        let graph = ActionGraph::new(ActionGraphParts {
            title: "roads".to_owned(),
            comment: String::new(),
            players: (0..3).map(driver).collect(),
            bayesian: false,
            num_action_nodes: 2,
            functions: Vec::new(),
            neighbors: vec![vec![0], vec![1]],
        })
        .expect("well formed");
        let costs = |toll: i64| {
            (1..=3)
                .map(move |n| (vec![n], Number::from(-n - toll)))
                .collect()
        };
        let game = ActionGraphGame::new(graph, vec![costs(0), costs(1)]).expect("complete");
        let table = game.expand(8).expect("eight cells");
        let mut exact = 0;
        for cell in 0..table.num_cells() {
            let verdict = judge_action_graph(&game, &table.strategies_of(cell));
            assert_eq!(verdict, judge_cell(&table, cell));
            exact += usize::from(verdict.is_exact());
        }
        assert_eq!(exact, 3, "any one driver on the second road");
        let wrong = judge_action_graph(&game, &[0, 2, 0]);
        assert!(matches!(wrong.status, Status::Unchecked(_)));
    }

    proptest! {
        #[test]
        fn payoffs_are_the_sum_over_cells(
            payoffs in prop::collection::vec(-5_i64..6, 24),
            bytes in prop::collection::vec(any::<u8>(), 0..12),
        ) {
            let game = table(&[2, 3, 2], |cell, p| {
                Number::from(payoffs[(cell * 3 + p.index()) % 24])
            });
            let mut draws = Draws::new(&bytes);
            let rows = game.shape().into_iter().map(|n| draws.distribution(n)).collect();
            let profile = MixedProfile::new(&game.shape(), rows).expect("distributions");
            for cell in 0..game.num_cells() {
                // A cell is judged like the mixed profile that plays it.
                let certain = |p| {
                    let mut row = vec![Rational::ZERO; game.num_strategies(p)];
                    row[game.strategy_in(cell, p)] = Rational::ONE;
                    row
                };
                let pure = game.players().map(certain).collect();
                let pure = MixedProfile::new(&game.shape(), pure).expect("distributions");
                prop_assert_eq!(judge_cell(&game, cell), judge_mixed(&game, &pure, &ZERO));
            }
            let mut sums = vec![Rational::ZERO; 3];
            for cell in 0..game.num_cells() {
                let mut probability = Rational::ONE;
                for p in game.players() {
                    probability = &probability * &profile.of(p)[game.strategy_in(cell, p)];
                }
                for p in game.players() {
                    sums[p.index()] += &(&probability * game.payoff(cell, p));
                }
            }
            prop_assert_eq!(mixed_payoffs(&game, &profile), sums);
        }
    }

    /// A table of nothing but equal payoffs has as many equilibria as cells, each of which is soon judged.
    #[test]
    fn cells_ask_for_patience() {
        let game = table(&[2, 2], |_, _| Number::from(0));
        let gone = Patience {
            deadline: None,
            cancel: Some(Arc::new(true.into())),
        };
        assert!(judge_cell(&game, 0).is_exact());
        let ended = within(&gone, || judge_cell(&game, 0));
        assert_eq!(ended, Err(Ended::Cancelled));
    }

    proptest! {
        /// Equal payoffs are common, so that many profiles are equilibria; numbers are short and long.
        #[test]
        fn many_profiles_are_judged_as_each_by_itself(
            payoffs in prop::collection::vec(0_i64..2, 12),
            below in prop_oneof![Just(1_i64), Just(3), Just(1 << 50)],
            times in prop_oneof![Just(1_i64), Just(1 << 61), Just(i64::MAX)],
            bytes in prop::collection::vec(any::<u8>(), 0..12),
        ) {
            let game = table(&[2, 3], |cell, p| {
                let above = times * payoffs[cell * 2 + p.index()];
                Number::from(Rational::new(above, below).expect("not 0"))
            });
            let judge = MixedJudge::new(&game);
            let mut draws = Draws::new(&bytes);
            let rows = game.shape().into_iter().map(|n| draws.distribution(n)).collect();
            let profile = MixedProfile::new(&game.shape(), rows).expect("distributions");
            prop_assert_eq!(judge.judge(&profile, &ZERO), judge_mixed(&game, &profile, &ZERO));
            for cell in 0..game.num_cells() {
                let certain = |p| {
                    let mut row = vec![Rational::ZERO; game.num_strategies(p)];
                    row[game.strategy_in(cell, p)] = Rational::ONE;
                    row
                };
                let pure = game.players().map(certain).collect();
                let pure = MixedProfile::new(&game.shape(), pure).expect("distributions");
                prop_assert_eq!(judge.judge(&pure, &ZERO), judge_cell(&game, cell));
            }
        }
    }
}

//! The divisions that no coalition can improve on.
//!
//! **Problem.** Divide what all are worth together so that no coalition is worth more by itself than it is given; or
//! say why that cannot be, and how much every coalition would have to be short by.
//! **Theorem.** There is such a division exactly if no balanced weights of coalitions make them worth more than
//! all together (Bondareva 1963; Shapley 1967). A vote has one exactly if somebody has a veto, and its corners
//! give everything to one of those.
//! **Method.** One linear program over weights of coalitions: its prices are a division whose unhappiest coalition
//! is as happy as can be (the least core of Maschler, Peleg and Shapley 1979), its point the balanced weights. It has
//! the coalitions that matter: after each try all are looked at, and those that are worse off than it says join.
//! Corners by cutting a box (Motzkin, Raiffa, Thompson and Thrall 1953), of up to 9 players.
//! **Applies to** tables of up to 20 players, and votes of up to 64.
//! **Exact.** Yes. **Cost.** Exponential in the players of a table, linear in those of a vote.
//! **References.** bondareva1963, shapley1967, maschler1979, dantzig1954b, motzkin1953.

use super::excess::{Excesses, Fixed};
use super::shapley_value::work;
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::polytope::{Halfspace, vertices};
use crate::solution::{Found, Solution};
use deterra_game::coalition::{Coalition, CoalitionalGame, MOST_TABLED, WeightedVoting};
use deterra_game::number::{Natural, Rational};
use deterra_verify::allocation;
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core {
    /// The most corners that are kept while they are searched; 0 searches none.
    pub most_corners: usize,
}

impl Default for Core {
    fn default() -> Self {
        Self { most_corners: 256 }
    }
}

/// The core, or why it is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divisions {
    /// A division in the core if there is one, else one whose greatest excess is as small as can be, if `excess` is
    /// known. By player.
    pub division: Vec<Rational>,
    /// By how much the worst-off coalition falls short of what it is worth by itself; the core is empty if this is
    /// positive. `None` where it was not computed: of one player, and of a vote of more than 20 that nobody can block.
    pub excess: Option<Rational>,
    /// If the core is empty: weights of coalitions under which everybody counts once, and which are worth more than
    /// all together.
    pub blocking: Vec<(Coalition, Rational)>,
    /// The corners of the core, in lexicographic order; `None` if they were too many.
    pub corners: Option<Vec<Vec<Rational>>>,
}

impl Divisions {
    /// Whether no division satisfies every coalition.
    pub const fn is_empty(&self) -> bool {
        !self.blocking.is_empty()
    }
}

/// Finds the core.
///
/// # Errors
/// [`SolveError::Stopped`] at the time limit.
///
/// # Example
/// Three divide 1 by majority: any two can take everything from the third, so nothing is safe.
/// ```
/// use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::cooperative::core::{Core, core};
/// let game = CoalitionalGame::voting("majority", ["a", "b", "c"], WeightedVoting::count(3, 2)?)?;
/// let solution = core(&game, &Core::default(), &Control::default())?;
/// assert!(solution.answer().is_empty());
/// assert_eq!(solution.answer().excess, Rational::new(1, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn core(
    game: &CoalitionalGame,
    options: &Core,
    control: &Control,
) -> Result<Solution<Divisions>, SolveError> {
    let start = Instant::now();
    let players = game.num_players();
    let clock = control.start();
    let answer = match (game.table(MOST_TABLED), game.rule()) {
        (Some(table), rule) => {
            let mut answer = of_table(&table, players, options, &clock)?;
            if let (None, Some(rule)) = (&answer.corners, rule) {
                answer.corners = of_vote(rule).corners;
            }
            answer
        }
        (None, Some(rule)) => of_vote(rule),
        (None, None) => return Err(too_large(players)),
    };
    let not_searched = (answer.corners.is_none() && options.most_corners > 0)
        .then(|| "the corners of the core were too many to be listed".to_owned());
    let found = Found {
        method: Method::Core,
        answer,
        not_searched,
        stop: Stop::Done,
        work: work(start, players),
    };
    Ok(Solution::certified(
        found,
        Concept::Core,
        &clock.patience(),
        |answer| {
            let corners = answer.corners.iter().flatten();
            let inside = (!answer.is_empty()).then_some(&answer.division);
            let points: Vec<&[Rational]> = inside
                .into_iter()
                .chain(corners)
                .map(Vec::as_slice)
                .collect();
            allocation::judge_core(game, &points, &answer.blocking)
        },
    ))
}

pub(super) fn too_large(players: usize) -> SolveError {
    SolveError::TooLarge {
        what: "the linear program over coalitions",
        size: Natural::ONE << players,
        limit: 1 << MOST_TABLED,
    }
}

/// Who is in a coalition, as a row of zeros and ones.
pub(super) fn indicator(coalition: Coalition, players: usize) -> Vec<Rational> {
    let inside = |p| Rational::integer(i64::from(coalition.contains(p)));
    (0..players).map(inside).collect()
}

fn of_table(
    table: &[Rational],
    players: usize,
    options: &Core,
    clock: &Clock<'_>,
) -> Result<Divisions, SolveError> {
    let all = table.len() - 1;
    if players == 1 {
        let only = vec![table[all].clone()];
        return Ok(Divisions {
            division: only.clone(),
            excess: None,
            blocking: Vec::new(),
            corners: Some(vec![only]),
        });
    }
    let mut together = Fixed::new(players);
    together.hold(Coalition::all(players), table[all].clone());
    let mut excesses = Excesses::new(table, players);
    let least = excesses
        .least(&together, false, clock)
        .map_err(|stop| SolveError::Stopped {
            stop,
            done: excesses.sweeps,
            total: 0,
            unit: "looks at all coalitions",
        })?;
    let blocking = if least.excess > Rational::ZERO {
        // Scaled so that everybody counts once.
        let count = -&least.together;
        let used = least.weights.iter();
        used.filter_map(|(c, weight)| Some((*c, weight.checked_div(&count)?)))
            .collect()
    } else {
        Vec::new()
    };
    let corners = if blocking.is_empty() {
        corners(table, players, options.most_corners)
    } else {
        Some(Vec::new())
    };
    Ok(Divisions {
        division: least.division,
        excess: Some(least.excess),
        blocking,
        corners,
    })
}

/// The corners of a core that is not empty: the last player gets what the others leave.
fn corners(table: &[Rational], players: usize, most: usize) -> Option<Vec<Vec<Rational>>> {
    let all = table.len() - 1;
    let free = players - 1;
    // The box that is cut has so many corners.
    if 1_usize << free > most {
        return None;
    }
    let low: Vec<Rational> = (0..free).map(|p| table[1 << p].clone()).collect();
    // Nobody gets more than what she adds to the others.
    let high: Vec<Rational> = (0..free)
        .map(|p| &table[all] - &table[all & !(1 << p)])
        .collect();
    let proper = (1..Coalition::all(players).bits()).map(Coalition::from_bits);
    let cuts: Vec<Halfspace> = proper
        .map(|c| {
            let last = c.contains(free);
            let worth = &table[c.bits() as usize];
            let coefficient = |p| i64::from(c.contains(p)) - i64::from(last);
            Halfspace {
                coefficients: (0..free)
                    .map(|p| Rational::integer(coefficient(p)))
                    .collect(),
                constant: if last { &table[all] - worth } else { -worth },
            }
        })
        .collect();
    let found = vertices(&low, &high, &cuts, most)?;
    let complete = |mut point: Vec<Rational>| {
        let given: Rational = point.iter().sum();
        point.push(&table[all] - &given);
        point
    };
    Some(found.into_iter().map(complete).collect())
}

/// Who has a veto may keep everything; if nobody has one, all but one win for each one.
fn of_vote(rule: &WeightedVoting) -> Divisions {
    let players = rule.weights().len();
    let all = Coalition::all(players);
    let nothing = vec![Rational::ZERO; players];
    if !rule.wins(all) {
        return Divisions {
            division: nothing.clone(),
            excess: None,
            blocking: Vec::new(),
            corners: Some(vec![nothing]),
        };
    }
    let veto = rule.veto_players();
    let keeps = |p: &usize| {
        let mut point = nothing.clone();
        point[*p] = Rational::ONE;
        point
    };
    let mut corners: Vec<Vec<Rational>> = veto.iter().map(keeps).collect();
    corners.sort();
    if let Some(first) = corners.first().cloned() {
        return Divisions {
            division: first,
            excess: Some(Rational::ZERO),
            blocking: Vec::new(),
            corners: Some(corners),
        };
    }
    let share = |n: usize| Rational::new(1, n as i64).expect("invariant: several players");
    Divisions {
        division: vec![share(players); players],
        excess: None,
        blocking: (0..players)
            .map(|p| (all.without(p), share(players - 1)))
            .collect(),
        corners: Some(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    fn found(game: &CoalitionalGame) -> Divisions {
        let solution = core(game, &Core::default(), &Control::default()).expect("small");
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        solution.into_answer()
    }

    fn vote(weights: &[i64], quota: i64) -> CoalitionalGame {
        let names: Vec<String> = (0..weights.len()).map(|k| k.to_string()).collect();
        let weights = weights.iter().map(|w| Rational::integer(*w)).collect();
        let rule = WeightedVoting::new(weights, Rational::integer(quota)).expect("a rule");
        CoalitionalGame::voting("vote", names, rule).expect("a game")
    }

    /// Whoever is in every winning coalition may keep everything.
    #[test]
    fn a_veto_player_keeps_it_all() {
        for quota in [60, 70] {
            let answer = found(&vote(&[50, 30, 20], quota));
            assert_eq!(answer.corners, Some(vec![vec![q(1, 1), q(0, 1), q(0, 1)]]));
        }
        let corners = found(&vote(&[50, 30, 20], 81)).corners.expect("three");
        assert_eq!(corners.len(), 3);
    }

    /// The right glove is short, so its owner gets the whole pair.
    #[test]
    fn gloves() {
        let game = CoalitionalGame::from_fn("gloves", ["left", "left", "right"], |c| {
            let pair = c.contains(2) && (c.contains(0) || c.contains(1));
            Rational::integer(i64::from(pair))
        });
        let answer = found(&game.expect("three"));
        assert_eq!(answer.corners, Some(vec![vec![q(0, 1), q(0, 1), q(1, 1)]]));
        assert_eq!(answer.excess, Some(Rational::ZERO));
    }

    /// Any two of three may take 1: sharing alike leaves each pair 1/3 short, and half a unit of time with each of
    /// two partners is worth 3/2.
    #[test]
    fn majority_has_none() {
        let answer = found(&vote(&[1, 1, 1], 2));
        assert_eq!(answer.excess, Some(q(1, 3)));
        assert_eq!(answer.division, vec![q(1, 3); 3]);
        let worth: Rational = answer.blocking.iter().map(|(_, w)| w).sum();
        assert_eq!(worth, q(3, 2));
        // Thirty members by their vetoes.
        assert!(found(&vote(&[1; 30], 16)).is_empty());
        let unanimous = found(&vote(&[1; 30], 30));
        assert_eq!(unanimous.corners.map(|c| c.len()), Some(30));
    }

    /// A convex game: its corners are what the orders give, all different here (Shapley 1971).
    #[test]
    fn a_convex_game_has_a_corner_an_order() {
        let square = |c: Coalition| Rational::integer((c.len() * c.len()) as i64);
        let game = CoalitionalGame::from_fn("squares", ["a", "b", "c"], square).expect("three");
        let corners = found(&game).corners.expect("six");
        assert_eq!(corners.len(), 6);
        assert!(corners.contains(&vec![q(1, 1), q(3, 1), q(5, 1)]));
    }

    #[test]
    fn one_player_and_too_many() {
        let game = CoalitionalGame::from_fn("one", ["a"], |_| Rational::integer(3)).expect("one");
        assert_eq!(found(&game).division, [q(3, 1)]);
        // Who is alone has 1 of 1: with thirteen each is short of 12/13 in the best division.
        let names = (0..13).map(|k| k.to_string());
        let many = CoalitionalGame::from_fn("many", names, |_| Rational::ONE).expect("13");
        let answer = found(&many);
        assert_eq!(answer.excess, Some(q(12, 13)));
        assert!(answer.is_empty());
        assert_eq!(
            found(&vote(&[1; 13], 14)).corners,
            Some(vec![vec![q(0, 1); 13]])
        );
        // Time is up before all coalitions are looked at.
        let control = Control {
            time_limit: Some(std::time::Duration::ZERO),
            ..Control::default()
        };
        let stopped = core(&many, &Core::default(), &control);
        assert!(matches!(stopped, Err(SolveError::Stopped { .. })));
    }
}

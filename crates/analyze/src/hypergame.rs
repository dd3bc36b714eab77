//! What happens when each side plays the game that it sees, and the games differ.
//!
//! In a *hypergame* every player has a game of its own: what it holds the payoffs, the risks and
//! the others' types to be. It solves that game and plays its own part of the solution. Its moves are
//! then made in the game that is really played. What comes of it is compared with what the player
//! would get in the solution of the true game, and the first move that a player thought impossible
//! is its *surprise*.
//!
//! Nobody learns on the way: after a surprise a player goes on with what its own game tells it to do
//! there, which a solution of every subgame says. A player finds its place in its own game move by
//! move, by the names of positions and moves; chance moves that only one of the games has are
//! stepped over.

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::PositionProfile;
use std::collections::{BTreeMap, BTreeSet};

/// The most states of play that are followed.
const MOST_STATES: usize = 1_000_000;

/// A game with the solution that is played in it.
#[derive(Clone, Copy)]
pub struct View<'g> {
    /// The game.
    pub graph: &'g dyn PositionGraph,
    /// What everybody does in it.
    pub profile: &'g PositionProfile,
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("graph", &self.graph.title())
            .field("profile", self.profile)
            .finish()
    }
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hypergame {
    /// How play ends in the true game: terminal position and probability, most likely first, then by position.
    pub endings: Vec<(NodeId, Rational)>,
    /// The moves that are made, by position and then by move.
    pub moves: Vec<Move>,
    /// For every play the first move that a player thought impossible, by position, move and
    /// player.
    pub surprises: Vec<Surprise>,
    /// What every player gets, in payoff units of the true game.
    pub obtained: Vec<Rational>,
    /// What every player would get if all played the solution of the true game.
    pub informed: Vec<Rational>,
    /// What every player expects to get, in its own game.
    pub expected: Vec<Rational>,
}

impl Hypergame {
    /// What playing its own game instead of the true one's solution costs every player, in payoff
    /// units; negative where the misperception, its own or another's, serves it.
    pub fn costs(&self) -> Vec<Rational> {
        let pairs = self.informed.iter().zip(&self.obtained);
        pairs.map(|(informed, got)| informed - got).collect()
    }
}

/// A move that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where, in the true game.
    pub position: NodeId,
    /// Who moves.
    pub player: PlayerId,
    /// The move.
    pub chosen: usize,
    /// How likely.
    pub probability: Rational,
}

/// A move to which somebody gave probability 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surprise {
    /// Where it is made, in the true game.
    pub position: NodeId,
    /// Who makes it.
    pub mover: PlayerId,
    /// The move.
    pub chosen: usize,
    /// Whom it surprises.
    pub surprised: PlayerId,
    /// How likely it is the player's first surprise.
    pub probability: Rational,
}

/// Why the games cannot be played together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HypergameError {
    /// Not one view a player.
    #[error("{views} views for {players} players")]
    Views {
        /// How many views there are.
        views: usize,
        /// How many players there are.
        players: usize,
    },
    /// The game that a player sees has no such place, and it has to move there.
    #[error(
        "{player} must move at \"{position}\", and there is no such place in the game that it sees"
    )]
    NoPlace {
        /// The player's label.
        player: String,
        /// The position's label.
        position: String,
    },
    /// A player wants to make a move that the true game does not have.
    #[error("{player} would play \"{action}\" at \"{position}\", and there is no such move")]
    NoMove {
        /// The player's label.
        player: String,
        /// The position's label.
        position: String,
        /// The move.
        action: String,
    },
    /// Too many ways to play.
    #[error("more than {limit} states of play have to be followed")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

/// Where play stands: in the true game, in everybody's own (if it has the place), and who has been surprised.
type State = (NodeId, Vec<Option<NodeId>>, Vec<bool>);

/// Plays everybody's part of its own game in the true one.
///
/// `truth` is the true game with its solution; `views` has the game that each player sees, with its
/// solution, in the order of the players.
///
/// # Returns
/// What happens, all probabilities and payoffs exact.
///
/// # Errors
/// [`HypergameError`] if somebody is lost, or there are too many states to follow.
///
/// # Complexity
/// `O(s · p)` for s reached states of play (a position of the true game together with the players'
/// positions in their own) and p players, but where a player must look for its place by name.
///
/// # Example
/// One player stops or goes on, another then gives in or fights. The first holds the other to
/// be weak; it fights.
/// ```
/// use deterra_analyze::hypergame::{View, hypergame};
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::positional::{PositionGraph, PositionalBuilder, PositionalGame};
/// use deterra_game::profile::PositionProfile;
/// let game = |fight: i64| -> PositionalGame {
///     let mut b = PositionalBuilder::new("a threat");
///     let (one, two) = (b.player("one"), b.player("two"));
///     let (start, answer) = (b.position("start"), b.position("answer"));
///     let (quiet, taken, war) = (b.position("quiet"), b.position("taken"), b.position("war"));
///     b.set_mover(start, one);
///     b.add_move(start, "stop", quiet, None);
///     b.add_move(start, "go on", answer, None);
///     b.set_mover(answer, two);
///     b.add_move(answer, "give in", taken, None);
///     b.add_move(answer, "fight", war, None);
///     b.set_payoffs(quiet, "quiet", vec![Number::from(0), Number::from(0)]);
///     b.set_payoffs(taken, "taken", vec![Number::from(2), Number::from(-1)]);
///     b.set_payoffs(war, "war", vec![Number::from(-4), Number::from(fight)]);
///     b.build().expect("a game").0
/// };
/// let (weak, strong) = (game(-3), game(1));
/// // The solutions: go on and give in; stop, and fight if it comes to that.
/// let plays = |game: &PositionalGame, second_at: &str| {
///     let choice = |at| u32::from(game.position_label(at) == second_at);
///     PositionProfile::pure(game, game.positions().map(choice).collect())
/// };
/// let (give_in, fight) = (plays(&weak, "start")?, plays(&strong, "answer")?);
/// let truth = View { graph: &strong, profile: &fight };
/// let misled = View { graph: &weak, profile: &give_in };
/// let played = hypergame(truth, &[misled, truth])?;
/// assert_eq!(played.obtained, [Rational::integer(-4), Rational::integer(1)]);
/// assert_eq!(played.costs(), [Rational::integer(4), Rational::integer(-1)]);
/// // Going on surprises the one, fighting the other.
/// assert_eq!(played.surprises.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn hypergame(truth: View<'_>, views: &[View<'_>]) -> Result<Hypergame, HypergameError> {
    let graph = truth.graph;
    let players = graph.num_players();
    if views.len() != players {
        return Err(HypergameError::Views {
            views: views.len(),
            players,
        });
    }
    let root = (
        NodeId::ROOT,
        vec![Some(NodeId::ROOT); players],
        vec![false; players],
    );
    let mut open: BTreeMap<State, Rational> = BTreeMap::from([(root, Rational::ONE)]);
    let mut followed = 0;
    let mut obtained = vec![Rational::ZERO; players];
    let mut endings: BTreeMap<NodeId, Rational> = BTreeMap::new();
    let mut moves: BTreeMap<(NodeId, usize), (PlayerId, Rational)> = BTreeMap::new();
    let mut surprises: BTreeMap<(NodeId, usize, PlayerId), (PlayerId, Rational)> = BTreeMap::new();
    // Successors have greater numbers, so the least open state has all its probability.
    while let Some(((position, mut places, surprised), probability)) = open.pop_first() {
        followed += 1;
        if followed > MOST_STATES {
            return Err(HypergameError::TooMany { limit: MOST_STATES });
        }
        for (player, sum) in obtained.iter_mut().enumerate() {
            if let Some(paid) = graph.payoff_at(position, PlayerId::from_index(player)) {
                *sum += &(&probability * paid.value());
            }
        }
        for (place, view) in places.iter_mut().zip(views) {
            *place = find(view.graph, *place, graph, position);
        }
        let mut follow = |k: usize, share: &Rational, surprised: Vec<bool>| {
            let after = places.iter().zip(views);
            let after = after.map(|(place, view)| step(*view, (*place)?, graph, position, k));
            let state = (graph.successor(position, k), after.collect(), surprised);
            *open.entry(state).or_default() += &(&probability * share);
        };
        match graph.mover(position) {
            Mover::Terminal => *endings.entry(position).or_default() += &probability,
            Mover::Chance => {
                for k in 0..graph.num_moves(position) {
                    let drawn = graph.chance_probability(position, k).value();
                    if !drawn.is_zero() {
                        follow(k, drawn, surprised.clone());
                    }
                }
            }
            Mover::Player(mover) => {
                for (k, share) in plan(graph, position, mover, views, &places)? {
                    let made = &probability * &share;
                    let mut after = surprised.clone();
                    for (other, view) in views.iter().enumerate() {
                        let expected = places[other].and_then(|place| {
                            let chosen = same_move(view.graph, place, graph, position, k)?;
                            Some(view.profile.probability(place, chosen))
                        });
                        let unthinkable = expected.is_none_or(Rational::is_zero);
                        if unthinkable && other != mover.index() && !surprised[other] {
                            after[other] = true;
                            let key = (position, k, PlayerId::from_index(other));
                            let entry = surprises.entry(key).or_insert((mover, Rational::ZERO));
                            entry.1 += &made;
                        }
                    }
                    let entry = moves.entry((position, k));
                    entry.or_insert((mover, Rational::ZERO)).1 += &made;
                    follow(k, &share, after);
                }
            }
        }
    }
    let mut endings: Vec<(NodeId, Rational)> = endings.into_iter().collect();
    endings.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(Hypergame {
        endings,
        moves: moves
            .into_iter()
            .map(|((position, chosen), (player, probability))| Move {
                position,
                player,
                chosen,
                probability,
            })
            .collect(),
        surprises: surprises
            .into_iter()
            .map(
                |((position, chosen, surprised), (mover, probability))| Surprise {
                    position,
                    mover,
                    chosen,
                    surprised,
                    probability,
                },
            )
            .collect(),
        obtained,
        informed: values(truth),
        expected: views
            .iter()
            .enumerate()
            .map(|(player, view)| values(*view).swap_remove(player))
            .collect(),
    })
}

/// The moves that the one to move makes, with their probabilities, as moves of the true game.
fn plan(
    graph: &dyn PositionGraph,
    position: NodeId,
    mover: PlayerId,
    views: &[View<'_>],
    places: &[Option<NodeId>],
) -> Result<Vec<(usize, Rational)>, HypergameError> {
    let view = views[mover.index()];
    let named = || {
        (
            graph.player_label(mover).to_owned(),
            graph.position_label(position).to_owned(),
        )
    };
    let Some(place) = places[mover.index()] else {
        let (player, position) = named();
        return Err(HypergameError::NoPlace { player, position });
    };
    view.profile
        .support(place)
        .map(|(k, share)| {
            let found = same_move(graph, position, view.graph, place, k);
            let found = found.ok_or_else(|| {
                let (player, position) = named();
                HypergameError::NoMove {
                    player,
                    position,
                    action: view.graph.move_label(place, k).to_owned(),
                }
            });
            Ok((found?, share.clone()))
        })
        .collect()
}

/// The move of a position that is called as the `k`-th move of another game's position.
fn same_move(
    graph: &dyn PositionGraph,
    at: NodeId,
    other: &dyn PositionGraph,
    there: NodeId,
    k: usize,
) -> Option<usize> {
    let label = other.move_label(there, k);
    (0..graph.num_moves(at)).find(|k| graph.move_label(at, *k) == label)
}

/// Whether two games' positions are the same place: equal names, and the same one moves.
fn same_place(a: &dyn PositionGraph, at: NodeId, b: &dyn PositionGraph, there: NodeId) -> bool {
    a.mover(at) == b.mover(there) && a.position_label(at) == b.position_label(there)
}

/// Where a player stands in its own game when play is at a position of the true one.
///
/// Chance moves that only its own game has are stepped over; one that only the true game has
/// leaves it where it is. Who has lost its place finds it by its name, if only one has it.
fn find(
    own: &dyn PositionGraph,
    place: Option<NodeId>,
    graph: &dyn PositionGraph,
    position: NodeId,
) -> Option<NodeId> {
    if graph.mover(position) == Mover::Terminal {
        return None;
    }
    let mut next: BTreeSet<NodeId> = place.into_iter().collect();
    while let Some(at) = next.pop_first() {
        if same_place(own, at, graph, position) {
            return Some(at);
        }
        if own.mover(at) == Mover::Chance {
            next.extend((0..own.num_moves(at)).map(|k| own.successor(at, k)));
        }
    }
    if graph.mover(position) == Mover::Chance {
        return place;
    }
    let all = (0..own.num_positions()).map(NodeId::from_index);
    let mut fitting = all.filter(|at| same_place(own, *at, graph, position));
    let only = fitting.next();
    if fitting.next().is_some() { None } else { only }
}

/// Where a player stands in its own game after the `k`-th move of a position of the true one.
fn step(
    view: View<'_>,
    place: NodeId,
    graph: &dyn PositionGraph,
    position: NodeId,
    k: usize,
) -> Option<NodeId> {
    if !same_place(view.graph, place, graph, position) {
        // A chance move that its game does not have.
        return Some(place);
    }
    let chosen = same_move(view.graph, place, graph, position, k)?;
    Some(view.graph.successor(place, chosen))
}

/// What everybody gets if a game is played as its solution says.
fn values(view: View<'_>) -> Vec<Rational> {
    let graph = view.graph;
    let mut reach = vec![Rational::ZERO; graph.num_positions()];
    reach[0] = Rational::ONE;
    let mut sums = vec![Rational::ZERO; graph.num_players()];
    for at in (0..graph.num_positions()).map(NodeId::from_index) {
        let here = std::mem::take(&mut reach[at.index()]);
        if here.is_zero() {
            continue;
        }
        for (player, sum) in sums.iter_mut().enumerate() {
            if let Some(paid) = graph.payoff_at(at, PlayerId::from_index(player)) {
                *sum += &(&here * paid.value());
            }
        }
        for k in 0..graph.num_moves(at) {
            let share = match graph.mover(at) {
                Mover::Chance => graph.chance_probability(at, k).value(),
                Mover::Player(_) => view.profile.probability(at, k),
                Mover::Terminal => continue,
            };
            reach[graph.successor(at, k).index()] += &(&here * share);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{rational, ultimatum};

    fn profile(game: &crate::fixture::Ultimatum) -> PositionProfile {
        PositionProfile::pure(&game.graph, game.choices.clone()).expect("choices")
    }

    /// With an audience cost of 17 losing the prize is worth -25 to the coalition, as it is to a
    /// resolute one: it carries out all stages and the challenger should stop at once, (4, -2). A
    /// challenger who takes the cost for 0 goes on to the end. Accidents cost -50 with probability
    /// 1 - .98·.95·.8 = .2552, else all stages have been paid, (-20, -17).
    #[test]
    fn a_challenger_who_takes_the_threat_for_a_bluff_climbs_to_the_top() {
        let (truth, believed) = (ultimatum("17"), ultimatum("0"));
        let (informed, misled) = (profile(&truth), profile(&believed));
        let right = View {
            graph: &truth.graph,
            profile: &informed,
        };
        let wrong = View {
            graph: &believed.graph,
            profile: &misled,
        };
        let played = hypergame(right, &[wrong, right]).expect("the same moves");
        assert_eq!(played.informed, [rational("4"), rational("-2")]);
        assert_eq!(played.expected, [rational("10"), rational("-2")]);
        assert_eq!(played.obtained, [rational("-27.656"), rational("-25.4216")]);
        assert_eq!(played.costs(), [rational("31.656"), rational("23.4216")]);
        let (last, p) = &played.endings[0];
        assert_eq!(truth.graph.outcome_label(*last), Some("defeat"));
        assert_eq!(*p, rational("0.7448"));
        // Going on surprises the coalition, being answered the challenger; nothing does later.
        let told: Vec<(NodeId, usize)> = played
            .surprises
            .iter()
            .map(|s| (s.position, s.surprised.index()))
            .collect();
        assert_eq!(told, [(truth.yields[0], 1), (truth.decisions[0], 0)]);
        assert!(played.surprises.iter().all(|s| s.probability.is_one()));
    }

    #[test]
    fn who_sees_the_truth_loses_nothing() {
        let truth = ultimatum("0");
        let informed = profile(&truth);
        let right = View {
            graph: &truth.graph,
            profile: &informed,
        };
        let played = hypergame(right, &[right, right]).expect("one game");
        assert_eq!(played.obtained, played.informed);
        assert_eq!(played.surprises, []);
        assert_eq!(
            hypergame(right, &[right]),
            Err(HypergameError::Views {
                views: 1,
                players: 2
            })
        );
    }
}

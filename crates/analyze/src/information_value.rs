//! What it is worth to know, and to be unknown.
//!
//! Somebody who knows more decides better, as long as nobody else does anything different for it. In a game they do: others
//! know that it is known. So the value of information is a difference of equilibria of two games, with and without it,
//! and may be negative (Kamien, Tauman and Zamir 1990). [`informed`] makes the second game: a player learns which move
//! chance made first, for certain or by a signal that is sometimes wrong, and everybody knows that it does.
//!
//! The same pair of games says what secrecy is worth to the one whose type it is.

use deterra_game::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, OutcomeId, PlayerId};
use deterra_game::number::{Number, Rational};
use std::collections::BTreeMap;

/// The most nodes of a game with a signal.
const MOST_NODES: usize = 1 << 22;

/// What is learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Who learns it.
    pub to: PlayerId,
    /// By chance's first move, what it belongs to: moves of one kind cannot be told apart.
    pub kinds: Vec<usize>,
    /// The names of the kinds.
    pub names: Vec<String>,
    /// How likely the signal is wrong; each wrong kind is as likely as any other.
    pub error: Rational,
}

/// Why nobody can be informed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotInformed {
    /// There is nothing to learn.
    #[error("chance does not move first, so there is nothing to be learned before play")]
    NoChance,
    /// One kind only, or not one a move.
    #[error("there are {kinds} kinds for {moves} moves of chance: nothing to be told apart")]
    Kinds {
        /// How many kinds.
        kinds: usize,
        /// How many moves.
        moves: usize,
    },
    /// No probability of an error.
    #[error("a signal is wrong with a probability from 0 to 1, not {0}")]
    Error(Rational),
    /// A game with too many nodes.
    #[error("with a signal the game has more than {limit} nodes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

/// The game in which a player learns something of chance's first move.
///
/// # Returns
/// The game; information sets of the player are named by what it learned too.
///
/// # Errors
/// [`NotInformed`].
///
/// # Complexity
/// `O(nodes)`, for every kind if the signal may be wrong.
///
/// # Example
/// A coin is tossed and guessed: knowing it is worth the other half of the prize.
/// ```
/// use deterra_analyze::information_value::{Signal, informed};
/// use deterra_game::builder::ExtensiveBuilder;
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// let mut b = ExtensiveBuilder::new("coin");
/// let guesser = b.player("guesser");
/// let half = Number::from(Rational::new(1, 2).unwrap());
/// let toss = b.chance_event("toss", &[("heads", half.clone()), ("tails", half)]);
/// let guess = b.infoset(guesser, "guess", &["heads", "tails"]);
/// b.move_at("", toss);
/// for side in 0..2 {
///     b.move_at("", guess);
///     for said in 0..2 {
///         let outcome = b.outcome("", &[Number::from(i64::from(side == said))]);
///         let node = b.terminal("");
///         b.set_outcome(node, outcome);
///     }
/// }
/// let game = b.build()?;
/// let signal = Signal {
///     to: PlayerId(0),
///     kinds: vec![0, 1],
///     names: vec!["heads".to_owned(), "tails".to_owned()],
///     error: Rational::ZERO,
/// };
/// assert_eq!(informed(&game, &signal)?.player_infosets(PlayerId(0)).len(), 2);
/// // A signal that may be wrong is drawn after the coin.
/// let signal = Signal { error: Rational::new(1, 10).unwrap(), ..signal };
/// assert_eq!(informed(&game, &signal)?.num_nodes(), 1 + 2 * (1 + 2 * 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn informed(game: &ExtensiveGame, signal: &Signal) -> Result<ExtensiveGame, NotInformed> {
    let NodeKind::Chance(event) = game.kind(NodeId::ROOT) else {
        return Err(NotInformed::NoChance);
    };
    let moves = game.num_actions(event);
    let kinds = signal.names.len();
    let known = signal.kinds.iter().all(|kind| *kind < kinds);
    if signal.kinds.len() != moves || kinds < 2 || !known {
        return Err(NotInformed::Kinds { kinds, moves });
    }
    if signal.error.is_negative() || signal.error > Rational::ONE {
        return Err(NotInformed::Error(signal.error.clone()));
    }
    let certain = signal.error.is_zero();
    if !certain && game.num_nodes().saturating_mul(kinds) > MOST_NODES {
        return Err(NotInformed::TooLarge { limit: MOST_NODES });
    }
    let mut copy = Copy::new(game, signal);
    copy.node(NodeId::ROOT, None);
    // Work that is left, last first: a node and the signal received; none yet before the signal is drawn.
    let mut tasks: Vec<(NodeId, Option<usize>)> = Vec::new();
    let roots: Vec<NodeId> = game.children(NodeId::ROOT).collect();
    for (child, kind) in roots.into_iter().zip(&signal.kinds).rev() {
        tasks.push((child, certain.then_some(*kind)));
    }
    while let Some((node, heard)) = tasks.pop() {
        let Some(heard) = heard else {
            let k = game.incoming(node).unwrap_or(0);
            copy.draw(signal.kinds[k]);
            tasks.extend((0..kinds).rev().map(|kind| (node, Some(kind))));
            continue;
        };
        copy.node(node, Some(heard));
        let children: Vec<NodeId> = game.children(node).collect();
        tasks.extend(children.into_iter().rev().map(|child| (child, Some(heard))));
    }
    Ok(copy.finish())
}

/// A tree that is written again.
struct Copy<'g> {
    game: &'g ExtensiveGame,
    signal: &'g Signal,
    builder: ExtensiveBuilder,
    sets: BTreeMap<(InfosetId, Option<usize>), InfosetKey>,
    draws: BTreeMap<usize, InfosetKey>,
    outcomes: BTreeMap<OutcomeId, OutcomeKey>,
}

impl<'g> Copy<'g> {
    fn new(game: &'g ExtensiveGame, signal: &'g Signal) -> Self {
        let mut builder = ExtensiveBuilder::new(game.title());
        builder.set_comment(game.comment());
        for player in game.players() {
            builder.player(game.player_label(player));
        }
        Self {
            game,
            signal,
            builder,
            sets: BTreeMap::new(),
            draws: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        }
    }

    fn node(&mut self, node: NodeId, heard: Option<usize>) {
        let game = self.game;
        let label = game.node_label(node);
        let new = match game.kind(node) {
            NodeKind::Terminal => self.builder.terminal(label),
            NodeKind::Chance(event) => {
                let key = self.event(event);
                self.builder.move_at(label, key)
            }
            NodeKind::Decision(player, infoset) => {
                let heard = heard.filter(|_| player == self.signal.to);
                let key = self.set(player, infoset, heard);
                self.builder.move_at(label, key)
            }
        };
        if let Some(outcome) = game.outcome(node) {
            let builder = &mut self.builder;
            let key = *self.outcomes.entry(outcome).or_insert_with(|| {
                let players = game.players();
                let payoffs: Vec<Number> =
                    players.map(|p| game.payoff(outcome, p).clone()).collect();
                builder.outcome(game.outcome_label(outcome), &payoffs)
            });
            self.builder.set_outcome(new, key);
        }
    }

    fn event(&mut self, event: InfosetId) -> InfosetKey {
        let (game, builder) = (self.game, &mut self.builder);
        *self.sets.entry((event, None)).or_insert_with(|| {
            let row: Vec<(&str, Number)> = (0..game.num_actions(event))
                .map(|k| {
                    let p = game.chance_probability(event, k).clone();
                    (game.action_label(event, k), p)
                })
                .collect();
            builder.chance_event(game.infoset_label(event), &row)
        })
    }

    fn set(&mut self, player: PlayerId, infoset: InfosetId, heard: Option<usize>) -> InfosetKey {
        let (game, signal, builder) = (self.game, self.signal, &mut self.builder);
        *self.sets.entry((infoset, heard)).or_insert_with(|| {
            let actions: Vec<&str> = (0..game.num_actions(infoset))
                .map(|k| game.action_label(infoset, k))
                .collect();
            let label = game.infoset_label(infoset);
            let name = match heard {
                Some(kind) => format!("{label}|{}", signal.names[kind]),
                None => label.to_owned(),
            };
            builder.infoset(player, name, &actions)
        })
    }

    /// Chance draws the signal of a kind.
    fn draw(&mut self, kind: usize) {
        let (signal, builder) = (self.signal, &mut self.builder);
        let key = *self.draws.entry(kind).or_insert_with(|| {
            let others = Rational::integer(signal.names.len() as i64 - 1);
            let wrong = signal.error.checked_div(&others).unwrap_or_default();
            let right = &Rational::ONE - &signal.error;
            let chance = |k: usize| if k == kind { &right } else { &wrong };
            let names = signal.names.iter().enumerate();
            let row: Vec<(&str, Number)> = names
                .map(|(k, name)| (name.as_str(), Number::from(chance(k).clone())))
                .collect();
            builder.chance_event("signal", &row)
        });
        self.builder.move_at("", key);
    }

    fn finish(self) -> ExtensiveGame {
        self.builder
            .build()
            .expect("invariant: a tree that is written again is whole")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_solve::control::Control;
    use deterra_solve::problem::{Problem, Request};

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    /// The rudimentary deterrence game with a defender who is hard with this probability.
    fn deterrence(hard: Rational) -> ExtensiveGame {
        let mut b = ExtensiveBuilder::new("deterrence");
        let (challenger, defender) = (b.player("challenger"), b.player("defender"));
        let soft = &Rational::ONE - &hard;
        let types = b.chance_event(
            "types",
            &[("hard", Number::from(hard)), ("soft", Number::from(soft))],
        );
        let demand = b.infoset(challenger, "demand", &["cooperate", "defect"]);
        b.move_at("", types);
        for (label, fight) in [("hard", q(1, 2)), ("soft", q(0, 1))] {
            let answer = b.infoset(defender, format!("answer:{label}"), &["concede", "resist"]);
            let end = |b: &mut ExtensiveBuilder, pay: [Rational; 2]| {
                let outcome = b.outcome("", &pay.map(Number::from));
                let node = b.terminal("");
                b.set_outcome(node, outcome);
            };
            b.move_at("", demand);
            end(&mut b, [q(1, 2), q(1, 1)]);
            b.move_at("", answer);
            end(&mut b, [q(1, 1), q(3, 10)]);
            end(&mut b, [q(0, 1), fight]);
        }
        b.build().expect("a game")
    }

    fn paid(game: ExtensiveGame) -> Vec<Rational> {
        let member = crate::family::Member::Tree(game);
        assert!(matches!(member.problem(), Problem::Extensive(_)));
        let found = crate::regime::regime(&member, &Request::default(), &Control::default());
        found.expect("solved").plays[0].payoffs.clone()
    }

    /// Challenging is worth 1 - p against 1/2. Knowing the type, the challenger stops against a hard defender and wins against a
    /// soft one: it gains p/2 where it would have challenged, (1 - p)/2 where it would not.
    #[test]
    fn knowing_who_would_resist() {
        for (hard, gain) in [(q(2, 5), q(1, 5)), (q(1, 2), q(1, 4)), (q(3, 5), q(1, 5))] {
            let game = deterrence(hard.clone());
            let signal = Signal {
                to: PlayerId(0),
                kinds: vec![0, 1],
                names: vec!["hard".to_owned(), "soft".to_owned()],
                error: Rational::ZERO,
            };
            let told = paid(informed(&game, &signal).expect("chance moves first"));
            let untold = paid(game);
            assert_eq!(&told[0] - &untold[0], gain, "{hard}");
        }
    }

    /// A probe that is wrong one time in ten: at p = 2/5 the challenger stops if told hard (it is, with 36 to 6) and goes on
    /// if told soft: .36/2 + .06/2 + .54 + .04·0 = .75, less the .6 of going on anyhow.
    #[test]
    fn a_probe_is_worth_less() {
        let game = deterrence(q(2, 5));
        let signal = Signal {
            to: PlayerId(0),
            kinds: vec![0, 1],
            names: vec!["hard".to_owned(), "soft".to_owned()],
            error: q(1, 10),
        };
        let told = paid(informed(&game, &signal).expect("chance moves first"));
        assert_eq!(told[0], q(3, 4));
    }

    #[test]
    fn what_cannot_be_told() {
        let game = deterrence(q(2, 5));
        let signal = |kinds: Vec<usize>, error: Rational| Signal {
            to: PlayerId(0),
            kinds,
            names: vec!["hard".to_owned(), "soft".to_owned()],
            error,
        };
        let refused = |kinds, error| informed(&game, &signal(kinds, error)).expect_err("refused");
        assert!(matches!(
            refused(vec![0], q(0, 1)),
            NotInformed::Kinds { .. }
        ));
        assert!(matches!(
            refused(vec![0, 2], q(0, 1)),
            NotInformed::Kinds { .. }
        ));
        assert!(matches!(
            refused(vec![0, 1], q(2, 1)),
            NotInformed::Error(_)
        ));
    }
}

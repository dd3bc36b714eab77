//! Games for tests: random ones grown from bytes, and two from the literature.

use deterra_game::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{PositionalBuilder, PositionalGame};
use deterra_game::profile::{BehaviorProfile, PureProfile};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(crate) fn rational(text: &str) -> Rational {
    Number::parse(text).expect("a number").into_value()
}

/// Choices drawn from a list of bytes; zero when it is used up.
pub(crate) struct Draws<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Draws<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn below(&mut self, n: u32) -> u32 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        u32::from(byte) % n
    }

    /// A distribution over `n` things; some have probability 0.
    pub(crate) fn distribution(&mut self, n: usize) -> Vec<Rational> {
        let mut weights: Vec<i64> = (0..n).map(|_| i64::from(self.below(4))).collect();
        if weights.iter().all(|w| *w == 0) {
            weights[n / 2] = 1;
        }
        let sum = weights.iter().sum();
        let share = |w: &i64| Rational::new(*w, sum).expect("positive sum");
        weights.iter().map(share).collect()
    }
}

/// What players know in a random game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// Where they are.
    Everything,
    /// What they did and knew, and one of two signals now and then.
    OwnPast,
}

pub(crate) fn random_game(knowledge: Knowledge) -> impl Strategy<Value = ExtensiveGame> {
    prop::collection::vec(any::<u8>(), 4..120).prop_map(move |bytes| grow(&bytes, knowledge))
}

/// Bytes to draw a profile from.
pub(crate) fn profile_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..60)
}

pub(crate) fn behavior(game: &ExtensiveGame, bytes: &[u8]) -> BehaviorProfile {
    let mut draws = Draws::new(bytes);
    let rows = game
        .infosets()
        .map(|h| draws.distribution(game.num_actions(h)));
    BehaviorProfile::new(game, rows.flatten().collect()).expect("distributions")
}

/// Every pure strategy of one player as a behavior profile with the others as they are; `None`
/// if there are more than `limit`.
pub(crate) fn deviations(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    player: PlayerId,
    limit: usize,
) -> Option<Vec<BehaviorProfile>> {
    let sets: Vec<InfosetId> = game.player_infosets(player).collect();
    let mut all = vec![profile.as_slice().to_vec()];
    for set in sets {
        let actions = game.actions(set);
        if all.len() * actions.len() > limit {
            return None;
        }
        let with = |row: &Vec<Rational>, taken: usize| {
            let mut row = row.clone();
            for flat in actions.clone() {
                row[flat] = if flat == taken {
                    Rational::ONE
                } else {
                    Rational::ZERO
                };
            }
            row
        };
        all = all
            .iter()
            .flat_map(|row| actions.clone().map(move |taken| with(row, taken)))
            .collect();
    }
    let profile = |row| BehaviorProfile::new(game, row).expect("distributions");
    Some(all.into_iter().map(profile).collect())
}

/// The profile with other, pure actions at some sets.
pub(crate) fn changed(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    moves: &[(InfosetId, u32)],
) -> BehaviorProfile {
    let mut row = profile.as_slice().to_vec();
    for (set, to) in moves {
        for (k, flat) in game.actions(*set).enumerate() {
            row[flat] = if k == *to as usize {
                Rational::ONE
            } else {
                Rational::ZERO
            };
        }
    }
    BehaviorProfile::new(game, row).expect("distributions")
}

fn grow(bytes: &[u8], knowledge: Knowledge) -> ExtensiveGame {
    let mut draws = Draws::new(bytes);
    let mut b = ExtensiveBuilder::new("random");
    let players: Vec<PlayerId> = (0..=draws.below(3))
        .map(|p| b.player(format!("p{p}")))
        .collect();
    let outcomes: Vec<OutcomeKey> = (0..=draws.below(6))
        .map(|k| {
            let payoff = |_: &PlayerId| Number::from(i64::from(draws.below(7)) - 3);
            let row: Vec<Number> = players.iter().map(payoff).collect();
            b.outcome(format!("o{k}"), &row)
        })
        .collect();
    // What a player remembers: her last set and action; with a signal this names her next set.
    let mut sets: BTreeMap<(usize, u32, u32), (InfosetKey, u32, u32)> = BTreeMap::new();
    let mut stack = vec![(0_u32, vec![0_u32; players.len()])];
    let mut nodes = 0;
    while let Some((depth, memory)) = stack.pop() {
        nodes += 1;
        let kind = draws.below(8);
        let node = if depth >= 5 || nodes > 40 || (kind == 0 && depth > 0) {
            b.terminal("")
        } else if kind <= 2 {
            let odds = draws.distribution(1 + kind as usize);
            let labels = (0..odds.len()).map(|k| format!("c{k}"));
            let row: Vec<(String, Number)> =
                labels.zip(odds.into_iter().map(Number::from)).collect();
            let event = b.chance_event("", &row);
            stack.extend(row.iter().map(|_| (depth + 1, memory.clone())));
            b.move_at("", event)
        } else {
            let p = draws.below(players.len() as u32) as usize;
            let signal = match knowledge {
                Knowledge::Everything => 1000 + nodes,
                // Often nobody else's set: then subgames start here.
                Knowledge::OwnPast if draws.below(3) > 0 => 1000 + nodes,
                Knowledge::OwnPast => draws.below(2),
            };
            let arity = 1 + draws.below(3);
            let id = sets.len() as u32;
            let (key, arity, id) = *sets.entry((p, memory[p], signal)).or_insert_with(|| {
                let labels: Vec<String> = (0..arity).map(|a| format!("a{a}")).collect();
                let key = b.infoset(players[p], format!("h{p}.{id}"), &labels);
                (key, arity, id)
            });
            for action in (0..arity).rev() {
                let mut memory = memory.clone();
                memory[p] = 1 + id * 4 + action;
                stack.push((depth + 1, memory));
            }
            b.move_at("", key)
        };
        if draws.below(4) > 0 {
            b.set_outcome(node, outcomes[draws.below(outcomes.len() as u32) as usize]);
        }
    }
    b.build().expect("a complete tree")
}

/// A random game on shared positions, layered: moves lead to later layers.
pub(crate) fn grow_positions(bytes: &[u8]) -> PositionalGame {
    let mut draws = Draws::new(bytes);
    let mut b = PositionalBuilder::new("random positions");
    let players = [b.player("p0"), b.player("p1")];
    let layers = 2 + draws.below(3);
    let mut rows = vec![vec![b.position("root")]];
    for layer in 1..=layers {
        let width = 1 + draws.below(3);
        rows.push(
            (0..width)
                .map(|k| b.position(format!("{layer}.{k}")))
                .collect(),
        );
    }
    let mut met = vec![false; b.num_positions()];
    met[0] = true;
    for layer in 0..layers as usize {
        for at in rows[layer].clone() {
            let chance = draws.below(4) == 0;
            // What nobody has led to yet is led to first.
            let later = rows[layer + 1].clone();
            let unmet: Vec<_> = later.iter().filter(|k| !met[k.index()]).collect();
            let n = unmet.len().max(1 + draws.below(3) as usize);
            if chance {
                b.set_chance(at);
            } else {
                b.set_mover(at, players[draws.below(2) as usize]);
            }
            let odds = draws.distribution(n);
            for (k, odd) in odds.into_iter().enumerate() {
                let any = draws.below(later.len() as u32) as usize;
                let to = *unmet.get(k).copied().unwrap_or(&later[any]);
                met[to.index()] = true;
                let probability = chance.then(|| Number::from(odd));
                b.add_move(at, format!("m{k}"), to, probability);
            }
        }
    }
    for row in rows {
        for at in row {
            let payoffs = players.map(|_| Number::from(i64::from(draws.below(7)) - 3));
            b.set_payoffs(at, "", payoffs.to_vec());
        }
    }
    b.build().expect("layers have no cycle").0
}

/// Selten's horse (1975, figure 1): player 1 chooses L or R; after R player 2 chooses L or R;
/// player 3 sees neither, but is asked only if somebody chose L.
pub(crate) fn selten_horse() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Selten's horse");
    let players = ["1", "2", "3"].map(|name| b.player(name));
    let sets = players.map(|p| b.infoset(p, "", &["L", "R"]));
    let outcomes = [[0, 0, 0], [3, 2, 2], [0, 0, 1], [4, 4, 0], [1, 1, 1]]
        .map(|row| b.outcome("", &row.map(Number::from)));
    let mut ends = Vec::new();
    b.move_at("", sets[0]);
    b.move_at("", sets[2]);
    ends.extend([b.terminal(""), b.terminal("")]);
    b.move_at("", sets[1]);
    b.move_at("", sets[2]);
    ends.extend([b.terminal(""), b.terminal(""), b.terminal("")]);
    for (end, outcome) in ends.into_iter().zip(outcomes) {
        b.set_outcome(end, outcome);
    }
    b.build().expect("a complete tree")
}

/// Profiles of the horse: each player's probability of R.
pub(crate) fn horse_profile(game: &ExtensiveGame, right: [&str; 3]) -> BehaviorProfile {
    let rows = right.map(|text| {
        let right = rational(text);
        [&Rational::ONE - &right, right]
    });
    BehaviorProfile::new(game, rows.concat()).expect("distributions")
}

/// Kuhn's poker (1950): three cards, ante 1, bet 1; the actions are pass and bet.
pub(crate) fn kuhn() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Kuhn poker");
    let players = [b.player("1"), b.player("2")];
    let sixth = || rational("1/6").into();
    let deals = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];
    let row: Vec<(String, Number)> = deals
        .iter()
        .map(|(x, y)| (format!("{x}{y}"), sixth()))
        .collect();
    let deal = b.chance_event("deal", &row);
    let mut set = |p: usize, card: usize, after: &str| {
        let name = format!("{}{after}", ["J", "Q", "K"][card]);
        b.infoset(players[p], name, &["pass", "bet"])
    };
    let sets: Vec<[InfosetKey; 4]> = (0..3)
        .map(|card| {
            [
                set(0, card, ""),
                set(0, card, " pass bet"),
                set(1, card, " pass"),
                set(1, card, " bet"),
            ]
        })
        .collect();
    let mut pay = BTreeMap::new();
    for stake in [-2, -1, 1, 2] {
        pay.insert(
            stake,
            b.outcome("", &[Number::from(stake), Number::from(-stake)]),
        );
    }
    let end = |b: &mut ExtensiveBuilder, stake: i64| {
        let node = b.terminal("");
        b.set_outcome(node, pay[&stake]);
    };
    b.move_at("", deal);
    for (x, y) in deals {
        let sign = if x > y { 1 } else { -1 };
        b.move_at("", sets[x][0]);
        b.move_at("", sets[y][2]);
        end(&mut b, sign);
        b.move_at("", sets[x][1]);
        end(&mut b, -1);
        end(&mut b, 2 * sign);
        b.move_at("", sets[y][3]);
        end(&mut b, 1);
        end(&mut b, 2 * sign);
    }
    b.build().expect("a complete tree")
}

/// Kuhn's equilibria: player 1 bets J with probability `alpha` in [0, 1/3].
pub(crate) fn kuhn_equilibrium(game: &ExtensiveGame, alpha: &str) -> BehaviorProfile {
    let alpha = rational(alpha);
    let third = rational("1/3");
    let bet = |name: &str| match name {
        "J" => alpha.clone(),
        "K" => &alpha * &Rational::integer(3),
        "Q pass bet" => &alpha + &third,
        "J pass" | "Q bet" => third.clone(),
        "K pass bet" | "K pass" | "K bet" => Rational::ONE,
        _ => Rational::ZERO,
    };
    let row = game.infosets().flat_map(|h| {
        let bet = bet(game.infoset_label(h));
        [&Rational::ONE - &bet, bet]
    });
    BehaviorProfile::new(game, row.collect()).expect("distributions")
}

pub(crate) fn pure(game: &ExtensiveGame, actions: &[u32]) -> BehaviorProfile {
    let pure = PureProfile::new(game, actions.to_vec()).expect("actions of the game");
    BehaviorProfile::from_pure(game, &pure)
}

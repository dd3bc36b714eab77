//! Perfect Bayesian equilibria against brute force: every support of small signalling games, with
//! a linear program of the tests' own, and every pure assessment of random games with hidden
//! moves.

#[path = "support/linear.rs"]
mod linear;
mod support;

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::{Number, Rational};
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_solve::control::Control;
use deterra_solve::refine::perfect_bayesian::{
    BayesianEquilibria, PerfectBayesian, perfect_bayesian,
};
use deterra_solve::solution::Solution;
use deterra_verify::bayesian::{self, Strength};
use deterra_verify::verdict::Status;
use deterra_verify::{nash, subgame_perfect};
use linear::{Sense, feasible};
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::Tape;

fn r(n: i64) -> Rational {
    Rational::integer(n)
}

/// Whether a verdict is exact, or within a bound because some equilibrium is irrational.
fn is_settled(solution: &Solution<BayesianEquilibria>) -> bool {
    let mut pieces = solution.answer().components.iter().flat_map(|c| &c.pieces);
    let verdict = solution.verdict();
    verdict.is_exact() || verdict.holds() && pieces.any(|piece| !piece.exact)
}

fn solved(game: &ExtensiveGame, strength: Strength) -> Solution<BayesianEquilibria> {
    let options = PerfectBayesian {
        strength,
        ..PerfectBayesian::default()
    };
    perfect_bayesian(game, &options, &Control::default()).expect("perfect recall")
}

/// The actions taken at every set.
fn supports(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Vec<usize>> {
    let taken = |h| {
        let row = profile.at(game, h).iter().enumerate();
        row.filter(|(_, p)| !p.is_zero()).map(|(k, _)| k).collect()
    };
    game.infosets().map(taken).collect()
}

fn found_supports(
    game: &ExtensiveGame,
    solution: &Solution<BayesianEquilibria>,
) -> BTreeSet<Vec<Vec<usize>>> {
    let pieces = solution.answer().components.iter().flat_map(|c| &c.pieces);
    pieces.map(|p| supports(game, &p.inside.profile)).collect()
}

#[test]
fn elimination_decides() {
    let row = |v: [i64; 3]| v.map(r).to_vec();
    let sum = (row([1, 1, -1]), Sense::Zero);
    assert!(feasible(
        vec![sum.clone(), (row([1, -1, 0]), Sense::Above)],
        2
    ));
    let both = vec![
        sum,
        (row([1, 0, -1]), Sense::AtLeast),
        (row([0, 1, 0]), Sense::Above),
    ];
    assert!(!feasible(both, 2));
}

/// A signalling game: `types` senders, `messages`, `replies`; payoffs by type, message, reply.
struct Signalling {
    prior: Vec<Rational>,
    messages: usize,
    replies: usize,
    pays: Vec<Vec<Vec<[i64; 2]>>>,
}

impl Signalling {
    fn grow(bytes: &[u8], types: usize, messages: usize, replies: usize, range: usize) -> Self {
        let mut tape = Tape::new(bytes);
        let weights: Vec<i64> = (0..types).map(|_| 1 + tape.below(3) as i64).collect();
        let total: i64 = weights.iter().sum();
        let mut pay = || [tape.below(range) as i64, tape.below(range) as i64];
        Self {
            prior: weights
                .iter()
                .map(|w| Rational::new(*w, total).expect("nonzero"))
                .collect(),
            messages,
            replies,
            pays: (0..types)
                .map(|_| {
                    (0..messages)
                        .map(|_| (0..replies).map(|_| pay()).collect())
                        .collect()
                })
                .collect(),
        }
    }

    fn game(&self) -> ExtensiveGame {
        let mut b = ExtensiveBuilder::new("signalling");
        let (sender, receiver) = (b.player("sender"), b.player("receiver"));
        let row: Vec<(String, Number)> = self
            .prior
            .iter()
            .enumerate()
            .map(|(t, p)| (format!("t{t}"), Number::from(p.clone())))
            .collect();
        let types = b.chance_event("types", &row);
        let names = |n: usize| (0..n).map(|k| k.to_string()).collect::<Vec<_>>();
        let send: Vec<_> = (0..row.len())
            .map(|_| b.infoset(sender, "", &names(self.messages)))
            .collect();
        let reply: Vec<_> = (0..self.messages)
            .map(|_| b.infoset(receiver, "", &names(self.replies)))
            .collect();
        b.move_at("", types);
        for (t, send) in send.iter().enumerate() {
            b.move_at("", *send);
            for (m, reply) in reply.iter().enumerate() {
                b.move_at("", *reply);
                for pays in &self.pays[t][m] {
                    let outcome = b.outcome("", &pays.map(Number::from));
                    let end = b.terminal("");
                    b.set_outcome(end, outcome);
                }
            }
        }
        b.build().expect("a game")
    }

    /// Every combination of supports that carries an equilibrium, from the definition.
    fn brute_force(&self) -> BTreeSet<Vec<Vec<usize>>> {
        let types = self.prior.len();
        let subsets = |n: usize| -> Vec<Vec<usize>> {
            (1..1_usize << n)
                .map(|bits| (0..n).filter(|k| bits >> k & 1 == 1).collect())
                .collect()
        };
        let (sent, given) = (subsets(self.messages), subsets(self.replies));
        let mut found = BTreeSet::new();
        for s in 0..sent.len().pow(types as u32) {
            let senders: Vec<&Vec<usize>> = (0..types)
                .map(|t| &sent[s / sent.len().pow(t as u32) % sent.len()])
                .collect();
            for g in 0..given.len().pow(self.messages as u32) {
                let replies: Vec<&Vec<usize>> = (0..self.messages)
                    .map(|m| &given[g / given.len().pow(m as u32) % given.len()])
                    .collect();
                if self.receiver_agrees(&senders, &replies)
                    && self.sender_agrees(&senders, &replies)
                {
                    let all = senders.iter().chain(&replies);
                    found.insert(all.map(|s| (*s).clone()).collect());
                }
            }
        }
        found
    }

    /// Whether some messages with these supports, and beliefs after the others, make the replies
    /// best.
    fn receiver_agrees(&self, senders: &[&Vec<usize>], replies: &[&Vec<usize>]) -> bool {
        let types = self.prior.len();
        let on_path = |m: usize| senders.iter().any(|s| s.contains(&m));
        let n = types * self.messages;
        // Variable t·messages + m: the weight of type t after m; a belief where nobody sends m.
        let mut rows = Vec::new();
        for (t, support) in senders.iter().enumerate() {
            let mut total = vec![r(0); n + 1];
            for m in (0..self.messages).filter(|m| on_path(*m)) {
                let mut one = vec![r(0); n + 1];
                one[t * self.messages + m] = r(1);
                let sense = if support.contains(&m) {
                    Sense::Above
                } else {
                    Sense::Zero
                };
                rows.push((one, sense));
                total[t * self.messages + m] = r(1);
            }
            total[n] = -&self.prior[t];
            rows.push((total, Sense::Zero));
        }
        for m in 0..self.messages {
            if !on_path(m) {
                let mut total = vec![r(0); n + 1];
                for t in 0..types {
                    total[t * self.messages + m] = r(1);
                }
                total[n] = r(-1);
                rows.push((total, Sense::Zero));
            }
            let first = replies[m][0];
            for b in (0..self.replies).filter(|b| *b != first) {
                let mut lead = vec![r(0); n + 1];
                for t in 0..types {
                    let gap = self.pays[t][m][first][1] - self.pays[t][m][b][1];
                    lead[t * self.messages + m] = r(gap);
                }
                let sense = if replies[m].contains(&b) {
                    Sense::Zero
                } else {
                    Sense::AtLeast
                };
                rows.push((lead, sense));
            }
        }
        feasible(rows, n)
    }

    /// Whether some replies with these supports make the messages best.
    fn sender_agrees(&self, senders: &[&Vec<usize>], replies: &[&Vec<usize>]) -> bool {
        let n = self.messages * self.replies;
        let mut rows = Vec::new();
        for (m, support) in replies.iter().enumerate() {
            let mut total = vec![r(0); n + 1];
            for b in 0..self.replies {
                let mut one = vec![r(0); n + 1];
                one[m * self.replies + b] = r(1);
                let sense = if support.contains(&b) {
                    Sense::Above
                } else {
                    Sense::Zero
                };
                rows.push((one, sense));
                total[m * self.replies + b] = r(1);
            }
            total[n] = r(-1);
            rows.push((total, Sense::Zero));
        }
        for (t, support) in senders.iter().enumerate() {
            let first = support[0];
            for m in (0..self.messages).filter(|m| *m != first) {
                let mut lead = vec![r(0); n + 1];
                for b in 0..self.replies {
                    lead[first * self.replies + b] = r(self.pays[t][first][b][0]);
                    lead[m * self.replies + b] = r(-self.pays[t][m][b][0]);
                }
                let sense = if support.contains(&m) {
                    Sense::Zero
                } else {
                    Sense::AtLeast
                };
                rows.push((lead, sense));
            }
        }
        feasible(rows, n)
    }
}

/// So many cases, or as many as the environment variable `PROPTEST_CASES` says.
fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: if told { config.cases } else { usual },
        ..config
    }
}

fn tape(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), n)
}

proptest! {
    #![proptest_config(cases(64))]

    /// Two types, two messages, two replies: exactly the supports that brute force finds, with
    /// ties and without.
    #[test]
    fn signalling_games_are_solved_completely(bytes in tape(18..19), range in 2_usize..9) {
        let signalling = Signalling::grow(&bytes, 2, 2, 2, range);
        let game = signalling.game();
        for strength in [Strength::Strong, Strength::Weak] {
            let solution = solved(&game, strength);
            prop_assert!(solution.is_complete(), "{:?}", solution.not_searched());
            prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
            prop_assert_eq!(found_supports(&game, &solution), signalling.brute_force());
        }
    }

    /// Two types, two messages, three replies, and three types.
    #[test]
    fn wider_signalling_games_too(bytes in tape(26..27), three in any::<bool>()) {
        let signalling = if three {
            Signalling::grow(&bytes, 3, 2, 2, 7)
        } else {
            Signalling::grow(&bytes, 2, 2, 3, 7)
        };
        let game = signalling.game();
        let solution = solved(&game, Strength::Strong);
        prop_assert!(solution.is_complete(), "{:?}", solution.not_searched());
        prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        prop_assert_eq!(found_supports(&game, &solution), signalling.brute_force());
    }
}

proptest! {
    #![proptest_config(cases(64))]

    /// An equilibrium that stands alone is none any more once a probability or a belief on the
    /// path is changed by a thousandth.
    #[test]
    fn a_thousandth_breaks_an_isolated_equilibrium(bytes in tape(18..19)) {
        let game = Signalling::grow(&bytes, 2, 2, 2, 50).game();
        let solution = solved(&game, Strength::Strong);
        let small = Rational::new(1, 1000).expect("nonzero");
        for component in solution.answer().components.iter().filter(|c| c.is_point()) {
            let assessment = component.representative();
            for h in game.infosets() {
                let range = game.actions(h);
                let mut flat = assessment.profile.as_slice().to_vec();
                let from = range.clone().max_by_key(|k| flat[*k].clone()).expect("an action");
                let to = range.clone().find(|k| *k != from).expect("two actions");
                flat[from] -= &small;
                flat[to] += &small;
                let changed = Assessment {
                    profile: BehaviorProfile::new(&game, flat).expect("a profile"),
                    beliefs: assessment.beliefs.clone(),
                };
                let judged = bayesian::judge(&game, &changed, Strength::Strong, &r(0)).verdict;
                prop_assert_eq!(judged.status, Status::Failed, "{:?}", h);
                let members = game.members(h);
                if members.len() == 2 {
                    let mut beliefs = assessment.beliefs.clone();
                    let up = usize::from(beliefs[members[0].index()] > beliefs[members[1].index()]);
                    beliefs[members[up].index()] += &small;
                    beliefs[members[1 - up].index()] -= &small;
                    let changed = Assessment { profile: assessment.profile.clone(), beliefs };
                    let judged = bayesian::judge(&game, &changed, Strength::Strong, &r(0)).verdict;
                    prop_assert_eq!(judged.status, Status::Failed, "{:?}", h);
                }
            }
        }
    }
}

/// A tree in which some nodes of a player look the same, with perfect recall or not.
fn hidden(bytes: &[u8], players: usize, decisions: usize) -> ExtensiveGame {
    let mut tape = Tape::new(bytes);
    let mut b = ExtensiveBuilder::new("hidden");
    let ids: Vec<PlayerId> = (0..players).map(|k| b.player(format!("p{k}"))).collect();
    let mut open: Vec<Vec<_>> = vec![Vec::new(); players];
    let mut left = decisions;
    while b.num_missing() > 0 {
        let node = match tape.below(6) {
            1..=4 if left > 0 => {
                left -= 1;
                let player = tape.below(players);
                let known = open[player].len();
                let infoset = if known > 0 && tape.below(3) > 0 {
                    open[player][tape.below(known)]
                } else {
                    let new = b.infoset(ids[player], "", &["a", "b"]);
                    open[player].push(new);
                    new
                };
                b.move_at("", infoset)
            }
            5 if left > 0 => {
                let half = || Number::from(Rational::new(1, 2).expect("nonzero"));
                let event = b.chance_event("", &[("h", half()), ("t", half())]);
                b.move_at("", event)
            }
            _ => b.terminal(""),
        };
        let pays: Vec<Number> = (0..players)
            .map(|_| Number::from(tape.below(5) as i64))
            .collect();
        let outcome = b.outcome("", &pays);
        b.set_outcome(node, outcome);
    }
    b.build().expect("a game")
}

/// What play from a node on pays a player under a pure profile.
fn worth(game: &ExtensiveGame, node: NodeId, player: PlayerId, choice: &[usize]) -> Rational {
    let mut sum = r(0);
    let mut waiting = vec![(node, r(1))];
    while let Some((node, weight)) = waiting.pop() {
        if let Some(outcome) = game.outcome(node) {
            sum += &(&weight * game.payoff(outcome, player).value());
        }
        for (k, child) in game.children(node).enumerate() {
            match game.kind(node) {
                NodeKind::Chance(event) => {
                    let p = game.chance_probability(event, k).value();
                    waiting.push((child, &weight * p));
                }
                NodeKind::Decision(_, h) if choice[h.index()] == k => {
                    waiting.push((child, weight.clone()));
                }
                _ => {}
            }
        }
    }
    sum
}

/// Whether some beliefs make a pure profile a weak perfect Bayesian equilibrium: at every set all
/// continuation strategies of its player are tried.
fn weakly_rational(game: &ExtensiveGame, choice: &[usize]) -> bool {
    game.infosets().all(|h| {
        let player = game.infoset_player(h).expect("a player");
        let members = game.members(h);
        let later: Vec<InfosetId> = game
            .player_infosets(player)
            .filter(|g| {
                let inside = |n: &NodeId| {
                    let m = members.iter();
                    m.clone()
                        .any(|m| m.0 <= n.0 && n.0 < game.subtree_end(*m).0)
                };
                game.members(*g).iter().any(inside)
            })
            .collect();
        let mut rows = Vec::new();
        let n = members.len();
        let reach = |node: NodeId| {
            let mut p = r(1);
            let mut at = node;
            while let (Some(parent), Some(k)) = (game.parent(at), game.incoming(at)) {
                match game.kind(parent) {
                    NodeKind::Chance(e) => p = &p * game.chance_probability(e, k).value(),
                    NodeKind::Decision(_, g) if choice[g.index()] != k => p = r(0),
                    _ => {}
                }
                at = parent;
            }
            p
        };
        let weights: Vec<Rational> = members.iter().map(|m| reach(*m)).collect();
        let total: Rational = weights.iter().sum();
        let mut sum = vec![r(1); n + 1];
        sum[n] = r(-1);
        rows.push((sum, Sense::Zero));
        if !total.is_zero() {
            for (k, weight) in weights.iter().enumerate() {
                let mut one = vec![r(0); n + 1];
                one[k] = total.clone();
                one[n] = -weight;
                rows.push((one, Sense::Zero));
            }
        }
        for bits in 0..1_usize << later.len() {
            let mut other = choice.to_vec();
            for (k, g) in later.iter().enumerate() {
                other[g.index()] = bits >> k & 1;
            }
            let mut lead: Vec<Rational> = members
                .iter()
                .map(|m| &worth(game, *m, player, choice) - &worth(game, *m, player, &other))
                .collect();
            lead.push(r(0));
            rows.push((lead, Sense::AtLeast));
        }
        feasible(rows, n)
    })
}

/// Player 1 may let player 2 move, who moves without being seen; whatever player 1 believes when
/// she moves again, the belief must not excuse her for a bad plan made before: in the beginning
/// she knows that player 2 goes x. Staying out, which pays 1, is no weak equilibrium, because
/// going in and playing d pays 2.
#[test]
fn odd_beliefs_excuse_no_plan() {
    let text = r#"EFG 2 R "plan" { "1" "2" }
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 1 0 }
p "" 2 1 "" { "x" "y" } 0
p "" 1 2 "" { "c" "d" } 0
t "" 2 "" { 0 1 }
t "" 3 "" { 2 1 }
p "" 1 2 "" { "c" "d" } 0
t "" 4 "" { 2 0 }
t "" 5 "" { 0 0 }
"#;
    let game = deterra_game::format::efg::read(text, &deterra_game::format::ReadOptions::default());
    let game = game.value.expect("a game");
    for strength in [Strength::Weak, Strength::Strong] {
        let solution = solved(&game, strength);
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        let found = found_supports(&game, &solution);
        let only = vec![vec![1], vec![1], vec![0]];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [only]);
    }
}

proptest! {
    #![proptest_config(cases(400))]

    /// Random games of two and three players: the pure weak equilibria are those of the
    /// definition; every strong one is a weak one, a subgame-perfect one and a Nash equilibrium.
    #[test]
    fn pure_equilibria_are_those_of_the_definition(
        bytes in tape(20..80),
        players in 2_usize..4,
    ) {
        let game = hidden(&bytes, players, 7);
        // About a third of the games are left.
        if !perfect_recall(&game).is_empty() {
            return Ok(());
        }
        let weak = solved(&game, Strength::Weak);
        prop_assert!(is_settled(&weak), "{:?}", weak.verdict());
        let n = game.num_infosets();
        let mut expected = BTreeSet::new();
        for bits in 0..1_usize << n {
            let choice: Vec<usize> = (0..n).map(|k| bits >> k & 1).collect();
            if weakly_rational(&game, &choice) {
                expected.insert(choice.iter().map(|k| vec![*k]).collect::<Vec<_>>());
            }
        }
        let pure = |s: &Vec<Vec<usize>>| s.iter().all(|a| a.len() == 1);
        let all = found_supports(&game, &weak);
        let found: BTreeSet<_> = all.iter().filter(|s| pure(s)).cloned().collect();
        prop_assert_eq!(found, expected);
        let strong = solved(&game, Strength::Strong);
        prop_assert!(is_settled(&strong), "{:?}", strong.verdict());
        for component in &strong.answer().components {
            for piece in &component.pieces {
                let profile = &piece.inside.profile;
                let tolerance = if piece.exact { r(0) } else { Rational::new(1, 1 << 40).expect("nonzero") };
                prop_assert!(nash::judge_behavior(&game, profile, &tolerance).holds());
                prop_assert!(subgame_perfect::judge_behavior(&game, profile, &tolerance).holds());
                if weak.is_complete() {
                    prop_assert!(all.contains(&supports(&game, profile)));
                }
            }
        }
    }
}

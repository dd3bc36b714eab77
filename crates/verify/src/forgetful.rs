//! Games in which somebody forgets what she did or knew: best responses by trying everything.
//!
//! Without perfect recall a best response cannot be found set by set, and finding one is NP-hard
//! (Koller and Megiddo 1992). But as long as no play meets an information set twice, what a player
//! gets is linear in what she does at each set, so that some pure strategy is a best response
//! among all behavior strategies, and among all mixtures of strategies too. Small games are
//! judged by trying all of them. Where a play can meet a set twice that fails: the absent-minded
//! driver of Piccione and Rubinstein (1997) does best by flipping a coin.

use crate::respond::{Parts, Responder, infoset_name, player_name, require_recall};
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::absent_minded;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::BehaviorProfile;

/// Nodes that are looked at in all; beyond, nothing is judged.
const MOST_STEPS: usize = 10_000_000;

/// Judges a behavior profile by what everybody can gain in the subgames that start at `roots`.
///
/// # Returns
/// As the judges of [`crate::nash`] and [`crate::subgame_perfect`]; unchecked, with the reason, if
/// a play can meet a set of a forgetful player twice or there is too much to try.
pub(crate) fn judge(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    concept: Concept,
    roots: &[NodeId],
    tolerance: &Rational,
) -> Verdict {
    if let Some(twice) = absent_minded(game).first() {
        let owner = game.infoset_player(*twice);
        let who = owner.map_or_else(String::new, |player| player_name(game, player));
        return Verdict::unchecked(
            concept,
            format!(
                "a play can meet information set {} of {who} twice, and then her best deviation \
                 may be a mixed one, which is not searched",
                infoset_name(game, *twice)
            ),
        );
    }
    let mut steps = 0;
    let mut worst: Option<(usize, Witness)> = None;
    for player in game.players() {
        let forgets = require_recall(game, Some(player)).is_err();
        for (k, root) in roots.iter().enumerate().rev() {
            let found = if forgets {
                Trial::new(game, profile, player, *root).gain(&mut steps)
            } else {
                remembered(game, profile, player, *root, &mut steps)
            };
            let Some((gain, moves)) = found else {
                return Verdict::unchecked(
                    concept,
                    format!(
                        "{} does not remember her own past, and trying all of her strategies would \
                         take more than {MOST_STEPS} steps",
                        player_name(game, player)
                    ),
                );
            };
            let is_worse = match &worst {
                None => true,
                Some((at, known)) => gain > known.gain || (gain == known.gain && k > *at),
            };
            if is_worse {
                let deviation = Deviation::Actions {
                    subgame: *root,
                    moves,
                };
                worst = Some((
                    k,
                    Witness {
                        player,
                        deviation,
                        gain,
                    },
                ));
            }
        }
    }
    Verdict::from_witness(concept, worst.map(|(_, witness)| witness), tolerance)
}

/// What is gained, and by which actions.
type Gain = (Rational, Vec<(InfosetId, u32)>);

/// The gain of a player who remembers.
fn remembered(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    player: PlayerId,
    root: NodeId,
    steps: &mut usize,
) -> Option<Gain> {
    *steps += game.subtree_end(root).index() - root.index();
    if *steps > MOST_STEPS {
        return None;
    }
    let mut responder = Responder::new(game, profile, player);
    let (best, current) = responder.respond(root, &Parts::whole(), &[]);
    Some((&best - &current, responder.changes(root)))
}

/// All strategies of one player in one subgame.
struct Trial<'g> {
    game: &'g ExtensiveGame,
    profile: &'g BehaviorProfile,
    player: PlayerId,
    root: NodeId,
    /// Her sets in the subgame.
    sets: Vec<InfosetId>,
    /// By set of the player in the whole game: its position in `sets`, where it is there.
    places: Vec<usize>,
    /// Beside the nodes of the subgame: what she gets from there on.
    values: Vec<Rational>,
}

impl<'g> Trial<'g> {
    fn new(
        game: &'g ExtensiveGame,
        profile: &'g BehaviorProfile,
        player: PlayerId,
        root: NodeId,
    ) -> Self {
        let end = game.subtree_end(root);
        let mut places = Vec::new();
        let mut sets = Vec::new();
        for infoset in game.player_infosets(player) {
            places.push(sets.len());
            let first = game.members(infoset)[0];
            if (root..end).contains(&first) {
                sets.push(infoset);
            }
        }
        Self {
            game,
            profile,
            player,
            root,
            sets,
            places,
            values: vec![Rational::ZERO; end.index() - root.index()],
        }
    }

    /// The gain of the best strategy, the first of equal ones; `None` if there are too many.
    fn gain(&mut self, steps: &mut usize) -> Option<Gain> {
        let sizes: Vec<usize> = self
            .sets
            .iter()
            .map(|h| self.game.num_actions(*h))
            .collect();
        let strategies = sizes.iter().try_fold(1_usize, |n, k| n.checked_mul(*k))?;
        let needed = strategies.checked_add(2)?.checked_mul(self.values.len())?;
        *steps = steps.checked_add(needed)?;
        if *steps > MOST_STEPS {
            return None;
        }
        let current = self.value(None);
        let mut strategy = vec![0; sizes.len()];
        let mut best: Option<(Rational, Vec<u32>)> = None;
        for _ in 0..strategies {
            poll();
            let value = self.value(Some(&strategy));
            if best.as_ref().is_none_or(|(known, _)| value > *known) {
                best = Some((value, strategy.clone()));
            }
            for (action, size) in strategy.iter_mut().zip(&sizes).rev() {
                *action += 1;
                if (*action as usize) < *size {
                    break;
                }
                *action = 0;
            }
        }
        let (best, strategy) = best?;
        Some((&best - &current, self.changes(&strategy)))
    }

    /// What she gets in the subgame, by a pure strategy or as the profile says.
    fn value(&mut self, strategy: Option<&[u32]>) -> Rational {
        let game = self.game;
        for at in (0..self.values.len()).rev() {
            poll();
            let node = NodeId::from_index(self.root.index() + at);
            let mut sum = match game.outcome(node) {
                Some(outcome) => game.payoff(outcome, self.player).value().clone(),
                None => Rational::ZERO,
            };
            for (k, child) in game.children(node).enumerate() {
                let weight = self.weight(node, k, strategy);
                if !weight.is_zero() {
                    sum = &sum + &(&weight * &self.values[child.index() - self.root.index()]);
                }
            }
            self.values[at] = sum;
        }
        self.values[0].clone()
    }

    /// How likely an action is taken where she follows a strategy, or the profile.
    fn weight(&self, node: NodeId, k: usize, strategy: Option<&[u32]>) -> Rational {
        match (self.game.kind(node), strategy) {
            (NodeKind::Terminal, _) => Rational::ZERO,
            (NodeKind::Chance(event), _) => self.game.chance_probability(event, k).value().clone(),
            (NodeKind::Decision(player, infoset), Some(strategy)) if player == self.player => {
                let chosen = strategy[self.place(infoset)] as usize;
                Rational::integer(i64::from(chosen == k))
            }
            (NodeKind::Decision(_, infoset), _) => self.profile.at(self.game, infoset)[k].clone(),
        }
    }

    fn place(&self, infoset: InfosetId) -> usize {
        let first = self.game.player_infosets(self.player).next();
        self.places[infoset.index() - first.map_or(0, InfosetId::index)]
    }

    /// Where a strategy differs from the profile, at sets that it reaches.
    fn changes(&self, strategy: &[u32]) -> Vec<(InfosetId, u32)> {
        let mut reached = vec![false; self.values.len()];
        reached[0] = true;
        let mut met = vec![false; self.sets.len()];
        for at in 0..reached.len() {
            if !reached[at] {
                continue;
            }
            let node = NodeId::from_index(self.root.index() + at);
            if let NodeKind::Decision(player, infoset) = self.game.kind(node)
                && player == self.player
            {
                met[self.place(infoset)] = true;
            }
            for (k, child) in self.game.children(node).enumerate() {
                if !self.weight(node, k, Some(strategy)).is_zero() {
                    reached[child.index() - self.root.index()] = true;
                }
            }
        }
        let differs =
            |h: InfosetId, action: u32| !self.profile.at(self.game, h)[action as usize].is_one();
        let sets = self.sets.iter().zip(strategy).zip(met);
        sets.filter(|((h, action), met)| *met && differs(**h, **action))
            .map(|((h, action), _)| (*h, *action))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::nash;
    use crate::subgame_perfect;
    use crate::testing::{pure, rational};
    use crate::verdict::{Deviation, Status};
    use deterra_game::builder::ExtensiveBuilder;
    use deterra_game::extensive::ExtensiveGame;
    use deterra_game::id::{InfosetId, NodeId, PlayerId};
    use deterra_game::number::{Number, Rational};
    use deterra_game::profile::BehaviorProfile;

    /// One player moves twice and forgets her first move. Left twice pays 1, right twice 2, and
    /// anything else nothing: both are best if she changes one move at a time, but not at once.
    fn coordination(sets_after: usize) -> ExtensiveGame {
        let mut b = ExtensiveBuilder::new("coordination");
        let one = b.player("forgetful");
        let first = b.infoset(one, "first", &["left", "right"]);
        let second = b.infoset(one, "second", &["left", "right"]);
        let more: Vec<_> = (0..sets_after)
            .map(|k| b.infoset(one, format!("more {k}"), &["a", "b"]))
            .collect();
        b.move_at("", first);
        for k in 0..2 {
            b.move_at("", second);
            for j in 0..2 {
                let paid = if k == j { 1 + k } else { 0 };
                for set in &more {
                    b.move_at("", *set);
                    b.terminal("");
                }
                let outcome = b.outcome("", &[Number::from(paid)]);
                let end = b.terminal("");
                b.set_outcome(end, outcome);
            }
        }
        b.build().expect("a complete tree")
    }

    #[test]
    fn both_moves_are_changed_at_once() {
        let game = coordination(0);
        let judged =
            |actions: &[u32]| nash::judge_behavior(&game, &pure(&game, actions), &Rational::ZERO);
        assert!(judged(&[1, 1]).is_exact());
        // A judge that looks at one set at a time would let this pass.
        let verdict = judged(&[0, 0]);
        assert_eq!(
            (&verdict.status, &verdict.error),
            (&Status::Failed, &rational("1"))
        );
        let witness = verdict.witness.expect("a deviation");
        assert_eq!(witness.player, PlayerId(0));
        assert_eq!(
            witness.deviation,
            Deviation::Actions {
                subgame: NodeId::ROOT,
                moves: vec![(InfosetId(0), 1), (InfosetId(1), 1)],
            }
        );
        // By coins at both sets 1/4 + 2/4: she gains 2 - 3/4.
        let coins = BehaviorProfile::uniform(&game);
        let verdict = nash::judge_behavior(&game, &coins, &Rational::ZERO);
        assert_eq!(verdict.error, rational("5/4"));
        let perfect = subgame_perfect::judge_behavior(&game, &coins, &Rational::ZERO);
        assert_eq!(perfect.error, rational("5/4"));
        assert!(
            subgame_perfect::judge_behavior(&game, &pure(&game, &[1, 1]), &Rational::ZERO)
                .is_exact()
        );
    }

    #[test]
    fn what_is_too_much_is_not_judged() {
        let game = coordination(20);
        let nothing = vec![0; game.num_infosets()];
        let verdict = nash::judge_behavior(&game, &pure(&game, &nothing), &Rational::ZERO);
        assert!(
            matches!(&verdict.status, Status::Unchecked(why) if why.contains("10000000 steps")),
            "{verdict:?}"
        );
    }

    /// Exiting at the second of two junctions pays 4, at the first 0, never 1, and both look the
    /// same (Piccione and Rubinstein 1997): going on always pays 1, but exiting with probability
    /// 1/3 pays 4/3.
    #[test]
    fn absent_minded_players_are_not_judged() {
        let mut b = ExtensiveBuilder::new("driver");
        let driver = b.player("driver");
        let junction = b.infoset(driver, "junction", &["exit", "go on"]);
        let paid = [0, 4, 1].map(|x| b.outcome("", &[Number::from(x)]));
        b.move_at("", junction);
        let first = b.terminal("");
        b.move_at("", junction);
        let (second, end) = (b.terminal(""), b.terminal(""));
        for (node, outcome) in [first, second, end].into_iter().zip(paid) {
            b.set_outcome(node, outcome);
        }
        let game = b.build().expect("a complete tree");
        for verdict in [
            nash::judge_behavior(&game, &pure(&game, &[1]), &Rational::ZERO),
            subgame_perfect::judge_behavior(&game, &pure(&game, &[1]), &Rational::ZERO),
        ] {
            assert!(
                matches!(&verdict.status, Status::Unchecked(why) if why.contains("\"junction\" of \"driver\" twice")),
                "{verdict:?}"
            );
        }
    }
}

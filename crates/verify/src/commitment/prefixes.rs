//! Commitments of trees whose follower has too many plans to be listed.

use super::{Claim, witness};
use crate::correlated::led::{PairBound, follower, proves_pairs};
use crate::payoff::expected_payoffs;
use crate::respond::{best_response, require_fit};
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// Judges a commitment to chances, ties broken for the leader, by bounds for what the follower is told first.
///
/// Whoever commits to chances, to which a plan of the follower is a best reply, may as well be said to commit to a device that always tells her that plan. So if
/// every plan is one that some bound is about, and no bound is above the value, no chances are worth more.
///
/// # Returns
/// Exact; failed with the follower's better reply, or because the leader gets another value; unchecked, with the reason, if bounds do not prove the value.
///
/// # Complexity
/// Nodes; for every bound what [`proves_pairs`] takes.
pub fn judge_prefixes(game: &ExtensiveGame, claim: &Claim<'_>, bounds: &[PairBound]) -> Verdict {
    let unchecked = |reason: &str| Verdict::unchecked(Concept::Commitment, reason);
    if !claim.strong || !claim.mixed || claim.toward.is_some() {
        return unchecked("these bounds are about chances, with ties broken for the leader");
    }
    if require_fit(game, claim.profile).is_err() {
        return unchecked("the profile is one of another game");
    }
    if follower(game, claim.leader) != Some(claim.follower) {
        return unchecked("not exactly two players move");
    }
    if !perfect_recall(game).is_empty() {
        return unchecked("somebody forgets what was done or known");
    }
    if let Some(witness) = reply_fails(game, claim) {
        return Verdict::from_witness(Concept::Commitment, Some(witness), &Rational::ZERO);
    }
    let pair = (claim.leader, claim.follower);
    let proved = |bound: &PairBound| bound.bound <= *claim.value && proves_pairs(game, pair, bound);
    if !cover(game, claim.follower, bounds) || !bounds.iter().all(proved) {
        return unchecked("that no commitment is worth more could not be proved");
    }
    Verdict::from_witness(Concept::Commitment, None, &Rational::ZERO)
}

/// Whether the leader does not get the value, or the follower has a better reply.
pub(super) fn reply_fails(game: &ExtensiveGame, claim: &Claim<'_>) -> Option<Witness> {
    let leads = &expected_payoffs(game, claim.profile)[claim.leader.index()];
    if leads != claim.value {
        return Some(witness(claim.leader, 0, (claim.value - leads).abs()));
    }
    let Ok(best) = best_response(game, claim.profile, claim.follower) else {
        return Some(witness(claim.follower, 0, Rational::ONE));
    };
    let gain = best.regret();
    if gain <= Rational::ZERO {
        return None;
    }
    let sets = game.player_infosets(claim.follower).zip(best.actions);
    let other = sets.filter(|(h, action)| {
        let chances = claim.profile.at(game, *h);
        !chances[*action as usize].is_one()
    });
    Some(Witness {
        player: claim.follower,
        deviation: Deviation::Actions {
            subgame: NodeId::ROOT,
            moves: other.collect(),
        },
        gain,
    })
}

/// Whether every plan of the follower is one that some bound is about: it is about all, or a set divides those that it shares a beginning with by action.
fn cover(game: &ExtensiveGame, follower: PlayerId, bounds: &[PairBound]) -> bool {
    let mut groups: Vec<(Vec<&PairBound>, usize)> = vec![(bounds.iter().collect(), 0)];
    while let Some((group, depth)) = groups.pop() {
        poll();
        if group.iter().any(|bound| bound.told.len() == depth) {
            continue;
        }
        let Some((set, _)) = group.first().map(|bound| bound.told[depth]) else {
            return false;
        };
        if set.index() >= game.num_infosets() || game.infoset_player(set) != Some(follower) {
            return false;
        }
        if group.iter().any(|bound| bound.told[depth].0 != set) {
            return false;
        }
        for action in 0..game.num_actions(set) {
            let here = group.iter().copied();
            let here = here.filter(|bound| bound.told[depth].1 as usize == action);
            groups.push((here.collect(), depth + 1));
        }
    }
    true
}

//! Nash equilibrium of anonymous games in which all players do the same (Nash 1951).
//!
//! If each of the others acts with probability x, acting is worth the payoffs of acting weighted by how likely
//! so many of them act, and abstaining likewise. Everybody's acting with probability x is an
//! equilibrium exactly if neither is worth more than the mixture: nobody is told apart, so one player's best
//! deviation is everybody's. Where players act with several probabilities, one of each is looked at.

use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::anonymous::{AnonymousGame, number_acting};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// The number of the strategy of acting in a witness; abstaining is 0.
pub const ACT: u32 = 1;

/// Judges that everybody acts with this probability.
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units) or failed, with the better strategy of the first player: 0
/// to abstain, [`ACT`] to act. Unchecked if the number is no probability.
///
/// # Complexity
/// `O(players²)` operations on fractions.
pub fn judge_symmetric(
    game: &AnonymousGame,
    probability: &Rational,
    tolerance: &Rational,
) -> Verdict {
    judge_each(
        game,
        &vec![probability.clone(); game.num_players()],
        tolerance,
    )
}

/// Judges that players act with these probabilities, each by itself.
///
/// # Returns
/// As [`judge_symmetric`], with the player who gains most, the first of those who gain as much.
/// Unchecked if these are not as many probabilities as players.
///
/// # Complexity
/// `O(players²)` operations on fractions for each different probability.
pub fn judge_each(
    game: &AnonymousGame,
    probabilities: &[Rational],
    tolerance: &Rational,
) -> Verdict {
    let (given, players) = (probabilities.len(), game.num_players());
    if given != players {
        let reason = format!("{given} probabilities for {players} players");
        return Verdict::unchecked(Concept::Nash, reason);
    }
    let outside = |p: &&Rational| p.is_negative() || **p > Rational::ONE;
    if let Some(odd) = probabilities.iter().find(outside) {
        let reason = format!("{odd} is not a probability");
        return Verdict::unchecked(Concept::Nash, reason);
    }
    // Who acts with a probability that somebody before acts with is no worse or better off.
    let mut known: Vec<&Rational> = Vec::new();
    let mut worst: Option<Witness> = None;
    for (player, probability) in probabilities.iter().enumerate() {
        poll();
        if known.contains(&probability) {
            continue;
        }
        known.push(probability);
        let [abstain, act] = values(game, probabilities, player);
        let rest = &Rational::ONE - probability;
        let mixture = &(probability * &act) + &(&rest * &abstain);
        let (to, best) = if act > abstain {
            (ACT, act)
        } else {
            (0, abstain)
        };
        let gain = &best - &mixture;
        if worst.as_ref().is_none_or(|worst| gain > worst.gain) {
            worst = Some(Witness {
                player: PlayerId::from_index(player),
                deviation: Deviation::Strategy { to },
                gain,
            });
        }
    }
    Verdict::from_witness(Concept::Nash, worst, tolerance)
}

/// What abstaining and acting are worth to a player if the others act with these probabilities,
/// in payoff units.
///
/// # Panics
/// If there are not as many probabilities as players, or the player is none of them.
pub fn values(game: &AnonymousGame, probabilities: &[Rational], player: usize) -> [Rational; 2] {
    let others = probabilities[..player]
        .iter()
        .chain(&probabilities[player + 1..]);
    let (mut abstain, mut act) = (Rational::ZERO, Rational::ZERO);
    for (others, likely) in number_acting(others).iter().enumerate() {
        poll();
        if !likely.is_zero() {
            act += &(likely * game.acting(others));
            abstain += &(likely * game.abstaining(others));
        }
    }
    [abstain, act]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nash::judge_mixed;
    use crate::verdict::Status;
    use deterra_game::number::Number;
    use deterra_game::profile::MixedProfile;
    use deterra_game::strategic::{StrategicBuilder, StrategicGame};

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    /// Three volunteers, benefit 1, cost 1/4: at 1/2 everybody is indifferent, since nobody of the
    /// two others acts with probability 1/4. At 3/4 that is 1/16 and acting is worth 3/16 less than
    /// abstaining: who acts with 3/4 gains 9/64 by not doing it.
    #[test]
    fn volunteers() {
        let one = Rational::ONE;
        let game = AnonymousGame::new(
            "volunteers",
            vec![r(3, 4); 3],
            vec![Rational::ZERO, one.clone(), one],
        )
        .expect("three");
        assert!(judge_symmetric(&game, &r(1, 2), &Rational::ZERO).is_exact());
        let verdict = judge_symmetric(&game, &r(3, 4), &Rational::ZERO);
        assert_eq!(verdict.status, Status::Failed);
        assert_eq!(verdict.error, r(9, 64));
        let witness = verdict.witness.expect("it fails");
        assert_eq!(witness.deviation, Deviation::Strategy { to: 0 });
        assert_eq!(
            judge_symmetric(&game, &r(3, 4), &r(1, 4)).status,
            Status::Bounded
        );
        let odd = judge_symmetric(&game, &r(5, 4), &Rational::ZERO);
        assert!(matches!(odd.status, Status::Unchecked(_)));
    }

    /// Two players are a bimatrix game, which has a judge of its own.
    #[test]
    fn two_players_are_a_table() {
        let game = AnonymousGame::new("chicken", vec![r(2, 1), r(-5, 1)], vec![r(0, 1), r(-1, 1)])
            .expect("two");
        let n = |k: i64| Number::from(k);
        let rows = vec![vec![n(0), n(-1)], vec![n(2), n(-5)]];
        let columns = vec![vec![n(0), n(2)], vec![n(-1), n(-5)]];
        let table = StrategicGame::from_rows("chicken", &rows, &columns).expect("two by two");
        for k in 0..=6 {
            let x = r(k, 6);
            let row = vec![&Rational::ONE - &x, x.clone()];
            let profile = MixedProfile::new(&table.shape(), vec![row.clone(), row]);
            let profile = profile.expect("distributions");
            let judged = judge_mixed(&table, &profile, &Rational::ZERO);
            let verdict = judge_symmetric(&game, &x, &Rational::ZERO);
            assert_eq!(verdict.error, judged.error, "at {x}");
        }
    }

    /// Three volunteers: one surely answers and the others do not; two of them answer with 3/4, so
    /// that each is alone with 1/4, and the third leaves it to them. If the third answers too, it
    /// loses 1/4 - 1/16.
    #[test]
    fn players_who_differ() {
        let one = Rational::ONE;
        let abstaining = vec![Rational::ZERO, one.clone(), one.clone()];
        let game = AnonymousGame::new("volunteers", vec![r(3, 4); 3], abstaining).expect("three");
        let zero = Rational::ZERO;
        let alone = [zero.clone(), one.clone(), zero.clone()];
        assert!(judge_each(&game, &alone, &zero).is_exact());
        let two = [r(3, 4), zero.clone(), r(3, 4)];
        assert!(judge_each(&game, &two, &zero).is_exact());
        let all = [r(3, 4), one.clone(), r(3, 4)];
        let verdict = judge_each(&game, &all, &zero);
        assert_eq!(verdict.status, Status::Failed);
        assert_eq!(values(&game, &all, 1), [&one - &r(1, 16), &one - &r(1, 4)]);
        let short = judge_each(&game, &two[..2], &zero);
        assert!(matches!(short.status, Status::Unchecked(_)));
    }

    /// Probabilities of all kinds, against the judge of tables.
    #[test]
    fn three_players_are_a_table() {
        let acting = vec![r(2, 1), r(-1, 1), r(5, 2)];
        let abstaining = vec![r(0, 1), r(1, 1), r(1, 3)];
        let game = AnonymousGame::new("odd", acting, abstaining).expect("three");
        let payoff = |cell: usize, player: usize| {
            let acts = |p: usize| cell >> p & 1 == 1;
            let others = (0..3).filter(|p| *p != player && acts(*p)).count();
            let payoff = if acts(player) {
                game.acting(others)
            } else {
                game.abstaining(others)
            };
            Number::from(payoff.clone())
        };
        let mut builder = StrategicBuilder::new("odd");
        for player in ["a", "b", "c"] {
            builder.player(player, &["abstain", "act"]);
        }
        for cell in 0..8 {
            let payoffs: Vec<Number> = (0..3).map(|player| payoff(cell, player)).collect();
            builder.payoffs(&payoffs);
        }
        let table = builder.build().expect("complete");
        for k in 0..64 {
            let each = [r(k % 4, 3), r(k / 4 % 4, 3), r(k / 16, 3)];
            let rows = each.iter().map(|x| vec![&Rational::ONE - x, x.clone()]);
            let profile = MixedProfile::new(&table.shape(), rows.collect()).expect("rows");
            let judged = judge_mixed(&table, &profile, &Rational::ZERO);
            let verdict = judge_each(&game, &each, &Rational::ZERO);
            assert_eq!(verdict.error, judged.error, "at {each:?}");
        }
    }
}

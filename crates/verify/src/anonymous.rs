//! Nash equilibrium of anonymous games in which all players do the same (Nash 1951).
//!
//! If each of the others acts with probability x, acting is worth the payoffs of acting weighted by how likely
//! so many of them act, and abstaining likewise. Everybody's acting with probability x is an
//! equilibrium exactly if neither is worth more than the mixture: nobody is told apart, so one player's best
//! deviation is everybody's.

use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::anonymous::AnonymousGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;

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
    if probability.is_negative() || *probability > Rational::ONE {
        let reason = format!("{probability} is not a probability");
        return Verdict::unchecked(Concept::Nash, reason);
    }
    let (mut act, mut abstain) = (Rational::ZERO, Rational::ZERO);
    for (others, likely) in game.others(probability).iter().enumerate() {
        act += &(likely * game.acting(others));
        abstain += &(likely * game.abstaining(others));
    }
    let rest = &Rational::ONE - probability;
    let mixture = &(probability * &act) + &(&rest * &abstain);
    let (to, best) = if act > abstain {
        (ACT, act)
    } else {
        (0, abstain)
    };
    let witness = Witness {
        player: PlayerId(0),
        deviation: Deviation::Strategy { to },
        gain: &best - &mixture,
    };
    Verdict::from_witness(Concept::Nash, Some(witness), tolerance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nash::judge_mixed;
    use crate::verdict::Status;
    use deterra_game::number::Number;
    use deterra_game::profile::MixedProfile;
    use deterra_game::strategic::StrategicGame;

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
}

//! How likely execution must be to make the other side yield.

use super::Rung;
use super::played::Played;
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;

/// The probabilities of execution that make the other side yield. Execution by a device counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Critical {
    /// At this probability it is indifferent; above, it yields. Above 0 and at most 1.
    At(Rational),
    /// At this probability it is indifferent; below, it yields. At least 0 and below 1. So it is
    /// where being given in to is worse for it than yielding now, and being punished and yielding
    /// then is better.
    AtMost(Rational),
    /// It yields however likely execution is.
    Always,
    /// It goes on however likely execution is.
    Never,
    /// There is no position before the rung where it could yield, or going on from there never
    /// leads to the decision, or yielding there comes to the same as going on.
    NoChoice,
}

impl Critical {
    /// The probability at which it is indifferent, where there is one.
    pub fn probability(&self) -> Option<&Rational> {
        match self {
            Self::At(probability) | Self::AtMost(probability) => Some(probability),
            Self::Always | Self::Never | Self::NoChoice => None,
        }
    }
}

/// What a way of going on is worth to a player: `empty` if the threat is never carried out at the
/// decision, and `slope` more at certain execution.
struct Line {
    empty: Rational,
    slope: Rational,
    device: Rational,
    decides: Rational,
}

/// The probability R of execution at which the one who may yield before the rung is indifferent.
///
/// Going on leads to the decision, and perhaps past it: a device may carry the threat out by
/// itself, or play may turn elsewhere. With a probability r of carrying it out at the decision,
/// going on is worth
///
/// ```text
/// elsewhere + P(device) · executed + P(decision) · ((1 - r) · refused + r · executed)
/// ```
///
/// and so is yielding, where an off-ramp that may turn out empty leads to the same decision. The
/// two are equal at one r; R = P(device) + P(decision) · r. Where going on always leads to the
/// decision and yielding never does, R = (refused - yield) / (refused - executed).
pub(super) fn critical<G: PositionGraph + ?Sized>(
    game: &Played<'_, G>,
    rung: &Rung,
    executed: &[Rational],
) -> Critical {
    let (Some(before), Some(refused)) = (&rung.before, rung.refused) else {
        return Critical::NoChoice;
    };
    let player = before.player;
    let toll = game.paid(rung.decision, player);
    let win = game.values.of(refused, player) + &toll;
    let lose = &executed[player.index()];
    let line = |from| {
        let walk = game.walk(from, &[rung.decision, rung.carried_out]);
        let [decides, device] = [&walk.arrived[0], &walk.arrived[1]];
        let mut empty = walk.elsewhere[player.index()].clone();
        empty += &(device * lose);
        empty += &(decides * &win);
        Line {
            empty,
            slope: decides * &(&(lose + &toll) - &win),
            device: device.clone(),
            decides: decides.clone(),
        }
    };
    let (off, on) = (
        game.yielded(before),
        game.graph.successor(before.position, before.continues),
    );
    let (yielding, going) = (line(off), line(on));
    if off == on || going.decides.is_zero() {
        return Critical::NoChoice;
    }
    // What going on gains over yielding, at r = 0 and by r.
    let gain = &going.empty - &yielding.empty;
    let slope = &going.slope - &yielding.slope;
    let Some(at_decision) = (-&gain).checked_div(&slope) else {
        return if gain > Rational::ZERO {
            Critical::Never
        } else {
            Critical::Always
        };
    };
    let even = &going.device + &(&at_decision * &going.decides);
    let most = &going.device + &going.decides;
    if slope.is_negative() {
        if even > most {
            Critical::Never
        } else if even > Rational::ZERO {
            Critical::At(even)
        } else {
            Critical::Always
        }
    } else if even >= most {
        Critical::Always
    } else if even.is_negative() {
        Critical::Never
    } else {
        Critical::AtMost(even)
    }
}

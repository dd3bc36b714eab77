//! Colonel Blotto over several rounds.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Two colonels have `troops` each for `rounds` battles over `fields` fields (after Gross and Wagner 1950, whose game is one round). In every
/// battle both send some of what they have left to the fields, without seeing each other's; in the last one they send all of it. More troops win a field; who
/// won each is told, how many were there is not, and all who were sent are gone. The fields that are won, less those that are lost, are the gain, or only which are more.
///
/// With `s` left there are `C(s + fields, fields)` ways to send some and `C(s + fields - 1, fields - 1)` to send all. The game is symmetric, so its value is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlottoSequence {
    /// Troops of each side.
    pub troops: usize,
    /// Fields.
    pub fields: usize,
    /// Battles.
    pub rounds: usize,
    /// Whether only who has won more fields counts.
    pub only_wins: bool,
}

impl Default for BlottoSequence {
    fn default() -> Self {
        Self {
            troops: 4,
            fields: 2,
            rounds: 2,
            only_wins: false,
        }
    }
}

/// The most troops.
pub(super) const MOST_TROOPS: usize = 20;
/// The most fields.
pub(super) const MOST_FIELDS: usize = 5;
/// The most rounds.
pub(super) const MOST_ROUNDS: usize = 8;

type Sent = [u8; MOST_FIELDS];

/// Where play stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// By player and round, what went to each field.
    sent: [[Sent; MOST_ROUNDS]; 2],
    /// By player, how many rounds she has sent for.
    made: [u8; 2],
}

impl Spot {
    fn player(&self) -> usize {
        usize::from(self.made[0] > self.made[1])
    }
}

impl BlottoSequence {
    fn left(&self, spot: &Spot, player: usize) -> usize {
        let sent = spot.sent[player][..usize::from(spot.made[player])].iter();
        self.troops - sent.flatten().map(|sent| usize::from(*sent)).sum::<usize>()
    }

    /// How many ways there are to send troops to the last `fields` fields.
    fn ways(left: usize, fields: usize, sends_all: bool) -> usize {
        let among = if sends_all { fields - 1 } else { fields };
        // A binomial coefficient: every partial product is one, too.
        (1..=among).fold(1, |ways, k| ways * (left + k) / k)
    }

    /// What a number stands for: fields in order, fewer troops first.
    fn sends(&self, left: usize, sends_all: bool, mut number: usize) -> Sent {
        let mut sent = [0; MOST_FIELDS];
        let mut left = left;
        for (field, troops) in sent[..self.fields].iter_mut().enumerate() {
            let after = self.fields - field - 1;
            if after == 0 {
                *troops = if sends_all { left } else { number } as u8;
                break;
            }
            loop {
                let ways = Self::ways(left, after, sends_all);
                if number < ways || left == 0 {
                    break;
                }
                number -= ways;
                *troops += 1;
                left -= 1;
            }
        }
        sent
    }

    fn is_last(&self, spot: &Spot) -> bool {
        usize::from(spot.made[spot.player()]) + 1 == self.rounds
    }
}

impl Rules for BlottoSequence {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        format!(
            "Colonel Blotto, {} troops, {} fields, {} rounds",
            self.troops, self.fields, self.rounds
        )
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if usize::from(spot.made[1]) == self.rounds {
            Turn::Over
        } else {
            Turn::Player(spot.player())
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        let spot = state.now();
        match self.turn(state) {
            Turn::Player(player) => {
                Self::ways(self.left(spot, player), self.fields, self.is_last(spot))
            }
            _ => 0,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let spot = state.now();
        let left = self.left(spot, spot.player());
        write_sent(
            &self.sends(left, self.is_last(spot), action)[..self.fields],
            name,
        );
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let spot = state.now();
        let player = spot.player();
        let sent = self.sends(self.left(spot, player), self.is_last(spot), action);
        state.go(|spot| {
            spot.sent[player][usize::from(spot.made[player])] = sent;
            spot.made[player] += 1;
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// Round by round what one sent, and how each field ended.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let player = spot.player();
        for round in 0..usize::from(spot.made[1]) {
            let [own, other] = [player, 1 - player].map(|player| spot.sent[player][round]);
            if round > 0 {
                text.push(' ');
            }
            write_sent(&own[..self.fields], text);
            for (own, other) in own.iter().zip(&other).take(self.fields) {
                text.push(match own.cmp(other) {
                    std::cmp::Ordering::Greater => '+',
                    std::cmp::Ordering::Less => '-',
                    std::cmp::Ordering::Equal => '=',
                });
            }
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        let [first, second] = spot.sent.map(|sent| sent.into_iter().flatten());
        let ahead: i64 = first
            .zip(second)
            .map(|(first, second)| i64::from(first > second) - i64::from(first < second))
            .sum();
        let gain = if self.only_wins {
            ahead.signum()
        } else {
            ahead
        };
        to.extend([Number::from(gain), Number::from(-gain)]);
    }

    /// Round by round from the last one, by what both have left.
    fn num_nodes(&self) -> Option<u128> {
        let sizes = self.troops + 1;
        let of = |left: [usize; 2]| left[0] * sizes + left[1];
        let mut below = vec![1_u128; sizes * sizes];
        for round in (0..self.rounds).rev() {
            let is_last = round + 1 == self.rounds;
            let mut here = vec![0; sizes * sizes];
            for left in (0..sizes * sizes).map(|k| [k / sizes, k % sizes]) {
                let all = |left| Self::ways(left, self.fields, is_last) as u128;
                // What is sent, and in how many ways.
                let sends = |left: usize| {
                    let least = if is_last { left } else { 0 };
                    (least..=left)
                        .map(move |sent| (sent, Self::ways(sent, self.fields, true) as u128))
                };
                let nodes = &mut here[of(left)];
                *nodes = 1 + all(left[0]);
                for (first, ways) in sends(left[0]) {
                    for (second, more) in sends(left[1]) {
                        let after = below[of([left[0] - first, left[1] - second])];
                        *nodes = (ways * more).saturating_mul(after).saturating_add(*nodes);
                    }
                }
            }
            below = here;
        }
        below.last().copied()
    }
}

/// Troops field by field.
fn write_sent(sent: &[u8], text: &mut String) {
    for (field, troops) in sent.iter().enumerate() {
        if field > 0 {
            text.push('/');
        }
        _ = write!(text, "{troops}");
    }
}

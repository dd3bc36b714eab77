//! A ladder of threats with hidden resolve, theatres and votes: a family of games of any size.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Who pays for what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stakes {
    /// One's loss is the other's gain.
    #[default]
    ZeroSum,
    /// What is carried out costs both sides.
    Costs,
}

/// A challenger climbs a ladder of `rungs` rungs against a coalition, and each hides how resolved it is.
///
/// **Play.** Chance draws the type of the challenger and then that of the coalition, from 1 (irresolute) to `types`, weak ones more
/// often: type `i` of `n` has the chance `2 (n + 1 - i) / (n (n + 1))`. At every rung the challenger stops, and play is over, or presses in one of
/// `theatres` theatres. The coalition acquiesces, and play is over, or threatens. The challenger backs down, and play is over, or
/// defies. Then `votes` members of the coalition vote in turn, for everybody to hear, on whether they carry out their part of the threat. Member `j` is
/// for it at rung `k` in theatre `w` with the chance `(2 b + w - 1 + (j + 1) mod 2) / (2 types + theatres + 1 + 2 k / rungs)`: it takes resolve, `b` being the
/// coalition's type, more is done where more is at stake, and less the higher the rung. Then comes the next rung; after the last one play is over.
///
/// **Pays**, summed over rungs, `k` and `w` counted from 1, with the prize `p = k + w`, for the challenger of type `a`:
///
/// | | challenger | coalition, if what is carried out costs both |
/// |---|---|---|
/// | the coalition acquiesces | `p votes` | `-p votes` |
/// | the challenger backs down | `-k votes` | `k votes` |
/// | a member is for it | `-(2 p + k (types - a))` | `-(p + k (types - b))` |
/// | a member is against it | `2 p` | `-2 p` |
///
/// In the zero-sum game the coalition gets what the challenger loses. The numbers are illustrative, but so that both have reasons to mix: weak
/// coalitions threaten emptily now and then, theatres and defiance say something of the challenger's type, and votes of the coalition's.
///
/// **Size.** With `T` types, `W` theatres and `V` votes every rung multiplies the histories by `B = W 2^V`. From a rung on there are
/// `N(k) = 2 + W (3 + 2^V (1 + N(k + 1)))` nodes with `N(rungs + 1) = 1`, and `1 + T + T^2 N(1)` in all. With
/// `H = 1 + B + … + B^(rungs - 1)` the challenger has `T H (1 + W)` information sets and `1 + T H (1 + 3 W)` sequences, the coalition `T H W` and
/// `1 + 2 T H W`; a side knows its type and all that happened. Every rung adds about `log10 B` decades: with 2 types, 2 theatres and a vote 3 rungs
/// are 1,267 nodes, 7 rungs 327,667, and 10 rungs 20,971,507; types and theatres fill what is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeterrenceLadder {
    /// Rungs, from 1 to 24.
    pub rungs: usize,
    /// Types of each side, from 1 to 9.
    pub types: usize,
    /// Theatres, from 1 to 9.
    pub theatres: usize,
    /// Members of the coalition who vote, from 1 to 7.
    pub votes: usize,
    /// Who pays for what.
    pub pays: Stakes,
}

impl Default for DeterrenceLadder {
    fn default() -> Self {
        Self {
            rungs: 3,
            types: 2,
            theatres: 2,
            votes: 1,
            pays: Stakes::ZeroSum,
        }
    }
}

/// The most rungs.
pub(super) const MOST_RUNGS: usize = 24;
/// The most types of a side, and the most theatres.
pub(super) const MOST_TYPES: usize = 9;
/// The most votes.
pub(super) const MOST_VOTES: usize = 7;

/// What is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Chance draws the challenger's type.
    First,
    /// Chance draws the coalition's type.
    Second,
    Press,
    Answer,
    Defy,
    Vote,
    Over,
}

/// Where play stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    stage: Stage,
    /// Types from 1, the challenger's first; 0 if they are not drawn yet.
    types: [u8; 2],
    /// Rungs that are done.
    rung: u8,
    /// Votes of this rung so far.
    heard: u8,
    /// By rung, the theatre from 0.
    theatres: [u8; MOST_RUNGS],
    /// By rung, who was for it: bit `j` is member `j`.
    votes: [u8; MOST_RUNGS],
    /// What was paid so far.
    paid: [i32; 2],
}

impl Spot {
    fn theatre(&self) -> i32 {
        i32::from(self.theatres[usize::from(self.rung)]) + 1
    }

    fn pay(&mut self, challenger: i32, coalition: i32) {
        self.paid[0] += challenger;
        self.paid[1] += coalition;
    }
}

impl DeterrenceLadder {
    /// The rung is done.
    fn climb(self, spot: &mut Spot) {
        spot.rung += 1;
        spot.heard = 0;
        spot.stage = if usize::from(spot.rung) == self.rungs {
            Stage::Over
        } else {
            Stage::Press
        };
    }

    /// What everybody gets by the votes of a rung, once all have voted.
    fn count(self, spot: &mut Spot) {
        let k = i32::from(spot.rung) + 1;
        let prize = k + spot.theatre();
        let short = |side: usize| self.types as i32 - i32::from(spot.types[side]);
        let (hurt, cost) = (2 * prize + k * short(0), prize + k * short(1));
        let votes = spot.votes[usize::from(spot.rung)].count_ones() as i32;
        let empty = (self.votes as i32 - votes) * 2 * prize;
        let coalition = match self.pays {
            Stakes::ZeroSum => votes * hurt,
            Stakes::Costs => -votes * cost,
        };
        spot.pay(empty - votes * hurt, coalition - empty);
        self.climb(spot);
    }

    fn go(self, spot: &mut Spot, action: usize) {
        let k = i32::from(spot.rung) + 1;
        let members = self.votes as i32;
        match (spot.stage, action) {
            (Stage::First, drawn) => {
                spot.types[0] = drawn as u8 + 1;
                spot.stage = Stage::Second;
            }
            (Stage::Second, drawn) => {
                spot.types[1] = drawn as u8 + 1;
                spot.stage = Stage::Press;
            }
            (Stage::Press, 0) => spot.stage = Stage::Over,
            (Stage::Press, pressed) => {
                spot.theatres[usize::from(spot.rung)] = pressed as u8 - 1;
                spot.votes[usize::from(spot.rung)] = 0;
                spot.stage = Stage::Answer;
            }
            (Stage::Answer, 0) => {
                let prize = (k + spot.theatre()) * members;
                spot.pay(prize, -prize);
                spot.stage = Stage::Over;
            }
            (Stage::Answer, _) => spot.stage = Stage::Defy,
            (Stage::Defy, 0) => {
                spot.pay(-k * members, k * members);
                spot.stage = Stage::Over;
            }
            (Stage::Defy, _) => spot.stage = Stage::Vote,
            (Stage::Vote, said) => {
                if said == 0 {
                    spot.votes[usize::from(spot.rung)] |= 1 << spot.heard;
                }
                spot.heard += 1;
                if usize::from(spot.heard) == self.votes {
                    self.count(spot);
                }
            }
            (Stage::Over, _) => {}
        }
    }
}

impl Rules for DeterrenceLadder {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        let mut title = format!(
            "deterrence ladder (rungs {}, types {}, theatres {}, votes {}",
            self.rungs, self.types, self.theatres, self.votes
        );
        if self.pays == Stakes::Costs {
            title.push_str(", costs to both");
        }
        title.push(')');
        title
    }

    fn players(&self) -> Vec<String> {
        vec!["challenger".to_owned(), "coalition".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot {
            stage: Stage::First,
            types: [0; 2],
            rung: 0,
            heard: 0,
            theatres: [0; MOST_RUNGS],
            votes: [0; MOST_RUNGS],
            paid: [0; 2],
        })
    }

    fn turn(&self, state: &Self::State) -> Turn {
        match state.now().stage {
            Stage::First | Stage::Second | Stage::Vote => Turn::Chance,
            Stage::Press | Stage::Defy => Turn::Player(0),
            Stage::Answer => Turn::Player(1),
            Stage::Over => Turn::Over,
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match state.now().stage {
            Stage::First | Stage::Second => self.types,
            Stage::Press => 1 + self.theatres,
            Stage::Answer | Stage::Defy | Stage::Vote => 2,
            Stage::Over => 0,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        name.push_str(match (state.now().stage, action) {
            (Stage::First | Stage::Second, _) => {
                _ = write!(name, "{}", action + 1);
                return;
            }
            (Stage::Press, 0) => "stop",
            (Stage::Press, _) => {
                name.push_str("press ");
                name.push(theatre(action - 1));
                return;
            }
            (Stage::Answer, 0) => "acquiesce",
            (Stage::Answer, _) => "threaten",
            (Stage::Defy, 0) => "back down",
            (Stage::Defy, _) => "defy",
            (Stage::Vote, 0) => "for",
            (Stage::Vote, _) => "against",
            (Stage::Over, _) => "",
        });
    }

    fn probability(&self, state: &Self::State, action: usize) -> Rational {
        let spot = state.now();
        let types = self.types as i64;
        let chance = if spot.stage == Stage::Vote {
            let place = i64::from(spot.theatre()) - 1;
            let firm = 2 * i64::from(spot.types[1]) + place + i64::from(spot.heard % 2);
            let rungs = self.rungs as i64;
            let most = 2 * types + self.theatres as i64 + 1;
            let all = rungs * most + 2 * (i64::from(spot.rung) + 1);
            let firm = rungs * firm;
            let own = if action == 0 { firm } else { all - firm };
            Rational::new(own, all)
        } else {
            Rational::new(2 * (types - action as i64), types * (types + 1))
        };
        chance.unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        state.go(|spot| self.go(spot, action));
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The own type, a colon, and rung by rung the theatre and the votes, `+` for those who were for it; `!` after a threat.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let own = spot.types[usize::from(spot.stage == Stage::Answer)];
        text.push(char::from(b'0' + own));
        text.push(':');
        let done = usize::from(spot.rung);
        for (pressed, votes) in spot.theatres[..done].iter().zip(&spot.votes) {
            text.push(theatre(usize::from(*pressed)));
            for member in 0..self.votes {
                text.push(if votes >> member & 1 == 1 { '+' } else { '-' });
            }
        }
        if spot.stage != Stage::Press {
            text.push(theatre(usize::from(spot.theatres[done])));
        }
        if spot.stage == Stage::Defy {
            text.push('!');
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        to.extend(state.now().paid.map(|paid| Number::from(i64::from(paid))));
    }

    fn num_nodes(&self) -> Option<u128> {
        let (types, theatres) = (self.types as u128, self.theatres as u128);
        let heard = 1_u128 << self.votes;
        let below = (0..self.rungs).fold(1_u128, |below, _| {
            let after = heard.saturating_mul(below.saturating_add(1));
            theatres
                .saturating_mul(after.saturating_add(3))
                .saturating_add(2)
        });
        let pairs = types * types;
        Some(pairs.saturating_mul(below).saturating_add(1 + types))
    }
}

/// The letter of a theatre, by number from 0.
const fn theatre(number: usize) -> char {
    (b'a' + number as u8) as char
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::information::perfect_recall;
    use crate::number::Number;
    use crate::rules::tests::{sizes, tree};

    /// The sizes that the page of [`DeterrenceLadder`] derives.
    fn formula(rungs: usize, types: usize, theatres: usize, votes: u32) -> [usize; 5] {
        let heard = 2_usize.pow(votes);
        let (mut below, mut histories) = (1, 0);
        for _ in 0..rungs {
            below = 2 + theatres * (3 + heard * (1 + below));
            histories = 1 + theatres * heard * histories;
        }
        let known = types * histories;
        [
            1 + types + types * types * below,
            known * (1 + theatres),
            known * theatres,
            1 + known * (1 + 3 * theatres),
            1 + 2 * known * theatres,
        ]
    }

    #[test]
    fn sizes_follow_the_formula() {
        let rows = [
            (1, 1, 1, 1),
            (3, 2, 2, 1),
            (2, 3, 1, 2),
            (2, 1, 9, 1),
            (1, 9, 2, 3),
            (9, 1, 1, 1),
            (3, 2, 2, 2),
            (1, 2, 2, 7),
        ];
        for (rungs, types, theatres, votes) in rows {
            let name = format!(
                "deterrence_ladder:rungs={rungs},types={types},theatres={theatres},votes={votes}"
            );
            let game = tree(&name);
            let (nodes, _, _, sets, sequences, _) = sizes(&game);
            let found = [nodes, sets[0], sets[1], sequences[0], sequences[1]];
            assert_eq!(found, formula(rungs, types, theatres, votes), "{name}");
            assert!(perfect_recall(&game).is_empty(), "{name}");
            let rules = DeterrenceLadder {
                rungs,
                types,
                theatres,
                votes: votes as usize,
                pays: Stakes::ZeroSum,
            };
            assert_eq!(rules.num_nodes(), Some(nodes as u128), "{name}");
        }
        let largest = DeterrenceLadder {
            rungs: MOST_RUNGS,
            types: MOST_TYPES,
            theatres: MOST_TYPES,
            votes: MOST_VOTES,
            pays: Stakes::Costs,
        };
        assert_eq!(largest.num_nodes(), Some(u128::MAX));
        assert_eq!(formula(3, 2, 2, 1)[0], 1267);
        assert_eq!(formula(7, 2, 2, 1)[0], 327_667);
        assert_eq!(formula(10, 2, 2, 1)[0], 20_971_507);
    }

    /// A play told by hand: type 1 of 2 presses in b at rung 1 and defies, the one member is against it; at rung 2 she presses in a and defies,
    /// the member is for it. So she gets `2 (1 + 2) - (2 (2 + 1) + 2 (2 - 1)) = -2`; a coalition of type 1 pays 6 and then 3 + 2.
    #[test]
    fn plays_pay_what_is_told() {
        let play = |pays| {
            let rules = DeterrenceLadder {
                rungs: 2,
                pays,
                ..DeterrenceLadder::default()
            };
            let mut state = rules.root();
            for action in [0, 0, 2, 1, 1, 1] {
                rules.apply(&mut state, action);
            }
            let mut text = String::new();
            rules.information(&state, &mut text);
            assert_eq!(text, "1:b-");
            for action in [1, 1] {
                rules.apply(&mut state, action);
            }
            text.clear();
            rules.information(&state, &mut text);
            assert_eq!(text, "1:b-a!");
            rules.apply(&mut state, 1);
            // Against type 1 of 2 in theatre a at rung 2 of 2: 2 of 4 + 2 + 1 + 2.
            assert_eq!(
                rules.probability(&state, 0),
                Rational::new(2, 9).expect("a number")
            );
            rules.apply(&mut state, 0);
            assert_eq!(rules.turn(&state), Turn::Over);
            let mut paid = Vec::new();
            rules.payoffs(&state, &mut paid);
            paid
        };
        assert_eq!(play(Stakes::ZeroSum), [-2, 2].map(Number::from));
        assert_eq!(play(Stakes::Costs), [-2, -11].map(Number::from));
    }
}

//! Tables in which players fight for a prize.

use super::asked::Asked;
use super::build::{
    bimatrix, check_between, check_cells, check_even, check_range, check_shape, check_size,
    counted, table,
};
use super::coordination::even;
use super::stream::Stream;
use super::{InvalidRequest, Problem, Recipe, made};
use crate::number::{Natural, Rational};
use crate::strategic::StrategicGame;

/// Options of [`blotto`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blotto {
    /// How many troops each player has.
    pub troops: (usize, usize),
    /// How many fields there are.
    pub fields: usize,
    /// The correlation of the two players' values of a field, from 0 to 1.
    pub rho: Rational,
    /// The least value of a field.
    pub low: i64,
    /// The greatest value of a field.
    pub high: i64,
}

impl Default for Blotto {
    fn default() -> Self {
        Self {
            troops: (3, 3),
            fields: 3,
            rho: Rational::ONE,
            low: 1,
            high: 9,
        }
    }
}

/// Everybody spreads her troops over the fields, and gets the value to her of every field where she
/// has more, less that of every field where she has fewer.
///
/// Values are whole numbers of a range, all equally likely; a field is worth the same to both with
/// probability `rho` and something independent otherwise, so that `rho` is the correlation. At
/// 1 the game is zero-sum.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(cells · fields)`.
pub fn blotto(options: &Blotto, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

/// Options of [`war_of_attrition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarOfAttrition {
    /// At how many times each player may give up: 0, 1, ….
    pub times: (usize, usize),
    /// What the prize is worth to everybody at least.
    pub prize: i64,
    /// How much more it may be worth to somebody.
    pub spread: i64,
    /// What a unit of time costs.
    pub cost: i64,
}

impl Default for WarOfAttrition {
    fn default() -> Self {
        Self {
            times: (3, 3),
            prize: 10,
            spread: 5,
            cost: 1,
        }
    }
}

/// Who stays longer has the prize; both pay for the time until the first gives up. If both give up at
/// once each has half of it.
///
/// The prize is worth `prize` to each plus a whole number from 0 to `spread`, drawn by player.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn war_of_attrition(
    options: &WarOfAttrition,
    seed: u64,
) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

/// Options of [`all_pay`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllPay {
    /// How many bids there are: 0, 1, ….
    pub bids: usize,
    /// How many players there are.
    pub players: usize,
    /// What the prize is worth; the highest bid if it is not said.
    pub prize: Option<i64>,
    /// Whether several highest bidders share the prize, and do not lose it.
    pub split: bool,
}

impl Default for AllPay {
    fn default() -> Self {
        Self {
            bids: 4,
            players: 2,
            prize: None,
            split: true,
        }
    }
}

/// The highest bidder has the prize, and everybody pays her bid: the dollar auction in one round.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn all_pay(options: &AllPay) -> Result<StrategicGame, InvalidRequest> {
    made(options, 0)
}

/// Options of [`travelers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Travelers {
    /// How many claims there are.
    pub claims: usize,
    /// The lowest of them; the others count up from there.
    pub lowest: i64,
    /// What the lower claim gains and the higher one loses.
    pub bonus: i64,
}

impl Default for Travelers {
    fn default() -> Self {
        Self {
            claims: 3,
            lowest: 2,
            bonus: 2,
        }
    }
}

/// Both get the lower claim; who made it gets the bonus too, and the other pays it. Equal claims are
/// paid.
///
/// With a bonus above 1 both make the lowest claim in the only equilibrium.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn travelers(options: &Travelers) -> Result<StrategicGame, InvalidRequest> {
    made(options, 0)
}

/// Options of [`ranking`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// How many efforts each player has.
    pub efforts: (usize, usize),
    /// The largest step between scores, and between costs in units of one over `steps` times the
    /// number of efforts.
    pub steps: i64,
}

impl Default for Ranking {
    fn default() -> Self {
        Self {
            efforts: (3, 3),
            steps: 10,
        }
    }
}

/// More effort has a higher score and a higher cost; the higher score has the prize of 1, equal ones
/// share it.
///
/// Scores and costs go up by whole steps from 1 to `steps`, drawn by player; the least effort costs
/// nothing, the largest less than 1.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn ranking(options: &Ranking, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

/// The most fields.
const MOST_FIELDS: usize = 100;

impl Blotto {
    /// In how many ways so many troops can be spread over the fields.
    fn ways(&self, troops: usize) -> Natural {
        super::hard::choose(
            troops.saturating_add(self.fields).saturating_sub(1),
            self.fields.saturating_sub(1),
        )
    }

    /// The ways to spread troops, those with more on the first fields first.
    fn spreads(&self, troops: usize) -> Vec<Vec<usize>> {
        let last = self.fields - 1;
        let mut now = vec![0; self.fields];
        now[0] = troops;
        let mut all = vec![now.clone()];
        // One troop of the last field that can spare one goes a field further, with all from the end.
        while let Some(from) = (0..last).rev().find(|field| now[*field] > 0) {
            let end = std::mem::take(&mut now[last]);
            now[from] -= 1;
            now[from + 1] = end + 1;
            all.push(now.clone());
        }
        all
    }
}

impl Recipe for Blotto {
    const NAME: &'static str = "blotto";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            troops: asked.two(3),
            fields: asked.count("fields"),
            rho: asked.fraction("rho"),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        if self.troops.0.min(self.troops.1) < 1 {
            problems.push(Problem::range("every player has at least 1 troop"));
        }
        if (1..=MOST_FIELDS).contains(&self.fields) {
            let cells = self.ways(self.troops.0) * self.ways(self.troops.1);
            check_cells(cells, 2, problems);
        } else {
            let message = format!(
                "`fields` is {}; it is between 1 and {MOST_FIELDS}",
                self.fields
            );
            problems.push(Problem::range(message));
        }
        check_between("rho", &self.rho, &Rational::ZERO, &Rational::ONE, problems);
        check_range(self.low, self.high, problems);
    }

    fn words(&self) -> String {
        format!(
            "{}x{} fields={} rho={} low={} high={}",
            self.troops.0, self.troops.1, self.fields, self.rho, self.low, self.high
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let values: Vec<[i64; 2]> = (0..self.fields)
            .map(|_| {
                let mine = stream.between(self.low, self.high);
                let own = stream.between(self.low, self.high);
                let is_shared = stream.happens(&self.rho);
                [mine, if is_shared { mine } else { own }]
            })
            .collect();
        let spreads = [self.troops.0, self.troops.1].map(|troops| self.spreads(troops));
        let labels = spreads.each_ref().map(|spreads| {
            let label = |spread: &Vec<usize>| {
                let troops: Vec<String> = spread.iter().map(usize::to_string).collect();
                troops.join("-")
            };
            spreads.iter().map(label).collect::<Vec<String>>()
        });
        bimatrix(title, &labels, |one, two| {
            let mut sums = [0, 0];
            let fields = spreads[0][one].iter().zip(&spreads[1][two]).zip(&values);
            for ((mine, yours), [to_me, to_you]) in fields {
                let won = i64::from(mine > yours) - i64::from(mine < yours);
                sums[0] += won * to_me;
                sums[1] -= won * to_you;
            }
            let [mine, yours] = sums.map(Rational::integer);
            (mine, yours)
        })
    }
}

/// Half of a whole number.
fn half(value: i64) -> Rational {
    Rational::new(value, 2).unwrap_or_default()
}

impl Recipe for WarOfAttrition {
    const NAME: &'static str = "war_of_attrition";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            times: asked.two(3),
            prize: asked.whole("prize"),
            spread: asked.whole("spread"),
            cost: asked.whole("cost"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_shape(&[self.times.0, self.times.1], problems);
        check_size("prize", self.prize, problems);
        check_size("cost", self.cost, problems);
        check_size("spread", self.spread, problems);
        if self.spread < 0 {
            let message = format!("`spread` is {}; it is 0 or more", self.spread);
            problems.push(Problem::range(message));
        }
    }

    fn words(&self) -> String {
        format!(
            "{}x{} prize={} spread={} cost={}",
            self.times.0, self.times.1, self.prize, self.spread, self.cost
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let prizes = [0, 0].map(|_: i64| self.prize + stream.between(0, self.spread));
        let labels = [self.times.0, self.times.1].map(|times| counted(0, times));
        bimatrix(title, &labels, |one, two| {
            let spent = Rational::integer(self.cost * one.min(two) as i64);
            let part = |prize: i64, mine: usize, yours: usize| {
                let gained = match mine.cmp(&yours) {
                    std::cmp::Ordering::Less => Rational::ZERO,
                    std::cmp::Ordering::Equal => half(prize),
                    std::cmp::Ordering::Greater => Rational::integer(prize),
                };
                &gained - &spent
            };
            (part(prizes[0], one, two), part(prizes[1], two, one))
        })
    }
}

impl AllPay {
    fn worth(&self) -> i64 {
        self.prize
            .unwrap_or_else(|| self.bids.saturating_sub(1) as i64)
    }
}

impl Recipe for AllPay {
    const NAME: &'static str = "all_pay";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        let bids = asked.single(4);
        Self {
            bids,
            players: asked.players(2),
            prize: asked.whole_or_word("prize", "N-1"),
            split: asked.word("ties", &[("split", true), ("lost", false)]),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_even(self.bids, self.players, problems);
        check_size("prize", self.prize.unwrap_or(0), problems);
    }

    fn words(&self) -> String {
        format!(
            "{} prize={} ties={}",
            even(self.bids, self.players),
            self.worth(),
            if self.split { "split" } else { "lost" }
        )
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        let labels = vec![counted(0, self.bids); self.players];
        table(title, &labels, |chosen, payoffs| {
            let highest = chosen.iter().max().copied().unwrap_or(0);
            let winners = chosen.iter().filter(|bid| **bid == highest).count() as i64;
            let share = if winners == 1 || self.split {
                Rational::new(self.worth(), winners).unwrap_or_default()
            } else {
                Rational::ZERO
            };
            for (payoff, bid) in payoffs.iter_mut().zip(chosen) {
                let paid = Rational::integer(*bid as i64);
                *payoff = if *bid == highest {
                    &share - &paid
                } else {
                    -&paid
                };
            }
        })
    }
}

impl Recipe for Travelers {
    const NAME: &'static str = "travelers";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        asked.only_two();
        Self {
            claims: asked.single(3),
            lowest: asked.whole("lowest"),
            bonus: asked.whole("bonus"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_shape(&[self.claims; 2], problems);
        check_size("lowest", self.lowest, problems);
        check_size("bonus", self.bonus, problems);
    }

    fn words(&self) -> String {
        format!(
            "{} lowest={} bonus={}",
            self.claims, self.lowest, self.bonus
        )
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        let labels = [0, 0].map(|_: i64| counted(self.lowest, self.claims));
        bimatrix(title, &labels, |one, two| {
            let paid = self.lowest + one.min(two) as i64;
            let bonus = match one.cmp(&two) {
                std::cmp::Ordering::Less => self.bonus,
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Greater => -self.bonus,
            };
            (
                Rational::integer(paid + bonus),
                Rational::integer(paid - bonus),
            )
        })
    }
}

impl Recipe for Ranking {
    const NAME: &'static str = "ranking";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            efforts: asked.two(3),
            steps: asked.whole("steps"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_shape(&[self.efforts.0, self.efforts.1], problems);
        if !(1..=1_000_000).contains(&self.steps) {
            let message = format!("`steps` is {}; it is between 1 and 1000000", self.steps);
            problems.push(Problem::range(message));
        }
    }

    fn words(&self) -> String {
        format!("{}x{} steps={}", self.efforts.0, self.efforts.1, self.steps)
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        // By player and effort: the score, and the cost in whole units.
        let mut climb = |efforts: usize| {
            let (mut score, mut cost) = (0, 0);
            let mut all = Vec::with_capacity(efforts);
            for effort in 0..efforts {
                score += stream.between(1, self.steps);
                if effort > 0 {
                    cost += stream.between(1, self.steps);
                }
                all.push((score, cost));
            }
            all
        };
        let (mine, yours) = (climb(self.efforts.0), climb(self.efforts.1));
        let labels = [self.efforts.0, self.efforts.1].map(|efforts| counted(1, efforts));
        bimatrix(title, &labels, |one, two| {
            let wins = mine[one].0.cmp(&yours[two].0);
            let part = |wins: std::cmp::Ordering, cost: i64, efforts: usize| {
                let prize = half(1 + wins as i64);
                let cost = Rational::new(cost, self.steps * efforts as i64).unwrap_or_default();
                &prize - &cost
            };
            (
                part(wins, mine[one].1, self.efforts.0),
                part(wins.reverse(), yours[two].1, self.efforts.1),
            )
        })
    }
}

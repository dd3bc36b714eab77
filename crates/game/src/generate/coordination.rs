//! Tables in which it matters how many do the same.

use super::asked::Asked;
use super::build::{check_even, check_range, check_size, counted, plain, table};
use super::list::size_text;
use super::stream::Stream;
use super::{InvalidRequest, Problem, Recipe, made};
use crate::number::Rational;
use crate::strategic::StrategicGame;

/// Options of [`identity`] and [`dispersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coordination {
    /// How many actions each player has.
    pub actions: usize,
    /// How many players there are.
    pub players: usize,
}

impl Default for Coordination {
    fn default() -> Self {
        Self {
            actions: 3,
            players: 2,
        }
    }
}

/// Everybody gets 1 if all choose the same, else 0.
///
/// Two players have `2^N - 1` equilibria: for every set of actions the one in which both mix
/// evenly over it.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn identity(options: &Coordination) -> Result<StrategicGame, InvalidRequest> {
    made(&Identity(*options), 0)
}

/// Everybody gets the number of players that chose something else.
///
/// If there are at least as many actions as players, everybody apart from all others is a pure
/// equilibrium, however they are placed.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn dispersion(options: &Coordination) -> Result<StrategicGame, InvalidRequest> {
    made(&Dispersion(*options), 0)
}

/// Options of [`minimum_effort`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinimumEffort {
    /// How many efforts there are: 1, 2, ….
    pub efforts: usize,
    /// How many players there are.
    pub players: usize,
    /// What a unit of the least effort is worth to everybody.
    pub benefit: i64,
    /// What a unit of one's own effort costs.
    pub cost: i64,
}

impl Default for MinimumEffort {
    fn default() -> Self {
        Self {
            efforts: 3,
            players: 2,
            benefit: 2,
            cost: 1,
        }
    }
}

/// Everybody gets `benefit` times the least effort of all, less `cost` times her own.
///
/// If a unit is worth more than it costs, and costs something, the pure equilibria are those in which
/// all make the same effort, the more the better.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn minimum_effort(options: &MinimumEffort) -> Result<StrategicGame, InvalidRequest> {
    made(options, 0)
}

/// Options of [`congestion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Congestion {
    /// How many facilities there are.
    pub facilities: usize,
    /// How many players there are.
    pub players: usize,
    /// Whether a strategy is any set of facilities but the empty one, and not a single facility.
    pub subsets: bool,
    /// The least that a facility is worth.
    pub low: i64,
    /// The most that it is worth.
    pub high: i64,
}

impl Default for Congestion {
    fn default() -> Self {
        Self {
            facilities: 3,
            players: 2,
            subsets: false,
            low: 0,
            high: 100,
        }
    }
}

/// Everybody gets what the facilities that she uses are worth, each by how many use it.
///
/// For every facility as many whole numbers are drawn as there are players, and put in order: the
/// more use it, the less it is worth. All players have the same strategies, so that who uses
/// what does not matter. The game has a potential, hence pure equilibria.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn congestion(options: &Congestion, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

impl Coordination {
    fn read(asked: &mut Asked<'_>) -> Self {
        Self {
            actions: asked.single(3),
            players: asked.players(2),
        }
    }

    fn shape(self) -> Vec<usize> {
        vec![self.actions; self.players]
    }

    fn problems(self, problems: &mut Vec<Problem>) {
        check_even(self.actions, self.players, problems);
    }
}

/// The size of a table whose players all have the same number of strategies.
pub(super) fn even(actions: usize, players: usize) -> String {
    size_text(&vec![actions; players])
}

/// The options of [`identity`].
pub(super) struct Identity(Coordination);

impl Recipe for Identity {
    const NAME: &'static str = "identity";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self(Coordination::read(asked))
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        self.0.problems(problems);
    }

    fn words(&self) -> String {
        even(self.0.actions, self.0.players)
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        table(title, &plain(&self.0.shape()), |chosen, payoffs| {
            if chosen.iter().all(|action| *action == chosen[0]) {
                payoffs.fill(Rational::ONE);
            }
        })
    }
}

/// The options of [`dispersion`].
pub(super) struct Dispersion(Coordination);

impl Recipe for Dispersion {
    const NAME: &'static str = "dispersion";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self(Coordination::read(asked))
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        self.0.problems(problems);
    }

    fn words(&self) -> String {
        even(self.0.actions, self.0.players)
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        table(title, &plain(&self.0.shape()), |chosen, payoffs| {
            for (payoff, mine) in payoffs.iter_mut().zip(chosen) {
                let others = chosen.iter().filter(|action| *action != mine).count();
                *payoff = Rational::integer(others as i64);
            }
        })
    }
}

impl Recipe for MinimumEffort {
    const NAME: &'static str = "minimum_effort";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            efforts: asked.single(3),
            players: asked.players(2),
            benefit: asked.whole("benefit"),
            cost: asked.whole("cost"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_even(self.efforts, self.players, problems);
        check_size("benefit", self.benefit, problems);
        check_size("cost", self.cost, problems);
    }

    fn words(&self) -> String {
        format!(
            "{} benefit={} cost={}",
            even(self.efforts, self.players),
            self.benefit,
            self.cost
        )
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        let efforts = vec![counted(1, self.efforts); self.players];
        table(title, &efforts, |chosen, payoffs| {
            let least = chosen.iter().min().copied().unwrap_or(0) as i64 + 1;
            for (payoff, mine) in payoffs.iter_mut().zip(chosen) {
                let mine = *mine as i64 + 1;
                *payoff = Rational::integer(self.benefit * least - self.cost * mine);
            }
        })
    }
}

/// The most facilities of which any set may be used.
const MOST_FACILITIES: usize = 27;

impl Congestion {
    /// The facilities of every strategy, as bits.
    fn uses(&self) -> Vec<u32> {
        if self.subsets {
            (1..1 << self.facilities).collect()
        } else {
            Vec::new()
        }
    }

    fn strategies(&self) -> usize {
        if self.subsets && self.facilities <= MOST_FACILITIES {
            (1 << self.facilities) - 1
        } else if self.subsets {
            // Above every limit, and not to be counted.
            usize::MAX
        } else {
            self.facilities
        }
    }
}

impl Recipe for Congestion {
    const NAME: &'static str = "congestion";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            facilities: asked.single(3),
            players: asked.players(2),
            subsets: asked.word("strategies", &[("single", false), ("subsets", true)]),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_even(self.strategies(), self.players, problems);
        check_range(self.low, self.high, problems);
    }

    fn words(&self) -> String {
        format!(
            "{} players={} strategies={} low={} high={}",
            self.facilities,
            self.players,
            if self.subsets { "subsets" } else { "single" },
            self.low,
            self.high
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let worth: Vec<Vec<i64>> = (0..self.facilities)
            .map(|_| {
                let mut worth: Vec<i64> = (0..self.players)
                    .map(|_| stream.between(self.low, self.high))
                    .collect();
                worth.sort_unstable_by(|one, other| other.cmp(one));
                worth
            })
            .collect();
        let uses = self.uses();
        let labels = if self.subsets {
            let names = uses.iter().map(|set| {
                let own = (0..self.facilities).filter(|f| set >> f & 1 == 1);
                let own: Vec<String> = own.map(|f| (f + 1).to_string()).collect();
                own.join("+")
            });
            names.collect()
        } else {
            counted(1, self.facilities)
        };
        let strategies = vec![labels; self.players];
        let mut users = vec![0_usize; self.facilities];
        let does_use = |strategy: usize, facility: usize| {
            if self.subsets {
                uses[strategy] >> facility & 1 == 1
            } else {
                strategy == facility
            }
        };
        table(title, &strategies, |chosen, payoffs| {
            for (facility, count) in users.iter_mut().enumerate() {
                *count = chosen.iter().filter(|s| does_use(**s, facility)).count();
            }
            for (payoff, mine) in payoffs.iter_mut().zip(chosen) {
                let worth: i64 = (0..self.facilities)
                    .filter(|facility| does_use(*mine, *facility))
                    .map(|facility| worth[facility][users[facility] - 1])
                    .sum();
                *payoff = Rational::integer(worth);
            }
        })
    }
}

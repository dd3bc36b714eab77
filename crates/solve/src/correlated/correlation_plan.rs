//! The best extensive-form correlated equilibrium of two who move, by pairs of sequences.
//!
//! **Problem.** A device draws plans for everybody and tells a player the action at an information set when she comes there. She may stop
//! following once she is told (coarse: before), and is told nothing more then. Find a device that nobody gains by leaving and that is best.
//! **Theorem.** What counts of a device is how likely it draws that both play certain sequences of own actions, for pairs whose last
//! information sets lie on a common path. Without chance moves these numbers are exactly those that are not negative and add up at
//! every information set (von Stengel and Forges 2008); with chance moves that nobody hides too (Farina and Sandholm 2020).
//! **Method.** A linear program with a column a pair of sequences, and for every trigger a column a set below it, whose value is what
//! the deviating player can still get. The best point is split into plans: as long as something is left, a pair of plans all of whose pairs
//! of sequences are left is taken out as far as that goes. Where chance moves are hidden this may fail; then the method does not apply.
//! **Applies to** trees with perfect recall in which two players move.
//! **Exact.** Yes. **Cost.** A program of at most `S₁ S₂ + Σ triggers · sets` columns; it is refused above 16 million numbers.
//! **References.** vonstengel2008, farina2020a, farina2020b.

use super::certificate::{self, Label};
use super::own::{Own, Plays, Trigger};
use super::split::split;
use super::{Device, MOST_NUMBERS, Objective, correlated_program, payoffs_only, weights, worth};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::program::{Program, Row};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::PlayerId;
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::PureProfile;
use deterra_verify::correlated::plan_payoffs;
use deterra_verify::verdict::Concept;
use std::collections::BTreeMap;
use std::time::Instant;

/// Options of [`correlation_plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrelationPlan {
    /// Whether a player who deviates at a set does so before she is told the action there.
    pub coarse: bool,
    /// Which device is wanted; of those that are about payoffs.
    pub objective: Objective,
    /// The most numbers in the program: columns times rows.
    pub most_numbers: usize,
}

impl Default for CorrelationPlan {
    fn default() -> Self {
        Self {
            coarse: false,
            objective: Objective::Welfare,
            most_numbers: MOST_NUMBERS,
        }
    }
}

/// The pairs of sequences that count, numbered.
pub(crate) struct Pairs {
    /// By the first player's sequence, then the second's; [`u32::MAX`] for pairs that do not count.
    numbers: Vec<u32>,
    width: usize,
    pub(crate) count: usize,
}

impl Pairs {
    pub(crate) fn of(game: &ExtensiveGame, [first, second]: [&Own; 2]) -> Self {
        let width = second.count();
        let mut meets = vec![false; first.sets.len() * second.sets.len().max(1)];
        let mut mark = |a: usize, b: usize| meets[a * second.sets.len() + b] = true;
        for node in game.nodes() {
            let NodeKind::Decision(player, infoset) = game.kind(node) else {
                continue;
            };
            let own = if player == first.player {
                first
            } else {
                second
            };
            if player != own.player {
                continue;
            }
            let Ok(set) = own.sets.binary_search_by_key(&infoset, |set| set.infoset) else {
                continue;
            };
            if player == first.player {
                second
                    .sets_above(second.last[node.index()])
                    .for_each(|b| mark(set, b));
            } else {
                first
                    .sets_above(first.last[node.index()])
                    .for_each(|a| mark(a, set));
            }
        }
        let mut count = 0;
        let mut numbers = Vec::with_capacity(first.count() * width);
        for a in 0..first.count() {
            for b in 0..width {
                let counts = match (first.set_of(a), second.set_of(b)) {
                    (Some(a), Some(b)) => meets[a * second.sets.len() + b],
                    _ => true,
                };
                numbers.push(if counts { count } else { u32::MAX });
                count += u32::from(counts);
            }
        }
        Self {
            numbers,
            width,
            count: count as usize,
        }
    }

    /// The number of a pair; `None` if it does not count.
    pub(crate) fn number(&self, first: usize, second: usize) -> Option<usize> {
        let number = self.numbers[first * self.width + second];
        (number != u32::MAX).then_some(number as usize)
    }
}

/// Finds the best device of a tree.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless two players move who forget nothing, or if chance moves are hidden so that pairs of sequences do
/// not say enough; [`SolveError::TooLarge`] if the program has too many numbers; [`SolveError::Stopped`] if it was ended early.
///
/// # Example
/// ```
/// use deterra_game::convert::simultaneous_tree;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::correlated::correlation_plan::{CorrelationPlan, correlation_plan};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let table = StrategicGame::from_rows("chicken", &n([[6, 2], [7, 0]]), &n([[6, 7], [2, 0]]))?;
/// // Everybody moves once, so being told the action is being told the strategy.
/// let game = simultaneous_tree(&table, 100)?;
/// let solution = correlation_plan(&game, &CorrelationPlan::default(), &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(21, 2));
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn correlation_plan(
    game: &ExtensiveGame,
    options: &CorrelationPlan,
    control: &Control,
) -> Result<Solution<Device<PureProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::CorrelationPlan;
    let refuse = |what_is_missing: String| SolveError::NotApplicable {
        method,
        what_is_missing,
        node: None,
        infoset: None,
    };
    payoffs_only(options.objective, game.num_players(), method)?;
    if !perfect_recall(game).is_empty() {
        return Err(refuse("a player forgets what she did or knew".to_owned()));
    }
    let moves = |p: &PlayerId| game.player_infosets(*p).next().is_some();
    let movers: Vec<PlayerId> = game.players().filter(moves).collect();
    let [one, two] = movers[..] else {
        let what = format!("two players must move, and {} do", movers.len());
        return Err(refuse(what));
    };
    let (first, second) = (Own::of(game, one), Own::of(game, two));
    let owns = [&first, &second];
    if first.count().saturating_mul(second.count()) > options.most_numbers {
        return Err(too_large(
            first.count() as u128 * second.count() as u128,
            options.most_numbers,
        ));
    }
    let pairs = Pairs::of(game, owns);
    let conditions = owns.map(|own| own.size(options.coarse));
    let columns = pairs.count + conditions.iter().map(|(columns, _)| columns).sum::<usize>();
    let rows = pairs.count + conditions.iter().map(|(_, rows)| rows).sum::<usize>();
    let size = columns as u128 * rows as u128;
    if size > options.most_numbers as u128 {
        return Err(too_large(size, options.most_numbers));
    }
    let bytes = size as usize * size_of::<f64>();
    if let Some(limit) = control.memory_limit.filter(|limit| bytes > *limit) {
        let what = "the linear program of pairs of sequences";
        return Err(SolveError::TooMuch { what, bytes, limit });
    }
    let control = control.running();
    let clock = control.start();
    let plays = Plays::of(game);
    let (program, labels) = program(game, options, owns, &pairs, &plays);
    let stop = || clock.stop();
    let best = correlated_program::solved(&program, &stop, (&pairs.count, "pairs of sequences"))?;
    let list = split(game, owns, &pairs, &best.point[..pairs.count], &stop);
    let list = match (list, clock.stop()) {
        (Some(list), _) => list,
        (None, Some(stop)) => {
            return Err(SolveError::Stopped {
                stop,
                done: 0,
                total: pairs.count as u64,
                unit: "pairs of sequences",
            });
        }
        (None, None) => {
            let what = "chance moves are hidden, so that pairs of sequences do not say enough of a device; `joint_plans` \
                        finds one of small games";
            return Err(refuse(what.to_owned()));
        }
    };
    let payoffs = plan_payoffs(game, &list);
    let told = (labels.as_slice(), &best);
    let plan_bound = certificate::bound(game, options.objective, &owns, &plays, told);
    let device = Device {
        value: worth(options.objective, &payoffs),
        list,
        payoffs,
        objective: options.objective,
        is_best: true,
        bound: None,
        plan_bound,
        led_bound: None,
        steps: best.pivots,
    };
    let found = Found {
        method,
        not_searched: None,
        stop: Stop::Done,
        work: Work {
            nodes: device.steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer: device,
    };
    let concept = concept(options.coarse);
    Ok(Solution::certified(
        found,
        concept,
        &clock.patience(),
        |device| certificate::judged(game, device, concept),
    ))
}

pub(super) const fn concept(coarse: bool) -> Concept {
    if coarse {
        Concept::ExtensiveCoarseCorrelated
    } else {
        Concept::ExtensiveCorrelated
    }
}

pub(super) fn too_large(size: u128, limit: usize) -> SolveError {
    SolveError::TooLarge {
        what: "the linear program of devices",
        size: Natural::from(size),
        limit,
    }
}

/// What each pair of last sequences pays a player, chance counted in.
type Paid = BTreeMap<(usize, usize), Rational>;

fn paid(plays: &Plays, [first, second]: [&Own; 2], player: PlayerId) -> Paid {
    let mut sums = Paid::new();
    for ((end, chance), paid) in plays.ends.iter().zip(&plays.chance).zip(&plays.paid) {
        let own = &paid[player.index()];
        if !own.is_zero() && !chance.is_zero() {
            let at = (first.last[end.index()], second.last[end.index()]);
            *sums.entry(at).or_default() += &(chance * own);
        }
    }
    sums
}

fn program(
    game: &ExtensiveGame,
    options: &CorrelationPlan,
    owns: [&Own; 2],
    pairs: &Pairs,
    plays: &Plays,
) -> (Program, Vec<Label>) {
    let one = || Rational::ONE;
    let mut labels = vec![Label::Start];
    let mut rows = vec![Row {
        entries: vec![(0, one())],
        right: one(),
        equality: true,
    }];
    // What is drawn at an information set adds up to what leads there.
    for side in 0..2 {
        let number = |own: usize, other: usize| match side {
            0 => pairs.number(own, other),
            _ => pairs.number(other, own),
        };
        for (s, set) in owns[side].sets.iter().enumerate() {
            for other in 0..owns[1 - side].count() {
                let own = set.first..set.first + set.actions;
                let entries: Vec<(usize, Rational)> = own
                    .filter_map(|own| Some((number(own, other)?, one())))
                    .collect();
                if let (false, Some(before)) = (entries.is_empty(), number(set.before, other)) {
                    rows.push(Row {
                        entries: entries
                            .into_iter()
                            .chain([(before, Rational::integer(-1))])
                            .collect(),
                        right: Rational::ZERO,
                        equality: true,
                    });
                    labels.push(Label::Flow {
                        side,
                        set: s,
                        other,
                    });
                }
            }
        }
    }
    let mut next = pairs.count;
    for (side, own) in owns.into_iter().enumerate() {
        let paid = paid(plays, owns, own.player);
        // By own sequence: the other's, and what is paid.
        let mut of_own: Vec<Vec<(usize, &Rational)>> = vec![Vec::new(); own.count()];
        for ((a, b), value) in &paid {
            let (own, other) = if side == 0 { (*a, *b) } else { (*b, *a) };
            of_own[own].push((other, value));
        }
        let number = |own: usize, other: usize| match side {
            0 => pairs.number(own, other),
            _ => pairs.number(other, own),
        };
        for trigger in own.triggers(options.coarse) {
            let told = trigger.told;
            let blind = |sequence: usize| -> Vec<(usize, Rational)> {
                let all = of_own[sequence].iter();
                all.filter_map(|(other, value)| Some((number(told, *other)?, (*value).clone())))
                    .collect()
            };
            let followed = after(own, trigger, options.coarse)
                .into_iter()
                .flat_map(|sequence| {
                    of_own[sequence]
                        .iter()
                        .map(move |(other, value)| (sequence, *other, *value))
                })
                .filter_map(|(sequence, other, value)| {
                    Some((number(sequence, other)?, value.clone()))
                })
                .collect();
            let into = (&mut rows, &mut labels, side);
            own.conditions(trigger, &mut next, &blind, followed, into);
        }
    }
    let all: Vec<Paid> = game.players().map(|p| paid(plays, owns, p)).collect();
    let mut objective = vec![Rational::ZERO; next];
    if let Some(weights) = weights(options.objective, game.num_players()) {
        for (paid, weight) in all.iter().zip(&weights).filter(|(_, w)| !w.is_zero()) {
            for ((a, b), value) in paid {
                if let Some(number) = pairs.number(*a, *b) {
                    objective[number] += &(weight * value);
                }
            }
        }
    } else {
        add_least(&mut objective, &mut rows, plays, |p| {
            let number = |((a, b), value): (&(usize, usize), &Rational)| {
                Some((pairs.number(*a, *b)?, value.clone()))
            };
            all[p].iter().filter_map(number).collect()
        });
    }
    labels.resize(rows.len(), Label::Least);
    (Program { objective, rows }, labels)
}

/// One more column, by how much everybody gets more than the least that anybody can get, to be maximized.
pub(super) fn add_least(
    objective: &mut Vec<Rational>,
    rows: &mut Vec<Row>,
    plays: &Plays,
    paid: impl Fn(usize) -> Vec<(usize, Rational)>,
) {
    let column = objective.len();
    objective.push(Rational::ONE);
    let least = plays.least.iter().min().cloned().unwrap_or_default();
    for (p, own) in plays.least.iter().enumerate() {
        let entries = paid(p).into_iter().map(|(k, x)| (k, -x));
        rows.push(Row {
            entries: entries.chain([(column, Rational::ONE)]).collect(),
            right: own - &least,
            equality: false,
        });
    }
}

/// The own sequences that she may end with if she follows after a trigger.
pub(super) fn after(own: &Own, trigger: Trigger, coarse: bool) -> Vec<usize> {
    let mut all = Vec::new();
    for s in own.below(trigger.set) {
        let set = &own.sets[s];
        let here = set.first..set.first + set.actions;
        if s == trigger.set {
            all.extend(here.filter(|sequence| coarse || *sequence == trigger.told));
        } else if coarse || all.contains(&set.before) {
            all.extend(here);
        }
    }
    all
}

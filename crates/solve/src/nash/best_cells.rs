//! The cells of a table in which everybody plays a best response.
//!
//! Only the order of payoffs counts. Each number of the game, of which there are mostly few, becomes a whole number of one, two, four or
//! eight bytes in that order; payoffs are looked up there, those of a player next to each other. Then the best against every combination
//! of the others is found along whole lines of cells, as many at once as a register holds. Numbers that are functions of parameters
//! remember what they are compared with, so of them only those are compared that must be.

use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::numeric::lanes::wide;
use deterra_game::extensive::NONE;
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::StrategicGame;

/// Cells whose payoffs are looked up before the next player's are: what is read stays in the nearest cache.
const TILE: usize = 512;

/// Tiles between two looks at the clock.
const BETWEEN_LOOKS: usize = 128;

/// Bytes of payoffs that are kept at once, if there is more than one player's.
const KEPT: usize = 1 << 25;

/// Cells next to each other from which on they are compared together.
const LINE: usize = 16;

/// The first cells where everybody plays a best response, ascending, and whether that is all.
///
/// # Errors
/// [`SolveError::Stopped`] if time ran out.
pub(super) fn best_cells(
    game: &StrategicGame,
    limit: usize,
    control: &Control,
) -> Result<(Vec<usize>, Stop), SolveError> {
    let clock = control.start();
    let alive = match Keys::new(game.numbers()) {
        Keys::None => alive_by_comparison(game, &clock),
        Keys::Bytes(keys) => alive(game, &keys, &clock),
        Keys::Shorts(keys) => alive(game, &keys, &clock),
        Keys::Halves(keys) => alive(game, &keys, &clock),
        Keys::Words(keys) => alive(game, &keys, &clock),
    }?;
    let mut left = survivors(&alive);
    let cells = left.by_ref().take(limit).collect();
    let stop = if left.next().is_some() {
        Stop::Iterations
    } else {
        Stop::Done
    };
    Ok((cells, stop))
}

/// By number of the game, then for nothing: whole numbers in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Keys {
    /// The numbers are not to be put in order.
    None,
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Halves(Vec<u32>),
    Words(Vec<u64>),
}

impl Keys {
    fn new(numbers: &[Number]) -> Self {
        if numbers.iter().any(|n| n.value().function().is_some()) {
            return Self::None;
        }
        let zero = Rational::ZERO;
        let values = || numbers.iter().map(Number::value).chain([&zero]);
        let count = numbers.len() + 1;
        if let Some(words) = words(values()) {
            let most = words.iter().max().copied().unwrap_or(0);
            // Ranks are short if there are few numbers, and take sorting them.
            if most <= 0xff || count > 0x100 {
                return Self::shortest(&words, most);
            }
        }
        Self::shortest(&ranks(&values().collect::<Vec<_>>()), count as u64 - 1)
    }

    fn shortest(words: &[u64], most: u64) -> Self {
        let all = words.iter().copied();
        match most {
            0..=0xff => Self::Bytes(all.map(|k| k as u8).collect()),
            0x100..=0xffff => Self::Shorts(all.map(|k| k as u16).collect()),
            0x1_0000..=0xffff_ffff => Self::Halves(all.map(|k| k as u32).collect()),
            _ => Self::Words(words.to_vec()),
        }
    }
}

/// Over one denominator, less the least.
///
/// # Returns
/// `None` if that does not fit words.
fn words<'n>(values: impl Iterator<Item = &'n Rational> + Clone) -> Option<Vec<u64>> {
    let mut scale = 1_i64;
    for value in values.clone() {
        let (_, d) = value.small_parts()?;
        if d != 1 && scale % d != 0 {
            // What a fraction in lowest terms has below is what is missing.
            let missing = Rational::new(scale, d)?.small_parts()?.1;
            scale = scale.checked_mul(missing)?;
        }
    }
    let whole = |value: &Rational| {
        let (n, d) = value.small_parts()?;
        n.checked_mul(if d == scale { 1 } else { scale / d })
    };
    let whole: Vec<i64> = values.map(whole).collect::<Option<_>>()?;
    let least = whole.iter().min().copied().unwrap_or(0);
    Some(whole.into_iter().map(|n| n.abs_diff(least)).collect())
}

/// How many of them are less.
fn ranks(values: &[&Rational]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].cmp(values[*b]));
    let mut ranks = vec![0; values.len()];
    let mut rank = 0;
    for (k, at) in order.iter().enumerate() {
        if k > 0 && values[order[k - 1]] != values[*at] {
            rank = k as u64;
        }
        ranks[*at] = rank;
    }
    ranks
}

/// 1 for every cell where everybody plays a best response, 0 for others.
fn alive<K: Copy + Ord + Default>(
    game: &StrategicGame,
    keys: &[K],
    clock: &Clock<'_>,
) -> Result<Vec<u8>, SolveError> {
    let (cells, players) = (game.num_cells(), game.num_players());
    let together = (KEPT / (cells * size_of::<K>())).clamp(1, players.max(1));
    let mut alive = vec![1; cells];
    let mut columns = vec![vec![K::default(); cells]; together.min(players)];
    let mut best = Vec::new();
    // Those with the longest lines come first, which are compared fastest.
    let mut last = players;
    while last > 0 {
        let first = last.saturating_sub(together);
        let stopped = |stop| SolveError::Stopped {
            stop,
            done: (players - last) as u64,
            total: players as u64,
            unit: "players",
        };
        look_up(game, keys, (first, &mut columns[..last - first]), clock).map_err(stopped)?;
        for p in (first..last).rev() {
            if let Some(stop) = clock.stop() {
                return Err(stopped(stop));
            }
            let player = PlayerId::from_index(p);
            let axis = (game.stride(player), game.num_strategies(player));
            strike_out(&columns[p - first], axis, &mut best, &mut alive);
        }
        last = first;
    }
    Ok(alive)
}

/// The payoffs of some players next to each other in number, each player's by cell.
fn look_up<K: Copy>(
    game: &StrategicGame,
    keys: &[K],
    (first, columns): (usize, &mut [Vec<K>]),
    clock: &Clock<'_>,
) -> Result<(), Stop> {
    let players = game.num_players();
    let (outcomes, payoffs) = (game.cell_outcomes(), game.outcome_payoffs());
    let nothing = keys[keys.len() - 1];
    // Every number has a key. That they are as many as a power of two spares asking.
    let mut padded = keys.to_vec();
    padded.resize(keys.len().next_power_of_two(), nothing);
    let (keys, last) = (&padded[..], padded.len() - 1);
    for (tile, outcomes) in outcomes.chunks(TILE).enumerate() {
        if tile % BETWEEN_LOOKS == 0
            && let Some(stop) = clock.stop()
        {
            return Err(stop);
        }
        let start = tile * TILE;
        let from = outcomes[0] as usize;
        // All are looked at, which is faster than to ask each time whether to go on.
        let expected = (0..).map(|k: u32| outcomes[0].wrapping_add(k));
        let in_order = expected
            .zip(outcomes)
            .fold(0, |gaps, (k, o)| gaps | (k ^ o))
            == 0;
        let rows = in_order
            .then(|| payoffs.get(from * players..(from + outcomes.len()) * players))
            .flatten();
        for (k, column) in columns.iter_mut().enumerate() {
            let own = &mut column[start..start + outcomes.len()];
            let p = first + k;
            if let Some(rows) = rows {
                match players {
                    2 => look_up_in_order::<2, K>(rows, p, keys, own),
                    3 => look_up_in_order::<3, K>(rows, p, keys, own),
                    4 => look_up_in_order::<4, K>(rows, p, keys, own),
                    5 => look_up_in_order::<5, K>(rows, p, keys, own),
                    6 => look_up_in_order::<6, K>(rows, p, keys, own),
                    _ => {
                        for (to, row) in own.iter_mut().zip(rows.chunks_exact(players)) {
                            *to = keys[row[p] as usize & last];
                        }
                    }
                }
            } else {
                for (to, outcome) in own.iter_mut().zip(outcomes) {
                    *to = if *outcome == NONE {
                        nothing
                    } else {
                        keys[payoffs[*outcome as usize * players + p] as usize]
                    };
                }
            }
        }
    }
    Ok(())
}

/// The payoffs of player `p`, from rows of so many.
#[inline(never)]
fn look_up_in_order<const PLAYERS: usize, K: Copy>(
    rows: &[u32],
    p: usize,
    keys: &[K],
    own: &mut [K],
) {
    let Some(last) = keys.len().checked_sub(1) else {
        return;
    };
    let (rows, _) = rows.as_chunks::<PLAYERS>();
    for (to, row) in own.iter_mut().zip(rows) {
        *to = keys[row[p] as usize & last];
    }
}

/// The cells that are alive, in order.
fn survivors(alive: &[u8]) -> impl Iterator<Item = usize> {
    let lines = alive.chunks(LINE).enumerate();
    let some = lines.filter(|(_, line)| line.iter().any(|a| *a != 0));
    some.flat_map(|(k, line)| {
        let cells = (k * LINE..).zip(line);
        cells.filter(|(_, a)| **a != 0).map(|(cell, _)| cell)
    })
}

/// Strikes out the cells in which a player's strategy is not a best response.
///
/// `axis` is how far apart cells are that differ by one in it, and how many strategies there are.
fn strike_out<K: Copy + Ord>(
    column: &[K],
    (stride, count): (usize, usize),
    best: &mut Vec<K>,
    alive: &mut [u8],
) {
    let block = stride * count;
    if stride >= LINE {
        // Within a block the others with larger strides stand still; a line runs over those with smaller ones.
        wide(|| {
            let blocks = column
                .chunks_exact(block)
                .zip(alive.chunks_exact_mut(block));
            for (own, alive) in blocks {
                best.clear();
                best.extend_from_slice(&own[..stride]);
                for line in own[stride..].chunks_exact(stride) {
                    for (best, key) in best.iter_mut().zip(line) {
                        *best = (*best).max(*key);
                    }
                }
                let lines = own.chunks_exact(stride).zip(alive.chunks_exact_mut(stride));
                for (line, alive) in lines {
                    for ((key, best), alive) in line.iter().zip(&*best).zip(alive) {
                        *alive &= u8::from(*key == *best);
                    }
                }
            }
        });
        return;
    }
    let left = alive.iter().filter(|a| **a != 0).count();
    if left * count <= column.len() {
        let better = |cell: &usize| {
            let first = cell - cell % block + cell % stride;
            let mut own = column[first..].iter().step_by(stride).take(count);
            own.any(|key| *key > column[*cell])
        };
        let dead: Vec<usize> = survivors(alive).filter(better).collect();
        for cell in dead {
            alive[cell] = 0;
        }
        return;
    }
    let blocks = column
        .chunks_exact(block)
        .zip(alive.chunks_exact_mut(block));
    if stride == 1 {
        wide(|| {
            for (own, alive) in blocks {
                let best = own.iter().fold(own[0], |best, key| best.max(*key));
                for (key, alive) in own.iter().zip(alive) {
                    *alive &= u8::from(*key == best);
                }
            }
        });
        return;
    }
    for (own, alive) in blocks {
        for offset in 0..stride {
            let lined = || own[offset..].iter().step_by(stride);
            let Some(best) = lined().max() else { continue };
            let marks = alive[offset..].iter_mut().step_by(stride);
            for (key, alive) in lined().zip(marks) {
                *alive &= u8::from(key == best);
            }
        }
    }
}

/// As [`alive`], comparing payoffs themselves.
fn alive_by_comparison(game: &StrategicGame, clock: &Clock<'_>) -> Result<Vec<u8>, SolveError> {
    let mut alive = vec![1; game.num_cells()];
    for player in game.players() {
        if let Some(stop) = clock.stop() {
            return Err(SolveError::Stopped {
                stop,
                done: u64::from(player.0),
                total: game.num_players() as u64,
                unit: "players",
            });
        }
        let (stride, strategies) = (game.stride(player), game.num_strategies(player));
        let mut best: Vec<&Rational> = Vec::with_capacity(stride);
        for block in (0..alive.len()).step_by(stride * strategies) {
            best.clear();
            best.extend((block..block + stride).map(|cell| game.payoff(cell, player)));
            for strategy in 1..strategies {
                for (offset, best) in best.iter_mut().enumerate() {
                    let payoff = game.payoff(block + strategy * stride + offset, player);
                    if payoff > *best {
                        *best = payoff;
                    }
                }
            }
            for strategy in 0..strategies {
                for (offset, best) in best.iter().enumerate() {
                    let cell = block + strategy * stride + offset;
                    if alive[cell] != 0 && game.payoff(cell, player) < *best {
                        alive[cell] = 0;
                    }
                }
            }
        }
    }
    Ok(alive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::strategic::StrategicBuilder;
    use proptest::prelude::*;

    fn keys(texts: &[&str]) -> Keys {
        let numbers = texts.iter().map(|t| Number::parse(t).expect("a number"));
        Keys::new(&numbers.collect::<Vec<_>>())
    }

    /// The last key is that of 0.
    #[test]
    fn keys_are_as_short_as_they_can_be() {
        assert_eq!(keys(&["-1", "254", "0.0"]), Keys::Bytes(vec![0, 255, 1, 1]));
        assert_eq!(keys(&["1/2", "-1/3", "1"]), Keys::Bytes(vec![5, 0, 8, 2]));
        assert_eq!(keys(&["-1", "255", "255.0"]), Keys::Bytes(vec![0, 2, 2, 1]));
        let many: Vec<String> = (-150..150).map(|k| k.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let short = (0..300).chain([150]).collect();
        assert_eq!(keys(&many), Keys::Shorts(short));
        let far = |last: &'static str| [&many[..], &[last]].concat();
        assert!(matches!(keys(&far("1e5")), Keys::Halves(_)));
        assert!(matches!(keys(&far("1e15")), Keys::Words(_)));
        assert!(matches!(keys(&far("1e30")), Keys::Shorts(_)));
        assert_eq!(keys(&[]), Keys::Bytes(vec![0]));
    }

    /// The same cells as by comparing payoffs, whatever is kept of them and however cells share outcomes.
    #[test]
    fn lines_and_cells_agree_with_comparison() {
        let shapes: [&[usize]; 8] = [
            &[1],
            &[7],
            &[3, 5],
            &[40, 30],
            &[2, 2, 2, 2, 2, 2],
            &[17, 2, 19],
            &[4, 1, 33],
            &[600, 3],
        ];
        let spreads: [u64; 5] = [1, 3, 200, 60_000, 1 << 40];
        for (k, shape) in shapes.iter().enumerate() {
            for spread in spreads {
                let mut state = k as u64 * 1000 + spread;
                let mut draw = |below: u64| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    (state >> 20) % below
                };
                let mut b = StrategicBuilder::new("drawn");
                for (p, n) in shape.iter().enumerate() {
                    b.player_with(p.to_string(), *n);
                }
                let mut known = Vec::new();
                for _ in 0..shape.iter().product() {
                    let row: Vec<Number> = shape
                        .iter()
                        .map(|_| Number::from(draw(spread) as i64 - spread as i64 / 2))
                        .collect();
                    match draw(4) {
                        0 => b.cell(None),
                        1 if !known.is_empty() => {
                            let at = draw(known.len() as u64) as usize;
                            b.cell(Some(known[at]));
                        }
                        _ => {
                            let outcome = b.outcome("", &row);
                            known.push(outcome);
                            b.cell(Some(outcome));
                        }
                    }
                }
                let game = b.build().expect("a table");
                let control = Control::default();
                let slow = alive_by_comparison(&game, &control.start()).expect("no limit");
                let expected: Vec<usize> =
                    (0..slow.len()).filter(|cell| slow[*cell] != 0).collect();
                let found = best_cells(&game, usize::MAX, &control).expect("no limit");
                assert_eq!(found, (expected, Stop::Done), "{shape:?} {spread}");
            }
        }
    }

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_numbers(
            parts in prop::collection::vec((any::<i64>(), 1..i64::MAX, 0..3_u8), 0..40),
        ) {
            let number = |&(n, d, kind): &(i64, i64, u8)| {
                let (n, d) = match kind {
                    0 => (n % 100, 1 + d % 6),
                    1 => (n, 1),
                    _ => (n, d),
                };
                Number::from(Rational::new(n, d).expect("a fraction"))
            };
            let numbers: Vec<Number> = parts.iter().map(number).collect();
            let keys: Vec<u64> = match Keys::new(&numbers) {
                Keys::None => Vec::new(),
                Keys::Bytes(all) => all.into_iter().map(u64::from).collect(),
                Keys::Shorts(all) => all.into_iter().map(u64::from).collect(),
                Keys::Halves(all) => all.into_iter().map(u64::from).collect(),
                Keys::Words(all) => all,
            };
            let zero = [Number::from(0)];
            let all: Vec<&Number> = numbers.iter().chain(&zero).collect();
            prop_assert_eq!(keys.len(), all.len());
            for (a, x) in all.iter().zip(&keys) {
                for (b, y) in all.iter().zip(&keys) {
                    prop_assert_eq!(a.cmp(b), x.cmp(y));
                }
            }
        }
    }
}

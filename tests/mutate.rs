//! Random changes of inputs: bytes, lines, numbers, words of a format, pieces of other inputs.

use crate::targets::Target;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::workspace;

/// Longer inputs are cut.
const MAX_BYTES: usize = 1 << 14;

/// Words that break readers of any format.
const WORDS: [&str; 26] = [
    "0",
    "-1",
    "1",
    "2",
    "1/3",
    "1/0",
    "-0",
    "0.1",
    "1e400",
    "1e-400",
    "1e999999999",
    "NaN",
    "99999999999999999999",
    "4294967296",
    "\"",
    "\\",
    "{",
    "}",
    "\0",
    "\r\n",
    "\t",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}]0;x\u{7}",
    "½",
    "#",
];

/// Changes inputs of one target.
#[derive(Debug)]
pub struct Mutator {
    target: Target,
    inputs: Vec<Vec<u8>>,
    random: ChaCha8Rng,
}

impl Mutator {
    /// A mutator of some inputs; equal seeds make equal changes.
    pub fn new(target: Target, inputs: Vec<Vec<u8>>, seed: u64) -> Self {
        Self {
            target,
            inputs,
            random: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// One more input: an old one with one to eight changes.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.pick_input();
        for _ in 0..=self.below(8) {
            self.change(&mut input);
        }
        input.truncate(MAX_BYTES);
        input
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.random_range(0..bound.max(1))
    }

    fn pick_input(&mut self) -> Vec<u8> {
        let at = self.below(self.inputs.len());
        self.inputs.get(at).cloned().unwrap_or_default()
    }

    /// A random range, short more often than long.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let longest = if self.below(4) == 0 { length } else { 16 };
        let end = (start + self.below(longest + 1)).min(length);
        start..end
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        match self.below(10) {
            0 => {
                if !input.is_empty() {
                    let at = self.below(input.len());
                    input[at] ^= 1 << self.below(8);
                }
            }
            1 => {
                let at = self.below(input.len() + 1);
                let byte = (self.random.next_u32() % 128) as u8;
                input.insert(at, byte);
            }
            2 => {
                let range = self.range(input.len());
                input.drain(range);
            }
            3 => {
                let copy = input[self.range(input.len())].to_vec();
                let at = self.below(input.len() + 1);
                input.splice(at..at, copy);
            }
            4 => {
                let end = self.below(input.len() + 1);
                input.truncate(end);
            }
            5 => {
                let other = self.pick_input();
                let piece = other[self.range(other.len())].to_vec();
                let range = self.range(input.len());
                input.splice(range, piece);
            }
            6 => {
                let lines: Vec<Vec<u8>> = input
                    .split_inclusive(|b| *b == b'\n')
                    .map(<[u8]>::to_vec)
                    .collect();
                if lines.len() > 1 {
                    let mut lines = lines;
                    let (from, to) = (self.below(lines.len()), self.below(lines.len()));
                    let line = lines[from].clone();
                    if self.below(2) == 0 {
                        lines.remove(from);
                    }
                    lines.insert(to.min(lines.len()), line);
                    *input = lines.concat();
                }
            }
            7 => self.change_number(input),
            _ => {
                let (general, special) = (WORDS.len(), self.target.words().len());
                let word = match self.below(general + 2 * special) {
                    k if k < general => WORDS[k],
                    k => self.target.words()[(k - general) % special],
                };
                let at = self.below(input.len() + 1);
                let end = if self.below(2) == 0 {
                    at
                } else {
                    self.range(input.len()).end.max(at)
                };
                input.splice(at..end, word.bytes());
            }
        }
    }

    /// Replaces a run of digits.
    fn change_number(&mut self, input: &mut Vec<u8>) {
        let starts: Vec<usize> = (0..input.len())
            .filter(|&k| input[k].is_ascii_digit() && (k == 0 || !input[k - 1].is_ascii_digit()))
            .collect();
        if starts.is_empty() {
            return;
        }
        let start = starts[self.below(starts.len())];
        let digits = input[start..].iter().take_while(|b| b.is_ascii_digit());
        let end = start + digits.count();
        let number = match self.below(3) {
            0 => self.below(4).to_string(),
            1 => WORDS[self.below(14)].to_owned(),
            _ => self.random.next_u64().to_string(),
        };
        input.splice(start..end, number.into_bytes());
    }
}

/// What went wrong with an input.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The input, made as short as was quickly possible.
    pub input: Vec<u8>,
    /// What does not hold, what the panic said, or how slow it was.
    pub what: String,
}

/// The longest that one input may take; generous, for shared machines.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a target on an input, catching panics and counting time.
///
/// # Errors
/// What went wrong.
pub fn try_input(target: Target, input: &[u8]) -> Result<(), String> {
    let start = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| target.run(input)));
    let seconds = start.elapsed();
    match result {
        Ok(Ok(())) if seconds > PATIENCE => Err(format!("took {seconds:.1?}")),
        Ok(result) => result,
        Err(panic) => Err(panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .map_or_else(|| "panic".to_owned(), |message| format!("panic: {message}"))),
    }
}

/// Shortens a failing input while it keeps failing, for a few thousand trials.
pub fn shorten(target: Target, failure: Failure) -> Failure {
    let mut best = failure;
    let mut size = best.input.len() / 2;
    let mut trials = 0;
    while size > 0 && trials < 4_000 {
        let mut at = 0;
        while at < best.input.len() && trials < 4_000 {
            trials += 1;
            let mut input = best.input.clone();
            input.drain(at..(at + size).min(best.input.len()));
            match try_input(target, &input) {
                Err(what) => best = Failure { input, what },
                Ok(()) => at += size,
            }
        }
        size /= 2;
    }
    best
}

/// The committed inputs of a target, regressions first, ascending by name; then its seeds.
pub fn inputs(target: Target) -> Vec<Vec<u8>> {
    let mut inputs = Vec::new();
    for folder in ["regressions", "corpus"] {
        let folder = workspace::root()
            .join("fuzz")
            .join(folder)
            .join(target.name());
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        paths.sort();
        inputs.extend(paths.iter().filter_map(|path| fs::read(path).ok()));
    }
    inputs.extend(target.seeds());
    inputs
}

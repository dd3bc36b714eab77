//! A run as bytes and back, so that it can be stopped anywhere and goes on to the same bits.
//!
//! All numbers are little-endian. Nothing is allocated by what a length claims before as many bytes are there.

use super::play::Play;
use super::{Draws, Sampler, Sampling};

/// Why bytes are no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored run cannot be read: {0}")]
pub struct Spoiled(pub(super) &'static str);

/// Bytes from the front.
#[derive(Debug)]
pub struct Reader<'b> {
    left: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], Spoiled> {
        let (taken, left) = self
            .left
            .split_at_checked(length)
            .ok_or(Spoiled("it ends too early"))?;
        self.left = left;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Spoiled> {
        let taken = self.take(N)?;
        Ok(taken.try_into().expect("invariant: as many as were taken"))
    }

    pub(super) fn word(&mut self) -> Result<u64, Spoiled> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(super) fn count(&mut self) -> Result<usize, Spoiled> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    pub(super) fn text(&mut self, length: usize) -> Result<&'b str, Spoiled> {
        std::str::from_utf8(self.take(length)?).map_err(|_| Spoiled("a name is no text"))
    }

    fn number(&mut self) -> Result<f64, Spoiled> {
        let number = f64::from_le_bytes(self.array()?);
        if number.is_finite() {
            Ok(number)
        } else {
            Err(Spoiled("a number is not finite"))
        }
    }

    fn numbers(&mut self, count: usize) -> Result<Vec<f64>, Spoiled> {
        let length = count
            .checked_mul(size_of::<f64>())
            .filter(|length| *length <= self.left.len())
            .ok_or(Spoiled("it ends too early"))?;
        let mut numbers = Self {
            left: self.take(length)?,
        };
        (0..count).map(|_| numbers.number()).collect()
    }

    fn maybe(&mut self) -> Result<Option<f64>, Spoiled> {
        let is_there = self.flag()?;
        let number = self.number()?;
        Ok(is_there.then_some(number))
    }

    fn flag(&mut self) -> Result<bool, Spoiled> {
        match self.array::<1>()? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Spoiled("an option is unknown")),
        }
    }
}

impl<P: Play> Sampler<P> {
    /// Writes the run down: options, seed, what was met and all tables.
    ///
    /// # Complexity
    /// 16 bytes an action, 8 more a player with baselines; texts of information sets if the game is given by rules.
    pub fn save(&self, to: &mut Vec<u8>) {
        let number = |to: &mut Vec<u8>, x: f64| to.extend(x.to_le_bytes());
        to.extend(self.seed.to_le_bytes());
        to.extend(self.walks.to_le_bytes());
        to.push(u8::from(self.options.draws == Draws::Outcome));
        number(to, self.options.exploration);
        for maybe in [self.options.baseline, self.options.prune] {
            to.push(u8::from(maybe.is_some()));
            number(to, maybe.unwrap_or(0.0));
        }
        to.push(u8::from(self.options.linear));
        number(to, self.largest);
        self.play.save(to);
        for table in [&self.regrets, &self.sums, &self.baselines] {
            for x in table {
                number(to, *x);
            }
        }
    }

    /// Reads a run of the same game. It goes on to the same bits as if it had never been stopped.
    ///
    /// # Errors
    /// [`Spoiled`] if these are not the bytes of a run of this game, of this seed's length or not.
    pub fn restore(play: P, bytes: &[u8]) -> Result<Self, Spoiled> {
        let mut from = Reader { left: bytes };
        let (seed, walks) = (from.word()?, from.word()?);
        let draws = if from.flag()? {
            Draws::Outcome
        } else {
            Draws::External
        };
        let options = Sampling {
            draws,
            exploration: from.number()?,
            baseline: from.maybe()?,
            prune: from.maybe()?,
            linear: from.flag()?,
        };
        if options.problem().is_some() {
            return Err(Spoiled("its options are out of range"));
        }
        let mut sampler = Self::new(play, options, seed);
        sampler.walks = walks;
        sampler.largest = from.number()?;
        sampler.play.restore(&mut from)?;
        let actions = sampler.play.num_actions();
        sampler.regrets = from.numbers(actions)?;
        sampler.sums = from.numbers(actions)?;
        if sampler.sums.iter().any(|x| *x < 0.0) {
            return Err(Spoiled("an average is negative"));
        }
        if options.baseline.is_some() {
            let players = sampler.play.num_players();
            let values = actions.checked_mul(players);
            sampler.baselines = from.numbers(values.unwrap_or(usize::MAX))?;
        }
        if from.left.is_empty() {
            Ok(sampler)
        } else {
            Err(Spoiled("it goes on after its end"))
        }
    }
}

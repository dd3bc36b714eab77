//! The state of a run as bytes, and back.
//!
//! **Format.** Eight bytes that say what it is, a version, what kind of run it is of, a digest of the game (of its sequence form; for walks of its
//! tree, or of what its rules are called, options included), the length of the body, the body, and a digest of all that. Numbers have their lowest byte first. The body says the whole scheme, so that a run cannot go on
//! as another one; what is read is compared before anything is allocated.

use super::flat::Flat;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::patience::poll_at;
use deterra_game::rules::Rules;
use sha2::{Digest, Sha256};

/// What a checkpoint begins with.
const MAGIC: &[u8; 8] = b"deterra\x00";
/// The version of the format, and of the order in which sequences lie.
const VERSION: u32 = 1;
/// Bytes before the body.
const HEAD: usize = 8 + 4 + 1 + 32 + 8;
/// Bytes after it.
const TAIL: usize = 32;

/// Why a run cannot go on from some bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotResume {
    /// They are of something else.
    #[error("it is no checkpoint")]
    Foreign,
    /// They are of another version.
    #[error("it is a checkpoint of version {found}, and this program reads version {known}")]
    Version {
        /// Theirs.
        found: u32,
        /// What is read.
        known: u32,
    },
    /// They are not as they were written.
    #[error("it is damaged: what it says does not fit its checksum")]
    Damaged,
    /// They are of another game.
    #[error("it is of another game")]
    AnotherGame,
    /// They are of another run of the same game.
    #[error("it is of a run of {found}, not of {asked}")]
    AnotherRun {
        /// What they are of.
        found: String,
        /// What was asked for.
        asked: String,
    },
}

/// What kind of run a checkpoint is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Sweeps in `f64`.
    Double = 1,
    /// Sweeps in `f32`.
    Single = 2,
    /// Walks.
    Walks = 3,
}

/// A digest of a game's sequence form.
pub(super) fn digest(flat: &Flat) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut buffer = Vec::new();
    for p in 0..flat.num_players() {
        let side = flat.side(p);
        buffer.extend((side.sets().len() as u64).to_le_bytes());
        for set in 0..side.sets().len() {
            buffer.extend((side.before(set) as u32).to_le_bytes());
            buffer.extend((side.sequences(set).len() as u32).to_le_bytes());
        }
        for sequence in 0..side.num_sequences() {
            let (others, values) = side.payoffs(sequence);
            buffer.extend((values.len() as u64).to_le_bytes());
            buffer.extend(others.iter().flat_map(|t| t.to_le_bytes()));
            buffer.extend(values.iter().flat_map(|x| x.to_le_bytes()));
            if buffer.len() > 1 << 16 {
                hash.update(&buffer);
                buffer.clear();
            }
        }
        hash.update(&buffer);
        buffer.clear();
    }
    hash.finalize().into()
}

/// A digest of a tree: who moves where, what is known there, and what chance and ends are worth.
pub(super) fn digest_tree(game: &ExtensiveGame) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"tree");
    hash.update((game.num_players() as u64).to_le_bytes());
    let mut buffer = Vec::new();
    for node in game.nodes() {
        poll_at(node.index());
        match game.kind(node) {
            NodeKind::Decision(player, set) => {
                buffer.push(1);
                buffer.extend(player.0.to_le_bytes());
                buffer.extend(set.0.to_le_bytes());
                buffer.extend((game.num_actions(set) as u32).to_le_bytes());
            }
            NodeKind::Chance(event) => {
                buffer.push(2);
                let children = game.children(node).count();
                buffer.extend((children as u32).to_le_bytes());
                for k in 0..children {
                    let chance = game.chance_probability(event, k).value().to_f64();
                    buffer.extend(chance.to_le_bytes());
                }
            }
            NodeKind::Terminal => buffer.push(0),
        }
        buffer.push(u8::from(game.outcome(node).is_some()));
        if let Some(outcome) = game.outcome(node) {
            for player in game.players() {
                let paid = game.payoff(outcome, player).value().to_f64();
                buffer.extend(paid.to_le_bytes());
            }
        }
        if buffer.len() > 1 << 16 {
            hash.update(&buffer);
            buffer.clear();
        }
    }
    hash.update(&buffer);
    hash.finalize().into()
}

/// A digest of what rules and their players are called; rules say their options in their titles.
pub(super) fn digest_rules<R: Rules>(rules: &R) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"rules");
    for text in std::iter::once(rules.title()).chain(rules.players()) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// Puts a head before a body and a digest after it.
pub(super) fn seal(kind: Kind, game: &[u8; 32], body: &[u8]) -> Vec<u8> {
    let mut all = Vec::with_capacity(HEAD + body.len() + TAIL);
    all.extend(MAGIC);
    all.extend(VERSION.to_le_bytes());
    all.push(kind as u8);
    all.extend(game);
    all.extend((body.len() as u64).to_le_bytes());
    all.extend(body);
    let sum = Sha256::digest(&all);
    all.extend(sum.as_slice());
    all
}

/// The body, if all the rest is right.
///
/// # Errors
/// What is not.
pub(super) fn open<'b>(
    bytes: &'b [u8],
    kind: Kind,
    game: &[u8; 32],
) -> Result<&'b [u8], CannotResume> {
    if bytes.len() < MAGIC.len() || bytes[..MAGIC.len()] != *MAGIC {
        return Err(CannotResume::Foreign);
    }
    let mut left = Reader::new(&bytes[MAGIC.len()..]);
    let found = left.u32()?;
    if found != VERSION {
        return Err(CannotResume::Version {
            found,
            known: VERSION,
        });
    }
    let end = bytes
        .len()
        .checked_sub(TAIL)
        .filter(|end| *end >= HEAD)
        .ok_or(CannotResume::Damaged)?;
    if Sha256::digest(&bytes[..end]).as_slice() != &bytes[end..] {
        return Err(CannotResume::Damaged);
    }
    let of = left.take(1)?[0];
    let is_ours = left.take(32)? == game;
    let body = &bytes[HEAD..end];
    if left.u64()? != body.len() as u64 {
        return Err(CannotResume::Damaged);
    }
    if !is_ours {
        return Err(CannotResume::AnotherGame);
    }
    if of != kind as u8 {
        let name = |kind| match kind {
            1 => "sweeps in double precision",
            2 => "sweeps in single precision",
            3 => "walks",
            _ => "another kind",
        };
        return Err(CannotResume::AnotherRun {
            found: name(of).to_owned(),
            asked: name(kind as u8).to_owned(),
        });
    }
    Ok(body)
}

/// Reads a body from its start.
pub(super) struct Reader<'b> {
    left: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { left: bytes }
    }

    /// The next bytes.
    ///
    /// # Errors
    /// [`CannotResume::Damaged`] if there are not as many.
    pub(super) fn take(&mut self, count: usize) -> Result<&'b [u8], CannotResume> {
        let (first, rest) = self
            .left
            .split_at_checked(count)
            .ok_or(CannotResume::Damaged)?;
        self.left = rest;
        Ok(first)
    }

    pub(super) fn u32(&mut self) -> Result<u32, CannotResume> {
        let bytes = self.take(4)?.try_into();
        Ok(u32::from_le_bytes(
            bytes.expect("invariant: four were taken"),
        ))
    }

    pub(super) fn u64(&mut self) -> Result<u64, CannotResume> {
        let bytes = self.take(8)?.try_into();
        Ok(u64::from_le_bytes(
            bytes.expect("invariant: eight were taken"),
        ))
    }

    /// Whether all was read.
    pub(super) const fn is_empty(&self) -> bool {
        self.left.is_empty()
    }
}

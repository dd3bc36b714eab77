//! Marks on a board whose players see their own only, and find the others' by trying.

/// The most cells of a board.
pub(super) const MOST: usize = 16;

/// Who has marked and tried what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// By player, the cells of the marks.
    marks: [u16; 2],
    /// By player, the cells that she tried, in order.
    tried: [[u8; MOST]; 2],
    count: [u8; 2],
    /// How often the other one had tried by then.
    others: [[u8; MOST]; 2],
    mover: u8,
}

impl Tries {
    /// Whose turn it is.
    pub(super) const fn mover(&self) -> usize {
        self.mover as usize
    }

    /// The cells of a player's marks, as bits.
    pub(super) const fn marks(&self, player: usize) -> u16 {
        self.marks[player]
    }

    /// How often a player has tried.
    pub(super) const fn count(&self, player: usize) -> usize {
        self.count[player] as usize
    }

    /// Which of so many cells the mover has not tried.
    pub(super) fn open(&self, cells: usize) -> impl Iterator<Item = usize> {
        let mover = self.mover();
        let tried = &self.tried[mover][..self.count(mover)];
        (0..cells).filter(move |cell| !tried.contains(&(*cell as u8)))
    }

    /// The mover tries a cell. If it is taken, she has the turn still, unless that is lost too.
    pub(super) fn attempt(&mut self, cell: usize, loses_turn: bool) {
        let player = self.mover();
        let own = self.count(player);
        self.tried[player][own] = cell as u8;
        self.others[player][own] = self.count[1 - player];
        self.count[player] += 1;
        let is_free = self.marks[1 - player] >> cell & 1 == 0;
        if is_free {
            self.marks[player] |= 1 << cell;
        }
        if is_free || loses_turn {
            self.mover = 1 - self.mover;
        }
    }

    /// What the mover tried, in order: the cell, whether it was taken, and how often the other one had tried by then.
    pub(super) fn history(&self) -> impl Iterator<Item = (usize, bool, u8)> {
        let mover = self.mover();
        let tried = self.tried[mover].iter().zip(&self.others[mover]);
        tried.take(self.count(mover)).map(move |(cell, others)| {
            let is_taken = self.marks[mover] >> cell & 1 == 0;
            (usize::from(*cell), is_taken, *others)
        })
    }
}

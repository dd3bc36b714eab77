//! Identifiers: `u32` newtypes, so that a node cannot be mistaken for a player.
//!
//! All are 0-based positions in the arrays of the game they belong to. The 1-based
//! numbers of `.efg` and `.nfg` text exist only in `format`.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as an array index.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The identifier of array position `index`.
            ///
            /// # Panics
            /// If `index` does not fit `u32`; no game holds that many objects.
            #[inline]
            pub const fn from_index(index: usize) -> Self {
                assert!(index <= u32::MAX as usize, "invariant: ids fit u32");
                Self(index as u32)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

id!(
    /// A player of a game, in file order. Chance is not a player.
    PlayerId
);
id!(
    /// A node of an extensive game: its position in preorder; also a position of a
    /// [`crate::positional::PositionalGame`], in topological order.
    NodeId
);
id!(
    /// An information set: personal ones first, by player and then by preorder of
    /// the first member; chance events follow, by preorder.
    InfosetId
);
id!(
    /// A state of a [`crate::stochastic::StochasticGame`], in the order in which states were made.
    StateId
);
id!(
    /// An outcome: a labelled payoff vector that may be attached to any node.
    OutcomeId
);

impl NodeId {
    /// The root of every tree.
    pub const ROOT: Self = Self(0);
}

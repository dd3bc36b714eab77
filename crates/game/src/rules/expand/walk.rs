//! A walk through a subtree in preorder, with moves done and undone on one state.

use crate::rules::{Rules, Turn};

/// A node whose children are being gone through.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Its number.
    node: u32,
    actions: u32,
    /// The action that is taken next.
    next: u32,
}

/// Where a walk stands.
pub(super) struct Walk<'r, R: Rules> {
    rules: &'r R,
    pub(super) state: R::State,
    /// From the root of the subtree to the parent of the current node.
    open: Vec<Open>,
}

impl<'r, R: Rules> Walk<'r, R> {
    /// At the root of a subtree.
    pub(super) const fn new(rules: &'r R, state: R::State) -> Self {
        Self {
            rules,
            state,
            open: Vec::new(),
        }
    }

    /// How many children the current node has.
    pub(super) fn actions(&self) -> usize {
        match self.rules.turn(&self.state) {
            Turn::Over => 0,
            _ => self.rules.num_actions(&self.state),
        }
    }

    /// The parent of the current node, and by which of its actions it was reached; nothing at the root.
    pub(super) fn above(&self) -> Option<(u32, u32)> {
        self.open.last().map(|above| (above.node, above.next - 1))
    }

    /// Goes on from the current node, which has this number and so many children, to the next one in preorder.
    ///
    /// # Returns
    /// Whether there is one. `left` is told every node whose subtree ends here, the current one too.
    pub(super) fn advance(&mut self, node: u32, actions: usize, mut left: impl FnMut(u32)) -> bool {
        if actions > 0 {
            self.rules.apply(&mut self.state, 0);
            self.open.push(Open {
                node,
                actions: actions as u32,
                next: 1,
            });
            return true;
        }
        left(node);
        while let Some(above) = self.open.last_mut() {
            self.rules.undo(&mut self.state);
            if above.next < above.actions {
                self.rules.apply(&mut self.state, above.next as usize);
                above.next += 1;
                return true;
            }
            left(above.node);
            self.open.pop();
        }
        false
    }
}

//! All completely labeled pairs of a game by a tree of decisions, label by label.
//!
//! **Method.** At a node every decided strategy is either not played or a best response (Audet, Hansen, Jaumard and Savard 2001): a face of
//! player 1's best-response polytope and a face of player 2's, of which a vertex each is known. A label that neither vertex has, by the
//! greatest product of what is missing, is given to the one face and then to the other; a face that is
//! empty ends the branch, and a variable that is positive on all of a face decides its label. Vertices are moved in floats; that a face is empty is
//! proved every time ([`half`](crate::numeric::half)), so what is left out is left out rightly, and what is not left out is read
//! exactly ([`leaf`](super::leaf)).
//! On the way to an extreme equilibrium a label is given to player 1's face exactly if her vertex has it, so each of her vertices is at one leaf;
//! where degenerate vertices make that matter, exact questions are asked which labels all of a face has.
//! **Applies to** games of up to 128 strategies. Where floats cannot tell, or most leaves are degenerate, nothing is
//! answered.
//! **Exact.** Yes. **Cost.** Three to five microseconds a node for 16 strategies; a tenth as many nodes as vertices there, and fewer and fewer beyond.
//!
//! **References.** audet2001, vonstengel2002, neumaier2004.

use super::bimatrix::Bimatrix;
use super::leaf::{Reader, Unsure, own_set};
use super::room::Room;
use super::vertex_enumeration::{Searched, low_bits};
use crate::control::{Control, Stop};
use crate::numeric::half::{Constraints, Driven, Half};

/// Nodes between two looks at the clock.
const BETWEEN_LOOKS: u64 = 64;

/// A node.
#[derive(Default)]
struct Node {
    halves: [Half; 2],
    /// Labels that are held in one of the halves.
    decided: u128,
    /// What is decided here, and whose face it is given to next.
    label: usize,
    next: usize,
}

/// What a node turned out to be.
enum Seen {
    Empty,
    Leaf,
    Open(usize),
}

struct Search<'g> {
    game: &'g Bimatrix,
    constraints: [Constraints; 2],
}

/// What is found by a tree.
pub(super) enum ByLabels {
    /// All pairs, or those that were found when it was stopped.
    Told(Searched),
    /// The pairs before floats could not tell.
    Unsure(Searched),
}

/// Finds all pairs, or some where floats cannot tell.
///
/// What is found takes `room`, and is cut where there is no more. `patience` is how many questions about degenerate vertices are worth it, of some twenty microseconds each for 16 strategies.
pub(super) fn by_labels(
    game: &Bimatrix,
    limit: usize,
    patience: usize,
    room: &mut Room,
    control: &Control,
) -> ByLabels {
    let mut found = Searched::default();
    let first = game.first_polytope();
    let second = game.second_polytope();
    let (Some(first), Some(second)) = (Constraints::new(&first), Constraints::new(second)) else {
        return ByLabels::Unsure(found);
    };
    let search = Search {
        game,
        constraints: [first, second],
    };
    let mut taken = room.clone();
    match search.run(limit, patience, &mut taken, control, &mut found) {
        Ok(()) => {
            *room = taken;
            ByLabels::Told(found)
        }
        Err(Unsure) => ByLabels::Unsure(found),
    }
}

impl Search<'_> {
    fn run(
        &self,
        limit: usize,
        patience: usize,
        room: &mut Room,
        control: &Control,
        found: &mut Searched,
    ) -> Result<(), Unsure> {
        let clock = control.start();
        let mut reader = Reader::new(self.game, patience);
        let on_one = Control {
            threads: 1,
            // The vertices of one face.
            memory_limit: control.memory_limit.map(|bytes| bytes / 4),
            ..control.clone()
        };
        // The path from the root; what is beyond `depth` is spare room.
        let mut path = vec![Node {
            halves: self.constraints.each_ref().map(Constraints::origin),
            ..Node::default()
        }];
        let mut depth = 1;
        let mut is_new = true;
        while depth > 0 {
            if is_new {
                is_new = false;
                if found.visited.is_multiple_of(BETWEEN_LOOKS) {
                    if let Some(stop) = clock.stop() {
                        found.stop = stop;
                        return Ok(());
                    }
                    clock.report(found.visited, None, "nodes");
                }
                found.visited += 1;
                let node = &mut path[depth - 1];
                let seen = if reader.is_long() {
                    clock.hold(|| self.look(node, &mut reader))
                } else {
                    Ok(self.look(node, &mut reader))
                };
                let seen = match seen {
                    Ok(seen) => seen?,
                    Err(stop) => {
                        found.stop = stop;
                        return Ok(());
                    }
                };
                match seen {
                    Seen::Empty => {
                        depth -= 1;
                        continue;
                    }
                    Seen::Leaf => {
                        let held = node.halves.each_ref().map(Half::held);
                        // The origins have all labels, and are no strategies.
                        if held[0] != low_bits(self.game.rows) {
                            let bases = node.halves.each_ref().map(Half::basis);
                            let read = (held, bases);
                            match clock.hold(|| reader.read(read, room, &on_one, found)) {
                                Ok(read) => read?,
                                Err(stop) => found.stop = stop,
                            }
                        }
                        if found.pairs.len() > limit {
                            return Ok(());
                        }
                        if found.stop != Stop::Done {
                            return Ok(());
                        }
                        depth -= 1;
                        continue;
                    }
                    Seen::Open(label) => (node.label, node.next) = (label, 0),
                }
            }
            let node = &mut path[depth - 1];
            if node.next == 2 {
                depth -= 1;
                continue;
            }
            let (player, label) = (node.next, node.label);
            node.next += 1;
            if depth == path.len() {
                path.push(Node::default());
            }
            let (before, after) = path.split_at_mut(depth);
            let (node, child) = (&before[depth - 1], &mut after[0]);
            child.halves[player].copy_from(&node.halves[player]);
            child.decided = node.decided;
            if self.give(child, player, label)? {
                child.halves[1 - player].copy_from(&node.halves[1 - player]);
                depth += 1;
                is_new = true;
            }
        }
        Ok(())
    }

    /// Decides what follows from the faces alone.
    fn look(&self, node: &mut Node, reader: &mut Reader<'_>) -> Result<Seen, Unsure> {
        let (rows, columns) = (self.game.rows, self.game.columns);
        let all = low_bits(rows + columns);
        'anew: loop {
            let open = all & !node.decided;
            if open == 0 {
                return Ok(Seen::Leaf);
            }
            for player in [0, 1] {
                let among = own_set(player, open, self.game);
                let half = &node.halves[player];
                if let Some(variable) = self.constraints[player].positive(half, among) {
                    let label = self.label(player, variable);
                    if !self.give(node, 1 - player, label)? {
                        return Ok(Seen::Empty);
                    }
                    continue 'anew;
                }
            }
            match self.look_closer(node, reader)? {
                None => return Ok(Seen::Empty),
                Some(true) => continue,
                Some(false) => {}
            }
            let mut best = (-1.0, 0);
            for label in 0..rows + columns {
                if open >> label & 1 == 1 {
                    let [x, y] = [0, 1].map(|player| {
                        let variable = self.variable(player, label);
                        node.halves[player].value(variable).max(0.0)
                    });
                    let score = x * y + 1e-6 * (x + y);
                    if score > best.0 {
                        best = (score, label);
                    }
                }
            }
            return Ok(Seen::Open(best.1));
        }
    }

    /// Where player 1's vertex has a label that was given to player 2: whether she has it on all of her face.
    ///
    /// # Returns
    /// `None` if so: what is left of the branch is found elsewhere. Else whether other labels are decided by it.
    fn look_closer(
        &self,
        node: &mut Node,
        reader: &mut Reader<'_>,
    ) -> Result<Option<bool>, Unsure> {
        let own = &node.halves[0];
        let given = node.decided & !own.held();
        let is_met = |label: &usize| {
            given >> label & 1 == 1 && own.value(*label) <= Half::TINY && own.is_stuck(*label)
        };
        if !(0..self.game.rows + self.game.columns).any(|label| is_met(&label)) {
            return Ok(Some(false));
        }
        let implied = reader.implied(own.held(), own.basis())?;
        if implied & given != 0 {
            return Ok(None);
        }
        let mut new = implied & !node.decided;
        let is_more = new != 0;
        while new != 0 {
            let label = new.trailing_zeros() as usize;
            new &= new - 1;
            if !self.give(node, 0, label)? {
                return Ok(None);
            }
        }
        Ok(Some(is_more))
    }

    /// Gives a label to a player's face; false if none of it is left.
    fn give(&self, node: &mut Node, player: usize, label: usize) -> Result<bool, Unsure> {
        let variable = self.variable(player, label);
        node.decided |= 1 << label;
        match self.constraints[player].drive(&mut node.halves[player], variable) {
            Driven::Zero => Ok(true),
            Driven::Empty => Ok(false),
            Driven::Unsure => Err(Unsure),
        }
    }

    /// The variable of a label: player 1's strategies come first among the labels, everybody's own among the variables.
    fn variable(&self, player: usize, label: usize) -> usize {
        let (rows, columns) = (self.game.rows, self.game.columns);
        match player {
            0 => label,
            _ if label < rows => columns + label,
            _ => label - rows,
        }
    }

    fn label(&self, player: usize, variable: usize) -> usize {
        let (rows, columns) = (self.game.rows, self.game.columns);
        match player {
            0 => variable,
            _ if variable < columns => rows + variable,
            _ => variable - columns,
        }
    }
}

//! Outcome labels as readers of `.efg` make them.

use crate::builder::ExtensiveBuilder;
use crate::labels::NO_LABEL;
use crate::patience::polled;

impl ExtensiveBuilder {
    /// Gives every outcome a label of its own, as readers of `.efg` do: empty and repeated ones
    /// become `label_n`, skipping labels in use.
    ///
    /// `repeat` is whether two outcomes may have the same label; `false` saves the search.
    ///
    /// # Returns
    /// The outcomes whose label was repeated, with their new labels.
    pub(super) fn make_outcome_labels_unique(&mut self, repeat: bool) -> Vec<(u32, String)> {
        let empty = self.outcome_labels.contains(&NO_LABEL);
        let ids = self.outcome_labels.iter().copied();
        // Most files leave all outcomes unnamed; their new names need no search then.
        let plain = !repeat && (!empty || !self.labels.any_starts_with(ids, '_'));
        if plain {
            let empty = self.outcome_labels.iter_mut();
            self.labels
                .push_numbers(empty.filter(|id| **id == NO_LABEL));
            return Vec::new();
        }
        self.labels.merge(&mut self.outcome_labels);
        let greatest = self.outcome_labels.iter().max();
        let known = greatest.map_or(0, |id| *id as usize + 1);
        let mut counts = vec![0_u32; known];
        for id in polled(self.outcome_labels.iter()) {
            counts[*id as usize] += 1;
        }
        let mut numbers = vec![0_u32; known];
        let mut repeated = Vec::new();
        for outcome in polled(0..self.outcome_labels.len()) {
            let id = self.outcome_labels[outcome] as usize;
            if counts[id] == 1 && id != NO_LABEL as usize {
                continue;
            }
            loop {
                numbers[id] += 1;
                let name = format!("{}_{}", self.labels.get(id as u32), numbers[id]);
                let new = self.labels.intern(&name);
                let taken = counts.get(new as usize).is_some_and(|count| *count > 0);
                if !taken {
                    self.outcome_labels[outcome] = new;
                    if id != NO_LABEL as usize {
                        repeated.push((outcome as u32, name));
                    }
                    break;
                }
            }
        }
        repeated
    }
}

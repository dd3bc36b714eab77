//! Polynomials in the probabilities of actions, none of them squared.

use deterra_game::number::Rational;
use deterra_game::patience::poll;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// An action, by flat index.
pub(super) type Variable = u32;

/// What is left of the work that may be done, in terms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget(pub(super) usize);

impl Budget {
    /// Takes some; `None` if there is not enough.
    pub(super) fn take(&mut self, terms: usize) -> Option<()> {
        self.0 = self.0.checked_sub(terms)?;
        Some(())
    }
}

/// A sum of products of different variables: by product, ascending, its coefficient, never 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Polynomial {
    terms: BTreeMap<Vec<Variable>, Rational>,
}

impl Polynomial {
    /// A number.
    pub(super) fn constant(value: Rational) -> Self {
        let mut made = Self::default();
        made.add(Vec::new(), value);
        made
    }

    /// Products and their coefficients.
    pub(super) fn terms(&self) -> impl ExactSizeIterator<Item = (&[Variable], &Rational)> {
        self.terms.iter().map(|(m, c)| (m.as_slice(), c))
    }

    /// Whether it is 0 everywhere.
    pub(super) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    fn add(&mut self, product: Vec<Variable>, value: Rational) {
        if value.is_zero() {
            return;
        }
        match self.terms.entry(product) {
            Entry::Vacant(entry) => {
                entry.insert(value);
            }
            Entry::Occupied(mut entry) => {
                *entry.get_mut() += &value;
                if entry.get().is_zero() {
                    entry.remove();
                }
            }
        }
    }

    /// Adds a multiple of another one.
    pub(super) fn add_scaled(
        &mut self,
        other: &Self,
        factor: &Rational,
        budget: &mut Budget,
    ) -> Option<()> {
        budget.take(other.terms.len())?;
        for (product, value) in &other.terms {
            poll();
            self.add(product.clone(), value * factor);
        }
        Some(())
    }

    /// Adds a multiple of another one times a variable that does not occur in it.
    pub(super) fn add_product(
        &mut self,
        other: &Self,
        variable: Variable,
        factor: &Rational,
        budget: &mut Budget,
    ) -> Option<()> {
        budget.take(other.terms.len())?;
        for (product, value) in &other.terms {
            poll();
            let at = product.partition_point(|v| *v < variable);
            let mut longer = Vec::with_capacity(product.len() + 1);
            longer.extend_from_slice(&product[..at]);
            longer.push(variable);
            longer.extend_from_slice(&product[at..]);
            self.add(longer, value * factor);
        }
        Some(())
    }

    /// The variables that occur, ascending.
    pub(super) fn variables(&self) -> Vec<Variable> {
        let mut all: Vec<Variable> = self.terms.keys().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What is left of it when multiples of others, each with its own leading product, are taken out.
    ///
    /// The others must be such rests themselves; nothing is left exactly if it is a sum of multiples
    /// of them.
    pub(super) fn rest(&self, others: &[Self]) -> Self {
        let mut rest = self.clone();
        for other in others {
            let Some((product, lead)) = other.terms.first_key_value() else {
                continue;
            };
            let factor = rest.terms.get(product).and_then(|x| x.checked_div(lead));
            if let Some(factor) = factor {
                rest.add_scaled(other, &-&factor, &mut Budget(usize::MAX))
                    .expect("invariant: ample");
            }
        }
        rest
    }
}

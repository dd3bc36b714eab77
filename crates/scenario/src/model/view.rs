//! The game as one side sees it, and the same game elsewhere.

use super::Scenario;
use crate::expr::Formula;
use crate::parameter::Patch;
use deterra_game::diagnostic::Diagnostic;
use std::ops::Range;

/// What an actor takes to be the case, or what is the case.
#[derive(Clone, Debug)]
pub struct View {
    /// Whose view; nobody's if it is the truth.
    pub of: Option<usize>,
    /// Actors and their types.
    pub types: Vec<(usize, usize)>,
    /// The parameters that are different.
    pub patches: Vec<Patch>,
    /// Where it is.
    pub span: Range<usize>,
}

/// The same contest again, with others in some parts.
#[derive(Clone, Debug)]
pub struct Theatre {
    /// The name, which its events and positions begin with.
    pub id: String,
    /// Who is replaced, and by whom.
    pub replace: Vec<(usize, usize)>,
    /// The parameters that are different there.
    pub patches: Vec<Patch>,
    /// What its payoffs are multiplied by.
    pub weight: Option<Formula>,
    /// Whether everybody learns how the contest before it ended, whatever was seen of it.
    pub announced: bool,
    /// Where it is.
    pub span: Range<usize>,
}

impl Scenario {
    /// The scenario with these types known to everybody, and these parameters changed.
    ///
    /// What a type overrides is overridden still: a change of such a parameter shows only with
    /// types that leave it alone.
    ///
    /// # Errors
    /// As [`crate::parameter::Parameters::patched`].
    ///
    /// # Example
    /// ```
    /// use deterra_scenario::{Settings, load};
    /// let text = r#"
    /// node = [{ id = "n", by = "a", actions = { go = "end" } }]
    /// actor = [{ id = "a", types = [{ id = "hard", prior = 0.5 }, { id = "soft", prior = 0.5 }] }]
    /// outcomes.end.a = 1
    /// "#;
    /// let scenario = load(text, &Settings::default()).value.expect("a scenario");
    /// let seen = scenario.seen(&[(0, 1)], &[]).expect("no parameter is changed");
    /// assert_eq!(seen.actors[0].given, Some(1));
    /// ```
    pub fn seen(
        &self,
        types: &[(usize, usize)],
        patches: &[Patch],
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut seen = self.clone();
        seen.parameters = self.parameters.patched(patches)?;
        for (actor, kind) in types {
            if let Some(actor) = seen.actors.get_mut(*actor)
                && *kind < actor.types.len()
            {
                actor.given = Some(*kind);
            }
        }
        Ok(seen)
    }
}

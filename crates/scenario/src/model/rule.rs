//! The same scenario with another rule of a coalition.

use super::{Decide, Rule, Scenario};

/// Why a coalition cannot have another rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoRule {
    /// There is no such coalition.
    #[error("there is no coalition {}", .0 + 1)]
    Unknown(usize),
    /// Types of a coalition that votes would be nobody's.
    #[error("{0} has types of its own, and a coalition that votes has none: its members do")]
    Types(String),
    /// A unitary coalition does not look at its members' types.
    #[error(
        "members of {0} have types of their own, which one player in their place would not have"
    )]
    MembersTypes(String),
}

impl Scenario {
    /// The scenario in which a coalition, by its number, decides in another way.
    ///
    /// # Errors
    /// [`NoRule`] if there is no such coalition, or types would be left without a player.
    ///
    /// # Example
    /// ```
    /// use deterra_scenario::model::{Decide, Rule};
    /// use deterra_scenario::{Settings, load};
    /// let text = r#"
    /// node = [{ id = "n", by = "m1", actions = { go = "end" } }]
    /// actor = [{ id = "m1" }, { id = "m2" }]
    /// coalition = [{ id = "both", members = ["m1", "m2"], rule = "sequential", decide = "any" }]
    /// outcomes.end = { m1 = 1, m2 = 1 }
    /// "#;
    /// let scenario = load(text, &Settings::default()).value.expect("a scenario");
    /// let united = scenario.with_rule(0, Rule::Unitary, Decide::Unanimity).expect("no types");
    /// let both = united.actor("both").expect("an actor");
    /// assert!(united.actors[both].plays && !scenario.actors[both].plays);
    /// ```
    pub fn with_rule(&self, coalition: usize, rule: Rule, decide: Decide) -> Result<Self, NoRule> {
        let mut changed = self.clone();
        let Some(whole) = changed.coalitions.get_mut(coalition) else {
            return Err(NoRule::Unknown(coalition));
        };
        whole.rule = rule;
        whole.decide = decide;
        let votes = rule != Rule::Unitary;
        if !votes {
            whole.cost_of_yes.clear();
            whole.delay = None;
        }
        let (actor, members) = (whole.actor, whole.members.clone());
        let label = self.actors[actor].label.clone();
        if votes && !self.actors[actor].types.is_empty() {
            return Err(NoRule::Types(label));
        }
        if !votes && members.iter().any(|m| !self.actors[*m].types.is_empty()) {
            return Err(NoRule::MembersTypes(label));
        }
        changed.actors[actor].plays = !votes;
        for member in members {
            changed.actors[member].plays = votes;
        }
        Ok(changed)
    }
}

//! Starter scenarios for `deterra new`: short, commented, and checked to be without problems.

/// A starter scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

/// All starter scenarios, simplest first.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "ladder",
        about: "a ladder of two stages with an off-ramp; everybody knows everything",
        text: include_str!("../templates/ladder.toml"),
    },
    Template {
        name: "types",
        about: "a ladder whose defender may be resolute or not, with a history to learn from",
        text: include_str!("../templates/types.toml"),
    },
    Template {
        name: "coalition",
        about: "a ladder whose defender is a coalition that votes",
        text: include_str!("../templates/coalition.toml"),
    },
    Template {
        name: "tree",
        about: "an explicit tree of moves, with its threats marked",
        text: include_str!("../templates/tree.toml"),
    },
];

/// The starter scenario of a name.
///
/// # Example
/// ```
/// let template = deterra_scenario::template("ladder").expect("shipped");
/// assert!(template.text.contains("[[rung]]"));
/// ```
pub fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CompileLimits, Settings, compile, load};

    #[test]
    fn templates_are_without_problems() {
        for template in TEMPLATES {
            let settings = Settings {
                strict: true,
                ..Settings::default()
            };
            let reading = load(template.text, &settings);
            assert!(
                reading.diagnostics.is_empty(),
                "{}: {:?}",
                template.name,
                reading.diagnostics
            );
            let scenario = reading.value.expect("a scenario");
            let reading = compile(&scenario, &CompileLimits::default());
            assert!(
                reading.diagnostics.is_empty(),
                "{}: {:?}",
                template.name,
                reading.diagnostics
            );
            assert!(
                !reading.value.expect("a game").rungs.is_empty(),
                "{}",
                template.name
            );
        }
    }
}

//! Which of the flags that every command takes mean something to which: a flag that would change nothing is refused, so that
//! nobody takes an answer for one to another question.

use crate::args::{Command, ConceptName, Shared, TieRuleName};
use crate::context::Context;
use crate::failure::Failure;

/// Flags about solving that not every command understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flag {
    Concept,
    Method,
    Lambda,
    Errors,
    Path,
    List,
    All,
    TieRule,
    Iterations,
    Exact,
}

use Flag::{All, Concept, Errors, Exact, Iterations, Lambda, List, Method, Path, TieRule};

/// In the order in which they are told of.
const FLAGS: [(Flag, &str); 10] = [
    (Concept, "--concept"),
    (Method, "--method"),
    (Lambda, "--lambda"),
    (Errors, "--errors"),
    (Path, "--path"),
    (List, "--list"),
    (All, "--all"),
    (TieRule, "--tie-rule"),
    (Iterations, "--iterations"),
    (Exact, "--exact"),
];

impl Flag {
    /// Whether it was typed, or is as good as not.
    fn is_given(self, shared: &Shared) -> bool {
        match self {
            Concept => shared.concept.is_some(),
            Method => shared.method != "auto",
            Lambda => shared.lambda.is_some(),
            Errors => shared.errors.is_some(),
            Path => shared.path,
            List => shared.list.is_some(),
            All => shared.all,
            TieRule => shared.tie_rule != TieRuleName::First,
            Iterations => shared.iterations.is_some(),
            Exact => shared.exact,
        }
    }
}

/// What a command is called, and which of these flags it understands; `solve` looks at all of them itself.
fn understood(command: &Command) -> Option<(&'static str, &'static [Flag])> {
    Some(match command {
        Command::Solve(_) => return None,
        // What a scenario's history taught may rest on an equilibrium, and that on a concept.
        Command::Check { .. } => ("check", &[Concept]),
        Command::Convert { .. } => ("convert", &[Concept]),
        Command::Exploit { .. } => ("exploit", &[Concept]),
        Command::Info(_) => ("info", &[Concept]),
        Command::Learn(_) => ("learn", &[Concept]),
        Command::Compare { .. } => ("compare", &[Concept]),
        Command::Commitment(_) => ("commitment", &[Concept]),
        Command::Hypergame { .. } => ("hypergame", &[Concept]),
        Command::Information(_) => ("information", &[Concept]),
        Command::Unity(_) => ("unity", &[Concept]),
        Command::Estimate(_) => ("estimate", &[Concept, Errors]),
        Command::Explain { .. } => ("explain", &[Concept, List, TieRule]),
        Command::Map { .. } => ("map", &[Concept, TieRule]),
        Command::Offramp(_) => ("offramp", &[Concept, All, TieRule]),
        Command::Sensitivity(_) => ("sensitivity", &[Concept, TieRule]),
        Command::Sweep(_) => ("sweep", &[Concept, TieRule, Exact]),
        Command::Threshold { .. } => ("threshold", &[Concept, All, TieRule]),
        Command::Timing(asked) if asked.delay.is_none() => ("timing", &[Concept]),
        Command::Timing(_) => ("timing", &[Concept, TieRule]),
        Command::Verify { .. } => ("verify", &[Concept, Lambda, Errors]),
        Command::Catalog { .. } => ("catalog", &[]),
        Command::Completions { .. } => ("completions", &[]),
        Command::Evolve(_) => ("evolve", &[]),
        Command::Generate(_) => ("generate", &[]),
        Command::Man { .. } => ("man", &[]),
        Command::New { .. } => ("new", &[]),
        Command::Schema => ("schema", &[]),
    })
}

/// Whether an answer that rests on one equilibrium can rest on one of this kind.
const fn supports_answers(concept: ConceptName) -> bool {
    matches!(
        concept,
        ConceptName::Spe
            | ConceptName::Pbe
            | ConceptName::WeakPbe
            | ConceptName::Sequential
            | ConceptName::Perfect
    )
}

/// Refuses what a command does not understand.
pub(super) fn refuse(command: &Command, context: &Context) -> Result<(), Failure> {
    let Some((name, understood)) = understood(command) else {
        return Ok(());
    };
    let shared = &context.shared;
    let unfit = |(flag, _): &&(Flag, &str)| flag.is_given(shared) && !understood.contains(flag);
    if let Some((_, flag)) = FLAGS.iter().find(unfit) {
        return Err(Failure::usage(
            format!("{flag} changes nothing about what `{name}` does"),
            format!("leave {flag} out"),
        ));
    }
    let rests_on_one = understood == [Concept]
        && !matches!(command, Command::Commitment(asked) if asked.device.is_some());
    match shared.concept {
        Some(concept) if rests_on_one && !supports_answers(concept) => Err(Failure::usage(
            format!(
                "what `{name}` says rests on no {} equilibrium",
                concept.concept()
            ),
            "leave --concept out, or ask for spe, pbe, weak-pbe, sequential or perfect",
        )),
        _ => Ok(()),
    }
}

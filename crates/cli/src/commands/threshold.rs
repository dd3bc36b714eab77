//! `deterra threshold FILE --param P`: which values of a parameter change what is played.

mod show;

use super::Answer;
use crate::args::{Format, OverName};
use crate::condition::Condition;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce};
use crate::request::ScenarioFamily;
use deterra_analyze::family::{Family, Member};
use deterra_analyze::partition::{Place, simplest_between};
use deterra_analyze::regime::Play;
use deterra_analyze::threshold::{self, How, Over, Threshold, thresholds};
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_solve::control::Stop;
use deterra_solve::problem::Request;
use serde::Serialize;

/// Pieces that a range is taken apart into, at most.
const MOST_PIECES: usize = 10_000;

/// Regimes up to which their equilibria are given names, which takes solving them again.
const MOST_NAMED: usize = 200;

/// Values that are looked at where computations cannot be followed.
const SAMPLES: usize = 240;

/// What was typed.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) file: &'a str,
    pub(super) param: &'a str,
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
    pub(super) step: Option<&'a str>,
    pub(super) when: Option<&'a str>,
    pub(super) over: OverName,
}

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    parameter: String,
    /// What the file, or `--set`, says.
    value: Exact,
    range: [Exact; 2],
    thresholds: Vec<ThresholdRow>,
    regimes: Vec<RegimeRow>,
    when: Option<String>,
    /// In how many equilibria the condition must hold.
    over: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<Vec<HoldsRow>>,
    /// `followed` if every change is there, `stepped` if every value of --step was looked at, `sampled` if only
    /// some values were.
    how: &'static str,
    /// Why it was sampled.
    not_followed: Option<String>,
    solved: usize,
    /// `done`, or why the rest of the range is missing.
    stop: &'static str,
    reproduce: Reproduce,
}

/// A value at which what is played changes.
#[derive(Debug, Serialize)]
struct ThresholdRow {
    /// The number; of an irrational one a fraction between `low` and `high`.
    value: Exact,
    approx: Option<f64>,
    kind: &'static str,
    low: Exact,
    high: Exact,
    /// The first decision that changes.
    node: Option<String>,
    /// Which moves are taken there before and after.
    comparison: Option<String>,
    /// The polynomial that vanishes there.
    expression: Option<String>,
    /// On which sides what is played still is an equilibrium at the value itself.
    closed: &'static str,
    between: [usize; 2],
    flips: Vec<FlipRow>,
}

/// A decision that changes.
#[derive(Debug, Serialize)]
struct FlipRow {
    node: String,
    player: String,
    before: Vec<String>,
    after: Vec<String>,
}

/// An interval on which the same is played.
#[derive(Debug, Serialize)]
struct RegimeRow {
    id: usize,
    from: Exact,
    to: Exact,
    from_approx: Option<f64>,
    to_approx: Option<f64>,
    closed: &'static str,
    /// Where numbers are given.
    at: Exact,
    outcome: Object<Exact>,
    equilibria: usize,
    plays: Vec<PlayRow>,
    /// Why there is no game, or why nobody looked.
    none: Option<String>,
    /// Whether nobody looked: the question was ended early.
    unknown: bool,
}

/// One equilibrium of a regime.
#[derive(Debug, Serialize)]
struct PlayRow {
    /// Such as "bluff (semi-separating at demand)", where something is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    outcome: Object<Exact>,
    payoffs: Object<Exact>,
    is_point: bool,
}

/// An interval on which the condition holds.
#[derive(Debug, Serialize)]
struct HoldsRow {
    from: Exact,
    to: Exact,
    from_approx: Option<f64>,
    to_approx: Option<f64>,
    closed: &'static str,
}

pub(super) fn run(asked: &Asked<'_>, context: &Context) -> Result<Answer, Failure> {
    let family = ScenarioFamily::load(asked.file, &[asked.param.to_owned()], context)?;
    let known = family.known(&family.parameters()[0])?;
    let end = |typed: Option<&str>, file: Option<&Rational>, flag: &str| match (typed, file) {
        (Some(text), _) => number(flag, text),
        (None, Some(value)) => Ok(value.clone()),
        (None, None) => Err(Failure::usage(
            format!("the file does not say how far `{}` may go", asked.param),
            "give --from and --to, or write { value = …, min = …, max = … } in the file",
        )),
    };
    let low = end(asked.from, known.min.as_ref(), "--from")?;
    let high = end(asked.to, known.max.as_ref(), "--to")?;
    if low >= high {
        return Err(Failure::usage(
            format!("the range from {low} to {high} is empty"),
            "--from must be less than --to",
        ));
    }
    let base = family
        .member(std::slice::from_ref(&known.value))
        .map_err(|none| Failure::usage(none.message, "set the other parameters with --set"))?;
    let condition = asked.when.map(|text| Condition::parse(text, &base));
    let condition = condition.transpose()?;
    let holds = |_: &Member, play: &Play| match &condition {
        Some(condition) => condition.holds(play),
        None => Ok(true),
    };
    let step = asked.step.map(|text| number("--step", text)).transpose()?;
    if let Some(step) = &step {
        let steps = (&high - &low).checked_div(step);
        let most = Rational::integer(MOST_PIECES as i64);
        if *step <= Rational::ZERO || steps.is_none_or(|n| n > most) {
            return Err(Failure::usage(
                format!("--step {step} makes no steps from {low} to {high}"),
                format!("a step is positive, and there are at most {MOST_PIECES} of them"),
            ));
        }
    }
    let question = Threshold {
        step,
        point: vec![known.value.clone()],
        vary: 0,
        low: low.clone(),
        high: high.clone(),
        request: family.request()?,
        when: condition
            .is_some()
            .then_some(&holds as &threshold::Condition<'_>),
        over: match asked.over {
            OverName::Some => Over::Some,
            OverName::Every => Over::Every,
        },
        limit: MOST_PIECES,
        samples: SAMPLES,
    };
    let found =
        thresholds(&family, &question, &context.control()).map_err(|error| Failure::Limit {
            message: error.to_string(),
            help: Some("ask for a shorter range with --from and --to".to_owned()),
        })?;
    if let Some(trouble) = &found.trouble {
        return Err(Failure::usage(
            format!("the condition has no answer somewhere: {trouble}"),
            "conditions are comparisons of probabilities and payoffs",
        ));
    }
    if found.stop != Stop::Done {
        context.left_out(found.stop);
    }
    let exit = match (&found.how, condition.is_some() && found.holds.is_empty()) {
        (How::Sampled(..), _) if context.shared.all => Exit::Partial,
        (_, true) if found.stop == Stop::Done => Exit::No,
        _ => Exit::Answered,
    };
    let answered = answered(
        asked,
        (&family, &question.request),
        &known.value,
        &base,
        [low, high],
        &found,
        context,
    );
    let text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answered),
        Format::Text | Format::Gambit => show::text(&answered, context.width()),
    };
    Ok(Answer {
        text: text.into(),
        exit,
    })
}

/// A number that was typed after a flag.
pub(super) fn number(flag: &str, text: &str) -> Result<Rational, Failure> {
    let read = Number::parse(text).map(|number| number.value().clone());
    read.map_err(|error| {
        Failure::usage(
            format!("{flag}: {error}"),
            "write a number such as 20 or 1/3",
        )
    })
}

fn answered(
    asked: &Asked<'_>,
    (family, request): (&ScenarioFamily<'_>, &Request),
    value: &Rational,
    base: &Member,
    range: [Rational; 2],
    found: &threshold::Answer,
    context: &Context,
) -> Answered {
    let graph = base.graph();
    let players: Vec<String> = (0..graph.num_players())
        .map(|p| graph.player_label(PlayerId::from_index(p)).to_owned())
        .collect();
    let concept = found
        .spans
        .iter()
        .find_map(|span| Some(span.looked.regime.as_ref().ok()?.concept.name()));
    let (how, not_followed) = match &found.how {
        How::Followed => ("followed", None),
        How::Stepped => ("stepped", None),
        How::Sampled(_, lost) => ("sampled", Some(lost.to_string())),
    };
    let when = asked.when.map(str::to_owned);
    Answered {
        schema: "deterra/threshold/1",
        input: Input {
            name: family.title.clone(),
            sha256: family.sha256.clone(),
            kind: "scenario",
            players: players.clone(),
        },
        concept: concept.unwrap_or("none"),
        parameter: family.parameters()[0].clone(),
        value: Exact(value.clone()),
        range: range.map(Exact),
        thresholds: found
            .changes
            .iter()
            .map(|change| threshold_row(family, found, change))
            .collect(),
        regimes: (1..)
            .zip(&found.spans)
            .map(|(id, span)| {
                let named = found.spans.len() <= MOST_NAMED;
                let sample = named.then(|| std::slice::from_ref(&span.sample));
                let called = sample.map_or(Vec::new(), |at| family.names(at, request));
                regime_row(id, span, &called, &players)
            })
            .collect(),
        over: when.is_some().then_some(match asked.over {
            OverName::Some => "some",
            OverName::Every => "every",
        }),
        holds: when.is_some().then(|| {
            let rows = found.holds.iter();
            rows.map(|(from, from_closed, to, to_closed)| HoldsRow {
                from_approx: approx(from),
                to_approx: approx(to),
                from: exact(from),
                to: exact(to),
                closed: sides(*from_closed, *to_closed),
            })
            .collect()
        }),
        when,
        how,
        not_followed,
        solved: found.solved,
        stop: found.stop.word(),
        reproduce: context.reproduce(),
    }
}

fn threshold_row(
    family: &ScenarioFamily<'_>,
    found: &threshold::Answer,
    change: &threshold::Change,
) -> ThresholdRow {
    let [left, right] = change.between.map(|k| &found.spans[k]);
    let first = change.flips.first();
    let moves = |labels: &[String]| labels.join(" or ");
    let kind = match (&change.at, &found.how) {
        (Place::Exact(_), _) => "exact",
        (_, How::Followed | How::Stepped) => "isolated",
        (_, How::Sampled(..)) => "bracketed",
    };
    ThresholdRow {
        value: exact(&change.at),
        approx: approx(&change.at),
        kind,
        low: Exact(change.at.low().clone()),
        high: Exact(change.at.high().clone()),
        node: first.map(|flip| flip.position.clone()),
        comparison: first.map(|flip| {
            format!(
                "{}: {} against {}",
                flip.player,
                moves(&flip.before),
                moves(&flip.after)
            )
        }),
        expression: change
            .roots_of
            .first()
            .map(|polynomial| polynomial.to_text(family.parameters())),
        closed: match found.how {
            How::Stepped => "right",
            _ => sides(left.to_closed, right.from_closed),
        },
        between: change.between.map(|k| k + 1),
        flips: change
            .flips
            .iter()
            .map(|flip| FlipRow {
                node: flip.position.clone(),
                player: flip.player.clone(),
                before: flip.before.clone(),
                after: flip.after.clone(),
            })
            .collect(),
    }
}

fn regime_row(
    id: usize,
    span: &threshold::Span,
    called: &[Option<String>],
    players: &[String],
) -> RegimeRow {
    let regime = span.looked.regime.as_ref();
    let outcome = |play: &Play| {
        let all = play.outcomes.iter();
        Object(
            all.map(|(label, p)| (label.clone(), Exact(p.untraced())))
                .collect(),
        )
    };
    let plays = regime.map(|regime| regime.plays.as_slice());
    let plays = plays.unwrap_or_default();
    RegimeRow {
        id,
        from_approx: approx(&span.from),
        to_approx: approx(&span.to),
        from: exact(&span.from),
        to: exact(&span.to),
        closed: sides(span.from_closed, span.to_closed),
        at: Exact(span.sample.clone()),
        outcome: plays.first().map_or(Object(Vec::new()), outcome),
        equilibria: plays.len(),
        plays: (0..)
            .zip(plays)
            .map(|(k, play): (usize, _)| PlayRow {
                name: called.get(k).cloned().flatten(),
                outcome: outcome(play),
                payoffs: Object(
                    players
                        .iter()
                        .zip(&play.payoffs)
                        .map(|(player, x)| (player.clone(), Exact(x.untraced())))
                        .collect(),
                ),
                is_point: play.is_point,
            })
            .collect(),
        none: regime.err().cloned(),
        unknown: span.looked.stopped.is_some(),
    }
}

/// The number, or a simple fraction in the bracket.
fn exact(place: &Place) -> Exact {
    Exact(match place {
        Place::Exact(value) => value.clone(),
        Place::Between(low, high) => simplest_between(low, high),
    })
}

fn approx(place: &Place) -> Option<f64> {
    Exact(place.value()).approx()
}

const fn sides(left: bool, right: bool) -> &'static str {
    match (left, right) {
        (true, true) => "both",
        (true, false) => "left",
        (false, true) => "right",
        (false, false) => "neither",
    }
}

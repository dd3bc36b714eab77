//! λ of a quantal response from counts of choices.
//!
//! The data have a line a choice: columns `player` (which may be left out if the others say
//! enough), `decision` in trees, `action` and `count`; lines of one choice add up.

use super::answer::{Answered, DataInfo, Row, short};
use super::data::{Cell, Complaints, Data};
use super::unfold::{self, Unfolded};
use super::{Flags, read, refuse, reproduce, written};
use crate::args::ErrorsName;
use crate::commands::Answer;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::names::{hint, unique};
use crate::request::{Loaded, Model, expand};
use deterra_analyze::estimate::design::{Block, Design};
use deterra_analyze::estimate::fit::{Options, fit, inference};
use deterra_analyze::estimate::link::{Errors, Link};
use deterra_analyze::estimate::precision::{
    NoPrecision, Place, Precision, empirical, empirical_tree, multiplied, principal, principal_tree,
};
use deterra_analyze::estimate::tree::{self, Choices, Node, Payoff};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::InfosetId;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;

pub(super) fn run(loaded: &Loaded, flags: &Flags, context: &Context) -> Result<Answer, Failure> {
    let unfit = [
        (flags.formula.is_some(), "--formula"),
        (flags.scale.is_some(), "--scale"),
        (flags.predict.is_some(), "--predict"),
        (flags.compare.is_some(), "--compare"),
        (flags.simulate.is_some(), "--simulate"),
        (flags.bootstrap.is_some(), "--bootstrap"),
        (flags.penalty.is_some(), "--penalty"),
    ];
    if let Some((_, flag)) = unfit.iter().find(|(given, _)| *given) {
        return Err(Failure::usage(
            format!("{flag} is about payoffs, and --concept qre estimates lambda from counts"),
            "the data are columns player, action and count",
        ));
    }
    match &loaded.model {
        Model::Table(game) => table(loaded, game, flags, context),
        Model::ActionGraph(game) => table(loaded, &expand(game)?, flags, context),
        Model::Tree(game) if game.infosets().any(|set| game.members(set).len() > 1) => {
            hidden(loaded, game, flags, context)
        }
        Model::Tree(game) => of_tree(loaded, &unfold::unfold(game)?, flags, context),
        Model::Positions(game) => of_tree(loaded, &unfold::unfold(game)?, flags, context),
        Model::Stochastic(_) | Model::Alike(_) | Model::Coalitional(_) => Err(Failure::usage(
            "lambda is estimated in tables and in trees",
            "this game is neither",
        )),
    }
}

/// Where a choice stands.
struct Choice {
    player: String,
    decision: String,
    action: String,
}

/// Counts by choice.
fn counts(
    data: &Data,
    choices: &[Choice],
    with_decisions: bool,
    complaints: &mut Complaints,
) -> (Vec<f64>, usize) {
    let mut needed = vec!["action", "count"];
    if with_decisions && data.column("decision").is_none() && data.column("player").is_none() {
        needed.insert(0, "decision");
    } else if !with_decisions {
        needed.insert(0, "player");
    }
    let mut sums = vec![0.0; choices.len()];
    let mut dropped = 0;
    if !super::specify::require(data, needed, complaints) {
        return (sums, dropped);
    }
    let cell = |row: &'_ [Cell], name: &str| data.column(name).and_then(|at| row.get(at)).cloned();
    for row in &data.rows {
        let (Some(action), Some(count)) = (cell(row, "action"), cell(row, "count")) else {
            continue;
        };
        if action.is_missing() || count.is_missing() {
            dropped += 1;
            continue;
        }
        let player = cell(row, "player");
        let decision = cell(row, "decision");
        let is = |cell: &Option<Cell>, name: &str| {
            cell.as_ref().is_none_or(|cell| cell.text.trim() == name)
        };
        let here =
            |choice: &&Choice| is(&player, &choice.player) && is(&decision, &choice.decision);
        let fitting = |k: &usize| {
            let choice = &choices[*k];
            here(&choice) && choice.action == action.text.trim()
        };
        let found: Vec<usize> = (0..choices.len()).filter(fitting).collect();
        let Some(value) = count.number().filter(|c| *c >= 0.0) else {
            let message = "a count is a number that is not negative";
            complaints.push(Diagnostic::error("T010", count.span.clone(), message));
            continue;
        };
        match found[..] {
            [at] => sums[at] += value,
            [] => {
                let any = choices.iter().any(|choice| here(&choice));
                let (span, message, help) = if any {
                    let known: Vec<&str> = choices
                        .iter()
                        .filter(here)
                        .map(|choice| choice.action.as_str())
                        .collect();
                    let name = action.text.trim();
                    (
                        action.span.clone(),
                        format!("there is no action `{name}` here"),
                        hint(name, known.iter().copied(), || {
                            format!("actions are {}", known.join(", "))
                        }),
                    )
                } else {
                    let mut known: Vec<String> = choices
                        .iter()
                        .map(|choice| {
                            if with_decisions {
                                format!("{} at {}", choice.player, choice.decision)
                            } else {
                                choice.player.clone()
                            }
                        })
                        .collect();
                    known.dedup();
                    (
                        row.first().map_or(0..0, |cell| cell.span.clone()),
                        "nobody of this name decides there".to_owned(),
                        format!("those who decide are {}", known.join(", ")),
                    )
                };
                complaints.push(Diagnostic::error("T008", span, message).help(help));
            }
            _ => {
                let message = "this could be several choices";
                complaints.push(
                    Diagnostic::error("T008", action.span.clone(), message)
                        .help("columns `player` and `decision` tell them apart"),
                );
            }
        }
    }
    (sums, dropped)
}

fn table(
    loaded: &Loaded,
    game: &StrategicGame,
    flags: &Flags,
    context: &Context,
) -> Result<Answer, Failure> {
    if !matches!(context.shared.errors, None | Some(ErrorsName::Logit)) {
        return Err(Failure::usage(
            "in a table errors are extreme-value",
            "leave --errors out",
        ));
    }
    let players = unique(game.players().map(|p| game.player_label(p)));
    let mut choices = Vec::new();
    for (player, name) in game.players().zip(&players) {
        let labels = (0..game.num_strategies(player)).map(|s| game.strategy_label(player, s));
        for action in unique(labels) {
            choices.push(Choice {
                player: name.clone(),
                decision: String::new(),
                action,
            });
        }
    }
    let mut complaints = Complaints::default();
    let read = read(
        flags.data.as_deref().unwrap_or("-"),
        &mut complaints,
        context,
    )?;
    let (sums, dropped) = counts(&read.data, &choices, false, &mut complaints);
    if !complaints.is_empty() {
        return Err(refuse(read.source, complaints, context));
    }
    let mut left = sums.iter().copied();
    let by_player: Vec<Vec<f64>> = game
        .players()
        .map(|p| left.by_ref().take(game.num_strategies(p)).collect())
        .collect();
    let along = principal(game, &by_player, &context.control()).map_err(|why| failed(&why))?;
    let short_cut = empirical(game, &by_player).map_err(|why| failed(&why))?;
    let counted = Counted {
        read,
        rows: sums.len(),
        dropped,
        total: sums.iter().sum(),
    };
    both(
        loaded,
        counted,
        &along,
        Some(&short_cut),
        Vec::new(),
        flags,
        context,
    )
}

/// Counts of choices.
struct Counted {
    read: super::Table,
    rows: usize,
    dropped: usize,
    total: f64,
}

/// Information sets that choose by themselves, in a tree in which something is hidden.
fn hidden(
    loaded: &Loaded,
    game: &ExtensiveGame,
    flags: &Flags,
    context: &Context,
) -> Result<Answer, Failure> {
    if !matches!(context.shared.errors, None | Some(ErrorsName::Logit)) {
        return Err(Failure::usage(
            "where something is hidden errors are extreme-value",
            "leave --errors out",
        ));
    }
    let players = unique(game.players().map(|p| game.player_label(p)));
    let mut choices = Vec::new();
    for player in game.players() {
        let sets: Vec<InfosetId> = game.player_infosets(player).collect();
        let labels = sets.iter().map(|set| match game.infoset_label(*set) {
            "" => game.node_label(game.members(*set)[0]),
            label => label,
        });
        let decisions = unique(labels);
        for (set, decision) in sets.iter().zip(decisions) {
            let actions = (0..game.num_actions(*set)).map(|k| game.action_label(*set, k));
            for action in unique(actions) {
                choices.push(Choice {
                    player: players[player.index()].clone(),
                    decision: decision.clone(),
                    action,
                });
            }
        }
    }
    let mut complaints = Complaints::default();
    let read = read(
        flags.data.as_deref().unwrap_or("-"),
        &mut complaints,
        context,
    )?;
    let (sums, dropped) = counts(&read.data, &choices, true, &mut complaints);
    if !complaints.is_empty() {
        return Err(refuse(read.source, complaints, context));
    }
    let mut left = sums.iter().copied();
    let by_set: Vec<Vec<f64>> = game
        .infosets()
        .map(|set| left.by_ref().take(game.num_actions(set)).collect())
        .collect();
    let along = principal_tree(game, &by_set, &context.control()).map_err(|why| failed(&why))?;
    let mut warnings = Vec::new();
    let short_cut = match empirical_tree(game, &by_set) {
        Ok(found) => Some(found),
        Err(why @ NoPrecision::NotReached) => {
            warnings.push(format!("observed shares: {why}"));
            None
        }
        Err(why) => return Err(failed(&why)),
    };
    let counted = Counted {
        read,
        rows: sums.len(),
        dropped,
        total: sums.iter().sum(),
    };
    both(
        loaded,
        counted,
        &along,
        short_cut.as_ref(),
        warnings,
        flags,
        context,
    )
}

/// The answer of both ways.
fn both(
    loaded: &Loaded,
    counted: Counted,
    along: &Precision,
    short_cut: Option<&Precision>,
    mut warnings: Vec<String>,
    flags: &Flags,
    context: &Context,
) -> Result<Answer, Failure> {
    let level = flags.level / 100.0;
    let mut rows = Vec::new();
    let found = [
        ("principal branch", Some(along)),
        ("observed shares", short_cut),
    ];
    for (name, found) in found {
        let Some(found) = found else {
            continue;
        };
        rows.push(row(name, found.lambda, found.error, level));
        warnings.extend(said(name, found));
    }
    let Counted {
        read,
        rows: lines,
        dropped,
        total,
    } = counted;
    let gained = along.log_likelihood - along.at_zero;
    warnings.push(format!(
        "choices at random would have a log-likelihood of {}, {} less; responses off the branch \
         from lambda 0 were not looked at",
        short(along.at_zero),
        short(gained)
    ));
    let partial = along.place == Place::Unbounded;
    let answer = Answered {
        aic: Some(2.0 - 2.0 * along.log_likelihood),
        bic: Some(total.ln() - 2.0 * along.log_likelihood),
        log_likelihood: along.log_likelihood,
        converged: !partial,
        unbounded: partial,
        coefficients: rows,
        warnings,
        ..blank(loaded, &read, lines, dropped, total, level, context)
    };
    done(&answer, partial, flags, context)
}

fn of_tree(
    loaded: &Loaded,
    unfolded: &Unfolded,
    flags: &Flags,
    context: &Context,
) -> Result<Answer, Failure> {
    let (errors, link) = match (context.shared.errors, flags.link) {
        (Some(ErrorsName::Private), _) => (Errors::Private, Link::Probit),
        (Some(ErrorsName::Probit), _) | (_, Some(super::LinkName::Probit)) => {
            (Errors::Agent, Link::Probit)
        }
        _ => (Errors::Agent, Link::Logit),
    };
    let mut choices = Vec::new();
    let mut places = Vec::new();
    for (at, place) in unfolded.places.iter().enumerate() {
        let Some(player) = place.mover else {
            continue;
        };
        for (k, action) in place.moves.iter().enumerate() {
            places.push((at, k));
            choices.push(Choice {
                player: unfolded.players[player].clone(),
                decision: place.label.clone(),
                action: action.clone(),
            });
        }
    }
    let nodes: Vec<Node> = unfolded
        .places
        .iter()
        .map(|place| match place.mover {
            Some(player) => Node::Decision {
                player,
                children: place.children.clone(),
            },
            None if place.children.is_empty() => {
                let fixed = |value: &Rational| Payoff {
                    fixed: value.to_f64(),
                    terms: Vec::new(),
                };
                Node::End(place.payoffs.iter().map(fixed).collect())
            }
            None => Node::Chance {
                children: place.children.clone(),
                probabilities: place.probabilities.iter().map(Rational::to_f64).collect(),
            },
        })
        .collect();
    let players = unfolded.players.len();
    let model = tree::Model::new(multiplied(&nodes), players, 1, errors, link)
        .map_err(|why| super::words::no_model(&why, unfolded))?;
    let mut complaints = Complaints::default();
    let read = read(
        flags.data.as_deref().unwrap_or("-"),
        &mut complaints,
        context,
    )?;
    let (sums, dropped) = counts(&read.data, &choices, true, &mut complaints);
    if !complaints.is_empty() {
        return Err(refuse(read.source, complaints, context));
    }
    let total: f64 = sums.iter().sum();
    let chosen: Vec<((usize, usize), f64)> = places
        .into_iter()
        .zip(sums.iter().copied())
        .filter(|(_, count)| *count > 0.0)
        .collect();
    if chosen.is_empty() {
        return Err(Failure::input("nobody chose anything"));
    }
    let weights: Vec<f64> = chosen.iter().map(|(_, count)| *count).collect();
    let likelihood = Choices {
        model: &model,
        made: &chosen.iter().map(|(made, _)| *made).collect::<Vec<_>>(),
    };
    let block = Block::new("qre", ["lambda"], vec![1.0; chosen.len()]);
    let design = Design::new(chosen.len(), vec![block]).map_err(Failure::internal)?;
    let fitted = fit(
        &likelihood,
        &design,
        Some(&weights),
        &Options::default(),
        &context.control(),
    )
    .map_err(|why| Failure::input(why.to_string()))?;
    // Errors of scale one are compared by Λ(z/√2), and λ is what multiplies payoffs there.
    let scale = match link {
        Link::Logit => std::f64::consts::FRAC_1_SQRT_2,
        Link::Probit => 1.0,
    };
    let level = flags.level / 100.0;
    let error = fitted.standard_error(0).map(|e| e * scale);
    let lambda = fitted.coefficients[0] * scale;
    let mut warnings = super::words::flaws(&fitted, &design);
    if lambda < 0.0 {
        warnings.push("lambda is negative: worse moves are made more often".to_owned());
    }
    let answer = Answered {
        errors: Some(errors.word()),
        link: Some(link.word()),
        aic: Some(fitted.aic()),
        bic: Some(fitted.bic()),
        log_likelihood: fitted.log_likelihood,
        converged: fitted.converged,
        unbounded: fitted.is_unbounded(),
        coefficients: vec![row("lambda", lambda, error, level)],
        warnings,
        starts: fitted.ends.clone(),
        ..blank(loaded, &read, sums.len(), dropped, total, level, context)
    };
    done(&answer, !fitted.converged, flags, context)
}

fn row(name: &str, lambda: f64, error: Option<f64>, level: f64) -> Row {
    let inferred = error.map(|error| inference(lambda, error, level));
    Row {
        equation: "lambda".to_owned(),
        name: name.to_owned(),
        estimate: lambda,
        se: error,
        robust_se: None,
        z: inferred.map(|i| i[0]),
        p: inferred.map(|i| i[1]),
        low: inferred.map(|i| i[2]),
        high: inferred.map(|i| i[3]),
        bootstrap_se: None,
        bootstrap_low: None,
        bootstrap_high: None,
    }
}

fn said(name: &str, found: &Precision) -> Option<String> {
    match found.place {
        Place::Inside => None,
        Place::Zero => Some(format!(
            "{name}: choices are no better than chance, so the estimate is the bound 0"
        )),
        Place::Unbounded => Some(format!(
            "{name}: the likelihood never falls as lambda grows: it has no maximum, choices are as \
             good as an equilibrium"
        )),
    }
}

fn failed(why: &NoPrecision) -> Failure {
    match why {
        NoPrecision::CutShort(_) | NoPrecision::NotSolved(_) => Failure::Limit {
            message: why.to_string(),
            help: None,
        },
        _ => Failure::input(why.to_string()),
    }
}

/// An answer with nothing in it yet.
fn blank(
    loaded: &Loaded,
    read: &super::Table,
    rows: usize,
    dropped: usize,
    total: f64,
    level: f64,
    context: &Context,
) -> Answered {
    Answered {
        schema: "deterra/estimate/1",
        name: loaded.title.clone(),
        sha256: loaded.sha256.clone(),
        data: DataInfo {
            name: read.source.name.clone(),
            sha256: read.source.sha256(),
            rows,
            dropped,
        },
        model: "qre",
        errors: Some("agent"),
        link: Some("logit"),
        formula: None,
        scale: None,
        penalty: 0.0,
        level,
        coefficients: Vec::new(),
        log_likelihood: 0.0,
        aic: None,
        bic: None,
        n: total,
        converged: true,
        unbounded: false,
        warnings: Vec::new(),
        starts: Vec::new(),
        bootstrap: None,
        comparison: None,
        predictions: None,
        reproduce: reproduce(context),
    }
}

fn done(
    answer: &Answered,
    partial: bool,
    flags: &Flags,
    context: &Context,
) -> Result<Answer, Failure> {
    Ok(Answer {
        text: written(answer, flags, context)?.into(),
        exit: if partial {
            Exit::Partial
        } else {
            Exit::Answered
        },
    })
}

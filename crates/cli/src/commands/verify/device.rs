//! Devices: is this a correlated equilibrium of that kind, and if not, who gains by what.

use super::profile::payoffs;
use super::{One, judged_exactly, paid};
use crate::args::ConceptName;
use crate::commands::solve::correlated::own_before;
pub(super) use crate::commands::solve::correlated::{table_witness, tree_witness};
use crate::commands::solve::rows;
use crate::failure::Failure;
use crate::output::names::{Decision, Names, hint, table_players, table_strategies};
use crate::request::{self, Loaded, Model};
use crate::source::Source;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};
use deterra_game::profile::PureProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::correlated::{cell_payoffs, judge_cells, judge_plans, plan_payoffs};
use deterra_verify::verdict::{Concept, Verdict};
use serde_json::{Map, Value};

/// What the device draws, and how likely.
type Drawn<'v> = Vec<(&'v Map<String, Value>, Rational)>;

pub(super) fn judge_all(
    loaded: &Loaded,
    name: ConceptName,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let concept = name.concept();
    let document: Value = serde_json::from_str(&source.text)
        .map_err(|error| shape(&format!("the device is not valid JSON: {error}")))?;
    let tolerance = tolerance.cloned().unwrap_or_default();
    let one = match &loaded.model {
        Model::Tree(game) => tree(game, concept, &document, &tolerance)?,
        Model::Positions(game) => {
            let tree_of = game
                .unfold(super::MOST_UNFOLDED)
                .map_err(|error| Failure::Limit {
                    message: error.to_string(),
                    help: None,
                })?;
            tree(&tree_of, concept, &document, &tolerance)?
        }
        Model::Table(game) => table(game, concept, &document, &tolerance)?,
        Model::ActionGraph(game) => table(&request::expand(game)?, concept, &document, &tolerance)?,
        Model::Alike(_) => return Err(Failure::internal("histories were to be written out")),
        Model::Coalitional(_) => {
            return Err(super::super::solve::cooperative::no_strategies());
        }
        Model::Stochastic(_) => {
            return Err(Failure::usage(
                "a game that may go on for ever has no plans that a device could draw",
                "leave --concept out",
            ));
        }
    };
    Ok(vec![one])
}

fn shape(message: &str) -> Failure {
    Failure::input_help(
        message,
        "expected {\"device\": [{\"joint\": {…}, \"probability\": \"1/2\"}, …]}, as `deterra solve --json` writes it; joint has a \
         strategy by player, or of a tree an action by player and information set",
    )
}

/// The entries of a document, which may be the list alone.
fn drawn(document: &Value) -> Result<Drawn<'_>, Failure> {
    let list = document.get("device").unwrap_or(document).as_array();
    let list = list.ok_or_else(|| shape("there is no device in the document"))?;
    let all: Result<Vec<_>, Failure> = list
        .iter()
        .enumerate()
        .map(|(k, one)| entry(k, one))
        .collect();
    let all = all?;
    if let Some((_, p)) = all.iter().find(|(_, p)| p.is_negative()) {
        return Err(shape(&format!("the probability {p} is negative")));
    }
    let sum: Rational = all.iter().map(|(_, p)| p).sum();
    if !sum.is_one() {
        return Err(shape(&format!("the probabilities sum to {sum}, not to 1")));
    }
    Ok(all)
}

/// One entry of a device: what is told, and how likely.
fn entry(k: usize, entry: &Value) -> Result<(&Map<String, Value>, Rational), Failure> {
    let joint = entry.get("joint").and_then(Value::as_object);
    let joint = joint.ok_or_else(|| shape(&format!("entry {} has no `joint`", k + 1)))?;
    let text = match entry.get("probability") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return Err(shape(&format!("entry {} has no `probability`", k + 1))),
    };
    let number = Number::parse(text.trim()).map_err(|error| {
        shape(&format!(
            "`{text}` is not a probability (entry {}): {error}",
            k + 1
        ))
    })?;
    Ok((joint, number.into_value()))
}

/// The position of a name, or of `#k`.
pub(super) fn find(names: &[String], name: &str, what: &str) -> Result<usize, Failure> {
    let known = names.iter().position(|known| known == name);
    let number = || {
        name.strip_prefix('#')?
            .parse::<usize>()
            .ok()?
            .checked_sub(1)
    };
    known
        .or_else(|| number().filter(|k| *k < names.len()))
        .ok_or_else(|| {
            let all = names.iter().map(String::as_str);
            let help = hint(name, all.clone(), || {
                let shown: Vec<&str> = all.take(12).collect();
                format!("known are {}", shown.join(", "))
            });
            Failure::input_help(format!("there is no {what} called `{name}`"), help)
        })
}

fn table(
    game: &StrategicGame,
    concept: Concept,
    document: &Value,
    tolerance: &Rational,
) -> Result<One, Failure> {
    let device = of_table(game, document)?;
    let verdict = judge_cells(game, &device, concept, tolerance);
    check_table(game, document, (&device, &verdict))?;
    let row = rows::verdict(&verdict, |w| table_witness(game, w));
    Ok(judged_exactly("the device", &verdict, tolerance, row))
}

/// The cells that a document's device draws, and how likely.
pub(super) fn of_table(
    game: &StrategicGame,
    document: &Value,
) -> Result<Vec<(usize, Rational)>, Failure> {
    let drawn = drawn(document)?;
    let players = table_players(game);
    let strategies: Vec<Vec<String>> = game.players().map(|p| table_strategies(game, p)).collect();
    let mut device = Vec::with_capacity(drawn.len());
    for (joint, probability) in &drawn {
        let mut told = vec![None; players.len()];
        for (player, strategy) in *joint {
            let p = find(&players, player, "player")?;
            let strategy = strategy
                .as_str()
                .ok_or_else(|| shape(&format!("what {player} is told is no strategy")))?;
            let s = find(&strategies[p], strategy, &format!("strategy of {player}"))?;
            if told[p].replace(s as u32).is_some() {
                return Err(shape(&format!(
                    "an entry says twice what {} is told",
                    players[p]
                )));
            }
        }
        if let Some(p) = told.iter().position(Option::is_none) {
            return Err(shape(&format!(
                "an entry does not say what {} is told",
                players[p]
            )));
        }
        let told: Vec<u32> = told.into_iter().flatten().collect();
        device.push((game.cell_of(&told), probability.clone()));
    }
    Ok(device)
}

/// Refuses a device of a document that says that it pays something else.
pub(super) fn check_table(
    game: &StrategicGame,
    document: &Value,
    (device, verdict): (&[(usize, Rational)], &Verdict),
) -> Result<(), Failure> {
    if !verdict.holds() {
        return Ok(());
    }
    let (said, pays) = (payoffs(document), cell_payoffs(game, device));
    let players = table_players(game);
    paid::compare(("the device", &said), &players, &Rational::ZERO, &pays)
}

fn tree(
    game: &ExtensiveGame,
    concept: Concept,
    document: &Value,
    tolerance: &Rational,
) -> Result<One, Failure> {
    let names = Names::of_tree(game);
    let device = of_tree(game, &names, document)?;
    let verdict = judge_plans(game, &device, concept, tolerance);
    check_tree(game, document, (&device, &verdict))?;
    let row = rows::verdict(&verdict, |w| tree_witness(game, &names, w));
    Ok(judged_exactly("the device", &verdict, tolerance, row))
}

/// The plans that a document's device draws, and how likely.
pub(super) fn of_tree(
    game: &ExtensiveGame,
    names: &Names,
    document: &Value,
) -> Result<Vec<(PureProfile, Rational)>, Failure> {
    let drawn = drawn(document)?;
    let before = own_before(game);
    let mut device = Vec::with_capacity(drawn.len());
    for (joint, probability) in &drawn {
        let mut actions = vec![0; game.num_infosets()];
        let mut said = vec![false; game.num_infosets()];
        for (player, plan) in *joint {
            let p = find(&names.players, player, "player")?;
            let plan = plan
                .as_object()
                .ok_or_else(|| shape(&format!("what {player} is told is no plan")))?;
            let decisions: &[Decision] = &names.decisions[p];
            let known: Vec<String> = decisions.iter().map(|d| d.name.clone()).collect();
            for (infoset, action) in plan {
                let h = find(&known, infoset, &format!("information set of {player}"))?;
                let action = action.as_str().ok_or_else(|| {
                    shape(&format!("what {player} is told at {infoset} is no action"))
                })?;
                let what = format!("action of {player} at {infoset}");
                let action = find(&decisions[h].actions, action, &what)?;
                let infoset = game
                    .infoset(decisions[h].at)
                    .ok_or_else(|| Failure::internal("a decision has an information set"))?;
                actions[infoset.index()] = action as u32;
                if std::mem::replace(&mut said[infoset.index()], true) {
                    return Err(shape(&format!(
                        "an entry says twice what {player} is told at {}",
                        decisions[h].name
                    )));
                }
            }
        }
        // Only what a plan itself excludes may be left out.
        let mut comes = vec![false; game.num_infosets()];
        for (infoset, above) in game.infosets().zip(&before) {
            let h = infoset.index();
            comes[h] =
                above.is_none_or(|(a, k)| comes[a.index()] && actions[a.index()] == k as u32);
            if let (true, false, Some(player)) = (comes[h], said[h], game.infoset_player(infoset)) {
                let place = names.decision(player, game.members(infoset)[0]);
                return Err(shape(&format!(
                    "an entry does not say what {} is told at {}",
                    names.players[player.index()],
                    place.map_or("", |place| place.name.as_str())
                )));
            }
        }
        let plan = PureProfile::new(game, actions).map_err(|e| Failure::input(e.to_string()))?;
        device.push((plan, probability.clone()));
    }
    Ok(device)
}

/// As [`check_table`].
pub(super) fn check_tree(
    game: &ExtensiveGame,
    document: &Value,
    (device, verdict): (&[(PureProfile, Rational)], &Verdict),
) -> Result<(), Failure> {
    if !verdict.holds() {
        return Ok(());
    }
    let (said, pays) = (payoffs(document), plan_payoffs(game, device));
    let players: Vec<String> = Names::of_tree(game).players;
    paid::compare(("the device", &said), &players, &Rational::ZERO, &pays)
}

//! Pure equilibria of a table that no coalition leaves, and the deviations from the others.

use super::general::{LISTED, cell_row, finish};
use super::{Found, frame, rows, wanted};
use crate::args::Format;
use crate::context::Context;
use crate::failure::Exit;
use crate::output::gambit;
use crate::output::json::{Exact, Object};
use crate::output::model::{RefusedRow, WitnessMove, WitnessRow};
use crate::output::names::{Names, table_players, table_strategies};
use crate::request::Loaded;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_render::number::both;
use deterra_solve::control::Stop;
use deterra_solve::refine::joint::CoalitionalEquilibria;
use deterra_solve::solution::Solution;
use deterra_verify::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_verify::{coalition_proof, strong};
use std::rc::Rc;

/// Refused equilibria that are told in words.
const MOST_TOLD: usize = 12;

/// Whether a concept is about coalitions.
pub(crate) const fn is_about(concept: Concept) -> bool {
    matches!(concept, Concept::Strong | Concept::CoalitionProof)
}

/// Judges a cell.
pub(crate) fn judge(game: &StrategicGame, cell: usize, concept: Concept) -> Verdict {
    match concept {
        Concept::Strong => strong::judge_cell(game, cell),
        _ => coalition_proof::judge_cell(game, cell),
    }
}

/// Judges a profile that is pure; a mixed one is not judged.
pub(crate) fn judge_profile(
    game: &StrategicGame,
    profile: &MixedProfile,
    concept: Concept,
) -> Verdict {
    let sure = |row: &Vec<Rational>| row.iter().position(Rational::is_one).map(|s| s as u32);
    let chosen: Option<Vec<u32>> = profile.players().iter().map(sure).collect();
    match chosen {
        Some(chosen) => judge(game, game.cell_of(&chosen), concept),
        None => Verdict::unchecked(concept, "of coalitions only pure profiles are judged"),
    }
}

pub(super) fn found<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &CoalitionalEquilibria,
    context: &Context,
) -> Found {
    let names = Rc::new(Names::of_table(game));
    let players = names.players.clone();
    let mut solved = frame(loaded, &players, solution, context);
    solved.count = Some(answer.cells.len().to_string());
    let concept = solution.concept();
    let judged = |cell| rows::judged(concept, context, || judge(game, cell, concept));
    let listed = wanted(context, LISTED);
    let mut lines = String::new();
    let mut ended = None;
    let mut held = 0;
    for (k, cell) in answer.cells.iter().enumerate().take(listed) {
        ended = context.stop_list(k, held);
        if ended.is_some() {
            break;
        }
        let payoffs: Vec<Rational> = game
            .players()
            .map(|player| game.payoff(*cell, player).clone())
            .collect();
        if context.shared.format() == Format::Gambit {
            lines += &gambit::cell_line(game, &game.strategies_of(*cell));
        }
        let row = cell_row(game, &names, *cell, &payoffs, &judged(*cell));
        held += row.bytes();
        solved.equilibria.push(row);
    }
    let mut refused = Vec::new();
    for one in answer.refused.iter().take(listed) {
        ended = ended.or_else(|| context.stop_list(refused.len() + 1, held));
        if ended.is_some() {
            break;
        }
        refused.push(refusal(game, &players, one.cell, &judged(one.cell)));
    }
    let notes: Vec<String> = refused
        .iter()
        .take(MOST_TOLD)
        .filter_map(|row| Some((row, row.verdict.witness.as_ref()?)))
        .map(|(row, witness)| {
            format!(
                "Refused: the Nash equilibrium {}, from which {}.",
                row.name, witness.sentence
            )
        })
        .collect();
    let more = answer.refused.len() - notes.len();
    solved.refused = Some(refused);
    let complete = solved.complete;
    let mut found = finish(loaded, &players, solution, solved, lines, (ended, context));
    found.remarks.notes.extend(notes);
    if more > 0 {
        let more = format!("{more} Nash equilibria more are refused; JSON with --list N has them.");
        found.remarks.notes.push(more);
    }
    if answer.undecided > 0 {
        found.remarks.notes.push(format!(
            "Of {} Nash equilibria it was not decided.",
            answer.undecided
        ));
    }
    if answer.cells.is_empty() && solution.stop() == Stop::Done && ended.is_none() {
        // There need not be one, so that there is none among pure profiles is an answer.
        found.solved.complete = complete;
        found.solved.complete_among = complete.then_some("pure");
        if !context.shared.all {
            found.exit = Exit::Answered;
        }
    }
    found
}

/// A Nash equilibrium that a coalition leaves.
fn refusal(game: &StrategicGame, players: &[String], cell: usize, verdict: &Verdict) -> RefusedRow {
    let chosen: Vec<String> = game
        .players()
        .map(|player| table_strategies(game, player).swap_remove(game.strategy_in(cell, player)))
        .collect();
    RefusedRow {
        name: format!("({})", chosen.join(", ")),
        strategies: Object(players.iter().cloned().zip(chosen).collect()),
        verdict: rows::verdict(verdict, |w| witness(game, w)),
    }
}

/// A joint deviation in words.
pub(crate) fn witness(game: &StrategicGame, witness: &Witness) -> WitnessRow {
    let players = table_players(game);
    let Deviation::Joint { moves } = &witness.deviation else {
        return super::general::table_witness(game, witness);
    };
    let name = |player: &PlayerId| players[player.index()].clone();
    let moves: Vec<(String, String)> = moves
        .iter()
        .map(|(player, to)| {
            let strategy = table_strategies(game, *player).swap_remove(*to as usize);
            (name(player), strategy)
        })
        .collect();
    let who: Vec<&str> = moves.iter().map(|(player, _)| player.as_str()).collect();
    let what: Vec<String> = moves.iter().map(|(_, to)| format!("\"{to}\"")).collect();
    let what: Vec<&str> = what.iter().map(String::as_str).collect();
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        sentence: if moves.len() > 1 {
            format!(
                "{} together gain at least {} each by playing {}",
                in_words(&who),
                both(&witness.gain),
                in_words(&what)
            )
        } else {
            format!(
                "{} gains {} by playing {}",
                who.concat(),
                both(&witness.gain),
                what.concat()
            )
        },
        player: name(&witness.player),
        approx: gain.approx(),
        gain,
        subgame: None,
        moves: moves
            .into_iter()
            .map(|(infoset, action)| WitnessMove { infoset, action })
            .collect(),
    }
}

/// "a, b and c".
fn in_words(all: &[&str]) -> String {
    match all {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => all.concat(),
    }
}

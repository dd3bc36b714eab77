//! Equilibria of games that backward induction does not solve: trees with hidden moves and
//! tables.

use super::many::{self, Played};
use super::rows;
use super::{Found, MOST_LISTED, Shown, exit_of, frame, headline, wanted};
use crate::args::Format;
use crate::context::Context;
use crate::output::gambit;
use crate::output::json::Exact;
use crate::output::model::{Equilibrium, OutcomeRow, StepRow, WitnessMove, WitnessRow};
use crate::output::names::{Names, place, table_players, table_strategies};
use crate::output::path::Path;
use crate::output::profile::{Packed, Profile};
use crate::output::text::Remarks;
use crate::request::Loaded;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId};
use deterra_game::number::Rational;
use deterra_game::patience;
use deterra_game::profile::{BehaviorProfile, MixedProfile, PureProfile};
use deterra_game::strategic::StrategicGame;
use deterra_render::number::both;
use deterra_solve::control::Stop;
use deterra_solve::count::Count;
use deterra_solve::method::Method;
use deterra_solve::nash::pure::{MIXED_NOT_SEARCHED, PureEquilibria, PureTreeEquilibria};
use deterra_solve::perfect::subgame::SubgameEquilibria;
use deterra_solve::solution::Solution;
use deterra_verify::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_verify::{nash, payoff, subgame_perfect};
use std::rc::Rc;

/// Equilibria listed where nothing else is asked for.
pub(super) const LISTED: usize = 100;

/// Subgame-perfect equilibria of a tree with hidden moves.
pub(super) fn subgame_perfect_tree<A>(
    game: &ExtensiveGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &SubgameEquilibria,
    context: &Context,
) -> Found {
    let count = answer.count().to_string();
    let listed = answer.list(game, wanted(context, LISTED).min(MOST_LISTED));
    let equilibria = listed.into_iter().map(|(profile, payoffs)| {
        let judge = || subgame_perfect::judge_behavior(game, &profile, &Rational::ZERO);
        let verdict = rows::judged(Concept::SubgamePerfect, context, judge);
        (profile, payoffs, verdict)
    });
    let mut found = tree(game, loaded, solution, Some(count), equilibria, context);
    if solution.not_searched() != Some(MIXED_NOT_SEARCHED) {
        found.solved.scope = "all";
        found.solved.complete = solution.is_complete();
        // Pure equilibria are all there wherever something else is missing.
        found.solved.complete_among = match (solution.is_complete(), solution.stop()) {
            (true, _) => Some("all"),
            (false, Stop::Done) => Some("pure"),
            _ => None,
        };
    }
    found.remarks.notes.push(
        "Note: where a player cannot tell histories apart no subgame starts, so subgame perfection \
         does not test every threat."
            .to_owned(),
    );
    if loaded.ladder.as_ref().is_some_and(|l| !l.rungs.is_empty()) {
        found.remarks.notes.push(
            "Note: where something is hidden the rung table needs beliefs, which --concept pbe finds; \
             --given ACTOR=TYPE makes a type known to everybody."
                .to_owned(),
        );
    }
    found
}

/// Nash equilibria of a tree.
pub(super) fn nash_tree<A>(
    game: &ExtensiveGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &PureTreeEquilibria,
    context: &Context,
) -> Found {
    let count = answer.profiles().len().to_string();
    let full = counted_in_full(game, answer.profiles());
    let listed = answer.profiles().iter().zip(answer.payoffs());
    let judged = |(pure, payoffs): (&PureProfile, &Vec<Rational>)| {
        let profile = BehaviorProfile::from_pure(game, pure);
        let judge = || nash::judge_behavior(game, &profile, &Rational::ZERO);
        let verdict = rows::judged(Concept::Nash, context, judge);
        (profile, payoffs.clone(), verdict)
    };
    let equilibria = listed.take(wanted(context, LISTED)).map(judged);
    let mut found = tree(game, loaded, solution, Some(count), equilibria, context);
    found.solved.count_unreduced = full.map(|count| count.to_string());
    found
}

/// Whether on some play a player moves more than once, so that an earlier move of hers may rule
/// out a later one.
fn some_moves_twice(game: &ExtensiveGame) -> bool {
    let mut moved = vec![false; game.num_nodes()];
    game.players().any(|player| {
        for node in game.nodes() {
            let before = game
                .parent(node)
                .is_some_and(|parent| moved[parent.index()]);
            let moves = matches!(game.kind(node), NodeKind::Decision(mover, _) if mover == player);
            if before && moves {
                return true;
            }
            moved[node.index()] = before || moves;
        }
        false
    })
}

/// Nodes that are looked at to count equilibria in strategies that are not reduced.
const MOST_COUNTED: usize = 100_000_000;

/// How many equilibria there are if choices that a player's own earlier move rules out are told
/// apart: any choice is as good there.
///
/// # Returns
/// `None` if there are too many to look at.
fn counted_in_full(game: &ExtensiveGame, profiles: &[PureProfile]) -> Option<Count> {
    let work = game.num_nodes().checked_mul(game.num_players())?;
    if work.checked_mul(profiles.len())? > MOST_COUNTED {
        return None;
    }
    let mut all = Count::ZERO;
    // Whether the player's own moves so far lead there.
    let mut open = vec![true; game.num_nodes()];
    for profile in profiles {
        let mut product = Count::ONE;
        for player in game.players() {
            for node in game.nodes().skip(1) {
                let Some(parent) = game.parent(node) else {
                    continue;
                };
                let ruled_out = match game.kind(parent) {
                    NodeKind::Decision(mover, infoset) if mover == player => {
                        game.incoming(node) != Some(profile.action(infoset))
                    }
                    _ => false,
                };
                open[node.index()] = open[parent.index()] && !ruled_out;
            }
            for infoset in game.player_infosets(player) {
                if !game.members(infoset).iter().any(|n| open[n.index()]) {
                    product = product.times(&Count::from(game.num_actions(infoset) as u64));
                }
            }
        }
        all = all.plus(&product);
    }
    Some(all)
}

pub(super) fn tree<A>(
    game: &ExtensiveGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    count: Option<String>,
    equilibria: impl Iterator<Item = (BehaviorProfile, Vec<Rational>, Verdict)>,
    context: &Context,
) -> Found {
    let names = Rc::new(Names::of_tree(game));
    let mut solved = frame(loaded, &names.players, solution, context);
    solved.count = count;
    if some_moves_twice(game) {
        solved.counted_in = "reduced strategies";
    }
    let unled = match solution.method() {
        Method::Pure => gambit::Unled::Zeros,
        Method::Lp | Method::SequenceForm => gambit::Unled::Even,
        _ => gambit::Unled::Kept,
    };
    let mut lines = String::new();
    let mut ended = None;
    let mut held = 0;
    let mut is_cut = false;
    for (profile, payoffs, verdict) in equilibria {
        ended = context.stop_list(solved.equilibria.len(), held);
        if ended.is_some() {
            break;
        }
        if context.shared.format() == Format::Gambit {
            lines += &gambit::behavior_line(game, profile.as_slice(), verdict.is_exact(), unled);
        }
        // Fractions grow with every move of a play.
        let played = patience::within(&context.patience(), || played(game, &names, &profile));
        is_cut |= played.is_err();
        let played = played.unwrap_or_else(|_| Played::nothing());
        let row = played_tree(game, &names, (&profile, played), &payoffs, &verdict);
        held += row.bytes();
        solved.equilibria.push(row);
    }
    let ended = (ended, context);
    let mut found = finish(loaded, &names.players, solution, solved, lines, ended);
    if is_cut {
        let note = "Note: the time was up before it was worked out how play ends.";
        found.remarks.notes.push(note.to_owned());
    }
    found
}

/// Nash equilibria of a table.
pub(super) fn table<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &PureEquilibria,
    context: &Context,
) -> Found {
    let names = Rc::new(Names::of_table(game));
    let mut solved = frame(loaded, &names.players, solution, context);
    solved.count = Some(answer.cells().len().to_string());
    let mut lines = String::new();
    let mut ended = None;
    let mut held = size_of_val(answer.cells());
    let listed = answer.cells().len().min(wanted(context, LISTED));
    // Room that is not used takes no memory; a list that grows does while it is copied.
    solved.equilibria.reserve_exact(listed);
    for k in 0..listed {
        ended = context.stop_list(k, held);
        if ended.is_some() {
            break;
        }
        let cell = answer.cells()[k];
        let verdict = rows::judged(Concept::Nash, context, || nash::judge_cell(game, cell));
        if context.shared.format() == Format::Gambit {
            lines += &gambit::cell_line(game, &answer.strategies(game, k));
        }
        let row = cell_row(game, &names, cell, &answer.payoffs(game, k), &verdict);
        held += row.bytes();
        solved.equilibria.push(row);
    }
    finish(
        loaded,
        &names.players,
        solution,
        solved,
        lines,
        (ended, context),
    )
}

/// Floats that differ by more than this, per unit of the greater one, differ in the same order as what they stand for.
const NEAR: f64 = 1e-12;

/// `ended` says why not all were listed that were asked for.
pub(super) fn finish<A>(
    loaded: &Loaded,
    players: &[String],
    solution: &Solution<A>,
    mut solved: crate::output::model::Solved,
    lines: String,
    (ended, context): (Option<Stop>, &Context),
) -> Found {
    if let Some(stop) = ended {
        solved.stop = stop.word();
    }
    let stop = ended.unwrap_or(solution.stop());
    if solved.count.as_deref() == Some("0") {
        // Every game has an equilibrium, so others are there.
        solved.complete = false;
        solved.complete_among = None;
    }
    for (k, equilibrium) in solved.equilibria.iter_mut().enumerate() {
        equilibrium.id = k + 1;
    }
    let shown = if solved.equilibria.is_empty() && !solution.is_complete() {
        Shown::Nothing
    } else {
        let all = solved.count.as_deref() == Some(solved.equilibria.len().to_string().as_str());
        if all { Shown::All } else { Shown::Some }
    };
    Found {
        exit: exit_of(stop, solution.is_complete(), shown, context),
        remarks: Remarks {
            headline: headline(loaded, players),
            ..Remarks::default()
        },
        solved,
        lines,
    }
}

/// How play ends under a profile, likeliest first.
pub(super) fn outcomes(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<OutcomeRow> {
    reached(game, &payoff::realization(game, profile))
}

/// The same, given how likely every node is reached.
fn reached(game: &ExtensiveGame, reach: &[Rational]) -> Vec<OutcomeRow> {
    let mut outcomes: Vec<OutcomeRow> = game
        .nodes()
        .filter(|n| game.is_terminal(*n) && !reach[n.index()].is_zero())
        .map(|n| {
            let label = game.outcome(n).map_or("", |o| game.outcome_label(o));
            rows::outcome(label, place(game, n), &reach[n.index()])
        })
        .collect();
    // Long fractions are compared only where floats are too near to tell.
    outcomes.sort_by(|a, b| match (a.approx, b.approx) {
        (Some(x), Some(y)) if (x - y).abs() > NEAR * x.max(y) => y.total_cmp(&x),
        _ => b.probability.0.cmp(&a.probability.0),
    });
    outcomes
}

/// A behavior profile of a tree as a row.
pub(super) fn row(
    game: &ExtensiveGame,
    names: &Rc<Names>,
    profile: &BehaviorProfile,
    payoffs: &[Rational],
    verdict: &Verdict,
) -> Equilibrium {
    let played = played(game, names, profile);
    played_tree(game, names, (profile, played), payoffs, verdict)
}

/// What is played under a profile.
fn played(game: &ExtensiveGame, names: &Names, profile: &BehaviorProfile) -> Played {
    many::played(game, names, profile).unwrap_or_else(|| listed(game, names, profile))
}

/// The row of a profile and what is played under it.
fn played_tree(
    game: &ExtensiveGame,
    names: &Rc<Names>,
    (profile, played): (&BehaviorProfile, Played),
    payoffs: &[Rational],
    verdict: &Verdict,
) -> Equilibrium {
    let Played { name, ends, steps } = played;
    let (exact, approx) = rows::payoffs(&names.players, payoffs);
    Equilibrium {
        id: 1,
        name,
        selected: false,
        profile_by: None,
        beliefs: None,
        action_values: None,
        refinements: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        profile: Some(Profile::shares(names, profile.as_slice().to_vec())),
        payoffs: exact,
        approx,
        outcomes: ends,
        path: Path::Steps(steps),
        stationary: None,
        stands_for: None,
        verdict: rows::verdict(verdict, |w| {
            rows::witness(game, names, |h: InfosetId| game.members(h)[0], w)
        }),
    }
}

/// What is played, every end and decision that is reached.
fn listed(game: &ExtensiveGame, names: &Names, profile: &BehaviorProfile) -> Played {
    let reach = payoff::realization(game, profile);
    let outcomes = reached(game, &reach);
    let mut steps: Vec<(u32, StepRow)> = Vec::new();
    for infoset in game.infosets() {
        // A set that is met twice in a play is reached once.
        let mut end = NodeId::ROOT;
        let mut here = Rational::ZERO;
        for member in game.members(infoset) {
            if *member >= end {
                end = game.subtree_end(*member);
                here = &here + &reach[member.index()];
            }
        }
        let Some(player) = game.infoset_player(infoset).filter(|_| !here.is_zero()) else {
            continue;
        };
        let first = game.members(infoset)[0];
        for (k, probability) in profile.at(game, infoset).iter().enumerate() {
            if !probability.is_zero() {
                let step = rows::step(names, player, first, k, &(&here * probability));
                steps.extend(step.map(|step| (first.0, step)));
            }
        }
    }
    // In the order in which sets are first met.
    steps.sort_by_key(|(first, _)| *first);
    Played {
        name: rows::name(&outcomes),
        ends: outcomes.into(),
        steps: steps.into_iter().map(|(_, step)| step).collect(),
    }
}

/// A mixed profile of a table as a row; the one information set is named after the player.
pub(super) fn table_row(
    game: &StrategicGame,
    profile: &MixedProfile,
    payoffs: &[Rational],
    verdict: &Verdict,
) -> Equilibrium {
    let names = Rc::new(Names::of_table(game));
    mixed_row(game, &names, profile.clone(), payoffs, verdict)
}

/// The same as one of many rows.
pub(super) fn mixed_row(
    game: &StrategicGame,
    names: &Rc<Names>,
    profile: MixedProfile,
    payoffs: &[Rational],
    verdict: &Verdict,
) -> Equilibrium {
    let probabilities = profile.into_players().into_iter().flatten().collect();
    let profile = Profile::shares(names, probabilities);
    played_row(game, names, profile, payoffs, verdict)
}

/// A pure profile of a table as one of many rows.
pub(super) fn cell_row(
    game: &StrategicGame,
    names: &Rc<Names>,
    cell: usize,
    payoffs: &[Rational],
    verdict: &Verdict,
) -> Equilibrium {
    let chosen = game.strategies_of(cell);
    let profile = Profile::Pure(Packed::new(names, |d| chosen[d.at.index()]));
    played_row(game, names, profile, payoffs, verdict)
}

fn played_row(
    game: &StrategicGame,
    names: &Rc<Names>,
    profile: Profile,
    payoffs: &[Rational],
    verdict: &Verdict,
) -> Equilibrium {
    let mut played = Vec::new();
    profile.each(|_, _, action, probability| {
        if !probability.is_zero() {
            played.push(action.to_owned());
        }
    });
    let (exact, approx) = rows::payoffs(&names.players, payoffs);
    Equilibrium {
        id: 1,
        name: format!("({})", played.join(", ")),
        selected: false,
        profile_by: None,
        beliefs: None,
        action_values: None,
        refinements: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        path: Path::Played(profile.clone()),
        profile: Some(profile),
        payoffs: exact,
        approx,
        outcomes: Vec::new().into(),
        stationary: None,
        stands_for: None,
        verdict: rows::verdict(verdict, |w| table_witness(game, w)),
    }
}

/// A deviation in a table.
pub(crate) fn table_witness(game: &StrategicGame, witness: &Witness) -> WitnessRow {
    let player = table_players(game).swap_remove(witness.player.index());
    let to = match witness.deviation {
        Deviation::Strategy { to } => {
            table_strategies(game, witness.player).swap_remove(to as usize)
        }
        Deviation::Response { action, .. } => {
            table_strategies(game, witness.player).swap_remove(action as usize)
        }
        _ => String::new(),
    };
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        sentence: match witness.deviation {
            Deviation::Response { .. } => rows::response_sentence(&to, &player, &witness.gain),
            _ => format!("{player} gains {} by playing \"{to}\"", both(&witness.gain)),
        },
        approx: gain.approx(),
        gain,
        subgame: None,
        moves: vec![WitnessMove {
            infoset: player.clone(),
            action: to,
        }],
        player,
    }
}

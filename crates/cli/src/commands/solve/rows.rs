//! Rows of an answer: how play ends, which decisions are reached, what the judge says.

use crate::context::Context;
use crate::output::json::{Exact, Object};
use crate::output::model::{OutcomeRow, StepRow, VerdictRow, WitnessMove, WitnessRow};
use crate::output::names::{Names, place};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::{self, Ended};
use deterra_game::positional::PositionGraph;
use deterra_render::number::{both, decimal, percent};
use deterra_verify::verdict::{Concept, Deviation, Status, Verdict, Witness};

/// Moves of a deviation that its sentence names; JSON has them all beside it.
const MOST_MOVES: usize = 8;

/// What a judge says of an equilibrium that is listed, if it says so while there is time.
pub(crate) fn judged(
    concept: Concept,
    context: &Context,
    judge: impl FnOnce() -> Verdict,
) -> Verdict {
    patience::within(&context.patience(), judge).unwrap_or_else(|ended| {
        let why = match ended {
            Ended::Late => "the time was up before it was judged",
            Ended::Cancelled => "it was interrupted before it was judged",
        };
        Verdict::unchecked(concept, why)
    })
}

/// Payoffs by player, exact and as decimals.
pub(crate) fn payoffs(
    players: &[String],
    payoffs: &[Rational],
) -> (Object<Exact>, Object<Option<f64>>) {
    let exact = || players.iter().zip(payoffs);
    (
        exact()
            .map(|(name, x)| (name.clone(), Exact::from(x)))
            .collect(),
        exact()
            .map(|(name, x)| (name.clone(), Exact::from(x).approx()))
            .collect(),
    )
}

/// One way for play to end.
pub(crate) fn outcome(label: &str, node: String, probability: &Rational) -> OutcomeRow {
    let probability = Exact::from(probability);
    OutcomeRow {
        outcome: if label.is_empty() {
            node.clone()
        } else {
            label.to_owned()
        },
        node,
        approx: probability.approx(),
        probability,
    }
}

/// A decision that is reached.
pub(crate) fn step(
    names: &Names,
    player: PlayerId,
    at: NodeId,
    action: usize,
    probability: &Rational,
) -> Option<StepRow> {
    let decision = names.decision(player, at)?;
    let probability = Exact::from(probability);
    Some(StepRow {
        player: names.players[player.index()].clone(),
        infoset: decision.name.clone(),
        position: Some(at.index() + 1),
        action: decision.actions[action].clone(),
        approx: probability.approx(),
        probability,
    })
}

/// A few words that tell an equilibrium from others: how play ends under it, equal outcomes
/// together.
pub(crate) fn name(outcomes: &[OutcomeRow]) -> String {
    let mut sums: Vec<(&str, Rational)> = Vec::new();
    for row in outcomes {
        match sums.iter().position(|(label, _)| *label == row.outcome) {
            Some(at) => sums[at].1 += &row.probability.0,
            None if sums.len() > 3 => {}
            None => sums.push((&row.outcome, row.probability.0.clone())),
        }
    }
    name_of(sums.iter().map(|(label, sum)| (*label, sum)))
}

/// The same of outcomes that are put together, in order.
pub(crate) fn name_of<'r>(sums: impl Iterator<Item = (&'r str, &'r Rational)>) -> String {
    let sums: Vec<_> = sums.take(4).collect();
    let shown: Vec<String> = match sums.as_slice() {
        [(only, _)] => vec![(*only).to_owned()],
        several => several
            .iter()
            .take(3)
            .map(|(label, p)| format!("{label} {}", percent(p)))
            .collect(),
    };
    let more = if sums.len() > 3 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The verdict, with its witness in words.
pub(crate) fn verdict(verdict: &Verdict, describe: impl Fn(&Witness) -> WitnessRow) -> VerdictRow {
    let error = Exact::from(&verdict.error);
    VerdictRow {
        concept: verdict.concept.name(),
        status: verdict.status.word(),
        approx: error.approx(),
        error,
        witness: verdict.witness.as_ref().map(describe),
        reason: match &verdict.status {
            Status::Unchecked(reason) => Some(reason.clone()),
            _ => None,
        },
    }
}

/// A deviation in a game played move by move.
pub(crate) fn witness<G: PositionGraph + ?Sized>(
    game: &G,
    names: &Names,
    first_member: impl Fn(deterra_game::id::InfosetId) -> NodeId,
    witness: &Witness,
) -> WitnessRow {
    let player = &names.players[witness.player.index()];
    let changed = |at: NodeId, action: usize| {
        names
            .decision(witness.player, at)
            .map(|decision| WitnessMove {
                infoset: decision.name.clone(),
                action: decision.actions[action].clone(),
            })
    };
    let (subgame, moves): (Option<NodeId>, Vec<WitnessMove>) = match &witness.deviation {
        Deviation::Actions { subgame, moves } => (
            Some(*subgame),
            moves
                .iter()
                .filter_map(|(h, action)| changed(first_member(*h), *action as usize))
                .collect(),
        ),
        Deviation::Move { position, to } => (
            Some(*position),
            changed(*position, *to as usize).into_iter().collect(),
        ),
        Deviation::Continuation { infoset, moves } => {
            let changes = moves
                .iter()
                .filter_map(|(h, action)| changed(first_member(*h), *action as usize))
                .collect();
            return from_set(game, names, first_member(*infoset), changes, witness);
        }
        Deviation::Belief {
            infoset,
            node,
            implied,
        } => {
            return about_beliefs(
                game,
                names,
                first_member(*infoset),
                Some((*node, implied)),
                witness,
            );
        }
        Deviation::Inconsistent { infoset } => {
            return about_beliefs(game, names, first_member(*infoset), None, witness);
        }
        Deviation::Dominated {
            infoset,
            action,
            by,
        } => {
            return dominated(names, first_member(*infoset), (*action, by), witness);
        }
        Deviation::Response { at, action } => {
            (None, changed(*at, *action as usize).into_iter().collect())
        }
        _ => (None, Vec::new()),
    };
    let mut plays: Vec<String> = moves
        .iter()
        .take(MOST_MOVES)
        .map(|m| format!("\"{}\" at {}", m.action, m.infoset))
        .collect();
    if let left @ 1.. = moves.len() - plays.len() {
        plays.push(format!("{left} more moves"));
    }
    let place = match subgame {
        Some(root) if root != NodeId::ROOT => format!("in the subgame at {}, ", place(game, root)),
        _ => String::new(),
    };
    let gain = Exact::from(&witness.gain);
    let sentence = match (&witness.deviation, moves.as_slice()) {
        (Deviation::Response { .. }, [one]) => {
            response_sentence(&one.action, &one.infoset, &witness.gain)
        }
        _ => format!(
            "{place}{player} gains {} by playing {}",
            both(&witness.gain),
            plays.join(" and ")
        ),
    };
    WitnessRow {
        player: player.clone(),
        sentence,
        approx: gain.approx(),
        gain,
        subgame: subgame.map(|root| crate::output::names::place(game, root)),
        moves,
    }
}

/// A deviation from an information set on, judged by the beliefs there.
fn from_set<G: PositionGraph + ?Sized>(
    game: &G,
    names: &Names,
    at: NodeId,
    moves: Vec<WitnessMove>,
    witness: &Witness,
) -> WitnessRow {
    let player = &names.players[witness.player.index()];
    let set = names
        .decision(witness.player, at)
        .map_or_else(|| place(game, at), |d| d.name.clone());
    let plays: Vec<String> = moves
        .iter()
        .map(|m| format!("\"{}\" at {}", m.action, m.infoset))
        .collect();
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        player: player.clone(),
        sentence: format!(
            "at {set}, given what {player} believes there, {player} gains {} by playing {}",
            both(&witness.gain),
            plays.join(" and ")
        ),
        approx: gain.approx(),
        gain,
        subgame: None,
        moves,
    }
}

/// Beliefs that are not what the profile makes them.
fn about_beliefs<G: PositionGraph + ?Sized>(
    game: &G,
    names: &Names,
    at: NodeId,
    wrong: Option<(NodeId, &Option<Rational>)>,
    witness: &Witness,
) -> WitnessRow {
    let player = &names.players[witness.player.index()];
    let set = names
        .decision(witness.player, at)
        .map_or_else(|| place(game, at), |d| d.name.clone());
    let sentence = match wrong {
        Some((node, Some(implied))) => format!(
            "what {player} believes at {set} of node {} is off by {}: Bayes' rule makes it {}",
            place(game, node),
            both(&witness.gain),
            both(implied)
        ),
        Some((_, None)) => format!(
            "what {player} believes at {set} weighs mistakes against each other otherwise than \
             beliefs elsewhere do, by {}",
            both(&witness.gain)
        ),
        None => format!(
            "no small mistakes give the beliefs of {player} at {set} together with those before it"
        ),
    };
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        player: player.clone(),
        sentence,
        approx: gain.approx(),
        gain,
        subgame: None,
        moves: Vec::new(),
    }
}

/// An action in use that no mistakes justify.
fn dominated(
    names: &Names,
    at: NodeId,
    (action, by): (u32, &[u32]),
    witness: &Witness,
) -> WitnessRow {
    let player = &names.players[witness.player.index()];
    let decision = names.decision(witness.player, at);
    let set = decision.map_or_else(String::new, |d| d.name.clone());
    let label = |k: u32| decision.map_or_else(String::new, |d| d.actions[k as usize].clone());
    let better: Vec<String> = by.iter().map(|k| format!("\"{}\"", label(*k))).collect();
    let mixture = if by.len() > 1 { "a mixture of " } else { "" };
    let gain = Exact::from(&witness.gain);
    WitnessRow {
        player: player.clone(),
        sentence: format!(
            "at {set}, {mixture}{} is better for {player} than \"{}\", however small mistakes are \
             made: never worse, and sometimes better",
            better.join(" and "),
            label(action)
        ),
        approx: gain.approx(),
        gain,
        subgame: None,
        moves: by
            .iter()
            .map(|k| WitnessMove {
                infoset: set.clone(),
                action: label(*k),
            })
            .collect(),
    }
}

/// A probability that is off, in words.
pub(crate) fn response_sentence(action: &str, infoset: &str, gap: &Rational) -> String {
    format!(
        "the probability of \"{action}\" at {infoset} may be off by {}",
        decimal(gap)
    )
}

//! What only the game shows to be odd: what play never reaches, and off-ramps that invite.

use super::world::World;
use crate::model::{Answer, Form, Ladder, NodeRule};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::NodeId;
use deterra_game::positional::{Mover, PositionGraph};

/// Warns of nodes that no move leads to.
fn unmet(world: &World<'_>, nodes: &[NodeRule], never: impl Fn(&usize) -> bool) {
    for at in (0..nodes.len()).filter(never) {
        let node = &nodes[at];
        let message = format!("play never comes to node \"{}\"", node.id);
        world.say(
            Diagnostic::warning("D083", node.span.clone(), message).help("no move leads there"),
        );
    }
}

/// Warns of what is odd about a game; a graph is no acyclic one and has no offers.
pub(super) fn lint(
    world: &World<'_>,
    graph: Option<&dyn PositionGraph>,
    offers: &[(NodeId, Vec<usize>)],
) {
    if !world.rounded().is_empty() {
        let message = "some numbers of the game are rounded, so results are not exact";
        world.say(
            Diagnostic::warning("D043", 0..0, message).help(
                "exp, log, irrational roots and broken powers are rounded; fractions are exact",
            ),
        );
    }
    let reached = world.reached.borrow();
    let never = |at: &usize| !reached.contains(at);
    match &world.scenario.form {
        Form::Ladder(ladder) => {
            for at in (0..ladder.rungs.len()).filter(never) {
                let rung = &ladder.rungs[at];
                let message = format!("play never comes to rung \"{}\"", rung.id);
                world.say(
                    Diagnostic::warning("D083", rung.span.clone(), message)
                        .help("what it requires is never done, the horizon ends before, or an earlier stage always ends play"),
                );
            }
            let offered = world.ramps.borrow();
            for (at, ramp) in ladder.off_ramps.iter().enumerate() {
                if !offered.contains(&at) {
                    let message = format!("the off-ramp \"{}\" is never open", ramp.id);
                    world.say(
                        Diagnostic::warning("D083", ramp.span.clone(), message).help(
                            "it is open to the target of its rung only, and before the deadline",
                        ),
                    );
                }
            }
            closed_jumps(world, ladder);
            if let Some(graph) = graph.filter(|_| ladder.peace) {
                invitations(world, graph, offers);
            }
        }
        Form::Tree(tree) => unmet(world, &tree.nodes, never),
        Form::Graph(graph) => unmet(world, &graph.tree.nodes, never),
    }
}

/// Options to jump to a later rung that no decision has.
fn closed_jumps(world: &World<'_>, ladder: &Ladder) {
    let jumps = world.jumps.borrow();
    for response in &ladder.responses {
        for option in &response.options {
            let Answer::Jump(later) = option else {
                continue;
            };
            if jumps.contains(&(response.span.start, *later)) {
                continue;
            }
            let rung = &ladder.rungs[*later];
            let message = format!("the option \"{}\" of this response is never open", rung.id);
            let warning = Diagnostic::warning("D087", response.span.clone(), message);
            world.say(if rung.requires.is_empty() {
                warning.help("one can jump only to a later rung that the horizon leaves")
            } else {
                let needed = rung.requires.iter().map(|at| ladder.rungs[*at].id.as_str());
                let needed = needed.collect::<Vec<_>>().join(", ");
                warning
                    .note(
                        rung.span.clone(),
                        format!(
                            "\"{}\" requires {needed}, which is not done before",
                            rung.id
                        ),
                    )
                    .help("remove the option, or what the rung requires")
            });
        }
    }
}

/// Off-ramps that pay their taker more than being left in peace: whoever challenges is rewarded.
fn invitations(world: &World<'_>, graph: &dyn PositionGraph, offers: &[(NodeId, Vec<usize>)]) {
    let Form::Ladder(ladder) = &world.scenario.form else {
        return;
    };
    let Some((first, moves)) = offers.first() else {
        return;
    };
    let Mover::Player(player) = graph.mover(*first) else {
        return;
    };
    let paid = |position, k| {
        let end = graph.successor(position, k);
        Some((end, graph.payoff_at(end, player)?.value().clone()))
    };
    let Some((_, quiet)) = moves.first().and_then(|k| paid(*first, *k)) else {
        return;
    };
    // With several types every type has a payoff of its own, and the comparison says nothing.
    if world.profiles.len() > 1 {
        return;
    }
    for (position, moves) in offers {
        if graph.mover(*position) != Mover::Player(player) {
            continue;
        }
        let ramps = moves.iter().skip(usize::from(position == first));
        for (end, amount) in ramps.filter_map(|k| paid(*position, *k)) {
            if amount <= quiet {
                continue;
            }
            let label = graph.outcome_label(end).unwrap_or_default();
            let ramp = ladder.off_ramps.iter().find(|ramp| {
                label
                    .strip_prefix(&ramp.id)
                    .is_some_and(|r| r.starts_with('@'))
            });
            let Some(ramp) = ramp else {
                continue;
            };
            let who = graph.player_label(player);
            let message = format!(
                "the off-ramp \"{}\" pays {who} {amount}, more than the {quiet} of never challenging",
                ramp.id
            );
            world.say(
                Diagnostic::warning("D084", ramp.span.clone(), message)
                    .help("a prize above the status quo invites the challenge that it is to end"),
            );
            return;
        }
    }
}

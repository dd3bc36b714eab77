//! Subgame-perfect equilibrium: a Nash equilibrium in every subgame, reached or not
//! (Selten 1965).
//!
//! **With perfect information** every position starts a subgame, and a profile is subgame-perfect
//! exactly if no single move at any position gains, everything else kept: the one-shot deviation
//! principle. A finite game needs no continuity for it. That is one comparison a move.
//!
//! **Otherwise** every node that no information set's border cuts starts a subgame. Best
//! responses are found from the innermost subgames outward; a subgame that has been judged is
//! replaced by what it is worth to a player at her best and as things are. Every node is looked
//! at once a player.
//!
//! The error is the greatest gain from any deviation in any subgame. Where single moves gain, the
//! gains of whole deviations are measured, so the error means the same in both cases.

pub(crate) mod gains;
#[cfg(test)]
mod tests;

use crate::conduct::{Conduct, add_payoffs};
use crate::forgetful;
use crate::respond::{Parts, Responder, infoset_name, require_fit, require_recall};
use crate::scan::scan;
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::information::subgame_roots;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::{BehaviorProfile, PositionProfile};

/// Judges one move a position in a game of perfect information; entries of chance and terminal
/// positions are ignored.
///
/// # Returns
/// Exact, or failed with the deviation that gains most, in the last such subgame; unchecked,
/// with the reason, if the choices do not fit or some player does not know where she is.
///
/// # Complexity
/// `O(moves · players)`. In a tree, memory for the subtrees that wait for their parent only: ten
/// million nodes take a few kilobytes beyond the game. A failed profile is gone through twice
/// more.
pub fn judge_choices<G: PositionGraph + ?Sized>(graph: &G, choices: &[u32]) -> Verdict {
    if let Some(reason) = misfit(graph, choices) {
        return Verdict::unchecked(Concept::SubgamePerfect, reason);
    }
    judge(graph, Conduct::Choices(choices), &Rational::ZERO)
}

/// Judges a profile, mixed or not, of a game of perfect information: every move that is made
/// must be as good as any other, at every position.
///
/// # Returns
/// As [`judge_choices`], and bounded if the gain is at most `tolerance`, in payoff units.
///
/// # Complexity
/// As [`judge_choices`].
pub fn judge_positions<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
    tolerance: &Rational,
) -> Verdict {
    if let Some(reason) = imperfect_information(graph) {
        return Verdict::unchecked(Concept::SubgamePerfect, reason);
    }
    judge(graph, Conduct::Positions(profile), tolerance)
}

fn judge<G: PositionGraph + ?Sized>(
    graph: &G,
    conduct: Conduct<'_>,
    tolerance: &Rational,
) -> Verdict {
    let gains = match graph.as_extensive() {
        Some(tree) => some_move_gains(tree, conduct),
        None => some_move_gains(graph, conduct),
    };
    let witness = if gains {
        gains::worst(graph, conduct, false)
    } else {
        None
    };
    Verdict::from_witness(Concept::SubgamePerfect, witness, tolerance)
}

/// The one-shot deviation principle, as it is written.
fn some_move_gains<G: PositionGraph + ?Sized>(graph: &G, conduct: Conduct<'_>) -> bool {
    let mut gains = false;
    scan(graph, graph.num_players(), |position, rows, row| {
        conduct.mix(graph, position, rows, row);
        if let Mover::Player(player) = graph.mover(position) {
            let mine = player.index();
            let better = |k: usize| rows.row(k)[mine] > row[mine];
            gains |= (0..graph.num_moves(position)).any(better);
        }
        add_payoffs(graph, position, row);
    });
    gains
}

/// Why choices cannot be judged, if they cannot.
fn misfit<G: PositionGraph + ?Sized>(graph: &G, choices: &[u32]) -> Option<String> {
    let positions = graph.num_positions();
    if choices.len() != positions {
        let found = choices.len();
        return Some(format!("{found} choices do not fit {positions} positions"));
    }
    for (n, choice) in choices.iter().enumerate() {
        poll();
        let position = NodeId::from_index(n);
        let moves = graph.num_moves(position);
        if matches!(graph.mover(position), Mover::Player(_)) && *choice as usize >= moves {
            return Some(format!(
                "position {} has {moves} moves; there is no move {}",
                n + 1,
                u64::from(*choice) + 1
            ));
        }
    }
    imperfect_information(graph)
}

fn imperfect_information<G: PositionGraph + ?Sized>(graph: &G) -> Option<String> {
    let game = graph.as_extensive()?;
    let wide = game.infosets().find(|h| game.members(*h).len() > 1)?;
    Some(format!(
        "information set {} has {} nodes; moves can be judged one by one only where every player \
         knows where she is",
        infoset_name(game, wide),
        game.members(wide).len()
    ))
}

/// Judges a behavior profile of any game in extensive form.
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units) or failed, with the deviation that gains most: of
/// equal ones that in the last subgame, then that of the first player. Unchecked, with the
/// reason, if somebody has imperfect recall and either a play can meet one of her sets twice or
/// she has too many strategies to try them all.
///
/// # Complexity
/// `O(nodes · players)` time, `O(nodes)` memory; with imperfect recall ten million steps at most.
pub fn judge_behavior(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    tolerance: &Rational,
) -> Verdict {
    let concept = Concept::SubgamePerfect;
    if let Err(error) = require_fit(game, profile) {
        return Verdict::unchecked(concept, error.to_string());
    }
    let roots = subgame_roots(game);
    if require_recall(game, None).is_err() {
        return forgetful::judge(game, profile, concept, &roots, tolerance);
    }
    let parts = Parts::new(game, &roots);
    // The position of the subgame's root among the roots, who gains there, and how much.
    let mut worst: Option<(usize, PlayerId, Rational)> = None;
    let mut worth = vec![(Rational::ZERO, Rational::ZERO); roots.len()];
    for player in game.players() {
        poll();
        let mut responder = Responder::new(game, profile, player);
        for (k, root) in roots.iter().enumerate().rev() {
            poll();
            let value = responder.respond(*root, &parts, &worth);
            let gain = &value.0 - &value.1;
            worth[k] = value;
            let is_worse = match &worst {
                None => true,
                Some((at, _, known)) => gain > *known || (gain == *known && k > *at),
            };
            if is_worse {
                worst = Some((k, player, gain));
            }
        }
    }
    let witness = worst
        .filter(|(_, _, gain)| !gain.is_zero())
        .map(|(k, player, gain)| {
            let mut responder = Responder::new(game, profile, player);
            for (k, root) in roots.iter().enumerate().skip(k).rev() {
                worth[k] = responder.respond(*root, &parts, &worth);
            }
            Witness {
                player,
                deviation: Deviation::Actions {
                    subgame: roots[k],
                    moves: responder.changes(roots[k]),
                },
                gain,
            }
        });
    Verdict::from_witness(concept, witness, tolerance)
}

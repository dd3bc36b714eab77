//! Which of its places a rung falls due in, in words: a rung may fall due in several positions,
//! one for every history or combination of types that matters.

use super::marks::RungMark;
use deterra_game::id::NodeId;
use deterra_game::positional::PositionGraph;
use std::collections::{BTreeMap, BTreeSet};

/// The most moves that are named.
const MOST_MOVES: usize = 4;

/// Names the places of every rung that has several: by the names of the positions if they differ,
/// else by the first moves that do.
///
/// # Complexity
/// Linear in the moves of the game, and in the lengths of the plays that lead to such places.
pub(super) fn tell_apart(graph: &dyn PositionGraph, marks: &mut [RungMark]) {
    let mut rungs: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (k, mark) in marks.iter().enumerate() {
        rungs.entry(mark.id.as_str()).or_default().push(k);
    }
    let several: Vec<Vec<usize>> = rungs.into_values().filter(|all| all.len() > 1).collect();
    if several.is_empty() {
        return;
    }
    let reached = first_ways(graph);
    for all in several {
        let decisions: Vec<NodeId> = all.iter().map(|k| marks[*k].decision).collect();
        let labels = decisions.iter().map(|at| graph.position_label(*at));
        let distinct: BTreeSet<&str> = labels.clone().collect();
        let names: Vec<String> = if distinct.len() == all.len() && !distinct.contains("") {
            labels.map(str::to_owned).collect()
        } else {
            let plays: Vec<Vec<String>> = decisions
                .iter()
                .map(|at| play(graph, &reached, *at))
                .collect();
            differences(&plays)
        };
        for (k, name) in all.into_iter().zip(names) {
            marks[k].place = name;
        }
    }
}

/// For every position, a position that leads there and by which move.
fn first_ways(graph: &dyn PositionGraph) -> Vec<Option<(NodeId, usize)>> {
    let count = graph.num_positions();
    let mut ways = vec![None; count];
    for at in (0..count).map(NodeId::from_index) {
        for k in 0..graph.num_moves(at) {
            ways[graph.successor(at, k).index()].get_or_insert((at, k));
        }
    }
    ways
}

/// The moves of a play that leads to a position.
fn play(graph: &dyn PositionGraph, ways: &[Option<(NodeId, usize)>], to: NodeId) -> Vec<String> {
    let mut moves = Vec::new();
    let mut at = to;
    while let Some((from, k)) = ways[at.index()] {
        let mv = graph.move_label(from, k);
        moves.push(match graph.position_label(from) {
            "" => mv.to_owned(),
            label => format!("{label}: {mv}"),
        });
        at = from;
    }
    moves.reverse();
    moves
}

/// As few of the moves that not all plays have in common as tell the plays apart.
fn differences(plays: &[Vec<String>]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for play in plays {
        for mv in play.iter().map(String::as_str).collect::<BTreeSet<_>>() {
            *counts.entry(mv).or_default() += 1;
        }
    }
    let own: Vec<Vec<&str>> = plays
        .iter()
        .map(|play| {
            let moves = play.iter().map(String::as_str);
            moves.filter(|mv| counts[mv] < plays.len()).collect()
        })
        .collect();
    let named = |most: usize| -> Vec<String> {
        let first = own.iter().map(|moves| &moves[..moves.len().min(most)]);
        first.map(|moves| moves.join(", ")).collect()
    };
    (1..MOST_MOVES)
        .map(named)
        .find(|names| names.iter().collect::<BTreeSet<_>>().len() == names.len())
        .unwrap_or_else(|| named(MOST_MOVES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn plays_are_told_apart_by_as_few_moves_as_do() {
        let plays = ["go none on", "go hit safe on", "go hit hurt on"].map(moves);
        assert_eq!(differences(&plays), ["none", "hit, safe", "hit, hurt"]);
        let plays = ["go none on", "go hit on"].map(moves);
        assert_eq!(differences(&plays), ["none", "hit"]);
    }
}

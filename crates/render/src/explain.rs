//! Explanations as plain sentences with numbers.

use crate::escape::terminal;
use crate::number::{both, percent};
use deterra_analyze::explain::{Choice, Explanation, Next};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;

/// How many alternatives get a sentence of their own.
const MOST: usize = 6;

/// The name of a position in prose: its label, else `node 7` counted from 1.
pub fn place<G: PositionGraph + ?Sized>(graph: &G, position: NodeId) -> String {
    match graph.position_label(position) {
        "" => format!("node {}", position.index() + 1),
        label => terminal(label).into_owned(),
    }
}

/// Why a move is chosen and each alternative is not.
///
/// # Returns
/// Sentences without markup, safe for a terminal: first the move, then one an alternative.
pub fn sentences<G: PositionGraph + ?Sized>(graph: &G, explanation: &Explanation) -> Vec<String> {
    let player = who(graph, explanation.player);
    let at = place(graph, explanation.position);
    let choice = explanation.choice();
    let action = |choice: &Choice| name(graph.move_label(explanation.position, choice.number));
    let reached = if explanation.reached.is_zero() {
        format!("{at} is not reached; if it were, {player} would play")
    } else if explanation.reached.is_one() {
        format!("At {at} {player} plays")
    } else {
        let chance = percent(&explanation.reached);
        format!("At {at}, reached with probability {chance}, {player} plays")
    };
    let mut lines = vec![format!(
        "{reached} {}, worth {} to {player}: {}.",
        action(choice),
        both(&choice.value),
        then(graph, explanation.player, &choice.next)
    )];
    let (told, left) = told(explanation);
    for other in told {
        let compared = if other.shortfall.is_zero() {
            format!(
                "{player} is indifferent: {} would also be worth {}",
                action(other),
                both(&other.value)
            )
        } else if other.shortfall.is_negative() {
            format!(
                "{} would be worth {}, which is {} more, so this is no equilibrium",
                action(other),
                both(&other.value),
                both(&-&other.shortfall)
            )
        } else {
            format!(
                "Not {}: it would be worth {}, {} less",
                action(other),
                both(&other.value),
                both(&other.shortfall)
            )
        };
        let next = then(graph, explanation.player, &other.next);
        lines.push(format!("{compared}: {next}."));
    }
    if let Some((count, least)) = left {
        lines.push(format!(
            "{count} more moves would each be worth at least {} less.",
            both(&least)
        ));
    }
    if explanation.options.len() == 1 {
        lines.push(format!("{player} has no other move."));
    }
    lines
}

/// The alternatives worth a sentence: all, or of many the [`MOST`] that come closest, in move
/// order; and how many are left, with what the best of those falls short.
fn told(explanation: &Explanation) -> (Vec<&Choice>, Option<(usize, Rational)>) {
    let mut choices: Vec<&Choice> = explanation.alternatives().collect();
    if choices.len() <= MOST {
        return (choices, None);
    }
    choices.sort_by(|a, b| a.shortfall.cmp(&b.shortfall).then(a.number.cmp(&b.number)));
    let left = (choices.len() - MOST, choices[MOST].shortfall.clone());
    choices.truncate(MOST);
    choices.sort_by_key(|choice| choice.number);
    (choices, Some(left))
}

/// What follows a move, as a clause.
fn then<G: PositionGraph + ?Sized>(graph: &G, mover: PlayerId, next: &Next) -> String {
    match next {
        Next::End(position) => format!("play ends there{}", ending(graph, *position)),
        Next::Reply {
            position,
            player,
            chosen,
            value,
            instead,
        } => {
            let action = name(graph.move_label(*position, *chosen));
            let at = place(graph, *position);
            let who = who(graph, *player);
            let reason = match instead {
                None => String::new(),
                Some((other, worth)) => {
                    let other = name(graph.move_label(*position, *other));
                    let (value, worth) = (both(value), both(worth));
                    format!(", worth {value} to {who}, against {worth} for {other}")
                }
            };
            if *player == mover {
                format!("next {who} moves again and plays {action} at {at}{reason}")
            } else {
                format!("{who} then plays {action} at {at}{reason}")
            }
        }
        Next::Lottery { position, branches } => {
            let possible = branches.iter().filter(|b| !b.probability.is_zero());
            let shown: Vec<String> = possible
                .clone()
                .take(4)
                .map(|branch| {
                    let label = name(graph.move_label(*position, branch.number));
                    let (likely, worth) = (both(&branch.probability), both(&branch.value));
                    format!("{label} with probability {likely}, worth {worth}")
                })
                .collect();
            let more = possible.count() - shown.len();
            let rest = if more > 0 {
                format!("; and {more} more")
            } else {
                String::new()
            };
            format!("chance then draws {}{rest}", shown.join("; "))
        }
    }
}

fn ending<G: PositionGraph + ?Sized>(graph: &G, position: NodeId) -> String {
    match graph.outcome_label(position) {
        Some(label) if !label.is_empty() => format!(" ({})", terminal(label)),
        _ => String::new(),
    }
}

fn who<G: PositionGraph + ?Sized>(graph: &G, player: PlayerId) -> String {
    match graph.player_label(player) {
        "" => format!("player {}", player.index() + 1),
        label => terminal(label).into_owned(),
    }
}

fn name(label: &str) -> String {
    if label.is_empty() {
        "an unnamed move".to_owned()
    } else {
        format!("\"{}\"", terminal(label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_analyze::explain::explain;
    use deterra_analyze::path::path;
    use deterra_analyze::values::values;
    use deterra_game::number::Number;
    use deterra_game::positional::PositionalBuilder;

    #[test]
    fn a_threat_that_is_not_carried_out_is_explained_with_its_numbers() {
        let mut b = PositionalBuilder::new("one threat");
        let (a, d) = (b.player("challenger"), b.player("defender"));
        let cross = b.position("C0");
        let respond = b.position("W1");
        let end = |b: &mut PositionalBuilder, label: &str, pays: [i64; 2]| {
            let at = b.position("");
            b.set_payoffs(at, label, pays.map(Number::from).to_vec());
            at
        };
        let quiet = end(&mut b, "quiet", [0, 0]);
        let war = end(&mut b, "war", [-4, -3]);
        let taken = end(&mut b, "taken\u{1b}[2J", [2, -1]);
        b.set_mover(cross, a);
        b.set_mover(respond, d);
        b.add_move(cross, "stay", quiet, None);
        b.add_move(cross, "cross", respond, None);
        b.add_move(respond, "respond", war, None);
        b.add_move(respond, "acquiesce", taken, None);
        let (graph, place) = b.build().expect("complete");
        let mut choices = vec![0; graph.num_positions()];
        choices[place[cross.index()].index()] = 1;
        choices[place[respond.index()].index()] = 1;
        let values = values(&graph, &choices);
        let path = path(&graph, &choices);
        let say = |at: NodeId| {
            let why = explain(&graph, &choices, &values, &path, at).expect("a decision");
            sentences(&graph, &why).join(" ")
        };
        assert_eq!(
            say(place[cross.index()]),
            "At C0 challenger plays \"cross\", worth 2 to challenger: defender then plays \
             \"acquiesce\" at W1, worth -1 to defender, against -3 for \"respond\". Not \"stay\": it would be worth 0, 2 less: play ends there (quiet)."
        );
        let second = say(place[respond.index()]);
        assert!(
            second.contains("Not \"respond\": it would be worth -3, 2 less"),
            "{second}"
        );
        assert!(!second.contains('\u{1b}'));
    }

    #[test]
    fn of_many_alternatives_the_closest_are_told() {
        let mut b = PositionalBuilder::new("auction");
        let one = b.player("one");
        let root = b.position("root");
        b.set_mover(root, one);
        for k in 0..40_i64 {
            let end = b.position("");
            b.set_payoffs(end, "", vec![Number::from(-(k - 20).abs())]);
            b.add_move(root, format!("bid {k}"), end, None);
        }
        let (graph, _) = b.build().expect("complete");
        let mut choices = vec![0; graph.num_positions()];
        choices[0] = 20;
        let values = values(&graph, &choices);
        let path = path(&graph, &choices);
        let why = explain(&graph, &choices, &values, &path, NodeId::ROOT).expect("a decision");
        let lines = sentences(&graph, &why);
        assert_eq!(lines.len(), 1 + MOST + 1);
        assert!(lines[1].contains("\"bid 17\"") && lines[6].contains("\"bid 23\""));
        assert_eq!(
            lines[7],
            "33 more moves would each be worth at least 4 less."
        );
    }
}

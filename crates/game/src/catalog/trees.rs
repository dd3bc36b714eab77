//! Trees with perfect information, deterrence apart.

use super::make::{finish, leaf, leaf_of, number};
use crate::builder::{ExtensiveBuilder, OutcomeKey};
use crate::extensive::ExtensiveGame;
use crate::number::Number;

/// Two players take turns to take the larger share or pass; passing doubles the shares.
pub fn centipede() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Centipede");
    let one = b.player("1");
    let two = b.player("2");
    let shares = [
        ["0.8", "0.2"],
        ["0.4", "1.6"],
        ["3.2", "0.8"],
        ["1.6", "6.4"],
    ];
    for (k, share) in shares.iter().enumerate() {
        let mover = if k % 2 == 0 { one } else { two };
        let set = b.infoset(mover, format!("move {}", k + 1), &["take", "pass"]);
        b.move_at("", set);
        leaf(&mut b, &format!("taken at move {}", k + 1), share);
    }
    leaf(&mut b, "passed throughout", &["12.8", "3.2"]);
    finish(b)
}

/// A monopolist faces `towns` entrants one after another; payoffs are made town by town, on the
/// way. At most 8 towns.
pub fn chain_store(towns: usize) -> ExtensiveGame {
    let towns = towns.clamp(1, 8);
    let mut b = ExtensiveBuilder::new(format!("Chain store in {towns} towns"));
    let monopolist = b.player("monopolist");
    let entrants: Vec<_> = (1..=towns)
        .map(|k| b.player(format!("entrant {k}")))
        .collect();
    // By town: what staying out, being let in and being fought pay.
    let mut paid: Vec<[OutcomeKey; 3]> = Vec::new();
    for town in 0..towns {
        let mut pay = |label: &str, mine: i64, entrant: i64| {
            let mut row = vec![Number::from(0); towns + 1];
            row[0] = Number::from(mine);
            row[town + 1] = Number::from(entrant);
            b.outcome(format!("{label} {}", town + 1), &row)
        };
        paid.push([pay("out", 5, 1), pay("in", 2, 2), pay("fought", 0, 0)]);
    }
    // What to pay on arrival, the town to decide, whether its entrant is in.
    let mut stack = vec![(None, 0, false)];
    while let Some((arrival, town, entered)) = stack.pop() {
        let node = if town == towns {
            b.terminal("")
        } else if entered {
            let set = b.infoset(
                monopolist,
                format!("town {}", town + 1),
                &["cooperate", "fight"],
            );
            stack.push((Some(paid[town][2]), town + 1, false));
            stack.push((Some(paid[town][1]), town + 1, false));
            b.move_at("", set)
        } else {
            let set = b.infoset(entrants[town], format!("town {}", town + 1), &["out", "in"]);
            stack.push((None, town, true));
            stack.push((Some(paid[town][0]), town + 1, false));
            b.move_at("", set)
        };
        if let Some(outcome) = arrival {
            b.set_outcome(node, outcome);
        }
    }
    finish(b)
}

/// The second figure of Selten's paper: an equilibrium that no small mistakes upset, and one set
/// left unreached.
pub fn selten_figure_2() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Selten 1975, figure 2");
    let one = b.player("1");
    let two = b.player("2");
    let first = b.infoset(one, "first", &["R", "L"]);
    let second = b.infoset(two, "second", &["R", "L"]);
    let third = b.infoset(one, "third", &["r", "l"]);
    b.move_at("", first);
    leaf(&mut b, "R", &["1", "1"]);
    b.move_at("", second);
    leaf(&mut b, "LR", &["0", "2"]);
    b.move_at("", third);
    leaf(&mut b, "LLr", &["0", "3"]);
    leaf(&mut b, "LLl", &["2", "0"]);
    finish(b)
}

/// A proposer offers 0 to `units` of `units`; the responder accepts, or nobody gets anything.
pub fn ultimatum(units: usize) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new(format!("Ultimatum over {units}"));
    let proposer = b.player("proposer");
    let responder = b.player("responder");
    let offers: Vec<String> = (0..=units).map(|k| format!("offer {k}")).collect();
    let offer = b.infoset(proposer, "offer", &offers);
    b.move_at("", offer);
    for (k, label) in offers.iter().enumerate() {
        let set = b.infoset(responder, label, &["accept", "reject"]);
        b.move_at("", set);
        let row = [(units - k).to_string(), k.to_string()].map(|text| number(&text));
        leaf_of(&mut b, &format!("accept {k}"), &row);
        leaf(&mut b, &format!("reject {k}"), &["0", "0"]);
    }
    finish(b)
}

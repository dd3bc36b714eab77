//! Deterrence and escalation with perfect information.

use super::make::{end, finish, leaf, leaf_of, number};
use crate::builder::ExtensiveBuilder;
use crate::extensive::ExtensiveGame;
use crate::number::Number;

/// A challenge, a response, and a last choice between war and backing down.
pub fn three_moves() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Three-move deterrence");
    let attacker = b.player("A");
    let defender = b.player("D");
    let challenge = b.infoset(attacker, "challenge", &["escalate", "stay"]);
    let respond = b.infoset(defender, "respond", &["resist", "concede"]);
    let last = b.infoset(attacker, "last", &["war", "back down"]);
    b.move_at("", challenge);
    b.move_at("", respond);
    b.move_at("", last);
    leaf(&mut b, "war", &["-5", "-5"]);
    leaf(&mut b, "climb-down", &["-2", "1"]);
    leaf(&mut b, "concession", &["2", "-1"]);
    leaf(&mut b, "status quo", &["0", "0"]);
    finish(b)
}

/// Two players alternate over `rungs` rungs. Backing down at rung `i` costs the mover `i` and
/// brings the other `i`; escalating at the last rung costs both 100.
pub fn ladder(rungs: usize) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new(format!("Ladder of {rungs} rungs"));
    let players = [b.player("A"), b.player("B")];
    for k in 0..rungs {
        let label = format!("rung {}", k + 1);
        let set = b.infoset(players[k % 2], label, &["escalate", "back down"]);
        b.move_at("", set);
    }
    leaf(&mut b, "war", &["-100", "-100"]);
    // Those who do not escalate come after the whole subtree of those who do.
    for k in (0..rungs).rev() {
        let rung = k.cast_signed() as i64 + 1;
        let (height, fall) = (Number::from(rung), Number::from(-rung));
        let row = if k % 2 == 0 {
            [fall, height]
        } else {
            [height, fall]
        };
        leaf_of(&mut b, &format!("down at {rung}"), &row);
    }
    finish(b)
}

/// One entrant and one incumbent: the chain store of a single town.
pub fn entry() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Entry deterrence");
    let entrant = b.player("entrant");
    let incumbent = b.player("incumbent");
    let enter = b.infoset(entrant, "enter", &["out", "in"]);
    let respond = b.infoset(incumbent, "respond", &["cooperate", "fight"]);
    b.move_at("", enter);
    leaf(&mut b, "out", &["1", "5"]);
    b.move_at("", respond);
    leaf(&mut b, "shared market", &["2", "2"]);
    leaf(&mut b, "price war", &["0", "0"]);
    finish(b)
}

/// Who is willing to do what in [`asymmetric_escalation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resolve {
    /// The challenger prefers all-out conflict to conceding to an escalated response.
    pub challenger: bool,
    /// The defender prefers limited conflict to conceding at once.
    pub tactical: bool,
    /// The defender prefers all-out conflict to conceding to an escalated challenge.
    pub strategic: bool,
}

/// The asymmetric escalation game with complete information: a challenger cooperates or defects,
/// a defender concedes, answers in kind or escalates, and either may be escalated upon.
///
/// Payoffs are ordinal: challenger `EE− < DE < EE+ < DD < ED < SQ < DC`, defender
/// `EE− < ED < EE+ < DD− < DC < DD+ < DE < SQ`.
pub fn asymmetric_escalation(resolve: Resolve) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Asymmetric escalation");
    let challenger = b.player("challenger");
    let defender = b.player("defender");
    let all_out = [
        if resolve.challenger { "0.3" } else { "0" },
        if resolve.strategic { "0.3" } else { "0" },
    ];
    let all_out = b.outcome("EE", &all_out.map(number));
    let limited = ["0.4", if resolve.tactical { "0.6" } else { "0.4" }];
    let start = b.infoset(challenger, "challenge", &["C", "D"]);
    let answer = b.infoset(defender, "answer", &["C", "D", "E"]);
    let press = b.infoset(challenger, "after a limited answer", &["D", "E"]);
    let yield_or = b.infoset(defender, "after escalation", &["D", "E"]);
    let counter = b.infoset(challenger, "after an escalated answer", &["D", "E"]);
    b.move_at("", start);
    leaf(&mut b, "SQ", &["0.6", "1"]);
    b.move_at("", answer);
    leaf(&mut b, "DC", &["1", "0.5"]);
    b.move_at("", press);
    leaf(&mut b, "DD", &limited);
    b.move_at("", yield_or);
    leaf(&mut b, "ED", &["0.5", "0.2"]);
    end(&mut b, all_out);
    b.move_at("", counter);
    leaf(&mut b, "DE", &["0.2", "0.8"]);
    end(&mut b, all_out);
    finish(b)
}

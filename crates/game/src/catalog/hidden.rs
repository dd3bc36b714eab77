//! Trees whose players do not see everything.

use super::make::{end, finish, leaf, leaf_of, number};
use crate::builder::ExtensiveBuilder;
use crate::extensive::ExtensiveGame;
use crate::number::Number;

/// Selten's horse: three players, and an equilibrium that is perfect in no sense but Nash's.
pub fn selten_horse() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Selten's horse");
    let players = [b.player("1"), b.player("2"), b.player("3")];
    let sets = players.map(|p| b.infoset(p, "", &["R", "L"]));
    b.move_at("", sets[0]);
    b.move_at("", sets[1]);
    leaf(&mut b, "RR", &["1", "1", "1"]);
    b.move_at("", sets[2]);
    leaf(&mut b, "RLR", &["4", "4", "0"]);
    leaf(&mut b, "RLL", &["0", "0", "1"]);
    b.move_at("", sets[2]);
    leaf(&mut b, "LR", &["3", "2", "2"]);
    leaf(&mut b, "LL", &["0", "0", "0"]);
    finish(b)
}

/// A driver passes two exits and cannot tell which one she is at.
pub fn absent_minded_driver() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Absent-minded driver");
    let driver = b.player("driver");
    let exit = b.infoset(driver, "an exit", &["exit", "continue"]);
    b.move_at("", exit);
    leaf(&mut b, "first exit", &["0"]);
    b.move_at("", exit);
    leaf(&mut b, "second exit", &["4"]);
    leaf(&mut b, "end of the road", &["1"]);
    finish(b)
}

/// A sender, strong with probability 9/10, chooses a breakfast; the receiver sees it and fights
/// or not.
///
/// The strong like beer and the weak quiche (worth 1); not being fought is worth 2; the receiver
/// wins 1 by fighting the weak or sparing the strong.
pub fn beer_quiche() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Beer or quiche");
    let sender = b.player("sender");
    let receiver = b.player("receiver");
    let types = [("strong", number("9/10")), ("weak", number("1/10"))];
    let nature = b.chance_event("type", &types);
    let own = [
        b.infoset(sender, "strong", &["beer", "quiche"]),
        b.infoset(sender, "weak", &["beer", "quiche"]),
    ];
    let seen = [
        b.infoset(receiver, "beer", &["fight", "spare"]),
        b.infoset(receiver, "quiche", &["fight", "spare"]),
    ];
    b.move_at("", nature);
    for (kind, (name, _)) in types.iter().enumerate() {
        b.move_at("", own[kind]);
        for (meal, breakfast) in ["beer", "quiche"].iter().enumerate() {
            b.move_at("", seen[meal]);
            for (spares, answer) in ["fought", "spared"].iter().enumerate() {
                let likes = i64::from(kind == meal);
                let spared = 2 * (spares.cast_signed() as i64);
                let right = i64::from((kind == 0) == (spares == 1));
                let label = format!("{name}, {breakfast}, {answer}");
                leaf_of(
                    &mut b,
                    &label,
                    &[Number::from(likes + spared), Number::from(right)],
                );
            }
        }
    }
    finish(b)
}

/// A shuffled deck of 52 cards: player 1 may end the game at once, or let player 2 guess, for 1, whether the top card is the ace of
/// spades.
pub fn guess_the_ace() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Guess the ace");
    let (first, second) = (b.player("1"), b.player("2"));
    let deck = [("ace", number("1/52")), ("other", number("51/52"))];
    let deck = b.chance_event("deck", &deck);
    let offer = b.infoset(first, "offer", &["stop", "play"]);
    let guess = b.infoset(second, "guess", &["ace", "other"]);
    b.move_at("", deck);
    for card in ["ace", "other"] {
        b.move_at("", offer);
        leaf(&mut b, &format!("{card}, stopped"), &["0", "0"]);
        b.move_at("", guess);
        for guessed in ["ace", "other"] {
            let payoffs = if guessed == card {
                ["-1", "1"]
            } else {
                ["0", "0"]
            };
            leaf(&mut b, &format!("{card}, guessed {guessed}"), &payoffs);
        }
    }
    finish(b)
}

/// Kuhn's poker with three cards: both ante 1, each is dealt a card, one bet of 1 is allowed.
pub fn kuhn_poker() -> ExtensiveGame {
    const CARDS: [&str; 3] = ["J", "Q", "K"];
    let mut b = ExtensiveBuilder::new("Kuhn poker");
    let one = b.player("1");
    let two = b.player("2");
    let deals: Vec<(usize, usize)> = (0..3)
        .flat_map(|x| (0..3).filter(move |y| *y != x).map(move |y| (x, y)))
        .collect();
    let odds: Vec<(String, Number)> = deals
        .iter()
        .map(|(x, y)| (format!("{}{}", CARDS[*x], CARDS[*y]), number("1/6")))
        .collect();
    let deal = b.chance_event("deal", &odds);
    let opens = CARDS.map(|c| b.infoset(one, c, &["check", "bet"]));
    let answers = CARDS.map(|c| b.infoset(one, format!("{c}, raised"), &["fold", "call"]));
    let checked = CARDS.map(|c| b.infoset(two, format!("{c}, checked"), &["check", "bet"]));
    let faced = CARDS.map(|c| b.infoset(two, format!("{c}, bet"), &["fold", "call"]));
    let mut pays =
        |label: &str, amount: i64| b.outcome(label, &[Number::from(amount), Number::from(-amount)]);
    let win = [pays("1 wins 1", 1), pays("1 wins 2", 2)];
    let lose = [pays("2 wins 1", -1), pays("2 wins 2", -2)];
    b.move_at("", deal);
    for (x, y) in deals {
        let shown = if x > y { win } else { lose };
        b.move_at("", opens[x]);
        b.move_at("", checked[y]);
        end(&mut b, shown[0]);
        b.move_at("", answers[x]);
        end(&mut b, lose[0]);
        end(&mut b, shown[1]);
        b.move_at("", faced[y]);
        end(&mut b, win[0]);
        end(&mut b, shown[1]);
    }
    finish(b)
}

/// Rudimentary asymmetric deterrence: a challenger does not know whether the defender, hard with
/// probability 2/5, would resist.
pub fn rudimentary_deterrence() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Rudimentary asymmetric deterrence");
    let challenger = b.player("challenger");
    let defender = b.player("defender");
    let types = [("hard", number("0.4")), ("soft", number("0.6"))];
    let nature = b.chance_event("defender's type", &types);
    let challenge = b.infoset(challenger, "challenge", &["C", "D"]);
    let hard = b.infoset(defender, "hard", &["C", "D"]);
    let soft = b.infoset(defender, "soft", &["C", "D"]);
    let mut pays = |label: &str, a: &str, d: &str| b.outcome(label, &[number(a), number(d)]);
    let (quiet, taken) = (pays("SQ", "0.5", "1"), pays("DC", "1", "0.3"));
    let (hard_conflict, soft_conflict) = (pays("DD+", "0", "0.5"), pays("DD-", "0", "0"));
    b.move_at("", nature);
    for (set, conflict) in [(hard, hard_conflict), (soft, soft_conflict)] {
        b.move_at("", challenge);
        end(&mut b, quiet);
        b.move_at("", set);
        end(&mut b, taken);
        end(&mut b, conflict);
    }
    finish(b)
}

/// A leader commits; the follower sees the move wrongly with probability 1/100.
pub fn bagwell() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("Commitment observed with noise");
    let leader = b.player("leader");
    let follower = b.player("follower");
    let lead = b.infoset(leader, "lead", &["S", "C"]);
    let seen = [
        b.infoset(follower, "S seen", &["S", "C"]),
        b.infoset(follower, "C seen", &["S", "C"]),
    ];
    let mut pays =
        |label: &str, x: i64, y: i64| b.outcome(label, &[Number::from(x), Number::from(y)]);
    let outcomes = [
        [pays("SS", 5, 2), pays("SC", 3, 1)],
        [pays("CS", 6, 3), pays("CC", 4, 4)],
    ];
    b.move_at("", lead);
    for (mine, row) in outcomes.into_iter().enumerate() {
        let right = [("99/100", "1/100"), ("1/100", "99/100")][mine];
        let odds = [("S seen", number(right.0)), ("C seen", number(right.1))];
        let signal = b.chance_event(format!("signal of {}", ["S", "C"][mine]), &odds);
        b.move_at("", signal);
        for set in seen {
            b.move_at("", set);
            for outcome in row {
                end(&mut b, outcome);
            }
        }
    }
    finish(b)
}

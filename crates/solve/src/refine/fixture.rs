//! Games for the tests of this module.

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};

pub(crate) fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn number(value: Rational) -> Number {
    Number::from(value)
}

/// The unilateral deterrence game (Zagare and Kilgour 2000) with the payoffs of its scenario:
/// the challenger is hard with probability `a`, the defender with `b`.
pub(crate) fn unilateral(a: i64, a_of: i64, b: i64, b_of: i64) -> ExtensiveGame {
    let (hard_a, hard_b) = (r(a, a_of), r(b, b_of));
    let (soft_a, soft_b) = (&Rational::ONE - &hard_a, &Rational::ONE - &hard_b);
    let mut g = ExtensiveBuilder::new("unilateral deterrence");
    let (one, two) = (g.player("challenger"), g.player("defender"));
    let shares = [
        ("hard/hard", number(&hard_a * &hard_b)),
        ("hard/soft", number(&hard_a * &soft_b)),
        ("soft/hard", number(&soft_a * &hard_b)),
        ("soft/soft", number(&soft_a * &soft_b)),
    ];
    let types = g.chance_event("types", &shares);
    let moves = ["cooperate", "defect"];
    let demand = [
        g.infoset(one, "demand:hard", &moves),
        g.infoset(one, "demand:soft", &moves),
    ];
    let moves = ["concede", "resist"];
    let answer = [
        g.infoset(two, "answer:hard", &moves),
        g.infoset(two, "answer:soft", &moves),
    ];
    let moves = ["back down", "fight"];
    let stand = [
        g.infoset(one, "stand:hard", &moves),
        g.infoset(one, "stand:soft", &moves),
    ];
    let pays = |x: Rational, y: Rational| [number(x), number(y)];
    let quiet = g.outcome("SQ", &pays(r(3, 5), r(1, 1)));
    let concede = g.outcome("DC", &pays(r(1, 1), r(3, 10)));
    let back = g.outcome("CD", &pays(r(1, 5), r(4, 5)));
    g.move_at("", types);
    for (mine, yours) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let fight = g.outcome(
            "DD",
            &pays(
                if mine == 0 { r(2, 5) } else { r(0, 1) },
                if yours == 0 { r(1, 2) } else { r(0, 1) },
            ),
        );
        g.move_at("", demand[mine]);
        let end = g.terminal("");
        g.set_outcome(end, quiet);
        g.move_at("", answer[yours]);
        let end = g.terminal("");
        g.set_outcome(end, concede);
        g.move_at("", stand[mine]);
        let end = g.terminal("");
        g.set_outcome(end, back);
        let end = g.terminal("");
        g.set_outcome(end, fight);
    }
    g.build().expect("a game")
}

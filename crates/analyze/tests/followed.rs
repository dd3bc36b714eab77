//! What is followed as a function of parameters, against solving members by themselves, in random games.

use deterra_analyze::family::{Family, Games, Member};
use deterra_analyze::partition::{NotTraced, Place, partition};
use deterra_analyze::region::{Doubt, Point, Rectangle, tessellate};
use deterra_analyze::threshold::Looked;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::number::{Number, Rational};
use deterra_solve::control::Control;
use deterra_solve::problem::Request;
use proptest::prelude::*;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("not zero")
}

/// A sender of two types sends one of two messages, and a receiver who sees only it has `answers` replies. The first type has
/// probability t; each payoff is `a + b·t + c·u` for the parameters t and u.
fn signalling(numbers: Vec<[i64; 3]>, answers: usize) -> impl Family {
    Games::new(["t", "u"], move |point| {
        let mut g = ExtensiveBuilder::new("signals");
        let (sender, receiver) = (g.player("sender"), g.player("receiver"));
        let share = |p: &Rational| Number::from(p.clone());
        let shares = [
            ("one", share(&point[0])),
            ("two", share(&(&Rational::ONE - &point[0]))),
        ];
        let types = g.chance_event("types", &shares);
        let send = [
            g.infoset(sender, "send:one", &["left", "right"]),
            g.infoset(sender, "send:two", &["left", "right"]),
        ];
        let replies = &["up", "middle", "down"][..answers];
        let reply = [
            g.infoset(receiver, "left", replies),
            g.infoset(receiver, "right", replies),
        ];
        g.move_at("", types);
        let mut next = numbers.iter();
        let mut pay = || {
            let [a, b, c] = next.next().copied().unwrap_or_default();
            let vary = |k: i64, x: &Rational| &Rational::integer(k) * x;
            let sum = &Rational::integer(a) + &vary(b, &point[0]);
            Number::from(&sum + &vary(c, &point[1]))
        };
        for own in send {
            g.move_at("", own);
            for seen in reply {
                g.move_at("", seen);
                for _ in 0..answers {
                    let outcome = g.outcome("", &[pay(), pay()]);
                    let end = g.terminal("");
                    g.set_outcome(end, outcome);
                }
            }
        }
        Ok(Member::Tree(g.build()?))
    })
}

fn look(family: &dyn Family, point: &[Rational]) -> Looked {
    Looked::at(family, point, &Request::default(), &Control::default())
}

fn payoffs() -> impl Strategy<Value = Vec<[i64; 3]>> {
    let slope = prop_oneof![6 => Just(0_i64), 1 => -3_i64..4];
    let one = (-4_i64..5, slope.clone(), slope).prop_map(|(a, b, c)| [a, b, c]);
    proptest::collection::vec(one, 24)
}

/// More with `PROPTEST_CASES`.
fn cases(few: u32) -> ProptestConfig {
    match std::env::var("PROPTEST_CASES") {
        Ok(_) => ProptestConfig::default(),
        Err(_) => ProptestConfig::with_cases(few),
    }
}

proptest! {
    #![proptest_config(cases(40))]

    /// Stretches of the prior and of a payoff's slope hold at random points in them, and at their rational ends.
    #[test]
    fn stretches_hold_at_their_points(
        numbers in payoffs(),
        answers in 2_usize..4,
        which in 0_usize..2,
        shares in proptest::collection::vec(1_i64..997, 4),
    ) {
        let family = signalling(numbers, answers);
        let point = |x: &Rational| {
            let mut point = [r(2, 5), r(1, 3)];
            point[which] = x.clone();
            point
        };
        let ask = |x: &Rational| look(&family, &point(x));
        let found = match partition(&Rational::ZERO, &Rational::ONE, 5_000, &Control::default(), ask) {
            Ok(found) => found,
            // An irrational equilibrium cannot be followed, and is not claimed to be.
            Err(NotTraced::Lost { .. }) => return Ok(()),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        for stretch in &found.stretches {
            for share in &shares {
                let (from, to) = (stretch.from.high(), stretch.to.low());
                let x = from + &(&(to - from) * &r(*share, 997));
                prop_assert!(ask(&x).is_like(&stretch.answer), "at {}", x);
            }
        }
        for end in &found.ends {
            if let (Place::Exact(x), Some(answer)) = (&end.at, &end.answer) {
                prop_assert!(ask(x).is_like(answer), "at {}", x);
            }
        }
    }

}

proptest! {
    #![proptest_config(cases(15))]

    /// Regions over both hold at random points in them.
    #[test]
    fn regions_hold_at_their_points(
        numbers in payoffs(),
        weights in proptest::collection::vec(1_i64..50, 16),
    ) {
        let family = signalling(numbers, 2);
        let over = Rectangle {
            low: [Rational::ZERO, Rational::ZERO],
            high: [Rational::ONE, Rational::ONE],
            tolerance: r(1, 8),
            limit: 60,
        };
        let ask = |point: &Point| look(&family, point);
        let found = match tessellate(&over, &Control::default(), Looked::is_like, ask) {
            Ok(found) => found,
            Err(NotTraced::Lost { .. } | NotTraced::TooMany { .. }) => return Ok(()),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        for piece in found.pieces.iter().filter(|p| p.doubt == Doubt::None) {
            let corners = piece.polygon.corners();
            let own: Vec<i64> = (0..corners.len()).map(|k| weights[k % weights.len()]).collect();
            let total: i64 = own.iter().sum();
            let along = |d: usize| -> Rational {
                let parts = corners.iter().zip(&own);
                parts.map(|(corner, w)| &corner[d] * &r(*w, total)).sum()
            };
            let point = [along(0), along(1)];
            let (_, answer) = &found.answers[piece.answer];
            prop_assert!(ask(&point).is_like(answer), "at {}, {}", point[0], point[1]);
        }
    }
}

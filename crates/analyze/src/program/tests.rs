//! Programs against exact backward induction.

use super::*;
use crate::family::Games;
use deterra_game::number::Number;
use deterra_game::positional::PositionalBuilder;
use deterra_solve::control::Control;
use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};

/// Chance, two players, a quotient and a kink.
fn family() -> impl Family {
    Games::new(["x", "y"], |point| {
        let (x, y) = (&point[0], &point[1]);
        let mut b = PositionalBuilder::new("test");
        let (one, two) = (b.player("1"), b.player("2"));
        let [start, reply, draw, a, c, d, e] =
            ["start", "reply", "draw", "a", "c", "d", "e"].map(|name| b.position(name));
        b.set_mover(start, one);
        b.add_move(start, "stop", a, None);
        b.add_move(start, "go", reply, None);
        b.set_mover(reply, two);
        b.add_move(reply, "draw", draw, None);
        b.add_move(reply, "end", c, None);
        b.set_chance(draw);
        let p = x.checked_div(&(x + y)).unwrap_or_default();
        let q = &Rational::ONE - &p;
        b.add_move(draw, "d", d, Some(Number::from(p)));
        b.add_move(draw, "e", e, Some(Number::from(q)));
        let pay =
            |n: &Rational, m: &Rational| vec![Number::from(n.clone()), Number::from(m.clone())];
        let half = Rational::new(1, 2).unwrap_or_default();
        b.set_payoffs(a, "a", pay(&half, &half));
        b.set_payoffs(c, "c", pay(y, &(x * y)));
        b.set_payoffs(d, "d", pay(&x.clone().max(half.clone()), &Rational::ZERO));
        b.set_payoffs(e, "e", pay(&Rational::ZERO, &half));
        Ok(Member::Positions(b.build()?.0))
    })
}

/// At every point of a grid the program says what exact backward induction says, or nothing; and it says
/// something nearly everywhere on its side of the kink.
#[test]
fn programs_play_as_exact_backward_induction() {
    let family = family();
    let r = |n: i64| Rational::new(n, 24).expect("nonzero");
    let program = Program::compile(&family, &[r(20), r(7)]).expect("a program");
    let mut scratch = Scratch::default();
    let mut said = 0;
    for i in 1..24 {
        for j in 1..24 {
            let point = [r(i), r(j)];
            let floats = point.each_ref().map(Rational::to_f64);
            let Some(choices) = program.choices(&floats, &mut scratch) else {
                continue;
            };
            assert!(i > 12, "the kink is a guard");
            said += 1;
            let member = family.member(&point).expect("a member");
            let options = BackwardInduction::default();
            let solution = backward_induction(member.graph(), &options, &Control::default());
            assert_eq!(solution.expect("solved").answer().choices(), choices);
        }
    }
    assert!(said > 230, "{said} of 253");
}

#[test]
fn ties_are_left_to_exact_arithmetic() {
    let family = Games::new(["x"], |point| {
        let mut b = PositionalBuilder::new("tie");
        let one = b.player("1");
        let (start, l, r) = (b.position("start"), b.position("l"), b.position("r"));
        b.set_mover(start, one);
        b.add_move(start, "l", l, None);
        b.add_move(start, "r", r, None);
        b.set_payoffs(l, "l", vec![Number::from(point[0].clone())]);
        b.set_payoffs(
            r,
            "r",
            vec![Number::from(Rational::new(1, 3).unwrap_or_default())],
        );
        Ok(Member::Positions(b.build()?.0))
    });
    let program = Program::compile(&family, &[Rational::ONE]).expect("a program");
    let mut scratch = Scratch::default();
    assert_eq!(program.choices(&[1.0 / 3.0], &mut scratch), None);
    assert_eq!(program.choices(&[0.3], &mut scratch).map(|c| c[0]), Some(1));
    assert_eq!(program.choices(&[0.4], &mut scratch).map(|c| c[0]), Some(0));
}

/// Floats that overflow or lose digits tell nothing: x² − y² at huge and at tiny numbers, which are compared with 1.
#[test]
fn huge_and_tiny_numbers_are_left_to_exact_arithmetic() {
    let family = Games::new(["x", "y"], |point| {
        let mut b = PositionalBuilder::new("squares");
        let one = b.player("1");
        let (start, l, r) = (b.position("start"), b.position("l"), b.position("r"));
        b.set_mover(start, one);
        b.add_move(start, "l", l, None);
        b.add_move(start, "r", r, None);
        let squares = &(&point[0] * &point[0]) - &(&point[1] * &point[1]);
        b.set_payoffs(l, "l", vec![Number::from(squares)]);
        b.set_payoffs(r, "r", vec![Number::from(Rational::ONE)]);
        Ok(Member::Positions(b.build()?.0))
    });
    let program = Program::compile(&family, &[Rational::ONE, Rational::ONE]).expect("a program");
    let mut scratch = Scratch::default();
    for point in [
        [1e300, 1e300],
        [1e300, 0.0],
        [f64::NAN, 1.0],
        [1e-300, 1e-300],
        [f64::INFINITY, 1.0],
    ] {
        assert_eq!(program.choices(&point, &mut scratch), None, "{point:?}");
    }
    assert_eq!(
        program.choices(&[2.0, 0.5], &mut scratch).map(|c| c[0]),
        Some(0)
    );
    assert_eq!(
        program.choices(&[2.0, 2.5], &mut scratch).map(|c| c[0]),
        Some(1)
    );
}

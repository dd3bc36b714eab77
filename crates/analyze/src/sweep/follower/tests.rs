//! Followers against solving point by point.

use super::*;
use crate::family::{Games, Member, NoMember};
use crate::grid::sample::Stream;
use deterra_game::number::Number;
use deterra_game::positional::PositionalBuilder;

/// Two players and chance; a kink at x = 1/2, no game from x + y = 3/2 on, chances x² and 1 − x², and ties.
fn family() -> impl Family {
    Games::new(["x", "y"], |point: &[Rational]| {
        let (x, y) = (&point[0], &point[1]);
        let half = Rational::new(1, 2).unwrap_or_default();
        if &(x + y) - &half >= Rational::ONE {
            return Err(NoMember::because("too much"));
        }
        let mut b = PositionalBuilder::new("test");
        let (one, two) = (b.player("1"), b.player("2"));
        let [start, reply, draw, stop, end, up, down] =
            ["start", "reply", "draw", "stop", "end", "up", "down"].map(|name| b.position(name));
        b.set_mover(start, one);
        b.add_move(start, "go", reply, None);
        b.add_move(start, "stop", stop, None);
        b.set_mover(reply, two);
        b.add_move(reply, "draw", draw, None);
        b.add_move(reply, "end", end, None);
        b.set_chance(draw);
        let p = x * x;
        let q = &Rational::ONE - &p;
        b.add_move(draw, "up", up, Some(Number::from(p)));
        b.add_move(draw, "down", down, Some(Number::from(q)));
        let pay =
            |n: &Rational, m: &Rational| vec![Number::from(n.clone()), Number::from(m.clone())];
        b.set_payoffs(reply, "reply", pay(&-y.clone(), &Rational::ZERO));
        b.set_payoffs(stop, "stop", pay(&half, &half));
        b.set_payoffs(end, "end", pay(y, &(x * y)));
        b.set_payoffs(
            up,
            "end",
            pay(&x.clone().max(half.clone()), &Rational::ZERO),
        );
        b.set_payoffs(down, "down", pay(&Rational::ZERO, &half));
        Ok(Member::Positions(b.build()?.0))
    })
}

/// Whatever the points and their order, rows are those of solving each by itself: kinks, ties, chances of 0 and
/// points without a game are among them.
#[test]
fn rows_are_those_of_single_points() {
    let family = family();
    let (request, control) = (Request::default(), Control::default());
    for order in 0..40 {
        let mut stream = Stream::new(1, order);
        let follower = Follower::new(&family, &request, &control);
        let mut desk = follower.desk();
        for _ in 0..60 {
            let mut part = || {
                let n = stream.below(28) as i64 - 2;
                Rational::new(n, 24).unwrap_or_default()
            };
            let point = [part(), part()];
            let alone = solve_point(&family, &point, &request, &control);
            assert_eq!(format!("{:?}", desk.solve(&point)), format!("{alone:?}"));
        }
    }
}

/// All but the first points are told by a few programs.
#[test]
fn most_points_are_followed() {
    let family = family();
    let follower = Follower::new(&family, &Request::default(), &Control::default());
    let mut desk = follower.desk();
    for x in 1..32 {
        for y in 1..16 {
            let part = |n: i64| Rational::new(n, 33).unwrap_or_default();
            desk.solve(&[part(x), part(y)]);
        }
    }
    // x < 1/2 and x > 1/2, and before either is known, two points.
    assert_eq!(follower.missed.load(Ordering::Relaxed), 4);
    assert_eq!(follower.failed.load(Ordering::Relaxed), 0);
}

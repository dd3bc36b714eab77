//! Map what is played in a game that is defined in code, over two of its parameters.
//!
//! A challenger may take a prize of 1 or refrain; if it takes it, the defender may punish, which costs
//! the challenger `harm` and the defender `cost`, or let it pass, which costs the defender an audience of 1/2.
//! A threat deters where it is credible, cost < 1/2, and hurts enough, harm > 1: the map has these lines
//! exactly, although nobody told it.

use deterra::analyze::family::{Games, Member};
use deterra::analyze::region::{Rectangle, tessellate};
use deterra::analyze::threshold::Looked;
use deterra::game::number::{Number, Rational};
use deterra::game::positional::PositionalBuilder;
use deterra::solve::control::Control;
use deterra::solve::problem::Request;
use std::error::Error;
use std::io::Write as _;

fn text() -> Result<String, Box<dyn Error>> {
    let family = Games::new(["harm", "cost"], |point| {
        let (harm, cost) = (&point[0], &point[1]);
        let pay = |a: Rational, b: Rational| vec![Number::from(a), Number::from(b)];
        let half = Rational::new(-1, 2).unwrap_or_default();
        let mut b = PositionalBuilder::new("a threat");
        let (challenger, defender) = (b.player("challenger"), b.player("defender"));
        let [start, taken, peace, punished, passed] =
            ["start", "taken", "peace", "punished", "passed"].map(|name| b.position(name));
        b.set_mover(start, challenger);
        b.add_move(start, "refrain", peace, None);
        b.add_move(start, "take", taken, None);
        b.set_mover(taken, defender);
        b.add_move(taken, "punish", punished, None);
        b.add_move(taken, "let pass", passed, None);
        b.set_payoffs(peace, "peace", pay(Rational::ZERO, Rational::ZERO));
        b.set_payoffs(punished, "punished", pay(&Rational::ONE - harm, -cost));
        b.set_payoffs(passed, "passed", pay(Rational::ONE, half));
        Ok(Member::Positions(b.build()?.0))
    });
    let over = Rectangle {
        low: [Rational::ZERO, Rational::ZERO],
        high: [Rational::integer(2), Rational::ONE],
        tolerance: Rational::new(1, 100).unwrap_or_default(),
        limit: 1_000,
    };
    let (request, control) = (Request::default(), Control::default());
    let map = tessellate(&over, &Control::default(), Looked::is_like, |point| {
        Looked::at(&family, point, &request, &control)
    })?;
    let (regions, boundaries) = map.regions(Looked::is_like);
    let mut lines = Vec::new();
    for region in &regions {
        let (_, first) = &map.answers[region.answer];
        let play = &first.regime.as_ref().map_err(Clone::clone)?.plays[0];
        lines.push(format!("{}: area {}", play.outcomes[0].0, region.area));
    }
    let names = ["harm".to_owned(), "cost".to_owned()];
    for boundary in boundaries {
        let [a, b] = boundary.between;
        let line = boundary.line.to_text(&names);
        lines.push(format!("{a} | {b}: {line} = 0"));
    }
    Ok(lines.join("\n") + "\n")
}

fn main() -> Result<(), Box<dyn Error>> {
    Ok(std::io::stdout().write_all(text()?.as_bytes())?)
}

#[test]
fn deterrence_needs_credibility_and_harm() {
    let text = text().expect("a map");
    assert!(text.contains("peace: area 1/2\n"), "{text}");
    assert!(text.contains("harm - 1 = 0"), "{text}");
    assert!(text.contains("2*cost - 1 = 0"), "{text}");
}

//! Build a ladder of threats in code, solve it, and read which of its rungs are credible.
//!
//! Two stages. Before each, the challenger may settle; at each, the coalition may carry it out or
//! give in. Carrying out the second stage costs the coalition more than losing the prize, so the
//! last threat is empty, and with it the first.

use deterra::analyze::credibility::{Credibility, Rung, Yield, credibility};
use deterra::analyze::{path, values};
use deterra::game::id::{NodeId, PlayerId};
use deterra::game::number::{Number, Rational};
use deterra::game::positional::{PositionalBuilder, PositionalGame};
use deterra::solve::control::Control;
use deterra::solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use std::error::Error;
use std::io::Write as _;

/// What giving in costs the coalition.
struct Ladder {
    game: PositionalGame,
    rungs: Vec<Rung>,
}

fn ladder(loss: i64) -> Result<Ladder, Box<dyn Error>> {
    let pay =
        |challenger: i64, coalition: i64| vec![Number::from(challenger), Number::from(coalition)];
    let mut b = PositionalBuilder::new("two stages");
    let (challenger, coalition) = (b.player("challenger"), b.player("coalition"));
    let c0 = b.position("C0");
    let w1 = b.position("W1");
    let c1 = b.position("C1");
    let w2 = b.position("W2");
    let ends = [
        "settled early",
        "given in",
        "settled late",
        "given in late",
        "defeat",
    ]
    .map(|label| b.position(label));
    // Stage 1 costs each side 1, stage 2 another 10 and 8.
    let payoffs = [
        pay(4, -2),
        pay(10, -loss),
        pay(2, -3),
        pay(9, -loss - 1),
        pay(-11, -9),
    ];
    for (end, payoffs) in ends.iter().zip(payoffs) {
        b.set_payoffs(*end, "", payoffs);
    }
    let [early, given, late, given_late, defeat] = ends;
    for (at, player, moves) in [
        (c0, challenger, [("settle", early), ("continue", w1)]),
        (w1, coalition, [("execute", c1), ("give in", given)]),
        (c1, challenger, [("settle", late), ("continue", w2)]),
        (
            w2,
            coalition,
            [("execute", defeat), ("give in", given_late)],
        ),
    ] {
        b.set_mover(at, player);
        for (label, to) in moves {
            b.add_move(at, label, to, None);
        }
    }
    let (game, place) = b.build()?;
    let at = |key: deterra::game::positional::PositionKey| place[key.index()];
    let may_settle = |position| Yield {
        position: at(position),
        player: challenger,
        yields: vec![0],
        continues: 1,
    };
    let rung = |id: &str, decision, carried_out, refused, before, after: Option<Yield>| Rung {
        id: id.to_owned(),
        label: format!("stage {id}"),
        place: String::new(),
        actors: vec![(coalition, Rational::ONE)],
        quota: Rational::ONE,
        due: at(decision),
        decision: at(decision),
        carried_out: at(carried_out),
        refused: Some(at(refused)),
        accident: None,
        disaster: None,
        before: Some(may_settle(before)),
        after,
    };
    let rungs = vec![
        rung("1", w1, c1, given, c0, Some(may_settle(c1))),
        rung("2", w2, defeat, given_late, c1, None),
    ];
    Ok(Ladder { game, rungs })
}

fn table(loss: i64) -> Result<(Vec<Rational>, Credibility), Box<dyn Error>> {
    let Ladder { game, rungs } = ladder(loss)?;
    let solution = backward_induction(&game, &BackwardInduction::default(), &Control::default())?;
    let choices = solution.answer().choices();
    let (values, path) = (values::values(&game, choices), path::path(&game, choices));
    let payoffs = [PlayerId(0), PlayerId(1)].map(|player| values.of(NodeId::ROOT, player).clone());
    Ok((
        payoffs.to_vec(),
        credibility(&game, choices, &values, &path, &rungs),
    ))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for loss in [6, 9] {
        let (payoffs, table) = table(loss)?;
        writeln!(
            out,
            "giving in costs the coalition {loss}: payoffs {} and {}",
            payoffs[0], payoffs[1]
        )?;
        for rung in &table.rungs {
            let credible = if rung.credible { "credible" } else { "empty" };
            let margin = rung.margin.clone().unwrap_or_default();
            writeln!(out, "  {}: {credible}, margin {margin}", rung.label)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, with a loss of 6: at W2 executing pays -9 and giving in -7; so at C1 the challenger
    /// goes on for 9; so at W1 executing pays -7 and giving in -6; so at C0 it goes on for 10.
    #[test]
    fn a_small_loss_leaves_every_threat_empty() {
        let (payoffs, table) = table(6).expect("solvable");
        assert_eq!(payoffs, [Rational::integer(10), Rational::integer(-6)]);
        assert!(table.rungs.iter().all(|rung| !rung.credible));
        // If the challenger settled at C1, executing stage 1 would pay -3 instead of -6.
        assert_eq!(table.rungs[0].margin, Some(Rational::integer(3)));
        assert_eq!(table.rungs[1].margin, Some(Rational::integer(-2)));
        // At W1: 10 or settling late for 2, against 4 now: 10 - 8x = 4.
        assert_eq!(
            table.rungs[0].critical.probability(),
            Rational::new(3, 4).as_ref()
        );
        assert_eq!(table.least_commitment, Some(Rational::integer(2)));
    }

    /// With a loss of 9 the coalition executes stage 2 (-9 against -10), so the challenger settles at
    /// C1, so stage 1 is executed (-3 against -9), so it settles at C0.
    #[test]
    fn a_large_loss_makes_the_ladder_credible_from_the_top_down() {
        let (payoffs, table) = table(9).expect("solvable");
        assert_eq!(payoffs, [Rational::integer(4), Rational::integer(-2)]);
        assert!(
            table
                .rungs
                .iter()
                .all(|rung| rung.credible && rung.reached.is_zero())
        );
        assert_eq!(table.rungs[1].margin, Some(Rational::ONE));
        assert_eq!(table.least_commitment, Some(Rational::ZERO));
    }
}

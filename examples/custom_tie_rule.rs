//! Where several moves are equally good there are several equilibria. All are kept and counted;
//! a rule decides which one is shown.
//!
//! A mediator proposes a split of 4 to two sides; whoever rejects it gets 0, and so does the
//! other. The second side is indifferent between accepting nothing and rejecting it.

use deterra::game::id::PlayerId;
use deterra::game::number::Number;
use deterra::game::positional::{PositionalBuilder, PositionalGame};
use deterra::solve::control::Control;
use deterra::solve::perfect::backward_induction::{
    BackwardInduction, PerfectEquilibria, backward_induction,
};
use deterra::solve::perfect::tie_rule::TieRule;
use std::error::Error;
use std::io::Write as _;

fn split() -> Result<PositionalGame, Box<dyn Error>> {
    let mut b = PositionalBuilder::new("split four");
    let (proposer, responder) = (b.player("proposer"), b.player("responder"));
    let propose = b.position("propose");
    b.set_mover(propose, proposer);
    for share in 0..=4 {
        let answer = b.position(format!("offered {share}"));
        let (accepted, rejected) = (b.position(""), b.position(""));
        b.set_payoffs(
            accepted,
            "accepted",
            vec![Number::from(4 - share), Number::from(share)],
        );
        b.set_payoffs(rejected, "rejected", vec![Number::from(0), Number::from(0)]);
        b.set_mover(answer, responder);
        b.add_move(answer, "accept", accepted, None);
        b.add_move(answer, "reject", rejected, None);
        b.add_move(propose, format!("offer {share}"), answer, None);
    }
    Ok(b.build()?.0)
}

fn solve(game: &PositionalGame, tie_rule: TieRule) -> Result<PerfectEquilibria, Box<dyn Error>> {
    let options = BackwardInduction {
        tie_rule,
        ..BackwardInduction::default()
    };
    let solution = backward_induction(game, &options, &Control::default())?;
    // Whatever the rule, what is shown has been judged to be an equilibrium.
    assert!(solution.verdict().is_exact());
    Ok(solution.into_answer())
}

/// A proud side: of equally good moves it makes the one that leaves the other least.
fn proud() -> TieRule {
    TieRule::custom(|tie| {
        let rival = PlayerId(1 - tie.player().0);
        let least = (0..tie.moves().len()).min_by_key(|k| tie.payoff(*k, rival).clone());
        tie.moves()[least.unwrap_or(0)]
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let game = split()?;
    let mut out = std::io::stdout().lock();
    for (name, rule) in [("first listed", TieRule::FirstListed), ("proud", proud())] {
        let answer = solve(&game, rule)?;
        let payoffs = answer.payoffs();
        writeln!(out, "{name}: {} and {}", payoffs[0], payoffs[1])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra::game::number::Rational;

    /// The responder accepts any positive offer and is indifferent to 0. If it accepts 0, the
    /// proposer offers 0 and keeps 4. If it rejects 0, the proposer offers 1 and keeps 3.
    #[test]
    fn the_rule_selects_and_the_set_stays() {
        let game = split().expect("complete");
        let keep = |n| [Rational::integer(n), Rational::integer(4 - n)];
        let meek = solve(&game, TieRule::FirstListed).expect("perfect information");
        assert_eq!(meek.payoffs(), keep(4));
        let proud = solve(&game, proud()).expect("perfect information");
        assert_eq!(proud.payoffs(), keep(3));
        for answer in [meek, proud] {
            assert_eq!(
                answer
                    .count()
                    .and_then(deterra::solve::count::Count::to_u64),
                Some(2)
            );
            let values: Vec<_> = answer
                .values()
                .iter()
                .map(|value| value.payoffs.clone())
                .collect();
            assert_eq!(values, [keep(3).to_vec(), keep(4).to_vec()]);
        }
    }
}

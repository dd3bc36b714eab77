//! Write a game down as its rules, let the tree follow from them, and solve it: by regret minimization, and exactly.
//!
//! Each side puts 1 into the pot. The first draws a high or a low card; it folds, or it bets 1 more. The second does not see the
//! card; after a bet it folds, or it calls for 1 more. A high card wins against a call, a low one loses.

use deterra::game::extensive::ExtensiveGame;
use deterra::game::number::{Number, Rational};
use deterra::game::rules::{CannotExpand, Limits, Rules, Turn, expand};
use deterra::solve::control::Control;
use deterra::solve::nash::lp::{Lp, lp_extensive};
use deterra::solve::regret::{Flat, Run, Scheme};
use std::error::Error;
use std::io::Write as _;

/// The game; where play stands is what was done so far.
struct Bluff;

const CARD: [&str; 2] = ["high", "low"];
const FIRST: [&str; 2] = ["bet", "fold"];
const SECOND: [&str; 2] = ["call", "fold"];

impl Rules for Bluff {
    type State = Vec<usize>;

    fn title(&self) -> String {
        "Bluff".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["first".to_owned(), "second".to_owned()]
    }

    fn root(&self) -> Vec<usize> {
        Vec::new()
    }

    fn turn(&self, done: &Vec<usize>) -> Turn {
        match done[..] {
            [] => Turn::Chance,
            [_] => Turn::Player(0),
            [_, 0] => Turn::Player(1),
            _ => Turn::Over,
        }
    }

    fn num_actions(&self, _: &Vec<usize>) -> usize {
        2
    }

    fn action(&self, done: &Vec<usize>, action: usize, name: &mut String) {
        name.push_str([CARD, FIRST, SECOND][done.len()][action]);
    }

    fn probability(&self, _: &Vec<usize>, _: usize) -> Rational {
        Rational::new(1, 2).unwrap_or_default()
    }

    fn apply(&self, done: &mut Vec<usize>, action: usize) {
        done.push(action);
    }

    fn undo(&self, done: &mut Vec<usize>) {
        done.pop();
    }

    fn information(&self, done: &Vec<usize>, text: &mut String) {
        // The first knows the card, the second only that there was a bet.
        text.push_str(if done.len() == 1 {
            CARD[done[0]]
        } else {
            "bet"
        });
    }

    fn payoffs(&self, done: &Vec<usize>, to: &mut Vec<Number>) {
        let first = match done[..] {
            [_, 1] => -1,
            [_, _, 1] => 1,
            [0, ..] => 2,
            _ => -2,
        };
        to.extend([Number::from(first), Number::from(-first)]);
    }
}

fn tree() -> Result<ExtensiveGame, CannotExpand> {
    expand(&Bluff, &Limits::default())
}

/// What all players together could still gain against the averages of regret minimization.
fn nearly(game: &ExtensiveGame, iterations: u64) -> Result<f64, Box<dyn Error>> {
    let control = Control::default();
    let flat = Flat::new(game, &control)?;
    let mut run: Run<f64> = Run::new(&flat, Scheme::CFR_PLUS, &control)?;
    run.iterate(iterations);
    Ok(flat.nash_conv(&run.average()))
}

/// The value of the game to the first, from an equilibrium that a judge has confirmed.
fn exactly(game: &ExtensiveGame) -> Result<Rational, Box<dyn Error>> {
    let solution = lp_extensive(game, &Lp::default(), &Control::default())?;
    assert!(solution.verdict().is_exact());
    Ok(solution.answer().list[0].payoffs[0].clone())
}

fn main() -> Result<(), Box<dyn Error>> {
    let game = tree()?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} nodes, {} information sets",
        game.num_nodes(),
        game.num_infosets()
    )?;
    for iterations in [10, 100, 1_000] {
        let gain = nearly(&game, iterations)?;
        writeln!(out, "{iterations:>5} iterations leave gains of {gain:.6}")?;
    }
    writeln!(out, "the first wins {} a game", exactly(&game)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A low card bets with b so that a call, which wins 2 b and loses 2 for a high card, is as bad as folding: -2 + 2 b = -(1 + b), so b
    /// is 1/3. The second calls with c so that a low card's bet is as bad as its fold: -2 c + (1 - c) = -1, so c is 2/3. A high
    /// card wins 2 c + (1 - c) = 5/3, a low one loses 1; on average the first wins 1/3.
    #[test]
    fn a_third_is_won_by_bluffing_with_a_third_of_low_cards() {
        let game = tree().expect("small");
        assert_eq!((game.num_nodes(), game.num_infosets()), (11, 3));
        assert_eq!(
            exactly(&game).expect("zero-sum"),
            Rational::new(1, 3).expect("nonzero")
        );
        assert!(nearly(&game, 1_000).expect("it remembers") < 1e-2);
    }
}

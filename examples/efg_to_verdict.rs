//! Read an `.efg` file, solve it, and have the answer judged by code that shares nothing with the
//! solver; then change one move, and see the judge refuse and say why.

use deterra::game::extensive::ExtensiveGame;
use deterra::game::format::{ReadOptions, efg};
use deterra::game::id::PlayerId;
use deterra::solve::control::Control;
use deterra::solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use deterra::verify::subgame_perfect::judge_choices;
use deterra::verify::verdict::Verdict;
use std::error::Error;
use std::io::Write as _;

const CENTIPEDE: &str = include_str!("games/mckelvey-palfrey-1992-centipede.efg");

/// Every problem of a file in one error.
fn read(text: &str) -> Result<ExtensiveGame, String> {
    let reading = efg::read(text, &ReadOptions::default());
    reading
        .into_result()
        .map(|(game, _)| game)
        .map_err(|problems| {
            let messages: Vec<_> = problems
                .into_iter()
                .map(|problem| problem.message)
                .collect();
            messages.join("; ")
        })
}

/// The moves of the subgame-perfect equilibrium, by node.
fn solve(game: &ExtensiveGame) -> Result<Vec<u32>, Box<dyn Error>> {
    let solution = backward_induction(game, &BackwardInduction::default(), &Control::default())?;
    Ok(solution.answer().choices().to_vec())
}

/// What the judge says about a verdict, in words.
fn words(game: &ExtensiveGame, verdict: &Verdict) -> String {
    match &verdict.witness {
        None => format!("{}: {}", verdict.concept, verdict.status.word()),
        Some(witness) => {
            let player = game.player_label(PlayerId::from_index(witness.player.index()));
            format!(
                "{}: {}, {player} gains {}",
                verdict.concept,
                verdict.status.word(),
                witness.gain
            )
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let game = read(CENTIPEDE)?;
    let mut choices = solve(&game)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", words(&game, &judge_choices(&game, &choices)))?;
    // The first player passes instead of taking.
    choices[0] = 1;
    writeln!(out, "{}", words(&game, &judge_choices(&game, &choices)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra::game::number::Rational;

    #[test]
    fn taking_at_once_is_judged_perfect_and_passing_is_not() {
        let game = read(CENTIPEDE).expect("well-formed");
        let mut choices = solve(&game).expect("perfect information");
        assert!(judge_choices(&game, &choices).is_exact());
        assert_eq!(choices[0], 0, "takes");
        // If the other takes next, passing leaves the first player .4 instead of .8.
        choices[0] = 1;
        let verdict = judge_choices(&game, &choices);
        assert!(!verdict.holds());
        let witness = verdict.witness.expect("a deviation proves it");
        assert_eq!(
            (witness.player, witness.gain),
            (PlayerId(0), Rational::new(2, 5).expect("nonzero"))
        );
    }

    #[test]
    fn a_broken_file_is_told_as_it_is() {
        let error = read("EFG 2 R \"cut off\" { \"1\" }\np \"\" 1 1 \"\" { \"a\" \"b\" } 0\n")
            .expect_err("incomplete");
        assert!(!error.is_empty());
    }
}

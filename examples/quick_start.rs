//! A scenario file to an answer, in ten lines.

use deterra::game::number::Rational;
use deterra::scenario::{CompileLimits, Settings, compile, load};
use deterra::solve::control::Control;
use deterra::solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use std::error::Error;
use std::io::Write as _;

const ULTIMATUM: &str = include_str!("scenarios/three-stage-ultimatum.toml");

/// What the ladder is worth to both sides if not carrying out a threat costs `audience`.
fn payoffs(audience: &str) -> Result<Vec<Rational>, Box<dyn Error>> {
    let settings = Settings {
        set: vec![("a".to_owned(), audience.to_owned())],
        ..Settings::default()
    };
    let (scenario, _) = load(ULTIMATUM, &settings)
        .into_result()
        .map_err(|problems| problems[0].message.clone())?;
    let (compiled, _) = compile(&scenario, &CompileLimits::default())
        .into_result()
        .map_err(|problems| problems[0].message.clone())?;
    let solution = backward_induction(
        compiled.game.graph(),
        &BackwardInduction::default(),
        &Control::default(),
    )?;
    Ok(solution.answer().payoffs().to_vec())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for audience in ["0", "10.59", "10.61"] {
        let payoffs = payoffs(audience)?;
        writeln!(
            out,
            "audience cost {audience}: challenger {}, coalition {}",
            payoffs[0], payoffs[1]
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The top rung decides at 10.6: below it every threat is empty, above it none is.
    #[test]
    fn the_audience_cost_decides() {
        let r = |n, d| Rational::new(n, d).expect("nonzero");
        assert_eq!(payoffs("0").expect("solvable"), [r(10, 1), r(-8, 1)]);
        assert_eq!(
            payoffs("10.59").expect("solvable"),
            [r(10, 1), r(-1859, 100)]
        );
        assert_eq!(payoffs("10.61").expect("solvable"), [r(4, 1), r(-2, 1)]);
        assert!(payoffs("1/0").is_err());
    }
}

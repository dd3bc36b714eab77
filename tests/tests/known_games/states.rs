//! Known games of states whose payoffs sum to 0, and of a council whose votes are drawn.

use super::{exact, found};
use deterra::game::coalition::{CoalitionalGame, WeightedVoting};
use deterra::game::number::Rational;
use deterra::game::stochastic::StochasticBuilder;
use deterra::solve::control::Control;
use deterra::solve::cooperative::sampled_value::{SampledValue, sampled_value};
use deterra::solve::method::Method;
use deterra::solve::{Answer, Problem};
use deterra::verify::markov::judge;
use deterra::verify::verdict::Concept;

/// A raider strikes one of two places and the guard is at one: a miss pays 3, a meeting raises an alarm, from which the guard's
/// search takes 1 from the raider. With δ = 2/3, c = 3/2 + c/3 + a/3 and a = 2c/3 - 1, so c = 21/8 and a = 3/4.
pub(super) fn patrol() -> [Method; 3] {
    let two_thirds = &exact(&["2/3"])[0];
    let mut b = StochasticBuilder::new("patrol");
    let (raider, guard) = (b.player("raider"), b.player("guard"));
    b.set_discount(raider, two_thirds.clone());
    b.set_discount(guard, two_thirds.clone());
    let (calm, alarm) = (b.state("calm"), b.state("alarm"));
    let places = || vec!["north".to_owned(), "south".to_owned()];
    b.set_movers(calm, vec![(raider, places()), (guard, places())]);
    for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let (paid, next) = if i == j { (0, alarm) } else { (3, calm) };
        let paid = vec![Rational::integer(paid), Rational::integer(-paid)];
        b.set_cell(calm, &[i, j], paid, vec![(next, Rational::ONE)]);
    }
    b.set_movers(alarm, vec![(guard, vec!["search".into(), "rest".into()])]);
    let half = &exact(&["1/2"])[0];
    b.set_cell(
        alarm,
        &[0],
        exact(&["-1", "1"]),
        vec![(calm, Rational::ONE)],
    );
    let either = vec![(alarm, half.clone()), (calm, half.clone())];
    b.set_cell(alarm, &[1], exact(&["0", "0"]), either);
    let game = b.build().unwrap();
    [
        Method::ValueIteration,
        Method::PolicyIteration,
        Method::MarkovHomotopy,
    ]
    .map(|method| {
        let solution = found(&Problem::Stochastic(&game), Concept::MarkovPerfect, method);
        let Answer::Markov(answer) = solution.answer() else {
            panic!("{:?}", solution.answer());
        };
        assert!(solution.verdict().is_exact());
        let judged = judge(&game, &answer.list()[0].profile, &Rational::ZERO);
        assert_eq!(
            judged.values,
            [exact(&["21/8", "-21/8"]), exact(&["3/4", "-3/4"])]
        );
        solution.method()
    })
}

/// A permanent member of the Security Council since 1965 has 421/2145 (Shapley and Shubik 1954), and a draw is about right.
pub(super) fn council() -> Method {
    let mut weights = vec![Rational::integer(7); 5];
    weights.resize(15, Rational::ONE);
    let names: Vec<String> = (0..15).map(|k| k.to_string()).collect();
    let rule = WeightedVoting::new(weights, Rational::integer(39)).unwrap();
    let game = CoalitionalGame::voting("council", names, rule).unwrap();
    let solution = sampled_value(&game, &SampledValue::default(), &Control::default()).unwrap();
    assert!(solution.verdict().holds());
    let answer = solution.answer();
    let off = (&answer.value[0] - &exact(&["421/2145"])[0]).abs();
    assert!(off <= answer.margin[0] && answer.margin[0] < exact(&["1/50"])[0]);
    solution.method()
}

//! Irrational probabilities: polynomials in one root, written, told in words and read back.

use super::json::{Exact, Object};
use super::names::{table_players, table_strategies};
use deterra_game::number::algebraic::RealRoot;
use deterra_game::number::{Number, Rational};
use deterra_game::profile::algebraic::AlgebraicProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::algebraic::payoffs;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

/// The longest polynomial that is told in words.
const MOST_CHARACTERS: usize = 160;

/// An equilibrium whose probabilities are irrational, exactly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct AlgebraicRow {
    root: RootRow,
    /// Player → player → strategy → polynomial in the root, from power 0 up; empty is 0.
    profile: Object<Object<Object<Vec<Exact>>>>,
    /// By player, in payoff units: the same.
    payoffs: Object<Vec<Exact>>,
}

/// A root of a polynomial, given from power 0 up, between two numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct RootRow {
    polynomial: Vec<Exact>,
    low: Exact,
    high: Exact,
    approx: Option<f64>,
}

fn exact(polynomial: &[Rational]) -> Vec<Exact> {
    polynomial.iter().map(Exact::from).collect()
}

/// As JSON.
pub(crate) fn row(game: &StrategicGame, profile: &AlgebraicProfile) -> AlgebraicRow {
    let root = profile.root();
    let players = table_players(game);
    let rows = game.players().zip(&players).zip(profile.players());
    let profile_row = rows.map(|((player, name), row)| {
        let strategies = table_strategies(game, player).into_iter();
        let row = strategies.zip(row.iter().map(|p| exact(p))).collect();
        (name.clone(), Object(vec![(name.clone(), row)]))
    });
    let amounts = payoffs(game, profile);
    let amounts = players.iter().zip(&amounts);
    AlgebraicRow {
        root: RootRow {
            polynomial: exact(root.polynomial()),
            low: root.low().into(),
            high: root.high().into(),
            approx: Some(near(root, &[Rational::ZERO, Rational::ONE])),
        },
        profile: profile_row.collect(),
        payoffs: amounts.map(|(name, p)| (name.clone(), exact(p))).collect(),
    }
}

fn near(root: &RealRoot, polynomial: &[Rational]) -> f64 {
    let width = Rational::new(1, 1 << 60).expect("invariant: not 0");
    let (least, most) = root.enclose(polynomial, &width);
    f64::midpoint(least.to_f64(), most.to_f64())
}

/// In words: which root of which polynomial, and what it is the probability of.
pub(crate) fn sentence(id: usize, game: &StrategicGame, profile: &AlgebraicProfile) -> String {
    let root = profile.root();
    let polynomial = written(root.polynomial());
    let degree = root.polynomial().len() - 1;
    let polynomial = if polynomial.chars().count() > MOST_CHARACTERS {
        format!("a polynomial of degree {degree} (JSON has it)")
    } else {
        polynomial
    };
    let itself = [Rational::ZERO, Rational::ONE];
    let mut whose = String::new();
    for (player, row) in game.players().zip(profile.players()) {
        if let Some(s) = row.iter().position(|p| p[..] == itself) {
            whose = format!(
                ": that of {} for {}",
                table_strategies(game, player).swap_remove(s),
                table_players(game).swap_remove(player.index()),
            );
            break;
        }
    }
    format!(
        "Equilibrium {id} is irrational, and exact: all its probabilities are polynomials in one of them{whose}, r = {:.12}…, a root of \
         {polynomial}.",
        near(root, &itself)
    )
}

/// A polynomial in r, the highest power first.
fn written(polynomial: &[Rational]) -> String {
    let mut text = String::new();
    for (power, c) in polynomial.iter().enumerate().rev() {
        if c.is_zero() {
            continue;
        }
        text += match (text.is_empty(), c.is_negative()) {
            (true, true) => "-",
            (true, false) => "",
            (false, true) => " - ",
            (false, false) => " + ",
        };
        let size = c.abs();
        if power == 0 || !size.is_one() {
            text += &size.to_string();
        }
        match power {
            0 => {}
            1 => text.push('r'),
            n => _ = write!(text, "r^{n}"),
        }
    }
    text
}

/// The first player whose probabilities are more than a billionth away from irrational ones.
pub(crate) fn far_from(profile: &AlgebraicProfile, rows: &[Vec<Rational>]) -> Option<usize> {
    let billionth = Rational::new(1, 1_000_000_000).expect("invariant: not 0");
    let root = profile.root();
    let is_far = |(exact, near): (&Vec<Rational>, &Rational)| {
        let (least, most) = root.enclose(exact, &billionth);
        *near < &least - &billionth || *near > &most + &billionth
    };
    let mut all = profile.players().iter().zip(rows);
    all.position(|(exact, near)| exact.len() != near.len() || exact.iter().zip(near).any(is_far))
}

/// Reads back what [`row`] wrote.
///
/// # Errors
/// A sentence about what does not fit.
pub(crate) fn read(game: &StrategicGame, value: &Value) -> Result<AlgebraicProfile, String> {
    let numbers = |value: Option<&Value>, what: &str| -> Result<Vec<Rational>, String> {
        let list = value.and_then(Value::as_array);
        let list = list.ok_or_else(|| format!("{what} of `algebraic` is no list of numbers"))?;
        list.iter().map(|entry| number(Some(entry), what)).collect()
    };
    let of_root = |field: &str| value.get("root").and_then(|root| root.get(field));
    let polynomial = numbers(of_root("polynomial"), "the root's polynomial")?;
    let low = number(of_root("low"), "the root's lower bound")?;
    let high = number(of_root("high"), "the root's upper bound")?;
    let root = RealRoot::new(polynomial, low, high)
        .ok_or("the root of `algebraic` is not the only one between its bounds")?;
    let names = table_players(game);
    let mut players = Vec::with_capacity(names.len());
    for (player, name) in game.players().zip(&names) {
        let own = value.get("profile").and_then(|p| p.get(name)?.get(name));
        let row = table_strategies(game, player);
        let row = row.iter().map(|s| {
            let what = format!("what {name} does of {s}");
            numbers(own.and_then(|own| own.get(s)), &what)
        });
        players.push(row.collect::<Result<_, _>>()?);
    }
    AlgebraicProfile::new(&game.shape(), root, players).map_err(|error| error.to_string())
}

fn number(value: Option<&Value>, what: &str) -> Result<Rational, String> {
    let text = value.and_then(Value::as_str);
    text.and_then(|text| Number::parse(text).ok())
        .map(Number::into_value)
        .ok_or_else(|| format!("{what} of `algebraic` is no exact number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_in_words() {
        let p = |c: &[i64]| c.iter().map(|c| Rational::integer(*c)).collect::<Vec<_>>();
        assert_eq!(written(&p(&[-9, 23, 2])), "2r^2 + 23r - 9");
        assert_eq!(written(&p(&[0, -1, 0, 1])), "r^3 - r");
        assert_eq!(written(&p(&[1])), "1");
    }
}

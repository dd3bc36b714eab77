//! Markov-perfect equilibria of random games against brute force and against recursion.

use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StationaryProfile, StochasticBuilder, StochasticGame};
use deterra_solve::control::Control;
use deterra_solve::stochastic::markov::{Markov, markov};
use deterra_verify::markov::{judge, values};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// Bytes that a random game is made of; zeros after the last.
struct Tape<'t>(std::slice::Iter<'t, u8>);

impl Tape<'_> {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % limit
    }

    fn payoff(&mut self) -> Rational {
        r(self.below(9) as i64 - 4, 1)
    }
}

/// What is random: how many players, whether they may move at once, whether it is zero-sum.
#[derive(Clone, Copy)]
struct Shape {
    players: usize,
    at_once: bool,
    zero_sum: bool,
}

/// Two to four states besides two outcomes; one is chance's now and then.
fn random_game(bytes: &[u8], shape: Shape) -> StochasticGame {
    let mut tape = Tape(bytes.iter());
    let mut b = StochasticBuilder::new("random");
    let players: Vec<_> = (0..shape.players)
        .map(|k| b.player(&k.to_string()))
        .collect();
    let discount = r(tape.below(4) as i64, 4);
    for player in &players {
        b.set_discount(*player, discount.clone());
    }
    let count = 2 + tape.below(3);
    let states: Vec<StateId> = (0..count + 2).map(|k| b.state(&format!("s{k}"))).collect();
    let pay = |tape: &mut Tape<'_>| -> Vec<Rational> {
        let mut paid: Vec<Rational> = players.iter().map(|_| tape.payoff()).collect();
        if shape.zero_sum {
            paid[1] = -&paid[0];
        }
        paid
    };
    let lead = |tape: &mut Tape<'_>| {
        let (first, second) = (states[tape.below(count + 2)], states[tape.below(count + 2)]);
        let half = r(1 + tape.below(3) as i64, 4);
        vec![(first, half.clone()), (second, &Rational::ONE - &half)]
    };
    for state in &states[..count] {
        let kind = tape.below(6);
        if kind == 0 {
            let (paid, row) = (pay(&mut tape), lead(&mut tape));
            b.set_chance(*state, paid, row);
            b.set_period(*state, true);
            continue;
        }
        let movers: Vec<_> = if shape.at_once && kind > 3 {
            players.clone()
        } else {
            vec![players[tape.below(players.len())]]
        };
        let sizes: Vec<usize> = movers.iter().map(|_| 1 + tape.below(3)).collect();
        let named = movers.iter().zip(&sizes);
        let named = named.map(|(p, n)| (*p, (0..*n).map(|k| k.to_string()).collect()));
        b.set_movers(*state, named.collect());
        for cell in 0..sizes.iter().product() {
            let mut rest: usize = cell;
            let actions: Vec<usize> = sizes
                .iter()
                .map(|n| {
                    let action = rest % n;
                    rest /= n;
                    action
                })
                .collect();
            let (paid, row) = (pay(&mut tape), lead(&mut tape));
            b.set_cell(*state, &actions, paid, row);
        }
    }
    for state in &states[count..] {
        let paid = pay(&mut tape);
        b.set_outcome(*state, paid);
    }
    b.build().expect("a discount below 1")
}

/// All pure stationary profiles, as choices.
fn profiles(game: &StochasticGame) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for slot in game.slots() {
        let longer = all.iter().flat_map(|choices: &Vec<usize>| {
            (0..game.actions(*slot).len()).map(move |k| [choices.as_slice(), &[k]].concat())
        });
        all = longer.collect();
    }
    all
}

fn worth(game: &StochasticGame, choices: &[usize]) -> Vec<Vec<Rational>> {
    values(game, &StationaryProfile::pure(game, choices)).expect("regular")
}

/// The definition: no player has another pure stationary strategy that is worth more at some
/// state. (Against stationary strategies some pure stationary one is best.)
fn equilibria_by_definition(game: &StochasticGame) -> BTreeSet<Vec<usize>> {
    let all = profiles(game);
    let worths: Vec<Vec<Vec<Rational>>> = all.iter().map(|c| worth(game, c)).collect();
    let slots = game.slots();
    let is_one = |k: &usize| {
        game.players().all(|player| {
            all.iter().zip(&worths).all(|(other, worth)| {
                let own = |at: usize| slots[at].player == player;
                let deviates = (0..slots.len()).all(|at| own(at) || other[at] == all[*k][at]);
                let p = player.index();
                !deviates
                    || worth
                        .iter()
                        .zip(&worths[*k])
                        .all(|(new, old)| new[p] <= old[p])
            })
        })
    };
    (0..all.len())
        .filter(is_one)
        .map(|k| all[k].clone())
        .collect()
}

fn tape() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 20..160)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Every pure equilibrium is found and no other; every mixed one is one.
    #[test]
    fn pure_equilibria_are_those_of_the_definition(bytes in tape(), at_once: bool) {
        let shape = Shape { players: 2, at_once, zero_sum: false };
        let game = random_game(&bytes, shape);
        prop_assume!(profiles(&game).len() <= 500);
        let solution = markov(&game, &Markov::default(), &Control::default()).expect("small");
        let mut found = BTreeSet::new();
        for equilibrium in solution.answer().list() {
            let judged = judge(&game, &equilibrium.profile, solution.answer().tolerance());
            prop_assert!(judged.verdict.holds(), "{:?}", judged.verdict);
            if equilibrium.profile.is_pure() {
                let one = |row: &Vec<Rational>| row.iter().position(Rational::is_one);
                let choices: Vec<usize> = equilibrium.profile.rows().iter().filter_map(one).collect();
                prop_assert!(found.insert(choices));
            }
        }
        prop_assert_eq!(found, equilibria_by_definition(&game));
        // By Fink's theorem there is one.
        prop_assert!(!solution.answer().list().is_empty() || !solution.is_complete());
    }

    /// With one player every equilibrium is worth the optimum at every state.
    #[test]
    fn one_player_does_what_is_best(bytes in tape()) {
        let shape = Shape { players: 1, at_once: false, zero_sum: false };
        let game = random_game(&bytes, shape);
        let solution = markov(&game, &Markov::default(), &Control::default()).expect("small");
        let mut best = worth(&game, &profiles(&game)[0]);
        for choices in profiles(&game) {
            for (best, worth) in best.iter_mut().zip(worth(&game, &choices)) {
                if worth[0] > best[0] {
                    *best = worth;
                }
            }
        }
        prop_assert!(!solution.answer().list().is_empty());
        for equilibrium in solution.answer().list() {
            let worth = values(&game, &equilibrium.profile).expect("regular");
            prop_assert_eq!(&worth, &best);
        }
    }

    /// Zero-sum and one mover a state: with ever more periods backward induction comes to the value
    /// of every equilibrium.
    #[test]
    fn long_horizons_come_to_the_value(bytes in tape()) {
        let shape = Shape { players: 2, at_once: false, zero_sum: true };
        let game = random_game(&bytes, shape);
        let solution = markov(&game, &Markov::default(), &Control::default()).expect("small");
        let mut value = vec![0.0_f64; game.num_states()];
        // Discounts are at most 3/4, so 120 steps leave less than 1e-12.
        for _ in 0..120 {
            let step = |state: StateId| {
                let cells = (0..game.num_cells(state)).map(|k| {
                    let cell = game.cell(state, k);
                    let row = cell.row.iter().map(|(to, p)| {
                        let weight = game.weight(deterra_game::id::PlayerId(0), *to).to_f64();
                        p.to_f64() * weight * value[to.index()]
                    });
                    cell.payoffs[0].to_f64() + row.sum::<f64>()
                });
                let first = game.movers(state).first().is_none_or(|m| m.player.index() == 0);
                if first {
                    cells.fold(f64::NEG_INFINITY, f64::max)
                } else {
                    cells.fold(f64::INFINITY, f64::min)
                }
            };
            value = game.states().map(step).collect();
        }
        prop_assert!(!solution.answer().list().is_empty());
        for equilibrium in solution.answer().list() {
            let worth = values(&game, &equilibrium.profile).expect("regular");
            for (worth, value) in worth.iter().zip(&value) {
                prop_assert!((worth[0].to_f64() - value).abs() < 1e-6);
            }
        }
    }
}

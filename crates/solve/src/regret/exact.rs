//! What sequences pay in fractions, and best replies to plans by one exact sweep.

use super::flat::Flat;
use crate::control::Control;
use crate::error::SolveError;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll_at;
use deterra_game::profile::BehaviorProfile;

/// A game by sequences whose payoffs are fractions: the same tuples in the same order as a [`Flat`] has.
///
/// **Cost.** By player, a sum a node that pays and a binary search for its place; a sweep takes one multiplication a payoff and other
/// player. **References.** romanovskii1962, vonstengel1996.
///
/// # Example
/// ```
/// use deterra_game::rules::{Limits, named};
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::{ExactFlat, Flat};
/// let game = named("kuhn")?.tree(&Limits::default())?;
/// let flat = Flat::new(&game, &Control::default())?;
/// let exact = ExactFlat::new(&game, &flat, &Control::default())?;
/// let even = deterra_game::profile::BehaviorProfile::uniform(&game);
/// // Best replies to passing and betting alike pay 1/2 and 5/12, and payoffs sum to zero.
/// assert_eq!(exact.nash_conv(&exact.plans(&game, &even)).to_string(), "11/12");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExactFlat<'f> {
    flat: &'f Flat,
    /// By player and payoff: the probability that chance allows it, times what it pays her.
    values: Vec<Vec<Rational>>,
    /// By player and sequence: where its payoffs begin.
    begins: Vec<Vec<usize>>,
}

impl<'f> ExactFlat<'f> {
    /// Adds up in fractions what a compiled game adds up in floats.
    ///
    /// # Errors
    /// [`SolveError::Stopped`] when the time is up.
    ///
    /// # Panics
    /// If `flat` was not made of this game.
    pub fn new(
        game: &ExtensiveGame,
        flat: &'f Flat,
        control: &Control,
    ) -> Result<Self, SolveError> {
        let clock = control.start();
        clock.require("nodes", || Ok(Self::summed(game, flat)))
    }

    fn summed(game: &ExtensiveGame, flat: &'f Flat) -> Self {
        let players = game.num_players();
        let begins: Vec<Vec<usize>> = (0..players)
            .map(|p| {
                let side = flat.side(p);
                let sizes = (0..side.num_sequences()).map(|s| side.payoffs(s).1.len());
                let before = sizes.scan(0, |sum, size| {
                    let begin = *sum;
                    *sum += size;
                    Some(begin)
                });
                before.collect()
            })
            .collect();
        let mut values: Vec<Vec<Rational>> = (0..players)
            .map(|p| vec![Rational::ZERO; flat.side(p).num_payoffs()])
            .collect();
        // By set, its first sequence.
        let mut first = vec![0_u32; game.num_infosets()];
        for p in 0..players {
            let side = flat.side(p);
            for (at, set) in side.sets().iter().enumerate() {
                first[set.index()] = side.sequences(at).start as u32;
            }
        }
        let mut last = vec![0_u32; game.num_nodes() * players];
        let mut chance = vec![Rational::ONE; game.num_nodes()];
        let mut others = Vec::with_capacity(players);
        for node in game.nodes() {
            poll_at(node.index());
            let at = node.index() * players;
            if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
                let from = parent.index() * players;
                last.copy_within(from..from + players, at);
                chance[node.index()] = chance[parent.index()].clone();
                match game.kind(parent) {
                    NodeKind::Decision(player, set) => {
                        last[at + player.index()] = first[set.index()] + k as u32;
                    }
                    NodeKind::Chance(event) => {
                        let before = &chance[parent.index()];
                        chance[node.index()] = before * game.chance_probability(event, k).value();
                    }
                    NodeKind::Terminal => {}
                }
            }
            let weight = &chance[node.index()];
            let Some(outcome) = game.outcome(node).filter(|_| !weight.is_zero()) else {
                continue;
            };
            let here = &last[at..at + players];
            for (p, values) in values.iter_mut().enumerate() {
                let own = here[p] as usize;
                others.clear();
                others.extend((0..players).filter(|j| *j != p).map(|j| here[j]));
                let listed = flat.side(p).payoffs(own);
                let place = found(listed.0, listed.1.len(), &others);
                let place = place.expect("invariant: the compiled game has every tuple that pays");
                let value = weight * game.payoff(outcome, PlayerId::from_index(p)).value();
                values[begins[p][own] + place] += &value;
            }
        }
        Self {
            flat,
            values,
            begins,
        }
    }

    /// The plans of a profile.
    pub fn plans(&self, game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Vec<Rational>> {
        let of = |p: usize| {
            let side = self.flat.side(p);
            let mut plan = vec![Rational::ONE; side.num_sequences()];
            for (set, (own, before)) in side.sets().iter().zip(side.steps()) {
                let weight = plan[before].clone();
                for (s, chance) in own.zip(profile.at(game, *set)) {
                    plan[s] = &weight * chance;
                }
            }
            plan
        };
        (0..self.values.len()).map(of).collect()
    }

    /// What each sequence of a player pays her where it ends, against the others' plans.
    ///
    /// # Complexity
    /// One multiplication a payoff and other player.
    pub fn gradient(&self, player: usize, plans: &[Vec<Rational>]) -> Vec<Rational> {
        let side = self.flat.side(player);
        let theirs: Vec<&Vec<Rational>> = (0..plans.len())
            .filter(|j| *j != player)
            .map(|j| &plans[j])
            .collect();
        let width = theirs.len();
        let of = |s: usize| {
            poll_at(s);
            let (others, listed) = side.payoffs(s);
            let begin = self.begins[player][s];
            let values = &self.values[player][begin..begin + listed.len()];
            let mut sum = Rational::ZERO;
            for (k, value) in values.iter().enumerate() {
                let tuple = others[k * width..(k + 1) * width].iter().zip(&theirs);
                let mut weight = value.clone();
                for (t, plan) in tuple {
                    let chance = &plan[*t as usize];
                    if chance.is_zero() {
                        weight = Rational::ZERO;
                        break;
                    }
                    weight = &weight * chance;
                }
                sum += &weight;
            }
            sum
        };
        (0..side.num_sequences()).map(of).collect()
    }

    /// What a player's best reply to the others' plans pays her, and the action that it takes at each of her sets, in the order of
    /// [`super::Side::sets`]; of several the first.
    pub fn best_reply(&self, player: usize, plans: &[Vec<Rational>]) -> (Rational, Vec<usize>) {
        let mut worth = self.gradient(player, plans);
        let steps = self.flat.side(player).steps().rev();
        let mut taken = Vec::new();
        for (own, before) in steps {
            let begin = own.start;
            let best = own.rev().max_by(|a, b| worth[*a].cmp(&worth[*b]));
            let best = best.expect("invariant: a set has actions");
            taken.push(best - begin);
            let value = worth[best].clone();
            worth[before] += &value;
        }
        taken.reverse();
        (worth.swap_remove(0), taken)
    }

    /// What everybody gets by these plans.
    pub fn payoffs(&self, plans: &[Vec<Rational>]) -> Vec<Rational> {
        let of = |player: usize| {
            let worth = self.gradient(player, plans);
            let parts = worth.iter().zip(&plans[player]).map(|(w, p)| w * p);
            parts.sum()
        };
        (0..plans.len()).map(of).collect()
    }

    /// By player, what a best reply gains.
    pub fn gains(&self, plans: &[Vec<Rational>]) -> Vec<Rational> {
        let paid = self.payoffs(plans).into_iter().enumerate();
        paid.map(|(p, paid)| self.best_reply(p, plans).0 - paid)
            .collect()
    }

    /// The sum over players of what best replies gain (`NashConv`).
    pub fn nash_conv(&self, plans: &[Vec<Rational>]) -> Rational {
        self.gains(plans).iter().sum()
    }
}

/// The place of a tuple among sorted ones that lie one after the other.
fn found(others: &[u32], count: usize, tuple: &[u32]) -> Option<usize> {
    let width = tuple.len();
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        match others[middle * width..(middle + 1) * width].cmp(tuple) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(middle),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::rules::{Limits, named};
    use deterra_verify::nash::judge_behavior;
    use deterra_verify::payoff::expected_payoffs;

    /// A profile that favours nobody and repeats nothing: chances of a set are to each other as numbers that go on from set to set.
    fn uneven(game: &ExtensiveGame) -> BehaviorProfile {
        let mut chances = vec![Rational::ZERO; game.num_player_actions()];
        let mut k = 0;
        for player in game.players() {
            for set in game.player_infosets(player) {
                let own = game.actions(set);
                let weights: Vec<i64> = own.clone().map(|a| (a as i64 * 7 + k) % 5).collect();
                let sum: i64 = weights.iter().sum();
                for (at, weight) in own.zip(weights) {
                    let first = i64::from(at == game.actions(set).start);
                    let share = if sum == 0 { first } else { weight };
                    chances[at] = Rational::new(share, sum.max(1)).expect("not 0");
                }
                k += 3;
            }
        }
        BehaviorProfile::new(game, chances).expect("chances sum to 1")
    }

    /// Payoffs and gains equal those of the judge, who walks the tree, and the floats' within rounding.
    #[test]
    fn sweeps_agree_with_walks_of_the_tree() {
        for name in [
            "kuhn",
            "kuhn:players=3",
            "leduc",
            "sheriff",
            "liars_dice:sides=3",
        ] {
            let game = named(name).expect("known").tree(&Limits::default());
            let game = game.expect("a small game");
            let control = Control::default();
            let flat = Flat::new(&game, &control).expect("small");
            let exact = ExactFlat::new(&game, &flat, &control).expect("small");
            for profile in [BehaviorProfile::uniform(&game), uneven(&game)] {
                let plans = exact.plans(&game, &profile);
                assert_eq!(
                    exact.payoffs(&plans),
                    expected_payoffs(&game, &profile),
                    "{name}"
                );
                let gains = exact.gains(&plans);
                let most = gains.iter().max().expect("players");
                let verdict = judge_behavior(&game, &profile, &Rational::ZERO);
                assert_eq!(*most, verdict.error, "{name}");
                let floats: Vec<Vec<f64>> = plans
                    .iter()
                    .map(|plan| plan.iter().map(Rational::to_f64).collect())
                    .collect();
                let apart = exact.nash_conv(&plans).to_f64() - flat.nash_conv(&floats);
                assert!(
                    apart.abs() < 1e-12 * flat.scale().max(1.0) * 100.0,
                    "{name}: {apart}"
                );
            }
        }
    }

    /// One player, chances of zero and below all floats, and sets where own moves exclude that play comes.
    #[test]
    fn what_is_easily_forgotten_is_counted() {
        let tiny = format!("1{}", "0".repeat(400));
        let rest = "9".repeat(400);
        let text = format!(
            r#"EFG 2 R "alone" {{ "A" }}
""
c "" 1 "" {{ "n" 0 "t" 1/{tiny} "m" {rest}/{tiny} }} 0
t "" 1 "" {{ 900 }}
p "" 1 1 "a" {{ "l" "r" }} 0
t "" 2 "" {{ 0 }}
t "" 3 "" {{ {tiny} }}
p "" 1 2 "b" {{ "l" "r" }} 0
t "" 4 "" {{ 0 }}
p "" 1 3 "c" {{ "l" "r" }} 0
t "" 5 "" {{ -1 }}
t "" 6 "" {{ -2 }}
"#
        );
        let options = deterra_game::format::ReadOptions::default();
        let read = deterra_game::format::efg::read(&text, &options);
        let game = read.value.expect("a game");
        let control = Control::default();
        let flat = Flat::new(&game, &control).expect("small");
        let exact = ExactFlat::new(&game, &flat, &control).expect("small");
        let profile = BehaviorProfile::from_pure(
            &game,
            &deterra_game::profile::PureProfile::new(&game, vec![0, 0, 0]).expect("actions"),
        );
        let plans = exact.plans(&game, &profile);
        assert!(exact.payoffs(&plans)[0].is_zero());
        // "r" at a is worth 10^400 in one of 10^400 cases.
        let (value, taken) = exact.best_reply(0, &plans);
        assert!(value.is_one());
        assert_eq!(taken, [1, 0, 0]);
        assert!(exact.nash_conv(&plans).is_one());
    }

    /// A best reply pays what it is said to pay.
    #[test]
    fn a_best_reply_pays_what_it_says() {
        let game = named("leduc").expect("known").tree(&Limits::default());
        let game = game.expect("a small game");
        let control = Control::default();
        let flat = Flat::new(&game, &control).expect("small");
        let exact = ExactFlat::new(&game, &flat, &control).expect("small");
        let profile = uneven(&game);
        let mut plans = exact.plans(&game, &profile);
        let (value, taken) = exact.best_reply(0, &plans);
        let mut chances = vec![Rational::ZERO; game.num_player_actions()];
        for set in (0..2).flat_map(|p| game.player_infosets(PlayerId(p))) {
            for (at, p) in game.actions(set).zip(profile.at(&game, set)) {
                chances[at] = p.clone();
            }
        }
        for (set, action) in flat.side(0).sets().iter().zip(taken) {
            let own = game.actions(*set);
            chances[own.clone()].fill(Rational::ZERO);
            chances[own.start + action] = Rational::ONE;
        }
        let reply = BehaviorProfile::new(&game, chances).expect("chances");
        plans = exact.plans(&game, &reply);
        assert_eq!(exact.payoffs(&plans)[0], value);
        assert_eq!(expected_payoffs(&game, &reply)[0], value);
    }
}

//! One Nash equilibrium of a tree of two players, by sequences of own actions.
//!
//! **Problem.** Find a Nash equilibrium of a game of two players with perfect recall, however large its strategic form.
//! **Theorem.** What a player does is a number for every sequence of own actions, subject to linear equations; the equilibria solve a linear
//! complementarity problem as large as the tree (Koller, Megiddo and von Stengel 1996). Let both play a prior
//! with weight `z` and best replies with weight `1 - z`: from the best replies to the prior, at `z = 1`, a path of
//! equilibria leads to one at `z = 0`. Weights are bounded, so it has no other end (von Stengel, van den Elzen and Talman 2002).
//! **Method.** Lemke's pivots in whole numbers, ties broken by a lexicographic perturbation (`numeric::dictionary`). Where own moves exclude
//! that play comes, the best action against the other's strategy is shown.
//! **Applies to** extensive games of two players (and chance) with perfect recall.
//! **Exact.** Yes. Other priors may lead to other equilibria; others there may be are not looked for.
//! **Cost.** A pivot costs the square of the number of actions, times the length of numbers; exponentially many pivots in the worst case, in
//! practice about as many as there are actions.
//! **References.** vonstengel2002b, koller1996, lemke1965, vonstengel1996.

use super::found::{NashEquilibria, NashEquilibrium, Scope, certified_tree};
use crate::commit::Ties;
use crate::commit::sequences::{Pair, Sequences};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::dictionary::{Dictionary, Equation};
use crate::refine::sequences::{add, follow};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::profile::BehaviorProfile;
use deterra_verify::payoff::expected_payoffs;
use std::time::Instant;

/// What the solutions say about the equilibria that were not looked for.
pub const ONE_LOOKED_FOR: &str = "one equilibrium was looked for, from one prior";

/// Options of [`sequence_form`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceForm {
    /// The prior: 0 for chances that are all alike at each set, else others that this number picks.
    pub prior: u64,
    /// The most actions of both players together: memory grows with the square.
    pub action_limit: usize,
}

impl Default for SequenceForm {
    fn default() -> Self {
        Self {
            prior: 0,
            action_limit: 4_000,
        }
    }
}

/// Numbers by sequence, by player.
pub(crate) type Plans = [Vec<Rational>; 2];

/// Finds one Nash equilibrium.
///
/// # Returns
/// The equilibrium, judged. Never complete: others may exist.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players who forget nothing; [`SolveError::TooLarge`] beyond
/// [`SequenceForm::action_limit`]; [`SolveError::Stopped`] if it was stopped: half a path is no answer.
///
/// # Example
/// ```
/// use deterra_game::catalog;
/// use deterra_game::format::Game;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::sequence_form::{SequenceForm, sequence_form};
/// let Some(Game::Extensive(kuhn)) = catalog::find("kuhn_poker").map(|entry| entry.game()) else { panic!() };
/// let solution = sequence_form(&kuhn, &SequenceForm::default(), &Control::default())?;
/// assert_eq!(solution.answer().list[0].payoffs[0].to_string(), "-1/18");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sequence_form(
    game: &ExtensiveGame,
    options: &SequenceForm,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let clock = control.start();
    let players = game.num_players();
    if players != 2 {
        return Err(refused(
            Method::SequenceForm,
            format!("it needs two players, and there are {players}"),
        ));
    }
    require_recall(game, Method::SequenceForm)?;
    let (profile, payoffs, steps) = clock.require("pivots", || {
        let pair = Pair::between(game, PlayerId(0), PlayerId(1));
        let (plans, steps) = search(game, &pair, options, Method::SequenceForm, &clock)?;
        let profile = profile(game, &pair, &plans)
            .ok_or_else(|| refused(Method::SequenceForm, "the path ended nowhere".to_owned()))?;
        let payoffs = expected_payoffs(game, &profile);
        Ok((profile, payoffs, steps))
    })?;
    let mut answer = NashEquilibria::new(Scope::Some);
    answer.steps = steps;
    answer.list.push(NashEquilibrium {
        payoffs,
        profile,
        exact: true,
        algebraic: None,
    });
    let found = Found {
        method: Method::SequenceForm,
        answer,
        not_searched: Some(ONE_LOOKED_FOR.to_owned()),
        stop: Stop::Done,
        work: Work {
            nodes: game.num_nodes() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(certified_tree(game, found, &clock.patience()))
}

/// Refuses players who forget something.
pub(crate) fn require_recall(game: &ExtensiveGame, method: Method) -> Result<(), SolveError> {
    let mut problems = perfect_recall(game).into_iter();
    match problems.find(|p| game.infoset_player(p.infoset).is_some()) {
        None => Ok(()),
        Some(problem) => Err(SolveError::NotApplicable {
            method,
            what_is_missing:
                "sequences of own actions need players who remember what they did and knew"
                    .to_owned(),
            node: None,
            infoset: Some(problem.infoset),
        }),
    }
}

/// The end of the path from a prior, and its pivots.
pub(crate) fn search(
    game: &ExtensiveGame,
    pair: &Pair,
    options: &SequenceForm,
    method: Method,
    clock: &Clock<'_>,
) -> Result<(Plans, u64), SolveError> {
    let actions = game.num_player_actions();
    if actions > options.action_limit {
        return Err(SolveError::TooLarge {
            what: "the list of actions",
            size: Natural::from(actions),
            limit: options.action_limit,
        });
    }
    let form = Form::new(pair, options.prior);
    let mut dictionary = form.dictionary();
    let steps = follow(&mut dictionary, form.actions, method, clock)?;
    let plan = |player: usize| {
        let value = |s: usize| match s {
            0 => Rational::ONE,
            s => dictionary
                .value(form.variable(player, s))
                .pop()
                .unwrap_or_default(),
        };
        (0..form.sides[player].count).map(value).collect()
    };
    Ok(([plan(0), plan(1)], steps))
}

/// What numbers by sequence are move by move; where own moves exclude that play comes, the best reply to the other.
pub(crate) fn profile(
    game: &ExtensiveGame,
    pair: &Pair,
    [first, second]: &Plans,
) -> Option<BehaviorProfile> {
    let mut flat = vec![Rational::ZERO; game.num_player_actions()];
    let theirs = pair.reply(first, Ties::AgainstLeader).plan;
    let mine = pair.turned().reply(second, Ties::AgainstLeader).plan;
    pair.own.behavior_or(first, &mine, game, &mut flat);
    pair.other.behavior_or(second, &theirs, game, &mut flat);
    BehaviorProfile::new(game, flat).ok()
}

fn refused(method: Method, what_is_missing: String) -> SolveError {
    SolveError::NotApplicable {
        method,
        what_is_missing,
        node: None,
        infoset: None,
    }
}

/// The complementarity problem.
///
/// Variables: weights of sequences beyond the prior's (0..n), what they lose against the best (n..2n), the weight `z` of the
/// prior (2n).
struct Form<'p> {
    pair: &'p Pair,
    sides: [&'p Sequences; 2],
    actions: usize,
    priors: Plans,
    /// By player and set, the best action against the prior.
    replies: [Vec<u32>; 2],
}

impl<'p> Form<'p> {
    fn new(pair: &'p Pair, prior: u64) -> Self {
        let sides = [&pair.own, &pair.other];
        let priors = [0, 1].map(|player: usize| match prior {
            0 => sides[player].even(),
            seed => sides[player].drawn(seed.wrapping_mul(2).wrapping_add(player as u64)),
        });
        let replies = [
            pair.turned().reply(&priors[1], Ties::ForLeader).plan,
            pair.reply(&priors[0], Ties::ForLeader).plan,
        ];
        Self {
            pair,
            actions: sides[0].count + sides[1].count - 2,
            sides,
            priors,
            replies,
        }
    }

    /// The variable of a sequence's weight.
    fn variable(&self, player: usize, sequence: usize) -> usize {
        match player {
            0 => sequence - 1,
            _ => self.sides[0].count + sequence - 2,
        }
    }

    /// The dictionary of the best replies to the prior: what they lose is 0, and weights of other actions are.
    fn dictionary(&self) -> Dictionary {
        let n = self.actions;
        let z = n;
        let zero = || -> Equation { (vec![Rational::ZERO], vec![Rational::ZERO; n + 1]) };
        let mut nonbasic: Vec<usize> = (0..n).collect();
        for player in 0..2 {
            for (set, reply) in self.sides[player].sets.iter().zip(&self.replies[player]) {
                let sure = self.variable(player, set.first + *reply as usize);
                nonbasic[sure] = n + sure;
            }
        }
        nonbasic.push(2 * n);
        // Weights beyond the prior's, by player and sequence; the empty one has what the prior leaves.
        let mut weights: [Vec<Equation>; 2] = [Vec::new(), Vec::new()];
        for (player, own) in weights.iter_mut().enumerate() {
            let mut all = vec![zero(); self.sides[player].count];
            all[0].0[0] = Rational::ONE;
            all[0].1[z] = Rational::integer(-1);
            for (set, reply) in self.sides[player].sets.iter().zip(&self.replies[player]) {
                poll();
                let mut rest = all[set.before].clone();
                let sure = set.first + *reply as usize;
                for s in (set.first..set.first + set.actions).filter(|s| *s != sure) {
                    let k = self.variable(player, s);
                    all[s].1[k] = Rational::ONE;
                    rest.1[k] -= &Rational::ONE;
                }
                all[sure] = rest;
            }
            *own = all;
        }
        // What sequences are paid against the other's weights and prior, without what comes after.
        let mut pays: [Vec<Equation>; 2] = [0, 1].map(|p: usize| vec![zero(); self.sides[p].count]);
        for (mine, theirs, leads, follows) in self.pair.cells() {
            for (player, own, other, paid) in [(0, mine, theirs, leads), (1, theirs, mine, follows)]
            {
                if own == 0 || paid.is_zero() {
                    continue;
                }
                add(&mut pays[player][own], &weights[1 - player][other], paid);
                pays[player][own].1[z] += &(paid * &self.priors[1 - player][other]);
            }
        }
        let mut basic: Vec<(usize, Equation)> = Vec::with_capacity(n);
        let (one, minus) = (Rational::ONE, Rational::integer(-1));
        for player in 0..2 {
            let pays = &mut pays[player];
            let sets = self.sides[player].sets.iter().zip(&self.replies[player]);
            for (set, reply) in sets.rev() {
                poll();
                let sure = set.first + *reply as usize;
                // What the set is worth: as the best reply has it, which may lose something.
                let mut worth = pays[sure].clone();
                worth.1[self.variable(player, sure)] += &one;
                for s in (set.first..set.first + set.actions).filter(|s| *s != sure) {
                    let mut loss = worth.clone();
                    add(&mut loss, &pays[s], &minus);
                    basic.push((n + self.variable(player, s), loss));
                }
                if set.before > 0 {
                    add(&mut pays[set.before], &worth, &one);
                }
            }
        }
        for (player, own) in weights.iter_mut().enumerate() {
            for (set, reply) in self.sides[player].sets.iter().zip(&self.replies[player]) {
                let sure = set.first + *reply as usize;
                let weight = std::mem::take(&mut own[sure]);
                basic.push((self.variable(player, sure), weight));
            }
        }
        Dictionary::new(basic, nonbasic)
    }
}

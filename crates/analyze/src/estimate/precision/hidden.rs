//! λ of agent logit responses in trees in which something is hidden.

use super::{At, NoPrecision, Precision, along, shares, short_cut, times_log};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::InfosetId;
use deterra_game::number::Rational;
use deterra_solve::control::Control;
use deterra_solve::quantal::logit_path::{LogitPath, logit_path};

/// The step of a difference, relative to λ; responses are right to about ten places more than its square needs.
const STEP: f64 = 1e-4;

/// Estimates λ along the branch of agent logit responses from the centroid.
///
/// `counts` has one number an action, by information set of players.
///
/// # Errors
/// [`NoPrecision`] if the counts are not those of the game or the branch cannot be followed.
///
/// # Complexity
/// Some hundred responses.
pub fn principal_tree(
    game: &ExtensiveGame,
    counts: &[Vec<f64>],
    control: &Control,
) -> Result<Precision, NoPrecision> {
    let range = check(game, counts)?;
    along(range, |lambda| {
        let here = respond(game, lambda, control)?;
        // At 0 there is nothing below: the formula of three points on one side.
        let step = STEP * if lambda > 0.0 { lambda } else { 1.0 / range };
        let slopes: Vec<f64> = if lambda > 0.0 {
            let above = respond(game, lambda + step, control)?;
            let below = respond(game, lambda - step, control)?;
            let both = above.iter().zip(&below);
            both.map(|(a, b)| (a - b) / (2.0 * step)).collect()
        } else {
            let next = respond(game, step, control)?;
            let after = respond(game, 2.0 * step, control)?;
            let all = here.iter().zip(next.iter().zip(&after));
            all.map(|(a, (b, c))| (4.0 * b - 3.0 * a - c) / (2.0 * step))
                .collect()
        };
        let mut at = At {
            value: 0.0,
            slope: 0.0,
            information: 0.0,
            probabilities: Vec::new(),
        };
        let mut first = 0;
        for count in counts {
            let own = first..first + count.len();
            first = own.end;
            let chosen: f64 = count.iter().sum();
            let p: Vec<f64> = here[own.clone()].iter().map(|x| x.exp()).collect();
            for ((c, k), p) in count.iter().zip(own).zip(&p) {
                at.value += times_log(*c, here[k]);
                at.slope += c * slopes[k];
                at.information += chosen * p * slopes[k] * slopes[k];
            }
            at.probabilities.push(p);
        }
        Ok(at)
    })
}

/// Estimates λ with the observed shares in the place of what others do, and of what the same player does elsewhere;
/// beliefs follow from the shares.
///
/// # Errors
/// As [`principal_tree`]; [`NoPrecision::NotReached`] if choices were counted where the shares of other
/// choices say that nobody comes.
pub fn empirical_tree(game: &ExtensiveGame, counts: &[Vec<f64>]) -> Result<Precision, NoPrecision> {
    let range = check(game, counts)?;
    let shares = shares(counts);
    let probability = |set: InfosetId, k: usize| match game.infoset_player(set) {
        Some(_) => shares[set.index()][k],
        None => game.chance_probability(set, k).value().to_f64(),
    };
    let nodes = game.num_nodes();
    let mut reach = vec![1.0; nodes];
    for node in game.nodes().skip(1) {
        if let (Some(above), Some(k)) = (game.parent(node), game.incoming(node))
            && let Some(set) = game.infoset(above)
        {
            reach[node.index()] = reach[above.index()] * probability(set, k);
        }
    }
    // What nodes are worth to each player, their own payoffs included.
    let players = game.num_players();
    let mut worth = vec![0.0; nodes * players];
    for node in game.nodes().rev() {
        if let Some(outcome) = game.outcome(node) {
            for player in game.players() {
                let paid = game.payoff(outcome, player).value().to_f64();
                worth[node.index() * players + player.index()] += paid;
            }
        }
        if let (Some(above), Some(k)) = (game.parent(node), game.incoming(node))
            && let Some(set) = game.infoset(above)
        {
            let share = probability(set, k);
            for player in 0..players {
                let own = worth[node.index() * players + player];
                worth[above.index() * players + player] += share * own;
            }
        }
    }
    let mut payoffs = Vec::with_capacity(counts.len());
    for (set, count) in game.infosets().zip(counts) {
        let members = game.members(set);
        let total: f64 = members.iter().map(|n| reach[n.index()]).sum();
        let counted = count.iter().any(|c| *c > 0.0);
        if total <= 0.0 && counted {
            return Err(NoPrecision::NotReached);
        }
        let NodeKind::Decision(player, _) = game.kind(members[0]) else {
            return Err(NoPrecision::Mismatch);
        };
        let mut own = vec![0.0; count.len()];
        if total > 0.0 {
            for member in members {
                for (sum, child) in own.iter_mut().zip(game.children(*member)) {
                    let value = worth[child.index() * players + player.index()];
                    *sum += reach[member.index()] / total * value;
                }
            }
        }
        payoffs.push(own);
    }
    short_cut(range, &payoffs, counts)
}

/// Logarithms of the probabilities of actions at a λ, by information set.
fn respond(game: &ExtensiveGame, lambda: f64, control: &Control) -> Result<Vec<f64>, NoPrecision> {
    let options = LogitPath {
        lambda: Rational::from_f64(lambda),
        ..LogitPath::default()
    };
    let solution = logit_path(game, &options, control)?;
    match solution.answer().cut_short() {
        Some(short) => Err(NoPrecision::CutShort(short.to_owned())),
        None => Ok(solution.answer().point().log_probabilities.clone()),
    }
}

/// The greatest difference of payoffs of plays of one player, if the counts fit.
fn check(game: &ExtensiveGame, counts: &[Vec<f64>]) -> Result<f64, NoPrecision> {
    let fits = counts.len() == game.num_infosets()
        && game
            .infosets()
            .zip(counts)
            .all(|(set, row)| row.len() == game.num_actions(set))
        && counts.iter().flatten().all(|c| *c >= 0.0 && c.is_finite());
    if !fits {
        return Err(NoPrecision::Mismatch);
    }
    if counts.iter().flatten().all(|c| *c <= 0.0) {
        return Err(NoPrecision::NoChoices);
    }
    let mut range = 0.0_f64;
    for player in game.players() {
        let mut sums = vec![Rational::ZERO; game.num_nodes()];
        let mut bounds: Option<(Rational, Rational)> = None;
        for node in game.nodes() {
            let mut sum = match game.parent(node) {
                Some(above) => sums[above.index()].clone(),
                None => Rational::ZERO,
            };
            if let Some(outcome) = game.outcome(node) {
                sum += game.payoff(outcome, player).value();
            }
            if game.is_terminal(node) {
                bounds = Some(match bounds {
                    None => (sum.clone(), sum.clone()),
                    Some((low, high)) => (low.min(sum.clone()), high.max(sum.clone())),
                });
            }
            sums[node.index()] = sum;
        }
        if let Some((low, high)) = bounds {
            range = range.max((&high - &low).to_f64());
        }
    }
    if range > 0.0 {
        Ok(range)
    } else {
        Err(NoPrecision::NothingAtStake)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Place, empirical, principal};
    use super::*;
    use deterra_game::builder::ExtensiveBuilder;
    use deterra_game::number::Number;
    use deterra_game::strategic::StrategicGame;

    const LEFT: [[i64; 2]; 2] = [[9, 0], [0, 1]];
    const RIGHT: [[i64; 2]; 2] = [[0, 1], [1, 0]];

    /// The pennies of McKelvey and Palfrey as a tree: the second player does not see the first move.
    fn pennies() -> ExtensiveGame {
        let mut b = ExtensiveBuilder::new("pennies");
        let players = [b.player("1"), b.player("2")];
        let first = b.infoset(players[0], "first", &["up", "down"]);
        let second = b.infoset(players[1], "second", &["left", "right"]);
        b.move_at("", first);
        for i in 0..2 {
            b.move_at("", second);
            for j in 0..2 {
                let paid = [LEFT[i][j], RIGHT[i][j]].map(Number::from);
                let outcome = b.outcome("", &paid);
                let end = b.terminal("");
                b.set_outcome(end, outcome);
            }
        }
        b.build().expect("a tree")
    }

    /// A tree in which nobody sees anything is its table, and so is what is estimated in it: along the branch, where the
    /// table's slopes are solved for and the tree's are differences, and by the short cut.
    #[test]
    fn a_table_written_as_a_tree_has_the_same_estimates() {
        let rows = |of: [[i64; 2]; 2]| of.map(|row| row.map(Number::from).to_vec());
        let table =
            StrategicGame::from_rows("pennies", &rows(LEFT), &rows(RIGHT)).expect("a table");
        let counts = vec![vec![30.0, 18.0], vec![11.0, 37.0]];
        let control = Control::default();
        let tree = pennies();
        let pairs = [
            (
                principal_tree(&tree, &counts, &control).expect("a maximum"),
                principal(&table, &counts, &control).expect("a maximum"),
            ),
            (
                empirical_tree(&tree, &counts).expect("a maximum"),
                empirical(&table, &counts).expect("a maximum"),
            ),
        ];
        for (found, wanted) in pairs {
            assert_eq!(found.place, wanted.place);
            assert!(
                (found.lambda - wanted.lambda).abs() < 1e-6 * wanted.lambda.max(1.0),
                "{found:?} {wanted:?}"
            );
            assert!((found.log_likelihood - wanted.log_likelihood).abs() < 1e-7);
            let (own, other) = (found.error.unwrap_or(0.0), wanted.error.unwrap_or(0.0));
            assert!((own - other).abs() < 1e-5 * other.max(1.0), "{own} {other}");
        }
    }

    /// Chance says "high" with 3/4; the sender sees it and says "a" or "b" at no cost; the receiver hears only that and
    /// takes 1 for "act" if it is high, −1 if low, or 0. If senders say "a" of high and "b" of low in the shares s and t, the belief after
    /// "a" is 3s/(3s + t), acting there is worth 2·belief − 1, and λ is the log odds of acting over that.
    #[test]
    fn beliefs_follow_from_shares() {
        let mut b = ExtensiveBuilder::new("talk");
        let (sender, receiver) = (b.player("sender"), b.player("receiver"));
        let odds = [("high", "3/4"), ("low", "1/4")];
        let odds = odds.map(|(label, p)| (label, Number::parse(p).expect("a number")));
        let state = b.chance_event("state", &odds);
        let seen = ["high", "low"].map(|state| b.infoset(sender, state, &["a", "b"]));
        let heard = ["a", "b"].map(|word| b.infoset(receiver, word, &["act", "wait"]));
        let paid = [1, -1, 0].map(|n| b.outcome("", &[Number::from(0), Number::from(n)]));
        b.move_at("", state);
        for (k, set) in seen.into_iter().enumerate() {
            b.move_at("", set);
            for word in heard {
                b.move_at("", word);
                for outcome in [paid[k], paid[2]] {
                    let end = b.terminal("");
                    b.set_outcome(end, outcome);
                }
            }
        }
        let game = b.build().expect("a tree");
        // Of high 60 of 90 say "a", of low 10 of 30; after "a" 52 of 70 act. After "b" nobody is counted.
        let counts = vec![
            vec![60.0, 30.0],
            vec![10.0, 20.0],
            vec![52.0, 18.0],
            vec![0.0, 0.0],
        ];
        let (s, t) = (2.0 / 3.0, 1.0 / 3.0);
        let worth = 2.0 * (3.0 * s / (3.0 * s + t)) - 1.0;
        let wanted = (52.0_f64 / 18.0).ln() / worth;
        let found = empirical_tree(&game, &counts).expect("a maximum");
        assert_eq!(found.place, Place::Inside);
        assert!(
            (found.lambda - wanted).abs() < 1e-9 * wanted,
            "{found:?} {wanted}"
        );
        // Along the branch the senders, to whom nothing matters, say either word as often: the belief is the prior,
        // acting is worth 1/2, and λ is twice the log odds.
        let along = principal_tree(&game, &counts, &Control::default()).expect("a maximum");
        let wanted = 2.0 * (52.0_f64 / 18.0).ln();
        assert!((along.lambda - wanted).abs() < 1e-6 * wanted, "{along:?}");
        // Nobody says "b", and yet somebody answers it.
        let odd = vec![
            vec![1.0, 0.0],
            vec![1.0, 0.0],
            vec![1.0, 1.0],
            vec![1.0, 1.0],
        ];
        assert!(matches!(
            empirical_tree(&game, &odd),
            Err(NoPrecision::NotReached)
        ));
        let short = vec![vec![1.0, 0.0]];
        assert!(matches!(
            empirical_tree(&game, &short),
            Err(NoPrecision::Mismatch)
        ));
    }
}

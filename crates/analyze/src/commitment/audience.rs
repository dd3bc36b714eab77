//! The least cost of backing down at which a ladder holds, where something is hidden.
//!
//! **Problem.** Who refuses to carry out a threat that falls due pays an audience cost on top. From which cost on is every
//! threat carried out, whatever the type of who makes it, and does the other side yield before each?
//! **Method.** The cost is a parameter that is not in the game: it is taken off where a refusal leads. Its range is taken apart by
//! [`partition`](mod@crate::partition) with a traced number, so that between two neighboring ends the same equilibria hold. It ends where
//! refusing is dominated, whatever else happens, so that nothing changes beyond.
//! **Exact.** As [`crate::offramp`]. **Cost.** One solution a piece.
//!
//! **References.** Audience costs: fearon1994.

use crate::credibility::Rung;
use crate::offramp::paid::{More, paid_tree};
use crate::offramp::question::{holding, least};
use crate::offramp::{Bound, Exit, NoAnswer, Reach};
use crate::partition::partition;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use deterra_solve::control::Control;
use deterra_solve::problem::{Answer, Problem, Request, solve};
use deterra_solve::refine::component::Piece;
use deterra_solve::refine::perfect_bayesian::BayesianEquilibria;

/// The least audience cost.
#[derive(Clone, Debug)]
pub struct AudienceCost {
    /// From which cost on the ladder holds, in some equilibrium and in all of them, up to the end of the range; `None` if
    /// it does not even there, which is for no cost.
    pub least: Reach<Option<Bound>>,
    /// The greatest cost that was looked at: refusing is dominated from there on.
    pub high: Rational,
    /// Whether all equilibria were found at every cost.
    pub complete: bool,
    /// Games that were solved.
    pub solved: usize,
}

/// Finds the least audience cost at which every threat is carried out and obeyed.
///
/// # Errors
/// [`NoAnswer`]: threats that are voted on or that nobody can refuse, places where there is no way to yield or more than one, and what
/// cannot be followed.
pub fn audience_cost(
    game: &ExtensiveGame,
    rungs: &[Rung],
    request: &Request,
    limit: usize,
    control: &Control,
) -> Result<AudienceCost, NoAnswer> {
    let control = &control.running();
    let (charged, watched) = places(game, rungs).map_err(NoAnswer::Unsolved)?;
    let high = dominated_from(game, &charged);
    let mut solved = 0;
    let parts = partition(&Rational::ZERO, &high, limit, control, |cost| {
        solved += 1;
        let mut more = More::new();
        for (at, player) in &charged {
            more.entry(*at).or_default().push((*player, -cost));
        }
        let game = paid_tree(game, &more).map_err(|none| none.message)?;
        let problem = Problem::Extensive(&game);
        let found = solve(&problem, request, control).map_err(|e| e.to_string())?;
        if !found.verdict().holds() {
            return Err("the equilibria found were not confirmed by their judge".to_owned());
        }
        let Answer::Bayesian(equilibria) = found.answer() else {
            return Err("devices need pbe, weak-pbe or sequential here".to_owned());
        };
        Ok((held(&game, equilibria, &watched), found.is_complete()))
    })?;
    let answers = parts.stretches.iter().map(|s| &s.answer);
    let answers = answers.chain(parts.ends.iter().filter_map(|e| e.answer.as_ref()));
    let mut complete = true;
    for answer in answers {
        match answer {
            Ok((_, all)) => complete &= all,
            Err(why) => return Err(NoAnswer::Unsolved(why.clone())),
        }
    }
    let some = holding(&parts, |(held, _)| held.some, true);
    let every = holding(&parts, |(held, _)| held.every, false);
    Ok(AudienceCost {
        least: Reach {
            some: least(&some, &high),
            every: least(&every, &high),
        },
        high,
        complete,
        solved,
    })
}

/// Whether all moves are made for certain, in some equilibrium and in all of them.
///
/// The same moves are made all over a piece, and where a piece ends another one with fewer moves begins.
fn held(game: &ExtensiveGame, found: &BayesianEquilibria, moves: &[Exit]) -> Reach<bool> {
    let mut pieces = found.components.iter().flat_map(|c| &c.pieces);
    let in_piece = |piece: &Piece| {
        let profile = &piece.inside.profile;
        moves.iter().all(|exit| {
            let set = game.infoset(exit.position);
            set.is_some_and(|h| profile.at(game, h)[exit.takes].is_one())
        })
    };
    let some = pieces.clone().any(in_piece);
    Reach {
        some,
        every: some && pieces.all(in_piece),
    }
}

/// Where a refusal leads and who pays for it.
type Charged = Vec<(NodeId, PlayerId)>;

/// Where refusals lead, and the moves that must be made for the ladder to hold.
fn places(game: &ExtensiveGame, rungs: &[Rung]) -> Result<(Charged, Vec<Exit>), String> {
    let mut charged = Charged::new();
    let mut exits: Vec<Exit> = Vec::new();
    for rung in rungs {
        let [(actor, _)] = rung.actors.as_slice() else {
            return Err(format!("rung {} is voted on", rung.id));
        };
        let Some(refused) = rung.refused else {
            continue;
        };
        let takes = move_toward(game, rung.decision, rung.carried_out);
        let Some(takes) = takes.filter(|_| game.infoset(rung.decision).is_some()) else {
            return Err(format!("rung {} is not decided by one move", rung.id));
        };
        charged.push((refused, *actor));
        exits.push(Exit {
            position: rung.decision,
            takes,
            continues: takes,
        });
        let Some(before) = &rung.before else {
            return Err(format!("nobody can yield before rung {}", rung.id));
        };
        let [yields] = before.yields.as_slice() else {
            return Err(format!(
                "there are several ways to yield before rung {}",
                rung.id
            ));
        };
        exits.push(Exit {
            position: before.position,
            takes: *yields,
            continues: before.continues,
        });
    }
    if exits.is_empty() {
        return Err("there is no threat that can be refused".to_owned());
    }
    charged.sort_unstable();
    charged.dedup();
    exits.sort();
    exits.dedup();
    Ok((charged, exits))
}

/// The move of a node that a later node lies behind.
fn move_toward(game: &ExtensiveGame, from: NodeId, to: NodeId) -> Option<usize> {
    let mut at = to;
    while let Some(parent) = game.parent(at) {
        if parent == from {
            return game.incoming(at);
        }
        at = parent;
    }
    None
}

/// A cost at which whoever pays it gets less than by anything else.
fn dominated_from(game: &ExtensiveGame, charged: &Charged) -> Rational {
    let mut widest = Rational::ZERO;
    let mut players: Vec<PlayerId> = charged.iter().map(|(_, player)| *player).collect();
    players.sort_unstable();
    players.dedup();
    for player in players {
        let mut spread = vec![[Rational::ZERO, Rational::ZERO]; game.num_nodes()];
        for node in game.nodes().rev() {
            let next = || game.children(node).map(|child| &spread[child.index()]);
            let low = next().map(|s| &s[0]).min().cloned();
            let high = next().map(|s| &s[1]).max().cloned();
            let paid = game.payoff_at(node, player);
            let here = paid.map_or(Rational::ZERO, |paid| paid.value().clone());
            spread[node.index()] = [low, high].map(|end| &end.unwrap_or_default() + &here);
        }
        let width = &spread[0][1] - &spread[0][0];
        widest = widest.max(width);
    }
    &widest.floor() + &Rational::integer(2)
}

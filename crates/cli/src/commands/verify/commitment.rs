//! Commitments: is the reply best, and is no other commitment worth more.
//!
//! An answer says what is committed to and what that is worth. Why nothing is worth more is no part of it: a solver is asked for the multipliers,
//! and the judge holds what is said to them.

use super::profile::Stored;
use super::{MOST_UNFOLDED, One, device, judged_exactly, paid, profile, read, strategies};
use crate::commands::solve::{refusal, rows};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::Exact;
use crate::output::model::{WitnessMove, WitnessRow};
use crate::output::names::{Names, table_players, table_strategies};
use crate::request::{self, Loaded, Model};
use crate::source::Source;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_render::number::both;
use deterra_solve::commit::{Commitment, Proof, Ties, Wanted};
use deterra_solve::control::Stop;
use deterra_solve::correlated::Device;
use deterra_solve::method::Method;
use deterra_solve::problem::{Answer as Found, Problem, Request, solve};
use deterra_solve::solution::Solution;
use deterra_verify::commitment::{Claim, judge, judge_frontiers, judge_prefixes, judge_table};
use deterra_verify::correlated::led::{judge_led_cells, judge_led_plans};
use deterra_verify::correlated::{cell_payoffs, plan_payoffs};
use deterra_verify::payoff::{expected_payoffs, mixed_payoffs, strategy_payoffs};
use deterra_verify::respond::best_response;
use deterra_verify::verdict::{Concept, Deviation, Status, Verdict, Witness};
use serde_json::{Value, json};

/// What is judged, where it is told of.
const WHOSE: &str = "the commitment";

/// What an answer says about its commitment.
struct Said {
    wanted: Wanted,
    /// If it names somebody.
    follower: Option<PlayerId>,
    /// `None` if it does not say: then what the profile pays.
    value: Option<Rational>,
    attained: bool,
    /// Where the value is approached from.
    toward: Option<Value>,
}

pub(super) fn judge_all(
    loaded: &Loaded,
    source: &Source,
    tolerance: Option<&Rational>,
    context: &Context,
) -> Result<Vec<One>, Failure> {
    if tolerance.is_some_and(|gain| !gain.is_zero()) {
        return Err(Failure::usage(
            "commitments are judged exactly",
            "leave --tolerance out",
        ));
    }
    let document: Value = serde_json::from_str(&source.text)
        .map_err(|error| shape(&format!("the commitment is not valid JSON: {error}")))?;
    let one = match &loaded.model {
        Model::Positions(game) => {
            let unfolded = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: None,
            })?;
            tree(&unfolded, &document, source, (loaded, context))?
        }
        Model::Tree(game) => tree(game, &document, source, (loaded, context))?,
        Model::Table(game) => table(game, &document, source, (loaded, context))?,
        Model::ActionGraph(game) => {
            let table_of = request::expand(game)?;
            table(&table_of, &document, source, (loaded, context))?
        }
        Model::Alike(_) => return Err(Failure::internal("histories were to be written out")),
        Model::Coalitional(_) => return Err(super::super::solve::cooperative::no_strategies()),
        Model::Stochastic(_) => {
            return Err(Failure::usage(
                "a game that may go on for ever has no plans to commit to",
                "leave --concept out",
            ));
        }
    };
    Ok(vec![one])
}

fn shape(message: &str) -> Failure {
    Failure::input_help(
        message,
        "expected {\"leader\": …, \"value\": …, \"equilibria\": [{\"profile\": {…}}]}, or a `device` in place of equilibria, as \
         `deterra solve --concept stackelberg --json` writes it",
    )
}

/// Reads everything but profiles and devices.
fn said(document: &Value, players: &[String]) -> Result<Said, Failure> {
    let text = |field: &str| document.get(field).and_then(Value::as_str);
    // What is no text may be a player's part of a bare profile.
    let player = |field: &str| {
        let named = text(field).map(|name| device::find(players, name, "player"));
        named.map(|p| p.map(PlayerId::from_index)).transpose()
    };
    let word = |field: &str, known: [&str; 2]| match text(field) {
        None => Ok(false),
        Some(word) if word == known[0] => Ok(false),
        Some(word) if word == known[1] => Ok(true),
        Some(word) => Err(shape(&format!(
            "`{field}` is `{}` or `{}`, not `{word}`",
            known[0], known[1]
        ))),
    };
    let value = match document.get("value") {
        Some(Value::String(spelled)) => Some(spelled.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let value = value
        .map(|spelled| match Number::parse(spelled.trim()) {
            Ok(number) => Ok(number.into_value()),
            Err(error) => Err(shape(&format!("`value` is no number: {error}"))),
        })
        .transpose()?;
    let ties = if word("ties", ["strong", "weak"])? {
        Ties::AgainstLeader
    } else {
        Ties::ForLeader
    };
    Ok(Said {
        wanted: Wanted {
            leader: player("leader")?.unwrap_or(PlayerId(0)),
            ties,
            pure: word("commits_to", ["chances", "plan"])?,
        },
        follower: player("follower")?,
        value,
        attained: document.get("attained").and_then(Value::as_bool) != Some(false),
        toward: document.get("toward_profile").cloned(),
    })
}

/// A solver's answer to the same question.
fn solved(
    problem: &Problem<'_>,
    wanted: Wanted,
    method: Option<Method>,
    (loaded, context): (&Loaded, &Context),
) -> Result<Solution<Found>, Failure> {
    let request = Request {
        concept: Some(Concept::Commitment),
        method,
        commitment: wanted,
        ..Request::default()
    };
    solve(problem, &request, &context.control()).map_err(|e| refusal(&e, loaded, context))
}

fn unproved(why: &str) -> Verdict {
    let reason = format!("that no commitment is worth more could not be proved: {why}");
    Verdict::unchecked(Concept::Commitment, reason)
}

/// The verdict of a judge who is given what a solver found, if that is whole.
fn held<P>(
    claim: &Claim<'_, P>,
    (found, solution): (&Commitment<P>, &Solution<Found>),
    judge: impl FnOnce() -> Verdict,
) -> Verdict {
    if solution.stop() != Stop::Done || !solution.verdict().is_exact() {
        return unproved(&match &solution.verdict().status {
            Status::Unchecked(reason) => reason.clone(),
            other => format!("the search was {}", other.word()),
        });
    }
    let verdict = judge();
    let best = (claim.leader, &found.value);
    refuted(verdict, claim.follower, claim.value, best)
}

/// The verdict, or that the leader gains by what a solver found, which the same judge has proved to be worth that.
fn refuted(
    verdict: Verdict,
    follower: PlayerId,
    value: &Rational,
    (leader, most): (PlayerId, &Rational),
) -> Verdict {
    let is_reply = |witness: &Witness| witness.player == follower;
    if verdict.witness.as_ref().is_some_and(is_reply) || most <= value {
        return verdict;
    }
    let deviation = Deviation::Actions {
        subgame: NodeId::ROOT,
        moves: Vec::new(),
    };
    let witness = Witness {
        player: leader,
        deviation,
        gain: most - value,
    };
    Verdict::from_witness(Concept::Commitment, Some(witness), &Rational::ZERO)
}

/// What a judge says of a device, which others may leave.
fn held_device<T>(
    (best, solution): (&Device<T>, &Solution<Found>),
    (leader, pays): (PlayerId, &[Rational]),
    judge: impl FnOnce() -> Verdict,
) -> Verdict {
    if solution.stop() != Stop::Done || !solution.verdict().is_exact() {
        return unproved("the search for the best one was not whole");
    }
    let verdict = judge();
    let (value, most) = (&pays[leader.index()], &best.payoffs[leader.index()]);
    // Whoever gains by leaving it is no leader.
    let who = verdict.witness.as_ref().map_or(leader, |w| w.player);
    refuted(verdict, who, value, (leader, most))
}

/// The only profile of an answer.
fn only(mut stored: Vec<Stored>) -> Result<Stored, Failure> {
    match stored.pop() {
        Some(one) if stored.is_empty() => Ok(Stored {
            name: WHOSE.to_owned(),
            ..one
        }),
        _ => Err(shape("there is one commitment in an answer")),
    }
}

/// Refuses an answer whose profile pays the leader something else than it is said to be worth.
fn worth(said: &Said, paid: &[Rational], players: &[String]) -> Result<Rational, Failure> {
    let leader = said.wanted.leader.index();
    let pays = &paid[leader];
    match &said.value {
        Some(value) if value != pays => Err(Failure::input_help(
            format!(
                "{WHOSE} is said to be worth {value}, and it pays {} {pays}",
                players[leader]
            ),
            "without `value` it is judged by what it pays",
        )),
        _ => Ok(pays.clone()),
    }
}

/// The profile that a limit is approached from, as it is written; a limit that does not say so cannot be judged.
fn approached(said: &Said) -> Result<Option<String>, &'static str> {
    if said.attained {
        return Ok(None);
    }
    let text = |toward: &Value| json!({"equilibria": [{"profile": toward}]}).to_string();
    let toward = said.toward.as_ref().map(text).map(Some);
    toward
        .ok_or("the value is a limit, and there is no `toward_profile` from which it is approached")
}

fn table(
    game: &StrategicGame,
    document: &Value,
    source: &Source,
    loaded: (&Loaded, &Context),
) -> Result<One, Failure> {
    let players = table_players(game);
    let said = said(document, &players)?;
    let problem = Problem::Strategic(game);
    if document.get("device").is_some() {
        let list = device::of_table(game, document)?;
        let method = Some(Method::CorrelatedCommitment);
        let solution = solved(&problem, said.wanted, method, loaded)?;
        let Found::Device(best) = solution.answer() else {
            return Err(Failure::internal("the solver answered another question"));
        };
        let leads = (said.wanted.leader, &*cell_payoffs(game, &list));
        let verdict = held_device((best, &solution), leads, || match &best.bound {
            Some(bound) => judge_led_cells(game, &list, said.wanted.leader, bound),
            None => unproved("there are no prices"),
        });
        device::check_table(game, document, (&list, &verdict))?;
        let row = rows::verdict(&verdict, |w| {
            if w.player == said.wanted.leader {
                return witness(w, &players[w.player.index()], &said, (Vec::new(), false));
            }
            device::table_witness(game, w)
        });
        return Ok(judged_exactly("the device", &verdict, &Rational::ZERO, row));
    }
    let names = Names::of_table(game);
    let mixed = |stored: &Stored| {
        let rows = stored.probabilities.iter().flatten().cloned().collect();
        MixedProfile::new(&game.shape(), rows).map_err(|e| Failure::input(e.to_string()))
    };
    let stored = only(read(source, &names)?)?;
    let profile = mixed(&stored)?;
    let payoffs = mixed_payoffs(game, &profile);
    let value = worth(&said, &payoffs, &players)?;
    let verdict = match approached(&said) {
        Err(why) => unproved(why),
        Ok(toward) => {
            let toward = toward
                .map(|text| mixed(&only(stored_in(&text, &names)?)?))
                .transpose()?;
            let solution = solved(&problem, said.wanted, None, loaded)?;
            let Found::TableCommitment(found) = solution.answer() else {
                return Err(Failure::internal("the solver answered another question"));
            };
            let claim = claim(&said, found, (&profile, &value, toward.as_ref()))?;
            held(&claim, (found, &solution), || judge_table(game, &claim))
        }
    };
    let (whose, pays) = ((WHOSE, stored.payoffs.as_slice()), &payoffs);
    if verdict.holds() {
        paid::compare(whose, &players, &Rational::ZERO, pays)?;
    }
    let row = rows::verdict(&verdict, |w| {
        let player = w.player;
        let to = match &w.deviation {
            Deviation::Strategy { to } if player != said.wanted.leader => Some(*to as usize),
            _ => None,
        };
        let gains =
            |to: &usize| strategy_payoffs(game, &profile, player)[*to] > payoffs[player.index()];
        let moves = to.map(|to| WitnessMove {
            infoset: players[player.index()].clone(),
            action: table_strategies(game, player).swap_remove(to),
        });
        let is_better = to.as_ref().is_some_and(gains);
        let name = &players[player.index()];
        witness(w, name, &said, (moves.into_iter().collect(), is_better))
    });
    Ok(judged_exactly(WHOSE, &verdict, &Rational::ZERO, row))
}

fn tree(
    game: &ExtensiveGame,
    document: &Value,
    source: &Source,
    loaded: (&Loaded, &Context),
) -> Result<One, Failure> {
    let names = Names::of_tree(game);
    let said = said(document, &names.players)?;
    let problem = Problem::Extensive(game);
    if document.get("device").is_some() {
        let list = device::of_tree(game, &names, document)?;
        let method = Some(Method::CorrelatedCommitment);
        let solution = solved(&problem, said.wanted, method, loaded)?;
        let Found::PlanDevice(best) = solution.answer() else {
            return Err(Failure::internal("the solver answered another question"));
        };
        let leads = (said.wanted.leader, &*plan_payoffs(game, &list));
        let verdict = held_device((&**best, &solution), leads, || match &best.led_bound {
            Some(bound) => judge_led_plans(game, &list, said.wanted.leader, bound),
            None => unproved("there are no prices"),
        });
        device::check_tree(game, document, (&list, &verdict))?;
        let row = rows::verdict(&verdict, |w| {
            if w.player == said.wanted.leader {
                let name = &names.players[w.player.index()];
                return witness(w, name, &said, (Vec::new(), false));
            }
            device::tree_witness(game, &names, w)
        });
        return Ok(judged_exactly("the device", &verdict, &Rational::ZERO, row));
    }
    let behavior = |stored: &Stored| {
        BehaviorProfile::new(game, stored.flat()).map_err(|e| Failure::input(e.to_string()))
    };
    let stored = only(strategies::read_tree(source, game, &names)?)?;
    let profile = behavior(&stored)?;
    let payoffs = expected_payoffs(game, &profile);
    let value = worth(&said, &payoffs, &names.players)?;
    let verdict = match approached(&said) {
        Err(why) => unproved(why),
        Ok(toward) => {
            let toward = toward
                .map(|text| behavior(&only(stored_in(&text, &names)?)?))
                .transpose()?;
            let solution = solved(&problem, said.wanted, None, loaded)?;
            let Found::Commitment(found) = solution.answer() else {
                return Err(Failure::internal("the solver answered another question"));
            };
            let claim = claim(&said, found, (&profile, &value, toward.as_ref()))?;
            held(&claim, (found, &solution), || match &found.proof {
                Proof::Prefixes(bounds) => judge_prefixes(game, &claim, bounds),
                Proof::Frontiers(functions) => judge_frontiers(game, &claim, functions),
                Proof::Tried | Proof::Plans(_) => judge(game, &claim),
            })
        }
    };
    if verdict.holds() {
        let whose = (WHOSE, stored.payoffs.as_slice());
        paid::compare(whose, &names.players, &Rational::ZERO, &payoffs)?;
    }
    let row = rows::verdict(&verdict, |w| {
        let moves = match &w.deviation {
            Deviation::Actions { .. } => {
                rows::witness(game, &names, |h| game.members(h)[0], w).moves
            }
            _ => Vec::new(),
        };
        let gains = || best_response(game, &profile, w.player).is_ok_and(|b| !b.regret().is_zero());
        let is_better = w.player != said.wanted.leader && gains();
        let name = &names.players[w.player.index()];
        witness(w, name, &said, (moves, is_better))
    });
    Ok(judged_exactly(WHOSE, &verdict, &Rational::ZERO, row))
}

/// Profiles of a text that is not a file.
fn stored_in(text: &str, names: &Names) -> Result<Vec<Stored>, Failure> {
    let told = |(message, help): (String, String)| Failure::input_help(message, help);
    profile::read(text, names, &|| Ok(names)).map_err(told)
}

/// What is claimed, with a solver's multipliers.
fn claim<'c, P>(
    said: &Said,
    found: &'c Commitment<P>,
    (profile, value, toward): (&'c P, &'c Rational, Option<&'c P>),
) -> Result<Claim<'c, P>, Failure> {
    if said.follower.is_some_and(|named| named != found.follower) {
        return Err(shape("`follower` is not the other one who moves"));
    }
    Ok(Claim {
        leader: found.leader,
        follower: found.follower,
        mixed: !said.wanted.pure,
        strong: said.wanted.ties == Ties::ForLeader,
        profile,
        value,
        toward,
        bounds: match &found.proof {
            Proof::Plans(bounds) => bounds,
            _ => &[],
        },
    })
}

/// Why a commitment is not the best one, in words.
fn witness(
    found: &Witness,
    player: &str,
    said: &Said,
    (moves, is_better): (Vec<WitnessMove>, bool),
) -> WitnessRow {
    let gain = Exact::from(&found.gain);
    let leads = found.player == said.wanted.leader;
    let by: Vec<String> = moves.iter().map(|m| format!("\"{}\"", m.action)).collect();
    let by = match by.as_slice() {
        [] if leads => "by committing to something else".to_owned(),
        [] => "by replying otherwise".to_owned(),
        by => format!("by replying {}", by.join(", ")),
    };
    let sentence = if leads || is_better {
        format!("{player} gains {} {by}", both(&found.gain))
    } else {
        let how = by
            .trim_start_matches("by ")
            .replacen("replying", "reply", 1);
        format!(
            "{player} may as well {how}, which costs the leader {}",
            both(&found.gain)
        )
    };
    WitnessRow {
        player: player.to_owned(),
        approx: gain.approx(),
        gain,
        subgame: None,
        moves,
        sentence,
    }
}

/// What is said of a commitment: that it is the best one, or that it is not.
pub(super) fn sentence(concept: &str) -> Option<(String, String)> {
    (concept == Concept::Commitment.name()).then(|| {
        (
            "is the best one".to_owned(),
            "is not the best one".to_owned(),
        )
    })
}

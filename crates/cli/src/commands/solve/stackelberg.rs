//! Commitment: what one of two announces, what the other replies, and what that is worth.

mod show;

use super::general::{self, table_row};
use super::{
    Answer, MOST_UNFOLDED, Shown, correlated, exit_of, headline, markov, purpose, quantal, refusal,
    refuse_tie_rule, repeated, rows, solver_request,
};
use crate::args::{ConceptName, Format, SolveArgs, TiesName};
use crate::commands::commitment::scene::{actors, player};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{self, Equilibrium, Input, Reproduce};
use crate::output::names::{Names, table_players, table_strategies};
use crate::output::profile::Profile;
use crate::request::{self, Loaded, Model};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::information::is_perfect_information;
use deterra_game::number::Rational;
use deterra_game::profile::{BehaviorProfile, MixedProfile, PositionProfile};
use deterra_game::strategic::StrategicGame;
use deterra_solve::commit::{Commitment, Ties, Wanted};
use deterra_solve::method::Method;
use deterra_solve::nash::best_equilibrium::{BestEquilibrium, Objective, best_equilibrium};
use deterra_solve::problem::{Answer as Found, Problem, Request, solve};
use deterra_solve::solution::Solution;
use deterra_verify::payoff::position_payoffs;
use deterra_verify::verdict::{Concept, Status};
use serde::Serialize;
use std::rc::Rc;

/// Cells of a table up to which it is said what the leader's best equilibrium is worth.
const MOST_COMPARED: usize = 100;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    method: &'static str,
    leader: String,
    follower: String,
    /// `chances` or `plan`.
    commits_to: &'static str,
    /// `strong` or `weak`.
    ties: &'static str,
    /// What committing is worth to the leader.
    value: Exact,
    approx: Option<f64>,
    /// Whether some commitment is worth that; false if it is a limit.
    attained: bool,
    complete: bool,
    not_searched: Option<String>,
    stop: &'static str,
    /// What is committed to and what is replied, as one entry.
    equilibria: Vec<Equilibrium>,
    /// What the leader commits to, as far as its own plan leads.
    commitment: Vec<MoveRow>,
    /// What the follower does where play comes.
    reply: Vec<MoveRow>,
    /// If the value is a limit: a little of this instead makes the reply the only best one.
    toward: Vec<MoveRow>,
    /// All that is done there: what `verify` needs to judge a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    toward_profile: Option<Profile>,
    /// What is played if nobody commits; null if that is not known without much work.
    without: Option<Without>,
    work: model::Work,
    reproduce: Reproduce,
}

/// What is played if nobody commits.
#[derive(Debug, Serialize)]
struct Without {
    /// `Nash`: the best one for the leader; or `subgame-perfect`.
    concept: &'static str,
    payoffs: Object<Exact>,
    approx: Object<Option<f64>>,
    /// What committing is worth more.
    gain: Exact,
    gain_approx: Option<f64>,
}

/// A move and its chance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct MoveRow {
    infoset: String,
    action: String,
    probability: Exact,
}

/// Whether a commitment is asked for, by concept or by method.
pub(super) fn wanted(context: &Context) -> bool {
    match (
        context.shared.concept,
        Method::from_name(&context.shared.method),
    ) {
        (Some(name), _) => name == ConceptName::Stackelberg,
        (None, Some(method)) => finds_commitments(method),
        (None, None) => false,
    }
}

/// Whether a method finds commitments and nothing else.
fn finds_commitments(method: Method) -> bool {
    let mut all = deterra_solve::method::CATALOG.iter();
    all.any(|row| row.method == method && row.concept == Concept::Commitment)
}

/// Refuses flags that only commitments understand.
pub(super) fn refuse_flags(asked: &SolveArgs) -> Result<(), Failure> {
    if asked.leader.is_some() || asked.ties.is_some() {
        return Err(Failure::usage(
            "--leader and --ties say who commits and how ties are broken",
            "add --concept stackelberg",
        ));
    }
    Ok(())
}

pub(super) fn run(asked: &SolveArgs, context: &Context) -> Result<Answer, Failure> {
    quantal::refuse_flags(context)?;
    purpose::refuse_flags(None, context)?;
    repeated::refuse_flags(context)?;
    if context.shared.format() == Format::Gambit {
        return Err(Failure::usage(
            "a commitment is no equilibrium of the game, so there is no line to write",
            "use --format json or csv",
        ));
    }
    let loaded = request::load_histories(&asked.input.file, context)?;
    markov::refuse_iterations(&loaded, context)?;
    refuse_tie_rule(&loaded, context)?;
    let request = Request {
        concept: Some(Concept::Commitment),
        ..solver_request(&loaded, context)?
    };
    match &loaded.model {
        Model::Positions(game) => {
            let tree = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: None,
            })?;
            of_tree(&tree, &loaded, (asked, request), context)
        }
        Model::Tree(game) => of_tree(game, &loaded, (asked, request), context),
        Model::Table(game) => of_table(game, &loaded, (asked, request), context),
        Model::ActionGraph(game) => {
            let table = request::table_of(game, context)?;
            of_table(&table, &loaded, (asked, request), context)
        }
        Model::Alike(_) => Err(Failure::internal("histories were to be written out")),
        Model::Coalitional(_) => Err(super::cooperative::no_strategies()),
        Model::Stochastic(_) => Err(Failure::usage(
            "a game that may go on for ever has no plans to commit to",
            "leave --concept out to find Markov-perfect equilibria",
        )),
    }
}

/// What was typed about the commitment.
fn typed(
    asked: &SolveArgs,
    players: &[String],
    loaded: &Loaded,
    context: &Context,
) -> Result<Wanted, Failure> {
    let leader = match &asked.leader {
        Some(name) => numbered(name, players.len()).map_or_else(
            || player(name, players, &actors(loaded).0),
            |number| match players.iter().position(|known| known == name) {
                Some(k) => Ok(PlayerId::from_index(k)),
                None => Ok(number),
            },
        )?,
        None => PlayerId(0),
    };
    Ok(Wanted {
        leader,
        ties: match asked.ties {
            Some(TiesName::Weak) => Ties::AgainstLeader,
            Some(TiesName::Strong) | None => Ties::ForLeader,
        },
        pure: context.shared.pure,
    })
}

/// A player by number from 1.
fn numbered(text: &str, count: usize) -> Option<PlayerId> {
    let number: usize = text.trim_start_matches('#').parse().ok()?;
    (1..=count)
        .contains(&number)
        .then(|| PlayerId::from_index(number - 1))
}

fn of_table(
    game: &StrategicGame,
    loaded: &Loaded,
    (asked, mut request): (&SolveArgs, Request),
    context: &Context,
) -> Result<Answer, Failure> {
    let players = table_players(game);
    request.commitment = typed(asked, &players, loaded, context)?;
    let solution = solve(&Problem::Strategic(game), &request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let found = match solution.answer() {
        Found::TableCommitment(found) => found,
        Found::Device(device) => {
            return correlated::table_device(game, (device, &solution), loaded, context);
        }
        _ => return Err(Failure::internal("the solver answered another question")),
    };
    let moves = |profile: &MixedProfile, player: PlayerId| -> Vec<MoveRow> {
        let used = table_strategies(game, player)
            .into_iter()
            .zip(profile.of(player));
        used.filter(|(_, p)| !p.is_zero())
            .map(|(action, p)| MoveRow {
                infoset: players[player.index()].clone(),
                action,
                probability: Exact::from(p),
            })
            .collect()
    };
    let told = Told {
        row: table_row(game, &found.profile, &found.payoffs, solution.verdict()),
        commitment: moves(&found.profile, found.leader),
        reply: moves(&found.profile, found.follower),
        toward: found
            .toward
            .as_ref()
            .map_or_else(Vec::new, |toward| moves(toward, found.leader)),
        toward_profile: found
            .toward
            .as_ref()
            .and_then(|toward| table_row(game, toward, &found.payoffs, solution.verdict()).profile),
        without: best_nash(game, found.leader, context).map(|paid| (Concept::Nash, paid)),
    };
    answer(
        found,
        &solution,
        told,
        (loaded, &players),
        (&request, context),
    )
}

/// What the best Nash equilibrium for the leader pays, of a small table.
fn best_nash(game: &StrategicGame, leader: PlayerId, context: &Context) -> Option<Vec<Rational>> {
    if game.num_players() != 2 || game.num_cells() > MOST_COMPARED {
        return None;
    }
    let options = BestEquilibrium {
        objective: Objective::Player(leader),
        ..BestEquilibrium::default()
    };
    let solution = best_equilibrium(game, &options, &context.control()).ok()?;
    let best = solution.answer().list.first()?;
    let is_best = solution.stop() == deterra_solve::control::Stop::Done;
    (is_best && solution.verdict().is_exact()).then(|| best.payoffs.clone())
}

fn of_tree(
    game: &ExtensiveGame,
    loaded: &Loaded,
    (asked, mut request): (&SolveArgs, Request),
    context: &Context,
) -> Result<Answer, Failure> {
    let names = Rc::new(Names::of_tree(game));
    request.commitment = typed(asked, &names.players, loaded, context)?;
    let solution = solve(&Problem::Extensive(game), &request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let found = match solution.answer() {
        Found::Commitment(found) => found,
        Found::PlanDevice(device) => {
            return correlated::tree_device(game, (device, &solution), loaded, context);
        }
        _ => return Err(Failure::internal("the solver answered another question")),
    };
    let leads = |profile: &BehaviorProfile| own_moves(game, &names, profile, found.leader);
    let row = general::row(
        game,
        &names,
        &found.profile,
        &found.payoffs,
        solution.verdict(),
    );
    let follower = &names.players[found.follower.index()];
    let steps = row.path.steps();
    let reply = steps.iter().filter(|step| step.player == *follower);
    let told = Told {
        commitment: leads(&found.profile),
        reply: reply
            .map(|step| MoveRow {
                infoset: step.infoset.clone(),
                action: step.action.clone(),
                probability: Exact::from(&Rational::ONE),
            })
            .collect(),
        toward: found.toward.as_ref().map_or_else(Vec::new, leads),
        toward_profile: found.toward.as_ref().and_then(|toward| {
            let verdict = solution.verdict();
            general::row(game, &names, toward, &found.payoffs, verdict).profile
        }),
        row,
        without: backward(game, context).map(|paid| (Concept::SubgamePerfect, paid)),
    };
    answer(
        found,
        &solution,
        told,
        (loaded, &names.players),
        (&request, context),
    )
}

/// What backward induction says is paid, where everything is seen.
fn backward(game: &ExtensiveGame, context: &Context) -> Option<Vec<Rational>> {
    if !is_perfect_information(game) {
        return None;
    }
    let request = Request {
        concept: Some(Concept::SubgamePerfect),
        ..Request::default()
    };
    let solution = solve(&Problem::Extensive(game), &request, &context.control()).ok()?;
    let Found::Perfect(perfect) = solution.answer() else {
        return None;
    };
    let profile = PositionProfile::pure(game, perfect.choices().to_vec()).ok()?;
    Some(position_payoffs(game, &profile))
}

/// A player's moves at the sets that its own moves lead to.
fn own_moves(
    game: &ExtensiveGame,
    names: &Names,
    profile: &BehaviorProfile,
    player: PlayerId,
) -> Vec<MoveRow> {
    let before = correlated::own_before(game);
    let mut comes = vec![false; game.num_infosets()];
    let mut moves = Vec::new();
    for (infoset, decision) in game
        .player_infosets(player)
        .zip(&names.decisions[player.index()])
    {
        let here = before[infoset.index()]
            .is_none_or(|(above, k)| comes[above.index()] && !profile.at(game, above)[k].is_zero());
        comes[infoset.index()] = here;
        if here {
            let row = profile.at(game, infoset).iter().zip(&decision.actions);
            let row = row.filter(|(p, _)| !p.is_zero());
            moves.extend(row.map(|(p, action)| MoveRow {
                infoset: decision.name.clone(),
                action: action.clone(),
                probability: Exact::from(p),
            }));
        }
    }
    moves
}

/// What is said of tables and trees alike.
struct Told {
    row: Equilibrium,
    commitment: Vec<MoveRow>,
    reply: Vec<MoveRow>,
    toward: Vec<MoveRow>,
    toward_profile: Option<Profile>,
    without: Option<(Concept, Vec<Rational>)>,
}

fn answer<P>(
    found: &Commitment<P>,
    solution: &Solution<Found>,
    told: Told,
    (loaded, players): (&Loaded, &[String]),
    (request, context): (&Request, &Context),
) -> Result<Answer, Failure> {
    let value = Exact::from(&found.value);
    let work = solution.work();
    let is_plan = request.commitment.pure || solution.method() == Method::PureCommitment;
    let without = told.without.map(|(concept, paid)| {
        let gain = Exact(&found.value - &paid[found.leader.index()]);
        let (payoffs, approx) = rows::payoffs(players, &paid);
        Without {
            concept: concept.name(),
            payoffs,
            approx,
            gain_approx: gain.approx(),
            gain,
        }
    });
    let toward = told.toward.into_iter();
    let answered = Answered {
        schema: model::SCHEMA,
        input: Input {
            name: loaded.title.clone(),
            sha256: loaded.sha256.clone(),
            kind: loaded.kind,
            players: players.to_vec(),
        },
        concept: solution.concept().name(),
        method: solution.method().name(),
        leader: players[found.leader.index()].clone(),
        follower: players[found.follower.index()].clone(),
        commits_to: if is_plan { "plan" } else { "chances" },
        ties: request.commitment.ties.name(),
        approx: value.approx(),
        value,
        attained: found.attained,
        complete: solution.is_complete(),
        not_searched: solution.not_searched().map(str::to_owned),
        stop: solution.stop().word(),
        toward: toward
            .filter(|made| !told.commitment.contains(made))
            .collect(),
        toward_profile: told.toward_profile,
        equilibria: vec![told.row],
        commitment: told.commitment,
        reply: told.reply,
        without,
        work: model::Work {
            seconds: work.seconds,
            judge_seconds: work.judge_seconds,
            iterations: 0,
            pivots: 0,
            nodes: work.nodes,
            bytes: work.bytes,
            nash_conv: None,
            nash_conv_approx: None,
            trace: Vec::new(),
        },
        reproduce: context.reproduce(),
    };
    let text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answered),
        Format::Text | Format::Gambit => {
            show::text(&answered, &headline(loaded, players), context.width())
        }
    };
    let exit = match solution.verdict().status {
        Status::Failed => Exit::Failed,
        Status::Unchecked(_) => exit_of(solution.stop(), false, Shown::Nothing, context),
        // Others may be worth as much; whoever wants all of them is told so by the exit code.
        _ => exit_of(solution.stop(), false, Shown::All, context),
    };
    Ok(Answer {
        text: text.into(),
        exit,
    })
}

//! What is left when dominated strategies are struck out.

mod show;

use super::{Answer, MOST_UNFOLDED, Shown, exit_of, headline, refusal, solver_request};
use crate::args::{ConceptName, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce};
use crate::output::names::{Names, table_players, table_strategies};
use crate::request::{self, Loaded, Model};
use deterra_game::extensive::{ExtensiveGame, NONE};
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_solve::dominance::TreeElimination;
use deterra_solve::dominance::iterated_dominance::IteratedDominance;
use deterra_solve::method::Method;
use deterra_solve::problem::{Answer as Found, Problem, Request, solve};
use deterra_solve::solution::Solution;
use deterra_verify::dominance::{Dominators, Elimination};
use deterra_verify::verdict::{Concept, Status};
use serde::Serialize;

/// Chances in all beliefs that are written.
const MOST_CHANCES: usize = 200_000;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    method: &'static str,
    /// `pure` or `mixed`.
    dominators: &'static str,
    complete: bool,
    not_searched: Option<String>,
    stop: &'static str,
    /// Round by round.
    eliminated: Vec<Vec<EliminatedRow>>,
    /// By player.
    survivors: Object<Vec<String>>,
    /// By player, what of that independent beliefs may or may not support; null if they make no difference.
    undecided: Option<Object<Vec<String>>>,
    /// What everybody gets, if all that is left pays the same; else null.
    payoffs: Option<Object<Exact>>,
    /// Of a tree: by player and strategy, what it does at each information set that it may reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    plans: Option<Object<Object<Object<String>>>>,
    /// Why what is left is not dominated.
    beliefs: Vec<BeliefRow>,
    /// How many more there are, which are too long to be written.
    beliefs_left_out: usize,
    verdict: &'static str,
    /// Why it was not judged, if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict_reason: Option<String>,
    work: Work,
    reproduce: Reproduce,
}

/// A strategy that is struck out.
#[derive(Debug, Serialize)]
struct EliminatedRow {
    player: String,
    strategy: String,
    /// The information set at which it is dominated; null is the whole game.
    at: Option<String>,
    dominator: Object<Exact>,
}

/// A belief to which a strategy is a best reply.
#[derive(Debug, Serialize)]
struct BeliefRow {
    player: String,
    strategy: String,
    at: Option<String>,
    /// Whether the others are believed to act independently: then by player, else one row a combination.
    #[serde(skip_serializing_if = "Option::is_none")]
    independent: Option<Object<Object<Exact>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    belief: Vec<ChanceRow>,
}

/// What the others do, and how likely.
#[derive(Debug, Serialize)]
struct ChanceRow {
    others: Object<String>,
    probability: Exact,
}

/// What it cost.
#[derive(Debug, Serialize)]
struct Work {
    seconds: f64,
    judge_seconds: f64,
}

/// Whether a concept is about dominance.
pub(crate) const fn is_about(name: ConceptName) -> bool {
    matches!(
        name,
        ConceptName::Undominated | ConceptName::WeaklyUndominated | ConceptName::Rationalizable
    )
}

/// Refuses a flag that only eliminations understand.
pub(super) fn refuse_flags(context: &Context) -> Result<(), Failure> {
    if context.shared.pure {
        return Err(Failure::usage(
            "--pure is about what may dominate",
            "add --concept undominated or --concept weakly-undominated",
        ));
    }
    Ok(())
}

/// Whether eliminations are asked for, by concept or by method.
pub(super) fn wanted(request: &Request) -> bool {
    matches!(
        request.concept,
        Some(Concept::Undominated | Concept::WeaklyUndominated | Concept::Rationalizable)
    )
}

pub(super) fn run(
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Answer, Failure> {
    if context.shared.format() == Format::Gambit {
        return Err(Failure::usage(
            "what is left of a game is no profile, so there is no line to write",
            "use --format json or csv",
        ));
    }
    let rationalizable = request.concept == Some(Concept::Rationalizable);
    if rationalizable && context.shared.pure {
        return Err(Failure::usage(
            "rationalizable is what no mixture dominates",
            "leave --pure out, or ask for --concept undominated",
        ));
    }
    let dominators = if context.shared.pure {
        Dominators::Pure
    } else {
        Dominators::Mixed
    };
    let request = Request {
        dominance: IteratedDominance {
            dominators,
            ..IteratedDominance::default()
        },
        ..request.clone()
    };
    match &loaded.model {
        Model::Positions(game) => {
            let tree = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: None,
            })?;
            of_tree(&tree, loaded, &request, context)
        }
        Model::Tree(game) => of_tree(game, loaded, &request, context),
        Model::Table(game) => of_table(game, loaded, &request, context),
        Model::ActionGraph(game) => of_table(
            &request::table_of(game, context)?,
            loaded,
            &request,
            context,
        ),
        Model::Alike(_) => Err(Failure::internal("histories were to be written out")),
        Model::Coalitional(_) => Err(super::cooperative::no_strategies()),
        Model::Stochastic(_) => Err(Failure::usage(
            "a game that may go on for ever has no list of strategies to strike out from",
            "leave --concept out to find Markov-perfect equilibria",
        )),
    }
}

fn of_tree(
    game: &ExtensiveGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Answer, Failure> {
    let solution = solve(&Problem::Extensive(game), request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let Found::TreeElimination(found) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let scene = Scene {
        table: found.form.game(),
        tree: Some((Names::of_tree(game), game, found)),
    };
    scene.answer(&found.elimination, loaded, &solution, context)
}

fn of_table(
    game: &StrategicGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Answer, Failure> {
    let solution = solve(&Problem::Strategic(game), request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let Found::Elimination(found) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let scene = Scene {
        table: game,
        tree: None,
    };
    scene.answer(found, loaded, &solution, context)
}

/// Names for everything.
struct Scene<'g> {
    table: &'g StrategicGame,
    tree: Option<(Names, &'g ExtensiveGame, &'g TreeElimination)>,
}

impl Scene<'_> {
    fn answer<A>(
        &self,
        found: &Elimination,
        loaded: &Loaded,
        solution: &Solution<A>,
        context: &Context,
    ) -> Result<Answer, Failure> {
        let players = table_players(self.table);
        let strategies: Vec<Vec<String>> = self
            .table
            .players()
            .map(|player| table_strategies(self.table, player))
            .collect();
        let name = |p: PlayerId, s: u32| strategies[p.index()][s as usize].clone();
        let named = |rows: &[Vec<u32>]| -> Object<Vec<String>> {
            let rows = self.table.players().zip(rows);
            rows.map(|(p, own)| {
                let own = own.iter().map(|s| name(p, *s)).collect();
                (players[p.index()].clone(), own)
            })
            .collect()
        };
        let eliminated = found.rounds.iter().map(|round| {
            let row = |gone: &deterra_verify::dominance::Eliminated| EliminatedRow {
                player: players[gone.player.index()].clone(),
                strategy: name(gone.player, gone.strategy),
                at: self.place(gone.player, gone.at),
                dominator: gone
                    .by
                    .iter()
                    .map(|(s, w)| (name(gone.player, *s), Exact::from(w)))
                    .collect(),
            };
            round.iter().map(row).collect()
        });
        let left = found.survivors(&self.table.shape());
        let undecided = found.undecided.as_ref().map(|open| {
            let of = |p: PlayerId| {
                let own = open.iter().filter(|(q, _)| *q == p);
                own.map(|(_, s)| *s).collect()
            };
            let rows: Vec<Vec<u32>> = self.table.players().map(of).collect();
            named(&rows)
        });
        let work = solution.work();
        let answered = Answered {
            schema: "deterra/elimination/1",
            input: Input {
                name: loaded.title.clone(),
                sha256: loaded.sha256.clone(),
                kind: loaded.kind,
                players: players.clone(),
            },
            concept: solution.concept().name(),
            method: solution.method().name(),
            dominators: match found.dominators {
                Dominators::Pure => "pure",
                Dominators::Mixed => "mixed",
            },
            complete: solution.is_complete(),
            not_searched: solution.not_searched().map(str::to_owned),
            stop: solution.stop().word(),
            eliminated: eliminated.collect(),
            survivors: named(&left),
            undecided,
            payoffs: self.payoffs(&left).map(|paid| {
                let paid = players.iter().cloned().zip(paid.iter().map(Exact::from));
                paid.collect()
            }),
            plans: self.plans(&players, &strategies),
            beliefs_left_out: {
                let chances = found.supported.iter().map(|proof| proof.belief.len());
                let written = chances.scan(0, |sum, n| {
                    *sum += n;
                    Some(*sum)
                });
                written.filter(|sum| *sum > MOST_CHANCES).count()
            },
            beliefs: self.beliefs(found, &players, &strategies),
            verdict: solution.verdict().status.word(),
            verdict_reason: match &solution.verdict().status {
                Status::Unchecked(reason) => Some(reason.clone()),
                _ => None,
            },
            work: Work {
                seconds: work.seconds,
                judge_seconds: work.judge_seconds,
            },
            reproduce: context.reproduce(),
        };
        let text = match context.shared.format() {
            Format::Json => json::document(&answered).map_err(Failure::internal)?,
            Format::Csv => show::csv(&answered),
            Format::Text | Format::Gambit => {
                let head = headline(loaded, &players);
                show::text(&answered, &head, solution.method(), context.width())
            }
        };
        let exit = match solution.verdict().status {
            Status::Failed => Exit::Failed,
            _ => exit_of(solution.stop(), solution.is_complete(), Shown::All, context),
        };
        Ok(Answer {
            text: text.into(),
            exit,
        })
    }

    fn place(&self, player: PlayerId, at: Option<InfosetId>) -> Option<String> {
        let (names, game, _) = self.tree.as_ref()?;
        let first = game.members(at?)[0];
        names.decision(player, first).map(|d| d.name.clone())
    }

    /// What everybody gets, if it is the same in all cells that are left.
    fn payoffs(&self, left: &[Vec<u32>]) -> Option<Vec<Rational>> {
        let mut cells = vec![0];
        for (player, own) in self.table.players().zip(left) {
            let mut next = Vec::with_capacity(cells.len() * own.len());
            for s in own {
                let add = *s as usize * self.table.stride(player);
                next.extend(cells.iter().map(|cell| cell + add));
            }
            cells = next;
        }
        let paid = |cell: usize| -> Vec<Rational> {
            let players = self.table.players();
            players
                .map(|p| self.table.payoff(cell, p).clone())
                .collect()
        };
        let (first, rest) = cells.split_first()?;
        let all = paid(*first);
        let same = |cell: &usize| {
            let mut players = self.table.players().zip(&all);
            players.all(|(p, paid)| self.table.payoff(*cell, p) == paid)
        };
        rest.iter().all(same).then_some(all)
    }

    fn plans(
        &self,
        players: &[String],
        strategies: &[Vec<String>],
    ) -> Option<Object<Object<Object<String>>>> {
        let (names, _, found) = self.tree.as_ref()?;
        let of_player = |(p, name): (PlayerId, &String)| {
            let own = strategies[p.index()].iter().enumerate().map(|(s, label)| {
                let plan = found
                    .form
                    .plan(p, s)
                    .iter()
                    .zip(&names.decisions[p.index()]);
                let plan = plan.filter(|(action, _)| **action != NONE);
                let plan =
                    plan.map(|(action, d)| (d.name.clone(), d.actions[*action as usize].clone()));
                (label.clone(), plan.collect())
            });
            (name.clone(), own.collect())
        };
        Some(self.table.players().zip(players).map(of_player).collect())
    }

    fn beliefs(
        &self,
        found: &Elimination,
        players: &[String],
        strategies: &[Vec<String>],
    ) -> Vec<BeliefRow> {
        let name = |p: PlayerId, s: usize| strategies[p.index()][s].clone();
        let correlated = found.supported.iter().map(|proof| {
            let chance = |(cell, p): &(usize, Rational)| {
                let others = self.table.players().filter(|q| *q != proof.player);
                let others = others.map(|q| {
                    let played = name(q, self.table.strategy_in(*cell, q));
                    (players[q.index()].clone(), played)
                });
                ChanceRow {
                    others: others.collect(),
                    probability: Exact::from(p),
                }
            };
            BeliefRow {
                player: players[proof.player.index()].clone(),
                strategy: name(proof.player, proof.strategy as usize),
                at: self.place(proof.player, proof.at),
                independent: None,
                belief: proof.belief.iter().map(chance).collect(),
            }
        });
        let independent = found.independent.iter().map(|proof| {
            let others = self.table.players().filter(|q| *q != proof.player);
            let others = others.map(|q| {
                let row = proof.belief[q.index()].iter();
                let row = row.map(|(s, p)| (name(q, *s as usize), Exact::from(p)));
                (players[q.index()].clone(), row.collect())
            });
            BeliefRow {
                player: players[proof.player.index()].clone(),
                strategy: name(proof.player, proof.strategy as usize),
                at: None,
                independent: Some(others.collect()),
                belief: Vec::new(),
            }
        });
        let mut written = 0;
        let mut rows: Vec<BeliefRow> = Vec::new();
        for (proof, row) in found.supported.iter().zip(correlated) {
            written += proof.belief.len();
            if written > MOST_CHANCES {
                break;
            }
            rows.push(row);
        }
        rows.into_iter().chain(independent).collect()
    }
}

/// The request of the command line, and whether it is about dominance.
pub(super) fn request_of(loaded: &Loaded, context: &Context) -> Result<(Request, bool), Failure> {
    let mut request = solver_request(loaded, context)?;
    if request.concept.is_none() {
        request.concept = match request.method {
            Some(Method::IteratedDominance) => Some(Concept::Undominated),
            Some(Method::Rationalizable | Method::ConditionalDominance) => {
                Some(Concept::Rationalizable)
            }
            _ => None,
        };
    }
    let about = wanted(&request);
    if !about {
        refuse_flags(context)?;
    }
    Ok((request, about))
}

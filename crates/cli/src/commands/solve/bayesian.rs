//! Equilibria with beliefs: components, their intervals, and why everything is played.

use super::{Found, Shown, exit_of, frame, general, headline, rows, wanted};
use crate::args::Format;
use crate::context::Context;
use crate::output::gambit;
use crate::output::json::{Exact, Object};
use crate::output::ladder::{self, LadderRow};
use crate::output::model::{BeliefRow, Equilibrium, Family, Range, Refinements, Solved};
use crate::output::names::{Names, members as node_names};
use crate::output::text::Remarks;
use crate::output::{hidden as text, text::verdict_line};
use crate::request::{self, Loaded};
use deterra_analyze::credibility::{free_shots, typed};
use deterra_analyze::hidden::{Prospect, Start, distinctions, kind, prospects};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::{Assessment, PositionProfile};
use deterra_render::table::sheet;
use deterra_solve::method::Method;
use deterra_solve::refine::component::{Component, Interval};
use deterra_solve::refine::forward::Note;
use deterra_solve::refine::perfect_bayesian::BayesianEquilibria;
use deterra_solve::refine::survival::survival;
use deterra_solve::solution::Solution;
use deterra_verify::bayesian::{Strength, judge};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::quasi_perfect::Plans;
use deterra_verify::verdict::{Concept, Verdict};
use deterra_verify::{perfect, sequential};
use std::rc::Rc;

/// Components shown in full where nothing else is asked for.
const LISTED: usize = 100;

/// Pieces of a component that are judged one by one for its row.
const MOST_JUDGED: usize = 200;

/// Tolerance for rounded irrational equilibria, in payoff units.
const ROUNDING: (i64, i64) = (1, 1_000_000_000_000);

/// The answer.
pub(super) fn found<A>(
    game: &ExtensiveGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &BayesianEquilibria,
    context: &Context,
) -> Found {
    let names = Rc::new(Names::of_tree(game));
    let mut solved = frame(loaded, &names.players, solution, context);
    solved.scope = "all";
    solved.complete = solution.is_complete();
    solved.complete_among = solution.is_complete().then_some("all");
    solved.counted_in = "components";
    solved.count = solution
        .is_complete()
        .then(|| answer.components.len().to_string());
    solved.work.iterations = answer.systems;
    let shown = wanted(context, LISTED).min(answer.components.len());
    let is_certified = matches!(
        solution.method(),
        Method::QuasiPerfect | Method::PerfectBasis
    );
    let survivals = if is_certified {
        Vec::new()
    } else {
        let patience = context.patience();
        let told = survival(game, &answer.components, shown, &patience);
        if let Some(ended) = patience.ended().filter(|_| told.len() < shown) {
            context.left_out(ended.into());
            context.remark("which refinements the equilibria survive was not found out in time");
        }
        told
    };
    let mut body = String::new();
    let mut lines = String::new();
    for (k, component) in answer.components.iter().take(shown).enumerate() {
        let verdict = if is_certified {
            solution.verdict().clone()
        } else {
            let concept = solution.concept();
            rows::judged(concept, context, || judged(game, component, concept))
        };
        let mut row = row(game, &names, component, &verdict, loaded, k + 1);
        row.refinements = survivals.get(k).map(|survival| Refinements {
            sequential: survival.sequential,
            perfect: survival.perfect,
            intuitive: survival.intuitive,
            d1: survival.d1,
            forward: survival.note.as_ref().map(|n| forward(game, &names, n)),
        });
        let ladder = ladder_of(game, &names, loaded, component.representative());
        row.ladder = ladder.map(Box::new);
        row.plans = answer.plans.as_ref().map(|all| plans(game, &names, all));
        if context.shared.format() == Format::Gambit {
            lines += &gambit::line(component.representative().profile.as_slice());
        }
        if context.shared.format() == Format::Text {
            let views = prospects(game, component.representative());
            body += &text::equilibrium(game, &names, component, &views, &row, context.width());
            if let Some(of) = &row.ladder {
                body += &ladder::text(of, context.width());
            }
            body.push('\n');
        }
        solved.equilibria.push(row);
    }
    let mut entries = summary(&solved, answer, solution.concept());
    if is_certified && context.shared.concept.is_none() && context.shared.method == "auto" {
        let why = "quasi-perfect, as a search for all perfect Bayesian equilibria would not end soon; --concept pbe tries";
        entries.insert(0, ("Concept", why.to_owned()));
    }
    body += &sheet(&entries, 100);
    let seen = if shown == answer.components.len() {
        Shown::All
    } else {
        Shown::Some
    };
    let seen = if shown == 0 && !solution.is_complete() {
        Shown::Nothing
    } else {
        seen
    };
    Found {
        exit: exit_of(solution.stop(), solution.is_complete(), seen, context),
        remarks: Remarks {
            headline: headline(loaded, &names.players),
            body: Some(body),
            ..Remarks::default()
        },
        solved,
        lines,
    }
}

fn summary(
    solved: &Solved,
    answer: &BayesianEquilibria,
    concept: Concept,
) -> Vec<(&'static str, String)> {
    let n = answer.components.len();
    let sets = answer.components.iter().filter(|c| !c.is_point()).count();
    let noun = if n == 1 { "equilibrium" } else { "equilibria" };
    let connected = match (sets, n) {
        (0, _) => "",
        (1, 1) => ": a connected set, shown by one of its members",
        (k, n) if k == n => ": connected sets, each shown by one of its members",
        _ => "; connected sets are shown by one of their members",
    };
    let shown = solved.equilibria.len();
    let more = if shown < n {
        format!("; {shown} are shown, --list N shows more")
    } else {
        String::new()
    };
    let all = if solved.complete { "" } else { " found" };
    let mut entries = vec![
        (
            "Equilibria",
            format!("{n} {concept} {noun}{all}{connected}{more}"),
        ),
        ("Method", solved.method.to_owned()),
    ];
    if let Some(left_out) = &solved.not_searched {
        entries.push(("Incomplete", left_out.clone()));
    }
    let listed = || (1..).zip(&answer.components).take(shown);
    let numbers = |of: &dyn Fn(&Component) -> bool| -> String {
        let those = listed().filter(|(_, c)| of(c));
        let those: Vec<String> = those.map(|(id, _)| id.to_string()).collect();
        those.join(", ")
    };
    let curved = numbers(&|c| !c.extreme);
    if !curved.is_empty() {
        let least = "intervals are what was seen of a curved set, and may be longer";
        entries.push(("Ranges", format!("{curved}: {least}")));
    }
    let large = numbers(&|c| c.pieces.len() > MOST_JUDGED);
    if !large.is_empty() {
        let judged = format!("{MOST_JUDGED} pieces of the set were judged, and not all of them");
        entries.push(("Judged", format!("{large}: {judged}")));
    }
    let worst = solved
        .equilibria
        .iter()
        .find(|e| e.verdict.status != "exact");
    let verdict = match (worst, solved.equilibria.is_empty()) {
        (_, true) => None,
        (None, false) if concept == Concept::QuasiPerfect => Some(
            "exact: nobody gains anywhere, also against the other side's small mistakes".to_owned(),
        ),
        (None, false) => {
            let why = if concept == Concept::Perfect {
                "every move stays best under some small mistakes of everybody"
            } else {
                "nobody gains anywhere given beliefs, and beliefs follow Bayes' rule"
            };
            Some(format!("exact for each: {why}"))
        }
        (Some(row), false) => Some(format!(
            "{}: {}",
            row.id,
            verdict_line(solved, &row.verdict)
        )),
    };
    entries.extend(verdict.map(|v| ("Verdict", v)));
    entries
}

/// The worst verdict over what stands for the pieces.
fn judged(game: &ExtensiveGame, component: &Component, concept: Concept) -> Verdict {
    let one = |assessment: &Assessment, tolerance: &Rational| match concept {
        Concept::Sequential => sequential::judge(game, assessment, tolerance),
        Concept::Perfect => perfect::judge(game, assessment, tolerance),
        Concept::WeakPerfectBayesian => judge(game, assessment, Strength::Weak, tolerance).verdict,
        _ => judge(game, assessment, Strength::Strong, tolerance).verdict,
    };
    let tolerance = if component.exact {
        Rational::ZERO
    } else {
        Rational::new(ROUNDING.0, ROUNDING.1).unwrap_or_default()
    };
    let mut verdicts = component
        .pieces
        .iter()
        .take(MOST_JUDGED)
        .map(|piece| one(&piece.inside, &tolerance));
    let first = verdicts
        .next()
        .unwrap_or_else(|| Verdict::unchecked(concept, "nothing to judge"));
    verdicts.fold(first, |worst, verdict| {
        let worse = !verdict.holds() && worst.holds() || worst.is_exact() && !verdict.is_exact();
        if worse { verdict } else { worst }
    })
}

fn row(
    game: &ExtensiveGame,
    names: &Rc<Names>,
    component: &Component,
    verdict: &Verdict,
    loaded: &Loaded,
    id: usize,
) -> Equilibrium {
    let assessment = component.representative();
    let payoffs = expected_payoffs(game, &assessment.profile);
    let mut row = general::row(game, names, &assessment.profile, &payoffs, verdict);
    row.id = id;
    if let Some(kind) = kind_of(game, loaded, component) {
        row.name = kind;
    }
    row.beliefs = Some(beliefs(game, names, component, assessment));
    row.action_values = Some(action_values(game, names, &prospects(game, assessment)));
    row.family = Some(Box::new(family(game, names, component)));
    row
}

/// Rungs by type, and free shots.
fn ladder_of(
    game: &ExtensiveGame,
    names: &Names,
    loaded: &Loaded,
    assessment: &Assessment,
) -> Option<LadderRow> {
    let rungs = loaded.ladder.as_ref().map(|l| l.rungs.as_slice())?;
    if rungs.is_empty() {
        return None;
    }
    let profile = PositionProfile::from_behavior(game, &assessment.profile);
    let shots = free_shots(game, &profile, rungs);
    let rows = typed(game, assessment, rungs);
    Some(ladder::ladder(game, names, &rows, shots.as_ref()))
}

/// What kind of equilibrium it is, in the words of the scenario, if it is of one.
fn kind_of(game: &ExtensiveGame, loaded: &Loaded, component: &Component) -> Option<String> {
    let profile = &component.representative().profile;
    match &loaded.ladder {
        Some(ladder) => request::kind_of(game, profile, &ladder.scenario, &ladder.quiet),
        None => kind(game, profile, &|_| None, Start::Peace),
    }
}

/// What an equilibrium is called: its kind, else how play ends.
pub(crate) fn name_of(game: &ExtensiveGame, loaded: &Loaded, component: &Component) -> String {
    kind_of(game, loaded, component).unwrap_or_else(|| {
        rows::name(&general::outcomes(
            game,
            &component.representative().profile,
        ))
    })
}

fn range(interval: &Interval) -> Range {
    Range {
        min: Exact::from(&interval.low),
        max: Exact::from(&interval.high),
    }
}

/// By information set with more than one node.
fn beliefs(
    game: &ExtensiveGame,
    names: &Names,
    component: &Component,
    assessment: &Assessment,
) -> Object<Vec<BeliefRow>> {
    let mut all = Vec::new();
    for player in game.players() {
        let decisions = &names.decisions[player.index()];
        for (infoset, decision) in game.player_infosets(player).zip(decisions) {
            let members = game.members(infoset);
            if members.len() < 2 {
                continue;
            }
            let given = distinctions(game, infoset);
            let named = node_names(game, infoset).into_iter().zip(given);
            let rows = members.iter().zip(named).map(|(node, (name, given))| {
                let belief = Exact::from(&assessment.beliefs[node.index()]);
                let interval = component.beliefs[node.index()].as_ref();
                BeliefRow {
                    node: name,
                    given,
                    approx: belief.approx(),
                    min: interval.map_or(belief.clone(), |i| Exact::from(&i.low)),
                    max: interval.map_or(belief.clone(), |i| Exact::from(&i.high)),
                    belief,
                }
            });
            all.push((decision.name.clone(), rows.collect()));
        }
    }
    // Names are unique by player only.
    let labels: Vec<String> = all
        .iter()
        .map(|(name, _): &(String, _)| name.clone())
        .collect();
    let twice = |name: &String| labels.iter().filter(|l| *l == name).count() > 1;
    let mut at = 0;
    for player in game.players() {
        let wide = game
            .player_infosets(player)
            .filter(|h| game.members(*h).len() > 1);
        for _ in wide {
            if twice(&labels[at]) {
                all[at].0 = format!("{}: {}", names.players[player.index()], labels[at]);
            }
            at += 1;
        }
    }
    Object(all)
}

/// What a move that nobody makes would say.
fn forward(game: &ExtensiveGame, names: &Names, note: &Note) -> String {
    let decision = |k: usize| names.decision(note.player, game.members(note.senders[k].0)[0]);
    let name = |k: usize| decision(k).map_or("", |d| d.name.as_str());
    let listed = |all: &[usize]| {
        let all: Vec<&str> = all.iter().map(|k| name(*k)).collect();
        all.join(" or ")
    };
    let everybody: Vec<usize> = (0..note.senders.len()).collect();
    let action = decision(0).map_or("", |d| d.actions[note.senders[0].1].as_str());
    let left = listed(&note.left);
    let why = if note.surely {
        format!("only {left} could hope to gain by it, and would, whatever reply is best then")
    } else {
        format!("{left} would be likeliest to gain by it, and no reply that is best then deters")
    };
    format!("{action} at {}: {why}", listed(&everybody))
}

pub(super) type ByAction<T> = Object<Object<Object<T>>>;

/// Player, information set and action: polynomials of a certificate.
pub(super) fn plans(game: &ExtensiveGame, names: &Names, plans: &Plans) -> ByAction<Vec<Exact>> {
    let of_player = |player: deterra_game::id::PlayerId| {
        let decisions = &names.decisions[player.index()];
        let own = game
            .player_infosets(player)
            .zip(decisions)
            .map(|(h, decision)| {
                let weights = &plans.weights[game.actions(h)];
                let rows = decision.actions.iter().zip(weights);
                let rows = rows.map(|(action, series)| {
                    // Powers that do not occur at the end are left out.
                    let used = series.iter().rposition(|x| !x.is_zero());
                    let series = &series[..used.map_or(0, |k| k + 1)];
                    (action.clone(), series.iter().map(Exact::from).collect())
                });
                (decision.name.clone(), rows.collect())
            });
        (names.players[player.index()].clone(), own.collect())
    };
    game.players().map(of_player).collect()
}

fn action_values(game: &ExtensiveGame, names: &Names, views: &[Prospect]) -> ByAction<Exact> {
    let mut views = views.iter();
    let of_player = |player: deterra_game::id::PlayerId| {
        let decisions = &names.decisions[player.index()];
        let own = decisions
            .iter()
            .zip(views.by_ref())
            .map(|(decision, view)| {
                let values = decision.actions.iter().zip(&view.values);
                let values = values.map(|(action, x)| (action.clone(), Exact::from(x)));
                (decision.name.clone(), values.collect())
            });
        (names.players[player.index()].clone(), own.collect())
    };
    game.players().map(of_player).collect()
}

fn family(game: &ExtensiveGame, names: &Names, component: &Component) -> Family {
    let of_player = |player: deterra_game::id::PlayerId| {
        let decisions = names.decisions[player.index()].iter();
        let wide = game
            .player_infosets(player)
            .zip(decisions)
            .filter_map(|(h, decision)| {
                let intervals = &component.probabilities[game.actions(h)];
                let varies = intervals.iter().any(|i| !i.is_point());
                varies.then(|| {
                    let actions = decision.actions.iter().zip(intervals);
                    let actions = actions.map(|(action, i)| (action.clone(), range(i)));
                    (decision.name.clone(), actions.collect())
                })
            });
        (names.players[player.index()].clone(), wide.collect())
    };
    let payoffs = names.players.iter().zip(&component.payoffs);
    Family {
        dimension: component.dimension(),
        pieces: component.pieces.len(),
        ranges_exact: component.extreme,
        profile: game.players().map(of_player).collect(),
        payoffs: payoffs.map(|(name, i)| (name.clone(), range(i))).collect(),
    }
}

//! Answers of backward induction: the selected equilibrium, or a list of all.

use super::perfect::{self, Histories};
use super::{Found, Shown, exit_of, frame, headline, rungs, wanted};
use crate::args::Format;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::gambit;
use crate::output::json::Exact;
use crate::output::ladder::{self, LadderRow};
use crate::output::model::Solved;
use crate::output::names::Names;
use crate::output::text::Remarks;
use crate::request::{Loaded, Model};
use deterra_analyze::credibility::{credibility, free_shots};
use deterra_analyze::explain::explain;
use deterra_analyze::path::{self, Path};
use deterra_analyze::values::{self, Values};
use deterra_game::positional::PositionGraph;
use deterra_game::profile::PositionProfile;
use deterra_solve::control::Stop;
use deterra_solve::count::Count;
use deterra_solve::nash::pure::MIXED_NOT_SEARCHED;
use deterra_solve::perfect::backward_induction::{Equilibrium, PerfectEquilibria};
use deterra_solve::solution::Solution;
use std::cell::OnceCell;
use std::rc::Rc;

/// Positions up to which values are computed for the rung table and for reasons.
const MOST_EXPLAINED: usize = 4_000_000;

/// Nodes that shared positions may unfold into for a profile that depends on history, and nodes
/// in all such profiles of an answer.
const MOST_HISTORIES: usize = 100_000;
const MOST_WRITTEN: usize = 5_000_000;

/// Decisions on the path that are explained in the text, and with `-v`.
const REASONS: usize = 3;
const MORE_REASONS: usize = 20;

pub(super) fn found<A>(
    game: &dyn PositionGraph,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &PerfectEquilibria,
    context: &Context,
) -> Result<Found, Failure> {
    let wanted = wanted(context, 1);
    let listing = match answer.count() {
        Some(count) if wanted > 1 && !count.is_one() => Some(selected_first(game, answer, wanted)?),
        _ => None,
    };
    let to_list = answer.count().and_then(Count::to_u64).map_or(wanted, |n| {
        wanted.min(usize::try_from(n).unwrap_or(usize::MAX))
    });
    // Who is indifferent may also randomize.
    let tied = answer.num_ties() > 0;
    let exit = |shown: usize, stop: Option<Stop>| {
        let all = answer.count().and_then(Count::to_u64) == Some(shown as u64);
        let shown = if all { Shown::All } else { Shown::Some };
        let stop = stop.unwrap_or(solution.stop());
        exit_of(stop, solution.is_complete() && !tied, shown, context)
    };
    if context.shared.format() == Format::Gambit {
        // Names and reasons of millions of nodes would only cost time.
        let (lines, shown, stop) = lines(game, answer, listing, context)?;
        return Ok(Found {
            solved: frame(loaded, &[], solution, context),
            remarks: Remarks::default(),
            lines,
            exit: exit(shown, stop),
        });
    }
    let names = Rc::new(match game.as_extensive() {
        Some(tree) => Names::of_tree(tree),
        None => Names::of_positions(game),
    });
    let mut solved = frame(loaded, &names.players, solution, context);
    solved.tie_rule = Some(answer.tie_rule());
    if tied && solved.not_searched.is_none() {
        solved.not_searched = Some(MIXED_NOT_SEARCHED.to_owned());
        solved.complete_among = Some("pure");
    }
    solved.count = answer.count().map(ToString::to_string);
    let mut remarks = Remarks {
        headline: headline(loaded, &names.players),
        ..Remarks::default()
    };
    let path = path::path(game, answer.choices());
    if listing.is_none() {
        let mut row = perfect::equilibrium(
            game,
            &names,
            answer.choices(),
            answer.payoffs(),
            &path,
            solution.verdict(),
        );
        row.selected = true;
        row.ladder = crossed(game, &names, loaded, answer.choices()).map(Box::new);
        solved.equilibria.push(row);
    }
    // Unfolded only if some equilibrium needs it; all profiles together stay of a size to keep.
    let histories = OnceCell::new();
    let unfold = || match &loaded.model {
        Model::Positions(positions) => {
            let most = MOST_HISTORIES.min(MOST_WRITTEN / to_list.max(1));
            Histories::of(positions, most)
        }
        _ => None,
    };
    let mut stop = None;
    let mut held = 0;
    for (k, equilibrium) in listing.into_iter().flatten().enumerate() {
        stop = context.stop_list(k, held);
        if let Some(stop) = stop {
            solved.stop = stop.word();
            break;
        }
        context.report(k, to_list, "equilibria judged");
        let equilibrium = equilibrium?;
        let (plan, payoffs) = (equilibrium.plan(), equilibrium.payoffs());
        let mut row = perfect::planned(game, &names, plan, payoffs, || {
            histories.get_or_init(unfold).as_ref()
        });
        row.id = k + 1;
        row.selected = equilibrium.is_selected();
        if let Some(choices) = plan.moves() {
            row.ladder = crossed(game, &names, loaded, &choices).map(Box::new);
        }
        held += row.bytes();
        solved.equilibria.push(row);
    }
    let reasons = match context.shared.verbose {
        0 => REASONS,
        1 => MORE_REASONS,
        _ => usize::MAX,
    };
    if game.num_positions() <= MOST_EXPLAINED {
        let values = values::values(game, answer.choices());
        let play = Played {
            game,
            choices: answer.choices(),
            values: &values,
            path: &path,
        };
        play.rung_table(loaded, &names, &mut solved, &mut remarks);
        remarks.why = play.reasons(reasons);
    }
    let exit = exit(solved.equilibria.len(), stop);
    Ok(Found {
        solved,
        remarks,
        lines: String::new(),
        exit,
    })
}

/// The free shots of an equilibrium of a ladder.
fn crossed(
    game: &dyn PositionGraph,
    names: &Names,
    loaded: &Loaded,
    choices: &[u32],
) -> Option<LadderRow> {
    let rungs = loaded.ladder.as_ref().map(|l| l.rungs.as_slice())?;
    if rungs.is_empty() || game.num_positions() > MOST_EXPLAINED {
        return None;
    }
    let profile = PositionProfile::pure(game, choices.to_vec()).ok()?;
    let shots = free_shots(game, &profile, rungs)?;
    Some(ladder::ladder(game, names, &[], Some(&shots)))
}

/// The selected equilibrium with what every position is worth under it.
struct Played<'g> {
    game: &'g dyn PositionGraph,
    choices: &'g [u32],
    values: &'g Values,
    path: &'g Path,
}

impl Played<'_> {
    fn rung_table(
        &self,
        loaded: &Loaded,
        names: &Names,
        solved: &mut Solved,
        remarks: &mut Remarks,
    ) {
        let threats = loaded.ladder.as_ref().map_or(&[][..], |l| &l.rungs);
        if threats.is_empty() {
            return;
        }
        let table = credibility(self.game, self.choices, self.values, self.path, threats);
        solved.rungs = rungs::rows(names, &table);
        solved.least_commitment = table.least_commitment.as_ref().map(Exact::from);
        solved.decisive_rung = table.decisive.map(|k| table.rungs[k].id.clone());
        remarks.rungs = rungs::remarks(self.game, names, &table);
        let selected = solved.equilibria.iter().find(|e| e.selected);
        let ladder = selected.and_then(|e| e.ladder.as_deref());
        let shots = ladder.and_then(|l| l.free_shots.as_ref());
        remarks.rungs.extend(shots.map(ladder::sentence));
    }

    /// Why the first decisions on the path are made as they are.
    fn reasons(&self, most: usize) -> Vec<String> {
        let steps = self.path.steps.iter().take(most);
        let why = steps.filter_map(|step| {
            explain(
                self.game,
                self.choices,
                self.values,
                self.path,
                step.position,
            )
        });
        why.map(|why| deterra_render::explain::sentences(self.game, &why).join(" "))
            .collect()
    }
}

/// What the tie rule selects, then the others in order, each made when its turn comes.
fn selected_first<'a>(
    game: &'a dyn PositionGraph,
    answer: &'a PerfectEquilibria,
    wanted: usize,
) -> Result<impl Iterator<Item = Result<Equilibrium, Failure>> + use<'a>, Failure> {
    let all = answer.equilibria(game).map_err(|e| super::failure(&e))?;
    let others = all
        .map(|made| made.map_err(|e| super::failure(&e)))
        .filter(|made| !made.as_ref().is_ok_and(Equilibrium::is_selected));
    Ok(std::iter::once(Ok(answer.selected()))
        .chain(others)
        .take(wanted))
}

/// Gambit's lines, of how many equilibria, and why not of more.
fn lines(
    game: &dyn PositionGraph,
    answer: &PerfectEquilibria,
    listing: Option<impl Iterator<Item = Result<Equilibrium, Failure>>>,
    context: &Context,
) -> Result<(String, usize, Option<Stop>), Failure> {
    let line = |choices: &[u32]| match game.as_extensive() {
        Some(tree) => Ok(gambit::tree_line(tree, choices)),
        None => gambit::positions_line(game, choices).ok_or_else(|| Failure::Limit {
            message: "the game has too many histories to write one number for each".to_owned(),
            help: Some("--format json names positions instead".to_owned()),
        }),
    };
    let Some(listing) = listing else {
        return Ok((line(answer.choices())?, 1, None));
    };
    let mut text = String::new();
    let mut shown = 0;
    for equilibrium in listing {
        if let Some(stop) = context.stop_list(shown, text.len()) {
            return Ok((text, shown, Some(stop)));
        }
        shown += 1;
        let equilibrium = equilibrium?;
        let plan = equilibrium.plan();
        if let Some(choices) = plan.moves() {
            text += &line(&choices)?;
            continue;
        }
        match gambit::plan_line(game, plan) {
            Some(line) => text += &line,
            None => context.remark(
                "left out an equilibrium that plays a shared position differently each time: the \
                 game has too many histories to write one number for each",
            ),
        }
    }
    Ok((text, shown, None))
}

//! A formula and data become covariates and observations.

use super::data::{Cell, Complaints, Data};
use super::formula::{Factor, Formula, Function};
use super::unfold::{Unfolded, named};
use crate::output::names::hint;
use deterra_analyze::estimate::design::{Block, Design};
use deterra_game::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// The most values of one column that become dummies.
const MOST_LEVELS: usize = 100;

/// What a formula's terms are in some data: products of functions of columns, and dummies.
#[derive(Clone, Debug)]
pub(super) struct Encoding {
    /// By part: name and factors; the number is a level.
    parts: Vec<Vec<(String, Vec<Coded>)>>,
}

#[derive(Clone, Debug)]
enum Coded {
    Value(Factor),
    Level(String, String),
}

/// How rows say how play ended.
#[derive(Clone, Debug)]
pub(super) enum Left {
    /// A column with a name, and the ends that go by it.
    Names(usize, BTreeMap<String, Vec<usize>>),
    /// Columns of 0 and 1, and the ends that each is 1 for; all ends there are.
    Marks(Vec<(usize, Vec<usize>)>, Vec<usize>),
}

/// Rows that can be used.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// Which they are in the data.
    pub(super) kept: Vec<usize>,
    /// Values of covariates, by part and then row by row.
    pub(super) covariates: Vec<Vec<f64>>,
    pub(super) weights: Option<Vec<f64>>,
    pub(super) groups: Option<Vec<u32>>,
    /// Rows in which something is missing.
    pub(super) dropped: usize,
}

impl Encoding {
    /// Finds the terms' columns; dummies get the levels that occur.
    pub(super) fn new(formula: &Formula, data: &Data, complaints: &mut Complaints) -> Self {
        let mut levels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let parts = formula.parts.iter().map(|part| {
            let mut columns: Vec<(String, Vec<Coded>)> = Vec::new();
            if part.intercept {
                columns.push(("(intercept)".to_owned(), Vec::new()));
            }
            for term in &part.terms {
                let mut products = vec![(String::new(), Vec::new())];
                for factor in term {
                    let choices: Vec<(String, Coded)> = if factor.function == Function::Levels {
                        let own = levels
                            .entry(factor.column.as_str())
                            .or_insert_with(|| levels_of(data, &factor.column, complaints));
                        let dummies = own.iter().skip(1);
                        dummies
                            .map(|level| {
                                let name = format!("{}={level}", factor.column);
                                (name, Coded::Level(factor.column.clone(), level.clone()))
                            })
                            .collect()
                    } else {
                        vec![(factor.to_string(), Coded::Value(factor.clone()))]
                    };
                    products = products
                        .iter()
                        .flat_map(|(name, coded): &(String, Vec<Coded>)| {
                            choices.iter().map(move |(other, own)| {
                                let joined = if name.is_empty() {
                                    other.clone()
                                } else {
                                    format!("{name}:{other}")
                                };
                                (joined, [coded.clone(), vec![own.clone()]].concat())
                            })
                        })
                        .collect();
                }
                columns.extend(products);
            }
            columns
        });
        Self {
            parts: parts.collect(),
        }
    }

    /// The names of a part's covariates.
    pub(super) fn names(&self, part: usize) -> Vec<String> {
        self.parts[part]
            .iter()
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// A row's covariates, part by part; `None` if one is wrong, and then that is told.
    fn row(&self, data: &Data, row: &[Cell], complaints: &mut Complaints) -> Option<Vec<Vec<f64>>> {
        let mut fine = true;
        let mut told = BTreeSet::new();
        let mut all = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let mut values = Vec::with_capacity(part.len());
            for (_, factors) in part {
                let mut value = 1.0;
                for coded in factors {
                    let (Coded::Value(Factor { column, .. }) | Coded::Level(column, _)) = coded;
                    let cell = data.column(column).and_then(|at| row.get(at))?;
                    let own = match coded {
                        Coded::Level(_, level) => f64::from(u8::from(cell.text.trim() == level)),
                        Coded::Value(factor) => {
                            let number = cell.number().map(|x| factor.function.at(x));
                            let problem = match number {
                                Some(x) if x.is_finite() => None,
                                Some(_) => Some((
                                    "T007",
                                    format!("{factor} has no value here"),
                                    "logarithms and roots are of positive numbers",
                                )),
                                None => Some((
                                    "T006",
                                    format!("`{}` is no number", cell.text.trim()),
                                    "factor(…) makes dummies of words; NA is for what is missing",
                                )),
                            };
                            if let Some((code, message, help)) = problem {
                                fine = false;
                                if told.insert(cell.span.start) {
                                    let said = Diagnostic::error(code, cell.span.clone(), message);
                                    complaints.push(said.help(help));
                                }
                            }
                            number.unwrap_or(0.0)
                        }
                    };
                    value *= own;
                }
                values.push(value);
            }
            all.push(values);
        }
        fine.then_some(all)
    }

    /// A design of these rows.
    pub(super) fn design(&self, utilities: &[String], rows: &Rows) -> Option<Design> {
        let blocks = utilities
            .iter()
            .enumerate()
            .map(|(part, name)| Block::new(name, self.names(part), rows.covariates[part].clone()));
        Design::new(rows.kept.len(), blocks.collect()).ok()
    }
}

/// The values of a column, sorted.
fn levels_of(data: &Data, column: &str, complaints: &mut Complaints) -> Vec<String> {
    let Some(at) = data.column(column) else {
        return Vec::new();
    };
    let cells = data.rows.iter().filter_map(|row| row.get(at));
    let present = cells.filter(|cell| !cell.is_missing());
    let levels: BTreeSet<&str> = present.map(|cell| cell.text.trim()).collect();
    if levels.len() > MOST_LEVELS {
        let message = format!(
            "factor({column}) has {} values, and at most {MOST_LEVELS} become dummies",
            levels.len()
        );
        complaints.push(Diagnostic::error(
            "T009",
            data.header[at].span.clone(),
            message,
        ));
        return Vec::new();
    }
    levels.into_iter().map(str::to_owned).collect()
}

/// Complains of columns that there are not.
///
/// # Returns
/// Whether all are there, so that rows can be looked at.
pub(super) fn require<'c>(
    data: &Data,
    columns: impl IntoIterator<Item = &'c str>,
    complaints: &mut Complaints,
) -> bool {
    let mut told = BTreeSet::new();
    for name in columns {
        if data.column(name).is_none() && told.insert(name) {
            let end = data.header.last().map_or(0, |cell| cell.span.end);
            let start = data.header.first().map_or(0, |cell| cell.span.start);
            let known: Vec<&str> = data.names().collect();
            let help = hint(name, known.iter().copied(), || {
                let more = if known.len() > 12 { ", …" } else { "" };
                let shown: Vec<&str> = known.iter().copied().take(12).collect();
                format!("its columns are {}{more}", shown.join(", "))
            });
            let message = format!("there is no column `{name}`");
            complaints.push(Diagnostic::error("T005", start..end, message).help(help));
        }
    }
    told.is_empty()
}

/// The rows in which nothing is missing, with their covariates.
///
/// `usable` says of a row whether what is left of `~` can be used; it complains for itself.
pub(super) fn rows(
    data: &Data,
    formula: &Formula,
    encoding: &Encoding,
    weight: Option<&str>,
    group: Option<&str>,
    mut usable: impl FnMut(&[Cell], &mut Complaints) -> Usable,
    complaints: &mut Complaints,
) -> Rows {
    let mut found = Rows {
        covariates: vec![Vec::new(); formula.parts.len()],
        weights: weight.map(|_| Vec::new()),
        groups: group.map(|_| Vec::new()),
        ..Rows::default()
    };
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let extra = weight.into_iter().chain(group);
    let needed: Vec<usize> = formula
        .columns()
        .into_iter()
        .chain(extra)
        .filter_map(|name| data.column(name))
        .collect();
    for (at, row) in data.rows.iter().enumerate() {
        if row.len() != data.header.len() {
            continue;
        }
        if needed.iter().any(|column| row[*column].is_missing()) {
            found.dropped += 1;
            continue;
        }
        match usable(row, complaints) {
            Usable::Yes => {}
            Usable::Missing => {
                found.dropped += 1;
                continue;
            }
            Usable::Wrong => continue,
        }
        if let (Some(weights), Some(column)) =
            (&mut found.weights, weight.and_then(|w| data.column(w)))
        {
            if let Some(weight) = row[column].number().filter(|w| *w >= 0.0) {
                weights.push(weight);
            } else {
                let message = "a weight is a number that is not negative";
                let span = row[column].span.clone();
                complaints.push(Diagnostic::error("T010", span, message));
            }
        }
        if let (Some(groups), Some(column)) =
            (&mut found.groups, group.and_then(|g| data.column(g)))
        {
            let next = numbers.len() as u32;
            let name = row[column].text.trim().to_owned();
            groups.push(*numbers.entry(name).or_insert(next));
        }
        if let Some(values) = encoding.row(data, row, complaints) {
            for (own, values) in found.covariates.iter_mut().zip(values) {
                own.extend(values);
            }
            found.kept.push(at);
        }
    }
    found
}

/// Whether a row says how play ended.
pub(super) enum Usable {
    Yes,
    Missing,
    Wrong,
}

impl Left {
    /// What the columns left of `~` mean in a tree.
    ///
    /// One column holds names of outcomes (or of nodes, or their numbers). Several are 0 or 1: they
    /// are called like moves, like outcomes, or stand for the players who move or the nodes where
    /// they do, in order, 1 for the last move there.
    pub(super) fn new(columns: &[String], tree: &Unfolded, data: &Data) -> Result<Self, String> {
        let at = |name: &String| data.column(name);
        let places: Option<Vec<usize>> = columns.iter().map(at).collect();
        // Complained of already.
        let places = places.unwrap_or_default();
        if let [column] = places[..] {
            let marks = marks(columns, tree);
            let words = data.rows.iter().filter_map(|row| row.get(column));
            let present: BTreeSet<&str> = words
                .filter(|c| !c.is_missing())
                .map(|c| c.text.trim())
                .collect();
            let binary = !present.is_empty() && present.iter().all(|w| matches!(*w, "0" | "1"));
            return Ok(match marks {
                Some(mut marks) if binary => {
                    Self::Marks(vec![(column, marks.remove(0))], tree.ends())
                }
                _ => Self::Names(column, by_name(tree)),
            });
        }
        if let Some(marks) = marks(columns, tree) {
            let marks = places.into_iter().zip(marks).collect();
            return Ok(Self::Marks(marks, tree.ends()));
        }
        let moves: BTreeSet<&str> = tree
            .places
            .iter()
            .filter(|p| p.mover.is_some())
            .flat_map(|p| p.moves.iter().map(String::as_str))
            .collect();
        let ends: BTreeSet<&str> = tree
            .ends()
            .into_iter()
            .map(|e| named(&tree.places[e]))
            .collect();
        let listed = |of: BTreeSet<&str>| of.into_iter().collect::<Vec<_>>().join(", ");
        Err(format!(
            "columns of 0 and 1 are called like moves ({}) or outcomes ({}), or there is one \
                     for each player who moves or each node",
            listed(moves),
            listed(ends)
        ))
    }

    /// The ends that a row is consistent with; `None` if it says nothing, none if it is wrong.
    pub(super) fn ends_of(&self, row: &[Cell], complaints: &mut Complaints) -> Option<Vec<usize>> {
        match self {
            Self::Names(column, names) => {
                let cell = &row[*column];
                if cell.is_missing() {
                    return None;
                }
                let name = cell.text.trim();
                let Some(ends) = names.get(name) else {
                    let known = names.keys().map(String::as_str);
                    let help = hint(name, known.clone(), || {
                        let shown: Vec<&str> = known.clone().take(20).collect();
                        format!("outcomes are {}", shown.join(", "))
                    });
                    let message = format!("there is no outcome `{name}`");
                    complaints
                        .push(Diagnostic::error("T008", cell.span.clone(), message).help(help));
                    return Some(Vec::new());
                };
                Some(ends.clone())
            }
            Self::Marks(marks, all) => {
                let mut left: Option<BTreeSet<usize>> = None;
                let mut last = None;
                for (column, ends) in marks {
                    let cell = &row[*column];
                    if cell.is_missing() {
                        continue;
                    }
                    last = Some(cell);
                    let marked: BTreeSet<usize> = match cell.number() {
                        Some(x) if (x - 1.0).abs() < f64::EPSILON => ends.iter().copied().collect(),
                        Some(x) if x.abs() < f64::EPSILON => {
                            let others = all.iter().filter(|e| !ends.contains(e));
                            others.copied().collect()
                        }
                        _ => {
                            let message = format!("`{}` is neither 0 nor 1", cell.text.trim());
                            complaints.push(Diagnostic::error("T008", cell.span.clone(), message));
                            return Some(Vec::new());
                        }
                    };
                    left = Some(match left {
                        None => marked,
                        Some(before) => before.intersection(&marked).copied().collect(),
                    });
                }
                let left = left?;
                if let (true, Some(cell)) = (left.is_empty(), last) {
                    let message = "no play of the game has these moves together";
                    complaints.push(
                        Diagnostic::error("T008", cell.span.clone(), message)
                            .help("a move that was never due is 0 or NA"),
                    );
                }
                Some(left.into_iter().collect())
            }
        }
    }
}

/// The ends by the names that they go by: outcomes and nodes, else their numbers from 1.
fn by_name(tree: &Unfolded) -> BTreeMap<String, Vec<usize>> {
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for end in tree.ends() {
        let place = &tree.places[end];
        for name in [&place.outcome, &place.label] {
            let own = names.entry(name.trim().to_owned()).or_default();
            if !name.trim().is_empty() && !own.contains(&end) {
                own.push(end);
            }
        }
    }
    names.retain(|_, ends| !ends.is_empty());
    for (k, end) in tree.ends().into_iter().enumerate() {
        names
            .entry((k + 1).to_string())
            .or_insert_with(|| vec![end]);
    }
    names
}

/// The ends for which each column is 1.
fn marks(columns: &[String], tree: &Unfolded) -> Option<Vec<Vec<usize>>> {
    let places = &tree.places;
    // Moves by node: number and label.
    let decisions: Vec<usize> = (0..places.len())
        .filter(|at| places[*at].mover.is_some())
        .collect();
    let through = |is: &dyn Fn(usize, usize) -> bool| -> Vec<usize> {
        // Children come after their parents, so one sweep marks everything below.
        let mut inside = vec![false; places.len()];
        for at in 0..places.len() {
            for (k, child) in places[at].children.iter().enumerate() {
                inside[*child] = inside[at] || is(at, k);
            }
        }
        let ends = tree.ends().into_iter();
        ends.filter(|end| inside[*end]).collect()
    };
    let of_move = |name: &String| {
        let known = decisions.iter().any(|at| places[*at].moves.contains(name));
        known.then(|| through(&|at, k| places[at].mover.is_some() && places[at].moves[k] == *name))
    };
    let of_outcome = |name: &String| {
        let own = |end: &usize| places[*end].outcome == *name || places[*end].label == *name;
        let ends: Vec<usize> = tree.ends().into_iter().filter(own).collect();
        (!ends.is_empty()).then_some(ends)
    };
    let named = columns
        .iter()
        .map(|name| of_move(name).or_else(|| of_outcome(name)));
    if let Some(marks) = named.collect::<Option<Vec<_>>>() {
        return Some(marks);
    }
    let is_last = |at: usize, k: usize| k + 1 == places[at].children.len();
    let mut movers: Vec<usize> = Vec::new();
    for at in &decisions {
        if let Some(mover) = places[*at].mover
            && !movers.contains(&mover)
        {
            movers.push(mover);
        }
    }
    if columns.len() == movers.len() {
        let of =
            |mover: &usize| through(&|at, k| places[at].mover == Some(*mover) && is_last(at, k));
        return Some(movers.iter().map(of).collect());
    }
    if columns.len() == decisions.len() {
        let of = |node: &usize| through(&|at, k| at == *node && is_last(at, k));
        return Some(decisions.iter().map(of).collect());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::estimate::unfold::Place;
    use deterra_game::number::Rational;

    fn place(label: &str, mover: Option<usize>, moves: &[(&str, usize)]) -> Place {
        Place {
            label: label.to_owned(),
            outcome: String::new(),
            mover,
            children: moves.iter().map(|(_, to)| *to).collect(),
            moves: moves.iter().map(|(name, _)| (*name).to_owned()).collect(),
            probabilities: Vec::new(),
            payoffs: vec![Rational::ZERO; 2],
        }
    }

    fn tree() -> Unfolded {
        Unfolded {
            players: vec!["a".to_owned(), "b".to_owned()],
            places: vec![
                place("first", Some(0), &[("wait", 1), ("demand", 2)]),
                place("quo", None, &[]),
                place("second", Some(1), &[("yield", 3), ("resist", 4)]),
                place("yields", None, &[]),
                place("resists", None, &[]),
            ],
        }
    }

    fn ends(header: &str, line: &str, columns: &[&str]) -> (Option<Vec<usize>>, Vec<Diagnostic>) {
        let mut complaints = Complaints::default();
        let data = super::super::data::read(&format!("{header}\n{line}\n"), &mut complaints);
        let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        let left = Left::new(&columns, &tree(), &data).expect("they mean something");
        let ends = left.ends_of(&data.rows[0], &mut complaints);
        (ends, complaints.into_list())
    }

    #[test]
    fn rows_say_how_play_ended() {
        let two = ["demand", "resist"];
        let of = |line: &str| ends("demand,resist", line, &two).0;
        assert_eq!(of("0,0"), Some(vec![1]));
        assert_eq!(of("0,NA"), Some(vec![1]));
        assert_eq!(of("1,0"), Some(vec![3]));
        assert_eq!(of("1,1"), Some(vec![4]));
        assert_eq!(of("1,"), Some(vec![3, 4]));
        assert_eq!(of("NA,NA"), None);
        let (none, told) = ends("demand,resist", "0,1", &two);
        assert_eq!((none, told.len()), (Some(Vec::new()), 1));
        // Called anything, they stand for the players.
        assert_eq!(ends("esc,war", "1,1", &["esc", "war"]).0, Some(vec![4]));
        assert_eq!(ends("y", "yields", &["y"]).0, Some(vec![3]));
        assert_eq!(ends("y", "2", &["y"]).0, Some(vec![3]));
        assert_eq!(ends("quo", "0", &["quo"]).0, Some(vec![3, 4]));
        let (_, told) = ends("y", "yield", &["y"]);
        assert_eq!(told[0].help.as_deref(), Some("did you mean `yields`?"));
    }

    #[test]
    fn terms_become_covariates() {
        let mut complaints = Complaints::default();
        let text = "y,x,z,r\nquo,2,3,b\nquo,NA,3,b\nyields,1,1,a\n";
        let data = super::super::data::read(text, &mut complaints);
        let formula = Formula::parse("y ~ x*z - 1 | factor(r):x + log(z) | 0").expect("a formula");
        let encoding = Encoding::new(&formula, &data, &mut complaints);
        assert_eq!(encoding.names(0), ["x", "z", "x:z"]);
        assert_eq!(encoding.names(1), ["(intercept)", "r=b:x", "log(z)"]);
        assert!(encoding.names(2).is_empty());
        let usable = |_: &[Cell], _: &mut Complaints| Usable::Yes;
        let found = rows(
            &data,
            &formula,
            &encoding,
            None,
            None,
            usable,
            &mut complaints,
        );
        assert!(complaints.is_empty());
        assert_eq!((found.kept.clone(), found.dropped), (vec![0, 2], 1));
        assert_eq!(found.covariates[0], [2.0, 3.0, 6.0, 1.0, 1.0, 1.0]);
        assert_eq!(found.covariates[1], [1.0, 2.0, 3.0_f64.ln(), 1.0, 0.0, 0.0]);
    }

    #[test]
    fn every_wrong_cell_is_told_once() {
        let mut complaints = Complaints::default();
        let text = "y,x\nquo,a\nquo,-1\nquo,1\n";
        let data = super::super::data::read(text, &mut complaints);
        let formula = Formula::parse("y ~ x + log(x)").expect("a formula");
        let encoding = Encoding::new(&formula, &data, &mut complaints);
        let usable = |_: &[Cell], _: &mut Complaints| Usable::Yes;
        rows(
            &data,
            &formula,
            &encoding,
            None,
            None,
            usable,
            &mut complaints,
        );
        require(&data, ["x", "zz", "zz"], &mut complaints);
        let codes: Vec<&str> = complaints.into_list().iter().map(|d| d.code).collect();
        assert_eq!(codes, ["T005", "T006", "T007"]);
    }
}

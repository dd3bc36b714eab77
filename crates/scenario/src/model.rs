//! A scenario as plain data: names resolved, formulas parsed, nothing computed yet.
//!
//! Actors, rungs and outcomes are numbers here, in the order of the file. What stays a
//! [`Formula`] depends on the parameters or on where play stands.

mod estimation;
mod past;
mod rule;
mod threat;
mod vary;
mod view;

pub use estimation::Estimation;
pub use past::{Happening, Likelihood, RedLine, Threshold};
pub use rule::NoRule;
pub use threat::{Threat, ThreatVote, Yield};
pub use view::{Theatre, View};

use crate::expr::Formula;
use crate::parameter::{Assertion, Parameters, Patch};
use crate::syntax::{Item, Table};
use std::ops::Range;

/// A scenario that was read; [`crate::compile()`] makes a game of it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The title; empty if there is none.
    pub name: String,
    /// The remark on the whole file.
    pub note: Option<String>,
    /// The numbers, with the changes of the command line.
    pub parameters: Parameters,
    /// Everybody who has a name, in order; not all of them play.
    pub actors: Vec<Actor>,
    /// Who decides together.
    pub coalitions: Vec<Coalition>,
    /// Promises between actors.
    pub alliances: Vec<Alliance>,
    /// Probabilities of combinations of types, if given.
    pub joint_prior: Vec<Joint>,
    /// What was declared.
    pub red_lines: Vec<RedLine>,
    /// What happened.
    pub history: Vec<Happening>,
    /// The beliefs that matter.
    pub thresholds: Vec<Threshold>,
    /// The moves.
    pub form: Form,
    /// How it can end.
    pub outcomes: Vec<Outcome>,
    /// Who sees what; the last that fits an event counts.
    pub observations: Vec<Observation>,
    /// What payoffs are multiplied by for each unit of time.
    pub discount: Option<Formula>,
    /// What must hold of the numbers.
    pub assertions: Vec<Assertion>,
    /// What is printed with the results.
    pub reports: Vec<(String, Formula)>,
    /// Questions to ask, as they stand in the file.
    pub analyses: Vec<Block>,
    /// What is estimated from data.
    pub estimation: Option<Estimation>,
    /// The contests that follow this one, in order.
    pub theatres: Vec<Theatre>,
    /// What actors believe, and what is true.
    pub views: Vec<View>,
    /// The file, for printing it again.
    pub document: Table,
}

/// A block that later commands read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What tells it from others: the kind of an analysis.
    pub name: String,
    /// Its keys.
    pub keys: Table,
    /// Where it is.
    pub span: Range<usize>,
}

/// The moves of a scenario.
#[derive(Clone, Debug)]
pub enum Form {
    /// Rungs.
    Ladder(Box<Ladder>),
    /// Nodes.
    Tree(Tree),
    /// Nodes that play may return to.
    Graph(Box<Graph>),
}

/// An actor's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Would change things.
    Challenger,
    /// Would keep them.
    Defender,
    /// Is defended.
    Protege,
    /// Stands by the defender.
    Ally,
    /// Softens sanctions.
    Mitigator,
    /// Watches.
    Observer,
}

/// Somebody with payoffs.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The name in the file.
    pub id: String,
    /// The name in results.
    pub label: String,
    /// The part, if given.
    pub role: Option<Role>,
    /// Whose side; actors of one side do not yield to each other's threats.
    pub side: String,
    /// What it may be; empty if everything is known.
    pub types: Vec<Type>,
    /// The type that `--given` fixes.
    pub given: Option<usize>,
    /// Whether it is a player: the members of a voting coalition are and the coalition is not, a
    /// unitary coalition is and its members are not.
    pub plays: bool,
    /// The coalition that it stands for.
    pub coalition: Option<usize>,
    /// The coalition that it is a member of.
    pub member_of: Option<usize>,
    /// Where it is.
    pub span: Range<usize>,
}

/// What an actor may be.
#[derive(Clone, Debug)]
pub struct Type {
    /// The name.
    pub id: String,
    /// How likely, before the history.
    pub prior: Option<Formula>,
    /// What is different for it.
    pub patches: Vec<Patch>,
    /// Where it is.
    pub span: Range<usize>,
}

/// The probability of one combination of types.
#[derive(Clone, Debug)]
pub struct Joint {
    /// Actor and type, for every actor with types.
    pub types: Vec<(usize, usize)>,
    /// Its probability.
    pub probability: Formula,
    /// Where it is.
    pub span: Range<usize>,
}

/// How a coalition decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// As one player.
    Unitary,
    /// One vote after the other, in the open.
    Sequential,
    /// All votes at once.
    Simultaneous,
}

/// How many must agree.
#[derive(Clone, Debug)]
pub enum Decide {
    /// All.
    Unanimity,
    /// More than half.
    Majority,
    /// At least so many.
    AtLeast(usize),
    /// Members whose weights reach a quota.
    Weighted {
        /// One a member.
        weights: Vec<Formula>,
        /// What they must reach.
        quota: Box<Formula>,
    },
}

/// What a member of a coalition counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberPayoff {
    /// Its own payoff.
    Own,
    /// The sum of the members' payoffs.
    Sum,
    /// Its share of the coalition's payoff.
    Shares,
}

/// Actors that decide together.
#[derive(Clone, Debug)]
pub struct Coalition {
    /// The actor that stands for it.
    pub actor: usize,
    /// The members, in the order in which they vote.
    pub members: Vec<usize>,
    /// How it decides.
    pub rule: Rule,
    /// How many must agree.
    pub decide: Decide,
    /// What a member counts.
    pub payoff: MemberPayoff,
    /// One a member, if given.
    pub shares: Vec<Formula>,
    /// How long a vote takes.
    pub delay: Option<Formula>,
    /// Whether outsiders see the votes.
    pub visible_votes: bool,
    /// What voting yes costs each member, whatever comes of it; none if it is free.
    pub cost_of_yes: Vec<Formula>,
    /// Where it is.
    pub span: Range<usize>,
}

/// A promise.
#[derive(Clone, Debug)]
pub struct Alliance {
    /// Who promises.
    pub from: usize,
    /// To whom.
    pub to: usize,
    /// How firm, from 0 to 1.
    pub level: Formula,
    /// What breaking a full promise costs.
    pub breach: Formula,
    /// The outcomes that break it, by id.
    pub on: Vec<String>,
    /// Where it is.
    pub span: Range<usize>,
}

/// A ladder of threats.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// Whether the challenger may leave things as they are.
    pub peace: bool,
    /// How many stages there may be; the number of rungs if not given.
    pub horizon: Option<Formula>,
    /// The outcome after the last stage, by id.
    pub last: String,
    /// The outcome if nobody is challenged, by id.
    pub quiet: String,
    /// After how many stages the off-ramps are closed.
    pub deadline: Option<Formula>,
    /// What is demanded.
    pub demand: Option<String>,
    /// The stages.
    pub rungs: Vec<Rung>,
    /// Who may answer how; the last that fits counts.
    pub responses: Vec<Response>,
    /// The ways out.
    pub off_ramps: Vec<OffRamp>,
    /// What backing down costs at home.
    pub audiences: Vec<(usize, Formula)>,
}

/// Payoffs or costs, by actor.
pub type Amounts = Vec<(usize, Formula)>;

/// A stage of the threat.
#[derive(Clone, Debug)]
pub struct Rung {
    /// The name.
    pub id: String,
    /// As shown.
    pub label: String,
    /// Who carries it out.
    pub by: usize,
    /// The coalition that votes on it; that of `by` if it is one.
    pub vote: Option<usize>,
    /// Who may yield before it.
    pub target: Option<usize>,
    /// What carrying it out costs.
    pub cost: Amounts,
    /// What parameters become.
    pub effect: Vec<Patch>,
    /// The probability of an accident.
    pub accident: Option<Formula>,
    /// Whether an off-ramp takes its costs back.
    pub reversible: bool,
    /// How long it takes.
    pub delay: Option<Formula>,
    /// What must have been carried out before.
    pub requires: Vec<usize>,
    /// Who sees whether it was carried out, if not everybody.
    pub visible_to: Option<Vec<usize>>,
    /// The probability that an onlooker sees it wrong.
    pub noise: Option<Formula>,
    /// Where it is.
    pub span: Range<usize>,
}

/// How a side may answer when a stage is due.
#[derive(Clone, Debug)]
pub struct Response {
    /// The rung; every one if none is named.
    pub on: Option<usize>,
    /// Whose answer; the rung's actor if nobody is named.
    pub by: Option<usize>,
    /// The moves.
    pub options: Vec<Answer>,
    /// What binds it.
    pub commit: Commit,
    /// For how many stages.
    pub deadline: Option<Formula>,
    /// Where it is.
    pub span: Range<usize>,
}

/// One way to answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Carry out the stage that is due.
    Execute,
    /// Give in.
    Acquiesce,
    /// Carry out a later rung instead.
    Jump(usize),
    /// Answer with another strength.
    Strength {
        /// `none`, `weak`, `kind` or `strong`.
        name: String,
        /// What it costs.
        cost: Amounts,
        /// The probability of an accident.
        accident: Option<Formula>,
    },
}

/// What binds a side to its threat.
#[derive(Clone, Debug)]
pub enum Commit {
    /// Nothing.
    Nothing,
    /// Backing down costs so much.
    Audience(Formula),
    /// It happens by itself with this probability.
    Automatic(Formula),
    /// Somebody else decides.
    Delegated(usize),
}

/// A way out.
#[derive(Clone, Debug)]
pub struct OffRamp {
    /// The name; its outcome is `id@stage`.
    pub id: String,
    /// The move.
    pub label: String,
    /// Before which rung; before every one if none is named.
    pub at: Option<usize>,
    /// Who may take it; the rung's target if nobody is named.
    pub by: Option<usize>,
    /// What it pays.
    pub payoff: Amounts,
    /// What is paid on top.
    pub prize: Option<Formula>,
    /// Who pays that.
    pub payer: Option<usize>,
    /// What it costs in face.
    pub face_cost: Option<Formula>,
    /// Whether the promise is kept.
    pub credible: Option<Formula>,
    /// Kinds of outcome.
    pub tags: Vec<String>,
    /// Where it is.
    pub span: Range<usize>,
}

/// An explicit tree, perhaps of templates.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Where play starts.
    pub root: Target,
    /// The places.
    pub nodes: Vec<NodeRule>,
    /// The threats for the rung table.
    pub threats: Vec<Threat>,
}

/// Places that play may return to, without a last stage.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The places and how they are connected.
    pub tree: Tree,
    /// What a payoff is worth one period later; 1 if not given.
    pub discount: Option<Formula>,
    /// The actors to whom it is worth something else.
    pub discounts: Amounts,
    /// Where that is said.
    pub span: Range<usize>,
}

/// Text with values put in: `bid {b}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Text and formulas in turn.
    pub pieces: Vec<Piece>,
    /// Where it is.
    pub span: Range<usize>,
}

/// A part of a [`Pattern`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// A value.
    Value(Formula),
}

impl Pattern {
    /// The text, if nothing is put in.
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// Where a move leads: a node or an outcome, with the values it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: Pattern,
    /// The values.
    pub arguments: Vec<Formula>,
    /// Where it is.
    pub span: Range<usize>,
}

/// Payments to actors whose names may be patterns.
pub type Payments = Vec<(Pattern, Formula)>;

/// A place in a tree, or a family of places.
#[derive(Clone, Debug)]
pub struct NodeRule {
    /// The name.
    pub id: String,
    /// As shown.
    pub label: Option<Pattern>,
    /// What it is given.
    pub given: Vec<String>,
    /// Who moves; `chance` for nobody.
    pub by: Pattern,
    /// Who else moves at once, in a graph.
    pub together: Vec<Pattern>,
    /// Whether a period begins where chance moves, in a graph.
    pub period: bool,
    /// The moves.
    pub actions: Vec<ActionRule>,
    /// What getting here pays.
    pub pay: Payments,
    /// What it looks like to the mover.
    pub infoset: Option<Pattern>,
    /// The move that leaves things as they are.
    pub quiet: Option<String>,
    /// Where it is.
    pub span: Range<usize>,
}

/// A move, or a family of moves.
#[derive(Clone, Debug)]
pub struct ActionRule {
    /// The name.
    pub label: Pattern,
    /// The counter of a family.
    pub family: Option<Family>,
    /// Where it leads.
    pub target: Target,
    /// Where it may lead and how likely, in a graph; then `target` is the first of them.
    pub lottery: Vec<(Target, Formula)>,
    /// Its probability at a chance node.
    pub probability: Option<Formula>,
    /// Whether it exists.
    pub when: Option<Formula>,
    /// What it pays.
    pub pay: Payments,
    /// Where it is.
    pub span: Range<usize>,
}

/// A counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub variable: String,
    /// The first value.
    pub from: Formula,
    /// The last value.
    pub to: Formula,
}

/// An end.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The name.
    pub id: String,
    /// As shown.
    pub label: Option<Pattern>,
    /// What it depends on.
    pub given: Vec<String>,
    /// What it pays.
    pub payoff: Payments,
    /// Kinds of outcome.
    pub tags: Vec<String>,
    /// Where it is.
    pub span: Range<usize>,
}

/// Who sees an event.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The events: `all`, a rung, a node, `node.move`.
    pub events: Vec<String>,
    /// Who sees it.
    pub by: Vec<usize>,
    /// How many later events pass before it is seen.
    pub delay: usize,
    /// The probability of seeing it wrong.
    pub error: Option<Formula>,
    /// Where it is.
    pub span: Range<usize>,
}

impl Scenario {
    /// The actor of a name.
    pub fn actor(&self, id: &str) -> Option<usize> {
        self.actors.iter().position(|actor| actor.id == id)
    }
}

impl Block {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.keys.get(key)
    }
}

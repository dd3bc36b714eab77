//! What an answer of `solve` holds. Serialized as it stands, it is the JSON answer
//! `deterra/solve/1`; within that version fields are only added.

use super::algebraic::AlgebraicRow;
use super::json::{Exact, Object};
use super::ladder::LadderRow;
use super::path::Path;
use super::profile::Profile;
use super::stationary::Stationary;
use deterra_solve::nash::found::Milestone;
use serde::Serialize;

/// Version and name of the shape.
pub(crate) const SCHEMA: &str = "deterra/solve/1";

/// An answer of `solve`.
#[derive(Debug, Serialize)]
pub(crate) struct Solved {
    pub(crate) schema: &'static str,
    pub(crate) input: Input,
    pub(crate) concept: &'static str,
    pub(crate) method: &'static str,
    /// Which equilibria the method looks for: `pure`, `stationary`, `some`, or `all`.
    pub(crate) scope: &'static str,
    pub(crate) tie_rule: Option<&'static str>,
    /// Whether every equilibrium of the scope was found.
    pub(crate) complete: bool,
    /// Among which equilibria that holds: `all`, or `pure` if there may be mixed ones besides.
    pub(crate) complete_among: Option<&'static str>,
    pub(crate) not_searched: Option<String>,
    /// How many equilibria there are in the scope; null if that is not known.
    pub(crate) count: Option<String>,
    /// `strategies`, or `reduced strategies` if choices that a player's own earlier move rules out
    /// are not told apart.
    pub(crate) counted_in: &'static str,
    /// How many there are if they are told apart, if that is known and not the count already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count_unreduced: Option<String>,
    pub(crate) stop: &'static str,
    pub(crate) equilibria: Vec<Equilibrium>,
    /// How extreme equilibria of two players hang together; in the order of their first ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) components: Option<Vec<ComponentRow>>,
    /// Connected sets of equilibria that are no points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sets: Option<Vec<NashSetRow>>,
    /// Of a game whose players are types: what each player expects before hers is drawn, by equilibrium.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before_types: Option<Vec<BeforeTypes>>,
    /// Nash equilibria that a coalition leaves, of concepts that are about coalitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Vec<RefusedRow>>,
    pub(crate) rungs: Vec<RungRow>,
    pub(crate) least_commitment: Option<Exact>,
    /// The rung that sets it.
    pub(crate) decisive_rung: Option<String>,
    /// The formulas of the scenario whose values were rounded; empty if every number is exact.
    pub(crate) inexact: Vec<String>,
    pub(crate) reports: Object<Report>,
    pub(crate) work: Work,
    pub(crate) reproduce: Reproduce,
}

/// What players expect of an equilibrium before their types are drawn.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BeforeTypes {
    /// Its id.
    pub(crate) equilibrium: usize,
    /// By player, whatever her type.
    pub(crate) payoffs: Object<Exact>,
    pub(crate) approx: Object<Option<f64>>,
}

/// A Nash equilibrium that a coalition leaves.
#[derive(Debug, Serialize)]
pub(crate) struct RefusedRow {
    pub(crate) name: String,
    /// By player.
    pub(crate) strategies: Object<String>,
    /// Failed; its witness is the coalition's deviation.
    pub(crate) verdict: VerdictRow,
}

/// A connected component of the equilibria of a game of two players.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ComponentRow {
    /// Its extreme equilibria, by id.
    pub(crate) equilibria: Vec<usize>,
    /// Its maximal Nash subsets: the ids at the corners of each.
    pub(crate) subsets: Vec<Vec<usize>>,
    /// Whether these are all subsets.
    pub(crate) all_subsets: bool,
    /// Its index; those of all components sum to 1. Null if the search ended early.
    pub(crate) index: Option<i64>,
}

impl ComponentRow {
    /// Bytes held, about.
    pub(crate) fn bytes(&self) -> usize {
        let list = |all: &Vec<usize>| size_of_val(all) + all.len() * size_of::<usize>() + 16;
        let subsets: usize = self.subsets.iter().map(list).sum();
        size_of::<Self>() + list(&self.equilibria) + subsets
    }
}

/// A connected set of equilibria that is no point.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NashSetRow {
    /// Those in the list that lie in it, by id.
    pub(crate) equilibria: Vec<usize>,
    /// Null if it is not known.
    pub(crate) dimension: Option<usize>,
    /// Its index; null if it is not known.
    pub(crate) index: Option<i64>,
    /// Empty if they are not known.
    pub(crate) ranges: Vec<ProbabilityRange>,
}

/// How likely something is taken, over a set of equilibria.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProbabilityRange {
    /// The player of a table, or the information set of a tree.
    pub(crate) at: String,
    pub(crate) action: String,
    pub(crate) low: Exact,
    pub(crate) high: Exact,
}

/// What was solved.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) sha256: String,
    pub(crate) kind: &'static str,
    pub(crate) players: Vec<String>,
}

/// One equilibrium. Lists may have many, so what few have stands elsewhere.
#[derive(Debug, Serialize)]
pub(crate) struct Equilibrium {
    /// From 1.
    pub(crate) id: usize,
    pub(crate) name: String,
    /// Whether the tie rule selects this one.
    pub(crate) selected: bool,
    /// Null if there is too much of it to be written down.
    pub(crate) profile: Option<Profile>,
    /// Where probabilities are irrational: what they are; the profile is near.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) algebraic: Option<Box<AlgebraicRow>>,
    /// `history` if a position that is reached in several ways is played differently each time:
    /// then the profile is one of the unfolded tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) profile_by: Option<&'static str>,
    pub(crate) payoffs: Object<Exact>,
    pub(crate) approx: Object<Option<f64>>,
    /// By node; `totals` beside it puts together what has one name.
    #[serde(flatten, serialize_with = "super::ends::with_totals")]
    pub(crate) outcomes: super::ends::Ends,
    pub(crate) path: Path,
    /// By information set, what is believed there: one row a node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) beliefs: Option<Object<Vec<BeliefRow>>>,
    /// Player → information set → action → what it is worth given beliefs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) action_values: Option<Object<Object<Object<Exact>>>>,
    /// Player → information set → action → how likely her own moves lead through it, as a polynomial in
    /// ε from power 0: the certificate of a quasi-perfect or proper equilibrium; of a perfect one, times something positive that all of a
    /// player's have in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plans: Option<Object<Object<Object<Vec<Exact>>>>>,
    /// Which refinements it survives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refinements: Option<Refinements>,
    /// What the set of equilibria holds that this one stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family: Option<Box<Family>>,
    /// Of a ladder: free shots, and where types are hidden the rungs by type.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) ladder: Option<Box<LadderRow>>,
    /// How many equilibria this one stands for, which differ only in who is who among alike actors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stands_for: Option<String>,
    /// Of a game that may go on for ever.
    #[serde(flatten)]
    pub(crate) stationary: Option<Box<Stationary>>,
    pub(crate) verdict: VerdictRow,
}

/// What is believed of one node.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BeliefRow {
    /// Its label, else `#k` with k its number from 1.
    pub(crate) node: String,
    /// The moves that set it apart from the other nodes.
    pub(crate) given: String,
    /// In the equilibrium that stands for the set.
    pub(crate) belief: Exact,
    pub(crate) approx: Option<f64>,
    /// Over the whole set.
    pub(crate) min: Exact,
    pub(crate) max: Exact,
}

/// Which refinements an equilibrium survives; null where it is not known.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Refinements {
    /// Beliefs are limits of those that small mistakes give.
    pub(crate) sequential: Option<bool>,
    /// Trembling-hand perfect: moves stay best under some small mistakes of everybody.
    pub(crate) perfect: Option<bool>,
    /// The intuitive criterion at the first deviation.
    pub(crate) intuitive: Option<bool>,
    /// D1 at the first deviation.
    pub(crate) d1: Option<bool>,
    /// Forward induction: which move speaks against it, and who would be behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) forward: Option<String>,
}

impl Refinements {
    /// For people.
    pub(crate) fn sentence(&self) -> String {
        let word = |survives: Option<bool>| match survives {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        };
        format!(
            "sequential: {}, perfect: {}, intuitive criterion: {}, D1: {}",
            word(self.sequential),
            word(self.perfect),
            word(self.intuitive),
            word(self.d1)
        )
    }
}

/// A connected set of equilibria.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Family {
    /// In how many directions it extends at most; 0 is a single equilibrium.
    pub(crate) dimension: usize,
    /// Parts of it in which the same actions are used.
    pub(crate) pieces: usize,
    /// Whether the intervals are what occurs, end to end.
    pub(crate) ranges_exact: bool,
    /// Player → information set → action → interval; only where it is not a single number.
    pub(crate) profile: Object<Object<Object<Range>>>,
    /// Player → interval.
    pub(crate) payoffs: Object<Range>,
}

/// From where to where a number goes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Range {
    pub(crate) min: Exact,
    pub(crate) max: Exact,
}

impl Equilibrium {
    /// Bytes held, about.
    pub(crate) fn bytes(&self) -> usize {
        let outcome = |o: &OutcomeRow| o.outcome.len() + o.node.len();
        size_of::<Self>()
            + self.profile.as_ref().map_or(0, Profile::bytes)
            + self.name.len()
            + self.path.bytes()
            + self.outcomes.len() * (size_of::<OutcomeRow>() + 32)
            + self.outcomes.iter().map(outcome).sum::<usize>()
            + self.payoffs.0.len() * 160
    }
}

/// One way for play to end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct OutcomeRow {
    pub(crate) outcome: String,
    pub(crate) node: String,
    pub(crate) probability: Exact,
    pub(crate) approx: Option<f64>,
}

/// A decision that is reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct StepRow {
    pub(crate) player: String,
    pub(crate) infoset: String,
    /// The number, from 1, of its position or first node; null in a table.
    pub(crate) position: Option<usize>,
    pub(crate) action: String,
    pub(crate) probability: Exact,
    pub(crate) approx: Option<f64>,
}

/// What the judge says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct VerdictRow {
    pub(crate) concept: &'static str,
    pub(crate) status: &'static str,
    pub(crate) error: Exact,
    pub(crate) approx: Option<f64>,
    pub(crate) witness: Option<WitnessRow>,
    /// Why it was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// The deviation that proves a verdict.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WitnessRow {
    pub(crate) player: String,
    pub(crate) gain: Exact,
    pub(crate) approx: Option<f64>,
    /// Where the subgame starts in which it gains.
    pub(crate) subgame: Option<String>,
    pub(crate) moves: Vec<WitnessMove>,
    /// The same in words.
    pub(crate) sentence: String,
}

/// One changed choice of a deviation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WitnessMove {
    pub(crate) infoset: String,
    pub(crate) action: String,
}

/// A rung of a ladder.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RungRow {
    pub(crate) rung: String,
    pub(crate) label: String,
    /// Which of its places this is, where the rung falls due in several; empty if in one.
    pub(crate) place: String,
    pub(crate) actor: String,
    pub(crate) credible: bool,
    /// Carrying out and refusing are equally good.
    pub(crate) indifferent: bool,
    /// Once it falls due, by a device or by decision.
    pub(crate) execution_probability: Exact,
    /// How likely a device carries it out by itself.
    pub(crate) automatic: Exact,
    /// Carrying out minus refusing if the other side yields next; null if nobody can refuse.
    pub(crate) margin: Option<Exact>,
    pub(crate) margin_approx: Option<f64>,
    /// Carrying out minus refusing with what is really played afterwards; null if nobody can.
    pub(crate) equilibrium_margin: Option<Exact>,
    pub(crate) equilibrium_margin_approx: Option<f64>,
    /// The extra cost of refusing from which on it is carried out.
    pub(crate) shortfall: Exact,
    pub(crate) critical_probability: Option<Exact>,
    pub(crate) critical_probability_approx: Option<f64>,
    /// `at` (the other side yields from that probability on), `at_most` (up to it), `always`,
    /// `never` or `no_choice`.
    pub(crate) critical: &'static str,
    /// The greatest probability of disaster at which carrying it out is no worse than refusing, if the other side yields next.
    pub(crate) tolerable_risk: Option<Exact>,
    /// The greatest at which going on is no worse than yielding before, for the other side, if the threat is empty otherwise.
    pub(crate) opponent_tolerable_risk: Option<Exact>,
    pub(crate) cumulative_risk: Exact,
    pub(crate) reached: bool,
    pub(crate) reach_probability: Exact,
}

/// A number the scenario asks to be shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) value: Exact,
    pub(crate) approx: Option<f64>,
    /// False where a formula used exp, log or a root.
    pub(crate) exact: bool,
}

/// What it cost.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Work {
    pub(crate) seconds: f64,
    pub(crate) judge_seconds: f64,
    pub(crate) iterations: u64,
    pub(crate) pivots: u64,
    pub(crate) nodes: u64,
    pub(crate) bytes: usize,
    /// What best replies would gain, summed over players, in floats.
    pub(crate) nash_conv: Option<f64>,
    /// Of methods that come nearer step by step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seconds_per_iteration: Option<f64>,
    pub(crate) trace: Vec<TraceRow>,
}

/// How far a method had come at some moment.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct TraceRow {
    pub(crate) iteration: u64,
    pub(crate) seconds: f64,
    pub(crate) nash_conv: f64,
}

impl From<&Milestone> for TraceRow {
    fn from(at: &Milestone) -> Self {
        Self {
            iteration: at.iteration,
            seconds: at.seconds,
            nash_conv: at.nash_conv,
        }
    }
}

/// What is needed to get the same answer again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reproduce {
    pub(crate) version: &'static str,
    pub(crate) command: String,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
}

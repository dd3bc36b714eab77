//! The words of judgement: which concept, how far off, and which deviation proves it.

use deterra_game::coalition::Coalition;
use deterra_game::id::{InfosetId, NodeId, PlayerId, StateId};
use deterra_game::number::Rational;
use std::fmt;

/// What a solution claims to be. More follow with their judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Concept {
    /// Nash equilibrium (Nash 1951).
    Nash,
    /// Subgame-perfect equilibrium (Selten 1965).
    SubgamePerfect,
    /// Weak perfect Bayesian equilibrium: sequentially rational, Bayes' rule on the path of play.
    WeakPerfectBayesian,
    /// Perfect Bayesian equilibrium: Bayes' rule wherever it says something, and nobody's move
    /// says what its mover does not know (Fudenberg and Tirole 1991).
    PerfectBayesian,
    /// Sequential equilibrium (Kreps and Wilson 1982).
    Sequential,
    /// Quasi-perfect equilibrium: sequential, and best against small mistakes of the others (van Damme 1984).
    QuasiPerfect,
    /// Trembling-hand perfect equilibrium in the extensive form (Selten 1975).
    Perfect,
    /// Agent logit quantal response equilibrium (McKelvey and Palfrey 1995, 1998).
    QuantalResponse,
    /// Markov-perfect equilibrium (Maskin and Tirole 2001).
    MarkovPerfect,
    /// What everybody adds on average to those who came before (Shapley 1953).
    Shapley,
    /// What everybody adds to a coalition drawn at random (Banzhaf 1965).
    Banzhaf,
    /// Divisions that no coalition can improve on (Gillies 1959).
    Core,
    /// The division whose unhappiest coalitions are as happy as can be (Schmeidler 1969).
    Nucleolus,
    /// The best strategy to commit to, the other side replying best (von Stackelberg 1934).
    Commitment,
    /// What is left when strictly dominated strategies are struck out (Moulin 1979, Pearce 1984).
    Undominated,
    /// What is left when weakly dominated strategies are struck out, all at once each time (Moulin 1979).
    WeaklyUndominated,
    /// What players can do who are rational, and know that of each other (Bernheim 1984, Pearce 1984).
    Rationalizable,
    /// Correlated equilibrium: of a device that tells everybody her strategy (Aumann 1974).
    Correlated,
    /// Coarse correlated equilibrium: whoever deviates does so before she is told anything (Moulin and Vial 1978).
    CoarseCorrelated,
    /// Extensive-form correlated equilibrium: a device tells actions one by one (von Stengel and Forges 2008).
    ExtensiveCorrelated,
    /// Extensive-form coarse correlated equilibrium: whoever deviates does so before she is told the action (Farina, Bianchi
    /// and Sandholm 2020).
    ExtensiveCoarseCorrelated,
    /// Strong Nash equilibrium: no coalition deviates so that all its members gain (Aumann 1959).
    Strong,
    /// Coalition-proof Nash equilibrium: the same of deviations that no part of the coalition deviates from in turn
    /// (Bernheim, Peleg and Whinston 1987).
    CoalitionProof,
    /// Proper equilibrium: best against mistakes that are the rarer the more they cost (Myerson 1978).
    Proper,
    /// Payoffs of subgame-perfect equilibria of a table that is played for ever (Abreu, Pearce and Stacchetti 1990).
    Repeated,
    /// Shares of strategies in a population that no mutants invade (Maynard Smith and Price 1973).
    EvolutionarilyStable,
    /// How likely mutants take over a finite population (Moran 1958).
    Fixation,
}

impl Concept {
    /// The name in prose and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nash => "Nash",
            Self::SubgamePerfect => "subgame-perfect",
            Self::WeakPerfectBayesian => "weak perfect Bayesian",
            Self::PerfectBayesian => "perfect Bayesian",
            Self::Sequential => "sequential",
            Self::QuasiPerfect => "quasi-perfect",
            Self::Perfect => "perfect",
            Self::QuantalResponse => "quantal response",
            Self::MarkovPerfect => "Markov-perfect",
            Self::Shapley => "Shapley value",
            Self::Banzhaf => "Banzhaf value",
            Self::Core => "core",
            Self::Nucleolus => "nucleolus",
            Self::Commitment => "commitment",
            Self::Undominated => "undominated",
            Self::WeaklyUndominated => "weakly undominated",
            Self::Rationalizable => "rationalizable",
            Self::Correlated => "correlated",
            Self::CoarseCorrelated => "coarse correlated",
            Self::ExtensiveCorrelated => "extensive-form correlated",
            Self::ExtensiveCoarseCorrelated => "extensive-form coarse correlated",
            Self::Strong => "strong",
            Self::CoalitionProof => "coalition-proof",
            Self::Proper => "proper",
            Self::Repeated => "repeated",
            Self::EvolutionarilyStable => "evolutionarily stable",
            Self::Fixation => "fixation",
        }
    }

    /// The word of `--concept`.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::Nash => "nash",
            Self::SubgamePerfect => "spe",
            Self::WeakPerfectBayesian => "weak-pbe",
            Self::PerfectBayesian => "pbe",
            Self::Sequential => "sequential",
            Self::QuasiPerfect => "quasi-perfect",
            Self::Perfect => "perfect",
            Self::QuantalResponse => "qre",
            Self::MarkovPerfect => "markov",
            Self::Shapley => "shapley",
            Self::Banzhaf => "banzhaf",
            Self::Core => "core",
            Self::Nucleolus => "nucleolus",
            Self::Commitment => "stackelberg",
            Self::Undominated => "undominated",
            Self::WeaklyUndominated => "weakly-undominated",
            Self::Rationalizable => "rationalizable",
            Self::Correlated => "correlated",
            Self::CoarseCorrelated => "coarse",
            Self::ExtensiveCorrelated => "efce",
            Self::ExtensiveCoarseCorrelated => "efcce",
            Self::Strong => "strong",
            Self::CoalitionProof => "coalition-proof",
            Self::Proper => "proper",
            Self::Repeated => "repeated",
            Self::EvolutionarilyStable => "ess",
            Self::Fixation => "fixation",
        }
    }
}

impl fmt::Display for Concept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How a judgement ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// No deviation gains anything, in exact arithmetic.
    Exact,
    /// The best deviation gains something, but no more than the tolerance asked for.
    Bounded,
    /// Some deviation gains more than was allowed.
    Failed,
    /// Not judged, with the reason; never silent.
    Unchecked(String),
}

impl Status {
    /// The word in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Bounded => "bounded",
            Self::Failed => "failed",
            Self::Unchecked(_) => "unchecked",
        }
    }
}

/// What the deviating player does instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deviation {
    /// Other actions, pure, at these information sets of an extensive game.
    Actions {
        /// Where the subgame starts in which it gains; the root for Nash.
        subgame: NodeId,
        /// Information set and position of the action, in order of information sets; only the
        /// sets that the deviation reaches and changes.
        moves: Vec<(InfosetId, u32)>,
    },
    /// Another move at one position.
    Move {
        /// The position.
        position: NodeId,
        /// The move that gains.
        to: u32,
    },
    /// Other moves at several positions, or at one after the start of the subgame.
    Moves {
        /// Where the subgame starts in which it gains; the root for Nash.
        subgame: NodeId,
        /// Position and move, by position; only positions that the deviation reaches and changes.
        moves: Vec<(NodeId, u32)>,
    },
    /// Other actions from an information set on, judged by the beliefs there.
    Continuation {
        /// Where she looks at the game from.
        infoset: InfosetId,
        /// Information set and position of the action, in order of information sets; only what
        /// changes.
        moves: Vec<(InfosetId, u32)>,
    },
    /// No deviation, but a belief that is not what Bayes' rule makes of the profile; the
    /// witness's gain is how far off it is, as a probability.
    Belief {
        /// Whose nodes are in question.
        infoset: InfosetId,
        /// The node whose belief is furthest off.
        node: NodeId,
        /// What it should be, if that alone is to be changed.
        implied: Option<Rational>,
    },
    /// No deviation, but beliefs that no small mistakes give: those at this information set and
    /// the ones before it contradict each other or the strategies. The witness's gain is 0.
    Inconsistent {
        /// The first set that does not fit.
        infoset: InfosetId,
    },
    /// Not a gain, but an action in use that is worse than another one for whoever moves at this set,
    /// whatever small mistakes everybody makes. The witness's gain is 0.
    Dominated {
        /// Where.
        infoset: InfosetId,
        /// The position of the action in use.
        action: u32,
        /// The positions of those that are better, mixed if there are several.
        by: Vec<u32>,
    },
    /// Another action at one state of a stochastic game, once.
    AtState {
        /// Where.
        state: StateId,
        /// The position of the action among the player's at that state.
        to: u32,
    },
    /// Another strategy of a strategic game.
    Strategy {
        /// Its position among the player's strategies.
        to: u32,
    },
    /// Another strategy of a strategic game than the one that a device tells the player.
    Instead {
        /// What she is told when she deviates; `None` is whatever she is told.
        told: Option<u32>,
        /// Its position among the player's strategies.
        to: u32,
    },
    /// Other actions of an extensive game, once something happens, by a player who does not listen to a device any more.
    Trigger {
        /// The information set that she comes to; `None` is before play.
        at: Option<InfosetId>,
        /// What she has been told: the action there, or before play all that her plan can come to; empty if she is told nothing.
        told: Vec<(InfosetId, u32)>,
        /// What she does from there on, at sets that this comes to, in order of information sets.
        moves: Vec<(InfosetId, u32)>,
    },
    /// No deviation, but another share of a division; the witness's gain is by how much it is off.
    Share {
        /// What it should be.
        should_be: Rational,
    },
    /// A coalition that a division leaves less than it could have.
    Coalition(Coalition),
    /// No deviation, but a strategy that was said to be dominated and is not by what was said to dominate it.
    /// The gain is by how much that pays less, or 1 if it is no mixture of what is left.
    NotDominated {
        /// The strategy.
        strategy: u32,
        /// What everybody plays where it pays too little; empty if that is nowhere.
        others: Vec<u32>,
    },
    /// No deviation, but a strategy that was said not to be dominated, and a belief that does not show it.
    NotSupported {
        /// The strategy.
        strategy: u32,
        /// What is a better reply to the belief, or dominates; `None` if there is no belief about what is left.
        to: Option<u32>,
    },
    /// Another probability of one action. What it "gains" is no payoff: it is by how much the
    /// probability is off.
    Response {
        /// The position, or the first node of the information set; the root in a table.
        at: NodeId,
        /// The action, or the player's strategy.
        action: u32,
    },
    /// Other strategies of several players of a strategic game, all of whom gain; the witness's player is the first of them, and
    /// its gain is that of who gains least.
    Joint {
        /// Who, and the position of the strategy, by player; one player if she gains alone.
        moves: Vec<(PlayerId, u32)>,
    },
}

/// The deviation that proves a verdict's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Who deviates.
    pub player: PlayerId,
    /// To what.
    pub deviation: Deviation,
    /// What it gains, in payoff units, or by how much a probability is off; positive.
    pub gain: Rational,
}

/// How far a profile is from being what it claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The claim.
    pub concept: Concept,
    /// How it ended.
    pub status: Status,
    /// The greatest gain from a deviation, in payoff units; 0 if there is none. Of a quantal
    /// response, a bound on how far a probability is off.
    pub error: Rational,
    /// A deviation that gains `error`; `None` if nothing does.
    pub witness: Option<Witness>,
}

impl Verdict {
    /// The verdict that follows from the best deviation found.
    ///
    /// `tolerance` is in payoff units; zero asks for exactness.
    pub fn from_witness(concept: Concept, witness: Option<Witness>, tolerance: &Rational) -> Self {
        let witness = witness.filter(|w| w.gain > Rational::ZERO);
        let error = witness.as_ref().map_or(Rational::ZERO, |w| w.gain.clone());
        let status = if error.is_zero() {
            Status::Exact
        } else if error <= *tolerance {
            Status::Bounded
        } else {
            Status::Failed
        };
        Self {
            concept,
            status,
            error,
            witness,
        }
    }

    /// Nothing was judged.
    pub fn unchecked(concept: Concept, reason: impl Into<String>) -> Self {
        Self {
            concept,
            status: Status::Unchecked(reason.into()),
            error: Rational::ZERO,
            witness: None,
        }
    }

    /// Whether it is exactly what it claims.
    pub fn is_exact(&self) -> bool {
        self.status == Status::Exact
    }

    /// Whether it is what it claims, exactly or within the tolerance.
    pub fn holds(&self) -> bool {
        matches!(self.status, Status::Exact | Status::Bounded)
    }
}

//! What `--concept` may ask for.

use clap::ValueEnum;
use deterra_verify::verdict::Concept;

/// The equilibrium concepts there are judges for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConceptName {
    /// Subgame-perfect: every threat is carried out if it comes to that.
    Spe,
    /// Nash: nobody gains by deviating alone; empty threats included.
    Nash,
    /// Perfect Bayesian: every move is best given beliefs, and beliefs follow Bayes' rule wherever
    /// it says something.
    Pbe,
    /// Weak perfect Bayesian: beliefs follow Bayes' rule where play goes and are free elsewhere.
    WeakPbe,
    /// Sequential: beliefs are limits of those that small mistakes would give.
    Sequential,
    /// Quasi-perfect: sequential, and best against small mistakes of the other side; one is found,
    /// in large games too.
    QuasiPerfect,
    /// Trembling-hand perfect: every move stays best when everybody makes small mistakes.
    Perfect,
    /// Quantal response: better moves are likelier, none is certain.
    Qre,
    /// Markov-perfect: what is done depends on the state alone.
    Markov,
    /// Undominated: what is left when strictly dominated strategies are struck out, round by round.
    Undominated,
    /// Weakly undominated: the same of weakly dominated strategies, all at once each round.
    WeaklyUndominated,
    /// Rationalizable: what players can do who know of each other that they are rational; in a tree,
    /// wherever play comes.
    Rationalizable,
    /// Correlated: a device tells everybody her strategy, and nobody gains by not following.
    Correlated,
    /// Coarse correlated: the same, if whoever deviates does so before she is told anything.
    Coarse,
    /// Extensive-form correlated: a device tells actions one by one, to whoever comes to them.
    Efce,
    /// Extensive-form coarse correlated: the same, if whoever deviates does so before she is told the action.
    Efcce,
    /// Commitment: one of two announces first and for good what it will do, the other replies best.
    Stackelberg,
    /// Shapley value: what everybody adds on average to those who came before, of a coalitional game.
    Shapley,
    /// Banzhaf value and index: what everybody adds to a coalition of the others drawn at random.
    Banzhaf,
    /// Core: the divisions that no coalition can improve on, or how far there are none.
    Core,
    /// Nucleolus: the division whose unhappiest coalitions are as happy as can be.
    Nucleolus,
    /// Strong: no coalition deviates so that all its members gain; pure profiles of a payoff table.
    Strong,
    /// Coalition-proof: no coalition deviates in a way that lasts; pure profiles of a payoff table.
    CoalitionProof,
    /// Proper: best against mistakes that are the rarer the more they cost; of two players, all of a small payoff table, one of others.
    Proper,
    /// Repeated: payoffs of all subgame-perfect equilibria of a table of two players that is played for ever
    /// at --discount.
    Repeated,
}

impl ConceptName {
    /// The concept.
    pub(crate) const fn concept(self) -> Concept {
        match self {
            Self::Spe => Concept::SubgamePerfect,
            Self::Nash => Concept::Nash,
            Self::Pbe => Concept::PerfectBayesian,
            Self::WeakPbe => Concept::WeakPerfectBayesian,
            Self::Sequential => Concept::Sequential,
            Self::QuasiPerfect => Concept::QuasiPerfect,
            Self::Perfect => Concept::Perfect,
            Self::Qre => Concept::QuantalResponse,
            Self::Markov => Concept::MarkovPerfect,
            Self::Undominated => Concept::Undominated,
            Self::WeaklyUndominated => Concept::WeaklyUndominated,
            Self::Rationalizable => Concept::Rationalizable,
            Self::Correlated => Concept::Correlated,
            Self::Coarse => Concept::CoarseCorrelated,
            Self::Efce => Concept::ExtensiveCorrelated,
            Self::Efcce => Concept::ExtensiveCoarseCorrelated,
            Self::Stackelberg => Concept::Commitment,
            Self::Shapley => Concept::Shapley,
            Self::Banzhaf => Concept::Banzhaf,
            Self::Core => Concept::Core,
            Self::Nucleolus => Concept::Nucleolus,
            Self::Strong => Concept::Strong,
            Self::CoalitionProof => Concept::CoalitionProof,
            Self::Proper => Concept::Proper,
            Self::Repeated => Concept::Repeated,
        }
    }

    /// The concept of that name, if stored profiles can be judged by it.
    pub(crate) fn judged(name: &str) -> Option<Self> {
        const JUDGED: [ConceptName; 21] = [
            ConceptName::Spe,
            ConceptName::Nash,
            ConceptName::Pbe,
            ConceptName::WeakPbe,
            ConceptName::Sequential,
            ConceptName::QuasiPerfect,
            ConceptName::Perfect,
            ConceptName::Qre,
            ConceptName::Markov,
            ConceptName::Correlated,
            ConceptName::Coarse,
            ConceptName::Efce,
            ConceptName::Efcce,
            ConceptName::Stackelberg,
            ConceptName::Shapley,
            ConceptName::Banzhaf,
            ConceptName::Core,
            ConceptName::Nucleolus,
            ConceptName::Strong,
            ConceptName::CoalitionProof,
            ConceptName::Proper,
        ];
        let same = |concept: &Self| concept.concept().to_string() == name;
        JUDGED.into_iter().find(same)
    }
}

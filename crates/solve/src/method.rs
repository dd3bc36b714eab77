//! The methods: one enum that command line, façade and bindings dispatch on, and one table.

mod catalog;

pub use catalog::CATALOG;

use deterra_verify::verdict::Concept;
use std::fmt;
use std::fmt::Write as _;

/// A way of solving games; its name is that of its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// [`crate::perfect::backward_induction`].
    BackwardInduction,
    /// [`crate::perfect::subgame`].
    Subgame,
    /// [`crate::refine::perfect_bayesian`].
    PerfectBayesian,
    /// [`crate::refine::sequential`].
    Sequential,
    /// [`crate::refine::quasi_perfect`].
    QuasiPerfect,
    /// [`crate::refine::trembling_hand`].
    TremblingHand,
    /// [`crate::nash::pure`].
    Pure,
    /// [`crate::nash::vertex_enumeration`].
    VertexEnumeration,
    /// [`crate::nash::lemke_howson`].
    LemkeHowson,
    /// [`crate::nash::support_enumeration`].
    SupportEnumeration,
    /// [`crate::nash::portfolio`].
    Portfolio,
    /// [`crate::nash::global_newton`].
    GlobalNewton,
    /// [`crate::nash::iterated_polymatrix`].
    IteratedPolymatrix,
    /// [`crate::nash::simplicial`].
    Simplicial,
    /// [`crate::nash::liapunov`].
    Liapunov,
    /// [`crate::nash::lp`].
    Lp,
    /// [`crate::nash::sequence_form`].
    SequenceForm,
    /// [`crate::nash::support_search`].
    SupportSearch,
    /// [`crate::nash::best_equilibrium`].
    BestEquilibrium,
    /// [`crate::quantal::backward_response`].
    BackwardResponse,
    /// [`crate::quantal::logit_path`].
    LogitPath,
    /// [`crate::stochastic::markov`].
    Markov,
    /// [`crate::nash::anonymous`].
    Anonymous,
    /// [`crate::cooperative::shapley_value`].
    ShapleyValue,
    /// [`crate::cooperative::banzhaf_index`].
    BanzhafIndex,
    /// [`crate::cooperative::core`].
    Core,
    /// [`crate::cooperative::nucleolus`].
    Nucleolus,
    /// [`crate::commit::pure_commitment`].
    PureCommitment,
    /// [`crate::commit::mixed_commitment`].
    MixedCommitment,
    /// [`crate::dominance::iterated_dominance`].
    IteratedDominance,
    /// [`crate::dominance::rationalizable`].
    Rationalizable,
    /// [`crate::dominance::conditional_dominance`].
    ConditionalDominance,
    /// [`crate::correlated::correlated_program`].
    CorrelatedProgram,
    /// [`crate::correlated::correlation_plan`].
    CorrelationPlan,
    /// [`crate::correlated::joint_plans`].
    JointPlans,
    /// [`crate::correlated::even_device`].
    EvenDevice,
    /// [`crate::correlated::trigger_regret`].
    TriggerRegret,
    /// [`crate::commit::strategic_commitment`].
    StrategicCommitment,
    /// [`crate::commit::correlated_commitment`].
    CorrelatedCommitment,
    /// [`crate::commit::sequence_commitment`].
    SequenceCommitment,
    /// [`crate::commit::tree_commitment`].
    TreeCommitment,
    /// [`crate::stochastic::value_iteration`].
    ValueIteration,
    /// [`crate::stochastic::policy_iteration`].
    PolicyIteration,
    /// [`crate::cooperative::sampled_value`].
    SampledValue,
    /// [`crate::stochastic::markov_homotopy`].
    MarkovHomotopy,
    /// [`crate::refine::strong_nash`].
    StrongNash,
    /// [`crate::refine::coalition_proof`].
    CoalitionProof,
    /// [`crate::refine::proper`].
    Proper,
    /// [`crate::refine::perfect_basis`].
    PerfectBasis,
    /// [`crate::refine::proper_orders`].
    ProperOrders,
    /// [`crate::repeated::abreu_sannikov`].
    AbreuSannikov,
    /// [`crate::learning::fictitious_play`].
    FictitiousPlay,
    /// [`crate::evolution::replicator`].
    Replicator,
    /// [`crate::evolution::moran`].
    Moran,
    /// [`crate::learning::regret_matching`].
    RegretMatching,
    /// [`crate::regret::Scheme::CFR`].
    Cfr,
    /// [`crate::regret::Scheme::CFR_PLUS`].
    CfrPlus,
    /// [`crate::regret::Scheme::CFR_PLUS_QUADRATIC`].
    CfrPlusQuadratic,
    /// [`crate::regret::Scheme::LINEAR_CFR`].
    LinearCfr,
    /// [`crate::regret::Scheme::DCFR`].
    Dcfr,
    /// [`crate::regret::Scheme::PCFR_PLUS`].
    PcfrPlus,
    /// [`crate::regret::Scheme::PDCFR_PLUS`].
    PdcfrPlus,
    /// [`crate::regret::Scheme::HS_PCFR_PLUS`].
    HsPcfrPlus,
    /// [`crate::regret::Scheme::HS_DCFR`].
    HsDcfr,
    /// [`crate::regret::mccfr`].
    Mccfr,
    /// [`crate::quantal::mmd`].
    Mmd,
}

impl Method {
    /// All methods, in the order of the catalogue.
    pub const ALL: [Self; 66] = [
        Self::BackwardInduction,
        Self::Subgame,
        Self::PerfectBayesian,
        Self::Sequential,
        Self::QuasiPerfect,
        Self::TremblingHand,
        Self::Pure,
        Self::VertexEnumeration,
        Self::LemkeHowson,
        Self::SupportEnumeration,
        Self::Portfolio,
        Self::GlobalNewton,
        Self::IteratedPolymatrix,
        Self::Simplicial,
        Self::Liapunov,
        Self::Lp,
        Self::SequenceForm,
        Self::SupportSearch,
        Self::BestEquilibrium,
        Self::BackwardResponse,
        Self::LogitPath,
        Self::Markov,
        Self::Anonymous,
        Self::ShapleyValue,
        Self::BanzhafIndex,
        Self::Core,
        Self::Nucleolus,
        Self::PureCommitment,
        Self::MixedCommitment,
        Self::IteratedDominance,
        Self::Rationalizable,
        Self::ConditionalDominance,
        Self::CorrelatedProgram,
        Self::CorrelationPlan,
        Self::JointPlans,
        Self::EvenDevice,
        Self::TriggerRegret,
        Self::StrategicCommitment,
        Self::CorrelatedCommitment,
        Self::SequenceCommitment,
        Self::TreeCommitment,
        Self::ValueIteration,
        Self::PolicyIteration,
        Self::SampledValue,
        Self::MarkovHomotopy,
        Self::StrongNash,
        Self::CoalitionProof,
        Self::Proper,
        Self::PerfectBasis,
        Self::ProperOrders,
        Self::AbreuSannikov,
        Self::FictitiousPlay,
        Self::Replicator,
        Self::Moran,
        Self::RegretMatching,
        Self::Cfr,
        Self::CfrPlus,
        Self::CfrPlusQuadratic,
        Self::LinearCfr,
        Self::Dcfr,
        Self::PcfrPlus,
        Self::PdcfrPlus,
        Self::HsPcfrPlus,
        Self::HsDcfr,
        Self::Mccfr,
        Self::Mmd,
    ];

    /// The name of `--method` and of the module.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BackwardInduction => "backward_induction",
            Self::Subgame => "subgame",
            Self::PerfectBayesian => "perfect_bayesian",
            Self::Sequential => "sequential",
            Self::QuasiPerfect => "quasi_perfect",
            Self::TremblingHand => "trembling_hand",
            Self::Pure => "pure",
            Self::VertexEnumeration => "vertex_enumeration",
            Self::LemkeHowson => "lemke_howson",
            Self::SupportEnumeration => "support_enumeration",
            Self::Portfolio => "portfolio",
            Self::GlobalNewton => "global_newton",
            Self::IteratedPolymatrix => "iterated_polymatrix",
            Self::Simplicial => "simplicial",
            Self::Liapunov => "liapunov",
            Self::Lp => "lp",
            Self::SequenceForm => "sequence_form",
            Self::SupportSearch => "support_search",
            Self::BestEquilibrium => "best_equilibrium",
            Self::BackwardResponse => "backward_response",
            Self::LogitPath => "logit_path",
            Self::Markov => "markov",
            Self::Anonymous => "anonymous",
            Self::ShapleyValue => "shapley_value",
            Self::BanzhafIndex => "banzhaf_index",
            Self::Core => "core",
            Self::Nucleolus => "nucleolus",
            Self::PureCommitment => "pure_commitment",
            Self::MixedCommitment => "mixed_commitment",
            Self::IteratedDominance => "iterated_dominance",
            Self::Rationalizable => "rationalizable",
            Self::ConditionalDominance => "conditional_dominance",
            Self::CorrelatedProgram => "correlated_program",
            Self::CorrelationPlan => "correlation_plan",
            Self::JointPlans => "joint_plans",
            Self::EvenDevice => "even_device",
            Self::TriggerRegret => "trigger_regret",
            Self::StrategicCommitment => "strategic_commitment",
            Self::CorrelatedCommitment => "correlated_commitment",
            Self::SequenceCommitment => "sequence_commitment",
            Self::TreeCommitment => "tree_commitment",
            Self::ValueIteration => "value_iteration",
            Self::PolicyIteration => "policy_iteration",
            Self::SampledValue => "sampled_value",
            Self::MarkovHomotopy => "markov_homotopy",
            Self::StrongNash => "strong_nash",
            Self::CoalitionProof => "coalition_proof",
            Self::Proper => "proper",
            Self::PerfectBasis => "perfect_basis",
            Self::ProperOrders => "proper_orders",
            Self::AbreuSannikov => "abreu_sannikov",
            Self::FictitiousPlay => "fictitious_play",
            Self::Replicator => "replicator",
            Self::Moran => "moran",
            Self::RegretMatching => "regret_matching",
            Self::Cfr => "cfr",
            Self::CfrPlus => "cfr_plus",
            Self::CfrPlusQuadratic => "cfr_plus_quadratic",
            Self::LinearCfr => "linear_cfr",
            Self::Dcfr => "dcfr",
            Self::PcfrPlus => "pcfr_plus",
            Self::PdcfrPlus => "pdcfr_plus",
            Self::HsPcfrPlus => "hs_pcfr_plus",
            Self::HsDcfr => "hs_dcfr",
            Self::Mccfr => "mccfr",
            Self::Mmd => "mmd",
        }
    }

    /// The method of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct CatalogRow {
    /// What it finds.
    pub concept: Concept,
    /// How.
    pub method: Method,
    /// Where the method lives, below `perfect`, `nash` ….
    pub module: &'static str,
    /// In which games.
    pub class: &'static str,
    /// How much of it.
    pub finds: &'static str,
    /// Whether the answer is exact.
    pub exact: bool,
    /// Where the method comes from: keys of `docs/references.bib`.
    pub sources: &'static [&'static str],
}

/// The catalogue as the table of this crate's front page.
pub fn catalog_markdown() -> String {
    let mut text = String::from(
        "| concept | method | games | finds | exact | sources |\n|---|---|---|---|---|---|\n",
    );
    for row in CATALOG {
        let _ = writeln!(
            text,
            "| {} | [`{}`]({}) | {} | {} | {} | {} |",
            row.concept.name(),
            row.method.name(),
            row.module,
            row.class,
            row.finds,
            if row.exact { "yes" } else { "no" },
            row.sources.join(", "),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_page_is_the_catalogue() {
        let page: String = include_str!("lib.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! "))
            .fold(String::new(), |page, line| page + line + "\n");
        assert!(page.contains(&catalog_markdown()), "{}", catalog_markdown());
    }

    #[test]
    fn every_method_has_a_row_and_a_name() {
        for method in Method::ALL {
            assert!(CATALOG.iter().any(|row| row.method == method));
            assert_eq!(Method::from_name(method.name()), Some(method));
        }
        for row in CATALOG {
            // Variants of regret minimization are data of one solver.
            let is_variant = crate::regret::Scheme::named(row.method.name()).is_some();
            let name = row.method.name();
            assert!(row.module.ends_with(name) || is_variant, "{name}");
        }
        assert_eq!(Method::from_name("fast_nash"), None);
    }
}

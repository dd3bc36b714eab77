//! The methods: one enum that command line, façade and bindings dispatch on, and one table.

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
}

impl Method {
    /// All methods, in the order of the catalogue.
    pub const ALL: [Self; 27] = [
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

/// Concept × method × class of games × how much × exact? × source.
pub const CATALOG: &[CatalogRow] = &[
    CatalogRow {
        concept: Concept::SubgamePerfect,
        method: Method::BackwardInduction,
        module: "perfect::backward_induction",
        class: "perfect information: trees and graphs of positions",
        finds: "all pure equilibria, as tie sets and value correspondences, counted",
        exact: true,
        sources: &["kuhn1953", "selten1965"],
    },
    CatalogRow {
        concept: Concept::SubgamePerfect,
        method: Method::Subgame,
        module: "perfect::subgame",
        class: "extensive",
        finds: "all equilibria whose parts the given Nash solver finds in the subgames",
        exact: true,
        sources: &["selten1965"],
    },
    CatalogRow {
        concept: Concept::PerfectBayesian,
        method: Method::PerfectBayesian,
        module: "refine::perfect_bayesian",
        class: "extensive with perfect recall",
        finds: "all equilibria, weak or strong, pure and mixed, as components with intervals of beliefs",
        exact: true,
        sources: &["fudenberg1991", "kreps1982"],
    },
    CatalogRow {
        concept: Concept::Sequential,
        method: Method::Sequential,
        module: "refine::sequential",
        class: "extensive with perfect recall",
        finds: "all equilibria, pure and mixed, as components with intervals of beliefs",
        exact: true,
        sources: &["kreps1982", "perea1997"],
    },
    CatalogRow {
        concept: Concept::QuasiPerfect,
        method: Method::QuasiPerfect,
        module: "refine::quasi_perfect",
        class: "extensive with perfect recall, two players",
        finds: "one equilibrium with its certificate, in games of thousands of actions",
        exact: true,
        sources: &["miltersen2010", "koller1996", "vandamme1984", "lemke1965"],
    },
    CatalogRow {
        concept: Concept::Perfect,
        method: Method::TremblingHand,
        module: "refine::trembling_hand",
        class: "extensive with perfect recall",
        finds: "the sequential equilibria that stay best under small mistakes; what is undecided is counted",
        exact: true,
        sources: &["selten1975", "kreps1982", "vandamme1991"],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::Pure,
        module: "nash::pure",
        class: "strategic, action-graph and extensive",
        finds: "all pure equilibria",
        exact: true,
        sources: &["nash1951"],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::VertexEnumeration,
        module: "nash::vertex_enumeration",
        class: "strategic, two players",
        finds: "all equilibria: extreme ones, maximal Nash subsets, components and their indices",
        exact: true,
        sources: &[
            "mangasarian1964",
            "avis2010",
            "jansen1981",
            "vonschemde2005",
        ],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::LemkeHowson,
        module: "nash::lemke_howson",
        class: "strategic, two players",
        finds: "one equilibrium, or all at the ends of paths, with their indices",
        exact: true,
        sources: &["lemke1964", "shapley1974"],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::SupportEnumeration,
        module: "nash::support_enumeration",
        class: "strategic",
        finds: "all equilibria, isolated ones proved to be all, irrational ones within bounds, connected sets by their corners",
        exact: true,
        sources: &[
            "porter2008",
            "wilson1971",
            "harsanyi1973",
            "krawczyk1969",
            "datta2003",
        ],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::Lp,
        module: "nash::lp",
        class: "constant sum, two players: strategic, and extensive with perfect recall",
        finds: "one pair of optimal strategies and the value, in tables of hundreds of strategies and trees of thousands of actions",
        exact: true,
        sources: &[
            "vonneumann1928",
            "dantzig1951",
            "romanovskii1962",
            "vonstengel1996",
        ],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::SequenceForm,
        module: "nash::sequence_form",
        class: "extensive with perfect recall, two players",
        finds: "one equilibrium, from a prior that can be chosen",
        exact: true,
        sources: &["vonstengel2002b", "koller1996", "lemke1965"],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::SupportSearch,
        module: "nash::support_search",
        class: "strategic, two players",
        finds: "one equilibrium, small and balanced supports first",
        exact: true,
        sources: &["porter2004", "dickhaut1993"],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::BestEquilibrium,
        module: "nash::best_equilibrium",
        class: "strategic, two players",
        finds: "an equilibrium with the most welfare, the most for a player or for who gets least, on request within supports, and the proof that none is better",
        exact: true,
        sources: &["sandholm2005"],
    },
    CatalogRow {
        concept: Concept::QuantalResponse,
        method: Method::BackwardResponse,
        module: "quantal::backward_response",
        class: "perfect information: trees and graphs of positions",
        finds: "the response to logit, agent probit or private errors at a precision, or its limit",
        exact: false,
        sources: &["mckelvey1998", "signorino2003"],
    },
    CatalogRow {
        concept: Concept::QuantalResponse,
        method: Method::LogitPath,
        module: "quantal::logit_path",
        class: "strategic and extensive",
        finds: "the logit response on the branch from the centroid at a precision, or its limit",
        exact: false,
        sources: &["mckelvey1995", "mckelvey1998", "turocy2005", "turocy2010"],
    },
    CatalogRow {
        concept: Concept::MarkovPerfect,
        method: Method::Markov,
        module: "stochastic::markov",
        class: "stochastic",
        finds: "all pure stationary equilibria; mixed ones by supports, exactly where indifference is linear",
        exact: true,
        sources: &["fink1964", "maskin2001"],
    },
    CatalogRow {
        concept: Concept::Nash,
        method: Method::Anonymous,
        module: "nash::anonymous",
        class: "many alike players with two actions",
        finds: "all equilibria in which those who mix do so alike, by who is who counted, irrational ones within bounds",
        exact: true,
        sources: &["nash1951", "diekmann1985", "sturm1835"],
    },
    CatalogRow {
        concept: Concept::Shapley,
        method: Method::ShapleyValue,
        module: "cooperative::shapley_value",
        class: "coalitional: tables and weighted votes",
        finds: "the value",
        exact: true,
        sources: &["shapley1953b", "shapley1954", "mann1962"],
    },
    CatalogRow {
        concept: Concept::Banzhaf,
        method: Method::BanzhafIndex,
        module: "cooperative::banzhaf_index",
        class: "coalitional: tables and weighted votes",
        finds: "the value and the index",
        exact: true,
        sources: &["penrose1946", "banzhaf1965"],
    },
    CatalogRow {
        concept: Concept::Core,
        method: Method::Core,
        module: "cooperative::core",
        class: "coalitional: tables and weighted votes",
        finds: "a division in it and all corners, or balanced weights that show it empty",
        exact: true,
        sources: &[
            "bondareva1963",
            "shapley1967",
            "maschler1979",
            "motzkin1953",
        ],
    },
    CatalogRow {
        concept: Concept::Nucleolus,
        method: Method::Nucleolus,
        module: "cooperative::nucleolus",
        class: "coalitional, 12 players",
        finds: "the division",
        exact: true,
        sources: &["schmeidler1969", "kopelowitz1967", "maschler1979"],
    },
    CatalogRow {
        concept: Concept::Commitment,
        method: Method::PureCommitment,
        module: "commit::pure_commitment",
        class: "extensive with perfect recall, two who move",
        finds: "the best plan to commit to, ties for or against the leader",
        exact: true,
        sources: &["vonstackelberg1934", "schelling1960", "letchford2010"],
    },
    CatalogRow {
        concept: Concept::Commitment,
        method: Method::MixedCommitment,
        module: "commit::mixed_commitment",
        class: "extensive with perfect recall, two who move",
        finds: "the best chances to commit to, ties for or against the leader, with multipliers that prove it",
        exact: true,
        sources: &[
            "conitzer2006",
            "vonstengel2010",
            "letchford2010",
            "vonstengel1996",
        ],
    },
    CatalogRow {
        concept: Concept::Undominated,
        method: Method::IteratedDominance,
        module: "dominance::iterated_dominance",
        class: "strategic and extensive",
        finds: "what is left of iterated strict or weak dominance, by pure strategies or mixtures, every step proved",
        exact: true,
        sources: &["moulin1979", "pearce1984", "gilboa1990", "luce1957"],
    },
    CatalogRow {
        concept: Concept::Rationalizable,
        method: Method::Rationalizable,
        module: "dominance::rationalizable",
        class: "strategic and extensive",
        finds: "all strategies that correlated beliefs support; with three players or more those that independent ones do, what is undecided listed",
        exact: true,
        sources: &["bernheim1984", "pearce1984", "tan1988"],
    },
    CatalogRow {
        concept: Concept::Rationalizable,
        method: Method::ConditionalDominance,
        module: "dominance::conditional_dominance",
        class: "extensive with perfect recall",
        finds: "all extensive-form rationalizable strategies, every step proved at an information set",
        exact: true,
        sources: &["shimoji1998", "pearce1984", "battigalli1997"],
    },
];

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
            assert!(row.module.ends_with(row.method.name()));
        }
        assert_eq!(Method::from_name("fast_nash"), None);
    }
}

//! Which methods there are for a game.

use super::Problem;
use crate::method::{CATALOG, Method};
use crate::nash::graph_equilibrium::works_on_graphs;
use crate::stochastic;
use deterra_verify::verdict::Concept;

/// What could be asked of a game instead.
pub(super) fn known(problem: &Problem<'_>) -> String {
    let fits = |method: Method| match problem {
        Problem::Extensive(_) => !matches!(
            method,
            Method::Markov
                | Method::ValueIteration
                | Method::PolicyIteration
                | Method::ShapleyValue
                | Method::BanzhafIndex
                | Method::Core
                | Method::Nucleolus
                | Method::SampledValue
                | Method::MarkovHomotopy
                | Method::Anonymous
                | Method::Portfolio
                | Method::GlobalNewton
                | Method::IteratedPolymatrix
                | Method::Simplicial
                | Method::Liapunov
                | Method::EvenDevice
                | Method::SupportSearch
                | Method::BestEquilibrium
                | Method::StrategicCommitment
                | Method::StrongNash
                | Method::CoalitionProof
                | Method::ProperOrders
                | Method::AbreuSannikov
                | Method::FictitiousPlay
                | Method::Replicator
                | Method::Moran
                | Method::RegretMatching
        ),
        Problem::Strategic(_) => matches!(
            method,
            Method::Pure
                | Method::VertexEnumeration
                | Method::LemkeHowson
                | Method::SupportEnumeration
                | Method::Portfolio
                | Method::GlobalNewton
                | Method::IteratedPolymatrix
                | Method::Simplicial
                | Method::Liapunov
                | Method::Lp
                | Method::SupportSearch
                | Method::BestEquilibrium
                | Method::LogitPath
                | Method::IteratedDominance
                | Method::Rationalizable
                | Method::CorrelatedProgram
                | Method::EvenDevice
                | Method::PureCommitment
                | Method::MixedCommitment
                | Method::StrategicCommitment
                | Method::CorrelatedCommitment
                | Method::StrongNash
                | Method::CoalitionProof
                | Method::Proper
                | Method::ProperOrders
                | Method::AbreuSannikov
        ),
        Problem::ActionGraph(_) => method == Method::Pure || works_on_graphs(method),
        Problem::Positional(_) => {
            matches!(method, Method::BackwardInduction | Method::BackwardResponse)
        }
        Problem::Stochastic(_) => stochastic::METHODS.contains(&method),
        Problem::Anonymous(_) => method == Method::Anonymous,
    };
    let rows: Vec<String> = CATALOG
        .iter()
        .filter(|row| fits(row.method))
        // The branch's end is polished of tables only.
        .filter(|row| {
            let of_tables = (row.concept, row.method) == (Concept::Nash, Method::LogitPath);
            let responses = row.concept == Concept::QuantalResponse;
            match problem {
                Problem::Strategic(_) => true,
                Problem::ActionGraph(_) => !responses,
                _ => !of_tables,
            }
        })
        .map(|row| format!("{} by `{}`", row.concept, row.method))
        .collect();
    rows.join(", ")
}

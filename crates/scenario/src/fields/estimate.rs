//! Estimation: the table of the language, continued.

use super::{Block, Kind, block, may};

pub(super) static ESTIMATE: Block = block(
    "[estimate]",
    "What is to be estimated from data, and how.",
    &[
        may(
            "utilities",
            Kind::Names,
            "The parameters to estimate, in the order of a formula's parts.",
        ),
        may(
            "formula",
            Kind::Text,
            "`columns ~ covariates | covariates | …`, one part a utility; `0` fixes it at 0.",
        ),
        may(
            "scale",
            Kind::Text,
            "What the logarithm of the scale of errors depends on: `covariates - 1`.",
        ),
        may(
            "outcome",
            Kind::Text,
            "The column of the data that names the outcome.",
        ),
        may(
            "errors",
            Kind::Choice(&["agent", "private"]),
            "Errors of moves, or of payoffs that only their owner knows; agent if left out.",
        ),
        may(
            "link",
            Kind::Choice(&["probit", "logit"]),
            "Normal errors or extreme-value ones; probit if left out.",
        ),
        may(
            "model",
            Kind::Choice(&["tree", "ultimatum"]),
            "The likelihood: of how play of the tree ended, or of offers and answers.",
        ),
        may(
            "least",
            Kind::Formula,
            "With `model = \"ultimatum\"`: the least that can be offered.",
        ),
        may(
            "greatest",
            Kind::Formula,
            "With `model = \"ultimatum\"`: the greatest that can be offered.",
        ),
        may(
            "weight",
            Kind::Text,
            "The column with the weights of rows; each counts once if left out.",
        ),
        may(
            "group",
            Kind::Text,
            "The column that names groups of rows whose errors may go together.",
        ),
        may(
            "coefficients",
            Kind::Map(&Kind::Schedule),
            "Utility = its coefficients in the order of the formula, for simulated data.",
        ),
    ],
);

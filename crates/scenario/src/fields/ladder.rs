//! Ladders: the table of the language, continued.

use super::{Block, Kind, PAYOFFS, block, may, must};

pub(super) static RUNG: Block = block(
    "[[rung]]",
    "A stage of the threat.",
    &[
        must("id", Kind::Text, "Its name."),
        may("label", Kind::Text, "As results show it."),
        must("by", Kind::Text, "Who would carry it out."),
        may(
            "target",
            Kind::Text,
            "Who may yield before it; the first actor of the other side if left out.",
        ),
        may(
            "cost",
            Kind::Map(&Kind::Schedule),
            "Actor = what carrying it out costs that actor.",
        ),
        may(
            "effect",
            Kind::Map(&Kind::Formula),
            "Parameter = its value from then on.",
        ),
        may(
            "accident",
            Kind::Schedule,
            "The probability that it ends in the outcome `accident`.",
        ),
        may(
            "reversible",
            Kind::Flag,
            "Whether an off-ramp taken later takes its costs back.",
        ),
        may("delay", Kind::Formula, "How long it takes; added to `t`."),
        may(
            "requires",
            Kind::Names,
            "The rungs that must have been carried out before.",
        ),
        may(
            "vote",
            Kind::Text,
            "The coalition that votes on it, if that is not `by`.",
        ),
        may(
            "visible_to",
            Kind::Names,
            "Who sees whether it was carried out; everybody if left out.",
        ),
        may(
            "noise",
            Kind::Formula,
            "The probability that an onlooker sees it wrong.",
        ),
    ],
);

pub(super) static RESPONSE: Block = block(
    "[[response]]",
    "How a side may answer when a stage is due.",
    &[
        may(
            "on",
            Kind::Place,
            "A rung, or `continue` for every rung (if left out).",
        ),
        may(
            "by",
            Kind::Text,
            "Whose answer; that of the rung's actor if left out.",
        ),
        may(
            "options",
            Kind::Names,
            "Of `next_rung`, `acquiesce`, a later rung, and `none`, `weak`, `kind`, `strong`.",
        ),
        may(
            "commit",
            Kind::Either(&[Kind::Choice(&["none"]), Kind::Table(&COMMIT)]),
            "What binds it to its threat.",
        ),
        may(
            "deadline",
            Kind::Formula,
            "The commitment holds for that many stages only.",
        ),
        may(
            "strength",
            Kind::Map(&Kind::Table(&STRENGTH)),
            "What `none`, `weak`, `kind` and `strong` mean here.",
        ),
    ],
);

pub(super) static COMMIT: Block = block(
    "commit",
    "What binds a side to its threat; one of these.",
    &[
        may(
            "audience",
            Kind::Schedule,
            "What backing down costs it, on top of the outcome.",
        ),
        may(
            "automatic",
            Kind::Either(&[Kind::Schedule, Kind::Table(&AUTOMATIC)]),
            "The probability that the stage is carried out without its decision.",
        ),
        may(
            "delegated",
            Kind::Either(&[Kind::Text, Kind::Table(&DELEGATED)]),
            "Who decides in its place.",
        ),
    ],
);

pub(super) static AUTOMATIC: Block = block(
    "automatic",
    "A response without a decision.",
    &[must("prob", Kind::Schedule, "Its probability.")],
);
pub(super) static DELEGATED: Block = block(
    "delegated",
    "A decision given away.",
    &[must("actor", Kind::Text, "To whom.")],
);

pub(super) static STRENGTH: Block = block(
    "strength",
    "What an answer of this strength does.",
    &[
        may(
            "cost",
            Kind::Map(&Kind::Schedule),
            "Actor = what it costs that actor.",
        ),
        may(
            "accident",
            Kind::Schedule,
            "The probability that it ends in the outcome `accident`.",
        ),
    ],
);

pub(super) static OFF_RAMP: Block = block(
    "[[off_ramp]]",
    "A way out.",
    &[
        may("id", Kind::Text, "Its name; `settle` if left out."),
        may(
            "label",
            Kind::Text,
            "The move's name; `negotiate` if there is one off-ramp, else its id.",
        ),
        may(
            "at",
            Kind::Place,
            "Before which rung: its name or number from 0, or `any` (if left out).",
        ),
        may(
            "by",
            Kind::Text,
            "Who may take it; the rung's target if left out.",
        ),
        must("payoff", PAYOFFS, "Actor = what taking it pays."),
        may(
            "prize",
            Kind::Schedule,
            "What is paid, on top, to the one who takes it.",
        ),
        may("payer", Kind::Text, "Who pays the prize."),
        may("face_cost", Kind::Schedule, "What taking it costs in face."),
        may(
            "credible",
            Kind::Condition,
            "Whether the promise is kept, or how likely: an empty promise pays what refusing pays.",
        ),
        may(
            "tags",
            Kind::Names,
            "Kinds of outcome; `negotiated` if left out.",
        ),
    ],
);

pub(super) static AUDIENCE: Block = block(
    "[audience.<actor>]",
    "What backing down costs an actor at home.",
    &[must(
        "cost",
        Kind::Schedule,
        "The cost; it may depend on `rung` and `t`.",
    )],
);

//! Trees, outcomes, observation and questions: the table of the language, continued.

use super::{Block, Field, Kind, PAYOFFS, block, may, must};

pub(super) static NODE: Block = block(
    "[[node]]",
    "A place in a tree: somebody moves.",
    &[
        must("id", Kind::Text, "Its name."),
        may(
            "label",
            Kind::Text,
            "As results show it; `{k}` puts in a value.",
        ),
        may(
            "given",
            Kind::Names,
            "What the place remembers: whole numbers that targets pass in, `bid(mine, rival)`.",
        ),
        must(
            "by",
            Kind::Either(&[Kind::Text, Kind::Names]),
            "Who moves; `chance` for nobody. In a graph a list of those who move at once.",
        ),
        may(
            "actions",
            Kind::Map(&Kind::Either(&[Kind::Text, Kind::Table(&SHORT_ACTION)])),
            "Move = where it leads. Of several who move at once each makes a part, `quit / stay`.",
        ),
        may("action", Kind::Tables(&ACTION), "The moves, a block each."),
        may(
            "pay",
            Kind::Map(&Kind::Formula),
            "Actor = what getting here pays.",
        ),
        may(
            "infoset",
            Kind::Text,
            "Places that share it look the same to the mover.",
        ),
        may(
            "quiet",
            Kind::Text,
            "The move that leaves things as they are.",
        ),
        may(
            "period",
            Kind::Flag,
            "In a graph, where chance moves: whether a period begins here, so that getting here takes time.",
        ),
    ],
);

pub(super) const ACTION_TO: Field = may(
    "to",
    Kind::Formula,
    "Where it leads: a node or outcome; with `each`, the counter's last value.",
);
pub(super) const ACTION_GOTO: Field = may("goto", Kind::Text, "Where it leads.");
pub(super) const ACTION_PROB: Field =
    may("prob", Kind::Formula, "Its probability, if chance moves.");
pub(super) const ACTION_PAY: Field = may(
    "pay",
    Kind::Map(&Kind::Formula),
    "Actor = what the move itself pays.",
);
pub(super) const ACTION_WHEN: Field = may(
    "when",
    Kind::Condition,
    "The move exists only if this is true.",
);

pub(super) const ACTION_LOTTERY: Field = may(
    "lottery",
    Kind::Map(&Kind::Formula),
    "In a graph, in the place of `to`: node or outcome = how likely it leads there.",
);

pub(super) static SHORT_ACTION: Block = block(
    "action",
    "A move.",
    &[
        ACTION_TO,
        ACTION_GOTO,
        ACTION_LOTTERY,
        ACTION_PROB,
        ACTION_PAY,
        ACTION_WHEN,
    ],
);

pub(super) static ACTION: Block = block(
    "[[node.action]]",
    "A move, or one move a value of a counter.",
    &[
        must("label", Kind::Text, "Its name; `{b}` puts in a value."),
        ACTION_TO,
        ACTION_GOTO,
        ACTION_LOTTERY,
        ACTION_PROB,
        ACTION_PAY,
        ACTION_WHEN,
        may(
            "each",
            Kind::Text,
            "A counter: the block stands for one move a value.",
        ),
        may("from", Kind::Formula, "The counter's first value."),
    ],
);

pub(super) static THREAT: Block = block(
    "[[threat]]",
    "In a tree: a threat, for the table of rungs.",
    &[
        must("id", Kind::Text, "Its name."),
        may("label", Kind::Text, "As results show it."),
        may(
            "rung",
            Kind::Text,
            "The rung it is, if one falls due in several places; its name if left out.",
        ),
        must("at", Kind::Text, "The node where it is carried out or not."),
        may(
            "device",
            Kind::Text,
            "The chance node before it that may carry it out by itself.",
        ),
        may(
            "by",
            Kind::Text,
            "Whose it is, where `at` is a chance node and nobody decides.",
        ),
        must("carry_out", Kind::Text, "The move that carries it out."),
        may(
            "refuse",
            Kind::Text,
            "The move that does not; the first other one if left out.",
        ),
        may(
            "vote",
            Kind::Table(&VOTE),
            "The vote that decides it, if it takes one.",
        ),
        may(
            "accident",
            Kind::Formula,
            "The probability of an accident, for the table only.",
        ),
        may(
            "before",
            Kind::Table(&YIELD),
            "Where the other side may yield to it.",
        ),
        may(
            "after",
            Kind::Table(&YIELD),
            "Where the other side may yield once it is carried out.",
        ),
    ],
);

pub(super) static VOTE: Block = block(
    "vote",
    "A vote on a threat; every vote has the two moves of the first.",
    &[
        must(
            "weights",
            Kind::Map(&Kind::Formula),
            "Who votes, in order: actor = weight.",
        ),
        must(
            "quota",
            Kind::Formula,
            "What the weights in favor must reach.",
        ),
        may(
            "then",
            Kind::Names,
            "The nodes after the first where it is voted on.",
        ),
    ],
);

pub(super) static YIELD: Block = block(
    "before",
    "Where the other side may yield.",
    &[
        must("at", Kind::Text, "The node."),
        must("yields", Kind::Names, "The moves that yield."),
        must("continues", Kind::Text, "The move that does not."),
    ],
);

pub(super) static OUTCOME: Block = block(
    "[[outcome]]",
    "An end.",
    &[
        must("id", Kind::Text, "Its name."),
        may(
            "label",
            Kind::Text,
            "As results show it; `{k}` puts in a value.",
        ),
        may(
            "given",
            Kind::Names,
            "What it depends on: numbers that targets pass in.",
        ),
        may("payoff", PAYOFFS, "Actor = what it pays."),
        may(
            "tags",
            Kind::Names,
            "Kinds of outcome: SQ, war, accident, negotiated, capitulation, or your own.",
        ),
    ],
);

pub(super) static OBSERVE: Block = block(
    "[[observe]]",
    "Who sees an event.",
    &[
        must(
            "event",
            Kind::Names,
            "`all`, a rung, a node, or `node.move`.",
        ),
        must("by", Kind::Names, "Who sees it, besides who does it."),
        may(
            "delay",
            Kind::Count,
            "How many later events pass before it is seen.",
        ),
        may(
            "error",
            Kind::Formula,
            "The probability of seeing it wrong.",
        ),
    ],
);

pub(super) static THEATRE: Block = block(
    "[[theatre]]",
    "The same contest again, after the one before has ended, with others in some parts.",
    &[
        must(
            "id",
            Kind::Text,
            "Its name: its positions are called `id position`, its events `id.event`.",
        ),
        may(
            "replace",
            Kind::Map(&Kind::Text),
            "Actor = who takes its part there; the others play on.",
        ),
        may(
            "override",
            Kind::Map(&Kind::Formula),
            "The parameters that are different there.",
        ),
        may(
            "weight",
            Kind::Formula,
            "What its payoffs are multiplied by; 1 if left out.",
        ),
        may(
            "announced",
            Kind::Flag,
            "Whether everybody learns how the contest before it ended, whatever was seen of it; false if left out.",
        ),
    ],
);

pub(super) static VIEW: Block = block(
    "[[view]]",
    "The game as one side sees it, or as it is (`deterra hypergame`).",
    &[
        must(
            "of",
            Kind::Text,
            "Whose view; `truth` for what is the case.",
        ),
        may(
            "types",
            Kind::Map(&Kind::Text),
            "Actor = the type it is taken to be.",
        ),
        may(
            "override",
            Kind::Map(&Kind::Formula),
            "The parameters that are taken to be different.",
        ),
    ],
);

pub(super) static ANALYSIS: Block = Block {
    open: true,
    ..block(
        "[[analysis]]",
        "A question; its other keys depend on its kind.",
        &[must("kind", Kind::Choice(ANALYSES), "What is asked.")],
    )
};

/// The questions there are.
pub(super) const ANALYSES: &[&str] = &[
    "solve",
    "threshold",
    "sweep1",
    "sweep2",
    "tornado",
    "mc",
    "sobol",
    "voi",
    "commitment",
    "unity",
    "offramp",
    "hypergame",
    "path",
    "compare",
    "explain",
    "estimate",
    "report",
];

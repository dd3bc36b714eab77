//! Actors, their promises and their past: the table of the language, continued.

use super::{Block, Kind, block, may, must};

pub(super) static SCENARIO: Block = block(
    "[scenario]",
    "What the file is about.",
    &[
        may("name", Kind::Text, "The title."),
        may(
            "form",
            Kind::Choice(&["ladder", "tree", "stages", "graph"]),
            "`ladder`: rungs; `tree`: nodes; `graph`: nodes that play may return to. Ladder or tree is guessed from the blocks if left out.",
        ),
        may(
            "start",
            Kind::Choice(&["ongoing", "peace"]),
            "`ongoing`: the contest is on; `peace`: the challenger may leave things as they are.",
        ),
        may(
            "horizon",
            Kind::Table(&HORIZON),
            "How many stages there may be.",
        ),
        may(
            "discount",
            Kind::Formula,
            "What a payoff is worth one unit of time later; 1 if left out.",
        ),
        may(
            "root",
            Kind::Text,
            "In a tree or graph: where play starts; the first node if left out.",
        ),
        may(
            "final",
            Kind::Text,
            "In a ladder: the outcome after the last stage; `defeat` if left out.",
        ),
        may(
            "quiet",
            Kind::Text,
            "In a ladder that starts in peace: the outcome if nobody is challenged; `status_quo` if left out.",
        ),
    ],
);

pub(super) static HORIZON: Block = block(
    "horizon",
    "How many stages there may be.",
    &[
        may(
            "finite",
            Kind::Formula,
            "That many; the last rung is repeated if there are fewer.",
        ),
        may(
            "infinite",
            Kind::Table(&INFINITE),
            "In a graph: play may go on for ever.",
        ),
    ],
);

pub(super) static INFINITE: Block = block(
    "infinite",
    "What later periods count.",
    &[
        may(
            "discount",
            Kind::Formula,
            "What a payoff is worth one period later, from 0 to 1; 1 if left out.",
        ),
        may(
            "discounts",
            Kind::Map(&Kind::Formula),
            "Actor = the discount, where it is another one.",
        ),
    ],
);

pub(super) static ACTOR: Block = block(
    "[[actor]]",
    "Somebody who plays, or whose payoffs matter to those who do.",
    &[
        must("id", Kind::Text, "The name used elsewhere in the file."),
        may(
            "label",
            Kind::Text,
            "The name shown in results; the id if left out.",
        ),
        may(
            "side",
            Kind::Text,
            "Whose side it is on; by role if left out.",
        ),
        may("role", Kind::Choice(ROLES), "What part it plays."),
        may(
            "types",
            Kind::Tables(&TYPE),
            "What the others do not know about it.",
        ),
        may("views", Kind::Plain, "What it believes (hypergame)."),
        may(
            "each",
            Kind::Text,
            "A counter: the block stands for one actor a value, `town{k}`.",
        ),
        may("from", Kind::Formula, "The counter's first value."),
        may("to", Kind::Formula, "The counter's last value."),
    ],
);

/// The parts an actor may play.
pub(crate) const ROLES: &[&str] = &[
    "challenger",
    "defender",
    "protege",
    "ally",
    "mitigator",
    "observer",
];

pub(super) static TYPE: Block = block(
    "types",
    "What an actor may be.",
    &[
        must("id", Kind::Text, "The type's name."),
        may(
            "prior",
            Kind::Formula,
            "How likely the others hold it to be.",
        ),
        may(
            "override",
            Kind::Map(&Kind::Formula),
            "The parameters that are different for this type.",
        ),
        may(
            "each",
            Kind::Text,
            "A counter: the block stands for one type a value, `w{k}`.",
        ),
        may("from", Kind::Formula, "The counter's first value."),
        may("to", Kind::Formula, "The counter's last value."),
    ],
);

pub(super) static PRIOR: Block = block(
    "[prior]",
    "How likely the actors' types are together.",
    &[may(
        "joint",
        Kind::Tables(&JOINT),
        "One combination a block; combinations left out have probability 0.",
    )],
);

pub(super) static JOINT: Block = block(
    "[[prior.joint]]",
    "One combination of types.",
    &[
        must(
            "types",
            Kind::Map(&Kind::Text),
            "Actor = type, for every actor with types.",
        ),
        must("prob", Kind::Formula, "Its probability."),
    ],
);

pub(super) static COALITION: Block = block(
    "[[coalition]]",
    "Actors that decide together.",
    &[
        must(
            "id",
            Kind::Text,
            "The name that `by` uses for them together.",
        ),
        must(
            "members",
            Kind::Names,
            "Who they are, in the order in which they vote.",
        ),
        may(
            "rule",
            Kind::Choice(&["unitary", "sequential", "simultaneous"]),
            "One player; votes in the open one after the other; votes at once. `unitary` if left out.",
        ),
        may(
            "decide",
            Kind::Either(&[
                Kind::Choice(&["unanimity", "majority", "any"]),
                Kind::Count,
                Kind::Table(&DECIDE),
            ]),
            "How many must agree: `unanimity` (if left out), `majority`, `any`, a number, or `{ weighted = … }`.",
        ),
        may(
            "payoff",
            Kind::Choice(&["sum", "own", "shares"]),
            "What a member counts: its own payoff (if left out), the members' sum, or its share of the coalition's.",
        ),
        may(
            "shares",
            Kind::Map(&Kind::Formula),
            "Each member's share; equal if left out.",
        ),
        may("delay", Kind::Formula, "How long a vote takes."),
        may(
            "visible_votes",
            Kind::Flag,
            "Whether outsiders see who voted how; true if left out.",
        ),
        may(
            "cost_of_yes",
            Kind::Either(&[Kind::Map(&Kind::Formula), Kind::Formula]),
            "What voting yes costs a member, whether or not the vote carries: one number for all, or `{ member = cost }`.",
        ),
    ],
);

pub(super) static DECIDE: Block = block(
    "decide",
    "How many must agree.",
    &[
        may("k", Kind::Count, "At least so many members."),
        may(
            "weighted",
            Kind::Table(&WEIGHTED),
            "Members whose weights reach a quota.",
        ),
    ],
);

pub(super) static WEIGHTED: Block = block(
    "weighted",
    "Members whose weights reach a quota.",
    &[
        must("weights", Kind::Map(&Kind::Formula), "Member = weight."),
        must("quota", Kind::Formula, "What the weights must reach."),
    ],
);

pub(super) static ALLIANCE: Block = block(
    "[[alliance]]",
    "A promise, and what breaking it costs.",
    &[
        may("id", Kind::Text, "A name."),
        must(
            "from",
            Kind::Text,
            "Who promises: this actor pays for the breach.",
        ),
        must("to", Kind::Text, "To whom."),
        may(
            "level",
            Kind::Either(&[Kind::Choice(&["none", "partial", "full"]), Kind::Formula]),
            "How firm it is, from 0 to 1; none, partial and full are 0, 1/2 and 1. Full if left out.",
        ),
        must(
            "breach",
            Kind::Formula,
            "What breaking a full promise costs.",
        ),
        must("on", Kind::Names, "The outcomes that break it."),
    ],
);

pub(super) static RED_LINE: Block = block(
    "[[red_line]]",
    "What one side declared it would answer.",
    &[
        must("id", Kind::Text, "Its name."),
        may("label", Kind::Text, "As results show it."),
        may("severity", Kind::Formula, "How grave crossing it is."),
        may("order_after", Kind::Names, "The lines it lies beyond."),
        may("observed_by", Kind::Names, "Who sees it crossed."),
    ],
);

pub(super) static HISTORY: Block = block(
    "[[history]]",
    "Something that happened.",
    &[
        may("t", Kind::Formula, "When, in the scenario's time."),
        may("actor", Kind::Text, "Who did it."),
        may("crosses", Kind::Text, "The red line it crossed."),
        may("response", Kind::Text, "How it was answered."),
        may(
            "about",
            Kind::Text,
            "Whose types it is evidence on; needed only if several actors have types of these names.",
        ),
        may(
            "times",
            Kind::Count,
            "How often it happened; once if left out.",
        ),
        may(
            "likelihood",
            Kind::Either(&[Kind::Choice(&["equilibrium"]), Kind::Map(&Kind::Formula)]),
            "Type = how likely that type would have let it happen so; `equilibrium`: as likely as that type was to do so in the equilibrium of the game at that time.",
        ),
        may(
            "at",
            Kind::Text,
            "With the likelihood of an equilibrium: the position where it was done, as results call it.",
        ),
        may(
            "action",
            Kind::Text,
            "With the likelihood of an equilibrium: the move that was made there.",
        ),
    ],
);

pub(super) static THRESHOLD: Block = block(
    "[[threshold]]",
    "A belief that matters: `deterra learn` says which event takes it across.",
    &[
        may(
            "actor",
            Kind::Text,
            "Whose type; needed only if several actors have a type of this name.",
        ),
        must("type", Kind::Text, "The type."),
        must("at", Kind::Formula, "How likely it must be held to be."),
        may("label", Kind::Text, "What holds from there on, in words."),
    ],
);

pub(super) static SANCTIONS: Block = block(
    "[sanctions]",
    "Economic pressure: `sanctions` is severity · coverage · (1 - mitigation).",
    &[
        must(
            "severity",
            Kind::Formula,
            "The loss if everything were covered.",
        ),
        may(
            "coverage",
            Kind::Formula,
            "The share that is covered; 1 if left out.",
        ),
        may(
            "mitigation",
            Kind::Formula,
            "The share that others make good; 0 if left out.",
        ),
    ],
);

pub(super) static ULTIMATUM: Block = block(
    "[ultimatum]",
    "A demand with a deadline.",
    &[
        may("by", Kind::Text, "Who makes it."),
        may("demand", Kind::Text, "What is demanded."),
        may(
            "deadline",
            Kind::Formula,
            "After so many stages the off-ramps are closed.",
        ),
    ],
);

//! The table of families.

use super::contests::{AllPay, Blotto, Ranking, Travelers, WarOfAttrition};
use super::coordination::{Congestion, Dispersion, Identity, MinimumEffort};
use super::crowds::{CoffeeShop, IceCream, RandomActionGraph};
use super::hard::{HalfSupport, Tournament};
use super::hidden::{ImperfectInformation, Signaling};
use super::network::{Graphical, Polymatrix};
use super::polytopes::{DualCyclic, LongLemkeHowson};
use super::random::{Covariant, Uniform, UnitVector, ZeroSum};
use super::trees::{Centipede, Ladder, PerfectInformation};
use super::{Choice, Family, MAX_PLAYERS, Recipe, build};
use crate::format::Format;

/// All families: random tables, tables of many who do the same, contests, tables that are hard for
/// some method, trees.
pub fn families() -> &'static [Family] {
    FAMILIES
}

/// The family of this name.
pub fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

/// A size as it is written: `3x4x2`.
pub(super) fn size_text(size: &[usize]) -> String {
    let numbers: Vec<String> = size.iter().map(usize::to_string).collect();
    numbers.join("x")
}

/// Whether games of so many players are made.
pub(super) fn is_number_of_players(players: usize) -> bool {
    (1..=MAX_PLAYERS).contains(&players)
}

const FAMILIES: &[Family] = &[
    Family {
        name: Uniform::NAME,
        about: "whole payoffs, all equally likely",
        source: "nudelman2004",
        good_for: "the average case: few equilibria",
        form: Format::Nfg,
        size: "actions of all, 3, or of each: 3x4x2",
        players: "1 to 100; 2, or as many as sizes",
        options: &[
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
        ],
        is_random: true,
        build: build::<Uniform>,
    },
    Family {
        name: ZeroSum::NAME,
        about: "whole payoffs for one, the opposite for the other",
        source: "vonneumann1928",
        good_for: "linear programs; one value",
        form: Format::Nfg,
        size: "actions of both, 3, or of each: 3x4",
        players: "two",
        options: &[
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
        ],
        is_random: true,
        build: build::<ZeroSum>,
    },
    Family {
        name: Covariant::NAME,
        about: "nearly normal payoffs, correlated between players",
        source: "rinott2000",
        good_for: "rivalry by one knob: pure equilibria go from few to many",
        form: Format::Nfg,
        size: "actions of all, 3, or of each: 3x4x2",
        players: "1 to 100; 2, or as many as sizes",
        options: &[
            option(
                "rho",
                "-1/2",
                "the correlation of two players' payoffs, from -1/(players - 1), which is also the default if -1/2 is below it",
            ),
            option(
                "grid",
                "1000",
                "payoffs are multiples of one divided by this",
            ),
        ],
        is_random: true,
        build: build::<Covariant>,
    },
    Family {
        name: UnitVector::NAME,
        about: "columns of unit vectors against whole payoffs",
        source: "savani2016",
        good_for: "supports that are hard to guess",
        form: Format::Nfg,
        size: "actions of both, 3, or of each: 3x4",
        players: "two",
        options: &[
            option("low", "0", "the lowest payoff of player 2"),
            option("high", "100", "the highest payoff of player 2"),
            option("pure", "yes", "whether pure equilibria may be: yes or no"),
        ],
        is_random: true,
        build: build::<UnitVector>,
    },
    Family {
        name: Identity::NAME,
        about: "1 to all who agree, 0 otherwise",
        source: "quint1997",
        good_for: "exponentially many equilibria: 2^N - 1 of two players",
        form: Format::Nfg,
        size: "actions of all, 3",
        players: "1 to 100; 2",
        options: &[],
        is_random: false,
        build: build::<Identity>,
    },
    Family {
        name: Dispersion::NAME,
        about: "the fewer choose the same, the better",
        source: "grenager2002",
        good_for: "many pure equilibria that nobody can agree on",
        form: Format::Nfg,
        size: "actions of all, 3",
        players: "1 to 100; 2",
        options: &[],
        is_random: false,
        build: build::<Dispersion>,
    },
    Family {
        name: MinimumEffort::NAME,
        about: "the least effort counts for all, one's own costs",
        source: "vanhuyck1990",
        good_for: "pure equilibria in order of payoff",
        form: Format::Nfg,
        size: "efforts of all, 3",
        players: "1 to 100; 2",
        options: &[
            option("benefit", "2", "what a unit of the least effort is worth"),
            option("cost", "1", "what a unit of one's own effort costs"),
        ],
        is_random: false,
        build: build::<MinimumEffort>,
    },
    Family {
        name: Congestion::NAME,
        about: "facilities that are worth less the more use them",
        source: "rosenthal1973",
        good_for: "a potential: best responses that arrive at a pure equilibrium",
        form: Format::Nfg,
        size: "facilities, 3",
        players: "1 to 100; 2",
        options: &[
            option(
                "strategies",
                "single",
                "what may be used: single facilities or subsets",
            ),
            option("low", "0", "the least that a facility is worth"),
            option("high", "100", "the most that it is worth"),
        ],
        is_random: true,
        build: build::<Congestion>,
    },
    Family {
        name: Polymatrix::NAME,
        about: "the sum of a two-player game with every neighbor",
        source: "howson1972",
        good_for: "many players, short description",
        form: Format::Nfg,
        size: "actions of all, 2, or of each: 2x3x2",
        players: "1 to 100; 3, or as many as sizes",
        options: &[
            option(
                "graph",
                "complete",
                "who is whose neighbor: complete, ring, grid or random",
            ),
            option(
                "density",
                "1/2",
                "how likely two players are neighbors in a random graph",
            ),
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
        ],
        is_random: true,
        build: build::<Polymatrix>,
    },
    Family {
        name: Graphical::NAME,
        about: "payoffs by one's own and the neighbors' actions",
        source: "kearns2001",
        good_for: "many players who hardly meet",
        form: Format::Nfg,
        size: "actions of all, 2, or of each: 2x3x2",
        players: "1 to 100; 3, or as many as sizes",
        options: &[
            option(
                "graph",
                "ring",
                "who is whose neighbor: complete, ring, grid or random",
            ),
            option(
                "density",
                "1/2",
                "how likely two players are neighbors in a random graph",
            ),
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
        ],
        is_random: true,
        build: build::<Graphical>,
    },
    Family {
        name: Blotto::NAME,
        about: "troops on fields; who sends more wins the field",
        source: "gross1950",
        good_for: "large tables of little rank; mixed supports",
        form: Format::Nfg,
        size: "troops of both, 3, or of each: 4x3",
        players: "two",
        options: &[
            option("fields", "3", "how many fields there are"),
            option(
                "rho",
                "1",
                "the correlation of the players' values of a field, from 0 to 1; at 1 the game is zero-sum",
            ),
            option("low", "1", "the least value of a field"),
            option("high", "9", "the greatest value of a field"),
        ],
        is_random: true,
        build: build::<Blotto>,
    },
    Family {
        name: WarOfAttrition::NAME,
        about: "who stays longer has the prize, both pay for the time",
        source: "maynardsmith1974",
        good_for: "pure and mixed equilibria side by side",
        form: Format::Nfg,
        size: "times of both, 3, or of each: 3x5",
        players: "two",
        options: &[
            option("prize", "10", "what the prize is worth at least"),
            option("spread", "5", "how much more it may be worth to somebody"),
            option("cost", "1", "what a unit of time costs"),
        ],
        is_random: true,
        build: build::<WarOfAttrition>,
    },
    Family {
        name: AllPay::NAME,
        about: "the highest bid has the prize, all pay theirs",
        source: "shubik1971",
        good_for: "no pure equilibrium from 4 bids on; spread supports",
        form: Format::Nfg,
        size: "bids of all, 4",
        players: "1 to 100; 2",
        options: &[
            option(
                "prize",
                "N-1",
                "what the prize is worth; the highest bid unless it is said",
            ),
            option(
                "ties",
                "split",
                "whether equal highest bids share the prize: split or lost",
            ),
        ],
        is_random: false,
        build: build::<AllPay>,
    },
    Family {
        name: Travelers::NAME,
        about: "the lower claim counts, with a bonus and a fine",
        source: "basu1994",
        good_for: "a unique equilibrium at the end of a long chain of dominance",
        form: Format::Nfg,
        size: "claims, 3",
        players: "two",
        options: &[
            option("lowest", "2", "the lowest claim"),
            option(
                "bonus",
                "2",
                "what the lower claim gains and the higher one loses",
            ),
        ],
        is_random: false,
        build: build::<Travelers>,
    },
    Family {
        name: Ranking::NAME,
        about: "efforts with scores and costs; the higher score has the prize",
        source: "goldberg2013",
        good_for: "mixed equilibria of many efforts",
        form: Format::Nfg,
        size: "efforts of both, 3, or of each: 3x4",
        players: "two",
        options: &[option(
            "steps",
            "10",
            "the largest step between scores, and between costs",
        )],
        is_random: true,
        build: build::<Ranking>,
    },
    Family {
        name: Tournament::NAME,
        about: "a node against a set of nodes of a random tournament",
        source: "anbalagan2013",
        good_for: "no good approximation with small supports",
        form: Format::Nfg,
        size: "nodes, 5, and members of a set, 2: 5x2",
        players: "two",
        options: &[],
        is_random: true,
        build: build::<Tournament>,
    },
    Family {
        name: HalfSupport::NAME,
        about: "an odd cycle beside pairs",
        source: "sandholm2005",
        good_for: "a unique equilibrium on half of the strategies: the worst for support enumeration",
        form: Format::Nfg,
        size: "k, 2, of which 4k - 1 strategies each are made",
        players: "two",
        options: &[],
        is_random: false,
        build: build::<HalfSupport>,
    },
    Family {
        name: DualCyclic::NAME,
        about: "best responses on two dual cyclic polytopes",
        source: "vonstengel1999",
        good_for: "very many equilibria: 3, 15, 75",
        form: Format::Nfg,
        size: "an even number of strategies, 6",
        players: "two",
        options: &[],
        is_random: false,
        build: build::<DualCyclic>,
    },
    Family {
        name: LongLemkeHowson::NAME,
        about: "the same with labels in another order",
        source: "savani2006",
        good_for: "a unique equilibrium, exponentially long Lemke-Howson paths",
        form: Format::Nfg,
        size: "an even number of strategies, 6",
        players: "two",
        options: &[],
        is_random: false,
        build: build::<LongLemkeHowson>,
    },
    Family {
        name: Centipede::NAME,
        about: "a pot that grows until somebody takes it",
        source: "rosenthal1981",
        good_for: "a unique subgame-perfect equilibrium that takes at once",
        form: Format::Efg,
        size: "decisions, 6",
        players: "1 to 100; 2",
        options: &[option(
            "growth",
            "linear",
            "how the pot grows: linear or doubling",
        )],
        is_random: false,
        build: build::<Centipede>,
    },
    Family {
        name: PerfectInformation::NAME,
        about: "full trees in which everything is seen",
        source: "kuhn1953",
        good_for: "backward induction",
        form: Format::Efg,
        size: "moves after each other, 3, and actions, 2: 3x2",
        players: "1 to 100; 2",
        options: &[
            option("turns", "alternate", "who moves: alternate or random"),
            option("chance", "0", "how likely a node is chance's"),
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
            option(
                "zero_sum",
                "no",
                "whether the second of two players gets the opposite: yes or no",
            ),
        ],
        is_random: true,
        build: build::<PerfectInformation>,
    },
    Family {
        name: ImperfectInformation::NAME,
        about: "full trees with random information sets and perfect recall",
        source: "kuhn1953",
        good_for: "the sequence form, counterfactual regret",
        form: Format::Efg,
        size: "moves after each other, 3, and actions, 2: 3x2",
        players: "1 to 100; 2",
        options: &[
            option(
                "deal",
                "2",
                "outcomes of chance before the first move; 1 for none",
            ),
            option(
                "hidden",
                "1/2",
                "how likely a node is confused with an earlier one",
            ),
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
            option(
                "zero_sum",
                "no",
                "whether the second of two players gets the opposite: yes or no",
            ),
        ],
        is_random: true,
        build: build::<ImperfectInformation>,
    },
    Family {
        name: Ladder::NAME,
        about: "a spine with an exit at every rung",
        source: "kahn1965",
        good_for: "long thin trees: a million rungs",
        form: Format::Efg,
        size: "rungs, 3",
        players: "1 to 100; 2",
        options: &[
            option("accident", "0", "how likely a step up ends in disaster"),
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
        ],
        is_random: true,
        build: build::<Ladder>,
    },
    Family {
        name: Signaling::NAME,
        about: "a hidden type each, then moves in public",
        source: "harsanyi1967",
        good_for: "beliefs and signals",
        form: Format::Efg,
        size: "types of both, 2, or of each: 2x3",
        players: "two",
        options: &[
            option("actions", "2", "how many actions there are at every move"),
            option("rounds", "2", "how many moves there are"),
            option(
                "prior",
                "uniform",
                "how likely types are: uniform or random",
            ),
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
            option(
                "zero_sum",
                "no",
                "whether the second of two players gets the opposite: yes or no",
            ),
        ],
        is_random: true,
        build: build::<Signaling>,
    },
    Family {
        name: CoffeeShop::NAME,
        about: "shops in blocks of a town, paid by how many are there and around",
        source: "jiang2011",
        good_for: "a hundred alike players on an action graph",
        form: Format::Agg,
        size: "rows of blocks, 3, or rows and columns: 3x4",
        players: "1 to 100; 6",
        options: &[
            option("low", "0", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
        ],
        is_random: true,
        build: build::<CoffeeShop>,
    },
    Family {
        name: IceCream::NAME,
        about: "vendors along a beach: rivals and company nearby",
        source: "jiang2011",
        good_for: "three kinds of alike players on an action graph",
        form: Format::Agg,
        size: "places along the beach, 4",
        players: "1 to 100; 6",
        options: &[
            option("rival", "3", "what a near vendor of the same flavor takes"),
            option(
                "company",
                "1",
                "what a near vendor of the other flavor brings",
            ),
            option("low", "0", "the least that a place and flavor is worth"),
            option("high", "20", "the most that it is worth"),
        ],
        is_random: true,
        build: build::<IceCream>,
    },
    Family {
        name: RandomActionGraph::NAME,
        about: "random nodes, neighbors and functions of all kinds",
        source: "bhat2004",
        good_for: "action graphs without symmetry; with types Bayesian ones",
        form: Format::Agg,
        size: "action nodes, 6",
        players: "1 to 100; 4",
        options: &[
            option("actions", "3", "how many nodes everybody may choose"),
            option("neighbors", "2", "how many neighbors a node has"),
            option("functions", "1", "how many function nodes there are"),
            option(
                "types",
                "1",
                "how many types everybody has; more than 1 make a Bayesian game",
            ),
            option("low", "-100", "the lowest payoff"),
            option("high", "100", "the highest payoff"),
        ],
        is_random: true,
        build: build::<RandomActionGraph>,
    },
];

/// A row of options.
const fn option(name: &'static str, default: &'static str, about: &'static str) -> Choice {
    Choice {
        name,
        default,
        about,
    }
}

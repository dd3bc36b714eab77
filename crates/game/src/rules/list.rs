//! The rule games that there are, and how they are asked for by name.

use super::dark_hex::MOST as MOST_SIDE;
use super::deterrence_ladder::{MOST_RUNGS, MOST_TYPES, MOST_VOTES};
use super::goofspiel::MOST as MOST_CARDS;
use super::kuhn::MOST as MOST_PLAYERS;
use super::liars_dice::{MOST_BIDS, MOST_DICE};
use super::{
    CannotExpand, DarkHex, DeterrenceLadder, Goofspiel, Kuhn, Leduc, LiarsDice, Limits, Order,
    Pays, Stakes, expand,
};
use crate::extensive::ExtensiveGame;
use crate::generate::asked::Asked;
use crate::generate::{Choice, InvalidRequest, Problem, Request};

/// A kind of game that is given by rules.
#[derive(Clone, Copy, Debug)]
pub struct RuleGame {
    /// The name it is asked for by: lower case and underscores.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The key of its source in `docs/references.bib`.
    pub source: &'static str,
    /// What is known of its solutions, in sentences without a final full stop.
    pub facts: &'static [&'static str],
    /// Its options.
    pub options: &'static [Choice],
    read: fn(&mut Asked<'_>) -> Ruled,
}

/// A rule game with its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ruled {
    /// Kuhn's poker.
    Kuhn(Kuhn),
    /// Leduc hold'em.
    Leduc(Leduc),
    /// Liar's dice.
    LiarsDice(LiarsDice),
    /// Goofspiel.
    Goofspiel(Goofspiel),
    /// Hex in the dark.
    DarkHex(DarkHex),
    /// A ladder of threats.
    DeterrenceLadder(DeterrenceLadder),
}

impl Ruled {
    /// Writes its tree down.
    ///
    /// # Errors
    /// [`CannotExpand`], if it has too many nodes.
    pub fn tree(&self, limits: &Limits) -> Result<ExtensiveGame, CannotExpand> {
        match self {
            Self::Kuhn(game) => expand(game, limits),
            Self::Leduc(game) => expand(game, limits),
            Self::LiarsDice(game) => expand(game, limits),
            Self::Goofspiel(game) => expand(game, limits),
            Self::DarkHex(game) => expand(game, limits),
            Self::DeterrenceLadder(game) => expand(game, limits),
        }
    }
}

const fn choice(name: &'static str, default: &'static str, about: &'static str) -> Choice {
    Choice {
        name,
        default,
        about,
    }
}

const GAMES: &[RuleGame] = &[
    RuleGame {
        name: "kuhn",
        title: "Kuhn's poker",
        about: "one card each, one bet",
        source: "kuhn1950",
        facts: &["Of two players the first loses 1/18 in every equilibrium"],
        options: &[choice("players", "2", "two to four")],
        read: |asked| {
            let players = asked.count("players");
            within(asked, "players", players, 2, MOST_PLAYERS);
            Ruled::Kuhn(Kuhn { players })
        },
    },
    RuleGame {
        name: "leduc",
        title: "Leduc hold'em",
        about: "one card each and one for both, two rounds of bets",
        source: "southey2005",
        facts: &["The value to the first player is -0.085606424078, to twelve decimals"],
        options: &[],
        read: |_| Ruled::Leduc(Leduc),
    },
    RuleGame {
        name: "liars_dice",
        title: "liar's dice",
        about: "hidden dice, bids that rise, a challenge",
        source: "lisy2015",
        facts: &[
            "With 2, 3, 4 and 6 sides of one die each the value to the first player is 1/2, 1/9, 1/16 and -7/258",
        ],
        options: &[
            choice("sides", "6", "faces of a die"),
            choice("dice", "1", "dice of each player"),
        ],
        read: |asked| {
            let (sides, dice) = (asked.count("sides"), asked.count("dice"));
            within(asked, "dice", dice, 1, MOST_DICE / 2);
            let most = MOST_BIDS / (2 * dice.clamp(1, MOST_DICE / 2));
            within(asked, "sides", sides, 2, most);
            Ruled::LiarsDice(LiarsDice { sides, dice })
        },
    },
    RuleGame {
        name: "goofspiel",
        title: "goofspiel",
        about: "hidden bids for prizes; only who wins is told",
        source: "ross1971",
        facts: &["It is symmetric, so its value is 0"],
        options: &[
            choice("cards", "4", "cards of each player, and prizes"),
            choice(
                "order",
                "descending",
                "how prizes come: descending, ascending or random",
            ),
            choice("turns", "all", "after how many prizes play ends"),
            choice(
                "pays",
                "win",
                "win: 1 or -1; difference: by how much one has more",
            ),
        ],
        read: |asked| {
            let cards = asked.count("cards");
            let orders = [
                ("descending", Order::Descending),
                ("ascending", Order::Ascending),
                ("random", Order::Random),
            ];
            let order = asked.word("order", &orders);
            let pays = asked.word(
                "pays",
                &[("win", Pays::Win), ("difference", Pays::Difference)],
            );
            let turns = asked.whole_or_word("turns", "all");
            let turns = turns.map_or(cards, |turns| usize::try_from(turns).unwrap_or(0));
            within(asked, "cards", cards, 2, MOST_CARDS);
            within(asked, "turns", turns, 1, cards.max(1));
            Ruled::Goofspiel(Goofspiel {
                cards,
                order,
                turns,
                pays,
            })
        },
    },
    RuleGame {
        name: "dark_hex",
        title: "dark hex",
        about: "stones on a board, those of the other side unseen",
        source: "lanctot2019",
        facts: &["On a board of 2x2 the first player always wins"],
        options: &[
            choice("side", "2", "cells a side"),
            choice(
                "tries",
                "yes",
                "whether both know how often the other one tried",
            ),
        ],
        read: |asked| {
            let side = asked.count("side");
            let tells_tries = asked.flag("tries");
            within(asked, "side", side, 1, MOST_SIDE);
            Ruled::DarkHex(DarkHex { side, tells_tries })
        },
    },
    RuleGame {
        name: "deterrence_ladder",
        title: "deterrence ladder",
        about: "rung by rung a challenger presses in a theatre, a coalition threatens and votes on it; both hide how resolved they are",
        source: "zagare2000",
        facts: &[
            "Our own family for trees of any size: 3 rungs are 1,267 nodes, 7 rungs 327,667, 10 rungs 20,971,507",
        ],
        options: &[
            choice("rungs", "3", "rungs of the ladder"),
            choice("types", "2", "how resolved a side may be"),
            choice("theatres", "2", "where the challenger may press"),
            choice("votes", "1", "members of the coalition who vote"),
            choice(
                "pays",
                "zero_sum",
                "zero_sum: one's loss is the other's gain; costs: what is carried out costs both",
            ),
        ],
        read: |asked| {
            let [rungs, types, theatres, votes] =
                ["rungs", "types", "theatres", "votes"].map(|name| asked.count(name));
            let words = [("zero_sum", Stakes::ZeroSum), ("costs", Stakes::Costs)];
            let pays = asked.word("pays", &words);
            within(asked, "rungs", rungs, 1, MOST_RUNGS);
            within(asked, "types", types, 1, MOST_TYPES);
            within(asked, "theatres", theatres, 1, MOST_TYPES);
            within(asked, "votes", votes, 1, MOST_VOTES);
            Ruled::DeterrenceLadder(DeterrenceLadder {
                rungs,
                types,
                theatres,
                votes,
                pays,
            })
        },
    },
];

fn within(asked: &mut Asked<'_>, name: &str, value: usize, low: usize, high: usize) {
    if !(low..=high).contains(&value) {
        let message = format!("option `{name}` is from {low} to {high}, not {value}");
        asked.problems.push(Problem::range(message));
    }
}

/// All rule games.
pub const fn games() -> &'static [RuleGame] {
    GAMES
}

/// The rule game of this name, without options.
pub fn find(name: &str) -> Option<&'static RuleGame> {
    GAMES.iter().find(|game| game.name == name)
}

/// A rule game as people type it: a name, then, after a colon, options as `name=value` with commas between them.
///
/// # Errors
/// [`InvalidRequest`] with every problem.
///
/// # Example
/// ```
/// use deterra_game::rules::{Goofspiel, Order, Ruled, named};
/// let game = named("goofspiel:cards=3,order=random,turns=3")?;
/// let expected = Goofspiel { cards: 3, order: Order::Random, turns: 3, ..Goofspiel::default() };
/// assert_eq!(game, Ruled::Goofspiel(expected));
/// let problems = named("kuhn:players=7,deck=3").unwrap_err().problems;
/// assert_eq!(problems.len(), 2);
/// # Ok::<(), deterra_game::generate::InvalidRequest>(())
/// ```
pub fn named(text: &str) -> Result<Ruled, InvalidRequest> {
    let (name, options) = text.split_once(':').unwrap_or((text, ""));
    let mut problems = Vec::new();
    let mut request = Request::default();
    for option in options.split(',').filter(|o| !o.trim().is_empty()) {
        match option.split_once('=') {
            Some((name, value)) => {
                let trimmed = (name.trim().to_owned(), value.trim().to_owned());
                request.options.push(trimmed);
            }
            None => problems.push(Problem::range(format!(
                "`{}` is no option: write name=value",
                option.trim()
            ))),
        }
    }
    let Some(game) = find(name.trim()) else {
        let known: Vec<&str> = GAMES.iter().map(|game| game.name).collect();
        problems.push(Problem::range(format!(
            "there are no rules of `{}`, but of {}",
            name.trim(),
            known.join(", ")
        )));
        return Err(InvalidRequest { problems });
    };
    let mut asked = Asked::new(game.name, game.options, "", &request);
    let ruled = (game.read)(&mut asked);
    problems.extend(asked.problems);
    if problems.is_empty() {
        Ok(ruled)
    } else {
        Err(InvalidRequest { problems })
    }
}

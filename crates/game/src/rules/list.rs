//! The rule games that there are, and how they are asked for by name.

use super::dark_hex::MOST as MOST_SIDE;
use super::deterrence_ladder::{MOST_RUNGS, MOST_TYPES, MOST_VOTES};
use super::goofspiel::MOST as MOST_CARDS;
use super::kuhn::MOST as MOST_PLAYERS;
use super::liars_dice::{MOST_BIDS, MOST_DICE};
use super::{
    Battleship, BlottoSequence, CannotExpand, DarkHex, DeterrenceLadder, Goofspiel, Kuhn, Leduc,
    LiarsDice, Limits, Order, Pays, PhantomTicTacToe, Rules, SealedBidAuction, Sheriff, Stakes,
    TicTacToe, TinyHanabi, TradeComm, battleship, blotto_sequence, expand, phantom_tic_tac_toe,
    sealed_bid_auction, sheriff, trade_comm,
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
    /// Tic-tac-toe in the dark.
    PhantomTicTacToe(PhantomTicTacToe),
    /// Ships and shots.
    Battleship(Battleship),
    /// A smuggler and a sheriff.
    Sheriff(Sheriff),
    /// A first-price auction.
    SealedBidAuction(SealedBidAuction),
    /// Battles over fields.
    BlottoSequence(BlottoSequence),
    /// A small game of signals.
    TinyHanabi(TinyHanabi),
    /// Words before a trade.
    TradeComm(TradeComm),
    /// Tic-tac-toe.
    TicTacToe(TicTacToe),
}

/// Something that can be asked of rules, whichever they are.
pub trait Ask {
    /// What is answered.
    type Answer;

    /// Asks.
    fn ask<R: Rules>(self, rules: &R) -> Self::Answer;
}

impl Ruled {
    /// Asks something of its rules.
    pub fn ask<A: Ask>(&self, what: A) -> A::Answer {
        match self {
            Self::Kuhn(game) => what.ask(game),
            Self::Leduc(game) => what.ask(game),
            Self::LiarsDice(game) => what.ask(game),
            Self::Goofspiel(game) => what.ask(game),
            Self::DarkHex(game) => what.ask(game),
            Self::DeterrenceLadder(game) => what.ask(game),
            Self::PhantomTicTacToe(game) => what.ask(game),
            Self::Battleship(game) => what.ask(game),
            Self::Sheriff(game) => what.ask(game),
            Self::SealedBidAuction(game) => what.ask(game),
            Self::BlottoSequence(game) => what.ask(game),
            Self::TinyHanabi(game) => what.ask(game),
            Self::TradeComm(game) => what.ask(game),
            Self::TicTacToe(game) => what.ask(game),
        }
    }

    /// Writes its tree down.
    ///
    /// # Errors
    /// [`CannotExpand`], if it has too many nodes.
    pub fn tree(&self, limits: &Limits) -> Result<ExtensiveGame, CannotExpand> {
        self.ask(Tree(limits))
    }
}

/// What the tree is, within limits.
struct Tree<'l>(&'l Limits);

impl Ask for Tree<'_> {
    type Answer = Result<ExtensiveGame, CannotExpand>;

    fn ask<R: Rules>(self, rules: &R) -> Self::Answer {
        expand(rules, self.0)
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
    RuleGame {
        name: "phantom_tic_tac_toe",
        title: "phantom tic-tac-toe",
        about: "marks on nine cells, those of the other side unseen",
        source: "lanctot2019",
        facts: &["Up to four tries nobody can win, and the value is 0"],
        options: &[
            choice(
                "moves",
                "5",
                "tries of both after which play is a draw, to 18, which is no limit",
            ),
            choice(
                "tries",
                "no",
                "whether both know how often the other one tried",
            ),
            choice(
                "abrupt",
                "no",
                "whether a try of a cell that is taken costs the turn",
            ),
        ],
        read: |asked| {
            let moves = asked.count("moves");
            let tells_tries = asked.flag("tries");
            let is_abrupt = asked.flag("abrupt");
            within(asked, "moves", moves, 1, phantom_tic_tac_toe::MOST_MOVES);
            Ruled::PhantomTicTacToe(PhantomTicTacToe {
                moves,
                tells_tries,
                is_abrupt,
            })
        },
    },
    RuleGame {
        name: "battleship",
        title: "battleship",
        about: "hidden ships, and shots at them",
        source: "farina2019",
        facts: &[
            "With one ship of one cell on a board of 2x2 and a shot each the value to the first player is 1/16",
        ],
        options: &[
            choice("width", "2", "columns"),
            choice("height", "2", "rows"),
            choice("ships", "1+2", "cells of each ship, with + between them"),
            choice(
                "values",
                "1",
                "what each ship is worth, with + between them, or one number for all",
            ),
            choice("shots", "2", "shots of each side"),
            choice("repeats", "no", "whether a cell may be shot at again"),
            choice(
                "loss",
                "1",
                "by how much a loss counts more than a gain; 1 is zero-sum",
            ),
        ],
        read: read_battleship,
    },
    RuleGame {
        name: "sheriff",
        title: "sheriff",
        about: "illegal items, bribes, and a sheriff who inspects or not",
        source: "farina2019",
        facts: &["Not zero-sum; rounds before the last are talk"],
        options: &[
            choice("items", "3", "the most illegal items"),
            choice("bribe", "3", "the highest bribe"),
            choice(
                "rounds",
                "4",
                "rounds of bribe and answer, of which the last counts",
            ),
            choice("value", "1", "what an item is worth to the smuggler"),
            choice("fine", "2", "what she pays for an item that is found"),
            choice("trouble", "3", "what the sheriff pays if there is none"),
        ],
        read: |asked| {
            let [items, bribe, rounds] = ["items", "bribe", "rounds"].map(|name| asked.count(name));
            let [value, fine, trouble] = ["value", "fine", "trouble"].map(|name| asked.whole(name));
            within(asked, "items", items, 0, sheriff::MOST);
            within(asked, "bribe", bribe, 0, sheriff::MOST);
            within(asked, "rounds", rounds, 1, sheriff::MOST_ROUNDS);
            for (name, number) in [("value", value), ("fine", fine), ("trouble", trouble)] {
                not_huge(asked, name, number);
            }
            Ruled::Sheriff(Sheriff {
                items,
                bribe,
                rounds,
                value,
                fine,
                trouble,
            })
        },
    },
    RuleGame {
        name: "sealed_bid_auction",
        title: "sealed-bid auction",
        about: "hidden values, hidden bids, the highest one is paid",
        source: "vickrey1961",
        facts: &[
            "With values drawn evenly from an interval two bidders bid half of theirs; whole numbers come near it",
        ],
        options: &[
            choice("players", "2", "bidders, two to five"),
            choice("most", "5", "the highest value"),
        ],
        read: |asked| {
            let [players, most] = ["players", "most"].map(|name| asked.count(name));
            within(
                asked,
                "players",
                players,
                2,
                sealed_bid_auction::MOST_PLAYERS,
            );
            within(asked, "most", most, 1, sealed_bid_auction::MOST_VALUE);
            Ruled::SealedBidAuction(SealedBidAuction { players, most })
        },
    },
    RuleGame {
        name: "blotto_sequence",
        title: "Colonel Blotto in several battles",
        about: "troops sent to fields in several battles; who won each field is told",
        source: "gross1950",
        facts: &["It is symmetric, so its value is 0"],
        options: &[
            choice("troops", "4", "troops of each side"),
            choice("fields", "2", "fields of a battle"),
            choice("rounds", "2", "battles"),
            choice(
                "pays",
                "difference",
                "difference: fields won less fields lost; win: 1 or -1",
            ),
        ],
        read: |asked| {
            let [troops, fields, rounds] =
                ["troops", "fields", "rounds"].map(|name| asked.count(name));
            let only_wins = asked.word("pays", &[("difference", false), ("win", true)]);
            within(asked, "troops", troops, 0, blotto_sequence::MOST_TROOPS);
            within(asked, "fields", fields, 1, blotto_sequence::MOST_FIELDS);
            within(asked, "rounds", rounds, 1, blotto_sequence::MOST_ROUNDS);
            Ruled::BlottoSequence(BlottoSequence {
                troops,
                fields,
                rounds,
                only_wins,
            })
        },
    },
    RuleGame {
        name: "tiny_hanabi",
        title: "tiny Hanabi",
        about: "an act that tells a partner something; both get the same",
        source: "foerster2019",
        facts: &["The best that both can do together is 10"],
        options: &[],
        read: |_| Ruled::TinyHanabi(TinyHanabi),
    },
    RuleGame {
        name: "trade_comm",
        title: "trade and words",
        about: "words before a trade; both get the same",
        source: "sokota2021",
        facts: &["With as many words as items both can tell what they have, and get 1"],
        options: &[choice("items", "2", "kinds of items, and words")],
        read: |asked| {
            let items = asked.count("items");
            within(asked, "items", items, 1, trade_comm::MOST);
            Ruled::TradeComm(TradeComm { items })
        },
    },
    RuleGame {
        name: "tic_tac_toe",
        title: "tic-tac-toe",
        about: "three in a line, everything seen",
        source: "lanctot2019",
        facts: &["Its value is 0: both can hold a draw"],
        options: &[],
        read: |_| Ruled::TicTacToe(TicTacToe),
    },
];

fn read_battleship(asked: &mut Asked<'_>) -> Ruled {
    let [width, height, shots] = ["width", "height", "shots"].map(|name| asked.count(name));
    let (sizes, worth) = (asked.counts("ships"), asked.counts("values"));
    let repeats = asked.flag("repeats");
    let loss = asked.whole("loss");
    let most = battleship::MOST_CELLS;
    within(asked, "width", width, 1, most);
    within(asked, "height", height, 1, most / width.clamp(1, most));
    within(asked, "shots", shots, 1, battleship::MOST_SHOTS);
    not_huge(asked, "loss", loss);
    let mut game = Battleship {
        width,
        height,
        shots,
        repeats,
        loss,
        ships: [0; battleship::MOST_SHIPS],
        values: [1; battleship::MOST_SHIPS],
    };
    if !repeats {
        within(asked, "shots", shots, 1, width.saturating_mul(height));
    }
    if sizes.len() > game.ships.len() || worth.len() != sizes.len() && worth.len() != 1 {
        let message = format!(
            "there are up to {} ships, and a value for each or one for all",
            game.ships.len()
        );
        asked.problems.push(Problem::range(message));
    }
    for (k, size) in sizes.iter().take(game.ships.len()).enumerate() {
        within(asked, "ships", *size, 1, most);
        game.ships[k] = *size;
        let value = worth.get(k).or_else(|| worth.first()).copied();
        game.values[k] = i64::try_from(value.unwrap_or(1)).unwrap_or(i64::MAX);
        not_huge(asked, "values", game.values[k]);
    }
    if asked.problems.is_empty() && !game.has_room() {
        let message = "there is no room for all ships".to_owned();
        asked.problems.push(Problem::range(message));
    }
    Ruled::Battleship(game)
}

/// Numbers that are added and multiplied stay far from the end of their range.
fn not_huge(asked: &mut Asked<'_>, name: &str, number: i64) {
    if number.abs() > 1_000_000_000 {
        let message = format!("option `{name}` is from -1000000000 to 1000000000, not {number}");
        asked.problems.push(Problem::range(message));
    }
}

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

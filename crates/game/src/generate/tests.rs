//! What holds for every family: the table, seeds, files, refusals.

mod contests;
mod polytopes;
mod tables;
mod trees;

use super::{Family, InvalidRequest, Problem, Request, families, family, generate};
use crate::format::{self, Format, Game, ReadOptions, agg, efg, json, nfg};
use crate::id::PlayerId;
use crate::strategic::StrategicGame;

/// A game of a family, by a size and options.
fn asked(
    name: &str,
    size: &[usize],
    players: Option<usize>,
    options: &[(&str, &str)],
    seed: u64,
) -> Result<Game, InvalidRequest> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let request = Request {
        size: size.to_vec(),
        players,
        options: options.iter().map(pair).collect(),
    };
    generate(family(name).expect("a family"), &request, seed)
}

/// All payoffs of a table: by cell, player 1's strategy fastest, and player.
fn payoffs(game: &StrategicGame) -> Vec<Vec<String>> {
    let cell = |cell| {
        let players = game.players();
        players.map(|p| game.payoff(cell, p).to_string()).collect()
    };
    (0..game.num_cells()).map(cell).collect()
}

/// The cells that are pure equilibria.
fn pure_equilibria(game: &StrategicGame) -> Vec<usize> {
    let is_best = |cell: &usize, player: PlayerId| {
        (0..game.num_strategies(player)).all(|strategy| {
            let other = game.deviation(*cell, player, strategy);
            game.payoff(other, player) <= game.payoff(*cell, player)
        })
    };
    let cells = 0..game.num_cells();
    cells
        .filter(|cell| game.players().all(|player| is_best(cell, player)))
        .collect()
}

fn text(game: &Game) -> String {
    match game {
        Game::Extensive(tree) => efg::write(tree, &efg::WriteOptions::default()).text,
        Game::Strategic(table) => nfg::write(table, &nfg::WriteOptions::default()).text,
        Game::ActionGraph(graph) => agg::write(graph),
        _ => unreachable!("no family makes one"),
    }
}

/// Without the title, which holds the seed.
fn body(game: &Game) -> String {
    let text = text(game);
    let (first, rest) = text.split_once('\n').expect("lines");
    match first {
        "#AGG" | "#BAGG" => rest.split_once('\n').expect("lines").1.to_owned(),
        _ => rest.to_owned(),
    }
}

/// Whether action graphs are the same but for title and comment.
fn is_untitled(read: &Game, game: &Game) -> bool {
    let (Game::ActionGraph(read), Game::ActionGraph(game)) = (read, game) else {
        return false;
    };
    let nodes = 0..game.graph().num_action_nodes();
    read.graph().parts().players == game.graph().parts().players
        && read.graph().parts().neighbors == game.graph().parts().neighbors
        && read.graph().parts().functions == game.graph().parts().functions
        && nodes
            .into_iter()
            .all(|node| read.payoffs(node).eq(game.payoffs(node)))
}

fn is_even_only(family: &Family) -> bool {
    ["dual_cyclic", "long_lemke_howson"].contains(&family.name)
}

#[test]
fn the_front_page_lists_every_family() {
    let page = include_str!("../generate.rs");
    for family in families() {
        let options: Vec<String> = family
            .options
            .iter()
            .map(|choice| format!("`{}` ({})", choice.name, choice.default))
            .collect();
        let row = format!(
            "//! | [`{}`] | {} | {} | `{}` | {} |\n",
            family.name,
            family.about,
            options.join(", "),
            family.source,
            family.good_for
        );
        assert!(page.contains(&row), "{row}");
    }
    let rows = page.lines().filter(|line| line.starts_with("//! | [`"));
    assert_eq!(rows.count(), families().len());
}

#[test]
fn names_are_unique_and_fit_the_key() {
    for (k, family) in families().iter().enumerate() {
        let name = family.name;
        assert!(name.len() <= 24, "{name}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        assert!(families()[..k].iter().all(|other| other.name != name));
        for (k, choice) in family.options.iter().enumerate() {
            let earlier = &family.options[..k];
            assert!(earlier.iter().all(|other| other.name != choice.name));
        }
    }
}

/// Sizes 1 to 4, twenty seeds, through both formats that hold the game.
#[test]
fn every_game_is_read_back_as_it_was_written() {
    for family in families() {
        for size in 1..=4 {
            for seed in 0..20 {
                let game = match asked(family.name, &[size], None, &[], seed) {
                    Ok(game) => game,
                    Err(error) => {
                        let is_size = matches!(error.problems[..], [Problem::Size { .. }]);
                        assert!(is_size && is_even_only(family) && size % 2 == 1, "{error}");
                        continue;
                    }
                };
                for text in [text(&game), json::write(&game)] {
                    let reading = format::read(&text, &ReadOptions::default());
                    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
                    // The format of action graphs has no title.
                    let untitled = matches!(game, Game::ActionGraph(_)) && !text.starts_with('{');
                    let read = reading.value.expect("a game");
                    assert!(untitled || read == game, "{text}");
                    assert!(!untitled || is_untitled(&read, &game), "{text}");
                }
                let is_tree = matches!(game, Game::Extensive(_));
                assert_eq!(is_tree, family.form == Format::Efg);
            }
        }
    }
}

#[test]
fn a_seed_says_everything() {
    for family in families() {
        let game = |seed| asked(family.name, &[], None, &[], seed).expect(family.name);
        assert_eq!(text(&game(5)), text(&game(5)), "{}", family.name);
        let differs = body(&game(5)) != body(&game(6));
        assert_eq!(differs, family.is_random, "{}", family.name);
        let said = text(&game(5)).contains("seed=5");
        assert_eq!(said, family.is_random, "{}", family.name);
    }
}

/// The first numbers of the stream of this seed, computed apart from this crate from the definition of
/// `ChaCha`, times 201 over 2⁶⁴, less 100.
#[test]
fn a_seed_makes_the_specified_game() {
    let Ok(Game::Strategic(game)) = asked("uniform", &[2], None, &[], 1) else {
        panic!("a table");
    };
    let expected = [["-26", "95"], ["99", "63"], ["-28", "-48"], ["29", "22"]];
    assert_eq!(payoffs(&game), expected);
}

/// Games are the same for ever: these are what they were when they were first made, as FNV-1a hashes
/// of what is written.
#[test]
fn games_stay_what_they_were() {
    let fnv = |text: &str| {
        text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let found: Vec<String> = families()
        .iter()
        .map(|family| {
            let game = asked(family.name, &[4], None, &[], 42).expect(family.name);
            format!("{} {:016x}", family.name, fnv(&text(&game)))
        })
        .collect();
    let expected: Vec<&str> = PINNED.lines().collect();
    assert_eq!(found, expected);
}

const PINNED: &str = "\
uniform 7a6a20fd0f531f35
zero_sum 1f0daabc52c90d07
covariant f883dc9d3303cde1
unit_vector 88b627a4fa7021bf
identity ce48113de033544a
dispersion bd307e7a2b225762
minimum_effort 853035004b688608
congestion 4d8bfd89b346b511
polymatrix d0b74f56c716cfff
graphical 8f21468c6fbdf922
blotto 0d972ca001304f52
war_of_attrition f275db62f200b55f
all_pay 8b82e72c73744116
travelers d0bd1a195c5d4b27
ranking 90891dfeabb09f85
tournament ae8e010f7d34cccd
half_support 6b542296aa69f725
dual_cyclic 044bc13f18c11792
long_lemke_howson 44c635f04f3763d0
centipede 4cad6ea6bda1cdb3
perfect_information 66763b2218b9dbc9
imperfect_information b8f9b4a5fa38c925
ladder 11b2222eec813062
signaling 5889d4e9dc6bdeaa
coffee_shop c261b9b5a946b1e6
ice_cream f1af4077fda69f7d
random_action_graph 2f578cb667dde606";

#[test]
fn every_problem_is_told_at_once() {
    let options = [
        ("low", "x"),
        ("hihg", "3"),
        ("grid", "0"),
        ("rho", "2"),
        ("grid", "5"),
    ];
    let error = asked("covariant", &[3, 3], Some(3), &options, 0).expect_err("all wrong");
    let told: Vec<String> = error.problems.iter().map(Problem::to_string).collect();
    assert_eq!(
        told,
        [
            "`covariant` has no option `low`",
            "`covariant` has no option `hihg`",
            "option `grid` is given more than once",
            "the size 3x3 is for 2 players, not 3",
            "`rho` is 2; it is between -1 and 1",
            "`grid` is 0; it is between 1 and 1000000",
        ]
    );
    let options = [("low", "1/2"), ("high", "-101"), ("graph", "star")];
    let error = asked("graphical", &[], Some(0), &options, 0).expect_err("all wrong");
    let told: Vec<String> = error.problems.iter().map(Problem::to_string).collect();
    assert_eq!(
        told,
        [
            "there are 0 players; 1 to 100 can be",
            "option `graph` takes one of complete, ring, grid, random, not `star`",
            "option `low` takes a whole number, not `1/2`",
            "`low` (-100) is above `high` (-101)",
        ]
    );
}

/// A table of 10⁸ + 1 cells or so is refused, one of 10⁸ is not: only sizes are looked at.
#[test]
fn limits_are_kept_before_anything_is_allocated() {
    let refused = |name: &str, size: &[usize], players, options: &[(&str, &str)]| {
        let made = asked(name, size, players, options, 0);
        let error = made.map(drop).expect_err("too large");
        assert!(error.problems.iter().all(Problem::is_limit), "{error}");
        error.to_string()
    };
    let told = refused("uniform", &[10_001, 10_000], None, &[]);
    assert!(told.contains("100010000"), "{told}");
    refused("uniform", &[2], Some(27), &[]);
    // 2^23 cells, but 23 payoffs in each make 193 million; 4^13 with 13 would make 872 million.
    refused("uniform", &[4], Some(13), &[]);
    refused("blotto", &[200], None, &[]);
    refused("tournament", &[100, 50], None, &[]);
    refused("congestion", &[14], None, &[("strategies", "subsets")]);
    refused("perfect_information", &[25], None, &[]);
    refused("imperfect_information", &[24], None, &[]);
    refused("imperfect_information", &[1], None, &[("deal", "9000000")]);
    refused("signaling", &[5000], None, &[]);
    refused("ladder", &[10_000_000], None, &[("accident", "1/9")]);
    for family in families() {
        for size in [usize::MAX - 1, 1 << 40, 1 << 62] {
            assert!(asked(family.name, &[size], None, &[], 0).is_err());
        }
        assert!(
            asked(family.name, &[0], None, &[], 0).is_err(),
            "{}",
            family.name
        );
        assert!(asked(family.name, &[1, 1, 1, 1, 0], None, &[], 0).is_err());
    }
}

#[test]
fn no_value_is_too_strange() {
    let values = [
        "",
        "x",
        "0",
        "-1",
        "1/0",
        "1/3",
        "yes",
        "999999999",
        "1000000001",
        "1e400",
        "-9223372036854775808",
        "18446744073709551616",
        "0.30000000000000000000001",
    ];
    for family in families() {
        for choice in family.options {
            for value in values {
                // Whether it is taken or refused is the option's business.
                drop(asked(family.name, &[], None, &[(choice.name, value)], 0));
            }
        }
        for players in [0, 1, 2, 3, 7, 101, usize::MAX] {
            drop(asked(family.name, &[2], Some(players), &[], 0));
        }
    }
}

//! Games that are drawn from a number: small ones of many families, with payoffs that often tie.

use deterra::game::action_graph::ActionGraphGame;
use deterra::game::extensive::ExtensiveGame;
use deterra::game::format::Game;
use deterra::game::generate::{Request, family, generate};
use deterra::game::number::Number;
use deterra::game::strategic::StrategicGame;

/// The `seed`-th way to choose one of several, next to others that are chosen from the same number.
pub(crate) fn pick<T: Copy>(seed: u64, salt: u64, of: &[T]) -> T {
    let mixed =
        (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    of[((mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) as usize % of.len()]
}

pub(crate) fn make(
    name: &str,
    size: &[usize],
    players: Option<usize>,
    options: &[(&str, &str)],
    seed: u64,
) -> Game {
    let request = Request {
        size: size.to_vec(),
        players,
        options: options
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    generate(family(name).unwrap(), &request, seed).unwrap()
}

fn table_of(game: Game) -> StrategicGame {
    match game {
        Game::Strategic(table) => table,
        Game::ActionGraph(graph) => graph.expand(1 << 16).unwrap(),
        _ => panic!("a table"),
    }
}

fn tree_of(game: Game) -> ExtensiveGame {
    match game {
        Game::Extensive(tree) => tree,
        _ => panic!("a tree"),
    }
}

/// Ranges of whole payoffs, from generic to nearly constant.
const RANGES: [(&str, &str); 4] = [("-100", "100"), ("-3", "3"), ("0", "1"), ("-1", "1")];

/// Two players.
pub(crate) fn bimatrix(seed: u64) -> StrategicGame {
    let (low, high) = pick(seed, 1, &RANGES);
    let size = [pick(seed, 2, &[1, 2, 3, 4]), pick(seed, 3, &[1, 2, 3, 4])];
    let square = [pick(seed, 4, &[2, 3, 4])];
    let game = match pick(
        seed,
        5,
        &[
            "uniform",
            "uniform",
            "uniform",
            "covariant",
            "dispersion",
            "identity",
            "travelers",
            "all_pay",
            "unit_vector",
        ],
    ) {
        "covariant" => make("covariant", &size, None, &[("grid", "4")], seed),
        "dispersion" => make("dispersion", &square, Some(2), &[], seed),
        "identity" => make("identity", &square, Some(2), &[], seed),
        "travelers" => make("travelers", &square, None, &[], seed),
        "all_pay" => make("all_pay", &square, None, &[], seed),
        "unit_vector" => make("unit_vector", &square, None, &[("high", "2")], seed),
        _ => make(
            "uniform",
            &size,
            None,
            &[("low", low), ("high", high)],
            seed,
        ),
    };
    table_of(game)
}

/// Two players who are alike.
pub(crate) fn symmetric(seed: u64) -> StrategicGame {
    let n = pick(seed, 1, &[1, 2, 2, 3, 3, 4]);
    let range = pick(seed, 2, &[1, 3, 50]);
    let drawn = numbers(seed, n * n, -range, range);
    let rows = |at: &dyn Fn(usize, usize) -> i64| -> Vec<Vec<Number>> {
        (0..n)
            .map(|r| (0..n).map(|c| Number::from(at(r, c))).collect())
            .collect()
    };
    let (one, two) = (
        rows(&|r, c| drawn[r * n + c]),
        rows(&|r, c| drawn[c * n + r]),
    );
    StrategicGame::from_rows("drawn", &one, &two).unwrap()
}

/// Two players whose payoffs sum to a constant.
pub(crate) fn constant_sum(seed: u64) -> StrategicGame {
    let (low, high) = pick(seed, 1, &RANGES);
    let size = [
        pick(seed, 2, &[1, 2, 3, 5, 8]),
        pick(seed, 3, &[1, 2, 3, 5, 8]),
    ];
    table_of(make(
        "zero_sum",
        &size,
        None,
        &[("low", low), ("high", high)],
        seed,
    ))
}

/// Two to four players.
pub(crate) fn table(seed: u64) -> StrategicGame {
    let (low, high) = pick(seed, 1, &RANGES);
    let size: &[usize] = pick(
        seed,
        2,
        &[
            &[2, 2, 2],
            &[3, 2, 2],
            &[2, 2, 2, 2],
            &[3, 3],
            &[1, 3, 2],
            &[2, 3, 3],
        ],
    );
    match pick(seed, 3, &[0, 1, 2, 3, 4]) {
        0 => table_of(make(
            "polymatrix",
            &[2],
            Some(3),
            &[("low", low), ("high", high)],
            seed,
        )),
        1 => table_of(make("minimum_effort", &[3], Some(3), &[], seed)),
        _ => table_of(make(
            "uniform",
            size,
            None,
            &[("low", low), ("high", high)],
            seed,
        )),
    }
}

/// The same without ties, but by chance.
pub(crate) fn generic_table(seed: u64) -> StrategicGame {
    let size: &[usize] = pick(
        seed,
        2,
        &[
            &[2, 2, 2],
            &[3, 2, 2],
            &[2, 2, 2, 2],
            &[3, 3],
            &[3, 3, 3],
            &[2, 3, 3],
        ],
    );
    table_of(make("uniform", size, None, &[], seed))
}

/// Trees in which something is hidden, of two players.
pub(crate) fn hidden(seed: u64) -> ExtensiveGame {
    let (low, high) = pick(seed, 1, &RANGES);
    let options = [("low", low), ("high", high)];
    tree_of(match pick(seed, 2, &[0, 1, 2]) {
        0 => make("signaling", &[2, 1], None, &options, seed),
        _ => make(
            "imperfect_information",
            &[pick(seed, 3, &[1, 2, 3]), 2],
            None,
            &options,
            seed,
        ),
    })
}

/// The same, with payoffs that sum to 0.
pub(crate) fn hidden_zero_sum(seed: u64) -> ExtensiveGame {
    let (low, high) = pick(seed, 1, &RANGES);
    let options = [("low", low), ("high", high), ("zero_sum", "yes")];
    tree_of(match pick(seed, 2, &[0, 1, 2]) {
        0 => make("signaling", &[2, 2], None, &options, seed),
        _ => make(
            "imperfect_information",
            &[pick(seed, 3, &[1, 2, 3, 4]), 2],
            None,
            &options,
            seed,
        ),
    })
}

/// Trees in which everything is seen.
pub(crate) fn seen(seed: u64) -> ExtensiveGame {
    let (low, high) = pick(seed, 1, &RANGES);
    let chance = pick(seed, 2, &["0", "1/4"]);
    let options = [("low", low), ("high", high), ("chance", chance)];
    let size = [pick(seed, 3, &[1, 2, 3, 4]), pick(seed, 4, &[2, 3])];
    tree_of(make(
        "perfect_information",
        &size,
        Some(pick(seed, 5, &[2, 3])),
        &options,
        seed,
    ))
}

/// The same of two players, without chance.
pub(crate) fn seen_by_two(seed: u64) -> ExtensiveGame {
    let (low, high) = pick(seed, 1, &RANGES);
    let options = [("low", low), ("high", high)];
    let size = [pick(seed, 3, &[1, 2, 3, 4]), pick(seed, 4, &[2, 3])];
    tree_of(make("perfect_information", &size, Some(2), &options, seed))
}

/// Action graphs, with and without types.
pub(crate) fn graph(seed: u64) -> ActionGraphGame {
    let players = Some(pick(seed, 1, &[2, 3, 4]));
    let made = match pick(seed, 2, &[0, 1, 2, 3]) {
        0 => make("coffee_shop", &[2, 2], players, &[], seed),
        1 => make("ice_cream", &[3], players, &[], seed),
        2 => make(
            "random_action_graph",
            &[4],
            players,
            &[("types", "2")],
            seed,
        ),
        _ => make("random_action_graph", &[4], players, &[], seed),
    };
    match made {
        Game::ActionGraph(graph) => graph,
        _ => panic!("an action graph"),
    }
}

/// Whole numbers from a range.
pub(crate) fn numbers(seed: u64, count: usize, low: i64, high: i64) -> Vec<i64> {
    let span = (high - low + 1).unsigned_abs();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        low + ((state >> 33) % span) as i64
    };
    (0..count).map(|_| next()).collect()
}

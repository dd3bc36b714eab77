//! Trees: shape, information and payoffs.

use super::super::{
    Centipede, ImperfectInformation, Ladder, PerfectInformation, Signaling, centipede,
    imperfect_information, ladder, perfect_information, signaling,
};
use crate::class::facts;
use crate::extensive::ExtensiveGame;
use crate::id::{InfosetId, NodeId, PlayerId};
use crate::information::{absent_minded, perfect_recall};
use crate::number::Rational;

/// What the ends of play pay, in preorder.
fn ends(game: &ExtensiveGame) -> Vec<Vec<String>> {
    let pay = |node: NodeId| {
        let outcome = game.outcome(node).expect("an end pays");
        let pay = |p| game.payoff(outcome, p).to_string();
        game.players().map(pay).collect()
    };
    let ends = game.nodes().filter(|node| game.is_terminal(*node));
    ends.map(pay).collect()
}

#[test]
fn a_centipede_pays_by_its_rule() {
    let options = Centipede {
        decisions: 3,
        ..Centipede::default()
    };
    let game = centipede(&options).expect("valid");
    // Taking at t = 0, 1, 2: t + 2 to who takes and t to the other; then as if at 3.
    let expected = [["2", "0"], ["1", "3"], ["4", "2"], ["3", "5"]];
    assert_eq!(ends(&game), expected);
    let doubling = Centipede {
        doubling: true,
        ..options
    };
    let game = centipede(&doubling).expect("valid");
    let expected = [["4", "1"], ["2", "8"], ["16", "4"], ["8", "32"]];
    assert_eq!(ends(&game), expected);
    assert_eq!(facts(&game).infosets, 3);
    let three = Centipede {
        players: 3,
        ..options
    };
    let game = centipede(&three).expect("valid");
    assert_eq!(ends(&game)[1], ["1", "3", "1"]);
}

#[test]
fn full_trees_are_full() {
    let options = PerfectInformation {
        depth: 4,
        branching: 3,
        players: 3,
        ..PerfectInformation::default()
    };
    let game = perfect_information(&options, 1).expect("valid");
    let facts = facts(&game);
    // 1 + 3 + 9 + 27 decisions, 81 ends.
    assert_eq!(
        (facts.nodes, facts.infosets, facts.terminals),
        (121, 40, 81)
    );
    assert!(facts.perfect_information);
    assert_eq!(facts.depth, 4);
    // Players 1, 2, 3 and 1 again move at levels 0 to 3.
    let counts = [0, 1, 2].map(|p| game.player_infosets(PlayerId(p)).count());
    assert_eq!(counts, [28, 3, 9]);
    let chance = PerfectInformation {
        chance: Rational::ONE,
        ..options.clone()
    };
    let game = perfect_information(&chance, 1).expect("valid");
    assert_eq!((game.num_infosets(), game.num_chance_events()), (0, 40));
    let random = PerfectInformation {
        random_turns: true,
        players: 2,
        zero_sum: true,
        ..options
    };
    let game = perfect_information(&random, 1).expect("valid");
    let facts = super::super::super::class::facts(&game);
    assert_eq!(facts.constant_sum, Some(Rational::ZERO));
    let counts = [0, 1].map(|p| game.player_infosets(PlayerId(p)).count());
    assert_eq!(counts[0] + counts[1], 40);
    // Levels would give 30 and 10.
    assert_ne!(counts, [30, 10]);
}

#[test]
fn random_information_keeps_perfect_recall() {
    for players in 1..=3 {
        let mut hidden = 0;
        for seed in 0..30 {
            let options = ImperfectInformation {
                depth: 5,
                players,
                deal: 3,
                ..ImperfectInformation::default()
            };
            let game = imperfect_information(&options, seed).expect("valid");
            assert!(perfect_recall(&game).is_empty());
            assert!(absent_minded(&game).is_empty());
            // The deal, 3 trees of 63 nodes.
            assert_eq!(game.num_nodes(), 190);
            let is_hidden = game.infosets().any(|h| game.members(h).len() > 1);
            hidden += u32::from(is_hidden);
        }
        // A player alone confuses nothing but the deal: not even that in one of four games.
        assert!(hidden > 10, "{hidden}");
    }
}

#[test]
fn all_or_nothing_is_hidden() {
    let with = |hidden| {
        let options = ImperfectInformation {
            hidden,
            ..ImperfectInformation::default()
        };
        imperfect_information(&options, 5).expect("valid")
    };
    // Two deals, three levels: 2 + 4 + 8 nodes that everybody tells apart.
    let game = with(Rational::ZERO);
    assert_eq!(game.num_infosets(), 14);
    // Nobody sees anything: player 1 has one set, then one for each of her two actions; player 2 one.
    let game = with(Rational::ONE);
    let counts = [0, 1].map(|p| game.player_infosets(PlayerId(p)).count());
    assert_eq!(counts, [3, 1]);
    let sizes: Vec<usize> = game.infosets().map(|h| game.members(h).len()).collect();
    assert_eq!(sizes, [2, 4, 4, 4]);
    let known = ImperfectInformation {
        deal: 1,
        ..ImperfectInformation::default()
    };
    let game = imperfect_information(&known, 5).expect("valid");
    assert_eq!((game.num_nodes(), game.num_chance_events()), (15, 0));
}

#[test]
fn a_ladder_has_an_exit_at_every_rung() {
    let options = Ladder {
        rungs: 5,
        ..Ladder::default()
    };
    let game = ladder(&options, 2).expect("valid");
    let found = facts(&game);
    assert_eq!((found.nodes, found.depth, found.infosets), (11, 5, 5));
    let risky = Ladder {
        accident: Rational::new(1, 10).expect("a fraction"),
        ..options
    };
    let game = ladder(&risky, 2).expect("valid");
    let found = facts(&game);
    assert_eq!((found.nodes, found.depth, found.chance_events), (21, 10, 5));
    assert_eq!(game.chance_probability(InfosetId(5), 0).to_string(), "1/10");
    let disasters = ends(&game)
        .into_iter()
        .filter(|pay| *pay == ["-100", "-100"]);
    assert_eq!(disasters.count(), 5);
}

/// A million rungs on a small stack.
#[test]
fn a_ladder_may_be_long() {
    let build = || {
        let options = Ladder {
            rungs: 1_000_000,
            ..Ladder::default()
        };
        ladder(&options, 0).expect("valid").num_nodes()
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    let nodes = thread.spawn(build).expect("a thread").join();
    assert_eq!(nodes.expect("no overflow"), 2_000_001);
}

#[test]
fn types_are_hidden_and_moves_are_not() {
    let options = Signaling {
        types: (2, 3),
        ..Signaling::default()
    };
    let game = signaling(&options, 3).expect("valid");
    // Six pairs of types, 6 moves of player 1, 12 of player 2, 24 ends.
    assert_eq!(game.num_nodes(), 1 + 6 + 12 + 24);
    let counts = [0, 1].map(|p| game.player_infosets(PlayerId(p)).count());
    // Player 2 has three types and sees one of two moves.
    assert_eq!(counts, [2, 6]);
    let sizes = |p: u32| -> Vec<usize> {
        let sets = game.player_infosets(PlayerId(p));
        sets.map(|h| game.members(h).len()).collect()
    };
    assert_eq!(sizes(0), [3, 3]);
    assert_eq!(sizes(1), [2; 6]);
    assert!(perfect_recall(&game).is_empty());
    let event = game.chance_events().next().expect("types");
    assert_eq!(game.action_label(event, 5), "2-3");
    assert_eq!(game.chance_probability(event, 5).to_string(), "1/6");
    // In every set of player 2 the same move of player 1 leads to all nodes, and her own type is
    // the same.
    for set in game.player_infosets(PlayerId(1)) {
        let seen: Vec<(usize, usize)> = game
            .members(set)
            .iter()
            .map(|node| {
                let path = game.path(*node);
                let pair = game.incoming(path[1]).expect("a type");
                (pair % 3, game.incoming(*node).expect("a move"))
            })
            .collect();
        assert!(
            seen.iter().all(|known| known.1 % 2 == seen[0].1 % 2),
            "{seen:?}"
        );
    }
    let long = Signaling {
        rounds: 4,
        actions: 3,
        drawn_prior: true,
        zero_sum: true,
        ..Signaling::default()
    };
    let game = signaling(&long, 3).expect("valid");
    assert!(perfect_recall(&game).is_empty());
    let found = facts(&game);
    assert_eq!(found.constant_sum, Some(Rational::ZERO));
    // By round and type: what 0, 1, 2 and 3 public moves can be.
    assert_eq!(found.infosets, 2 * (1 + 3 + 9 + 27));
}

//! The rung table against the published ladder, and where play is more than a ladder.

use super::*;
use crate::fixture::{Ultimatum, rational, ultimatum};
use crate::path::path;
use crate::values::values;
use deterra_game::number::Number;
use deterra_game::positional::{PositionKey, PositionalBuilder, PositionalGame};

fn rungs(game: &Ultimatum) -> Vec<Rung> {
    let challenger = PlayerId(0);
    let at = |position| Yield {
        position,
        player: challenger,
        yields: vec![0],
        continues: 1,
    };
    (0..3)
        .map(|k| Rung {
            id: format!("s{}", k + 1),
            label: String::new(),
            actors: vec![(game.coalition, Rational::ONE)],
            quota: Rational::ONE,
            place: String::new(),
            due: game.decisions[k],
            decision: game.decisions[k],
            carried_out: game.executed[k],
            refused: Some(game.refused[k]),
            accident: Some(rational(["0.02", "0.05", "0.2"][k])),
            disaster: Some(game.accidents[k]),
            before: Some(at(game.yields[k])),
            after: game.yields.get(k + 1).copied().map(at),
        })
        .collect()
}

fn table(audience_cost: &str) -> Credibility {
    let game = ultimatum(audience_cost);
    let values = values(&game.graph, &game.choices);
    let path = path(&game.graph, &game.choices);
    credibility(&game.graph, &game.choices, &values, &path, &rungs(&game))
}

/// Source: the published margins and critical probabilities of the three-stage ladder
/// (3.57, -1.1, -10.6; .663717, .487805, .258065), here as the fractions they come from.
#[test]
fn margins_and_critical_probabilities_are_exact() {
    let table = table("0");
    let column = |f: fn(&RungReport) -> Rational| table.rungs.iter().map(f).collect::<Vec<_>>();
    assert_eq!(
        column(|r| r.margin.clone().expect("a margin")),
        ["3.57", "-1.1", "-10.6"].map(rational)
    );
    assert_eq!(
        column(|r| r.critical.probability().cloned().expect("a probability")),
        ["600/904", "700/1435", "8/31"].map(rational)
    );
    assert!(table.rungs.iter().all(|r| !r.credible && !r.indifferent));
    assert_eq!(table.least_commitment, Some(rational("10.6")));
    assert_eq!(table.decisive, Some(2));
    assert_eq!(table.rungs[0].reached, Rational::ONE);
    assert_eq!(table.rungs[1].reached, Rational::ZERO);
    // 1 - .98 · .95 · .8.
    assert_eq!(table.rungs[2].cumulative_risk, rational("0.2552"));
}

#[test]
fn above_the_threshold_every_rung_is_credible_and_at_it_the_top_is_indifferent() {
    let above = table("10.7");
    assert!(above.rungs.iter().all(|r| r.credible));
    assert_eq!(above.least_commitment, Some(Rational::ZERO));
    assert_eq!(above.rungs[0].reached, Rational::ZERO);
    let at = table("53/5");
    assert!(at.rungs[2].indifferent);
    let below = table("10.5");
    assert_eq!(below.rungs[2].shortfall, rational("0.1"));
}

#[test]
fn a_vote_is_as_credible_as_its_pivotal_member() {
    let game = ultimatum("0");
    let mut rung = rungs(&game).swap_remove(0);
    rung.actors = (0..3).map(|k| (PlayerId(k), Rational::ONE)).collect();
    let gain = |player: PlayerId| Rational::integer(5 - 3 * i64::from(player.0));
    for (quota, pivotal) in [(1, 0), (2, 1), (3, 2), (4, 2)] {
        rung.quota = Rational::integer(quota);
        assert_eq!(pivot(&rung, gain), PlayerId(pivotal));
    }
}

#[test]
fn the_tolerable_risk_makes_the_pivot_indifferent() {
    // W1: success -3.5, refusing -8, disaster -50: (−3.5 + 8) / (−3.5 + 50).
    let table = table("0");
    assert_eq!(table.rungs[0].tolerable_risk, Some(rational("45/465")));
    assert_eq!(table.rungs[2].tolerable_risk, Some(Rational::ZERO));
}

#[test]
fn the_other_side_bears_risk_too() {
    // C0: the empty threat is worth 10, yielding 4, disaster -50: (10 - 4) / (10 + 50).
    let table = table("0");
    assert_eq!(
        table.rungs[0].opponent_tolerable_risk,
        Some(rational("0.1"))
    );
    // The coalition's 45/465 is a little less, so by Zeuthen's rule it gives way at stage 1.
    assert!(table.rungs[0].tolerable_risk < table.rungs[0].opponent_tolerable_risk);
}

#[test]
fn a_rung_listed_twice_is_climbed_once() {
    let game = ultimatum("0");
    let values = values(&game.graph, &game.choices);
    let path = path(&game.graph, &game.choices);
    let mut list = rungs(&game);
    list.insert(1, list[1].clone());
    let table = credibility(&game.graph, &game.choices, &values, &path, &list);
    let risks: Vec<Rational> = table
        .rungs
        .iter()
        .map(|r| r.cumulative_risk.clone())
        .collect();
    assert_eq!(risks, ["0.02", "0.069", "0.069", "0.2552"].map(rational));
}

#[test]
fn a_rung_that_is_repeated_is_climbed_again() {
    let game = ultimatum("0");
    let values = values(&game.graph, &game.choices);
    let path = path(&game.graph, &game.choices);
    let mut list = rungs(&game);
    for rung in &mut list {
        rung.id = "again".to_owned();
    }
    let table = credibility(&game.graph, &game.choices, &values, &path, &list);
    let risks = table.rungs.iter().map(|r| r.cumulative_risk.clone());
    // 1 - .98, 1 - .98 · .95 and 1 - .98 · .95 · .8, as of three rungs.
    assert_eq!(
        risks.collect::<Vec<_>>(),
        ["0.02", "0.069", "0.2552"].map(rational)
    );
}

/// One threat: before it a device may carry it out by itself; two members decide by majority of
/// all; what was carried out is first looked at by an observer with one move.
struct Crisis {
    graph: PositionalGame,
    choices: Vec<u32>,
    rung: Rung,
}

/// `payoffs` are the challenger's if she yields, gets her way, and is punished.
fn crisis(device: &str, payoffs: [&str; 3], votes: [u32; 2]) -> Crisis {
    costly_crisis(device, payoffs, votes, "0")
}

/// The same, and that it comes to a decision costs the challenger `toll`.
fn costly_crisis(device: &str, payoffs: [&str; 3], votes: [u32; 2], toll: &str) -> Crisis {
    let mut b = PositionalBuilder::new("crisis");
    let players = ["challenger", "first", "second", "observer"].map(|name| b.player(name));
    let end = |b: &mut PositionalBuilder, label: &str, pays: [&str; 4]| {
        let at = b.position(label);
        let pays = pays.map(|text| Number::parse(text).expect("a number"));
        b.set_payoffs(at, label, pays.to_vec());
        at
    };
    let offer = b.position("offer");
    let [yielding, win, war] = payoffs;
    let settled = end(&mut b, "settled", [yielding, "0", "0", "0"]);
    let refused = end(&mut b, "refused", [win, "-4", "-2", "0"]);
    let punished = end(&mut b, "punished", [war, "-1", "-3", "0"]);
    let chance = b.position("device");
    let vote = ["first votes", "second votes"].map(|name| b.position(name));
    let observed = b.position("observed");
    b.set_mover(offer, players[0]);
    b.add_move(offer, "yield", settled, None);
    b.add_move(offer, "go on", chance, None);
    let device = rational(device);
    b.set_chance(chance);
    let rest = &Rational::ONE - &device;
    b.add_move(chance, "carried out", observed, Some(device.into()));
    b.add_move(chance, "decide", vote[0], Some(rest.into()));
    for (k, at) in vote.into_iter().enumerate() {
        let carry_out = if k == 0 { vote[1] } else { observed };
        b.set_mover(at, players[k + 1]);
        b.add_move(at, "yes", carry_out, None);
        b.add_move(at, "no", refused, None);
    }
    let toll = [
        -&rational(toll),
        Rational::ZERO,
        Rational::ZERO,
        Rational::ZERO,
    ];
    b.set_payoffs(vote[0], "toll", toll.map(Number::from).to_vec());
    b.set_mover(observed, players[3]);
    b.add_move(observed, "watch", punished, None);
    let (graph, place) = b.build().expect("complete");
    let at = |key: PositionKey| place[key.index()];
    let mut choices = vec![0; graph.num_positions()];
    choices[at(offer).index()] = 1;
    for (vote, choice) in vote.into_iter().zip(votes) {
        choices[at(vote).index()] = choice;
    }
    let before = Yield {
        position: at(offer),
        player: players[0],
        yields: vec![0],
        continues: 1,
    };
    let rung = Rung {
        id: "punish".to_owned(),
        label: String::new(),
        actors: vec![(players[1], Rational::ONE), (players[2], Rational::ONE)],
        quota: Rational::integer(2),
        place: String::new(),
        due: at(vote[0]),
        decision: at(vote[0]),
        carried_out: at(observed),
        refused: Some(at(refused)),
        accident: None,
        disaster: None,
        before: Some(before),
        after: None,
    };
    Crisis {
        graph,
        choices,
        rung,
    }
}

fn report(crisis: &Crisis) -> RungReport {
    let Crisis {
        graph,
        choices,
        rung,
    } = crisis;
    let values = values(graph, choices);
    let path = path(graph, choices);
    let table = credibility(graph, choices, &values, &path, std::slice::from_ref(rung));
    table.rungs.into_iter().next().expect("one rung")
}

#[test]
fn critical_probabilities_count_execution_by_a_device() {
    // Going on is worth 6 - 10 R if R is the probability of punishment; yielding 1.
    let half = Critical::At(rational("1/2"));
    for device in ["0", "1/4", "3/4"] {
        let report = report(&crisis(device, ["1", "6", "-4"], [0, 1]));
        assert_eq!(report.critical, half, "device {device}");
    }
    // With a toll of 2 at the decision: 4 - 10 r = 1, and with a device that pays none,
    // -4 / 4 + (4 - 10 r) 3 / 4 = 1 at r = 2/15, which is 1/4 + 3/4 · 2/15 in all.
    for (device, least) in [("0", "0.3"), ("1/4", "0.35")] {
        let report = report(&costly_crisis(device, ["1", "6", "-4"], [0, 1], "2"));
        assert_eq!(report.critical, Critical::At(rational(least)));
    }
    // Where the device always acts, nobody decides.
    let certain = report(&crisis("1", ["1", "6", "-4"], [0, 1]));
    assert_eq!(certain.critical, Critical::NoChoice);
}

#[test]
fn degenerate_critical_probabilities_are_named() {
    let critical = |payoffs| report(&crisis("0", payoffs, [0, 1])).critical;
    assert_eq!(critical(["6", "6", "-4"]), Critical::Always);
    assert_eq!(critical(["8", "6", "7"]), Critical::Always);
    assert_eq!(critical(["7", "7", "7"]), Critical::Always);
    assert_eq!(critical(["1", "6", "2"]), Critical::Never);
    assert_eq!(critical(["1", "6", "6"]), Critical::Never);
    assert_eq!(critical(["1", "6", "7"]), Critical::Never);
    assert_eq!(critical(["1", "6", "1"]), Critical::At(Rational::ONE));
    // 6 + 2 R against 7: it yields to threats that are empty enough, and at 6 to empty ones only.
    assert_eq!(critical(["7", "6", "8"]), Critical::AtMost(rational("1/2")));
    assert_eq!(critical(["6", "6", "8"]), Critical::AtMost(Rational::ZERO));
    assert_eq!(critical(["8", "6", "8"]), Critical::Always);
    let mut silent = crisis("0", ["1", "6", "-4"], [0, 1]);
    silent.rung.before = None;
    assert_eq!(report(&silent).critical, Critical::NoChoice);
}

#[test]
fn a_vote_is_followed_to_its_end_and_judged_by_its_pivot() {
    // The first member gains 3 by punishing, the second loses 1; both are needed.
    let vetoed = report(&crisis("0", ["1", "6", "-4"], [0, 1]));
    assert_eq!((vetoed.pivot, vetoed.credible), (PlayerId(2), false));
    assert_eq!(vetoed.margin, Some(rational("-1")));
    assert_eq!(vetoed.shortfall, rational("1"));
    assert!(vetoed.execution_probability.is_zero() && vetoed.reached.is_one());
    let carried = report(&crisis("1/4", ["1", "6", "-4"], [0, 0]));
    assert!(carried.credible);
    assert_eq!(carried.reached, rational("3/4"));
    // One vote is enough: the first member is the pivot.
    let mut either = crisis("0", ["1", "6", "-4"], [0, 0]);
    either.rung.quota = Rational::ONE;
    let either = report(&either);
    assert_eq!(
        (either.pivot, either.margin),
        (PlayerId(1), Some(rational("3")))
    );
}

#[test]
fn the_next_yield_is_looked_for_behind_other_moves() {
    // After punishment an observer moves, and only then may the challenger yield; in equilibrium
    // she fights on, which is worse for the punisher.
    let mut b = PositionalBuilder::new("observed");
    let [challenger, punisher, observer] = ["c", "p", "o"].map(|name| b.player(name));
    let end = |b: &mut PositionalBuilder, pays: [i64; 3]| {
        let at = b.position("");
        b.set_payoffs(at, "", pays.map(Number::from).to_vec());
        at
    };
    let (decision, observed) = (b.position("decision"), b.position("observed"));
    let offer = b.position("offer");
    let [refused, war, settled, ignored] =
        [[5, -2, 0], [1, -9, 0], [0, 3, 0], [0, 0, -1]].map(|pays| end(&mut b, pays));
    b.set_mover(decision, punisher);
    b.add_move(decision, "punish", observed, None);
    b.add_move(decision, "refuse", refused, None);
    b.set_mover(observed, observer);
    b.add_move(observed, "ignore", ignored, None);
    b.add_move(observed, "report", offer, None);
    b.set_mover(offer, challenger);
    b.add_move(offer, "yield", settled, None);
    b.add_move(offer, "fight on", war, None);
    // Being punished costs the punisher 1 on the way.
    b.set_payoffs(observed, "cost", [0, -1, 0].map(Number::from).to_vec());
    let (graph, place) = b.build().expect("complete");
    let at = |key: PositionKey| place[key.index()];
    let mut choices = vec![0; graph.num_positions()];
    for key in [decision, observed, offer] {
        choices[at(key).index()] = 1;
    }
    let after = Yield {
        position: at(offer),
        player: challenger,
        yields: vec![0],
        continues: 1,
    };
    let rung = Rung {
        id: "punish".to_owned(),
        label: String::new(),
        actors: vec![(punisher, Rational::ONE)],
        quota: Rational::ONE,
        place: String::new(),
        due: at(decision),
        decision: at(decision),
        carried_out: at(observed),
        refused: Some(at(refused)),
        accident: None,
        disaster: None,
        before: None,
        after: Some(after),
    };
    let report = report(&Crisis {
        graph,
        choices,
        rung,
    });
    assert_eq!(report.margin, Some(Rational::integer(3 - 1 + 2)));
    assert_eq!(
        report.equilibrium_margin,
        Some(Rational::integer(-9 - 1 + 2))
    );
}

/// B may let a line pass or answer it at once, and answers the second one; A may stop before either.
///
/// A0 goes on for sure. B1 answers with 1/3, else A1 goes on with 3/4, and then B2 answers. So one line is crossed with
/// 1/3 + 2/3·1/4 = 1/2, two with 2/3·3/4 = 1/2, and an answer comes with 1/3 + 1/2 = 5/6.
#[test]
fn lines_are_counted_until_the_first_response() {
    let mut b = PositionalBuilder::new("two lines");
    let (a, d) = (b.player("A"), b.player("B"));
    let [a0, b1, a1, b2] = ["A0", "B1", "A1", "B2"].map(|name| b.position(name));
    let mut end = |x: i64| {
        let at = b.position("");
        b.set_payoffs(at, "", vec![Number::from(x), Number::from(0)]);
        at
    };
    let (stay, answered, stopped, late, passed) = (end(2), end(-3), end(3), end(-1), end(9));
    for (at, player, moves) in [
        (a0, a, [("stop", stay), ("go on", b1)]),
        (b1, d, [("answer", answered), ("pass", a1)]),
        (a1, a, [("stop", stopped), ("go on", b2)]),
        (b2, d, [("answer", late), ("pass", passed)]),
    ] {
        b.set_mover(at, player);
        for (label, to) in moves {
            b.add_move(at, label, to, None);
        }
    }
    let (game, place) = b.build().expect("complete");
    let at = |key: PositionKey| place[key.index()];
    let rung = |decision, ends: [PositionKey; 2], line| Rung {
        id: String::new(),
        label: String::new(),
        place: String::new(),
        actors: vec![(d, Rational::ONE)],
        quota: Rational::ONE,
        due: at(decision),
        decision: at(decision),
        carried_out: at(ends[0]),
        refused: Some(at(ends[1])),
        accident: None,
        disaster: None,
        before: Some(Yield {
            position: at(line),
            player: a,
            yields: vec![0],
            continues: 1,
        }),
        after: None,
    };
    let rungs = [rung(b1, [answered, a1], a0), rung(b2, [late, passed], a1)];
    // Rows of A0, B1, A1 and B2 in the order of positions.
    let mut row = vec![Vec::new(); game.num_positions()];
    for (key, chances) in [
        (a0, ["0", "1"]),
        (b1, ["1/3", "2/3"]),
        (a1, ["1/4", "3/4"]),
        (b2, ["1", "0"]),
    ] {
        row[at(key).index()] = chances.map(rational).to_vec();
    }
    let profile = deterra_game::profile::PositionProfile::mixed(&game, row.concat());
    let found = free_shots(&game, &profile.expect("a profile"), &rungs).expect("lines");
    let half = rational("1/2");
    assert_eq!(found.all.distribution, [(1, half.clone()), (2, half)]);
    assert_eq!(found.all.expected(), rational("3/2"));
    assert_eq!((found.all.least(), found.all.most()), (1, 2));
    assert_eq!(found.all.answered, rational("5/6"));
    // Going on at A0: 1/3·(-3) + 2/3·(1/4·3 + 3/4·(-1)) = -1, against 2.
    assert_eq!(found.first.len(), 1, "only A0 comes before all lines");
    assert_eq!(found.first[0].gain, rational("-3"));
    assert!(found.by_type.is_empty());
    assert!(free_shots(&game, &profile_of(&game), &[]).is_none());
}

fn profile_of(game: &PositionalGame) -> deterra_game::profile::PositionProfile {
    let choices = vec![0; game.num_positions()];
    deterra_game::profile::PositionProfile::pure(game, choices).expect("a profile")
}

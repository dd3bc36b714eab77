//! Contests: what they pay, by the rules.

use super::super::{
    AllPay, Blotto, Ranking, Travelers, WarOfAttrition, all_pay, blotto, ranking, travelers,
    war_of_attrition,
};
use super::{payoffs, pure_equilibria};
use crate::id::PlayerId;
use crate::number::Rational;
use crate::strategic::StrategicGame;

fn cell(game: &StrategicGame, chosen: &[u32]) -> Vec<String> {
    payoffs(game)[game.cell_of(chosen)].clone()
}

#[test]
fn fields_are_won_by_more_troops() {
    let options = Blotto {
        low: 1,
        high: 1,
        ..Blotto::default()
    };
    let game = blotto(&options, 0).expect("valid");
    // Three troops on three fields: five choose two.
    assert_eq!(game.shape(), [10, 10]);
    let at = |label: &str| {
        let mut all = 0..10;
        let found = all.find(|s| game.strategy_label(PlayerId(0), *s) == label);
        found.expect("a spread") as u32
    };
    assert_eq!((at("3-0-0"), at("2-1-0"), at("0-0-3")), (0, 1, 9));
    let met = |one: &str, two: &str| cell(&game, &[at(one), at(two)]);
    assert_eq!(met("3-0-0", "1-1-1"), ["-1", "1"]);
    assert_eq!(met("2-1-0", "0-1-2"), ["0", "0"]);
    assert_eq!(met("2-1-0", "1-0-2"), ["1", "-1"]);
    assert_eq!(met("1-2-0", "1-1-1"), ["0", "0"]);
    for strategy in 0..10 {
        let label = game.strategy_label(PlayerId(0), strategy);
        let troops = label.split('-').map(|n| n.parse::<u32>().expect("troops"));
        assert_eq!(troops.sum::<u32>(), 3, "{label}");
    }
}

#[test]
fn shared_values_make_it_zero_sum() {
    let with = |rho: Rational| {
        let options = Blotto {
            troops: (4, 3),
            rho,
            ..Blotto::default()
        };
        blotto(&options, 12).expect("valid")
    };
    let game = with(Rational::ONE);
    assert_eq!(game.shape(), [15, 10]);
    assert_eq!(game.constant_sum(), Some(Rational::ZERO));
    assert_eq!(with(Rational::ZERO).constant_sum(), None);
}

#[test]
fn a_war_of_attrition_costs_time() {
    let options = WarOfAttrition {
        times: (3, 3),
        prize: 10,
        spread: 0,
        cost: 1,
    };
    let game = war_of_attrition(&options, 0).expect("valid");
    assert_eq!(cell(&game, &[0, 0]), ["5", "5"]);
    assert_eq!(cell(&game, &[0, 1]), ["0", "10"]);
    assert_eq!(cell(&game, &[2, 1]), ["9", "-1"]);
    assert_eq!(cell(&game, &[2, 2]), ["3", "3"]);
    let drawn = WarOfAttrition {
        spread: 1000,
        ..options
    };
    let game = war_of_attrition(&drawn, 0).expect("valid");
    let prizes = [
        cell(&game, &[1, 0])[0].clone(),
        cell(&game, &[0, 1])[1].clone(),
    ];
    let prizes = prizes.map(|prize| prize.parse::<i64>().expect("whole"));
    assert!(prizes.iter().all(|prize| (10..=1010).contains(prize)));
    assert_ne!(prizes[0], prizes[1]);
}

#[test]
fn all_pay_their_bids() {
    let game = all_pay(&AllPay::default()).expect("valid");
    assert_eq!(cell(&game, &[0, 0]), ["3/2", "3/2"]);
    assert_eq!(cell(&game, &[1, 3]), ["-1", "0"]);
    assert_eq!(cell(&game, &[2, 1]), ["1", "-1"]);
    // Equal bids of b pay 3/2 - b, one more would pay 2 - b; both at 3 lose 3/2. Of unequal ones the
    // lower is 0, and the higher would rather be 1; against 1 a bid of 2 pays 1.
    assert!(pure_equilibria(&game).is_empty());
    for bids in 4..8 {
        let options = AllPay {
            bids,
            ..AllPay::default()
        };
        assert!(pure_equilibria(&all_pay(&options).expect("valid")).is_empty());
    }
    let three = AllPay {
        bids: 3,
        players: 3,
        prize: Some(3),
        split: true,
    };
    let game = all_pay(&three).expect("valid");
    assert_eq!(cell(&game, &[2, 2, 1]), ["-1/2", "-1/2", "-1"]);
    assert_eq!(cell(&game, &[0, 0, 0]), ["1", "1", "1"]);
    let lost = AllPay {
        split: false,
        ..three
    };
    let game = all_pay(&lost).expect("valid");
    assert_eq!(cell(&game, &[2, 2, 1]), ["-2", "-2", "-1"]);
    assert_eq!(cell(&game, &[0, 1, 2]), ["0", "-1", "1"]);
}

/// Basu's rule with claims of 2, 3 and 4 and a bonus of 2.
#[test]
fn the_lower_claim_is_paid() {
    let game = travelers(&Travelers::default()).expect("valid");
    assert_eq!(game.strategy_label(PlayerId(0), 2), "4");
    let expected = [
        [["2", "2"], ["4", "0"], ["4", "0"]],
        [["0", "4"], ["3", "3"], ["5", "1"]],
        [["0", "4"], ["1", "5"], ["4", "4"]],
    ];
    for (row, cells) in expected.iter().enumerate() {
        for (column, pays) in cells.iter().enumerate() {
            assert_eq!(cell(&game, &[row as u32, column as u32]), pays);
        }
    }
    let many = Travelers {
        claims: 99,
        lowest: 2,
        bonus: 2,
    };
    let game = travelers(&many).expect("valid");
    assert_eq!(pure_equilibria(&game), [0]);
}

#[test]
fn scores_rank_and_costs_are_paid() {
    for seed in 0..10 {
        let options = Ranking {
            efforts: (4, 5),
            steps: 7,
        };
        let game = ranking(&options, seed).expect("valid");
        let pay = |chosen: [u32; 2], p| game.payoff(game.cell_of(&chosen), PlayerId(p));
        // The least effort costs nothing: it is paid the prize, half of it or nothing.
        for column in 0..5 {
            let found = pay([0, column], 0).to_string();
            assert!(["0", "1/2", "1"].contains(&found.as_str()), "{found}");
        }
        // The prize is paid once: what is left of the sum are costs, by strategy of each.
        let cost = |row: u32, column: u32| {
            &Rational::ONE - &(pay([row, column], 0) + pay([row, column], 1))
        };
        for (row, column) in (0..20).map(|k| (k / 5, k % 5)) {
            let apart = &cost(row, 0) + &cost(0, column);
            assert_eq!(cost(row, column), apart);
            assert!(cost(row, 0) < Rational::ONE && cost(0, column) < Rational::ONE);
            assert!(row == 0 || cost(row, 0) > cost(row - 1, 0));
            // More effort never loses where less won.
            let won = |row| pay([row, column], 0) + &cost(row, 0);
            assert!(row == 0 || won(row) >= won(row - 1));
        }
    }
}

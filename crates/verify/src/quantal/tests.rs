//! Responses worked out by hand, and what a thousandth more does to them.

use super::*;
use crate::testing::rational;
use crate::verdict::Status;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::number::Number;

fn claim(lambda: &str, errors: Errors) -> Claim {
    Claim {
        lambda: rational(lambda),
        errors,
    }
}

/// 1 stops (`out`) or goes on; 2 gives in (`give`) or fights (`fight`): payoffs to 1 and to 2.
fn two_moves(out: &str, give: [&str; 2], fight: [&str; 2]) -> ExtensiveGame {
    let number = |text: &str| Number::parse(text).expect("a number");
    let mut b = ExtensiveBuilder::new("two moves");
    let one = b.player("1");
    let two = b.player("2");
    let first = b.infoset(one, "first", &["out", "go on"]);
    let second = b.infoset(two, "second", &["give in", "fight"]);
    b.move_at("", first);
    let end = b.terminal("");
    let paid = b.outcome("out", &[number(out), number("0")]);
    b.set_outcome(end, paid);
    b.move_at("", second);
    for (label, pay) in [("give", give), ("fight", fight)] {
        let end = b.terminal("");
        let paid = b.outcome(label, &pay.map(number));
        b.set_outcome(end, paid);
    }
    b.build().expect("complete")
}

fn profile(game: &ExtensiveGame, texts: &[&str]) -> BehaviorProfile {
    let row = texts.iter().map(|t| rational(t)).collect();
    BehaviorProfile::new(game, row).expect("distributions")
}

/// The strategic probability model: 1 gets 0, 1 or -1, 2 gets 0 or 1/2.
fn probability_model() -> ExtensiveGame {
    two_moves("0", ["1", "0"], ["-1", "1/2"])
}

fn judged(errors: Errors, lambda: &str, row: &[&str], tolerance: &str) -> Verdict {
    let game = probability_model();
    let profile = profile(&game, row);
    judge_behavior(
        &game,
        &profile,
        &claim(lambda, errors),
        &rational(tolerance),
    )
}

#[test]
fn published_probabilities_hold_and_a_thousandth_more_does_not() {
    // Φ(.5/√2) = .638163; 1 compares 0 with 1 - 2·.638163 = -.276326: Φ(-.276326/√2) = .422543,
    // and with private errors Φ(-.276326/√(1 + .361837² + .638163²)) = .411845. Logit at
    // λ = 1/√2: .587479 and .469111. All to six decimals, so five may be off by rounding.
    let root = "0.70710678118654752";
    for (errors, lambda, one, two) in [
        (Errors::Probit, "1", "0.422543", "0.638163"),
        (Errors::PrivateProbit, "1", "0.411845", "0.638163"),
        (Errors::Logit, root, "0.469111", "0.587479"),
    ] {
        let rest = |text: &str| (&Rational::ONE - &rational(text)).to_string();
        let right = [&rest(one), one, &rest(two), two];
        let verdict = judged(errors, lambda, &right, "0.000001");
        assert_eq!(verdict.status, Status::Bounded, "{errors:?} {verdict:?}");
        assert!(verdict.error > Rational::ZERO);
        for moved in 0..2 {
            let mut row = [one, two].map(rational);
            row[moved] += &rational("0.001");
            let [one, two] = row.map(|p| p.to_string());
            let wrong = [&rest(&one), &one, &rest(&two), &two];
            let verdict = judged(errors, lambda, &wrong.map(String::as_str), "0.0001");
            assert_eq!(verdict.status, Status::Failed, "{errors:?}");
            let witness = verdict.witness.expect("an action that is off");
            assert!(witness.gain >= rational("0.0009"));
        }
    }
}

#[test]
fn without_precision_everything_is_equally_likely() {
    let verdict = judged(Errors::Logit, "0", &["1/2", "1/2", "1/2", "1/2"], "0");
    assert!(verdict.is_exact(), "{verdict:?}");
    let verdict = judged(Errors::Logit, "-1", &["1/2", "1/2", "1/2", "1/2"], "1");
    assert!(matches!(verdict.status, Status::Unchecked(_)));
}

/// The rudimentary deterrence game: chance draws a hard (2/5) or soft defender; the challenger
/// does not see which.
fn rudimentary(hard: &str) -> ExtensiveGame {
    let number = |text: &str| Number::parse(text).expect("a number");
    let mut b = ExtensiveBuilder::new("rudimentary");
    let challenger = b.player("challenger");
    let defender = b.player("defender");
    let rest = (&Rational::ONE - &rational(hard)).to_string();
    let draw = b.chance_event("type", &[("hard", number(hard)), ("soft", number(&rest))]);
    let demand = b.infoset(challenger, "demand", &["cooperate", "defect"]);
    b.move_at("", draw);
    for (name, fight) in [("hard", "1/2"), ("soft", "0")] {
        let answer = b.infoset(defender, name, &["concede", "resist"]);
        b.move_at("", demand);
        let quo = b.outcome("SQ", &[number("1/2"), number("1")]);
        let end = b.terminal("");
        b.set_outcome(end, quo);
        b.move_at("", answer);
        for (label, pay) in [("DC", ["1", "3/10"]), ("DD", ["0", fight])] {
            let paid = b.outcome(label, &pay.map(number));
            let end = b.terminal("");
            b.set_outcome(end, paid);
        }
    }
    b.build().expect("complete")
}

#[test]
fn what_is_hidden_is_weighed_by_bayes_rule() {
    // λ = 5: a hard defender resists with 1/(1 + e^-1) = .731058578630, a soft one with
    // 1/(1 + e^1.5) = .182425523806, so a demand is worth .4·.268941421370 + .6·.817574476194 =
    // .598121254264 and is made with 1/(1 + e^(-5·.098121254264)) = .620248….
    let game = rudimentary("2/5");
    let row = [
        "0.379751",
        "0.620249",
        "0.26894142137",
        "0.73105857863",
        "0.817574476194",
        "0.182425523806",
    ];
    let right = profile(&game, &row);
    let five = claim("5", Errors::Logit);
    let verdict = judge_behavior(&game, &right, &five, &rational("0.000001"));
    assert_eq!(verdict.status, Status::Bounded, "{verdict:?}");
    for changed in [0, 2, 4] {
        let mut wrong = row.map(rational);
        wrong[changed] += &rational("0.001");
        wrong[changed + 1] += &rational("-0.001");
        let wrong = BehaviorProfile::new(&game, wrong.to_vec()).expect("distributions");
        let verdict = judge_behavior(&game, &wrong, &five, &rational("0.0005"));
        assert_eq!(verdict.status, Status::Failed);
    }
}

#[test]
fn what_the_profile_never_reaches_is_not_judged() {
    // 1 moves, then 2 without seeing what 1 did; both moves of 1 that lead to 2 have no chance.
    let mut b = ExtensiveBuilder::new("unseen");
    let one = b.player("1");
    let two = b.player("2");
    let first = b.infoset(one, "first", &["out", "left", "right"]);
    let second = b.infoset(two, "second", &["a", "b"]);
    b.move_at("", first);
    b.terminal("");
    for _ in 0..2 {
        b.move_at("", second);
        b.terminal("");
        b.terminal("");
    }
    let game = b.build().expect("complete");
    let never = profile(&game, &["1", "0", "0", "1/2", "1/2"]);
    let verdict = judge_behavior(&game, &never, &claim("1", Errors::Logit), &Rational::ONE);
    assert!(
        matches!(verdict.status, Status::Unchecked(_)),
        "{verdict:?}"
    );
    let uniform = BehaviorProfile::uniform(&game);
    let verdict = judge_behavior(&game, &uniform, &claim("1", Errors::Logit), &Rational::ZERO);
    assert!(verdict.is_exact());
}

#[test]
fn a_table_is_judged_strategy_by_strategy() {
    // Matching pennies with a prize of 9 for the first cell (McKelvey and Palfrey 1995 with
    // another number); at λ = 0.1 the fixed point is not known in closed form, but one player's
    // response is: against q = 1/2 the first row is worth 9/2, the second 1/2, so the odds are
    // e^(.4) and p = .598687660112….
    let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let game = StrategicGame::from_rows("pennies", &n([[9, 0], [0, 1]]), &n([[0, 1], [1, 0]]))
        .expect("two by two");
    let row = |p: &str| vec![rational(p), &Rational::ONE - &rational(p)];
    let mixed =
        MixedProfile::new(&[2, 2], vec![row("0.598687660112"), row("1/2")]).expect("distributions");
    let verdict = judge_mixed(
        &game,
        &mixed,
        &claim("1/10", Errors::Logit),
        &Rational::ZERO,
    );
    assert_eq!(verdict.status, Status::Failed);
    // Player 2 should respond to p by 1/(1 + e^(.1·(2p - 1))): the witness is hers, since
    // player 1's probabilities are right to twelve digits.
    let witness = verdict.witness.expect("a strategy that is off");
    assert_eq!(witness.player, PlayerId(1));
    assert!(
        (witness.gain.to_f64() - 0.004_934).abs() < 1e-6,
        "{}",
        witness.gain.to_f64()
    );
}

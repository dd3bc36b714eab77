//! What each part of the ladder language means, on games small enough to work out by hand.

use super::{SEED, at, induct, made, told, value};
use crate::compile::{CompiledGame, timeline};
use crate::expr::Value;
use crate::{Settings, load, to_tree};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};

const ACTORS: &str = r#"
[[actor]]
id = "ch"
role = "challenger"
[[actor]]
id = "de"
role = "defender"
"#;

const ENDS: &str = r#"
[outcomes]
status_quo = { ch = 0, de = 0 }
acquiesce = { ch = "V - cost(ch)", de = "-4 - cost(de)" }
defeat = { ch = "-cost(ch)", de = "-cost(de)" }
accident = { ch = -100, de = -100 }
"#;

/// A ladder of the given blocks.
fn ladder(head: &str, blocks: &str) -> String {
    format!("[scenario]\nname = \"test\"\n{head}\n[params]\nV = 10\n{ACTORS}{blocks}{ENDS}")
}

fn pays(game: &dyn PositionGraph, position: NodeId) -> Vec<String> {
    (0..game.num_players())
        .map(|player| {
            let paid = game.payoff_at(position, PlayerId::from_index(player));
            paid.map_or("-".to_owned(), |n| n.value().to_string())
        })
        .collect()
}

fn labels(game: &dyn PositionGraph, name: &str) -> Vec<String> {
    let position = at(game, name);
    (0..game.num_moves(position))
        .map(|k| game.move_label(position, k).to_owned())
        .collect()
}

const ONE: &str = "[[rung]]\nid = \"r1\"\nby = \"de\"\ncost = { ch = 3, de = 2 }\n";
const TWO: &str = "[[rung]]\nid = \"r2\"\nby = \"de\"\ncost = { ch = 5, de = 4 }\n";
const THREE: &str = "[[rung]]\nid = \"r3\"\nby = \"de\"\ncost = { ch = 7, de = 6 }\n";
const RAMP: &str =
    "[[off_ramp]]\nat = \"any\"\npayoff = { ch = [4, 3, 2], de = \"-1 - cost(de)\" }\n";

#[test]
fn a_ladder_in_peace_starts_with_a_choice() {
    let compiled = made(&ladder("start = \"peace\"", ONE), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(labels(game, "C0"), ["refrain", "challenge"]);
    assert_eq!(labels(game, "W1"), ["execute", "acquiesce"]);
    // Executing costs 2, acquiescing 4: the threat is credible, and deters.
    assert_eq!(value(&compiled), ["0", "0"]);
    assert_eq!(compiled.quiet[0], Some(0));
    let mark = &compiled.rungs[0];
    assert_eq!(mark.before.as_ref().expect("an offer").yields, [0]);
    assert_eq!(mark.after, None);
    assert_eq!(compiled.spans[0].len(), "[[rung]]".len());
}

#[test]
fn without_an_off_ramp_nobody_is_asked() {
    let compiled = made(&ladder("", &format!("{ONE}{TWO}")), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(game.position_label(NodeId::ROOT), "W1");
    assert_eq!(game.num_positions(), 5);
    assert_eq!(pays(game, at(game, "defeat")), ["-8", "-6"]);
}

#[test]
fn a_schedule_is_read_at_the_rung_that_is_due() {
    let compiled = made(&ladder("", &format!("{ONE}{TWO}{THREE}{RAMP}")), &[], &[]);
    let game = compiled.game.graph();
    for (k, (ch, de)) in [("4", "-1"), ("3", "-3"), ("2", "-7")]
        .into_iter()
        .enumerate()
    {
        assert_eq!(pays(game, at(game, &format!("settle@{k}"))), [ch, de]);
    }
    let short = RAMP.replace("[4, 3, 2]", "[4, 3]");
    let text = ladder("", &format!("{ONE}{TWO}{THREE}{short}"));
    let scenario = load(&text, &Settings::default()).value.expect("a scenario");
    let said = crate::compile(&scenario, &crate::CompileLimits::default()).diagnostics;
    assert_eq!(said[0].code, "D033", "{}", told(&text, &said));
}

#[test]
fn an_ultimatum_closes_the_off_ramps() {
    let blocks = format!("{ONE}{TWO}{THREE}{RAMP}[ultimatum]\ndeadline = 2\n");
    let compiled = made(&ladder("", &blocks), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(labels(game, "C0"), ["negotiate", "continue"]);
    assert_eq!(labels(game, "C1"), ["negotiate", "continue"]);
    let names: Vec<&str> = (0..game.num_positions())
        .map(|p| game.position_label(NodeId::from_index(p)))
        .collect();
    assert!(!names.contains(&"C2"), "{names:?}");
}

#[test]
fn an_empty_promise_pays_what_refusing_pays() {
    let broken = format!("{ONE}{RAMP}credible = false\n");
    let compiled = made(&ladder("", &broken), &[], &[]);
    let game = compiled.game.graph();
    let c0 = at(game, "C0");
    assert_eq!(game.successor(c0, 0), game.successor(c0, 1));
    // Kept one time in four: 4/4 + 3/4 of what follows.
    let half = format!("{ONE}{RAMP}credible = \"1/4\"\n");
    let compiled = made(&ladder("", &half), &[], &[]);
    let game = compiled.game.graph();
    let promise = at(game, "settle@0?");
    assert_eq!(game.mover(promise), Mover::Chance);
    let (values, _) = induct(game);
    // Refusing leads to execution, which costs the challenger 3.
    assert_eq!(
        values[promise.index()][0],
        Rational::new(4 - 3 * 3, 4).expect("a fraction")
    );
    let kept = format!("{ONE}{RAMP}credible = \"V > 3\"\n");
    let game = made(&ladder("", &kept), &[], &[]);
    assert_eq!(labels(game.game.graph(), "C0"), ["negotiate", "continue"]);
}

#[test]
fn prizes_faces_and_payers() {
    let ramp = "[[off_ramp]]\npayoff = { ch = 1, de = 1 }\nprize = [6, 5]\npayer = \"de\"\nface_cost = 2\n[audience.ch]\ncost = \"10*rung\"\n";
    let compiled = made(&ladder("", &format!("{ONE}{TWO}{ramp}")), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(pays(game, at(game, "settle@0")), ["5", "-5"]);
    assert_eq!(pays(game, at(game, "settle@1")), ["-6", "-4"]);
}

#[test]
fn what_is_reversible_is_taken_back_by_an_off_ramp_only() {
    let first = format!("{ONE}reversible = true\n");
    let ramp = "[[off_ramp]]\npayoff = { ch = \"-cost(ch)\", de = \"-cost(de)\" }\n";
    let compiled = made(&ladder("", &format!("{first}{TWO}{ramp}")), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(pays(game, at(game, "settle@1")), ["0", "0"]);
    assert_eq!(pays(game, at(game, "defeat")), ["-8", "-6"]);
}

#[test]
fn time_passes_and_discounts() {
    let slow = format!("{ONE}delay = 2\n");
    let head = "discount = \"1/2\"";
    let compiled = made(&ladder(head, &format!("{slow}{TWO}")), &[], &[]);
    let game = compiled.game.graph();
    let ends: Vec<Vec<String>> = (0..game.num_positions())
        .map(NodeId::from_index)
        .filter(|p| game.position_label(*p) == "acquiesce")
        .map(|p| pays(game, p))
        .collect();
    assert_eq!(ends.len(), 2);
    assert!(
        ends.contains(&vec!["10".to_owned(), "-4".to_owned()]),
        "{ends:?}"
    );
    // (10 - 3)/4 and (-4 - 2)/4 after a stage that took 2.
    assert!(
        ends.contains(&vec!["7/4".to_owned(), "-3/2".to_owned()]),
        "{ends:?}"
    );
}

#[test]
fn effects_change_parameters_from_then_on() {
    let first = format!("{ONE}effect = {{ V = \"V/2\" }}\n");
    let compiled = made(&ladder("", &format!("{first}{TWO}")), &[], &[]);
    let game = compiled.game.graph();
    let ends: Vec<String> = (0..game.num_positions())
        .map(NodeId::from_index)
        .filter(|p| game.position_label(*p) == "acquiesce")
        .map(|p| pays(game, p)[0].clone())
        .collect();
    assert_eq!(
        ends,
        ["2", "10"],
        "5 - 3 after the stage, 10 before; deeper positions come first"
    );
}

#[test]
fn horizons_cut_and_repeat() {
    let blocks = format!("{ONE}{TWO}");
    let cut = made(&ladder("horizon = { finite = 1 }", &blocks), &[], &[]);
    let game = cut.game.graph();
    assert_eq!(pays(game, at(game, "defeat")), ["-3", "-2"]);
    let longer = made(&ladder("horizon = { finite = 4 }", &blocks), &[], &[]);
    let game = longer.game.graph();
    assert_eq!(pays(game, at(game, "defeat")), ["-18", "-14"]);
    assert_eq!(labels(game, "W4"), ["execute", "acquiesce"]);
    // A thousand stages are a thousand positions, not a deep recursion.
    let long = ladder("horizon = { finite = 20000 }", &blocks);
    let compiled = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || made(&long, &[], &[]))
        .expect("a thread")
        .join()
        .expect("no overflow");
    assert_eq!(compiled.summary.positions, 2 * 20_000 + 1);
}

#[test]
fn answers_jump_pass_and_vary_in_strength() {
    let options = "[[response]]\non = \"r1\"\noptions = [\"next_rung\", \"r3\", \"none\", \"weak\", \"acquiesce\"]\nstrength.weak = { cost = { ch = 1, de = 1 } }\n";
    let compiled = made(
        &ladder("", &format!("{ONE}{TWO}{THREE}{options}")),
        &[],
        &[],
    );
    let game = compiled.game.graph();
    assert_eq!(
        labels(game, "W1"),
        ["execute", "r3", "none", "weak", "acquiesce"]
    );
    let w1 = at(game, "W1");
    // Jumping to the last rung costs that rung alone.
    assert_eq!(pays(game, game.successor(w1, 1)), ["-7", "-6"]);
    // Passing costs nothing: the second stage is due.
    let passed = game.successor(w1, 2);
    assert_eq!(game.position_label(passed), "W2");
    assert_eq!(pays(game, game.successor(passed, 1)), ["10", "-4"]);
    let weak = game.successor(w1, 3);
    assert_eq!(pays(game, game.successor(weak, 1)), ["9", "-5"]);
}

#[test]
fn what_a_rung_requires_opens_it() {
    let pass = "[[response]]\non = \"r1\"\noptions = [\"next_rung\", \"none\"]\n";
    let third = format!("{THREE}requires = [\"r1\"]\n");
    let compiled = made(&ladder("", &format!("{ONE}{TWO}{third}{pass}")), &[], &[]);
    let game = compiled.game.graph();
    let w1 = at(game, "W1");
    let skipped = game.successor(game.successor(w1, 1), 0);
    // Without r1, r3 is skipped: after r2 comes the end.
    assert_eq!(pays(game, skipped), ["-5", "-4"]);
    let done = game.successor(game.successor(w1, 0), 0);
    assert_eq!(game.position_label(done), "W3");
}

#[test]
fn commitment_devices_bind() {
    let audience = "[[response]]\ncommit = { audience = 5 }\ndeadline = 1\n";
    let compiled = made(&ladder("", &format!("{ONE}{TWO}{audience}")), &[], &[]);
    let game = compiled.game.graph();
    let quits = |name: &str| pays(game, game.successor(at(game, name), 1));
    assert_eq!(quits("W1"), ["10", "-9"], "the device charges 5");
    assert_eq!(quits("W2"), ["7", "-6"], "the commitment has lapsed");

    let automatic = "[[response]]\ncommit = { automatic = { prob = 0.3 } }\n";
    let compiled = made(&ladder("", &format!("{ONE}{RAMP}{automatic}")), &[], &[]);
    let game = compiled.game.graph();
    let a1 = at(game, "A1");
    assert_eq!(labels(game, "A1"), ["automatic", "decides"]);
    assert_eq!(game.chance_probability(a1, 0).to_string(), "3/10");
    assert_eq!(game.position_label(game.successor(a1, 1)), "W1");
    let mark = &compiled.rungs[0];
    assert_eq!(
        mark.before.as_ref().map(|b| b.position),
        Some(at(game, "C0"))
    );

    let delegated =
        "[[actor]]\nid = \"general\"\n[[response]]\ncommit = { delegated = \"general\" }\n";
    let blocks = format!("{ONE}{delegated}");
    let compiled = made(&ladder("", &blocks), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(game.mover(at(game, "W1")), Mover::Player(PlayerId(2)));
}

#[test]
fn both_sides_may_have_rungs() {
    let own = "[[rung]]\nid = \"c1\"\nby = \"ch\"\ncost = { de = 9 }\n[[off_ramp]]\nid = \"concede\"\nby = \"de\"\nat = \"c1\"\npayoff = { ch = 5, de = -5 }\n";
    let compiled = made(&ladder("", &format!("{ONE}{own}")), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(game.mover(at(game, "W1")), Mover::Player(PlayerId(1)));
    assert_eq!(game.mover(at(game, "C1")), Mover::Player(PlayerId(1)));
    assert_eq!(game.mover(at(game, "W2")), Mover::Player(PlayerId(0)));
    assert_eq!(labels(game, "C1"), ["negotiate", "continue"]);
}

#[test]
fn alliances_and_sanctions_enter_payoffs() {
    let blocks = format!(
        "{ONE}[[actor]]\nid = \"pr\"\nrole = \"protege\"\n[[alliance]]\nfrom = \"de\"\nto = \"pr\"\nlevel = \"partial\"\nbreach = 7\non = [\"acquiesce\"]\n[sanctions]\nseverity = 10\ncoverage = 0.75\nmitigation = 0.6\n[report]\neffect = \"sanctions\"\n"
    );
    let compiled = made(&ladder("", &blocks), &[], &[]);
    let game = compiled.game.graph();
    assert_eq!(pays(game, at(game, "acquiesce"))[1], "-15/2");
    assert_eq!(compiled.reports, [("effect".to_owned(), Value::from(3))]);
}

/// Three members with their own costs and losses.
fn coalition(rule: &str, decide: &str) -> String {
    let rung = "[[rung]]\nid = \"r1\"\nby = \"all\"\ncost = { ch = 9, m1 = 1, m2 = 2, m3 = 3 }\n";
    format!(
        "[scenario]\nname = \"vote\"\n[[actor]]\nid = \"ch\"\nrole = \"challenger\"\n[[coalition]]\nid = \"all\"\nmembers = [\"m1\", \"m2\", \"m3\"]\nrule = \"{rule}\"\ndecide = {decide}\n{rung}[outcomes]\nacquiesce = {{ ch = 6, m1 = -5, m2 = -3, m3 = -1 }}\ndefeat = {{ ch = \"-cost(ch)\", m1 = \"-cost(m1)\", m2 = \"-cost(m2)\", m3 = \"-cost(m3)\" }}\n"
    )
}

#[test]
fn coalitions_decide_by_their_rule() {
    // Alone, m1 and m2 would respond and m3 would not.
    for (decide, responds) in [
        ("\"unanimity\"", false),
        ("\"majority\"", true),
        ("\"any\"", true),
        ("3", false),
        ("2", true),
        (
            "{ weighted = { weights = { m1 = 1, m2 = 1, m3 = 3 }, quota = 3 } }",
            false,
        ),
        (
            "{ weighted = { weights = { m1 = 2, m2 = 1, m3 = 1 }, quota = 3 } }",
            true,
        ),
    ] {
        let compiled = made(&coalition("sequential", decide), &[], &[]);
        assert!(matches!(compiled.game, CompiledGame::Positions(_)));
        let outcome = if responds { "-9" } else { "6" };
        assert_eq!(value(&compiled)[0], outcome, "{decide}");
        assert_eq!(compiled.rungs.len(), 1);
        assert_eq!(compiled.rungs[0].actors.len(), 3);
    }
    // A unitary coalition weighs the sums: 6 against 9.
    let compiled = made(&coalition("unitary", "\"unanimity\""), &[], &[]);
    assert_eq!(compiled.game.graph().num_players(), 2);
    assert_eq!(value(&compiled), ["-9", "-6"]);
    let mark = &made(&coalition("sequential", "\"majority\""), &[], &[]).rungs[0];
    assert_eq!(
        (mark.weights.len(), mark.quota.to_string()),
        (3, "2".to_owned())
    );
}

/// Written out as a tree, a ladder of votes keeps its threats: who votes where with which weight,
/// and where play goes on.
#[test]
fn votes_are_threats_of_a_tree_too() {
    for decide in [
        "\"unanimity\"",
        "\"majority\"",
        "\"any\"",
        "{ weighted = { weights = { m1 = \"1/2\", m2 = 1, m3 = 3 }, quota = \"7/2\" } }",
    ] {
        let text = coalition("sequential", decide);
        let scenario = load(&text, &Settings::default());
        let scenario = scenario.value.expect("a scenario");
        let ladder = made(&text, &[], &[]);
        let tree = made(&to_tree(&scenario, &ladder), &[], &[]);
        assert_eq!(tree.rungs.len(), 1, "{decide}");
        let (one, other) = (&ladder.rungs[0], &tree.rungs[0]);
        assert_eq!(other.actors, one.actors, "{decide}");
        assert_eq!((&other.weights, &other.quota), (&one.weights, &one.quota));
        assert_eq!(other.votes.len(), one.votes.len());
        let (old, new) = (ladder.game.graph(), tree.game.graph());
        let places = |mark: &crate::RungMark| {
            let refused = mark.refused.expect("a vote may refuse");
            [mark.decision, mark.carried_out, refused]
        };
        for (there, here) in places(one).into_iter().zip(places(other)) {
            assert_eq!(new.position_label(here), old.position_label(there));
        }
    }
}

#[test]
fn voting_stops_when_it_is_decided() {
    let compiled = made(&coalition("sequential", "\"majority\""), &[], &[]);
    let game = compiled.game.graph();
    // m1; m2 after y, n; m3 after yn, ny; two ends.
    assert_eq!(game.num_positions(), 7);
    let simultaneous = made(&coalition("simultaneous", "\"majority\""), &[], &[]);
    let CompiledGame::Tree(tree) = &simultaneous.game else {
        panic!("votes at once make a tree");
    };
    assert_eq!((tree.num_nodes(), tree.num_infosets()), (15, 3));
    let sizes: Vec<usize> = tree.infosets().map(|h| tree.members(h).len()).collect();
    assert_eq!(sizes, [1, 2, 4]);
}

#[test]
fn members_share_what_the_coalition_gets() {
    let text = coalition("sequential", "\"any\"").replace(
        "rule =",
        "payoff = \"shares\"\nshares = { m1 = \"1/2\", m2 = \"1/4\", m3 = \"1/4\" }\nrule =",
    );
    let game = made(&text, &[], &[]);
    let game = game.game.graph();
    assert_eq!(
        pays(game, at(game, "acquiesce")),
        ["6", "-9/2", "-9/4", "-9/4"]
    );
    let text = coalition("sequential", "\"any\"").replace("rule =", "payoff = \"sum\"\nrule =");
    let game = made(&text, &[], &[]);
    let game = game.game.graph();
    assert_eq!(pays(game, at(game, "acquiesce")), ["6", "-9", "-9", "-9"]);
}

const TYPES: &str = r#"
[[actor.types]]
id = "resolute"
prior = "p"
override = { loss = 25 }
[[actor.types]]
id = "irresolute"
prior = "1 - p"
[[history]]
times = 6
likelihood = { resolute = 0.2, irresolute = 0.8 }
"#;

#[test]
fn history_turns_the_prior_into_the_posterior() {
    let text = ladder("", ONE)
        .replace("V = 10", "V = 10\nloss = 4\np = 0.5")
        .replace(
            "role = \"defender\"\n",
            &format!("role = \"defender\"\n{TYPES}"),
        )
        .replace("-4 - cost(de)", "-loss - cost(de)");
    let compiled = made(&text, &[], &[]);
    let CompiledGame::Tree(game) = &compiled.game else {
        panic!("types make a tree");
    };
    let root = game.infoset(NodeId::ROOT).expect("chance");
    assert_eq!(
        game.chance_probability(root, 0).value().to_string(),
        "1/4097"
    );
    let scenario = load(&text, &Settings::default()).value.expect("a scenario");
    let timeline = timeline(&scenario).expect("beliefs");
    let course: Vec<String> = timeline
        .moments
        .iter()
        .map(|moment| moment.beliefs[0][0].to_string())
        .collect();
    assert_eq!(course, ["1/5", "1/17", "1/65", "1/257", "1/1025", "1/4097"]);
    // What is given is not learned about.
    assert!(matches!(
        made(&text, &[], &[("de", "resolute")]).game,
        CompiledGame::Positions(_)
    ));
}

#[test]
fn joint_priors_correlate_types() {
    let joint = "[[prior.joint]]\ntypes = { ch = \"H\", def = \"HH\" }\nprob = \"1/3\"\n[[prior.joint]]\ntypes = { ch = \"S\", def = \"SS\" }\nprob = \"2/3\"\n";
    let text = format!("{}{joint}", include_str!("notes_6_3.toml"));
    let compiled = made(&text, &[], &[]);
    assert_eq!(compiled.summary.profiles, 2);
    // Knowing one type, everybody knows the other.
    assert!(matches!(
        made(&text, &[], &[("ch", "H")]).game,
        CompiledGame::Positions(_)
    ));
}

#[test]
fn observation_decides_what_looks_the_same() {
    let text = include_str!("notes_6_3.toml");
    let blind = format!("{text}[[observe]]\nevent = \"n1\"\nby = []\n");
    let compiled = made(&blind, &[], &[("ch", "H"), ("def", "HH")]);
    let CompiledGame::Tree(game) = &compiled.game else {
        panic!("what is hidden makes a tree");
    };
    assert_eq!(
        game.num_infosets(),
        5,
        "n2 follows one move only, so hiding it hides nothing"
    );
    // With noise the defender has one set a signal at n2, and both are reached after either move.
    let noisy = "[scenario]\nname = \"signal\"\n[[actor]]\nid = \"a\"\n[[actor]]\nid = \"b\"\n[[node]]\nid = \"lead\"\nby = \"a\"\nactions = { S = \"x\", C = \"y\" }\n[[node]]\nid = \"x\"\nlabel = \"follow\"\nby = \"b\"\nactions = { S = \"SS\", C = \"SC\" }\n[[node]]\nid = \"y\"\nlabel = \"follow\"\nby = \"b\"\nactions = { S = \"CS\", C = \"CC\" }\n[[observe]]\nevent = \"lead\"\nby = [\"b\"]\nerror = 0.01\n[outcomes]\nSS = { a = 5, b = 2 }\nSC = { a = 3, b = 1 }\nCS = { a = 6, b = 3 }\nCC = { a = 4, b = 4 }\n";
    let compiled = made(noisy, &[], &[]);
    let CompiledGame::Tree(game) = &compiled.game else {
        panic!("noise makes a tree");
    };
    let sizes: Vec<usize> = game.infosets().map(|h| game.members(h).len()).collect();
    assert_eq!(sizes, [1, 2, 2]);
    let event = game.chance_events().next().expect("a signal");
    assert_eq!(
        game.chance_probability(event, 0).value().to_string(),
        "99/100"
    );
    // A delayed event is seen only after the next one.
    let late = noisy.replace("error = 0.01", "delay = 2");
    let CompiledGame::Tree(game) = made(&late, &[], &[]).game else {
        panic!("delay makes a tree");
    };
    assert_eq!(game.num_infosets(), 2);
}

#[test]
fn the_seed_ladder_is_told_alike_in_both_spellings_of_toml() {
    let blocks = made(SEED, &[], &[]);
    let inline = made(
        &include_str!("notes_6_2.toml").replace("- cost(co) - a\"", "- cost(co)\""),
        &[],
        &[("co", "irresolute")],
    );
    let (one, two) = (blocks.game.graph(), inline.game.graph());
    assert_eq!(one.num_positions(), two.num_positions());
    assert_eq!(induct(one), induct(two));
}

#[test]
fn what_is_not_seen_of_a_rung_is_not_known() {
    let pass = "[[response]]\non = \"r1\"\noptions = [\"next_rung\", \"none\"]\n";
    let hidden = format!("{ONE}visible_to = [\"de\"]\n{TWO}{RAMP}{pass}");
    let CompiledGame::Tree(game) = made(&ladder("", &hidden), &[], &[]).game else {
        panic!("what is hidden makes a tree");
    };
    // The challenger does not know at C1 whether the first stage was carried out.
    let c1 = game
        .infosets()
        .find(|h| game.infoset_label(*h) == "C1")
        .expect("C1");
    assert_eq!(game.members(c1).len(), 2);
    let seen = format!("{ONE}{TWO}{RAMP}{pass}[[observe]]\nevent = \"r2\"\nby = [\"de\"]\n");
    let CompiledGame::Tree(game) = made(&ladder("", &seen), &[], &[]).game else {
        panic!("what is hidden makes a tree");
    };
    let sizes: Vec<usize> = game
        .infosets()
        .filter(|h| game.infoset_label(*h) == "C1")
        .map(|h| game.members(h).len())
        .collect();
    assert_eq!(sizes, [1, 1]);
    let noisy = format!("{ONE}noise = 0.25\n{TWO}{RAMP}{pass}");
    let CompiledGame::Tree(game) = made(&ladder("", &noisy), &[], &[]).game else {
        panic!("noise makes a tree");
    };
    let sizes: Vec<usize> = game
        .infosets()
        .filter(|h| game.infoset_label(*h) == "C1")
        .map(|h| game.members(h).len())
        .collect();
    assert_eq!(sizes, [2, 2], "each signal after each deed");
    assert!(deterra_game::information::perfect_recall(&game).is_empty());
}

#[test]
fn members_of_a_coalition_have_types_of_their_own() {
    let member = |id: &str| {
        format!(
            "[[actor]]\nid = \"{id}\"\nrole = \"ally\"\n[[actor.types]]\nid = \"firm\"\nprior = \"1/3\"\n[[actor.types]]\nid = \"weak\"\nprior = \"2/3\"\noverride = {{ loss_{id} = 0 }}\n"
        )
    };
    let text = coalition("simultaneous", "\"majority\"")
        .replace("m1 = -5", "m1 = \"-loss_m1\"")
        .replace("m2 = -3", "m2 = \"-loss_m2\"")
        .replace(
            "[[coalition]]",
            &format!("{}{}[[coalition]]", member("m1"), member("m2")),
        );
    let text = format!("[params]\nloss_m1 = 5\nloss_m2 = 3\n{text}");
    let compiled = made(&text, &[], &[]);
    assert_eq!(compiled.summary.profiles, 4);
    let CompiledGame::Tree(game) = &compiled.game else {
        panic!("types make a tree");
    };
    // Four combinations of 15 nodes; m1 and m2 have a set a type, m3 one.
    assert_eq!((game.num_nodes(), game.num_infosets()), (61, 5));
    assert!(deterra_game::information::perfect_recall(game).is_empty());
}

#[test]
fn remarks_may_stand_among_payoffs() {
    let text = SEED.replacen(
        "payoff = { ch = \"-cost(ch)\"",
        "payoff = { note = \"not a payoff\", ch = { value = \"-cost(ch)\", source = \"ours\" }",
        1,
    );
    assert_eq!(value(&made(&text, &[], &[])), ["10", "-8"]);
}

#[test]
fn a_long_chain_of_positions_needs_no_deep_stack() {
    let text = "[scenario]\nroot = \"x(0)\"\n[[actor]]\nid = \"a\"\n[[node]]\nid = \"x\"\ngiven = [\"k\"]\nby = \"a\"\nactions = { stop = \"end\" }\n[[node.action]]\nlabel = \"go\"\nto = \"x(k + 1)\"\nwhen = \"k < 100000\"\n[outcomes]\nend = { a = 1 }\n";
    let positions = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || made(text, &[], &[]).summary.positions)
        .expect("a thread")
        .join()
        .expect("no overflow");
    assert_eq!(positions, 100_002);
}

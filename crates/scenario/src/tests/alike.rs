//! Decisions of many alike actors, recognised or not, against the tree.

use crate::compile::{Alike, CompileLimits, CompiledGame, compile};
use crate::{Settings, load};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;

/// Allies who add to a common effort that works with probability effort/n, which is worth 6 to each, and who pay
/// `cost` for adding to it. `extra` stands behind the nodes.
fn effort(n: usize, ally: &str, seen: &str, cost: &str, extra: &str) -> String {
    format!(
        r#"
[scenario]
name = "effort"
form = "tree"
root = "ally(1, 0)"

[params]
n = {n}
c = 1

[[actor]]
id = "watcher"

[[actor]]
id = "ally{{k}}"
each = "k"
from = 1
to = "n"

[[observe]]
event = "ally"
by = [{seen}]

[[observe]]
event = "next"
by = []

[[node]]
id = "ally"
given = ["k", "effort"]
label = "{ally}"
by = "ally{{k}}"
quiet = "abstain"

[[node.action]]
label = "abstain"
goto = "next(k, effort)"

[[node.action]]
label = "add"
goto = "next(k, effort + 1)"
pay = {{ "ally{{k}}" = "-({cost})" }}
{extra}
[[node]]
id = "next"
given = ["k", "effort"]
by = "chance"

[[node.action]]
label = "on"
prob = 1
when = "k < n"
goto = "ally(k + 1, effort)"

[[node.action]]
label = "works"
prob = "effort / n"
when = "k == n"
goto = "works(1)"

[[node.action]]
label = "fails"
prob = "1 - effort / n"
when = "k == n"
goto = "fails"

[[node]]
id = "works"
given = ["k"]
by = "chance"
pay = {{ "ally{{k}}" = 6 }}

[[node.action]]
label = "on"
prob = 1
when = "k < n"
goto = "works(k + 1)"

[[node.action]]
label = "end"
prob = 1
when = "k == n"
goto = "worked"

[[observe]]
event = "works"
by = []

[[outcome]]
id = "worked"
payoff = {{ watcher = 10 }}

[[outcome]]
id = "fails"
"#
    )
}

fn compiled(text: &str, alike: usize) -> CompiledGame {
    let scenario = load(text, &Settings::default());
    let scenario = scenario.value.unwrap_or_else(|| {
        let said: Vec<&str> = scenario.diagnostics.iter().map(|d| &*d.message).collect();
        panic!("{said:?}")
    });
    let limits = CompileLimits {
        alike,
        ..CompileLimits::default()
    };
    let reading = compile(&scenario, &limits);
    let said: Vec<&str> = reading.diagnostics.iter().map(|d| &*d.message).collect();
    reading.value.unwrap_or_else(|| panic!("{said:?}")).game
}

fn alike(text: &str) -> Option<Alike> {
    match compiled(text, 2) {
        CompiledGame::Alike(alike) => Some(alike),
        _ => None,
    }
}

/// What everybody gets in the tree if ally k does what bit k says, and how likely `worked` is.
fn in_the_tree(game: &ExtensiveGame, moves: usize) -> (Vec<Rational>, Rational) {
    let mut sums = vec![Rational::ZERO; game.num_players()];
    let mut worked = Rational::ZERO;
    let mut stack = vec![(game.nodes().next().expect("a root"), Rational::ONE)];
    while let Some((node, likely)) = stack.pop() {
        if let Some(outcome) = game.outcome(node) {
            for (player, sum) in game.players().zip(&mut sums) {
                *sum += &(&likely * game.payoff(outcome, player).value());
            }
            if game.is_terminal(node) && game.outcome_label(outcome) == "worked" {
                worked += &likely;
            }
        }
        for (k, child) in game.children(node).enumerate() {
            let probability = match game.kind(node) {
                NodeKind::Chance(event) => game.chance_probability(event, k).value().clone(),
                NodeKind::Decision(PlayerId(player), _) => {
                    // The watcher is player 0.
                    let bit = moves >> (player - 1) & 1;
                    Rational::integer(i64::from(bit == k))
                }
                NodeKind::Terminal => continue,
            };
            if !probability.is_zero() {
                stack.push((child, &likely * &probability));
            }
        }
    }
    (sums, worked)
}

#[test]
fn numbers_say_what_the_tree_says() {
    let text = effort(4, "ally {k}", "", "c", "");
    let CompiledGame::Tree(tree) = compiled(&text, usize::MAX) else {
        panic!("hidden moves make a tree");
    };
    let alike = alike(&text).expect("alike");
    assert_eq!(alike.players().len(), 5);
    let worked = alike.outcomes().iter().position(|label| label == "worked");
    let [(watcher, watched)] = alike.others() else {
        panic!("one decides nothing");
    };
    assert_eq!(*watcher, 0);
    for moves in 0..16_usize {
        let acting = moves.count_ones() as usize;
        let (payoffs, probability) = in_the_tree(&tree, moves);
        for member in alike.members() {
            let acts = moves >> (member.player - 1) & 1;
            let others = acting - acts;
            let worth = match acts {
                1 => alike.game().acting(others),
                _ => alike.game().abstaining(others),
            };
            assert_eq!(*worth, payoffs[member.player], "{moves:b}");
            assert_eq!(member.moves[member.act], "add");
        }
        assert_eq!(watched[acting], payoffs[0]);
        let ends = alike.ends(acting).iter().find(|(k, _)| Some(*k) == worked);
        let ends = ends.map(|(_, p)| p.clone()).unwrap_or_default();
        assert_eq!(ends, probability);
    }
    // By hand: with one of four the effort works with 1/4, which is worth 3/2, less 1 for who adds.
    let half = Rational::new(1, 2).expect("nonzero");
    assert_eq!(*alike.game().acting(0), half);
    assert_eq!(*alike.game().abstaining(1), &half + &Rational::ONE);
}

/// Forty allies have a million million histories.
#[test]
fn forty_are_no_tree() {
    let alike = alike(&effort(40, "ally {k}", "", "c", "")).expect("alike");
    assert_eq!(alike.members().len(), 40);
    // All forty: it works for sure.
    assert_eq!(*alike.game().acting(39), Rational::integer(5));
    assert_eq!(alike.ends(40).len(), 1);
    assert_eq!(alike.ends(20).len(), 2);
}

#[test]
fn what_is_not_alike_is_a_tree() {
    let third = "[[node.action]]\nlabel = \"spoil\"\ngoto = \"fails\"\n";
    let other = [
        // Some pay more than others.
        effort(4, "ally {k}", "", "c * k", ""),
        // The second sees what the first does.
        effort(4, "ally {k}", "\"ally2\"", "c", ""),
        // The name of a place tells how many have added.
        effort(4, "ally {k} after {effort}", "", "c", ""),
        // It costs more to add to what others have added before than to begin.
        effort(4, "ally {k}", "", "c + effort", ""),
        // There are three moves.
        effort(4, "ally {k}", "", "c", third),
    ];
    for text in other {
        assert!(alike(&text).is_none(), "{text}");
        assert!(matches!(compiled(&text, 2), CompiledGame::Tree(_)));
    }
    // Too few, and nobody asked.
    let text = effort(4, "ally {k}", "", "c", "");
    assert!(matches!(compiled(&text, 5), CompiledGame::Tree(_)));
    assert!(matches!(compiled(&text, usize::MAX), CompiledGame::Tree(_)));
}

/// Who has decided may see what the others do then: it changes nothing. The watcher decides nothing.
#[test]
fn who_does_not_decide_later_may_see() {
    assert!(alike(&effort(4, "ally {k}", "\"watcher\", \"ally1\"", "c", "")).is_some());
}

/// Members of a coalition who vote at once on its only threat. At least five of nine must agree; then it costs
/// each 3, and the prize is lost else, which costs each 9.
#[test]
fn a_secret_vote_of_nine() {
    let each = |one: &dyn Fn(String) -> String, between: &str| -> String {
        let members = (1..=9).map(|k| one(format!("m{k}")));
        members.collect::<Vec<_>>().join(between)
    };
    let text = format!(
        r#"
[scenario]
name = "vote"
form = "ladder"
start = "ongoing"

[[actor]]
id = "ch"
role = "challenger"

{actors}
[[coalition]]
id = "co"
members = [{members}]
rule = "simultaneous"
decide = "majority"
payoff = "own"

[[rung]]
id = "s1"
by = "co"
cost = {{ {costs} }}

[[outcome]]
id = "acquiesce"
payoff = {{ ch = 10, {losses} }}

[[outcome]]
id = "defeat"
payoff = {{ {spent} }}
"#,
        actors = each(
            &|m| format!("[[actor]]\nid = \"{m}\"\nrole = \"defender\"\n"),
            "\n"
        ),
        members = each(&|m| format!("\"{m}\""), ", "),
        costs = each(&|m| format!("{m} = 3"), ", "),
        losses = each(&|m| format!("{m} = -9"), ", "),
        spent = each(&|m| format!("{m} = \"-cost({m})\""), ", "),
    );
    let alike = alike(&text).expect("alike");
    let game = alike.game();
    for others in 0..9 {
        let worth = |acting: usize| Rational::integer(if acting >= 5 { -3 } else { -9 });
        assert_eq!(*game.acting(others), worth(others + 1));
        assert_eq!(*game.abstaining(others), worth(others));
    }
    assert_eq!(alike.members()[0].moves, ["yes", "no"]);
    assert_eq!(alike.members()[0].act, 0);
}

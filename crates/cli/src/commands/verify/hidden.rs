//! Judges profiles with beliefs: perfect Bayesian, sequential and perfect equilibria.
//!
//! Beliefs stand beside a profile as `solve --json` writes them: information set → rows with
//! `node` and `belief`. Where the others' moves lead to an information set, Bayes' rule fills in
//! what is missing; elsewhere beliefs must be given.

use super::rounding::{Tolerance, along_tree};
use super::strategies::read_tree;
use super::{One, judged, lazily, paid, widest};
use crate::commands::solve::rows;
use crate::failure::Failure;
use crate::output::names::{Names, hint, members as node_names};
use crate::source::Source;
use deterra_game::class::facts;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_verify::bayesian::{self, Strength};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::quasi_perfect::{self, Plans, Series};
use deterra_verify::verdict::Concept;
use deterra_verify::{perfect, sequential};
use serde_json::Value;

/// Judges every profile of a text.
pub(super) fn judge_all(
    game: &ExtensiveGame,
    concept: Concept,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    let names = Names::of_tree(game);
    let stored = read_tree(source, game, &names)?;
    let range = lazily(|| {
        let facts = facts(game);
        widest(facts.min_payoffs.iter().zip(&facts.max_payoffs))
    });
    let documents = documents(&source.text);
    let one = |(k, stored): (usize, &super::profile::Stored)| {
        let allowed = Tolerance::of(stored, tolerance, &range, |d| along_tree(game, d));
        let profile =
            BehaviorProfile::new(game, stored.flat()).map_err(|e| Failure::input(e.to_string()))?;
        let given = documents.get(k).and_then(|d| d.get("beliefs"));
        let assessment = assess(game, &names, profile, given, &stored.name)?;
        let verdict = match concept {
            Concept::Sequential => sequential::judge(game, &assessment, &allowed.gain),
            Concept::QuasiPerfect => {
                let given = documents.get(k).and_then(|d| d.get("plans"));
                let plans = plans(game, &names, given, &stored.name)?;
                quasi_perfect::judge(game, &assessment, &plans)
            }
            Concept::Perfect => perfect::judge(game, &assessment, &allowed.gain),
            Concept::WeakPerfectBayesian => {
                bayesian::judge(game, &assessment, Strength::Weak, &allowed.gain).verdict
            }
            _ => bayesian::judge(game, &assessment, Strength::Strong, &allowed.gain).verdict,
        };
        paid::check(stored, &names.players, (&verdict, &allowed), || {
            expected_payoffs(game, &assessment.profile)
        })?;
        let row = rows::verdict(&verdict, |w| {
            rows::witness(game, &names, |h| game.members(h)[0], w)
        });
        Ok(judged(stored, &verdict, allowed, row))
    };
    stored.iter().enumerate().map(one).collect()
}

/// The objects that hold a profile each, in order.
pub(super) fn documents(text: &str) -> Vec<Value> {
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(value) => match value.get("equilibria").and_then(Value::as_array) {
            Some(all) => all.clone(),
            None => vec![value],
        },
        Err(_) => Vec::new(),
    }
}

/// Beliefs as given, else by Bayes' rule.
fn assess(
    game: &ExtensiveGame,
    names: &Names,
    profile: BehaviorProfile,
    given: Option<&Value>,
    whose: &str,
) -> Result<Assessment, Failure> {
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    let mut missing = Vec::new();
    known_sets(names, given, whose)?;
    for player in game.players() {
        let decisions = &names.decisions[player.index()];
        for (infoset, decision) in game.player_infosets(player).zip(decisions) {
            let members = game.members(infoset);
            if let [only] = members {
                beliefs[only.index()] = Rational::ONE;
                continue;
            }
            let full = format!("{}: {}", names.players[player.index()], decision.name);
            let rows = given.and_then(|g| g.get(&full).or_else(|| g.get(&decision.name)));
            if let Some(rows) = rows {
                for (node, belief) in members.iter().zip(stated(game, infoset, rows, &full)?) {
                    beliefs[node.index()] = belief;
                }
                continue;
            }
            let weights: Vec<Rational> = members
                .iter()
                .map(|n| others_reach(game, &profile, *n, player))
                .collect();
            let total: Rational = weights.iter().sum();
            if total.is_zero() {
                missing.push(full);
                continue;
            }
            for (node, weight) in members.iter().zip(weights) {
                beliefs[node.index()] = weight.checked_div(&total).unwrap_or_default();
            }
        }
    }
    if !missing.is_empty() {
        return Err(Failure::input_help(
            format!(
                "{whose} does not say what is believed at {}, and Bayes' rule does not say it either",
                missing.join(", ")
            ),
            "put \"beliefs\": {information set: [{\"node\": …, \"belief\": …}]} beside the \
             profile, as `deterra solve --concept pbe --json` writes it",
        ));
    }
    Assessment::new(game, profile, beliefs).map_err(|error| Failure::input(error.to_string()))
}

/// Every key of the beliefs must be an information set.
fn known_sets(names: &Names, given: Option<&Value>, whose: &str) -> Result<(), Failure> {
    let Some(given) = given.filter(|g| !g.is_null()) else {
        return Ok(());
    };
    let Some(given) = given.as_object() else {
        return Err(Failure::input_help(
            format!("the beliefs of {whose} are no object"),
            "expected {information set: [{\"node\": …, \"belief\": …}]}",
        ));
    };
    for key in given.keys() {
        let known = names
            .players
            .iter()
            .zip(&names.decisions)
            .any(|(player, own)| {
                let mut own = own.iter();
                own.any(|d| d.name == *key || format!("{player}: {}", d.name) == *key)
            });
        if !known {
            let all = names.decisions.iter().flatten().map(|d| d.name.as_str());
            let help = hint(key, all, || "see `deterra info`".to_owned());
            return Err(Failure::input_help(
                format!("{whose} has beliefs at `{key}`, which is no information set"),
                help,
            ));
        }
    }
    Ok(())
}

/// The beliefs of one information set, by member.
fn stated(
    game: &ExtensiveGame,
    infoset: InfosetId,
    rows: &Value,
    full: &str,
) -> Result<Vec<Rational>, Failure> {
    let shape = || {
        Failure::input_help(
            format!("the beliefs at {full} are no list of nodes with their beliefs"),
            "expected such as [{\"node\": \"#4\", \"belief\": \"1/3\"}]",
        )
    };
    let rows = rows.as_array().ok_or_else(shape)?;
    let names = node_names(game, infoset);
    let mut seen = vec![false; names.len()];
    let mut beliefs = vec![Rational::ZERO; names.len()];
    for row in rows {
        let name = row.get("node").and_then(Value::as_str).ok_or_else(shape)?;
        let numbered = |n: &NodeId| name == format!("#{}", n.index() + 1);
        let at = names
            .iter()
            .zip(game.members(infoset))
            .position(|(known, n)| known == name || numbered(n))
            .ok_or_else(|| Failure::input(format!("{full} has no node called `{name}`")))?;
        let text = match row.get("belief").or_else(|| row.get("min")) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return Err(shape()),
        };
        let number = Number::parse(&text)
            .map_err(|e| Failure::input(format!("`{text}` is no belief ({full}): {e}")))?;
        if std::mem::replace(&mut seen[at], true) {
            return Err(Failure::input(format!("{full} has node `{name}` twice")));
        }
        beliefs[at] = number.into_value();
        if beliefs[at].is_negative() {
            return Err(Failure::input(format!(
                "the belief {text} in node `{name}` of {full} is negative"
            )));
        }
    }
    let sum: Rational = beliefs.iter().sum();
    if !sum.is_one() {
        return Err(Failure::input_help(
            format!("the beliefs at {full} sum to {sum}, not to 1"),
            "give every node of the information set its belief, as a fraction or exact decimal",
        ));
    }
    Ok(beliefs)
}

/// The strategies with mistakes that a profile comes with.
fn plans(
    game: &ExtensiveGame,
    names: &Names,
    given: Option<&Value>,
    whose: &str,
) -> Result<Plans, Failure> {
    let all = mistakes(names, given, (whose, Concept::QuasiPerfect))?;
    let mut weights = vec![Vec::new(); game.num_player_actions()];
    for (player, decisions) in game.players().zip(all) {
        for (h, own) in game.player_infosets(player).zip(decisions) {
            for (flat, series) in game.actions(h).zip(own) {
                weights[flat] = series;
            }
        }
    }
    Ok(Plans { weights })
}

/// By player, information set and action, the polynomials that a profile comes with.
pub(super) fn mistakes(
    names: &Names,
    given: Option<&Value>,
    (whose, concept): (&str, Concept),
) -> Result<Vec<Vec<Vec<Series>>>, Failure> {
    let wrong = |what: String| {
        Failure::input_help(
            what,
            format!(
                "put \"plans\": {{player: {{information set: {{action: [coefficients from power 0 of ε]}}}}}} beside the \
                 profile, as `deterra solve --concept {} --json` writes it; --concept {} needs none",
                concept.flag(),
                if concept == Concept::Proper {
                    "nash"
                } else {
                    "sequential"
                }
            ),
        )
    };
    let given = given.ok_or_else(|| {
        wrong(format!(
            "{whose} does not hold the mistakes that make it {concept}"
        ))
    })?;
    let mut all = Vec::with_capacity(names.players.len());
    for (name, decisions) in names.players.iter().zip(&names.decisions) {
        let mut of_player = Vec::with_capacity(decisions.len());
        for decision in decisions {
            let own = given.get(name).and_then(|p| p.get(&decision.name));
            let mut of_set = Vec::with_capacity(decision.actions.len());
            for action in &decision.actions {
                let place = || format!("{name}: {}: {action}", decision.name);
                let rows = own.and_then(|o| o.get(action)).and_then(Value::as_array);
                let rows =
                    rows.ok_or_else(|| wrong(format!("{whose} has no plan for {}", place())))?;
                let mut series = Series::with_capacity(rows.len());
                for row in rows {
                    let text = match row {
                        Value::String(text) => text.clone(),
                        other => other.to_string(),
                    };
                    let number = Number::parse(&text).map_err(|e| {
                        wrong(format!("`{text}` is no coefficient ({}): {e}", place()))
                    })?;
                    series.push(number.into_value());
                }
                of_set.push(series);
            }
            of_player.push(of_set);
        }
        all.push(of_player);
    }
    Ok(all)
}

/// How likely the moves of chance and the others lead to a node.
fn others_reach(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    node: NodeId,
    player: PlayerId,
) -> Rational {
    let mut product = Rational::ONE;
    let mut at = node;
    while let (Some(parent), Some(k)) = (game.parent(at), game.incoming(at)) {
        match game.kind(parent) {
            NodeKind::Chance(event) => {
                product = &product * game.chance_probability(event, k).value();
            }
            NodeKind::Decision(mover, h) if mover != player => {
                product = &product * profile.probability(game.actions(h).start + k);
            }
            _ => {}
        }
        at = parent;
    }
    product
}

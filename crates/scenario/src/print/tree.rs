//! Any compiled scenario as a file of explicit nodes.

use super::{key, number, print, quoted};
use crate::compile::{Compiled, CompiledGame, RungMark, YieldMark};
use crate::model::Scenario;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The compiled game as a scenario in tree form: one node a position, numbers in the place of
/// formulas. It compiles to the same game, with the same threats. A graph is one of nodes already
/// and no tree, so it is printed as it stands.
///
/// # Complexity
/// Linear in the positions.
pub fn to_tree(scenario: &Scenario, compiled: &Compiled) -> String {
    let Some(graph) = compiled.game.acyclic() else {
        return print(scenario);
    };
    let writer = Writer {
        scenario,
        compiled,
        graph,
        players: scenario
            .actors
            .iter()
            .filter(|actor| actor.plays)
            .map(|actor| actor.id.as_str())
            .collect(),
        tags: compiled
            .outcomes
            .iter()
            .map(|(label, tags)| (label.as_str(), tags.as_slice()))
            .collect(),
        names: names(graph),
        looks: looks(&compiled.game),
    };
    writer.write()
}

struct Writer<'c> {
    scenario: &'c Scenario,
    compiled: &'c Compiled,
    graph: &'c dyn PositionGraph,
    players: Vec<&'c str>,
    /// The tags of every outcome, by label.
    tags: BTreeMap<&'c str, &'c [String]>,
    /// An id for every position.
    names: Vec<String>,
    /// For every node of a tree, what it looks like to the mover.
    looks: Vec<Option<String>>,
}

/// Ids without brackets or braces, each once; the position's name where possible.
fn names(graph: &dyn PositionGraph) -> Vec<String> {
    let mut taken = BTreeSet::new();
    (0..graph.num_positions())
        .map(|at| {
            let label = graph.position_label(NodeId::from_index(at));
            let mut name: String = label
                .chars()
                .map(|c| {
                    if "(){},".contains(c) || c.is_control() {
                        '_'
                    } else {
                        c
                    }
                })
                .collect();
            name = name.trim().to_owned();
            if name.is_empty() {
                "node".clone_into(&mut name);
            }
            if !taken.insert(name.clone()) {
                name = format!("{name} #{}", at + 1);
                while !taken.insert(name.clone()) {
                    name.push('\'');
                }
            }
            name
        })
        .collect()
}

fn looks(game: &CompiledGame) -> Vec<Option<String>> {
    let CompiledGame::Tree(game) = game else {
        return Vec::new();
    };
    let mut taken = BTreeSet::new();
    let sets: Vec<String> = game
        .infosets()
        .map(|infoset| {
            let mut name = game.infoset_label(infoset).to_owned();
            if name.is_empty() || !taken.insert(name.clone()) {
                name = format!("{name} #{}", infoset.index() + 1);
                while !taken.insert(name.clone()) {
                    name.push('\'');
                }
            }
            name
        })
        .collect();
    game.nodes()
        .map(|node| {
            let infoset = game.infoset(node)?;
            sets.get(infoset.index()).cloned()
        })
        .collect()
}

impl Writer<'_> {
    fn write(&self) -> String {
        let mut text = String::new();
        let name = quoted(self.graph.title());
        let root = self.target(NodeId::ROOT);
        let _ = writeln!(
            text,
            "[scenario]\nname = {name}\nform = \"tree\"\nroot = {root}"
        );
        for actor in self.scenario.actors.iter().filter(|actor| actor.plays) {
            let _ = writeln!(text, "\n[[actor]]\nid = {}", quoted(&actor.id));
            if actor.label != actor.id {
                let _ = writeln!(text, "label = {}", quoted(&actor.label));
            }
        }
        let all = (0..self.graph.num_positions()).map(NodeId::from_index);
        let (ends, nodes): (Vec<NodeId>, Vec<NodeId>) =
            all.partition(|p| self.graph.mover(*p) == Mover::Terminal);
        for position in nodes {
            self.node(position, &mut text);
        }
        self.threats(&mut text);
        for position in ends {
            self.end(position, &mut text);
        }
        text
    }

    fn node(&self, position: NodeId, text: &mut String) {
        let by = match self.graph.mover(position) {
            Mover::Player(player) => self.players[player.index()],
            Mover::Chance | Mover::Terminal => "chance",
        };
        let _ = writeln!(
            text,
            "\n[[node]]\nid = {}\nby = {}",
            self.name(position),
            pattern(by)
        );
        self.label(position, text);
        if let Some(Some(look)) = self.looks.get(position.index()) {
            let _ = writeln!(text, "infoset = {}", pattern(look));
        }
        if let Some(Some(quiet)) = self.compiled.quiet.get(position.index()) {
            let label = self.graph.move_label(position, *quiet as usize);
            let _ = writeln!(text, "quiet = {}", quoted(label));
        }
        self.pay("pay", position, text);
        for k in 0..self.graph.num_moves(position) {
            let label = pattern(self.graph.move_label(position, k));
            let to = self.target(self.graph.successor(position, k));
            let _ = writeln!(text, "[[node.action]]\nlabel = {label}\nto = {to}");
            if self.graph.mover(position) == Mover::Chance {
                let probability = self.graph.chance_probability(position, k).value();
                let _ = writeln!(text, "prob = {}", number(probability));
            }
        }
    }

    fn end(&self, position: NodeId, text: &mut String) {
        let _ = writeln!(text, "\n[[outcome]]\nid = {}", self.name(position));
        self.label(position, text);
        let label = self.graph.outcome_label(position).unwrap_or_default();
        if let Some(tags) = self.tags.get(label) {
            let tags: Vec<String> = tags.iter().map(|tag| quoted(tag)).collect();
            let _ = writeln!(text, "tags = [{}]", tags.join(", "));
        }
        self.pay("payoff", position, text);
    }

    fn label(&self, position: NodeId, text: &mut String) {
        let label = self.graph.position_label(position);
        let label = match self.graph.outcome_label(position) {
            Some(outcome) if label.is_empty() => outcome,
            _ => label,
        };
        if label != self.names[position.index()] {
            let _ = writeln!(text, "label = {}", pattern(label));
        }
    }

    fn pay(&self, what: &str, position: NodeId, text: &mut String) {
        let amounts: Vec<String> = self
            .players
            .iter()
            .enumerate()
            .filter_map(|(at, id)| {
                let paid = self.graph.payoff_at(position, PlayerId::from_index(at))?;
                Some(format!("{} = {}", key(&escaped(id)), number(paid.value())))
            })
            .collect();
        if !amounts.is_empty() {
            let _ = writeln!(text, "{what} = {{ {} }}", amounts.join(", "));
        }
    }

    fn threats(&self, text: &mut String) {
        let mut taken = BTreeSet::new();
        for mark in &self.compiled.rungs {
            let carry_out = self.graph.move_label(mark.decision, mark.carry_out);
            let mut id = mark.id.clone();
            if !taken.insert(id.clone()) {
                id = format!("{id} at {}", self.names[mark.decision.index()]);
                taken.insert(id.clone());
            }
            let _ = writeln!(text, "\n[[threat]]\nid = {}", quoted(&id));
            if id != mark.id {
                let _ = writeln!(text, "rung = {}", quoted(&mark.id));
            }
            let _ = writeln!(text, "label = {}", quoted(&mark.label));
            let _ = writeln!(text, "at = {}", self.name(mark.decision));
            if mark.due != mark.decision {
                let _ = writeln!(text, "device = {}", self.name(mark.due));
            }
            let _ = writeln!(text, "carry_out = {}", quoted(carry_out));
            if let Some(refuse) = mark.refuse {
                let refuse = self.graph.move_label(mark.decision, refuse);
                let _ = writeln!(text, "refuse = {}", quoted(refuse));
            } else {
                let by = mark.actors[0].index();
                let _ = writeln!(text, "by = {}", quoted(self.players[by]));
            }
            if mark.actors.len() > 1 {
                let _ = writeln!(text, "vote = {}", self.vote(mark));
            }
            if let Some(accident) = &mark.accident {
                let _ = writeln!(text, "accident = {}", number(accident));
            }
            for (what, offer) in [("before", &mark.before), ("after", &mark.after)] {
                if let Some(offer) = offer {
                    let _ = writeln!(text, "{what} = {}", self.offer(offer));
                }
            }
        }
    }

    fn vote(&self, mark: &RungMark) -> String {
        let members = mark.actors.iter().zip(&mark.weights);
        let weights: Vec<String> = members
            .map(|(player, weight)| {
                let id = self.players[player.index()];
                format!("{} = {}", key(id), number(weight))
            })
            .collect();
        let then: Vec<String> = mark.votes.iter().map(|at| self.name(*at)).collect();
        format!(
            "{{ weights = {{ {} }}, quota = {}, then = [{}] }}",
            weights.join(", "),
            number(&mark.quota),
            then.join(", ")
        )
    }

    fn offer(&self, offer: &YieldMark) -> String {
        let label = |k: &usize| quoted(self.graph.move_label(offer.position, *k));
        let yields: Vec<String> = offer.yields.iter().map(label).collect();
        format!(
            "{{ at = {}, yields = [{}], continues = {} }}",
            self.name(offer.position),
            yields.join(", "),
            label(&offer.continues)
        )
    }

    fn name(&self, position: NodeId) -> String {
        quoted(&self.names[position.index()])
    }

    fn target(&self, position: NodeId) -> String {
        self.name(position)
    }
}

/// Text as a pattern that puts nothing in.
fn pattern(text: &str) -> String {
    quoted(&escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('{', "{{")
}

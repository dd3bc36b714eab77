//! The players in a row, alike ones next to each other, and the strategies of each class.

use deterra_game::action_graph::ActionGraph;
use deterra_game::id::PlayerId;
use deterra_game::number::Scalar;
use std::ops::Range;

/// Classes of players in the order in which sweeps pass them. All members of a class do the same: a *block* of strategies
/// is one type of one class.
#[derive(Clone, Debug)]
pub(crate) struct Lineup {
    /// By class: its players, ascending.
    classes: Vec<Vec<usize>>,
    /// By class: where the row of its members ends; they are next to each other.
    ends: Vec<usize>,
    /// By position in the row: the class.
    class_at: Vec<usize>,
    /// By class: its blocks.
    of_class: Vec<Range<usize>>,
    /// By block: its strategies.
    blocks: Vec<Range<usize>>,
    /// By block: its class.
    class_of: Vec<usize>,
    /// By agent: her block.
    block_of: Vec<usize>,
}

impl Lineup {
    /// Everybody by herself.
    pub(crate) fn apart(graph: &ActionGraph) -> Self {
        Self::new(graph, (0..graph.num_players()).map(|p| vec![p]).collect())
    }

    /// Those who have the same types, of the same probabilities, with the same actions, as one class.
    pub(crate) fn together(graph: &ActionGraph) -> Self {
        let players = &graph.parts().players;
        let mut classes: Vec<Vec<usize>> = Vec::new();
        for (p, part) in players.iter().enumerate() {
            let alike = classes
                .iter_mut()
                .find(|class| players[class[0]].types == part.types);
            match alike {
                Some(class) => class.push(p),
                None => classes.push(vec![p]),
            }
        }
        Self::new(graph, classes)
    }

    fn new(graph: &ActionGraph, classes: Vec<Vec<usize>>) -> Self {
        let mut lineup = Self {
            ends: Vec::new(),
            class_at: Vec::new(),
            of_class: Vec::new(),
            blocks: Vec::new(),
            class_of: Vec::new(),
            block_of: vec![0; graph.num_agents()],
            classes: ordered(graph, classes),
        };
        let mut strategies = 0;
        for (class, members) in lineup.classes.iter().enumerate() {
            lineup.class_at.extend(members.iter().map(|_| class));
            lineup.ends.push(lineup.class_at.len());
            let first = lineup.blocks.len();
            for (ty, agent) in graph.player_agents(members[0]).enumerate() {
                let count = graph.num_strategies(agent);
                for member in members {
                    let own = graph.player_agents(*member).nth(ty);
                    if let Some(own) = own {
                        lineup.block_of[own.index()] = lineup.blocks.len();
                    }
                }
                lineup.blocks.push(strategies..strategies + count);
                lineup.class_of.push(class);
                strategies += count;
            }
            lineup.of_class.push(first..lineup.blocks.len());
        }
        lineup
    }

    /// How many players there are.
    pub(crate) fn num_players(&self) -> usize {
        self.class_at.len()
    }

    /// How many classes there are.
    pub(crate) fn num_classes(&self) -> usize {
        self.classes.len()
    }

    /// Whether somebody is like somebody else.
    pub(crate) fn has_twins(&self) -> bool {
        self.classes.len() < self.class_at.len()
    }

    /// The players of a class.
    pub(crate) fn members(&self, class: usize) -> &[usize] {
        &self.classes[class]
    }

    /// The class of who stands at a position.
    pub(crate) fn class_at(&self, position: usize) -> usize {
        self.class_at[position]
    }

    /// The position of a class's last member.
    pub(crate) fn last(&self, class: usize) -> usize {
        self.ends[class] - 1
    }

    /// The blocks of a class, one a type.
    pub(crate) fn of_class(&self, class: usize) -> Range<usize> {
        self.of_class[class].clone()
    }

    /// Where each block's strategies are.
    pub(crate) fn blocks(&self) -> &[Range<usize>] {
        &self.blocks
    }

    /// The class of a block.
    pub(crate) fn class_of(&self, block: usize) -> usize {
        self.class_of[block]
    }

    /// The agent for whom a block stands, or the first of them.
    pub(crate) fn agent(&self, graph: &ActionGraph, block: usize) -> PlayerId {
        let class = self.class_of[block];
        let ty = block - self.of_class[class].start;
        let mut agents = graph.player_agents(self.classes[class][0]);
        agents.nth(ty).expect("invariant: a block is a type")
    }

    /// How likely each block's type is.
    pub(crate) fn odds<T: Scalar>(&self, graph: &ActionGraph) -> Vec<T> {
        let blocks = 0..self.blocks.len();
        blocks
            .map(|block| {
                let agent = self.agent(graph, block);
                T::from_rational(graph.agent_probability(agent).value())
            })
            .collect()
    }

    /// How many other players a player of one class meets in another one, or in her own.
    pub(crate) fn others(&self, of: usize, class: usize) -> usize {
        self.classes[class].len() - usize::from(of == class)
    }

    /// From rows of agents to strategies of blocks; a class is what its first member does.
    pub(crate) fn gather<T: Clone>(&self, rows: &[Vec<T>]) -> Vec<T> {
        let mut first = vec![None; self.blocks.len()];
        for (agent, block) in self.block_of.iter().enumerate().rev() {
            first[*block] = Some(agent);
        }
        let agents = first.into_iter().flatten();
        agents.flat_map(|agent| rows[agent].clone()).collect()
    }

    /// From rows of blocks to rows of agents.
    pub(crate) fn spread<T: Clone>(&self, rows: &[T]) -> Vec<T> {
        let agents = self.block_of.iter();
        agents.map(|block| rows[*block].clone()).collect()
    }
}

/// Classes so that those who have to do with each other are near each other: next comes who has to do with most of those
/// who stand already, the first of equals.
fn ordered(graph: &ActionGraph, mut left: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let nodes = graph.num_action_nodes();
    // By node: the nodes that its payoff looks at.
    let seen: Vec<Vec<usize>> = (0..nodes)
        .map(|node| {
            let mut all = Vec::new();
            for neighbor in graph.neighbors(node) {
                match (*neighbor as usize).checked_sub(nodes) {
                    None => all.push(*neighbor as usize),
                    Some(function) => all.extend(graph.depends_on(function)),
                }
            }
            all.sort_unstable();
            all.dedup();
            all
        })
        .collect();
    // By class: what it holds, and what its payoffs look at.
    let held = |class: &Vec<usize>| {
        let mut holds = vec![false; nodes];
        let mut sees = vec![false; nodes];
        for agent in graph.player_agents(class[0]) {
            for node in graph.strategies(agent) {
                if !std::mem::replace(&mut holds[*node as usize], true) {
                    for other in &seen[*node as usize] {
                        sees[*other] = true;
                    }
                }
            }
        }
        (holds, sees)
    };
    let facts: Vec<(Vec<bool>, Vec<bool>)> = left.iter().map(held).collect();
    let meets = |a: usize, b: usize| {
        let touches = |x: &[bool], y: &[bool]| x.iter().zip(y).any(|(holds, sees)| *holds && *sees);
        touches(&facts[a].0, &facts[b].1) || touches(&facts[b].0, &facts[a].1)
    };
    let mut links = vec![0_usize; left.len()];
    let mut waiting: Vec<usize> = (0..left.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    while !waiting.is_empty() {
        let mut next = 0;
        for (k, class) in waiting.iter().enumerate() {
            if links[*class] > links[waiting[next]] {
                next = k;
            }
        }
        let class = waiting.remove(next);
        for other in &waiting {
            links[*other] += usize::from(meets(class, *other));
        }
        order.push(std::mem::take(&mut left[class]));
    }
    order
}

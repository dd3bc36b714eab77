//! The facts of a game, computed once and quoted by solvers, `info` and error messages.

use crate::extensive::ExtensiveGame;
use crate::id::NodeId;
use crate::information;
use crate::number::Rational;
use crate::patience::poll_at;

/// What kind of game this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Players, chance not counted.
    pub players: usize,
    /// Nodes, terminal ones included.
    pub nodes: usize,
    /// The players' information sets.
    pub infosets: usize,
    /// Chance events.
    pub chance_events: usize,
    /// Terminal nodes, which is the number of plays.
    pub terminals: usize,
    /// Edges on the longest play.
    pub depth: usize,
    /// Every personal information set has one member.
    pub perfect_information: bool,
    /// Nobody forgets what she did or knew.
    pub perfect_recall: bool,
    /// The sum of all players' payoffs, if it is the same in every play.
    pub constant_sum: Option<Rational>,
    /// The least payoff of each player over all plays.
    pub min_payoffs: Vec<Rational>,
    /// The greatest payoff of each player over all plays.
    pub max_payoffs: Vec<Rational>,
    /// Memory the game holds.
    pub bytes: usize,
}

impl Facts {
    /// The greatest difference between two payoffs of one player, in floats.
    pub fn payoff_range(&self) -> f64 {
        let ranges = self.max_payoffs.iter().zip(&self.min_payoffs);
        ranges
            .map(|(most, least)| (most - least).to_f64())
            .fold(0.0, f64::max)
    }
}

/// Computes all facts. `O(nodes · players)`.
pub fn facts(game: &ExtensiveGame) -> Facts {
    let mut depth = 0;
    let mut terminals = 0;
    let mut constant_sum: Option<Option<Rational>> = None;
    let mut min_payoffs: Vec<Rational> = Vec::new();
    let mut max_payoffs: Vec<Rational> = Vec::new();
    let mut plays = Plays::new(game);
    while let Some((node, payoffs, edges)) = plays.next_node() {
        depth = depth.max(edges);
        if !game.is_terminal(node) {
            continue;
        }
        terminals += 1;
        let sum: Rational = payoffs.iter().fold(Rational::ZERO, |sum, x| &sum + x);
        constant_sum = Some(match constant_sum {
            None => Some(sum),
            Some(Some(known)) if known == sum => Some(known),
            Some(_) => None,
        });
        if min_payoffs.is_empty() {
            min_payoffs = payoffs.to_vec();
            max_payoffs = payoffs.to_vec();
        }
        for (k, payoff) in payoffs.iter().enumerate() {
            if *payoff < min_payoffs[k] {
                min_payoffs[k] = payoff.clone();
            }
            if *payoff > max_payoffs[k] {
                max_payoffs[k] = payoff.clone();
            }
        }
    }
    Facts {
        players: game.num_players(),
        nodes: game.num_nodes(),
        infosets: game.num_infosets(),
        chance_events: game.num_chance_events(),
        terminals,
        depth,
        perfect_information: information::is_perfect_information(game),
        perfect_recall: information::perfect_recall(game).is_empty(),
        constant_sum: constant_sum.flatten(),
        min_payoffs,
        max_payoffs,
        bytes: game.bytes(),
    }
}

/// Walks the nodes in preorder with the payoffs collected so far, without recursion.
#[derive(Debug)]
pub struct Plays<'g> {
    game: &'g ExtensiveGame,
    next: u32,
    /// Ends of the subtrees the current node lies in.
    open: Vec<u32>,
    /// Payoff sums before each node on the path that pays something: end of its subtree, sums.
    before: Vec<(u32, Vec<Rational>)>,
    sums: Vec<Rational>,
}

impl<'g> Plays<'g> {
    /// Starts before the root.
    pub fn new(game: &'g ExtensiveGame) -> Self {
        Self {
            game,
            next: 0,
            open: Vec::new(),
            before: Vec::new(),
            sums: vec![Rational::ZERO; game.num_players()],
        }
    }

    /// The next node in preorder.
    ///
    /// # Returns
    /// The node, what each player has collected on the way including this node, and how many
    /// edges lead here.
    pub fn next_node(&mut self) -> Option<(NodeId, &[Rational], usize)> {
        let game = self.game;
        if self.next as usize >= game.num_nodes() {
            return None;
        }
        let node = NodeId(self.next);
        poll_at(node.index());
        self.next += 1;
        while self.open.last().is_some_and(|end| node.0 >= *end) {
            self.open.pop();
        }
        while self.before.last().is_some_and(|(end, _)| node.0 >= *end) {
            self.sums = self.before.pop().expect("invariant: just seen").1;
        }
        let edges = self.open.len();
        let end = game.subtree_end(node).0;
        self.open.push(end);
        if let Some(outcome) = game.outcome(node) {
            self.before.push((end, self.sums.clone()));
            for player in game.players() {
                let sum = &mut self.sums[player.index()];
                *sum = &*sum + game.payoff(outcome, player).value();
            }
        }
        Some((node, &self.sums, edges))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::ExtensiveBuilder;
    use crate::number::Number;

    #[test]
    fn payoffs_add_up_along_the_path() {
        let mut b = ExtensiveBuilder::new("interior payoffs");
        let one = b.player("1");
        b.player("2");
        let h = b.infoset(one, "h", &["a", "b"]);
        let toll = b.outcome("toll", &[Number::from(-1), Number::from(1)]);
        let prize = b.outcome("prize", &[Number::from(5), Number::from(-5)]);
        let root = b.move_at("", h);
        b.set_outcome(root, toll);
        let n = b.terminal("");
        b.set_outcome(n, prize);
        b.terminal("");
        let facts = facts(&b.build().expect("complete"));
        assert_eq!(facts.constant_sum, Some(Rational::ZERO));
        assert_eq!(facts.min_payoffs[0], Rational::integer(-1));
        assert_eq!(facts.max_payoffs[0], Rational::integer(4));
        assert_eq!((facts.terminals, facts.depth), (2, 1));
        assert!(facts.perfect_information && facts.perfect_recall);
    }
}

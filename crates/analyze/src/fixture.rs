//! The three-stage ultimatum with complete information, built by hand for tests.
//!
//! Numbers: V = 10, prizes 4 3 2, stage costs 1 4 15 and 1 4 12, settling worth -2 -2.5 -3 to
//! the coalition, accidents .02 .05 .2 at a flat -50, loss L = 8, audience cost a.

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{Mover, PositionGraph, PositionalBuilder, PositionalGame};

pub(crate) struct Ultimatum {
    pub(crate) graph: PositionalGame,
    pub(crate) coalition: PlayerId,
    /// C0, C1, C2; moves negotiate, continue.
    pub(crate) yields: Vec<NodeId>,
    /// W1, W2, W3; moves execute, acquiesce.
    pub(crate) decisions: Vec<NodeId>,
    /// The chance position after each execution.
    pub(crate) executed: Vec<NodeId>,
    pub(crate) refused: Vec<NodeId>,
    pub(crate) accidents: Vec<NodeId>,
    /// A subgame-perfect equilibrium, by a plain induction.
    pub(crate) choices: Vec<u32>,
}

pub(crate) fn rational(text: &str) -> Rational {
    Number::parse(text).expect("a number").into_value()
}

pub(crate) fn ultimatum(audience_cost: &str) -> Ultimatum {
    let number = |text: &str| Number::parse(text).expect("a number");
    let from = |value: Rational| Number::from(value);
    let mut b = PositionalBuilder::new("three-stage ultimatum");
    let challenger = b.player("challenger");
    let coalition = b.player("coalition");
    let audience = rational(audience_cost);
    let (mut yields, mut decisions, mut executed) = (Vec::new(), Vec::new(), Vec::new());
    let (mut refused, mut accidents) = (Vec::new(), Vec::new());
    let (mut spent_ch, mut spent_co) = (Rational::ZERO, Rational::ZERO);
    let mut at = b.position("C0");
    let stages = [
        ("4", "-2", "1", "1", "0.02"),
        ("3", "-2.5", "4", "4", "0.05"),
        ("2", "-3", "15", "12", "0.2"),
    ];
    for (k, (prize, settled, cost_ch, cost_co, risk)) in stages.into_iter().enumerate() {
        let settle = b.position("");
        b.set_payoffs(
            settle,
            "settled",
            vec![
                from(&rational(prize) - &spent_ch),
                from(&rational(settled) - &spent_co),
            ],
        );
        let w = b.position(format!("W{}", k + 1));
        b.set_mover(at, challenger);
        b.add_move(at, "negotiate", settle, None);
        b.add_move(at, "continue", w, None);
        let stage = b.position("");
        let given_up = b.position("");
        let loss = &(&rational("-8") - &spent_co) - &audience;
        b.set_payoffs(
            given_up,
            "acquiesce",
            vec![from(&rational("10") - &spent_ch), from(loss)],
        );
        b.set_mover(w, coalition);
        b.add_move(w, "execute", stage, None);
        b.add_move(w, "acquiesce", given_up, None);
        spent_ch += &rational(cost_ch);
        spent_co += &rational(cost_co);
        let accident = b.position("");
        b.set_payoffs(accident, "accident", vec![number("-50"), number("-50")]);
        let next = b.position(if k < 2 {
            format!("C{}", k + 1)
        } else {
            String::new()
        });
        b.set_chance(stage);
        b.add_move(stage, "accident", accident, Some(number(risk)));
        let rest = &Rational::ONE - &rational(risk);
        b.add_move(stage, "none", next, Some(from(rest)));
        yields.push(at);
        decisions.push(w);
        executed.push(stage);
        refused.push(given_up);
        accidents.push(accident);
        at = next;
    }
    b.set_payoffs(at, "defeat", vec![from(-&spent_ch), from(-&spent_co)]);
    let (graph, place) = b.build().expect("complete");
    let final_places = |keys: Vec<deterra_game::positional::PositionKey>| {
        keys.into_iter().map(|k| place[k.index()]).collect()
    };
    let mut game = Ultimatum {
        coalition,
        yields: final_places(yields),
        decisions: final_places(decisions),
        executed: final_places(executed),
        refused: final_places(refused),
        accidents: final_places(accidents),
        choices: vec![0; graph.num_positions()],
        graph,
    };
    game.induce();
    game
}

impl Ultimatum {
    /// Backward induction in its plainest form, the first of equally good moves.
    fn induce(&mut self) {
        for n in (0..self.graph.num_positions()).rev() {
            let position = NodeId::from_index(n);
            if let Mover::Player(player) = self.graph.mover(position) {
                let values = crate::values::values(&self.graph, &self.choices);
                let worth = |k: usize| values.of(self.graph.successor(position, k), player);
                let best = (1..self.graph.num_moves(position))
                    .fold(0, |best, k| if worth(k) > worth(best) { k } else { best });
                self.choices[n] = best as u32;
            }
        }
    }
}

//! What the equilibria of a scenario are called.

use super::ScenarioFamily;
use deterra_analyze::hidden::{Start, kind};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_scenario::model::Form;
use deterra_scenario::{CompileLimits, CompiledGame, Scenario, compile};
use deterra_solve::control::Stop;
use deterra_solve::problem::{Answer, Problem, Request, solve};

/// What kind of equilibrium of a scenario it is; `quiet` is by node the move that leaves things as they are.
pub(crate) fn kind_of(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    scenario: &Scenario,
    quiet: &[Option<u32>],
) -> Option<String> {
    let still = |at: NodeId| quiet.get(at.index()).copied().flatten();
    let ongoing = matches!(&scenario.form, Form::Ladder(ladder) if !ladder.peace);
    let start = if ongoing {
        Start::Ongoing
    } else {
        Start::Peace
    };
    kind(game, profile, &still, start)
}

impl ScenarioFamily<'_> {
    /// What the equilibria at a point are called, in the order in which [`deterra_analyze::regime`] lists them.
    ///
    /// # Returns
    /// Such as "bluff (semi-separating at demand)"; nothing where nobody has a type.
    pub(crate) fn names(&self, point: &[Rational], request: &Request) -> Vec<Option<String>> {
        let Ok(scenario) = self.scenario(point) else {
            return Vec::new();
        };
        let Some(compiled) = compile(&scenario, &CompileLimits::default()).value else {
            return Vec::new();
        };
        let CompiledGame::Tree(game) = &compiled.game else {
            return Vec::new();
        };
        // Nobody waits for names.
        if self.context.stop().is_some() {
            return Vec::new();
        }
        let control = self.context.control();
        let Ok(solution) = solve(&Problem::Extensive(game), request, &control) else {
            return Vec::new();
        };
        let (Answer::Bayesian(found), Stop::Done) = (solution.answer(), solution.stop()) else {
            return Vec::new();
        };
        let named = found.components.iter().map(|component| {
            let profile = &component.representative().profile;
            kind_of(game, profile, &scenario, &compiled.quiet)
        });
        named.collect()
    }
}

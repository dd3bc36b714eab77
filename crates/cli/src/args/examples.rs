//! The last lines of every help text: examples that a test runs from the repository's root.

pub(crate) const MAIN: &str = "\
Examples:
  $ deterra solve examples/scenarios/three-stage-ultimatum.toml
  $ deterra explain examples/scenarios/three-stage-ultimatum.toml
  $ deterra info examples/scenarios/chain-store.toml";

pub(crate) const MAIN_LONG: &str = "\
Exit codes:
  0    answered
  1    the answer is no: not an equilibrium, or an assertion of the scenario fails
  2    wrong usage
  3    the input is invalid
  4    a limit was hit or the answer is incomplete; what was found is printed
  5    internal error, or the answer failed its own certificate
  130  interrupted

Environment:
  DETERRA_FORMAT, DETERRA_SEED, DETERRA_THREADS, DETERRA_TIME_LIMIT and DETERRA_MEMORY_LIMIT
  stand for the flags of the same names; NO_COLOR and CLICOLOR_FORCE are honored.

Examples:
  $ deterra solve examples/scenarios/three-stage-ultimatum.toml
  $ deterra explain examples/scenarios/three-stage-ultimatum.toml
  $ deterra info examples/scenarios/chain-store.toml";

pub(crate) const SOLVE: &str = "\
Examples:
  $ deterra solve examples/scenarios/three-stage-ultimatum.toml
  $ deterra solve examples/scenarios/three-stage-ultimatum.toml --set a=11 --json
  $ deterra solve examples/games/selten-1975-horse.efg";

pub(crate) const CHECK: &str = "\
Examples:
  $ deterra check examples/scenarios/three-stage-ultimatum.toml
  $ deterra check examples/scenarios/three-stage-ultimatum.toml --strict
  $ deterra check examples/scenarios/chain-store.toml --json";

pub(crate) const EXPLAIN: &str = "\
Examples:
  $ deterra explain examples/scenarios/three-stage-ultimatum.toml
  $ deterra explain examples/scenarios/three-stage-ultimatum.toml --at W3
  $ deterra explain examples/games/mckelvey-palfrey-1992-centipede.efg --json";

pub(crate) const VERIFY: &str = "\
Examples:
  $ deterra solve examples/scenarios/dollar-auction.toml --json -o answer.json
  $ deterra verify examples/scenarios/dollar-auction.toml answer.json
  $ deterra verify examples/scenarios/dollar-auction.toml answer.json --concept nash";

pub(crate) const CONVERT: &str = "\
Examples:
  $ deterra convert examples/scenarios/three-stage-ultimatum.toml -o ladder.efg
  $ deterra convert examples/games/mckelvey-palfrey-1992-centipede.efg --to json
  $ deterra convert examples/scenarios/three-stage-ultimatum.toml -o ladder.dot";

pub(crate) const INFO: &str = "\
Examples:
  $ deterra info examples/games/selten-1975-horse.efg
  $ deterra info examples/scenarios/three-stage-ultimatum.toml --json
  $ deterra convert examples/games/mckelvey-palfrey-1992-centipede.efg --to json | deterra info -";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  $ deterra completions bash -o deterra.bash
  $ deterra completions zsh -o _deterra
  $ deterra completions fish -o deterra.fish";

pub(crate) const MAN: &str = "\
Examples:
  $ deterra man -o deterra.1
  $ deterra man solve -o deterra-solve.1
  $ deterra man verify";

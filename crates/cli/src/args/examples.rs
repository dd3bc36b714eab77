//! The last lines of every help text: examples that a test runs from the repository's root.

pub(crate) const MAIN: &str = "\
Examples:
  $ deterra solve examples/scenarios/three-stage-ultimatum.toml
  $ deterra new ladder -o mine.toml
  $ deterra catalog";

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
  $ deterra new ladder -o mine.toml
  $ deterra catalog";

pub(crate) const SOLVE: &str = "\
Examples:
  $ deterra solve examples/scenarios/three-stage-ultimatum.toml
  $ deterra solve examples/scenarios/three-stage-ultimatum.toml --set a=11 --json
  $ deterra convert centipede --to efg | deterra solve - --format gambit";

pub(crate) const CHECK: &str = "\
Examples:
  $ deterra check examples/scenarios/three-stage-ultimatum.toml
  $ deterra check --strict examples/scenarios/*.toml
  $ deterra new ladder | deterra check - --json";

pub(crate) const EXPLAIN: &str = "\
Examples:
  $ deterra explain examples/scenarios/three-stage-ultimatum.toml
  $ deterra explain examples/scenarios/three-stage-ultimatum.toml --at W3
  $ deterra explain centipede --json";

pub(crate) const VERIFY: &str = "\
Examples:
  $ deterra solve centipede --json -o answer.json && deterra verify centipede answer.json
  $ deterra solve centipede --format gambit | deterra verify centipede - --concept nash
  $ deterra solve centipede --json | deterra verify centipede - --json";

pub(crate) const EXPLOIT: &str = "\
Examples:
  $ deterra exploit kuhn uniform
  $ deterra exploit leduc uniform --json
  $ deterra solve kuhn --concept nash --method lp --json | deterra exploit kuhn -";

pub(crate) const CONVERT: &str = "\
Examples:
  $ deterra convert centipede -o centipede.efg
  $ deterra convert selten_horse --to nfg
  $ deterra convert examples/scenarios/three-stage-ultimatum.toml -o ladder.dot";

pub(crate) const INFO: &str = "\
Examples:
  $ deterra info selten_horse
  $ deterra info examples/scenarios/three-stage-ultimatum.toml --json
  $ deterra convert centipede --to efg | deterra info -";

pub(crate) const LEARN: &str = "\
Examples:
  $ deterra learn examples/scenarios/learning-from-red-lines.toml
  $ deterra learn examples/scenarios/learning-from-red-lines.toml --set pi=0.9 --json
  $ deterra learn examples/scenarios/learning-from-red-lines.toml --format csv -o beliefs.csv";

pub(crate) const HYPERGAME: &str = "\
Examples:
  $ deterra hypergame examples/scenarios/three-stage-ultimatum.toml --view challenger:L=25
  $ deterra hypergame examples/scenarios/rudimentary-deterrence.toml --truth defender=hard
  $ deterra hypergame examples/scenarios/three-stage-ultimatum.toml --view challenger:V=3 --json";

pub(crate) const THRESHOLD: &str = "\
Examples:
  $ deterra threshold examples/scenarios/three-stage-ultimatum.toml --param a
  $ deterra threshold examples/scenarios/rudimentary-deterrence.toml --param p_B --when 'P(SQ)==1'
  $ deterra threshold examples/scenarios/three-stage-ultimatum.toml --param 'n[0]' --from 0 --to 20";

pub(crate) const MAP: &str = "\
Examples:
  $ deterra map examples/scenarios/unilateral-deterrence.toml --x p_A --y p_B
  $ deterra map examples/scenarios/three-stage-ultimatum.toml --x a --y L -o map.svg
  $ deterra map examples/scenarios/three-stage-ultimatum.toml --x a --y L --format csv";
pub(crate) const SWEEP: &str = "\
Examples:
  $ deterra sweep examples/scenarios/three-stage-ultimatum.toml --sample 400 -o out.parquet
  $ deterra sweep examples/scenarios/critical-risk.toml --grid eps=0:1:9 --shard 1/1 -o p-1.csv
  $ deterra sweep merge -o all.csv p-*.csv";

pub(crate) const SENSITIVITY: &str = "\
Examples:
  $ deterra sensitivity examples/scenarios/three-stage-ultimatum.toml --tornado
  $ deterra sensitivity examples/scenarios/three-stage-ultimatum.toml --monte-carlo 500 --over L
  $ deterra sensitivity examples/scenarios/asymmetric-escalation.toml --ordinal";

pub(crate) const COMPARE: &str = "\
Examples:
  $ cd examples/scenarios && deterra compare coalition-any.toml coalition-unanimity.toml
  $ deterra compare examples/scenarios/three-stage-ultimatum.toml --with a=11
  $ deterra compare examples/scenarios/three-stage-ultimatum.toml --with L=25 --json";

pub(crate) const COMMITMENT: &str = "\
Examples:
  $ deterra commitment examples/scenarios/rudimentary-deterrence.toml --given defender=soft
  $ deterra commitment examples/scenarios/three-stage-ultimatum.toml --device automatic
  $ deterra commitment examples/scenarios/undeterrable-challengers.toml --json";

pub(crate) const OFFRAMP: &str = "\
Examples:
  $ deterra offramp examples/scenarios/three-stage-ultimatum.toml
  $ deterra offramp examples/scenarios/three-stage-ultimatum-types.toml --at 0
  $ deterra offramp examples/scenarios/three-stage-ultimatum.toml --set a=11 --at 2 --json";

pub(crate) const TIMING: &str = "\
Examples:
  $ deterra timing examples/scenarios/three-stage-ultimatum.toml
  $ deterra timing examples/scenarios/delayed-response.toml --delay delay
  $ deterra timing examples/scenarios/delayed-response.toml --delay delay --to 5 --json";

pub(crate) const UNITY: &str = "\
Examples:
  $ deterra unity examples/scenarios/coalition-majority.toml
  $ deterra unity examples/scenarios/coalition-majority.toml --required 1/2 --json
  $ deterra unity examples/scenarios/three-stage-ultimatum-types.toml --members 3 --required 1/3";

pub(crate) const INFORMATION: &str = "\
Examples:
  $ deterra information examples/scenarios/rudimentary-deterrence.toml
  $ deterra information examples/scenarios/rudimentary-deterrence.toml --error 1/10
  $ deterra information examples/scenarios/unwanted-knowledge.toml --of claimant";

pub(crate) const ESTIMATE: &str = "\
Examples:
  $ deterra estimate examples/scenarios/strategic-two-mover.toml --simulate 1000 -o obs.csv
  $ deterra estimate examples/scenarios/strategic-two-mover.toml --data obs.csv
  $ deterra estimate examples/scenarios/strategic-two-mover.toml --data obs.csv --latex";

pub(crate) const CATALOG: &str = "\
Examples:
  $ deterra catalog
  $ deterra catalog selten_horse
  $ deterra catalog --json";

pub(crate) const GENERATE: &str = "\
Examples:
  $ deterra generate covariant --size 3x4 --option rho=-0.8 --seed 7 -o rivals.nfg
  $ deterra generate imperfect_information --size 3x2 | deterra info -
  $ deterra generate travelers --about";

pub(crate) const EVOLVE: &str = "\
Examples:
  $ deterra evolve prisoners_dilemma
  $ deterra evolve prisoners_dilemma --dynamics moran --population 20 --intensity 1/100
  $ deterra evolve examples/games/brams-1994-chicken.nfg --dynamics fictitious_play --json";

pub(crate) const NEW: &str = "\
Examples:
  $ deterra new
  $ deterra new ladder -o mine.toml
  $ deterra new tree | deterra solve -";

pub(crate) const SCHEMA: &str = "\
Examples:
  $ deterra schema
  $ deterra schema -o deterra.schema.json
  $ deterra schema --quiet";

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

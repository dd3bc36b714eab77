//! How solutions are found: the catalogue of methods.
//!
//! | concept | method | games | finds | exact | sources |
//! |---|---|---|---|---|---|
//! | subgame-perfect | [`backward_induction`](perfect::backward_induction) | perfect information: trees and graphs of positions | all pure equilibria, as tie sets and value correspondences, counted | yes | kuhn1953, selten1965 |
//! | subgame-perfect | [`subgame`](perfect::subgame) | extensive | all equilibria whose parts the given Nash solver finds in the subgames | yes | selten1965 |
//! | perfect Bayesian | [`perfect_bayesian`](refine::perfect_bayesian) | extensive with perfect recall | all equilibria, weak or strong, pure and mixed, as components with intervals of beliefs | yes | fudenberg1991, kreps1982 |
//! | sequential | [`sequential`](refine::sequential) | extensive with perfect recall | all equilibria, pure and mixed, as components with intervals of beliefs | yes | kreps1982, perea1997 |
//! | quasi-perfect | [`quasi_perfect`](refine::quasi_perfect) | extensive with perfect recall, two players | one equilibrium with its certificate, in games of thousands of actions | yes | miltersen2010, koller1996, vandamme1984, lemke1965 |
//! | perfect | [`trembling_hand`](refine::trembling_hand) | extensive with perfect recall | the sequential equilibria that stay best under small mistakes; what is undecided is counted | yes | selten1975, kreps1982, vandamme1991 |
//! | Nash | [`pure`](nash::pure) | strategic, action-graph and extensive | all pure equilibria | yes | nash1951 |
//! | Nash | [`vertex_enumeration`](nash::vertex_enumeration) | strategic, two players | all equilibria: extreme ones, maximal Nash subsets, components and their indices | yes | mangasarian1964, avis2010, jansen1981, vonschemde2005 |
//! | Nash | [`lemke_howson`](nash::lemke_howson) | strategic, two players | one equilibrium, or all at the ends of paths, with their indices | yes | lemke1964, shapley1974 |
//! | Nash | [`support_enumeration`](nash::support_enumeration) | strategic | all equilibria, isolated ones proved to be all, irrational ones within bounds, connected sets by their corners | yes | porter2008, wilson1971, harsanyi1973, krawczyk1969, datta2003 |
//! | Nash | [`portfolio`](nash::portfolio) | strategic and action-graph | one equilibrium of any number of players, by whichever method finds it, polished and proved | no | nash1951, govindan2004, govindan2003 |
//! | Nash | [`global_newton`](nash::global_newton) | strategic and action-graph | one equilibrium of any number of players, or those on paths of fading bonuses, polished and proved | no | govindan2003, kohlberg1986 |
//! | Nash | [`iterated_polymatrix`](nash::iterated_polymatrix) | strategic and action-graph | one equilibrium of any number of players, or those met from many starts, polished and proved | no | govindan2004, howson1972, eaves1973 |
//! | Nash | [`simplicial`](nash::simplicial) | strategic and action-graph | one equilibrium of any number of players by simplices that become smaller, polished and proved | no | vanderlaan1982, vanderlaan1987 |
//! | Nash | [`liapunov`](nash::liapunov) | strategic and action-graph | one equilibrium of any number of players by descent, or those met from many starts, polished and proved | no | mckelvey1998b, birgin2000 |
//! | Nash | [`logit_path`](quantal::logit_path) | strategic, action-graph and extensive | the equilibrium at the end of the logit branch, polished and proved; in trees of any number of players without a strategic form | no | mckelvey1995, turocy2005 |
//! | Nash | [`lp`](nash::lp) | constant sum, two players: strategic, and extensive with perfect recall | one pair of optimal strategies and the value, in tables of hundreds of strategies and trees of hundreds of thousands of nodes | yes | vonneumann1928, dantzig1951, romanovskii1962, vonstengel1996, bosansky2014 |
//! | Nash | [`sequence_form`](nash::sequence_form) | extensive with perfect recall, two players | one equilibrium, from a prior that can be chosen | yes | vonstengel2002b, koller1996, lemke1965 |
//! | Nash | [`support_search`](nash::support_search) | strategic, two players | one equilibrium, small and balanced supports first | yes | porter2004, dickhaut1993 |
//! | Nash | [`best_equilibrium`](nash::best_equilibrium) | strategic, two players | an equilibrium with the most welfare, the most for a player or for who gets least, on request within supports, and the proof that none is better | yes | sandholm2005 |
//! | quantal response | [`backward_response`](quantal::backward_response) | perfect information: trees and graphs of positions | the response to logit, agent probit or private errors at a precision, or its limit | no | mckelvey1998, signorino2003 |
//! | quantal response | [`logit_path`](quantal::logit_path) | strategic and extensive | the logit response on the branch from the centroid at a precision, or its limit | no | mckelvey1995, mckelvey1998, turocy2005, turocy2010 |
//! | Markov-perfect | [`markov`](stochastic::markov) | stochastic | all pure stationary equilibria; mixed ones by supports, exactly where indifference is linear | yes | fink1964, maskin2001 |
//! | Nash | [`anonymous`](nash::anonymous) | many alike players with two actions | all equilibria in which those who mix do so alike, by who is who counted, irrational ones within bounds | yes | nash1951, diekmann1985, sturm1835 |
//! | Shapley value | [`shapley_value`](cooperative::shapley_value) | coalitional: tables and weighted votes | the value | yes | shapley1953b, shapley1954, mann1962 |
//! | Banzhaf value | [`banzhaf_index`](cooperative::banzhaf_index) | coalitional: tables and weighted votes | the value and the index | yes | penrose1946, banzhaf1965 |
//! | core | [`core`](cooperative::core) | coalitional: tables and weighted votes | a division in it and all corners, or balanced weights that show it empty | yes | bondareva1963, shapley1967, maschler1979, motzkin1953 |
//! | nucleolus | [`nucleolus`](cooperative::nucleolus) | coalitional, 20 players | the division | yes | schmeidler1969, kopelowitz1967, maschler1979 |
//! | commitment | [`pure_commitment`](commit::pure_commitment) | extensive with perfect recall, two who move | the best plan to commit to, ties for or against the leader | yes | vonstackelberg1934, schelling1960, letchford2010 |
//! | commitment | [`mixed_commitment`](commit::mixed_commitment) | extensive with perfect recall, two who move | the best chances to commit to, ties for or against the leader, with multipliers that prove it | yes | conitzer2006, vonstengel2010, letchford2010, vonstengel1996 |
//! | undominated | [`iterated_dominance`](dominance::iterated_dominance) | strategic and extensive | what is left of iterated strict or weak dominance, by pure strategies or mixtures, every step proved | yes | moulin1979, pearce1984, gilboa1990, luce1957 |
//! | rationalizable | [`rationalizable`](dominance::rationalizable) | strategic and extensive | all strategies that correlated beliefs support; with three players or more those that independent ones do, what is undecided listed | yes | bernheim1984, pearce1984, tan1988 |
//! | rationalizable | [`conditional_dominance`](dominance::conditional_dominance) | extensive with perfect recall | all extensive-form rationalizable strategies, every step proved at an information set | yes | shimoji1998, pearce1984, battigalli1997 |
//! | correlated | [`correlated_program`](correlated::correlated_program) | strategic and extensive | a device that is best for all, for one player or for who gets least, correlated or coarse, with prices that prove it | yes | aumann1974, aumann1987, hart1989, moulin1978 |
//! | extensive-form correlated | [`correlation_plan`](correlated::correlation_plan) | extensive with perfect recall, two who move | a device that is best for all, for one player or for who gets least, told action by action, correlated or coarse | yes | vonstengel2008, farina2020a, farina2020b |
//! | extensive-form correlated | [`joint_plans`](correlated::joint_plans) | extensive with perfect recall, thousands of joint plans | the same for any number of players and hidden chance | yes | vonstengel2008, farina2020b |
//! | correlated | [`even_device`](correlated::even_device) | strategic, hundreds of cells | the most even device, by Gini index exactly or by entropy within a bound, correlated or coarse | no | ortiz2007, marris2021 |
//! | extensive-form correlated | [`trigger_regret`](correlated::trigger_regret) | extensive with perfect recall | a near equilibrium of a large tree, within a thousandth of the range of payoffs | no | celli2020, farina2022, hart2000 |
//! | commitment | [`strategic_commitment`](commit::strategic_commitment) | strategic, two players | the best chances to commit to, ties for or against the leader, hundreds of strategies each, with multipliers that prove it | yes | conitzer2006, vonstengel2010, lemke1954 |
//! | commitment | [`correlated_commitment`](commit::correlated_commitment) | strategic; extensive with perfect recall, two who move | the best device to commit to, which only the others may leave, with prices that prove it | yes | conitzer2011, bosansky2017, vonstengel2010, vonstengel2008 |
//! | commitment | [`sequence_commitment`](commit::sequence_commitment) | extensive with perfect recall, two who move | the best chances to commit to where the follower has thousands of plans, ties for the leader, with multipliers that prove it | yes | bosansky2015, cermak2016, letchford2010, vonstengel1996 |
//! | commitment | [`tree_commitment`](commit::tree_commitment) | extensive with perfect information and no chance, two who move | the best plan or the best chances to commit to, ties for the leader, in trees of a million nodes, with a bound at every node | yes | letchford2010, bosansky2017 |
//! | Markov-perfect | [`value_iteration`](stochastic::value_iteration) | stochastic, two players, zero-sum | what states are worth and one pair of optimal strategies, exactly where fractions are short, else within bounds | yes | shapley1953, filar1997 |
//! | Markov-perfect | [`policy_iteration`](stochastic::policy_iteration) | stochastic, two players, zero-sum | the same, in few rounds whatever the discount | yes | hoffman1966, pollatschek1969, filar1997 |
//! | Shapley value | [`sampled_value`](cooperative::sampled_value) | coalitional, 64 players, votes, tables and rules | an estimate with intervals that hold at a stated level, from random orders | no | castro2009, hoeffding1963, maurer2009 |
//! | Banzhaf value | [`sampled_value`](cooperative::sampled_value) | coalitional, 64 players, votes, tables and rules | the same, from random coalitions | no | hoeffding1963, maurer2009 |
//! | Markov-perfect | [`markov_homotopy`](stochastic::markov_homotopy) | stochastic, any number of players | one equilibrium at the end of a branch of logit responses, exactly where fractions are short, else within a bound | yes | eibelshaeuser2019, mckelvey1998, turocy2010 |
//! | strong | [`strong_nash`](refine::strong_nash) | strategic | all pure equilibria that no coalition leaves, and by which deviation it leaves the others | yes | aumann1959, nash1951 |
//! | coalition-proof | [`coalition_proof`](refine::coalition_proof) | strategic | all pure equilibria that no coalition leaves in a way that lasts, and by which deviation it leaves the others | yes | bernheim1987, aumann1959 |
//! | proper | [`proper`](refine::proper) | two players: strategic, and extensive with perfect recall | one equilibrium with its certificate, of trees by the reduced strategic form | yes | myerson1978, sorensen2012, goemans2015 |
//! | perfect | [`perfect_basis`](refine::perfect_basis) | extensive with perfect recall, two players | one equilibrium with its certificate, in games of hundreds of actions | yes | farina2017, farina2018, selten1975 |
//! | proper | [`proper_orders`](refine::proper_orders) | strategic, two players | all extreme equilibria that are proper, with certificates; what is undecided is counted | yes | myerson1978, blume1991, mangasarian1964 |
//! | repeated | [`abreu_sannikov`](repeated::abreu_sannikov) | strategic, two players, for ever | all payoffs of subgame-perfect equilibria at a discount, with plays that attain them and the proof that there are no others, or bounds from both sides | yes | abreu1990, abreu2014, judd2003 |
//! | Nash | [`fictitious_play`](learning::fictitious_play) | strategic | frequencies after so many steps of best replies to the past, within a regret that is proved | no | brown1951, robinson1951, miyasawa1961, shapley1964, monderer1996, berger2007 |
//! | evolutionarily stable | [`replicator`](evolution::replicator) | strategic, symmetric | all rest points of the replicator dynamics, as points and continua, which are evolutionarily or neutrally stable, and signs of their eigenvalues | yes | taylor1978, zeeman1980, haigh1975, hofbauer1998 |
//! | fixation | [`moran`](evolution::moran) | strategic, symmetric | how likely each strategy takes over a finite population from each other one, and how long each is played if mutations are rare | yes | moran1958, nowak2004, fudenberg2006, karlin1975 |
//! | correlated | [`regret_matching`](learning::regret_matching) | strategic | frequencies of profiles after so many steps of changes to what is regretted, within a regret that is proved | no | hart2000 |
//! | Nash | [`cfr`](regret::regret_minimization) | extensive, perfect recall | averages of strategies with little regret, by counterfactual regret minimization | no | zinkevich2007, hart2000 |
//! | Nash | [`cfr_plus`](regret::regret_minimization) | extensive, perfect recall | the same, negative regrets forgotten, linear averages | no | tammelin2014 |
//! | Nash | [`cfr_plus_quadratic`](regret::regret_minimization) | extensive, perfect recall | the same, quadratic averages | no | tammelin2014 |
//! | Nash | [`linear_cfr`](regret::regret_minimization) | extensive, perfect recall | the same, iterations weighed by their number | no | brown2019 |
//! | Nash | [`dcfr`](regret::regret_minimization) | extensive, perfect recall | the same, regrets discounted with exponents 3/2, 0 and averages with 2 | no | brown2019 |
//! | Nash | [`pcfr_plus`](regret::regret_minimization) | extensive, perfect recall | the same, regrets expected to come again | no | farina2021 |
//! | Nash | [`pdcfr_plus`](regret::regret_minimization) | extensive, perfect recall | the same, regrets discounted too | no | xuli2024 |
//! | Nash | [`hs_pcfr_plus`](regret::regret_minimization) | extensive, perfect recall | the same with averages whose exponent falls from 15 to 10 | no | zhang2024 |
//! | Nash | [`hs_dcfr`](regret::regret_minimization) | extensive, perfect recall | discounted with exponents that change | no | zhang2024 |
//! | Nash | [`mccfr`](regret::mccfr) | extensive with perfect recall; rules without a tree | average strategies of drawn walks: near an equilibrium of two players in zero-sum games, without regret in others | no | lanctot2009, schmid2019, brown2019b |
//! | quantal response | [`mmd`](quantal::mmd) | extensive with perfect recall | an agent logit response at a precision, in trees of many thousands of actions | no | sokota2023, mckelvey1998 |
//!
//! Every solver is one function with its options: `x_y(game, &XY, &Control) ->
//! Result<Solution<…>, SolveError>`. Every answer is judged by `deterra-verify`, which shares no
//! code with the solvers; the [`solution::Solution`] carries the verdict. Ending early is a
//! value, [`control::Stop`], and not an error.

pub mod commit;
pub mod control;
pub mod cooperative;
pub mod correlated;
pub mod count;
pub mod dominance;
pub mod error;
pub mod evolution;
mod judge;
pub mod learning;
pub mod method;
pub mod nash;
pub mod numeric;
mod odometer;
pub mod perfect;
pub mod problem;
pub mod quantal;
pub mod refine;
pub mod regret;
pub mod repeated;
pub mod solution;
pub mod stochastic;

pub use problem::{Answer, Problem, Request, solve};

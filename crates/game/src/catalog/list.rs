//! The list: names, sources, notes and facts.

use super::deterrence::Resolve;
use super::{Check, Entry, Fact, Kind, deterrence, hidden, tables, trees};

const fn fact(text: &'static str, check: Check) -> Fact {
    Fact {
        text,
        check: Some(check),
    }
}

const fn said(text: &'static str) -> Fact {
    Fact { text, check: None }
}

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        name: "centipede",
        title: "Centipede",
        source: Some("rosenthal1981"),
        kind: Kind::PerfectInformation,
        note: "Four moves; taking ends the game, passing doubles what is shared 4 to 1, the proportions of McKelvey and Palfrey 1992",
        facts: &[
            fact(
                "The only subgame-perfect equilibrium takes at once",
                Check::SubgamePerfect(&[&["0.8", "0.2"]]),
            ),
            fact(
                "Every pure equilibrium takes at once; as reduced strategies there is one",
                Check::PureNash(1),
            ),
        ],
        build: || trees::centipede().into(),
    },
    Entry {
        name: "chain_store",
        title: "Chain store in 3 towns",
        source: Some("selten1978"),
        kind: Kind::PerfectInformation,
        note: "A monopolist faces three entrants in turn; payoffs are made on the way, town by town",
        facts: &[fact(
            "The only subgame-perfect equilibrium has everybody enter and the monopolist always cooperate",
            Check::SubgamePerfect(&[&["6", "2", "2", "2"]]),
        )],
        build: || trees::chain_store(3).into(),
    },
    Entry {
        name: "selten_figure_2",
        title: "Selten 1975, figure 2",
        source: Some("selten1975"),
        kind: Kind::PerfectInformation,
        note: "Subgame perfection picks out one of the plans behind the one equilibrium outcome",
        facts: &[
            fact(
                "The only subgame-perfect equilibrium ends at once",
                Check::SubgamePerfect(&[&["1", "1"]]),
            ),
            fact(
                "There is one pure equilibrium in reduced strategies",
                Check::PureNash(1),
            ),
        ],
        build: || trees::selten_figure_2().into(),
    },
    Entry {
        name: "ultimatum",
        title: "Ultimatum over 4",
        source: Some("guth1982"),
        kind: Kind::PerfectInformation,
        note: "The proposer offers 0 to 4 of 4 units; a rejection leaves nothing",
        facts: &[fact(
            "Two pure subgame-perfect equilibria: 0 is offered and accepted, or 0 would be rejected and 1 is offered",
            Check::SubgamePerfect(&[&["4", "0"], &["3", "1"]]),
        )],
        build: || trees::ultimatum(4).into(),
    },
    Entry {
        name: "three_moves",
        title: "Three-move deterrence",
        source: None,
        kind: Kind::PerfectInformation,
        note: "A challenge, a response, and a last choice between war and backing down: the threat of war is not credible",
        facts: &[
            fact(
                "The only subgame-perfect equilibrium stays: resistance would be followed by backing down",
                Check::SubgamePerfect(&[&["0", "0"]]),
            ),
            fact(
                "Two pure equilibria in reduced strategies, one resting on the empty threat of war",
                Check::PureNash(2),
            ),
        ],
        build: || deterrence::three_moves().into(),
    },
    Entry {
        name: "ladder",
        title: "Ladder of 6 rungs",
        source: None,
        kind: Kind::PerfectInformation,
        note: "Two players alternate; backing down at rung i costs i and brings the other i; the top is war at -100 each",
        facts: &[
            fact(
                "The only subgame-perfect equilibrium: escalate at rung 1, back down at rung 2",
                Check::SubgamePerfect(&[&["2", "-2"]]),
            ),
            fact(
                "Two pure equilibria in reduced strategies",
                Check::PureNash(2),
            ),
        ],
        build: || deterrence::ladder(6).into(),
    },
    Entry {
        name: "entry_deterrence",
        title: "Entry deterrence",
        source: Some("selten1978"),
        kind: Kind::PerfectInformation,
        note: "The chain store of one town: the threat to fight keeps nobody out if it is not believed",
        facts: &[
            fact(
                "The only subgame-perfect equilibrium is entry and cooperation",
                Check::SubgamePerfect(&[&["2", "2"]]),
            ),
            fact(
                "Two pure equilibria; in the other the threat to fight deters",
                Check::PureNash(2),
            ),
        ],
        build: || deterrence::entry().into(),
    },
    Entry {
        name: "asymmetric_escalation",
        title: "Asymmetric escalation",
        source: Some("zagare2000"),
        kind: Kind::PerfectInformation,
        note: "Complete information, a hard challenger against a defender hard on both levels",
        facts: &[
            fact(
                "The status quo survives: a challenge would end in limited conflict",
                Check::SubgamePerfect(&[&["0.6", "1"]]),
            ),
            said("The result is ordinal: it holds for all payoffs in the same order"),
        ],
        build: || {
            let resolve = Resolve {
                challenger: true,
                tactical: true,
                strategic: true,
            };
            deterrence::asymmetric_escalation(resolve).into()
        },
    },
    Entry {
        name: "rudimentary_deterrence",
        title: "Rudimentary asymmetric deterrence",
        source: Some("zagare2000"),
        kind: Kind::ImperfectInformation,
        note: "The defender is hard with probability 2/5; a challenge is deterred above 1/2",
        facts: &[fact(
            "The challenger challenges; the hard defender resists, the soft one concedes",
            Check::Behavior {
                profile: &["0", "1", "0", "1", "1", "0"],
                payoffs: &["3/5", "19/50"],
            },
        )],
        build: || hidden::rudimentary_deterrence().into(),
    },
    Entry {
        name: "bagwell",
        title: "Commitment observed with noise",
        source: Some("bagwell1995"),
        kind: Kind::ImperfectInformation,
        note: "The follower misreads the leader's move once in a hundred: pure commitment loses its value",
        facts: &[
            fact(
                "The only pure equilibrium is that of simultaneous moves",
                Check::PureNash(1),
            ),
            fact(
                "A mixed equilibrium almost restores the commitment payoff of 5",
                Check::Behavior {
                    profile: &["99/100", "1/100", "1", "0", "24/49", "25/49"],
                    payoffs: &["489/98", "201/100"],
                },
            ),
        ],
        build: || hidden::bagwell().into(),
    },
    Entry {
        name: "selten_horse",
        title: "Selten's horse",
        source: Some("selten1975"),
        kind: Kind::ImperfectInformation,
        note: "Three players, no proper subgame: subgame perfection rules out nothing, perfection and sequential rationality do",
        facts: &[
            fact("Two pure equilibria", Check::PureNash(2)),
            fact(
                "(1, 1, 1) with player 3 playing R at most 1/4 is sequential",
                Check::Behavior {
                    profile: &["1", "0", "1", "0", "1/4", "3/4"],
                    payoffs: &["1", "1", "1"],
                },
            ),
            fact(
                "(3, 2, 2) with player 2 playing R at least 1/3 is an equilibrium but not sequential",
                Check::Behavior {
                    profile: &["0", "1", "1/3", "2/3", "1", "0"],
                    payoffs: &["3", "2", "2"],
                },
            ),
        ],
        build: || hidden::selten_horse().into(),
    },
    Entry {
        name: "beer_quiche",
        title: "Beer or quiche",
        source: Some("cho1987"),
        kind: Kind::ImperfectInformation,
        note: "A signaling game with two pooling components; the intuitive criterion rejects quiche",
        facts: &[
            fact(
                "Pooling on beer",
                Check::Behavior {
                    profile: &["1", "0", "1", "0", "0", "1", "1", "0"],
                    payoffs: &["29/10", "9/10"],
                },
            ),
            fact(
                "Pooling on quiche, which the intuitive criterion rejects",
                Check::Behavior {
                    profile: &["0", "1", "0", "1", "1", "0", "0", "1"],
                    payoffs: &["21/10", "9/10"],
                },
            ),
            said("Two components with four extreme equilibria in all"),
        ],
        build: || hidden::beer_quiche().into(),
    },
    Entry {
        name: "kuhn_poker",
        title: "Kuhn poker",
        source: Some("kuhn1950"),
        kind: Kind::ImperfectInformation,
        note: "Three cards, ante 1, bet 1; player 1 bluffs with J at any rate up to 1/3 and bets K three times as often",
        facts: &[
            fact("The value to player 1 is -1/18", Check::Value("-1/18")),
            fact(
                "The equilibrium where player 1 bluffs with J at rate 1/3",
                Check::Behavior {
                    profile: &[
                        "2/3", "1/3", "1", "0", "1", "0", "1/3", "2/3", "0", "1", "0",
                        "1", // 1
                        "1", "0", "2/3", "1/3", "0", "1", "0", "1", "2/3", "1/3", "1",
                        "0", // 2
                    ],
                    payoffs: &["-1/18", "1/18"],
                },
            ),
        ],
        build: || hidden::kuhn_poker().into(),
    },
    Entry {
        name: "guess_the_ace",
        title: "Guess the ace",
        source: Some("miltersen2010"),
        kind: Kind::ImperfectInformation,
        note: "Player 1 stops before player 2 may guess the top card, so that any guess is part of an equilibrium; only best against small mistakes is to guess another card",
        facts: &[
            fact("The value is 0", Check::Value("0")),
            fact(
                "A guess that loses almost always is part of an equilibrium",
                Check::Behavior {
                    profile: &["1", "0", "1", "0"],
                    payoffs: &["0", "0"],
                },
            ),
        ],
        build: || hidden::guess_the_ace().into(),
    },
    Entry {
        name: "absent_minded_driver",
        title: "Absent-minded driver",
        source: Some("piccione1997"),
        kind: Kind::ImperfectInformation,
        note: "One play can meet the same information set twice, so mixed strategies do less than behavior strategies",
        facts: &[
            fact(
                "The best behavior strategy continues with probability 2/3 and is worth 4/3",
                Check::Pays {
                    profile: &["1/3", "2/3"],
                    payoffs: &["4/3"],
                },
            ),
            said("No mixed strategy is worth more than 1"),
        ],
        build: || hidden::absent_minded_driver().into(),
    },
    Entry {
        name: "prisoners_dilemma",
        title: "Prisoner's dilemma",
        source: Some("luce1957"),
        kind: Kind::Table,
        note: "Defection is dominant and worse for both than cooperation",
        facts: &[
            fact("One equilibrium", Check::Nash(1)),
            fact(
                "Both defect",
                Check::Mixed {
                    profile: &[&["0", "1"], &["0", "1"]],
                    payoffs: &["1", "1"],
                },
            ),
        ],
        build: || tables::prisoners_dilemma().into(),
    },
    Entry {
        name: "chicken",
        title: "Chicken",
        source: Some("aumann1974"),
        kind: Kind::Table,
        note: "Whoever is committed to daring wins; the standard example of correlated equilibrium",
        facts: &[
            fact("Three equilibria", Check::Nash(3)),
            fact(
                "In the mixed one each dares with probability 1/3",
                Check::Mixed {
                    profile: &[&["2/3", "1/3"], &["2/3", "1/3"]],
                    payoffs: &["14/3", "14/3"],
                },
            ),
            said("The best correlated equilibrium for both together is worth 21/2"),
        ],
        build: || tables::chicken().into(),
    },
    Entry {
        name: "stag_hunt",
        title: "Stag hunt",
        source: Some("harsanyi1988"),
        kind: Kind::Table,
        note: "The better equilibrium is the riskier one",
        facts: &[
            fact("Three equilibria", Check::Nash(3)),
            fact(
                "In the mixed one each hunts stag with probability 3/4",
                Check::Mixed {
                    profile: &[&["3/4", "1/4"], &["3/4", "1/4"]],
                    payoffs: &["3", "3"],
                },
            ),
        ],
        build: || tables::stag_hunt().into(),
    },
    Entry {
        name: "bach_stravinsky",
        title: "Bach or Stravinsky",
        source: Some("luce1957"),
        kind: Kind::Table,
        note: "Coordination with opposed preferences, known as the battle of the sexes",
        facts: &[
            fact("Three equilibria", Check::Nash(3)),
            fact(
                "The mixed one is worse for both than either pure one",
                Check::Mixed {
                    profile: &[&["2/3", "1/3"], &["1/3", "2/3"]],
                    payoffs: &["2/3", "2/3"],
                },
            ),
        ],
        build: || tables::bach_stravinsky().into(),
    },
    Entry {
        name: "matching_pennies",
        title: "Matching pennies",
        source: Some("vonneumann1928"),
        kind: Kind::Table,
        note: "Zero-sum, no pure equilibrium",
        facts: &[
            fact("One equilibrium", Check::Nash(1)),
            fact("The value is 0", Check::Value("0")),
            fact(
                "Both mix evenly",
                Check::Mixed {
                    profile: &[&["1/2", "1/2"], &["1/2", "1/2"]],
                    payoffs: &["0", "0"],
                },
            ),
        ],
        build: || tables::matching_pennies().into(),
    },
    Entry {
        name: "rock_paper_scissors",
        title: "Rock, paper, scissors",
        source: Some("vonneumann1928"),
        kind: Kind::Table,
        note: "Zero-sum and symmetric",
        facts: &[
            fact("One equilibrium", Check::Nash(1)),
            fact("The value is 0", Check::Value("0")),
            fact(
                "Both mix evenly",
                Check::Mixed {
                    profile: &[&["1/3", "1/3", "1/3"], &["1/3", "1/3", "1/3"]],
                    payoffs: &["0", "0"],
                },
            ),
        ],
        build: || tables::rock_paper_scissors().into(),
    },
    Entry {
        name: "shapley",
        title: "Shapley's game",
        source: Some("shapley1964"),
        kind: Kind::Table,
        note: "Rock, paper, scissors where a tie is as bad as a loss: fictitious play cycles",
        facts: &[
            fact("One equilibrium", Check::Nash(1)),
            fact(
                "Both mix evenly",
                Check::Mixed {
                    profile: &[&["1/3", "1/3", "1/3"], &["1/3", "1/3", "1/3"]],
                    payoffs: &["1/3", "1/3"],
                },
            ),
            said(
                "The uniform distribution off the diagonal is a correlated equilibrium worth 1/2 to each",
            ),
        ],
        build: || tables::shapley().into(),
    },
    Entry {
        name: "jordan",
        title: "Jordan's three-player matching pennies",
        source: Some("jordan1993"),
        kind: Kind::Table,
        note: "1 matches 2, 2 matches 3, 3 mismatches 1; learning does not find the equilibrium",
        facts: &[
            fact("No pure equilibrium", Check::PureNash(0)),
            fact(
                "The only equilibrium: everybody mixes evenly",
                Check::Mixed {
                    profile: &[&["1/2", "1/2"], &["1/2", "1/2"], &["1/2", "1/2"]],
                    payoffs: &["0", "0", "0"],
                },
            ),
        ],
        build: || tables::jordan().into(),
    },
    Entry {
        name: "nau",
        title: "Nau, Gomez-Canovas and Hansen's game",
        source: Some("nau2004"),
        kind: Kind::Table,
        note: "Whole-numbered payoffs and one equilibrium, which is irrational",
        facts: &[
            fact("No pure equilibrium", Check::PureNash(0)),
            said(
                "The only equilibrium plays the third player's first strategy with probability r = (sqrt(601) - 23)/4, L with (2 - r)/(3 + r), T with (3 - 2r)/(4 - r)",
            ),
        ],
        build: || tables::nau().into(),
    },
    Entry {
        name: "von_stengel",
        title: "Von Stengel's 6×6 game",
        source: Some("vonstengel1999"),
        kind: Kind::Table,
        note: "More equilibria than the 2^6 - 1 of coordination; payoffs of Savani and von Stengel 2006",
        facts: &[fact("75 equilibria", Check::Nash(75))],
        build: || tables::von_stengel().into(),
    },
    Entry {
        name: "coordination",
        title: "Coordination on 5 things",
        source: Some("quint1997"),
        kind: Kind::Table,
        note: "Both win 1 if they choose the same: every set of things is the support of one equilibrium",
        facts: &[
            fact("2^5 - 1 equilibria", Check::Nash(31)),
            fact("Five of them are pure", Check::PureNash(5)),
        ],
        build: || tables::coordination(5).into(),
    },
    Entry {
        name: "beaches",
        title: "Two beaches",
        source: Some("rosenthal1973"),
        kind: Kind::ActionGraph,
        note: "A congestion game: five vendors, 90 customers on one beach and 60 on the other",
        facts: &[fact(
            "Three vendors on the first beach and two on the second, in any of 10 ways",
            Check::PureNash(10),
        )],
        build: || tables::beaches(5).into(),
    },
];

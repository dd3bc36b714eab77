//! Trees against the closed forms of the literature.

use super::*;
use crate::estimate::Likelihood;
use crate::estimate::jet::Jet;
use crate::estimate::link::normal;
use crate::estimate::shapes::{three_moves, two_moves, two_replies};

fn close(found: &[(usize, f64)], wanted: &[f64], within: f64) {
    assert_eq!(found.len(), wanted.len());
    for ((_, p), w) in found.iter().zip(wanted) {
        assert!((p - w).abs() < within, "{found:?} {wanted:?}");
    }
}

/// T-SIG: u11 = 0, u13 = 1, u14 = -1, u24 = 1/2 (Signorino 1999, 2003; numbers worked out from
/// p4 = F(u24/√2) and p2 = F((p3 u13 + p4 u14 - u11)/√s)).
#[test]
fn t_sig() {
    let u = [0.0, 1.0, -1.0, 0.5];
    let agent = two_moves(Errors::Agent, Link::Probit).ends(&u);
    close(&agent, &[0.577_457, 0.152_892, 0.269_651], 1e-6);
    let private = two_moves(Errors::Private, Link::Probit).ends(&u);
    close(&private, &[0.588_155, 0.149_021, 0.262_824], 1e-6);
    // Logit at the same scale: p4 = .587479, p2 = .469111.
    let logit = two_moves(Errors::Agent, Link::Logit).ends(&u);
    let (p4, p2) = (0.587_479, 0.469_111);
    close(&logit, &[1.0 - p2, p2 * (1.0 - p4), p2 * p4], 1e-6);
}

/// The closed forms of the two other classical trees, written out.
#[test]
fn classical_trees_follow_their_closed_forms() {
    let root = SQRT_2;
    for private in [false, true] {
        let errors = if private {
            Errors::Private
        } else {
            Errors::Agent
        };
        let scale = |squares: f64| if private { squares.sqrt() } else { root };
        // u11, u12, u22, u13, u14, u24.
        let u = [0.3, -0.4, 0.2, 1.1, -0.7, 0.6];
        let (p4, p6) = (normal(u[2] / root), normal(u[5] / root));
        let (p3, p5) = (1.0 - p4, 1.0 - p6);
        let squares = p3 * p3 + p4 * p4 + p5 * p5 + p6 * p6;
        let p2 = normal((p5 * u[3] + p6 * u[4] - p3 * u[0] - p4 * u[1]) / scale(squares));
        let p1 = 1.0 - p2;
        let found = two_replies(errors, Link::Probit).ends(&u);
        close(&found, &[p1 * p3, p1 * p4, p2 * p5, p2 * p6], 1e-14);
        // u11, u13, u23, u15, u25, u16, u26, u36.
        let u = [0.3, -0.4, 0.2, 1.1, -0.7, 0.6, 0.9, -0.5];
        let p6 = normal(u[7] / root);
        let p5 = 1.0 - p6;
        let last = p5 * p5 + p6 * p6;
        let p4 = normal((p5 * u[4] + p6 * u[6] - u[2]) / scale(1.0 + last));
        let p3 = 1.0 - p4;
        let squares = 1.0 + p3 * p3 + p4 * p4 * last;
        let p2 = normal((p3 * u[1] + p4 * (p5 * u[3] + p6 * u[5]) - u[0]) / scale(squares));
        let found = three_moves(errors, Link::Probit).ends(&u);
        close(
            &found,
            &[1.0 - p2, p2 * p3, p2 * p4 * p5, p2 * p4 * p6],
            1e-14,
        );
    }
}

/// Three moves at once: shares `exp(v/√2)`, and an observation that two of them share.
#[test]
fn many_moves_are_multinomial_logit() {
    let nodes = vec![
        Node::Decision {
            player: 0,
            children: vec![1, 2, 3],
        },
        Node::End(vec![Payoff::utility(0)]),
        Node::End(vec![Payoff::utility(1)]),
        Node::End(vec![Payoff {
            fixed: 0.5,
            terms: Vec::new(),
        }]),
    ];
    let refused = Model::new(nodes.clone(), 1, 2, Errors::Agent, Link::Probit);
    assert_eq!(refused, Err(NoModel::ManyMoves(0)));
    let model = Model::new(nodes, 1, 2, Errors::Agent, Link::Logit).expect("a model");
    let u = [1.0, -0.25];
    let e: Vec<f64> = [1.0, -0.25, 0.5].map(|v: f64| (v / SQRT_2).exp()).to_vec();
    let total: f64 = e.iter().sum();
    close(
        &model.ends(&u),
        &[e[0] / total, e[1] / total, e[2] / total],
        1e-15,
    );
    let observed = Observed::new(&model, vec![vec![1, 3]], vec![0]).expect("ends");
    let likelihood = EndsOfPlay {
        model: &model,
        observed: &observed,
    };
    let wanted = ((e[0] + e[2]) / total).ln();
    assert!((likelihood.row(0, &u) - wanted).abs() < 1e-15);
}

/// Exact derivatives against differences, on the tree where all is coupled.
#[test]
fn derivatives_are_those_of_differences() {
    let u = [0.3, -0.4, 0.2, 1.1, -0.7, 0.6, 0.9, -0.5];
    for (errors, link) in [
        (Errors::Agent, Link::Logit),
        (Errors::Agent, Link::Probit),
        (Errors::Private, Link::Probit),
    ] {
        let model = three_moves(errors, link);
        // The last row's observation covers two ends that are no subtree.
        let kinds = vec![vec![1], vec![3], vec![5], vec![6], vec![1, 5]];
        let observed = Observed::new(&model, kinds, vec![0, 1, 2, 3, 4]).expect("ends");
        let likelihood = EndsOfPlay {
            model: &model,
            observed: &observed,
        };
        for row in 0..5 {
            let jets: Vec<Jet> = (0..8).map(|k| Jet::variable(k, 8, u[k])).collect();
            let jet = likelihood.row(row, &jets);
            assert!((jet.value() - likelihood.row(row, &u)).abs() < 1e-15);
            let shifted = |k: usize, h: f64| {
                let mut moved = u;
                moved[k] += h;
                moved
            };
            for k in 0..8 {
                let h = 1e-5;
                let rise =
                    likelihood.row(row, &shifted(k, h)) - likelihood.row(row, &shifted(k, -h));
                let slope = rise / (2.0 * h);
                assert!((jet.slope(k) - slope).abs() < 1e-9, "{row} {k}");
                let slope_at = |h: f64, l: usize| {
                    let at = shifted(k, h);
                    let jets: Vec<Jet> = (0..8).map(|j| Jet::variable(j, 8, at[j])).collect();
                    likelihood.row(row, &jets).slope(l)
                };
                for l in 0..8 {
                    let bend = (slope_at(h, l) - slope_at(-h, l)) / (2.0 * h);
                    assert!((jet.curvature(k, l) - bend).abs() < 1e-9, "{row} {k} {l}");
                }
            }
        }
    }
}

#[test]
fn what_is_no_tree_is_refused() {
    let end = || Node::End(vec![Payoff::default()]);
    let decision = |children: &[usize]| Node::Decision {
        player: 0,
        children: children.to_vec(),
    };
    let make = |nodes| Model::new(nodes, 1, 0, Errors::Agent, Link::Logit);
    assert_eq!(
        make(vec![decision(&[1, 1]), end()]),
        Err(NoModel::NotATree(1))
    );
    assert_eq!(
        make(vec![decision(&[0, 1]), end()]),
        Err(NoModel::NotATree(0))
    );
    assert_eq!(make(vec![end()]), Err(NoModel::NoDecision));
    assert_eq!(
        make(vec![decision(&[1, 2]), end(), end(), end()]),
        Err(NoModel::NotATree(3))
    );
    let chance = Node::Chance {
        children: vec![1, 2],
        probabilities: vec![0.5, 0.4],
    };
    assert_eq!(
        make(vec![chance, end(), end()]),
        Err(NoModel::NoDistribution(0))
    );
    let twice = vec![decision(&[1, 2]), end(), decision(&[3, 4]), end(), end()];
    let private = Model::new(twice, 1, 0, Errors::Private, Link::Probit);
    assert_eq!(private, Err(NoModel::MovesTwice(2)));
}

/// An observation of everything below a node says nothing of what is done there.
#[test]
fn observations_are_covered_by_few_nodes() {
    let model = three_moves(Errors::Agent, Link::Probit);
    let observed = Observed::new(&model, vec![vec![3, 5, 6], vec![1, 3, 5, 6]], vec![0, 1]);
    let observed = observed.expect("ends");
    assert_eq!(observed.covers, [vec![2], vec![0]]);
    assert!(Observed::new(&model, vec![vec![2]], Vec::new()).is_err());
    assert!(Observed::new(&model, vec![vec![1]], vec![1]).is_err());
}

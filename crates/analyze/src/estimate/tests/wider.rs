//! Scales that differ from row to row, and separation at the first of several moves.

use super::*;

/// 60 of 80 take it where x = 0 and 42 of 70 where x = 1, with utility b and ln σ = γ x: Λ(b/√2) = 3/4 and
/// Λ(b e^−γ/√2) = 3/5, so b = √2 ln 3 and γ = ln (ln 3 / ln 3/2). The variance of log odds l is 1/(n p q), so that of b is 2/15, and
/// that of γ = ln l₀ − ln l₁ is 1/(15 l₀²) + 1/(16.8 l₁²).
#[test]
fn a_scale_has_a_closed_form() {
    let nodes = vec![
        Node::Decision {
            player: 0,
            children: vec![1, 2],
        },
        Node::End(vec![Payoff::default()]),
        Node::End(vec![Payoff::utility(0)]),
    ];
    let model = Model::new(nodes, 1, 1, Errors::Agent, Link::Logit).expect("a model");
    assert!(!model.has_fixed_payoffs());
    let model = model.with_scale();
    let groups = [(0.0, 60, 20), (1.0, 42, 28)];
    let (mut x, mut ends) = (Vec::new(), Vec::new());
    for (value, taken, left) in groups {
        x.extend(std::iter::repeat_n(value, taken + left));
        ends.extend(std::iter::repeat_n(2, taken));
        ends.extend(std::iter::repeat_n(1, left));
    }
    let design = design(150, &x, 1, &[("u", &[0]), ("ln sigma", &[1])]);
    let observed = observed(&model, &ends);
    let likelihood = EndsOfPlay {
        model: &model,
        observed: &observed,
    };
    let found = fit(
        &likelihood,
        &design,
        None,
        &Options::default(),
        &Control::default(),
    );
    let found = found.expect("rows");
    assert!(found.converged, "{:?}", found.flaws);
    let (odds, less) = (3.0_f64.ln(), 1.5_f64.ln());
    assert!((found.coefficients[0] - 2.0_f64.sqrt() * odds).abs() < 1e-7);
    assert!((found.coefficients[1] - (odds / less).ln()).abs() < 1e-7);
    let variance = 1.0 / (15.0 * odds * odds) + 1.0 / (16.8 * less * less);
    for (k, wanted) in [(0, (2.0_f64 / 15.0).sqrt()), (1, variance.sqrt())] {
        let error = found.standard_error(k).expect("known");
        assert!((error - wanted).abs() < 1e-7, "{k}: {error} {wanted}");
    }
}

/// If all payoffs are estimated, larger ones with larger errors are the same: nothing tells the level of the scale.
#[test]
fn the_level_of_a_scale_needs_something_known() {
    for (errors, link) in KINDS {
        let model = two_moves(errors, link);
        assert!(!model.has_fixed_payoffs());
        let model = model.with_scale();
        let utilities = [0.5, 1.0, -0.5, 0.8, 0.3];
        let plain = model.ends(&utilities);
        let larger = utilities.map(|u| 3.0 * u);
        let larger = [
            larger[0],
            larger[1],
            larger[2],
            larger[3],
            0.3 + 3.0_f64.ln(),
        ];
        for ((_, p), (_, q)) in plain.iter().zip(model.ends(&larger)) {
            assert!((p - q).abs() < 1e-14, "{errors:?} {link:?}");
        }
        let quieter = [0.5, 1.0, -0.5, 0.8, -0.3];
        let ends = model.ends(&quieter);
        assert!((plain[0].1 - ends[0].1).abs() > 1e-3, "{errors:?} {link:?}");
    }
}

/// What the level of a scale is then, is said not to be known, and its effects are.
#[test]
fn a_level_that_nothing_tells_is_named() {
    let model = two_moves(Errors::Agent, Link::Probit).with_scale();
    let rows = 1000;
    let columns = covariates(rows, 4, 2);
    let parts: [(&str, &[usize]); 5] = [
        ("u11", &[0, 1]),
        ("u13", &[]),
        ("u14", &[0, 2]),
        ("u24", &[0, 3]),
        ("ln sigma", &[0, 4]),
    ];
    let truth = [0.5, 1.0, -0.5, 1.0, 0.3, 0.8, 0.0, 0.4];
    let design = design(rows, &columns, 4, &parts);
    let observed = observed(&model, &simulate(&model, &design, &truth, 2));
    let likelihood = EndsOfPlay {
        model: &model,
        observed: &observed,
    };
    let found = fit(
        &likelihood,
        &design,
        None,
        &Options::default(),
        &Control::default(),
    );
    let found = found.expect("rows");
    assert_eq!(found.standard_error(6), None, "{:?}", found.flaws);
    assert!(found.standard_error(7).is_some());
}

/// Ten thousand rows drawn from known coefficients, and a scale that a covariate doubles or halves about.
#[test]
fn scales_are_recovered() {
    let parts: [(&str, &[usize]); 5] = [
        ("u11", &[0, 1]),
        ("u13", &[]),
        ("u14", &[0, 2]),
        ("u24", &[0, 2, 3]),
        ("ln sigma", &[4]),
    ];
    let truth = [0.5, 1.0, -0.5, 1.0, 0.3, 0.8, -1.0, 0.5];
    for (errors, link) in KINDS {
        recovered(&two_moves(errors, link).with_scale(), &parts, &truth, 11);
    }
}

/// The first mover goes on exactly where x > 0, and what it gets by going on grows with x at both answers; the answers are
/// not foretold by anything. Raising the coefficient of x at both ends speaks against no row, whatever the answers' chances.
#[test]
fn separation_at_the_first_of_two_moves_is_proved() {
    let nodes = vec![
        Node::Decision {
            player: 0,
            children: vec![1, 2],
        },
        Node::End(vec![Payoff::default(), Payoff::default()]),
        Node::Decision {
            player: 1,
            children: vec![3, 4],
        },
        Node::End(vec![Payoff::utility(0), Payoff::default()]),
        Node::End(vec![
            Payoff {
                fixed: -1.0,
                terms: vec![(0, 1.0)],
            },
            Payoff::utility(1),
        ]),
    ];
    for (errors, link) in KINDS {
        let model = Model::new(nodes.clone(), 2, 2, errors, link).expect("a model");
        let x: Vec<f64> = (0..60).map(|k| f64::from(k) - 29.5).collect();
        let end = |k: usize| if x[k] < 0.0 { 1 } else { 3 + k % 2 };
        let ends: Vec<usize> = (0..60).map(end).collect();
        let design = design(60, &x, 1, &[("u1", &[0, 1]), ("u2", &[0])]);
        let observed = observed(&model, &ends);
        let likelihood = EndsOfPlay {
            model: &model,
            observed: &observed,
        };
        assert!(likelihood.proves_unbounded(&design, &[0.0, 1.0, 0.0]));
        // Nobody's answer may be meddled with, nor a row spoken against.
        assert!(!likelihood.proves_unbounded(&design, &[0.0, 1.0, 1.0]));
        assert!(!likelihood.proves_unbounded(&design, &[1.0, 1.0, 0.0]));
        let found = fit(
            &likelihood,
            &design,
            None,
            &Options::default(),
            &Control::default(),
        );
        let found = found.expect("rows");
        let is_proved = |flaw: &Flaw| matches!(flaw, Flaw::Unbounded { proved: true, .. });
        assert!(found.flaws.iter().any(is_proved), "{:?}", found.flaws);
    }
}

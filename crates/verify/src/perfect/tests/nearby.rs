//! Profiles near a certificate, computed by Newton's method.

use super::*;

/// Finds a completely mixed profile near the one of a certificate at which the ties hold, by
/// Newton's method in floating point with exact values, and looks whether everything in use is best
/// there, to nine digits.
pub(super) fn is_best_nearby(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    found: &Certificate,
) -> bool {
    let epsilon = 1e-3_f64;
    let order = |k: usize| {
        found
            .mistakes
            .iter()
            .find(|m| m.action == k)
            .map(|m| m.order)
    };
    let reference = references(game, profile);
    let free: Vec<usize> = game
        .infosets()
        .flat_map(|h| {
            game.actions(h)
                .filter(|k| k - game.actions(h).start != reference[h.index()])
                .collect::<Vec<_>>()
        })
        .filter(|k| order(*k).is_some() || !profile.probability(*k).is_zero())
        .collect();
    let start: Vec<f64> = free
        .iter()
        .map(|k| {
            let mistake = found.mistakes.iter().find(|m| m.action == *k);
            mistake
                .map_or(profile.probability(*k), |m| &m.weight)
                .to_f64()
        })
        .collect();
    let at = |x: &[f64]| {
        let mut flat = vec![Rational::ZERO; game.num_player_actions()];
        for (k, x) in free.iter().zip(x) {
            let rare = epsilon.powi(order(*k).unwrap_or(0) as i32);
            flat[*k] = Rational::from_f64(x * rare).expect("finite");
        }
        for h in game.infosets() {
            let sum: Rational = flat[game.actions(h)].iter().sum();
            flat[game.actions(h).start + reference[h.index()]] = &Rational::ONE - &sum;
        }
        BehaviorProfile::new(game, flat).expect("distributions")
    };
    let gaps = |x: &[f64]| -> Vec<Rational> {
        let values = payoff::conditional_values(game, &at(x));
        let value = |h: InfosetId, k: u32| {
            values[game.actions(h).start + k as usize]
                .clone()
                .expect("reached")
        };
        let gap = |t: &Tie| &value(t.infoset, t.action) - &value(t.infoset, t.other);
        found.ties.iter().map(gap).collect()
    };
    let mut x = start.clone();
    let n = found.ties.len();
    for _ in 0..8 {
        let here = gaps(&x);
        let columns: Vec<Vec<f64>> = (0..x.len())
            .map(|j| {
                let mut there = x.clone();
                there[j] += 1e-7;
                let moved = gaps(&there);
                moved
                    .iter()
                    .zip(&here)
                    .map(|(a, b)| (a - b).to_f64() / 1e-7)
                    .collect()
            })
            .collect();
        // The shortest step: J' y with J J' y = -gap.
        let dot = |i: usize, k: usize| columns.iter().map(|c| c[i] * c[k]).sum::<f64>();
        let mut rows: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                (0..n)
                    .map(|k| dot(i, k))
                    .chain([-here[i].to_f64()])
                    .collect()
            })
            .collect();
        for pivot in 0..n {
            let best =
                (pivot..n).max_by(|a, b| rows[*a][pivot].abs().total_cmp(&rows[*b][pivot].abs()));
            rows.swap(pivot, best.expect("a row"));
            let line = rows[pivot].clone();
            for (_, row) in rows.iter_mut().enumerate().filter(|(i, _)| *i != pivot) {
                let factor = row[pivot] / line[pivot];
                for (a, b) in row.iter_mut().zip(&line) {
                    *a -= factor * b;
                }
            }
        }
        for (x, column) in x.iter_mut().zip(&columns) {
            *x += (0..n)
                .map(|i| column[i] * rows[i][n] / rows[i][i])
                .sum::<f64>();
        }
    }
    let near = start.iter().zip(&x).all(|(a, b)| (a - b).abs() < 0.1);
    let gaps = shortfalls(game, &at(&x));
    let tiny = r(1, 1_000_000_000);
    let used = |k: &usize| !profile.probability(*k).is_zero();
    near && (0..gaps.len()).filter(used).all(|k| gaps[k] < tiny)
}

/// The implicit function theorem at work: where the horse, matching pennies and the games above are
/// perfect, profiles near by can be computed.
#[test]
fn profiles_near_by_can_be_computed() {
    let horse = selten_horse();
    let third = horse.members(InfosetId(2)).to_vec();
    for right in ["1/8", "1/4"] {
        let beliefs = [(third[0].0, r(1, 3)), (third[1].0, r(2, 3))];
        let profile = horse_profile(&horse, ["1", "1", right]);
        let found = certificate(decide(&horse, &with_beliefs(&horse, &profile, &beliefs)));
        assert!(is_best_nearby(&horse, &profile, &found), "{right}");
        // Mistakes that make another belief do not hold 3's tie.
        let mut wrong = found.clone();
        wrong.mistakes[0].weight = Rational::integer(3);
        wrong.ties.clear();
        assert!(!is_best_nearby(&horse, &profile, &wrong), "{right}");
    }
    let pennies = table(&[&[(1, -1), (-1, 1)], &[(-1, 1), (1, -1)]]);
    let half = BehaviorProfile::uniform(&pennies);
    let found = certificate(decide(&pennies, &with_beliefs(&pennies, &half, &[])));
    assert!(is_best_nearby(&pennies, &half, &found));
    let seven = table(&[&[(1, 1), (7, 0), (0, 0)], &[(1, 1), (0, 0), (1, 0)]]);
    let half = profile(&seven, &["1/2", "1/2", "1", "0", "0"].map(rational));
    let found = certificate(decide(&seven, &with_beliefs(&seven, &half, &[])));
    assert!(is_best_nearby(&seven, &half, &found));
}

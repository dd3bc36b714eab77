//! Supports that floats leave open, by elimination, and the connected sets that are found there.

use super::{MOST_NODES, SupportEnumeration};
use crate::control::{Control, Stop};
use crate::method::Method;
use crate::nash::found::{NashEquilibria, NashEquilibrium, NashSet};
use crate::refine::component::Component;
use crate::refine::conditions::Freedom;
use crate::refine::perfect_bayesian::{PerfectBayesian, enumerate_kept};
use deterra_game::convert::simultaneous_tree;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::mixed_payoffs;

/// All equilibria of some supports by elimination: connected sets, and what was left out; `None` if the game is too large for
/// that.
pub(super) fn by_elimination<'s>(
    game: &StrategicGame,
    supports: impl Iterator<Item = &'s Vec<Vec<usize>>>,
    options: &SupportEnumeration,
    control: &Control,
) -> Option<(Vec<Component>, Option<String>)> {
    let tree = simultaneous_tree(game, MOST_NODES).ok()?;
    let search = PerfectBayesian {
        support_limit: options.exact_limit,
        ..PerfectBayesian::default()
    };
    let method = Method::SupportEnumeration;
    // Information sets are in the order of players, and actions in that of strategies.
    let bits = |own: &Vec<usize>| own.iter().fold(0_u64, |all, s| all | 1 << s);
    let only: Vec<Vec<u64>> = supports
        .map(|support| support.iter().map(bits).collect())
        .collect();
    let only = Some(only.as_slice());
    let found = enumerate_kept(
        &tree,
        Freedom::Weak,
        only,
        &search,
        method,
        control,
        |_, _| true,
    );
    let found = found.ok()?;
    let left_out = match (found.not_searched, found.stop) {
        (None, Stop::Done) => None,
        (Some(what), _) => Some(what),
        (None, stop) => Some(stop.clause().to_owned()),
    };
    Some((found.answer.components, left_out))
}

/// Puts connected sets in the place of what was found in them.
pub(super) fn merge(
    game: &StrategicGame,
    answer: &mut NashEquilibria<MixedProfile>,
    components: &[Component],
) {
    let shape = game.shape();
    for component in components {
        let mut points = Vec::new();
        for piece in &component.pieces {
            let corners = piece.corners.iter().map(|(profile, _)| profile);
            let corners = corners.filter(|_| piece.dimension > 0);
            for point in corners.chain([&piece.inside.profile]) {
                let flat = point.as_slice();
                let mut at = 0;
                let rows = shape.iter().map(|n| {
                    at += n;
                    flat[at - n..at].to_vec()
                });
                let Ok(profile) = MixedProfile::new(&shape, rows.collect()) else {
                    continue;
                };
                if !points.iter().any(|(known, _)| *known == profile) {
                    points.push((profile, piece.exact));
                }
            }
        }
        let mut members = Vec::new();
        for (profile, exact) in points {
            let known = answer.list.iter().position(|one| {
                one.profile == profile || (!exact || !one.exact) && near(&one.profile, &profile)
            });
            let k = known.unwrap_or_else(|| {
                let payoffs = mixed_payoffs(game, &profile);
                answer.list.push(NashEquilibrium {
                    profile,
                    payoffs,
                    exact,
                    algebraic: None,
                });
                answer.list.len() - 1
            });
            if !members.contains(&k) {
                members.push(k);
            }
        }
        if component.is_point() {
            continue;
        }
        let mut at = 0;
        let ranges = shape.iter().map(|n| {
            at += n;
            let part = &component.probabilities[at - n..at];
            let ends = part.iter().map(|i| (i.low.clone(), i.high.clone()));
            ends.collect()
        });
        answer.sets.push(NashSet {
            members,
            dimension: Some(component.dimension()),
            index: None,
            ranges: ranges.collect(),
        });
    }
}

/// Whether two profiles differ by no more than rounding.
fn near(a: &MixedProfile, b: &MixedProfile) -> bool {
    let mut pairs = a
        .players()
        .iter()
        .flatten()
        .zip(b.players().iter().flatten());
    pairs.all(|(x, y)| (x.to_f64() - y.to_f64()).abs() < 1e-9)
}

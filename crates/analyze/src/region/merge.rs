//! Fewer polygons for the same set.

use super::polygon::{Point, Polygon};
use rustc_hash::FxHashMap;

/// Joins neighbors while that is convex, and sorts.
///
/// # Complexity
/// Linear in the corners, but for the corners of what has been joined.
pub(super) fn merged(polygons: Vec<Polygon>) -> Vec<Polygon> {
    let mut edges: FxHashMap<(Point, Point), usize> = FxHashMap::default();
    let mut all: Vec<Option<Polygon>> = Vec::with_capacity(polygons.len());
    for polygon in polygons {
        for edge in edges_of(&polygon) {
            edges.insert(edge, all.len());
        }
        all.push(Some(polygon));
    }
    let mut waiting: Vec<usize> = (0..all.len()).rev().collect();
    while let Some(k) = waiting.pop() {
        let Some(polygon) = &all[k] else { continue };
        let joined = edges_of(polygon).find_map(|(a, b)| {
            let other = *edges.get(&(b, a))?;
            let union = polygon.joined(all[other].as_ref()?)?;
            Some((other, union))
        });
        let Some((other, union)) = joined else {
            continue;
        };
        for gone in [k, other] {
            if let Some(polygon) = all[gone].take() {
                for edge in edges_of(&polygon) {
                    edges.remove(&edge);
                }
            }
        }
        for edge in edges_of(&union) {
            edges.insert(edge, k);
        }
        all[k] = Some(union);
        waiting.push(k);
    }
    let mut kept: Vec<Polygon> = all.into_iter().flatten().collect();
    kept.sort_by(|a, b| a.corners().cmp(b.corners()));
    kept
}

fn edges_of(polygon: &Polygon) -> impl Iterator<Item = (Point, Point)> + '_ {
    let corners = polygon.corners();
    let n = corners.len();
    (0..n).map(move |k| (corners[k].clone(), corners[(k + 1) % n].clone()))
}

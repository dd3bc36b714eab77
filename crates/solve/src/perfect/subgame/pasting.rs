//! Equilibria of subgames pasted onto those of the regions around them, as many as asked for.

use super::region::Region;
use crate::odometer;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;

/// A part of one region with an equilibrium of every inner one.
struct Pasted {
    class: u32,
    part: u32,
    /// By inner region: which of its pasted equilibria.
    inner: Vec<u32>,
}

/// Pastes the parts of solved regions.
pub(super) struct Pasting<'p> {
    game: &'p ExtensiveGame,
    regions: &'p [Region],
}

impl<'p> Pasting<'p> {
    pub(super) const fn new(game: &'p ExtensiveGame, regions: &'p [Region]) -> Self {
        Self { game, regions }
    }

    /// The first `n` equilibria and what they pay.
    ///
    /// The first `n` of a class are made from the first `n` of the classes inside, so regions are
    /// visited once, innermost first.
    pub(super) fn list(&self, n: usize) -> Vec<(BehaviorProfile, Vec<Rational>)> {
        // By region, then class: the first pasted equilibria, as positions in `pasted`.
        let mut firsts: Vec<Vec<Vec<u32>>> = vec![Vec::new(); self.regions.len()];
        let mut pasted: Vec<Pasted> = Vec::new();
        for (k, region) in self.regions.iter().enumerate().rev() {
            for (class, members) in region.classes.iter().enumerate() {
                let mut list = Vec::new();
                for (part, member) in members.parts.iter().enumerate() {
                    let columns: Vec<&[u32]> = region
                        .inner
                        .iter()
                        .zip(&member.inner_classes)
                        .map(|(inner, class)| {
                            firsts[inner.region as usize][*class as usize].as_slice()
                        })
                        .collect();
                    combine(&columns, n, &mut list, |inner| {
                        pasted.push(Pasted {
                            class: class as u32,
                            part: part as u32,
                            inner,
                        });
                        pasted.len() as u32 - 1
                    });
                }
                firsts[k].push(list);
            }
        }
        let roots = firsts.first().into_iter().flatten().flatten().take(n);
        roots
            .map(|root| {
                let class = pasted[*root as usize].class as usize;
                (
                    self.profile(&pasted, *root),
                    self.regions[0].classes[class].payoffs.clone(),
                )
            })
            .collect()
    }

    /// Writes a pasted equilibrium out.
    fn profile(&self, pasted: &[Pasted], root: u32) -> BehaviorProfile {
        let mut probabilities = vec![Rational::ZERO; self.game.num_player_actions()];
        let mut stack = vec![(0_u32, root)];
        while let Some((region, at)) = stack.pop() {
            let region = &self.regions[region as usize];
            let Pasted { class, part, inner } = &pasted[at as usize];
            let part = &region.classes[*class as usize].parts[*part as usize];
            let mut given = part.probabilities.iter();
            for infoset in &region.infosets {
                for flat in self.game.actions(*infoset) {
                    if let Some(probability) = given.next() {
                        probabilities[flat].clone_from(probability);
                    }
                }
            }
            stack.extend(
                region
                    .inner
                    .iter()
                    .map(|inner| inner.region)
                    .zip(inner.iter().copied()),
            );
        }
        BehaviorProfile::new(self.game, probabilities)
            .expect("invariant: every information set is in one region")
    }
}

/// The first combinations of one entry a column, the last column varying fastest.
fn combine(
    columns: &[&[u32]],
    n: usize,
    list: &mut Vec<u32>,
    mut paste: impl FnMut(Vec<u32>) -> u32,
) {
    if columns.iter().any(|column| column.is_empty()) {
        return;
    }
    let mut wheels = vec![0; columns.len()];
    while list.len() < n {
        let inner = columns.iter().zip(&wheels).map(|(c, k)| c[*k]).collect();
        list.push(paste(inner));
        if !odometer::turn(&mut wheels, |k| columns[k].len()) {
            break;
        }
    }
}

//! Questions about an equilibrium of a game in which something is hidden: what every action is
//! worth given beliefs, what sets the nodes of an information set apart, and what kind of
//! equilibrium it is.

use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_verify::payoff::{node_values, realization};

#[cfg(test)]
mod tests;

/// What an information set looks like to the one who moves there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// The information set.
    pub infoset: InfosetId,
    /// Who moves.
    pub player: PlayerId,
    /// How likely play is to come here.
    pub reached: Rational,
    /// By action: what it is worth to the mover given what she believes, in payoff units, if
    /// everything else is as in the profile.
    pub values: Vec<Rational>,
}

impl Prospect {
    /// The greatest of the values.
    pub fn best(&self) -> Option<&Rational> {
        self.values.iter().max()
    }
}

/// What every action at every information set is worth given beliefs.
///
/// # Returns
/// One entry an information set, in order.
///
/// # Complexity
/// `O(nodes · players)`.
pub fn prospects(game: &ExtensiveGame, assessment: &Assessment) -> Vec<Prospect> {
    let values = node_values(game, &assessment.profile);
    let reach = realization(game, &assessment.profile);
    let mut all = Vec::with_capacity(game.num_infosets());
    for infoset in game.infosets() {
        let Some(player) = game.infoset_player(infoset) else {
            continue;
        };
        let members = game.members(infoset);
        let mut sums = vec![Rational::ZERO; game.num_actions(infoset)];
        for member in members {
            let belief = &assessment.beliefs[member.index()];
            if belief.is_zero() {
                continue;
            }
            for (sum, child) in sums.iter_mut().zip(game.children(*member)) {
                *sum += &(belief * values.of(child, player));
            }
        }
        all.push(Prospect {
            infoset,
            player,
            reached: members.iter().map(|n| &reach[n.index()]).sum(),
            values: sums,
        });
    }
    all
}

/// Moves on the way to a node: who made them, `None` for chance, and what they are called.
type History = Vec<(Option<PlayerId>, String)>;

/// How likely each node of an information set is before anybody but chance has moved: what chance
/// does on the way, made to sum to 1.
///
/// # Returns
/// By member; `None` where chance rules all of them out, or where the members follow different
/// moves of players, so that there is no belief without strategies.
pub fn priors(game: &ExtensiveGame, infoset: InfosetId) -> Vec<Option<Rational>> {
    let members = game.members(infoset);
    let public = |node: NodeId| -> History {
        let mut moves = history(game, node);
        moves.retain(|(mover, _)| mover.is_some());
        moves
    };
    let first = public(members[0]);
    if members.iter().any(|n| public(*n) != first) {
        return vec![None; members.len()];
    }
    let weights: Vec<Rational> = members
        .iter()
        .map(|node| {
            let mut product = Rational::ONE;
            let mut at = *node;
            while let (Some(parent), Some(k)) = (game.parent(at), game.incoming(at)) {
                if let NodeKind::Chance(event) = game.kind(parent) {
                    product = &product * game.chance_probability(event, k).value();
                }
                at = parent;
            }
            product
        })
        .collect();
    let total: Rational = weights.iter().sum();
    weights.iter().map(|w| w.checked_div(&total)).collect()
}

/// The moves that lead to a node: who made them, if not chance, and what they are called.
fn history(game: &ExtensiveGame, node: NodeId) -> History {
    let mut moves = Vec::new();
    let mut at = node;
    while let (Some(parent), Some(k)) = (game.parent(at), game.incoming(at)) {
        let (player, infoset) = match game.kind(parent) {
            NodeKind::Decision(player, h) => (Some(player), h),
            NodeKind::Chance(event) => (None, event),
            NodeKind::Terminal => break,
        };
        let label = match game.action_label(infoset, k) {
            "" => format!("#{}", k + 1),
            label => label.to_owned(),
        };
        moves.push((player, label));
        at = parent;
    }
    moves.reverse();
    moves
}

/// For every node of an information set, the moves that set it apart from the others.
///
/// # Returns
/// By member: labels joined by ", "; what all members have in common at the beginning and at
/// the end is left out. Empty for a single member.
pub fn distinctions(game: &ExtensiveGame, infoset: InfosetId) -> Vec<String> {
    let members = game.members(infoset);
    if members.len() == 1 {
        return vec![String::new()];
    }
    let paths: Vec<History> = members.iter().map(|node| history(game, *node)).collect();
    let shortest = paths.iter().map(Vec::len).min().unwrap_or(0);
    let first = &paths[0];
    let ahead = (0..shortest)
        .take_while(|k| paths.iter().all(|p| p[*k] == first[*k]))
        .count();
    let behind = (0..shortest - ahead)
        .take_while(|k| {
            let from_end = |p: &History| p[p.len() - 1 - k].clone();
            paths.iter().all(|p| from_end(p) == from_end(first))
        })
        .count();
    paths
        .iter()
        .map(|path| {
            let own: Vec<&str> = path[ahead..path.len() - behind]
                .iter()
                .map(|(_, label)| label.as_str())
                .collect();
            own.join(", ")
        })
        .collect()
}

/// Information sets of one player that differ only in what chance told her: her types at one
/// point of the game.
///
/// # Returns
/// Groups in order of their first set; a set alone is a group of its own.
pub fn siblings(game: &ExtensiveGame) -> Vec<Vec<InfosetId>> {
    let mut groups: Vec<(PlayerId, History, Vec<InfosetId>)> = Vec::new();
    for infoset in game.infosets() {
        let Some(player) = game.infoset_player(infoset) else {
            continue;
        };
        let mut public = history(game, game.members(infoset)[0]);
        public.retain(|(mover, _)| mover.is_some());
        let actions = |h: InfosetId| (0..game.num_actions(h)).map(move |k| game.action_label(h, k));
        let same = groups.iter_mut().find(|(mover, moves, sets)| {
            *mover == player && *moves == public && actions(sets[0]).eq(actions(infoset))
        });
        match same {
            Some((_, _, sets)) => sets.push(infoset),
            None => groups.push((player, public, vec![infoset])),
        }
    }
    groups.into_iter().map(|(_, _, sets)| sets).collect()
}

/// How the types of a player act at one point of the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// All take this action, by position.
    Pooling(usize),
    /// All that come here act alike, at random.
    PoolingMixed,
    /// No type takes an action that another takes, or none mixes and they differ.
    Separating,
    /// Some type acts like another some of the time.
    SemiSeparating,
}

/// How the types that come here act; `None` if none does.
pub fn conduct(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    reach: &[Rational],
    types: &[InfosetId],
) -> Option<Conduct> {
    let comes = |h: &&InfosetId| {
        let members = game.members(**h).iter();
        members.clone().any(|n| !reach[n.index()].is_zero())
    };
    let rows: Vec<&[Rational]> = types
        .iter()
        .filter(comes)
        .map(|h| profile.at(game, *h))
        .collect();
    let first = rows.first()?;
    let alike = rows.iter().all(|row| row == first);
    let pure = |row: &&[Rational]| row.iter().any(Rational::is_one);
    Some(match (alike, first.iter().position(Rational::is_one)) {
        (true, Some(k)) => Conduct::Pooling(k),
        (true, None) => Conduct::PoolingMixed,
        (false, _) if rows.iter().all(pure) => Conduct::Separating,
        (false, _) => Conduct::SemiSeparating,
    })
}

/// What a move that leaves things as they are means where the game starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// There is peace, and the first loud move starts a crisis.
    Peace,
    /// The crisis is on, and the loud move is to carry out a threat.
    Ongoing,
}

/// What kind of equilibrium it is, in the words of signalling and deterrence.
///
/// `quiet` says, by node, which action leaves things as they are, if one does. In peace, an
/// equilibrium whose first such decision is always quiet is *deterrence*; one where it never is, an
/// *attack*; one where some type is loud only some of the time and another one always, a *bluff*.
/// In an ongoing crisis the first decision of a player with types counts: a threat that some type
/// carries out always and another one some of the time is a *bluff*.
///
/// # Returns
/// Such as "bluff (semi-separating at demand)", "pooling on quiche", "separating"; `None` where
/// nobody has types and nothing is quiet.
pub fn kind(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    quiet: &dyn Fn(NodeId) -> Option<u32>,
    start: Start,
) -> Option<String> {
    let reach = realization(game, profile);
    let mut groups = siblings(game);
    groups.sort_by_key(|types| game.members(types[0])[0]);
    let typed = groups.iter().find_map(|types| {
        let conduct = conduct(game, profile, &reach, types)?;
        (types.len() > 1).then_some((types, conduct))
    });
    let action = |h: InfosetId, k: usize| game.action_label(h, k).to_owned();
    let signal = typed.map(|(types, conduct)| {
        let place = stem(game.infoset_label(types[0]));
        let at = if place.is_empty() {
            String::new()
        } else {
            format!(" at {place}")
        };
        match conduct {
            Conduct::Pooling(k) => format!("pooling on {}", action(types[0], k)),
            Conduct::PoolingMixed => format!("pooling, at random{at}"),
            Conduct::Separating => format!("separating{at}"),
            Conduct::SemiSeparating => format!("semi-separating{at}"),
        }
    });
    let crisis = groups.iter().find_map(|types| {
        if start == Start::Ongoing && types.len() < 2 {
            return None;
        }
        let still = quiet(game.members(types[0])[0])? as usize;
        let rows: Vec<&Rational> = types
            .iter()
            .filter(|h| {
                game.members(**h)
                    .iter()
                    .any(|n| !reach[n.index()].is_zero())
            })
            .map(|h| &profile.at(game, *h)[still])
            .collect();
        if rows.is_empty() {
            return None;
        }
        let loud = rows.iter().filter(|p| p.is_zero()).count();
        let silent = rows.iter().filter(|p| p.is_one()).count();
        let all = rows.len();
        Some(match start {
            Start::Peace if silent == all => "deterrence",
            Start::Peace if loud == all => "attack",
            Start::Peace if loud + silent == all => "partial deterrence",
            Start::Peace if loud == 0 => "mixed deterrence",
            Start::Ongoing if silent == all => "empty threat",
            Start::Ongoing if loud == all => "threat carried out",
            Start::Ongoing if loud + silent == all => "threat of some types",
            Start::Ongoing if loud == 0 => "mixed threat",
            _ => "bluff",
        })
    });
    match (crisis, signal) {
        (Some(crisis), Some(signal)) => Some(format!("{crisis} ({signal})")),
        (Some(crisis), None) => Some(crisis.to_owned()),
        (None, signal) => signal,
    }
}

/// The label of an information set without the type after the colon.
fn stem(label: &str) -> &str {
    label.split(':').next().unwrap_or(label)
}

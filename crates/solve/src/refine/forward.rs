//! Forward induction at the first deviation: the intuitive criterion and D1.
//!
//! **Problem.** A message that no type sends leaves beliefs free. Which of them are sensible, given
//! which types could hope to gain by sending it?
//! **Method.** A *message* is an action that some types of a player could take at sets that are
//! reached, none of them takes, and that the others cannot tell apart by type. Its receivers reply
//! at the sets that it leads to; whatever comes later must be settled by dominance. Then what a
//! message pays a type is linear in the replies, what replies pay is linear in the belief about
//! types, and replies that are best for some belief are a union of polytopes.
//! *Intuitive criterion* (Cho and Kreps 1987): types that get less by the message than in
//! equilibrium, whatever best reply they meet, did not send it; the equilibrium fails if some
//! other type then gains by it for sure. *D1* (Cho and Kreps 1987; Banks and Sobel 1987): a type
//! did not send it if another one gains strictly wherever the first does not lose; the equilibrium
//! fails if no belief in the types that are left deters everybody.
//! **Applies to** messages after which only receivers have a choice; others are not judged, and it
//! is said.
//! **Exact.** Yes. **Cost.** Exponential in the receivers' replies: a few sets with a few replies.
//! **References.** cho1987, bankssobel1987.

use super::frame::Frame;
use crate::numeric::polytope::{Halfspace, vertices};
use crate::odometer::turn;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::Assessment;
use std::collections::BTreeMap;

/// Combinations of replies that are looked at for one message.
const MOST_REPLIES: usize = 4096;

/// Vertices of one polytope.
const MOST_VERTICES: usize = 4096;

/// Which criteria an equilibrium survives; `None` where some message is not of the kind that they
/// are defined for here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardInduction {
    /// The intuitive criterion.
    pub intuitive: Option<bool>,
    /// D1.
    pub d1: Option<bool>,
    /// The first message that speaks against the equilibrium; `None` if none does.
    pub note: Option<Note>,
}

/// A message that nobody sends, and what it would say if somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Whose types could send it.
    pub player: PlayerId,
    /// Where they could, and by which action: one entry a type.
    pub senders: Vec<(InfosetId, usize)>,
    /// Which of them, by position, could have hoped to gain: the message comes from one of these.
    pub left: Vec<usize>,
    /// Whether some of those gain whatever best reply they meet (the intuitive criterion); else no belief in them
    /// deters everybody (D1).
    pub surely: bool,
}

/// A message: who could send it from where, and who replies where.
struct Message {
    player: PlayerId,
    /// Sets of the sender and the action at each.
    senders: Vec<(InfosetId, usize)>,
    receivers: Vec<InfosetId>,
}

/// A message's payoffs, by type of the sender.
struct Stage {
    /// In equilibrium.
    equilibrium: Vec<Rational>,
    /// By the message where no receiver is met.
    constant: Vec<Rational>,
    /// By type, receiver and reply: what the sender gets, times how likely she meets the receiver.
    sender: Vec<Vec<Vec<Rational>>>,
    /// The same for what the receiver gets.
    receiver: Vec<Vec<Vec<Rational>>>,
}

/// Applies both criteria to an assessment.
pub(crate) fn forward_induction(frame: &Frame<'_>, assessment: &Assessment) -> ForwardInduction {
    let (mut intuitive, mut d1, mut note) = (Some(true), Some(true), None);
    for message in messages(frame.game, assessment) {
        poll();
        let stage = stage(frame, assessment, &message);
        let judged = stage.and_then(|stage| Some((stage.intuitive()?, stage.d1()?)));
        let Some(((survives, left), (survives_d1, left_d1))) = judged else {
            intuitive = intuitive.filter(|s| !s);
            d1 = d1.filter(|s| !s);
            continue;
        };
        if !survives {
            intuitive = Some(false);
        }
        if !survives_d1 {
            d1 = Some(false);
        }
        if note.is_none() && !(survives && survives_d1) {
            note = Some(Note {
                player: message.player,
                senders: message.senders.clone(),
                left: if survives { left_d1 } else { left },
                surely: !survives,
            });
        }
    }
    ForwardInduction {
        intuitive,
        d1,
        note,
    }
}

/// The sets of others that are met first after a node, chance in between; `None` if the player
/// herself moves before anybody else does.
fn first_met(game: &ExtensiveGame, from: NodeId, player: PlayerId) -> Option<Vec<NodeId>> {
    let mut met = Vec::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        match game.kind(node) {
            NodeKind::Terminal => {}
            NodeKind::Chance(_) => open.extend(game.children(node)),
            NodeKind::Decision(mover, _) if mover == player => return None,
            NodeKind::Decision(..) => met.push(node),
        }
    }
    Some(met)
}

/// The messages that nobody sends, in order of their first sender's set and action.
fn messages(game: &ExtensiveGame, assessment: &Assessment) -> Vec<Message> {
    let reach = deterra_verify::payoff::realization(game, &assessment.profile);
    let reached = |h: InfosetId| game.members(h).iter().any(|n| !reach[n.index()].is_zero());
    let mut found: Vec<Message> = Vec::new();
    for player in game.players() {
        for infoset in game.player_infosets(player).filter(|h| reached(*h)) {
            let row = assessment.profile.at(game, infoset);
            for k in (0..row.len()).filter(|k| row[*k].is_zero()) {
                let mut receivers: Vec<InfosetId> = Vec::new();
                let mut own = false;
                for member in game.members(infoset) {
                    let Some(child) = game.child(*member, k) else {
                        continue;
                    };
                    match first_met(game, child, player) {
                        Some(met) => receivers.extend(met.iter().filter_map(|n| game.infoset(*n))),
                        None => own = true,
                    }
                }
                receivers.sort_unstable();
                receivers.dedup();
                if own {
                    receivers.clear();
                }
                // What nobody replies to says nothing; what is heard from others too is expected.
                if receivers.is_empty() || receivers.iter().any(|h| reached(*h)) {
                    continue;
                }
                let shares = |m: &&mut Message| {
                    m.player == player && m.receivers.iter().any(|h| receivers.contains(h))
                };
                match found.iter_mut().find(shares) {
                    Some(message) => {
                        message.senders.push((infoset, k));
                        message.receivers.extend(receivers);
                        message.receivers.sort_unstable();
                        message.receivers.dedup();
                    }
                    None => found.push(Message {
                        player,
                        senders: vec![(infoset, k)],
                        receivers,
                    }),
                }
            }
        }
    }
    // A message that only one type could send leaves nothing to be inferred.
    found.retain(|m| m.senders.len() > 1);
    found
}

/// The payoffs of a message; `None` if more than the replies is open after it.
fn stage(frame: &Frame<'_>, assessment: &Assessment, message: &Message) -> Option<Stage> {
    let game = frame.game;
    // Nodes that belong to receivers: below them nothing is open.
    for receiver in &message.receivers {
        for member in game.members(*receiver) {
            for below in member.0 + 1..game.subtree_end(*member).0 {
                if let NodeKind::Decision(_, h) = game.kind(NodeId(below))
                    && frame.allowed[h.index()].count_ones() > 1
                {
                    return None;
                }
            }
        }
    }
    // A type that has two ways to send it is not told apart from itself.
    let mut sets: Vec<InfosetId> = message.senders.iter().map(|(h, _)| *h).collect();
    sets.sort_unstable();
    if sets.windows(2).any(|w| w[0] == w[1]) {
        return None;
    }
    let empty = || -> Vec<Vec<Rational>> {
        let replies = message.receivers.iter();
        replies
            .map(|h| vec![Rational::ZERO; game.num_actions(*h)])
            .collect()
    };
    let values = deterra_verify::payoff::node_values(game, &assessment.profile);
    let mut stage = Stage {
        equilibrium: Vec::new(),
        constant: Vec::new(),
        sender: Vec::new(),
        receiver: Vec::new(),
    };
    for (infoset, action) in &message.senders {
        let (mut sender, mut receiver) = (empty(), empty());
        let mut constant = Rational::ZERO;
        let mut equilibrium = Rational::ZERO;
        for member in game.members(*infoset) {
            let belief = &assessment.beliefs[member.index()];
            if belief.is_zero() {
                continue;
            }
            equilibrium += &(belief * values.of(*member, message.player));
            if let Some(paid) = frame.paid(*member, message.player) {
                constant += &(belief * paid);
            }
            let mut open = vec![(game.child(*member, *action)?, belief.clone())];
            while let Some((node, weight)) = open.pop() {
                if let NodeKind::Decision(_, h) = game.kind(node) {
                    let g = message.receivers.binary_search(&h).ok()?;
                    let replier = game.infoset_player(h)?;
                    for (b, child) in game.children(node).enumerate() {
                        let paid = settled(frame, child, &[message.player, replier])?;
                        let here = frame.paid(node, message.player);
                        let total = here.map_or(paid[0].clone(), |x| x + &paid[0]);
                        sender[g][b] += &(&weight * &total);
                        receiver[g][b] += &(&weight * &paid[1]);
                    }
                    continue;
                }
                if let Some(paid) = frame.paid(node, message.player) {
                    constant += &(&weight * paid);
                }
                if let NodeKind::Chance(event) = game.kind(node) {
                    for (k, child) in game.children(node).enumerate() {
                        let p = game.chance_probability(event, k).value();
                        open.push((child, &weight * p));
                    }
                }
            }
        }
        stage.equilibrium.push(equilibrium);
        stage.constant.push(constant);
        stage.sender.push(sender);
        stage.receiver.push(receiver);
    }
    Some(stage)
}

/// What play from a node on pays some players where nothing is open any more.
fn settled(frame: &Frame<'_>, from: NodeId, players: &[PlayerId]) -> Option<Vec<Rational>> {
    let game = frame.game;
    let mut sums = vec![Rational::ZERO; players.len()];
    let mut open = vec![(from, Rational::ONE)];
    while let Some((node, weight)) = open.pop() {
        for (sum, player) in sums.iter_mut().zip(players) {
            if let Some(paid) = frame.paid(node, *player) {
                *sum += &(&weight * paid);
            }
        }
        match game.kind(node) {
            NodeKind::Terminal => {}
            NodeKind::Chance(event) => {
                for (k, child) in game.children(node).enumerate() {
                    let p = game.chance_probability(event, k).value();
                    open.push((child, &weight * p));
                }
            }
            NodeKind::Decision(_, h) => {
                let allowed = frame.allowed[h.index()];
                if allowed.count_ones() != 1 {
                    return None;
                }
                let only = allowed.trailing_zeros() as usize;
                open.push((game.child(node, only)?, weight));
            }
        }
    }
    Some(sums)
}

/// By receiver, the replies that tie for best: a face of the best replies.
type Face = Vec<Vec<usize>>;

impl Stage {
    fn num_types(&self) -> usize {
        self.equilibrium.len()
    }

    /// The faces of the replies that are best for some belief in these types; `None` if there are
    /// too many.
    fn faces(&self, types: &[usize]) -> Option<Vec<Face>> {
        let sizes: Vec<usize> = self.receiver[0].iter().map(Vec::len).collect();
        let total = sizes.iter().try_fold(1_usize, |n, s| {
            let subsets = 1_usize.checked_shl(u32::try_from(*s).ok()?)? - 1;
            n.checked_mul(subsets)
        })?;
        if total > MOST_REPLIES {
            return None;
        }
        let mut wheels = vec![0; sizes.len()];
        let mut faces = Vec::new();
        loop {
            poll();
            let face: Face = wheels
                .iter()
                .zip(&sizes)
                .map(|(w, n)| (0..*n).filter(|b| (w + 1) >> b & 1 == 1).collect())
                .collect();
            if self.is_best(&face, types)? {
                faces.push(face);
            }
            if !turn(&mut wheels, |k| (1 << sizes[k]) - 1) {
                return Some(faces);
            }
        }
    }

    /// Whether some belief in these types makes a face's replies best.
    fn is_best(&self, face: &Face, types: &[usize]) -> Option<bool> {
        // Beliefs in all types but the last; that in the last is what is left of 1.
        let n = types.len() - 1;
        let mut cuts = vec![Halfspace {
            coefficients: vec![Rational::integer(-1); n],
            constant: Rational::ONE,
        }];
        let mut at_least = |lead: &dyn Fn(usize) -> Rational| {
            let last = lead(types[n]);
            cuts.push(Halfspace {
                coefficients: types[..n].iter().map(|t| &lead(*t) - &last).collect(),
                constant: last,
            });
        };
        for (g, replies) in face.iter().enumerate() {
            let first = replies[0];
            for b in 0..self.receiver[0][g].len() {
                if b == first {
                    continue;
                }
                let lead = |t: usize| &self.receiver[t][g][first] - &self.receiver[t][g][b];
                at_least(&lead);
                if replies.contains(&b) {
                    at_least(&|t| -&lead(t));
                }
            }
        }
        if n == 0 {
            return Some(cuts.iter().all(|c| !c.constant.is_negative()));
        }
        let (low, high) = (vec![Rational::ZERO; n], vec![Rational::ONE; n]);
        Some(!vertices(&low, &high, &cuts, MOST_VERTICES)?.is_empty())
    }

    /// The least or the most that a type gets by the message on a face.
    fn extreme(&self, t: usize, face: &Face, most: bool) -> Rational {
        let mut sum = self.constant[t].clone();
        for (g, replies) in face.iter().enumerate() {
            let values = replies.iter().map(|b| &self.sender[t][g][*b]);
            let end = if most { values.max() } else { values.min() };
            if let Some(end) = end {
                sum += end;
            }
        }
        sum
    }

    /// Whether it survives, and the types that could have hoped to gain.
    fn intuitive(&self) -> Option<(bool, Vec<usize>)> {
        let all: Vec<usize> = (0..self.num_types()).collect();
        let faces = self.faces(&all)?;
        let could_gain = |t: &usize| {
            let best = faces.iter().map(|f| self.extreme(*t, f, true)).max();
            best.is_some_and(|best| best >= self.equilibrium[*t])
        };
        let left: Vec<usize> = all.into_iter().filter(could_gain).collect();
        if left.is_empty() {
            return Some((true, left));
        }
        let faces = self.faces(&left)?;
        let gains_surely = |t: &usize| {
            let worst = faces.iter().map(|f| self.extreme(*t, f, false)).min();
            worst.is_some_and(|worst| worst > self.equilibrium[*t])
        };
        let survives = !left.iter().any(gains_surely);
        Some((survives, left))
    }

    /// Whether it survives, and the types that are left.
    fn d1(&self) -> Option<(bool, Vec<usize>)> {
        let all: Vec<usize> = (0..self.num_types()).collect();
        let faces = self.faces(&all)?;
        // Whether somewhere `t` does not lose by the message while `other` does not gain.
        let open = |t: usize, other: usize| -> Option<bool> {
            for face in &faces {
                poll();
                if self.meets(face, &[(t, true), (other, false)])? {
                    return Some(true);
                }
            }
            Some(false)
        };
        let gains = |t: usize| {
            let best = faces.iter().map(|f| self.extreme(t, f, true)).max();
            best.is_some_and(|best| best > self.equilibrium[t])
        };
        let mut left = Vec::new();
        for t in &all {
            let mut dropped = false;
            for other in all.iter().filter(|o| *o != t && gains(**o)) {
                dropped |= !open(*t, *other)?;
            }
            if !dropped {
                left.push(*t);
            }
        }
        if left.is_empty() {
            return Some((true, left));
        }
        // Some reply that is best for a belief in the types left must deter every type.
        let deterred: Vec<(usize, bool)> = all.iter().map(|t| (*t, false)).collect();
        for face in self.faces(&left)? {
            poll();
            if self.meets(&face, &deterred)? {
                return Some((true, left));
            }
        }
        Some((false, left))
    }

    /// Whether replies of a face give every listed type at least (true) or at most (false) what she
    /// gets in equilibrium.
    fn meets(&self, face: &Face, wanted: &[(usize, bool)]) -> Option<bool> {
        // A variable for every reply of a face but the last of each receiver.
        let mut place: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (g, replies) in face.iter().enumerate() {
            for b in &replies[..replies.len() - 1] {
                let k = place.len();
                place.insert((g, *b), k);
            }
        }
        let n = place.len();
        let mut cuts = Vec::new();
        for (g, replies) in face.iter().enumerate() {
            let mut sum = vec![Rational::ZERO; n];
            for b in &replies[..replies.len() - 1] {
                sum[place[&(g, *b)]] = Rational::integer(-1);
            }
            cuts.push(Halfspace {
                coefficients: sum,
                constant: Rational::ONE,
            });
        }
        for (t, at_least) in wanted {
            let mut coefficients = vec![Rational::ZERO; n];
            let mut constant = &self.constant[*t] - &self.equilibrium[*t];
            for (g, replies) in face.iter().enumerate() {
                let last = &self.sender[*t][g][replies[replies.len() - 1]];
                constant += last;
                for b in &replies[..replies.len() - 1] {
                    coefficients[place[&(g, *b)]] = &self.sender[*t][g][*b] - last;
                }
            }
            if !at_least {
                constant = -&constant;
                coefficients = coefficients.iter().map(|c| -c).collect();
            }
            cuts.push(Halfspace {
                coefficients,
                constant,
            });
        }
        if n == 0 {
            return Some(cuts.iter().all(|c| !c.constant.is_negative()));
        }
        let (low, high) = (vec![Rational::ZERO; n], vec![Rational::ONE; n]);
        Some(!vertices(&low, &high, &cuts, MOST_VERTICES)?.is_empty())
    }
}

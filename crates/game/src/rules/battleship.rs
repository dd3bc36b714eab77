//! Ships that are hidden, and shots at them.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Both place their ships on a board of their own, one after the other in turn, and then shoot in turn (rules as in Farina, Ling, Fang and Sandholm 2019). A ship lies along a
/// row or down a column, apart from others, and leaves room for those to come. Of a shot both know the cell, and who shot whether it hit water or a
/// ship, or sank one. Play ends after `shots` each, or once all ships of a side are sunk. A side gets what the ships are worth that it sank, and loses
/// `loss` times what those are worth that it lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battleship {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The cells of each ship, in the order in which they are placed; 0 after the last one.
    pub ships: [usize; MOST_SHIPS],
    /// What each ship is worth.
    pub values: [i64; MOST_SHIPS],
    /// Shots of each side.
    pub shots: usize,
    /// Whether a cell may be shot at again.
    pub repeats: bool,
    /// By how much a loss counts more than a gain; 1 is zero-sum.
    pub loss: i64,
}

impl Default for Battleship {
    fn default() -> Self {
        Self {
            width: 2,
            height: 2,
            ships: [1, 2, 0, 0],
            values: [1; MOST_SHIPS],
            shots: 2,
            repeats: false,
            loss: 1,
        }
    }
}

/// The most ships of a side.
pub(super) const MOST_SHIPS: usize = 4;
/// The most cells of a board.
pub(super) const MOST_CELLS: usize = 16;
/// The most shots of a side.
pub(super) const MOST_SHOTS: usize = 16;

/// Where a ship may lie: its first cell, whether down, and its cells as bits.
type Place = (usize, bool, u16);

/// Where play stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// By player and ship, its cells, its first cell and whether it lies down.
    ships: [[(u16, u8, bool); MOST_SHIPS]; 2],
    placed: [u8; 2],
    /// By player, the cells that were shot at, in order.
    shots: [[u8; MOST_SHOTS]; 2],
    shot: [u8; 2],
}

/// What a shot does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hit {
    Water,
    Ship,
    Sunk,
}

impl Spot {
    fn shots(&self, player: usize) -> &[u8] {
        &self.shots[player][..usize::from(self.shot[player])]
    }

    fn ships(&self, player: usize) -> &[(u16, u8, bool)] {
        &self.ships[player][..usize::from(self.placed[player])]
    }

    /// Cells shot at by the first `count` shots of a player, as bits.
    fn fire(&self, player: usize, count: usize) -> u16 {
        let shots = &self.shots(player)[..count];
        shots.iter().fold(0, |cells, cell| cells | 1 << cell)
    }

    fn has_sunk(&self, player: usize, ship: usize) -> bool {
        let cells = self.ships[1 - player][ship].0;
        cells & !self.fire(player, self.shots(player).len()) == 0
    }

    /// What a shot of a player did, by number.
    fn hit(&self, player: usize, shot: usize) -> Hit {
        let cell = self.shots[player][shot];
        let ship = self.ships(1 - player);
        match ship.iter().find(|(cells, ..)| cells >> cell & 1 == 1) {
            None => Hit::Water,
            Some((cells, ..)) if cells & !self.fire(player, shot + 1) == 0 => Hit::Sunk,
            Some(_) => Hit::Ship,
        }
    }
}

impl Battleship {
    /// How many ships a side has.
    fn count(&self) -> usize {
        self.ships.iter().take_while(|cells| **cells > 0).count()
    }

    const fn cells(&self) -> usize {
        self.width * self.height
    }

    /// Where a ship may lie on an empty board: along rows first.
    fn lies(&self, ship: usize) -> impl Iterator<Item = Place> + '_ {
        let long = self.ships[ship];
        let fits = move |cell: usize, down: bool| {
            let (row, column) = (cell / self.width, cell % self.width);
            let (step, end, last) = if down {
                (self.width, row, self.height)
            } else {
                (1, column, self.width)
            };
            let is_there = end + long <= last && !(down && long == 1);
            let cells = (0..long).map(move |k| cell + k * step);
            is_there.then(|| (cell, down, cells.fold(0, |all, cell| all | 1 << cell)))
        };
        [false, true]
            .into_iter()
            .flat_map(move |down| (0..self.cells()).filter_map(move |cell| fits(cell, down)))
    }

    /// Whether the ships from this one on find room.
    fn have_room(&self, ship: usize, taken: u16) -> bool {
        // As many levels as there are ships, at most four.
        ship == self.count()
            || self
                .lies(ship)
                .any(|(_, _, cells)| cells & taken == 0 && self.have_room(ship + 1, taken | cells))
    }

    /// Whether all ships find room at all.
    pub fn has_room(&self) -> bool {
        self.have_room(0, 0)
    }

    /// Where the next ship of a player may lie.
    fn places<'a>(&'a self, spot: &Spot, player: usize) -> impl Iterator<Item = Place> + 'a {
        let ships = spot.ships(player);
        let taken = ships.iter().fold(0, |all, (cells, ..)| all | cells);
        let ship = ships.len();
        self.lies(ship).filter(move |(_, _, cells)| {
            cells & taken == 0 && self.have_room(ship + 1, taken | cells)
        })
    }

    /// What a player may shoot at.
    fn targets(&self, spot: &Spot, player: usize) -> impl Iterator<Item = usize> {
        let before = if self.repeats {
            0
        } else {
            spot.fire(player, spot.shots(player).len())
        };
        (0..self.cells()).filter(move |cell| before >> cell & 1 == 0)
    }

    fn places_ships(&self, spot: &Spot) -> bool {
        usize::from(spot.placed[1]) < self.count()
    }

    fn name(&self, cell: usize, text: &mut String) {
        text.push(char::from(b'a' + (cell % self.width) as u8));
        _ = write!(text, "{}", cell / self.width + 1);
    }

    /// What a player sank is worth.
    fn damage(&self, spot: &Spot, player: usize) -> i64 {
        (0..self.count())
            .filter(|ship| spot.has_sunk(player, *ship))
            .map(|ship| self.values[ship])
            .sum()
    }
}

impl Rules for Battleship {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        let ships: Vec<String> = self.ships[..self.count()]
            .iter()
            .map(ToString::to_string)
            .collect();
        format!(
            "battleship {}x{}, ships of {}, {} shots",
            self.width,
            self.height,
            ships.join(" and "),
            self.shots
        )
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if self.places_ships(spot) {
            return Turn::Player(usize::from(spot.placed[0] > spot.placed[1]));
        }
        let sinks_all = |player| (0..self.count()).all(|ship| spot.has_sunk(player, ship));
        if usize::from(spot.shot[1]) == self.shots || sinks_all(0) || sinks_all(1) {
            Turn::Over
        } else {
            Turn::Player(usize::from(spot.shot[0] > spot.shot[1]))
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        let spot = state.now();
        match self.turn(state) {
            Turn::Player(player) if self.places_ships(spot) => self.places(spot, player).count(),
            Turn::Player(player) => self.targets(spot, player).count(),
            _ => 0,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let spot = state.now();
        let Turn::Player(player) = self.turn(state) else {
            return;
        };
        if self.places_ships(spot) {
            let place = self.places(spot, player).nth(action);
            let (cell, down, _) = place.unwrap_or_default();
            self.name(cell, name);
            name.push_str(if down { " down" } else { " along" });
        } else {
            let cell = self.targets(spot, player).nth(action);
            name.push_str("shoot ");
            self.name(cell.unwrap_or_default(), name);
        }
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let Turn::Player(player) = self.turn(state) else {
            return;
        };
        let spot = state.now();
        if self.places_ships(spot) {
            let place = self.places(spot, player).nth(action);
            let (cell, down, cells) = place.unwrap_or_default();
            state.go(|spot| {
                let ship = usize::from(spot.placed[player]);
                spot.ships[player][ship] = (cells, cell as u8, down);
                spot.placed[player] += 1;
            });
        } else {
            let cell = self.targets(spot, player).nth(action).unwrap_or_default();
            state.go(|spot| {
                spot.shots[player][usize::from(spot.shot[player])] = cell as u8;
                spot.shot[player] += 1;
            });
        }
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The own ships, with a bar after those that lie down; then round by round the own shot, with `.` for water, `+` for a hit and `!` for a ship sunk,
    /// and the other one's in parentheses.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let Turn::Player(player) = self.turn(state) else {
            return;
        };
        for (_, cell, down) in spot.ships(player) {
            self.name(usize::from(*cell), text);
            if *down {
                text.push('|');
            }
        }
        if self.places_ships(spot) {
            return;
        }
        text.push(':');
        for shot in 0..self.shots {
            if let Some(cell) = spot.shots(player).get(shot) {
                self.name(usize::from(*cell), text);
                text.push(match spot.hit(player, shot) {
                    Hit::Water => '.',
                    Hit::Ship => '+',
                    Hit::Sunk => '!',
                });
            }
            if let Some(cell) = spot.shots(1 - player).get(shot) {
                text.push('(');
                self.name(usize::from(*cell), text);
                text.push(')');
            }
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        let [first, second] = [0, 1].map(|player| self.damage(spot, player));
        to.push(Number::from(first - self.loss * second));
        to.push(Number::from(second - self.loss * first));
    }
}

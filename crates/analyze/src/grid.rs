//! Points of parameters: every combination of a few values, or draws.
//!
//! Points are numbered from 0 and made one at a time from their number alone, so that a million of
//! them take no memory and any part of them can be made anywhere. Of a [`Grid`] the last
//! parameter changes fastest. Every entry of a point is a fraction with a short denominator, so that what is
//! computed from it stays exact and fast.

mod spread;

pub mod sample;
pub mod scrambled;

pub use sample::Sample;
pub use spread::Spread;

use deterra_game::number::{Number, Rational};

/// Evenly spaced values of one parameter, both ends among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The parameter.
    pub name: String,
    /// The first value.
    pub low: Rational,
    /// The last value; of one value alone, the first is meant.
    pub high: Rational,
    /// How many, 1 at least.
    pub count: u64,
}

impl Axis {
    /// Reads `a=0:20:41`: low, high, how many; or `a=5`.
    ///
    /// # Errors
    /// A sentence.
    ///
    /// # Example
    /// ```
    /// use deterra_analyze::grid::Axis;
    /// let axis = Axis::parse("a=0:20:41").expect("an axis");
    /// assert_eq!(axis.value(1).to_string(), "1/2");
    /// assert!(Axis::parse("a=0:20").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let hint = || format!("`{text}` is not NAME=LOW:HIGH:POINTS, such as a=0:20:41");
        let (name, values) = text.split_once('=').ok_or_else(hint)?;
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        if name.is_empty() {
            return Err(hint());
        }
        let number = |text: &str| -> Result<Rational, String> {
            let number: Number = text.trim().parse().map_err(|_| hint())?;
            Ok(number.value().clone())
        };
        let parts: Vec<&str> = values.split(':').collect();
        let (low, high, count) = match parts[..] {
            [one] => (number(one)?, number(one)?, 1),
            [low, high, count] => {
                let count = count.trim().parse().map_err(|_| hint())?;
                (number(low)?, number(high)?, count)
            }
            _ => return Err(hint()),
        };
        match count {
            0 => Err(format!("`{text}` has no points")),
            1 if low != high => Err(format!(
                "`{text}` has one point, which cannot be both {low} and {high}"
            )),
            _ if low > high => Err(format!("`{text}` goes down: write low:high")),
            _ => Ok(Self {
                name,
                low,
                high,
                count,
            }),
        }
    }

    /// The value of a number below [`Self::count`].
    pub fn value(&self, k: u64) -> Rational {
        if self.count < 2 {
            return self.low.clone();
        }
        let whole = |n: u64| Rational::from(deterra_game::number::Natural::from(n));
        let share = whole(k).checked_div(&whole(self.count - 1));
        let share = share.expect("invariant: an axis of two points or more has an interval");
        &self.low + &(&(&self.high - &self.low) * &share)
    }
}

/// Every combination of the values of some axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    axes: Vec<Axis>,
    len: u64,
}

impl Grid {
    /// The product of axes.
    ///
    /// # Errors
    /// A sentence if there are none, if one is there twice, or if there are more points than
    /// can be numbered.
    pub fn new(axes: Vec<Axis>) -> Result<Self, String> {
        if axes.is_empty() {
            return Err("a grid needs an axis".to_owned());
        }
        for (k, axis) in axes.iter().enumerate() {
            if axes[..k].iter().any(|other| other.name == axis.name) {
                return Err(format!("the grid has {} twice", axis.name));
            }
        }
        let product = axes.iter().try_fold(1_u64, |n, a| n.checked_mul(a.count));
        match product {
            Some(len) => Ok(Self { axes, len }),
            None => Err("the grid has more points than can be numbered".to_owned()),
        }
    }

    /// The axes, the last changing fastest.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }
}

/// Points, each made from its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Points {
    /// Every combination.
    Grid(Grid),
    /// Draws.
    Sample(Sample),
}

impl Points {
    /// The parameters, in the order of the entries of a point.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Grid(grid) => grid.axes.iter().map(|a| a.name.clone()).collect(),
            Self::Sample(sample) => sample.over().iter().map(|(n, _)| n.clone()).collect(),
        }
    }

    /// How many points.
    pub fn len(&self) -> u64 {
        match self {
            Self::Grid(grid) => grid.len,
            Self::Sample(sample) => sample.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The point of a number below [`Self::len`].
    pub fn point(&self, index: u64) -> Vec<Rational> {
        match self {
            Self::Grid(grid) => {
                let mut rest = index;
                let mut point: Vec<Rational> = Vec::with_capacity(grid.axes.len());
                for axis in grid.axes.iter().rev() {
                    point.push(axis.value(rest % axis.count));
                    rest /= axis.count;
                }
                point.reverse();
                point
            }
            Self::Sample(sample) => sample.point(index),
        }
    }

    /// The points in words that say all there is to say of them, one line each parameter: two
    /// plans with the same words have the same points.
    pub fn describe(&self) -> String {
        match self {
            Self::Grid(grid) => {
                let axis = |a: &Axis| format!("grid {}={}:{}:{}\n", a.name, a.low, a.high, a.count);
                grid.axes.iter().map(axis).collect()
            }
            Self::Sample(sample) => sample.describe(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_axis_changes_fastest_and_ends_are_exact() {
        let axes = ["a=0:1:3", "b=-1:2:2"].map(|t| Axis::parse(t).expect("an axis"));
        let points = Points::Grid(Grid::new(axes.to_vec()).expect("a grid"));
        let all: Vec<String> = (0..points.len())
            .map(|k| format!("{:?}", points.point(k)))
            .collect();
        // By hand: 0, 1/2, 1 times -1, 2.
        assert_eq!(
            all,
            [
                "[0, -1]",
                "[0, 2]",
                "[1/2, -1]",
                "[1/2, 2]",
                "[1, -1]",
                "[1, 2]"
            ]
        );
        let ends = Axis::parse("x=1/3:0.4:1001").expect("an axis");
        assert_eq!(ends.value(0).to_string(), "1/3");
        assert_eq!(ends.value(1000).to_string(), "2/5");
    }

    #[test]
    fn what_is_no_axis_is_refused() {
        for text in [
            "",
            "a",
            "=0:1:2",
            "a=0:1:0",
            "a=0:1:1",
            "a=1:0:2",
            "a=0:1",
            "a=x:1:2",
            "a=0:1:2:3",
            "a=0:1:1.5",
        ] {
            assert!(Axis::parse(text).is_err(), "{text}");
        }
        let many = vec!["a=0:1:4294967296", "b=0:1:4294967296"];
        let axes = many.into_iter().map(|t| Axis::parse(t).expect("an axis"));
        assert!(Grid::new(axes.collect()).is_err());
        let twice = ["a=0:1:2", "a=0:1:3"].map(|t| Axis::parse(t).expect("an axis"));
        assert!(Grid::new(twice.to_vec()).is_err());
        assert!(Grid::new(Vec::new()).is_err());
    }
}

//! Values of flags that have a shape of their own.

use clap::ValueEnum;
use std::str::FromStr;
use std::time::Duration;

/// What disturbs the comparison of actions in a quantal response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorsName {
    /// Extreme-value errors of every action: odds are exp(lambda times the difference).
    Logit,
    /// Normal errors of every action; two actions at most.
    Probit,
    /// Normal errors of every player's payoffs that only she knows; perfect information, two
    /// actions at most, and nobody moves twice in a play.
    Private,
    /// Errors of every action, in contrast to private ones: probit, or as `--link` says.
    Agent,
}

/// Which of several best moves is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TieRuleName {
    /// The first listed in the file.
    First,
    /// The move that stays put, else the first listed.
    #[value(name = "status_quo")]
    StatusQuo,
    /// The move that leaves the others the most.
    Benevolent,
    /// The move that leaves the others the least.
    Adversarial,
}

/// `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// What stands before the first `=`.
    pub(crate) name: String,
    /// What stands after it.
    pub(crate) value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text
            .split_once('=')
            .ok_or("expected NAME=VALUE, such as a=11")?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || value.is_empty() {
            return Err("expected NAME=VALUE, such as a=11".to_owned());
        }
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }
}

impl Assignment {
    /// As a pair.
    pub(crate) fn pair(&self) -> (String, String) {
        (self.name.clone(), self.value.clone())
    }
}

/// `actor:name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opinion {
    /// Whose it is.
    pub(crate) of: String,
    /// What it is.
    pub(crate) assignment: Assignment,
}

impl FromStr for Opinion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "expected ACTOR:NAME=VALUE, such as challenger:coalition=irresolute";
        let (of, assignment) = text.split_once(':').ok_or(hint)?;
        let of = of.trim();
        if of.is_empty() {
            return Err(hint.to_owned());
        }
        Ok(Self {
            of: of.to_owned(),
            assignment: assignment.parse().map_err(|_| hint)?,
        })
    }
}

/// A number of bytes: `4096`, `512M`, `2G`, `1GiB`; letters are powers of 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) usize);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "expected a size such as 512M or 2G";
        let split = text.find(|c: char| !c.is_ascii_digit());
        let (digits, unit) = text.split_at(split.unwrap_or(text.len()));
        let shift = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 0,
            "k" | "kb" | "kib" => 10,
            "m" | "mb" | "mib" => 20,
            "g" | "gb" | "gib" => 30,
            "t" | "tb" | "tib" => 40,
            _ => return Err(hint.to_owned()),
        };
        let count: usize = digits.parse().map_err(|_| hint.to_owned())?;
        let factor = 1usize.checked_shl(shift).ok_or("too large")?;
        count
            .checked_mul(factor)
            .map(Self)
            .ok_or_else(|| "too large".to_owned())
    }
}

/// A number of seconds, decimals allowed.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let hint = "expected a number of seconds, such as 10 or 0.5";
    let seconds: f64 = text
        .strip_suffix('s')
        .unwrap_or(text)
        .parse()
        .map_err(|_| hint.to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| hint.to_owned())
}

/// How little may be left to be gained.
pub(crate) fn gap(text: &str) -> Result<f64, String> {
    let value: Option<f64> = text.parse().ok();
    value
        .filter(|gap| gap.is_finite() && *gap > 0.0)
        .ok_or_else(|| "expected a number above 0, such as 0.001 or 1e-6".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        let size = |text: &str| text.parse::<Bytes>().map(|b| b.0);
        assert_eq!(size("4096"), Ok(4096));
        assert_eq!(size("2k"), Ok(2048));
        assert_eq!(size("1GiB"), Ok(1 << 30));
        for wrong in [
            "",
            "G",
            "-1",
            "1.5G",
            "3 parsecs",
            "99999999999999999999",
            "99999999999T",
        ] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn seconds_are_finite_and_not_negative() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(seconds("2s"), Ok(Duration::from_secs(2)));
        for wrong in ["", "-1", "NaN", "inf", "1e300", "soon"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn assignments_split_at_the_first_sign() {
        let a: Assignment = "n[0] = 1 == 1".parse().expect("valid");
        assert_eq!((a.name.as_str(), a.value.as_str()), ("n[0]", "1 == 1"));
        assert!("a".parse::<Assignment>().is_err());
        assert!("=3".parse::<Assignment>().is_err());
    }
}

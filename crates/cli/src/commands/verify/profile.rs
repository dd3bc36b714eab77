//! Profiles that other programs wrote: our JSON, or the `NE` lines of Gambit's tools.
//!
//! Numbers are read exactly, decimals too. Distributions of decimals may miss 1 by what rounding
//! explains and are then scaled; `distances` says how far each may be from the one that was meant.

use super::rounding::{LEAST_DIGITS, MACHINE_DIGITS, distance, last_place, power_of_ten};
use crate::output::names::{Decision, Names, hint};
use deterra_game::number::{Number, Rational};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Decimals that rounded answers are good for.
const ANSWER_DIGITS: i32 = 12;

/// One stored profile, by player, information set and action.
#[derive(Debug)]
pub(crate) struct Stored {
    /// What it is called: `equilibrium 1`, `line 2`.
    pub(crate) name: String,
    /// Whether it is one of the unfolded tree of a game on shared positions.
    pub(crate) by_history: bool,
    /// Distributions that sum to exactly 1.
    pub(crate) probabilities: Vec<Vec<Vec<Rational>>>,
    /// Player and information set of rows of zeros in `NE` lines, for which the first action stands.
    pub(crate) empty: Vec<(usize, usize)>,
    /// How far each distribution may be from the one that was rounded, by player and information
    /// set: differences summed up, 0 where there is no sign of rounding.
    pub(crate) distances: Vec<Vec<Rational>>,
    /// A clause about the first distribution that was rounded, if any was.
    pub(crate) rounding_sign: Option<String>,
    /// Whether there are decimals at all.
    pub(crate) decimals: bool,
    /// Whether some distribution of decimals was scaled to sum to 1.
    pub(crate) scaled: bool,
    /// The equilibrium itself, as it stands beside a profile that is near it.
    pub(crate) algebraic: Option<Value>,
    /// What players get, as it stands beside the profile: player and number.
    pub(crate) payoffs: Vec<(String, Value)>,
}

impl Stored {
    /// Takes every distribution for one that a program rounded, as the answer it comes from says.
    fn round(&mut self) {
        let unit = power_of_ten(-ANSWER_DIGITS);
        for distance in self.distances.iter_mut().flatten() {
            *distance += &unit;
        }
        let said = "the answer it comes from says that its numbers are rounded";
        self.rounding_sign.get_or_insert_with(|| said.to_owned());
    }

    /// A profile that nobody rounded.
    pub(crate) fn exact(name: String, probabilities: Vec<Vec<Vec<Rational>>>) -> Self {
        let distances = probabilities
            .iter()
            .map(|own| vec![Rational::ZERO; own.len()]);
        Self {
            name,
            by_history: false,
            empty: Vec::new(),
            distances: distances.collect(),
            probabilities,
            rounding_sign: None,
            decimals: false,
            scaled: false,
            algebraic: None,
            payoffs: Vec::new(),
        }
    }

    /// All probabilities in order: player, information set, action.
    pub(crate) fn flat(&self) -> Vec<Rational> {
        let players = self.probabilities.iter();
        players.flatten().flatten().cloned().collect()
    }
}

/// Reads every profile of a text. Those that are marked as depending on history are read by the
/// names that `histories` gives, if it gives any.
///
/// # Errors
/// A sentence and what to do about it.
pub(crate) fn read<'n>(
    text: &str,
    names: &'n Names,
    histories: &dyn Fn() -> Result<&'n Names, (String, String)>,
) -> Result<Vec<Stored>, (String, String)> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        json(text, &|by_history| {
            if by_history { histories() } else { Ok(names) }
        })
    } else {
        lines(text, names)
    }
}

/// The names of a profile that depends on history, or of one that does not.
type NamesOf<'f, 'n> = &'f dyn Fn(bool) -> Result<&'n Names, (String, String)>;

fn json(text: &str, names: NamesOf<'_, '_>) -> Result<Vec<Stored>, (String, String)> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        (
            format!("the profile is not valid JSON: {error}"),
            "`deterra solve --json` writes profiles that can be read back".to_owned(),
        )
    })?;
    let Value::Object(document) = value else {
        return Err(shape("the profile is no JSON object"));
    };
    if let Some(equilibria) = document.get("equilibria").and_then(Value::as_array) {
        let mut stored = Vec::new();
        for (k, equilibrium) in equilibria.iter().enumerate() {
            let id = equilibrium.get("id").and_then(Value::as_u64);
            let name = format!("equilibrium {}", id.unwrap_or(k as u64 + 1));
            match equilibrium.get("profile") {
                Some(Value::Object(profile)) => {
                    let by_history = is_history(equilibrium.get("profile_by"));
                    let mut one = named(name, profile, names(by_history)?, by_history)?;
                    one.algebraic = equilibrium.get("algebraic").cloned();
                    one.payoffs = payoffs(equilibrium);
                    let status = equilibrium.pointer("/verdict/status");
                    if status.and_then(Value::as_str) == Some("bounded") {
                        one.round();
                    }
                    stored.push(one);
                }
                _ => {
                    return Err(shape(&format!("{name} of the answer has no profile")));
                }
            }
        }
        if stored.is_empty() {
            return Err(shape("the answer has no equilibrium"));
        }
        return Ok(stored);
    }
    let profile = match document.get("profile") {
        Some(Value::Object(profile)) if !names(false)?.players.iter().any(|p| p == "profile") => {
            profile
        }
        _ => &document,
    };
    let schema = document.get("schema").and_then(Value::as_str);
    if let (true, Some(schema)) = (std::ptr::eq(profile, &raw const document), schema) {
        return Err((
            format!("an answer of the form `{schema}` has no profile that could be judged"),
            "profiles are in what `deterra solve --json` writes about equilibria".to_owned(),
        ));
    }
    let by_history = is_history(document.get("profile_by"));
    let name = "the profile".to_owned();
    let mut one = named(name, profile, names(by_history)?, by_history)?;
    if !std::ptr::eq(profile, &raw const document) {
        one.payoffs = payoffs(&Value::Object(document));
    }
    Ok(vec![one])
}

/// What an answer says that players get.
pub(super) fn payoffs(of: &Value) -> Vec<(String, Value)> {
    let fields = of.get("payoffs").and_then(Value::as_object);
    let fields = fields.into_iter().flatten();
    fields
        .map(|(name, paid)| (name.clone(), paid.clone()))
        .collect()
}

fn is_history(by: Option<&Value>) -> bool {
    by.and_then(Value::as_str) == Some("history")
}

fn shape(message: &str) -> (String, String) {
    (
        message.to_owned(),
        "expected player → information set → action → probability, such as \
         {\"challenger\": {\"C0\": {\"negotiate\": \"0\", \"continue\": \"1\"}}}"
            .to_owned(),
    )
}

fn named(
    name: String,
    profile: &Map<String, Value>,
    names: &Names,
    by_history: bool,
) -> Result<Stored, (String, String)> {
    let mut reader = Reader::default();
    let mut probabilities = Vec::with_capacity(names.players.len());
    known(profile, "player", &names.players.iter().map(String::as_str))?;
    for (k, (player, decisions)) in names.players.iter().zip(&names.decisions).enumerate() {
        let own = entry(profile, player, k).and_then(Value::as_object);
        let empty = Map::new();
        let own = match own {
            Some(own) => own,
            None if decisions.is_empty() => &empty,
            None => {
                return Err(shape(&format!(
                    "the profile says nothing of player {player}"
                )));
            }
        };
        let whose = format!("information set of {player}");
        known(own, &whose, &decisions.iter().map(|d| d.name.as_str()))?;
        reader.distances.push(Vec::with_capacity(decisions.len()));
        let mut rows = Vec::with_capacity(decisions.len());
        for (k, decision) in decisions.iter().enumerate() {
            let row = entry(own, &decision.name, k)
                .and_then(Value::as_object)
                .ok_or_else(|| {
                    shape(&format!(
                        "the profile does not say what {player} does at {}",
                        decision.name
                    ))
                })?;
            rows.push(reader.row(row, player, decision)?);
        }
        probabilities.push(rows);
    }
    Ok(Stored {
        by_history,
        ..reader.stored(name, probabilities)
    })
}

/// A field by its name or by `#k`.
fn entry<'v>(fields: &'v Map<String, Value>, name: &str, k: usize) -> Option<&'v Value> {
    fields
        .get(name)
        .or_else(|| fields.get(&format!("#{}", k + 1)))
}

/// Every field must be a known name or `#k`, and none may be there under both.
fn known<'n>(
    fields: &Map<String, Value>,
    what: &str,
    names: &(impl ExactSizeIterator<Item = &'n str> + Clone),
) -> Result<(), (String, String)> {
    // Fields mostly stand in order; only if they do not, names are sorted to look them up.
    let mut expected = names.clone().enumerate();
    let mut sorted: Option<BTreeMap<&str, usize>> = None;
    let mut taken = vec![false; names.len()];
    for field in fields.keys() {
        let in_order = expected.next().filter(|(_, name)| name == field);
        let place = in_order.map(|(k, _)| k).or_else(|| {
            let sorted = sorted.get_or_insert_with(|| {
                let names = names.clone().enumerate();
                names.map(|(k, name)| (name, k)).collect()
            });
            sorted.get(field.as_str()).copied()
        });
        let numbered = || {
            let number = field.strip_prefix('#')?.parse::<usize>().ok()?;
            number.checked_sub(1).filter(|k| *k < names.len())
        };
        let Some(place) = place.or_else(numbered) else {
            let help = hint(field, names.clone(), || {
                let shown: Vec<&str> = names.clone().take(12).collect();
                let more = if names.len() > 12 { ", …" } else { "" };
                format!("known are {}{more}", shown.join(", "))
            });
            return Err((format!("there is no {what} called `{field}`"), help));
        };
        if std::mem::replace(&mut taken[place], true) {
            return Err((
                format!("the {what} called `{field}` is there under another name too"),
                "give everything by its name, or by `#` and its number, once".to_owned(),
            ));
        }
    }
    Ok(())
}

fn lines(text: &str, names: &Names) -> Result<Vec<Stored>, (String, String)> {
    let mut stored = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let mut fields: Vec<&str> = line.split(',').map(str::trim).collect();
        if fields[0].eq_ignore_ascii_case("ne") {
            fields.remove(0);
        } else if !fields[0].starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            // Gambit's tools print other lines too: start,…; convex-1,….
            continue;
        }
        let name = format!("line {}", number + 1);
        let of_player = |d: &Vec<Decision>| d.iter().map(|d| d.actions.len()).sum::<usize>();
        let expected: usize = names.decisions.iter().map(of_player).sum();
        if fields.len() != expected {
            return Err((
                format!(
                    "{name} has {} probabilities, the game needs {expected}",
                    fields.len()
                ),
                "one number an action: players in order, their information sets in preorder of \
                 the first member, actions in order"
                    .to_owned(),
            ));
        }
        let mut reader = Reader::default();
        let mut fields = fields.into_iter();
        let mut probabilities = Vec::with_capacity(names.players.len());
        for (player, decisions) in names.players.iter().zip(&names.decisions) {
            reader.distances.push(Vec::with_capacity(decisions.len()));
            let mut rows = Vec::with_capacity(decisions.len());
            for decision in decisions {
                let mut spelled: Vec<&str> = fields.by_ref().take(decision.actions.len()).collect();
                let nothing = |text: &&str| text.chars().all(|c| matches!(c, '0' | '.'));
                if !spelled.is_empty() && spelled.iter().all(nothing) {
                    reader.empty.push((probabilities.len(), rows.len()));
                    spelled.fill("0");
                    spelled[0] = "1";
                }
                rows.push(reader.distribution(&spelled, player, &decision.name)?);
            }
            probabilities.push(rows);
        }
        stored.push(reader.stored(name, probabilities));
    }
    if stored.is_empty() {
        return Err((
            "there is no profile in the text".to_owned(),
            "expected our JSON or lines such as NE,1,0,1/2,1/2".to_owned(),
        ));
    }
    Ok(stored)
}

/// Sums up what rounding may have done.
#[derive(Default)]
struct Reader {
    distances: Vec<Vec<Rational>>,
    empty: Vec<(usize, usize)>,
    sign: Option<String>,
    decimals: bool,
    scaled: bool,
}

impl Reader {
    fn stored(self, name: String, probabilities: Vec<Vec<Vec<Rational>>>) -> Stored {
        Stored {
            name,
            by_history: false,
            probabilities,
            empty: self.empty,
            distances: self.distances,
            rounding_sign: self.sign,
            decimals: self.decimals,
            scaled: self.scaled,
            algebraic: None,
            payoffs: Vec::new(),
        }
    }

    fn row(
        &mut self,
        row: &Map<String, Value>,
        player: &str,
        decision: &Decision,
    ) -> Result<Vec<Rational>, (String, String)> {
        let whose = format!("action of {player} at {}", decision.name);
        known(row, &whose, &decision.actions.iter().map(String::as_str))?;
        let spelled: Vec<String> = decision
            .actions
            .iter()
            .enumerate()
            .map(|(k, action)| match entry(row, action, k) {
                None | Some(Value::Null) => "0".to_owned(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            })
            .collect();
        let spelled: Vec<&str> = spelled.iter().map(String::as_str).collect();
        self.distribution(&spelled, player, &decision.name)
    }

    fn distribution(
        &mut self,
        spelled: &[&str],
        player: &str,
        at: &str,
    ) -> Result<Vec<Rational>, (String, String)> {
        let place = format!("{player} at {at}");
        let mut row = Vec::with_capacity(spelled.len());
        let mut units = Vec::with_capacity(spelled.len());
        for text in spelled {
            let number = Number::parse(text.trim()).map_err(|error| {
                (
                    format!("`{text}` is not a probability ({place}): {error}"),
                    "fractions such as 1/3 and decimals are read exactly".to_owned(),
                )
            })?;
            let value = number.into_value();
            if value.is_negative() {
                return Err((
                    format!("the probability {text} is negative ({place})"),
                    "probabilities are at least 0".to_owned(),
                ));
            }
            units.push(last_place(text));
            row.push(value);
        }
        let sum: Rational = row.iter().sum();
        let off = (&sum - &Rational::ONE).abs();
        self.decimals |= spelled.iter().any(|text| text.contains(['.', 'e', 'E']));
        let distance = distance(&units, &off);
        let rounded = !distance.is_zero();
        if let Some(distances) = self.distances.last_mut() {
            distances.push(distance);
        }
        if off.is_zero() {
            if rounded && self.sign.is_none() {
                self.sign = Some(format!(
                    "those of {place} are written with {MACHINE_DIGITS} decimals or more"
                ));
            }
            return Ok(row);
        }
        // Correct rounding moves a number by half a unit of its last place at most.
        let slack: Rational = units.iter().sum();
        // What is written is the shortest number that is read as the same float, and may be farther off than its last place tells.
        let floats = Rational::from_f64(spelled.len() as f64 * f64::EPSILON).unwrap_or_default();
        let digits = power_of_ten(-MACHINE_DIGITS);
        let machine = units.iter().any(|unit| *unit <= digits) && off <= floats;
        let help = if (&off + &off > slack && !machine) || sum.is_zero() {
            "give every action of the information set its probability"
        } else if units.iter().any(|unit| *unit > power_of_ten(-LEAST_DIGITS)) {
            "one decimal is too few to tell a rounded number from a wrong one: write fractions, \
             or more decimals"
        } else {
            ""
        };
        if !help.is_empty() {
            return Err((
                format!("the probabilities of {place} sum to {sum}, not to 1"),
                help.to_owned(),
            ));
        }
        if !self.scaled {
            self.sign = Some(format!("those of {place} sum to {sum} and were scaled"));
        }
        self.scaled = true;
        Ok(row
            .iter()
            .map(|x| x.checked_div(&sum).unwrap_or_default())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::id::NodeId;

    fn names() -> Names {
        let decision = |name: &str, at: u32, actions: [&str; 2]| Decision {
            name: name.to_owned(),
            at: NodeId(at),
            actions: actions.map(str::to_owned).to_vec(),
        };
        Names {
            players: vec!["challenger".to_owned(), "coalition".to_owned()],
            decisions: vec![
                vec![decision("C0", 0, ["negotiate", "continue"])],
                vec![decision("#1", 2, ["execute", "acquiesce"])],
            ],
        }
    }

    fn one(text: &str) -> Stored {
        let names = names();
        let mut all = read(text, &names, &|| Ok(&names)).expect("a profile");
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn refused(text: &str) -> String {
        let names = names();
        let (message, help) = read(text, &names, &|| Ok(&names)).expect_err("refused");
        format!("{message}; {help}")
    }

    #[test]
    fn the_same_profile_is_read_from_all_spellings() {
        let exact = [0, 1, 1, 0].map(Rational::integer);
        for text in [
            "NE,0,1,1,0",
            "\u{feff}ne, 0 , 1 , 1, 0\r\n",
            "0,1,1,0",
            r##"{"challenger": {"C0": {"continue": "1"}}, "coalition": {"#1": {"#1": 1}}}"##,
            r##"{"profile": {"#1": {"#1": {"#2": "1"}}, "coalition": {"#1": {"execute": 1.0}}}}"##,
            r##"{"equilibria": [{"profile": {"challenger": {"C0": {"continue": "2/2"}},
                "coalition": {"#1": {"execute": "1"}}}}]}"##,
        ] {
            assert_eq!(one(text).flat(), exact, "{text}");
        }
    }

    #[test]
    fn decimals_are_exact_or_scaled_within_their_rounding() {
        let fraction = |a, b| Rational::new(a, b).expect("a fraction");
        for text in [
            "NE,0.25,0.75,1,0",
            "NE,0.0,1.0,1.0,0.0",
            "NE,1.,0.,.3,.7",
            r##"{"challenger": {"C0": {"continue": 0.5, "negotiate": 0.5}},
                "coalition": {"#1": {"#1": 1.0}}}"##,
        ] {
            let exact = one(text);
            assert!(exact.decimals && !exact.scaled, "{text}");
            assert_eq!(exact.rounding_sign, None, "{text}");
            assert!(exact.distances.iter().flatten().all(Rational::is_zero));
        }
        let thirds = one("NE,0.3333,0.6666,1,0");
        assert!(thirds.scaled);
        assert_eq!(thirds.flat()[0], fraction(3333, 9999));
        // Half of 0.0001 twice, and 0.0001 missing from the sum.
        assert_eq!(
            thirds.distances,
            [vec![fraction(2, 10_000)], vec![Rational::ZERO]]
        );
        let sign = thirds.rounding_sign.expect("rounded");
        assert!(
            sign.contains("challenger at C0 sum to 9999/10000"),
            "{sign}"
        );
        let machine = one("NE,0.333333,0.666667,1,0");
        assert!(!machine.scaled);
        assert_eq!(machine.distances[0], [fraction(1, 1_000_000)]);
        let float = one("NE,0.36363636363636363,0.63636363636363643,1,0");
        assert!(float.scaled, "as floats are written, and 6e-17 more than 1");
        assert!(refused("NE,0.3333,0.6,1,0").contains("sum to 9333/10000"));
        assert!(refused("NE,1/3,1/3,1,0").contains("sum to 2/3, not to 1"));
        assert!(refused("NE,0.9,0.0,1,0").contains("one decimal is too few"));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert!(refused("NE,1,0,1").contains("has 3 probabilities, the game needs 4"));
        assert!(refused("NE,2,-1,1,0").contains("-1 is negative"));
        assert!(refused("NE,x,1,1,0").contains("`x` is not a probability"));
        assert!(refused("hello").contains("there is no profile"));
        assert!(refused("{").contains("not valid JSON"));
        assert!(refused("{}").contains("says nothing of player challenger"));
        assert!(refused(r#"{"chalenger": {}}"#).contains("did you mean `challenger`?"));
        assert!(
            refused(r#"{"challenger": {"C0": {"go": "1"}}}"#).contains("no action of challenger")
        );
        assert!(refused(r#"{"challenger": {"C1": {}}}"#).contains("did you mean `C0`?"));
        assert!(refused(r#"{"equilibria": []}"#).contains("no equilibrium"));
        let other = r#"{"schema": "deterra/elimination/1", "survivors": {}}"#;
        assert!(refused(other).contains("`deterra/elimination/1` has no profile"));
        let twice = r##"{"challenger": {"C0": {"negotiate": "1", "#1": "0", "#2": "1"}}}"##;
        assert!(refused(twice).contains("`#1` is there under another name too"));
    }
}

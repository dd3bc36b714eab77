//! From the words of a request to the options of a family; every problem is kept, and what cannot
//! be understood has its default in the meantime.

use super::{Choice, Problem, Request, list};
use crate::number::{Number, Rational};

/// A request being read for one family.
#[derive(Debug)]
pub(crate) struct Asked<'r> {
    family: &'static str,
    choices: &'static [Choice],
    size: &'static str,
    request: &'r Request,
    pub(crate) problems: Vec<Problem>,
}

impl<'r> Asked<'r> {
    /// Looks at the names of options only. `family` has these options, and says what a size of it is.
    pub(crate) fn new(
        family: &'static str,
        choices: &'static [Choice],
        size: &'static str,
        request: &'r Request,
    ) -> Self {
        let mut problems = Vec::new();
        let known = || choices.iter().map(|choice| choice.name);
        for (k, (name, _)) in request.options.iter().enumerate() {
            let earlier = &request.options[..k];
            if !known().any(|option| option == name) {
                problems.push(Problem::UnknownOption {
                    family,
                    option: name.clone(),
                    known: known().collect(),
                });
            } else if earlier.iter().any(|(other, _)| other == name) {
                problems.push(Problem::Repeated {
                    option: name.clone(),
                });
            }
        }
        Self {
            family,
            choices,
            size,
            request,
            problems,
        }
    }

    /// The option's row and what was written, if anything was.
    fn look(&self, name: &str) -> (&'static Choice, Option<&'r str>) {
        let rows = self.choices;
        let row = rows.iter().find(|choice| choice.name == name);
        let written = self.request.options.iter().find(|(key, _)| key == name);
        (
            row.expect("invariant: families ask for options that they list"),
            written.map(|(_, value)| value.as_str()),
        )
    }

    /// What is read of a text, or of the default if that is not understood.
    fn read<T>(&mut self, name: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> T {
        let (row, written) = self.look(name);
        if let Some(value) = written {
            match parse(value) {
                Some(found) => return found,
                None => self.problems.push(Problem::Value {
                    option: row.name,
                    value: value.to_owned(),
                    expected: expected.to_owned(),
                }),
            }
        }
        parse(row.default).expect("invariant: defaults are values")
    }

    /// Whether an option was given.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.look(name).1.is_some()
    }

    /// A whole number.
    pub(crate) fn whole(&mut self, name: &str) -> i64 {
        self.read(name, "a whole number", |text| text.parse().ok())
    }

    /// A whole number, or none for a word that stands for what is usual.
    pub(crate) fn whole_or_word(&mut self, name: &str, word: &str) -> Option<i64> {
        let expected = format!("a whole number or {word}");
        self.read(name, &expected, |text| {
            if text == word {
                return Some(None);
            }
            text.parse().ok().map(Some)
        })
    }

    /// A whole number that counts something.
    pub(crate) fn count(&mut self, name: &str) -> usize {
        self.read(name, "a whole number from 0 on", |text| text.parse().ok())
    }

    /// Whole numbers that count something, with `+` between them.
    pub(crate) fn counts(&mut self, name: &str) -> Vec<usize> {
        self.read(
            name,
            "whole numbers from 0 on with + between them",
            |text| text.split('+').map(|part| part.parse().ok()).collect(),
        )
    }

    /// An exact number.
    pub(crate) fn fraction(&mut self, name: &str) -> Rational {
        self.read(name, "a number such as 1/2 or 0.3", |text| {
            Number::parse(text).ok().map(Number::into_value)
        })
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, name: &str, words: &[(&'static str, T)]) -> T {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let expected = format!("one of {}", names.join(", "));
        self.read(name, &expected, |text| {
            words
                .iter()
                .find(|(word, _)| *word == text)
                .map(|(_, is)| *is)
        })
    }

    /// Whether something holds: `yes` or `no`.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.word(name, &[("yes", true), ("no", false)])
    }

    /// How many players there are, if it was said.
    fn players_or(&mut self, default: usize) -> usize {
        let players = self.request.players.unwrap_or(default);
        if list::is_number_of_players(players) {
            return players;
        }
        self.problems.push(Problem::Players { players });
        default
    }

    /// As many numbers as there are players, who are two unless it is said: one for all, or one each.
    pub(crate) fn shape(&mut self, default: usize) -> Vec<usize> {
        self.shape_for(default, 2)
    }

    /// As many numbers as there are players: one for all, or one each.
    pub(crate) fn shape_for(&mut self, default: usize, players: usize) -> Vec<usize> {
        match self.request.size.as_slice() {
            [] => vec![default; self.players_or(players)],
            [one] => vec![*one; self.players_or(players)],
            each => {
                if let Some(players) = self.request.players
                    && players != each.len()
                {
                    let message = format!(
                        "the size {} is for {} players, not {players}",
                        list::size_text(each),
                        each.len()
                    );
                    self.problems.push(Problem::range(message));
                }
                each.to_vec()
            }
        }
    }

    /// One number for two players, or one each; there are no more.
    pub(crate) fn two(&mut self, default: usize) -> (usize, usize) {
        self.only_two();
        match *self.request.size.as_slice() {
            [] => (default, default),
            [both] => (both, both),
            [one, two] => (one, two),
            _ => {
                self.wrong_size();
                (default, default)
            }
        }
    }

    /// Two numbers, the second with a default that the first may set.
    pub(crate) fn pair(
        &mut self,
        default: usize,
        second: impl Fn(usize) -> usize,
    ) -> (usize, usize) {
        match *self.request.size.as_slice() {
            [] => (default, second(default)),
            [one] => (one, second(one)),
            [one, two] => (one, two),
            _ => {
                self.wrong_size();
                (default, second(default))
            }
        }
    }

    /// One number.
    pub(crate) fn single(&mut self, default: usize) -> usize {
        match *self.request.size.as_slice() {
            [] => default,
            [one] => one,
            _ => {
                self.wrong_size();
                default
            }
        }
    }

    /// How many players there are.
    pub(crate) fn players(&mut self, default: usize) -> usize {
        self.players_or(default)
    }

    /// The family has two players.
    pub(crate) fn only_two(&mut self) {
        if let Some(players) = self.request.players
            && players != 2
        {
            let message = format!("`{}` has two players, not {players}", self.family);
            self.problems.push(Problem::range(message));
        }
    }

    fn wrong_size(&mut self) {
        self.problems.push(Problem::Size {
            family: self.family,
            expected: self.size,
            found: list::size_text(&self.request.size),
        });
    }
}

//! The comments in front: title, number and names of players, and what else is said.

use super::names;

/// What the comments in front of a file say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header<'t> {
    pub(super) title: String,
    /// What is said to be the number of players.
    pub(super) players: Option<&'t str>,
    /// Names of players, with their numbers from 1.
    pub(super) names: Vec<(usize, String)>,
    /// Everything else, by line.
    comment: Vec<String>,
    /// Whether the list of options was open, and closed.
    options: Options,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Options {
    #[default]
    Before,
    Inside,
    After,
}

/// What ends the line of the title.
pub(super) const TITLE_END: &str = " instance with parameters:";
/// What a cache of another program's games starts with.
const CACHE: &str = "LiteEFG OpenSpiel cache format";

impl<'t> Header<'t> {
    /// Takes a comment in front, without its `#`.
    pub(super) fn take(&mut self, text: &'t str) {
        let line = text.strip_prefix(' ').unwrap_or(text);
        match self.options {
            Options::After => self.comment.push(line.to_owned()),
            Options::Inside => self.option_line(line),
            Options::Before => {
                if let Some(title) = line.strip_suffix(TITLE_END) {
                    title.clone_into(&mut self.title);
                } else if let Some(rest) = line.trim_start().strip_prefix("Opt {") {
                    self.options = Options::Inside;
                    self.option_line(rest);
                } else if !self.option(line.trim()) && !line.starts_with(CACHE) {
                    self.comment.push(line.to_owned());
                }
            }
        }
    }

    fn option_line(&mut self, line: &'t str) {
        let (inside, closed) = match line.trim_end().strip_suffix('}') {
            Some(inside) => (inside, true),
            None => (line, false),
        };
        for entry in inside.split(',') {
            let entry = entry.trim();
            if !entry.is_empty() && entry != "openspiel" && !self.option(entry) {
                self.comment.push(entry.to_owned());
            }
        }
        if closed {
            self.options = Options::After;
        }
    }

    /// Takes `key: value`, if it is about players.
    fn option(&mut self, entry: &'t str) -> bool {
        let Some((key, value)) = entry.split_once(':') else {
            return false;
        };
        let value = value.trim().trim_end_matches(',');
        if matches!(key, "num_players" | "players") {
            self.players = Some(value);
            return true;
        }
        let number = key.strip_prefix("player_").map(str::parse::<usize>);
        match number {
            Some(Ok(number)) => self.names.push((number, names::label(value))),
            _ => return false,
        }
        true
    }

    /// The lines about nothing in particular, without empty ones at the ends.
    pub(super) fn comment(&self) -> String {
        self.comment.join("\n").trim_matches('\n').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Header<'_> {
        let mut header = Header::default();
        for line in text.lines() {
            header.take(line.strip_prefix('#').expect("a comment"));
        }
        header
    }

    #[test]
    fn what_programs_write_is_understood() {
        let header = taken(
            "# LiteEFG OpenSpiel cache format 2\n# liars_dice instance with parameters:\n#\n# Opt {\n#     openspiel,\n\
             #     dice_sides: 3,\n#     players: 2,\n# }\n#",
        );
        assert_eq!(
            (header.title.as_str(), header.players),
            ("liars_dice", Some("2"))
        );
        assert_eq!(header.comment(), "dice_sides: 3");
        let header = taken(
            "# Opt { num_players: 3, player_2: Bob%20C, deck: x }\n# by hand\n#\n# and so on",
        );
        assert_eq!((header.title.as_str(), header.players), ("", Some("3")));
        assert_eq!(header.names, [(2, "Bob C".to_owned())]);
        assert_eq!(header.comment(), "deck: x\nby hand\n\nand so on");
        assert_eq!(taken("# num_players: 4,").players, Some("4"));
        assert_eq!(taken("# a note: none").comment(), "a note: none");
    }
}

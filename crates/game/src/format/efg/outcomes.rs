//! Outcomes: each defined once, with a name and a payoff a player, and mentioned often.

use super::read::Reader;
use super::table::{Block, Outcome};
use crate::builder::{NumberKey, OutcomeKey};
use crate::diagnostic::Diagnostic;
use crate::format::lexer::{Kind, Token};
use crate::labels::NO_LABEL;
use crate::number::Number;
use std::borrow::Cow;
use std::ops::Range;

impl<'t> Reader<'t> {
    /// What stands at the end of every node: an outcome, or 0.
    #[inline]
    pub(super) fn outcome_block(&mut self) -> Option<OutcomeKey> {
        let start = self.lexer.next_start();
        let id = match self.lexer.plain_integer() {
            Some(0) if !self.lexer.next_is_definition() => return None,
            Some(id) => id,
            None => self.odd_outcome_id()?,
        };
        let token = start..self.lexer.offset();
        if id == 0 {
            return self.outcome_zero();
        }
        if let Some(known) = self.outcomes.find(id) {
            let (key, block) = (known.key, known.block.range());
            if !self.lexer.skip_block(&block) && self.lexer.next_is_text() {
                self.compare_outcome(&block);
            }
            return Some(key);
        }
        if let Some(key) = self.plain_outcome(id) {
            return Some(key);
        }
        if self.lexer.next_is_definition() {
            return Some(self.define_outcome(id));
        }
        let back = self.lexer.offset();
        let Some(at) = self.look_ahead().outcomes.get(&id).copied() else {
            let message = format!("outcome {id} is never defined");
            let help = "write its name and payoffs where it is first mentioned";
            self.fail("F023", token, message, help);
            return None;
        };
        let message = format!("outcome {id} is used before it is defined");
        let diagnostic = Diagnostic::warning("F023", token, message)
            .note(at..at + 1, "it is defined here")
            .help("other readers refuse this; move the definition to the first mention");
        self.lexer.sink.push(diagnostic);
        self.lexer.seek(at);
        let key = self.define_outcome(id);
        self.lexer.seek(back);
        Some(key)
    }

    fn odd_outcome_id(&mut self) -> Option<i64> {
        let token = self.lexer.next_token();
        if token.kind != Kind::Number {
            let help = "write 0 for none, or a number with its name and payoffs";
            self.lexer
                .unexpected(token, "the number of an outcome", help);
            self.lexer.seek(token.start);
            return None;
        }
        self.lexer.integer(token)
    }

    /// A new outcome written as programs write it: a plain name, then a payoff a player.
    #[inline]
    fn plain_outcome(&mut self, id: i64) -> Option<OutcomeKey> {
        let back = self.lexer.offset();
        let (start, name) = self.lexer.plain_label()?;
        let mut payoffs = std::mem::take(&mut self.scratch);
        payoffs.clear();
        let read = self.plain_payoffs(&mut payoffs).is_some();
        let key = if read && !self.hopeless {
            let block = Block::new(&(start..self.lexer.offset()));
            let key = self.keep_outcome(&Cow::Borrowed(name), start, &payoffs);
            self.outcomes.insert(id, Outcome { key, block });
            Some(key)
        } else {
            self.lexer.seek(back);
            None
        };
        self.scratch = payoffs;
        key
    }

    /// Exactly one number a player in braces; a comma may follow each.
    #[inline]
    fn plain_payoffs(&mut self, payoffs: &mut Vec<NumberKey>) -> Option<()> {
        if !self.lexer.plain_mark(b'{') {
            return None;
        }
        for _ in 0..self.players {
            let key = if let Some(value) = self.lexer.plain_integer() {
                self.builder.integer(value)
            } else {
                let raw = self.lexer.plain_number()?;
                self.spelled(raw)?
            };
            payoffs.push(key);
            self.lexer.plain_mark(b',');
        }
        self.lexer.plain_mark(b'}').then_some(())
    }

    /// The builder's number for a text without a plus sign; `None` if it is no number.
    #[inline]
    fn spelled(&mut self, raw: &'t str) -> Option<NumberKey> {
        if let Some(key) = self.numbers.get(raw) {
            return Some(*key);
        }
        if raw.contains('+') {
            return None;
        }
        let key = self.builder.number(&Number::parse(raw).ok()?);
        self.numbers.insert(raw, key);
        Some(key)
    }

    /// Declares an outcome and notes whether its name is new.
    #[inline]
    #[expect(
        clippy::ptr_arg,
        reason = "the name is kept, borrowed from the text where it can be"
    )]
    fn keep_outcome(
        &mut self,
        name: &Cow<'t, str>,
        start: usize,
        payoffs: &[NumberKey],
    ) -> OutcomeKey {
        let label = if name.is_empty() {
            NO_LABEL
        } else if self
            .outcome_names
            .find_or_insert(name.clone(), start)
            .is_none()
        {
            self.builder.labels.push_new(name)
        } else {
            self.outcomes_repeat = true;
            self.builder.labels.intern(name)
        };
        self.builder.push_outcome(label, payoffs)
    }

    /// Outcome 0 is nothing; with a name and payoffs it is a slip that defines one.
    fn outcome_zero(&mut self) -> Option<OutcomeKey> {
        if !matches!(self.lexer.peek().kind, Kind::Text | Kind::Open) {
            return None;
        }
        let at = self.lexer.peek().span();
        let message = "outcome 0 stands for nothing, but here it has payoffs";
        self.warn("F029", at, message, "give it another number");
        if let Some(known) = self.outcomes.find(0) {
            let (key, block) = (known.key, known.block.range());
            if !self.lexer.skip_block(&block) {
                self.compare_outcome(&block);
            }
            return Some(key);
        }
        Some(self.define_outcome(0))
    }

    fn define_outcome(&mut self, id: i64) -> OutcomeKey {
        let failed = self.lexer.sink.errors();
        let name = self.lexer.peek();
        let label = if name.kind == Kind::Text {
            self.lexer.next_token();
            self.lexer.label(name)
        } else {
            let place = name.start..name.start;
            self.warn(
                "F029",
                place,
                "the outcome's name is missing",
                "write \"\" for none",
            );
            Cow::Borrowed("")
        };
        let payoffs = self.payoff_list();
        let end = self.lexer.offset();
        let key = if self.hopeless {
            OutcomeKey(0)
        } else {
            self.keep_outcome(&label, name.start, &payoffs)
        };
        self.scratch = payoffs;
        let block = if self.lexer.sink.errors() > failed {
            Block::cut_off(name.start)
        } else {
            Block::new(&(name.start..end))
        };
        self.outcomes.insert(id, Outcome { key, block });
        key
    }

    /// `{ 1, 2 }`: exactly one payoff a player.
    fn payoff_list(&mut self) -> Vec<NumberKey> {
        let open = self.lexer.peek();
        let mut payoffs = std::mem::take(&mut self.scratch);
        payoffs.clear();
        if open.kind == Kind::Open {
            self.lexer.next_token();
            self.payoff_items(&mut payoffs);
        } else {
            let help = "write one payoff a player in braces";
            self.lexer.unexpected(open, "the payoffs", help);
            return self.padded(payoffs);
        }
        if payoffs.len() != self.players {
            let (found, expected) = (payoffs.len(), self.players);
            let message = format!("this outcome has {found} payoffs for {expected} players");
            let span = open.start..self.lexer.offset();
            self.fail("F025", span, message, "write one payoff a player");
        }
        self.padded(payoffs)
    }

    fn padded(&mut self, mut payoffs: Vec<NumberKey>) -> Vec<NumberKey> {
        if payoffs.len() == self.players {
            return payoffs;
        }
        // Many players times many empty outcomes is more than the file is long.
        self.padding += self.players.saturating_sub(payoffs.len());
        if self.padding > 2 * self.lexer.text.len() {
            self.hopeless = true;
            return Vec::new();
        }
        let zero = self.builder.number(&Number::from(0));
        payoffs.resize(self.players, zero);
        payoffs
    }

    fn payoff_items(&mut self, payoffs: &mut Vec<NumberKey>) {
        let mut after_comma = true;
        loop {
            let token = self.lexer.next_token();
            match token.kind {
                Kind::Number => {
                    let key = self.payoff(token);
                    payoffs.push(key);
                    after_comma = false;
                }
                Kind::Close => return,
                Kind::Comma if !after_comma => after_comma = true,
                Kind::Comma => self.stray_comma(token),
                _ => {
                    let help = "payoffs are numbers such as 3, 1/2 or 0.5, without spaces inside";
                    self.lexer.unexpected(token, "a payoff or }", help);
                    if token.kind == Kind::End || self.starts_node(token) {
                        self.lexer.seek(token.start);
                        return;
                    }
                    // A word such as inf stands where a payoff should.
                    if matches!(token.kind, Kind::Symbol | Kind::Text) {
                        payoffs.push(self.builder.integer(0));
                        after_comma = false;
                    }
                }
            }
        }
    }

    #[inline]
    fn payoff(&mut self, token: Token) -> NumberKey {
        if let Some(key) = self.spelled(self.lexer.raw(token)) {
            return key;
        }
        // A plus sign is worth a warning each time, what is no number an error.
        let number = self.lexer.number(token).unwrap_or_else(|| Number::from(0));
        self.builder.number(&number)
    }

    /// A repeated outcome that is spelled differently: the payoffs must be the same.
    fn compare_outcome(&mut self, known: &Range<usize>) {
        let start = self.lexer.peek().start;
        let (name, payoffs) = self.outcome_content();
        if self.lexer.sink.is_full() || self.hopeless {
            return;
        }
        let here = start..self.lexer.offset();
        let said = std::mem::take(&mut self.lexer.sink);
        self.lexer.seek(known.start);
        let (first_name, first_payoffs) = self.outcome_content();
        self.lexer.seek(here.end);
        self.lexer.sink = said;
        let value = |key: &NumberKey| self.builder.numbers.get(key.0).value().clone();
        let same = payoffs
            .iter()
            .map(value)
            .eq(first_payoffs.iter().map(value));
        let texts = payoffs == first_payoffs && name == first_name;
        if same && texts {
            return;
        }
        let message = if same {
            "this outcome is spelled differently from its first mention"
        } else {
            "the payoffs of this outcome differ from its first mention"
        };
        let diagnostic = if same {
            Diagnostic::warning("F024", here, message)
        } else {
            Diagnostic::error("F024", here, message)
        };
        let diagnostic = diagnostic
            .note(known.clone(), "it was defined here")
            .help("repeat the definition exactly, or write its number only");
        self.lexer.sink.push(diagnostic);
    }

    fn outcome_content(&mut self) -> (Cow<'t, str>, Vec<NumberKey>) {
        let name = self.lexer.peek();
        let label = if name.kind == Kind::Text {
            self.lexer.next_token();
            self.lexer.content(name)
        } else {
            Cow::Borrowed("")
        };
        (label, self.payoff_list())
    }
}

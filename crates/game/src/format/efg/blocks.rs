//! The blocks behind ids: information sets and chance events, each defined once and mentioned
//! often. The functions called `plain_…` take what programs write; whatever they
//! leave is read token by token.

use super::read::Reader;
use super::table::{Block, Infoset};
use crate::builder::InfosetKey;
use crate::diagnostic::Diagnostic;
use crate::format::fractions;
use crate::format::lexer::{Kind, Token};
use crate::format::names::make_unique;
use crate::id::PlayerId;
use crate::labels::NO_LABEL;
use crate::number::{Number, Rational};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// Where things are defined further on in the file, for mentions that come too early.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// By player (`None` is chance) and id: the byte where the name stands.
    infosets: FxHashMap<(Option<u32>, i64), usize>,
    pub(super) outcomes: FxHashMap<i64, usize>,
}

impl<'t> Reader<'t> {
    /// What stands after the number of an information set or chance event.
    ///
    /// # Returns
    /// The set and its number of actions; `None` if neither this mention nor a later one
    /// defines it.
    #[inline]
    pub(super) fn infoset_block(
        &mut self,
        player: Option<PlayerId>,
        id: i64,
        start: usize,
    ) -> Option<(InfosetKey, u32)> {
        let table = player.map_or(self.players, PlayerId::index);
        if let Some(known) = self.infosets[table].find(id) {
            let (key, block) = (known.key, known.block.range());
            if !self.lexer.skip_block(&block) && self.lexer.next_is_text() {
                self.compare_infoset(player, &block);
            }
            return Some((key, self.builder.arity(key)));
        }
        if let Some(player) = player
            && let Some(key) = self.like_the_last(player, id)
        {
            return Some((key, self.builder.arity(key)));
        }
        if self.lexer.peek().kind != Kind::Text {
            return self.define_ahead(player, id, start);
        }
        self.define_infoset(player, id)
    }

    /// A new information set whose action list is spelled as the last one's.
    #[inline]
    fn like_the_last(&mut self, player: PlayerId, id: i64) -> Option<InfosetKey> {
        let (actions, like) = self.last_actions.clone()?;
        let back = self.lexer.offset();
        let (start, name) = self.lexer.plain_label()?;
        let named = self.lexer.offset();
        if !self.lexer.skip_block(&actions) {
            self.lexer.seek(back);
            return None;
        }
        let end = self.lexer.offset();
        let label = if name.is_empty() {
            NO_LABEL
        } else {
            self.name_infoset(player, Cow::Borrowed(name), start..named);
            self.builder.labels.intern(name)
        };
        let key = self.builder.infoset_like(player, label, like);
        let block = Block::new(&(start..end));
        self.infosets[player.index()].insert(id, Infoset { key, block });
        Some(key)
    }

    fn define_infoset(&mut self, player: Option<PlayerId>, id: i64) -> Option<(InfosetKey, u32)> {
        let name = self.lexer.next_token();
        let label = self.lexer.label(name);
        let open = self.lexer.peek();
        if open.kind != Kind::Open {
            let message = "this information set has a name but no actions";
            let help = "write the actions in braces after the name";
            self.fail("F030", name.span(), message, help);
            return None;
        }
        let (said, failed) = (self.lexer.sink.count(), self.lexer.sink.errors());
        let (mut actions, spans, probabilities) = self.action_list(player.is_none());
        let end = self.lexer.offset();
        if actions.is_empty() {
            let message = "an information set needs at least one action";
            self.fail("F030", open.start..end, message, "write them in braces");
            return None;
        }
        for k in make_unique(&mut actions) {
            self.renamed(spans[k].clone(), &actions[k]);
        }
        let arity = actions.len() as u32;
        let key = if let Some(player) = player {
            let plain = self.lexer.sink.count() == said;
            self.name_infoset(player, label.clone(), name.span());
            let key = self.builder.infoset(player, &label, &actions);
            self.last_actions = plain.then_some((open.start..end, key));
            key
        } else {
            let sure = self.lexer.sink.errors() == failed;
            let row = self.checked_row(probabilities, open.start..end, sure);
            let actions: Vec<(Cow<'t, str>, Number)> = actions.into_iter().zip(row).collect();
            self.builder.chance_event(&label, &actions)
        };
        let table = player.map_or(self.players, PlayerId::index);
        let block = if self.lexer.sink.errors() > failed {
            Block::cut_off(name.start)
        } else {
            Block::new(&(name.start..end))
        };
        self.infosets[table].insert(id, Infoset { key, block });
        Some((key, arity))
    }

    /// `{ "a" "b" }`, or `{ "a" 1/2 "b" 1/2 }` for chance.
    fn action_list(&mut self, chance: bool) -> (Vec<Cow<'t, str>>, Vec<Range<usize>>, Vec<Number>) {
        self.lexer.next_token();
        let (mut actions, mut spans, mut row) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let token = self.lexer.next_token();
            match token.kind {
                Kind::Text => {
                    actions.push(self.lexer.label(token));
                    spans.push(token.span());
                    if chance {
                        row.push(self.probability());
                    }
                }
                Kind::Close => return (actions, spans, row),
                Kind::Comma => self.stray_comma(token),
                _ => {
                    let expected = "a quoted action or }";
                    self.lexer.unexpected(token, expected, "quote every action");
                    if token.kind == Kind::End || self.starts_node(token) {
                        self.lexer.seek(token.start);
                        return (actions, spans, row);
                    }
                }
            }
        }
    }

    fn probability(&mut self) -> Number {
        let mut token = self.lexer.next_token();
        if token.kind == Kind::Comma {
            self.stray_comma(token);
            token = self.lexer.next_token();
        }
        if token.kind == Kind::Number {
            return self.lexer.number(token).unwrap_or_else(|| Number::from(0));
        }
        let help = "write its probability after every chance action";
        self.lexer.unexpected(token, "a probability", help);
        self.lexer.seek(token.start);
        Number::from(0)
    }

    /// A chance row that sums to exactly 1, rescaled if that was asked for. One with errors
    /// inside is not blamed for its sum.
    fn checked_row(&mut self, row: Vec<Number>, span: Range<usize>, sure: bool) -> Vec<Number> {
        let sum: Rational = row.iter().map(Number::value).sum();
        let negative = row.iter().any(|p| p.value().is_negative());
        if !sure {
            // What was read in place of a slip says nothing about the sum.
        } else if negative {
            let message = "a probability is negative";
            self.fail(
                "F026",
                span.clone(),
                message,
                "probabilities are at least 0",
            );
        } else if sum.is_one() {
            return row;
        } else if let Some(found) = fractions::of_floats(&row) {
            let message =
                "the probabilities are rounded; they are read as the fractions that sum to 1";
            let help = format!("write {}", listed(&found));
            self.warn("F026", span, message, &help);
            return found;
        } else if self.options.normalize_chance && !sum.is_zero() {
            let message = format!("the probabilities sum to {sum}; they are divided by it");
            self.warn(
                "F026",
                span,
                &message,
                "write fractions that sum to exactly 1",
            );
            let scaled = row.iter().filter_map(|p| p.value().checked_div(&sum));
            return scaled.map(Number::from).collect();
        } else {
            let message = format!("the probabilities sum to {sum}, not to 1");
            let help = if sum.is_zero() {
                "give at least one action a probability above 0"
            } else {
                "write fractions such as 1/3, or read with --normalize-chance"
            };
            self.fail("F026", span.clone(), message, help);
        }
        // The game is not used beside errors; any valid row lets the rest be read.
        let share = Rational::new(1, row.len() as i64).unwrap_or(Rational::ONE);
        row.iter().map(|_| Number::from(share.clone())).collect()
    }

    /// A repeated block that is spelled differently: the actions must be the same all the same.
    fn compare_infoset(&mut self, player: Option<PlayerId>, known: &Range<usize>) {
        let start = self.lexer.peek().start;
        let (name, actions, row) = self.block_content(player.is_none());
        if self.lexer.sink.is_full() {
            return;
        }
        let here = start..self.lexer.offset();
        let said = std::mem::take(&mut self.lexer.sink);
        self.lexer.seek(known.start);
        let (first_name, first_actions, first_row) = self.block_content(player.is_none());
        self.lexer.seek(here.end);
        self.lexer.sink = said;
        let spelled = |row: &[Number]| row.iter().map(Number::to_string).collect::<Vec<_>>();
        if actions.is_empty() {
            let message = "this information set has a name but no actions";
            let help = "leave the name out too, or repeat the actions";
            self.fail("F030", here, message, help);
        } else if actions != first_actions || row != first_row {
            let message = if actions == first_actions {
                "the probabilities of this event differ from its first mention"
            } else {
                "the actions of this information set differ from its first mention"
            };
            let diagnostic = Diagnostic::error("F024", here, message)
                .note(known.clone(), "it was defined here")
                .help("repeat the definition exactly, or leave it out");
            self.lexer.sink.push(diagnostic);
        } else if name != first_name || spelled(&row) != spelled(&first_row) {
            let message = "this definition is spelled differently from the first one";
            let diagnostic = Diagnostic::warning("F024", here, message)
                .note(known.clone(), "it was defined here")
                .help("other readers compare the text; repeat it exactly");
            self.lexer.sink.push(diagnostic);
        }
    }

    fn block_content(&mut self, chance: bool) -> (Cow<'t, str>, Vec<Cow<'t, str>>, Vec<Number>) {
        let name = self.lexer.next_token();
        let name = self.lexer.content(name);
        if self.lexer.peek().kind != Kind::Open {
            return (name, Vec::new(), Vec::new());
        }
        let (actions, _, row) = self.action_list(chance);
        (name, actions, row)
    }

    /// A mention before the definition: looks ahead, defines, and comes back.
    fn define_ahead(
        &mut self,
        player: Option<PlayerId>,
        id: i64,
        start: usize,
    ) -> Option<(InfosetKey, u32)> {
        let back = self.lexer.offset();
        let here = start..start + self.lexer.text[start..back].trim_end().len();
        let ahead = self.look_ahead();
        let found = ahead.infosets.get(&(player.map(|p| p.0), id)).copied();
        let what = if player.is_some() {
            "information set"
        } else {
            "chance event"
        };
        let Some(at) = found else {
            let message = format!("{what} {id} is never defined");
            let help = "write its name and actions where it is first mentioned";
            self.fail("F023", here, message, help);
            return None;
        };
        let message = format!("{what} {id} is used before it is defined");
        let diagnostic = Diagnostic::warning("F023", here, message)
            .note(at..at + 1, "it is defined here")
            .help("other readers refuse this; move the definition to the first mention");
        self.lexer.sink.push(diagnostic);
        self.lexer.seek(at);
        let defined = self.define_infoset(player, id);
        self.lexer.seek(back);
        defined
    }

    /// Where everything from here on is defined. One pass, once.
    pub(super) fn look_ahead(&mut self) -> &Ahead {
        if self.ahead.is_none() {
            let back = self.lexer.offset();
            // The pass repeats nothing that the reader itself will say.
            let said = std::mem::take(&mut self.lexer.sink);
            let mut ahead = Ahead::default();
            let mut window: [Token; 5] = [self.lexer.peek(); 5];
            loop {
                let token = self.lexer.next_token();
                window.rotate_left(1);
                window[4] = token;
                if token.kind == Kind::End {
                    break;
                }
                if token.kind == Kind::Open {
                    self.note_definition(&window, &mut ahead);
                }
            }
            self.lexer.sink = said;
            self.lexer.seek(back);
            self.ahead = Some(ahead);
        }
        self.ahead.as_ref().expect("invariant: just made")
    }

    /// `p "" 1 7 "name" {` and `c "" 7 "name" {` define sets, `7 "name" {` before a number
    /// defines an outcome. The window ends with the brace.
    fn note_definition(&mut self, window: &[Token; 5], ahead: &mut Ahead) {
        let [before, label, number, name, _] = *window;
        if name.kind != Kind::Text || number.kind != Kind::Number {
            return;
        }
        let Ok(id) = self.lexer.raw(number).parse::<i64>() else {
            return;
        };
        match self.lexer.peek().kind {
            Kind::Number => {
                ahead.outcomes.entry(id).or_insert(name.start);
            }
            Kind::Text if label.kind == Kind::Number => {
                if let Ok(player) = self.lexer.raw(label).parse::<u32>()
                    && player > 0
                {
                    let key = (Some(player - 1), id);
                    ahead.infosets.entry(key).or_insert(name.start);
                }
            }
            Kind::Text if label.kind == Kind::Text && self.lexer.raw(before) == "c" => {
                ahead.infosets.entry((None, id)).or_insert(name.start);
            }
            _ => {}
        }
    }
}

/// The first entries of a row, for a message.
fn listed(row: &[Number]) -> String {
    let first: Vec<String> = row.iter().take(4).map(Number::to_string).collect();
    let more = if row.len() > first.len() { " …" } else { "" };
    format!("{}{more}", first.join(" "))
}

//! What `.efg` and `.nfg` files begin with: keyword, version, letter, title, players.

use super::lexer::{Kind, Lexer, Token};
use super::names::make_unique;
use crate::diagnostic::Diagnostic;
use std::borrow::Cow;

impl<'t> Lexer<'t> {
    pub(super) fn warn(&mut self, code: &'static str, at: Token, message: &str, help: &str) {
        let diagnostic = Diagnostic::warning(code, at.span(), message);
        self.sink.push(diagnostic.help(help));
    }

    /// Keyword, version and letter.
    ///
    /// # Returns
    /// The title; empty if it is missing.
    pub(super) fn prologue(&mut self, keyword: &str, version: &str) -> String {
        let token = self.next_token();
        let word = self.raw(token);
        if word != keyword && word.eq_ignore_ascii_case(keyword) {
            let message = format!("the keyword is written {keyword}");
            self.warn("F020", token, &message, "write it in capitals");
        } else if word != keyword {
            let help = format!("is this an .{} file?", keyword.to_ascii_lowercase());
            self.unexpected(token, &format!("the keyword {keyword}"), &help);
            self.seek(token.start);
        }
        let token = self.peek();
        if self.raw(token) != version {
            let found = self.describe(token);
            let message = format!("expected version {version}, found {found}");
            let help = format!("only version {version} of the format exists");
            let diagnostic = Diagnostic::error("F020", token.span(), message);
            self.sink.push(diagnostic.help(help));
        }
        if token.kind == Kind::Number {
            self.next_token();
        }
        let letter = self.peek();
        if !matches!(self.raw(letter), "R" | "D") {
            let message = "the letter R or D is missing after the version";
            let help = format!("write {keyword} {version} R; both letters mean the same");
            self.warn("F020", letter, message, &help);
        }
        if letter.kind == Kind::Symbol {
            self.next_token();
        }
        let title = self.peek();
        if title.kind != Kind::Text {
            self.warn("F020", title, "the title is missing", "write \"\" for none");
            return String::new();
        }
        self.next_token();
        self.prose(title)
    }

    /// A quoted comment, if there is one.
    pub(super) fn comment(&mut self) -> Option<String> {
        let token = self.peek();
        (token.kind == Kind::Text).then(|| {
            self.next_token();
            self.prose(token)
        })
    }

    /// `{ "a" "b" }`, unique and nonempty, as readers of these formats make them. The brace has
    /// not been read yet.
    pub(super) fn label_list(&mut self, what: &str) -> Vec<Cow<'t, str>> {
        let open = self.peek();
        if open.kind != Kind::Open {
            let expected = format!("the list of {what}s");
            let help = format!("write {{ \"{what} 1\" \"{what} 2\" }}");
            self.unexpected(open, &expected, &help);
            return Vec::new();
        }
        self.next_token();
        let mut labels = Vec::new();
        let mut tokens = Vec::new();
        loop {
            let token = self.next_token();
            match token.kind {
                Kind::Text => {
                    labels.push(self.label(token));
                    tokens.push(token);
                }
                Kind::Close => break,
                Kind::Comma => self.stray_comma(token),
                _ => {
                    let expected = format!("a quoted {what} or }}");
                    self.unexpected(token, &expected, &format!("quote every {what}"));
                    if token.kind == Kind::End || self.is_node_line(token.start) {
                        self.seek(token.start);
                        break;
                    }
                }
            }
        }
        for k in make_unique(&mut labels) {
            self.renamed(tokens[k], &labels[k]);
        }
        labels
    }

    pub(super) fn renamed(&mut self, at: Token, to: &str) {
        let message = format!("this label is used twice; it is read as \"{to}\"");
        let help = "give every player, outcome, strategy and action of a set a label of its own";
        self.warn("F021", at, &message, help);
    }

    pub(super) fn stray_comma(&mut self, at: Token) {
        let help = "remove it; spaces separate";
        self.warn("F029", at, "no comma belongs here", help);
    }
}

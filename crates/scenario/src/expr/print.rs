//! A formula to its canonical text, which reads back to the same formula.

use super::parser::level;
use super::{ExprId, Formula, Node};
use std::fmt::{self, Write};

impl fmt::Display for Formula {
    /// The canonical text: one space around binary operators, no parentheses but needed ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, self.root(), 0)
    }
}

impl Formula {
    /// The canonical text of a part, cut to 60 characters.
    pub fn text(&self, id: ExprId) -> String {
        let mut sink = Limited {
            text: String::new(),
            left: 60,
        };
        if self.write(&mut sink, id, 0).is_err() {
            sink.text.push('…');
        }
        sink.text
    }

    /// Writes a part where only operators at `least` or tighter may stand bare. At most
    /// [`super::MAX_DEPTH`] calls deep.
    fn write(&self, f: &mut dyn Write, id: ExprId, least: u8) -> fmt::Result {
        let node = self.node(id);
        let bare = binding(node) >= least;
        if !bare {
            f.write_char('(')?;
        }
        match node {
            Node::Number(number) => write!(f, "{number}")?,
            Node::Truth(holds) => write!(f, "{holds}")?,
            Node::Name(name) => f.write_str(name)?,
            Node::Index(array, index) => {
                self.write(f, *array, level::ATOM)?;
                self.bracketed(f, "[", &[*index], "]")?;
            }
            Node::List(items) => self.bracketed(f, "[", items, "]")?,
            Node::Negate(inner) => {
                f.write_char('-')?;
                self.write(f, *inner, level::NEGATE)?;
            }
            Node::Not(inner) => {
                f.write_str("not ")?;
                self.write(f, *inner, level::NOT)?;
            }
            Node::Sum(first, rest) => self.chain(f, *first, rest, [" + ", " - "], level::SUM)?,
            Node::Product(first, rest) => {
                self.chain(f, *first, rest, [" * ", " / "], level::PRODUCT)?;
            }
            Node::Power(base, exponent) => {
                self.write(f, *base, level::ATOM)?;
                f.write_char('^')?;
                self.write(f, *exponent, level::NEGATE)?;
            }
            Node::Compare(first, rest) => {
                self.write(f, *first, level::SUM)?;
                for (comparison, id) in rest {
                    write!(f, " {} ", comparison.symbol())?;
                    self.write(f, *id, level::SUM)?;
                }
            }
            Node::And(items) => self.junction(f, items, " and ", level::NOT)?,
            Node::Or(items) => self.junction(f, items, " or ", level::AND)?,
            Node::Call(function, arguments) => {
                f.write_str(function.name())?;
                self.bracketed(f, "(", arguments, ")")?;
            }
            Node::External(name, arguments) => {
                f.write_str(name)?;
                self.bracketed(f, "(", arguments, ")")?;
            }
            Node::Total {
                variable,
                from,
                to,
                body,
            } => {
                f.write_str("sum")?;
                self.bracketed(f, "(", &[*variable, *from, *to, *body], ")")?;
            }
        }
        if bare { Ok(()) } else { f.write_char(')') }
    }

    fn bracketed(
        &self,
        f: &mut dyn Write,
        open: &str,
        items: &[ExprId],
        close: &str,
    ) -> fmt::Result {
        f.write_str(open)?;
        for (k, id) in items.iter().enumerate() {
            if k > 0 {
                f.write_str(", ")?;
            }
            self.write(f, *id, 0)?;
        }
        f.write_str(close)
    }

    fn chain(
        &self,
        f: &mut dyn Write,
        first: ExprId,
        rest: &[(bool, ExprId)],
        symbols: [&str; 2],
        level: u8,
    ) -> fmt::Result {
        self.write(f, first, level + 1)?;
        for (inverse, id) in rest {
            f.write_str(symbols[usize::from(*inverse)])?;
            self.write(f, *id, level + 1)?;
        }
        Ok(())
    }

    fn junction(
        &self,
        f: &mut dyn Write,
        items: &[ExprId],
        symbol: &str,
        least: u8,
    ) -> fmt::Result {
        for (k, id) in items.iter().enumerate() {
            if k > 0 {
                f.write_str(symbol)?;
            }
            self.write(f, *id, least)?;
        }
        Ok(())
    }
}

/// How tightly a node binds what is around it.
fn binding(node: &Node) -> u8 {
    match node {
        Node::Or(_) => level::OR,
        Node::And(_) => level::AND,
        Node::Not(_) => level::NOT,
        Node::Compare(..) => level::COMPARE,
        Node::Sum(..) => level::SUM,
        Node::Product(..) => level::PRODUCT,
        Node::Negate(_) => level::NEGATE,
        Node::Power(..) => level::POWER,
        // Numbers are never negative here: the parser reads the sign as an operation.
        _ => level::ATOM,
    }
}

/// A sink that takes so many characters and then fails.
struct Limited {
    text: String,
    left: usize,
}

impl Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(c);
        }
        Ok(())
    }
}

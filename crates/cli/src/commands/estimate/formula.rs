//! Formulas: `esc + war ~ x1 + x2 | 0 | z1 - 1 | factor(region)`.
//!
//! Left of `~` stand columns that say how play ended (none if the scenario names one), right of it one part a utility. A part is a
//! sum of terms; a term is a column, a product `a:b`, `a*b` for both and their product, a power
//! `x^2`, `log(x)`, `exp(x)`, `sqrt(x)`, `abs(x)`, or `factor(x)` for one dummy a value but the
//! first. An intercept is implied unless `- 1` or `0` is written; a part that is `0` alone fixes
//! its utility at 0. Names with blanks stand in backquotes.

use std::fmt;

/// A formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Formula {
    /// The columns left of `~`.
    pub(super) left: Vec<String>,
    /// The parts, in order.
    pub(super) parts: Vec<Part>,
}

/// The right-hand side of one utility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) intercept: bool,
    /// Products of factors.
    pub(super) terms: Vec<Vec<Factor>>,
}

/// A function of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Factor {
    pub(super) column: String,
    pub(super) function: Function,
}

/// What is done with a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Function {
    Itself,
    Log,
    Exp,
    Sqrt,
    Abs,
    Power(u32),
    Levels,
}

/// What is wrong with a formula, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) message: String,
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = &self.column;
        match self.function {
            Function::Itself => write!(f, "{column}"),
            Function::Log => write!(f, "log({column})"),
            Function::Exp => write!(f, "exp({column})"),
            Function::Sqrt => write!(f, "sqrt({column})"),
            Function::Abs => write!(f, "abs({column})"),
            Function::Power(k) => write!(f, "{column}^{k}"),
            Function::Levels => write!(f, "factor({column})"),
        }
    }
}

impl Function {
    /// Its value at a number.
    pub(super) fn at(self, x: f64) -> f64 {
        match self {
            Self::Itself | Self::Levels => x,
            Self::Log => x.ln(),
            Self::Exp => x.exp(),
            Self::Sqrt => x.sqrt(),
            Self::Abs => x.abs(),
            Self::Power(k) => x.powi(i32::try_from(k).unwrap_or(i32::MAX)),
        }
    }
}

impl Formula {
    /// Reads a formula.
    pub(super) fn parse(text: &str) -> Result<Self, Wrong> {
        let tokens = tokens(text)?;
        let mut reader = Reader {
            tokens: &tokens,
            at: 0,
            end: text.len(),
        };
        let mut left = Vec::new();
        if !reader.take('~') {
            let what = "a column that says how play ended, or ~";
            left.push(reader.name(what)?);
            while reader.take('+') {
                left.push(reader.name(what)?);
            }
            if !reader.take('~') {
                return Err(reader.wrong("expected + or ~ here"));
            }
        }
        let mut parts = vec![reader.part()?];
        while reader.take('|') {
            parts.push(reader.part()?);
        }
        if reader.at < tokens.len() {
            return Err(reader.wrong("expected +, | or the end here"));
        }
        Ok(Self { left, parts })
    }

    /// The columns right of `~`, each once, in order of appearance.
    pub(super) fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = Vec::new();
        for factor in self.parts.iter().flat_map(|p| &p.terms).flatten() {
            if !columns.contains(&factor.column.as_str()) {
                columns.push(&factor.column);
            }
        }
        columns
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    Number(u32),
    Sign(char),
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Wrong> {
    let mut tokens = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let token = match c {
            c if c.is_whitespace() => continue,
            '+' | '-' | '~' | '|' | ':' | '*' | '^' | '(' | ')' => Token::Sign(c),
            '`' => {
                let name: String = characters
                    .by_ref()
                    .map(|(_, c)| c)
                    .take_while(|c| *c != '`')
                    .collect();
                Token::Name(name)
            }
            c if c.is_alphanumeric() || c == '_' || c == '.' => {
                let mut name = String::from(c);
                while let Some((_, c)) =
                    characters.next_if(|(_, c)| c.is_alphanumeric() || *c == '_' || *c == '.')
                {
                    name.push(c);
                }
                match name.parse() {
                    Ok(number) => Token::Number(number),
                    Err(_) => Token::Name(name),
                }
            }
            c => {
                return Err(Wrong {
                    at,
                    message: format!("`{c}` has no place in a formula"),
                });
            }
        };
        tokens.push((at, token));
    }
    Ok(tokens)
}

struct Reader<'t> {
    tokens: &'t [(usize, Token)],
    at: usize,
    end: usize,
}

impl Reader<'_> {
    fn wrong(&self, message: impl Into<String>) -> Wrong {
        Wrong {
            at: self.tokens.get(self.at).map_or(self.end, |(at, _)| *at),
            message: message.into(),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn name(&mut self, what: &str) -> Result<String, Wrong> {
        match self.peek() {
            Some(Token::Name(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.wrong(format!("expected {what} here"))),
        }
    }

    fn part(&mut self) -> Result<Part, Wrong> {
        let mut part = Part {
            intercept: true,
            terms: Vec::new(),
        };
        let mut first = true;
        loop {
            let minus = self.take('-');
            if !minus && !first && !self.take('+') {
                return Ok(part);
            }
            if !minus && first {
                self.take('+');
            }
            first = false;
            match (minus, self.peek()) {
                (true, Some(Token::Number(1))) | (false, Some(Token::Number(0))) => {
                    part.intercept = false;
                    self.at += 1;
                }
                (false, Some(Token::Number(1))) => {
                    part.intercept = true;
                    self.at += 1;
                }
                (true, _) => return Err(self.wrong("only `- 1` takes something away")),
                _ => {
                    for term in self.term()? {
                        if !part.terms.contains(&term) {
                            part.terms.push(term);
                        }
                    }
                }
            }
        }
    }

    /// `a`, `a:b`, `a*b`.
    fn term(&mut self) -> Result<Vec<Vec<Factor>>, Wrong> {
        let mut terms = vec![vec![self.factor()?]];
        loop {
            if self.take(':') {
                let next = self.factor()?;
                for term in &mut terms {
                    term.push(next.clone());
                }
            } else if self.take('*') {
                let next = vec![self.factor()?];
                let products: Vec<Vec<Factor>> = terms
                    .iter()
                    .map(|term| [term.clone(), next.clone()].concat())
                    .collect();
                terms.push(next);
                terms.extend(products);
                if terms.len() > 64 {
                    return Err(self.wrong("that makes more than 64 products"));
                }
            } else {
                return Ok(terms);
            }
        }
    }

    fn factor(&mut self) -> Result<Factor, Wrong> {
        let start = self.at;
        let name = self.name("a column, 0, 1 or - 1")?;
        if self.take('(') {
            let function = match name.as_str() {
                "log" => Function::Log,
                "exp" => Function::Exp,
                "sqrt" => Function::Sqrt,
                "abs" => Function::Abs,
                "factor" => Function::Levels,
                _ => {
                    self.at = start;
                    let known = "log, exp, sqrt, abs and factor";
                    return Err(self.wrong(format!("there is no function `{name}`, only {known}")));
                }
            };
            let column = self.name("a column")?;
            if !self.take(')') {
                return Err(self.wrong("expected ) here"));
            }
            return Ok(Factor { column, function });
        }
        let mut function = Function::Itself;
        if self.take('^') {
            match self.peek() {
                Some(Token::Number(k @ 1..=9)) => function = Function::Power(*k),
                _ => return Err(self.wrong("expected a power from 1 to 9 here")),
            }
            self.at += 1;
        }
        Ok(Factor {
            column: name,
            function,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(part: &Part) -> String {
        let mut terms = Vec::new();
        if part.intercept {
            terms.push("1".to_owned());
        }
        for term in &part.terms {
            let factors: Vec<String> = term.iter().map(ToString::to_string).collect();
            terms.push(factors.join(":"));
        }
        terms.join(" + ")
    }

    #[test]
    fn parts_have_intercepts_unless_told() {
        let read = Formula::parse("esc + war ~ x1 + x2 | 0 | z1 - 1 | 1 | `a b`*c + log(d)");
        let formula = read.expect("a formula");
        assert_eq!(formula.left, ["esc", "war"]);
        let parts: Vec<String> = formula.parts.iter().map(shown).collect();
        assert_eq!(
            parts,
            ["1 + x1 + x2", "", "z1", "1", "1 + a b + c + a b:c + log(d)"]
        );
        assert_eq!(formula.columns(), ["x1", "x2", "z1", "a b", "c", "d"]);
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, at) in [
            ("", 0),
            ("y", 1),
            ("y ~", 3),
            ("y ~ x +", 7),
            ("y ~ x y", 6),
            ("y ~ x - 2", 8),
            ("y ~ sin(x)", 4),
            ("y ~ x^z", 6),
            ("y ~ x; z", 5),
            ("y ~ log(x", 9),
            ("| x", 0),
        ] {
            let wrong = Formula::parse(text).expect_err(text);
            assert_eq!(wrong.at, at, "{text}: {}", wrong.message);
        }
        let many = format!("y ~ {}", ["x"; 40].join("*"));
        assert!(Formula::parse(&many).is_err());
    }
}

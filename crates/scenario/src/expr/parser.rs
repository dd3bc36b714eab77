//! Tokens to a formula, by operator precedence (Pratt 1973).
//!
//! One function climbs: [`Parser::expression`] reads an operand, then takes every operator that
//! binds at least as tightly as asked. Operators of one level make one flat chain.

use super::lexer::{self, Token};
use super::{
    Builtin, Comparison, ExprId, Formula, FormulaError, MAX_DEPTH, MAX_NODES, MAX_TEXT, Node,
    Problem,
};
use deterra_game::number::Number;
use std::ops::Range;

/// How tightly operators bind, loosest first.
pub(super) mod level {
    pub(in super::super) const OR: u8 = 1;
    pub(in super::super) const AND: u8 = 2;
    pub(in super::super) const NOT: u8 = 3;
    pub(in super::super) const COMPARE: u8 = 4;
    pub(in super::super) const SUM: u8 = 5;
    pub(in super::super) const PRODUCT: u8 = 6;
    pub(in super::super) const NEGATE: u8 = 7;
    pub(in super::super) const POWER: u8 = 8;
    pub(in super::super) const ATOM: u8 = 9;
}

/// What a level of the tree costs at most when its printed form is read: one for an operand and
/// one for its parentheses, or two for an argument. So every tree that is not too deep can be
/// read back, and the stack is bounded before the tree is.
const MAX_COST: usize = 2 * MAX_DEPTH + 8;

/// Parses `text`, whose first byte is byte `base` of the source.
pub(super) fn parse(text: &str, base: usize) -> Result<Formula, FormulaError> {
    let place = base..base + text.len();
    if text.len() > MAX_TEXT {
        return Err(FormulaError {
            span: place,
            problem: Problem::TooLong,
        });
    }
    let mut parser = Parser {
        text,
        base,
        token: Token::End,
        span: 0..0,
        error: None,
        cost: 0,
        nodes: Vec::new(),
        spans: Vec::new(),
        heights: Vec::new(),
    };
    let parsed = parser.whole();
    let Parser {
        error,
        nodes,
        spans,
        ..
    } = parser;
    match (parsed, error) {
        (Some(()), None) => Ok(Formula { nodes, spans }),
        (_, Some(error)) => Err(error),
        (None, None) => unreachable!("a parse that fails says why"),
    }
}

/// Failure is `None` with the error kept aside: the small result keeps the stack of deep
/// formulas small.
struct Parser<'t> {
    text: &'t str,
    base: usize,
    token: Token,
    /// Of the token, in `text`.
    span: Range<usize>,
    error: Option<FormulaError>,
    cost: usize,
    nodes: Vec<Node>,
    spans: Vec<Range<usize>>,
    /// The longest path below each node.
    heights: Vec<u16>,
}

impl Parser<'_> {
    fn whole(&mut self) -> Option<()> {
        self.advance()?;
        self.expression(level::OR)?;
        match self.token {
            Token::End => Some(()),
            Token::Number | Token::Name | Token::Open => {
                self.expected("an operator or the end", Some("write `*` between factors"))
            }
            _ => self.expected("an operator or the end", None),
        }
    }

    fn advance(&mut self) -> Option<()> {
        match lexer::next(self.text, self.span.end) {
            Ok((token, span)) => {
                (self.token, self.span) = (token, span);
                Some(())
            }
            Err((problem, span)) => self.fail(span, problem),
        }
    }

    fn fail<T>(&mut self, span: Range<usize>, problem: Problem) -> Option<T> {
        let span = self.base + span.start..self.base + span.end;
        self.error.get_or_insert(FormulaError { span, problem });
        None
    }

    #[cold]
    fn expected<T>(&mut self, expected: &'static str, help: Option<&'static str>) -> Option<T> {
        let found = match self.token {
            Token::End => "the end of the formula".to_owned(),
            _ => format!("`{}`", &self.text[self.span.clone()]),
        };
        self.fail(
            self.span.clone(),
            Problem::Syntax {
                expected,
                found,
                help,
            },
        )
    }

    fn expect(&mut self, token: Token, expected: &'static str) -> Option<()> {
        if self.token == token {
            self.advance()
        } else {
            self.expected(expected, None)
        }
    }

    /// Adds a node that spans from `start` to the last token read.
    fn push(&mut self, node: Node, start: usize, end: usize) -> Option<ExprId> {
        let place = start..end;
        if self.nodes.len() >= MAX_NODES {
            return self.fail(place, Problem::TooLong);
        }
        let below = node
            .children()
            .iter()
            .map(|id| self.heights[id.0 as usize])
            .max();
        let height = below.map_or(0, |height| height + 1);
        if usize::from(height) > MAX_DEPTH {
            return self.fail(place, Problem::TooDeep);
        }
        self.nodes.push(node);
        self.spans.push(self.base + start..self.base + end);
        self.heights.push(height);
        Some(ExprId(self.nodes.len() as u32 - 1))
    }

    fn start(&self, id: ExprId) -> usize {
        self.spans[id.0 as usize].start - self.base
    }

    fn end(&self, id: ExprId) -> usize {
        self.spans[id.0 as usize].end - self.base
    }

    /// An operand and all operators at `least` or tighter.
    fn expression(&mut self, least: u8) -> Option<ExprId> {
        self.cost += 1;
        if self.cost > MAX_COST {
            return self.fail(self.span.clone(), Problem::TooDeep);
        }
        let mut left = self.operand()?;
        loop {
            let level = binary_level(self.token);
            if level < least.max(1) {
                break;
            }
            left = match level {
                level::OR | level::AND => self.junction(left, level)?,
                level::COMPARE => self.comparison(left)?,
                level::SUM | level::PRODUCT => self.chain(left, level)?,
                _ => self.power(left)?,
            };
        }
        self.cost -= 1;
        Some(left)
    }

    #[inline(never)]
    fn junction(&mut self, first: ExprId, level: u8) -> Option<ExprId> {
        let mut items = vec![first];
        while binary_level(self.token) == level {
            self.advance()?;
            items.push(self.expression(level + 1)?);
        }
        let (start, end) = (self.start(first), self.end(items[items.len() - 1]));
        let node = if level == level::OR {
            Node::Or(items)
        } else {
            Node::And(items)
        };
        self.push(node, start, end)
    }

    #[inline(never)]
    fn comparison(&mut self, first: ExprId) -> Option<ExprId> {
        let mut rest = Vec::new();
        let mut end = self.end(first);
        while let Some(comparison) = comparison(self.token) {
            self.advance()?;
            let right = self.expression(level::SUM)?;
            end = self.end(right);
            rest.push((comparison, right));
        }
        let start = self.start(first);
        self.push(Node::Compare(first, rest), start, end)
    }

    #[inline(never)]
    fn chain(&mut self, first: ExprId, level: u8) -> Option<ExprId> {
        let mut rest = Vec::new();
        let mut end = self.end(first);
        while binary_level(self.token) == level {
            let inverse = matches!(self.token, Token::Minus | Token::Over);
            self.advance()?;
            let right = self.expression(level + 1)?;
            end = self.end(right);
            rest.push((inverse, right));
        }
        let start = self.start(first);
        let node = if level == level::SUM {
            Node::Sum(first, rest)
        } else {
            Node::Product(first, rest)
        };
        self.push(node, start, end)
    }

    #[inline(never)]
    fn power(&mut self, base: ExprId) -> Option<ExprId> {
        self.advance()?;
        let exponent = self.expression(level::NEGATE)?;
        let (start, end) = (self.start(base), self.end(exponent));
        self.push(Node::Power(base, exponent), start, end)
    }

    /// A value with its prefixes and indices.
    #[inline(never)]
    fn operand(&mut self) -> Option<ExprId> {
        let Range { start, end } = self.span;
        let mut value = match self.token {
            Token::Minus => {
                self.advance()?;
                let inner = self.expression(level::POWER)?;
                let end = self.end(inner);
                return self.push(Node::Negate(inner), start, end);
            }
            Token::Not => {
                self.advance()?;
                let inner = self.expression(level::NOT)?;
                let end = self.end(inner);
                return self.push(Node::Not(inner), start, end);
            }
            Token::Open => {
                self.advance()?;
                let inner = self.expression(level::OR)?;
                let end = self.span.end;
                self.expect(Token::Close, "an operator or `)`")?;
                self.spans[inner.0 as usize] = self.base + start..self.base + end;
                inner
            }
            Token::OpenList => self.list(start)?,
            Token::Number => self.number()?,
            Token::Name => self.name_or_call()?,
            Token::True | Token::False => {
                let holds = self.token == Token::True;
                self.advance()?;
                self.push(Node::Truth(holds), start, end)?
            }
            Token::Plus => {
                return self.expected("a value", Some("leave out the `+`"));
            }
            Token::End if start == 0 || self.nodes.is_empty() => {
                return self.expected(
                    "a formula",
                    Some("write a number, a parameter or a formula such as `2*L`"),
                );
            }
            _ => return self.expected("a value", None),
        };
        while self.token == Token::OpenList {
            self.advance()?;
            let index = self.expression(level::OR)?;
            let end = self.span.end;
            self.expect(Token::CloseList, "an operator or `]`")?;
            value = self.push(Node::Index(value, index), start, end)?;
        }
        Some(value)
    }

    #[inline(never)]
    fn number(&mut self) -> Option<ExprId> {
        let Range { start, end } = self.span;
        match Number::parse(&self.text[start..end]) {
            Ok(number) => {
                self.advance()?;
                self.push(Node::Number(number), start, end)
            }
            // A leading point is fine in a formula, where no sign can be meant to follow it.
            Err(error) => match Number::parse(&format!("0{}", &self.text[start..end])) {
                Ok(number) => {
                    self.advance()?;
                    self.push(Node::Number(number), start, end)
                }
                Err(_) => self.fail(start..end, Problem::Number(error)),
            },
        }
    }

    /// The comma-separated formulas up to the closing token, which is read; with where it ends.
    #[inline(never)]
    fn arguments(&mut self, close: Token, expected: &'static str) -> Option<(Vec<ExprId>, usize)> {
        let mut arguments = Vec::new();
        while self.token != close {
            self.cost += 1;
            arguments.push(self.expression(level::OR)?);
            self.cost -= 1;
            if self.token == Token::Comma {
                self.advance()?;
            } else if self.token != close {
                return self.expected(expected, None);
            }
        }
        let end = self.span.end;
        self.advance()?;
        Some((arguments, end))
    }

    #[inline(never)]
    fn list(&mut self, start: usize) -> Option<ExprId> {
        self.advance()?;
        let (items, end) = self.arguments(Token::CloseList, "an operator, `,` or `]`")?;
        self.push(Node::List(items), start, end)
    }

    #[inline(never)]
    fn name_or_call(&mut self) -> Option<ExprId> {
        let place = self.span.clone();
        self.advance()?;
        if self.token != Token::Open {
            let name = self.text[place.clone()].into();
            return self.push(Node::Name(name), place.start, place.end);
        }
        self.advance()?;
        let (arguments, end) = self.arguments(Token::Close, "an operator, `,` or `)`")?;
        self.call(&place, arguments, end)
    }

    #[inline(never)]
    fn call(
        &mut self,
        place: &Range<usize>,
        mut arguments: Vec<ExprId>,
        end: usize,
    ) -> Option<ExprId> {
        let name = &self.text[place.clone()];
        let Some(function) = Builtin::named(name) else {
            return self.push(Node::External(name.into(), arguments), place.start, end);
        };
        if function == Builtin::Sum && arguments.len() == 4 {
            return self.total(&arguments, place.start, end);
        }
        let (least, most) = function.arity();
        let found = arguments.len();
        if found < least || most.is_some_and(|most| found > most) {
            return self.fail(
                place.start..end,
                Problem::Arguments {
                    usage: function.usage(),
                    found,
                },
            );
        }
        arguments.shrink_to_fit();
        self.push(Node::Call(function, arguments), place.start, end)
    }

    fn total(&mut self, arguments: &[ExprId], start: usize, end: usize) -> Option<ExprId> {
        let [variable, from, to, body] = [arguments[0], arguments[1], arguments[2], arguments[3]];
        if !matches!(self.nodes[variable.0 as usize], Node::Name(_)) {
            let place = self.start(variable)..self.end(variable);
            let found = format!("`{}`", &self.text[place.clone()]);
            let help = Some("write `sum(i, 1, 3, i^2)`");
            return self.fail(
                place,
                Problem::Syntax {
                    expected: "a name to count with",
                    found,
                    help,
                },
            );
        }
        self.push(
            Node::Total {
                variable,
                from,
                to,
                body,
            },
            start,
            end,
        )
    }
}

/// 0 for what is no binary operator.
fn binary_level(token: Token) -> u8 {
    match token {
        Token::Or => level::OR,
        Token::And => level::AND,
        Token::Plus | Token::Minus => level::SUM,
        Token::Times | Token::Over => level::PRODUCT,
        Token::Power => level::POWER,
        token if comparison(token).is_some() => level::COMPARE,
        _ => 0,
    }
}

fn comparison(token: Token) -> Option<Comparison> {
    match token {
        Token::Less => Some(Comparison::Less),
        Token::AtMost => Some(Comparison::AtMost),
        Token::Equal => Some(Comparison::Equal),
        Token::Differs => Some(Comparison::Differs),
        Token::AtLeast => Some(Comparison::AtLeast),
        Token::Greater => Some(Comparison::Greater),
        _ => None,
    }
}

//! Names in a formula: which it uses, and one formula in the place of a name in another.

use super::{Builtin, ExprId, Formula, FormulaError, MAX_DEPTH, MAX_NODES, Node, Problem};
use std::ops::Range;

/// How a formula uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Its value: `coverage`.
    Value,
    /// An entry of it: `n[0]`.
    Entry,
    /// As the bare argument of a function that the context knows: `ch` in `cost(ch)`. Whether it
    /// is a value or the name of something is for the function to say.
    Argument,
    /// As a function: `cost` in `cost(ch)`.
    Function,
}

/// A name and where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUse<'f> {
    /// The name.
    pub name: &'f str,
    /// Bytes of the source; the whole call for a function.
    pub span: Range<usize>,
    /// How it is used.
    pub usage: Use,
}

impl Formula {
    /// Every use of a name that the formula does not bind itself, in the order of the text.
    ///
    /// # Example
    /// ```
    /// use deterra_scenario::expr::Formula;
    /// let formula = Formula::parse("n[k] + sum(i, 1, k, i*c.DC)", 0).expect("a formula");
    /// let names: Vec<_> = formula.names().into_iter().map(|used| used.name).collect();
    /// assert_eq!(names, ["n", "k", "k", "c.DC"]);
    /// ```
    pub fn names(&self) -> Vec<NameUse<'_>> {
        let mut found = Vec::new();
        // Work that is left, last first: parts to visit and bindings to end.
        let mut stack = vec![Step::Visit(self.root(), Use::Value)];
        let mut bound: Vec<&str> = Vec::new();
        while let Some(step) = stack.pop() {
            let (id, usage) = match step {
                Step::Visit(id, usage) => (id, usage),
                Step::Bind(name) => {
                    bound.push(name);
                    continue;
                }
                Step::Unbind => {
                    bound.pop();
                    continue;
                }
            };
            let span = self.span(id);
            match self.node(id) {
                Node::Name(name) if !bound.contains(&&**name) => {
                    found.push(NameUse { name, span, usage });
                }
                Node::Index(array, index) => {
                    stack.push(Step::Visit(*index, Use::Value));
                    stack.push(Step::Visit(*array, Use::Entry));
                }
                Node::External(name, arguments) => {
                    found.push(NameUse {
                        name,
                        span,
                        usage: Use::Function,
                    });
                    stack.extend(
                        arguments
                            .iter()
                            .rev()
                            .map(|id| Step::Visit(*id, Use::Argument)),
                    );
                }
                Node::Total {
                    variable,
                    from,
                    to,
                    body,
                } => {
                    stack.push(Step::Unbind);
                    stack.push(Step::Visit(*body, Use::Value));
                    stack.push(Step::Bind(self.name_of(*variable)));
                    stack.push(Step::Visit(*to, Use::Value));
                    stack.push(Step::Visit(*from, Use::Value));
                }
                node => {
                    let children = node.children();
                    stack.extend(children.iter().rev().map(|id| Step::Visit(*id, Use::Value)));
                }
            }
        }
        found
    }

    /// Whether the formula uses the name.
    pub fn mentions(&self, name: &str) -> bool {
        self.names().iter().any(|used| used.name == name)
    }

    /// The names and functions that `known` does not know, as errors that suggest the closest of
    /// `names` and `functions`.
    ///
    /// Bare arguments of functions are the function's business and are passed over.
    pub fn unknown(
        &self,
        known: impl Fn(&NameUse<'_>) -> bool,
        names: &[String],
        functions: &[String],
    ) -> Vec<FormulaError> {
        let uses = self.names().into_iter();
        let unknown = uses.filter(|used| used.usage != Use::Argument && !known(used));
        unknown
            .map(|used| FormulaError {
                span: used.span,
                problem: match used.usage {
                    Use::Function => unknown_function(used.name, functions),
                    _ => Problem::UnknownName {
                        name: used.name.to_owned(),
                        known: names.to_vec(),
                    },
                },
            })
            .collect()
    }

    /// The formula with `replacement` in the place of every value or entry use of `name`.
    ///
    /// A name that a sum binds is renamed if it would capture a name of the replacement. Spans
    /// are those of the part each node came from.
    ///
    /// # Errors
    /// [`Problem::TooLong`] and [`Problem::TooDeep`], as for text.
    pub fn substitute(&self, name: &str, replacement: &Self) -> Result<Self, FormulaError> {
        let mut copy = Copy {
            nodes: Vec::new(),
            spans: Vec::new(),
            target: name,
            replacement: Some(replacement),
            free: replacement
                .names()
                .iter()
                .map(|used| used.name.to_owned())
                .collect(),
            renamed: Vec::new(),
        };
        copy.part(self, self.root(), 0, false)?;
        Ok(Self {
            nodes: copy.nodes,
            spans: copy.spans,
        })
    }

    /// A part as a formula of its own.
    #[must_use]
    pub fn part(&self, id: ExprId) -> Self {
        let mut copy = Copy {
            nodes: Vec::new(),
            spans: Vec::new(),
            target: "",
            replacement: None,
            free: Vec::new(),
            renamed: Vec::new(),
        };
        copy.part(self, id, 0, false)
            .expect("invariant: a part is no longer or deeper than the whole");
        Self {
            nodes: copy.nodes,
            spans: copy.spans,
        }
    }

    /// The text of a name node.
    pub(super) fn name_of(&self, id: ExprId) -> &str {
        match self.node(id) {
            Node::Name(name) => name,
            _ => unreachable!("the parser binds names only"),
        }
    }
}

/// The error for a function that neither the language nor the context has.
pub(super) fn unknown_function(name: &str, functions: &[String]) -> Problem {
    let builtins = Builtin::ALL.iter().map(|f| f.name().to_owned());
    Problem::UnknownFunction {
        name: name.to_owned(),
        known: functions.iter().cloned().chain(builtins).collect(),
    }
}

enum Step<'f> {
    Visit(ExprId, Use),
    Bind(&'f str),
    Unbind,
}

/// A formula under construction from parts of others, in the order in which it would be parsed.
struct Copy<'a> {
    nodes: Vec<Node>,
    spans: Vec<Range<usize>>,
    target: &'a str,
    replacement: Option<&'a Formula>,
    /// The free names of the replacement.
    free: Vec<String>,
    /// The names bound around the current part, with what they are called in the copy.
    renamed: Vec<(String, String)>,
}

impl Copy<'_> {
    /// Copies a part; `argument` if it is the bare argument of an external function. At most
    /// `MAX_DEPTH` calls deep.
    fn part(
        &mut self,
        from: &Formula,
        id: ExprId,
        depth: usize,
        argument: bool,
    ) -> Result<ExprId, FormulaError> {
        let span = from.span(id);
        if depth > MAX_DEPTH {
            return Err(FormulaError {
                span,
                problem: Problem::TooDeep,
            });
        }
        let node = match from.node(id) {
            Node::Name(name) => {
                let bound = self.renamed.iter().rev().find(|(old, _)| **old == **name);
                match (bound, self.replacement) {
                    (Some((_, new)), _) => Node::Name(new.as_str().into()),
                    (None, Some(replacement)) if !argument && **name == *self.target => {
                        return self.insert(replacement, depth);
                    }
                    _ => Node::Name(name.clone()),
                }
            }
            Node::Total {
                variable,
                from: low,
                to: high,
                body,
            } => {
                return self.total(from, span, [*variable, *low, *high, *body], depth);
            }
            node => {
                let external = matches!(node, Node::External(..));
                let mut parts = Vec::new();
                for child in node.children() {
                    parts.push(self.part(from, child, depth + 1, external)?);
                }
                rebuilt(node, &parts)
            }
        };
        self.push(node, span)
    }

    fn total(
        &mut self,
        from: &Formula,
        span: Range<usize>,
        [variable, low, high, body]: [ExprId; 4],
        depth: usize,
    ) -> Result<ExprId, FormulaError> {
        let old = from.name_of(variable).to_owned();
        let mut new = old.clone();
        if self.replacement.is_some() {
            while self.free.contains(&new) || (new != old && from.mentions(&new)) {
                new.push('_');
            }
        }
        let name = self.push(Node::Name(new.as_str().into()), from.span(variable))?;
        let low = self.part(from, low, depth + 1, false)?;
        let high = self.part(from, high, depth + 1, false)?;
        self.renamed.push((old, new));
        let body = self.part(from, body, depth + 1, false);
        self.renamed.pop();
        self.push(
            Node::Total {
                variable: name,
                from: low,
                to: high,
                body: body?,
            },
            span,
        )
    }

    /// Copies the replacement as it stands: no name in it is bound or replaced.
    fn insert(&mut self, replacement: &Formula, depth: usize) -> Result<ExprId, FormulaError> {
        let whole = self.replacement.take();
        let outer = std::mem::take(&mut self.renamed);
        let copied = self.part(replacement, replacement.root(), depth, false);
        self.replacement = whole;
        self.renamed = outer;
        copied
    }

    fn push(&mut self, node: Node, span: Range<usize>) -> Result<ExprId, FormulaError> {
        if self.nodes.len() >= MAX_NODES {
            return Err(FormulaError {
                span,
                problem: Problem::TooLong,
            });
        }
        self.nodes.push(node);
        self.spans.push(span);
        Ok(ExprId(self.nodes.len() as u32 - 1))
    }
}

/// The node with other parts, given in the order of [`Node::children`].
fn rebuilt(node: &Node, parts: &[ExprId]) -> Node {
    let tail = |rest: &[(bool, ExprId)]| {
        rest.iter()
            .zip(&parts[1..])
            .map(|((inverse, _), id)| (*inverse, *id))
            .collect()
    };
    match node {
        Node::Number(_) | Node::Truth(_) | Node::Name(_) => node.clone(),
        Node::Negate(_) => Node::Negate(parts[0]),
        Node::Not(_) => Node::Not(parts[0]),
        Node::Index(..) => Node::Index(parts[0], parts[1]),
        Node::Power(..) => Node::Power(parts[0], parts[1]),
        Node::List(_) => Node::List(parts.to_vec()),
        Node::And(_) => Node::And(parts.to_vec()),
        Node::Or(_) => Node::Or(parts.to_vec()),
        Node::Call(function, _) => Node::Call(*function, parts.to_vec()),
        Node::External(name, _) => Node::External(name.clone(), parts.to_vec()),
        Node::Sum(_, rest) => Node::Sum(parts[0], tail(rest)),
        Node::Product(_, rest) => Node::Product(parts[0], tail(rest)),
        Node::Compare(_, rest) => {
            let pairs = rest.iter().zip(&parts[1..]);
            Node::Compare(
                parts[0],
                pairs
                    .map(|((comparison, _), id)| (*comparison, *id))
                    .collect(),
            )
        }
        Node::Total { .. } => Node::Total {
            variable: parts[0],
            from: parts[1],
            to: parts[2],
            body: parts[3],
        },
    }
}

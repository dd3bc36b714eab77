//! The parts of a formula.

use deterra_game::number::Number;

/// A part of one formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub(super) u32);

/// A part: a number, a name, or an operation on earlier parts.
///
/// Chains are flat, `a - b + c` being one sum of three terms, so that a sum of a thousand terms
/// is not a thousand deep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// `0.1`.
    Number(Number),
    /// `true`, `false`.
    Truth(bool),
    /// `coverage`, `c.DC`.
    Name(Box<str>),
    /// `n[rung]`.
    Index(ExprId, ExprId),
    /// `[4, 3, 2]`.
    List(Vec<ExprId>),
    /// `-x`.
    Negate(ExprId),
    /// `not x`.
    Not(ExprId),
    /// `a - b + c`: the first term, then the others with whether each is subtracted.
    Sum(ExprId, Vec<(bool, ExprId)>),
    /// `a * b / c`: the first factor, then the others with whether each divides.
    Product(ExprId, Vec<(bool, ExprId)>),
    /// `x ^ k`.
    Power(ExprId, ExprId),
    /// `a < b <= c`.
    Compare(ExprId, Vec<(Comparison, ExprId)>),
    /// `a and b and c`.
    And(Vec<ExprId>),
    /// `a or b or c`.
    Or(Vec<ExprId>),
    /// A call of one of our functions.
    Call(Builtin, Vec<ExprId>),
    /// A call of a function that the context knows, such as `cost(ch)`.
    External(Box<str>, Vec<ExprId>),
    /// `sum(i, from, to, body)`.
    Total {
        /// The name bound in the body; always a [`Node::Name`].
        variable: ExprId,
        /// The first value.
        from: ExprId,
        /// The last value.
        to: ExprId,
        /// What is added up.
        body: ExprId,
    },
}

impl Node {
    /// The parts it is made of, in the order of the text.
    pub fn children(&self) -> Vec<ExprId> {
        match self {
            Self::Number(_) | Self::Truth(_) | Self::Name(_) => Vec::new(),
            Self::Negate(x) | Self::Not(x) => vec![*x],
            Self::Index(x, y) | Self::Power(x, y) => vec![*x, *y],
            Self::List(all)
            | Self::And(all)
            | Self::Or(all)
            | Self::Call(_, all)
            | Self::External(_, all) => all.clone(),
            Self::Sum(first, rest) | Self::Product(first, rest) => std::iter::once(*first)
                .chain(rest.iter().map(|(_, id)| *id))
                .collect(),
            Self::Compare(first, rest) => std::iter::once(*first)
                .chain(rest.iter().map(|(_, id)| *id))
                .collect(),
            Self::Total {
                variable,
                from,
                to,
                body,
            } => vec![*variable, *from, *to, *body],
        }
    }
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `!=`
    Differs,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
}

impl Comparison {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "==",
            Self::Differs => "!=",
            Self::AtLeast => ">=",
            Self::Greater => ">",
        }
    }

    /// Whether two values in this order satisfy it.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::Differs => order.is_ne(),
            Self::AtLeast => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}

macro_rules! builtins {
    ($($(#[$doc:meta])* $variant:ident $name:literal $least:literal $most:expr, $usage:literal;)*) => {
        /// A function that every formula may call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Builtin {
            $($(#[$doc])* $variant,)*
        }

        impl Builtin {
            /// All of them, by name.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As it is written.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// How it is called, for messages.
            pub fn usage(self) -> &'static str {
                match self { $(Self::$variant => $usage),* }
            }

            /// The least and, if limited, the greatest number of arguments.
            pub fn arity(self) -> (usize, Option<usize>) {
                match self { $(Self::$variant => ($least, $most)),* }
            }
        }
    };
}

builtins! {
    /// The absolute value.
    Abs "abs" 1 Some(1), "abs(x)";
    /// The least whole number that is not less.
    Ceil "ceil" 1 Some(1), "ceil(x)";
    /// The nearest value between two bounds.
    Clamp "clamp" 3 Some(3), "clamp(x, low, high)";
    /// e to the x.
    Exp "exp" 1 Some(1), "exp(x)";
    /// The greatest whole number that is not greater.
    Floor "floor" 1 Some(1), "floor(x)";
    /// One of two, by a condition; the other is not evaluated.
    If "if" 3 Some(3), "if(condition, then, else)";
    /// The number of entries of an array.
    Len "len" 1 Some(1), "len(array)";
    /// The natural logarithm.
    Log "log" 1 Some(1), "log(x)";
    /// The greatest.
    Max "max" 1 None, "max(x, y, …) or max(array)";
    /// The least.
    Min "min" 1 None, "min(x, y, …) or min(array)";
    /// x to the k.
    Pow "pow" 2 Some(2), "pow(x, k)";
    /// The square root.
    Sqrt "sqrt" 1 Some(1), "sqrt(x)";
    /// The sum of the entries of an array; with four arguments it is [`Node::Total`].
    Sum "sum" 1 Some(1), "sum(array) or sum(i, from, to, formula)";
}

impl Builtin {
    /// The function of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.name() == name)
    }
}

//! Text to tokens, one at a time, so that nothing is allocated for what will not be parsed.

use super::Problem;
use std::ops::Range;

/// What the parser sees. Texts stay in the source; a token is its kind and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Number,
    Name,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Less,
    AtMost,
    Equal,
    Differs,
    AtLeast,
    Greater,
    And,
    Or,
    Not,
    True,
    False,
    End,
}

/// The token that starts at or after byte `from`, with its place in `text`.
pub(super) fn next(
    text: &str,
    from: usize,
) -> Result<(Token, Range<usize>), (Problem, Range<usize>)> {
    let rest = &text[from..];
    let start = from + rest.len() - rest.trim_start().len();
    let rest = &text[start..];
    let Some(first) = rest.chars().next() else {
        return Ok((Token::End, start..start));
    };
    let of_length = |token, length: usize| Ok((token, start..start + length));
    if first.is_ascii_digit()
        || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
    {
        return of_length(Token::Number, number_length(rest));
    }
    if first.is_alphabetic() || first == '_' {
        let length = name_length(rest);
        let token = match &rest[..length] {
            "and" => Token::And,
            "or" => Token::Or,
            "not" => Token::Not,
            "true" => Token::True,
            "false" => Token::False,
            _ => Token::Name,
        };
        return of_length(token, length);
    }
    for (symbol, token) in [
        ("<=", Token::AtMost),
        ("==", Token::Equal),
        ("!=", Token::Differs),
        (">=", Token::AtLeast),
    ] {
        if rest.starts_with(symbol) {
            return of_length(token, 2);
        }
    }
    if let Some((length, help)) = misspelled(rest) {
        let problem = Problem::Character {
            character: first,
            help: Some(help),
        };
        return Err((problem, start..start + length));
    }
    let token = match first {
        '(' => Token::Open,
        ')' => Token::Close,
        '[' => Token::OpenList,
        ']' => Token::CloseList,
        ',' => Token::Comma,
        '+' => Token::Plus,
        '-' => Token::Minus,
        '*' => Token::Times,
        '/' => Token::Over,
        '^' => Token::Power,
        '<' => Token::Less,
        '>' => Token::Greater,
        character => {
            let problem = Problem::Character {
                character,
                help: None,
            };
            return Err((problem, start..start + character.len_utf8()));
        }
    };
    of_length(token, 1)
}

/// Digits, at most one point, and an exponent if digits follow its letter.
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = bytes
            .get(length + 1 + sign..)
            .map_or(0, |_| digits(length + 1 + sign));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// Letters, digits and `_`; a point or `@` if a letter, a digit or `_` follows.
fn name_length(rest: &str) -> usize {
    let inner = |c: char| c.is_alphanumeric() || c == '_';
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = matches!(c, '.' | '@') && chars.peek().is_some_and(|(_, c)| inner(*c));
        if !inner(c) && !joins {
            return at;
        }
    }
    rest.len()
}

/// What people write who know other notations.
fn misspelled(rest: &str) -> Option<(usize, &'static str)> {
    [
        ("**", "write `^` for powers"),
        ("&&", "write `and`"),
        ("||", "write `or`"),
        ("&", "write `and`"),
        ("|", "write `or`; the absolute value is `abs(x)`"),
        ("=<", "write `<=`"),
        ("=>", "write `>=`"),
        ("<>", "write `!=`"),
        ("=", "write `==` to compare"),
        ("!", "write `not`, or `!=` to compare"),
        ("%", "write a fraction: 75% is `0.75`"),
        ("≤", "write `<=`"),
        ("≥", "write `>=`"),
        ("≠", "write `!=`"),
        ("×", "write `*`"),
        ("·", "write `*`"),
        ("÷", "write `/`"),
        ("−", "write the hyphen `-` for minus"),
        ("–", "write the hyphen `-` for minus"),
        ("?", "write `if(condition, then, else)`"),
        (";", "separate arguments with commas"),
        ("{", "group with `(` and `)`"),
        ("}", "group with `(` and `)`"),
        ("\"", "names stand without quotes"),
        ("'", "names stand without quotes"),
    ]
    .into_iter()
    .find(|(symbol, _)| rest.starts_with(symbol))
    .map(|(symbol, help)| (symbol.len(), help))
}

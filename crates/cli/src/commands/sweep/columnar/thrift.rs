//! Thrift's compact protocol, as far as Parquet's headers need it.

use std::collections::BTreeMap;

/// A value of a header. Truth values do not occur.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// `i32` and `i64`, which are written alike.
    I32(i64),
    I64(i64),
    Text(String),
    List(Vec<Value>),
    /// By number of the field, from 1.
    Struct(BTreeMap<u8, Value>),
}

/// Structures within structures that a header may have.
const DEEPEST: usize = 16;

impl Value {
    /// A structure with these fields.
    pub(super) fn fields<const N: usize>(fields: [(u8, Self); N]) -> Self {
        Self::Struct(fields.into())
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    const fn kind(&self) -> u8 {
        match self {
            Self::I32(_) => 5,
            Self::I64(_) => 6,
            Self::Text(_) => 8,
            Self::List(_) => 9,
            Self::Struct(_) => 12,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::I32(n) | Self::I64(n) => varint(((n << 1) ^ (n >> 63)).cast_unsigned(), out),
            Self::Text(text) => {
                varint(text.len() as u64, out);
                out.extend_from_slice(text.as_bytes());
            }
            Self::List(items) => {
                let kind = items.first().map_or(12, Self::kind);
                if items.len() < 15 {
                    out.push((items.len() as u8) << 4 | kind);
                } else {
                    out.push(0xf0 | kind);
                    varint(items.len() as u64, out);
                }
                for item in items {
                    item.write(out);
                }
            }
            Self::Struct(fields) => {
                // Fields are numbered by their distance from the one before, at most 15 here.
                let mut before = 0;
                for (number, value) in fields {
                    out.push((number - before) << 4 | value.kind());
                    value.write(out);
                    before = *number;
                }
                out.push(0);
            }
        }
    }

    /// Reads a structure from the start of some bytes, which are moved behind it; `None` if there is none.
    pub(super) fn read(bytes: &mut &[u8]) -> Option<Self> {
        Self::of_kind(12, bytes, 0)
    }

    fn of_kind(kind: u8, bytes: &mut &[u8], depth: usize) -> Option<Self> {
        if depth > DEEPEST {
            return None;
        }
        let signed = |n: u64| (n >> 1) as i64 ^ -((n & 1) as i64);
        match kind {
            5 => Some(Self::I32(signed(read_varint(bytes)?))),
            6 => Some(Self::I64(signed(read_varint(bytes)?))),
            8 => {
                let length = usize::try_from(read_varint(bytes)?).ok()?;
                let text = bytes.split_off(..length)?;
                Some(Self::Text(String::from_utf8(text.to_vec()).ok()?))
            }
            9 => {
                let head = *bytes.split_off_first()?;
                let count = match head >> 4 {
                    15 => usize::try_from(read_varint(bytes)?).ok()?,
                    short => usize::from(short),
                };
                // Every item takes a byte at least.
                if count > bytes.len() {
                    return None;
                }
                let item = |_| Self::of_kind(head & 15, bytes, depth + 1);
                Some(Self::List((0..count).map(item).collect::<Option<_>>()?))
            }
            12 => {
                let mut fields = BTreeMap::new();
                let mut number = 0_u8;
                loop {
                    let head = *bytes.split_off_first()?;
                    if head == 0 {
                        return Some(Self::Struct(fields));
                    }
                    number = number.checked_add(head >> 4)?;
                    fields.insert(number, Self::of_kind(head & 15, bytes, depth + 1)?);
                }
            }
            _ => None,
        }
    }

    /// A field of a structure.
    pub(super) fn field(&self, number: u8) -> Option<&Self> {
        match self {
            Self::Struct(fields) => fields.get(&number),
            _ => None,
        }
    }

    /// A whole number in a field of a structure.
    pub(super) fn whole(&self, number: u8) -> Option<i64> {
        match self.field(number)? {
            Self::I32(n) | Self::I64(n) => Some(*n),
            _ => None,
        }
    }

    /// A list in a field of a structure.
    pub(super) fn list(&self, number: u8) -> Option<&[Self]> {
        match self.field(number)? {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

/// Seven bits a byte, the lowest first.
pub(super) fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 128 {
        out.push(n as u8 | 128);
        n >>= 7;
    }
    out.push(n as u8);
}

pub(super) fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first()?;
        n |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_written_as_the_protocol_says() {
        // By hand: field 1 of kind 5 is 0x15, 150 zigzags to 300 = 0xac 0x02, field 3 is two on, -1
        // zigzags to 1, text has its length in front, and 0 ends the structure.
        let value = Value::fields([
            (1, Value::I32(150)),
            (3, Value::I64(-1)),
            (4, Value::text("ab")),
            (5, Value::List(vec![Value::I32(0)])),
        ]);
        let bytes = [
            0x15, 0xac, 2, 0x26, 1, 0x18, 2, b'a', b'b', 0x19, 0x15, 0, 0,
        ];
        assert_eq!(value.bytes(), bytes);
        let mut rest = &bytes[..];
        assert_eq!(Value::read(&mut rest), Some(value));
        assert!(rest.is_empty());
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for bytes in [
            &b""[..],
            b"\x15",
            b"\x18\x7f",
            b"\x19\xfc\xff\xff\xff\xff\x0f",
            &[0x1c; 99],
            b"\x17",
        ] {
            assert_eq!(Value::read(&mut &bytes[..]), None, "{bytes:?}");
        }
    }
}

//! Rows to a file.

use super::super::layout::{Column, Kind};
use super::thrift::{Value, varint};
use super::{BOOLEAN, BYTE_ARRAY, DOUBLE, GROUP, INT64, MAGIC};
use deterra_game::number::Number;
use std::io::{self, Write};

/// Writes records as they come.
pub(crate) struct Writer<W: Write> {
    columns: Vec<Open>,
    out: W,
    /// Bytes written.
    at: u64,
    groups: Vec<Value>,
    rows: u64,
    plan: String,
}

/// A column of the group that is being filled.
struct Open {
    name: String,
    kind: Kind,
    entries: Vec<Option<String>>,
}

impl Open {
    const fn physical(&self) -> i64 {
        match self.kind {
            Kind::Whole => INT64,
            Kind::Number => DOUBLE,
            Kind::Text => BYTE_ARRAY,
            Kind::Truth => BOOLEAN,
        }
    }

    fn schema(&self) -> Value {
        let mut fields = vec![
            (1, Value::I32(self.physical())),
            (3, Value::I32(1)), // optional
            (4, Value::text(&self.name)),
        ];
        if self.kind == Kind::Text {
            // UTF-8, in the old words and in the new.
            fields.push((6, Value::I32(0)));
            fields.push((10, Value::fields([(1, Value::fields([]))])));
        }
        Value::Struct(fields.into_iter().collect())
    }

    /// Levels and values of the page.
    fn page(&self) -> Vec<u8> {
        let mut levels = Vec::new();
        for run in self.entries.chunk_by(|a, b| a.is_some() == b.is_some()) {
            varint((run.len() as u64) << 1, &mut levels);
            levels.push(u8::from(run[0].is_some()));
        }
        let mut page = (levels.len() as u32).to_le_bytes().to_vec();
        page.append(&mut levels);
        let texts = self.entries.iter().flatten();
        match self.kind {
            Kind::Whole => {
                for text in texts {
                    let n: i64 = text.parse().unwrap_or(-1);
                    page.extend_from_slice(&n.to_le_bytes());
                }
            }
            Kind::Number => {
                for text in texts {
                    page.extend_from_slice(&float(text).to_le_bytes());
                }
            }
            Kind::Text => {
                for text in texts {
                    page.extend_from_slice(&(text.len() as u32).to_le_bytes());
                    page.extend_from_slice(text.as_bytes());
                }
            }
            Kind::Truth => {
                let truths: Vec<bool> = texts.map(|t| t == "true").collect();
                page.extend(truths.chunks(8).map(|eight| {
                    let bits = eight.iter().enumerate();
                    bits.fold(0_u8, |byte, (k, truth)| byte | u8::from(*truth) << k)
                }));
            }
        }
        page
    }
}

impl<W: Write> Writer<W> {
    /// Numbers are floats if `decimals`, else text.
    pub(crate) fn new(
        mut out: W,
        columns: &[Column],
        decimals: bool,
        plan: &str,
    ) -> io::Result<Self> {
        out.write_all(MAGIC)?;
        let open = |column: &Column| Open {
            name: column.name.clone(),
            kind: match column.kind {
                Kind::Number if !decimals => Kind::Text,
                kind => kind,
            },
            entries: Vec::new(),
        };
        Ok(Self {
            columns: columns.iter().map(open).collect(),
            out,
            at: MAGIC.len() as u64,
            groups: Vec::new(),
            rows: 0,
            plan: plan.to_owned(),
        })
    }

    /// Adds a row; empty entries are null.
    pub(crate) fn push<'r>(&mut self, record: impl Iterator<Item = &'r str>) -> io::Result<()> {
        for (column, entry) in self.columns.iter_mut().zip(record) {
            let entry = (!entry.is_empty()).then(|| entry.to_owned());
            column.entries.push(entry);
        }
        if self
            .columns
            .first()
            .is_some_and(|c| c.entries.len() >= GROUP)
        {
            self.group()?;
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    fn group(&mut self) -> io::Result<()> {
        let rows = self.columns.first().map_or(0, |c| c.entries.len()) as i64;
        let begun = self.at;
        let mut chunks = Vec::with_capacity(self.columns.len());
        for k in 0..self.columns.len() {
            let page = self.columns[k].page();
            self.columns[k].entries.clear();
            let size = Value::I32(page.len() as i64);
            let levels = || Value::I32(3); // run lengths
            let header = Value::fields([
                (1, Value::I32(0)), // a data page
                (2, size.clone()),
                (3, size),
                (
                    5,
                    Value::fields([
                        (1, Value::I32(rows)),
                        (2, Value::I32(0)), // plain
                        (3, levels()),
                        (4, levels()),
                    ]),
                ),
            ]);
            let offset = self.at as i64;
            self.put(&header.bytes())?;
            self.put(&page)?;
            let length = Value::I64(self.at as i64 - offset);
            let column = &self.columns[k];
            let about = Value::fields([
                (1, Value::I32(column.physical())),
                (2, Value::List(vec![Value::I32(0), Value::I32(3)])),
                (3, Value::List(vec![Value::text(&column.name)])),
                (4, Value::I32(0)), // not compressed
                (5, Value::I64(rows)),
                (6, length.clone()),
                (7, length),
                (9, Value::I64(offset)),
            ]);
            chunks.push(Value::fields([(2, Value::I64(offset)), (3, about)]));
        }
        self.groups.push(Value::fields([
            (1, Value::List(chunks)),
            (2, Value::I64((self.at - begun) as i64)),
            (3, Value::I64(rows)),
        ]));
        self.rows += rows.cast_unsigned();
        Ok(())
    }

    /// Writes what is left and the end.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        if self.columns.first().is_some_and(|c| !c.entries.is_empty()) {
            self.group()?;
        }
        let root = Value::fields([
            (4, Value::text("sweep")),
            (5, Value::I32(self.columns.len() as i64)),
        ]);
        let schema = std::iter::once(root).chain(self.columns.iter().map(Open::schema));
        let note = Value::fields([
            (1, Value::text("deterra-plan")),
            (2, Value::text(&self.plan)),
        ]);
        let footer = Value::fields([
            (1, Value::I32(1)),
            (2, Value::List(schema.collect())),
            (3, Value::I64(self.rows as i64)),
            (4, Value::List(std::mem::take(&mut self.groups))),
            (5, Value::List(vec![note])),
            (
                6,
                Value::text(concat!("deterra ", env!("CARGO_PKG_VERSION"))),
            ),
        ])
        .bytes();
        self.put(&footer)?;
        self.put(&(footer.len() as u32).to_le_bytes())?;
        self.put(MAGIC)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The float nearest to a fraction or a decimal.
fn float(text: &str) -> f64 {
    if !text.contains('/')
        && let Ok(value) = text.parse()
    {
        return value;
    }
    let number: Option<Number> = text.parse().ok();
    number.map_or(f64::NAN, |n| n.value().to_f64())
}

//! Rows as an Apache Parquet file, and back.
//!
//! Of the format (<https://parquet.apache.org/docs/file-format/>) this is the plainest part, which every reader
//! knows: one data page a column and row group, plain encoding, no compression, every column optional. Row groups have
//! a fixed number of rows, so that the parts of a sweep merge into the bytes that the whole has.
//! Only files written here are read back.

mod read;
mod thrift;
mod write;

pub(super) use read::read;
pub(super) use write::Writer;

/// The four bytes at either end of a file.
const MAGIC: &[u8; 4] = b"PAR1";
/// Rows of a group.
const GROUP: usize = 1 << 16;
/// The physical types used: `BOOLEAN`, `INT64`, `DOUBLE` and `BYTE_ARRAY`.
const BOOLEAN: i64 = 0;
const INT64: i64 = 2;
const DOUBLE: i64 = 5;
const BYTE_ARRAY: i64 = 6;

#[cfg(test)]
mod tests {
    use super::super::layout::{Column, Kind};
    use super::*;
    use std::io::Seek;

    fn columns() -> Vec<Column> {
        let column = |name: &str, kind| Column {
            name: name.to_owned(),
            kind,
        };
        vec![
            column("point", Kind::Whole),
            column("a", Kind::Number),
            column("regime", Kind::Text),
            column("complete", Kind::Truth),
        ]
    }

    #[test]
    fn what_is_written_is_read_back() {
        let rows = [
            ["0", "-7/2", "caf\u{e9}", "true"],
            ["1", "0.1", "", "false"],
            ["2", "", "x", ""],
        ];
        for decimals in [true, false] {
            let file = tempfile::tempfile().expect("a file");
            let mut writer = Writer::new(file, &columns(), decimals, "plan").expect("written");
            for row in rows {
                writer.push(row.into_iter()).expect("written");
            }
            let mut file = writer.finish().expect("written");
            file.rewind().expect("rewound");
            let mut found = Vec::new();
            read(file, |row| {
                found.push(row);
                Ok(())
            })
            .expect("read");
            let first = if decimals { "-3.5" } else { "-7/2" };
            assert_eq!(found[0], ["0", first, "caf\u{e9}", "true"]);
            assert_eq!(found[1], ["1", "0.1", "", "false"]);
            assert_eq!(found[2], ["2", "", "x", ""]);
            assert_eq!(found.len(), 3);
        }
    }

    #[test]
    fn many_rows_are_several_groups() {
        let file = tempfile::tempfile().expect("a file");
        let mut writer = Writer::new(file, &columns(), true, "plan").expect("written");
        let count = 2 * GROUP + 5;
        for k in 0..count {
            let (number, truth) = (k.to_string(), (k % 3 == 0).to_string());
            let row = [number.as_str(), "0.5", "r", truth.as_str()];
            writer.push(row.into_iter()).expect("written");
        }
        let mut file = writer.finish().expect("written");
        file.rewind().expect("rewound");
        let mut next = 0;
        read(file, |row| {
            assert_eq!(row[0], next.to_string());
            assert_eq!(row[3], (next % 3 == 0).to_string());
            next += 1;
            Ok(())
        })
        .expect("read");
        assert_eq!(next, count);
    }

    #[test]
    fn a_file_that_is_cut_is_refused() {
        let file = tempfile::tempfile().expect("a file");
        let mut writer = Writer::new(file, &columns(), true, "plan").expect("written");
        writer
            .push(["0", "1", "r", "true"].into_iter())
            .expect("written");
        let file = writer.finish().expect("written");
        let length = file.metadata().expect("a file").len();
        for cut in 0..length {
            file.set_len(cut).ok();
            let mut copy = file.try_clone().expect("a handle");
            copy.rewind().expect("rewound");
            assert!(read(copy, |_| Ok(())).is_err(), "cut at {cut}");
            file.set_len(length).ok();
        }
    }
}

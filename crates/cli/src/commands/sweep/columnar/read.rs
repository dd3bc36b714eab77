//! A file that was written here, row by row.

use super::thrift::{Value, read_varint};
use super::{BOOLEAN, BYTE_ARRAY, DOUBLE, GROUP, INT64, MAGIC};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Bytes that a part of a file may have to be read at once.
const MOST: u64 = 1 << 30;

/// Calls `each` with every row of a file, entries as text; null is empty.
///
/// # Errors
/// As a sentence: of the file, or of `each`.
pub(crate) fn read(
    mut file: File,
    mut each: impl FnMut(Vec<String>) -> Result<(), String>,
) -> Result<(), String> {
    let wrong = || "this is no Parquet file that `deterra sweep` wrote".to_owned();
    let footer = footer(&mut file).ok_or_else(wrong)?;
    let groups = footer.list(4).ok_or_else(wrong)?;
    for group in groups {
        let rows = group.whole(3).and_then(|n| usize::try_from(n).ok());
        let rows = rows.filter(|n| *n <= GROUP).ok_or_else(wrong)?;
        let mut columns = Vec::new();
        for chunk in group.list(1).ok_or_else(wrong)? {
            let column = column(&mut file, chunk, rows).ok_or_else(wrong)?;
            columns.push(column.into_iter());
        }
        for _ in 0..rows {
            let row = columns.iter_mut().map(|c| c.next().unwrap_or_default());
            each(row.collect())?;
        }
    }
    Ok(())
}

/// The description of a file at its end.
fn footer(file: &mut File) -> Option<Value> {
    let length = file.metadata().ok()?.len();
    let mut end = [0; 8];
    file.seek(SeekFrom::Start(length.checked_sub(12)?)).ok()?;
    let mut start = [0; 4];
    file.read_exact(&mut start).ok()?;
    file.read_exact(&mut end).ok()?;
    let (size, magic) = end.split_at(4);
    let size = u64::from(u32::from_le_bytes(size.try_into().ok()?));
    if magic != MAGIC {
        return None;
    }
    let bytes = slice(file, length.checked_sub(8)?.checked_sub(size)?, size)?;
    Value::read(&mut &bytes[..])
}

/// Some bytes of a file.
fn slice(file: &mut File, at: u64, size: u64) -> Option<Vec<u8>> {
    let length = file.metadata().ok()?.len();
    if size > MOST || at.checked_add(size)? > length {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(size).ok()?];
    file.seek(SeekFrom::Start(at)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// The entries of a column of a group as text.
fn column(file: &mut File, chunk: &Value, rows: usize) -> Option<Vec<String>> {
    let about = chunk.field(3)?;
    let whole = |number| u64::try_from(about.whole(number)?).ok();
    let bytes = slice(file, whole(9)?, whole(7)?)?;
    let mut rest = &bytes[..];
    let header = Value::read(&mut rest)?;
    if header.field(5)?.whole(1)? != rows as i64 || header.whole(3)? != rest.len() as i64 {
        return None;
    }
    let size = u32::from_le_bytes(take(&mut rest)?);
    let mut levels = rest.split_off(..size as usize)?;
    let mut there = Vec::with_capacity(rows);
    while there.len() < rows {
        let count = usize::try_from(read_varint(&mut levels)? >> 1).ok()?;
        let level = *levels.split_off_first()?;
        if count == 0 || count > rows - there.len() {
            return None;
        }
        there.resize(there.len() + count, level == 1);
    }
    let physical = about.whole(1)?;
    let mut bit = 0;
    let mut entry = |there: &bool| -> Option<String> {
        if !there {
            return Some(String::new());
        }
        Some(match physical {
            BOOLEAN => {
                let truth = rest.get(bit / 8)? >> (bit % 8) & 1 == 1;
                bit += 1;
                truth.to_string()
            }
            INT64 => i64::from_le_bytes(take(&mut rest)?).to_string(),
            // The shortest decimal that reads back as the same float.
            DOUBLE => f64::from_le_bytes(take(&mut rest)?).to_string(),
            BYTE_ARRAY => {
                let size = u32::from_le_bytes(take(&mut rest)?);
                let text = rest.split_off(..size as usize)?;
                String::from_utf8(text.to_vec()).ok()?
            }
            _ => return None,
        })
    };
    there.iter().map(&mut entry).collect()
}

/// The next few bytes.
fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    rest.split_off(..N)?.try_into().ok()
}

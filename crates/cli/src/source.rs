//! Files and standard input as text, with the hash that JSON answers quote.

use crate::context::Context;
use crate::failure::Failure;
use deterra_game::patience::{Ended, Patience, poll};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

/// An input text and where it came from.
#[derive(Debug)]
pub(crate) struct Source {
    /// As typed; `standard input` for `-`.
    pub(crate) name: String,
    /// The text.
    pub(crate) text: String,
}

impl Source {
    /// Reads a file, or standard input for `-`, for as long as there is time: who writes to a pipe may never end.
    pub(crate) fn read(file: &str, context: &Context) -> Result<Self, Failure> {
        let (name, read): (_, fn(&str) -> _) = if file == "-" {
            ("standard input".to_owned(), |_| read_stdin())
        } else {
            (file.to_owned(), read_file)
        };
        let bytes = patiently(file, read, &context.patience())
            .map_err(|ended| Failure::ended(ended, &format!("{name} was being read")))?;
        let bytes = bytes.map_err(|error| cannot_read(&name, &error))?;
        Self::decode(name, bytes)
    }

    fn decode(name: String, bytes: Vec<u8>) -> Result<Self, Failure> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Failure::input_help(
                format!("{name} is empty"),
                "the program that was to write it may have failed; `deterra new` writes a starter scenario",
            ));
        }
        if let Some(encoding) = foreign_encoding(&bytes) {
            return Err(Failure::input_help(
                format!("{name} is {encoding} text, not UTF-8"),
                "save it as UTF-8",
            ));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..at];
            let line = before.split(|b| *b == b'\n').count();
            let byte = error.as_bytes()[at];
            Failure::input_help(
                format!("{name} is not UTF-8 text: byte 0x{byte:02x} in line {line} (offset {at})"),
                "save it as UTF-8; if it is not a text file, it is not a game we can read",
            )
        })?;
        Ok(Self { name, text })
    }

    /// The SHA-256 of the bytes, in hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        sha256(self.text.as_bytes())
    }
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut digest = Sha256::new();
    for part in bytes.chunks(1 << 20) {
        poll();
        digest.update(part);
    }
    digest
        .finalize()
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string cannot fail.
            _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Reads in another thread if there is a limit, because nothing ends a read that waits. The thread ends with the program.
fn patiently(
    file: &str,
    read: fn(&str) -> std::io::Result<Vec<u8>>,
    patience: &Patience,
) -> Result<std::io::Result<Vec<u8>>, Ended> {
    let Some(deadline) = patience.deadline else {
        return Ok(read(file));
    };
    let (send, receive) = std::sync::mpsc::channel();
    let file = file.to_owned();
    std::thread::spawn(move || {
        // Nobody listens any more if it took too long.
        drop(send.send(read(&file)));
    });
    let left = deadline.saturating_duration_since(Instant::now());
    match receive.recv_timeout(left) {
        Ok(bytes) => Ok(bytes),
        Err(RecvTimeoutError::Timeout) => Err(Ended::Late),
        Err(RecvTimeoutError::Disconnected) => Ok(Err(std::io::ErrorKind::Other.into())),
    }
}

fn read_stdin() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_file(file: &str) -> std::io::Result<Vec<u8>> {
    if Path::new(file).is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    std::fs::read(file)
}

fn cannot_read(name: &str, error: &std::io::Error) -> Failure {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => Failure::input(format!("there is no file {name}")),
        ErrorKind::IsADirectory => Failure::input_help(
            format!("{name} is a directory, not a file"),
            "name one scenario or game in it",
        ),
        ErrorKind::PermissionDenied => {
            Failure::input(format!("{name} may not be read: permission denied"))
        }
        _ => Failure::input(format!("cannot read {name}: {error}")),
    }
}

/// Editors on some systems save UTF-16 by default.
fn foreign_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] => Some("UTF-16 (little-endian)"),
        [0xfe, 0xff, ..] => Some("UTF-16 (big-endian)"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-4, example of one block.
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn what_is_not_text_is_named() {
        let read = |bytes: &[u8]| {
            let failure = Source::decode("x".to_owned(), bytes.to_vec()).expect_err("not text");
            failure.parts().0
        };
        assert_eq!(read(b" \n"), "x is empty");
        assert_eq!(
            read(b"EFG\n\xff"),
            "x is not UTF-8 text: byte 0xff in line 2 (offset 4)"
        );
        assert!(read(&[0xff, 0xfe, b'E', 0]).contains("UTF-16"));
    }
}

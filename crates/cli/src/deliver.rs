//! Where the answer goes: standard output, or a file written whole or not at all.

use crate::commands::Text;
use crate::context::Context;
use crate::failure::Failure;
use deterra_game::patience::Patience;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes an answer to where `--output` says.
pub(crate) fn answer(text: &Text, context: &Context) -> Result<(), Failure> {
    let to = context.shared.output.as_deref();
    let Text::Held(game) = text else {
        return deliver(text, to);
    };
    if to.is_some_and(|path| path.as_os_str() != "-") {
        context.ends_cleanly();
    }
    let held = Held {
        text: game,
        patience: context.patience(),
    };
    whole(&held, to).map_err(|(name, error)| match held.patience.ended() {
        Some(ended) if error.kind() == ErrorKind::TimedOut => {
            Failure::ended(ended, &format!("{name} was being written"))
        }
        _ => Failure::write(&name, &error),
    })
}

/// Writes a text, however long it takes.
pub(crate) fn deliver(text: &Text, to: Option<&Path>) -> Result<(), Failure> {
    if matches!(text, Text::Written) {
        return Ok(());
    }
    whole(text, to).map_err(|(name, error)| Failure::write(&name, &error))
}

/// Writes something; if that fails, with the name of where it was to go.
fn whole(content: &impl Content, to: Option<&Path>) -> Result<(), (String, std::io::Error)> {
    match to.filter(|path| path.as_os_str() != "-") {
        Some(path) => file(content, path).map_err(|error| (path.display().to_string(), error)),
        None => standard_output(content).map_err(|error| ("the answer".to_owned(), error)),
    }
}

/// What is written.
trait Content {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()>;
}

impl Content for Text {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        self.write(out)
    }
}

/// A text that is written while somebody waits for it.
struct Held<'t> {
    text: &'t str,
    patience: Patience,
}

impl Content for Held<'_> {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for part in self.text.as_bytes().chunks(1 << 20) {
            if self.patience.ended().is_some() {
                return Err(ErrorKind::TimedOut.into());
            }
            out.write_all(part)?;
        }
        Ok(())
    }
}

fn standard_output(answer: &impl Content) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    answer.write(&mut out)?;
    out.flush()
}

/// Writes bytes to a file, whole or not at all.
pub(crate) fn bytes(content: &[u8], path: &Path) -> std::io::Result<()> {
    file(&Bytes(content), path)
}

/// Whether a file can be written there, found out without touching what is there.
///
/// # Errors
/// Why not.
pub(crate) fn can_write(path: &Path) -> std::io::Result<()> {
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => {
            let opened = std::fs::OpenOptions::new().write(true).open(path);
            opened.map(drop)
        }
        _ => {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            temporary(&path).map(drop)
        }
    }
}

struct Bytes<'b>(&'b [u8]);

impl Content for Bytes<'_> {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(self.0)
    }
}

/// A temporary file in the same directory, synced, then renamed over the old one.
fn file(answer: &impl Content, path: &Path) -> std::io::Result<()> {
    // Devices and pipes cannot be replaced; they are written to.
    let special = std::fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir());
    if special {
        let mut out = std::fs::OpenOptions::new().write(true).open(path)?;
        answer.write(&mut out)?;
        return out.flush();
    }
    // A link stays a link: what it points to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut temporary = temporary(&path)?;
    answer.write(&mut temporary)?;
    temporary.as_file().sync_all()?;
    let folder = folder(&path);
    let kept = std::fs::metadata(&path).map(|m| m.permissions());
    let file = temporary.persist(&path).map_err(|error| error.error)?;
    if let Ok(permissions) = kept {
        file.set_permissions(permissions)?;
    }
    if cfg!(unix) {
        // The rename itself must reach the disk too.
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A temporary file in the folder of a file that it is to become.
pub(crate) fn temporary(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = folder(path);
    tempfile::Builder::new()
        .prefix(".deterra-")
        .permissions_like_new_files()
        .tempfile_in(folder)
        .map_err(|error| {
            // The system's own words, without the temporary name.
            let missing = std::fs::metadata(folder).err();
            missing.unwrap_or_else(|| std::io::Error::from(error.kind()))
        })
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// New files should be as readable as the user's mask allows, not private as temporary files are.
trait Permissions {
    fn permissions_like_new_files(&mut self) -> &mut Self;
}

impl Permissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_like_new_files(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_like_new_files(&mut self) -> &mut Self {
        self
    }
}

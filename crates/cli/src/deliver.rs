//! Where the answer goes: standard output, or a file written whole or not at all.

use crate::commands::Text;
use crate::failure::Failure;
use std::io::Write;
use std::path::Path;

/// Writes the answer.
pub(crate) fn deliver(answer: &Text, to: Option<&Path>) -> Result<(), Failure> {
    match to {
        _ if matches!(answer, Text::Written) => Ok(()),
        Some(path) if path.as_os_str() != "-" => {
            file(answer, path).map_err(|error| Failure::write(&path.display().to_string(), &error))
        }
        _ => standard_output(answer).map_err(|error| Failure::write("the answer", &error)),
    }
}

fn standard_output(answer: &Text) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    answer.write(&mut out)?;
    out.flush()
}

/// A temporary file in the same directory, synced, then renamed over the old one.
fn file(answer: &Text, path: &Path) -> std::io::Result<()> {
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

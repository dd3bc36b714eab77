//! How a command ends: exit codes, and errors a user can act on.

use crate::diagnose::Problems;
use deterra_game::patience::Ended;
use std::fmt;
use std::io::ErrorKind;

/// How a command ended that did what it could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Answered.
    Answered = 0,
    /// The answer is no.
    No = 1,
    /// The input is invalid; the answer says how.
    Invalid = 3,
    /// A limit was hit or the answer is incomplete; what was found has been printed.
    Partial = 4,
    /// The answer failed its own certificate; it has been printed with the deviation.
    Failed = 5,
    /// Interrupted; what was found has been printed.
    Interrupted = 130,
}

/// Why a command could not answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Flags that make no sense together, or a name that does not exist.
    Usage {
        /// A sentence.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The input is invalid, without a place in it.
    Input {
        /// A sentence.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The input has problems, each with its place.
    Problems(Box<Problems>),
    /// Too large for a limit, nothing found.
    Limit {
        /// A sentence.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// Ctrl-C, before anything was found.
    Interrupted {
        /// A sentence.
        message: String,
    },
    /// Our fault.
    Internal {
        /// A sentence.
        message: String,
    },
    /// Nobody reads our output any more.
    ClosedPipe,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::Input {
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn input_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Input {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    pub(crate) fn internal(message: impl fmt::Display) -> Self {
        Self::Internal {
            message: message.to_string(),
        }
    }

    /// Work was ended before there was anything to show.
    pub(crate) fn ended(ended: Ended, doing: &str) -> Self {
        match ended {
            Ended::Late => Self::Limit {
                message: format!("the time limit was reached while {doing}"),
                help: Some("--time-limit gives it longer".to_owned()),
            },
            Ended::Cancelled => Self::Interrupted {
                message: format!("interrupted while {doing}"),
            },
        }
    }

    /// Writing failed: quietly if the reader went away.
    pub(crate) fn write(what: &str, error: &std::io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else if matches!(
            error.kind(),
            ErrorKind::NotFound
                | ErrorKind::PermissionDenied
                | ErrorKind::IsADirectory
                | ErrorKind::NotADirectory
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::InvalidFilename
                | ErrorKind::InvalidInput
        ) {
            Self::input_help(
                format!("cannot write {what}: {error}"),
                "name a file in a folder that exists and may be written to",
            )
        } else {
            Self::Internal {
                message: format!("cannot write {what}: {error}"),
            }
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Problems(problems) => problems.exit() as u8,
            Self::ClosedPipe => 0,
            Self::Usage { .. } => 2,
            Self::Input { .. } => 3,
            Self::Limit { .. } => 4,
            Self::Internal { .. } => 5,
            Self::Interrupted { .. } => Exit::Interrupted as u8,
        }
    }

    /// The kind, in JSON.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::ClosedPipe => "closed_pipe",
            Self::Usage { .. } => "usage",
            Self::Input { .. } | Self::Problems(_) => "input",
            Self::Limit { .. } => "limit",
            Self::Internal { .. } => "internal",
            Self::Interrupted { .. } => "interrupted",
        }
    }

    /// The sentence and what to do.
    pub(crate) fn parts(&self) -> (String, Option<&str>) {
        match self {
            Self::ClosedPipe => ("the reader of the output has gone".to_owned(), None),
            Self::Problems(problems) => (problems.summary(), None),
            Self::Internal { message } | Self::Interrupted { message } => (message.clone(), None),
            Self::Usage { message, help }
            | Self::Input { message, help }
            | Self::Limit { message, help } => (message.clone(), help.as_deref()),
        }
    }
}

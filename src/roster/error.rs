//! The error of a malformed payload.

use std::fmt;

/// A payload, or one presence in it, that is not what Phoenix sends.
///
/// The message names the key, what was expected, and what the parser found.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    found: String,
}

#[derive(Debug)]
enum Kind {
    /// The payload, or a side of it, is not what `expected` describes.
    Payload { expected: &'static str },
    /// The presence of `key` is malformed.
    Presence { key: Box<str> },
}

impl Error {
    pub(crate) fn payload(expected: &'static str, found: impl fmt::Display) -> Self {
        Self {
            kind: Kind::Payload { expected },
            found: found.to_string(),
        }
    }

    pub(crate) fn presence(key: &str, found: impl fmt::Display) -> Self {
        Self {
            kind: Kind::Presence { key: key.into() },
            found: found.to_string(),
        }
    }

    /// The key of the malformed presence; `None` if the payload as a whole, or one side of
    /// a diff, is malformed.
    pub fn key(&self) -> Option<&str> {
        match &self.kind {
            Kind::Presence { key } => Some(key),
            Kind::Payload { .. } => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Payload { expected } => write!(f, "expected {expected}")?,
            Kind::Presence { key } => {
                write!(f, "expected an object with an array of metas for {key:?}")?;
            }
        }
        write!(f, ": {}", self.found)
    }
}

impl std::error::Error for Error {}

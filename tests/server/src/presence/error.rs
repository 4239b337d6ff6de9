//! The errors of the tracker, as clients read them in error replies.

use std::fmt;

use super::tracker::ChannelId;

/// The reason why a meta was not tracked.
#[derive(Debug, Clone, PartialEq)]
pub enum TrackError {
    /// The channel tracks this key already.
    AlreadyTracked(ChannelId, String, String),
    /// The channel does not track this key.
    NoPresence,
    /// The key is longer than this many bytes.
    KeyTooLong(usize),
    /// The metas are larger than this many bytes.
    MetasTooLarge(usize),
    /// The channel tracks this many keys already.
    TooManyKeys(usize),
    /// The topic may hold this many bytes, and has too few left.
    TopicFull(usize),
    /// All topics together may hold this many bytes, and have too few left.
    AllFull(usize),
}

impl fmt::Display for TrackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The first two read as Phoenix's do, for clients that look at them.
            Self::AlreadyTracked(ChannelId(id), topic, key) => {
                write!(
                    f,
                    "{{:already_tracked, #PID<0.{id}.0>, {topic:?}, {key:?}}}"
                )
            }
            Self::NoPresence => f.write_str(":nopresence"),
            Self::KeyTooLong(max) => write!(f, "key is longer than {max} bytes"),
            Self::MetasTooLarge(max) => write!(f, "metas are larger than {max} bytes"),
            Self::TooManyKeys(max) => write!(f, "a channel may track {max} keys"),
            Self::TopicFull(max) => {
                write!(f, "topic is full: it may hold {max} bytes of presences")
            }
            Self::AllFull(max) => {
                write!(f, "server is full: it may hold {max} bytes of presences")
            }
        }
    }
}

impl std::error::Error for TrackError {}

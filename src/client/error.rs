//! The errors of a socket, a channel and a push.

use std::fmt;

use super::payload::Payload;

/// Why a join, a push or a leave has no answer, or not the one that was asked for.
///
/// ```
/// use phoenix_presence::client::Error;
///
/// fn describe(error: &Error) -> String {
///     match error {
///         Error::Rejected(response) => format!("the server refuses: {}", response.as_json()),
///         Error::Timeout => "the server does not answer".into(),
///         other => other.to_string(),
///     }
/// }
/// assert_eq!(describe(&Error::Timeout), "the server does not answer");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The server replied with a status other than `ok`; the payload is its response.
    Rejected(Payload),
    /// The server did not reply in time.
    Timeout,
    /// The connection ended before the reply.
    Disconnected(Close),
    /// The channel crashed on the server before the reply; the payload is that of its
    /// `phx_error`.
    Crashed(Payload),
    /// The channel was left or closed, or its socket was dropped.
    Closed,
    /// A second [`join`](super::Channel::join) of one channel.
    AlreadyJoined,
    /// A push to a channel that was never joined.
    NotJoined,
    /// An endpoint that is no URL with `ws`, `wss`, `http` or `https`, nor, in a browser, a
    /// path.
    Endpoint(String),
    /// A value that cannot be written as JSON, or a payload that is not what the program
    /// expects. The text is that of serde_json.
    Payload(String),
}

impl Error {
    /// The server's response, if this is [`Error::Rejected`].
    pub fn response(&self) -> Option<&Payload> {
        match self {
            Self::Rejected(response) => Some(response),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(response) => write!(f, "the server replied with an error: {response}"),
            Self::Timeout => f.write_str("the server did not reply in time"),
            Self::Disconnected(close) => write!(f, "the connection ended: {close}"),
            Self::Crashed(reason) => write!(f, "the channel crashed on the server: {reason}"),
            Self::Closed => f.write_str("the channel is closed"),
            Self::AlreadyJoined => f.write_str("the channel was joined before: join it once"),
            Self::NotJoined => f.write_str("the channel was never joined: join it before a push"),
            Self::Endpoint(endpoint) => write!(
                f,
                "expected an endpoint such as wss://example.com/socket, found {endpoint:?}"
            ),
            Self::Payload(found) => write!(f, "the payload is not what was expected: {found}"),
        }
    }
}

impl std::error::Error for Error {}

/// The end of a connection, as in a
/// [`CloseEvent`](https://developer.mozilla.org/en-US/docs/Web/API/CloseEvent).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Close {
    /// The WebSocket close code: 1000 for a normal end, 1006 if the line was lost or no
    /// connection was made.
    pub code: u16,
    /// The server's reason, or what the operating system says about a lost line. Browsers
    /// say nothing about that.
    pub reason: String,
}

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.reason {
            "" => write!(f, "code {}", self.code),
            reason => write!(f, "code {}, {reason}", self.code),
        }
    }
}

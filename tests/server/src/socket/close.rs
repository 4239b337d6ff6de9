//! The reasons for which the server closes a socket, and their WebSocket close codes.
//!
//! Invariant: a close frame's reason fits the 123 bytes that WebSocket allows.
//!
//! | code | when |
//! |---|---|
//! | 1001 | an administrator disconnects the user |
//! | 1003 | a binary message |
//! | 1007 | a text that is not a frame, or not UTF-8 |
//! | 1008 | too many messages, or none for too long, or an expired token |
//! | 1009 | a message that is too large |
//! | 1012 | the server stops |

use std::fmt;
use std::time::Duration;

use axum::extract::ws::{close_code, CloseFrame};

use crate::frame::FrameError;

/// Why the server closes a socket.
#[derive(Debug)]
pub(super) enum Close {
    Restart,
    Disconnected,
    Expired,
    Idle(Duration),
    TooFast(u32),
    TooLarge(usize),
    Binary,
    Malformed(FrameError),
    NotUtf8,
}

/// The bytes of a close frame that the code leaves free.
const MAX_REASON_BYTES: usize = 123;

impl Close {
    /// The close that answers an error of the transport; `None` when the connection is lost.
    ///
    /// `limit` is the largest message allowed. The transport fails at a larger size.
    pub(super) fn for_error(error: axum::Error, limit: usize) -> Option<Self> {
        use tungstenite::error::{CapacityError, Error};
        match error.into_inner().downcast::<Error>().ok().as_deref() {
            Some(Error::Capacity(CapacityError::MessageTooLong { .. })) => {
                Some(Self::TooLarge(limit))
            }
            Some(Error::Utf8(_)) => Some(Self::NotUtf8),
            _ => None,
        }
    }

    pub(super) fn code(&self) -> u16 {
        match self {
            Self::Restart => close_code::RESTART,
            Self::Disconnected => close_code::AWAY,
            Self::Expired | Self::Idle(_) | Self::TooFast(_) => close_code::POLICY,
            Self::TooLarge(_) => close_code::SIZE,
            Self::Binary => close_code::UNSUPPORTED,
            Self::Malformed(_) | Self::NotUtf8 => close_code::INVALID,
        }
    }

    pub(super) fn frame(&self) -> CloseFrame {
        let mut reason = self.to_string();
        let end = (0..=MAX_REASON_BYTES.min(reason.len()))
            .rev()
            .find(|end| reason.is_char_boundary(*end));
        reason.truncate(end.unwrap_or(0));
        CloseFrame {
            code: self.code(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restart => f.write_str("server is stopping"),
            // Phoenix gives no reason.
            Self::Disconnected => Ok(()),
            Self::Expired => f.write_str("token is expired"),
            Self::Idle(limit) => write!(f, "no message, not even a heartbeat, for {limit:?}"),
            Self::TooFast(limit) => write!(f, "more than {limit} messages a second"),
            Self::TooLarge(limit) => write!(f, "message is larger than {limit} bytes"),
            Self::Binary => f.write_str("binary messages are not supported"),
            Self::Malformed(error) => error.fmt(f),
            Self::NotUtf8 => f.write_str("text is not UTF-8"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;

    #[test]
    fn a_long_reason_is_cut_to_what_a_close_frame_holds() {
        let close = Close::Malformed(Frame::parse(&format!("[{}]", "9".repeat(400))).unwrap_err());
        let frame = close.frame();
        assert_eq!(frame.code, 1007);
        assert!(frame.reason.len() <= MAX_REASON_BYTES);
    }

    #[test]
    fn transport_errors_get_their_close_codes() {
        use tungstenite::error::{CapacityError, Error};
        let too_long = CapacityError::MessageTooLong {
            size: 9,
            max_size: 8,
        };
        let close = Close::for_error(axum::Error::new(Error::Capacity(too_long)), 8).unwrap();
        assert_eq!(close.code(), 1009);
        let utf8 = Error::Utf8(String::new());
        assert_eq!(
            Close::for_error(axum::Error::new(utf8), 8).unwrap().code(),
            1007
        );
        assert!(Close::for_error(axum::Error::new(Error::ConnectionClosed), 8).is_none());
    }
}

//! The reasons for which the server closes a socket, and their WebSocket close codes.
//!
//! Invariant: a close frame's reason fits the 123 bytes that WebSocket allows.
//!
//! | code | when |
//! |---|---|
//! | 1001 | an administrator disconnects the user |
//! | 1003 | a binary message |
//! | 1007 | a text that is not a frame |
//! | 1008 | too many messages, or none for too long, or an expired token |
//! | 1009 | a message that is too large |
//! | 1012 | the server stops |
//!
//! The WebSocket library itself closes for messages that break its protocol: 1007 for a text that is
//! not UTF-8, 1009 for a message far beyond the limit, 1002 for all else.

use std::fmt;
use std::time::Duration;

use tokio_websockets::{CloseCode, Message};

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
}

/// The bytes of a close frame that the code leaves free.
const MAX_REASON_BYTES: usize = 123;

impl Close {
    pub(super) fn code(&self) -> CloseCode {
        match self {
            Self::Restart => CloseCode::SERVICE_RESTART,
            Self::Disconnected => CloseCode::GOING_AWAY,
            Self::Expired | Self::Idle(_) | Self::TooFast(_) => CloseCode::POLICY_VIOLATION,
            Self::TooLarge(_) => CloseCode::MESSAGE_TOO_BIG,
            Self::Binary => CloseCode::UNSUPPORTED_DATA,
            Self::Malformed(_) => CloseCode::INVALID_FRAME_PAYLOAD_DATA,
        }
    }

    pub(super) fn frame(&self) -> Message {
        let mut reason = self.to_string();
        let end = (0..=MAX_REASON_BYTES.min(reason.len()))
            .rev()
            .find(|end| reason.is_char_boundary(*end));
        reason.truncate(end.unwrap_or(0));
        Message::close(Some(self.code()), &reason)
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
        let (code, reason) = frame.as_close().unwrap();
        assert_eq!(u16::from(code), 1007);
        assert!(reason.len() <= MAX_REASON_BYTES);
    }
}

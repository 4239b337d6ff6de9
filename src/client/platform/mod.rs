//! What a target gives: a WebSocket, a clock, a timer, tasks, and news about the page.
//!
//! `web.rs` and `native.rs` have the same items; everything else in the client is the same
//! code on every target.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use self::native::{now, origin, sleep, spawn, Connection, Page, Sleep};
#[cfg(not(target_arch = "wasm32"))]
pub use self::native::{MaybeSend, MaybeSync};
#[cfg(target_arch = "wasm32")]
pub(crate) use self::web::{now, origin, sleep, spawn, Connection, Page, Sleep};
#[cfg(target_arch = "wasm32")]
pub use self::web::{MaybeSend, MaybeSync};

use futures_channel::mpsc::UnboundedSender;

use super::error::Close;
use super::machine::ConnectionId;

/// How a WebSocket is opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub url: String,
    /// The subprotocols to offer.
    pub protocols: Vec<String>,
}

/// What the target reports to a socket.
#[derive(Debug)]
pub(crate) enum Input {
    Opened(ConnectionId),
    Text(ConnectionId, String),
    /// Why a connection failed. `Closed` follows.
    Failed(ConnectionId, String),
    /// The last report of each connection.
    Closed(ConnectionId, Close),
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))] // only a browser has a page
    Page(PageEvent),
}

/// What happens to the page of a program, or to its network.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))] // only a browser has a page
#[derive(Clone, Copy, Debug)]
pub(crate) enum PageEvent {
    Hidden,
    Shown,
    /// The page is put away, and may come back.
    PutAway,
    Back,
    NetworkReturned,
}

/// One WebSocket. Dropping it ends the connection without a closing handshake.
pub(crate) trait Connect: Sized {
    /// Starts to connect. Everything that happens is sent to `inputs`.
    fn open(id: ConnectionId, request: Request, inputs: UnboundedSender<Input>) -> Self;

    /// Sends a text after those before it.
    fn send(&mut self, text: String);

    /// Closes it after all texts are sent.
    fn close(&mut self, close: Close);
}

/// The connection was lost, or never made.
fn lost(reason: impl Into<String>) -> Close {
    Close {
        code: 1006,
        reason: reason.into(),
    }
}

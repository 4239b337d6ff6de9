//! A client of Phoenix Channels, in browsers and natively: [`Socket`], [`Channel`], and
//! [`Presence`], the users of a channel who are online.
//!
//! On wasm32 the feature `client` uses the WebSocket of the page or the worker. On other
//! targets the feature `native` uses tokio and tokio-tungstenite. The code of a program is
//! the same:
//!
//! ```no_run
//! use futures_util::StreamExt;
//! use phoenix_presence::client::{Error, Presence, Socket};
//!
//! #[derive(serde::Deserialize, PartialEq)]
//! struct Device {
//!     status: String,
//! }
//!
//! async fn show_users() -> Result<(), Error> {
//!     let socket = Socket::builder("wss://example.com/socket").auth_token("token").connect()?;
//!     let channel = socket.channel("room:lobby", &())?;
//!     let presence = Presence::<Device>::new(&channel); // before the join
//!     let mut changes = presence.changes();
//!     channel.join().await?;
//!
//!     while changes.next().await.is_some() {
//!         for (key, user) in presence.list() {
//!             println!("{key} on {} devices", user.metas.len());
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # The socket
//!
//! A socket connects again when its connection is lost, with the delays of phoenix.js, and
//! its channels join again. In a browser it does so at once when the page is shown or the
//! network returns, and not while the page is hidden. A line that is dead without a word
//! is noticed by a heartbeat. [`SocketBuilder`] has the times, and the parameters and the
//! token that the server reads; both can be asked for at each connection.
//!
//! # Results
//!
//! [`Channel::join`], [`Channel::push`] and [`Channel::leave`] act at once, and return a
//! [`Reply`] to await. An `error` reply of the server is [`Error::Rejected`], a value with
//! its response; no reply, a lost connection, a crashed and a closed channel are other
//! variants. Nothing has to be awaited.
//!
//! # Streams and callbacks
//!
//! Every source of events is a stream ([`Channel::on`], [`Channel::events`],
//! [`Socket::events`], [`Presence::changes`]) and takes callbacks
//! ([`Channel::subscribe`] and the like). Callbacks run in the order of the messages, one
//! at a time, when the state is up to date. A callback that panics ends its socket. A
//! callback that holds a handle of what it listens to keeps that alive until the
//! [`Subscription`] is dropped.
//!
//! # Handles
//!
//! Handles are cheap to clone. Dropping a stream or a [`Subscription`] unsubscribes;
//! dropping the last handle of a channel leaves it; dropping the last handle of a socket
//! and of its channels closes the connection.
//!
//! # Topics that are left and joined again
//!
//! Phoenix sends a channel's broadcasts until it has closed the channel, and they do not
//! say to which join they belong. A topic that was left is therefore joined again only when
//! the server has closed the earlier join, or has not said so in time. With phoenix.js,
//! which does not wait, a user who left can stay in the list for good.
//!
//! # Differences from phoenix.js
//!
//! - A push that was sent fails when its connection ends or its channel crashes, instead of
//!   timing out.
//! - [`Channel::leave`] is over when the server has closed the channel.
//! - There are no long polling, no binary payloads, no `ping`, no `onMessage` hook and no
//!   logger.

// What is shared between tasks is `Send` and `Sync` natively; a browser has one thread.
#![cfg_attr(target_arch = "wasm32", allow(clippy::arc_with_non_send_sync))]

#[cfg(not(any(target_arch = "wasm32", feature = "native")))]
compile_error!("the client needs the feature `native` on targets other than wasm32");

mod channel;
mod driver;
mod endpoint;
mod error;
mod event;
mod frame;
mod listeners;
mod machine;
mod options;
mod payload;
mod platform;
mod presence;
mod socket;

pub use self::channel::{Channel, Reply};
pub use self::error::{Close, Error};
pub use self::event::{ChannelEvent, ChannelState, SocketEvent};
pub use self::frame::Message;
pub use self::listeners::{Subscribed, Subscription};
pub use self::options::SocketBuilder;
pub use self::payload::Payload;
pub use self::platform::{MaybeSend, MaybeSync};
pub use self::presence::{Presence, PresenceEvent, PresenceOptions, Status};
pub use self::socket::Socket;

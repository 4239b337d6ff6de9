//! Socket, channel and presence.

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

//! The socket: one connection to the server, shared by many channels.

use std::sync::Arc;

use serde::Serialize;

use super::channel::Channel;
use super::driver::Shared;
use super::error::{Close, Error};
use super::event::SocketEvent;
use super::listeners::{Subscribed, Subscription};
use super::options::{Options, SocketBuilder};
use super::payload::Payload;
use super::platform::MaybeSend;

/// A connection to a Phoenix server that is opened again when it is lost.
///
/// A clone is another handle of the same socket. The socket is closed when all handles of
/// it and of its channels are dropped.
///
/// ```no_run
/// use phoenix_presence::client::Socket;
///
/// # async fn run() -> Result<(), phoenix_presence::client::Error> {
/// let socket = Socket::builder("wss://example.com/socket")
///     .auth_token("a token of the server")
///     .connect()?;
/// let channel = socket.channel("room:lobby", &())?;
/// channel.join().await?;
/// # Ok(())
/// # }
/// ```
///
/// Natively the socket runs in the tokio runtime in which it is made, or on a thread of its
/// own where there is none.
#[derive(Clone, Debug)]
pub struct Socket {
    owner: Arc<Owner>,
}

/// Ends the driver when the last handle is dropped.
#[derive(Debug)]
pub(crate) struct Owner(pub Arc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Socket {
    /// The options of a socket for an endpoint such as `wss://example.com/socket`. In a
    /// browser a path such as `/socket` is on the server of the page.
    pub fn builder(endpoint: &str) -> SocketBuilder {
        SocketBuilder::new(endpoint)
    }

    pub(crate) fn start(options: Options) -> Self {
        Self {
            owner: Arc::new(Owner(Shared::start(options))),
        }
    }

    fn shared(&self) -> &Shared {
        &self.owner.0
    }

    /// Connects, unless the socket is connected or about to be. It connects again when the
    /// connection is lost, until [`disconnect`](Self::disconnect).
    pub fn connect(&self) {
        self.shared().call(|machine, _| machine.connect());
    }

    /// Closes the connection with 1000. Channels keep their handles, and join again after
    /// the next [`connect`](Self::connect).
    pub fn disconnect(&self) {
        self.disconnect_with(1000, "");
    }

    /// Closes the connection with a code, which is 1000 or one from 3000 to 4999, and a
    /// reason of at most 123 bytes.
    pub fn disconnect_with(&self, code: u16, reason: &str) {
        let close = Close {
            code,
            reason: reason.into(),
        };
        self.shared()
            .call(|machine, now| machine.disconnect(close, now));
    }

    /// Whether the connection is open.
    pub fn is_connected(&self) -> bool {
        self.shared().read(|machine| machine.is_connected())
    }

    /// A channel of a topic, with the payload of its joins: `&()` for none. It is not joined
    /// yet.
    ///
    /// # Errors
    ///
    /// [`Error::Payload`] if JSON cannot express the payload.
    pub fn channel(&self, topic: &str, params: &impl Serialize) -> Result<Channel, Error> {
        let params = Payload::of_params(params)?;
        let id = self
            .shared()
            .call(|machine, _| machine.channel(topic, params));
        Ok(Channel::new(Arc::clone(&self.owner), id, topic))
    }

    /// What happens to the socket, as a stream.
    pub fn events(&self) -> Subscribed<SocketEvent> {
        let all = |event: &SocketEvent| Some(event.clone());
        self.shared().of_socket.stream((), all)
    }

    /// Calls back for everything that happens to the socket, until the result is dropped.
    pub fn subscribe(
        &self,
        callback: impl FnMut(&SocketEvent) + MaybeSend + 'static,
    ) -> Subscription {
        self.shared().of_socket.add((), callback)
    }
}

//! What the tests of the client share on every target: a laboratory, and waiting.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod web;

use std::future::Future;
use std::time::Duration;

use futures_util::future::{select, Either};
use futures_util::{pin_mut, Stream, StreamExt};
use phoenix_presence::client::{Channel, ChannelEvent, Socket, SocketBuilder, SocketEvent};
use serde::Serialize;

#[cfg(not(target_arch = "wasm32"))]
pub use native::{sleep, Lab};
#[cfg(target_arch = "wasm32")]
pub use web::{sleep, Lab};

/// How long a test waits for an event before it fails.
const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Awaits a future; panics when it takes too long.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let timeout = sleep(TEST_TIMEOUT);
    pin_mut!(future, timeout);
    match select(future, timeout).await {
        Either::Left((output, _)) => output,
        Either::Right(_) => panic!("timed out waiting for {what}"),
    }
}

/// Reads a stream up to an item that matches.
pub async fn until<E>(
    what: &str,
    stream: &mut (impl Stream<Item = E> + Unpin),
    mut matches: impl FnMut(&E) -> bool,
) -> E {
    let found = async {
        loop {
            let item = stream.next().await;
            let item = item.unwrap_or_else(|| panic!("the stream ended before {what}"));
            if matches(&item) {
                return item;
            }
        }
    };
    within(what, found).await
}

/// The builder of a socket of a user, which connects and joins again without long delays.
pub fn builder(lab: &Lab, user_id: &str) -> SocketBuilder {
    Socket::builder(&lab.endpoint())
        .param("user_id", user_id)
        .reconnect_after(|_| Duration::from_millis(10))
        .rejoin_after(|_| Duration::from_millis(10))
}

/// A socket of a user that connects.
pub fn connect(lab: &Lab, user_id: &str) -> Socket {
    builder(lab, user_id).connect().unwrap()
}

/// A channel of a socket that is joined.
pub async fn join(socket: &Socket, topic: &str, params: &impl Serialize) -> Channel {
    let channel = socket.channel(topic, params).unwrap();
    within("the join", channel.join()).await.unwrap();
    channel
}

/// Waits until a channel is joined again.
pub async fn rejoined(events: &mut (impl Stream<Item = ChannelEvent> + Unpin)) {
    let joined = |event: &ChannelEvent| matches!(event, ChannelEvent::Joined(_));
    until("another join", events, joined).await;
}

/// Waits until a connection is closed, and returns its code.
pub async fn close_code(events: &mut (impl Stream<Item = SocketEvent> + Unpin)) -> u16 {
    let closed = |event: &SocketEvent| matches!(event, SocketEvent::Close(_));
    match until("the end of the connection", events, closed).await {
        SocketEvent::Close(close) => close.code,
        _ => unreachable!("only a close matches"),
    }
}

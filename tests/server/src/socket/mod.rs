//! One client's connection, from the accepted WebSocket to its last close frame.
//!
//! Reading and writing run concurrently: a client that does not read is still read from.
//! Invariant: when a connection ends, its channels end before the close handshake is awaited.

mod close;
pub(crate) mod rate;
mod session;

use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::{timeout, timeout_at, Instant};
use tokio_util::sync::CancellationToken;
use tokio_websockets::{Error, Message};
use tracing::{debug, info};

use self::close::Close;
use self::rate::RateLimit;
use self::session::Session;
use crate::demo::Demo;
use crate::hub::Hub;
use crate::identity::Identity;
use crate::options::Limits;
use crate::outbox::{outbox, Outgoing, TotalBytes};
use crate::user_sockets::UserSockets;

/// The state that all sockets share.
#[derive(Debug)]
pub struct Shared {
    /// The tracker and the subscribers.
    pub hub: Arc<Hub>,
    /// The limits of clients.
    pub limits: Limits,
    /// The bytes that wait for all clients together.
    pub waiting: Arc<TotalBytes>,
    /// The open sockets of each user.
    pub users: Arc<UserSockets>,
    /// The demo, if it is on.
    pub(crate) demo: Option<Arc<Demo>>,
    /// Cancelled when the server stops.
    pub shutdown: CancellationToken,
}

impl Shared {
    /// The state of a server without a demo, whose sockets nobody disconnects.
    pub fn new(hub: Arc<Hub>, limits: Limits) -> Self {
        Self {
            hub,
            limits,
            waiting: Arc::default(),
            users: Arc::default(),
            demo: None,
            shutdown: CancellationToken::new(),
        }
    }
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The server closes it.
    Close(Close),
    /// The client closes it, or breaks the WebSocket protocol; it waits for the close frame of the
    /// server.
    Closed,
    /// The connection is lost.
    Lost,
    /// The client does not read, so it would not read a close frame either.
    Slow,
}

/// Serves a client until it disconnects, exceeds a limit, or the server stops.
pub async fn serve<T>(transport: T, identity: Arc<Identity>, shared: Arc<Shared>)
where
    T: Stream<Item = Result<Message, Error>> + Sink<Message, Error = Error>,
{
    let limits = &shared.limits;
    let (sink, mut stream) = transport.split();
    let (outbox, outgoing) = outbox(limits.queue.clone(), Arc::clone(&shared.waiting));
    let outgoing = outgoing.through(shared.hub.new_mailbox());
    let mut writing = pin!(write(outgoing, sink));
    let mut session = Session::new(Arc::clone(&identity), outbox.clone(), Arc::clone(&shared));
    let mut rate = RateLimit::new(limits.messages_per_second, limits.message_burst);
    let mut deadline = Instant::now() + limits.idle;
    let user_id = &identity.user_id;
    debug!(?user_id, role = %identity.role, "connected");
    let listed = shared.users.list(user_id);
    let mut expired = pin!(expiry(identity.expires_at));

    let end = loop {
        tokio::select! {
            _ = shared.shutdown.cancelled() => break End::Close(Close::Restart),
            _ = listed.disconnected() => break End::Close(Close::Disconnected),
            _ = &mut expired => break End::Close(Close::Expired),
            _ = outbox.overflowed() => break End::Slow,
            _ = &mut writing => break End::Lost,
            _ = session.run_next_delayed_join() => {}
            message = timeout_at(deadline, stream.next()) => {
                let message = match message {
                    Err(_) => break End::Close(Close::Idle(limits.idle)),
                    Ok(None) => break End::Lost,
                    Ok(Some(Err(error))) => {
                        debug!(?user_id, %error, "cannot read");
                        break End::Closed;
                    }
                    Ok(Some(Ok(message))) => message,
                };
                deadline = Instant::now() + limits.idle;
                if !rate.allows(Instant::now()) {
                    break End::Close(Close::TooFast(limits.messages_per_second));
                }
                if let Some(text) = message.as_text() {
                    if let Err(close) = session.handle(text) {
                        break End::Close(close);
                    }
                } else if message.is_binary() {
                    break End::Close(Close::Binary);
                } else if message.is_close() {
                    break End::Closed;
                }
            }
        }
    };

    drop((session, listed));
    match end {
        // The transport sends its close frame while it is read from.
        End::Closed => {
            let rest = async { while let Some(Ok(_)) = stream.next().await {} };
            let _ = timeout(limits.close_grace, rest).await;
        }
        End::Lost => debug!(?user_id, "connection lost"),
        End::Slow => info!(?user_id, "dropped: it reads too slowly"),
        End::Close(close) => {
            info!(?user_id, code = u16::from(close.code()), reason = %close, "closing");
            outbox.close(close.frame());
            // A connection that is dropped while the client still sends is reset, and a reset
            // discards the close frame on its way.
            let close_handshake = async {
                writing.await;
                while let Some(Ok(_)) = stream.next().await {}
            };
            let _ = timeout(limits.close_grace, close_handshake).await;
        }
    }
}

/// Waits until a token expires; for ever without an expiry.
async fn expiry(expires_at: Option<SystemTime>) {
    match expires_at {
        Some(at) => {
            let left = at.duration_since(SystemTime::now()).unwrap_or_default();
            tokio::time::sleep(left).await;
        }
        None => std::future::pending().await,
    }
}

/// Writes the queue, up to and including a close frame.
///
/// Messages that are queued together are flushed together: a system call for each frame would
/// dominate the cost of a busy room.
async fn write(mut outgoing: Outgoing, mut sink: impl Sink<Message> + Unpin) {
    while let Some(first) = outgoing.next().await {
        let mut next = Some(first);
        let mut last = false;
        while let Some(message) = next {
            last = message.is_close();
            if sink.feed(message).await.is_err() {
                return;
            }
            next = if last { None } else { outgoing.try_next() };
        }
        if sink.flush().await.is_err() || last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Role;
    use crate::presence::Tracker;
    use crate::rooms;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;
    use tokio::sync::mpsc;

    const HEARTBEAT: &str = r#"[null,"1","phoenix","heartbeat",{}]"#;

    /// A WebSocket over channels, for tests with a paused clock.
    struct ChannelTransport {
        incoming: mpsc::UnboundedReceiver<Message>,
        outgoing: mpsc::UnboundedSender<Message>,
    }

    impl Stream for ChannelTransport {
        type Item = Result<Message, Error>;
        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.incoming.poll_recv(cx).map(|message| message.map(Ok))
        }
    }

    impl Sink<Message> for ChannelTransport {
        type Error = Error;
        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }
        fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Self::Error> {
            self.outgoing
                .send(message)
                .map_err(|_| Error::AlreadyClosed)
        }
        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }
        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }
    }

    struct TransportClient {
        sending: mpsc::UnboundedSender<Message>,
        receiving: mpsc::UnboundedReceiver<Message>,
    }

    impl TransportClient {
        fn connect() -> Self {
            let limits = Limits::default();
            let hub = Hub::new(Tracker::new(limits.clone(), rooms::fetch));
            let shared = Shared::new(Arc::new(hub), limits);
            let (sending, incoming) = mpsc::unbounded_channel();
            let (outgoing, receiving) = mpsc::unbounded_channel();
            let transport = ChannelTransport { incoming, outgoing };
            let identity = Arc::new(Identity::unverified("alice", Role::Member));
            tokio::spawn(serve(transport, identity, Arc::new(shared)));
            Self { sending, receiving }
        }

        fn send(&self, text: &'static str) {
            self.sending.send(Message::text(text)).unwrap();
        }

        /// The number of messages before the close frame, and its code.
        async fn closed(&mut self) -> (usize, u16) {
            let mut others = 0;
            loop {
                match self.receiving.recv().await.unwrap().as_close() {
                    Some((code, _)) => return (others, code.into()),
                    None => others += 1,
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_that_sends_nothing_for_60_seconds_is_closed_with_1008() {
        let start = Instant::now();
        let mut client = TransportClient::connect();
        assert_eq!(client.closed().await, (0, 1008));
        assert_eq!(start.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn heartbeats_keep_a_socket_open() {
        let start = Instant::now();
        let mut client = TransportClient::connect();
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_secs(59)).await;
            client.send(HEARTBEAT);
        }
        assert_eq!(client.closed().await, (10, 1008));
        assert_eq!(start.elapsed().as_secs(), 10 * 59 + 60);
    }

    #[tokio::test(start_paused = true)]
    async fn messages_to_a_client_do_not_keep_its_socket_open() {
        let start = Instant::now();
        let mut client = TransportClient::connect();
        client.send(r#"["1","1","room:lobby","phx_join",{"delay_ms":30000}]"#);
        let reply_diff_and_state = 3;
        assert_eq!(client.closed().await, (reply_diff_and_state, 1008));
        assert_eq!(start.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_join_that_was_left_in_time_tracks_nothing() {
        let mut client = TransportClient::connect();
        client.send(r#"["1","1","room:lobby","phx_join",{"delay_ms":30000}]"#);
        client.send(r#"["1","2","room:lobby","phx_leave",{}]"#);
        let replies_and_close = 3;
        assert_eq!(client.closed().await, (replies_and_close, 1008));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_answer_a_close_is_dropped_after_the_grace() {
        let mut client = TransportClient::connect();
        client.send("nonsense");
        assert_eq!(client.closed().await, (0, 1007));
        let closed_at = Instant::now();
        client.sending.closed().await;
        assert_eq!(closed_at.elapsed(), Limits::default().close_grace);
    }
}

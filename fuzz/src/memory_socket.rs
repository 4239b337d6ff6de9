//! A WebSocket in memory, for a server and a client in one process.
//!
//! Invariant: all messages of the server are kept, in order.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::{Sink, Stream};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};
use tokio_websockets::{Error, Message};

/// The messages of the server.
#[derive(Clone, Default)]
pub struct Sent {
    /// The texts, in order.
    pub texts: Vec<String>,
    /// Whether it sent a close frame.
    pub closes: bool,
}

/// The server's end.
pub struct ServerEnd {
    incoming: UnboundedReceiver<Message>,
    sent: Arc<Mutex<Sent>>,
}

/// The client's end; dropping it ends the connection.
pub struct ClientEnd {
    outgoing: UnboundedSender<Message>,
    received: Arc<Mutex<Sent>>,
}

/// Both ends of a connection.
pub fn memory_socket() -> (ClientEnd, ServerEnd) {
    let (outgoing, incoming) = unbounded_channel();
    let received = Arc::<Mutex<Sent>>::default();
    let sent = Arc::clone(&received);
    (
        ClientEnd { outgoing, received },
        ServerEnd { incoming, sent },
    )
}

impl ClientEnd {
    /// Sends a text; has no effect once the server has closed.
    pub fn send(&self, text: &str) {
        let _ = self.outgoing.send(Message::text(text.to_owned()));
    }

    /// The messages so far.
    pub fn received(&self) -> Sent {
        lock(&self.received).clone()
    }

    /// Waits for a text that contains `words`, or for the end of the connection.
    pub async fn wait_for(&self, words: &str) {
        let is_there = || {
            let sent = lock(&self.received);
            sent.closes || sent.texts.iter().any(|text| text.contains(words))
        };
        while !is_there() && !self.outgoing.is_closed() {
            tokio::task::yield_now().await;
        }
    }
}

fn lock(sent: &Mutex<Sent>) -> MutexGuard<'_, Sent> {
    sent.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stream for ServerEnd {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(cx).map(|message| message.map(Ok))
    }
}

impl Sink<Message> for ServerEnd {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        let mut sent = lock(&self.sent);
        if let Some(text) = message.as_text() {
            sent.texts.push(text.to_owned());
        } else if message.is_close() {
            sent.closes = true;
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }
}

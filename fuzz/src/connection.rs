//! A WebSocket connection without a network, between the server and a fuzz target.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::extract::ws::Message;
use futures_util::{Sink, Stream};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};

/// Everything that the server has sent.
#[derive(Clone, Default)]
pub struct Sent {
    /// The texts, in order.
    pub texts: Vec<String>,
    /// Whether it has sent a close message.
    pub closes: bool,
}

/// The server's end.
pub struct ServerEnd {
    incoming: UnboundedReceiver<Message>,
    sent: Arc<Mutex<Sent>>,
}

/// The client's end. Dropping it closes the connection.
pub struct ClientEnd {
    outgoing: UnboundedSender<Message>,
    received: Arc<Mutex<Sent>>,
}

/// Both ends of a connection.
pub fn connection() -> (ClientEnd, ServerEnd) {
    let (outgoing, incoming) = unbounded_channel();
    let received = Arc::<Mutex<Sent>>::default();
    let sent = Arc::clone(&received);
    (
        ClientEnd { outgoing, received },
        ServerEnd { incoming, sent },
    )
}

impl ClientEnd {
    /// Sends a text, which is lost if the server has closed the connection.
    pub fn send(&self, text: &str) {
        let _ = self.outgoing.send(Message::Text(text.into()));
    }

    /// Everything that has arrived so far.
    pub fn received(&self) -> Sent {
        lock(&self.received).clone()
    }

    /// Waits until a text with these words has arrived, or the connection is closed.
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
    type Item = Result<Message, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(cx).map(|message| message.map(Ok))
    }
}

impl Sink<Message> for ServerEnd {
    type Error = axum::Error;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), axum::Error> {
        let mut sent = lock(&self.sent);
        match message {
            Message::Text(text) => sent.texts.push(text.to_string()),
            Message::Close(_) => sent.closes = true,
            _ => {}
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }
}

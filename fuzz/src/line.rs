//! A WebSocket without a network, to serve a client that is not there.
//!
//! Invariant: what the server sends is kept, all of it and in order.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::extract::ws::Message;
use futures_util::{Sink, Stream};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};

/// What the server has sent.
#[derive(Clone, Default)]
pub struct Sent {
    /// The texts, in order.
    pub texts: Vec<String>,
    /// Whether it said that it closes.
    pub closes: bool,
}

/// The server's end.
pub struct Line {
    incoming: UnboundedReceiver<Message>,
    sent: Arc<Mutex<Sent>>,
}

/// The client's end; the line ends when it is dropped.
pub struct Caller {
    outgoing: UnboundedSender<Message>,
    received: Arc<Mutex<Sent>>,
}

/// Both ends of a line.
pub fn line() -> (Caller, Line) {
    let (outgoing, incoming) = unbounded_channel();
    let received = Arc::<Mutex<Sent>>::default();
    let sent = Arc::clone(&received);
    (Caller { outgoing, received }, Line { incoming, sent })
}

impl Caller {
    /// Sends a text; into the void once the server has hung up.
    pub fn say(&self, text: &str) {
        let _ = self.outgoing.send(Message::Text(text.into()));
    }

    /// What came so far.
    pub fn heard(&self) -> Sent {
        lock(&self.received).clone()
    }

    /// Waits for a text that contains these words, or for the end.
    pub async fn hear(&self, words: &str) {
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

impl Stream for Line {
    type Item = Result<Message, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(cx).map(|message| message.map(Ok))
    }
}

impl Sink<Message> for Line {
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

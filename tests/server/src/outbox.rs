//! The bounded queue of messages that wait for one client to read them.
//!
//! Invariant: a client sees a prefix of what was pushed, in order, never a gap.
//! Once the queue has overflowed nothing more goes in, and whoever serves the
//! socket is told to drop it: a slow reader costs its bound and nobody's time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The pushing side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    sender: mpsc::Sender<Message>,
    gauge: Arc<Gauge>,
}

/// The reading side.
#[derive(Debug)]
pub struct Outgoing {
    receiver: mpsc::Receiver<Message>,
    gauge: Arc<Gauge>,
}

#[derive(Debug)]
struct Gauge {
    bytes: AtomicUsize,
    max_bytes: usize,
    overflowed: CancellationToken,
}

/// A queue that holds so many messages and so many bytes.
pub fn outbox(max_messages: usize, max_bytes: usize) -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::channel(max_messages);
    let gauge = Arc::new(Gauge {
        bytes: AtomicUsize::new(0),
        max_bytes,
        overflowed: CancellationToken::new(),
    });
    let outbox = Outbox {
        sender,
        gauge: Arc::clone(&gauge),
    };
    (outbox, Outgoing { receiver, gauge })
}

impl Outbox {
    /// Queues a text; never waits.
    pub fn push(&self, text: Utf8Bytes) {
        if self.gauge.overflowed.is_cancelled() {
            return;
        }
        let size = text.len();
        let held = self.gauge.bytes.fetch_add(size, Ordering::Relaxed);
        let full = held + size > self.gauge.max_bytes;
        if full || self.sender.try_send(Message::Text(text)).is_err() {
            self.gauge.overflowed.cancel();
        }
    }

    /// Queues a close frame: the last message that the client gets.
    pub fn close(&self, frame: CloseFrame) {
        // When the queue is full or gone, the connection is dropped anyway.
        let _ = self.sender.try_send(Message::Close(Some(frame)));
    }

    /// Waits until the queue has overflowed.
    pub async fn overflowed(&self) {
        self.gauge.overflowed.cancelled().await;
    }
}

impl Outgoing {
    /// The next message, or `None` when every [`Outbox`] is gone.
    pub async fn next(&mut self) -> Option<Message> {
        let message = self.receiver.recv().await?;
        self.forget(&message);
        Some(message)
    }

    /// The next message, if there is one already.
    pub fn try_next(&mut self) -> Option<Message> {
        let message = self.receiver.try_recv().ok()?;
        self.forget(&message);
        Some(message)
    }

    fn forget(&self, message: &Message) {
        if let Message::Text(text) = message {
            self.gauge.bytes.fetch_sub(text.len(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn too_many_bytes_overflow_and_leave_no_gap() {
        let (outbox, mut outgoing) = outbox(10, 5);
        outbox.push("abc".into());
        outbox.push("def".into());
        outbox.push("g".into());
        outbox.overflowed().await;
        drop(outbox);
        assert_eq!(outgoing.next().await, Some(Message::Text("abc".into())));
        assert_eq!(outgoing.next().await, None);
    }

    #[tokio::test]
    async fn after_too_many_messages_nothing_goes_in_even_when_there_is_room_again() {
        let (outbox, mut outgoing) = outbox(1, 100);
        outbox.push("a".into());
        outbox.push("b".into());
        outbox.overflowed().await;
        assert_eq!(outgoing.try_next(), Some(Message::Text("a".into())));
        outbox.push("c".into());
        assert_eq!(outgoing.try_next(), None);
    }

    #[test]
    fn what_was_read_makes_room_again() {
        let (outbox, mut outgoing) = outbox(2, 4);
        for _ in 0..100 {
            outbox.push("abcd".into());
            assert!(outgoing.try_next().is_some());
        }
    }
}

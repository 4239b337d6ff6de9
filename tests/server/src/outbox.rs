//! The bounded queue of messages that wait for one client to read them.
//!
//! Invariant: a client sees a prefix of what was pushed, in order, never a gap.
//! Once the queue has overflowed nothing more goes in, and whoever serves the
//! socket is told to drop it: a slow reader costs its bound and nobody's time.
//! All queues together have a bound too. When it is reached, those who keep more
//! waiting than a fair share are dropped; who reads does not notice.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::reorder::Mailbox;

/// The bounds of one queue, and of all of them.
#[derive(Debug, Clone)]
pub struct QueueLimits {
    /// Messages in one queue.
    pub messages: usize,
    /// Bytes in one queue.
    pub bytes: usize,
    /// Bytes in all queues together.
    pub total_bytes: usize,
    /// Bytes that one queue may hold however full the others are.
    pub fair_bytes: usize,
}

/// The pushing side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    sender: mpsc::Sender<Queued>,
    gauge: Arc<Gauge>,
}

/// The reading side.
#[derive(Debug)]
pub struct Outgoing {
    receiver: mpsc::Receiver<Queued>,
    gauge: Arc<Gauge>,
    mailbox: Option<Mailbox>,
}

/// A message in a queue.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) message: Message,
    /// Whether it is the answer to a join, which may overtake others: see [`reorder`](crate::reorder).
    pub(crate) answers_join: bool,
}

/// What all queues hold together.
#[derive(Debug, Default)]
pub struct Total(AtomicUsize);

#[derive(Debug)]
struct Gauge {
    limits: QueueLimits,
    bytes: AtomicUsize,
    total: Arc<Total>,
    overflowed: CancellationToken,
}

impl Gauge {
    fn reserve(&self, size: usize) -> bool {
        let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
        let total = self.total.0.fetch_add(size, Ordering::Relaxed) + size;
        let limits = &self.limits;
        let crowded = total > limits.total_bytes && bytes > limits.fair_bytes;
        if bytes > limits.bytes || crowded {
            self.release(size);
            return false;
        }
        true
    }

    fn release(&self, size: usize) {
        self.bytes.fetch_sub(size, Ordering::Relaxed);
        self.total.0.fetch_sub(size, Ordering::Relaxed);
    }

    fn release_message(&self, message: &Message) {
        if let Message::Text(text) = message {
            self.release(text.len());
        }
    }
}

/// A queue that counts towards a total.
pub fn outbox(limits: QueueLimits, total: Arc<Total>) -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::channel(limits.messages);
    let gauge = Arc::new(Gauge {
        limits,
        bytes: AtomicUsize::new(0),
        total,
        overflowed: CancellationToken::new(),
    });
    let outbox = Outbox {
        sender,
        gauge: Arc::clone(&gauge),
    };
    let outgoing = Outgoing {
        receiver,
        gauge,
        mailbox: None,
    };
    (outbox, outgoing)
}

impl Outbox {
    /// Queues a text; never waits.
    pub fn push(&self, text: Utf8Bytes) {
        self.queue(text, false);
    }

    /// Queues the answer to a join; never waits.
    pub fn push_join_answer(&self, text: Utf8Bytes) {
        self.queue(text, true);
    }

    fn queue(&self, text: Utf8Bytes, answers_join: bool) {
        if self.gauge.overflowed.is_cancelled() {
            return;
        }
        let size = text.len();
        if !self.gauge.reserve(size) {
            return self.gauge.overflowed.cancel();
        }
        let queued = Queued {
            message: Message::Text(text),
            answers_join,
        };
        if self.sender.try_send(queued).is_err() {
            self.gauge.release(size);
            self.gauge.overflowed.cancel();
        }
    }

    /// Queues a close frame: the last message that the client gets.
    pub fn close(&self, frame: CloseFrame) {
        // When the queue is full or gone, the connection is dropped anyway.
        let _ = self.sender.try_send(Queued {
            message: Message::Close(Some(frame)),
            answers_join: false,
        });
    }

    /// Waits until the queue has overflowed.
    pub async fn overflowed(&self) {
        self.gauge.overflowed.cancelled().await;
    }
}

impl Outgoing {
    /// Has messages wait in a mailbox before they go out, where answers to joins overtake others.
    pub(crate) fn through(mut self, mailbox: Option<Mailbox>) -> Self {
        self.mailbox = mailbox;
        self
    }

    /// The next message, or `None` when every [`Outbox`] is gone.
    pub async fn next(&mut self) -> Option<Message> {
        let queued = match &mut self.mailbox {
            None => self.receiver.recv().await?,
            Some(mailbox) => mailbox.next(&mut self.receiver).await?,
        };
        Some(self.release(queued))
    }

    /// The next message, if there is one already.
    pub fn try_next(&mut self) -> Option<Message> {
        let queued = match &mut self.mailbox {
            None => self.receiver.try_recv().ok()?,
            Some(mailbox) => mailbox.next_released()?,
        };
        Some(self.release(queued))
    }

    fn release(&self, queued: Queued) -> Message {
        self.gauge.release_message(&queued.message);
        queued.message
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // Closed first: whoever pushes from now on takes its bytes back itself.
        self.receiver.close();
        while let Ok(queued) = self.receiver.try_recv() {
            self.gauge.release_message(&queued.message);
        }
        for queued in self.mailbox.iter_mut().flat_map(Mailbox::drain) {
            self.gauge.release_message(&queued.message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOMY: QueueLimits = QueueLimits {
        messages: 10,
        bytes: 100,
        total_bytes: 1000,
        fair_bytes: 10,
    };

    #[tokio::test]
    async fn too_many_bytes_overflow_and_leave_no_gap() {
        let limits = QueueLimits { bytes: 5, ..ROOMY };
        let (outbox, mut outgoing) = outbox(limits, Arc::default());
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
        let limits = QueueLimits {
            messages: 1,
            ..ROOMY
        };
        let (outbox, mut outgoing) = outbox(limits, Arc::default());
        outbox.push("a".into());
        outbox.push("b".into());
        outbox.overflowed().await;
        assert_eq!(outgoing.try_next(), Some(Message::Text("a".into())));
        outbox.push("c".into());
        assert_eq!(outgoing.try_next(), None);
    }

    #[test]
    fn what_was_read_makes_room_again() {
        let total = Arc::new(Total::default());
        let limits = QueueLimits { bytes: 4, ..ROOMY };
        let (outbox, mut outgoing) = outbox(limits, Arc::clone(&total));
        for _ in 0..100 {
            outbox.push("abcd".into());
            assert!(outgoing.try_next().is_some());
        }
        assert_eq!(total.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_queue_that_is_dropped_gives_back_what_it_held() {
        let total = Arc::new(Total::default());
        let (outbox, outgoing) = outbox(ROOMY, Arc::clone(&total));
        outbox.push("abcd".into());
        drop(outgoing);
        outbox.push("abcd".into());
        assert_eq!(total.0.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn when_all_are_full_who_keeps_more_than_a_fair_share_is_dropped_and_no_one_else() {
        let total = Arc::new(Total::default());
        let limits = QueueLimits {
            total_bytes: 20,
            ..ROOMY
        };
        let (greedy, _kept) = outbox(limits.clone(), Arc::clone(&total));
        greedy.push("x".repeat(20).into());
        let (modest, mut outgoing) = outbox(limits, total);
        modest.push("0123456789".into());
        assert!(outgoing.try_next().is_some());
        greedy.push("x".into());
        modest.push("0123456789".into());
        assert_eq!(
            outgoing.try_next(),
            Some(Message::Text("0123456789".into()))
        );
        modest.push("0123456789".into());
        assert!(!modest.gauge.overflowed.is_cancelled());
    }
}

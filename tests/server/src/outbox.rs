//! The bounded queue of messages to one client.
//!
//! Invariant: a client receives a prefix of the pushed messages, in order and without a gap. A
//! queue that has overflowed takes no more messages, and its socket is dropped. All queues together
//! have a bound too: while it is exceeded, a queue overflows at `guaranteed_bytes`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;

use tokio::sync::{mpsc, Notify};
use tokio_websockets::{Message, Payload};

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
    /// Bytes that one queue may hold while all queues together exceed `total_bytes`.
    pub guaranteed_bytes: usize,
}

/// The pushing side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    sender: mpsc::Sender<Queued>,
    count: Arc<ByteCount>,
}

/// The reading side.
#[derive(Debug)]
pub struct Outgoing {
    receiver: mpsc::Receiver<Queued>,
    count: Arc<ByteCount>,
    mailbox: Option<Mailbox>,
}

/// A message in a queue.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) message: Message,
    /// Whether it is the answer to a join, which may overtake others: see [`reorder`](crate::reorder).
    pub(crate) answers_join: bool,
}

/// The bytes in all queues.
#[derive(Debug, Default)]
pub struct TotalBytes(AtomicUsize);

#[derive(Debug)]
struct ByteCount {
    limits: QueueLimits,
    bytes: AtomicUsize,
    total: Arc<TotalBytes>,
    has_overflowed: AtomicBool,
    /// Wakes the socket when it has.
    overflow: Notify,
}

impl ByteCount {
    fn overflow(&self) {
        self.has_overflowed.store(true, Ordering::Release);
        self.overflow.notify_one();
    }

    fn reserve(&self, size: usize) -> bool {
        let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
        let total = self.total.0.fetch_add(size, Ordering::Relaxed) + size;
        let limits = &self.limits;
        let over_total = total > limits.total_bytes && bytes > limits.guaranteed_bytes;
        if bytes > limits.bytes || over_total {
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
        if message.is_text() {
            self.release(message.as_payload().len());
        }
    }
}

/// A queue that counts towards a total.
pub fn outbox(limits: QueueLimits, total: Arc<TotalBytes>) -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::channel(limits.messages);
    let count = Arc::new(ByteCount {
        limits,
        bytes: AtomicUsize::new(0),
        total,
        has_overflowed: AtomicBool::new(false),
        overflow: Notify::new(),
    });
    let outbox = Outbox {
        sender,
        count: Arc::clone(&count),
    };
    let outgoing = Outgoing {
        receiver,
        count,
        mailbox: None,
    };
    (outbox, outgoing)
}

impl Outbox {
    /// Queues a text; never waits.
    pub fn push(&self, text: Payload) {
        self.queue(text, false);
    }

    /// Queues the answer to a join; never waits.
    pub fn push_join_answer(&self, text: Payload) {
        self.queue(text, true);
    }

    fn queue(&self, text: Payload, answers_join: bool) {
        if self.count.has_overflowed.load(Ordering::Acquire) {
            return;
        }
        let size = text.len();
        if !self.count.reserve(size) {
            return self.count.overflow();
        }
        let queued = Queued {
            message: Message::text(text),
            answers_join,
        };
        if self.sender.try_send(queued).is_err() {
            self.count.release(size);
            self.count.overflow();
        }
    }

    /// Queues a close frame: the last message that the client gets.
    pub fn close(&self, frame: Message) {
        // If the queue is full or closed, the connection is dropped anyway.
        let _ = self.sender.try_send(Queued {
            message: frame,
            answers_join: false,
        });
    }

    /// Waits until the queue has overflowed. Only one caller at a time may wait.
    pub async fn overflowed(&self) {
        while !self.count.has_overflowed.load(Ordering::Acquire) {
            self.count.overflow.notified().await;
        }
    }
}

impl Outgoing {
    /// Has messages wait in a mailbox before they go out, where answers to joins overtake others.
    pub(crate) fn through(mut self, mailbox: Option<Mailbox>) -> Self {
        self.mailbox = mailbox;
        self
    }

    /// The next message, or `None` when every [`Outbox`] was dropped.
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
        self.count.release_message(&queued.message);
        queued.message
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // Closed first: from now on a push fails and releases its bytes itself.
        self.receiver.close();
        while let Ok(queued) = self.receiver.try_recv() {
            self.count.release_message(&queued.message);
        }
        for queued in self.mailbox.iter_mut().flat_map(Mailbox::drain) {
            self.count.release_message(&queued.message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: QueueLimits = QueueLimits {
        messages: 10,
        bytes: 100,
        total_bytes: 1000,
        guaranteed_bytes: 10,
    };

    fn text(message: Option<Message>) -> Option<String> {
        Some(message?.as_text()?.to_owned())
    }

    #[tokio::test]
    async fn too_many_bytes_overflow_and_leave_no_gap() {
        let limits = QueueLimits { bytes: 5, ..LARGE };
        let (outbox, mut outgoing) = outbox(limits, Arc::default());
        outbox.push("abc".into());
        outbox.push("def".into());
        outbox.push("g".into());
        outbox.overflowed().await;
        drop(outbox);
        assert_eq!(text(outgoing.next().await).as_deref(), Some("abc"));
        assert!(outgoing.next().await.is_none());
    }

    #[tokio::test]
    async fn a_queue_that_overflowed_stays_closed_after_it_is_read() {
        let limits = QueueLimits {
            messages: 1,
            ..LARGE
        };
        let (outbox, mut outgoing) = outbox(limits, Arc::default());
        outbox.push("a".into());
        outbox.push("b".into());
        outbox.overflowed().await;
        assert_eq!(text(outgoing.try_next()).as_deref(), Some("a"));
        outbox.push("c".into());
        assert!(outgoing.try_next().is_none());
    }

    #[test]
    fn a_message_that_was_read_releases_its_bytes() {
        let total = Arc::new(TotalBytes::default());
        let limits = QueueLimits { bytes: 4, ..LARGE };
        let (outbox, mut outgoing) = outbox(limits, Arc::clone(&total));
        for _ in 0..100 {
            outbox.push("abcd".into());
            assert!(outgoing.try_next().is_some());
        }
        assert_eq!(total.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_dropped_queue_releases_its_bytes() {
        let total = Arc::new(TotalBytes::default());
        let (outbox, outgoing) = outbox(LARGE, Arc::clone(&total));
        outbox.push("abcd".into());
        drop(outgoing);
        outbox.push("abcd".into());
        assert_eq!(total.0.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn beyond_the_total_only_queues_above_the_guaranteed_bytes_overflow() {
        let total = Arc::new(TotalBytes::default());
        let limits = QueueLimits {
            total_bytes: 20,
            ..LARGE
        };
        let (large, _unread) = outbox(limits.clone(), Arc::clone(&total));
        large.push("x".repeat(20).into());
        let (small, mut outgoing) = outbox(limits, total);
        small.push("0123456789".into());
        assert!(outgoing.try_next().is_some());
        large.push("x".into());
        small.push("0123456789".into());
        assert_eq!(text(outgoing.try_next()).as_deref(), Some("0123456789"));
        small.push("0123456789".into());
        assert!(!small.count.has_overflowed.load(Ordering::Relaxed));
    }
}

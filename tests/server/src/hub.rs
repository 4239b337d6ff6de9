//! The tracker and the subscribers of each topic, shared by all sockets under one lock.
//!
//! Invariant: what one holder of the lock ([`Hub::lock`]) pushes reaches every subscriber of the
//! topic in the same order, and nothing else comes in between. Pushing to a subscriber never waits.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::frame;
use crate::outbox::Outbox;
use crate::presence::{ChannelId, PresenceDiff, Tracker};
use crate::reorder::{Mailbox, Reordering};

/// Shared by all sockets.
#[derive(Debug)]
pub struct Hub {
    inner: Mutex<Inner>,
    reordering: Option<Reordering>,
}

#[derive(Debug)]
struct Inner {
    tracker: Tracker,
    subscribers: HashMap<String, BTreeMap<ChannelId, Outbox>>,
    last_channel: u64,
    is_stopping: bool,
}

/// Exclusive access to the tracker and the subscribers, until it is dropped.
#[derive(Debug)]
pub struct LockedHub<'a>(MutexGuard<'a, Inner>);

impl Hub {
    /// A hub around a tracker.
    pub fn new(tracker: Tracker) -> Self {
        Self {
            inner: Mutex::new(Inner {
                tracker,
                subscribers: HashMap::new(),
                last_channel: 0,
                is_stopping: false,
            }),
            reordering: None,
        }
    }

    /// The same, with the order of frames around a join that a busy Phoenix shows.
    pub fn reordering_joins(mut self, reordering: Option<Reordering>) -> Self {
        self.reordering = reordering;
        self
    }

    /// How long after a join its channel tracks; `None`: at once, with the join.
    pub(crate) fn pause_before_tracking(&self) -> Option<Duration> {
        self.reordering.as_ref().and_then(Reordering::pause)
    }

    /// Where frames of one more socket wait to be overtaken, if they do.
    pub(crate) fn new_mailbox(&self) -> Option<Mailbox> {
        self.reordering.as_ref().map(Reordering::new_mailbox)
    }

    /// Ends a channel: unsubscribes it, and broadcasts the leaves of all that it tracked.
    pub(crate) fn end(self: &Arc<Self>, channel: ChannelId, topic: &str) {
        let mut hub = self.lock();
        hub.unsubscribe(channel, topic);
        match self.reordering.as_ref().and_then(Reordering::pause) {
            None => hub.untrack_all(channel, topic),
            Some(pause) => {
                let (hub, topic) = (Arc::clone(self), topic.to_owned());
                tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    hub.lock().untrack_all(channel, &topic);
                });
            }
        }
    }

    /// Waits for the lock. Hold it for a few pushes, never across an `await`.
    pub fn lock(&self) -> LockedHub<'_> {
        // No code under the lock is known to panic. If some did, other sockets would still be served.
        LockedHub(self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl LockedHub<'_> {
    /// The tracker. Pass a [`PresenceDiff`] that it returns to [`LockedHub::broadcast`].
    pub fn tracker(&mut self) -> &mut Tracker {
        &mut self.0.tracker
    }

    /// A new channel; channels made later have greater ids.
    pub fn new_channel(&mut self) -> ChannelId {
        self.0.last_channel += 1;
        ChannelId(self.0.last_channel)
    }

    /// Subscribes an outbox to the diffs of a topic.
    pub fn subscribe(&mut self, channel: ChannelId, topic: &str, outbox: Outbox) {
        self.0
            .subscribers
            .entry(topic.to_owned())
            .or_default()
            .insert(channel, outbox);
    }

    /// Has later diffs reach no subscriber of this server, which stops.
    pub fn stop_broadcasts(&mut self) {
        self.0.is_stopping = true;
    }

    /// Sends a diff to every subscriber of the topic.
    pub fn broadcast(&self, topic: &str, diff: &PresenceDiff) {
        let Some(subscribers) = self.0.subscribers.get(topic) else {
            return;
        };
        if self.0.is_stopping {
            return;
        }
        let text = frame::encode(None, None, topic, "presence_diff", diff);
        for outbox in subscribers.values() {
            outbox.push(text.clone());
        }
    }

    fn unsubscribe(&mut self, channel: ChannelId, topic: &str) {
        if let Some(subscribers) = self.0.subscribers.get_mut(topic) {
            subscribers.remove(&channel);
            if subscribers.is_empty() {
                self.0.subscribers.remove(topic);
            }
        }
    }

    /// Removes all that a channel tracked, and broadcasts the leaves.
    fn untrack_all(&mut self, channel: ChannelId, topic: &str) {
        if let Some(diff) = self.0.tracker.end(channel, topic) {
            self.broadcast(topic, &diff);
        }
    }
}

//! The meeting point of all sockets: who listens to which topic, and the tracker.
//!
//! Invariant: whatever happens in one turn ([`Hub::turn`]) reaches every listener
//! of the topic in the same order, with nothing of another turn in between. That
//! holds because a turn is a lock, and because pushing to a listener never waits.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::frame;
use crate::outbox::Outbox;
use crate::presence::{ChannelId, Diff, Tracker};
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
    listeners: HashMap<String, BTreeMap<ChannelId, Outbox>>,
    last_channel: u64,
}

/// The right to change and tell things, alone, until it is dropped.
#[derive(Debug)]
pub struct Turn<'a>(MutexGuard<'a, Inner>);

impl Hub {
    /// A hub around a tracker.
    pub fn new(tracker: Tracker) -> Self {
        Self {
            inner: Mutex::new(Inner {
                tracker,
                listeners: HashMap::new(),
                last_channel: 0,
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

    /// Ends a channel: it hears nothing more, and the others hear that what it tracked is gone.
    pub(crate) fn end(self: &Arc<Self>, channel: ChannelId, topic: &str) {
        let mut turn = self.turn();
        turn.unsubscribe(channel, topic);
        match self.reordering.as_ref().and_then(Reordering::pause) {
            None => turn.untrack_all(channel, topic),
            Some(pause) => {
                let (hub, topic) = (Arc::clone(self), topic.to_owned());
                tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    hub.turn().untrack_all(channel, &topic);
                });
            }
        }
    }

    /// Waits for its turn. Hold it for a few pushes, never across an `await`.
    pub fn turn(&self) -> Turn<'_> {
        // No code under the lock is known to panic; if some did, the others go on.
        Turn(self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Turn<'_> {
    /// The tracker. A [`Diff`] that it returns belongs into [`Turn::broadcast`].
    pub fn tracker(&mut self) -> &mut Tracker {
        &mut self.0.tracker
    }

    /// A new channel; channels made later have greater ids.
    pub fn new_channel(&mut self) -> ChannelId {
        self.0.last_channel += 1;
        ChannelId(self.0.last_channel)
    }

    /// From now on the outbox gets every diff of the topic.
    pub fn listen(&mut self, channel: ChannelId, topic: &str, outbox: Outbox) {
        self.0
            .listeners
            .entry(topic.to_owned())
            .or_default()
            .insert(channel, outbox);
    }

    /// Tells everyone in the topic.
    pub fn broadcast(&self, topic: &str, diff: &Diff) {
        let Some(listeners) = self.0.listeners.get(topic) else {
            return;
        };
        let text = frame::encode(None, None, topic, "presence_diff", diff);
        for outbox in listeners.values() {
            outbox.push(text.clone());
        }
    }

    fn unsubscribe(&mut self, channel: ChannelId, topic: &str) {
        if let Some(listeners) = self.0.listeners.get_mut(topic) {
            listeners.remove(&channel);
            if listeners.is_empty() {
                self.0.listeners.remove(topic);
            }
        }
    }

    /// Removes what a channel tracked, and tells the others.
    fn untrack_all(&mut self, channel: ChannelId, topic: &str) {
        if let Some(diff) = self.0.tracker.end(channel, topic) {
            self.broadcast(topic, &diff);
        }
    }
}

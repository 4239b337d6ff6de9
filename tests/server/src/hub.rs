//! The tracker and the subscribers of each topic, shared by all sockets under one lock.
//!
//! Invariant: what one holder of the lock ([`Hub::lock`]) pushes reaches every subscriber of the
//! topic in the same order, and nothing else comes in between. Pushing to a subscriber never waits.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::frame;
use crate::outbox::Outbox;
use crate::presence::{ChannelId, PresenceDiff, RemoteMeta, Tracker};
use crate::reorder::{Mailbox, Reordering};
use crate::view::InterceptedMember;

/// Shared by all sockets.
#[derive(Debug)]
pub struct Hub {
    inner: Mutex<Inner>,
    reordering: Option<Reordering>,
}

#[derive(Debug)]
struct Inner {
    tracker: Tracker,
    subscribers: HashMap<String, Subscribers>,
    last_channel: u64,
    is_stopping: bool,
}

/// The subscribers of one topic.
#[derive(Debug, Default)]
struct Subscribers {
    /// They all receive the same text.
    plain: BTreeMap<ChannelId, Outbox>,
    /// Each receives its own part.
    intercepted: BTreeMap<ChannelId, InterceptedMember>,
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
            .plain
            .insert(channel, outbox);
    }

    /// Subscribes a member to its part of the diffs of a topic.
    pub fn subscribe_intercepted(
        &mut self,
        channel: ChannelId,
        topic: &str,
        member: InterceptedMember,
    ) {
        self.0
            .subscribers
            .entry(topic.to_owned())
            .or_default()
            .intercepted
            .insert(channel, member);
    }

    /// Has later diffs reach no subscriber of this server, which stops.
    pub fn stop_broadcasts(&mut self) {
        self.0.is_stopping = true;
    }

    /// Removes and adds metas of other nodes, and broadcasts one diff for each topic.
    pub(crate) fn replicate(&mut self, left: &[Arc<RemoteMeta>], joined: &[Arc<RemoteMeta>]) {
        for (topic, diff) in self.0.tracker.replicate(left, joined) {
            self.broadcast(&topic, &diff);
        }
    }

    /// Sends a diff to every subscriber of the topic.
    pub fn broadcast(&mut self, topic: &str, diff: &PresenceDiff) {
        let inner = &mut *self.0;
        let Some(subscribers) = inner.subscribers.get_mut(topic) else {
            return;
        };
        if inner.is_stopping {
            return;
        }
        if !subscribers.plain.is_empty() {
            let text = frame::encode(None, None, topic, "presence_diff", diff);
            for outbox in subscribers.plain.values() {
                outbox.push(text.clone());
            }
        }
        for member in subscribers.intercepted.values_mut() {
            member.push_diff(topic, diff, inner.tracker.user_count(topic));
        }
    }

    /// Sends an event to every subscriber of the topic, whatever part of the presences they receive.
    pub(crate) fn broadcast_event(&mut self, topic: &str, event: &str, payload: &impl Serialize) {
        let Some(subscribers) = self.0.subscribers.get(topic) else {
            return;
        };
        let text = frame::encode(None, None, topic, event, payload);
        let intercepted = subscribers.intercepted.values();
        for outbox in subscribers
            .plain
            .values()
            .chain(intercepted.map(|m| &m.outbox))
        {
            outbox.push(text.clone());
        }
    }

    /// Whether anyone has joined the topic on this server.
    pub(crate) fn has_subscribers(&self, topic: &str) -> bool {
        self.0.subscribers.contains_key(topic)
    }

    pub(crate) fn unsubscribe(&mut self, channel: ChannelId, topic: &str) {
        if let Some(subscribers) = self.0.subscribers.get_mut(topic) {
            subscribers.plain.remove(&channel);
            subscribers.intercepted.remove(&channel);
            if subscribers.plain.is_empty() && subscribers.intercepted.is_empty() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Identity, Role};
    use crate::options::Limits;
    use crate::outbox::outbox;
    use crate::rooms;
    use crate::view::View;
    use serde_json::Map;
    use tokio_websockets::Message;

    const TOPIC: &str = "room:lobby";

    #[test]
    fn a_diff_is_encoded_once_for_all_subscribers_that_are_not_intercepted() {
        let limits = Limits::default();
        let hub = Hub::new(Tracker::new(limits.clone(), rooms::fetch));
        let mut hub = hub.lock();
        let mut queues = Vec::new();
        for number in 0..3 {
            let (outbox, outgoing) = outbox(limits.queue.clone(), Arc::default());
            hub.subscribe(ChannelId(number), TOPIC, outbox);
            queues.push(outgoing);
        }
        let (outbox, mut intercepted) = outbox(limits.queue.clone(), Arc::default());
        let identity = Arc::new(Identity::unverified("a", Role::Member));
        let member = InterceptedMember::new(identity, None, outbox, |_, _| View::All);
        hub.subscribe_intercepted(ChannelId(3), TOPIC, member);

        let tracked = hub.tracker().track(ChannelId(4), TOPIC, "a", Map::new());
        hub.broadcast(TOPIC, &tracked.unwrap().1);
        let address = |message: Option<Message>| message.unwrap().as_payload().as_ptr();
        let first = address(queues[0].try_next());
        assert_eq!(address(queues[1].try_next()), first);
        assert_eq!(address(queues[2].try_next()), first);
        assert_ne!(address(intercepted.try_next()), first);
    }
}

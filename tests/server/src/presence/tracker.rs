//! The tracker: metas by topic, key and channel.
//!
//! Invariant: a channel tracks a key at most once, and its metas are removed when it ends. The
//! tracker knows no sockets: it returns each change as a [`PresenceDiff`] to broadcast.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};

use super::error::TrackError;
use super::replica::{LocalChange, RemoteMeta};
use super::state::State;
use super::topic::{Topic, TrackedKey};
use super::update::MetaUpdate;
use super::wire::{key_bytes, PresenceDiff, PresenceEntry, PresenceMap, TrackedMeta};
use crate::options::Limits;
use crate::refs::RefGenerator;

/// One join of one topic on one socket: the counterpart of a channel process in Phoenix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub u64);

/// Returns the fields beside `metas` of each key: `fetch/2` in Phoenix. A key may be left out.
///
/// It is called once for each state or diff, with all keys of it, and for a key that is about to be
/// tracked. It runs under the hub's lock, so it must not block. The length of a key's fields
/// should not change while the key is tracked: it counts towards the limits as it was at first.
pub type Fetch = fn(topic: &str, keys: &[&str]) -> BTreeMap<String, Map<String, Value>>;

/// Metas with their keys: one side of a diff.
type KeyedMetas<'a> = Vec<(&'a str, &'a Arc<TrackedMeta>)>;

/// The tracked metas of all topics.
#[derive(Debug)]
pub struct Tracker {
    refs: RefGenerator,
    fetch: Fetch,
    limits: Limits,
    topics: HashMap<String, Topic>,
    /// The sum of the bytes of all topics.
    bytes: usize,
    /// Where changes of this node's metas are recorded for other nodes.
    changes: Option<UnboundedSender<LocalChange>>,
}

impl Tracker {
    /// An empty tracker.
    pub fn new(limits: Limits, fetch: Fetch) -> Self {
        Self {
            refs: RefGenerator::new(),
            fetch,
            limits,
            topics: HashMap::new(),
            bytes: 0,
            changes: None,
        }
    }

    /// Records the changes of this node's metas from now on, for other nodes.
    pub fn record_changes(&mut self) -> UnboundedReceiver<LocalChange> {
        let (sender, receiver) = unbounded_channel();
        self.changes = Some(sender);
        receiver
    }

    fn record(&self, channel: ChannelId, topic: &str, key: &str, meta: Option<&TrackedMeta>) {
        if let Some(changes) = &self.changes {
            let _ = changes.send(LocalChange::new(channel, topic, key, meta));
        }
    }

    /// Removes and adds metas of other nodes; returns one diff for each topic.
    pub fn replicate(
        &mut self,
        left: &[Arc<RemoteMeta>],
        joined: &[Arc<RemoteMeta>],
    ) -> Vec<(String, PresenceDiff)> {
        let mut topics: BTreeMap<&str, [KeyedMetas<'_>; 2]> = BTreeMap::new();
        for remote in left {
            let RemoteMeta { topic, key, .. } = &**remote;
            self.in_topic(topic, |entry| entry.remove(remote.channel, key));
            let [leaves, _] = topics.entry(topic).or_default();
            leaves.push((key, &remote.meta));
        }
        for remote in joined {
            let RemoteMeta { topic, key, .. } = &**remote;
            let key_bytes = self.key_bytes_if_new(topic, key);
            self.in_topic(topic, |entry| {
                entry.insert(remote.channel, key, key_bytes, &remote.meta);
            });
            let [_, joins] = topics.entry(topic).or_default();
            joins.push((key, &remote.meta));
        }
        let diffs = topics.into_iter();
        diffs
            .map(|(topic, [leaves, joins])| (topic.to_owned(), self.diff(topic, &joins, &leaves)))
            .collect()
    }

    /// The bytes that a key adds to a topic beside its metas.
    fn key_bytes_if_new(&self, topic: &str, key: &str) -> usize {
        match self.tracked_key(topic, key) {
            Some(_) => 0,
            None => key_bytes(key, self.extra(topic, key)),
        }
    }

    /// Tracks `key`; returns the new ref and the diff to broadcast.
    pub fn track(
        &mut self,
        channel: ChannelId,
        topic: &str,
        key: &str,
        fields: Map<String, Value>,
    ) -> Result<(String, PresenceDiff), TrackError> {
        if key.len() > self.limits.key_bytes {
            return Err(TrackError::KeyTooLong(self.limits.key_bytes));
        }
        let tracked = self.keys_of(channel, topic);
        let tracked_count = tracked.map_or(0, BTreeSet::len);
        if tracked.is_some_and(|keys| keys.contains(key)) {
            return Err(TrackError::AlreadyTracked(
                channel,
                topic.to_owned(),
                key.to_owned(),
            ));
        }
        if tracked_count >= self.limits.keys_per_channel {
            return Err(TrackError::TooManyKeys(self.limits.keys_per_channel));
        }
        let meta = self.new_meta(None, fields)?;
        let key_bytes = self.key_bytes_if_new(topic, key);
        let is_first = tracked_count == 0;
        self.check_bytes(topic, is_first, 0, key_bytes + meta.state_bytes())?;
        self.in_topic(topic, |entry| entry.insert(channel, key, key_bytes, &meta));
        self.record(channel, topic, key, Some(&meta));
        let diff = self.diff(topic, &[(key, &meta)], &[]);
        Ok((meta.phx_ref.clone(), diff))
    }

    /// Replaces the fields of a tracked key: by a map, or by the result of a function of the old ones.
    pub fn update(
        &mut self,
        channel: ChannelId,
        topic: &str,
        key: &str,
        change: impl MetaUpdate,
    ) -> Result<(String, PresenceDiff), TrackError> {
        let tracked = self.tracked_key(topic, key);
        let old = tracked
            .and_then(|tracked| tracked.metas.get(&channel))
            .cloned()
            .ok_or(TrackError::NoPresence)?;
        let new = self.new_meta(Some(&old.phx_ref), change.apply(&old.fields))?;
        let is_only = self.keys_of(channel, topic).is_some_and(|k| k.len() == 1);
        self.check_bytes(topic, is_only, old.state_bytes(), new.state_bytes())?;
        self.in_topic(topic, |entry| entry.replace(channel, key, &new));
        self.record(channel, topic, key, Some(&new));
        let diff = self.diff(topic, &[(key, &new)], &[(key, &old)]);
        Ok((new.phx_ref.clone(), diff))
    }

    /// Stops tracking `key`; `None` if the channel did not track it.
    pub fn untrack(&mut self, channel: ChannelId, topic: &str, key: &str) -> Option<PresenceDiff> {
        let meta = self.in_topic(topic, |entry| entry.remove(channel, key))?;
        self.record(channel, topic, key, None);
        Some(self.diff(topic, &[], &[(key, &meta)]))
    }

    /// Stops tracking all keys of a channel: one diff for all of them, or `None` without any.
    pub fn end(&mut self, channel: ChannelId, topic: &str) -> Option<PresenceDiff> {
        let keys = self.keys_of(channel, topic)?.clone();
        let mut removed = Vec::new();
        for key in &keys {
            let meta = self.in_topic(topic, |entry| entry.remove(channel, key));
            self.record(channel, topic, key, None);
            removed.extend(meta.map(|meta| (key.as_str(), meta)));
        }
        let leaves: Vec<_> = removed.iter().map(|(key, meta)| (*key, meta)).collect();
        Some(self.diff(topic, &[], &leaves))
    }

    /// The presences of a topic, to be serialized.
    pub fn state(&self, topic: &str) -> State<'_> {
        let entry = self.topics.get(topic);
        let keys = entry.into_iter().flat_map(|entry| entry.keys.keys());
        let keys: Vec<_> = keys.map(String::as_str).collect();
        State {
            topic: entry,
            extra: (self.fetch)(topic, &keys),
        }
    }

    /// The presences of a topic.
    pub fn list(&self, topic: &str) -> PresenceMap {
        let Some(entry) = self.topics.get(topic) else {
            return PresenceMap::new();
        };
        let keys: Vec<_> = entry.keys.keys().map(String::as_str).collect();
        let mut extra = (self.fetch)(topic, &keys);
        let with_extra = |(key, tracked): (&String, &TrackedKey)| {
            let presence = PresenceEntry {
                metas: tracked.metas.values().cloned().collect(),
                extra: extra.remove(key).unwrap_or_default(),
            };
            (key.clone(), presence)
        };
        entry.keys.iter().map(with_extra).collect()
    }

    /// The number of keys in a topic.
    pub fn user_count(&self, topic: &str) -> usize {
        self.topics.get(topic).map_or(0, |entry| entry.keys.len())
    }

    /// An upper bound of the length of a topic's serialized list, in bytes.
    pub fn state_bytes(&self, topic: &str) -> usize {
        let braces = 2;
        self.topics.get(topic).map_or(0, |entry| entry.bytes) + braces
    }

    /// The presence of one key.
    pub fn get_by_key(&self, topic: &str, key: &str) -> Option<PresenceEntry> {
        let tracked = self.tracked_key(topic, key)?;
        Some(PresenceEntry {
            metas: tracked.metas.values().cloned().collect(),
            extra: self.extra(topic, key),
        })
    }

    fn tracked_key(&self, topic: &str, key: &str) -> Option<&TrackedKey> {
        self.topics.get(topic)?.keys.get(key)
    }

    fn keys_of(&self, channel: ChannelId, topic: &str) -> Option<&BTreeSet<String>> {
        self.topics.get(topic)?.keys_of.get(&channel)
    }

    fn extra(&self, topic: &str, key: &str) -> Map<String, Value> {
        let mut fetched = (self.fetch)(topic, &[key]);
        fetched.remove(key).unwrap_or_default()
    }

    fn diff(
        &self,
        topic: &str,
        joins: &[(&str, &Arc<TrackedMeta>)],
        leaves: &[(&str, &Arc<TrackedMeta>)],
    ) -> PresenceDiff {
        let keys: BTreeSet<&str> = joins.iter().chain(leaves).map(|(key, _)| *key).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let extra = (self.fetch)(topic, &keys);
        let side = |metas: &[(&str, &Arc<TrackedMeta>)]| {
            let mut side = PresenceMap::new();
            for (key, meta) in metas {
                let entry = side.entry((*key).to_owned());
                let presence = entry.or_insert_with(|| PresenceEntry {
                    metas: Vec::new(),
                    extra: extra.get(*key).cloned().unwrap_or_default(),
                });
                presence.metas.push(Arc::clone(meta));
            }
            side
        };
        PresenceDiff {
            joins: side(joins),
            leaves: side(leaves),
        }
    }

    fn new_meta(
        &mut self,
        prev: Option<&str>,
        fields: Map<String, Value>,
    ) -> Result<Arc<TrackedMeta>, TrackError> {
        let meta = TrackedMeta::new(self.refs.next_ref(), prev, fields);
        if meta.bytes() > self.limits.meta_bytes {
            return Err(TrackError::MetasTooLarge(self.limits.meta_bytes));
        }
        Ok(Arc::new(meta))
    }

    /// Checks that a topic can hold `added` bytes in place of `freed` ones.
    ///
    /// Further keys of a channel may take half of the bytes only: the other half is for the first
    /// key of each channel, so that a few channels cannot keep others out.
    fn check_bytes(
        &self,
        topic: &str,
        is_first: bool,
        freed: usize,
        added: usize,
    ) -> Result<(), TrackError> {
        if added <= freed {
            return Ok(());
        }
        let share = |limit: usize| if is_first { limit } else { limit / 2 };
        let limits = &self.limits;
        let held = self.topics.get(topic).map_or(0, |t| t.bytes);
        if held - freed + added > share(limits.topic_bytes) {
            return Err(TrackError::TopicFull(limits.topic_bytes));
        }
        if self.bytes - freed + added > share(limits.total_bytes) {
            return Err(TrackError::AllFull(limits.total_bytes));
        }
        Ok(())
    }

    /// Changes a topic, and counts the bytes that it added or released.
    fn in_topic<T>(&mut self, topic: &str, change: impl FnOnce(&mut Topic) -> T) -> T {
        let entry = self.topics.entry(topic.to_owned()).or_default();
        let bytes_before = entry.bytes;
        let result = change(entry);
        self.bytes = self.bytes - bytes_before + entry.bytes;
        if entry.keys_of.is_empty() {
            self.topics.remove(topic);
        }
        result
    }
}

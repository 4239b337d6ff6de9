//! The tracker: metas by topic, key and channel.
//!
//! Invariant: a channel tracks a key at most once, and its metas are removed when it ends. The
//! tracker knows no sockets: it returns each change as a [`PresenceDiff`] to broadcast.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::wire::{PresenceDiff, PresenceEntry, PresenceMap, TrackedMeta};
use crate::options::Limits;
use crate::refs::RefGenerator;

/// One join of one topic on one socket: the counterpart of a channel process in Phoenix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub u64);

/// Returns the fields beside `metas`, given a topic and a key: `fetch/2` in Phoenix.
///
/// It runs under the hub's lock, so it must not block.
pub type Fetch = fn(topic: &str, key: &str) -> Map<String, Value>;

/// The reason why a meta was not tracked.
#[derive(Debug, Clone, PartialEq)]
pub enum TrackError {
    /// The channel tracks this key already.
    AlreadyTracked(ChannelId, String, String),
    /// The channel does not track this key.
    NoPresence,
    /// The key is longer than this many bytes.
    KeyTooLong(usize),
    /// The metas are larger than this many bytes.
    MetasTooLarge(usize),
    /// The channel tracks this many keys already.
    TooManyKeys(usize),
    /// The topic may hold this many bytes of metas, and has no room left.
    TopicFull(usize),
    /// All topics together may hold this many bytes of metas, and have no room left.
    AllFull(usize),
}

impl fmt::Display for TrackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The first two read as Phoenix's do, for clients that look at them.
            Self::AlreadyTracked(ChannelId(id), topic, key) => {
                write!(
                    f,
                    "{{:already_tracked, #PID<0.{id}.0>, {topic:?}, {key:?}}}"
                )
            }
            Self::NoPresence => f.write_str(":nopresence"),
            Self::KeyTooLong(max) => write!(f, "key is longer than {max} bytes"),
            Self::MetasTooLarge(max) => write!(f, "metas are larger than {max} bytes"),
            Self::TooManyKeys(max) => write!(f, "a channel may track {max} keys"),
            Self::TopicFull(max) => {
                write!(f, "topic is full: it may hold {max} bytes of metas")
            }
            Self::AllFull(max) => {
                write!(f, "server is full: it may hold {max} bytes of metas")
            }
        }
    }
}

impl std::error::Error for TrackError {}

/// The tracked metas of all topics.
#[derive(Debug)]
pub struct Tracker {
    refs: RefGenerator,
    fetch: Fetch,
    limits: Limits,
    topics: HashMap<String, Topic>,
    /// The sum of the bytes of all topics.
    bytes: usize,
}

#[derive(Debug, Default)]
struct Topic {
    // By key, then by age of the channel: Phoenix's order in lists.
    presences: BTreeMap<String, BTreeMap<ChannelId, Arc<TrackedMeta>>>,
    keys_of: HashMap<ChannelId, BTreeSet<String>>,
    bytes: usize,
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
        let tracked = self.topics.get(topic).and_then(|t| t.keys_of.get(&channel));
        if tracked.is_some_and(|keys| keys.contains(key)) {
            return Err(TrackError::AlreadyTracked(
                channel,
                topic.to_owned(),
                key.to_owned(),
            ));
        }
        if tracked.is_some_and(|keys| keys.len() >= self.limits.keys_per_channel) {
            return Err(TrackError::TooManyKeys(self.limits.keys_per_channel));
        }
        let meta = self.new_meta(None, fields)?;
        self.check_bytes(topic, 0, &meta)?;
        self.insert(channel, topic, key, &meta);
        let diff = PresenceDiff {
            joins: self.one(topic, key, &meta),
            leaves: PresenceMap::new(),
        };
        Ok((meta.phx_ref.clone(), diff))
    }

    /// Replaces the fields of a tracked key by the result of `change`.
    pub fn update(
        &mut self,
        channel: ChannelId,
        topic: &str,
        key: &str,
        change: impl FnOnce(Map<String, Value>) -> Map<String, Value>,
    ) -> Result<(String, PresenceDiff), TrackError> {
        let old = self
            .topics
            .get(topic)
            .and_then(|t| t.presences.get(key)?.get(&channel))
            .cloned()
            .ok_or(TrackError::NoPresence)?;
        let new = self.new_meta(Some(&old.phx_ref), change(old.fields.clone()))?;
        self.check_bytes(topic, old.bytes(), &new)?;
        self.remove(channel, topic, key);
        self.insert(channel, topic, key, &new);
        let diff = PresenceDiff {
            joins: self.one(topic, key, &new),
            leaves: self.one(topic, key, &old),
        };
        Ok((new.phx_ref.clone(), diff))
    }

    /// Stops tracking `key`; `None` if the channel did not track it.
    pub fn untrack(&mut self, channel: ChannelId, topic: &str, key: &str) -> Option<PresenceDiff> {
        let meta = self.remove(channel, topic, key)?;
        Some(PresenceDiff {
            joins: PresenceMap::new(),
            leaves: self.one(topic, key, &meta),
        })
    }

    /// Stops tracking all keys of a channel: one diff for all of them, or `None` without any.
    pub fn end(&mut self, channel: ChannelId, topic: &str) -> Option<PresenceDiff> {
        let keys = self.topics.get(topic)?.keys_of.get(&channel)?.clone();
        let mut leaves = PresenceMap::new();
        for key in keys {
            if let Some(meta) = self.remove(channel, topic, &key) {
                leaves.extend(self.one(topic, &key, &meta));
            }
        }
        Some(PresenceDiff {
            joins: PresenceMap::new(),
            leaves,
        })
    }

    /// The presences of a topic.
    pub fn list(&self, topic: &str) -> PresenceMap {
        let Some(entry) = self.topics.get(topic) else {
            return PresenceMap::new();
        };
        let presence = |key: &String| Some((key.clone(), self.get_by_key(topic, key)?));
        entry.presences.keys().filter_map(presence).collect()
    }

    /// The presence of one key.
    pub fn get_by_key(&self, topic: &str, key: &str) -> Option<PresenceEntry> {
        let metas = self.topics.get(topic)?.presences.get(key)?;
        Some(PresenceEntry {
            metas: metas.values().cloned().collect(),
            extra: (self.fetch)(topic, key),
        })
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

    /// Whether `meta` fits into the limits once `freed` bytes are released.
    fn check_bytes(&self, topic: &str, freed: usize, meta: &TrackedMeta) -> Result<(), TrackError> {
        let held = self.topics.get(topic).map_or(0, |t| t.bytes);
        if held - freed + meta.bytes() > self.limits.topic_bytes {
            return Err(TrackError::TopicFull(self.limits.topic_bytes));
        }
        if self.bytes - freed + meta.bytes() > self.limits.total_bytes {
            return Err(TrackError::AllFull(self.limits.total_bytes));
        }
        Ok(())
    }

    fn insert(&mut self, channel: ChannelId, topic: &str, key: &str, meta: &Arc<TrackedMeta>) {
        self.bytes += meta.bytes();
        self.topics
            .entry(topic.to_owned())
            .or_default()
            .insert(channel, key, meta);
    }

    fn remove(&mut self, channel: ChannelId, topic: &str, key: &str) -> Option<Arc<TrackedMeta>> {
        let entry = self.topics.get_mut(topic)?;
        let meta = entry.remove(channel, key)?;
        if entry.keys_of.is_empty() {
            self.topics.remove(topic);
        }
        self.bytes -= meta.bytes();
        Some(meta)
    }

    fn one(&self, topic: &str, key: &str, meta: &Arc<TrackedMeta>) -> PresenceMap {
        let presence = PresenceEntry {
            metas: vec![Arc::clone(meta)],
            extra: (self.fetch)(topic, key),
        };
        PresenceMap::from([(key.to_owned(), presence)])
    }
}

impl Topic {
    fn insert(&mut self, channel: ChannelId, key: &str, meta: &Arc<TrackedMeta>) {
        self.bytes += meta.bytes();
        self.presences
            .entry(key.to_owned())
            .or_default()
            .insert(channel, Arc::clone(meta));
        self.keys_of
            .entry(channel)
            .or_default()
            .insert(key.to_owned());
    }

    fn remove(&mut self, channel: ChannelId, key: &str) -> Option<Arc<TrackedMeta>> {
        let metas = self.presences.get_mut(key)?;
        let meta = metas.remove(&channel)?;
        if metas.is_empty() {
            self.presences.remove(key);
        }
        if let Some(keys) = self.keys_of.get_mut(&channel) {
            keys.remove(key);
            if keys.is_empty() {
                self.keys_of.remove(&channel);
            }
        }
        self.bytes -= meta.bytes();
        Some(meta)
    }
}

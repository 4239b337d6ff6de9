//! The metas of one topic, and the bytes of its `presence_state`.
//!
//! Invariant: `bytes` is never less than the length of the serialized state, short of its braces.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::tracker::ChannelId;
use super::wire::TrackedMeta;

#[derive(Debug, Default)]
pub(super) struct Topic {
    pub(super) keys: BTreeMap<String, TrackedKey>,
    pub(super) keys_of: HashMap<ChannelId, BTreeSet<String>>,
    pub(super) bytes: usize,
}

#[derive(Debug)]
pub(super) struct TrackedKey {
    /// By age of the channel: Phoenix's order in lists.
    pub(super) metas: BTreeMap<ChannelId, Arc<TrackedMeta>>,
    /// The bytes of the key and its fetched fields in a state.
    bytes: usize,
}

impl Topic {
    /// `key_bytes` are those of the key itself, which count once however many channels track it.
    pub(super) fn insert(
        &mut self,
        channel: ChannelId,
        key: &str,
        key_bytes: usize,
        meta: &Arc<TrackedMeta>,
    ) {
        self.bytes += key_bytes + meta.state_bytes();
        let tracked = self.keys.entry(key.to_owned());
        let tracked = tracked.or_insert_with(|| TrackedKey {
            metas: BTreeMap::new(),
            bytes: key_bytes,
        });
        tracked.metas.insert(channel, Arc::clone(meta));
        self.keys_of
            .entry(channel)
            .or_default()
            .insert(key.to_owned());
    }

    pub(super) fn replace(&mut self, channel: ChannelId, key: &str, new: &Arc<TrackedMeta>) {
        let Some(tracked) = self.keys.get_mut(key) else {
            return;
        };
        if let Some(old) = tracked.metas.insert(channel, Arc::clone(new)) {
            self.bytes = self.bytes - old.state_bytes() + new.state_bytes();
        }
    }

    pub(super) fn remove(&mut self, channel: ChannelId, key: &str) -> Option<Arc<TrackedMeta>> {
        let tracked = self.keys.get_mut(key)?;
        let meta = tracked.metas.remove(&channel)?;
        self.bytes -= meta.state_bytes();
        if tracked.metas.is_empty() {
            self.bytes -= tracked.bytes;
            self.keys.remove(key);
        }
        if let Some(keys) = self.keys_of.get_mut(&channel) {
            keys.remove(key);
            if keys.is_empty() {
                self.keys_of.remove(&channel);
            }
        }
        Some(meta)
    }
}

//! The payload of `presence_state`, serialized from the tracker itself.
//!
//! Invariant: its JSON equals that of [`Tracker::list`](super::Tracker::list), of which it needs no
//! copy: a copy allocates for each key, under the hub's lock.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::topic::{Topic, TrackedKey};
use super::wire::serialize_presence;

/// The presences of a topic.
#[derive(Debug)]
pub struct State<'a> {
    pub(super) topic: Option<&'a Topic>,
    /// The fetched fields of each key.
    pub(super) extra: BTreeMap<String, Map<String, Value>>,
}

struct KeyState<'a> {
    tracked: &'a TrackedKey,
    extra: Option<&'a Map<String, Value>>,
}

impl Serialize for State<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = self.topic.into_iter().flat_map(|topic| &topic.keys);
        serializer.collect_map(keys.map(|(key, tracked)| {
            let extra = self.extra.get(key);
            (key, KeyState { tracked, extra })
        }))
    }
}

impl Serialize for KeyState<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_presence(serializer, self.tracked.metas.values(), self.extra)
    }
}

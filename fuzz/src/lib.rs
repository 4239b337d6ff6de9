//! Shared by the fuzz targets: checks that hold for every roster, and a connection to a server.
//!
//! The expected results are computed without the code under test, except for reading one presence,
//! which defines what is well-formed.

#[path = "../../tests/common/changes.rs"]
mod changes;
pub mod connection;
mod members;
#[path = "../../tests/common/plain.rs"]
pub mod plain;

use std::fmt::Debug;

use phoenix_presence::{Change, Event, Events, Reason, Roster, State};
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Map, Value};

pub use members::{Members, Sides};

/// Metas of any shape.
pub type AnyMeta = Map<String, Value>;

/// Metas of two fields. Many payloads are malformed as these, so the roster reads them entry by entry.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Device {
    status: String,
    #[serde(default)]
    online_at: u64,
}

/// The bounds of a meta that the checks need.
pub trait Meta: Clone + Debug + PartialEq + Serialize + DeserializeOwned {}
impl<M: Clone + Debug + PartialEq + Serialize + DeserializeOwned> Meta for M {}

/// Events as the plain roster writes them.
pub fn as_json<M: Serialize>(events: impl Iterator<Item = Event<M>>) -> Vec<Value> {
    let written = events.map(|event| match event {
        Event::Join {
            key,
            current,
            joined,
        } => json!(["join", key, current, joined]),
        Event::Leave { key, current, left } => json!(["leave", key, current, left]),
    });
    written.collect()
}

/// Panics unless these are the changes from the roster `before` to `after`.
pub fn check_changes<M: Serialize + PartialEq>(
    before: &[(String, Value)],
    changes: &[Change<M>],
    reason: Reason,
    after: &[(String, Value)],
) {
    let mut expected = changes::between(before, after, reason);
    for change in changes {
        let actual = changes::sorted(changes::written(change));
        let expected = expected.remove(&**change.key()).map(changes::sorted);
        assert_eq!(Some(actual), expected);
    }
    assert!(expected.is_empty(), "missing changes: {expected:?}");
}

/// The keys of skipped entries in order; `None` for a malformed side of a diff.
pub fn skipped<M>(events: &Events<M>) -> Vec<Option<String>> {
    let keys = events.skipped().iter().map(|error| error.key());
    keys.map(|key| key.map(String::from)).collect()
}

/// The keys and presences of a roster in order.
pub fn listed<M: Serialize>(roster: &Roster<M>) -> Vec<(String, Value)> {
    let entries = roster.iter();
    entries
        .map(|(key, presence)| (key.into(), json!(presence)))
        .collect()
}

/// Panics unless the roster's methods agree with each other, and writing and reading it makes an
/// equal one.
pub fn check<M: Meta>(roster: &Roster<M>) {
    assert_eq!(roster.len(), roster.iter().count());
    let metas = roster.iter().map(|(_, presence)| presence.metas.len());
    assert_eq!(roster.meta_count(), metas.sum::<usize>());
    assert_eq!(roster.is_empty(), roster.iter().next().is_none());
    for (key, presence) in roster.iter() {
        assert_eq!(roster.get(key), Some(presence), "{key:?}");
        assert!(roster.contains(key), "{key:?}");
    }
    let state: State<M> = roster
        .iter()
        .map(|(key, presence)| (key, presence.clone()))
        .collect();
    let text = serde_json::to_string(&state).expect("a state is JSON");
    let mut again = Roster::<M>::new();
    let events = again
        .sync_state_json(&text)
        .expect("what was written is read");
    assert_eq!(skipped(&events), []);
    assert_eq!(&again, roster, "{text}");
}

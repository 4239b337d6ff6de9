//! A roster for Rust programs: who is online, with metas of your own type.
//!
//! Invariant: it holds what the well-formed part of the payloads says, in the
//! key order of a JavaScript object, and no presence without metas that a
//! payload did not put there so.

use std::collections::HashSet;
use std::sync::Arc;
use std::{fmt, vec};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::ordered::{array_index, Ordered};
use crate::payload;
use crate::refs::Metas;
use crate::sync::{sync_diff, sync_state, Applied, Pick, Store, Wanted};
use crate::wire::{Diff, Presence, State};

/// A program may read all that happened.
const ALL: Wanted = Wanted {
    joins: true,
    leaves: true,
};

/// Who is online.
///
/// Give it the payloads of `presence_state` and `presence_diff` as they arrive,
/// as text, as typed values or (on wasm32) as JavaScript values. Each call
/// returns what happened.
///
/// ```
/// use phoenix_presence::{Event, Roster};
///
/// #[derive(serde::Deserialize)]
/// struct Device {
///     device: String,
/// }
///
/// let mut roster = Roster::<Device>::new();
/// roster.sync_state_json(r#"{"alice":{"metas":[{"phx_ref":"1","device":"web"}]}}"#)?;
///
/// let diff = r#"{"joins":{"alice":{"metas":[{"phx_ref":"2","device":"phone"}]}},"leaves":{}}"#;
/// for event in roster.sync_diff_json(diff)? {
///     match event {
///         Event::Join { key, joined, .. } => println!("{key} on {}", joined.metas[0].data.device),
///         Event::Leave { key, current, .. } if current.metas.is_empty() => println!("{key} left"),
///         Event::Leave { key, .. } => println!("{key} closed a device"),
///     }
/// }
/// assert_eq!(roster.get("alice").map(|presence| presence.metas.len()), Some(2));
/// # Ok::<(), phoenix_presence::Error>(())
/// ```
#[derive(Debug, PartialEq)]
pub struct Roster<M = Map<String, Value>> {
    presences: Ordered<Arc<Presence<M>>>,
}

/// What happened to one key: the arguments of phoenix.js's `onJoin` and
/// `onLeave`.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<M> {
    /// Metas joined.
    Join {
        /// Who.
        key: Arc<str>,
        /// The presence before, if there was one.
        current: Option<Arc<Presence<M>>>,
        /// Only the metas that joined, and the fields that came with them.
        joined: Arc<Presence<M>>,
    },
    /// Metas left.
    Leave {
        /// Who.
        key: Arc<str>,
        /// What remains; without metas when the last one left.
        current: Arc<Presence<M>>,
        /// Only the metas that left, and the fields that came with them.
        left: Arc<Presence<M>>,
    },
}

/// What one payload did: an iterator of [`Event`]s, joins before leaves.
///
/// The roster is up to date before the first event is read, and stays so if
/// none is.
pub struct Events<M> {
    events: vec::IntoIter<Event<M>>,
    skipped: Vec<Error>,
}

impl<M> Roster<M> {
    /// An empty roster.
    pub fn new() -> Self {
        Self {
            presences: Ordered::new(),
        }
    }

    /// Makes the roster what a `presence_state` says, comparing by `phx_ref`.
    ///
    /// Metas already known stay as they are, and keep their order.
    pub fn sync_state(&mut self, state: &State<M>) -> Events<M> {
        self.apply_state(state, Vec::new())
    }

    /// Applies a `presence_diff`.
    pub fn sync_diff(&mut self, diff: &Diff<M>) -> Events<M> {
        self.apply_diff(diff, Vec::new())
    }

    fn apply_state(&mut self, State(state): &State<M>, skipped: Vec<Error>) -> Events<M> {
        let applied = sync_state(self, shared(state), |key| state.contains(key), ALL);
        Events::new(applied, skipped)
    }

    fn apply_diff(&mut self, diff: &Diff<M>, skipped: Vec<Error>) -> Events<M> {
        let (mut joins, mut leaves) = (shared(&diff.joins.0), shared(&diff.leaves.0));
        let applied = sync_diff(self, &mut joins, &mut leaves, ALL);
        Events::new(applied, skipped)
    }

    /// The presence of `key`.
    pub fn get(&self, key: &str) -> Option<&Presence<M>> {
        self.presences.get(key).map(Arc::as_ref)
    }

    /// Keys and presences, in the key order of a JavaScript object: integers
    /// ascending, then all others as they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Presence<M>)> {
        self.presences
            .iter()
            .map(|(key, presence)| (&**key, &**presence))
    }

    /// How many keys are online.
    pub fn len(&self) -> usize {
        self.presences.len()
    }

    /// Whether nobody is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<M: DeserializeOwned> Roster<M> {
    /// [`sync_state`](Self::sync_state) of JSON text or bytes.
    ///
    /// A presence that cannot be read is left out and named in
    /// [`Events::skipped`]; all others are applied.
    ///
    /// # Errors
    ///
    /// When the payload is not JSON or not an object. The roster is unchanged.
    pub fn sync_state_json(&mut self, json: impl AsRef<[u8]>) -> Result<Events<M>, Error> {
        payload::state(json.as_ref()).map(|read| self.apply_state(&read.payload, read.skipped))
    }

    /// [`sync_diff`](Self::sync_diff) of JSON text or bytes. A side that is
    /// missing is empty.
    ///
    /// # Errors
    ///
    /// As [`sync_state_json`](Self::sync_state_json).
    pub fn sync_diff_json(&mut self, json: impl AsRef<[u8]>) -> Result<Events<M>, Error> {
        payload::diff(json.as_ref()).map(|read| self.apply_diff(&read.payload, read.skipped))
    }
}

#[cfg(target_arch = "wasm32")]
impl<M: DeserializeOwned> Roster<M> {
    /// [`sync_state`](Self::sync_state) of a JavaScript value, such as the
    /// payload that a channel of phoenix.js hands to its callback.
    ///
    /// # Errors
    ///
    /// As [`sync_state_json`](Self::sync_state_json).
    pub fn sync_state_js(&mut self, payload: &wasm_bindgen::JsValue) -> Result<Events<M>, Error> {
        payload::state_js(payload).map(|read| self.apply_state(&read.payload, read.skipped))
    }

    /// [`sync_diff`](Self::sync_diff) of a JavaScript value.
    ///
    /// # Errors
    ///
    /// As [`sync_state_json`](Self::sync_state_json).
    pub fn sync_diff_js(&mut self, payload: &wasm_bindgen::JsValue) -> Result<Events<M>, Error> {
        payload::diff_js(payload).map(|read| self.apply_diff(&read.payload, read.skipped))
    }
}

impl<M> Clone for Roster<M> {
    /// A roster of its own that shares the presences.
    fn clone(&self) -> Self {
        Self {
            presences: self.presences.clone(),
        }
    }
}

impl<M> Default for Roster<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> Store for Roster<M> {
    type Key = Arc<str>;
    type Presence = Arc<Presence<M>>;

    fn len(&self) -> usize {
        self.presences.len()
    }

    fn get(&self, key: &Arc<str>) -> Option<Arc<Presence<M>>> {
        self.presences.get(key).cloned()
    }

    fn insert(&mut self, key: &Arc<str>, presence: &Arc<Presence<M>>) {
        self.presences.insert(Arc::clone(key), Arc::clone(presence));
    }

    fn replace(&mut self, key: &Arc<str>, presence: &Arc<Presence<M>>) {
        self.insert(key, presence);
    }

    fn remove(&mut self, key: &Arc<str>) {
        self.presences.remove(key);
    }

    fn entries(&self) -> Vec<(Arc<str>, Arc<Presence<M>>)> {
        shared(&self.presences).collect()
    }

    fn in_key_order<T>(mut entries: Vec<(Arc<str>, T)>) -> Vec<(Arc<str>, T)> {
        entries.sort_by_key(|(key, _)| array_index(key).unwrap_or(u32::MAX));
        entries
    }

    fn compose(
        fields: &Arc<Presence<M>>,
        picks: &[Pick<'_, Arc<Presence<M>>>],
    ) -> Arc<Presence<M>> {
        let mut metas = Vec::new();
        for pick in picks {
            match pick {
                Pick::All(presence) => metas.extend_from_slice(&presence.metas),
                Pick::At(presence, positions) => {
                    metas.extend(positions.iter().map(|&at| Arc::clone(&presence.metas[at])));
                }
            }
        }
        Arc::new(Presence {
            metas,
            fields: fields.fields.clone(),
        })
    }
}

impl<M> Metas for Arc<Presence<M>> {
    type Set<'a>
        = HashSet<Option<&'a str>>
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.metas.len()
    }

    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
        self.metas[at].phx_ref == other.metas[other_at].phx_ref
    }

    fn set(&self) -> HashSet<Option<&str>> {
        self.metas
            .iter()
            .map(|meta| meta.phx_ref.as_deref())
            .collect()
    }

    fn is_in(&self, at: usize, set: &HashSet<Option<&str>>) -> bool {
        set.contains(&self.metas[at].phx_ref.as_deref())
    }
}

/// Keys and presences, without copying either.
fn shared<M>(
    presences: &Ordered<Arc<Presence<M>>>,
) -> impl Iterator<Item = (Arc<str>, Arc<Presence<M>>)> + '_ {
    presences
        .iter()
        .map(|(key, presence)| (Arc::clone(key), Arc::clone(presence)))
}

impl<M> Events<M> {
    fn new(applied: Applied<Roster<M>>, skipped: Vec<Error>) -> Self {
        let joins = applied.joins.into_iter().map(|event| Event::Join {
            key: event.key,
            current: event.current,
            joined: event.joined,
        });
        let leaves = applied.leaves.into_iter().map(|event| Event::Leave {
            key: event.key,
            current: event.current,
            left: event.left,
        });
        let events: Vec<_> = joins.chain(leaves).collect();
        Self {
            events: events.into_iter(),
            skipped,
        }
    }

    /// The presences of the payload that could not be read, and why.
    pub fn skipped(&self) -> &[Error] {
        &self.skipped
    }
}

impl<M> Iterator for Events<M> {
    type Item = Event<M>;

    fn next(&mut self) -> Option<Event<M>> {
        self.events.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.events.size_hint()
    }
}

impl<M> ExactSizeIterator for Events<M> {}

impl<M: fmt::Debug> fmt::Debug for Events<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("events", &self.events.as_slice())
            .field("skipped", &self.skipped)
            .finish()
    }
}

//! A roster for Rust programs: who is online, with metas of your own type.
//!
//! Invariant: it holds what the well-formed part of the payloads says, in the
//! key order of a JavaScript object, and no presence without metas that a
//! payload did not put there so.

use std::collections::HashMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::change::{Reason, Touched};
use crate::error::Error;
use crate::event::Events;
use crate::ordered::{array_index, Ordered};
use crate::payload;
use crate::refs::Metas;
use crate::sync::{sync_diff, sync_state, Left, Pick, Resync, Store, Wanted};
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
/// returns what happened: [by user](Events::changes), or by metas, as an iterator of
/// [`Event`](crate::Event)s.
///
/// ```
/// use phoenix_presence::{Change, Roster};
///
/// #[derive(serde::Deserialize, PartialEq)]
/// struct Device {
///     device: String,
/// }
///
/// let mut roster = Roster::<Device>::new();
/// roster.sync_state_json(r#"{"alice":{"metas":[{"phx_ref":"1","device":"web"}]}}"#)?;
///
/// let diff = r#"{"joins":{"alice":{"metas":[{"phx_ref":"2","device":"phone"}]}},"leaves":{}}"#;
/// for change in roster.sync_diff_json(diff)?.changes() {
///     match change {
///         Change::Enter { key, .. } => println!("{key} came online"),
///         Change::Update { key, joined, left, .. } => {
///             println!("{key} opened {} devices and closed {}", joined.len(), left.len());
///             assert_eq!(joined[0].data.device, "phone");
///         }
///         Change::Exit { key, .. } => println!("{key} went offline"),
///     }
/// }
/// assert!(roster.contains("alice"));
/// assert_eq!(roster.meta_count(), 2);
/// # Ok::<(), phoenix_presence::Error>(())
/// ```
#[derive(Debug)]
pub struct Roster<M = Map<String, Value>> {
    presences: Ordered<Arc<Presence<M>>>,
    /// How many metas they have together.
    metas: usize,
    resync: Resync,
    /// Whether a state has come.
    synced: bool,
}

impl<M> Roster<M> {
    /// An empty roster.
    pub fn new() -> Self {
        Self {
            presences: Ordered::new(),
            metas: 0,
            resync: Resync::Keep,
            synced: false,
        }
    }

    /// The same roster, for which a `presence_state` does this to what is known
    /// already. It is [`Resync::Keep`] unless set.
    ///
    /// ```
    /// use phoenix_presence::{Resync, Roster};
    ///
    /// let mut roster = Roster::<serde_json::Value>::new().with_resync(Resync::Server);
    /// roster.sync_state_json(r#"{"ada":{"metas":[{"phx_ref":"1"}],"name":"Ada"}}"#)?;
    /// roster.sync_state_json(r#"{"ada":{"metas":[{"phx_ref":"1"}],"name":"Ada L."}}"#)?;
    /// assert_eq!(roster.get("ada").unwrap().fields["name"], "Ada L.");
    /// # Ok::<(), phoenix_presence::Error>(())
    /// ```
    #[must_use]
    pub fn with_resync(self, resync: Resync) -> Self {
        Self { resync, ..self }
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

    /// Whether `key` is online.
    pub fn contains(&self, key: &str) -> bool {
        self.presences.get(key).is_some()
    }

    /// How many metas (devices, tabs) they have together, in constant time.
    pub fn meta_count(&self) -> usize {
        self.metas
    }
}

/// `M` is compared to tell what a user changed from what is told twice.
impl<M: PartialEq> Roster<M> {
    /// Makes the roster what a `presence_state` says, comparing by `phx_ref`.
    ///
    /// Metas already known keep their order, and, unless
    /// [`with_resync`](Self::with_resync) says otherwise, stay as they are.
    pub fn sync_state(&mut self, state: &State<M>) -> Events<M> {
        self.apply_state(state, Vec::new())
    }

    /// Applies a `presence_diff`.
    pub fn sync_diff(&mut self, diff: &Diff<M>) -> Events<M> {
        self.apply_diff(diff, Vec::new())
    }

    fn apply_state(&mut self, State(state): &State<M>, skipped: Vec<Error>) -> Events<M> {
        let reason = match self.synced {
            true => Reason::Resync,
            false => Reason::Initial,
        };
        self.synced = true;
        let resync = self.resync;
        // A state that comes again mostly says what is known.
        let expected = state.len().saturating_sub(self.len());
        let mut applying = Applying::on(self, expected);
        let names = |key: &Arc<str>| state.contains(key);
        let applied = sync_state(&mut applying, shared(state), names, resync, ALL);
        let Applying { touched, .. } = applying;
        Events::new(applied, touched, reason, skipped)
    }

    fn apply_diff(&mut self, diff: &Diff<M>, skipped: Vec<Error>) -> Events<M> {
        let (mut joins, mut leaves) = (shared(&diff.joins.0), shared(&diff.leaves.0));
        let expected = diff.joins.len() + diff.leaves.len();
        let mut applying = Applying::on(self, expected);
        let applied = sync_diff(&mut applying, &mut joins, &mut leaves, ALL);
        let Applying { touched, .. } = applying;
        Events::new(applied, touched, Reason::Diff, skipped)
    }
}

impl<M: DeserializeOwned + PartialEq> Roster<M> {
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
impl<M: DeserializeOwned + PartialEq> Roster<M> {
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
            ..*self
        }
    }
}

impl<M: PartialEq> PartialEq for Roster<M> {
    /// Whether the same users are online, in the same order.
    fn eq(&self, other: &Self) -> bool {
        self.presences == other.presences
    }
}

impl<M> Default for Roster<M> {
    fn default() -> Self {
        Self::new()
    }
}

/// A roster to which a payload is applied, and what that wrote.
pub(crate) struct Applying<'a, M> {
    roster: &'a mut Roster<M>,
    touched: Vec<Touched<M>>,
}

impl<'a, M> Applying<'a, M> {
    /// So many keys will be written, as far as can be told.
    fn on(roster: &'a mut Roster<M>, expected: usize) -> Self {
        Self {
            roster,
            touched: Vec::with_capacity(expected),
        }
    }

    fn put(
        &mut self,
        key: &Arc<str>,
        before: Option<&Arc<Presence<M>>>,
        after: Option<&Arc<Presence<M>>>,
    ) {
        let Roster {
            presences, metas, ..
        } = &mut *self.roster;
        let count =
            |presence: Option<&Arc<Presence<M>>>| presence.map_or(0, |each| each.metas.len());
        *metas = *metas + count(after) - count(before);
        match after {
            Some(after) => presences.insert(Arc::clone(key), Arc::clone(after)),
            None => drop(presences.remove(key)),
        }
        self.touched.push(Touched {
            key: Arc::clone(key),
            before: before.cloned(),
            after: after.cloned(),
        });
    }
}

impl<M: PartialEq> Store for Applying<'_, M> {
    type Key = Arc<str>;
    type Presence = Arc<Presence<M>>;

    fn len(&self) -> usize {
        self.roster.len()
    }

    fn get(&self, key: &Arc<str>) -> Option<Arc<Presence<M>>> {
        self.roster.presences.get(key).cloned()
    }

    fn insert(&mut self, key: &Arc<str>, presence: &Arc<Presence<M>>) {
        self.put(key, None, Some(presence));
    }

    fn replace(
        &mut self,
        key: &Arc<str>,
        previous: &Arc<Presence<M>>,
        presence: &Arc<Presence<M>>,
    ) {
        self.put(key, Some(previous), Some(presence));
    }

    fn remove(&mut self, key: &Arc<str>, previous: &Arc<Presence<M>>) {
        self.put(key, Some(previous), None);
    }

    fn entries(&self) -> Vec<(Arc<str>, Arc<Presence<M>>)> {
        shared(&self.roster.presences).collect()
    }

    fn in_key_order(mut leaves: Vec<Left<Self>>) -> Vec<Left<Self>> {
        leaves.sort_by_key(|Left { key, .. }| array_index(key).unwrap_or(u32::MAX));
        leaves
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

    fn same_meta(
        presence: &Arc<Presence<M>>,
        at: usize,
        other: &Arc<Presence<M>>,
        other_at: usize,
    ) -> bool {
        let (one, other) = (&presence.metas[at], &other.metas[other_at]);
        Arc::ptr_eq(one, other) || one == other
    }

    fn same_fields(presence: &Arc<Presence<M>>, other: &Arc<Presence<M>>) -> bool {
        presence.fields == other.fields
    }
}

impl<M> Metas for Arc<Presence<M>> {
    type Index<'a>
        = HashMap<Option<&'a str>, usize>
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.metas.len()
    }

    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
        self.metas[at].phx_ref == other.metas[other_at].phx_ref
    }

    fn replaces(&self, at: usize, other: &Self, other_at: usize) -> bool {
        let replaced = &self.metas[at].phx_ref_prev;
        replaced.is_some() && *replaced == other.metas[other_at].phx_ref
    }

    fn index(&self) -> HashMap<Option<&str>, usize> {
        let refs = self.metas.iter().map(|meta| meta.phx_ref.as_deref());
        refs.zip(0..).collect()
    }

    fn place(&self, at: usize, index: &HashMap<Option<&str>, usize>) -> Option<usize> {
        index.get(&self.metas[at].phx_ref.as_deref()).copied()
    }

    fn place_replaced(&self, at: usize, index: &HashMap<Option<&str>, usize>) -> Option<usize> {
        let replaced = self.metas[at].phx_ref_prev.as_deref()?;
        index.get(&Some(replaced)).copied()
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

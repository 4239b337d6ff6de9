//! The roster of a Rust program: the users who are online, with typed metas.

mod change;
mod error;
mod event;
#[cfg(target_arch = "wasm32")]
mod js;
mod ordered;
mod payload;
mod store;
mod waiting;
mod wire;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use self::change::{Change, Updated};
pub use self::error::Error;
pub use self::event::{Event, Events};
pub use self::wire::{Diff, Meta, Presence, State};
pub use crate::sync::session::Reason;
pub use crate::sync::Resync;

pub(crate) use self::store::Presences;
use self::waiting::{Join, Waiting};
use crate::sync::session::{receive_diff, receive_state, Handled, Session};
use crate::sync::Results;

/// All results, since a program may read any of them.
const ALL: Results = Results {
    joins: true,
    leaves: true,
    changes: true,
};

/// The users of a channel who are online.
///
/// Give it the payloads of `presence_state` and `presence_diff` as they arrive, as text,
/// as typed values or (on wasm32) as JavaScript values, and call [`joined`](Self::joined)
/// each time that the server has answered a join. Each payload returns its result:
/// [changes by user](Events::changes), or [`Event`]s by metas.
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
/// roster.joined();
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
///
/// # Diffs before their state
///
/// Phoenix may deliver a `presence_diff` before the `presence_state` of the same join.
/// As in phoenix.js it waits, and is applied right after that state:
///
/// ```
/// # use phoenix_presence::Roster;
/// let mut roster = Roster::<serde_json::Value>::new();
/// let diff = r#"{"joins":{},"leaves":{"alice":{"metas":[{"phx_ref":"1"}]}}}"#;
/// assert_eq!(roster.sync_diff_json(diff)?.changes(), []);
///
/// roster.sync_state_json(r#"{"alice":{"metas":[{"phx_ref":"1"}]}}"#)?;
/// assert!(!roster.contains("alice"));
/// # Ok::<(), phoenix_presence::Error>(())
/// ```
#[derive(Debug)]
pub struct Roster<M = Map<String, Value>> {
    presences: Presences<M>,
    resync: Resync,
    /// The current join.
    join: Join,
    /// The join whose state was applied last.
    state_of: Option<Join>,
    waiting: Waiting<M>,
}

impl<M> Roster<M> {
    /// An empty roster.
    pub fn new() -> Self {
        Self {
            presences: Presences::new(),
            resync: Resync::Keep,
            join: 0,
            state_of: None,
            waiting: Waiting::new(0),
        }
    }

    /// The same roster with another way to treat known metas in a later `presence_state`.
    /// The default is [`Resync::Keep`].
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
        self.presences.by_key().get(key).map(Arc::as_ref)
    }

    /// Keys and presences, in the key order of a JavaScript object: integers ascending,
    /// then all others in the order in which they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Presence<M>)> {
        self.presences
            .by_key()
            .iter()
            .map(|(key, presence)| (&**key, &**presence))
    }

    /// The presence of `key`, shared.
    #[cfg(feature = "client")]
    pub(crate) fn get_shared(&self, key: &str) -> Option<&Arc<Presence<M>>> {
        self.presences.by_key().get(key)
    }

    /// Keys and presences, shared, in the same order.
    #[cfg(feature = "client")]
    pub(crate) fn iter_shared(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Presence<M>>)> {
        self.presences.by_key().iter()
    }

    /// How many keys are online.
    pub fn len(&self) -> usize {
        self.presences.by_key().len()
    }

    /// Whether no key is online.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether `key` is online.
    pub fn contains(&self, key: &str) -> bool {
        self.presences.by_key().contains(key)
    }

    /// How many metas (devices, tabs) all keys have together, in constant time.
    pub fn meta_count(&self) -> usize {
        self.presences.meta_count()
    }
}

/// `M` is compared, so that a repeated message produces no change.
impl<M: PartialEq> Roster<M> {
    /// Begins a join of the channel, the first or a later one: call it when the server has
    /// answered the join. The next `presence_state` belongs to it.
    ///
    /// Until that state comes, diffs wait. Diffs that wait already are dropped: they were
    /// broadcast before the join, and the state to come accounts for them. Users stay in
    /// the roster meanwhile.
    ///
    /// Without this call, diffs that come between a rejoin and its state are applied to
    /// the state of the earlier join. The next state corrects the roster.
    ///
    /// ```
    /// # use phoenix_presence::Roster;
    /// # let mut roster = Roster::<serde_json::Value>::new();
    /// roster.sync_state_json(r#"{"ada":{"metas":[{"phx_ref":"1"}]}}"#)?;
    ///
    /// roster.joined(); // again, after a reconnect
    /// roster.sync_diff_json(r#"{"joins":{"eve":{"metas":[{"phx_ref":"2"}]}}}"#)?;
    /// assert!(!roster.is_synced() && !roster.contains("eve"));
    ///
    /// roster.sync_state_json(r#"{"ada":{"metas":[{"phx_ref":"3"}]}}"#)?;
    /// assert!(roster.is_synced() && roster.contains("eve"));
    /// # Ok::<(), phoenix_presence::Error>(())
    /// ```
    pub fn joined(&mut self) {
        self.join += 1;
        self.drop_waiting();
        let join = self.join;
        self.wait_for(&join);
    }

    /// Drops the diffs that wait: call it when the `phx_close` of an earlier join of the
    /// same topic comes over the same socket.
    ///
    /// The `presence_state` to come accounts for everything that was broadcast before that
    /// close. Once the state has come, no diff waits, and the call has no effect.
    ///
    /// ```
    /// # use phoenix_presence::Roster;
    /// # let mut roster = Roster::<serde_json::Value>::new();
    /// roster.joined(); // right after the topic was left
    /// roster.sync_diff_json(r#"{"joins":{"ada":{"metas":[{"phx_ref":"earlier"}]}}}"#)?;
    /// roster.earlier_join_closed();
    ///
    /// roster.sync_state_json(r#"{"ada":{"metas":[{"phx_ref":"1"}]}}"#)?;
    /// assert_eq!(roster.meta_count(), 1);
    /// # Ok::<(), phoenix_presence::Error>(())
    /// ```
    pub fn earlier_join_closed(&mut self) {
        self.drop_waiting();
    }

    /// Whether the `presence_state` of the current join has come.
    pub fn is_synced(&self) -> bool {
        self.has_state_of(&self.join)
    }

    /// Applies a `presence_state`, comparing by `phx_ref`, then the diffs that waited for
    /// it.
    ///
    /// Known metas keep their order. With [`Resync::Keep`], they also keep their content.
    pub fn sync_state(&mut self, state: &State<M>) -> Events<M> {
        self.apply_state(state, Vec::new())
    }

    /// Applies a `presence_diff`, or lets it wait for the state of the current join.
    pub fn sync_diff(&mut self, diff: &Diff<M>) -> Events<M> {
        self.apply_diff(diff.clone(), Vec::new())
    }

    fn apply_state(&mut self, state: &State<M>, skipped: Vec<Error>) -> Events<M> {
        let (join, resync) = (self.join, self.resync);
        let names = |key: &Arc<str>| state.get(key).is_some();
        let (reason, writes) = receive_state(self, &join, state.shared(), names, resync, ALL);
        Events::new(self.presences.take_events(), writes, reason, skipped)
    }

    fn apply_diff(&mut self, diff: Diff<M>, skipped: Vec<Error>) -> Events<M> {
        let join = self.join;
        let writes = match receive_diff(self, &join, false, diff, ALL) {
            Handled::Applied(writes) => writes,
            Handled::Waits | Handled::Dropped => Vec::new(),
        };
        Events::new(self.presences.take_events(), writes, Reason::Diff, skipped)
    }
}

impl<M: DeserializeOwned + PartialEq> Roster<M> {
    /// [`sync_state`](Self::sync_state) of JSON text or bytes.
    ///
    /// A presence that cannot be read is skipped and named in [`Events::skipped`]; all
    /// others are applied.
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
        payload::diff(json.as_ref()).map(|read| self.apply_diff(read.payload, read.skipped))
    }
}

impl<M> Clone for Roster<M> {
    /// An independent roster that shares the presences.
    fn clone(&self) -> Self {
        Self {
            presences: self.presences.clone(),
            waiting: self.waiting.clone(),
            ..*self
        }
    }
}

impl<M: PartialEq> PartialEq for Roster<M> {
    /// Whether the same users are online, in the same order.
    fn eq(&self, other: &Self) -> bool {
        self.presences.by_key() == other.presences.by_key()
    }
}

impl<M> Default for Roster<M> {
    fn default() -> Self {
        Self::new()
    }
}

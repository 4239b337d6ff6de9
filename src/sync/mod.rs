//! The algorithm: applies the messages of a channel to a roster. All stores share this
//! one copy.
//!
//! A [`Store`] holds the roster: the typed `Roster<M>` of a Rust program, or the
//! JavaScript object that a user of the npm package reads as `state`. A message takes
//! this way:
//!
//! | module | step |
//! |---|---|
//! | [`session`] | decides whether the message is applied, waits or is dropped |
//! | [`state`], [`diff`] | apply a `presence_state` or a `presence_diff` |
//! | [`transaction`] | records their writes, by user |
//! | [`delta`] | compares a user before and after, for a list of changes |
//! | [`refs`] | compares two lists of metas by their refs |
//!
//! Presences are values: those in the store and those in a payload are never modified.
//! A presence that differs is a new one, made of the same metas.

use alloc::vec::Vec;

pub(crate) mod delta;
mod diff;
pub(crate) mod refs;
pub(crate) mod session;
mod state;
mod transaction;

pub(crate) use diff::{sync_diff, OrderedPresences};
pub(crate) use refs::Metas;
pub(crate) use state::sync_state;
pub use state::Resync;
#[cfg(feature = "std")]
pub(crate) use transaction::Write;
pub(crate) use transaction::{Transaction, Writes};

/// A place that keeps presences by key, in the key order of a JavaScript object.
pub(crate) trait Store {
    /// The key of a user. Cloning is cheap.
    type Key: Clone;
    /// A list of metas, and the fields that the server adds beside it. Cloning
    /// is cheap and shares the metas.
    type Presence: Clone + Metas;
    /// A map from keys to positions in a list.
    type Positions;

    /// How many presences there are.
    fn len(&self) -> usize;

    /// The presence of `key`.
    fn get(&self, key: &Self::Key) -> Option<Self::Presence>;

    /// Adds a key that is not there.
    fn insert(&mut self, key: &Self::Key, presence: &Self::Presence);

    /// Sets the presence of a key whose presence was `previous`. The key keeps its
    /// place.
    fn replace(&mut self, key: &Self::Key, previous: &Self::Presence, presence: &Self::Presence);

    /// Removes a key whose presence was `previous`.
    fn remove(&mut self, key: &Self::Key, previous: &Self::Presence);

    /// Removes a key whose value is not a presence, which only a program that writes
    /// into the store itself can cause.
    fn remove_malformed(&mut self, key: &Self::Key);

    /// All keys, in key order.
    fn keys(&self) -> Vec<Self::Key>;

    /// The positions of leaves that are in insertion order, in key order.
    fn key_order(leaves: &[Left<Self>]) -> Vec<usize>;

    /// A presence with the fields of `fields` and the picked metas, one after
    /// the other.
    fn compose(fields: &Self::Presence, picks: &[Pick<'_, Self::Presence>]) -> Self::Presence;

    /// Whether the meta at `at` has the same content, ref included, as the one at
    /// `other_at` in `other`.
    fn same_meta(
        presence: &Self::Presence,
        at: usize,
        other: &Self::Presence,
        other_at: usize,
    ) -> bool;

    /// Whether the fields beside the metas are the same.
    fn same_fields(presence: &Self::Presence, other: &Self::Presence) -> bool;

    /// Whether two keys are the same.
    fn same_key(key: &Self::Key, other: &Self::Key) -> bool;

    /// An empty map.
    fn positions() -> Self::Positions;

    /// The position of `key`.
    fn position(positions: &Self::Positions, key: &Self::Key) -> Option<usize>;

    /// Sets the position of `key`.
    fn set_position(positions: &mut Self::Positions, key: &Self::Key, position: usize);

    /// Reports metas that joined: the arguments of `onJoin` in phoenix.js.
    fn joined(
        &mut self,
        key: &Self::Key,
        current: Option<&Self::Presence>,
        joined: &Self::Presence,
    );

    /// Reports metas that left: the arguments of `onLeave` in phoenix.js.
    fn left(&mut self, left: &Left<Self>);
}

/// Metas taken from a presence.
pub(crate) enum Pick<'a, P> {
    /// All of them.
    All(&'a P),
    /// Those at these positions.
    At(&'a P, &'a [usize]),
}

/// The metas of one key that left.
pub(crate) struct Left<S: Store + ?Sized> {
    pub key: S::Key,
    /// The presence that remains: without metas when the last one left.
    pub current: S::Presence,
    /// The metas that left, with the fields that came with them.
    pub left: S::Presence,
}

/// The results of a message that the caller reads. The others are not computed.
#[derive(Clone, Copy)]
pub(crate) struct Results {
    /// Reports of metas that joined.
    pub joins: bool,
    /// Reports of metas that left.
    pub leaves: bool,
    /// The writes, by user.
    pub changes: bool,
}

/// Whether two presences have the same metas in the same order, and the same fields.
pub(crate) fn same<S: Store>(presence: &S::Presence, other: &S::Presence) -> bool {
    presence.len() == other.len()
        && (0..presence.len()).all(|at| S::same_meta(presence, at, other, at))
        && S::same_fields(presence, other)
}

/// `presence` with only the metas at `positions`. If these are all, in order, it is
/// `presence` itself.
fn only<S: Store>(presence: &S::Presence, positions: &[usize]) -> S::Presence {
    if positions.iter().copied().eq(0..presence.len()) {
        presence.clone()
    } else {
        S::compose(presence, &[Pick::At(presence, positions)])
    }
}

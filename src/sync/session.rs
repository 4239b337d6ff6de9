//! The session: decides for each message of a channel whether it is applied, waits or
//! is dropped.
//!
//! A `presence_diff` that arrives before the `presence_state` of its join waits, and is
//! applied right after that state. A diff that was broadcast before the join is dropped:
//! the state to come accounts for it already, and applying it afterwards would bring
//! back a user who left. Three things give such a diff away: it arrived under an earlier
//! join, it arrived before the join was answered, or a `phx_close` of an earlier join
//! came after it on the same socket ([`drop_waiting`]).
//!
//! [`drop_waiting`]: Session::drop_waiting

use alloc::vec::Vec;

use super::{sync_diff, sync_state, OrderedPresences, Results, Resync, Store, Transaction, Writes};

/// The number of diffs that wait one by one, each with events of its own. Later diffs are
/// merged into one, so that memory stays bounded.
pub(crate) const MAX_SEPARATE_DIFFS: usize = 1_000;

/// Merging diffs reads no results.
const NOTHING: Results = Results {
    joins: false,
    leaves: false,
    changes: false,
};

/// The kind of message behind a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The first `presence_state`.
    Initial,
    /// A later `presence_state`, as after a reconnect.
    Resync,
    /// A `presence_diff`.
    // The store over text alone names no reason of a diff.
    #[cfg_attr(not(any(feature = "std", feature = "npm")), allow(dead_code))]
    Diff,
}

/// The memory between two messages: the store, the join whose state it holds, and the
/// diffs that wait.
pub(crate) trait Session {
    type Store: Store;
    /// Names a join of the channel.
    type JoinRef;
    type Diff: DiffPayload<Store = Self::Store>;
    type Merged<'a>: Merged<Store = Self::Store>
    where
        Self: 'a;

    fn store(&mut self) -> &mut Self::Store;

    /// Whether any state was applied.
    fn has_state(&self) -> bool;

    /// Whether the state of this join was applied.
    fn has_state_of(&self, join_ref: &Self::JoinRef) -> bool;

    /// Remembers that the state of this join is applied.
    fn set_state_of(&mut self, join_ref: &Self::JoinRef);

    /// Whether the diffs that wait arrived under this join.
    fn waits_for(&self, join_ref: &Self::JoinRef) -> bool;

    /// How many diffs wait, not counting merged ones.
    fn waiting(&self) -> usize;

    /// Sets the join under which the next waiting diffs arrive. No diff waits yet.
    fn wait_for(&mut self, join_ref: &Self::JoinRef);

    /// Adds a diff to those that wait.
    fn add_waiting(&mut self, diff: Self::Diff);

    /// The waiting diffs that were merged.
    fn merged(&mut self) -> Self::Merged<'_>;

    /// Drops all diffs that wait.
    fn drop_waiting(&mut self);

    /// Removes and returns the diffs that wait, in the order in which they are applied.
    fn take_waiting(&mut self) -> Vec<Self::Diff>;
}

/// The payload of a `presence_diff`.
pub(crate) trait DiffPayload {
    type Store: Store;
    type Side<'a>: Iterator<
        Item = (
            <Self::Store as Store>::Key,
            <Self::Store as Store>::Presence,
        ),
    >
    where
        Self: 'a;

    fn joins(&self) -> Self::Side<'_>;

    fn leaves(&self) -> Self::Side<'_>;
}

/// Waiting diffs merged into one: the metas that are there after all of them, and the
/// refs of the metas that left.
///
/// The ref of a meta that joined and left while waiting is kept, too: the server may
/// have taken the state to come between that join and that leave.
pub(crate) trait Merged {
    type Store: Store;

    /// The presences that joined and are still there.
    fn joins(&mut self) -> &mut Self::Store;

    /// Adds metas of a user that left.
    fn add_left(
        &mut self,
        key: &<Self::Store as Store>::Key,
        left: &<Self::Store as Store>::Presence,
    );

    /// Removes metas of a user that joined again.
    fn remove_left(
        &mut self,
        key: &<Self::Store as Store>::Key,
        joined: &<Self::Store as Store>::Presence,
    );
}

/// The outcome of a diff.
pub(crate) enum Handled<S: Store> {
    Applied(Writes<S>),
    Waits,
    Dropped,
}

/// Handles a `presence_state` that arrived under `join_ref`: applies it, then the
/// diffs that waited for it. `names` is whether a key is in `state`.
pub(crate) fn receive_state<S: Session>(
    session: &mut S,
    join_ref: &S::JoinRef,
    state: impl IntoIterator<Item = (<S::Store as Store>::Key, <S::Store as Store>::Presence)>,
    names: impl Fn(&<S::Store as Store>::Key) -> bool,
    resync: Resync,
    results: Results,
) -> (Reason, Writes<S::Store>) {
    let reason = match session.has_state() {
        true => Reason::Resync,
        false => Reason::Initial,
    };
    if !session.waits_for(join_ref) {
        session.drop_waiting();
    }
    let waiting = session.take_waiting();
    session.set_state_of(join_ref);

    let recording = results.changes || !waiting.is_empty();
    let mut transaction = Transaction::new(session.store(), recording);
    sync_state(&mut transaction, state, names, resync, results);
    for diff in &waiting {
        let (mut joins, mut leaves) = (diff.joins(), diff.leaves());
        sync_diff(&mut transaction, &mut joins, &mut leaves, results);
    }
    (reason, transaction.finish())
}

/// Handles a `presence_diff` that arrived under `join_ref`. `joining` is whether that
/// join is not answered yet.
pub(crate) fn receive_diff<S: Session>(
    session: &mut S,
    join_ref: &S::JoinRef,
    joining: bool,
    diff: S::Diff,
    results: Results,
) -> Handled<S::Store> {
    if session.has_state_of(join_ref) {
        let mut transaction = Transaction::new(session.store(), results.changes);
        let (mut joins, mut leaves) = (diff.joins(), diff.leaves());
        sync_diff(&mut transaction, &mut joins, &mut leaves, results);
        return Handled::Applied(transaction.finish());
    }
    if joining {
        return Handled::Dropped;
    }
    if !session.waits_for(join_ref) {
        session.drop_waiting();
        session.wait_for(join_ref);
    }
    if session.waiting() < MAX_SEPARATE_DIFFS {
        session.add_waiting(diff);
    } else {
        merge(&mut session.merged(), &diff);
    }
    Handled::Waits
}

/// Merges a diff into those that were merged before.
fn merge<M: Merged>(merged: &mut M, diff: &impl DiffPayload<Store = M::Store>) {
    // Both sides are read once, since reading reports what is malformed. Loops are less
    // WebAssembly than `collect`.
    let (mut joins, mut leaves) = (Vec::new(), Vec::new());
    for join in diff.joins() {
        merged.remove_left(&join.0, &join.1);
        joins.push(join);
    }
    for leave in diff.leaves() {
        leaves.push(leave);
    }
    let mut transaction = Transaction::new(merged.joins(), false);
    let joins: OrderedPresences<'_, M::Store> = &mut joins.into_iter();
    let left: OrderedPresences<'_, M::Store> = &mut leaves.iter().cloned();
    sync_diff(&mut transaction, joins, left, NOTHING);
    for (key, left) in &leaves {
        merged.add_left(key, left);
    }
}

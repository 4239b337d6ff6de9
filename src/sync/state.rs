//! Applies a `presence_state` to a roster.

use alloc::{vec, vec::Vec};
use core::mem;

use super::refs::{changed, compare, Comparison};
use super::{only, same, Left, Metas, Pick, Results, Store, Transaction};

/// How a later `presence_state` treats the metas whose refs are known, and the fields of
/// their presence.
///
/// Either way, users and their metas keep the order in which they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resync {
    /// They stay as first seen, as in phoenix.js: fields change only with a meta that
    /// joins.
    #[default]
    Keep,
    /// They become what the server says, and a difference is an update.
    Server,
}

/// Makes the store hold the presences of `state`, comparing by `phx_ref`.
///
/// `state` lists presences in key order; `names` is whether a key is among them.
pub(crate) fn sync_state<S: Store>(
    transaction: &mut Transaction<'_, S>,
    state: impl IntoIterator<Item = (S::Key, S::Presence)>,
    names: impl Fn(&S::Key) -> bool,
    resync: Resync,
    results: Results,
) {
    let before = transaction.store().len();
    let mut known = 0;
    let mut fewer = Vec::new();

    for (key, presence) in state {
        let current = if before == 0 {
            None
        } else {
            transaction.store().get(&key)
        };
        let Some(current) = current else {
            transaction.write(&key, None, Some(&presence));
            if results.joins {
                transaction.store().joined(&key, None, &presence);
            }
            continue;
        };
        known += 1;
        let merged = merge::<S>(&current, &presence, resync);
        let Some((next, Comparison { left, joined, .. })) = merged else {
            continue;
        };
        let remains = next.len() > 0 || left.is_empty();
        transaction.write(&key, Some(&current), remains.then_some(&next));
        if !left.is_empty() && results.leaves {
            fewer.push(Left {
                key: key.clone(),
                current: next,
                left: only::<S>(&current, &left),
            });
        }
        if !joined.is_empty() && results.joins {
            let joined = only::<S>(&presence, &joined);
            transaction.store().joined(&key, Some(&current), &joined);
        }
    }

    let mut leaves = if known < before {
        remove_vanished(transaction, names, results)
    } else {
        Vec::new()
    };
    // phoenix.js collects users who vanished, then users with fewer metas, in one
    // object and walks that. Each list is in key order already, both together are not.
    let both = !leaves.is_empty() && !fewer.is_empty();
    leaves.append(&mut fewer);
    let order = if both {
        S::key_order(&leaves)
    } else {
        (0..leaves.len()).collect()
    };
    for at in order {
        transaction.store().left(&leaves[at]);
    }
}

/// The new presence of a user whom the server names; `None` if it stays as it is.
fn merge<S: Store>(
    current: &S::Presence,
    presence: &S::Presence,
    resync: Resync,
) -> Option<(S::Presence, Comparison)> {
    let comparison = match resync {
        Resync::Keep => changed(current, presence)?,
        // The usual answer after a reconnect.
        Resync::Server if same::<S>(current, presence) => return None,
        Resync::Server => compare(current, presence),
    };
    let Comparison {
        stayed,
        places,
        left,
        joined,
    } = &comparison;
    let next = match (resync, stayed.is_empty(), joined.is_empty()) {
        (Resync::Server, ..) => only::<S>(presence, &with_first(places, presence.len())),
        (_, true, false) => only::<S>(presence, joined),
        (_, _, none_joined) => S::compose(
            if none_joined { current } else { presence },
            &[Pick::At(current, stayed), Pick::At(presence, joined)],
        ),
    };
    let unchanged = left.is_empty() && joined.is_empty() && same::<S>(current, &next);
    (!unchanged).then_some((next, comparison))
}

/// All of the first `len` positions: those in `places` first, in that order, then the
/// others. So no meta that the server sent is lost, even if several share a ref.
fn with_first(places: &[usize], len: usize) -> Vec<usize> {
    let mut order = Vec::new();
    let mut placed = vec![false; len];
    for &place in places {
        if !mem::replace(&mut placed[place], true) {
            order.push(place);
        }
    }
    for (at, placed) in placed.into_iter().enumerate() {
        if !placed {
            order.push(at);
        }
    }
    order
}

/// Removes the keys that the server does not name.
fn remove_vanished<S: Store>(
    transaction: &mut Transaction<'_, S>,
    names: impl Fn(&S::Key) -> bool,
    results: Results,
) -> Vec<Left<S>> {
    let mut leaves = Vec::new();
    for key in transaction.store().keys() {
        let Some(presence) = transaction.store().get(&key) else {
            transaction.store().remove_malformed(&key);
            continue;
        };
        if names(&key) {
            continue;
        }
        transaction.write(&key, Some(&presence), None);
        if results.leaves {
            leaves.push(Left {
                key,
                current: S::compose(&presence, &[]),
                left: presence,
            });
        }
    }
    leaves
}

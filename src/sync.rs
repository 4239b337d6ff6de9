//! What a `presence_state` or a `presence_diff` does to a roster: the one copy
//! of the algorithm, for every place that keeps one.
//!
//! A roster is whatever implements [`Store`]: the typed [`Roster`] of a Rust
//! program, or the JavaScript object that an npm user reads as `state`.
//!
//! Invariant: presences are values. Neither what the store holds nor what the
//! server sent is ever changed; a presence that differs is a new one, made of
//! the same metas. When a function here returns, the store is complete, and
//! what happened is a list: callbacks cannot see, or stop, half a message.
//!
//! [`Roster`]: crate::Roster

use crate::refs::{absent, change, Change, Ref};

/// A place that keeps presences by key, in the key order of a JavaScript object.
pub(crate) trait Store {
    /// Names a user. Cloning is cheap.
    type Key: Clone;
    /// A list of metas, and the fields that the server adds beside it. Cloning
    /// is cheap and shares the metas.
    type Presence: Clone;
    /// A `phx_ref` of a presence.
    type Ref<'a>: Ref
    where
        Self: 'a;

    /// How many presences there are.
    fn len(&self) -> usize;

    /// The presence of `key`.
    fn get(&self, key: &Self::Key) -> Option<Self::Presence>;

    /// Sets the presence of `key`, which keeps its place if it had one.
    fn insert(&mut self, key: &Self::Key, presence: &Self::Presence);

    /// Removes `key`.
    fn remove(&mut self, key: &Self::Key);

    /// All presences in key order.
    fn entries(&self) -> Vec<(Self::Key, Self::Presence)>;

    /// Sorts what is in insertion order into key order.
    fn in_key_order<T>(entries: Vec<(Self::Key, T)>) -> Vec<(Self::Key, T)>;

    /// The refs of the metas of `presence`, in order.
    fn refs(presence: &Self::Presence) -> Vec<Self::Ref<'_>>;

    /// A presence with the fields of `fields` and the metas that `picks` name,
    /// one after the other.
    fn compose(fields: &Self::Presence, picks: &[Pick<'_, Self::Presence>]) -> Self::Presence;
}

/// Metas taken from a presence: those at these positions.
pub(crate) type Pick<'a, P> = (&'a P, &'a [usize]);

/// A key whose metas joined, left, or both, as phoenix.js tells it.
pub(crate) struct Joined<S: Store + ?Sized> {
    /// Who.
    pub key: S::Key,
    /// The presence before.
    pub current: Option<S::Presence>,
    /// The metas that joined, with the fields that came with them.
    pub joined: S::Presence,
}

/// A key some of whose metas left.
pub(crate) struct Left<S: Store + ?Sized> {
    /// Who.
    pub key: S::Key,
    /// What remains: no metas when it was the last of them.
    pub current: S::Presence,
    /// The metas that left, with the fields that came with them.
    pub left: S::Presence,
}

/// What a message did: all joins, then all leaves, in the order to report them.
pub(crate) struct Applied<S: Store + ?Sized> {
    pub joins: Vec<Joined<S>>,
    pub leaves: Vec<Left<S>>,
}

/// Makes `store` hold what the server says it should, comparing by `phx_ref`.
///
/// `state` lists presences in key order, and `names` tells whether a key is among
/// them. Metas and fields of refs known already stay as first seen, and keys and
/// metas keep the order in which they came, as in phoenix.js.
pub(crate) fn sync_state<S: Store>(
    store: &mut S,
    state: impl IntoIterator<Item = (S::Key, S::Presence)>,
    names: impl Fn(&S::Key) -> bool,
) -> Applied<S> {
    let before = store.len();
    let mut known = 0;
    let mut joins = Vec::new();
    let mut fewer = Vec::new();

    for (key, presence) in state {
        let Some(current) = store.get(&key) else {
            store.insert(&key, &presence);
            joins.push(Joined {
                key,
                current: None,
                joined: presence,
            });
            continue;
        };
        known += 1;
        let change = change(&S::refs(&current), &S::refs(&presence));
        let Some(Change {
            stayed,
            left,
            joined,
        }) = change
        else {
            continue;
        };

        let fields = if joined.is_empty() {
            &current
        } else {
            &presence
        };
        let next = S::compose(fields, &[(&current, &stayed), (&presence, &joined)]);
        put(store, &key, &next, stayed.len() + joined.len());
        if !left.is_empty() {
            let left = S::compose(&current, &[(&current, &left)]);
            fewer.push((key.clone(), (next, left)));
        }
        if !joined.is_empty() {
            let joined = S::compose(&presence, &[(&presence, &joined)]);
            joins.push(Joined {
                key,
                current: Some(current),
                joined,
            });
        }
    }

    let gone = if known < before {
        remove_vanished(store, names)
    } else {
        Vec::new()
    };
    // phoenix.js collects who vanished, then who has fewer metas, in one object
    // and walks that: each list is in key order already, both together are not.
    let leaves = match (gone.is_empty(), fewer.is_empty()) {
        (_, true) => gone,
        (true, _) => fewer,
        _ => S::in_key_order(gone.into_iter().chain(fewer).collect()),
    };
    let leaves = leaves
        .into_iter()
        .map(|(key, (current, left))| Left { key, current, left });
    Applied {
        joins,
        leaves: leaves.collect(),
    }
}

/// Removes the keys that the server does not name: `(what remains, what left)` of each.
#[allow(clippy::type_complexity)] // a list of pairs, spelled out once
fn remove_vanished<S: Store>(
    store: &mut S,
    names: impl Fn(&S::Key) -> bool,
) -> Vec<(S::Key, (S::Presence, S::Presence))> {
    let entries = store.entries().into_iter();
    let vanished = entries.filter(|(key, _)| !names(key));
    vanished
        .map(|(key, presence)| {
            store.remove(&key);
            let remains = S::compose(&presence, &[]);
            (key, (remains, presence))
        })
        .collect()
}

/// Adds the metas in `joins`, then takes away those in `leaves`.
///
/// A join replaces the metas whose refs it names and brings its own fields; a
/// leave of a key that is not there is nothing.
pub(crate) fn sync_diff<S: Store>(
    store: &mut S,
    joins: impl IntoIterator<Item = (S::Key, S::Presence)>,
    leaves: impl IntoIterator<Item = (S::Key, S::Presence)>,
) -> Applied<S> {
    let joins = joins.into_iter().map(|(key, joined)| {
        let current = store.get(&key);
        let next = current.as_ref().and_then(|current| {
            let refs = S::refs(&joined);
            let kept = absent(&S::refs(current), &refs);
            let all: Vec<usize> = (0..refs.len()).collect();
            (!kept.is_empty()).then(|| S::compose(&joined, &[(current, &kept), (&joined, &all)]))
        });
        store.insert(&key, next.as_ref().unwrap_or(&joined));
        Joined {
            key,
            current,
            joined,
        }
    });
    let joins = joins.collect();

    let leaves = leaves.into_iter().filter_map(|(key, left)| {
        let current = store.get(&key)?;
        let (stay, all_stay) = {
            let refs = S::refs(&current);
            let stay = absent(&refs, &S::refs(&left));
            let all_stay = stay.len() == refs.len();
            (stay, all_stay)
        };
        let next = if all_stay {
            current
        } else {
            S::compose(&current, &[(&current, &stay)])
        };
        put(store, &key, &next, stay.len());
        Some(Left {
            key,
            current: next,
            left,
        })
    });
    Applied {
        leaves: leaves.collect(),
        joins,
    }
}

/// Keeps `presence` if it has any metas.
fn put<S: Store>(store: &mut S, key: &S::Key, presence: &S::Presence, metas: usize) {
    if metas == 0 {
        store.remove(key);
    } else {
        store.insert(key, presence);
    }
}

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

use alloc::{vec, vec::Vec};
use core::mem;

use crate::refs::{absent, change, compare, Change, Metas};

/// A place that keeps presences by key, in the key order of a JavaScript object.
pub(crate) trait Store {
    /// Names a user. Cloning is cheap.
    type Key: Clone;
    /// A list of metas, and the fields that the server adds beside it. Cloning
    /// is cheap and shares the metas.
    type Presence: Clone + Metas;

    /// How many presences there are.
    fn len(&self) -> usize;

    /// The presence of `key`.
    fn get(&self, key: &Self::Key) -> Option<Self::Presence>;

    /// Adds a key that is not there.
    fn insert(&mut self, key: &Self::Key, presence: &Self::Presence);

    /// Sets the presence of a key that is there, which was `previous`, and keeps
    /// its place.
    fn replace(&mut self, key: &Self::Key, previous: &Self::Presence, presence: &Self::Presence);

    /// Removes a key that is there, whose presence was `previous`.
    fn remove(&mut self, key: &Self::Key, previous: &Self::Presence);

    /// All presences in key order.
    fn entries(&self) -> Vec<(Self::Key, Self::Presence)>;

    /// Sorts what is in insertion order into key order.
    fn in_key_order(leaves: Vec<Left<Self>>) -> Vec<Left<Self>>;

    /// A presence with the fields of `fields` and the picked metas, one after
    /// the other.
    fn compose(fields: &Self::Presence, picks: &[Pick<'_, Self::Presence>]) -> Self::Presence;

    /// Whether the meta at `at` holds the same, ref and all, as the one at
    /// `other_at` in `other`.
    fn same_meta(
        presence: &Self::Presence,
        at: usize,
        other: &Self::Presence,
        other_at: usize,
    ) -> bool;

    /// Whether the fields beside the metas are the same.
    fn same_fields(presence: &Self::Presence, other: &Self::Presence) -> bool;
}

/// Metas taken from a presence.
pub(crate) enum Pick<'a, P> {
    /// All of them.
    All(&'a P),
    /// Those at these positions.
    At(&'a P, &'a [usize]),
}

/// Presences in key order. A trait object, since a copy of [`sync_diff`] for each
/// kind of iterator would be a fifth of the npm package's WebAssembly.
pub(crate) type Presences<'a, S> =
    &'a mut dyn Iterator<Item = (<S as Store>::Key, <S as Store>::Presence)>;

/// A key whose metas joined.
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

/// What a message did: all joins, then all leaves, in the order in which
/// phoenix.js calls back.
pub(crate) struct Applied<S: Store + ?Sized> {
    pub joins: Vec<Joined<S>>,
    pub leaves: Vec<Left<S>>,
}

/// Which lists of [`Applied`] somebody reads. The others stay empty: what nobody
/// is told need not be put together.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub joins: bool,
    pub leaves: bool,
}

/// What a `presence_state` does to the metas whose refs are known, and to the
/// fields of their presence.
///
/// Users, and the metas of each, keep the order in which they came either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resync {
    /// They stay as first seen, as in phoenix.js: fields change only with a meta that
    /// joins.
    #[default]
    Keep,
    /// They become what the server says, and what differs is an update.
    Server,
}

/// Makes `store` hold what the server says it should, comparing by `phx_ref`.
///
/// `state` lists presences in key order, and `names` tells whether a key is among
/// them. Keys and metas keep the order in which they came, as in phoenix.js.
pub(crate) fn sync_state<S: Store>(
    store: &mut S,
    state: impl IntoIterator<Item = (S::Key, S::Presence)>,
    names: impl Fn(&S::Key) -> bool,
    resync: Resync,
    wanted: Wanted,
) -> Applied<S> {
    let before = store.len();
    let mut known = 0;
    let mut joins = Vec::new();
    let mut fewer = Vec::new();

    for (key, presence) in state {
        let current = if before == 0 { None } else { store.get(&key) };
        let Some(current) = current else {
            store.insert(&key, &presence);
            if wanted.joins {
                joins.push(Joined {
                    key,
                    current: None,
                    joined: presence,
                });
            }
            continue;
        };
        known += 1;
        let merged = merge::<S>(&current, &presence, resync);
        let Some((next, Change { left, joined, .. })) = merged else {
            continue;
        };
        if next.len() == 0 && !left.is_empty() {
            store.remove(&key, &current);
        } else {
            store.replace(&key, &current, &next);
        }
        if !left.is_empty() && wanted.leaves {
            fewer.push(Left {
                key: key.clone(),
                current: next,
                left: only::<S>(&current, &left),
            });
        }
        if !joined.is_empty() && wanted.joins {
            let joined = only::<S>(&presence, &joined);
            joins.push(Joined {
                key,
                current: Some(current),
                joined,
            });
        }
    }

    let mut leaves = if known < before {
        remove_vanished(store, names, wanted)
    } else {
        Vec::new()
    };
    // phoenix.js collects who vanished, then who has fewer metas, in one object
    // and walks that: each list is in key order already, both together are not.
    let both = !leaves.is_empty() && !fewer.is_empty();
    leaves.append(&mut fewer);
    if both {
        leaves = S::in_key_order(leaves);
    }
    Applied { joins, leaves }
}

/// What becomes of a presence that the server names; `None` if nothing does.
fn merge<S: Store>(
    current: &S::Presence,
    presence: &S::Presence,
    resync: Resync,
) -> Option<(S::Presence, Change)> {
    let change = match resync {
        Resync::Keep => change(current, presence)?,
        // The usual answer after a reconnect.
        Resync::Server if same::<S>(current, presence) => return None,
        Resync::Server => compare(current, presence),
    };
    let Change {
        stayed,
        places,
        left,
        joined,
    } = &change;
    let next = match (resync, stayed.is_empty(), joined.is_empty()) {
        (Resync::Server, ..) => only::<S>(presence, &first(places, presence.len())),
        (_, true, false) => only::<S>(presence, joined),
        (_, _, none_joined) => S::compose(
            if none_joined { current } else { presence },
            &[Pick::At(current, stayed), Pick::At(presence, joined)],
        ),
    };
    let told_before = left.is_empty() && joined.is_empty() && same::<S>(current, &next);
    (!told_before).then_some((next, change))
}

/// All of the first `len` positions: those in `places` first, in that order. What
/// the server says is all kept, then, also of metas that share a ref.
fn first(places: &[usize], len: usize) -> Vec<usize> {
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
    store: &mut S,
    names: impl Fn(&S::Key) -> bool,
    wanted: Wanted,
) -> Vec<Left<S>> {
    let mut gone = Vec::new();
    for (key, presence) in store.entries() {
        if !names(&key) {
            store.remove(&key, &presence);
            if wanted.leaves {
                let current = S::compose(&presence, &[]);
                gone.push(Left {
                    key,
                    current,
                    left: presence,
                });
            }
        }
    }
    gone
}

/// Adds the metas in `joins`, then takes away those in `leaves`.
///
/// A join replaces the metas whose refs it names and brings its own fields; a
/// leave of a key that is not there is nothing.
pub(crate) fn sync_diff<S: Store>(
    store: &mut S,
    joins: Presences<'_, S>,
    leaves: Presences<'_, S>,
    wanted: Wanted,
) -> Applied<S> {
    let mut applied = Applied {
        joins: Vec::new(),
        leaves: Vec::new(),
    };
    for (key, joined) in joins {
        let current = store.get(&key);
        match &current {
            None => store.insert(&key, &joined),
            Some(current) => {
                let kept = absent(current, &joined);
                let composed;
                let next = if kept.is_empty() {
                    &joined
                } else {
                    composed = S::compose(&joined, &[Pick::At(current, &kept), Pick::All(&joined)]);
                    &composed
                };
                // No ref is new: everyone is told once more of their own join.
                let told_before = same::<S>(current, next);
                if !told_before {
                    store.replace(&key, current, next);
                }
            }
        }
        if wanted.joins {
            applied.joins.push(Joined {
                key,
                current,
                joined,
            });
        }
    }
    for (key, left) in leaves {
        let Some(mut current) = store.get(&key) else {
            continue;
        };
        let stay = absent(&current, &left);
        if stay.is_empty() {
            store.remove(&key, &current);
            // Nobody reads a presence that is neither kept nor told.
            if !wanted.leaves {
                continue;
            }
            current = S::compose(&current, &[]);
        } else if stay.len() < current.len() {
            let remaining = only::<S>(&current, &stay);
            store.replace(&key, &current, &remaining);
            current = remaining;
        }
        if wanted.leaves {
            applied.leaves.push(Left { key, current, left });
        }
    }
    applied
}

/// Whether two presences hold the same, in the same order.
pub(crate) fn same<S: Store>(presence: &S::Presence, other: &S::Presence) -> bool {
    presence.len() == other.len()
        && (0..presence.len()).all(|at| S::same_meta(presence, at, other, at))
        && S::same_fields(presence, other)
}

/// `presence` with only the metas at `positions`: itself if these are all, in
/// order.
fn only<S: Store + ?Sized>(presence: &S::Presence, positions: &[usize]) -> S::Presence {
    if positions.iter().copied().eq(0..presence.len()) {
        presence.clone()
    } else {
        S::compose(presence, &[Pick::At(presence, positions)])
    }
}

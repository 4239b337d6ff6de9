//! What a user did, from the presence before and the one after.
//!
//! Invariant: the truth about a user, not about metas. A metadata update is one
//! pair and not a leave and a join, and what holds the same is nothing, however it
//! got there.

use alloc::vec::Vec;

use crate::refs::{compare, pair, Change};
use crate::sync::{same, Store};

/// What makes one presence of a user into another.
pub(crate) struct Delta {
    /// Positions in the one after: metas that joined and replaced none.
    pub joined: Vec<usize>,
    /// Positions in the one before: metas that left and were not replaced.
    pub left: Vec<usize>,
    /// Positions in both, of metas that took the place of another, or have its ref
    /// and other content.
    pub updated: Vec<(usize, usize)>,
}

/// What differs; `None` if only the order of metas does.
pub(crate) fn delta<S: Store>(previous: &S::Presence, current: &S::Presence) -> Option<Delta> {
    let Change {
        stayed,
        places,
        mut left,
        mut joined,
    } = compare(previous, current);
    let mut updated = pair(previous, &mut left, current, &mut joined);
    let known = stayed.into_iter().zip(places);
    updated.extend(known.filter(|&(at, place)| !S::same_meta(previous, at, current, place)));

    let nothing = joined.is_empty()
        && left.is_empty()
        && (updated.is_empty() && S::same_fields(previous, current)
            // Of metas that share a ref, each was held against the last of them.
            || same::<S>(previous, current));
    (!nothing).then_some(Delta {
        joined,
        left,
        updated,
    })
}

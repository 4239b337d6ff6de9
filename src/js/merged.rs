//! Many diffs that wait for a `presence_state`, as one.
//!
//! Invariant: applying it leaves a state as applying the diffs one by one would,
//! whichever state that is. It holds the metas that are there after all of them,
//! and of those that left no more than the refs.
//!
//! The refs that left must be kept, even of a meta that also joined meanwhile:
//! the state to come may have been taken in between, and hold it.
//!
//! It is a JavaScript object: `joins` has the presences that joined and are still
//! there, and `left` for each key the `Set` of refs that left and did not come
//! back.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::diff::Diff;
use super::store::{Malformed, Object, Presence, Presences};
use super::value::{self, Dict, Inbox, Merged, Refs};
use crate::sync::{sync_diff, Applied, Wanted};

/// So many waiting diffs are kept as they came, and each fires its own
/// callbacks; those after them are merged.
pub const KEPT_APART: i32 = 1_000;

/// Nobody is told while diffs are merged.
const NOTHING: Wanted = Wanted {
    joins: false,
    leaves: false,
};

impl Merged {
    /// Adds a diff that came after all those before.
    pub fn add(&self, diff: &Diff<'_>) {
        let left = value::merged_left(self);
        let (back, gone) = (diff.joins().all(), diff.leaves().all());
        for (key, presence) in &back {
            let refs = left.get(key);
            if !refs.is_undefined() {
                presence.delete_refs(refs.unchecked_ref::<Refs>());
            }
        }
        // It is its own place for what happens to `joins`, where nobody looks.
        let joins = value::merged_joins(self);
        sync_diff(
            &mut Object::new(&joins, self.unchecked_ref::<Inbox>()),
            &mut back.iter().cloned(),
            &mut gone.iter().cloned(),
            NOTHING,
        );
        for (key, presence) in &gone {
            let mut refs = left.get(key);
            if refs.is_undefined() {
                refs = value::no_refs().into();
                left.set(key, &refs);
            }
            presence.add_refs(refs.unchecked_ref::<Refs>());
        }
    }

    /// Applies all of it to `state`.
    pub(super) fn apply<'a>(&self, state: &mut Object<'a>, wanted: Wanted) -> Applied<Object<'a>> {
        let left = value::merged_left(self);
        let nameless = Dict::empty();
        let mut leaves = Vec::new();
        for key in left.keys() {
            let metas = value::bare_metas(left.get(&key).unchecked_ref::<Refs>());
            let count = value::length(metas.unchecked_ref());
            if count > 0 {
                leaves.push((key, Presence::new(nameless.as_ref(), &metas, count)));
            }
        }
        let joined = value::merged_joins(self);
        let mut joins = Presences::of(&joined, self.unchecked_ref::<Inbox>(), Malformed::Goes);
        sync_diff(state, &mut joins, &mut leaves.iter().cloned(), wanted)
    }
}

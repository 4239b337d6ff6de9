//! Many diffs that wait for a `presence_state`, as one.
//!
//! Invariant: applying it leaves a state as applying the diffs one by one would,
//! whichever state that is. It holds the metas that are there after all of them,
//! and of those that left no more than the refs.
//!
//! The refs that left must be kept, even of a meta that also joined meanwhile:
//! the state to come may have been taken in between, and hold it.

use js_sys::{Array, Set};
use wasm_bindgen::prelude::*;

use super::diff::Diff;
use super::store::{Object, Presence};
use super::value::{Dict, Fields, Meta};
use crate::sync::{sync_diff, Applied, Store};

/// So many waiting diffs are kept as they came, and each fires its own
/// callbacks; those after them are merged.
pub const KEPT_APART: u32 = 1_000;

#[wasm_bindgen]
extern "C" {
    /// A JavaScript object, since nothing is kept in wasm.
    pub type Merged;

    /// The presences that joined and are still there.
    #[wasm_bindgen(method, structural, getter)]
    fn joins(this: &Merged) -> Dict;

    #[wasm_bindgen(method, structural, setter)]
    fn set_joins(this: &Merged, joins: &Dict);

    /// For each key the refs that left and did not come back: a `Set`.
    #[wasm_bindgen(method, structural, getter)]
    fn left(this: &Merged) -> Dict;

    #[wasm_bindgen(method, structural, setter)]
    fn set_left(this: &Merged, left: &Dict);
}

impl Merged {
    /// What nothing has been added to.
    pub fn empty() -> Self {
        let merged: Self = js_sys::Object::new().unchecked_into();
        merged.set_joins(&Dict::empty());
        merged.set_left(&Dict::empty());
        merged
    }

    /// Adds a diff that came after all those before.
    pub fn add(&self, diff: &Diff<'_>) {
        let left = self.left();
        let back = diff.joins().inspect(|(key, presence)| {
            if let Ok(refs) = left.get(key).dyn_into::<Set>() {
                for phx_ref in Object::refs(presence) {
                    refs.delete(&phx_ref);
                }
            }
        });
        // Not while the joins are walked: within a diff, they come first.
        let gone: Vec<_> = diff.leaves().collect();
        sync_diff(&mut Object::new(&self.joins()), back, gone.iter().cloned());
        for (key, presence) in gone {
            let refs = left.get(&key).dyn_into::<Set>().unwrap_or_else(|_| {
                let refs = Set::new(&JsValue::UNDEFINED);
                left.set(&key, &refs);
                refs
            });
            for phx_ref in Object::refs(&presence) {
                refs.add(&phx_ref);
            }
        }
    }

    /// Applies all of it to `state`.
    pub(super) fn apply(&self, state: &mut Object) -> Applied<Object> {
        let left = self.left();
        let keys = left.keys();
        let no_fields: Fields = js_sys::Object::new().unchecked_into();
        let leaves = keys.iter().filter_map(|key| {
            let refs = Array::from(&left.get(&key));
            if refs.length() == 0 {
                return None;
            }
            let metas = refs.map(&mut |phx_ref, _, _| {
                let meta: Meta = js_sys::Object::new().unchecked_into();
                meta.set_phx_ref(&phx_ref);
                meta.into()
            });
            Some((key, Presence::new(&no_fields, metas)))
        });
        let joins = self.joins();
        let joins = Object::new(&joins).entries();
        sync_diff(state, joins, leaves)
    }
}

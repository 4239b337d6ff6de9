//! The session of one Presence of the npm package, whose memory is a JavaScript object.

use alloc::vec::Vec;
use core::cell::OnceCell;

use wasm_bindgen::prelude::*;

use super::diff::JsDiff;
use super::presence::{keys, JsPresence};
use super::store::JsStore;
use super::value::{self, Dict, Memory};
use crate::sync::session::{Merged, Session};

/// A session for the duration of one call.
pub struct JsSession<'a> {
    memory: &'a Memory,
    store: JsStore<'a>,
    /// The joins of merged diffs, read from the memory on first use.
    merged_joins: &'a OnceCell<Dict>,
}

impl<'a> JsSession<'a> {
    pub fn new(memory: &'a Memory, state: &'a Dict, merged_joins: &'a OnceCell<Dict>) -> Self {
        Self {
            memory,
            store: JsStore::new(state, memory),
            merged_joins,
        }
    }

    /// Brings the memory's counts up to date.
    pub fn finish(self) {
        self.store.resize_memory();
    }
}

impl<'m> Session for JsSession<'m> {
    type Store = JsStore<'m>;
    type JoinRef = JsValue;
    type Diff = JsDiff<'m>;
    type Merged<'a>
        = JsMerged<'m>
    where
        Self: 'a;

    fn store(&mut self) -> &mut JsStore<'m> {
        &mut self.store
    }

    fn has_state(&self) -> bool {
        value::has_state(self.memory)
    }

    fn has_state_of(&self, join_ref: &JsValue) -> bool {
        value::has_state_of(self.memory, join_ref)
    }

    fn set_state_of(&mut self, join_ref: &JsValue) {
        value::set_state_of(self.memory, join_ref);
    }

    fn waits_for(&self, join_ref: &JsValue) -> bool {
        value::waits_for(self.memory, join_ref)
    }

    fn waiting(&self) -> usize {
        value::waiting(self.memory) as usize
    }

    fn wait_for(&mut self, join_ref: &JsValue) {
        value::wait_for(self.memory, join_ref);
    }

    fn add_waiting(&mut self, diff: JsDiff<'m>) {
        value::add_waiting(self.memory, diff.payload());
    }

    fn merged(&mut self) -> JsMerged<'m> {
        let joins = self
            .merged_joins
            .get_or_init(|| value::merged_joins(self.memory));
        JsMerged {
            joins: JsStore::new(joins, self.memory),
            memory: self.memory,
        }
    }

    fn drop_waiting(&mut self) {
        value::drop_waiting(self.memory);
    }

    fn take_waiting(&mut self) -> Vec<JsDiff<'m>> {
        let mut diffs = Vec::new();
        if self.waiting() == 0 {
            return diffs;
        }
        let (joins, left) = (
            value::merged_joins(self.memory),
            value::merged_left(self.memory),
        );
        let payloads = value::take_waiting(self.memory);
        for at in 0..payloads.len() {
            // `pendingDiffs` is public, so it may hold any value.
            if let Some(diff) = JsDiff::check(payloads.at(at), self.memory) {
                diffs.push(diff);
            }
        }
        let leaves = Dict::empty();
        for key in keys(&left) {
            let metas = value::bare_metas(&left.get(&key));
            if value::count(&metas) > 0 {
                leaves.set(&key, &metas);
            }
        }
        diffs.push(JsDiff::new(joins, leaves, self.memory));
        diffs
    }
}

/// The merged diffs of the same memory.
pub struct JsMerged<'a> {
    joins: JsStore<'a>,
    memory: &'a Memory,
}

impl<'a> Merged for JsMerged<'a> {
    type Store = JsStore<'a>;

    fn joins(&mut self) -> &mut JsStore<'a> {
        &mut self.joins
    }

    fn add_left(&mut self, key: &JsValue, left: &JsPresence) {
        let refs = value::refs_that_left(self.memory, key);
        for at in 0..left.count() {
            value::add_ref(&refs, left.object(), at);
        }
    }

    fn remove_left(&mut self, key: &JsValue, joined: &JsPresence) {
        let refs = value::refs_that_left(self.memory, key);
        for at in 0..joined.count() {
            value::delete_ref(&refs, joined.object(), at);
        }
    }
}

//! The session of one Presence of the npm package, whose memory is a JavaScript object.

use alloc::vec::Vec;

use super::diff::JsDiff;
use super::imports;
use super::presence::JsPresence;
use super::store::JsStore;
use super::value::Value;
use crate::sync::session::{Merged, Session};

/// A session for the duration of one call.
pub struct JsSession {
    store: JsStore,
}

impl JsSession {
    pub fn new(state: Value) -> Self {
        Self {
            store: JsStore::new(state),
        }
    }

    /// Brings the memory's counts up to date.
    pub fn finish(self) {
        self.store.resize_memory();
    }
}

impl Session for JsSession {
    type Store = JsStore;
    type JoinRef = Value;
    type Diff = JsDiff;
    type Merged<'a> = JsMerged;

    fn store(&mut self) -> &mut JsStore {
        &mut self.store
    }

    fn has_state(&self) -> bool {
        imports::has_state()
    }

    fn has_state_of(&self, join_ref: &Value) -> bool {
        imports::has_state_of(*join_ref)
    }

    fn set_state_of(&mut self, join_ref: &Value) {
        imports::set_state_of(*join_ref);
    }

    fn waits_for(&self, join_ref: &Value) -> bool {
        imports::waits_for(*join_ref)
    }

    fn waiting(&self) -> usize {
        imports::waiting() as usize
    }

    fn wait_for(&mut self, join_ref: &Value) {
        imports::wait_for(*join_ref);
    }

    fn add_waiting(&mut self, diff: JsDiff) {
        imports::add_waiting(diff.payload());
    }

    fn merged(&mut self) -> JsMerged {
        let joins = Value::next();
        imports::merged_joins(joins);
        JsMerged(JsStore::new(joins))
    }

    fn drop_waiting(&mut self) {
        imports::drop_waiting();
    }

    fn take_waiting(&mut self) -> Vec<JsDiff> {
        let mut diffs = Vec::new();
        if self.waiting() == 0 {
            return diffs;
        }
        // First, since taking the diffs that wait drops those that were merged.
        let merged = Value::next();
        imports::merged(merged);
        let payloads = Value::next();
        for at in 0..imports::take_waiting(payloads) {
            let payload = Value::next();
            imports::at(payloads, at, payload);
            // `pendingDiffs` is public, so it may hold any value.
            diffs.extend(JsDiff::check(payload));
        }
        diffs.extend(JsDiff::check(merged));
        diffs
    }
}

/// The merged diffs of the same memory.
pub struct JsMerged(JsStore);

impl Merged for JsMerged {
    type Store = JsStore;

    fn joins(&mut self) -> &mut JsStore {
        &mut self.0
    }

    fn add_left(&mut self, key: &Value, left: &JsPresence) {
        for at in 0..left.count() {
            imports::add_ref(*key, left.object(), at);
        }
    }

    fn remove_left(&mut self, key: &Value, joined: &JsPresence) {
        for at in 0..joined.count() {
            imports::delete_ref(*key, joined.object(), at);
        }
    }
}

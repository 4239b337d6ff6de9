//! What the npm package calls. Its class keeps the fields that users read and
//! the callbacks they set; every decision about presences is taken here.
//!
//! Invariant: nothing is kept in wasm between two calls. All state lives in
//! JavaScript objects, so the garbage collector frees it, and a value comes out
//! as the very object that went in.
//!
//! No JavaScript exception may pass through wasm, since it would skip the
//! destructors: values.js throws nothing, and what users wrote is only called
//! where it is caught.
//!
//! `wants` is a sum: 1 if `onJoin` is set, 2 if `onLeave` is, 4 if a state that
//! comes again brings the server's fields and metas.

mod changes;
mod diff;
mod equal;
mod inbox;
mod merged;
mod store;
mod value;

use alloc::vec;

use wasm_bindgen::prelude::*;

use diff::Diff;
use inbox::{resync, wanted, Problem};
use merged::KEPT_APART;
use store::{has_presence, Malformed, Object, Presences};

pub use changes::{change, count_metas};
pub use inbox::Inbox;
pub use value::{Changes, Dict, Waiting};

use crate::sync::{self, Applied};

/// Makes `state`, which has no prototype, what a `presence_state` says.
///
/// False, and nothing done, if `payload` is not an object.
#[wasm_bindgen(js_name = syncState)]
pub fn sync_state(inbox: &Inbox, state: &Dict, payload: &JsValue, wants: u32) -> bool {
    let applied = apply_state(inbox, state, payload, wants);
    applied.map(|applied| inbox.tell(&applied)).is_some()
}

/// Applies a `presence_diff` to `state`, which has no prototype.
///
/// False, and nothing done, if `payload` is not an object.
#[wasm_bindgen(js_name = syncDiff)]
pub fn sync_diff(inbox: &Inbox, state: &Dict, payload: &JsValue, wants: u32) -> bool {
    let applied = apply_diff(inbox, state, payload, wants);
    applied.map(|applied| inbox.tell(&applied)).is_some()
}

/// [`sync_state`], and after it the diffs that waited for it.
#[wasm_bindgen(js_name = syncStateAndWaiting)]
pub fn sync_state_and_waiting(
    inbox: &Inbox,
    state: &Dict,
    payload: &JsValue,
    wants: u32,
    waiting: &Waiting,
) -> bool {
    let Some(first) = apply_state(inbox, state, payload, wants) else {
        return false;
    };
    let diffs = value::diffs(waiting);
    let mut all = vec![first];
    for at in 0..value::length(&diffs) {
        if let Some(applied) = apply_diff(inbox, state, &value::at(&diffs, at), wants) {
            all.push(applied);
        }
    }
    let mut state = Object::new(state, inbox);
    all.push(value::merged(waiting).apply(&mut state, wanted(wants)));
    state.count_metas();
    for applied in &all {
        inbox.tell(applied);
    }
    true
}

/// Lets a `presence_diff` wait for its `presence_state`.
#[wasm_bindgen(js_name = holdDiff)]
pub fn hold_diff(inbox: &Inbox, payload: &JsValue, waiting: &Waiting) {
    let Some(diff) = Diff::check(payload, inbox) else {
        return;
    };
    let diffs = value::diffs(waiting);
    if value::length(&diffs) < KEPT_APART {
        value::push(&diffs, payload);
    } else {
        value::merged(waiting).add(&diff);
    }
}

fn apply_state<'a>(
    inbox: &'a Inbox,
    state: &'a Dict,
    payload: &JsValue,
    wants: u32,
) -> Option<Applied<Object<'a>>> {
    let Some(payload) = Dict::check(payload) else {
        inbox.problem(Problem::State, payload);
        return None;
    };
    let malformed = Malformed::Is(Problem::StatePresence);
    let presences = Presences::of(payload, inbox, malformed);
    let names = |key: &JsValue| has_presence(payload, key);
    let mut state = Object::new(state, inbox);
    let applied = sync::sync_state(&mut state, presences, names, resync(wants), wanted(wants));
    state.count_metas();
    Some(applied)
}

fn apply_diff<'a>(
    inbox: &'a Inbox,
    state: &'a Dict,
    payload: &JsValue,
    wants: u32,
) -> Option<Applied<Object<'a>>> {
    let diff = Diff::check(payload, inbox)?;
    let (mut joins, mut leaves) = (diff.joins(), diff.leaves());
    let mut state = Object::new(state, inbox);
    let applied = sync::sync_diff(&mut state, &mut joins, &mut leaves, wanted(wants));
    state.count_metas();
    Some(applied)
}

//! What the npm package calls. Its class keeps the fields that users read and
//! the callbacks they set; every decision about presences is taken here.
//!
//! Invariant: nothing is kept in wasm between two calls. All state lives in
//! JavaScript objects, so the garbage collector frees it, and a value comes out
//! as the very object that went in.
//!
//! No JavaScript exception may pass through wasm, since it would skip the
//! destructors: values are checked before they are read, and what users wrote is
//! only called where it is caught.

mod diff;
mod merged;
mod problem;
mod report;
mod store;
mod value;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use diff::Diff;
use merged::{Merged, KEPT_APART};
use problem::Problem;
use report::Report;
use store::{has_presence, presences, Object};

pub use problem::Problems;
pub use value::Dict;

use crate::sync;

#[wasm_bindgen]
extern "C" {
    /// The fields of `Presence` that are read and written here.
    pub type Presence;

    #[wasm_bindgen(method, structural, getter)]
    fn state(this: &Presence) -> Dict;

    #[wasm_bindgen(method, structural, setter = joinRef)]
    fn set_join_ref(this: &Presence, join_ref: &JsValue);

    #[wasm_bindgen(method, structural, getter = pendingDiffs)]
    fn pending_diffs(this: &Presence) -> Array;

    #[wasm_bindgen(method, structural, setter = pendingDiffs)]
    fn set_pending_diffs(this: &Presence, diffs: &Array);

    /// What a `Presence` keeps that its users do not see.
    pub type Inbox;

    /// The join under which every waiting diff came.
    #[wasm_bindgen(method, structural, getter = pendingRef)]
    fn pending_ref(this: &Inbox) -> JsValue;

    #[wasm_bindgen(method, structural, setter = pendingRef)]
    fn set_pending_ref(this: &Inbox, join_ref: &JsValue);

    /// What waits beyond the diffs that are kept apart.
    #[wasm_bindgen(method, structural, getter)]
    fn merged(this: &Inbox) -> Option<Merged>;

    #[wasm_bindgen(method, structural, setter)]
    fn set_merged(this: &Inbox, merged: Option<&Merged>);

    /// Where problems go: see [`Problems`].
    #[wasm_bindgen(method, structural, getter)]
    fn problems(this: &Inbox) -> Problems;
}

/// `Presence.syncState` for a `state` with a null prototype, changed in place.
#[wasm_bindgen(js_name = syncState)]
pub fn sync_state(
    state: &Dict,
    payload: &JsValue,
    on_join: Option<Function>,
    on_leave: Option<Function>,
    problems: &Problems,
) {
    let mut report = Report::new(on_join, on_leave);
    apply_state(state, payload, &mut report, problems);
    report.fire(problems);
}

/// `Presence.syncDiff` for a `state` with a null prototype, changed in place.
#[wasm_bindgen(js_name = syncDiff)]
pub fn sync_diff(
    state: &Dict,
    payload: &JsValue,
    on_join: Option<Function>,
    on_leave: Option<Function>,
    problems: &Problems,
) {
    let mut report = Report::new(on_join, on_leave);
    apply_diff(state, payload, &mut report, problems);
    report.fire(problems);
}

/// A `presence_state` for `presence`, which came under `join_ref`: applied, and
/// after it the diffs that waited for it.
#[wasm_bindgen(js_name = receiveState)]
pub fn receive_state(
    presence: &Presence,
    inbox: &Inbox,
    payload: &JsValue,
    join_ref: &JsValue,
    on_join: Option<Function>,
    on_leave: Option<Function>,
    on_sync: Option<Function>,
) {
    let (state, problems) = (presence.state(), inbox.problems());
    let mut report = Report::new(on_join, on_leave);
    if !apply_state(&state, payload, &mut report, &problems) {
        return;
    }
    presence.set_join_ref(join_ref);

    let waiting = presence.pending_diffs();
    if waiting.length() > 0 {
        presence.set_pending_diffs(&Array::new());
        let merged = inbox.merged();
        inbox.set_merged(None);
        // Diffs of an earlier join tell of users that this state, being newer,
        // has or has not: applied after it they would bring back ghosts.
        if inbox.pending_ref() == *join_ref {
            for diff in waiting.iter() {
                apply_diff(&state, &diff, &mut report, &problems);
            }
            if let Some(merged) = merged {
                report.add(merged.apply(&mut Object::new(&state)));
            }
        }
    }
    report.fire(&problems);
    report::call(on_sync, &problems);
}

/// A `presence_diff` for a `presence` that is in sync.
#[wasm_bindgen(js_name = receiveDiff)]
pub fn receive_diff(
    presence: &Presence,
    inbox: &Inbox,
    payload: &JsValue,
    on_join: Option<Function>,
    on_leave: Option<Function>,
    on_sync: Option<Function>,
) {
    let problems = inbox.problems();
    let mut report = Report::new(on_join, on_leave);
    if apply_diff(&presence.state(), payload, &mut report, &problems) {
        report.fire(&problems);
        report::call(on_sync, &problems);
    }
}

/// A `presence_diff` that came under `join_ref`, before the `presence_state` of
/// that join: it waits.
#[wasm_bindgen(js_name = holdDiff)]
pub fn hold_diff(presence: &Presence, inbox: &Inbox, payload: &JsValue, join_ref: &JsValue) {
    let problems = inbox.problems();
    let Some(diff) = Diff::check(payload, &problems) else {
        return;
    };
    if inbox.pending_ref() != *join_ref {
        inbox.set_pending_ref(join_ref);
        inbox.set_merged(None);
        presence.set_pending_diffs(&Array::new());
    }
    let waiting = presence.pending_diffs();
    if waiting.length() < KEPT_APART {
        waiting.push(payload);
    } else {
        let merged = inbox.merged().unwrap_or_else(Merged::empty);
        merged.add(&diff);
        inbox.set_merged(Some(&merged));
    }
}

/// Whether `payload` was an object.
fn apply_state(state: &Dict, payload: &JsValue, report: &mut Report, problems: &Problems) -> bool {
    let Some(payload) = Dict::check(payload) else {
        problems.add(Problem::State, payload);
        return false;
    };
    let presences = presences(payload, |key| problems.add(Problem::StatePresence, key));
    let names = |key: &JsValue| has_presence(payload, key);
    report.add(sync::sync_state(&mut Object::new(state), presences, names));
    true
}

/// Whether `payload` was an object.
fn apply_diff(state: &Dict, payload: &JsValue, report: &mut Report, problems: &Problems) -> bool {
    let Some(diff) = Diff::check(payload, problems) else {
        return false;
    };
    report.add(sync::sync_diff(
        &mut Object::new(state),
        diff.joins(),
        diff.leaves(),
    ));
    true
}

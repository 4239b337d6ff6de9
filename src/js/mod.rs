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

mod problem;
mod report;
mod store;
mod value;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use problem::Problem;
use report::Report;
use store::{Object, Side};

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
        // Diffs of an earlier join tell of users that this state, being newer,
        // has or has not: applied after it they would bring back ghosts.
        if inbox.pending_ref() == *join_ref {
            for diff in waiting.iter() {
                apply_diff(&state, &diff, &mut report, &problems);
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
    if !value::is_dict(payload) {
        return inbox.problems().add(Problem::Diff, payload);
    }
    if inbox.pending_ref() != *join_ref {
        inbox.set_pending_ref(join_ref);
        presence.set_pending_diffs(&Array::new());
    }
    presence.pending_diffs().push(payload);
}

/// Whether `payload` was an object.
fn apply_state(state: &Dict, payload: &JsValue, report: &mut Report, problems: &Problems) -> bool {
    if !value::is_dict(payload) {
        problems.add(Problem::State, payload);
        return false;
    }
    let payload = Side::new(payload, Problem::StatePresence, problems);
    report.add(sync::sync_state(&mut Object::new(state), &payload));
    true
}

/// Whether `payload` was an object.
fn apply_diff(state: &Dict, payload: &JsValue, report: &mut Report, problems: &Problems) -> bool {
    if !value::is_dict(payload) {
        problems.add(Problem::Diff, payload);
        return false;
    }
    let payload = payload.unchecked_ref::<value::Diff>();
    let side = |side: JsValue, malformed, presence| {
        if value::is_dict(&side) {
            return Side::new(&side, presence, problems);
        }
        if !side.is_null() && !side.is_undefined() {
            problems.add(malformed, &side);
        }
        Side::empty()
    };
    let joins = side(payload.joins(), Problem::Joins, Problem::JoinsPresence);
    let leaves = side(payload.leaves(), Problem::Leaves, Problem::LeavesPresence);
    report.add(sync::sync_diff(&mut Object::new(state), &joins, &leaves));
    true
}

//! The functions that the npm package calls. JavaScript keeps the fields that users read
//! and the callbacks that they set; Rust takes every decision about presences.
//!
//! Invariant: wasm keeps nothing between two calls. The memory of a Presence is in
//! JavaScript objects, which the garbage collector frees, and values come out as the
//! objects that went in.
//!
//! No JavaScript exception may pass through wasm, since it would skip destructors:
//! values.js never throws, and nothing here calls a callback of a user.

mod changes;
mod diff;
mod equal;
mod presence;
mod problem;
mod session;
mod store;
mod value;

use core::cell::OnceCell;

use wasm_bindgen::prelude::*;

use self::diff::JsDiff;
use self::presence::{JsPresence, JsPresences};
use self::problem::Problem;
use self::session::JsSession;
use self::store::JsStore;
use crate::sync::session as sync;
use crate::sync::session::{Handled, Reason, Session};
use crate::sync::{same, Results, Resync, Store};

pub use value::{Dict, Memory};

/// The results that JavaScript flags of a message: `Flags` of border.d.ts.
#[derive(Clone, Copy)]
struct Flags(u32);

impl Flags {
    const JOINS: u32 = 1;
    const LEAVES: u32 = 2;
    const RESYNC_SERVER: u32 = 4;
    const CHANGES: u32 = 8;
    const METAS_OF_ALL: u32 = 16;
    const METAS_OF_WATCHED: u32 = 32;
    const JOINING: u32 = 64;
    const VISITS: u32 = 128;

    fn has(self, bit: u32) -> bool {
        self.0 & bit != 0
    }

    fn results(self) -> Results {
        Results {
            joins: self.has(Self::JOINS),
            leaves: self.has(Self::LEAVES),
            changes: self.has(Self::CHANGES),
        }
    }

    fn resync(self) -> Resync {
        match self.has(Self::RESYNC_SERVER) {
            true => Resync::Server,
            false => Resync::Keep,
        }
    }

    fn metas_of_all(self) -> bool {
        self.has(Self::METAS_OF_ALL)
    }

    fn metas_of_watched(self) -> bool {
        self.has(Self::METAS_OF_WATCHED)
    }
}

/// Handles a `presence_state` that arrived under `join_ref`.
///
/// Returns false, and does nothing, if `payload` is not an object.
#[wasm_bindgen(js_name = receiveState)]
pub fn receive_state(
    memory: &Memory,
    state: &Dict,
    payload: &JsValue,
    join_ref: &JsValue,
    flags: u32,
) -> bool {
    let Some(payload) = Dict::check(payload) else {
        Problem::State.report(memory, payload);
        return false;
    };
    let keys = value::keys(payload);
    let flags = Flags(flags);
    let merged_joins = OnceCell::new();
    let mut session = JsSession::new(memory, state, &merged_joins);
    // If it starts empty, the keys of the payload become those of the state, unless some
    // presences are malformed.
    let starts_empty = session.store().len() == 0 && session.waiting() == 0;
    let len = keys.len();
    let presences = JsPresences::new(payload, &keys, len, memory, Problem::StatePresence);
    // A plain object inherits no presence, so inherited keys need no check.
    let names = |key: &JsValue| JsPresence::parse(payload.get(key)).is_some();
    let (reason, writes) = sync::receive_state(
        &mut session,
        join_ref,
        presences,
        names,
        flags.resync(),
        flags.results(),
    );
    session.finish();
    if starts_empty && value::size(memory) == len {
        value::set_keys(memory, &keys);
    }
    if flags.has(Flags::CHANGES) {
        changes::report(memory, reason, &writes, flags);
    }
    true
}

/// Handles a `presence_diff` that arrived under `join_ref`.
///
/// Returns true if it was applied; false if it waits, is dropped, or is not an object.
#[wasm_bindgen(js_name = receiveDiff)]
pub fn receive_diff(
    memory: &Memory,
    state: &Dict,
    payload: JsValue,
    join_ref: &JsValue,
    flags: u32,
) -> bool {
    let flags = Flags(flags);
    let Some(diff) = JsDiff::check(payload, memory) else {
        return false;
    };
    let merged_joins = OnceCell::new();
    let mut session = JsSession::new(memory, state, &merged_joins);
    let joining = flags.has(Flags::JOINING);
    let handled = sync::receive_diff(&mut session, join_ref, joining, diff, flags.results());
    session.finish();
    let Handled::Applied(writes) = handled else {
        return false;
    };
    if flags.has(Flags::CHANGES) {
        changes::report(memory, Reason::Diff, &writes, flags);
    }
    true
}

/// Drops the diffs that wait.
#[wasm_bindgen(js_name = dropWaiting)]
pub fn drop_waiting(memory: &Memory) {
    value::drop_waiting(memory);
}

/// Reports the change that makes the presence `previous` of a user into `current`,
/// unless they are the same. A value that is not a presence counts as absent.
#[wasm_bindgen]
pub fn compare(memory: &Memory, key: &JsValue, previous: JsValue, current: JsValue, reason: u32) {
    let (previous, current) = (JsPresence::parse(previous), JsPresence::parse(current));
    if let (Some(previous), Some(current)) = (&previous, &current) {
        if same::<JsStore<'_>>(previous, current) {
            return;
        }
    }
    let reason = match reason {
        0 => Reason::Initial,
        1 => Reason::Resync,
        _ => Reason::Diff,
    };
    let flags = Flags(Flags::METAS_OF_ALL);
    let (previous, current) = (previous.as_ref(), current.as_ref());
    changes::change(memory, reason, key, previous, current, flags);
}

/// The number of metas of a presence; -1 if it is not a presence.
#[wasm_bindgen(js_name = countMetas)]
pub fn count_metas(presence: JsValue) -> i32 {
    JsPresence::parse(presence).map_or(-1, |presence| presence.count())
}

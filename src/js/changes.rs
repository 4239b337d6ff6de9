//! Reports changes by user to JavaScript.

use wasm_bindgen::prelude::*;

use super::presence::JsPresence;
use super::store::JsStore;
use super::value::{self, Memory};
use super::Flags;
use crate::sync::delta::{delta, Delta};
use crate::sync::session::Reason;
use crate::sync::Writes;

/// Reports the changes behind the writes of a message.
pub fn report(memory: &Memory, reason: Reason, writes: &Writes<JsStore<'_>>, flags: Flags) {
    for write in writes {
        let (before, after) = (write.before.as_ref(), write.after.as_ref());
        change(memory, reason, &write.key, before, after, flags);
    }
}

/// Reports the change of a user between two presences that differ.
pub fn change(
    memory: &Memory,
    reason: Reason,
    key: &JsValue,
    previous: Option<&JsPresence>,
    current: Option<&JsPresence>,
    flags: Flags,
) {
    let reason = reason as i32;
    match (previous, current) {
        (None, None) if !flags.has(Flags::VISITS) => {}
        (None, None) => value::add_exit(memory, reason, key, &JsValue::UNDEFINED),
        (None, Some(current)) => value::add_enter(memory, reason, key, current.object()),
        (Some(previous), None) => value::add_exit(memory, reason, key, previous.object()),
        (Some(previous), Some(current)) => {
            value::add_update(memory, reason, key, current.object(), previous.object());
            if flags.metas_of_all() || flags.metas_of_watched() && value::is_watched(memory, key) {
                metas(memory, &delta::<JsStore<'_>>(previous, current));
            }
        }
    }
}

/// Adds metas to the update that was reported last.
fn metas(memory: &Memory, delta: &Delta) {
    for &at in &delta.joined {
        value::add_joined(memory, at as i32);
    }
    for &at in &delta.left {
        value::add_left_meta(memory, at as i32);
    }
    for &(at, place) in &delta.updated {
        value::add_updated(memory, at as i32, place as i32);
    }
}

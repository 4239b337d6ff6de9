//! Reports changes by user to JavaScript.

use super::imports;
use super::presence::JsPresence;
use super::store::JsStore;
use super::value::Value;
use super::Flags;
use crate::sync::delta::delta;
use crate::sync::session::Reason;
use crate::sync::Writes;

// The types of changes, as numbers.
const ENTER: i32 = 0;
const UPDATE: i32 = 1;
const EXIT: i32 = 2;

/// Reports the changes behind the writes of a message.
pub fn report(reason: Reason, writes: &Writes<JsStore>, flags: Flags) {
    for write in writes {
        change(reason, write.key, write.before, write.after, flags);
    }
}

/// Reports the change of a user between two presences that differ.
pub fn change(
    reason: Reason,
    key: Value,
    previous: Option<JsPresence>,
    current: Option<JsPresence>,
    flags: Flags,
) {
    let kind = match (&previous, &current) {
        (None, None) if !flags.has(Flags::VISITS) => return,
        (_, None) => EXIT,
        (None, _) => ENTER,
        _ => UPDATE,
    };
    let object =
        |presence: Option<JsPresence>| presence.map_or(Value::UNDEFINED, JsPresence::object);
    imports::add_change(kind, reason as i32, key, object(current), object(previous));
    if let (Some(previous), Some(current)) = (previous, current) {
        if flags.metas_of_all() || flags.metas_of_watched() && imports::is_watched(key) {
            metas(&previous, &current);
        }
    }
}

/// Adds metas to the update that was reported last.
fn metas(previous: &JsPresence, current: &JsPresence) {
    let delta = delta::<JsStore>(previous, current);
    for at in delta.joined {
        imports::add_joined(at as i32);
    }
    for at in delta.left {
        imports::add_left(at as i32);
    }
    for (at, place) in delta.updated {
        imports::add_updated(at as i32, place as i32);
    }
}

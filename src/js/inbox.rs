//! Where a message came in: whom to tell what happened, and where to put what
//! went wrong.
//!
//! Text is several kilobytes smaller on the JavaScript side, so a problem is a
//! number and a value here; problem.js in the npm package says it in words.

use wasm_bindgen::prelude::*;

use super::store::Object;
use super::value;
pub use super::value::Inbox;
use crate::sync::{Applied, Resync, Wanted};

/// A kind of problem; the numbers are those of problem.js. Number 0 is what a
/// callback threw.
#[derive(Clone, Copy)]
pub enum Problem {
    /// The payload of a `presence_state` is not an object, but this.
    State = 1,
    /// The presence of this key in a `presence_state` is malformed.
    StatePresence = 2,
    /// The payload of a `presence_diff` is not an object, but this.
    Diff = 3,
    /// Its `joins` is not an object, but this.
    Joins = 4,
    /// The presence of this key in its `joins` is malformed.
    JoinsPresence = 5,
    /// Its `leaves` is not an object, but this.
    Leaves = 6,
    /// The presence of this key in its `leaves` is malformed.
    LeavesPresence = 7,
}

/// Bits of `wants`: the callbacks that are set, and whether a state that comes
/// again is the server's.
const JOIN: u32 = 1;
const LEAVE: u32 = 2;
const SERVER: u32 = 4;

impl Inbox {
    pub(super) fn problem(&self, kind: Problem, value: &JsValue) {
        value::problem(self, kind as i32, value);
    }

    /// Tells the callbacks what happened, once all of it has: each is called, in
    /// the order of phoenix.js, whatever the others throw.
    pub(super) fn tell(&self, applied: &Applied<Object<'_>>) {
        let nobody = JsValue::UNDEFINED;
        for event in &applied.joins {
            let current = event
                .current
                .as_ref()
                .map_or(&nobody, |presence| presence.object());
            value::tell_join(self, &event.key, current, event.joined.object());
        }
        for event in &applied.leaves {
            value::tell_leave(
                self,
                &event.key,
                event.current.object(),
                event.left.object(),
            );
        }
    }
}

/// Reads `wants`.
pub(super) fn wanted(wants: u32) -> Wanted {
    Wanted {
        joins: wants & JOIN != 0,
        leaves: wants & LEAVE != 0,
    }
}

/// Reads the rest of `wants`.
pub(super) fn resync(wants: u32) -> Resync {
    if wants & SERVER == 0 {
        Resync::Keep
    } else {
        Resync::Server
    }
}

//! What went wrong in a message, for the JavaScript side to say in words:
//! text is several kilobytes smaller there.

use js_sys::Array;
use wasm_bindgen::prelude::*;

/// A kind of problem; the numbers are those of `problem.js` in the npm package.
#[derive(Clone, Copy)]
pub enum Problem {
    /// A callback threw what stands with this.
    Thrown = 0,
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

#[wasm_bindgen]
extern "C" {
    /// A JavaScript array of kind, value, kind, value, …
    #[wasm_bindgen(extends = Array)]
    pub type Problems;
}

impl Problems {
    pub(super) fn add(&self, kind: Problem, value: &JsValue) {
        self.push(&(kind as u32).into());
        self.push(value);
    }
}

//! Problems of a payload, as numbers. Their text is in pkg/problems.js, where it takes
//! several kilobytes less.

use super::imports;
use super::value::Value;

/// The malformed part of a message. The numbers are those of pkg/problems.js, where 0 is
/// an error that a callback threw.
#[derive(Clone, Copy)]
pub enum Problem {
    /// The payload of a `presence_state` is not an object.
    State = 1,
    /// The presence of a key in a `presence_state` is malformed.
    StatePresence = 2,
    /// The payload of a `presence_diff` is not an object.
    Diff = 3,
    /// Its `joins` are not an object.
    Joins = 4,
    /// The presence of a key in its `joins` is malformed.
    JoinsPresence = 5,
    /// Its `leaves` are not an object.
    Leaves = 6,
    /// The presence of a key in its `leaves` is malformed.
    LeavesPresence = 7,
}

impl Problem {
    /// `value` is the key of a malformed presence, or else the malformed value.
    pub fn report(self, value: Value) {
        imports::add_problem(self as i32, value);
    }
}

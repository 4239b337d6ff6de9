//! The payload of a `presence_diff`, whose sides are objects.

use wasm_bindgen::prelude::*;

use super::presence::JsPresences;
use super::problem::Problem;
use super::store::JsStore;
use super::value::{self, Dict, Memory, Values};
use crate::sync::session::Diff;

/// One side of a diff: an object, its keys, and their number.
struct Side(Dict, Values, i32);

impl Side {
    /// A value that is not an object counts as empty, and is reported unless it is
    /// missing.
    fn check(side: JsValue, problem: Problem, memory: &Memory) -> Self {
        let keys = value::keys(&side);
        let len = keys.len();
        let is_missing = || side.is_null() || side.is_undefined();
        if len == 0 && Dict::check(&side).is_none() && !is_missing() {
            problem.report(memory, &side);
        }
        Self(side.unchecked_into(), keys, len)
    }

    fn presences<'a>(&'a self, memory: &'a Memory, problem: Problem) -> JsPresences<'a> {
        let Self(dict, keys, len) = self;
        JsPresences::new(dict, keys, *len, memory, problem)
    }
}

/// A diff that was checked. A side that is missing or malformed counts as empty.
pub struct JsDiff<'a> {
    payload: JsValue,
    joins: Side,
    leaves: Side,
    memory: &'a Memory,
}

impl<'a> JsDiff<'a> {
    /// `None` if `payload` is not an object, which is reported.
    pub fn check(payload: JsValue, memory: &'a Memory) -> Option<Self> {
        let joins = value::joins(&payload);
        let leaves = value::leaves(&payload);
        // A value with a side is an object. Asking first would be one call more for each diff.
        if joins.is_undefined() && leaves.is_undefined() && Dict::check(&payload).is_none() {
            Problem::Diff.report(memory, &payload);
            return None;
        }
        Some(Self {
            joins: Side::check(joins, Problem::Joins, memory),
            leaves: Side::check(leaves, Problem::Leaves, memory),
            payload,
            memory,
        })
    }

    /// A diff with these sides, without a payload.
    pub fn new(joins: Dict, leaves: Dict, memory: &'a Memory) -> Self {
        Self {
            joins: Side::check(joins.into(), Problem::Joins, memory),
            leaves: Side::check(leaves.into(), Problem::Leaves, memory),
            payload: JsValue::UNDEFINED,
            memory,
        }
    }

    pub fn payload(&self) -> &JsValue {
        &self.payload
    }
}

impl<'m> Diff for JsDiff<'m> {
    type Store = JsStore<'m>;
    type Side<'a>
        = JsPresences<'a>
    where
        Self: 'a;

    fn joins(&self) -> JsPresences<'_> {
        self.joins.presences(self.memory, Problem::JoinsPresence)
    }

    fn leaves(&self) -> JsPresences<'_> {
        self.leaves.presences(self.memory, Problem::LeavesPresence)
    }
}

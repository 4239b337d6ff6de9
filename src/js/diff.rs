//! The payload of a `presence_diff`, whose sides are objects.

use super::imports;
use super::presence::{Dict, JsPresences};
use super::problem::Problem;
use super::store::JsStore;
use super::value::Value;
use crate::sync::session::DiffPayload;

/// The result of [`imports::joins`] and [`imports::leaves`] for a side that is missing.
const MISSING: i32 = -1;

/// A diff that was checked. A side that is missing or malformed counts as empty.
#[derive(Clone, Copy)]
pub struct JsDiff {
    payload: Value,
    joins: Dict,
    leaves: Dict,
}

impl JsDiff {
    /// `None` if `payload` is not an object, which is reported.
    pub fn check(payload: Value) -> Option<Self> {
        let (joins, leaves) = (Dict::next(), Dict::next());
        let (joined, left) = (
            imports::joins(payload, joins.object),
            imports::leaves(payload, leaves.object),
        );
        // A value with a side is an object. Asking first would be one call more for each diff.
        if joined == MISSING && left == MISSING && Dict::check(payload).is_none() {
            Problem::Diff.report(payload);
            return None;
        }
        Some(Self {
            joins: side(joins, joined, Problem::Joins),
            leaves: side(leaves, left, Problem::Leaves),
            payload,
        })
    }

    pub fn payload(&self) -> Value {
        self.payload
    }
}

/// A side with `len` keys, which is negative where there is no object.
fn side(dict: Dict, len: i32, problem: Problem) -> Dict {
    if len < MISSING {
        problem.report(dict.object);
    }
    Dict { len, ..dict }
}

impl DiffPayload for JsDiff {
    type Store = JsStore;
    type Side<'a> = JsPresences;

    fn joins(&self) -> JsPresences {
        JsPresences::new(self.joins, Problem::JoinsPresence)
    }

    fn leaves(&self) -> JsPresences {
        JsPresences::new(self.leaves, Problem::LeavesPresence)
    }
}

//! A `presence_diff` as it came, each side checked.

use wasm_bindgen::prelude::*;

use super::problem::{Problem, Problems};
use super::store::{presences, Presence};
use super::value::{Dict, Sides};

/// The two sides of a diff; one that is missing or malformed counts as empty.
pub struct Diff<'a> {
    joins: Option<Dict>,
    leaves: Option<Dict>,
    problems: &'a Problems,
}

impl<'a> Diff<'a> {
    /// `None` if `payload` is not an object, which then is a problem.
    pub fn check(payload: &JsValue, problems: &'a Problems) -> Option<Self> {
        let Some(payload) = Dict::check(payload) else {
            problems.add(Problem::Diff, payload);
            return None;
        };
        let payload = payload.unchecked_ref::<Sides>();
        let side = |side: JsValue, malformed| {
            let dict = Dict::check(&side).cloned();
            if dict.is_none() && !side.is_null() && !side.is_undefined() {
                problems.add(malformed, &side);
            }
            dict
        };
        let joins = side(payload.joins(), Problem::Joins);
        let leaves = side(payload.leaves(), Problem::Leaves);
        Some(Self {
            joins,
            leaves,
            problems,
        })
    }

    /// The well-formed presences that joined. Each other is a problem.
    pub fn joins(&self) -> impl Iterator<Item = (JsValue, Presence)> + '_ {
        self.side(&self.joins, Problem::JoinsPresence)
    }

    /// The well-formed presences that left. Each other is a problem.
    pub fn leaves(&self) -> impl Iterator<Item = (JsValue, Presence)> + '_ {
        self.side(&self.leaves, Problem::LeavesPresence)
    }

    fn side<'b>(
        &'b self,
        side: &'b Option<Dict>,
        problem: Problem,
    ) -> impl Iterator<Item = (JsValue, Presence)> + 'b {
        side.iter()
            .flat_map(move |side| presences(side, move |key| self.problems.add(problem, key)))
    }
}

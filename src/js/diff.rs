//! A `presence_diff` as it came, each side checked.

use wasm_bindgen::prelude::*;

use super::inbox::{Inbox, Problem};
use super::store::{presences, Presence};
use super::value::{self, Dict};

/// The two sides of a diff; one that is missing or malformed counts as empty.
pub struct Diff<'a> {
    joins: Option<Dict>,
    leaves: Option<Dict>,
    inbox: &'a Inbox,
}

impl<'a> Diff<'a> {
    /// `None` if `payload` is not an object, which then is a problem.
    pub fn check(payload: &JsValue, inbox: &'a Inbox) -> Option<Self> {
        if Dict::check(payload).is_none() {
            inbox.problem(Problem::Diff, payload);
            return None;
        }
        let side = |side: JsValue, malformed| {
            let dict = Dict::check(&side).cloned();
            if dict.is_none() && !side.is_null() && !side.is_undefined() {
                inbox.problem(malformed, &side);
            }
            dict
        };
        let joins = side(value::joins(payload.unchecked_ref()), Problem::Joins);
        let leaves = side(value::leaves(payload.unchecked_ref()), Problem::Leaves);
        Some(Self {
            joins,
            leaves,
            inbox,
        })
    }

    /// The well-formed presences that joined. Each other is a problem.
    pub fn joins(&self) -> impl Iterator<Item = (JsValue, Presence)> + '_ {
        self.side(self.joins.as_ref(), Problem::JoinsPresence)
    }

    /// The well-formed presences that left. Each other is a problem.
    pub fn leaves(&self) -> impl Iterator<Item = (JsValue, Presence)> + '_ {
        self.side(self.leaves.as_ref(), Problem::LeavesPresence)
    }

    fn side<'b>(
        &'b self,
        side: Option<&'b Dict>,
        malformed: Problem,
    ) -> impl Iterator<Item = (JsValue, Presence)> + 'b {
        side.into_iter()
            .flat_map(move |side| presences(side, move |key| self.inbox.problem(malformed, key)))
    }
}

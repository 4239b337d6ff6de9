//! A `presence_diff` as it came, each side checked.

use wasm_bindgen::prelude::*;

use super::inbox::{Inbox, Problem};
use super::store::{Malformed, Presences};
use super::value::{self, Dict};

/// The two sides of a diff; one that is missing or malformed counts as empty.
pub struct Diff<'a> {
    joins: Dict,
    leaves: Dict,
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
            if Dict::check(&side).is_some() {
                return side.unchecked_into();
            }
            if !side.is_null() && !side.is_undefined() {
                inbox.problem(malformed, &side);
            }
            Dict::empty()
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
    pub fn joins(&self) -> Presences<'_> {
        Presences::of(
            &self.joins,
            self.inbox,
            Malformed::Is(Problem::JoinsPresence),
        )
    }

    /// The well-formed presences that left. Each other is a problem.
    pub fn leaves(&self) -> Presences<'_> {
        Presences::of(
            &self.leaves,
            self.inbox,
            Malformed::Is(Problem::LeavesPresence),
        )
    }
}

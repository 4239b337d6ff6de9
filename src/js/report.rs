//! Tells the callbacks what happened, once all of it has.
//!
//! Invariant: every callback is called, in the order of phoenix.js, whatever the
//! others throw.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::problem::{Problem, Problems};
use super::store::Object;
use crate::sync::Applied;

/// The callbacks of a message, and what they are to be told.
pub struct Report {
    on_join: Option<Function>,
    on_leave: Option<Function>,
    applied: Vec<Applied<Object>>,
}

impl Report {
    pub fn new(on_join: Option<Function>, on_leave: Option<Function>) -> Self {
        Self {
            on_join,
            on_leave,
            applied: Vec::new(),
        }
    }

    pub fn add(&mut self, applied: Applied<Object>) {
        self.applied.push(applied);
    }

    /// Calls them. What they throw becomes a problem.
    pub fn fire(self, problems: &Problems) {
        let this = JsValue::UNDEFINED;
        for applied in self.applied {
            if let Some(on_join) = &self.on_join {
                for event in applied.joins {
                    let current = event.current.map(|presence| presence.fields.into());
                    let current = current.unwrap_or(JsValue::UNDEFINED);
                    let joined = event.joined.fields;
                    caught(
                        on_join.call3(&this, &event.key, &current, &joined),
                        problems,
                    );
                }
            }
            if let Some(on_leave) = &self.on_leave {
                for event in applied.leaves {
                    let (current, left) = (event.current.fields, event.left.fields);
                    caught(on_leave.call3(&this, &event.key, &current, &left), problems);
                }
            }
        }
    }
}

/// Calls `callback`, if there is one. What it throws becomes a problem.
pub fn call(callback: Option<Function>, problems: &Problems) {
    if let Some(callback) = callback {
        caught(callback.call0(&JsValue::UNDEFINED), problems);
    }
}

fn caught(result: Result<JsValue, JsValue>, problems: &Problems) {
    if let Err(error) = result {
        problems.add(Problem::Thrown, &error);
    }
}

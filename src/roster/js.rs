//! Payloads that are JavaScript values, as a channel of phoenix.js delivers them.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::error::Error;
use super::event::Events;
use super::ordered::Ordered;
use super::payload::{Read, DIFF, JOINS, LEAVES, NOT_UNICODE, STATE};
use super::wire::{Diff, State};
use super::Roster;

impl<M: DeserializeOwned + PartialEq> Roster<M> {
    /// [`sync_state`](Self::sync_state) of a JavaScript value, such as the
    /// payload that a channel of phoenix.js hands to its callback.
    ///
    /// # Errors
    ///
    /// As [`sync_state_json`](Self::sync_state_json).
    pub fn sync_state_js(&mut self, payload: &JsValue) -> Result<Events<M>, Error> {
        state(payload).map(|read| self.apply_state(&read.payload, read.skipped))
    }

    /// [`sync_diff`](Self::sync_diff) of a JavaScript value.
    ///
    /// # Errors
    ///
    /// As [`sync_state_json`](Self::sync_state_json).
    pub fn sync_diff_js(&mut self, payload: &JsValue) -> Result<Events<M>, Error> {
        diff(payload).map(|read| self.apply_diff(read.payload, read.skipped))
    }
}

/// The payload of a `presence_state`.
fn state<M: DeserializeOwned>(payload: &JsValue) -> Result<Read<State<M>>, Error> {
    let mut skipped = Vec::new();
    let payload = presences(payload, STATE, &mut skipped)?;
    Ok(Read { payload, skipped })
}

/// The payload of a `presence_diff`.
fn diff<M: DeserializeOwned>(payload: &JsValue) -> Result<Read<Diff<M>>, Error> {
    object(payload, DIFF)?;
    let mut skipped = Vec::new();
    let mut side = |name: &str, expected| {
        let side = js_sys::Reflect::get(payload, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if side.is_undefined() || side.is_null() {
            return State::default();
        }
        presences(&side, expected, &mut skipped).unwrap_or_else(|error| {
            skipped.push(error);
            State::default()
        })
    };
    let (joins, leaves) = (side("joins", JOINS), side("leaves", LEAVES));
    Ok(Read {
        payload: Diff { joins, leaves },
        skipped,
    })
}

fn presences<M: DeserializeOwned>(
    payload: &JsValue,
    expected: &'static str,
    skipped: &mut Vec<Error>,
) -> Result<State<M>, Error> {
    let mut read = Ordered::new();
    for entry in js_sys::Object::entries(object(payload, expected)?) {
        let entry = entry.unchecked_into::<js_sys::Array>();
        let key = entry.get(0).unchecked_into::<js_sys::JsString>();
        let text = String::from(&key);
        if !key.is_valid_utf16() {
            skipped.push(Error::presence(&text, NOT_UNICODE));
            continue;
        }
        match serde_wasm_bindgen::from_value(entry.get(1)) {
            Ok(presence) => read.insert(text.into(), Arc::new(presence)),
            Err(error) => skipped.push(Error::presence(&text, error)),
        }
    }
    Ok(State(read))
}

fn object<'a>(value: &'a JsValue, expected: &'static str) -> Result<&'a js_sys::Object, Error> {
    if value.is_object() && !js_sys::Array::is_array(value) {
        return Ok(value.unchecked_ref());
    }
    Err(Error::payload(expected, format_args!("found {value:?}")))
}

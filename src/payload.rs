//! Reads payloads so that one malformed presence costs only itself.
//!
//! Invariant: what is well-formed is read, what is not is named in an error,
//! and nothing is both.
//!
//! A payload is first read straight into its type. Only when that fails is it
//! read again, presence by presence: the usual payload pays nothing for it.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::ordered::Ordered;
use crate::wire::{Diff, Presence, State};

const STATE: &str = "a presence_state: an object with a presence for each key";
const DIFF: &str = "a presence_diff: an object with joins and leaves";
const JOINS: &str = "joins of a presence_diff: an object with a presence for each key";
const LEAVES: &str = "leaves of a presence_diff: an object with a presence for each key";

/// A payload, and what of it had to be left out.
pub(crate) struct Read<T> {
    pub payload: T,
    pub skipped: Vec<Error>,
}

impl<T> From<T> for Read<T> {
    fn from(payload: T) -> Self {
        Self {
            payload,
            skipped: Vec::new(),
        }
    }
}

/// The payload of a `presence_state`, from JSON text.
pub(crate) fn state<M: DeserializeOwned>(json: &[u8]) -> Result<Read<State<M>>, Error> {
    if let Ok(state) = serde_json::from_slice::<State<M>>(json) {
        return Ok(state.into());
    }
    let raw = serde_json::from_slice(json).map_err(|error| Error::payload(STATE, error))?;
    let mut skipped = Vec::new();
    let payload = presences(raw, STATE, &mut skipped)?;
    Ok(Read { payload, skipped })
}

/// The payload of a `presence_diff`, from JSON text.
pub(crate) fn diff<M: DeserializeOwned>(json: &[u8]) -> Result<Read<Diff<M>>, Error> {
    // serde reads a struct from an array too, and `[{…},{…}]` is no diff.
    if json.trim_ascii_start().starts_with(b"{") {
        if let Ok(diff) = serde_json::from_slice::<Diff<M>>(json) {
            return Ok(diff.into());
        }
    }
    let raw: Ordered<&RawValue> =
        serde_json::from_slice(json).map_err(|error| Error::payload(DIFF, error))?;
    let mut skipped = Vec::new();
    let mut side = |name, expected| {
        let read = raw
            .get(name)
            .filter(|raw| raw.get() != "null") // which counts as absent
            .map(|raw| presences(raw, expected, &mut skipped))
            .transpose();
        read.unwrap_or_else(|error| {
            skipped.push(error);
            None
        })
    };
    let joins = side("joins", JOINS).unwrap_or_default();
    let leaves = side("leaves", LEAVES).unwrap_or_default();
    Ok(Read {
        payload: Diff { joins, leaves },
        skipped,
    })
}

/// The presences that are well-formed.
fn presences<M: DeserializeOwned>(
    raw: &RawValue,
    expected: &'static str,
    skipped: &mut Vec<Error>,
) -> Result<State<M>, Error> {
    let raw: Ordered<&RawValue> =
        serde_json::from_str(raw.get()).map_err(|error| Error::payload(expected, error))?;
    let mut read = Ordered::new();
    for (key, raw) in raw.iter() {
        match serde_json::from_str::<Presence<M>>(raw.get()) {
            Ok(presence) => read.insert(Arc::clone(key), Arc::new(presence)),
            Err(error) => skipped.push(Error::presence(key, error)),
        }
    }
    Ok(State(read))
}

#[cfg(target_arch = "wasm32")]
pub(crate) use self::js::{diff as diff_js, state as state_js};

/// The same from JavaScript values.
#[cfg(target_arch = "wasm32")]
mod js {
    use std::sync::Arc;

    use serde::de::DeserializeOwned;
    use wasm_bindgen::{JsCast, JsValue};

    use super::{Read, DIFF, JOINS, LEAVES, STATE};
    use crate::error::Error;
    use crate::ordered::Ordered;
    use crate::wire::{Diff, State};

    /// The payload of a `presence_state`.
    pub(crate) fn state<M: DeserializeOwned>(payload: &JsValue) -> Result<Read<State<M>>, Error> {
        let mut skipped = Vec::new();
        let payload = presences(payload, STATE, &mut skipped)?;
        Ok(Read { payload, skipped })
    }

    /// The payload of a `presence_diff`.
    pub(crate) fn diff<M: DeserializeOwned>(payload: &JsValue) -> Result<Read<Diff<M>>, Error> {
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
            // A lone surrogate, which no Rust string can hold, becomes U+FFFD.
            let key = String::from(entry.get(0).unchecked_into::<js_sys::JsString>());
            match serde_wasm_bindgen::from_value(entry.get(1)) {
                Ok(presence) => read.insert(key.into(), Arc::new(presence)),
                Err(error) => skipped.push(Error::presence(&key, error)),
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn keys(state: &State<Value>) -> Vec<&str> {
        state.iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn a_malformed_presence_is_named_and_the_rest_is_read() {
        let json =
            br#"{"b":{"metas":[{}]},"x":{"metas":7},"y":null,"z":{"metas":[1]},"a":{"metas":[]}}"#;
        let read = state::<Value>(json).unwrap();
        assert_eq!(keys(&read.payload), ["b", "a"]);
        let named: Vec<_> = read
            .skipped
            .iter()
            .map(|error| error.key().unwrap())
            .collect();
        assert_eq!(named, ["x", "y", "z"]);
        let message = read.skipped[0].to_string();
        assert!(
            message.starts_with(r#"expected an object with an array of metas for "x": "#),
            "{message}"
        );
    }

    #[test]
    fn one_deeply_nested_presence_costs_only_itself() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let json = format!(r#"{{"deep":{{"metas":[{{"x":{deep}}}]}},"a":{{"metas":[]}}}}"#);
        let read = state::<Value>(json.as_bytes()).unwrap();
        assert_eq!(keys(&read.payload), ["a"]);
        assert_eq!(read.skipped[0].key(), Some("deep"));
    }

    #[test]
    fn a_payload_that_is_no_object_is_an_error_that_says_so() {
        for json in ["null", "[]", "7", "\"x\"", "", "{", "{}x"] {
            let error = state::<Value>(json.as_bytes()).err().expect(json);
            assert!(
                error
                    .to_string()
                    .starts_with("expected a presence_state: an object"),
                "{error}"
            );
            assert_eq!(error.key(), None);
        }
        for json in ["7", "[{},{}]", r#" [{"a":{"metas":[]}}]"#] {
            let error = diff::<Value>(json.as_bytes()).err().expect(json);
            let message = error.to_string();
            assert!(message.starts_with("expected a presence_diff"), "{message}");
        }
    }

    #[test]
    fn of_a_side_that_a_diff_names_twice_the_last_counts_as_in_javascript() {
        let json = br#"{"joins":{"a":{"metas":[]}},"joins":{"b":{"metas":[]}}}"#;
        let read = diff::<Value>(json).unwrap();
        assert_eq!(keys(&read.payload.joins), ["b"]);
        assert!(read.skipped.is_empty());
    }

    #[test]
    fn a_diff_loses_only_the_side_that_is_malformed() {
        let read = diff::<Value>(br#"{"joins":7,"leaves":{"a":{"metas":[]}}}"#).unwrap();
        assert_eq!(keys(&read.payload.leaves), ["a"]);
        assert!(read.payload.joins.is_empty());
        assert!(read.skipped[0]
            .to_string()
            .starts_with("expected joins of a presence_diff"));
        assert!(diff::<Value>(br#"{"joins":null}"#)
            .unwrap()
            .skipped
            .is_empty());
    }
}

//! Reads payloads so that a malformed presence costs only itself.
//!
//! Invariant: every member of a payload is either read or named in an error.
//!
//! A payload is first read straight into its type. If that fails, it is read again,
//! presence by presence, so that a well-formed payload costs nothing extra.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::error::Error;
use super::ordered::Ordered;
use super::wire::{Diff, Presence, State};

pub(crate) const STATE: &str = "a presence_state: an object with a presence for each key";
pub(crate) const DIFF: &str = "a presence_diff: an object with joins and leaves";
pub(crate) const JOINS: &str = "joins of a presence_diff: an object with a presence for each key";
pub(crate) const LEAVES: &str = "leaves of a presence_diff: an object with a presence for each key";

/// Why a presence is skipped whose key has a lone surrogate.
pub(crate) const NOT_UNICODE: &str = "its key is not Unicode text";

/// A payload, and the errors of the parts that were skipped.
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
    // First as a whole, since names that are read as bytes may hold control characters.
    let Members(sides) = serde_json::from_slice::<&RawValue>(json)
        .and_then(|raw| serde_json::from_str(raw.get()))
        .map_err(|error| Error::payload(DIFF, error))?;
    // Of a side that is named twice, the last counts.
    let raw: Ordered<&RawValue> = sides
        .into_iter()
        .filter_map(|(name, raw)| Some((name.ok()?, raw)))
        .collect();
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
    let Members(members) =
        serde_json::from_str(raw.get()).map_err(|error| Error::payload(expected, error))?;
    let mut by_key = Ordered::new();
    for (key, raw) in members {
        match key {
            Ok(key) => by_key.insert(key, raw),
            Err(key) => skipped.push(Error::presence(&key, NOT_UNICODE)),
        }
    }
    let mut read = Ordered::new();
    for (key, raw) in by_key.iter() {
        match serde_json::from_str::<Presence<M>>(raw.get()) {
            Ok(presence) => read.insert(Arc::clone(key), Arc::new(presence)),
            Err(error) => skipped.push(Error::presence(key, error)),
        }
    }
    Ok(State(read))
}

/// The members of an object. A key that is not Unicode text (JSON can escape half of a
/// surrogate pair) is an error with a lossy copy of the key.
struct Members<'a>(Vec<(Result<Arc<str>, String>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyObject;

        impl<'de> Visitor<'de> for AnyObject {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(AnyObject)
    }
}

/// A key, read as bytes: as text, one lone surrogate would fail the whole payload.
struct Key(Result<Arc<str>, String>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Key, E> {
                let lossy = |_| String::from_utf8_lossy(bytes).into_owned();
                Ok(Key(std::str::from_utf8(bytes)
                    .map(Arc::from)
                    .map_err(lossy)))
            }
        }

        deserializer.deserialize_bytes(Bytes)
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
    fn a_control_character_in_a_name_is_not_json() {
        for json in [
            "{\"\u{1}\":{\"metas\":[]}}",
            "{\"\u{1}leaves\":{\"a\":{\"metas\":[]}}}",
            "{\"joins\":{\"\u{1}\":{\"metas\":[]}}}",
        ] {
            assert!(state::<Value>(json.as_bytes()).is_err(), "{json:?}");
            assert!(diff::<Value>(json.as_bytes()).is_err(), "{json:?}");
        }
    }

    /// Reads a meta whose `field` is a `T`, beside a presence without metas.
    fn assert_is_skipped<T: DeserializeOwned>(field: &str) {
        #[derive(serde::Deserialize)]
        struct Data<T> {
            #[serde(rename = "field")]
            _field: T,
        }
        let json = format!(
            r#"{{"x":{{"metas":[{{"phx_ref":"1","field":{field}}}]}},"a":{{"metas":[]}}}}"#
        );
        let read = state::<Data<T>>(json.as_bytes()).unwrap();
        let keys: Vec<_> = read.payload.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["a"]);
        let named: Vec<_> = read.skipped.iter().map(Error::key).collect();
        assert_eq!(named, [Some("x")]);
    }

    #[test]
    fn a_meta_of_a_type_that_cannot_be_buffered_is_skipped_and_named() {
        assert_is_skipped::<i128>("1");
        assert_is_skipped::<u128>("1");
        assert_is_skipped::<std::collections::HashMap<u32, Value>>(r#"{"1":2}"#);
        assert_is_skipped::<Box<RawValue>>(r#"{"b":2}"#);
    }

    #[test]
    fn a_key_that_is_not_unicode_text_costs_only_itself() {
        let json = br#"{"a":{"metas":[]},"\ud800":{"metas":[]},"b":{"metas":[]}}"#;
        let read = state::<Value>(json).unwrap();
        assert_eq!(keys(&read.payload), ["a", "b"]);
        assert_eq!(read.skipped.len(), 1);
        let message = read.skipped[0].to_string();
        assert!(
            message.ends_with("its key is not Unicode text"),
            "{message}"
        );

        let json = br#"{"\ud800":7,"joins":{"\ud800":{"metas":[]},"c":{"metas":[]}}}"#;
        let read = diff::<Value>(json).unwrap();
        assert_eq!(keys(&read.payload.joins), ["c"]);
        assert_eq!(read.skipped.len(), 1);
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
    fn a_payload_that_is_not_an_object_is_an_error_that_names_the_expectation() {
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
    fn the_last_of_two_sides_with_one_name_counts_as_in_javascript() {
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

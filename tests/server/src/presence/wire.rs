//! The payloads of `presence_state` and `presence_diff`.
//!
//! Invariant: a [`TrackedMeta`] is serialized once, when it is tracked; states and
//! diffs copy that text, which keeps the time under the hub's lock short.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// One tracked connection of a user, such as a tab or a device.
#[derive(Debug)]
pub struct TrackedMeta {
    /// The ref of this version of the meta.
    pub phx_ref: String,
    /// The application's fields, without the refs.
    pub fields: Map<String, Value>,
    json: Box<RawValue>,
}

impl TrackedMeta {
    /// A meta; `phx_ref_prev` is the ref of the version that it replaces.
    ///
    /// Fields named `phx_ref` or `phx_ref_prev` are dropped: only the server assigns refs.
    pub fn new(
        phx_ref: String,
        phx_ref_prev: Option<&str>,
        mut fields: Map<String, Value>,
    ) -> Self {
        fields.retain(|name, _| name != "phx_ref" && name != "phx_ref_prev");
        let shape = MetaFields {
            phx_ref: &phx_ref,
            phx_ref_prev,
            // Sorted, as Phoenix writes them, whatever order a map of serde_json has.
            fields: fields.iter().collect(),
        };
        let json = serde_json::value::to_raw_value(&shape)
            .expect("a map with string keys always serializes");
        Self {
            phx_ref,
            fields,
            json,
        }
    }

    /// A meta of another node, with the refs that it has there.
    pub(super) fn from_json(json: &RawValue) -> serde_json::Result<Self> {
        let mut fields: Map<String, Value> = serde_json::from_str(json.get())?;
        let phx_ref = match fields.remove("phx_ref") {
            Some(Value::String(phx_ref)) => phx_ref,
            _ => return Err(serde::de::Error::custom("phx_ref is not a string")),
        };
        fields.remove("phx_ref_prev");
        Ok(Self {
            phx_ref,
            fields,
            json: json.to_owned(),
        })
    }

    pub(super) fn json(&self) -> &RawValue {
        &self.json
    }

    /// The length of its JSON, in bytes.
    pub fn bytes(&self) -> usize {
        self.json.get().len()
    }

    /// The bytes that it adds to a `presence_state`, with the comma behind it.
    pub(super) fn state_bytes(&self) -> usize {
        self.bytes() + 1
    }
}

impl Serialize for TrackedMeta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

#[derive(Serialize)]
struct MetaFields<'a> {
    phx_ref: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phx_ref_prev: Option<&'a str>,
    #[serde(flatten)]
    fields: BTreeMap<&'a String, &'a Value>,
}

/// The presence of one key: its metas, oldest channel first, and the fields that `fetch` adds.
#[derive(Debug, Clone, Default)]
pub struct PresenceEntry {
    /// The metas.
    pub metas: Vec<Arc<TrackedMeta>>,
    /// Fields beside `metas`.
    pub extra: Map<String, Value>,
}

impl Serialize for PresenceEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_presence(serializer, self.metas.iter(), Some(&self.extra))
    }
}

/// A presence: its metas, and the fields that `fetch` adds.
pub(super) fn serialize_presence<'a, S: Serializer>(
    serializer: S,
    metas: impl Iterator<Item = &'a Arc<TrackedMeta>> + Clone,
    extra: Option<&Map<String, Value>>,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("metas", &MetaList(metas))?;
    for (name, value) in extra.into_iter().flatten() {
        if name != "metas" {
            map.serialize_entry(name, value)?;
        }
    }
    map.end()
}

// `Arc<T>: Serialize` would need serde's `rc` feature for this one list.
struct MetaList<I>(I);

impl<'a, I: Iterator<Item = &'a Arc<TrackedMeta>> + Clone> Serialize for MetaList<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone().map(AsRef::as_ref))
    }
}

/// PresenceMap by key: the payload of `presence_state`, and either side of a diff.
pub type PresenceMap = BTreeMap<String, PresenceEntry>;

/// The bytes that a key adds to a `presence_state`, with the comma behind it and without its metas.
pub(super) fn key_bytes(key: &str, extra: Map<String, Value>) -> usize {
    let entry = PresenceEntry {
        metas: Vec::new(),
        extra,
    };
    let map = PresenceMap::from([(key.to_owned(), entry)]);
    // The comma takes the place of one of the two braces.
    serde_json::to_string(&map).map_or(0, |text| text.len() - 1)
}

/// The payload of `presence_diff`, for every subscriber of the topic, in order.
#[must_use = "clients that do not receive a diff have a wrong roster"]
#[derive(Debug, Default, Serialize)]
pub struct PresenceDiff {
    /// The metas that joined, by key.
    pub joins: PresenceMap,
    /// The metas that left, by key.
    pub leaves: PresenceMap,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn refs_in_the_fields_of_a_client_are_dropped() {
        let forged = fields(json!({"phx_ref": "forged", "phx_ref_prev": "forged", "a": 1}));
        let meta = TrackedMeta::new("true".into(), None, forged);
        assert_eq!(
            serde_json::to_string(&meta).unwrap(),
            r#"{"phx_ref":"true","a":1}"#
        );
    }

    #[test]
    fn fetched_fields_stand_beside_metas_and_cannot_replace_them() {
        let presence = PresenceEntry {
            metas: vec![Arc::new(TrackedMeta::new("r".into(), None, Map::new()))],
            extra: fields(json!({"user": {"name": "A"}, "metas": "mine"})),
        };
        assert_eq!(
            serde_json::to_string(&presence).unwrap(),
            r#"{"metas":[{"phx_ref":"r"}],"user":{"name":"A"}}"#
        );
    }
}

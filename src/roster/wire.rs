//! The payloads of `presence_state` and `presence_diff`.
//!
//! Invariant: a payload that is read and written again is equal JSON, with keys in the
//! order of a JavaScript object.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ordered::Ordered;

/// One device, tab or process of a user.
///
/// `M` is the metadata that the server tracks: any type that serde can read from the
/// other fields of the object, such as a struct, an enum or
/// `serde_json::Map<String, Value>`.
///
/// The fields are read with [`#[serde(flatten)]`](https://serde.rs/attr-flatten.html),
/// which buffers them. Three kinds of type cannot be read from that buffer, anywhere in
/// `M`: `i128` and `u128`, maps whose keys are integers (take `HashMap<String, T>`), and
/// `serde_json::value::RawValue` (take `serde_json::Value`). A presence with such a meta
/// is skipped and named in [`Events::skipped`](crate::Events::skipped).
///
/// ```
/// use phoenix_presence::Meta;
///
/// #[derive(serde::Deserialize)]
/// struct Device {
///     status: String,
/// }
///
/// let meta: Meta<Device> =
///     serde_json::from_str(r#"{"phx_ref":"GOrb0QGLjTS0HgBy","status":"away"}"#)?;
/// assert_eq!(meta.phx_ref.as_deref(), Some("GOrb0QGLjTS0HgBy"));
/// assert_eq!(meta.data.status, "away");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meta<M> {
    /// The name of this meta: 16 characters of URL-safe base64 from Phoenix. All metas
    /// without one count as the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phx_ref: Option<Box<str>>,
    /// The ref of the meta that an update replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phx_ref_prev: Option<Box<str>>,
    /// The metadata that the server tracks.
    #[serde(flatten)]
    pub data: M,
}

/// A user: one meta for each device, in the order in which they joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Presence<M> {
    /// The metas, shared between the presences before and after a change, and between
    /// events.
    pub metas: Vec<Arc<Meta<M>>>,
    /// The fields beside `metas`, which the server's `fetch/2` adds.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// The payload of a `presence_state`: presences by key, in the key order of a JavaScript
/// object.
///
/// ```
/// use phoenix_presence::{Meta, Presence, State};
///
/// let meta = Meta { phx_ref: Some("1".into()), phx_ref_prev: None, data: () };
/// let ada = Presence { metas: vec![meta.into()], fields: Default::default() };
/// let state: State<()> = [("ada", ada)].into_iter().collect();
/// assert_eq!(state.get("ada").unwrap().metas.len(), 1);
/// ```
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[serde(bound(
    deserialize = "M: serde::de::DeserializeOwned",
    serialize = "M: Serialize"
))]
pub struct State<M>(pub(crate) Ordered<Arc<Presence<M>>>);

/// The payload of a `presence_diff`: the metas that joined and left.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(
    deserialize = "M: serde::de::DeserializeOwned",
    serialize = "M: Serialize"
))]
pub struct Diff<M> {
    /// The metas that joined, by key.
    #[serde(default)]
    pub joins: State<M>,
    /// The metas that left, by key.
    #[serde(default)]
    pub leaves: State<M>,
}

impl<M> State<M> {
    /// The presence of `key`.
    pub fn get(&self, key: &str) -> Option<&Presence<M>> {
        self.0.get(key).map(Arc::as_ref)
    }

    /// Keys and presences, in the key order of a JavaScript object.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Presence<M>)> {
        self.0.iter().map(|(key, presence)| (&**key, &**presence))
    }

    /// Keys and presences, without copying either.
    pub(crate) fn shared(&self) -> impl Iterator<Item = (Arc<str>, Arc<Presence<M>>)> + '_ {
        self.0
            .iter()
            .map(|(key, presence)| (Arc::clone(key), Arc::clone(presence)))
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<M> Clone for State<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M> Clone for Diff<M> {
    fn clone(&self) -> Self {
        Self {
            joins: self.joins.clone(),
            leaves: self.leaves.clone(),
        }
    }
}

impl<M> Default for State<M> {
    fn default() -> Self {
        Self(Ordered::new())
    }
}

impl<M> Default for Diff<M> {
    fn default() -> Self {
        Self {
            joins: State::default(),
            leaves: State::default(),
        }
    }
}

impl<M, K: Into<Arc<str>>> FromIterator<(K, Presence<M>)> for State<M> {
    fn from_iter<I: IntoIterator<Item = (K, Presence<M>)>>(presences: I) -> Self {
        let shared = presences
            .into_iter()
            .map(|(key, presence)| (key, Arc::new(presence)));
        Self(shared.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_and_written_as_phoenix_sends_it() {
        let json = concat!(
            r#"{"7":{"metas":[{"phx_ref":"b","phx_ref_prev":"a","status":"away"}]},"#,
            r#""alice":{"metas":[{"phx_ref":"c"},{"device":"web"}],"user":{"name":"Alice"}}}"#,
        );
        let state: State<Map<String, Value>> = serde_json::from_str(json).unwrap();
        assert_eq!(state.len(), 2);
        assert_eq!(serde_json::to_string(&state).unwrap(), json);
    }

    #[test]
    fn a_missing_side_of_a_diff_is_empty() {
        let diff: Diff<Value> = serde_json::from_str(r#"{"joins":{"a":{"metas":[]}}}"#).unwrap();
        assert_eq!((diff.joins.len(), diff.leaves.is_empty()), (1, true));
    }
}

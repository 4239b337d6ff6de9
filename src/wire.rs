//! What the server sends: the payloads of `presence_state` and `presence_diff`.
//!
//! Invariant: these types hold what was sent, no more. Reading and writing them
//! again gives the same JSON, keys in JavaScript's order.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ordered::Ordered;

/// One device, tab or process of a user.
///
/// `M` is what the server tracks with it: any type that serde can read from the
/// other fields of the object, such as a struct of your own.
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
    /// Names this meta: 16 characters of URL-safe base64 from Phoenix. All metas
    /// without one count as the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phx_ref: Option<Box<str>>,
    /// The ref that an update replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phx_ref_prev: Option<Box<str>>,
    /// What the server tracks with it.
    #[serde(flatten)]
    pub data: M,
}

/// A user: one meta for each device, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Presence<M> {
    /// The metas. Shared, since the same meta stands in many presences: before a
    /// change, after it, and in what is reported of it.
    pub metas: Vec<Arc<Meta<M>>>,
    /// The fields beside `metas`, which the server's `fetch/2` adds.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// The payload of a `presence_state`: who is there, by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[serde(bound(
    deserialize = "M: serde::de::DeserializeOwned",
    serialize = "M: Serialize"
))]
pub struct State<M>(pub(crate) Ordered<Arc<Presence<M>>>);

/// The payload of a `presence_diff`: who came and who went since the last one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nobody is there.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
    fn a_diff_without_a_side_has_it_empty() {
        let diff: Diff<Value> = serde_json::from_str(r#"{"joins":{"a":{"metas":[]}}}"#).unwrap();
        assert_eq!((diff.joins.len(), diff.leaves.is_empty()), (1, true));
    }
}

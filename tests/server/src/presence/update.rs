//! The two forms of an update: a map of new fields, or a function of the old ones.

use serde_json::{Map, Value};

/// New fields of a meta: a map, or a function of the old fields, as in Phoenix's `update/3`.
pub trait MetaUpdate {
    /// The new fields.
    fn apply(self, old: &Map<String, Value>) -> Map<String, Value>;
}

impl MetaUpdate for Map<String, Value> {
    fn apply(self, _: &Map<String, Value>) -> Map<String, Value> {
        self
    }
}

impl<F: FnOnce(Map<String, Value>) -> Map<String, Value>> MetaUpdate for F {
    fn apply(self, old: &Map<String, Value>) -> Map<String, Value> {
        self(old.clone())
    }
}

//! A model of the server: what it lists, and what it sends when that changes.

use serde_json::{json, Map, Value};

/// What a process on the server does.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// Tracks a new meta under this key.
    Track(&'static str),
    /// Updates one of the metas of this key.
    Update(&'static str, usize),
    /// Untracks one of the metas of this key.
    Untrack(&'static str, usize),
}

/// Keys with their metas, as the server knows them.
#[derive(Default)]
pub struct Server {
    metas: Vec<(&'static str, Value)>,
    refs: u32,
}

impl Server {
    /// Does `op`. The diff that everyone is sent, if anything changed.
    pub fn apply(&mut self, op: Op) -> Option<Value> {
        match op {
            Op::Track(key) => {
                let meta = json!({"phx_ref": self.next_ref(), "n": self.refs});
                self.metas.push((key, meta.clone()));
                Some(json!({"joins": {key: {"metas": [meta]}}, "leaves": {}}))
            }
            Op::Update(key, which) => {
                let old = self.remove(key, which)?;
                let meta = json!({"phx_ref": self.next_ref(), "phx_ref_prev": old["phx_ref"], "n": self.refs});
                self.metas.push((key, meta.clone()));
                Some(json!({"joins": {key: {"metas": [meta]}}, "leaves": {key: {"metas": [old]}}}))
            }
            Op::Untrack(key, which) => {
                let old = self.remove(key, which)?;
                Some(json!({"joins": {}, "leaves": {key: {"metas": [old]}}}))
            }
        }
    }

    /// What a `presence_state` would hold.
    pub fn state(&self) -> Value {
        let mut state = Map::new();
        for (key, meta) in &self.metas {
            let presence = state.entry(*key).or_insert_with(|| json!({"metas": []}));
            if let Some(metas) = presence["metas"].as_array_mut() {
                metas.push(meta.clone());
            }
        }
        Value::Object(state)
    }

    fn remove(&mut self, key: &str, which: usize) -> Option<Value> {
        let metas = self
            .metas
            .iter()
            .enumerate()
            .filter(|(_, (k, _))| *k == key);
        let (at, _) = metas.clone().nth(which.checked_rem(metas.count())?)?;
        Some(self.metas.remove(at).1)
    }

    fn next_ref(&mut self) -> String {
        self.refs += 1;
        format!("F{:015}", self.refs)
    }
}

//! Random payloads that are the same on every run.

use serde_json::{json, Map, Value};

const KEYS: &[&str] = &[
    "b",
    "a",
    "",
    "10",
    "9",
    "__proto__",
    "constructor",
    "4294967295",
    "é",
];

/// A generator (xorshift64): the quality that tests need, without a source of
/// entropy, which wasm has not got everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// Presences under few keys with few refs, so that they meet: in JSON text,
    /// since that is how payloads come and since it keeps the order of the keys.
    pub fn presences(&mut self) -> String {
        let members = (0..self.below(7)).map(|_| {
            let key = KEYS[self.below(KEYS.len())];
            format!("{}:{}", json!(key), self.presence())
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    fn presence(&mut self) -> Value {
        let metas: Vec<Value> = (0..self.below(4)).map(|_| self.meta()).collect();
        let mut presence = Map::from_iter([("metas".into(), metas.into())]);
        match self.below(4) {
            0 => presence.insert("user".into(), json!({"name": self.below(9)})),
            1 => presence.insert("__proto__".into(), json!({"own": true})),
            _ => None,
        };
        presence.into()
    }

    fn meta(&mut self) -> Value {
        match self.below(5) {
            0 => json!({"n": self.below(9)}),
            1 => json!({"phx_ref": self.phx_ref(), "phx_ref_prev": self.phx_ref(), "n": 0}),
            _ => json!({"phx_ref": self.phx_ref(), "n": self.below(3)}),
        }
    }

    fn phx_ref(&mut self) -> String {
        (1 + self.below(4)).to_string()
    }
}

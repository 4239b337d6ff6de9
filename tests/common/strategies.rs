//! Random payloads for proptest, and what comes of them.

use phoenix_presence::Roster;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{json, Value};

use super::model::Op;

pub type Meta = serde_json::Map<String, Value>;

/// Few keys, so that they meet; some are integers to JavaScript, some only look so.
pub const KEYS: &[&str] = &[
    "b",
    "a",
    "",
    "10",
    "9",
    "__proto__",
    "01",
    "4294967295",
    "é",
];

/// What a process on the server does.
pub fn op() -> impl Strategy<Value = Op> {
    (0..3u8, select(KEYS), 0..4usize).prop_map(|(kind, key, which)| match kind {
        0 => Op::Track(key),
        1 => Op::Update(key, which),
        _ => Op::Untrack(key, which),
    })
}

/// A presence with few refs, so that they meet: some twice, some missing.
pub fn presence() -> impl Strategy<Value = Value> {
    let meta = (
        select(vec![Some("1"), Some("2"), Some("3"), Some("4"), None]),
        0..9u8,
    );
    (vec(meta, 0..5), 0..3u8).prop_map(|(metas, field)| {
        let metas = metas.into_iter().map(|(phx_ref, n)| match phx_ref {
            Some(phx_ref) => json!({"phx_ref": phx_ref, "n": n}),
            None => json!({"n": n}),
        });
        json!({"metas": metas.collect::<Vec<_>>(), "field": field})
    })
}

/// Presences as they stand in a payload: a key may stand twice.
pub fn presences() -> impl Strategy<Value = Vec<(String, Value)>> {
    vec((select(KEYS).prop_map(String::from), presence()), 0..6)
}

/// `value` as a payload.
pub fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

/// A `presence_state`, or a side of a diff, as text.
pub fn state_json(presences: &[(String, Value)]) -> String {
    let members = presences
        .iter()
        .map(|(key, presence)| format!("{}:{presence}", json!(key)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Keys and presences in order.
pub fn listed(roster: &Roster<Meta>) -> Vec<(String, Value)> {
    roster
        .iter()
        .map(|(key, presence)| (key.into(), json!(presence)))
        .collect()
}

//! The changes of a message, found the slow way: by comparing all presences before it
//! with all presences after it.
//!
//! Everything is JSON in the shape of the npm package's changes.

use std::collections::BTreeMap;

use phoenix_presence::{Change, Meta, Reason};
use serde::Serialize;
use serde_json::{json, Value};

/// Presences in key order.
type Roster = [(String, Value)];

/// A change of a typed roster, in the words of the npm package.
pub fn written<M: Serialize>(change: &Change<M>) -> Value {
    let metas = |presence: Option<&_>| presence.map_or(json!([]), |it| json!(it)["metas"].clone());
    let (kind, joined, left, pairs) = match change {
        Change::Enter { presence, .. } => ("enter", metas(Some(presence)), json!([]), &[][..]),
        Change::Exit { previous, .. } => ("exit", json!([]), metas(Some(previous)), &[][..]),
        Change::Update {
            joined,
            left,
            updated,
            ..
        } => ("update", json!(joined), json!(left), &updated[..]),
    };
    let pair = |previous: &Meta<M>, current: &Meta<M>| pair(&json!(previous), &json!(current));
    let updated = pairs.iter().map(|each| pair(&each.previous, &each.current));
    json!({
        "key": change.key(),
        "type": kind,
        "presence": change.presence(),
        "previous": change.previous(),
        "joined": joined,
        "left": left,
        "updated": updated.collect::<Vec<_>>(),
        "reason": word(change.reason()),
    })
}

/// As the npm package says it.
pub fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Initial => "initial",
        Reason::Resync => "resync",
        Reason::Diff => "diff",
    }
}

/// The changes that make `before` into `after`, by key.
pub fn between(before: &Roster, after: &Roster, reason: Reason) -> BTreeMap<String, Value> {
    let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (
        before.iter().cloned().collect(),
        after.iter().cloned().collect(),
    );
    let change = |key: &String| {
        let (previous, presence) = (before.get(key), after.get(key));
        let (kind, joined, left, updated) = match (previous, presence) {
            (None, None) => return None,
            (None, Some(presence)) => ("enter", metas(presence).to_vec(), vec![], vec![]),
            (Some(previous), None) => ("exit", vec![], metas(previous).to_vec(), vec![]),
            (Some(previous), Some(presence)) if previous == presence => return None,
            (Some(previous), Some(presence)) => {
                let (joined, left, updated) = difference(previous, presence);
                ("update", joined, left, updated)
            }
        };
        let change = json!({
            "key": key,
            "type": kind,
            "presence": presence,
            "previous": previous,
            "joined": joined,
            "left": left,
            "updated": updated,
            "reason": word(reason),
        });
        Some((key.clone(), change))
    };
    let keys = before.keys().chain(after.keys());
    keys.filter_map(change).collect()
}

/// The metas of a presence.
pub fn metas(presence: &Value) -> &[Value] {
    presence["metas"].as_array().map_or(&[], Vec::as_slice)
}

/// `pairs` of a change in an order of their own.
pub fn sorted(mut change: Value) -> Value {
    if let Some(pairs) = change["updated"].as_array_mut() {
        pairs.sort_by_key(Value::to_string);
    }
    change
}

fn phx_ref(meta: &Value) -> Option<&Value> {
    meta.get("phx_ref")
}

fn pair(previous: &Value, current: &Value) -> Value {
    json!({"previous": previous, "current": current})
}

/// The metas that joined, that left, and the pairs.
fn difference(previous: &Value, presence: &Value) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
    // The last of those that share a ref.
    let find = |presence: &Value, meta: &Value| -> Option<Value> {
        let mut metas = metas(presence).iter().rev();
        metas.find(|other| phx_ref(other) == phx_ref(meta)).cloned()
    };
    let lacks = |presence: &Value, meta: &Value| find(presence, meta).is_none();
    let mut left: Vec<_> = metas(previous).to_vec();
    left.retain(|meta| lacks(presence, meta));
    let (mut joined, mut pairs) = (Vec::new(), Vec::new());
    let mut replaced = Vec::new();
    for meta in metas(presence).iter().filter(|meta| lacks(previous, meta)) {
        let prev = meta.get("phx_ref_prev");
        let at = left
            .iter()
            .rposition(|old| prev.is_some() && phx_ref(old) == prev);
        match at {
            Some(at) if !replaced.contains(&prev) => {
                replaced.push(prev);
                pairs.push(pair(&left.remove(at), meta));
            }
            _ => joined.push(meta.clone()),
        }
    }
    for meta in metas(previous) {
        if let Some(now) = find(presence, meta).filter(|now| now != meta) {
            pairs.push(pair(meta, &now));
        }
    }
    (joined, left, pairs)
}

//! phoenix.js's algorithm on plain lists of JSON, as slow and as simple as it can
//! be: something to compare the fast one with.

use serde_json::{json, Value};

/// Presences in key order.
#[derive(Default)]
pub struct Roster(Vec<(String, Value)>);

type Presences = [(String, Value)];

impl Roster {
    /// What `onJoin` and `onLeave` are told.
    pub fn sync_state(&mut self, state: &Presences) -> Vec<Value> {
        let (mut joins, mut leaves) = (Vec::new(), Vec::new());
        let state = object(state);
        for (key, presence) in &self.0 {
            if get(&state, key).is_none() {
                set(&mut leaves, key, presence.clone());
            }
        }
        for (key, presence) in &state {
            match get(&self.0, key) {
                None => set(&mut joins, key, presence.clone()),
                Some(current) => {
                    let joined = without(presence, current);
                    let left = without(current, presence);
                    if !metas(&joined).is_empty() {
                        set(&mut joins, key, joined);
                    }
                    if !metas(&left).is_empty() {
                        set(&mut leaves, key, left);
                    }
                }
            }
        }
        self.sync_diff(&joins, &leaves)
    }

    /// What `onJoin` and `onLeave` are told.
    pub fn sync_diff(&mut self, joins: &Presences, leaves: &Presences) -> Vec<Value> {
        let mut told = Vec::new();
        for (key, joined) in object(joins) {
            let current = get(&self.0, &key).cloned();
            let mut next = joined.clone();
            if let Some(current) = &current {
                let kept = metas(&without(current, &joined)).to_vec();
                next["metas"] = [kept, metas(&joined).to_vec()].concat().into();
            }
            set(&mut self.0, &key, next);
            told.push(json!(["join", key, current, joined]));
        }
        for (key, left) in object(leaves) {
            let Some(current) = get(&self.0, &key) else {
                continue;
            };
            let next = without(current, &left);
            told.push(json!(["leave", key, next, left]));
            if metas(&next).is_empty() {
                self.0.retain(|(k, _)| *k != key);
            } else {
                set(&mut self.0, &key, next);
            }
        }
        told
    }

    /// Keys and presences in order.
    pub fn list(&self) -> Vec<(String, Value)> {
        object(&self.0)
    }
}

/// A roster whose first state has not come yet, or has: diffs that arrive before it wait.
#[derive(Default)]
pub struct Session {
    roster: Roster,
    has_state: bool,
    /// The joins and leaves of each diff.
    waiting: Vec<[Vec<(String, Value)>; 2]>,
}

impl Session {
    /// The arguments of `onJoin` and `onLeave`, also for the diffs that waited.
    pub fn sync_state(&mut self, state: &Presences) -> Vec<Value> {
        self.has_state = true;
        let mut told = self.roster.sync_state(state);
        for [joins, leaves] in std::mem::take(&mut self.waiting) {
            told.extend(self.roster.sync_diff(&joins, &leaves));
        }
        told
    }

    /// The arguments of `onJoin` and `onLeave`; none if the diff waits.
    pub fn sync_diff(&mut self, joins: &Presences, leaves: &Presences) -> Vec<Value> {
        if self.has_state {
            return self.roster.sync_diff(joins, leaves);
        }
        self.waiting.push([joins.to_vec(), leaves.to_vec()]);
        Vec::new()
    }

    /// Keys and presences in order.
    pub fn list(&self) -> Vec<(String, Value)> {
        self.roster.list()
    }
}

/// What JavaScript makes of an object literal with these members.
fn object(members: &Presences) -> Vec<(String, Value)> {
    let mut object = Vec::new();
    for (key, value) in members {
        set(&mut object, key, value.clone());
    }
    let number = |key: &str| {
        key.parse::<u32>()
            .ok()
            .filter(|n| n.to_string() == key && *n < u32::MAX)
    };
    object.sort_by_key(|(key, _)| number(key).map_or(u64::MAX, u64::from));
    object
}

fn get<'a>(object: &'a Presences, key: &str) -> Option<&'a Value> {
    object
        .iter()
        .find(|(k, _)| k == key)
        .map(|(_, value)| value)
}

fn set(object: &mut Vec<(String, Value)>, key: &str, value: Value) {
    match object.iter_mut().find(|(k, _)| k == key) {
        Some((_, old)) => *old = value,
        None => object.push((key.into(), value)),
    }
}

fn metas(presence: &Value) -> &[Value] {
    presence["metas"].as_array().map_or(&[], Vec::as_slice)
}

/// `presence` with only the metas whose refs `other` lacks.
fn without(presence: &Value, other: &Value) -> Value {
    let refs: Vec<_> = metas(other)
        .iter()
        .map(|meta| meta.get("phx_ref"))
        .collect();
    let absent = metas(presence)
        .iter()
        .filter(|meta| !refs.contains(&meta.get("phx_ref")));
    let absent: Vec<_> = absent.cloned().collect();
    let mut presence = presence.clone();
    presence["metas"] = absent.into();
    presence
}

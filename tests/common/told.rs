//! What subscribers of the npm package are told, beside what a typed roster says of
//! the same payloads.

use js_sys::{Array, Object, Reflect};
use phoenix_presence::js::{change, count_metas, Changes, Dict};
use phoenix_presence::{Events, Reason, Resync, Roster};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use super::changes::{word, written};
use super::object::{parse, text, Door};
use super::random::Random;

/// What `resync: "server"` adds to what is wanted.
const SERVER: u32 = 4;

/// The changes of a message, put together as pkg/inbox.js does.
fn told(door: &Door, state: &Dict, reason: Reason, message: impl FnOnce()) -> Array {
    let set = |object: &JsValue, name: &str, value: &JsValue| {
        Reflect::set(object, &name.into(), value).unwrap();
    };
    let (before, list, changes) = (Array::new(), Array::new(), Object::new());
    set(&door.inbox, "before", &before);
    set(&changes, "list", &list);
    set(&changes, "reason", &word(reason).into());
    message();
    let changes: Changes = changes.unchecked_into();
    let mut seen = Vec::new();
    for at in (0..before.length()).step_by(2) {
        let key = before.get(at);
        if !seen.contains(&key) {
            change(&changes, &key, before.get(at + 1), state.get(&key));
            seen.push(key);
        }
    }
    list
}

/// As text would have them, and what is undefined is null.
fn read(list: &Array) -> Vec<Value> {
    let mut changes: Vec<Value> = serde_json::from_str(&text(list)).unwrap();
    for change in &mut changes {
        let change = change.as_object_mut().unwrap();
        for name in ["presence", "previous"] {
            change.entry(name).or_insert(Value::Null);
        }
    }
    changes
}

fn typed(events: Events<Map<String, Value>>) -> Vec<Value> {
    events.changes().iter().map(written).collect()
}

fn counted(state: &Dict) -> Vec<i32> {
    let keys = Object::get_own_property_names(state.unchecked_ref::<Object>());
    keys.iter().map(|key| count_metas(state, &key)).collect()
}

#[wasm_bindgen_test]
fn both_surfaces_tell_the_same_changes_and_count_the_same_metas() {
    let mut kinds = Map::new();
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let mut door = Door::new(None, None);
        let mut roster = Roster::new();
        if seed % 2 == 1 {
            door.wants |= SERVER;
            roster = roster.with_resync(Resync::Server);
        }
        let (door, state) = (door, Dict::empty());
        for round in 0..4 {
            let payload = random.presences();
            let reason = match round {
                0 => Reason::Initial,
                _ => Reason::Resync,
            };
            let list = told(&door, &state, reason, || door.sync_state(&state, &payload));
            let expected = typed(roster.sync_state_json(&payload).unwrap());
            assert_eq!(read(&list), expected, "seed {seed}");

            let (joins, leaves) = (random.presences(), random.presences());
            let payload = format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#);
            let list = told(&door, &state, Reason::Diff, || {
                door.sync_diff(&state, &payload);
            });
            let expected = typed(roster.sync_diff_json(&payload).unwrap());
            assert_eq!(read(&list), expected, "seed {seed}");

            let count: i32 = counted(&state).iter().sum();
            assert_eq!(count as usize, roster.meta_count(), "seed {seed}");
            let kept = Reflect::get(&door.inbox, &"metaCount".into()).unwrap();
            assert_eq!(kept.as_f64(), Some(f64::from(count)), "seed {seed}");

            for change in expected {
                kinds.insert(change["type"].to_string(), true.into());
                let pairs = change["updated"].as_array().unwrap();
                kinds.insert(format!("pairs: {}", !pairs.is_empty()), true.into());
            }
        }
    }
    assert_eq!(kinds.len(), 5, "all were tried: {kinds:?}");
}

#[wasm_bindgen_test]
fn what_is_told_are_the_objects_that_went_in() {
    let (door, state) = (Door::new(None, None), Dict::empty());
    door.sync_state(
        &state,
        r#"{"a":{"metas":[{"phx_ref":"1"},{"phx_ref":"2"}]}}"#,
    );
    let previous = state.get(&"a".into());
    let list = told(&door, &state, Reason::Diff, || {
        let joins = r#"{"a":{"metas":[{"phx_ref":"3","phx_ref_prev":"1"}]}}"#;
        let leaves = r#"{"a":{"metas":[{"phx_ref":"1"}]}}"#;
        door.sync_diff(&state, &format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#));
    });
    assert_eq!(list.length(), 1);
    let at = |value: &JsValue, name: &str| Reflect::get(value, &name.into()).unwrap();
    let first = |value: &JsValue| at(value, "0");
    let change = list.get(0);
    assert!(Object::is(&at(&change, "previous"), &previous));
    assert!(Object::is(
        &at(&change, "presence"),
        &state.get(&"a".into())
    ));
    let pair = first(&at(&change, "updated"));
    assert!(Object::is(
        &at(&pair, "previous"),
        &first(&at(&previous, "metas"))
    ));
    let metas = at(&state.get(&"a".into()), "metas");
    assert!(Object::is(&at(&pair, "current"), &at(&metas, "1")));
}

#[wasm_bindgen_test]
fn what_is_no_presence_counts_as_absent() {
    let state: Dict = parse(r#"{"a":{"metas":[{},{}]},"b":7,"c":{"metas":[7]},"d":{"metas":[]}}"#)
        .unchecked_into();
    assert_eq!(counted(&state), [2, -1, -1, 0]);
    assert_eq!(count_metas(&state, &"nobody".into()), -1);

    let (list, changes) = (Array::new(), Object::new());
    Reflect::set(&changes, &"list".into(), &list).unwrap();
    let changes: Changes = changes.unchecked_into();
    change(&changes, &"b".into(), parse("7"), parse(r#"{"metas":[7]}"#));
    assert_eq!(list.length(), 0);
    change(&changes, &"b".into(), parse("7"), state.get(&"a".into()));
    change(&changes, &"b".into(), state.get(&"a".into()), JsValue::NULL);
    let kinds: Vec<_> = read(&list).iter().map(|it| it["type"].clone()).collect();
    assert_eq!(kinds, ["enter", "exit"]);
}

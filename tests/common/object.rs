//! The roster in a JavaScript object, through the functions of the npm package.

use js_sys::{Array, Function, Object, Reflect, JSON};
use phoenix_presence::js::{sync_diff, sync_state, Dict, Inbox};
use phoenix_presence::{Event, Events, Roster};
use wasm_bindgen::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use super::random::Random;

type Meta = serde_json::Map<String, serde_json::Value>;

pub fn parse(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

pub fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// A place for messages to come in, with these callbacks.
pub struct Door {
    pub inbox: Inbox,
    problems: Array,
    pub wants: u32,
}

impl Door {
    pub fn new(on_join: Option<&Function>, on_leave: Option<&Function>) -> Self {
        let (inbox, problems) = (Object::new(), Array::new());
        let set = |name: &str, value: &JsValue| Reflect::set(&inbox, &name.into(), value).unwrap();
        set("problems", &problems);
        set("count", &0.into());
        set("metaCount", &0.into());
        let mut wants = 0;
        for (name, bit, callback) in [("onJoin", 1, on_join), ("onLeave", 2, on_leave)] {
            if let Some(callback) = callback {
                set(name, callback);
                wants |= bit;
            }
        }
        Self {
            inbox: inbox.unchecked_into(),
            problems,
            wants,
        }
    }

    pub fn sync_state(&self, state: &Dict, payload: &str) {
        assert!(sync_state(&self.inbox, state, &parse(payload), self.wants));
    }

    pub fn sync_diff(&self, state: &Dict, payload: &str) {
        assert!(sync_diff(&self.inbox, state, &parse(payload), self.wants));
    }
}

/// A callback that writes down what it is told, as text, and returns.
fn recorder(name: &'static str, log: &Array) -> Function {
    let log = log.clone();
    let record = move |key: JsValue, current: JsValue, changed: JsValue| {
        let current = if current.is_undefined() {
            JsValue::NULL
        } else {
            current
        };
        let told = Array::of4(&name.into(), &key, &current, &changed);
        log.push(&text(&told).into());
    };
    Closure::<dyn FnMut(JsValue, JsValue, JsValue)>::new(record)
        .into_js_value()
        .unchecked_into()
}

fn told(events: Events<Meta>) -> Vec<String> {
    let told = events.map(|event| match event {
        Event::Join {
            key,
            current,
            joined,
        } => serde_json::json!(["join", key, current, joined]),
        Event::Leave { key, current, left } => serde_json::json!(["leave", key, current, left]),
    });
    // Through JavaScript, so that both write their members in one order.
    told.map(|event| text(&parse(&event.to_string()))).collect()
}

/// Keys in order, as JavaScript lists them, and what stands under each.
fn listed(state: &Dict) -> Vec<(String, serde_json::Value)> {
    let keys = Object::get_own_property_names(state.unchecked_ref::<Object>());
    let value = |key: &JsValue| serde_json::from_str(&text(&state.get(key))).unwrap();
    keys.iter()
        .map(|key| (key.as_string().unwrap(), value(&key)))
        .collect()
}

#[wasm_bindgen_test]
fn the_object_and_the_typed_roster_agree() {
    let log = Array::new();
    let door = Door::new(
        Some(&recorder("join", &log)),
        Some(&recorder("leave", &log)),
    );
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let (state, mut roster) = (Dict::empty(), Roster::<Meta>::new());
        for _ in 0..4 {
            let payload = random.presences();
            door.sync_state(&state, &payload);
            compare(&log, roster.sync_state_json(&payload).unwrap(), seed);

            let (joins, leaves) = (random.presences(), random.presences());
            let payload = format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#);
            door.sync_diff(&state, &payload);
            compare(&log, roster.sync_diff_json(&payload).unwrap(), seed);
        }
        let typed = roster
            .iter()
            .map(|(key, presence)| (key.into(), serde_json::json!(presence)));
        assert_eq!(listed(&state), typed.collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(door.problems.length(), 0);
    }
}

fn compare(log: &Array, events: Events<Meta>, seed: u64) {
    let logged: Vec<_> = log
        .iter()
        .map(|line| text(&parse(&line.as_string().unwrap())))
        .collect();
    log.set_length(0);
    assert_eq!(logged, told(events), "seed {seed}");
}

#[wasm_bindgen_test]
fn values_come_out_as_the_objects_that_went_in() {
    let state = Dict::empty();
    let payload = parse(r#"{"a":{"metas":[{"phx_ref":"1"}],"user":{}}}"#);
    sync_state(&Door::new(None, None).inbox, &state, &payload, 0);
    let sent = payload.unchecked_ref::<Dict>().get(&"a".into());
    assert!(Object::is(&state.get(&"a".into()), &sent));
}

#[wasm_bindgen_test]
fn what_the_server_sent_is_never_changed() {
    let (door, state) = (Door::new(None, None), Dict::empty());
    door.sync_state(&state, r#"{"a":{"metas":[{"phx_ref":"1"}]}}"#);
    let before = state.get(&"a".into());
    let diff = parse(
        r#"{"joins":{"a":{"metas":[{"phx_ref":"2"}]}},"leaves":{"a":{"metas":[{"phx_ref":"1"}]}}}"#,
    );
    let sent = text(&diff);
    sync_diff(&door.inbox, &state, &diff, 0);
    assert_eq!(text(&diff), sent);
    assert_eq!(text(&before), r#"{"metas":[{"phx_ref":"1"}]}"#);
    assert_eq!(
        text(&state.get(&"a".into())),
        r#"{"metas":[{"phx_ref":"2"}]}"#
    );
}

#[wasm_bindgen_test]
fn a_callback_that_throws_stops_neither_the_others_nor_the_sync() {
    let (state, log) = (Dict::empty(), Array::new());
    let throws = Function::new_no_args("throw new Error('mine')");
    let door = Door::new(Some(&throws), Some(&recorder("leave", &log)));
    door.sync_state(&state, r#"{"a":{"metas":[]},"b":{"metas":[]}}"#);
    assert_eq!(door.problems.length(), 4, "kind and value, of two joins");
    door.sync_diff(
        &state,
        r#"{"joins":{"c":{"metas":[{}]}},"leaves":{"a":{"metas":[]}}}"#,
    );
    assert_eq!(log.length(), 1);
    assert_eq!(listed(&state).len(), 2);
    assert_eq!(js_sys::Error::from(door.problems.get(5)).message(), "mine");
}

#[wasm_bindgen_test]
fn twenty_thousand_metas_under_one_key_are_compared_by_ref() {
    let payload = |refs: &mut dyn Iterator<Item = usize>| {
        let metas: Vec<_> = refs.map(|n| format!(r#"{{"phx_ref":"{n}"}}"#)).collect();
        format!(r#"{{"a":{{"metas":[{}]}}}}"#, metas.join(","))
    };
    let (door, state) = (Door::new(None, None), Dict::empty());
    door.sync_state(&state, &payload(&mut (0..20_000)));
    door.sync_state(&state, &payload(&mut (10_000..30_000).rev()));
    let presence = &listed(&state)[0].1;
    let metas = presence["metas"].as_array().unwrap();
    let refs: Vec<_> = metas
        .iter()
        .map(|meta| meta["phx_ref"].as_str().unwrap())
        .collect();
    assert_eq!(refs.len(), 20_000);
    assert_eq!(
        [refs[0], refs[9_999], refs[10_000], refs[19_999]],
        ["10000", "19999", "29999", "20000"]
    );
}

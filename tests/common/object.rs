//! The roster in a JavaScript object, through the functions of the npm package, beside a
//! typed roster on the same messages.

use js_sys::{Array, Function, Object, Reflect, JSON};
use phoenix_presence::js::{self, with_arguments};
use phoenix_presence::{Event, Events, Resync, Roster};
use serde_json::{json, Map, Value};
use wasm_bindgen::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use super::changes::written;
use super::random::Random;

type Meta = Map<String, Value>;

// The bits of `Flags` in src/js/border.d.ts.
const EVENTS: u32 = 1 | 2;
const RESYNC_SERVER: u32 = 4;
const CHANGES: u32 = 8 | 16;

/// The smallest memory that the core can work with: pkg/memory.js has the real one.
const MEMORY: &str = "return {
    state: Object.create(null), size: 0, metaCount: 0, keys: undefined,
    fields: { joinRef: null, pendingDiffs: [] },
    waitingUnder: undefined,
    waiting() { return this.fields.pendingDiffs.length },
    addWaiting(diff) { this.fields.pendingDiffs.push(diff) },
    dropWaiting() { this.fields.pendingDiffs = [] },
    takeWaiting() { return this.fields.pendingDiffs.splice(0) },
    merged: { joins: Object.create(null), left: Object.create(null) },
    events: [], changes: [], problems: [], watchers: { has: () => false },
}";

pub fn parse(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

pub fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// A member of an object.
pub fn at(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

/// What the core remembers of one Presence, and how it is joined.
pub struct Room {
    pub memory: JsValue,
    join: u32,
    flags: u32,
}

impl Room {
    pub fn new(flags: u32) -> Self {
        let memory = Function::new_no_args(MEMORY).call0(&JsValue::UNDEFINED);
        Self {
            memory: memory.unwrap(),
            join: 1,
            flags,
        }
    }

    fn rejoin(&mut self) {
        self.join += 1;
    }

    pub fn state(&self, payload: &str) {
        assert!(self.receive(js::receive_state, &parse(payload)));
    }

    pub fn diff(&self, payload: &str) -> bool {
        self.receive(js::receive_diff, &parse(payload))
    }

    fn receive(&self, function: fn(i32, u32) -> bool, payload: &JsValue) -> bool {
        let arguments = [&self.member("state"), payload, &self.join.into()];
        with_arguments(&self.memory, arguments, |first| function(first, self.flags))
    }

    fn member(&self, name: &str) -> JsValue {
        at(&self.memory, name)
    }

    fn presence(&self, key: &str) -> JsValue {
        at(&self.member("state"), key)
    }

    /// The list of this name, as text; it is empty afterwards.
    fn take(&self, name: &str) -> Array {
        let list = self.member(name).unchecked_into::<Array>();
        let taken = list.slice(0, list.length());
        list.set_length(0);
        taken
    }

    /// The events in the words of a typed roster.
    fn events(&self) -> Vec<String> {
        let event = |event: JsValue| {
            let name = match at(&event, "isJoin").is_truthy() {
                true => "join",
                false => "leave",
            };
            let current = at(&event, "current");
            let current = if current.is_undefined() {
                JsValue::NULL
            } else {
                current
            };
            let (key, presence) = (at(&event, "key"), at(&event, "presence"));
            text(&Array::of4(&name.into(), &key, &current, &presence))
        };
        self.take("events").iter().map(event).collect()
    }

    /// The changes, where undefined is null.
    fn changes(&self) -> Vec<Value> {
        let mut changes: Vec<Value> = serde_json::from_str(&text(&self.take("changes"))).unwrap();
        for change in &mut changes {
            let change = change.as_object_mut().unwrap();
            for name in ["presence", "previous"] {
                change.entry(name).or_insert(Value::Null);
            }
        }
        changes
    }

    /// Keys in order, as JavaScript lists them, and their presences.
    fn listed(&self) -> Vec<(String, Value)> {
        let state = self.member("state");
        let keys = Object::get_own_property_names(state.unchecked_ref::<Object>());
        let value = |key: &JsValue| Reflect::get(&state, key).unwrap();
        keys.iter()
            .map(|key| {
                let presence = serde_json::from_str(&text(&value(&key))).unwrap();
                (key.as_string().unwrap(), presence)
            })
            .collect()
    }

    /// `size` and `metaCount`, which a walk of the state must confirm.
    fn counts(&self) -> (usize, usize) {
        let number = |name: &str| self.member(name).as_f64().unwrap() as usize;
        let state = self.member("state");
        let presences = Object::values(state.unchecked_ref::<Object>());
        let walked: i32 = presences.iter().map(|each| count_metas(&each)).sum();
        assert_eq!(number("metaCount"), walked as usize);
        assert_eq!(number("size"), presences.length() as usize);
        (number("size"), number("metaCount"))
    }
}

fn count_metas(presence: &JsValue) -> i32 {
    let nothing = &JsValue::UNDEFINED;
    with_arguments(nothing, [presence, nothing, nothing], js::count_metas)
}

fn events_of(events: Events<Meta>) -> Vec<String> {
    let texts = events.map(|event| match event {
        Event::Join {
            key,
            current,
            joined,
        } => json!(["join", key, current, joined]),
        Event::Leave { key, current, left } => json!(["leave", key, current, left]),
    });
    // Through JavaScript, so that both write their members in one order.
    texts
        .map(|event| text(&parse(&event.to_string())))
        .collect()
}

/// Compares what both say of one message.
fn compare(room: &Room, events: Events<Meta>, seed: u64) -> Vec<Value> {
    let changes: Vec<_> = events.changes().iter().map(written).collect();
    assert_eq!(room.changes(), changes, "seed {seed}");
    assert_eq!(room.events(), events_of(events), "seed {seed}");
    changes
}

#[wasm_bindgen_test]
fn the_object_and_the_typed_roster_agree_on_diffs_that_wait_and_rejoins_too() {
    let mut kinds = Map::new();
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let mut room = Room::new(EVENTS | CHANGES);
        let mut roster = Roster::<Meta>::new();
        if seed % 2 == 1 {
            room.flags |= RESYNC_SERVER;
            roster = roster.with_resync(Resync::Server);
        }
        for round in 0..8 {
            if round % 4 == 3 {
                room.rejoin();
                roster.joined();
            }
            for _ in 0..seed % 3 {
                let (joins, leaves) = (random.presences(), random.presences());
                let payload = format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#);
                assert_eq!(room.diff(&payload), roster.is_synced());
                for change in compare(&room, roster.sync_diff_json(&payload).unwrap(), seed) {
                    kinds.insert(change["type"].to_string(), true.into());
                    let pairs = change["updated"].as_array().unwrap();
                    kinds.insert(format!("pairs: {}", !pairs.is_empty()), true.into());
                }
            }
            if round % 4 != 3 || seed % 5 != 0 {
                let payload = random.presences();
                room.state(&payload);
                compare(&room, roster.sync_state_json(&payload).unwrap(), seed);
            }
            assert_eq!(room.counts(), (roster.len(), roster.meta_count()));
        }
        let typed = roster
            .iter()
            .map(|(key, presence)| (key.into(), json!(presence)));
        assert_eq!(room.listed(), typed.collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(room.take("problems").length(), 0);
    }
    assert_eq!(kinds.len(), 5, "all were tried: {kinds:?}");
}

#[wasm_bindgen_test]
fn values_come_out_as_the_objects_that_went_in() {
    let room = Room::new(CHANGES);
    let payload = parse(r#"{"a":{"metas":[{"phx_ref":"1"},{"phx_ref":"2"}],"user":{}}}"#);
    room.receive(js::receive_state, &payload);
    let previous = room.presence("a");
    assert!(Object::is(&previous, &at(&payload, "a")));

    room.take("changes");
    let joins = r#"{"a":{"metas":[{"phx_ref":"3","phx_ref_prev":"1"}]}}"#;
    let leaves = r#"{"a":{"metas":[{"phx_ref":"1"}]}}"#;
    room.diff(&format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#));
    let change = room.take("changes").get(0);
    let first = |value: &JsValue| at(value, "0");
    assert!(Object::is(&at(&change, "previous"), &previous));
    assert!(Object::is(&at(&change, "presence"), &room.presence("a")));
    let pair = first(&at(&change, "updated"));
    let metas = at(&room.presence("a"), "metas");
    assert!(Object::is(
        &at(&pair, "previous"),
        &first(&at(&previous, "metas"))
    ));
    assert!(Object::is(&at(&pair, "current"), &at(&metas, "1")));
}

#[wasm_bindgen_test]
fn payloads_and_presences_are_never_changed() {
    let room = Room::new(0);
    room.state(r#"{"a":{"metas":[{"phx_ref":"1"}]}}"#);
    let before = room.presence("a");
    let diff = parse(
        r#"{"joins":{"a":{"metas":[{"phx_ref":"2"}]}},"leaves":{"a":{"metas":[{"phx_ref":"1"}]}}}"#,
    );
    let sent = text(&diff);
    room.receive(js::receive_diff, &diff);
    assert_eq!(text(&diff), sent);
    assert_eq!(text(&before), r#"{"metas":[{"phx_ref":"1"}]}"#);
    assert_eq!(text(&room.presence("a")), r#"{"metas":[{"phx_ref":"2"}]}"#);
}

#[wasm_bindgen_test]
fn twenty_thousand_metas_under_one_key_are_compared_by_ref() {
    let payload = |refs: &mut dyn Iterator<Item = usize>| {
        let metas: Vec<_> = refs.map(|n| format!(r#"{{"phx_ref":"{n}"}}"#)).collect();
        format!(r#"{{"a":{{"metas":[{}]}}}}"#, metas.join(","))
    };
    let room = Room::new(0);
    room.state(&payload(&mut (0..20_000)));
    room.state(&payload(&mut (10_000..30_000).rev()));
    let presence = &room.listed()[0].1;
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

#[wasm_bindgen_test]
fn a_value_that_is_no_presence_counts_as_absent() {
    let state = parse(r#"{"a":{"metas":[{},{}]},"b":7,"c":{"metas":[7]},"d":{"metas":[]}}"#);
    let counts = ["a", "b", "c", "d", "nobody"].map(|key| count_metas(&at(&state, key)));
    assert_eq!(counts, [2, -1, -1, 0, -1]);

    let room = Room::new(CHANGES);
    let compare = |previous: JsValue, current: JsValue| {
        let arguments = [&"b".into(), &previous, &current];
        with_arguments(&room.memory, arguments, |first| js::compare(first, 2));
        let types = room.changes().into_iter();
        types
            .map(|it| it["type"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(compare(parse("7"), parse(r#"{"metas":[7]}"#)), [""; 0]);
    assert_eq!(compare(parse("7"), at(&state, "a")), ["enter"]);
    assert_eq!(compare(at(&state, "a"), JsValue::NULL), ["exit"]);
}

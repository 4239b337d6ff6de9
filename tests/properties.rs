//! What holds for every input: the roster against a model of the server, against
//! a plain transcription of phoenix.js, and against bytes that are no payload.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::model::Server;
use common::plain;
use common::strategies::{listed, op, presence, presences, read, state_json, Meta, KEYS};
use phoenix_presence::{Diff, Event, Roster, State};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{json, Value};

proptest! {
    #[test]
    fn a_state_followed_by_diffs_equals_the_servers_list(
        before in vec(op(), 0..20),
        after in vec(op(), 0..40),
    ) {
        let mut server = Server::default();
        for op in before {
            server.apply(op);
        }
        let mut roster = Roster::<Meta>::new();
        roster.sync_state(&read(&server.state()));
        for op in after {
            if let Some(diff) = server.apply(op) {
                roster.sync_diff(&read(&diff));
            }
        }
        let listed: State<Meta> = read(&server.state());
        prop_assert_eq!(roster.len(), listed.len());
        for (key, presence) in listed.iter() {
            prop_assert_eq!(roster.get(key), Some(presence));
        }
    }

    #[test]
    fn a_diff_that_the_state_already_holds_changes_nothing(ops in vec(op(), 1..20)) {
        // The server's own order on a join: track, then push the state, so that
        // every client is told twice that it came.
        let mut server = Server::default();
        let diffs: Vec<_> = ops.into_iter().filter_map(|op| server.apply(op)).collect();
        let mut roster = Roster::<Meta>::new();
        roster.sync_state(&read(&server.state()));
        let synced = roster.clone();
        if let Some(last) = diffs.last() {
            roster.sync_diff(&read(last));
        }
        prop_assert_eq!(roster, synced);
    }

    #[test]
    fn diffs_of_different_keys_converge_in_any_order(
        diffs in vec((presence(), presence()), KEYS.len()),
        start in presences(),
        order in Just((0..KEYS.len()).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut straight = Roster::<Meta>::new();
        straight.sync_state_json(state_json(&start)).unwrap();
        let mut shuffled = straight.clone();
        let diff = |at: usize| -> Diff<Meta> {
            let (joins, leaves) = &diffs[at];
            read(&json!({"joins": {KEYS[at]: joins}, "leaves": {KEYS[at]: leaves}}))
        };
        for (straight_at, shuffled_at) in order.iter().enumerate() {
            straight.sync_diff(&diff(straight_at));
            shuffled.sync_diff(&diff(*shuffled_at));
        }
        for key in KEYS {
            prop_assert_eq!(straight.get(key), shuffled.get(key));
        }
    }

    #[test]
    fn the_roster_does_what_phoenix_js_does(
        start in presences(),
        joins in presences(),
        leaves in presences(),
        resync in presences(),
    ) {
        let mut roster = Roster::<Meta>::new();
        let mut plain = plain::Roster::default();

        let events = roster.sync_state_json(state_json(&start)).unwrap();
        prop_assert_eq!(told(events), plain.sync_state(&start));

        let diff = format!(r#"{{"joins":{},"leaves":{}}}"#, state_json(&joins), state_json(&leaves));
        let events = roster.sync_diff_json(diff).unwrap();
        prop_assert_eq!(told(events), plain.sync_diff(&joins, &leaves));

        let events = roster.sync_state_json(state_json(&resync)).unwrap();
        prop_assert_eq!(told(events), plain.sync_state(&resync));
        prop_assert_eq!(listed(&roster), plain.list());
    }

    #[test]
    fn bytes_that_are_no_payload_are_an_error_and_change_nothing(
        bytes in prop_oneof![
            vec(any::<u8>(), 0..60),
            // Almost JSON: a payload with one byte replaced.
            (presences(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(presences, at, byte)| {
                let mut bytes = state_json(&presences).into_bytes();
                let at = at.index(bytes.len());
                bytes[at] = byte;
                bytes
            }),
        ],
    ) {
        let mut roster = Roster::<Meta>::new();
        roster.sync_state_json(r#"{"a":{"metas":[{"phx_ref":"1"}]}}"#).unwrap();
        let before = roster.clone();
        if roster.sync_diff_json(&bytes).is_err() {
            prop_assert_eq!(&roster, &before);
        }
        let before = roster.clone();
        if roster.sync_state_json(&bytes).is_err() {
            prop_assert_eq!(roster, before);
        }
    }

    #[test]
    fn any_json_has_the_effect_of_its_well_formed_part(
        start in presences(),
        joins in vec((select(KEYS).prop_map(String::from), entry()), 0..6),
        leaves in vec((select(KEYS).prop_map(String::from), entry()), 0..6),
    ) {
        let mut dirty = Roster::<Meta>::new();
        dirty.sync_state_json(state_json(&start)).unwrap();
        let mut clean = dirty.clone();

        let diff = |joins: &[_], leaves: &[_]| {
            format!(r#"{{"leaves":{},"joins":{}}}"#, state_json(leaves), state_json(joins))
        };
        let ((good, bad), (good_leaves, bad_leaves)) = (sorted_out(&joins), sorted_out(&leaves));
        let events = dirty.sync_diff_json(diff(&joins, &leaves)).unwrap();
        let named = events.skipped().iter().map(|error| error.key().unwrap().to_owned());
        prop_assert_eq!(named.collect::<Vec<_>>(), [bad.clone(), bad_leaves].concat());
        let expected = clean.sync_diff_json(diff(&good, &good_leaves)).unwrap();
        prop_assert_eq!(told(events), told(expected));
        prop_assert_eq!(&dirty, &clean);

        let events = dirty.sync_state_json(state_json(&joins)).unwrap();
        let named = events.skipped().iter().map(|error| error.key().unwrap().to_owned());
        prop_assert_eq!(named.collect::<Vec<_>>(), bad);
        let expected = clean.sync_state_json(state_json(&good)).unwrap();
        prop_assert_eq!(told(events), told(expected));
        prop_assert_eq!(dirty, clean);
    }

    #[test]
    fn a_roster_that_was_written_and_read_is_the_same(
        start in presences(),
        joins in presences(),
        leaves in presences(),
    ) {
        let mut roster = Roster::<Meta>::new();
        roster.sync_state_json(state_json(&start)).unwrap();
        let diff = format!(r#"{{"joins":{},"leaves":{}}}"#, state_json(&joins), state_json(&leaves));
        roster.sync_diff_json(diff).unwrap();

        let state: State<Meta> = roster.iter().map(|(key, presence)| (key, presence.clone())).collect();
        let mut again = Roster::<Meta>::new();
        let events = again.sync_state_json(serde_json::to_string(&state).unwrap()).unwrap();
        prop_assert!(events.skipped().is_empty());
        prop_assert_eq!(again, roster);
    }

    #[test]
    fn malformed_presences_are_as_good_as_not_sent(
        good in presences(),
        bad in vec((select(vec!["x", "y", "7"]), malformed()), 0..4),
        at in any::<prop::sample::Index>(),
    ) {
        let mut mixed = good.clone();
        for (key, value) in &bad {
            mixed.insert(at.index(mixed.len() + 1), ((*key).into(), value.clone()));
        }
        let mut clean = Roster::<Meta>::new();
        let mut dirty = Roster::<Meta>::new();
        clean.sync_state_json(state_json(&good)).unwrap();
        let events = dirty.sync_state_json(state_json(&mixed)).unwrap();
        for error in events.skipped() {
            prop_assert!(bad.iter().any(|(key, _)| Some(*key) == error.key()));
        }
        prop_assert_eq!(events.skipped().is_empty(), bad.is_empty());
        prop_assert_eq!(&dirty, &clean);

        let diff = format!(r#"{{"joins":{{}},"leaves":{}}}"#, state_json(&mixed));
        dirty.sync_diff_json(diff).unwrap();
        prop_assert_eq!(dirty.len(), 0);
    }
}

/// Any JSON, in the words that presences are made of.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        select(vec!["", "1", "metas"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = select(vec!["metas", "phx_ref", "phx_ref_prev", "joins", "n"]);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name.prop_map(String::from), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A presence, something like one, or neither.
fn entry() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => presence(),
        2 => vec(json(), 0..3).prop_map(|metas| json!({ "metas": metas })),
        1 => json(),
    ]
}

/// The members that are presences, and the keys of the others, as JavaScript has
/// them: the last value of a key counts, and integers come first.
fn sorted_out(members: &[(String, Value)]) -> (Vec<(String, Value)>, Vec<String>) {
    let mut object = serde_json::Map::new();
    let mut keys = Vec::new();
    for (key, value) in members {
        if object.insert(key.clone(), value.clone()).is_none() {
            keys.push(key.clone());
        }
    }
    keys.sort_by_key(|key| ["9", "10"].iter().position(|n| n == key).unwrap_or(2));
    let (good, bad): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| is_presence(&object[key]));
    let members = good
        .into_iter()
        .map(|key| (key.clone(), object[&key].clone()));
    (members.collect(), bad)
}

/// What a presence is, said once more.
fn is_presence(value: &Value) -> bool {
    let is_ref = |value: Option<&Value>| value.is_none_or(|v| v.is_null() || v.is_string());
    let is_meta = |meta: &Value| {
        meta.is_object() && is_ref(meta.get("phx_ref")) && is_ref(meta.get("phx_ref_prev"))
    };
    let metas = value.get("metas").and_then(Value::as_array);
    value.is_object() && metas.is_some_and(|metas| metas.iter().all(is_meta))
}

fn malformed() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(7),
        json!("x"),
        json!([]),
        json!({}),
        json!({"metas": {}}),
        json!({"metas": null}),
        json!({"metas": [null]}),
        json!({"metas": [{"phx_ref": "1"}, 7]}),
        json!({"metas": [{"phx_ref": 1}]}),
    ])
}

fn told(events: impl Iterator<Item = Event<Meta>>) -> Vec<Value> {
    let told = events.map(|event| match event {
        Event::Join {
            key,
            current,
            joined,
        } => json!(["join", key, current, joined]),
        Event::Leave { key, current, left } => json!(["leave", key, current, left]),
    });
    told.collect()
}

//! Changes by user, for every input: against a comparison of all that was there
//! before a payload with all that is there after it.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::collections::BTreeMap;

use common::changes::{between, metas, sorted, written};
use common::model::{Op, Server};
use common::strategies::{listed, op, presence, presences, read, state_json, Meta, KEYS};
use phoenix_presence::{Change, Events, Reason, Resync, Roster, State};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{json, Value};

/// A presence of which some metas say what they replaced.
fn updated_presence() -> impl Strategy<Value = Value> {
    let prev = select(vec![None, None, None, Some("1"), Some("2"), Some("9")]);
    (presence(), vec(prev, 5)).prop_map(|(mut presence, prevs)| {
        let metas = presence["metas"].as_array_mut().unwrap();
        for (meta, prev) in metas.iter_mut().zip(prevs) {
            if let Some(prev) = prev {
                meta["phx_ref_prev"] = prev.into();
            }
        }
        presence
    })
}

/// As a server sends it: no ref stands twice, and who has no meta is not named.
fn well_formed(mut state: Vec<(String, Value)>) -> Vec<(String, Value)> {
    for (_, presence) in &mut state {
        let mut seen = Vec::new();
        presence["metas"].as_array_mut().unwrap().retain(|meta| {
            let is_new = !seen.contains(&meta["phx_ref"]);
            seen.push(meta["phx_ref"].clone());
            is_new
        });
    }
    state.retain(|(_, presence)| !metas(presence).is_empty());
    state
}

/// What a channel delivers.
#[derive(Clone, Debug)]
enum Payload {
    State(Vec<(String, Value)>),
    Diff(Vec<(String, Value)>, Vec<(String, Value)>),
}

fn payload() -> impl Strategy<Value = Payload> {
    let presences = || {
        let key = select(&KEYS[..5]).prop_map(String::from);
        vec((key, updated_presence()), 0..5)
    };
    prop_oneof![
        1 => presences().prop_map(Payload::State),
        3 => (presences(), presences()).prop_map(|(joins, leaves)| Payload::Diff(joins, leaves)),
    ]
}

fn apply(roster: &mut Roster<Meta>, payload: &Payload) -> Events<Meta> {
    match payload {
        Payload::State(state) => roster.sync_state_json(state_json(state)),
        Payload::Diff(joins, leaves) => {
            let (joins, leaves) = (state_json(joins), state_json(leaves));
            roster.sync_diff_json(format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#))
        }
    }
    .unwrap()
}

/// Applies `payload`, and holds what is told against what was there before and is
/// there after.
fn follow(
    roster: &mut Roster<Meta>,
    payload: &Payload,
    reason: Reason,
    folded: &mut BTreeMap<String, Value>,
) -> Result<(), TestCaseError> {
    let before = listed(roster);
    let changes = apply(roster, payload).changes();
    let after = listed(roster);

    let mut expected = between(&before, &after, reason);
    let (mut enters, mut exits) = (0, 0);
    for change in &changes {
        let told = expected.remove(&**change.key());
        prop_assert_eq!(
            told.map(sorted),
            Some(sorted(written(change))),
            "{} is told",
            change.key()
        );
        enters += usize::from(matches!(change, Change::Enter { .. }));
        exits += usize::from(matches!(change, Change::Exit { .. }));

        let previous = match change.presence() {
            Some(presence) => folded.insert(change.key().to_string(), json!(presence)),
            None => folded.remove(&**change.key()),
        };
        prop_assert_eq!(previous.is_some(), change.previous().is_some());
        prop_assert!(
            change.previous() != change.presence(),
            "{:?} is none",
            change
        );
    }
    prop_assert_eq!(expected, BTreeMap::new(), "not told");
    prop_assert_eq!(before.len() + enters, after.len() + exits);

    prop_assert_eq!(folded.len(), after.len());
    for (key, presence) in &after {
        let kept = folded.get(key);
        prop_assert_eq!(kept, Some(presence), "of {}", key);
    }
    Ok(())
}

/// What a roster says of itself, against a walk.
fn counted(roster: &Roster<Meta>) -> Result<(), TestCaseError> {
    let walked = roster.iter().map(|(_, presence)| presence.metas.len());
    prop_assert_eq!(roster.meta_count(), walked.sum::<usize>());
    prop_assert_eq!(roster.clone().meta_count(), roster.meta_count());
    for key in KEYS {
        let is_there = roster.iter().any(|(each, _)| each == *key);
        prop_assert_eq!(roster.contains(key), is_there);
        prop_assert_eq!(roster.get(key).is_some(), is_there);
    }
    Ok(())
}

fn without_repeats<T: PartialEq + Copy>(values: Vec<T>) -> Vec<T> {
    let mut once = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}

/// The metas of a presence in an order of their own, and its field.
fn unordered(presence: &Value) -> (Vec<String>, Value) {
    let mut metas: Vec<_> = metas(presence).iter().map(Value::to_string).collect();
    metas.sort();
    (metas, presence["field"].clone())
}

fn refs(presence: &Value) -> Vec<&Value> {
    metas(presence)
        .iter()
        .map(|meta| &meta["phx_ref"])
        .collect()
}

/// A roster with the state of nobody: a diff before any state would wait.
fn synced(resync: Resync) -> Roster<Meta> {
    let mut roster = Roster::new().with_resync(resync);
    roster.sync_state(&State::default());
    roster
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn changes_are_exactly_what_differs_and_add_up_to_the_roster(
        payloads in vec(payload(), 0..12),
        resync in select(vec![Resync::Keep, Resync::Server]),
    ) {
        let mut roster = Roster::<Meta>::new().with_resync(resync);
        let (mut folded, mut first) = (BTreeMap::new(), true);
        for payload in &payloads {
            let reason = match payload {
                Payload::Diff(..) => Reason::Diff,
                Payload::State(_) if std::mem::take(&mut first) => Reason::Initial,
                Payload::State(_) => Reason::Resync,
            };
            follow(&mut roster, payload, reason, &mut folded)?;
            counted(&roster)?;
        }
    }

    #[test]
    fn of_a_server_nobody_is_told_to_enter_twice_and_an_update_of_a_meta_is_one_pair(
        ops in vec(op(), 0..40),
    ) {
        let mut server = Server::default();
        let mut roster = synced(Resync::Keep);
        for op in ops {
            let Some(diff) = server.apply(op) else { continue };
            let changes = roster.sync_diff(&read(&diff)).changes();
            prop_assert_eq!(changes.len(), 1);
            let written = written(&changes[0]);
            let sizes = ["joined", "left", "updated"].map(|name| written[name].as_array().unwrap().len());
            match (op, &changes[0]) {
                (Op::Update(..), Change::Update { .. }) => prop_assert_eq!(sizes, [0, 0, 1]),
                (Op::Track(_), Change::Enter { presence, .. }) => prop_assert_eq!(presence.metas.len(), 1),
                (Op::Track(_), Change::Update { .. }) => prop_assert_eq!(sizes, [1, 0, 0]),
                (Op::Untrack(..), Change::Exit { previous, .. }) => prop_assert_eq!(previous.metas.len(), 1),
                (Op::Untrack(..), Change::Update { .. }) => prop_assert_eq!(sizes, [0, 1, 0]),
                (op, change) => prop_assert!(false, "{:?} is told as {:?}", op, change),
            }
        }
    }

    #[test]
    fn after_a_restart_of_the_server_who_is_back_is_an_update(
        ops in vec(op(), 0..30),
        resync in select(vec![Resync::Keep, Resync::Server]),
    ) {
        let mut server = Server::default();
        ops.iter().for_each(|op| drop(server.apply(*op)));
        let mut roster = Roster::<Meta>::new().with_resync(resync);
        roster.sync_state(&read(&server.state()));
        let mut state = server.state();
        for presence in state.as_object_mut().unwrap().values_mut() {
            for meta in presence["metas"].as_array_mut().unwrap() {
                meta["phx_ref"] = format!("new {}", meta["phx_ref"]).into();
                meta.as_object_mut().unwrap().remove("phx_ref_prev");
            }
        }
        let changes = roster.sync_state(&read(&state)).changes();
        prop_assert_eq!(changes.len(), roster.len());
        for change in &changes {
            let is_update = matches!(change, Change::Update { .. });
            prop_assert!(is_update && change.reason() == Reason::Resync, "{:?}", change);
        }
    }

    #[test]
    fn with_resync_server_a_state_is_the_servers_in_the_order_known_here(
        payloads in vec(payload(), 0..6),
        state in presences(),
    ) {
        let mut roster = synced(Resync::Server);
        for payload in &payloads {
            apply(&mut roster, payload);
        }
        let before: BTreeMap<_, _> = listed(&roster).into_iter().collect();
        let state = well_formed(state);
        roster.sync_state_json(state_json(&state)).unwrap();
        counted(&roster)?;

        // Of a key that stands there twice the last counts.
        let server: BTreeMap<_, _> = state.iter().cloned().collect();
        let after = listed(&roster);
        prop_assert_eq!(after.len(), server.len());
        for (key, presence) in &after {
            prop_assert_eq!(unordered(presence), unordered(&server[key]), "of {}", key);
            let known = before.get(key).map_or(Vec::new(), refs);
            let (mut order, sent) = (known.clone(), refs(&server[key]));
            order.retain(|each| sent.contains(each));
            // Of a ref that stood twice only one stays: the first place is its own.
            order = without_repeats(order);
            order.extend(sent.iter().filter(|each| !known.contains(each)));
            prop_assert_eq!(refs(presence), order);
        }
        let keys = |roster: &Roster<Meta>| roster.iter().map(|(key, _)| String::from(key)).collect::<Vec<_>>();
        let (kept, once) = (keys(&roster), roster.clone());

        let events = roster.sync_state_json(state_json(&state)).unwrap();
        prop_assert_eq!(events.changes(), vec![]);
        prop_assert_eq!(keys(&roster), kept);
        prop_assert_eq!(roster, once);
    }

    #[test]
    fn with_resync_server_no_meta_is_lost_or_doubled_whatever_refs_they_share(
        payloads in vec(payload(), 0..6),
        state in presences(),
    ) {
        let mut roster = synced(Resync::Server);
        for payload in &payloads {
            apply(&mut roster, payload);
        }
        roster.sync_state_json(state_json(&state)).unwrap();
        let server: BTreeMap<_, _> = state.into_iter().collect();
        for (key, presence) in listed(&roster) {
            prop_assert_eq!(unordered(&presence), unordered(&server[&key]));
        }
    }

    #[test]
    fn with_resync_server_keys_that_are_known_keep_their_place(
        first in presences(),
        second in presences(),
    ) {
        let mut keep = Roster::<Meta>::new();
        let mut server = Roster::<Meta>::new().with_resync(Resync::Server);
        for state in [&first, &second] {
            for roster in [&mut keep, &mut server] {
                roster.sync_state_json(state_json(state)).unwrap();
            }
            let keys = |roster: &Roster<Meta>| roster.iter().map(|(key, _)| String::from(key)).collect::<Vec<_>>();
            let with_metas = |keys: Vec<String>, roster: &Roster<Meta>| -> Vec<String> {
                keys.into_iter().filter(|key| !roster.get(key).unwrap().metas.is_empty()).collect()
            };
            prop_assert_eq!(with_metas(keys(&server), &server), with_metas(keys(&keep), &keep));
        }
    }
}

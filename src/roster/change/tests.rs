use serde_json::{Map, Value};

use super::*;
use crate::{Events, Resync, Roster};

type Meta = Map<String, Value>;

/// Each change as a word: `+ada`, `~ada` or `-ada`.
fn words(events: Events<Meta>) -> Vec<String> {
    let word = |change: &Change<Meta>| match change {
        Change::Enter { key, .. } => format!("+{key}"),
        Change::Update { key, .. } => format!("~{key}"),
        Change::Exit { key, .. } => format!("-{key}"),
    };
    events.changes().iter().map(word).collect()
}

/// A presence for each `key:ref,ref`.
fn presences(text: &str) -> String {
    let members = text.split_whitespace().map(|member| {
        let (key, refs) = member.split_once(':').unwrap();
        let metas = refs
            .split(',')
            .filter(|phx_ref| !phx_ref.is_empty())
            .map(|phx_ref| format!(r#"{{"phx_ref":"{phx_ref}"}}"#));
        format!(
            r#""{key}":{{"metas":[{}]}}"#,
            metas.collect::<Vec<_>>().join(",")
        )
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn state(roster: &mut Roster<Meta>, text: &str) -> Events<Meta> {
    roster.sync_state_json(presences(text)).unwrap()
}

fn diff(roster: &mut Roster<Meta>, joins: &str, leaves: &str) -> Events<Meta> {
    let (joins, leaves) = (presences(joins), presences(leaves));
    let json = format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#);
    roster.sync_diff_json(json).unwrap()
}

fn online(text: &str) -> Roster<Meta> {
    let mut roster = Roster::new();
    state(&mut roster, text);
    roster
}

#[test]
fn each_user_of_the_first_state_enters_with_the_whole_presence() {
    let mut roster = Roster::new();
    let changes = state(&mut roster, "ada:1,2 grace:3").changes();
    let [Change::Enter {
        key,
        presence,
        reason: Reason::Initial,
    }, Change::Enter { .. }] = &changes[..]
    else {
        panic!("{changes:?}");
    };
    assert_eq!((&**key, presence.metas.len()), ("ada", 2));
}

#[test]
fn a_second_tab_is_an_update() {
    let mut roster = online("ada:1");
    let changes = diff(&mut roster, "ada:2", "").changes();
    let [Change::Update {
        previous,
        presence,
        joined,
        left,
        updated,
        reason: Reason::Diff,
        ..
    }] = &changes[..]
    else {
        panic!("{changes:?}");
    };
    assert_eq!((previous.metas.len(), presence.metas.len()), (1, 2));
    assert_eq!(joined[..], presence.metas[1..]);
    assert!(left.is_empty() && updated.is_empty());
}

#[test]
fn a_tab_that_closes_is_an_update_and_the_last_one_an_exit() {
    let mut roster = online("ada:1,2");
    assert_eq!(words(diff(&mut roster, "", "ada:1")), ["~ada"]);
    assert_eq!(words(diff(&mut roster, "", "ada:2")), ["-ada"]);
}

#[test]
fn a_metadata_update_is_one_pair() {
    let mut roster = online("ada:1,9");
    let json = r#"{
        "joins": {"ada": {"metas": [{"phx_ref": "2", "phx_ref_prev": "1", "away": true}]}},
        "leaves": {"ada": {"metas": [{"phx_ref": "1"}]}}
    }"#;
    let changes = roster.sync_diff_json(json).unwrap().changes();
    let [Change::Update {
        joined,
        left,
        updated,
        ..
    }] = &changes[..]
    else {
        panic!("{changes:?}");
    };
    assert!(joined.is_empty() && left.is_empty());
    let [Updated { previous, current }] = &updated[..] else {
        panic!("{updated:?}");
    };
    assert_eq!(previous.phx_ref.as_deref(), Some("1"));
    assert_eq!(current.data["away"], true);
}

#[test]
fn a_meta_is_not_removed_by_the_phx_ref_prev_of_another() {
    let mut roster = online("ada:1");
    let json = r#"{"joins": {"ada": {"metas": [{"phx_ref": "2", "phx_ref_prev": "1"}]}}}"#;
    let changes = roster.sync_diff_json(json).unwrap().changes();
    assert!(
        matches!(&changes[..], [Change::Update { joined, left, updated, .. }]
        if joined.len() == 1 && left.is_empty() && updated.is_empty())
    );
    assert_eq!(roster.meta_count(), 2);
}

#[test]
fn a_repeated_message_and_a_leave_of_unknown_metas_produce_no_change() {
    let mut roster = online("ada:1,2 grace:3");
    assert_eq!(words(diff(&mut roster, "ada:2", "")), [""; 0]);
    assert_eq!(words(diff(&mut roster, "ada:1,2 grace:3", "")), [""; 0]);
    assert_eq!(words(diff(&mut roster, "", "ada:8 bob:9")), [""; 0]);
    assert_eq!(words(state(&mut roster, "grace:3 ada:2,1")), [""; 0]);
}

#[test]
fn after_a_restart_a_user_who_is_back_under_a_new_ref_is_an_update() {
    let mut roster = online("ada:1 grace:2 bob:3");
    let events = state(&mut roster, "ada:11 grace:12 eve:14");
    let reasons = events.changes();
    assert!(reasons.iter().all(|each| each.reason() == Reason::Resync));
    assert_eq!(words(events), ["~ada", "~grace", "+eve", "-bob"]);
}

#[test]
fn a_user_who_joins_and_leaves_in_one_diff_has_one_change_or_none() {
    let mut roster = online("ada:1 bob:5");
    assert_eq!(
        words(diff(&mut roster, "ada:2 eve:3 fay:6", "ada:1 eve:3 bob:5")),
        ["~ada", "+fay", "-bob"]
    );
    assert_eq!(roster.len(), 2);
}

#[test]
fn every_state_but_the_first_is_a_resync_even_after_an_empty_one() {
    let mut roster = Roster::new();
    assert!(roster.sync_state_json("7").is_err());
    let first = state(&mut roster, "ada:1").changes();
    assert_eq!(first[0].reason(), Reason::Initial);
    state(&mut roster, "");
    let second = state(&mut roster, "ada:1").changes();
    assert_eq!(second[0].reason(), Reason::Resync);
}

#[test]
fn a_diff_that_overtakes_its_state_waits_for_it() {
    let mut roster = Roster::new();
    assert_eq!(words(diff(&mut roster, "bob:2", "ada:1")), [""; 0]);
    assert!(roster.is_empty() && !roster.is_synced());
    let events = state(&mut roster, "ada:1 eve:3");
    let reasons = events.changes();
    assert!(reasons.iter().all(|each| each.reason() == Reason::Initial));
    assert_eq!(words(events), ["+eve", "+bob"]);
    assert!(roster.is_synced());
}

#[test]
fn a_rejoin_drops_the_diffs_that_wait_and_makes_the_next_ones_wait() {
    let mut roster = Roster::new();
    roster.joined();
    diff(&mut roster, "ghost:1", "");
    roster.joined();
    diff(&mut roster, "bob:2", "");
    assert_eq!(words(state(&mut roster, "ada:1")), ["+ada", "+bob"]);

    roster.joined();
    assert_eq!(words(diff(&mut roster, "", "ada:1")), [""; 0]);
    assert_eq!(roster.len(), 2, "users stay until the next state");
    assert_eq!(words(state(&mut roster, "ada:1 bob:2")), ["-ada"]);
}

#[test]
fn the_close_of_an_earlier_join_drops_the_diffs_that_wait() {
    let mut roster = Roster::new();
    diff(&mut roster, "ada:former", "");
    roster.earlier_join_closed();
    diff(&mut roster, "bob:2", "");
    assert_eq!(words(state(&mut roster, "ada:1")), ["+ada", "+bob"]);
    roster.earlier_join_closed();
    assert_eq!(words(diff(&mut roster, "", "bob:2")), ["-bob"]);
    assert_eq!(roster.meta_count(), 1);
}

#[test]
fn many_diffs_that_wait_are_merged_and_have_the_effect_of_each() {
    let mut roster = Roster::new();
    let mut next = |n: usize| {
        let (joins, leaves) = (
            format!("ada:{} u{n}:x{n}", n + 1),
            format!("ada:{n} u{n}:x{n}"),
        );
        diff(&mut roster, &joins, &leaves);
    };
    (1..3_000).for_each(&mut next);
    assert_eq!(
        words(state(&mut roster, "ada:500,tab u7:x7 bob:1")),
        ["+ada", "+bob"]
    );
    let refs = roster.get("ada").unwrap().metas.iter();
    let refs: Vec<_> = refs.map(|meta| meta.phx_ref.as_deref().unwrap()).collect();
    assert_eq!(refs, ["tab", "3000"]);
}

#[test]
fn a_user_who_left_and_came_back_in_one_message_is_no_change() {
    let mut roster = online("ada:1 bob:2");
    roster.joined();
    diff(&mut roster, "", "ada:1");
    diff(&mut roster, "ada:1", "");
    assert_eq!(words(state(&mut roster, "ada:1 bob:2")), [""; 0]);
    let keys: Vec<_> = roster.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["bob", "ada"], "in the order of phoenix.js");
}

#[test]
fn a_message_without_net_effect_keeps_the_presence() {
    let mut roster = online("ada:1 bob:2");
    let before = Arc::clone(roster.presences.by_key().get("ada").unwrap());
    assert_eq!(words(diff(&mut roster, "ada:2", "ada:2")), [""; 0]);
    assert_eq!(words(diff(&mut roster, "eve:2", "eve:2")), [""; 0]);
    let after = roster.presences.by_key().get("ada").unwrap();
    assert!(Arc::ptr_eq(&before, after));
}

#[test]
fn another_order_of_metas_is_an_update_with_empty_lists() {
    let mut roster = online("ada:1,2");
    let changes = diff(&mut roster, "ada:1", "").changes();
    assert!(
        matches!(&changes[..], [Change::Update { joined, left, updated, .. }]
        if joined.is_empty() && left.is_empty() && updated.is_empty())
    );
}

#[test]
fn known_metas_and_fields_stay_as_first_seen_unless_resync_is_server() {
    let first = r#"{"ada":{"metas":[{"phx_ref":"1","n":1},{"phx_ref":"2"}],"name":"Ada"}}"#;
    let later = r#"{"ada":{"metas":[{"phx_ref":"2"},{"phx_ref":"1","n":2}],"name":"Ada L."}}"#;
    let mut keep = Roster::<Meta>::new();
    let mut server = Roster::<Meta>::new().with_resync(Resync::Server);
    for roster in [&mut keep, &mut server] {
        roster.sync_state_json(first).unwrap();
    }
    let before = keep.clone();
    assert_eq!(keep.sync_state_json(later).unwrap().changes(), []);
    assert_eq!(keep, before);

    let events = server.sync_state_json(later).unwrap();
    assert_eq!(events.len(), 0, "no ref joined, none left");
    let changes = events.changes();
    let [Change::Update {
        presence, updated, ..
    }] = &changes[..]
    else {
        panic!("{changes:?}");
    };
    assert_eq!(presence.fields["name"], "Ada L.");
    let refs = presence.metas.iter().map(|meta| meta.phx_ref.as_deref());
    assert_eq!(refs.collect::<Vec<_>>(), [Some("1"), Some("2")]);
    assert_eq!(updated.len(), 1);
    assert_eq!(updated[0].current.data["n"], 2);
    assert_eq!(server.sync_state_json(later).unwrap().changes(), []);
}

#[test]
fn with_resync_server_all_metas_are_kept_even_without_refs() {
    let state = r#"{"ada":{"metas":[{"n":1},{"n":2}]}}"#;
    let mut roster = Roster::<Meta>::new().with_resync(Resync::Server);
    roster.sync_state_json(state).unwrap();
    let before = roster.clone();
    assert_eq!(roster.sync_state_json(state).unwrap().changes(), []);
    assert_eq!(roster, before);

    let fewer = r#"{"ada":{"metas":[{"n":2}]}}"#;
    roster.sync_state_json(fewer).unwrap();
    assert_eq!(roster.meta_count(), 1);
}

#[test]
fn changes_are_the_same_on_each_call_and_after_events_were_read() {
    let mut roster = online("ada:1");
    let mut events = diff(&mut roster, "ada:2", "");
    let before = events.changes();
    assert!(events.next().is_some() && events.next().is_none());
    assert_eq!(events.changes(), before);
    assert_eq!(before.len(), 1);
}

#[test]
fn the_accessors_of_a_change_work_for_each_kind() {
    let mut roster = online("ada:1 bob:2");
    let changes = diff(&mut roster, "ada:3 eve:4", "bob:2").changes();
    let seen = |change: &Change<Meta>| {
        let counted = |presence: Option<&Arc<Presence<Meta>>>| presence.map(|p| p.metas.len());
        let (previous, presence) = (counted(change.previous()), counted(change.presence()));
        (change.key().to_string(), previous, presence)
    };
    assert_eq!(
        changes.iter().map(seen).collect::<Vec<_>>(),
        [
            ("ada".into(), Some(1), Some(2)),
            ("eve".into(), None, Some(1)),
            ("bob".into(), Some(1), None),
        ]
    );
}

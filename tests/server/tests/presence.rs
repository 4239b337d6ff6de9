//! The tracker: its diffs turn any earlier list into the later one, for a literal replay and for
//! the crate's `Roster`.

mod support;

use std::cell::RefCell;
use std::collections::BTreeMap;

use phoenix_presence::Roster;
use presence_server::presence::{ChannelId, PresenceDiff, TrackError, Tracker};
use presence_server::{rooms, Limits};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{json, Map, Value};
use support::ReplayedRoster;

const TOPIC: &str = "room:lobby";

#[derive(Debug, Clone)]
enum Action {
    Track(u64, String, u8),
    Update(u64, String, u8),
    Untrack(u64, String),
    End(u64),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let channel = 0..4u64;
    let key = prop_oneof!["[ab1]", Just("__proto__".to_owned()), Just(String::new())];
    let action = prop_oneof![
        4 => (channel.clone(), key.clone(), any::<u8>()).prop_map(|(c, k, n)| Action::Track(c, k, n)),
        3 => (channel.clone(), key.clone(), any::<u8>()).prop_map(|(c, k, n)| Action::Update(c, k, n)),
        2 => (channel.clone(), key).prop_map(|(c, k)| Action::Untrack(c, k)),
        1 => channel.prop_map(Action::End),
    ];
    proptest::collection::vec(action, 0..80)
}

fn fields(n: u8) -> Map<String, Value> {
    Map::from_iter([("n".to_owned(), json!(n))])
}

fn json_of(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// The crate's roster in the form of the replayed one.
fn as_replayed(roster: &Roster) -> ReplayedRoster {
    let metas = |presence: &phoenix_presence::Presence<_>| json_of(&presence.metas);
    ReplayedRoster(
        roster
            .iter()
            .map(|(key, presence)| {
                let metas = metas(presence).as_array().unwrap().clone();
                (key.to_owned(), metas)
            })
            .collect(),
    )
}

fn perform(tracker: &mut Tracker, action: Action) -> Option<PresenceDiff> {
    match action {
        Action::Track(channel, key, n) => tracker
            .track(ChannelId(channel), TOPIC, &key, fields(n))
            .map(|(_, diff)| diff)
            .ok(),
        Action::Update(channel, key, n) => tracker
            .update(ChannelId(channel), TOPIC, &key, |_| fields(n))
            .map(|(_, diff)| diff)
            .ok(),
        Action::Untrack(channel, key) => tracker.untrack(ChannelId(channel), TOPIC, &key),
        Action::End(channel) => tracker.end(ChannelId(channel), TOPIC),
    }
}

proptest! {
    #[test]
    fn diffs_in_order_turn_any_earlier_list_into_the_later_one(
        before in actions(),
        after in actions(),
    ) {
        let mut tracker = Tracker::new(Limits::default(), rooms::fetch);
        for action in before {
            let _ = perform(&mut tracker, action);
        }
        let mut replayed = ReplayedRoster::of_state(&json_of(tracker.list(TOPIC)));
        let mut roster: Roster = Roster::new();
        let _ = roster.sync_state_json(json_of(tracker.list(TOPIC)).to_string()).unwrap();
        for action in after {
            if let Some(diff) = perform(&mut tracker, action) {
                let diff = json_of(diff);
                replayed.apply(&diff);
                let events = roster.sync_diff_json(diff.to_string()).unwrap();
                prop_assert!(events.skipped().is_empty());
            }
            let list = ReplayedRoster::of_state(&json_of(tracker.list(TOPIC))).sorted();
            prop_assert_eq!(&replayed.clone().sorted(), &list);
            prop_assert_eq!(&as_replayed(&roster).sorted(), &list);
            let state = serde_json::to_string(&tracker.list(TOPIC)).unwrap();
            prop_assert_eq!(serde_json::to_string(&tracker.state(TOPIC)).unwrap(), &*state);
            prop_assert!(state.len() <= tracker.state_bytes(TOPIC));
        }
    }

    #[test]
    fn no_presence_is_left_when_every_channel_has_ended(actions in actions()) {
        let mut tracker = Tracker::new(Limits::default(), rooms::fetch);
        for action in actions {
            let _ = perform(&mut tracker, action);
        }
        for channel in 0..4 {
            let _ = tracker.end(ChannelId(channel), TOPIC);
        }
        prop_assert!(tracker.list(TOPIC).is_empty());
        prop_assert_eq!(tracker.state_bytes(TOPIC), "{}".len());
    }
}

#[test]
fn a_meta_that_left_releases_its_bytes() {
    let limits = Limits {
        topic_bytes: 300,
        total_bytes: 420,
        ..Limits::default()
    };
    let mut tracker = Tracker::new(limits, rooms::fetch);
    let channel = ChannelId(1);
    assert!(tracker.track(channel, TOPIC, "stays", fields(0)).is_ok());
    assert!(tracker.track(channel, "room:2", "stays", fields(0)).is_ok());
    for _ in 0..100 {
        assert!(tracker.track(channel, TOPIC, "k", fields(1)).is_ok());
        assert!(tracker.update(channel, TOPIC, "k", |_| fields(2)).is_ok());
        assert!(tracker.untrack(channel, TOPIC, "k").is_some());
        assert!(tracker.track(ChannelId(2), TOPIC, "k", fields(3)).is_ok());
        assert!(tracker.end(ChannelId(2), TOPIC).is_some());
    }
}

#[test]
fn the_same_key_from_two_channels_is_two_metas_oldest_channel_first() {
    let mut tracker = Tracker::new(Limits::default(), rooms::fetch);
    for channel in [2, 1] {
        let _ = tracker.track(ChannelId(channel), TOPIC, "a", fields(channel as u8));
    }
    let _ = tracker.update(ChannelId(1), TOPIC, "a", |_| fields(9));
    let presence = json_of(tracker.get_by_key(TOPIC, "a"));
    let order: Vec<_> = presence["metas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["n"])
        .collect();
    assert_eq!(order, [&json!(9), &json!(2)]);
}

#[test]
fn get_by_key_returns_only_tracked_keys() {
    let mut tracker = Tracker::new(Limits::default(), rooms::fetch);
    let _ = tracker.track(ChannelId(1), "rich:1", "a", fields(1));
    let presence = json_of(tracker.get_by_key("rich:1", "a"));
    assert_eq!(presence["user"], json!({"name": "Name of a"}));
    assert!(tracker.get_by_key("rich:1", "b").is_none());
    assert!(tracker.get_by_key("rich:2", "a").is_none());
}

#[test]
fn fetch_runs_on_the_list_and_on_both_sides_of_a_diff() {
    let mut tracker = Tracker::new(Limits::default(), rooms::fetch);
    let _ = tracker.track(ChannelId(1), "rich:1", "a", fields(1));
    let (_, diff) = tracker
        .update(ChannelId(1), "rich:1", "a", |_| fields(2))
        .unwrap();
    let diff = json_of(diff);
    let name = json!({"name": "Name of a"});
    assert_eq!(diff["joins"]["a"]["user"], name);
    assert_eq!(diff["leaves"]["a"]["user"], name);
    assert_eq!(json_of(tracker.list("rich:1"))["a"]["user"], name);
}

#[test]
fn fetch_is_called_once_for_each_state_and_diff_with_all_of_its_keys() {
    thread_local! {
        static CALLS: RefCell<Vec<Vec<String>>> = RefCell::default();
    }
    fn fetch(_: &str, keys: &[&str]) -> BTreeMap<String, Map<String, Value>> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        CALLS.with_borrow_mut(|calls| calls.push(keys.clone()));
        let extra = |key: String| (key.clone(), Map::from_iter([("of".into(), json!(key))]));
        keys.into_iter().map(extra).collect()
    }
    let mut tracker = Tracker::new(Limits::default(), fetch);
    let channel = ChannelId(1);
    for key in ["a", "b", "c"] {
        let _ = tracker.track(channel, TOPIC, key, fields(1));
    }
    CALLS.take();

    let list = json_of(tracker.list(TOPIC));
    assert_eq!(list["b"]["of"], "b");
    let updated = tracker.update(channel, TOPIC, "a", fields(2));
    assert_eq!(json_of(updated.unwrap().1)["leaves"]["a"]["of"], "a");
    let ended = json_of(tracker.end(channel, TOPIC));
    assert_eq!(ended["leaves"]["c"]["of"], "c");
    assert_eq!(
        CALLS.take(),
        [vec!["a", "b", "c"], vec!["a"], vec!["a", "b", "c"]]
    );
}

#[test]
fn an_error_names_the_limit_and_changes_nothing() {
    let limits = Limits {
        key_bytes: 3,
        meta_bytes: 60,
        keys_per_channel: 2,
        topic_bytes: 260,
        ..Limits::default()
    };
    let mut tracker = Tracker::new(limits, rooms::fetch);
    let channel = ChannelId(1);
    assert!(tracker.track(channel, TOPIC, "a", fields(1)).is_ok());
    let large = || Map::from_iter([("n".to_owned(), json!("x".repeat(60)))]);
    let before = json_of(tracker.list(TOPIC));

    let refused = tracker
        .track(channel, TOPIC, "long", fields(1))
        .unwrap_err();
    assert_eq!(refused, TrackError::KeyTooLong(3));
    let refused = tracker.track(channel, TOPIC, "b", large()).unwrap_err();
    assert_eq!(refused, TrackError::MetasTooLarge(60));
    let refused = tracker
        .update(channel, TOPIC, "a", |_| large())
        .unwrap_err();
    assert_eq!(refused, TrackError::MetasTooLarge(60));
    let refused = tracker.track(channel, TOPIC, "a", fields(1)).unwrap_err();
    assert!(matches!(refused, TrackError::AlreadyTracked(..)));
    assert_eq!(json_of(tracker.list(TOPIC)), before);

    assert!(tracker.track(channel, TOPIC, "b", fields(1)).is_ok());
    let refused = tracker.track(channel, TOPIC, "c", fields(1)).unwrap_err();
    assert_eq!(refused, TrackError::TooManyKeys(2));
    let mut refusals = (2..20).filter_map(|channel| {
        let tracked = tracker.track(ChannelId(channel), TOPIC, "a", fields(1));
        tracked.err()
    });
    assert_eq!(refusals.next(), Some(TrackError::TopicFull(260)));
}

#[test]
fn all_topics_together_have_a_limit() {
    let limits = Limits {
        total_bytes: 100,
        ..Limits::default()
    };
    let mut tracker = Tracker::new(limits, rooms::fetch);
    let mut refusals = (0..9).filter_map(|n| {
        let topic = format!("room:{n}");
        tracker.track(ChannelId(n), &topic, "k", fields(1)).err()
    });
    assert_eq!(refusals.next(), Some(TrackError::AllFull(100)));
}

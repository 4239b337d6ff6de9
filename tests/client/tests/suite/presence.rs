//! `Presence<M>`: the users of a channel who are online.

use std::sync::Arc;
use std::time::Duration;

use client_tests::{connect, join, sleep, until, within, Lab};
use futures_util::StreamExt;
use phoenix_presence::client::{
    Channel, ChannelState, Error, Presence, PresenceEvent, Socket, Status,
};
use phoenix_presence::{Change, Reason};
use serde::Deserialize;
use serde_json::{json, Value};

use crate::client_test;

const ROOM: &str = "room:lobby";

#[derive(Debug, Deserialize, PartialEq)]
struct Device {
    #[serde(default)]
    status: String,
}

/// A channel with a Presence, which is in sync.
async fn present(socket: &Socket, status: &str) -> Presence<Device> {
    let channel = socket.channel(ROOM, &json!({ "status": status })).unwrap();
    let presence = Presence::new(&channel);
    within("the join", channel.join()).await.unwrap();
    // The state may come before the diff of the own join, which changes nothing.
    synced(&presence).await;
    presence
}

async fn synced(presence: &Presence<Device>) {
    within("the state", presence.when_synced()).await.unwrap();
}

fn keys(presence: &Presence<Device>) -> Vec<Arc<str>> {
    presence.list().into_iter().map(|(key, _)| key).collect()
}

/// What the server itself lists.
async fn list_of_server(channel: &Channel) -> Vec<String> {
    let mut states = channel.on("presence_state");
    within("the reply", channel.push("state", &()))
        .await
        .unwrap();
    let state: Value = within("the state", states.next())
        .await
        .unwrap()
        .parse()
        .unwrap();
    let mut list = Vec::new();
    for (key, user) in state.as_object().unwrap() {
        for meta in user["metas"].as_array().unwrap() {
            list.push(format!("{key} {}", meta["phx_ref"].as_str().unwrap()));
        }
    }
    list.sort();
    list
}

fn list_of(presence: &Presence<Device>) -> Vec<String> {
    let mut list = Vec::new();
    for (key, user) in presence.list() {
        for meta in &user.metas {
            list.push(format!("{key} {}", meta.phx_ref.as_deref().unwrap()));
        }
    }
    list.sort();
    list
}

#[client_test]
async fn users_enter_differ_and_exit() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let presence = present(&socket, "online").await;
    assert_eq!(keys(&presence), ["ada".into()]);
    let mut changes = presence.changes();

    let eve_socket = connect(&lab, "eve");
    let eve = join(&eve_socket, ROOM, &json!({ "status": "busy" })).await;
    match within("eve", changes.next()).await.unwrap() {
        Change::Enter {
            key,
            presence,
            reason,
        } => {
            assert_eq!((&*key, reason), ("eve", Reason::Diff));
            assert_eq!(presence.metas[0].data.status, "busy");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(presence.len(), 2);

    within("a reply", eve.push("update", &json!({ "status": "away" })))
        .await
        .unwrap();
    match within("the update", changes.next()).await.unwrap() {
        Change::Update { updated, .. } => {
            assert_eq!(updated[0].previous.data.status, "busy");
            assert_eq!(updated[0].current.data.status, "away");
        }
        other => panic!("{other:?}"),
    }

    eve.leave().await.unwrap();
    let exit = within("the exit", changes.next()).await.unwrap();
    assert!(matches!(exit, Change::Exit { ref key, .. } if &**key == "eve"));
    assert!(!presence.contains("eve"));
}

#[client_test]
async fn the_status_follows_the_connection() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = socket.channel(ROOM, &()).unwrap();
    let presence = Presence::<Device>::new(&channel);
    assert_eq!(presence.status(), Status::Pending);
    let mut events = presence.events();
    channel.join();
    let mut statuses = Vec::new();
    let mut next = async || {
        let status = until("a status", &mut events, |event| {
            matches!(event, PresenceEvent::Status(_))
        });
        match status.await {
            PresenceEvent::Status(status) => statuses.push(status),
            _ => unreachable!("only a status matches"),
        }
    };
    next().await;
    lab.cut().await;
    next().await;
    next().await;
    channel.leave();
    next().await;
    let expected = [
        Status::Synced,
        Status::Stale,
        Status::Synced,
        Status::Closed,
    ];
    assert_eq!(statuses, expected);
    assert_eq!(presence.when_synced().await, Err(Error::Closed));
}

#[client_test]
async fn a_refused_join_ends_the_wait_for_the_state() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = socket.channel(ROOM, &json!({ "refuse": "full" })).unwrap();
    let presence = Presence::<Device>::new(&channel);
    channel.join();
    let refused = within("the refusal", presence.when_synced()).await;
    assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
}

#[client_test]
async fn a_watch_has_one_user_from_the_present_on() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let presence = present(&socket, "online").await;
    let mut watch = presence.watch("eve");
    assert_eq!(within("now", watch.next()).await, Some(None));

    let others = [connect(&lab, "bob"), connect(&lab, "eve")];
    let bob = join(&others[0], ROOM, &()).await;
    let eve = join(&others[1], ROOM, &json!({ "status": "busy" })).await;
    let user = within("eve", watch.next()).await.unwrap().unwrap();
    assert_eq!(user.metas[0].data.status, "busy");
    within("bob's leave", bob.leave()).await.unwrap();
    within("eve's leave", eve.leave()).await.unwrap();
    assert_eq!(within("eve's exit", watch.next()).await, Some(None));
}

#[client_test]
async fn an_update_is_sent_again_after_each_join() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = socket.channel(ROOM, &()).unwrap();
    let presence = Presence::<Device>::new(&channel);
    let mut watch = presence.watch("ada");
    // Before the join; only the last one counts.
    presence.update(&json!({ "status": "busy" })).unwrap();
    presence.update(&json!({ "status": "away" })).unwrap();
    channel.join();
    let has = |status: &'static str| {
        move |user: &Option<Arc<phoenix_presence::Presence<Device>>>| {
            user.as_ref().is_some_and(|user| {
                let metas = &user.metas;
                metas.len() == 1 && metas[0].data.status == status
            })
        }
    };
    until("the update", &mut watch, has("away")).await;
    lab.restart().await;
    until("the join", &mut watch, has("")).await;
    until("the update", &mut watch, has("away")).await;
    presence.update(&json!({ "status": "online" })).unwrap();
    until("the next update", &mut watch, has("online")).await;
}

#[client_test]
async fn an_update_that_the_server_rejects_is_reported() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = socket.channel(ROOM, &json!({ "track": false })).unwrap();
    let presence = Presence::<Device>::new(&channel);
    let mut events = presence.events();
    within("the join", channel.join()).await.unwrap();
    presence.update(&json!({ "status": "away" })).unwrap();
    until("the report", &mut events, |event| {
        matches!(event, PresenceEvent::UpdateFailed(Error::Rejected(_)))
    })
    .await;
}

#[client_test]
async fn a_meta_of_another_type_is_named_and_the_rest_is_listed() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let presence = present(&socket, "online").await;
    let mut events = presence.events();
    let eve = connect(&lab, "eve");
    let _eve = join(&eve, ROOM, &json!({ "status": 7 })).await;
    let malformed = until("the report", &mut events, |event| {
        matches!(event, PresenceEvent::Malformed(_))
    });
    match malformed.await {
        PresenceEvent::Malformed(error) => assert_eq!(error.key(), Some("eve")),
        _ => unreachable!("only a report matches"),
    }
    assert_eq!(keys(&presence), ["ada".into()]);
}

#[client_test]
async fn a_presence_whose_handles_are_dropped_ends_its_streams() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let presence = present(&socket, "online").await;
    let (mut changes, mut watch) = (presence.changes(), presence.watch("ada"));
    drop(presence);
    within("the end of changes", async {
        while changes.next().await.is_some() {}
    })
    .await;
    within("the end of the watch", async {
        while watch.next().await.is_some() {}
    })
    .await;
}

/// Without care a user is left over in some of these: a diff of an earlier join waits for
/// the state of the last one, and the leave that belongs to it was delivered before.
#[client_test]
async fn a_topic_that_is_joined_and_left_and_joined_at_once_has_the_list_of_the_server() {
    for seed in 0..40 {
        let lab = Lab::reordering(seed).await;
        let (ada, eve) = (connect(&lab, "ada"), connect(&lab, "eve"));
        let visitor = join(&eve, ROOM, &()).await;
        // Once the socket is connected, each join is sent at once.
        let _connected = join(&ada, "room:other", &()).await;
        let mut channels = Vec::new();
        for _ in 0..3 {
            let channel = ada.channel(ROOM, &()).unwrap();
            let presence = Presence::<Device>::new(&channel);
            channel.join();
            channels.push((channel, presence));
        }
        let (channel, presence) = channels.pop().unwrap();
        for (earlier, _) in &channels {
            assert_ne!(earlier.state(), ChannelState::Joined);
        }
        synced(&presence).await;
        assert_eq!(channel.state(), ChannelState::Joined);

        // Asked for by the visitor: a state that ada receives would repair her list.
        let settled = async {
            loop {
                let expected = list_of_server(&visitor).await;
                if expected.len() == 2 && list_of(&presence) == expected {
                    return;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        within(&format!("the list of the server, seed {seed}"), settled).await;
    }
}

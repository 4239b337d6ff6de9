//! Joins, pushes, messages and leaves.

use std::time::Duration;

use client_tests::{connect, join, rejoined, until, within, Lab};
use futures_util::StreamExt;
use phoenix_presence::client::{ChannelEvent, ChannelState, Error};
use serde_json::{json, Value};

use crate::client_test;

const ROOM: &str = "room:lobby";

#[client_test]
async fn a_join_is_answered_and_the_state_follows() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let params = json!({ "status": "online" });
    let channel = socket.channel(ROOM, &params).unwrap();
    let mut states = channel.on("presence_state");
    let response = within("the join", channel.join()).await.unwrap();
    assert_eq!(response.as_json(), "{}");
    assert_eq!(channel.state(), ChannelState::Joined);
    let state = within("the state", states.next()).await.unwrap();
    let state: Value = state.parse().unwrap();
    assert_eq!(state["ada"]["metas"][0]["status"], "online");
}

#[client_test]
async fn a_refused_join_has_the_reason_of_the_server() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = socket.channel(ROOM, &json!({ "refuse": "full" })).unwrap();
    let mut events = channel.events();
    let refused = within("the answer", channel.join()).await.unwrap_err();
    let response: Value = refused.response().unwrap().parse().unwrap();
    assert_eq!(response, json!({ "reason": "full" }));

    // It is tried again, with other params.
    channel.set_params(&()).unwrap();
    rejoined(&mut events).await;
}

#[client_test]
async fn an_unknown_topic_is_refused() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = socket.channel("nowhere", &()).unwrap();
    let refused = within("the answer", channel.join()).await.unwrap_err();
    let response: Value = refused.response().unwrap().parse().unwrap();
    assert_eq!(response["reason"], "unmatched topic");
}

#[client_test]
async fn a_push_has_the_response_of_the_server() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let update = channel.push("update", &json!({ "status": "away" }));
    let response: Value = within("ok", update).await.unwrap().parse().unwrap();
    assert_eq!(response["phx_ref"].as_str().unwrap().len(), 16);

    let error = within("error", channel.push("nonsense", &())).await;
    let error = error.unwrap_err();
    let response: Value = error.response().unwrap().parse().unwrap();
    assert_eq!(response["reason"], "unknown event");
}

#[client_test]
async fn a_push_without_an_answer_times_out() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    lab.stall().await;
    let push = channel.push_timeout("state", &(), Duration::from_millis(50));
    assert_eq!(within("the timeout", push).await, Err(Error::Timeout));
    lab.resume().await;
    within("a reply", channel.push("state", &())).await.unwrap();
}

#[client_test]
async fn a_crashed_channel_fails_its_push_and_joins_again() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let mut events = channel.events();
    let crash = within("the crash", channel.push("crash", &())).await;
    assert!(matches!(crash, Err(Error::Crashed(_))), "{crash:?}");
    rejoined(&mut events).await;
    within("a reply", channel.push("state", &())).await.unwrap();
}

#[client_test]
async fn a_leave_ends_the_channel_and_its_streams() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let mut events = channel.events();
    let leave = channel.leave();
    let push = channel.push("state", &());
    within("the leave", leave).await.unwrap();
    assert_eq!(channel.state(), ChannelState::Closed);
    assert_eq!(within("the push", push).await, Err(Error::Closed));
    until("the end", &mut events, |event| {
        *event == ChannelEvent::Closed
    })
    .await;
    assert_eq!(within("no more events", events.next()).await, None);
}

#[client_test]
async fn two_channels_of_one_socket_have_their_own_messages() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let one = join(&socket, "room:1", &()).await;
    let two = join(&socket, "room:2", &()).await;
    let mut diffs = two.on("presence_diff");
    let updates = [
        one.push("update", &json!({ "n": 1 })),
        two.push("update", &json!({ "n": 2 })),
    ];
    for update in updates {
        within("a reply", update).await.unwrap();
    }
    let of_update = until("the diff", &mut diffs, |diff| {
        diff.as_json().contains("phx_ref_prev")
    });
    let diff: Value = of_update.await.parse().unwrap();
    assert_eq!(diff["joins"]["ada"]["metas"][0]["n"], 2);
}

#[client_test]
async fn ten_thousand_messages_come_in_order() {
    const COUNT: usize = 10_000;
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let mut diffs = channel.on("presence_diff");
    let update = |n| channel.push("update", &json!({ "n": n }));
    let replies: Vec<_> = (0..COUNT).map(update).collect();

    let mut numbers = Vec::with_capacity(COUNT);
    while numbers.len() < COUNT {
        let diff = within("a diff", diffs.next()).await.unwrap();
        let diff: Value = diff.parse().unwrap();
        numbers.extend(diff["joins"]["ada"]["metas"][0]["n"].as_u64());
    }
    assert!(numbers.into_iter().eq(0..COUNT as u64));
    for reply in replies {
        within("a reply", reply).await.unwrap();
    }
}

#[client_test]
async fn the_same_event_reaches_streams_and_callbacks_until_they_are_dropped() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let (sender, mut called) = futures_channel::mpsc::unbounded();
    let callback = channel.subscribe("presence_state", move |state| {
        let _ = sender.unbounded_send(state.clone());
    });
    let mut states = channel.on("presence_state");
    // The state of the join may come before or after the subscription; this one comes after.
    within("a reply", channel.push("state", &())).await.unwrap();
    let by_stream = within("the stream", states.next()).await.unwrap();
    let by_callback = within("the callback", called.next()).await.unwrap();
    assert_eq!(by_stream, by_callback);

    drop(callback);
    let end = async { while called.next().await.is_some() {} };
    within("the end of the callback", end).await;
}

#[client_test]
async fn a_channel_whose_handles_are_dropped_is_left() {
    let lab = Lab::start().await;
    let (ada, eve) = (connect(&lab, "ada"), connect(&lab, "eve"));
    let watching = join(&eve, ROOM, &()).await;
    let mut diffs = watching.on("presence_diff");
    let channel = join(&ada, ROOM, &()).await;
    let clone = channel.clone();
    drop(channel);
    within("a reply", clone.push("state", &())).await.unwrap();
    drop(clone);
    until("the leave", &mut diffs, |diff| {
        let diff: Value = diff.parse().unwrap();
        diff["leaves"]["ada"].is_object()
    })
    .await;
    assert!(ada.is_connected());
}

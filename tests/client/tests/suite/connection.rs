//! Connections that are lost, refused, replaced and closed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use client_tests::{builder, close_code, connect, join, rejoined, until, within, Lab};
use futures_util::StreamExt;
use phoenix_presence::client::{ChannelState, Error, Socket, SocketEvent};

use crate::client_test;

const ROOM: &str = "room:lobby";

#[client_test]
async fn a_line_that_is_cut_is_opened_again_and_the_channel_joined() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let (mut connections, mut events) = (socket.events(), channel.events());
    lab.cut().await;
    assert_eq!(close_code(&mut connections).await, 1006);
    rejoined(&mut events).await;
    within("a reply", channel.push("state", &())).await.unwrap();
}

#[client_test]
async fn a_push_that_the_line_swallows_fails_with_the_close() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    lab.stall().await;
    let push = channel.push("state", &());
    lab.cut().await;
    let failed = within("the end of the push", push).await;
    assert!(matches!(failed, Err(Error::Disconnected(close)) if close.code == 1006));
    lab.resume().await;
}

#[client_test]
async fn a_server_that_restarts_is_joined_again() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let (mut connections, mut events) = (socket.events(), channel.events());
    lab.restart().await;
    assert_eq!(close_code(&mut connections).await, 1012);
    rejoined(&mut events).await;
}

#[client_test]
async fn a_dead_line_is_noticed_by_its_heartbeat() {
    let lab = Lab::start().await;
    let socket = builder(&lab, "ada")
        .heartbeat_interval(Duration::from_millis(100))
        .connect()
        .unwrap();
    let channel = join(&socket, ROOM, &()).await;
    let (mut connections, mut events) = (socket.events(), channel.events());
    lab.stall().await;
    let timed_out = |event: &SocketEvent| matches!(event, SocketEvent::Close(close) if close.reason == "heartbeat timeout");
    until("the heartbeat timeout", &mut connections, timed_out).await;
    assert_eq!(channel.state(), ChannelState::Errored);
    lab.resume().await;
    rejoined(&mut events).await;
}

#[client_test]
async fn heartbeats_keep_a_quiet_connection() {
    let lab = Lab::start().await;
    let socket = builder(&lab, "ada")
        .heartbeat_interval(Duration::from_millis(20))
        .connect()
        .unwrap();
    let mut connections = socket.events();
    for _ in 0..5 {
        let replied = |event: &SocketEvent| {
            assert!(!matches!(event, SocketEvent::Close(_)), "{event:?}");
            matches!(event, SocketEvent::Message(message) if &*message.topic == "phoenix")
        };
        until("a heartbeat's reply", &mut connections, replied).await;
    }
}

#[client_test]
async fn an_expired_token_ends_the_connection_and_the_next_one_has_another() {
    let lab = Lab::start().await;
    let tokens = [lab.token("ada", 2).await, lab.token("ada", 60).await];
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let socket = Socket::builder(&lab.endpoint())
        .auth_token_with(move || {
            let at = count.fetch_add(1, Ordering::SeqCst);
            Some(tokens[at.min(1)].clone())
        })
        .reconnect_after(|_| Duration::from_millis(10))
        .connect()
        .unwrap();
    let channel = join(&socket, ROOM, &()).await;
    let (mut connections, mut events) = (socket.events(), channel.events());
    assert_eq!(close_code(&mut connections).await, 1008);
    rejoined(&mut events).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[client_test]
async fn a_refused_connection_is_reported_and_tried_again() {
    let lab = Lab::start().await;
    let socket = Socket::builder(&lab.endpoint())
        .auth_token("nonsense")
        .reconnect_after(|_| Duration::from_millis(10))
        .build()
        .unwrap();
    let mut connections = socket.events();
    socket.connect();
    for _ in 0..2 {
        let failed = |event: &SocketEvent| matches!(event, SocketEvent::Error(_));
        let failed = until("the refusal", &mut connections, failed).await;
        let SocketEvent::Error(reason) = failed else {
            unreachable!("only an error matches");
        };
        // A browser does not say why.
        if cfg!(not(target_arch = "wasm32")) {
            assert!(reason.starts_with("403 Forbidden"), "{reason}");
        }
        assert_eq!(close_code(&mut connections).await, 1006);
    }
}

#[client_test]
async fn a_socket_that_disconnects_joins_again_when_it_connects() {
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, ROOM, &()).await;
    let (mut connections, mut events) = (socket.events(), channel.events());
    socket.disconnect();
    assert_eq!(close_code(&mut connections).await, 1000);
    assert!(!socket.is_connected());
    socket.connect();
    rejoined(&mut events).await;
}

#[client_test]
async fn a_socket_whose_handles_are_dropped_closes_its_connection() {
    let lab = Lab::start().await;
    let (ada, eve) = (connect(&lab, "ada"), connect(&lab, "eve"));
    let watching = join(&eve, ROOM, &()).await;
    let mut diffs = watching.on("presence_diff");
    let channel = join(&ada, ROOM, &()).await;
    let mut connections = ada.events();
    let waiting = channel.push("state", &());
    drop((ada, channel));
    until("the leave", &mut diffs, |diff| {
        diff.as_json().contains(r#""leaves":{"ada""#)
    })
    .await;
    // Its streams end, and nothing waits for ever.
    let end = async { while connections.next().await.is_some() {} };
    within("the end of the socket", end).await;
    let _ = within("the push", waiting).await;
}

#[client_test]
async fn an_endpoint_that_is_no_url_is_an_error_at_once() {
    let error = Socket::builder("example.com/socket").build().unwrap_err();
    assert_eq!(error, Error::Endpoint("example.com/socket".into()));
}

//! The demo of the server: tokens for anyone, roles in metas, messages, bots and faults.

mod support;

use presence_server::auth::{Authentication, TokenKey};
use presence_server::demo::tokens::TokenSigner;
use presence_server::demo::DemoOptions;
use presence_server::{Limits, Options};
use serde_json::{json, Value};
use support::{http_request, Client, Ended, ReplayedRoster, Server};
use tokio_tungstenite::connect_async;
use tokio_util::sync::CancellationToken;

const ROOM: &str = "room:lobby";
const KEY: &str = "a key of thirty-two bytes or more";

/// A server with the demo, and what it cancels to be started again.
async fn start() -> (Server, CancellationToken) {
    start_with(Limits::default()).await
}

async fn start_with(limits: Limits) -> (Server, CancellationToken) {
    let restart = CancellationToken::new();
    let demo = DemoOptions {
        signer: TokenSigner::new(KEY),
        restart: restart.clone(),
    };
    let authentication = Authentication {
        keys: vec![TokenKey::new(KEY).unwrap()],
        ..Authentication::default()
    };
    let options = Options {
        authentication,
        demo: Some(demo),
        limits,
        ..Options::default()
    };
    (Server::with(options).await, restart)
}

async fn request_token(server: &Server, body: &str) -> (u16, String) {
    let length = body.len();
    let head = "POST /demo/token HTTP/1.1\r\n";
    // The helper ends the head, so the body goes where a further header would.
    let request =
        format!("{head}Content-Length: {length}\r\nHost: x\r\nConnection: close\r\n\r\n{body}");
    http_request(server.port, &request).await
}

/// A client that has signed in and joined.
async fn join(server: &Server, name: &str, role: &str) -> Client {
    let body = json!({ "name": name, "role": role }).to_string();
    let (status, answer) = request_token(server, &body).await;
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let token = answer["token"].as_str().unwrap();
    let url = server.url(&format!("/socket/websocket?vsn=2.0.0&token={token}"));
    let mut client = Client::over(connect_async(url).await.unwrap().0);
    let frames = push(&mut client, "phx_join", json!({"role": "moderator"})).await;
    assert_eq!(frames[0][4]["status"], "ok", "{}", frames[0]);
    let metas = &frames[2][4][name]["metas"];
    assert_eq!(
        metas[0]["role"], role,
        "the role is that of the token: {metas}"
    );
    client
}

async fn push(client: &mut Client, event: &str, payload: Value) -> Vec<Value> {
    client.request("1", "1", ROOM, event, payload).await
}

fn reason(frames: &[Value]) -> &str {
    frames[0][4]["response"]["reason"].as_str().unwrap()
}

#[tokio::test]
async fn a_token_is_refused_with_the_reason() {
    let (server, _) = start().await;
    let admin = json!({"name": "Ada", "role": "admin"}).to_string();
    let answer = request_token(&server, &admin).await;
    assert_eq!(answer, (400, "a role is guest, member or moderator".into()));
    let (status, _) = request_token(&server, &"x".repeat(2000)).await;
    assert_eq!(status, 413);
}

#[tokio::test]
async fn without_the_demo_there_are_no_tokens_and_no_messages() {
    let server = Server::start().await;
    assert_eq!(request_token(&server, "{}").await.0, 404);
    let mut client = server.join("ada", ROOM, json!({})).await;
    assert_eq!(
        reason(&push(&mut client, "message", json!({"text": "hi"})).await),
        "unknown event"
    );
}

#[tokio::test]
async fn a_message_reaches_the_room_and_those_who_come_later() {
    let (server, _) = start().await;
    let mut ada = join(&server, "Ada", "member").await;
    let mut grace = join(&server, "Grace", "guest").await;
    let frames = push(
        &mut grace,
        "message",
        json!({"text": "hello", "from": "Eve"}),
    )
    .await;
    assert_eq!(frames[1][4]["status"], "ok");
    let message = &frames[0][4];
    assert_eq!(
        (&message["from"], &message["role"]),
        (&json!("Grace"), &json!("guest"))
    );
    let received = ada.settle().await;
    assert_eq!(received.last().unwrap()[4], *message);
    let mut late = join(&server, "Late", "guest").await;
    let history = push(&mut late, "messages", json!({})).await;
    assert_eq!(history[0][4]["response"]["messages"], json!([message]));
}

#[tokio::test]
async fn a_role_cannot_be_forged_by_an_update() {
    let (server, _) = start().await;
    let mut ada = join(&server, "Ada", "guest").await;
    for event in ["update", "replace"] {
        let frames = push(&mut ada, event, json!({"role": "admin", "note": event})).await;
        let meta = &frames[1][4]["joins"]["Ada"]["metas"][0];
        assert_eq!(
            (&meta["role"], &meta["note"]),
            (&json!("guest"), &json!(event))
        );
    }
}

#[tokio::test]
async fn bots_come_in_batches_and_the_room_learns_what_they_cost() {
    let (server, _) = start().await;
    let mut guest = join(&server, "Guest", "guest").await;
    let refused = push(&mut guest, "add_bots", json!({"count": 1})).await;
    assert_eq!(reason(&refused), "only a member may do this");

    let mut ada = join(&server, "Ada", "member").await;
    let mut roster = ReplayedRoster::default();
    for frame in push(&mut ada, "state", json!({})).await {
        if frame[3] == "presence_state" {
            roster = ReplayedRoster::of_state(&frame[4]);
        }
    }
    ada.send_frame(json!(["1", "2", ROOM, "add_bots", {"count": 600}]))
        .await;
    let report = loop {
        let frame = ada.recv().await;
        match frame[3].as_str().unwrap() {
            "presence_diff" => roster.apply(&frame[4]),
            "bots" => break frame,
            _ => assert_eq!(frame[4]["response"]["adding"], 600),
        }
    };
    assert_eq!(report[4]["added"], 600);
    assert!(report[4]["stateBytes"].as_u64().unwrap() > 600 * 100);
    let too_many = push(&mut ada, "add_bots", json!({"count": 1_000_000})).await;
    assert!(too_many
        .iter()
        .any(|frame| frame[4]["response"]["adding"] == 9_400));

    for frame in push(&mut ada, "remove_bots", json!({}))
        .await
        .into_iter()
        .chain(too_many)
    {
        assert_ne!(frame[4]["status"], "error", "{frame}");
    }
    let frames = push(&mut ada, "state", json!({})).await;
    let state = frames
        .iter()
        .find(|frame| frame[3] == "presence_state")
        .unwrap();
    assert_eq!(state[4].as_object().unwrap().len(), 2, "no bot is left");
}

#[tokio::test]
async fn bots_that_find_no_place_in_a_full_room_do_not_count() {
    let limits = Limits {
        topic_bytes: 100_000,
        ..Limits::default()
    };
    let (server, _) = start_with(limits).await;
    let mut ada = join(&server, "Ada", "member").await;
    for _ in 0..2 {
        ada.send_frame(json!(["1", "2", ROOM, "add_bots", {"count": 10_000}]))
            .await;
        let added = loop {
            let frame = ada.recv().await;
            if frame[3] == "bots" {
                break frame[4]["added"].clone();
            }
        };
        assert!((1..1000).contains(&added.as_u64().unwrap()), "{added}");
        let frames = push(&mut ada, "remove_bots", json!({})).await;
        let is_reply = |frame: &&Value| frame[4]["response"]["removed"] == added;
        assert!(frames.iter().any(|frame| is_reply(&frame)), "{added}");
    }
}

#[tokio::test]
async fn a_malformed_entry_reaches_only_the_member_who_asked() {
    let (server, _) = start().await;
    let mut grace = join(&server, "Grace", "member").await;
    let mut ada = join(&server, "Ada", "member").await;
    grace.settle().await;
    let frames = push(&mut ada, "malformed", json!({})).await;
    let diffs: Vec<_> = frames
        .iter()
        .filter(|frame| frame[3] == "presence_diff")
        .collect();
    assert_eq!(diffs.len(), 2);
    assert_eq!(diffs[1][4]["joins"], json!({"Ada": {"metas": null}}));
    let left = &diffs[1][4]["leaves"];
    assert_eq!(*left, diffs[0][4]["joins"]);
    let frames = grace.settle().await;
    assert_eq!(frames[1][4], json!({"joins": {}, "leaves": left}));
    // The channel still receives what is broadcast.
    assert_eq!(
        push(&mut ada, "update", json!({"note": "x"})).await.len(),
        2
    );
}

#[tokio::test]
async fn a_visitor_leaves_with_the_connection_of_the_member() {
    let (server, _) = start().await;
    let mut grace = join(&server, "Grace", "member").await;
    let mut ada = join(&server, "Ada", "member").await;
    push(&mut ada, "visitor", json!({})).await;
    grace.settle().await;
    drop(ada);
    let left = loop {
        let frame = grace.recv().await;
        if !frame[4]["leaves"].as_object().unwrap().is_empty() {
            break frame;
        }
    };
    let keys: Vec<_> = left[4]["leaves"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["Ada", "Casper"]);
}

#[tokio::test]
async fn a_restart_is_for_moderators_and_not_right_after_the_last_one() {
    let (server, restart) = start().await;
    let mut ada = join(&server, "Ada", "member").await;
    assert_eq!(
        reason(&push(&mut ada, "restart", json!({})).await),
        "only a moderator may do this"
    );
    let mut grace = join(&server, "Grace", "moderator").await;
    assert_eq!(
        reason(&push(&mut grace, "freeze", json!({})).await),
        "there is no other node that could notice"
    );
    // However slow this test is, one of the two happens.
    match push(&mut grace, "restart", json!({})).await[0][4]["status"].as_str() {
        Some("ok") => assert!(restart.is_cancelled()),
        _ => assert!(!restart.is_cancelled()),
    }
    server.stop();
    assert!(matches!(grace.ended().await, Ended::Closed(1012, _)));
}

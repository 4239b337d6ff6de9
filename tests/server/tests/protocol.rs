//! The Phoenix Channels V2 protocol, over a real socket.

mod support;

use serde_json::{json, Value};
use support::{blank, within_timeout, Ended, Server};

const ROOM: &str = "room:lobby";

fn ok(join_ref: &str, message_ref: &str, topic: &str) -> Value {
    json!([join_ref, message_ref, topic, "phx_reply", {"status": "ok", "response": {}}])
}

fn error(join_ref: Value, message_ref: &str, topic: &str, reason: &str) -> Value {
    let payload = json!({"status": "error", "response": {"reason": reason}});
    json!([join_ref, message_ref, topic, "phx_reply", payload])
}

fn diff(topic: &str, joins: Value, leaves: Value) -> Value {
    json!([null, null, topic, "presence_diff", {"joins": joins, "leaves": leaves}])
}

#[tokio::test]
async fn a_join_brings_the_reply_then_the_own_diff_then_the_state() {
    let server = Server::start().await;
    let mut alice = server.connect("alice").await;
    let frames = alice
        .request("3", "3", ROOM, "phx_join", json!({"status": "x"}))
        .await;
    let presence = json!({"alice": frames[1][4]["joins"]["alice"]});
    assert_eq!(
        frames,
        [
            ok("3", "3", ROOM),
            diff(ROOM, presence.clone(), json!({})),
            json!(["3", null, ROOM, "presence_state", presence]),
        ]
    );
    let meta = &presence["alice"]["metas"][0];
    assert_eq!(meta["status"], "x");
    assert_eq!(meta["phx_ref"].as_str().unwrap().len(), 16);
    assert!(meta["online_at"].as_u64().unwrap() > 1_600_000_000);
}

#[tokio::test]
async fn a_heartbeat_is_answered_with_ok() {
    let server = Server::start().await;
    let mut alice = server.connect("alice").await;
    alice
        .send_frame(json!([null, "7", "phoenix", "heartbeat", {}]))
        .await;
    let reply = json!([null, "7", "phoenix", "phx_reply", {"status": "ok", "response": {}}]);
    assert_eq!(alice.recv().await, reply);
}

#[tokio::test]
async fn an_unmatched_topic_is_an_error_reply_without_join_ref() {
    let server = Server::start().await;
    let mut alice = server.connect("alice").await;
    for (topic, event) in [
        ("lobby", "phx_join"),
        ("room:never_joined", "update"),
        ("phoenix", "phx_join"),
    ] {
        let frames = alice.request("3", "4", topic, event, json!({})).await;
        assert_eq!(frames, [error(json!(null), "4", topic, "unmatched topic")]);
    }
}

#[tokio::test]
async fn a_second_join_of_a_topic_closes_the_first() {
    let server = Server::start().await;
    let mut observer = server.join("observer", ROOM, json!({})).await;
    let mut alice = server.join("alice", ROOM, json!({"n": 1})).await;
    let frames = alice
        .request("2", "2", ROOM, "phx_join", json!({"n": 2}))
        .await;
    assert_eq!(frames[0], ok("2", "2", ROOM));
    assert_eq!(frames[1], json!(["1", "1", ROOM, "phx_close", {}]));
    assert_eq!(frames[2][4]["joins"]["alice"]["metas"][0]["n"], 2);
    assert_eq!(frames[3][0], "2");
    let metas = &frames[3][4]["alice"]["metas"];
    assert_eq!(metas.as_array().unwrap().len(), 1, "{metas}");
    assert_eq!(frames.len(), 4);

    let seen = observer.settle().await;
    let one = |n| json!({"alice": {"metas": [{"phx_ref": "ref", "online_at": 0, "n": n}]}});
    assert_eq!(
        seen.iter().map(blank).collect::<Vec<_>>(),
        [
            diff(ROOM, one(1), json!({})),
            diff(ROOM, json!({}), one(1)),
            diff(ROOM, one(2), json!({})),
        ]
    );
}

#[tokio::test]
async fn a_leave_that_names_an_older_join_is_ignored() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    alice.request("2", "2", ROOM, "phx_join", json!({})).await;
    assert!(alice
        .request("1", "3", ROOM, "phx_leave", json!({}))
        .await
        .is_empty());
    let frames = alice.request("2", "4", ROOM, "state", json!({})).await;
    assert_eq!(frames[1], ok("2", "4", ROOM));
}

#[tokio::test]
async fn a_leave_is_answered_then_closed_and_a_second_leave_is_ok() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    let frames = alice.request("1", "5", ROOM, "phx_leave", json!({})).await;
    let close = json!(["1", "1", ROOM, "phx_close", {}]);
    assert_eq!(frames, [ok("1", "5", ROOM), close]);
    let frames = alice.request("1", "6", ROOM, "phx_leave", json!({})).await;
    assert_eq!(frames, [ok("1", "6", ROOM)]);
}

#[tokio::test]
async fn after_a_leave_no_frame_of_the_topic_arrives() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    alice.request("1", "2", ROOM, "phx_leave", json!({})).await;
    let _bob = server.join("bob", ROOM, json!({})).await;
    assert!(alice.settle().await.is_empty());
}

#[tokio::test]
async fn a_crash_is_phx_error_for_its_client_and_a_leave_for_the_others() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    let mut bob = server.join("bob", ROOM, json!({})).await;
    alice.settle().await;
    let frames = bob.request("1", "2", ROOM, "crash", json!({})).await;
    let crashed = json!(["1", "1", ROOM, "phx_error", {"reason": "channel_crash"}]);
    assert_eq!(frames, [crashed]);
    let seen = alice.settle().await;
    assert_eq!(seen.len(), 1);
    assert!(seen[0][4]["leaves"]["bob"].is_object());

    let frames = bob.request("3", "3", ROOM, "phx_join", json!({})).await;
    assert_eq!(frames[0], ok("3", "3", ROOM), "the socket lives on");
}

#[tokio::test]
async fn a_refused_join_brings_its_reason_and_no_presence() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    let mut bob = server.connect("bob").await;
    let frames = bob
        .request("3", "3", ROOM, "phx_join", json!({"refuse": "no"}))
        .await;
    assert_eq!(frames, [error(json!("3"), "3", ROOM, "no")]);
    assert!(alice.settle().await.is_empty());
    alice.request("1", "2", ROOM, "update", json!({})).await;
    assert!(bob.settle().await.is_empty(), "bob is not subscribed");
}

#[tokio::test]
async fn an_update_is_one_diff_with_the_old_ref_and_the_old_meta_whole() {
    let server = Server::start().await;
    let mut alice = server.connect("alice").await;
    let joined = alice
        .request("1", "1", ROOM, "phx_join", json!({"a": 1, "b": 2}))
        .await;
    let old = &joined[1][4]["joins"]["alice"]["metas"][0];
    let frames = alice
        .request("1", "2", ROOM, "update", json!({"b": 3}))
        .await;
    let new = json!({
        "phx_ref": frames[0][4]["response"]["phx_ref"],
        "phx_ref_prev": old["phx_ref"],
        "a": 1,
        "b": 3,
        "online_at": old["online_at"],
    });
    assert_ne!(new["phx_ref"], old["phx_ref"]);
    let joins = json!({"alice": {"metas": [new]}});
    let leaves = json!({"alice": {"metas": [old]}});
    assert_eq!(frames[1], diff(ROOM, joins, leaves));
    assert_eq!(frames.len(), 2);
}

#[tokio::test]
async fn an_update_by_a_map_replaces_the_metas() {
    let server = Server::start().await;
    let mut alice = server
        .join("alice", ROOM, json!({"a": 1, "phx_ref": "forged"}))
        .await;
    let frames = alice
        .request("1", "2", ROOM, "replace", json!({"b": 2}))
        .await;
    let meta = &frames[1][4]["joins"]["alice"]["metas"][0];
    assert_eq!((&meta["a"], &meta["b"]), (&json!(null), &json!(2)));
    let left = &frames[1][4]["leaves"]["alice"]["metas"][0];
    assert_eq!(meta["phx_ref_prev"], left["phx_ref"]);
}

#[tokio::test]
async fn get_by_key_answers_with_the_presence_of_one_key() {
    let server = Server::start().await;
    let _bob = server.join("bob", "rich:1", json!({"a": 1})).await;
    let mut alice = server.join("alice", "rich:1", json!({})).await;
    let mut presence_of = async |key: &str| {
        let payload = json!({ "key": key });
        let frames = alice
            .request("1", "2", "rich:1", "get_by_key", payload)
            .await;
        frames[0][4]["response"]["presence"].clone()
    };
    let bob = presence_of("bob").await;
    assert_eq!(bob["metas"][0]["a"], 1);
    assert_eq!(bob["user"], json!({"name": "Name of bob"}));
    assert_eq!(presence_of("carol").await, json!(null));
}

#[tokio::test]
async fn an_update_of_an_untracked_key_is_an_error_and_its_untrack_is_ok() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({"track": false})).await;
    let frames = alice.request("1", "2", ROOM, "update", json!({})).await;
    assert_eq!(frames, [error(json!("1"), "2", ROOM, ":nopresence")]);
    let frames = alice.request("1", "3", ROOM, "untrack", json!({})).await;
    assert_eq!(frames, [ok("1", "3", ROOM)]);
}

#[tokio::test]
async fn all_keys_of_an_ended_socket_leave_in_one_diff_per_topic() {
    let server = Server::start().await;
    let mut observer = server.join("observer", ROOM, json!({})).await;
    observer
        .request("2", "2", "room:other", "phx_join", json!({}))
        .await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    alice
        .request("1", "2", ROOM, "track", json!({"key": "bot"}))
        .await;
    alice
        .request("3", "3", "room:other", "phx_join", json!({}))
        .await;
    observer.settle().await;
    alice.close().await;

    // The diffs of two topics come in any order.
    let mut leaves = [observer.recv().await, observer.recv().await];
    leaves.sort_by_key(|frame| frame[2].as_str().unwrap().to_owned());
    let keys = |frame: &Value| {
        let leaves = frame[4]["leaves"].as_object().unwrap();
        leaves.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(&leaves[0]), ["alice", "bot"]);
    assert_eq!(keys(&leaves[1]), ["alice"]);
    assert!(observer.settle().await.is_empty());
}

#[tokio::test]
async fn identity_is_the_sockets_and_refs_are_the_servers() {
    let server = Server::start().await;
    let mut mallory = server.connect("mallory").await;
    let forged = json!({"user_id": "alice", "phx_ref": "forged", "phx_ref_prev": "forged"});
    let frames = mallory.request("1", "1", ROOM, "phx_join", forged).await;
    let state = &frames[2][4];
    assert_eq!(
        state.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["mallory"]
    );
    let meta = &state["mallory"]["metas"][0];
    assert_ne!(meta["phx_ref"], "forged");
    assert!(meta.get("phx_ref_prev").is_none());
}

#[tokio::test]
async fn any_text_is_a_key() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    for key in ["", "__proto__", "constructor", "7", "\u{0}", "é💜"] {
        let frames = alice
            .request("1", "2", ROOM, "track", json!({ "key": key }))
            .await;
        assert_eq!(frames[0][4]["status"], "ok");
        assert!(frames[1][4]["joins"][key].is_object());
    }
}

#[tokio::test]
async fn an_unknown_event_or_payload_is_an_error_reply() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    for (event, payload, reason) in [
        ("nonsense", json!({}), "unknown event"),
        ("update", json!(null), "payload is not an object"),
        ("track", json!({"key": 7}), "key is not a string"),
    ] {
        let frames = alice.request("1", "2", ROOM, event, payload).await;
        assert_eq!(frames, [error(json!("1"), "2", ROOM, reason)]);
    }
    let mut bob = server.connect("bob").await;
    let frames = bob.request("1", "1", ROOM, "phx_join", json!(7)).await;
    let refused = error(json!("1"), "1", ROOM, "payload is not an object");
    assert_eq!(frames, [refused]);
}

#[tokio::test]
async fn a_connection_without_identity_or_with_another_protocol_is_refused() {
    let server = Server::start().await;
    let long = "x".repeat(257);
    for (path, status, reason) in [
        (
            "/socket/websocket?vsn=2.0.0",
            403,
            "user_id is missing among the parameters",
        ),
        (
            &*format!("/socket/websocket?vsn=2.0.0&user_id={long}"),
            403,
            "user_id is longer than 256 bytes",
        ),
        (
            "/socket/websocket?vsn=1.0.0&user_id=a",
            400,
            "serializer vsn \"1.0.0\" is not supported, only \"2.0.0\"",
        ),
        (
            "/socket/websocket?user_id=a",
            400,
            "serializer vsn \"1.0.0\" is not supported, only \"2.0.0\"",
        ),
        ("/socket/longpoll?vsn=2.0.0&user_id=a", 404, ""),
    ] {
        assert_eq!(server.refusal(path).await, (status, reason.to_owned()));
    }
}

#[tokio::test]
async fn a_clean_close_is_answered_with_a_clean_close() {
    let server = Server::start().await;
    let mut alice = server.connect("alice").await;
    alice.socket.close(None).await.unwrap();
    assert!(matches!(alice.ended().await, Ended::Closed(..)));
}

#[tokio::test]
async fn a_stopping_server_closes_every_socket_with_1012_and_ends() {
    let server = Server::start().await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    let mut bob = server.connect("bob").await;
    server.stop();
    let stopping = Ended::Closed(1012, "server is stopping".into());
    assert_eq!(alice.ended().await, stopping);
    assert_eq!(bob.ended().await, stopping);
    let port = server.port;
    server.ended().await;
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err());
}

#[tokio::test]
async fn a_stopping_server_closes_its_clients_before_they_see_the_room_empty() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for n in 0..20 {
        clients.push(server.join(&format!("user{n}"), ROOM, json!({})).await);
    }
    for client in &mut clients {
        client.settle().await;
    }
    server.stop();
    for client in &mut clients {
        let (frames, ended) = client.frames_until_the_end().await;
        assert_eq!(ended, Ended::Closed(1012, "server is stopping".into()));
        assert!(frames.is_empty(), "{frames:?}");
    }
}

#[tokio::test]
async fn a_stopping_server_ends_though_clients_do_not_answer() {
    let server = Server::start().await;
    // Neither of them reads a close frame.
    let _silent = server.join("silent", ROOM, json!({})).await;
    let _unfinished = tokio::net::TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    server.stop();
    within_timeout("the end", server.ended()).await;
}

//! Random lines of text as the messages of one client, with a witness in the room.
//!
//! After the client has disconnected, no topic contains anything of it. The server
//! has sent it only frames, and the witness's roster equals the server's list.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use phoenix_presence::Roster;
use phoenix_presence_fuzz::connection::{connection, ClientEnd};
use phoenix_presence_fuzz::{listed, AnyMeta};
use presence_server::frame::Frame;
use presence_server::hub::Hub;
use presence_server::presence::Tracker;
use presence_server::rooms;
use presence_server::socket::{serve, Shared};
use presence_server::Limits;
use serde_json::{json, Value};
use tokio_util::sync::CancellationToken;

const ROOM: &str = "room:lobby";

fuzz_target!(|text: &str| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime needs no more than memory");
    runtime.block_on(session(text));
});

async fn session(text: &str) {
    let limits = Limits::default();
    let shared = Arc::new(Shared {
        hub: Arc::new(Hub::new(Tracker::new(limits.clone(), rooms::fetch))),
        limits,
        waiting: Arc::default(),
        shutdown: CancellationToken::new(),
    });

    let (witness, witness_server) = connection();
    let serving = tokio::spawn(serve(witness_server, "witness".into(), Arc::clone(&shared)));
    witness.send(&format!(r#"["1","1","{ROOM}","phx_join",{{}}]"#));
    witness.wait_for("presence_state").await;

    let (attacker, attacker_server) = connection();
    for message in text.lines() {
        attacker.send(message);
    }
    // The answer means that everything before it was handled, unless the server closed the connection.
    attacker.send(r#"[null,"last","phoenix","heartbeat",{}]"#);
    let attacked = tokio::spawn(serve(
        attacker_server,
        "attacker".into(),
        Arc::clone(&shared),
    ));
    attacker.wait_for(r#""last""#).await;
    let received = attacker.received().texts;
    drop(attacker);
    attacked.await.expect("serving does not panic");
    for frame in &received {
        Frame::parse(frame).expect("the server sends frames");
    }

    witness.send(r#"[null,"2","phoenix","heartbeat",{}]"#);
    witness.wait_for("\"phoenix\"").await;
    let mut turn = shared.hub.turn();
    let list = json!(turn.tracker().list(ROOM));
    for frame in text.lines().filter_map(|text| Frame::parse(text).ok()) {
        let left = turn.tracker().list(&frame.topic);
        assert_eq!(left.len(), usize::from(frame.topic == ROOM), "{left:?}");
    }
    drop(turn);
    assert_eq!(seen_by(&witness), list);
    drop(witness);
    serving.await.expect("serving does not panic");
}

/// The roster of a client, from the frames that it received.
fn seen_by(witness: &ClientEnd) -> Value {
    let mut roster = Roster::<AnyMeta>::new();
    let frames = witness.received().texts;
    let frames = frames
        .iter()
        .map(|text| Frame::parse(text).expect("a frame"));
    // The diff of the client's own join arrives before the state, which contains it.
    for frame in frames.skip_while(|frame| frame.event != "presence_state") {
        let payload = frame.payload.to_string();
        let events = match frame.event.as_str() {
            "presence_state" => roster.sync_state_json(payload),
            "presence_diff" => roster.sync_diff_json(payload),
            _ => continue,
        };
        let events = events.expect("a payload");
        assert!(events.skipped().is_empty(), "{events:?}");
    }
    let entries = listed(&roster).into_iter();
    Value::Object(entries.collect())
}

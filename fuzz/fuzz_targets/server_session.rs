//! Any lines of text as the messages of one client, beside another in a room.
//!
//! Whatever the one sends, when it has gone nothing of it is left in any topic,
//! what it was sent are frames, and the diffs that the other has seen add up to
//! the list that the server has.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use phoenix_presence::Roster;
use phoenix_presence_fuzz::line::{line, Caller};
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

    let (witness, witness_line) = line();
    let serving = tokio::spawn(serve(witness_line, "witness".into(), Arc::clone(&shared)));
    witness.say(&format!(r#"["1","1","{ROOM}","phx_join",{{}}]"#));
    witness.hear("presence_state").await;

    let (attacker, attacker_line) = line();
    for message in text.lines() {
        attacker.say(message);
    }
    // Its answer says that all before it was handled, unless the server hung up.
    attacker.say(r#"[null,"last","phoenix","heartbeat",{}]"#);
    let attacked = tokio::spawn(serve(attacker_line, "attacker".into(), Arc::clone(&shared)));
    attacker.hear(r#""last""#).await;
    let heard = attacker.heard().texts;
    drop(attacker);
    attacked.await.expect("serving does not panic");
    for frame in &heard {
        Frame::parse(frame).expect("the server sends frames");
    }

    witness.say(r#"[null,"2","phoenix","heartbeat",{}]"#);
    witness.hear("\"phoenix\"").await;
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

/// What the frames make of a roster.
fn seen_by(witness: &Caller) -> Value {
    let mut roster = Roster::<AnyMeta>::new();
    let frames = witness.heard().texts;
    let frames = frames
        .iter()
        .map(|text| Frame::parse(text).expect("a frame"));
    // The diff of the own join comes before the state, which has it too.
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

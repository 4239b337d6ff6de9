//! Any lines of text as the messages of one client, while an observer is in the room.
//!
//! When the client has disconnected, no topic holds a presence of it, all messages to it were
//! frames, and the diffs that the observer received add up to the server's list.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use phoenix_presence::Roster;
use phoenix_presence_fuzz::memory_socket::{memory_socket, ClientEnd};
use phoenix_presence_fuzz::{listed, AnyMeta};
use presence_server::frame::Frame;
use presence_server::hub::Hub;
use presence_server::identity::{Identity, Role};
use presence_server::presence::Tracker;
use presence_server::rooms;
use presence_server::socket::{serve, Shared};
use presence_server::Limits;
use serde_json::{json, Value};

const ROOM: &str = "room:lobby";

fuzz_target!(|text: &str| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime needs no more than memory");
    runtime.block_on(session(text));
});

fn member(user_id: &str) -> Arc<Identity> {
    Arc::new(Identity::unverified(user_id, Role::Member))
}

async fn session(text: &str) {
    let limits = Limits::default();
    let hub = Hub::new(Tracker::new(limits.clone(), rooms::fetch));
    let shared = Arc::new(Shared::new(Arc::new(hub), limits));

    let (observer, observer_end) = memory_socket();
    let serving = tokio::spawn(serve(observer_end, member("observer"), Arc::clone(&shared)));
    observer.send(&format!(r#"["1","1","{ROOM}","phx_join",{{}}]"#));
    observer.wait_for("presence_state").await;

    let (attacker, attacker_end) = memory_socket();
    for message in text.lines() {
        attacker.send(message);
    }
    // Its answer means that all earlier messages were handled, unless the server has closed.
    attacker.send(r#"[null,"last","phoenix","heartbeat",{}]"#);
    let attacked = tokio::spawn(serve(attacker_end, member("attacker"), Arc::clone(&shared)));
    attacker.wait_for(r#""last""#).await;
    let received = attacker.received().texts;
    drop(attacker);
    attacked.await.expect("serving does not panic");
    for frame in &received {
        Frame::parse(frame).expect("the server sends frames");
    }

    observer.send(r#"[null,"2","phoenix","heartbeat",{}]"#);
    observer.wait_for("\"phoenix\"").await;
    let mut hub = shared.hub.lock();
    let list = json!(hub.tracker().list(ROOM));
    for frame in text.lines().filter_map(|text| Frame::parse(text).ok()) {
        let left = hub.tracker().list(&frame.topic);
        assert_eq!(left.len(), usize::from(frame.topic == ROOM), "{left:?}");
    }
    drop(hub);
    assert_eq!(roster_of(&observer), list);
    drop(observer);
    serving.await.expect("serving does not panic");
}

/// The roster that the frames add up to.
fn roster_of(observer: &ClientEnd) -> Value {
    let mut roster = Roster::<AnyMeta>::new();
    let frames = observer.received().texts;
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

//! The order of frames around joins under `reorder_joins`, over a real socket.

mod support;

use presence_server::Options;
use serde_json::{json, Value};
use support::{Client, Server};

const ROOM: &str = "room:lobby";
const ROUNDS: usize = 100;

/// What a client was sent after a leave and a join that it sent at once, up to its new state.
async fn rejoin(alice: &mut Client, round: usize) -> Vec<Value> {
    let (old, new) = (round.to_string(), (round + 1).to_string());
    alice
        .send_frame(json!([old, "leave", ROOM, "phx_leave", {}]))
        .await;
    alice
        .send_frame(json!([new, new, ROOM, "phx_join", {}]))
        .await;
    let mut frames = Vec::new();
    loop {
        let frame = alice.recv().await;
        let is_new_state = frame[3] == "presence_state" && frame[0] == *new;
        frames.push(frame);
        if is_new_state {
            return frames;
        }
    }
}

#[tokio::test]
async fn a_joins_answer_overtakes_some_frames_and_a_leave_is_sometimes_missed() {
    let server = Server::with(Options {
        reorder_joins: Some(1),
        ..support::options()
    })
    .await;
    let mut alice = server.join("alice", ROOM, json!({})).await;
    let (mut overtaken, mut leaves) = (0, 0);
    for round in 1..=ROUNDS {
        let frames = rejoin(&mut alice, round).await;
        let answer = frames
            .iter()
            .position(|frame| frame[3] == "phx_reply" && frame[1] != "leave");
        let close = frames.iter().position(|frame| frame[3] == "phx_close");
        if answer < close {
            overtaken += 1;
        }
        let diffs = frames.iter().filter(|frame| frame[3] == "presence_diff");
        leaves += diffs
            .filter(|frame| frame[4]["leaves"].get("alice").is_some())
            .count();
    }
    assert!((1..ROUNDS).contains(&overtaken), "{overtaken} overtaken");
    assert!((1..ROUNDS).contains(&leaves), "{leaves} leaves seen");
}

//! A member who sits in the room under attack.
//!
//! Whatever happens there, the diffs that it saw must add up to the list that the
//! server has.

use serde_json::{json, Value};

use super::{Client, Oracle, Server};

pub const ROOM: &str = "room:lobby";

/// Sees everything, and believes only what it is told.
pub struct Witness {
    client: Client,
    pub oracle: Oracle,
}

impl Witness {
    pub async fn enter(server: &Server) -> Self {
        let mut client = server.connect("witness").await;
        let frames = client.request("1", "1", ROOM, "phx_join", json!({})).await;
        assert_eq!(frames.len(), 3, "the witness is first");
        let oracle = Oracle::of_state(&frames[2][4]);
        Self { client, oracle }
    }

    /// The next diff, applied.
    pub async fn see(&mut self) -> Value {
        let frame = self.client.recv().await;
        assert_eq!(frame[3], "presence_diff", "{frame}");
        self.oracle.apply(&frame[4]);
        frame[4].clone()
    }

    pub async fn see_leave_of(&mut self, key: &str) {
        while self.see().await["leaves"].get(key).is_none() {}
    }

    /// Changes its own metas, and sees what that and others brought.
    pub async fn update(&mut self, metas: Value) {
        let frames = self.client.request("1", "2", ROOM, "update", metas).await;
        assert!(frames.iter().any(|frame| frame[4]["status"] == "ok"));
        for frame in frames.iter().filter(|frame| frame[3] == "presence_diff") {
            self.oracle.apply(&frame[4]);
        }
    }

    /// The witness can still act, and knows all that the server knows.
    pub async fn testify(&mut self) {
        self.update(json!({"well": true})).await;
        for frame in self
            .client
            .request("1", "3", ROOM, "state", json!({}))
            .await
        {
            match frame[3].as_str().unwrap() {
                "presence_diff" => self.oracle.apply(&frame[4]),
                "presence_state" => {
                    let list = Oracle::of_state(&frame[4]);
                    assert_eq!(self.oracle.clone().sorted(), list.sorted());
                    return;
                }
                _ => {}
            }
        }
        panic!("no presence_state");
    }
}

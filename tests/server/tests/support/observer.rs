//! A member of a room who checks its roster: the state of its join with all later diffs applied
//! must equal the server's list.

use serde_json::{json, Value};

use super::{Client, ReplayedRoster, Server};

pub const ROOM: &str = "room:lobby";

/// A member whose roster is the replay of all frames that it received.
pub struct Observer {
    client: Client,
    pub roster: ReplayedRoster,
}

impl Observer {
    pub async fn join(server: &Server) -> Self {
        let mut client = server.connect("observer").await;
        let frames = client.request("1", "1", ROOM, "phx_join", json!({})).await;
        assert_eq!(frames.len(), 3, "the observer is the first member");
        let roster = ReplayedRoster::of_state(&frames[2][4]);
        Self { client, roster }
    }

    /// The next diff, applied.
    pub async fn next_diff(&mut self) -> Value {
        let frame = self.client.recv().await;
        assert_eq!(frame[3], "presence_diff", "{frame}");
        self.roster.apply(&frame[4]);
        frame[4].clone()
    }

    pub async fn wait_for_leave_of(&mut self, key: &str) {
        while self.next_diff().await["leaves"].get(key).is_none() {}
    }

    /// Updates its own metas, and applies the diffs up to that update.
    pub async fn update(&mut self, metas: Value) {
        let frames = self.client.request("1", "2", ROOM, "update", metas).await;
        assert!(frames.iter().any(|frame| frame[4]["status"] == "ok"));
        for frame in frames.iter().filter(|frame| frame[3] == "presence_diff") {
            self.roster.apply(&frame[4]);
        }
    }

    /// Checks that it can still update its metas, and that its roster equals the server's list.
    pub async fn check_roster(&mut self) {
        self.update(json!({"well": true})).await;
        for frame in self
            .client
            .request("1", "3", ROOM, "state", json!({}))
            .await
        {
            match frame[3].as_str().unwrap() {
                "presence_diff" => self.roster.apply(&frame[4]),
                "presence_state" => {
                    let list = ReplayedRoster::of_state(&frame[4]);
                    assert_eq!(self.roster.clone().sorted(), list.sorted());
                    return;
                }
                _ => {}
            }
        }
        panic!("no presence_state");
    }
}

//! A member of any room on any server, whose roster is the state of its join with all later diffs.

use serde_json::{json, Value};
use tokio_tungstenite::connect_async;

use super::{within_timeout, Client, ReplayedRoster};

pub struct Member {
    pub client: Client,
    pub roster: ReplayedRoster,
    topic: String,
}

impl Member {
    /// Connects to a port of this machine and joins.
    pub async fn join(port: u16, user_id: &str, topic: &str, payload: Value) -> Self {
        match Self::try_join(port, user_id, topic, payload).await {
            Some(member) => member,
            None => panic!("{user_id} could not join {topic}"),
        }
    }

    /// The same; `None` if the server cannot be reached or closes the socket.
    pub async fn try_join(port: u16, user_id: &str, topic: &str, payload: Value) -> Option<Self> {
        let path = format!("socket/websocket?vsn=2.0.0&user_id={user_id}");
        let connecting = connect_async(format!("ws://127.0.0.1:{port}/{path}"));
        let (socket, _) = within_timeout("a connection", connecting).await.ok()?;
        let mut member = Self {
            client: Client::over(socket),
            roster: ReplayedRoster::default(),
            topic: topic.to_owned(),
        };
        let join = json!(["1", "1", topic, "phx_join", payload]);
        member.client.try_send(join).await?;
        loop {
            let frame = member.client.try_recv().await?;
            if frame[3] == "presence_state" {
                member.roster = ReplayedRoster::of_state(&frame[4]);
                return Some(member);
            }
        }
    }

    /// The next frame, applied if it is a diff; `None` if the socket has ended.
    pub async fn try_next(&mut self) -> Option<Value> {
        let frame = self.client.try_recv().await?;
        if frame[3] == "presence_diff" {
            self.roster.apply(&frame[4]);
        }
        Some(frame)
    }

    /// The payload of the next diff, applied.
    pub async fn next_diff(&mut self) -> Value {
        loop {
            let frame = self.try_next().await.expect("the socket is open");
            if frame[3] == "presence_diff" {
                return frame[4].clone();
            }
        }
    }

    /// Applies frames until the roster meets a condition; returns the diffs.
    pub async fn until(&mut self, condition: impl Fn(&ReplayedRoster) -> bool) -> Vec<Value> {
        let mut diffs = Vec::new();
        while !condition(&self.roster) {
            diffs.push(self.next_diff().await);
        }
        diffs
    }

    /// Sends an event without waiting for the answer; `None` if the socket has ended.
    pub async fn try_push(&mut self, event: &str, payload: Value) -> Option<()> {
        let frame = json!(["1", "2", self.topic, event, payload]);
        self.client.try_send(frame).await
    }

    pub async fn push(&mut self, event: &str, payload: Value) {
        let sent = self.try_push(event, payload).await;
        sent.expect("the socket is open");
    }

    /// The number of metas of a user.
    pub fn metas_of(&self, key: &str) -> usize {
        self.roster.0.get(key).map_or(0, Vec::len)
    }
}

//! One user: a WebSocket that joins a room, keeps a roster, and updates its metas when asked to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{json, Value};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{connect_async_with_config, MaybeTlsStream, WebSocketStream};

use crate::measures::Measures;

/// phoenix.js's interval.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(30);

/// The refs of each user of a room.
pub type Roster = BTreeMap<String, BTreeSet<String>>;

/// What a user is asked to do.
pub enum Order {
    /// Update the metas, so that all of the room get a diff.
    Update,
    /// Report when the server has answered, and so has handled all earlier updates of this user.
    Settle(oneshot::Sender<()>),
    /// Wait for an answer of the server, so that all earlier diffs are there, and stop reading.
    Finish,
}

/// A connected user, in a task of its own.
pub struct User {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    topic: String,
    roster: Roster,
    measures: Arc<Measures>,
    settling: Option<oneshot::Sender<()>>,
}

impl User {
    /// Connects and joins; returns when the state has come.
    pub async fn join(
        url: &str,
        user_id: &str,
        topic: String,
        measures: Arc<Measures>,
    ) -> Result<Self, Error> {
        let url = format!("{url}/socket/websocket?vsn=2.0.0&user_id={user_id}");
        let (socket, _) = connect_async_with_config(url, None, true).await?;
        let mut user = Self {
            socket,
            topic,
            roster: Roster::new(),
            measures,
            settling: None,
        };
        user.send("1", "phx_join", json!({})).await?;
        while let Some(message) = user.socket.next().await {
            if user.handle(message?) == Some(Handled::State) {
                return Ok(user);
            }
        }
        Err(Error::ConnectionClosed)
    }

    /// Serves orders and frames until it is finished; returns the user, still connected: the
    /// others would see it leave.
    pub async fn run(mut self, mut orders: mpsc::Receiver<Order>) -> Result<Self, Error> {
        let mut heartbeat = tokio::time::interval(HEARTBEAT_INTERVAL);
        loop {
            tokio::select! {
                _ = heartbeat.tick() => self.send_heartbeat("heartbeat").await?,
                order = orders.recv() => match order {
                    Some(Order::Update) => {
                        let at = self.measures.now_micros();
                        self.send("2", "update", json!({ "at": at })).await?;
                    }
                    Some(Order::Settle(report)) => {
                        self.settling = Some(report);
                        self.send_heartbeat("settled").await?;
                    }
                    Some(Order::Finish) | None => self.send_heartbeat("last").await?,
                },
                message = self.socket.next() => match message {
                    Some(message) => {
                        if self.handle(message?) == Some(Handled::Last) {
                            return Ok(self);
                        }
                    }
                    None => return Err(Error::ConnectionClosed),
                },
            }
        }
    }

    /// The refs of each user, as the frames so far give them.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    async fn send(&mut self, message_ref: &str, event: &str, payload: Value) -> Result<(), Error> {
        let frame = json!(["1", message_ref, self.topic, event, payload]);
        self.socket.send(Message::text(frame.to_string())).await
    }

    async fn send_heartbeat(&mut self, message_ref: &str) -> Result<(), Error> {
        let frame = json!([null, message_ref, "phoenix", "heartbeat", {}]);
        self.socket.send(Message::text(frame.to_string())).await
    }

    fn handle(&mut self, message: Message) -> Option<Handled> {
        let Message::Text(text) = message else {
            return None;
        };
        self.measures
            .bytes
            .fetch_add(text.len() as u64, Ordering::Relaxed);
        self.measures.frames.fetch_add(1, Ordering::Relaxed);
        let frame: Value = serde_json::from_str(&text).ok()?;
        match frame[3].as_str()? {
            "presence_state" => {
                self.roster = refs(&frame[4]).collect();
                Some(Handled::State)
            }
            "presence_diff" => {
                self.apply(&frame[4]);
                None
            }
            "phx_reply" if frame[1] == "last" => Some(Handled::Last),
            "phx_reply" if frame[1] == "settled" => {
                let _ = self.settling.take()?.send(());
                None
            }
            _ => None,
        }
    }

    fn apply(&mut self, diff: &Value) {
        for (key, left) in refs(&diff["leaves"]) {
            if let Some(refs) = self.roster.get_mut(&key) {
                refs.retain(|phx_ref| !left.contains(phx_ref));
                if refs.is_empty() {
                    self.roster.remove(&key);
                }
            }
        }
        for (key, joined) in refs(&diff["joins"]) {
            self.roster.entry(key).or_default().extend(joined);
        }
        let joins = diff["joins"].as_object().into_iter().flatten();
        for at in joins.filter_map(|(_, presence)| presence["metas"][0]["at"].as_u64()) {
            self.measures.record_latency(at);
        }
    }
}

#[derive(PartialEq)]
enum Handled {
    State,
    Last,
}

fn refs(presences: &Value) -> impl Iterator<Item = (String, BTreeSet<String>)> + '_ {
    let presences = presences.as_object().into_iter().flatten();
    presences.map(|(key, presence)| {
        let metas = presence["metas"].as_array().into_iter().flatten();
        let refs = metas.filter_map(|meta| Some(meta["phx_ref"].as_str()?.to_owned()));
        (key.clone(), refs.collect())
    })
}

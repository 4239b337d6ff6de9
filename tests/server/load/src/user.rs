//! One user: a WebSocket that joins a room, keeps a roster, and updates its metas when asked to.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{json, Value};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_websockets::{ClientBuilder, Message, WebSocketStream};

use crate::frame::{Diff, Frame, Presences};
use crate::measures::Measures;
use crate::Failure;

/// phoenix.js's interval.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(30);
/// The first letters of a user id; its number follows.
const USER_PREFIX: &str = "user";

/// The metas of a room, each by the number of its user and its `phx_ref`. Without allocations of
/// their own: 5,000 rosters of 5,000 users are 25 million.
pub type Roster = HashSet<(u32, [u8; 16])>;

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
    socket: WebSocketStream<TcpStream>,
    topic: String,
    roster: Roster,
    measures: Arc<Measures>,
    settling: Option<oneshot::Sender<()>>,
}

impl User {
    /// Connects to the server at `address` (`host:port`) and joins; returns when the state has come.
    pub async fn join(
        address: &str,
        number: u32,
        topic: String,
        measures: Arc<Measures>,
    ) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let path = format!("socket/websocket?vsn=2.0.0&user_id={USER_PREFIX}{number}");
        let uri = format!("ws://{address}/{path}").parse()?;
        let (socket, _) = ClientBuilder::from_uri(uri).connect_on(stream).await?;
        let mut user = Self {
            socket,
            topic,
            roster: Roster::new(),
            measures,
            settling: None,
        };
        user.send("1", "phx_join", json!({})).await?;
        while let Some(message) = user.socket.next().await {
            if user.handle(&message?)? == Some(Handled::State) {
                return Ok(user);
            }
        }
        Err("the server has closed the connection".into())
    }

    /// Serves orders and frames until it is finished; returns the user, still connected: the
    /// others would see it leave.
    pub async fn run(mut self, mut orders: mpsc::Receiver<Order>) -> Result<Self, Failure> {
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
                        if self.handle(&message?)? == Some(Handled::Last) {
                            return Ok(self);
                        }
                    }
                    None => return Err("the server has closed the connection".into()),
                },
            }
        }
    }

    /// The metas of the room, as the frames so far give them.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    async fn send(
        &mut self,
        message_ref: &str,
        event: &str,
        payload: Value,
    ) -> Result<(), Failure> {
        let frame = json!(["1", message_ref, self.topic, event, payload]);
        Ok(self.socket.send(Message::text(frame.to_string())).await?)
    }

    async fn send_heartbeat(&mut self, message_ref: &str) -> Result<(), Failure> {
        let frame = json!([null, message_ref, "phoenix", "heartbeat", {}]);
        Ok(self.socket.send(Message::text(frame.to_string())).await?)
    }

    fn handle(&mut self, message: &Message) -> Result<Option<Handled>, Failure> {
        let Some(text) = message.as_text() else {
            return Ok(None);
        };
        let measures = &self.measures;
        measures
            .bytes
            .fetch_add(text.len() as u64, Ordering::Relaxed);
        measures.frames.fetch_add(1, Ordering::Relaxed);
        let (_, message_ref, _, event, payload): Frame<'_> = serde_json::from_str(text)?;
        match (event, message_ref) {
            ("presence_state", _) => {
                let state = serde_json::from_str(payload.get())?;
                self.roster = metas(&state).collect::<Result<_, _>>()?;
                Ok(Some(Handled::State))
            }
            ("presence_diff", _) => {
                self.apply(&serde_json::from_str(payload.get())?)?;
                Ok(None)
            }
            ("phx_reply", Some("last")) => Ok(Some(Handled::Last)),
            ("phx_reply", Some("settled")) => {
                if let Some(report) = self.settling.take() {
                    let _ = report.send(());
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn apply(&mut self, diff: &Diff<'_>) -> Result<(), Failure> {
        for left in metas(&diff.leaves) {
            self.roster.remove(&left?);
        }
        for joined in metas(&diff.joins) {
            self.roster.insert(joined?);
        }
        let joined = diff.joins.values().flat_map(|presence| &presence.metas);
        for sent_at in joined.filter_map(|meta| meta.at) {
            self.measures.record_latency(sent_at);
        }
        Ok(())
    }
}

#[derive(PartialEq)]
enum Handled {
    State,
    Last,
}

fn metas<'a>(
    presences: &'a Presences<'_>,
) -> impl Iterator<Item = Result<(u32, [u8; 16]), Failure>> + 'a {
    presences.iter().flat_map(|(key, presence)| {
        presence.metas.iter().map(move |meta| {
            let number = key
                .strip_prefix(USER_PREFIX)
                .ok_or("a user of another program is in the room")?
                .parse()?;
            Ok((number, meta.phx_ref.as_bytes().try_into()?))
        })
    })
}

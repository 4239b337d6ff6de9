//! A server on a free port, and clients on real sockets.
//!
//! Nothing here depends on timing. To receive all pending frames a client sends a heartbeat: the
//! server answers in order, so all frames before the answer are there ([`Client::settle`]).

#![allow(dead_code)] // each test file uses its own part

pub mod member;
pub mod observer;

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use presence_server::auth::Authentication;
use presence_server::{run, Limits, Options};
use serde_json::{json, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{connect_async, MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

/// How long a test waits for an event before it fails.
const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Awaits a future; fails the test when it takes too long.
#[track_caller]
pub fn within_timeout<F: Future>(what: &'static str, future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(TEST_TIMEOUT, future).await {
            Ok(output) => output,
            Err(_) => panic!("{caller}: timed out waiting for {what}"),
        }
    }
}

/// Runs a test whose cases are not async.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Settings under which the `user_id` of a connection is believed.
pub fn options() -> Options {
    Options {
        authentication: Authentication::insecure(),
        ..Options::default()
    }
}

pub struct Server {
    pub port: u16,
    stop: CancellationToken,
    running: JoinHandle<io::Result<()>>,
}

impl Server {
    pub async fn start() -> Self {
        Self::with(options()).await
    }

    pub async fn with_limits(limits: Limits) -> Self {
        Self::with(Options {
            limits,
            ..options()
        })
        .await
    }

    pub async fn with(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let running = tokio::spawn(run(listener, options, stopped));
        Self {
            port,
            stop,
            running,
        }
    }

    /// Asks it to stop; [`Server::ended`] waits for it.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    pub async fn ended(self) {
        let ended = within_timeout("the end of the server", self.running).await;
        ended.unwrap().unwrap();
    }

    pub fn socket_url(&self, user_id: &str) -> String {
        self.url(&format!("/socket/websocket?user_id={user_id}&vsn=2.0.0"))
    }

    pub fn url(&self, path: &str) -> String {
        format!("ws://127.0.0.1:{}{path}", self.port)
    }

    pub async fn connect(&self, user_id: &str) -> Client {
        Client::over(connect_async(self.socket_url(user_id)).await.unwrap().0)
    }

    /// Connects and joins, and reads the frames of the join.
    pub async fn join(&self, user_id: &str, topic: &str, payload: Value) -> Client {
        let mut client = self.connect(user_id).await;
        let frames = client.request("1", "1", topic, "phx_join", payload).await;
        assert_eq!(frames[0][4]["status"], "ok", "{}", frames[0]);
        client
    }

    /// The status and the body of a refused connection.
    pub async fn refusal(&self, path: &str) -> (u16, String) {
        match connect_async(self.url(path)).await {
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                (response.status().as_u16(), String::from_utf8(body).unwrap())
            }
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("{path} was accepted"),
        }
    }
}

/// Sends an HTTP request, given its first lines; returns the status and the body.
pub async fn http_request(port: u16, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("{head}Host: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    within_timeout("a response", stream.read_to_end(&mut response))
        .await
        .unwrap();
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

/// The end of a connection, as its client sees it.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    Closed(u16, String),
    Cut,
}

pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    markers: u64,
}

impl Client {
    pub fn over(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self { socket, markers: 0 }
    }

    pub async fn send(&mut self, text: impl Into<String>) {
        let message = Message::text(text.into());
        within_timeout("a send", self.socket.send(message))
            .await
            .unwrap();
    }

    /// Sends a frame; `None` if the socket has ended.
    pub async fn try_send(&mut self, frame: Value) -> Option<()> {
        let message = Message::text(frame.to_string());
        within_timeout("a send", self.socket.send(message))
            .await
            .ok()
    }

    /// The next frame; `None` if the socket has ended.
    pub async fn try_recv(&mut self) -> Option<Value> {
        match within_timeout("a frame", self.socket.next()).await {
            Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).unwrap()),
            _ => None,
        }
    }

    /// Sends bytes past the WebSocket library.
    pub async fn send_raw(&mut self, bytes: &[u8]) {
        let MaybeTlsStream::Plain(stream) = self.socket.get_mut() else {
            panic!("not a plain stream");
        };
        // The server may have hung up already.
        let _ = stream.write_all(bytes).await;
    }

    pub async fn send_frame(&mut self, frame: Value) {
        self.send(frame.to_string()).await;
    }

    /// The text of the next frame.
    #[track_caller]
    pub fn recv_text(&mut self) -> impl Future<Output = String> + '_ {
        let next = within_timeout("a frame", self.socket.next());
        async move {
            match next.await {
                Some(Ok(Message::Text(text))) => text.to_string(),
                other => panic!("expected a frame, got {other:?}"),
            }
        }
    }

    /// The next frame.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Value> + '_ {
        let text = self.recv_text();
        async move { serde_json::from_str(&text.await).unwrap() }
    }

    /// All frames up to the answers of this client's earlier requests.
    pub async fn settle(&mut self) -> Vec<Value> {
        self.markers += 1;
        let marker = format!("marker{}", self.markers);
        self.send_frame(json!([null, marker, "phoenix", "heartbeat", {}]))
            .await;
        let mut frames = Vec::new();
        loop {
            let frame = self.recv().await;
            if frame[1] == *marker {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// Sends a frame, and returns all frames up to its effects.
    pub async fn request(
        &mut self,
        join_ref: &str,
        message_ref: &str,
        topic: &str,
        event: &str,
        payload: Value,
    ) -> Vec<Value> {
        self.send_frame(json!([join_ref, message_ref, topic, event, payload]))
            .await;
        self.settle().await
    }

    /// Reads until the connection ends.
    pub async fn ended(&mut self) -> Ended {
        self.frames_until_the_end().await.1
    }

    /// Reads until the connection ends; returns the frames, too.
    pub async fn frames_until_the_end(&mut self) -> (Vec<Value>, Ended) {
        let mut frames = Vec::new();
        let ended = loop {
            match within_timeout("the end of a socket", self.socket.next()).await {
                Some(Ok(Message::Close(Some(CloseFrame { code, reason })))) => {
                    break Ended::Closed(code.into(), reason.to_string());
                }
                Some(Ok(Message::Close(None))) => break Ended::Closed(1005, String::new()),
                Some(Ok(Message::Text(text))) => frames.push(serde_json::from_str(&text).unwrap()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break Ended::Cut,
            }
        };
        (frames, ended)
    }

    /// Closes with a close handshake, as a browser does.
    pub async fn close(mut self) {
        self.socket.close(None).await.unwrap();
        while let Some(Ok(_)) = within_timeout("the close handshake", self.socket.next()).await {}
    }
}

/// A roster made by applying states and diffs literally: any diff that does not fit panics.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplayedRoster(pub BTreeMap<String, Vec<Value>>);

impl ReplayedRoster {
    pub fn of_state(state: &Value) -> Self {
        let metas = |presence: &Value| presence["metas"].as_array().unwrap().clone();
        let presences = state.as_object().unwrap();
        Self(
            presences
                .iter()
                .map(|(key, presence)| (key.clone(), metas(presence)))
                .collect(),
        )
    }

    /// Panics unless every leave names a present meta, and every join an absent one.
    pub fn apply(&mut self, diff: &Value) {
        for (key, left) in Self::of_state(&diff["leaves"]).0 {
            let metas = self.0.get_mut(&key).unwrap();
            for meta in left {
                let index = metas.iter().position(|m| *m == meta);
                metas.remove(index.unwrap_or_else(|| panic!("{meta} left but was not present")));
            }
            if metas.is_empty() {
                self.0.remove(&key);
            }
        }
        for (key, joined) in Self::of_state(&diff["joins"]).0 {
            let metas = self.0.entry(key).or_default();
            for meta in joined {
                assert!(
                    !metas.iter().any(|m| m["phx_ref"] == meta["phx_ref"]),
                    "{meta} joined twice"
                );
                metas.push(meta);
            }
        }
    }

    /// With the metas of each key sorted by ref: diffs do not determine their order.
    pub fn sorted(mut self) -> Self {
        for metas in self.0.values_mut() {
            metas.sort_by_key(|meta| meta["phx_ref"].as_str().unwrap().to_owned());
        }
        self
    }
}

/// Replaces refs and times in a frame, so that two runs can be compared.
pub fn blank(frame: &Value) -> Value {
    match frame {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match name.as_str() {
                "phx_ref" | "phx_ref_prev" => (name.clone(), json!("ref")),
                "online_at" => (name.clone(), json!(0)),
                _ => (name.clone(), blank(value)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(blank).collect(),
        other => other.clone(),
    }
}

//! Settings of a server: the folders it serves, and the limits of its clients.
//!
//! Invariant: every quantity that a client can grow has a limit here, so memory
//! is bounded by the limits and the number of sockets.

use std::time::Duration;

use crate::auth::Authentication;
use crate::cluster::ClusterOptions;
use crate::demo::DemoOptions;
use crate::outbox::QueueLimits;
use crate::site::Mount;

/// The settings of [`run`](crate::run). `Options::default()` is a server without files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folders served over HTTP.
    pub mounts: Vec<Mount>,
    /// Who may connect. By default nobody may.
    pub authentication: Authentication,
    /// The limits of clients.
    pub limits: Limits,
    /// The cluster that the server is a node of, if any.
    pub cluster: Option<ClusterOptions>,
    /// The demo page's tokens, messages, bots and faults, if they are on.
    pub demo: Option<DemoOptions>,
    /// The seed of a random order of frames around joins: see [`reorder`](crate::reorder).
    pub reorder_joins: Option<u64>,
}

/// The limits of clients. A client beyond one gets an error reply or a close code that names it.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest message, in bytes; beyond it the socket closes with 1009.
    pub frame_bytes: usize,
    /// The largest metas of one presence, as bytes of JSON.
    pub meta_bytes: usize,
    /// The longest presence key (so also the longest `user_id`), in bytes.
    pub key_bytes: usize,
    /// Keys that one channel may track.
    pub keys_per_channel: usize,
    /// Bytes of presences that one topic may hold: the largest `presence_state`, with the keys and
    /// the fetched fields. Further keys of a channel may take half of it.
    pub topic_bytes: usize,
    /// Bytes of presences that all topics together may hold; half of it for further keys.
    pub total_bytes: usize,
    /// Topics that one socket may have joined at a time.
    pub channels_per_socket: usize,
    /// Sockets at a time.
    pub sockets: usize,
    /// HTTP connections at a time that have not become sockets.
    pub plain_connections: usize,
    /// The longest time in which a connection takes none of the bytes written to it; then it is cut.
    pub write_timeout: Duration,
    /// Messages a second that one socket may send, over time; beyond it 1008.
    pub messages_per_second: u32,
    /// Messages that one socket may send at once after a pause.
    pub message_burst: u32,
    /// Messages that may wait for clients that read slowly; beyond it the clients are dropped.
    pub queue: QueueLimits,
    /// The longest time without a message or a heartbeat from a socket; then 1008. phoenix.js
    /// sends a heartbeat every 30 s.
    pub idle: Duration,
    /// How long a closing socket, or a server that stops, waits for the close handshake.
    pub close_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 64 * 1024,
            meta_bytes: 4 * 1024,
            key_bytes: 256,
            keys_per_channel: 32,
            topic_bytes: 2 * 1024 * 1024,
            total_bytes: 256 * 1024 * 1024,
            channels_per_socket: 64,
            sockets: 8192,
            plain_connections: 1024,
            write_timeout: Duration::from_secs(30),
            messages_per_second: 200,
            message_burst: 1000,
            queue: QueueLimits {
                messages: 4096,
                bytes: 8 * 1024 * 1024,
                total_bytes: 256 * 1024 * 1024,
                guaranteed_bytes: 64 * 1024,
            },
            idle: Duration::from_secs(60),
            close_grace: Duration::from_secs(2),
        }
    }
}

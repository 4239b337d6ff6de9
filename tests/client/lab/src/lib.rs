//! A laboratory for tests of clients: a presence-server of its own, and a line to it that
//! the test can cut or stall.

mod line;

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{encode, EncodingKey, Header};
use presence_server::auth::{Authentication, TokenKey};
use presence_server::{run, Limits, Options};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::line::Line;

const KEY: &str = "a key that only tests use, of 32 bytes or more";

/// How a [`Lab`] is made.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LabOptions {
    /// The seed of a random order of frames around joins, as a busy Phoenix has it.
    pub reorder_joins: Option<u64>,
    /// The origin of the page that connects.
    pub origin: Option<String>,
}

/// One server and the line to it.
#[derive(Debug)]
pub struct Lab {
    options: LabOptions,
    line: Line,
    port: u16,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    stop: CancellationToken,
    ended: JoinHandle<io::Result<()>>,
}

impl Lab {
    /// Starts a server and the line to it, each on a free port of this machine.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start(options: LabOptions) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let running = serve(listener, &options)?;
        Ok(Self {
            line: Line::start(port).await?,
            port,
            running: Mutex::new(Some(running)),
            options,
        })
    }

    /// The endpoint for a client.
    pub fn endpoint(&self) -> String {
        format!("ws://127.0.0.1:{}/socket", self.line.port())
    }

    /// Stops the server, which closes its sockets with 1012, and starts another.
    ///
    /// # Errors
    ///
    /// When the port cannot be bound again.
    pub async fn restart(&self) -> io::Result<()> {
        let mut running = self.running.lock().await;
        if let Some(Running { stop, ended }) = running.take() {
            stop.cancel();
            ended.await.map_err(io::Error::other)??;
        }
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        *running = Some(serve(listener, &self.options)?);
        Ok(())
    }

    /// Cuts all connections, without a close handshake.
    pub fn cut(&self) {
        self.line.cut();
    }

    /// Lets nothing through, though connections stay open; or lets it through again.
    pub fn set_stalled(&self, is_stalled: bool) {
        self.line.set_stalled(is_stalled);
    }

    /// A token of a user that is valid for some seconds from now.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub fn token(&self, user_id: &str, seconds: u64) -> io::Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().as_secs();
        let claims = json!({ "sub": user_id, "exp": now + seconds });
        let key = EncodingKey::from_secret(KEY.as_bytes());
        encode(&Header::default(), &claims, &key).map_err(io::Error::other)
    }
}

fn serve(listener: TcpListener, options: &LabOptions) -> io::Result<Running> {
    let stop = CancellationToken::new();
    let defaults = Limits::default();
    let options = Options {
        authentication: Authentication {
            keys: vec![TokenKey::new(KEY).map_err(io::Error::other)?],
            insecure_user_ids: true,
            allowed_origins: options.origin.iter().cloned().collect(),
        },
        // Tests send thousands of messages at once.
        limits: Limits {
            messages_per_second: 1_000_000,
            message_burst: 1_000_000,
            queue: presence_server::outbox::QueueLimits {
                messages: 1_000_000,
                bytes: 256 * 1024 * 1024,
                ..defaults.queue
            },
            close_grace: Duration::from_millis(500),
            ..defaults
        },
        reorder_joins: options.reorder_joins,
        ..Options::default()
    };
    let ended = tokio::spawn(run(listener, options, stop.clone().cancelled_owned()));
    Ok(Running { stop, ended })
}

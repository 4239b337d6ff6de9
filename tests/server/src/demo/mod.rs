//! What the demo page needs beside Presence: tokens for anyone, messages, bots, and faults on demand.
//!
//! It is off unless [`Options::demo`](crate::Options) is set (`--demo`), since it signs a token for
//! any name and lets moderators restart the server. Invariant: everything that a visitor can grow
//! here is bounded by a constant of these modules.
//!
//! | module | what it holds |
//! |---|---|
//! | [`tokens`] | the signing of tokens, and `POST /demo/token` |
//! | `messages` | the checks and the history of chat messages |
//! | `bots` | members that the server itself tracks |
//! | `faults` | a malformed entry, a restart, a frozen node |
//! | `events` | the events of the page, and who may send them |

mod bots;
mod events;
mod faults;
mod messages;
pub mod tokens;

use std::sync::{Arc, OnceLock};

use axum::extract::DefaultBodyLimit;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::Router;
use serde_json::{json, Map, Value};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::bots::Bots;
use self::messages::Messages;
use self::tokens::TokenSigner;
use crate::cluster::MessagePublisher;
use crate::hub::Hub;
use crate::identity::Identity;

pub(crate) use self::events::handle;

/// The largest body of a request for a token, in bytes.
const MAX_BODY_BYTES: usize = 1024;

/// The settings of the demo.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Signs the tokens. The server must accept them: its key is one of
    /// [`Authentication::keys`](crate::auth::Authentication).
    pub signer: TokenSigner,
    /// Cancelled when a moderator asks for a restart; whoever runs the server starts it again.
    pub restart: CancellationToken,
}

/// The state of the demo, which all sockets share.
#[derive(Debug)]
pub(crate) struct Demo {
    options: DemoOptions,
    started: Instant,
    messages: Messages,
    bots: Bots,
    /// The name of this node, in a cluster.
    node: Option<String>,
    other_nodes: OnceLock<MessagePublisher>,
}

impl Demo {
    pub(crate) fn new(options: DemoOptions, node: Option<String>, hub: &Arc<Hub>) -> Self {
        Self {
            options,
            started: Instant::now(),
            messages: Messages::default(),
            bots: Bots::new(Arc::clone(hub)),
            node,
            other_nodes: OnceLock::new(),
        }
    }

    /// Has messages reach the other nodes, too.
    pub(crate) fn connect(&self, other_nodes: MessagePublisher) {
        let _ = self.other_nodes.set(other_nodes);
    }

    /// Delivers a message that another node has published.
    pub(crate) fn deliver(&self, hub: &Hub, published: &str) {
        if let Some((topic, message)) = messages::parse_published(published) {
            let mut hub = hub.lock();
            self.messages.keep(&topic, &message);
            hub.broadcast_event(&topic, "message", &message);
        }
    }
}

/// Adds what others may believe about a member: the role, whatever the client sent.
pub(crate) fn add_role(identity: &Identity, metas: &mut Map<String, Value>) {
    metas.insert("role".into(), identity.role.to_string().into());
}

/// The endpoints of the demo: `POST /demo/token` and `GET /demo/about`.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(demo: &Arc<Demo>) -> Router<S> {
    let about = json!({
        "node": demo.node,
        "maxBots": bots::MAX_BOTS,
        "maxText": messages::MAX_TEXT_CHARACTERS,
        "canFreeze": cfg!(unix) && demo.node.is_some(),
    });
    let about = move || async move { json_response(&about) };
    let signer = demo.options.signer.clone();
    let token = move |body: String| async move {
        match tokens::issue(&signer, &body) {
            Ok(issued) => json_response(&issued).into_response(),
            Err(reason) => (axum::http::StatusCode::BAD_REQUEST, reason).into_response(),
        }
    };
    Router::new()
        .route("/demo/about", get(about))
        .route("/demo/token", post(token))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

fn json_response(body: &Value) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body.to_string())
}

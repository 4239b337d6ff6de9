//! The WebSocket endpoint: `GET /socket/websocket?vsn=2.0.0&user_id=…`.
//!
//! Invariant: an accepted socket speaks V2, has an identity of bounded length, and holds one of
//! the server's socket permits until it is closed.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use tracing::info;

use crate::identity::{Identity, Role};
use crate::socket::{self, Shared};

/// Where phoenix.js connects when it is given `/socket`.
pub const PATH: &str = "/socket/websocket";

/// The size of the read and of the write buffer of each socket.
const BUFFER_BYTES: usize = 8 * 1024;

/// The state of the endpoint.
#[derive(Debug, Clone)]
pub(crate) struct ConnectState {
    pub(crate) shared: Arc<Shared>,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) sockets: TaskTracker,
}

pub(crate) async fn connect(
    State(state): State<ConnectState>,
    params: Result<Query<HashMap<String, String>>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match admit(state, params, upgrade) {
        Ok(response) => response,
        Err(refusal) => {
            info!(status = %refusal.0, reason = ?refusal.1, "connection refused");
            refusal.into_response()
        }
    }
}

fn admit(
    state: ConnectState,
    params: Result<Query<HashMap<String, String>>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, (StatusCode, String)> {
    let bad_request = |reason: String| (StatusCode::BAD_REQUEST, reason);
    let forbidden = |reason: String| (StatusCode::FORBIDDEN, reason);
    let Query(mut params) = params.map_err(|error| bad_request(error.body_text()))?;
    match params.get("vsn").map(String::as_str) {
        Some("2.0.0") => {}
        // Phoenix takes a missing vsn for 1.0.0.
        vsn => {
            let vsn = vsn.unwrap_or("1.0.0");
            return Err(bad_request(format!(
                "serializer vsn {vsn:?} is not supported, only \"2.0.0\""
            )));
        }
    }
    let Some(user_id) = params.remove("user_id") else {
        return Err(forbidden("user_id is missing among the parameters".into()));
    };
    let role = match params.get("role") {
        Some(role) => role.parse().map_err(forbidden)?,
        None => Role::Member,
    };
    let limits = &state.shared.limits;
    if user_id.len() > limits.key_bytes {
        let reason = format!("user_id is longer than {} bytes", limits.key_bytes);
        return Err(forbidden(reason));
    }
    let upgrade = upgrade.map_err(|error| (error.status(), error.body_text()))?;
    let Ok(permit) = Arc::clone(&state.permits).try_acquire_owned() else {
        let reason = format!("the server holds {} sockets already", limits.sockets);
        return Err((StatusCode::SERVICE_UNAVAILABLE, reason));
    };

    // Messages a little beyond the limit are read, so that the close can name the limit. Larger
    // ones cut the connection.
    let transport_limit = limits.frame_bytes.saturating_mul(4);
    let served = state.sockets.token();
    let identity = Arc::new(Identity::unverified(user_id, role));
    let response = upgrade
        // phoenix.js offers it beside a token. A browser fails if the server does not choose it.
        .protocols(["phoenix"])
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(transport_limit)
        .max_frame_size(transport_limit)
        .on_upgrade(move |websocket| async move {
            socket::serve(websocket, identity, state.shared).await;
            drop((permit, served));
        });
    Ok(response)
}

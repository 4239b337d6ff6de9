//! The WebSocket endpoint: `GET /socket/websocket?vsn=2.0.0`.
//!
//! The token comes as phoenix.js's `authToken`, which is a subprotocol, or as the parameter `token`.
//! Where user ids are believed without one, they come as `user_id`, with a `role` if need be.
//!
//! Invariant: an accepted socket speaks V2, has an identity of bounded length, and holds one of
//! the server's socket permits until it is closed.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::header::{HeaderName, HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use tracing::info;

use crate::auth::{token_of_subprotocols, Authentication};
use crate::cluster::DisconnectPublisher;
use crate::identity::{Identity, Role};
use crate::options::Limits;
use crate::socket::{self, Shared};
use crate::upgrade::upgrade;

/// Where phoenix.js connects when it is given `/socket`.
pub const PATH: &str = "/socket/websocket";

/// The state of the endpoint.
#[derive(Debug, Clone)]
pub(crate) struct ConnectState {
    pub(crate) shared: Arc<Shared>,
    pub(crate) authentication: Arc<Authentication>,
    pub(crate) disconnects: Option<DisconnectPublisher>,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) sockets: TaskTracker,
}

pub(crate) async fn connect(
    State(state): State<ConnectState>,
    params: Result<Query<HashMap<String, String>>, QueryRejection>,
    request: Request,
) -> Response {
    match admit(state, params, request) {
        Ok(response) => response,
        Err(refusal) => {
            info!(status = %refusal.0, reason = ?refusal.1, "connection refused");
            refusal.into_response()
        }
    }
}

type Refusal = (StatusCode, String);

fn admit(
    state: ConnectState,
    params: Result<Query<HashMap<String, String>>, QueryRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let bad_request = |reason: String| (StatusCode::BAD_REQUEST, reason);
    let Query(params) = params.map_err(|error| bad_request(error.body_text()))?;
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
    let limits = &state.shared.limits;
    let identity = identify(&state.authentication, limits, request.headers(), params)
        .map_err(|reason| (StatusCode::FORBIDDEN, reason))?;
    // Messages a little beyond the limit are read, so that the close can name the limit. Larger
    // ones are not.
    let transport_limit = limits.frame_bytes.saturating_mul(4);
    // phoenix.js offers it beside a token. A browser fails if the server does not choose it.
    let (response, websocket) =
        upgrade(request, "phoenix", transport_limit).map_err(bad_request)?;
    let Ok(permit) = Arc::clone(&state.permits).try_acquire_owned() else {
        let reason = format!("the server holds {} sockets already", limits.sockets);
        return Err((StatusCode::SERVICE_UNAVAILABLE, reason));
    };

    let served = state.sockets.token();
    tokio::spawn(async move {
        if let Some(websocket) = websocket.await {
            socket::serve(websocket, Arc::new(identity), state.shared).await;
        }
        drop((permit, served));
    });
    Ok(response)
}

/// The identity of a connection; an error says why it is refused.
fn identify(
    authentication: &Authentication,
    limits: &Limits,
    headers: &HeaderMap,
    mut params: HashMap<String, String>,
) -> Result<Identity, String> {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = header(ORIGIN);
    if !authentication.allows_origin(origin, header(HOST)) {
        return Err(format!("origin {:?} is not allowed", origin.unwrap_or("")));
    }
    let offered = header(SEC_WEBSOCKET_PROTOCOL).and_then(token_of_subprotocols);
    let token = offered.or_else(|| params.remove("token"));
    let verifies = !authentication.keys.is_empty();
    let identity = match token {
        Some(token) if verifies => authentication.verify(&token)?,
        _ if authentication.insecure_user_ids => {
            let user_id = params
                .remove("user_id")
                .ok_or("user_id is missing among the parameters")?;
            let role = params.get("role").map_or(Ok(Role::Member), |r| r.parse())?;
            Identity::unverified(user_id, role)
        }
        Some(_) => return Err("token is not accepted: the server has no key".into()),
        None => return Err("token is missing: expected an authToken or a token parameter".into()),
    };
    if identity.user_id.len() > limits.key_bytes {
        return Err(format!("user_id is longer than {} bytes", limits.key_bytes));
    }
    Ok(identity)
}

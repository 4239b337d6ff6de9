//! The endpoint for administrators: `POST /admin/disconnect?user_id=…`.
//!
//! It closes all sockets of a user with 1001, as Phoenix does, and answers `{"closed": n}`: the
//! number on this node. Other nodes of the cluster close theirs, too. The request carries a token with the role admin: `Authorization: Bearer …`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::json;
use tracing::info;

use crate::connect::ConnectState;
use crate::identity::Role;

pub(crate) const DISCONNECT_PATH: &str = "/admin/disconnect";

pub(crate) async fn disconnect(
    State(state): State<ConnectState>,
    headers: HeaderMap,
    Query(params): Query<HashMap<String, String>>,
) -> Result<impl IntoResponse, (StatusCode, String)> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .ok_or_else(|| {
            (
                StatusCode::UNAUTHORIZED,
                "expected a bearer token".to_owned(),
            )
        })?;
    let admin = state
        .authentication
        .verify(token)
        .map_err(|reason| (StatusCode::UNAUTHORIZED, reason.to_owned()))?;
    if admin.role != Role::Admin {
        let reason = format!("role is {}, expected admin", admin.role);
        return Err((StatusCode::FORBIDDEN, reason));
    }
    let user_id = params.get("user_id").ok_or_else(|| {
        let reason = "user_id is missing among the parameters".to_owned();
        (StatusCode::BAD_REQUEST, reason)
    })?;
    let closed = Arc::clone(&state.shared.users).disconnect(user_id);
    if let Some(other_nodes) = &state.disconnects {
        other_nodes.publish(user_id);
    }
    info!(?user_id, closed, admin = ?admin.user_id, "disconnected");
    let body = json!({ "closed": closed }).to_string();
    Ok(([(CONTENT_TYPE, "application/json")], body))
}

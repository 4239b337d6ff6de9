//! The WebSocket handshake: the response to the request, and the WebSocket that follows it.
//!
//! Messages are written from their shared texts, several with one system call. A socket has no
//! buffer of its own for them, which would stay as large as the largest state it was sent.

use std::future::Future;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use axum::http::HeaderValue;
use axum::response::Response;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio_websockets::{Limits, ServerBuilder, WebSocketStream};
use tracing::debug;
use tungstenite::handshake::server::create_response_with_body;

/// A WebSocket on an upgraded connection.
type WebSocket = WebSocketStream<TokioIo<Upgraded>>;

/// Answers a request to upgrade; an error says what is missing in it.
///
/// `protocol` is chosen if the client offers it. A message of more than `max_message_bytes` ends the
/// WebSocket. The future is `None` if the connection is lost before the upgrade.
pub(crate) fn upgrade(
    mut request: Request,
    protocol: &'static str,
    max_message_bytes: usize,
) -> Result<(Response, impl Future<Output = Option<WebSocket>>), String> {
    let mut response =
        create_response_with_body(&request, Body::empty).map_err(|error| error.to_string())?;
    let on_upgrade = request
        .extensions_mut()
        .remove::<OnUpgrade>()
        .ok_or("the connection cannot be upgraded")?;
    let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offered = offered.filter_map(|value| value.to_str().ok());
    if offered.any(|value| value.split(',').any(|one| one.trim() == protocol)) {
        let chosen = HeaderValue::from_static(protocol);
        response
            .headers_mut()
            .insert(SEC_WEBSOCKET_PROTOCOL, chosen);
    }
    let websocket = async move {
        let connection = match on_upgrade.await {
            Ok(connection) => connection,
            Err(error) => {
                debug!(%error, "lost before it became a WebSocket");
                return None;
            }
        };
        let limits = Limits::default().max_payload_len(Some(max_message_bytes));
        let builder = ServerBuilder::new().limits(limits);
        Some(builder.serve(TokioIo::new(connection)))
    };
    Ok((response, websocket))
}

//! Takes in TCP connections and speaks HTTP with them, up to the WebSocket upgrade.
//!
//! Invariant: a connection that asks for nothing, or asks too slowly, is closed
//! after a while, and there is a limit to how many there are.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

/// How long a client may take to send a request, and how long a connection may be idle between two.
const REQUEST_TIME: Duration = Duration::from_secs(15);
/// How long to wait when the system has no more file descriptors.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// Accepts until `stopping`; then lets the requests that are under way finish.
///
/// `max` is how many connections there may be at a time that are not, or not yet, WebSockets.
pub(crate) async fn accept(
    listener: TcpListener,
    app: Router,
    max: usize,
    stopping: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(max));
    let connections = TaskTracker::new();
    let service = TowerToHyperService::new(app);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                wait_out(&error).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            warn!(max, "connection refused: there are too many");
            continue;
        };
        without_delay(&stream);
        let service = service.clone();
        let stopping = stopping.clone();
        connections.spawn(async move {
            speak_http(stream, service, stopping).await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Serves one connection, until it ends or becomes a WebSocket.
async fn speak_http(
    stream: TcpStream,
    service: TowerToHyperService<Router>,
    stopping: CancellationToken,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIME)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "HTTP connection ended");
    }
}

/// Presence frames are small and wanted at once.
fn without_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "cannot set TCP_NODELAY");
    }
}

/// A client that gave up while it waited is no reason to pause; a lack of file descriptors is.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    warn!(%error, "cannot accept");
    tokio::time::sleep(EXHAUSTED_PAUSE).await;
}

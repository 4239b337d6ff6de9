//! TCP connections and HTTP, up to the WebSocket upgrade.
//!
//! Invariant: the number of connections is bounded, and one that neither sends a request nor reads
//! the response in time is closed.

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
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use crate::options::Limits;

/// The longest time for the head of a request, and the longest idle time between two requests.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The pause when the system is out of file descriptors.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until `stopping`, then waits for the requests in progress.
///
/// `limits.plain_connections` bounds the connections that have not become WebSockets.
pub(crate) async fn accept(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    stopping: CancellationToken,
) {
    let permits = Arc::new(Semaphore::new(limits.plain_connections));
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
                pause_if_exhausted(&error).await;
                continue;
            }
        };
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            let max = limits.plain_connections;
            warn!(max, "connection refused: there are too many");
            continue;
        };
        without_delay(&stream);
        let service = service.clone();
        let stopping = stopping.clone();
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.write_timeout));
        connections.spawn(async move {
            serve_http(stream, service, stopping).await;
            drop(permit);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Serves one connection, until it ends or becomes a WebSocket.
async fn serve_http(
    stream: TimeoutStream<TcpStream>,
    service: TowerToHyperService<Router>,
    stopping: CancellationToken,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIMEOUT)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
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

/// Presence frames are small, and must not wait for more of them.
fn without_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "cannot set TCP_NODELAY");
    }
}

/// Pauses after a failed accept, unless the client itself ended the connection.
async fn pause_if_exhausted(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    warn!(%error, "cannot accept");
    tokio::time::sleep(ACCEPT_RETRY_PAUSE).await;
}

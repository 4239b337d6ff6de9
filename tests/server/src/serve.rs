//! The server as a whole: accept, serve, stop.
//!
//! Invariant: after `shutdown` nothing new is accepted, every socket is told, and
//! the server is gone within a bounded time, whatever its clients do.

use std::future::{Future, IntoFuture};
use std::sync::Arc;

use axum::routing::get;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::connect::{self, Door};
use crate::hub::Hub;
use crate::options::Options;
use crate::presence::Tracker;
use crate::socket::Shared;
use crate::{rooms, site};

/// Serves until `shutdown` completes, then closes every socket with 1012 and returns.
pub async fn run(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let Options { mounts, limits } = options;
    let stopping = CancellationToken::new();
    let sockets = TaskTracker::new();
    let grace = limits.close_grace;
    let door = Door {
        places: Arc::new(Semaphore::new(limits.sockets)),
        sockets: sockets.clone(),
        shared: Arc::new(Shared {
            hub: Arc::new(Hub::new(Tracker::new(limits.clone(), rooms::fetch))),
            limits,
            shutdown: stopping.clone(),
        }),
    };
    let app = Router::new()
        .route(connect::PATH, get(connect::connect))
        .merge(site::router(&mounts))
        .with_state(door);

    let signal = {
        let stopping = stopping.clone();
        async move {
            shutdown.await;
            info!("stopping");
            stopping.cancel();
        }
    };
    let mut serving = tokio::spawn(
        axum::serve(listener, app)
            .with_graceful_shutdown(signal)
            .into_future(),
    );
    tokio::select! {
        // Only a listener that broke ends before the signal.
        ended = &mut serving => return ended?,
        _ = stopping.cancelled() => {}
    }
    sockets.close();
    let drained = async {
        sockets.wait().await;
        (&mut serving).await
    };
    // Each socket has its own bound; this one is for plain HTTP requests that never end.
    match tokio::time::timeout(grace * 2, drained).await {
        Ok(ended) => ended?,
        Err(_) => {
            warn!("stopped with requests still open");
            serving.abort();
            Ok(())
        }
    }
}

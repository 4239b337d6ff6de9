//! Start and shutdown of a server.
//!
//! Invariant: after `shutdown` no connection is accepted, every socket is closed, and the server
//! ends within a bounded time.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::{get, post};
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::accept::accept;
use crate::cluster::Cluster;
use crate::connect::{self, ConnectState};
use crate::demo::{self, Demo};
use crate::hub::Hub;
use crate::options::Options;
use crate::presence::Tracker;
use crate::reorder::Reordering;
use crate::socket::Shared;
use crate::user_sockets::UserSockets;
use crate::{admin, rooms, site};

/// The time that a socket may take to end after its own `close_grace`.
const DRAIN_MARGIN: Duration = Duration::from_secs(1);

/// Serves until `shutdown` completes, then closes every socket with 1012 and returns.
///
/// It fails if it cannot join the cluster of the options.
pub async fn run(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let Options {
        mounts,
        authentication,
        limits,
        cluster,
        demo,
        reorder_joins,
    } = options;
    let tracker = Tracker::new(limits.clone(), rooms::fetch);
    let hub = Hub::new(tracker).reordering_joins(reorder_joins.map(Reordering::from_seed));
    let hub = Arc::new(hub);
    let users = Arc::<UserSockets>::default();
    let node = cluster.as_ref().map(|options| options.node.clone());
    let demo = demo.map(|options| Arc::new(Demo::new(options, node, &hub)));
    let cluster = match cluster {
        Some(options) => {
            Some(Cluster::join(options, Arc::clone(&hub), Arc::clone(&users), demo.clone()).await?)
        }
        None => None,
    };
    if let (Some(demo), Some(cluster)) = (&demo, &cluster) {
        demo.connect(cluster.message_publisher());
    }
    let demo_routes = demo.as_ref().map_or_else(Router::new, demo::router);
    let sockets = TaskTracker::new();
    let stopping = CancellationToken::new();
    let max_drain = limits.close_grace + DRAIN_MARGIN;
    let state = ConnectState {
        permits: Arc::new(Semaphore::new(limits.sockets)),
        sockets: sockets.clone(),
        authentication: Arc::new(authentication),
        disconnects: cluster.as_ref().map(Cluster::disconnect_publisher),
        shared: Arc::new(Shared {
            users,
            demo,
            shutdown: stopping.clone(),
            ..Shared::new(Arc::clone(&hub), limits.clone())
        }),
    };
    let app = Router::new()
        .route(connect::PATH, get(connect::connect))
        .route(admin::DISCONNECT_PATH, post(admin::disconnect))
        .merge(demo_routes)
        .merge(site::router(&mounts))
        .with_state(state);

    let mut accepting = std::pin::pin!(accept(listener, app, limits, stopping.clone()));
    tokio::select! {
        () = &mut accepting => {}
        () = shutdown => {}
    }
    info!("stopping");
    // As in Phoenix: clients are closed before they could see the room empty.
    hub.lock().stop_broadcasts();
    stopping.cancel();
    sockets.close();
    let drained = async {
        accepting.await;
        sockets.wait().await;
    };
    let left = async {
        if let Some(cluster) = cluster {
            cluster.leave().await;
        }
    };
    let (drained, ()) = tokio::join!(tokio::time::timeout(max_drain, drained), left);
    if drained.is_err() {
        warn!("stopped with connections still open");
    }
    Ok(())
}

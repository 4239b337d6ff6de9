//! Several nodes that share their presences, over the gossip of the `chitchat` crate.
//!
//! Each node publishes its own metas as key-value pairs, and adds those of the live nodes to its
//! tracker. Invariant: after each round of gossip the tracker equals the state that this node has
//! of each live one, so lost and repeated messages have no effect. The metas of a node that is dead
//! or leaving are removed. Refs are not changed on the way: when a node that was cut off is
//! live again, the same refs join again.
//!
//! What bounds it: every node holds the state of all nodes, and one gossip message of at most 64 KB
//! carries the changes. With an interval of 100 ms that is some thousands of changes a second, and
//! a new node takes a second for some thousands of users.

mod node_metas;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chitchat::transport::UdpTransport;
use chitchat::{
    spawn_chitchat, ChitchatConfig, ChitchatHandle, ChitchatId, FailureDetectorConfig, NodeState,
    ProtocolVersion,
};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};
use tracing::{info, warn};

use self::node_metas::NodeMetas;
use crate::demo::Demo;
use crate::hub::Hub;
use crate::presence::LocalChange;
use crate::user_sockets::UserSockets;

/// Keys of metas, of users to disconnect, of messages of the demo, and of the mark of a node that stops.
const META_PREFIX: &str = "meta/";
const DISCONNECT_PREFIX: &str = "disconnect/";
const MESSAGE_PREFIX: &str = "message/";
const LEAVING: &str = "leaving";

/// How long a node keeps deleted pairs, so that others learn of the deletion. A node that was cut
/// off for longer gets the whole state again.
const TOMBSTONE_TIME: Duration = Duration::from_secs(60);
/// How long a node remembers the state of a dead one.
const DEAD_NODE_TIME: Duration = Duration::from_secs(600);
/// How many rounds of gossip a node that stops waits for the others to learn of it.
const LEAVING_ROUNDS: u32 = 5;

/// The settings of a node.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Its name, which no other live node has.
    pub node: String,
    /// The UDP address for gossip.
    pub listen: SocketAddr,
    /// The address under which others reach it.
    pub advertise: SocketAddr,
    /// Gossip addresses of other nodes, as `host:port`. One that is live is enough.
    pub seeds: Vec<String>,
    /// The time between two rounds of gossip.
    pub gossip_interval: Duration,
    /// About how long a node may be silent before its users leave.
    pub dead_after: Duration,
}

/// This node's membership in the cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    commands: UnboundedSender<Command>,
    running: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
enum Command {
    Disconnect(String),
    Message(String),
    Leave,
}

/// Publishes requests to disconnect a user on every node.
#[derive(Debug, Clone)]
pub(crate) struct DisconnectPublisher(UnboundedSender<Command>);

impl DisconnectPublisher {
    pub(crate) fn publish(&self, user_id: &str) {
        let _ = self.0.send(Command::Disconnect(user_id.to_owned()));
    }
}

/// Publishes messages of the demo to every node.
#[derive(Debug, Clone)]
pub(crate) struct MessagePublisher(UnboundedSender<Command>);

impl MessagePublisher {
    pub(crate) fn publish(&self, message: String) {
        let _ = self.0.send(Command::Message(message));
    }
}

impl Cluster {
    /// Joins the cluster.
    pub(crate) async fn join(
        options: ClusterOptions,
        hub: Arc<Hub>,
        users: Arc<UserSockets>,
        demo: Option<Arc<Demo>>,
    ) -> io::Result<Self> {
        let local_changes = hub.lock().tracker().record_changes();
        let gossip_interval = options.gossip_interval;
        info!(node = options.node, address = %options.listen, "joining the cluster");
        let handle = spawn_chitchat(configuration(options), Vec::new(), &UdpTransport)
            .await
            .map_err(|error| io::Error::other(format!("cannot join the cluster: {error:#}")))?;
        let (commands, received) = unbounded_channel();
        let node = Node {
            handle,
            hub,
            users,
            demo,
            gossip_interval,
            others: HashMap::new(),
            published: 0,
        };
        let running = tokio::spawn(node.run(local_changes, received));
        Ok(Self { commands, running })
    }

    pub(crate) fn disconnect_publisher(&self) -> DisconnectPublisher {
        DisconnectPublisher(self.commands.clone())
    }

    pub(crate) fn message_publisher(&self) -> MessagePublisher {
        MessagePublisher(self.commands.clone())
    }

    /// Has the other nodes remove this one's users, and leaves.
    pub(crate) async fn leave(self) {
        let _ = self.commands.send(Command::Leave);
        let _ = self.running.await;
    }
}

fn configuration(options: ClusterOptions) -> ChitchatConfig {
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64);
    let interval = options.gossip_interval;
    ChitchatConfig {
        // The start tells a node from the one of the same name before a restart.
        chitchat_id: ChitchatId::new(options.node, started, options.advertise),
        cluster_id: env!("CARGO_PKG_NAME").to_owned(),
        gossip_interval: interval,
        listen_addr: options.listen,
        seed_nodes: options.seeds,
        failure_detector_config: FailureDetectorConfig {
            // A node is dead when it is silent for this many times its usual interval.
            phi_threshold: options.dead_after.as_secs_f64() / interval.as_secs_f64(),
            initial_interval: interval,
            max_interval: options.dead_after,
            dead_node_grace_period: DEAD_NODE_TIME,
            ..FailureDetectorConfig::default()
        },
        marked_for_deletion_grace_period: TOMBSTONE_TIME,
        catchup_callback: None,
        extra_liveness_predicate: None,
        protocol_version: ProtocolVersion::V1,
    }
}

struct Node {
    handle: ChitchatHandle,
    hub: Arc<Hub>,
    users: Arc<UserSockets>,
    demo: Option<Arc<Demo>>,
    gossip_interval: Duration,
    others: HashMap<ChitchatId, NodeMetas>,
    /// Distinguishes the keys of disconnects and messages.
    published: u64,
}

impl Node {
    async fn run(
        mut self,
        mut local_changes: UnboundedReceiver<LocalChange>,
        mut commands: UnboundedReceiver<Command>,
    ) {
        let chitchat = self.handle.chitchat();
        let mut live_nodes = chitchat.lock().await.live_nodes_watcher();
        loop {
            tokio::select! {
                Some(change) = local_changes.recv() => {
                    let mut chitchat = chitchat.lock().await;
                    let state = chitchat.self_node_state();
                    publish(state, change);
                    while let Ok(change) = local_changes.try_recv() {
                        publish(state, change);
                    }
                }
                Ok(()) = live_nodes.changed() => {
                    let nodes = live_nodes.borrow_and_update();
                    self.show(&nodes);
                }
                Some(command) = commands.recv() => match command {
                    Command::Disconnect(user_id) => {
                        self.published += 1;
                        let key = format!("{DISCONNECT_PREFIX}{}", self.published);
                        chitchat.lock().await.self_node_state().set_with_ttl(key, user_id);
                    }
                    Command::Message(message) => {
                        self.published += 1;
                        // With leading zeros, so that the order of the keys is that of the messages.
                        let key = format!("{MESSAGE_PREFIX}{:020}", self.published);
                        chitchat.lock().await.self_node_state().set_with_ttl(key, message);
                    }
                    Command::Leave => break,
                },
                else => break,
            }
        }
        chitchat.lock().await.self_node_state().set(LEAVING, "true");
        tokio::time::sleep(self.gossip_interval * LEAVING_ROUNDS).await;
        if let Err(error) = self.handle.shutdown().await {
            warn!(%error, "gossip ended with an error");
        }
    }

    /// Makes the tracker equal to what the live nodes have published.
    fn show(&mut self, nodes: &BTreeMap<ChitchatId, NodeState>) {
        let is_other = |id: &ChitchatId| id != self.handle.chitchat_id();
        let is_shown = |state: &NodeState| !state.contains_key(LEAVING);
        let shown: BTreeMap<_, _> = nodes
            .iter()
            .filter(|(id, state)| is_other(id) && is_shown(state))
            .collect();
        let mut messages = Vec::new();
        let mut hub = self.hub.lock();
        for (id, metas) in &mut self.others {
            if !shown.contains_key(id) && metas.is_shown() {
                info!(node = %id.node_id, "node is dead or has left");
                metas.hide(&mut hub);
            }
        }
        for (id, state) in shown {
            let metas = self.others.entry(id.clone()).or_insert_with(|| {
                info!(node = %id.node_id, "node has joined");
                NodeMetas::of_new_node(state)
            });
            metas.show(state, &mut hub);
            for user_id in metas.disconnects.new_in(state) {
                self.users.disconnect(user_id);
            }
            messages.extend(metas.messages.new_in(state));
        }
        drop(hub);
        if let Some(demo) = &self.demo {
            for message in messages {
                demo.deliver(&self.hub, message);
            }
        }
        self.others
            .retain(|id, metas| metas.is_shown() || nodes.contains_key(id));
    }
}

fn publish(state: &mut NodeState, change: LocalChange) {
    let key = format!("{META_PREFIX}{}", change.slot);
    match change.published {
        Some(value) => state.set(key, value),
        None => state.delete(&key),
    }
}

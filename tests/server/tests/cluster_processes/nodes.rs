//! Nodes as processes, with a proxy in front of the gossip of each.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::UdpSocket;
use tokio::process::{Child, Command};

use crate::proxy::{GossipProxy, Links};
use crate::support::within_timeout;

/// The names of the nodes.
const NAMES: [&str; 3] = ["a", "b", "c"];

/// A node that runs, or can be started again at the same addresses.
pub struct Node {
    name: &'static str,
    /// Its HTTP port, the same after a restart.
    pub port: u16,
    gossip: SocketAddr,
    advertise: SocketAddr,
    seeds: String,
    process: Option<Child>,
}

/// Three nodes, and the links between them.
pub struct Nodes {
    pub nodes: Vec<Node>,
    pub links: Arc<Links>,
}

async fn free_address() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.local_addr().unwrap()
}

impl Nodes {
    /// Starts three nodes that reach each other through proxies only.
    pub async fn start() -> Self {
        let mut gossip = Vec::new();
        for _ in NAMES {
            gossip.push(free_address().await);
        }
        let links = Arc::new(Links::between(&gossip));
        let mut advertised = Vec::new();
        for address in &gossip {
            advertised.push(GossipProxy::start(*address, Arc::clone(&links)).await);
        }
        let seeds: Vec<_> = advertised.iter().map(SocketAddr::to_string).collect();
        let mut nodes = Vec::new();
        for (n, name) in NAMES.into_iter().enumerate() {
            let mut node = Node {
                name,
                port: 0,
                gossip: gossip[n],
                advertise: advertised[n],
                seeds: seeds.join(","),
                process: None,
            };
            node.start().await;
            nodes.push(node);
        }
        Self { nodes, links }
    }

    pub fn ports(&self) -> Vec<u16> {
        self.nodes.iter().map(|node| node.port).collect()
    }
}

impl Node {
    pub async fn start(&mut self) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_presence-server"))
            .args(["--insecure-user-ids", "--log", "off"])
            // Members of these tests send no heartbeats.
            .args(["--idle-timeout", "600"])
            .args(["--port", &self.port.to_string(), "--node", self.name])
            .args(["--cluster", &self.gossip.to_string()])
            .args(["--advertise", &self.advertise.to_string()])
            .args(["--seeds", &self.seeds])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = within_timeout("a node", lines.next_line()).await;
        let line = line.unwrap().expect("the node listens");
        self.port = line.rsplit_once(':').unwrap().1.parse().unwrap();
        self.process = Some(process);
    }

    /// Its gossip address, by which links know it.
    pub fn gossip(&self) -> SocketAddr {
        self.gossip
    }

    /// Sends a signal, such as `KILL`.
    pub async fn signal(&self, name: &str) {
        let id = self.process.as_ref().and_then(Child::id).unwrap();
        let mut kill = Command::new("kill");
        let status = kill.args([format!("-{name}"), id.to_string()]).status();
        assert!(status.await.unwrap().success());
    }

    /// Stops it as an operator does, and starts it again.
    pub async fn restart(&mut self) {
        self.signal("TERM").await;
        let mut process = self.process.take().unwrap();
        let ended = within_timeout("the end of a node", process.wait()).await;
        assert!(ended.unwrap().success());
        self.start().await;
    }
}

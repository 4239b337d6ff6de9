//! A UDP proxy in front of the gossip address of each node, which can cut a node off.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use tokio::net::UdpSocket;

/// The largest UDP payload.
const MAX_DATAGRAM_BYTES: usize = 65_507;

/// Whether each node, by its gossip address, is cut off from all others.
pub struct Links(HashMap<SocketAddr, AtomicBool>);

impl Links {
    pub fn between(nodes: &[SocketAddr]) -> Self {
        let connected = |node: &SocketAddr| (*node, AtomicBool::new(false));
        Self(nodes.iter().map(connected).collect())
    }

    /// Cuts a node off, or connects it again.
    pub fn set_cut(&self, node: SocketAddr, is_cut: bool) {
        self.0[&node].store(is_cut, Ordering::SeqCst);
    }

    fn is_cut(&self, one: SocketAddr, other: SocketAddr) -> bool {
        let is_cut = |node| {
            self.0
                .get(&node)
                .is_some_and(|cut| cut.load(Ordering::SeqCst))
        };
        is_cut(one) || is_cut(other)
    }
}

pub struct GossipProxy;

impl GossipProxy {
    /// Forwards between a node and all others; returns the address for the others.
    pub async fn start(node: SocketAddr, links: Arc<Links>) -> SocketAddr {
        let public = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let address = public.local_addr().unwrap();
        tokio::spawn(async move {
            let mut by_sender: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
            let mut buffer = vec![0; MAX_DATAGRAM_BYTES];
            loop {
                // Sending to a node that does not run shows as an error of the next receive.
                let Ok((length, sender)) = public.recv_from(&mut buffer).await else {
                    continue;
                };
                if links.is_cut(sender, node) {
                    continue;
                }
                let forwarding = match by_sender.get(&sender) {
                    Some(forwarding) => Arc::clone(forwarding),
                    None => {
                        let new = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
                        by_sender.insert(sender, Arc::clone(&new));
                        let (public, links) = (Arc::clone(&public), Arc::clone(&links));
                        let returning = Arc::clone(&new);
                        tokio::spawn(return_answers(returning, public, node, sender, links));
                        new
                    }
                };
                let _ = forwarding.send_to(&buffer[..length], node).await;
            }
        });
        address
    }
}

/// Sends what the node answers back to the node that it answers.
async fn return_answers(
    forwarding: Arc<UdpSocket>,
    public: Arc<UdpSocket>,
    node: SocketAddr,
    sender: SocketAddr,
    links: Arc<Links>,
) {
    let mut buffer = vec![0; MAX_DATAGRAM_BYTES];
    loop {
        let Ok((length, _)) = forwarding.recv_from(&mut buffer).await else {
            continue;
        };
        if !links.is_cut(sender, node) {
            let _ = public.send_to(&buffer[..length], sender).await;
        }
    }
}

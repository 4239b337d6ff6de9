//! Several nodes in one process. `cluster_processes.rs` has those that are killed, frozen and cut off.

mod support;

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use jsonwebtoken::{encode, EncodingKey, Header};
use presence_server::auth::{Authentication, TokenKey};
use presence_server::cluster::ClusterOptions;
use presence_server::Options;
use serde_json::{json, Value};
use support::member::Member;
use support::{http_request, Ended, Server};

const ROOM: &str = "room:lobby";
const KEY: &str = "a key of thirty-two bytes or more";

/// Starts nodes named a, b, …
async fn start_nodes(count: usize) -> Vec<Server> {
    let free: Vec<_> = (0..count)
        .map(|_| UdpSocket::bind("127.0.0.1:0").unwrap())
        .collect();
    let addresses: Vec<SocketAddr> = free.iter().map(|s| s.local_addr().unwrap()).collect();
    drop(free);
    let mut nodes = Vec::new();
    for (name, listen) in ["a", "b", "c"].into_iter().zip(&addresses) {
        let cluster = ClusterOptions {
            node: name.into(),
            listen: *listen,
            advertise: *listen,
            seeds: addresses.iter().map(SocketAddr::to_string).collect(),
            gossip_interval: Duration::from_millis(20),
            dead_after: Duration::from_secs(20),
        };
        let server = Server::with(Options {
            authentication: Authentication {
                keys: vec![TokenKey::new(KEY).unwrap()],
                ..Authentication::insecure()
            },
            cluster: Some(cluster),
            ..Options::default()
        });
        nodes.push(server.await);
    }
    nodes
}

#[tokio::test]
async fn joins_updates_and_leaves_of_one_node_are_seen_on_all() {
    let nodes = start_nodes(3).await;
    let mut observers = Vec::new();
    for (n, node) in nodes.iter().enumerate() {
        let user_id = format!("observer{n}");
        observers.push(Member::join(node.port, &user_id, ROOM, json!({})).await);
    }
    let mut ada = Member::join(nodes[0].port, "ada", ROOM, json!({"n": 1})).await;
    for observer in &mut observers {
        observer.until(|roster| roster.0.len() == 4).await;
    }
    ada.push("update", json!({"n": 2})).await;
    let is_updated = |diff: &Value| diff["joins"]["ada"]["metas"][0]["n"] == 2;
    for observer in &mut observers {
        let diff = loop {
            let diff = observer.next_diff().await;
            if is_updated(&diff) {
                break diff;
            }
        };
        // One diff, whose leave is the meta that the join names as its previous one.
        let joined = &diff["joins"]["ada"]["metas"][0];
        let left = &diff["leaves"]["ada"]["metas"][0];
        assert_eq!(joined["phx_ref_prev"], left["phx_ref"]);
    }
    ada.client.close().await;
    for observer in &mut observers {
        observer.until(|roster| roster.0.len() == 3).await;
    }
    let late = Member::join(nodes[2].port, "late", ROOM, json!({})).await;
    let lists: Vec<_> = observers
        .iter()
        .map(|o| o.roster.clone().sorted())
        .collect();
    assert_eq!(lists[0], lists[1]);
    assert_eq!(
        late.roster.0.len(),
        4,
        "the state has the users of all nodes"
    );
}

#[tokio::test]
async fn a_user_on_two_nodes_is_one_key_with_two_metas() {
    let nodes = start_nodes(2).await;
    let mut first = Member::join(nodes[0].port, "ada", ROOM, json!({"n": 1})).await;
    let mut second = Member::join(nodes[1].port, "ada", ROOM, json!({"n": 2})).await;
    let has_both = |roster: &support::ReplayedRoster| roster.0["ada"].len() == 2;
    first.until(has_both).await;
    second.until(has_both).await;
    assert_eq!(
        first.roster.clone().sorted(),
        second.roster.clone().sorted()
    );
    second.client.close().await;
    first.until(|roster| roster.0["ada"].len() == 1).await;
    assert_eq!(first.roster.0["ada"][0]["n"], 1);
}

#[tokio::test]
async fn the_users_of_a_stopped_node_leave_in_one_diff_per_room() {
    let mut nodes = start_nodes(2).await;
    let mut observer = Member::join(nodes[0].port, "observer", ROOM, json!({})).await;
    let mut members = Vec::new();
    for n in 0..5 {
        let user_id = format!("user{n}");
        members.push(Member::join(nodes[1].port, &user_id, ROOM, json!({})).await);
    }
    observer.until(|roster| roster.0.len() == 6).await;
    let stopped = nodes.pop().unwrap();
    stopped.stop();
    let diff = observer.next_diff().await;
    assert_eq!(diff["leaves"].as_object().unwrap().len(), 5, "{diff}");
    stopped.ended().await;
}

#[tokio::test]
async fn an_admin_disconnects_a_user_on_every_node() {
    let nodes = start_nodes(2).await;
    let mut observer = Member::join(nodes[0].port, "observer", ROOM, json!({})).await;
    let mut frank = Member::join(nodes[1].port, "frank", ROOM, json!({})).await;
    observer.until(|roster| roster.0.len() == 2).await;
    let claims = json!({"sub": "root", "role": "admin", "exp": 4_000_000_000_u64});
    let key = EncodingKey::from_secret(KEY.as_bytes());
    let token = encode(&Header::default(), &claims, &key).unwrap();
    let head = format!(
        "POST /admin/disconnect?user_id=frank HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"
    );
    let (status, body) = http_request(nodes[0].port, &head).await;
    assert_eq!((status, &*body), (200, r#"{"closed":0}"#));
    assert_eq!(
        frank.client.ended().await,
        Ended::Closed(1001, String::new())
    );
    observer.until(|roster| roster.0.len() == 1).await;
}

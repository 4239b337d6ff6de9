//! Limits that keep a room and the server usable while clients take all that they may.

mod support;

use std::fs;
use std::time::Duration;

use futures_util::future::join_all;
use presence_server::{Limits, Options};
use serde_json::json;
use support::{within_timeout, Client, Server};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Its presences have fetched fields, which repeat the key.
const ROOM: &str = "rich:full";

/// Has a client track as many keys as it may. Each is long: six bytes of JSON for each byte, and
/// again in its fetched field.
async fn fill(client: &mut Client, number: usize) {
    for n in 0..40 {
        let name = format!("{number}:{n}");
        let key = name.clone() + &"\u{1}".repeat(256 - name.len());
        client
            .send_frame(json!(["1", "2", ROOM, "track", {"key": key}]))
            .await;
    }
    client.settle().await;
}

#[tokio::test]
async fn a_newcomer_gets_into_a_room_that_a_hundred_sockets_have_filled() {
    let server = Server::start().await;
    let names: Vec<_> = (0..100).map(|n| format!("attacker{n}")).collect();
    let payload = json!({"x": "x".repeat(4000)});
    let joins = names
        .iter()
        .map(|name| server.join(name, ROOM, payload.clone()));
    let mut attackers = join_all(joins).await;
    join_all(attackers.iter_mut().zip(0..).map(|(c, n)| fill(c, n))).await;

    let mut newcomer = server.connect("newcomer").await;
    newcomer
        .send_frame(json!(["1", "1", ROOM, "phx_join", {}]))
        .await;
    assert_eq!(newcomer.recv().await[4]["status"], "ok");
    assert!(newcomer.recv().await[4]["joins"]["newcomer"].is_object());
    let state = newcomer.recv_text().await;
    assert!(state.contains("newcomer") && state.contains("attacker99"));
    let further_keys = state.matches("\\u0001\":").count();
    assert!(further_keys > 100, "{further_keys} further keys");
    let limit = Limits::default().topic_bytes;
    let one_presence = 8 * 1024;
    assert!(
        state.len() + one_presence > limit / 2,
        "{} bytes",
        state.len()
    );
    assert!(state.len() < limit, "{} bytes", state.len());
}

#[tokio::test]
async fn an_update_that_does_not_grow_is_allowed_in_a_full_topic() {
    let server = Server::with_limits(Limits {
        topic_bytes: 1000,
        ..Limits::default()
    })
    .await;
    let mut alice = server
        .join("alice", ROOM, json!({"x": "x".repeat(500)}))
        .await;
    let longer = json!({"x": "x".repeat(1000)});
    let frames = alice.request("1", "2", ROOM, "update", longer).await;
    let reason = "topic is full: it may hold 1000 bytes of presences";
    assert_eq!(frames[0][4]["response"]["reason"], reason);
    let shorter = json!({"x": "y"});
    let frames = alice.request("1", "3", ROOM, "update", shorter).await;
    assert_eq!(frames[0][4]["status"], "ok");
}

/// Requests a file without reading the response.
async fn request_and_never_read(server: &Server) -> TcpStream {
    let tcp = TcpSocket::new_v4().unwrap();
    tcp.set_recv_buffer_size(4096).unwrap();
    let address = ([127, 0, 0, 1], server.port).into();
    let mut stream = tcp.connect(address).await.unwrap();
    let request = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(request).await.unwrap();
    stream
}

#[tokio::test]
async fn http_clients_that_never_read_lose_their_connections() {
    let folder = TempDir::new().unwrap();
    // More than the system buffers for a connection.
    fs::write(folder.path().join("large"), vec![0; 32 << 20]).unwrap();
    let server = Server::with(Options {
        mounts: vec![format!("/={}", folder.path().display()).parse().unwrap()],
        limits: Limits {
            plain_connections: 4,
            write_timeout: Duration::from_millis(200),
            ..Limits::default()
        },
        ..support::options()
    })
    .await;
    let mut attackers = Vec::new();
    for _ in 0..4 {
        attackers.push(request_and_never_read(&server).await);
    }
    // Connections beyond the limit are closed at once, so this one waits for a free place.
    let url = server.socket_url("newcomer");
    let connected = async {
        while tokio_tungstenite::connect_async(&url).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    within_timeout("a free place", connected).await;
    // The newcomer has the place of one that was cut. Reading now may save the others.
    let mut cut = 0;
    for mut attacker in attackers {
        let mut rest = Vec::new();
        let _ = within_timeout("the end", attacker.read_to_end(&mut rest)).await;
        cut += usize::from(rest.len() < 32 << 20);
    }
    assert!(cut > 0, "no response was cut");
}

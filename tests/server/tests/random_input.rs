//! Random frames and random bytes from one client: the roster of another member stays right.

mod support;

use futures_util::SinkExt;
use proptest::prelude::*;
use serde_json::{json, Value};
use support::observer::{Observer, ROOM};
use support::{block_on, Server};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

/// JSON of any kind, often close to what a room expects.
fn payloads() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let names = prop_oneof![
        3 => prop::sample::select(vec![
            "key", "metas", "phx_ref", "phx_ref_prev", "delay_ms", "track", "refuse", "online_at", "user",
            "__proto__", "",
        ])
        .prop_map(str::to_owned),
        1 => ".{0,6}",
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn frames() -> impl Strategy<Value = String> {
    let refs = prop_oneof![
        4 => prop::sample::select(vec!["1", "2", "3"]).prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    let topics = prop::sample::select(vec![ROOM, "room:other", "rich:1", "phoenix", "lobby", ""]);
    let events = prop::sample::select(vec![
        "phx_join",
        "phx_join",
        "phx_leave",
        "update",
        "track",
        "untrack",
        "state",
        "crash",
        "heartbeat",
        "phx_reply",
        "phx_close",
        "presence_diff",
        "presence_state",
        "",
    ]);
    let mostly_right = (refs.clone(), refs, topics, events, payloads())
        .prop_map(|(j, r, t, e, p)| json!([j, r, t, e, p]).to_string());
    prop_oneof![
        20 => mostly_right,
        1 => payloads().prop_map(|payload| payload.to_string()),
        1 => ".{0,40}",
    ]
}

#[derive(Debug, Clone)]
enum Attack {
    Text(String),
    Binary(Vec<u8>),
    Ping,
    Raw(Vec<u8>),
    Cut,
}

fn attacks() -> impl Strategy<Value = Vec<Attack>> {
    let attack = prop_oneof![
        40 => frames().prop_map(Attack::Text),
        1 => prop::collection::vec(any::<u8>(), 0..50).prop_map(Attack::Binary),
        1 => Just(Attack::Ping),
        1 => prop::collection::vec(any::<u8>(), 1..50).prop_map(Attack::Raw),
        1 => Just(Attack::Cut),
    ];
    prop::collection::vec(attack, 1..60)
}

async fn attack(server: &Server, attacks: Vec<Attack>) {
    let mut attacker = server.connect("attacker").await;
    for attack in attacks {
        let message = match attack {
            Attack::Text(text) => Message::text(text),
            Attack::Binary(bytes) => Message::binary(bytes),
            Attack::Ping => Message::Ping(vec![1].into()),
            Attack::Raw(bytes) => {
                attacker.send_raw(&bytes).await;
                continue;
            }
            Attack::Cut => {
                attacker = server.connect("attacker").await;
                continue;
            }
        };
        if attacker.socket.send(message).await.is_err() {
            attacker = server.connect("attacker").await;
        }
    }
    attacker
        .socket
        .send(Message::text("not a frame"))
        .await
        .ok();
    drop(attacker);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn after_any_frames_an_observers_roster_equals_the_servers(first in attacks(), second in attacks()) {
        block_on(async {
            let server = Server::start().await;
            let mut observer = Observer::join(&server).await;
            tokio::join!(attack(&server, first), attack(&server, second));
            observer.check_roster().await;
            while observer.roster.0.len() > 1 {
                observer.next_diff().await;
            }
            observer.check_roster().await;
            drop(observer);
            server.stop();
            server.ended().await;
        });
    }

    #[test]
    fn after_any_bytes_on_a_connection_an_observers_roster_equals_the_servers(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        block_on(async {
            let server = Server::start().await;
            let mut observer = Observer::join(&server).await;
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            observer.check_roster().await;
            drop(observer);
            server.stop();
            server.ended().await;
        });
    }
}

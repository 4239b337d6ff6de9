//! Hostile and broken clients: each gets an error or is dropped, and other members are not affected.

mod support;

use futures_util::{SinkExt, StreamExt};
use presence_server::outbox::QueueLimits;
use presence_server::Limits;
use serde_json::{json, Value};
use support::observer::{Observer, ROOM};
use support::{within_timeout, Client, Ended, Server};
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{client_async, MaybeTlsStream};

async fn closed_after(server: &Server, message: Message) -> Ended {
    let mut attacker = server.join("attacker", ROOM, json!({})).await;
    within_timeout("a send", attacker.socket.send(message))
        .await
        .unwrap();
    attacker.ended().await
}

fn closed(code: u16, reason: &str) -> Ended {
    Ended::Closed(code, reason.to_owned())
}

#[tokio::test]
async fn a_malformed_frame_closes_with_1007_and_names_the_field() {
    let server = Server::start().await;
    let mut observer = Observer::join(&server).await;
    for (text, reason) in [
        (
            "[1",
            "frame is not JSON: EOF while parsing a list at line 1 column 2",
        ),
        ("{}", "frame is not an array"),
        ("[]", "frame is an array of 0, not of 5"),
        (
            "[null,null,\"t\",\"e\",{},6]",
            "frame is an array of 6, not of 5",
        ),
        (
            "[1,null,\"t\",\"e\",{}]",
            "join_ref is not a string or null",
        ),
        ("[null,[],\"t\",\"e\",{}]", "ref is not a string or null"),
        ("[null,null,null,\"e\",{}]", "topic is not a string"),
        ("[null,null,\"t\",{},{}]", "event is not a string"),
    ] {
        let ended = closed_after(&server, Message::text(text)).await;
        assert_eq!(ended, closed(1007, reason));
        observer.wait_for_leave_of("attacker").await;
    }
    observer.check_roster().await;
}

#[tokio::test]
async fn too_long_names_close_with_1007() {
    let server = Server::start().await;
    for (permit, max) in [(0, 64), (1, 64), (2, 256), (3, 256)] {
        let mut frame = json!([null, null, "t", "e", {}]);
        frame[permit] = json!("x".repeat(max + 1));
        let field = ["join_ref", "ref", "topic", "event"][permit];
        let ended = closed_after(&server, Message::text(frame.to_string())).await;
        assert_eq!(
            ended,
            closed(1007, &format!("{field} is longer than {max} bytes"))
        );
    }
}

#[tokio::test]
async fn deep_nesting_closes_with_1007() {
    let server = Server::start().await;
    let mut observer = Observer::join(&server).await;
    let deep = format!("[null,null,\"t\",\"e\",{}", "[".repeat(60_000));
    let ended = closed_after(&server, Message::text(deep)).await;
    assert_eq!(
        ended,
        closed(1007, "frame is nested deeper than 128 levels")
    );
    observer.check_roster().await;
}

#[tokio::test]
async fn a_binary_message_closes_with_1003() {
    let server = Server::start().await;
    let ended = closed_after(&server, Message::binary(vec![0, 1, 2])).await;
    assert_eq!(ended, closed(1003, "binary messages are not supported"));
}

#[tokio::test]
async fn a_text_that_is_not_utf8_closes_with_1007() {
    let server = Server::start().await;
    let mut attacker = server.connect("attacker").await;
    // A masked text frame of the single byte 0xff.
    attacker.send_raw(&[0x81, 0x81, 0, 0, 0, 0, 0xff]).await;
    assert_eq!(attacker.ended().await, closed(1007, "invalid utf8"));
}

#[tokio::test]
async fn a_message_may_have_64_kib_and_not_a_byte_more() {
    let server = Server::start().await;
    let mut observer = Observer::join(&server).await;
    let frame_of = |size: usize| {
        let empty = json!(["1", "9", ROOM, "nonsense", ""]).to_string();
        json!(["1", "9", ROOM, "nonsense", "x".repeat(size - empty.len())]).to_string()
    };
    let mut large = server.join("large", ROOM, json!({})).await;
    large.send(frame_of(65536)).await;
    let reply = large.recv().await;
    assert_eq!(reply[4]["response"]["reason"], "unknown event");

    for size in [65537, 200_000] {
        let ended = closed_after(&server, Message::text(frame_of(size))).await;
        assert_eq!(ended, closed(1009, "message is larger than 65536 bytes"));
        observer.wait_for_leave_of("attacker").await;
    }
    observer.check_roster().await;
}

#[tokio::test]
async fn a_message_without_end_closes_the_connection() {
    let server = Server::start().await;
    let mut observer = Observer::join(&server).await;
    let attacker = server.join("attacker", ROOM, json!({})).await;
    let (mut sending, mut receiving) = attacker.socket.split();
    // The send fails when the server closes the connection.
    let flood = async {
        let _ = sending.send(Message::text("x".repeat(64 << 20))).await;
    };
    let read = async { while let Some(Ok(_)) = receiving.next().await {} };
    within_timeout("the end of the connection", async {
        tokio::join!(flood, read)
    })
    .await;
    observer.wait_for_leave_of("attacker").await;
    observer.check_roster().await;
}

#[tokio::test]
async fn more_messages_a_second_than_allowed_close_with_1008() {
    let server = Server::with_limits(Limits {
        messages_per_second: 10,
        message_burst: 20,
        ..Limits::default()
    })
    .await;
    let mut observer = Observer::join(&server).await;
    let mut attacker = server.join("attacker", ROOM, json!({})).await;
    let heartbeat = json!([null, "1", "phoenix", "heartbeat", {}]).to_string();
    // Sends until the server has closed the socket, which then refuses.
    let ended = loop {
        let sent = attacker.socket.send(Message::text(heartbeat.as_str()));
        if within_timeout("a send", sent).await.is_err() {
            break attacker.ended().await;
        }
        if let Some(Some(Ok(Message::Close(Some(frame))))) = now_or_never(attacker.socket.next()) {
            break closed(frame.code.into(), frame.reason.as_str());
        }
    };
    assert_eq!(ended, closed(1008, "more than 10 messages a second"));
    observer.wait_for_leave_of("attacker").await;
    observer.check_roster().await;
}

fn now_or_never<F: std::future::Future>(future: F) -> Option<F::Output> {
    futures_util::FutureExt::now_or_never(future)
}

#[tokio::test]
async fn thousands_of_joins_stay_within_the_limit_of_a_socket() {
    let server = Server::with_limits(Limits {
        channels_per_socket: 10,
        message_burst: 10_000,
        ..Limits::default()
    })
    .await;
    let mut observer = Observer::join(&server).await;
    let mut attacker = server.connect("attacker").await;
    let mut accepted = 0;
    for n in 0..3000 {
        let frames = attacker
            .request("1", "1", &format!("room:{n}"), "phx_join", json!({}))
            .await;
        match frames[0][4]["status"].as_str() {
            Some("ok") => accepted += 1,
            _ => assert_eq!(
                frames[0][4]["response"]["reason"],
                "a socket may join 10 topics"
            ),
        }
    }
    assert_eq!(accepted, 10);
    observer.check_roster().await;
}

#[tokio::test]
async fn hundreds_of_sockets_that_join_and_disconnect_leave_no_presence() {
    let server = Server::start().await;
    let mut observer = Observer::join(&server).await;
    for round in 0..5 {
        let joins = (0..60).map(|n| server.join(["a", "b", "c"][n % 3], ROOM, json!({"n": n})));
        let mut clients = futures_util::future::join_all(joins).await;
        if round % 2 == 0 {
            for client in clients.drain(..) {
                client.close().await;
            }
        }
        drop(clients);
    }
    for key in ["a", "b", "c"] {
        while observer.roster.0.contains_key(key) {
            observer.next_diff().await;
        }
    }
    observer.check_roster().await;
    assert_eq!(observer.roster.0.len(), 1);
}

#[tokio::test]
async fn too_large_metas_and_too_many_keys_are_error_replies() {
    let server = Server::start().await;
    let mut observer = Observer::join(&server).await;
    let mut attacker = server.join("attacker", ROOM, json!({})).await;
    let large = json!({"x": "x".repeat(5000)});
    let long = json!({"key": "k".repeat(257)});
    for (event, payload, reason) in [
        ("update", large.clone(), "metas are larger than 4096 bytes"),
        ("track", long, "key is longer than 256 bytes"),
    ] {
        let frames = attacker.request("1", "2", ROOM, event, payload).await;
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0][4]["response"]["reason"], reason);
    }
    let mut reasons = Vec::new();
    for n in 0..40 {
        let key = json!({ "key": n.to_string() });
        for frame in attacker.request("1", "3", ROOM, "track", key).await {
            if frame[4]["status"] == "error" {
                reasons.push(frame[4]["response"]["reason"].clone());
            }
        }
    }
    assert_eq!(reasons, vec![json!("a channel may track 32 keys"); 9]);

    let mut second = server.connect("second").await;
    let frames = second.request("1", "1", ROOM, "phx_join", large).await;
    assert_eq!(frames.len(), 1, "refused, and not one presence frame");
    assert_eq!(
        frames[0][4]["response"]["reason"],
        "metas are larger than 4096 bytes"
    );
    observer.check_roster().await;
}

#[tokio::test]
async fn a_full_topic_refuses_joins_until_someone_leaves() {
    let server = Server::with_limits(Limits {
        topic_bytes: 10_000,
        ..Limits::default()
    })
    .await;
    let metas = json!({"x": "x".repeat(4000)});
    let first = server.join("first", ROOM, metas.clone()).await;
    let mut second = server.join("second", ROOM, metas.clone()).await;
    let mut third = server.connect("third").await;
    let frames = third
        .request("1", "1", ROOM, "phx_join", metas.clone())
        .await;
    assert_eq!(
        frames[0][4]["response"]["reason"],
        "topic is full: it may hold 10000 bytes of presences"
    );
    first.close().await;
    while second.recv().await[4]["leaves"].get("first").is_none() {}
    let frames = third.request("2", "2", ROOM, "phx_join", metas).await;
    assert_eq!(frames[0][4]["status"], "ok");
}

#[tokio::test]
async fn a_socket_over_the_limit_is_refused_with_503_until_another_ends() {
    let server = Server::with_limits(Limits {
        sockets: 1,
        ..Limits::default()
    })
    .await;
    let first = server.connect("first").await;
    let path = "/socket/websocket?user_id=second&vsn=2.0.0";
    let refused = (503, "the server holds 1 sockets already".to_owned());
    assert_eq!(server.refusal(path).await, refused);
    first.close().await;
    // Its permit is released a moment after its last frame.
    let url = server.socket_url("second");
    let connected = async {
        while tokio_tungstenite::connect_async(&url).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    within_timeout("a free permit", connected).await;
}

#[tokio::test]
async fn a_client_that_stops_reading_is_dropped_and_others_are_not_affected() {
    let server = Server::with_limits(Limits {
        queue: QueueLimits {
            bytes: 100_000,
            ..Limits::default().queue
        },
        messages_per_second: 1_000_000,
        message_burst: 1_000_000,
        ..Limits::default()
    })
    .await;
    let mut observer = Observer::join(&server).await;

    // A small window, so that the system buffers little for the client.
    let tcp = TcpSocket::new_v4().unwrap();
    tcp.set_recv_buffer_size(4096).unwrap();
    let address = ([127, 0, 0, 1], server.port).into();
    let stream = MaybeTlsStream::Plain(tcp.connect(address).await.unwrap());
    let url = server.socket_url("slow");
    let mut slow = Client::over(client_async(url, stream).await.unwrap().0);
    slow.request("1", "1", ROOM, "phx_join", json!({})).await;
    observer.next_diff().await;

    let mut updates = 0;
    let filler = "x".repeat(3000);
    while observer.roster.0.contains_key("slow") {
        updates += 1;
        assert!(updates < 50_000, "the slow client is still there");
        let payload = json!({"filler": filler, "n": updates});
        observer.update(payload).await;
    }
    observer.check_roster().await;

    // It reads a prefix of the frames, without a gap, and then the end.
    let mut previous: Option<Value> = None;
    while let Some(Ok(Message::Text(text))) = within_timeout("the end", slow.socket.next()).await {
        let frame: Value = serde_json::from_str(&text).unwrap();
        let n = frame[4]["joins"]["observer"]["metas"][0]["n"].clone();
        if let Some(before) = previous.replace(n.clone()) {
            assert_eq!(n.as_u64().unwrap(), before.as_u64().unwrap() + 1);
        }
    }
}

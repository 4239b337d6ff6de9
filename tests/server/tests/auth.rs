//! Attacks on the identity of users: tokens, roles, origins, other users' keys, and logs.

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use jsonwebtoken::{encode, Algorithm, EncodingKey, Header};
use presence_server::auth::{Authentication, TokenKey};
use presence_server::Options;
use serde_json::{json, Value};
use support::{http_request, Client, Ended, Server};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::Error;

const ROOM: &str = "room:lobby";
const KEY: &str = "a key of thirty-two bytes or more";
const OLD_KEY: &str = "the key of last month, 32 bytes or more";
const PATH: &str = "/socket/websocket?vsn=2.0.0";

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs()
}

fn sign(claims: &Value, key: &str, algorithm: Algorithm) -> String {
    let key = EncodingKey::from_secret(key.as_bytes());
    encode(&Header::new(algorithm), claims, &key).unwrap()
}

fn token(user_id: &str, role: &str) -> String {
    let claims = json!({"sub": user_id, "role": role, "exp": now() + 60});
    sign(&claims, KEY, Algorithm::HS256)
}

async fn start() -> Server {
    let keys = [KEY, OLD_KEY].map(|key| TokenKey::new(key).unwrap());
    Server::with(Options {
        authentication: Authentication {
            keys: keys.to_vec(),
            insecure_user_ids: false,
            allowed_origins: vec!["https://app.example.com".into()],
        },
        ..Options::default()
    })
    .await
}

async fn connect(server: &Server, token: &str) -> Client {
    let url = server.url(&format!("{PATH}&token={token}"));
    Client::over(connect_async(url).await.unwrap().0)
}

async fn join(server: &Server, token: &str, topic: &str) -> Client {
    let mut client = connect(server, token).await;
    let frames = client.request("1", "1", topic, "phx_join", json!({})).await;
    assert_eq!(frames[0][4]["status"], "ok", "{}", frames[0]);
    client
}

#[tokio::test]
async fn the_identity_is_that_of_the_token_whatever_the_parameters_say() {
    let server = start().await;
    let token = token("ada", "member");
    let url = server.url(&format!("{PATH}&user_id=eve&role=admin&token={token}"));
    let mut client = Client::over(connect_async(url).await.unwrap().0);
    let frames = client.request("1", "1", ROOM, "phx_join", json!({})).await;
    let keys: Vec<_> = frames[2][4].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["ada"]);
    let frames = client
        .request("2", "2", "staff:1", "phx_join", json!({}))
        .await;
    assert_eq!(frames[0][4]["response"]["reason"], "unauthorized");
}

#[tokio::test]
async fn a_token_is_accepted_as_the_subprotocol_that_phoenix_js_offers() {
    let server = start().await;
    let encoded = URL_SAFE_NO_PAD.encode(token("ada", "member"));
    let mut request = server.url(PATH).into_client_request().unwrap();
    let offered = format!("phoenix, base64url.bearer.phx.{encoded}");
    let offered = HeaderValue::from_str(&offered).unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", offered);
    let (socket, response) = connect_async(request).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "phoenix");
    let mut client = Client::over(socket);
    let frames = client.request("1", "1", ROOM, "phx_join", json!({})).await;
    assert!(frames[2][4]["ada"].is_object());
}

#[tokio::test]
async fn a_token_of_the_previous_key_is_accepted() {
    let server = start().await;
    let claims = json!({"sub": "ada", "exp": now() + 60});
    join(&server, &sign(&claims, OLD_KEY, Algorithm::HS256), ROOM).await;
}

#[tokio::test]
async fn forged_expired_and_malformed_tokens_are_refused_with_403() {
    let server = start().await;
    let good = json!({"sub": "ada", "exp": now() + 60});
    let unsigned = {
        let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.", part(json!({"alg": "none"})), part(good.clone()))
    };
    let signed = |claims: Value| sign(&claims, KEY, Algorithm::HS256);
    let other_key = sign(&good, &"x".repeat(32), Algorithm::HS256);
    let other_algorithm = sign(&good, KEY, Algorithm::HS512);
    let genuine = signed(good.clone());
    let (head, rest) = genuine.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let eve = URL_SAFE_NO_PAD.encode(json!({"sub": "eve", "exp": now() + 60}).to_string());
    let long = signed(json!({"sub": "x".repeat(257), "exp": now() + 60}));
    for (token, reason) in [
        (unsigned, "token has malformed claims"),
        (other_key, "token is signed with another key"),
        (other_algorithm, "token is not signed with HS256"),
        (
            format!("{head}.{eve}.{signature}"),
            "token is signed with another key",
        ),
        (
            signed(json!({"sub": "ada", "exp": now() - 1})),
            "token is expired",
        ),
        (signed(json!({"sub": "ada"})), "token has malformed claims"),
        (
            signed(json!({"exp": now() + 60})),
            "token has malformed claims",
        ),
        (
            signed(json!({"sub": 7, "exp": now() + 60})),
            "token has malformed claims",
        ),
        (
            signed(json!({"sub": "ada", "exp": now() + 60, "role": "root"})),
            "token has malformed claims",
        ),
        ("nonsense".into(), "token is malformed"),
        (long, "user_id is longer than 256 bytes"),
    ] {
        let path = format!("{PATH}&token={token}");
        assert_eq!(
            server.refusal(&path).await,
            (403, reason.to_owned()),
            "{token}"
        );
    }
    let missing = "token is missing: expected an authToken or a token parameter";
    let path = format!("{PATH}&user_id=ada");
    assert_eq!(server.refusal(&path).await, (403, missing.to_owned()));
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let server = start().await;
    let claims = json!({"sub": "ada", "exp": now() + 2});
    let mut observer = join(&server, &token("observer", "member"), ROOM).await;
    let mut ada = join(&server, &sign(&claims, KEY, Algorithm::HS256), ROOM).await;
    let expired = Ended::Closed(1008, "token is expired".into());
    assert_eq!(ada.ended().await, expired);
    assert!(now() >= claims["exp"].as_u64().unwrap());
    while observer.recv().await[4]["leaves"].get("ada").is_none() {}
}

#[tokio::test]
async fn no_presence_frame_reaches_a_socket_that_has_not_joined_or_was_refused() {
    let server = start().await;
    let mut moderator = join(&server, &token("moderator", "moderator"), "staff:1").await;
    let mut ada = connect(&server, &token("ada", "member")).await;
    let frames = ada
        .request("1", "1", "staff:1", "phx_join", json!({}))
        .await;
    let refused = json!({"status": "error", "response": {"reason": "unauthorized"}});
    assert_eq!(frames, [json!(["1", "1", "staff:1", "phx_reply", refused])]);
    for event in ["state", "track", "update", "untrack", "get_by_key"] {
        let payload = json!({"key": "moderator"});
        let frames = ada.request("1", "2", "staff:1", event, payload).await;
        let reason = &frames[0][4]["response"]["reason"];
        assert_eq!((frames.len(), reason), (1, &json!("unmatched topic")));
    }
    moderator
        .request("1", "2", "staff:1", "update", json!({"x": 1}))
        .await;
    assert!(ada.settle().await.is_empty());
}

#[tokio::test]
async fn a_socket_cannot_track_update_or_untrack_another_user() {
    let server = start().await;
    let mut ada = join(&server, &token("ada", "member"), ROOM).await;
    let mut eve = join(&server, &token("eve", "admin"), ROOM).await;
    ada.settle().await;
    for event in ["track", "update", "replace", "untrack"] {
        let frames = eve
            .request("1", "2", ROOM, event, json!({"key": "ada", "status": "x"}))
            .await;
        assert_eq!(frames.len(), 1, "{event} causes no diff");
        assert_eq!(frames[0][4]["response"]["reason"], "unauthorized");
    }
    assert!(ada.settle().await.is_empty());
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_with_403() {
    let server = start().await;
    let token = token("ada", "member");
    let attempt = async |origin: &str| {
        let url = server.url(&format!("{PATH}&token={token}"));
        let mut request = url.into_client_request().unwrap();
        let origin = HeaderValue::from_str(origin).unwrap();
        request.headers_mut().insert("origin", origin);
        match connect_async(request).await {
            Ok(_) => 101,
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(attempt("https://evil.example.com").await, 403);
    assert_eq!(attempt("null").await, 403);
    assert_eq!(attempt("https://app.example.com").await, 101);
    let own = format!("http://127.0.0.1:{}", server.port);
    assert_eq!(attempt(&own).await, 101);
}

#[tokio::test]
async fn an_admin_disconnects_all_sockets_of_a_user_with_1001() {
    let server = start().await;
    let mut observer = join(&server, &token("observer", "member"), ROOM).await;
    let mut tabs = [
        join(&server, &token("frank", "member"), ROOM).await,
        join(&server, &token("frank", "guest"), "room:other").await,
    ];
    let disconnect = async |authorization: &str, query: &str| {
        let head = format!("POST /admin/disconnect{query} HTTP/1.1\r\n{authorization}");
        http_request(server.port, &head).await
    };
    let bearer = |token: String| format!("Authorization: Bearer {token}\r\n");
    let frank = "?user_id=frank";
    for (authorization, query, status) in [
        (String::new(), frank, 401),
        (bearer("nonsense".into()), frank, 401),
        (bearer(token("eve", "moderator")), frank, 403),
        (bearer(token("root", "admin")), "", 400),
    ] {
        assert_eq!(disconnect(&authorization, query).await.0, status);
    }
    for tab in &mut tabs {
        let frames = tab.settle().await;
        assert!(frames.len() <= 1, "still connected: {frames:?}");
    }
    let admin = bearer(token("root", "admin"));
    let done = (200, r#"{"closed":2}"#.to_owned());
    assert_eq!(disconnect(&admin, frank).await, done);
    for tab in &mut tabs {
        assert_eq!(tab.ended().await, Ended::Closed(1001, String::new()));
    }
    while observer.recv().await[4]["leaves"].get("frank").is_none() {}
    let none = (200, r#"{"closed":0}"#.to_owned());
    assert_eq!(disconnect(&admin, frank).await, none);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_never_hold_tokens_or_keys() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_presence-server"))
        .args(["--port", "0", "--log", "trace", "--stop-with-stdin"])
        .env("PRESENCE_TOKEN_KEY", KEY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let port: u16 = line.trim().rsplit_once(':').unwrap().1.parse().unwrap();
    let tokens = [
        token("ada", "member"),
        token("root", "admin"),
        sign(&json!({"sub": "x", "exp": 1}), KEY, Algorithm::HS256),
        "nonsense.but.secret".to_owned(),
    ];
    for token in &tokens {
        let url = format!("ws://127.0.0.1:{port}{PATH}");
        if let Ok((socket, _)) = connect_async(format!("{url}&token={token}")).await {
            let mut client = Client::over(socket);
            client.request("1", "1", ROOM, "phx_join", json!({})).await;
        }
        let mut request = url.into_client_request().unwrap();
        let encoded = URL_SAFE_NO_PAD.encode(token);
        let offered = format!("phoenix, base64url.bearer.phx.{encoded}");
        let offered = HeaderValue::from_str(&offered).unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", offered);
        let _ = connect_async(request).await;
        let head = format!(
            "POST /admin/disconnect?user_id=x HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"
        );
        http_request(port, &head).await;
    }
    drop(process.stdin.take());
    let mut log = String::new();
    let mut stderr = process.stderr.take().unwrap();
    stderr.read_to_string(&mut log).unwrap();
    assert!(process.wait().unwrap().success());
    assert!(log.contains("connected") && log.contains("token is expired"));
    for token in &tokens {
        let signature = token.rsplit('.').next().unwrap();
        assert!(!log.contains(signature), "{token} in {log}");
        assert!(!log.contains(&URL_SAFE_NO_PAD.encode(token)));
    }
    assert!(!log.contains(KEY));
}

#[test]
fn a_server_to_which_nobody_could_connect_does_not_start() {
    let output = Command::new(env!("CARGO_BIN_EXE_presence-server"))
        .args(["--port", "0"])
        .env_remove("PRESENCE_TOKEN_KEY")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("--token-key-file"), "{message}");
    assert!(message.contains("--insecure-user-ids"), "{message}");
}

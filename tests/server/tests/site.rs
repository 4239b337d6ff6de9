//! Static files, over plain HTTP.

mod support;

use std::fs;

use presence_server::Options;
use support::{within_timeout, Server};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A secret file beside two served folders.
async fn site() -> (TempDir, Server) {
    let temp = TempDir::new().unwrap();
    let at = |path: &str| temp.path().join(path);
    fs::create_dir_all(at("www/sub")).unwrap();
    fs::create_dir_all(at("lib")).unwrap();
    fs::write(at("secret.txt"), "secret").unwrap();
    fs::write(at("www/index.html"), "<h1>front</h1>").unwrap();
    fs::write(at("www/sub/index.html"), "sub").unwrap();
    fs::write(at("lib/a.mjs"), "export {}").unwrap();
    fs::write(at("lib/b.wasm"), b"\0asm").unwrap();
    let mount = |url: &str, folder: &str| format!("{url}={}", at(folder).display());
    let mounts = [mount("/", "www"), mount("/lib", "lib")];
    let options = Options {
        mounts: mounts.iter().map(|text| text.parse().unwrap()).collect(),
        ..support::options()
    };
    (temp, Server::with(options).await)
}

/// The response to a path, which no client library has normalized.
async fn get(server: &Server, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    within_timeout("an answer", stream.read_to_end(&mut answer))
        .await
        .unwrap();
    String::from_utf8(answer).unwrap().to_lowercase()
}

#[tokio::test]
async fn files_come_with_their_type_and_are_not_cached() {
    let (_temp, server) = site().await;
    for (path, content_type, body) in [
        ("/", "text/html", "<h1>front</h1>"),
        ("/lib/a.mjs", "javascript", "export {}"),
        ("/lib/b.wasm", "application/wasm", "\0asm"),
    ] {
        let answer = get(&server, path).await;
        assert!(answer.starts_with("http/1.1 200"), "{answer}");
        let (head, content) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let types = lines.find(|line| line.starts_with("content-type")).unwrap();
        assert!(types.contains(content_type), "{types}");
        assert!(head.contains("cache-control: no-cache"), "{head}");
        assert_eq!(content, body);
    }
}

#[tokio::test]
async fn nothing_outside_the_folders_is_served() {
    let (_temp, server) = site().await;
    for path in [
        "/../secret.txt",
        "/lib/../../secret.txt",
        "/lib/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/lib/%2e%2e%2fsecret.txt",
        "/lib/..%5csecret.txt",
        "//secret.txt",
        "/secret.txt",
        "/lib/none.js",
    ] {
        let answer = get(&server, path).await;
        assert!(answer.starts_with("http/1.1 4"), "{path}: {answer}");
        assert!(!answer.ends_with("secret"), "{path}");
    }
}

#[tokio::test]
async fn without_a_mount_a_page_says_what_this_is() {
    let server = Server::start().await;
    let answer = get(&server, "/").await;
    assert!(answer.starts_with("http/1.1 200"));
    assert!(answer.contains("presence-server"));
}

//! A page that is hidden and shown, and a network that goes away and returns.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use client_tests::{builder, close_code, join, rejoined, sleep, Lab};

use crate::client_test;

const ROOM: &str = "room:lobby";
const NEVER: Duration = Duration::from_secs(3600);

fn set_visibility(state: &str) {
    let script = format!(
        "Object.defineProperty(document, 'visibilityState', {{ value: '{state}', configurable: true }});
         document.dispatchEvent(new Event('visibilitychange'))"
    );
    js_sys::eval(&script).unwrap();
}

#[client_test]
async fn a_hidden_page_does_not_connect_and_a_shown_one_does() {
    let lab = Lab::start().await;
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let socket = builder(&lab, "ada")
        .params_with(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Vec::new()
        })
        .connect()
        .unwrap();
    let channel = join(&socket, ROOM, &()).await;
    let (mut sockets, mut events) = (socket.events(), channel.events());
    set_visibility("hidden");
    lab.cut().await;
    close_code(&mut sockets).await;
    // Long enough for the first attempts, if there were any.
    sleep(Duration::from_millis(100)).await;
    assert_eq!(connections.load(Ordering::SeqCst), 1);

    set_visibility("visible");
    rejoined(&mut events).await;
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[client_test]
async fn a_page_that_is_shown_does_not_wait_for_the_next_attempt() {
    let lab = Lab::start().await;
    let socket = builder(&lab, "ada").reconnect_after(|_| NEVER);
    let socket = socket.connect().unwrap();
    let channel = join(&socket, ROOM, &()).await;
    let (mut sockets, mut events) = (socket.events(), channel.events());
    lab.cut().await;
    close_code(&mut sockets).await;
    set_visibility("hidden");
    set_visibility("visible");
    rejoined(&mut events).await;
}

#[client_test]
async fn the_return_of_the_network_does_not_wait_for_the_next_attempt() {
    let lab = Lab::start().await;
    let socket = builder(&lab, "ada").reconnect_after(|_| NEVER);
    let socket = socket.connect().unwrap();
    let channel = join(&socket, ROOM, &()).await;
    let (mut sockets, mut events) = (socket.events(), channel.events());
    lab.cut().await;
    close_code(&mut sockets).await;
    js_sys::eval("dispatchEvent(new Event('online'))").unwrap();
    rejoined(&mut events).await;
}

#[client_test]
async fn a_page_that_was_put_away_joins_again_when_it_is_back() {
    let lab = Lab::start().await;
    let socket = builder(&lab, "ada").reconnect_after(|_| NEVER);
    let socket = socket.connect().unwrap();
    let channel = join(&socket, ROOM, &()).await;
    let (mut sockets, mut events) = (socket.events(), channel.events());
    js_sys::eval("dispatchEvent(new Event('pagehide'))").unwrap();
    assert_eq!(close_code(&mut sockets).await, 1000);
    js_sys::eval("dispatchEvent(new Event('pageshow'))").unwrap();
    rejoined(&mut events).await;
}

//! The client in a worker, where there is no page.
#![cfg(target_arch = "wasm32")]

use client_tests::{close_code, connect, join, rejoined, within, Lab};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn a_worker_joins_and_pushes_and_joins_again() {
    assert!(web_sys::window().is_none());
    let lab = Lab::start().await;
    let socket = connect(&lab, "ada");
    let channel = join(&socket, "room:lobby", &()).await;
    within("a reply", channel.push("state", &())).await.unwrap();

    let (mut connections, mut events) = (socket.events(), channel.events());
    lab.cut().await;
    assert_eq!(close_code(&mut connections).await, 1006);
    rejoined(&mut events).await;
}

//! The example bot.
#![cfg(not(target_arch = "wasm32"))]

use client_tests::{connect, join, until, Lab};
use phoenix_presence::client::Presence;
use serde::Deserialize;

#[path = "../../../examples/bot/main.rs"]
#[allow(dead_code)] // its `main`
mod bot;

#[derive(Deserialize, PartialEq)]
struct Member {
    greeting: Option<String>,
}

#[tokio::test]
async fn the_bot_greets_whoever_comes_online() {
    let lab = Lab::start().await;
    let ada = connect(&lab, "ada");
    let channel = ada.channel("room:lobby", &()).unwrap();
    let presence = Presence::<Member>::new(&channel);
    let mut watch = presence.watch("bot");
    channel.join().await.unwrap();
    let endpoint = lab.endpoint();
    let bot = tokio::spawn(async move { bot::greet(&endpoint, "room:lobby").await });
    until("the bot", &mut watch, Option::is_some).await;

    let eve = connect(&lab, "eve");
    let _eve = join(&eve, "room:lobby", &()).await;
    until("the greeting", &mut watch, |user| {
        let metas = user.iter().flat_map(|user| &user.metas);
        let mut greetings = metas.filter_map(|meta| meta.data.greeting.as_deref());
        greetings.any(|greeting| greeting == "hello eve")
    })
    .await;
    bot.abort();
}

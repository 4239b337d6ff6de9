//! A bot that greets whoever comes online, in a meta of its own that all members see:
//!
//! ```sh
//! cargo run -p presence-server -- --port 4000 --insecure-user-ids
//! cargo run --example bot --features native -- ws://localhost:4000/socket room:lobby
//! ```

use futures_util::StreamExt;
use phoenix_presence::client::{Error, Presence, Socket};
use phoenix_presence::{Change, Reason};
use serde_json::json;

const NAME: &str = "bot";

/// The metas of members are of no interest to the bot.
#[derive(serde::Deserialize, PartialEq)]
struct Member {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let endpoint = args.next();
    let topic = args.next();
    greet(
        endpoint.as_deref().unwrap_or("ws://localhost:4000/socket"),
        topic.as_deref().unwrap_or("room:lobby"),
    )
    .await
}

/// Greets until the channel is closed.
pub async fn greet(endpoint: &str, topic: &str) -> Result<(), Error> {
    let socket = Socket::builder(endpoint).param("user_id", NAME).connect()?;
    let channel = socket.channel(topic, &())?;
    let presence = Presence::<Member>::new(&channel);
    let mut changes = presence.changes();
    channel.join().await?;
    println!("{NAME} is in {topic}");

    while let Some(change) = changes.next().await {
        match change {
            // Those of the first state were here before the bot.
            Change::Enter {
                key,
                reason: Reason::Diff,
                ..
            } if &*key != NAME => {
                println!("hello {key}");
                presence.update(&json!({ "greeting": format!("hello {key}") }))?;
            }
            Change::Exit { key, .. } => println!("good-bye {key}"),
            _ => {}
        }
    }
    Ok(())
}

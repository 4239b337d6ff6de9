//! One scenario through the client, which `tests/wire/rust-client.test.js` also plays through
//! phoenix.js: the frames of both have to be the same. The argument is the endpoint.

use std::time::Duration;

use futures_util::StreamExt;
use phoenix_presence::client::{ChannelEvent, Error, Socket};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = std::env::args().nth(1).unwrap_or_default();
    let socket = Socket::builder(&endpoint)
        .param("user_id", "ada")
        .reconnect_after(|_| Duration::from_millis(10))
        .build()?;

    // Joins and a push before the connection is open.
    let one = socket.channel("room:1", &json!({ "status": "online" }))?;
    let two = socket.channel("room:2", &())?;
    let joins = [one.join(), two.join()];
    let early = one.push("update", &json!({ "status": "away" }));
    socket.connect();
    for join in joins {
        join.await?;
    }
    early.await?;

    let rejected = one.push("nonsense", &json!({ "n": 1 })).await;
    assert!(matches!(rejected, Err(Error::Rejected(_))));

    let mut events = one.events();
    let crashed = one.push("crash", &()).await;
    assert!(matches!(crashed, Err(Error::Crashed(_))));
    rejoined(&mut events).await;
    one.push("state", &()).await?;

    two.leave().await?;

    let refused = socket.channel("room:3", &json!({ "refuse": "full" }))?;
    assert!(matches!(refused.join().await, Err(Error::Rejected(_))));
    refused.leave().await?;

    // The line is cut by the test when it sees this event.
    let _ = one.push("cut", &()).await;
    rejoined(&mut events).await;
    one.push("state", &()).await?;
    one.leave().await?;
    Ok(())
}

async fn rejoined(events: &mut (impl StreamExt<Item = ChannelEvent> + Unpin)) {
    while let Some(event) = events.next().await {
        if matches!(event, ChannelEvent::Joined(_)) {
            return;
        }
    }
}

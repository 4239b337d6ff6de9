//! Prints the changes of a room as lines of JSON, until the server sends `done`, then the
//! list: what `tests/wire/rust-changes.test.js` compares with the npm package. The argument
//! is the endpoint.

use std::time::Duration;

use phoenix_presence::client::{Error, Presence, PresenceEvent, Socket};
use phoenix_presence::{Change, Meta, Reason};
use serde_json::{json, Map, Value};
use std::sync::Arc;

type Metas = Vec<Arc<Meta<Map<String, Value>>>>;

fn name(meta: &Meta<Map<String, Value>>) -> String {
    let phx_ref = meta.phx_ref.as_deref().unwrap_or_default();
    format!("{phx_ref}:{}", meta.data["n"])
}

fn names(metas: &Metas) -> Vec<String> {
    metas.iter().map(|meta| name(meta)).collect()
}

fn line(change: &Change<Map<String, Value>>) -> Value {
    let reason = match change.reason() {
        Reason::Initial => "initial",
        Reason::Resync => "resync",
        Reason::Diff => "diff",
    };
    let presence = change.presence().map(|user| names(&user.metas));
    let previous = change.previous().map(|user| names(&user.metas));
    let mut line = json!({
        "key": **change.key(), "reason": reason, "presence": presence, "previous": previous,
    });
    if let Change::Update {
        joined,
        left,
        updated,
        ..
    } = change
    {
        let pairs = updated
            .iter()
            .map(|pair| [name(&pair.previous), name(&pair.current)]);
        line["joined"] = json!(names(joined));
        line["left"] = json!(names(left));
        line["updated"] = json!(pairs.collect::<Vec<_>>());
    }
    line
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = std::env::args().nth(1).unwrap_or_default();
    let socket = Socket::builder(&endpoint)
        .reconnect_after(|_| Duration::from_millis(1))
        .rejoin_after(|_| Duration::from_millis(1))
        .build()?;
    let channel = socket.channel("room:1", &())?;
    let presence = Presence::<Map<String, Value>>::new(&channel);
    let printed = presence.subscribe(|event| {
        if let PresenceEvent::Changed(changes) = event {
            println!("{}", changes.iter().map(line).collect::<Value>());
        }
    });
    let (sender, done) = futures_channel::oneshot::channel();
    let mut sender = Some(sender);
    let last = channel.subscribe("done", move |_| {
        if let Some(sender) = sender.take() {
            // It is received below.
            let _ = sender.send(());
        }
    });
    channel.join();
    socket.connect();
    done.await.map_err(|_| Error::Closed)?;
    drop((printed, last));
    let list = presence.list();
    let list = list
        .iter()
        .map(|(key, user)| json!([**key, names(&user.metas)]));
    println!("{}", list.collect::<Value>());
    Ok(())
}

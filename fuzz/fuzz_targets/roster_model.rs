//! Any well-formed payloads: the roster against phoenix.js's algorithm, written
//! as plainly as can be.
//!
//! And its changes by user against a comparison of all that was there before a
//! payload with all that is there after it, whichever way known metas are resynced.
//!
//! Where `roster_json` spends its time on texts that are no payloads, this one
//! is always about keys that meet, refs that meet, and their order.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use phoenix_presence::{Change, Diff, Reason, Resync, Roster, State};
use phoenix_presence_fuzz::{check, check_changes, listed, plain, told, AnyMeta};
use serde_json::{json, Value};

#[derive(Arbitrary, Debug)]
enum Message {
    State(Vec<Entry>),
    Diff(Vec<Entry>, Vec<Entry>),
}

#[derive(Arbitrary, Debug)]
struct Entry {
    key: Key,
    metas: Vec<Meta>,
    field: Option<u8>,
}

#[derive(Arbitrary, Debug)]
enum Key {
    Usual(u8),
    Index(u32),
    Any(String),
}

#[derive(Arbitrary, Debug)]
enum Meta {
    Ref(u8),
    Update { phx_ref: u8, prev: u8 },
    NoRef(u8),
}

fuzz_target!(|messages: Vec<Message>| {
    let mut from_text = Roster::<AnyMeta>::new();
    let mut from_values = Roster::<AnyMeta>::new();
    let mut server = Roster::<AnyMeta>::new().with_resync(Resync::Server);
    let mut plain = plain::Session::default();
    let mut first = true;
    for message in messages {
        let before = (listed(&from_text), listed(&server));
        let reason = match message {
            Message::Diff(..) => Reason::Diff,
            Message::State(_) if std::mem::take(&mut first) => Reason::Initial,
            Message::State(_) => Reason::Resync,
        };
        let changes: (Vec<Change<AnyMeta>>, Vec<Change<AnyMeta>>);
        let (texts, values, expected) = match message {
            Message::State(entries) => {
                let presences = presences(entries);
                let text = object(&presences);
                let state: State<AnyMeta> = serde_json::from_str(&text).expect("well-formed");
                let events = from_text.sync_state_json(&text).expect("well-formed");
                changes = (events.changes(), server.sync_state(&state).changes());
                let expected = plain.sync_state(&presences);
                (told(events), told(from_values.sync_state(&state)), expected)
            }
            Message::Diff(joins, leaves) => {
                let (joins, leaves) = (presences(joins), presences(leaves));
                let text = format!(
                    r#"{{"joins":{},"leaves":{}}}"#,
                    object(&joins),
                    object(&leaves)
                );
                let diff: Diff<AnyMeta> = serde_json::from_str(&text).expect("well-formed");
                let events = from_text.sync_diff_json(&text).expect("well-formed");
                changes = (events.changes(), server.sync_diff(&diff).changes());
                let expected = plain.sync_diff(&joins, &leaves);
                (told(events), told(from_values.sync_diff(&diff)), expected)
            }
        };
        assert_eq!(texts, expected);
        assert_eq!(values, expected);
        assert_eq!(listed(&from_text), plain.list());
        check_changes(&before.0, &changes.0, reason, &listed(&from_text));
        check_changes(&before.1, &changes.1, reason, &listed(&server));
    }
    assert_eq!(from_text, from_values);
    check(&from_text);
    check(&server);
});

fn presences(entries: Vec<Entry>) -> Vec<(String, Value)> {
    let named = entries.into_iter().map(|Entry { key, metas, field }| {
        let metas: Vec<_> = metas.iter().map(meta).collect();
        let presence = match field {
            Some(field) => json!({"metas": metas, "field": field}),
            None => json!({"metas": metas}),
        };
        (name(key), presence)
    });
    named.collect()
}

fn name(key: Key) -> String {
    const USUAL: [&str; 8] = [
        "alice",
        "bob",
        "",
        "__proto__",
        "7",
        "10",
        "07",
        "4294967295",
    ];
    match key {
        Key::Usual(at) => USUAL[usize::from(at) % USUAL.len()].into(),
        Key::Index(index) => index.to_string(),
        Key::Any(text) => text,
    }
}

/// Few refs, so that they meet.
fn meta(meta: &Meta) -> Value {
    match meta {
        Meta::Ref(n) => json!({"phx_ref": (n % 8).to_string(), "n": n}),
        Meta::Update { phx_ref, prev } => {
            json!({"phx_ref": (phx_ref % 8).to_string(), "phx_ref_prev": (prev % 8).to_string()})
        }
        Meta::NoRef(n) => json!({"n": n}),
    }
}

fn object(presences: &[(String, Value)]) -> String {
    let members = presences
        .iter()
        .map(|(key, presence)| format!("{}:{presence}", json!(key)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

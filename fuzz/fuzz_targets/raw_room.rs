//! Any text as the messages of a room whose presences are text.
//!
//! Each line of the input is a message: its first byte says which (an odd one, such as `s`, a
//! `presence_state`; an even one, such as `d`, a `presence_diff`), the rest is the payload.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phoenix_presence::raw::room::{Room, NOT_JSON};
use phoenix_presence::raw::scan::is_json;
use serde::de::{Deserialize, IgnoredAny};
use serde_json::Value;

/// The state of the current join was applied; events of joins and leaves; changes.
const FLAGS: u32 = 1 + 2 + 8 + 256 + 512;

fuzz_target!(|input: &str| {
    let mut room = Room::new(7);
    for message in input.lines() {
        let mut chars = message.chars();
        let Some(kind) = chars.next() else {
            continue;
        };
        let text = chars.as_str();
        assert_eq!(is_json(text.as_bytes()), is_accepted(text));
        receive(&mut room, text, u32::from(kind) % 2 == 1);
    }
});

fn receive(room: &mut Room, text: &str, is_state: bool) {
    let before = listed(room);
    room.reserve(text.len())[..text.len()].copy_from_slice(text.as_bytes());
    let outcome = match is_state {
        true => room.receive_state(text.len(), FLAGS),
        false => room.receive_diff(text.len(), 0, FLAGS),
    };
    assert_eq!(outcome == NOT_JSON, !is_accepted(text));
    let report = room.report();
    assert!(report.is_empty() || is_json(report));
    let after = listed(room);
    if outcome == NOT_JSON {
        assert_eq!(after, before);
    }
    let all = after.len();
    assert_eq!(all, 2 * room.size());
    // A page is a part of the list.
    room.rows(1, 3);
    let page: Vec<Value> = read(room.report());
    assert_eq!(page.len(), all.min(6).saturating_sub(2));
}

/// The keys of the list, and whether each has a presence.
fn listed(room: &mut Room) -> Vec<Value> {
    room.rows(0, usize::MAX);
    let mut rows: Vec<Value> = read(room.report());
    for presence in rows.iter_mut().skip(1).step_by(2) {
        assert!(presence.is_object() || *presence == 1);
        *presence = 1.into();
    }
    rows
}

/// Lone surrogates are JSON, and no string of Rust's: each is another character here.
fn read(report: &[u8]) -> Vec<Value> {
    assert!(is_json(report));
    serde_json::from_slice(report).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(report)
            .replace("\\ud", "\\u2")
            .replace("\\uD", "\\u2");
        serde_json::from_str(&text).unwrap_or_default()
    })
}

/// Whether serde_json accepts it, at any depth.
fn is_accepted(text: &str) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    IgnoredAny::deserialize(&mut deserializer).is_ok() && deserializer.end().is_ok()
}

//! Any bytes as payloads of a roster.
//!
//! Each line of the input is a message: its first byte says which (an odd one,
//! such as `s`, a `presence_state`; an even one, such as `d`, a
//! `presence_diff`), the rest is the payload. JSON needs no line breaks, so
//! this reaches every payload.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phoenix_presence::Roster;
use phoenix_presence_fuzz::{
    check, listed, plain, skipped, told, AnyMeta, Device, Members, Meta, Sides,
};

fuzz_target!(|input: &[u8]| {
    follow::<AnyMeta>(input);
    follow::<Device>(input);
});

fn follow<M: Meta>(input: &[u8]) {
    let mut roster = Roster::<M>::new();
    let mut plain = plain::Session::default();
    for message in input.split(|byte| *byte == b'\n') {
        let Some((kind, json)) = message.split_first() else {
            continue;
        };
        let is_state = kind % 2 == 1;
        if std::str::from_utf8(json).is_err() {
            not_text(&roster, is_state, json);
        } else if is_state {
            state(&mut roster, &mut plain, json);
        } else {
            diff(&mut roster, &mut plain, json);
        }
        assert_eq!(listed(&roster), plain.list());
    }
    check(&roster);
}

/// No socket delivers such bytes as text. In a member that a diff does not have
/// they may pass unseen; where they are seen, nothing changes.
fn not_text<M: Meta>(roster: &Roster<M>, is_state: bool, json: &[u8]) {
    let mut after = roster.clone();
    let result = match is_state {
        true => after.sync_state_json(json),
        false => after.sync_diff_json(json),
    };
    if result.is_err() {
        assert_eq!(after, *roster);
    }
    check(&after);
}

fn state<M: Meta>(roster: &mut Roster<M>, plain: &mut plain::Session, json: &[u8]) {
    let Some(members) = Members::of(json) else {
        let before = roster.clone();
        let error = roster.sync_state_json(json).expect_err("no object");
        assert_eq!(error.key(), None);
        assert_eq!(*roster, before);
        return;
    };
    let (good, bad) = members.sorted_out::<M>();
    let mut clean = roster.clone();
    let events = clean.sync_state_json(good.text()).expect("an object");
    assert_eq!(skipped(&events), []);
    let expected = told(events);

    let events = roster.sync_state_json(json).expect("an object");
    assert_eq!(skipped(&events), bad);
    assert_eq!(told(events), expected);
    assert_eq!(*roster, clean);
    assert_eq!(plain.sync_state(&good.presences::<M>()), expected);
}

fn diff<M: Meta>(roster: &mut Roster<M>, plain: &mut plain::Session, json: &[u8]) {
    let Some(sides) = Sides::of(json) else {
        let before = roster.clone();
        let error = roster.sync_diff_json(json).expect_err("no object");
        assert_eq!(error.key(), None);
        assert_eq!(*roster, before);
        return;
    };
    let (joins, bad_joins) = sides.joins.sorted_out::<M>();
    let (leaves, bad_leaves) = sides.leaves.sorted_out::<M>();
    let bad = [bad_joins, bad_leaves].concat();
    let mut clean = roster.clone();
    let text = format!(r#"{{"joins":{},"leaves":{}}}"#, joins.text(), leaves.text());
    let events = clean.sync_diff_json(text).expect("an object");
    assert_eq!(skipped(&events), []);
    let expected = told(events);

    let events = roster.sync_diff_json(json).expect("an object");
    let reported = skipped(&events);
    let named: Vec<_> = reported
        .iter()
        .filter(|key| key.is_some())
        .cloned()
        .collect();
    assert_eq!(reported.len() - named.len(), sides.malformed);
    assert_eq!(named, bad);
    assert_eq!(told(events), expected);
    assert_eq!(*roster, clean);
    let (joins, leaves) = (joins.presences::<M>(), leaves.presences::<M>());
    assert_eq!(plain.sync_diff(&joins, &leaves), expected);
}

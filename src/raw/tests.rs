//! A room of text beside a typed roster and serde_json, on the same random messages.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{json, Map, Value};

use super::room::{Room, ADDED, APPLIED, DROPS_WAITING, NOT_JSON, RESYNC, WAITS};
use super::Flags;
use crate::sync::session::{Reason, MAX_SEPARATE_DIFFS};
use crate::{Change, Event, Events, Resync, Roster};

type Meta = Map<String, Value>;

/// A room, and what JavaScript keeps of it.
struct Client {
    room: Room,
    flags: u32,
    join: u32,
    state_of: Option<u32>,
    waits_for: Option<u32>,
    waiting: Vec<String>,
    /// The presences that it holds as objects.
    held: HashMap<String, Value>,
}

/// Events and changes, as values that can be compared.
#[derive(Debug, Default, PartialEq)]
struct Told {
    events: Vec<Value>,
    changes: Vec<Value>,
}

impl Client {
    fn new(flags: u32) -> Self {
        Self {
            room: Room::new(42),
            flags,
            join: 0,
            state_of: None,
            waits_for: None,
            waiting: Vec::new(),
            held: HashMap::new(),
        }
    }

    fn put(&mut self, text: &str) -> usize {
        self.room.reserve(text.len() + 3)[..text.len()].copy_from_slice(text.as_bytes());
        text.len()
    }

    fn flags(&self) -> u32 {
        let mut flags = self.flags;
        for (is_set, flag) in [
            (self.state_of.is_some(), Flags::HAS_STATE),
            (self.state_of == Some(self.join), Flags::HAS_STATE_OF_JOIN),
            (self.waits_for == Some(self.join), Flags::WAITS_FOR_JOIN),
        ] {
            flags |= if is_set { flag } else { 0 };
        }
        flags
    }

    fn joined(&mut self) {
        self.join += 1;
        self.waiting.clear();
        self.room.drop_waiting();
        self.waits_for = Some(self.join);
    }

    fn state(&mut self, text: &str) -> Told {
        for diff in std::mem::take(&mut self.waiting) {
            let len = self.put(&diff);
            self.room.add_waiting(len, true);
        }
        let len = self.put(text);
        let outcome = self.room.receive_state(len, self.flags());
        let reason = if outcome & RESYNC == 0 {
            Reason::Initial
        } else {
            Reason::Resync
        };
        assert_ne!(outcome & APPLIED, 0, "{text}");
        self.state_of = Some(self.join);
        self.told(reason)
    }

    fn diff(&mut self, text: &str) -> Told {
        let len = self.put(text);
        let outcome = self
            .room
            .receive_diff(len, self.waiting.len(), self.flags());
        if outcome & DROPS_WAITING != 0 {
            self.waiting.clear();
            self.waits_for = Some(self.join);
        }
        if outcome & ADDED != 0 {
            assert_ne!(outcome & WAITS, 0);
            self.waiting.push(text.into());
        }
        self.told(Reason::Diff)
    }

    /// Reads the report as the package does.
    fn told(&mut self, reason: Reason) -> Told {
        let report = self.room.report().to_vec();
        if report.is_empty() {
            return Told::default();
        }
        let [problems, events, changes, held]: [Vec<Value>; 4] =
            serde_json::from_slice(&report).unwrap();
        assert_eq!(problems, [] as [Value; 0]);
        let events = events.chunks(4).map(|event| json!(event)).collect();
        let mut told = Told {
            events,
            changes: Vec::new(),
        };
        let mut changes = changes.into_iter();
        while let Some(kind) = changes.next() {
            let mut next = || changes.next().unwrap();
            let (key, presence) = (next(), next());
            let mut previous = next();
            let name = key.as_str().unwrap();
            if previous == json!(1) {
                previous = self.held[name].clone();
            }
            match presence.is_object() {
                true => self.held.insert(name.into(), presence.clone()),
                false => self.held.remove(name),
            };
            let mut change = vec![kind.clone(), key, presence, previous];
            if kind == 1 {
                change.extend([next(), next(), next()]);
            }
            change.push(json!(format!("{reason:?}")));
            told.changes.push(json!(change));
        }
        for pair in held.chunks(2) {
            let name = pair[0].as_str().unwrap();
            match pair[1].is_object() {
                true => self.held.insert(name.into(), pair[1].clone()),
                false => self.held.remove(name),
            };
        }
        told
    }

    /// The keys and presences at some places of the list.
    fn rows(&mut self, from: usize, to: usize) -> Vec<(String, Value)> {
        self.room.keys(from, to);
        let keys: Vec<String> = serde_json::from_slice(self.room.report()).unwrap();
        self.room.rows(from, to);
        let rows: Vec<Value> = serde_json::from_slice(self.room.report()).unwrap();
        let rows: Vec<_> = rows
            .chunks(2)
            .map(|row| {
                let key = row[0].as_str().unwrap().to_owned();
                if row[1].is_object() {
                    self.held.insert(key.clone(), row[1].clone());
                }
                (key.clone(), self.held[&key].clone())
            })
            .collect();
        assert_eq!(
            rows.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(),
            keys
        );
        rows
    }

    fn get(&mut self, key: &str) -> Option<Value> {
        let len = self.put(key);
        let found = self.room.has(len, false);
        let len = self.put(key);
        assert_eq!(self.room.get(len, false), found);
        if found {
            let presence = serde_json::from_slice(self.room.report()).unwrap();
            self.held.insert(key.into(), presence);
        }
        found.then(|| self.held[key].clone())
    }
}

/// What a roster says of the same message.
fn told(events: Events<Meta>) -> Told {
    let positions = |metas: Vec<_>, of: &[_]| -> Vec<usize> {
        let metas = metas.iter();
        metas
            .map(|meta| {
                of.iter()
                    .rposition(|each| std::sync::Arc::ptr_eq(each, meta))
                    .unwrap()
            })
            .collect()
    };
    let changes = events.changes().into_iter().map(|change| match change {
        Change::Enter {
            key,
            presence,
            reason,
        } => json!([0, key, presence, 0, format!("{reason:?}")]),
        Change::Exit {
            key,
            previous,
            reason,
        } => json!([2, key, 0, previous, format!("{reason:?}")]),
        Change::Update {
            key,
            presence,
            previous,
            joined,
            left,
            updated,
            reason,
        } => {
            let pairs: Vec<_> = updated
                .into_iter()
                .flat_map(|pair| {
                    let from = positions(vec![pair.previous], &previous.metas);
                    [from, positions(vec![pair.current], &presence.metas)].concat()
                })
                .collect();
            let joined = positions(joined, &presence.metas);
            let left = positions(left, &previous.metas);
            json!([
                1,
                key,
                presence,
                previous,
                joined,
                left,
                pairs,
                format!("{reason:?}")
            ])
        }
    });
    let changes = changes.collect();
    let events = events.map(|event| match event {
        Event::Join {
            key,
            current: None,
            joined,
        } => json!([1, key, 0, joined]),
        Event::Join {
            key,
            current,
            joined,
        } => json!([1, key, current, joined]),
        Event::Leave { key, current, left } => json!([0, key, current, left]),
    });
    Told {
        events: events.collect(),
        changes,
    }
}

const KEYS: &[&str] = &[
    "b",
    "a",
    "",
    "10",
    "9",
    "__proto__",
    "01",
    "4294967295",
    "é\"\n",
];

/// A presence with few refs, so that they meet: some twice, some missing.
fn presence() -> impl Strategy<Value = Value> {
    let phx_ref = select(vec![Some("1"), Some("2"), Some("3"), Some("4"), None]);
    let meta = (phx_ref.clone(), phx_ref, 0..3u8);
    (vec(meta, 0..5), 0..2u8).prop_map(|(metas, field)| {
        let metas = metas.into_iter().map(|(phx_ref, replaced, n)| {
            let mut meta = Map::new();
            meta.extend(phx_ref.map(|phx_ref| ("phx_ref".into(), json!(phx_ref))));
            meta.extend(replaced.map(|replaced| ("phx_ref_prev".into(), json!(replaced))));
            meta.insert("n".into(), json!(n));
            Value::Object(meta)
        });
        json!({"metas": metas.collect::<Vec<_>>(), "field": field})
    })
}

/// An object of presences as text: a key may be there twice.
fn presences() -> impl Strategy<Value = String> {
    vec((select(KEYS), presence()), 0..6).prop_map(|presences| {
        let members = presences
            .iter()
            .map(|(key, presence)| format!("{}:{presence}", json!(key)));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

/// The same JSON in another form.
fn disguised(text: &str, form: u8) -> String {
    let mut text = text.to_owned();
    for (bit, plain, other) in [
        (1, "\"a\":", "\"\\u0061\" : "),
        (2, "\"metas\"", "\"\\u006deta\\u0073\""),
        (4, "\"phx_ref\"", "\"phx\\u005fref\""),
        (8, ":\"1\"", ":\t\"\\u0031\""),
        (16, ",", "\n, "),
    ] {
        if form & bit != 0 {
            text = text.replace(plain, other);
        }
    }
    text
}

#[derive(Clone, Debug)]
enum Step {
    State(String),
    Diff(String),
    Joined,
    Closed,
    Page(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let form = 0..32u8;
    prop_oneof![
        2 => (presences(), form.clone()).prop_map(|(text, form)| Step::State(disguised(&text, form))),
        6 => (presences(), presences(), form).prop_map(|(joins, leaves, form)| {
            Step::Diff(disguised(&format!(r#"{{"joins":{joins},"leaves":{leaves}}}"#), form))
        }),
        1 => Just(Step::Joined),
        1 => Just(Step::Closed),
        2 => (0..12usize, 0..12usize).prop_map(|(from, to)| Step::Page(from, to)),
    ]
}

fn listed(roster: &Roster<Meta>) -> Vec<(String, Value)> {
    roster
        .iter()
        .map(|(key, presence)| (key.into(), json!(presence)))
        .collect()
}

#[track_caller]
fn follow(steps: &[Step], flags: u32, compacts: bool) {
    let resync = if flags & Flags::RESYNC_SERVER == 0 {
        Resync::Keep
    } else {
        Resync::Server
    };
    let mut roster = Roster::<Meta>::new().with_resync(resync);
    let mut client = Client::new(flags | Flags::JOINS | Flags::LEAVES);
    roster.joined();
    client.joined();
    let is_merged = steps.len() > MAX_SEPARATE_DIFFS;
    for step in steps {
        if compacts {
            client.room.compact_now();
        }
        let (mut ours, mut theirs) = match step {
            Step::State(text) => (
                client.state(text),
                told(roster.sync_state_json(text).unwrap()),
            ),
            Step::Diff(text) => (
                client.diff(text),
                told(roster.sync_diff_json(text).unwrap()),
            ),
            Step::Joined => {
                roster.joined();
                client.joined();
                continue;
            }
            Step::Closed => {
                roster.earlier_join_closed();
                client.waiting.clear();
                client.room.drop_waiting();
                continue;
            }
            Step::Page(from, to) => {
                let all = listed(&roster);
                let end = (*to).min(all.len());
                let page = &all[(*from).min(end)..end];
                assert_eq!(client.rows(*from, *to), page);
                continue;
            }
        };
        if flags & Flags::CHANGES == 0 {
            theirs.changes.clear();
        }
        if is_merged {
            // The metas that left are in any order.
            ours.events.clear();
            theirs.events.clear();
        }
        assert_eq!(ours, theirs, "{step:?}");
        assert_eq!(client.room.size(), roster.len());
        assert_eq!(client.room.meta_count(), roster.meta_count());
    }
    for key in KEYS {
        assert_eq!(
            client.get(key),
            roster.get(key).map(|presence| json!(presence)),
            "{key}"
        );
    }
    assert_eq!(client.rows(0, usize::MAX), listed(&roster));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_messages_have_the_same_outcome_as_in_a_typed_roster(
        steps in vec(step(), 0..14),
        flags in select(vec![0, Flags::CHANGES, Flags::RESYNC_SERVER | Flags::CHANGES, Flags::HOLDS_ALL]),
        compacts in any::<bool>(),
    ) {
        follow(&steps, flags, compacts);
    }
}

#[test]
fn diffs_that_wait_past_the_first_thousand_are_merged() {
    let mut steps = Vec::new();
    for n in 0..MAX_SEPARATE_DIFFS + 300 {
        let (key, other) = (KEYS[n % 5], KEYS[n % 3]);
        let meta = |n: usize| json!({"metas": [{"phx_ref": n.to_string(), "n": n}]});
        let diff = json!({"joins": {key: meta(n)}, "leaves": {other: meta(n.saturating_sub(7))}});
        steps.push(Step::Diff(diff.to_string()));
    }
    steps.push(Step::State(
        json!({"a": {"metas": [{"phx_ref": "1290"}, {"phx_ref": "5"}]}}).to_string(),
    ));
    follow(&steps, Flags::CHANGES, true);
}

#[test]
fn text_that_is_not_json_changes_nothing() {
    let mut client = Client::new(Flags::CHANGES);
    client.state(r#"{"a":{"metas":[{"phx_ref":"1"}]}}"#);
    for text in [
        "",
        "{",
        r#"{"b":{"metas":[{"phx_ref":"2"}]}"#,
        r#"{"b":{"metas":[]}} x"#,
        "nul",
    ] {
        let len = client.put(text);
        assert_eq!(client.room.receive_state(len, client.flags()), NOT_JSON);
        let len = client.put(text);
        assert_eq!(client.room.receive_diff(len, 0, client.flags()), NOT_JSON);
        assert_eq!(client.room.report(), b"");
    }
    assert_eq!(
        client.rows(0, 9),
        [("a".into(), json!({"metas": [{"phx_ref": "1"}]}))]
    );
}

#[test]
fn what_is_malformed_is_skipped_and_reported() {
    let mut client = Client::new(0);
    let mut problems = |text: &str, is_state| {
        let len = client.put(text);
        match is_state {
            true => client.room.receive_state(len, client.flags()),
            false => client.room.receive_diff(len, 0, Flags::HAS_STATE_OF_JOIN),
        };
        let report: Vec<Vec<Value>> = serde_json::from_slice(client.room.report()).unwrap();
        json!(report[0])
    };
    assert_eq!(problems("[]", true), json!([1, []]));
    assert_eq!(problems(" null ", true), json!([1, null]));
    let state = r#"{"a":1,"b":{"metas":{}},"c":{"metas":[{},1]},"7":null,"d":{"metas":[]}}"#;
    assert_eq!(
        problems(state, true),
        json!([2, "7", 2, "a", 2, "b", 2, "c"])
    );
    assert_eq!(problems("3", false), json!([3, 3]));
    let diff = r#"{"joins":[],"leaves":{"x":{}}}"#;
    assert_eq!(problems(diff, false), json!([4, [], 7, "x"]));
    assert_eq!(problems(r#"{"leaves":true}"#, false), json!([6, true]));
    assert_eq!(client.rows(0, 9), [("d".into(), json!({"metas": []}))]);
}

#[test]
fn lone_surrogates_are_keys_that_can_be_looked_up() {
    let mut client = Client::new(0);
    client.state(
        r#"{"\ud83d":{"metas":[{"n":1}]},"\ude00":{"metas":[{"n":2}]},"😀":{"metas":[{"n":3}]}}"#,
    );
    for (key, n) in [(r"\ud83d", 1), (r"\ude00", 2), (r"\ud83d\ude00", 3)] {
        let len = client.put(key);
        assert!(client.room.get(len, true));
        let presence: Value = serde_json::from_slice(client.room.report()).unwrap();
        assert_eq!(presence["metas"][0]["n"], n);
    }
    client.room.keys(0, 9);
    assert_eq!(
        client.room.report(),
        r#"["\ud83d","\ude00","😀"]"#.as_bytes()
    );
}

#[test]
fn refs_are_compared_as_javascript_compares_them() {
    for (one, other, is_same) in [
        ("1", "1.0", true),
        ("1e2", "100", true),
        ("1", "\"1\"", false),
        ("null", "null", true),
        ("\"a\"", "\"\\u0061\"", true),
        ("{}", "{}", false),
        ("[]", "[]", false),
    ] {
        let mut client = Client::new(Flags::JOINS);
        let state = |phx_ref| format!(r#"{{"a":{{"metas":[{{"phx_ref":{phx_ref}}}]}}}}"#);
        client.state(&state(one));
        let events = client.state(&state(other)).events;
        assert_eq!(events.is_empty(), is_same, "{one} {other}");
    }
    // A missing ref is not null.
    let mut client = Client::new(Flags::JOINS | Flags::LEAVES);
    client.state(r#"{"a":{"metas":[{}]}}"#);
    assert_eq!(
        client
            .state(r#"{"a":{"metas":[{"phx_ref":null}]}}"#)
            .events
            .len(),
        2
    );
}

#[test]
fn a_room_that_is_as_large_as_before_keeps_no_more_text() {
    let mut client = Client::new(0);
    let state = |from: usize| {
        let users =
            (0..2_000).map(|n| format!(r#""user {n}":{{"metas":[{{"phx_ref":"{}"}}]}}"#, from + n));
        format!("{{{}}}", users.collect::<Vec<_>>().join(","))
    };
    let size = state(10_000).len();
    for round in 0..50 {
        client.state(&state(10_000 + round * 2_000));
        let meta = |n: usize| format!(r#"{{"visitor {n}":{{"metas":[{{"phx_ref":"{n}"}}]}}}}"#);
        for n in 0..200 {
            let diff = format!(
                r#"{{"joins":{},"leaves":{}}}"#,
                meta(n),
                meta(n.saturating_sub(1))
            );
            client.diff(&diff);
        }
        assert!(client.room.text_len() < 3 * size, "round {round}");
    }
}

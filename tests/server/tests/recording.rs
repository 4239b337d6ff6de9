//! The server answers the recorded requests with the frames that a real Phoenix sent.
//!
//! The recording is tests/fixtures/phoenix-1.8.12.jsonl: the cases with one node
//! are replayed, the same clients sending the same frames, on the recording's own
//! clock. Every frame that comes in must be the recorded one, key order included,
//! with other refs and times, and no further frame may come. In two cases several clients act
//! concurrently, so the order of frames is free.

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use support::{blank, Client, ReplayedRoster, Server};

const RECORDING: &str = include_str!("../../fixtures/phoenix-1.8.12.jsonl");
/// The cases from here on need a second node.
const FIRST_CLUSTER_CASE: &str = "30";
/// Clients act concurrently: "burst" and "burst leave".
const CONCURRENT: [&str; 2] = ["15", "16"];

/// JSON that keeps the order of its keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OrderedJson {
    Object(IndexMap<String, OrderedJson>),
    Array(Vec<OrderedJson>),
    Leaf(Value),
}

impl OrderedJson {
    fn text(&self) -> &str {
        match self {
            Self::Leaf(Value::String(text)) => text,
            other => panic!("{other:?} is not a text"),
        }
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> T {
    serde_json::from_str(text).unwrap()
}

#[derive(Debug, Clone)]
enum Step {
    Open { user_id: String },
    Send(String),
    Expect(String),
    Close { cleanly: bool },
}

#[derive(Debug, Clone)]
struct RecordedLine {
    ms: u64,
    case: String,
    client: String,
    step: Step,
}

fn read_recording() -> Vec<RecordedLine> {
    let mut lines: Vec<RecordedLine> = Vec::new();
    for text in RECORDING.lines() {
        let record: Value = serde_json::from_str(text).unwrap();
        let field = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        let case = field("case");
        if case.starts_with(FIRST_CLUSTER_CASE) {
            break;
        }
        let step = match record["dir"].as_str() {
            Some("open") => {
                let url = field("url");
                let (_, rest) = url.split_once("user_id=").unwrap();
                Step::Open {
                    user_id: rest.split('&').next().unwrap().to_owned(),
                }
            }
            Some("out") => Step::Send(field("frame")),
            Some("in") => Step::Expect(field("frame")),
            Some("close") => Step::Close {
                cleanly: record["code"] == 1000,
            },
            _ => continue,
        };
        lines.push(RecordedLine {
            ms: record["ms"].as_u64().unwrap(),
            case: case[..2].to_owned(),
            client: field("client"),
            step,
        });
    }
    lines
}

/// Moves each close before its first effect: the recorder logged closes after their effects.
fn closes_before_effects(mut lines: Vec<RecordedLine>) -> Vec<RecordedLine> {
    for at in 0..lines.len() {
        if !matches!(lines[at].step, Step::Close { .. }) {
            continue;
        }
        let closing = lines[at].clone();
        let user_id = closing.client.split('.').next().unwrap();
        let effect = lines[..at].iter().position(|line| {
            let Step::Expect(frame) = &line.step else {
                return false;
            };
            let diff = &read::<Value>(frame)[4];
            line.case == closing.case
                && line.client != closing.client
                && diff["joins"].as_object().is_some_and(|j| j.is_empty())
                && diff["leaves"].get(user_id).is_some()
        });
        if let Some(effect) = effect {
            let ms = lines[effect].ms;
            lines.remove(at);
            lines.insert(effect, RecordedLine { ms, ..closing });
        }
    }
    lines
}

/// The correspondence of our refs with the recorded ones.
#[derive(Default)]
struct RefMapping {
    ours: BTreeMap<String, String>,
    theirs: BTreeMap<String, String>,
}

impl RefMapping {
    fn match_up(&mut self, theirs: &str, ours: &str) -> bool {
        let known = self.ours.entry(theirs.to_owned());
        let same_way = known.or_insert_with(|| ours.to_owned()) == ours;
        let known = self.theirs.entry(ours.to_owned());
        same_way && known.or_insert_with(|| theirs.to_owned()) == theirs
    }

    /// Whether the two are equal up to refs and times, key order included.
    fn same(&mut self, theirs: &OrderedJson, ours: &OrderedJson) -> bool {
        match (theirs, ours) {
            (OrderedJson::Object(theirs), OrderedJson::Object(ours)) => {
                theirs.keys().eq(ours.keys())
                    && theirs.iter().all(|(name, value)| match name.as_str() {
                        "phx_ref" | "phx_ref_prev" => {
                            self.match_up(value.text(), ours[name].text())
                        }
                        "online_at" => matches!(&ours[name], OrderedJson::Leaf(n) if n.is_u64()),
                        "reason" => without_pid(value.text()) == without_pid(ours[name].text()),
                        _ => self.same(value, &ours[name]),
                    })
            }
            (OrderedJson::Array(theirs), OrderedJson::Array(ours)) => {
                theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(a, b)| self.same(a, b))
            }
            (OrderedJson::Leaf(theirs), OrderedJson::Leaf(ours)) => theirs == ours,
            _ => false,
        }
    }
}

/// Removes the pid of an Erlang process: this server's channels are numbered differently.
fn without_pid(reason: &str) -> String {
    match reason.split_once("#PID<") {
        Some((before, rest)) => format!("{before}{}", rest.split_once('>').unwrap().1),
        None => reason.to_owned(),
    }
}

struct Replay {
    server: Server,
    clients: BTreeMap<String, Client>,
    refs: RefMapping,
    now: u64,
    compared: usize,
}

impl Replay {
    async fn act(&mut self, line: &RecordedLine) {
        // Timers round up, so a requested delay ends a moment later here. Frames without a delay
        // need no clock.
        let due = match line.step {
            Step::Expect(_) if line.ms < self.now + 100 => self.now,
            Step::Expect(_) => line.ms + 50,
            _ => line.ms,
        };
        tokio::time::advance(Duration::from_millis(due.saturating_sub(self.now))).await;
        self.now = self.now.max(due);
        match &line.step {
            Step::Open { user_id } => {
                let client = self.server.connect(user_id).await;
                self.clients.insert(line.client.clone(), client);
            }
            Step::Send(text) => self.client(line).send(text.as_str()).await,
            Step::Close { cleanly } => {
                let client = self.clients.remove(&line.client).unwrap();
                if *cleanly {
                    client.close().await;
                }
            }
            Step::Expect(theirs) => {
                let ours = self.client(line).recv_text().await;
                self.compare(line, theirs, &ours);
            }
        }
    }

    fn client(&mut self, line: &RecordedLine) -> &mut Client {
        self.clients.get_mut(&line.client).unwrap()
    }

    fn compare(&mut self, line: &RecordedLine, theirs: &str, ours: &str) {
        assert!(
            self.refs.same(&read(theirs), &read(ours)),
            "case {}, {}\nPhoenix: {theirs}\n   ours: {ours}",
            line.case,
            line.client
        );
        self.compared += 1;
    }

    /// Members who stayed must have received the recorded frames, in any order; those who joined
    /// must end with the recorded room. Those who left may have missed some leaves of others.
    async fn concurrent_case(&mut self, lines: &[RecordedLine]) {
        let acts = |line: &&RecordedLine| !matches!(line.step, Step::Expect(_));
        for line in lines.iter().filter(acts) {
            self.act(line).await;
        }
        let mut room = None;
        for (name, client) in &mut self.clients {
            let mine = |line: &&RecordedLine| line.client == *name;
            let joined = lines.iter().filter(mine).any(|line| acts(&line));
            let mut theirs: Vec<Value> = lines
                .iter()
                .filter(mine)
                .filter_map(|line| match &line.step {
                    Step::Expect(frame) => Some(read(frame)),
                    _ => None,
                })
                .collect();
            let mut ours = client.settle().await;
            if joined {
                let is = |event: &'static str| move |frame: &Value| frame[3] == event;
                assert_eq!(ours[0], theirs[0], "the reply is first");
                let state = ours.iter().position(is("presence_state")).unwrap();
                let own = ours[..state].iter().filter(|f| is("presence_diff")(f));
                let user_id = name.as_str();
                assert_eq!(
                    own.filter(|f| f[4]["joins"][user_id].is_object()).count(),
                    1,
                    "the own diff comes once before the state"
                );
                let mut roster = ReplayedRoster::of_state(&ours[state][4]);
                let later = ours[state..].iter().filter(|f| is("presence_diff")(f));
                later.for_each(|frame| roster.apply(&frame[4]));
                assert_eq!(&roster, room.get_or_insert_with(|| roster.clone()));
                continue;
            }
            assert_eq!(theirs.len(), ours.len(), "{name}");
            theirs.sort_by_key(|frame| blank(frame).to_string());
            ours.sort_by_key(|frame| blank(frame).to_string());
            for (theirs, ours) in theirs.iter().zip(&ours) {
                let (theirs, ours) = (theirs.to_string(), ours.to_string());
                assert!(
                    self.refs.same(&read(&theirs), &read(&ours)),
                    "{theirs}\n{ours}"
                );
                self.compared += 1;
            }
        }
        if let Some(room) = room {
            let mut states = lines.iter().filter_map(|line| match &line.step {
                Step::Expect(frame) => {
                    let frame: Value = read(frame);
                    (frame[3] == "presence_state").then(|| frame[4].clone())
                }
                _ => None,
            });
            let recorded = ReplayedRoster::of_state(&states.next_back().unwrap());
            assert!(room.0.keys().eq(recorded.0.keys()));
        }
    }
}

/// Pauses tokio's clock so that only `advance` moves it.
///
/// Tokio advances a paused clock by itself when it is idle, but not while a blocking task runs.
/// This one ends after a minute, so that a test that is stuck runs into its timeouts.
fn hold_the_clock() -> std::sync::mpsc::Sender<()> {
    tokio::time::pause();
    let (release, held) = std::sync::mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || {
        let _ = held.recv_timeout(Duration::from_secs(60));
    });
    release
}

#[tokio::test]
async fn every_recorded_request_gets_the_recorded_frames() {
    let _clock = hold_the_clock();
    let lines = closes_before_effects(read_recording());
    let mut replay = Replay {
        server: Server::start().await,
        clients: BTreeMap::new(),
        refs: RefMapping::default(),
        now: 0,
        compared: 0,
    };
    let cases = lines.chunk_by(|a, b| a.case == b.case);
    for case in cases {
        if CONCURRENT.contains(&&*case[0].case) {
            replay.concurrent_case(case).await;
        } else {
            for line in case {
                replay.act(line).await;
            }
        }
        for (name, client) in &mut replay.clients {
            let more = client.settle().await;
            assert!(
                more.is_empty(),
                "case {}: {name} got {more:?}",
                case[0].case
            );
        }
    }
    // All frames of these cases, except those of clients who joined or left in a concurrent one.
    assert_eq!(replay.compared, 98);
}

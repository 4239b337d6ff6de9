//! The rejoins that a real Phoenix recorded, replayed through the state machine and a
//! roster: a client that joins a topic, leaves it and joins it again in one turn.
//!
//! This client sends the last join when the first is closed, and those between never. What
//! the server sent under the ref of the last join is therefore held until that join is
//! sent. Broadcasts, and frames of the joins between, arrive when they did.

use std::collections::HashMap;

use serde_json::{json, Map, Value};

use super::tracking::Tracking;
use super::PresenceOptions;
use crate::client::machine::{ChannelId, ConnectionId, Machine, Output, Time, Timing};
use crate::client::payload::Payload;

const RECORDING: &str = include_str!("../../../tests/fixtures/phoenix-1.8.12-rejoin.jsonl");

type Meta = Map<String, Value>;

struct Replay {
    machine: Machine,
    connection: Option<ConnectionId>,
    channels: Vec<ChannelId>,
    rosters: HashMap<ChannelId, Tracking<Meta>>,
    /// The refs of this client's joins by those of the recording, in the order of channels.
    recorded: Vec<Value>,
    refs: HashMap<String, Value>,
    held: Vec<Value>,
}

impl Replay {
    fn new() -> Self {
        let mut replay = Self {
            machine: Machine::new(Timing::default()),
            connection: None,
            channels: Vec::new(),
            rosters: HashMap::new(),
            recorded: Vec::new(),
            refs: HashMap::new(),
            held: Vec::new(),
        };
        replay.machine.connect();
        replay.carry_out();
        let connection = replay.connection.unwrap();
        replay.machine.opened(connection, Time::ZERO);
        replay
    }

    fn sent(&mut self, frame: &Value) {
        let topic = frame[2].as_str().unwrap();
        match frame[3].as_str().unwrap() {
            "phx_join" => {
                let channel = self
                    .machine
                    .channel(topic, Payload::new(&frame[4]).unwrap());
                let tracking = Tracking::new(PresenceOptions::default(), false);
                self.rosters.insert(channel, tracking);
                self.channels.push(channel);
                self.recorded.push(frame[0].clone());
                self.machine.join(channel, None, Time::ZERO);
            }
            "phx_leave" => {
                let channel = *self.channels.last().unwrap();
                self.machine.leave(channel, Time::ZERO);
            }
            other => panic!("{other}"),
        }
        self.carry_out();
    }

    fn received(&mut self, mut frame: Value) {
        if let Some(join_ref) = frame[0].as_str() {
            let of_another_join = json!(format!("recorded {join_ref}"));
            let own = match self.refs.get(join_ref) {
                Some(own) => own,
                None if self.recorded.last() == Some(&frame[0]) => {
                    self.held.push(frame);
                    return;
                }
                None => &of_another_join,
            };
            if frame[1] == frame[0] {
                frame[1] = own.clone();
            }
            frame[0] = own.clone();
        }
        let connection = self.connection.unwrap();
        let text = frame.to_string();
        self.machine.received(connection, &text, Time::ZERO);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        let mut joined = false;
        while let Some(output) = self.machine.take_output() {
            match output {
                Output::Open(id) => self.connection = Some(id),
                Output::Send(_, text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if frame[3] == "phx_join" {
                        // Only the first of the joins, and the last, are ever sent.
                        let at = if self.refs.is_empty() {
                            0
                        } else {
                            self.recorded.len() - 1
                        };
                        let recorded = self.recorded[at].as_str().unwrap();
                        self.refs.insert(recorded.into(), frame[0].clone());
                        joined = true;
                    }
                }
                Output::Channel(id, event) => {
                    self.rosters.get_mut(&id).unwrap().receive(&event);
                }
                _ => {}
            }
        }
        if joined {
            for frame in std::mem::take(&mut self.held) {
                self.received(frame);
            }
        }
    }

    /// The metas of the last channel's roster, as in the recording.
    fn list(&self) -> Value {
        let roster = &self.rosters[self.channels.last().unwrap()].roster;
        let users = roster.iter().map(|(key, user)| {
            let refs = user.metas.iter().map(|meta| json!(meta.phx_ref));
            (key.to_owned(), refs.collect::<Value>())
        });
        Value::Object(users.collect())
    }
}

/// The refs of a list of the server.
fn refs_of(list: &Value) -> Value {
    let users = list.as_object().unwrap().iter().map(|(key, user)| {
        let metas = user["metas"].as_array().unwrap();
        let refs = metas.iter().map(|meta| meta["phx_ref"].clone());
        (key.clone(), refs.collect::<Value>())
    });
    Value::Object(users.collect())
}

#[test]
fn every_recorded_rejoin_ends_with_the_list_of_the_server() {
    let (mut replay, mut checks, mut wrong) = (Replay::new(), 0, Vec::new());
    for line in RECORDING.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let frame = || serde_json::from_str(line["frame"].as_str().unwrap()).unwrap();
        match line["dir"].as_str() {
            Some("open") => replay = Replay::new(),
            Some("out") => replay.sent(&frame()),
            Some("in") => replay.received(frame()),
            Some("check") => {
                checks += 1;
                let expected = refs_of(&line["list"]);
                if replay.list() != expected {
                    wrong.push(json!([line["case"], replay.list(), expected]));
                }
            }
            _ => {}
        }
    }
    assert_eq!(wrong, [] as [Value; 0]);
    assert_eq!(checks, 12);
}

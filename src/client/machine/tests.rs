//! The state machine with a clock that the tests move, and without a network.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{json, Value};

use super::*;
use crate::client::event::ChannelState;

/// A machine, its clock, and what it said.
struct Bench {
    machine: Machine,
    now: Time,
    /// The connection that was opened last.
    connection: Option<ConnectionId>,
    frames: Vec<Value>,
    settled: HashMap<PushId, Result<Payload, Error>>,
    socket: Vec<SocketEvent>,
    channels: Vec<(ChannelId, ChannelEvent)>,
    closes: Vec<Close>,
    /// Joins that were left and are not closed: their connection, ref and topic, and the
    /// time until which they hold up the next join.
    left: Vec<(ConnectionId, Value, Value, Time)>,
}

impl Bench {
    fn new() -> Self {
        Self {
            machine: Machine::new(Timing::default()),
            now: Time::ZERO,
            connection: None,
            frames: Vec::new(),
            settled: HashMap::new(),
            socket: Vec::new(),
            channels: Vec::new(),
            closes: Vec::new(),
            left: Vec::new(),
        }
    }

    /// A machine that is connected.
    fn open() -> Self {
        let mut bench = Self::new();
        bench.machine.connect();
        bench.read();
        bench.opened();
        bench
    }

    /// A machine with one channel, which is joined.
    fn joined() -> (Self, ChannelId) {
        let mut bench = Self::open();
        let channel = bench.channel("room:1");
        bench.join(channel);
        bench.reply_to_join("room:1", "ok", json!({}));
        bench.frames.clear();
        (bench, channel)
    }

    fn read(&mut self) {
        while let Some(output) = self.machine.take_output() {
            match output {
                Output::Open(id) => self.connection = Some(id),
                Output::Send(id, text) => {
                    assert_eq!(Some(id), self.connection, "{text}");
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    self.check_that_no_earlier_join_is_open(id, &frame);
                    self.frames.push(frame);
                }
                Output::Close(_, close) => self.closes.push(close),
                Output::Socket(event) => self.socket.push(event),
                Output::Channel(id, event) => self.channels.push((id, event)),
                Output::Settle(push, result) => {
                    assert_eq!(self.settled.insert(push, result), None, "settled twice");
                }
            }
        }
    }

    fn check_that_no_earlier_join_is_open(&mut self, connection: ConnectionId, frame: &Value) {
        if frame[3] == "phx_leave" {
            let until = self.now + Time::from_secs(10);
            let left = (connection, frame[0].clone(), frame[2].clone(), until);
            self.left.push(left);
        } else if frame[3] == "phx_join" {
            let is_open = |(of, _, topic, until): &(ConnectionId, Value, Value, Time)| {
                *of == connection && *topic == frame[2] && self.now < *until
            };
            assert!(!self.left.iter().any(is_open), "{frame} came too early");
        }
    }

    fn opened(&mut self) {
        self.machine.opened(self.connection.unwrap(), self.now);
        self.read();
    }

    fn closed(&mut self, code: u16) {
        let close = Close {
            code,
            reason: String::new(),
        };
        self.machine
            .closed(self.connection.unwrap(), close, self.now);
        self.read();
    }

    fn receive(&mut self, frame: Value) {
        let is_error = frame[4]["status"] == "error";
        self.left
            .retain(|(_, join_ref, _, _)| match frame[3].as_str() {
                Some("phx_close" | "phx_error") => frame[0] != *join_ref,
                _ => !is_error || frame[1] != *join_ref,
            });
        let text = frame.to_string();
        self.machine
            .received(self.connection.unwrap(), &text, self.now);
        self.read();
    }

    /// Moves the clock, deadline by deadline.
    fn wait(&mut self, ms: u64) {
        let end = self.now + Time::from_millis(ms);
        while let Some(deadline) = self.machine.next_deadline().filter(|at| *at <= end) {
            self.now = deadline;
            self.machine.tick(deadline);
            self.read();
        }
        self.now = end;
    }

    fn channel(&mut self, topic: &str) -> ChannelId {
        self.machine.channel(topic, Payload::empty())
    }

    fn join(&mut self, channel: ChannelId) -> PushId {
        let push = self.machine.join(channel, None, self.now);
        self.read();
        push
    }

    fn leave(&mut self, channel: ChannelId) -> PushId {
        let push = self.machine.leave(channel, self.now);
        self.read();
        push
    }

    fn push(&mut self, channel: ChannelId, event: &str) -> PushId {
        let payload = Payload::empty();
        let push = self.machine.push(channel, event, payload, None, self.now);
        self.read();
        push
    }

    /// The last frame that was sent.
    #[track_caller]
    fn sent(&self) -> &Value {
        self.frames.last().expect("no frame was sent")
    }

    #[track_caller]
    fn last_join_ref(&self, topic: &str) -> Value {
        let is_join = |frame: &&Value| frame[2] == topic && frame[3] == "phx_join";
        let join = self.frames.iter().rev().find(is_join);
        join.expect("no join was sent")[0].clone()
    }

    #[track_caller]
    fn reply_to_join(&mut self, topic: &str, status: &str, response: Value) {
        let join_ref = self.last_join_ref(topic);
        let reply = json!({ "status": status, "response": response });
        self.receive(json!([join_ref, join_ref, topic, "phx_reply", reply]));
    }

    /// Answers the last frame that was sent.
    fn reply(&mut self, status: &str, response: Value) {
        let [join_ref, message_ref, topic] = [0, 1, 2].map(|at| self.sent()[at].clone());
        let reply = json!({ "status": status, "response": response });
        self.receive(json!([join_ref, message_ref, topic, "phx_reply", reply]));
    }

    fn state(&self, channel: ChannelId) -> ChannelState {
        self.machine.channel_state(channel)
    }

    fn messages(&self) -> Vec<Value> {
        let message = |(_, event): &(_, ChannelEvent)| match event {
            ChannelEvent::Message(message) => message.payload.parse().ok(),
            _ => None,
        };
        self.channels.iter().filter_map(message).collect()
    }

    /// How long it takes until the machine connects again, in milliseconds.
    fn ms_to_next_connection(&mut self) -> u64 {
        let (before, start) = (self.connection, self.now);
        while self.connection == before {
            self.wait(1);
        }
        (self.now - start).as_millis() as u64
    }
}

fn ok(response: Value) -> Option<Result<Payload, Error>> {
    Some(Ok(Payload::new(&response).unwrap()))
}

fn rejected(response: Value) -> Option<Result<Payload, Error>> {
    Some(Err(Error::Rejected(Payload::new(&response).unwrap())))
}

#[test]
fn a_join_is_answered_with_a_response() {
    let mut bench = Bench::open();
    let payload = Payload::new(&json!({"status": "online"})).unwrap();
    let channel = bench.machine.channel("room:1", payload);
    assert_eq!(bench.state(channel), ChannelState::Closed);
    let join = bench.join(channel);
    let join_frame = json!(["1", "1", "room:1", "phx_join", {"status": "online"}]);
    assert_eq!(bench.frames, [join_frame]);
    assert_eq!(bench.state(channel), ChannelState::Joining);

    bench.reply("ok", json!({"members": 3}));
    assert_eq!(bench.state(channel), ChannelState::Joined);
    assert_eq!(bench.settled.get(&join).cloned(), ok(json!({"members": 3})));
}

#[test]
fn joins_before_the_connection_are_sent_when_it_is_open_in_their_order() {
    let mut bench = Bench::new();
    let (one, two) = (bench.channel("room:1"), bench.channel("room:2"));
    bench.join(two);
    bench.join(one);
    bench.machine.connect();
    bench.read();
    assert_eq!(bench.frames, [] as [Value; 0]);
    bench.opened();
    let topics: Vec<_> = bench.frames.iter().map(|frame| &frame[2]).collect();
    assert_eq!(topics, ["room:2", "room:1"]);
}

#[test]
fn a_second_join_of_one_channel_is_an_error() {
    let (mut bench, channel) = Bench::joined();
    let join = bench.join(channel);
    assert_eq!(bench.settled[&join], Err(Error::AlreadyJoined));
    assert_eq!(bench.state(channel), ChannelState::Joined);
}

#[test]
fn a_refused_join_has_the_response_and_is_tried_again() {
    let mut bench = Bench::open();
    let channel = bench.channel("room:1");
    let join = bench.join(channel);
    let reason = json!({"reason": "full"});
    bench.reply("error", reason.clone());
    assert_eq!(bench.settled.get(&join).cloned(), rejected(reason));
    assert_eq!(bench.state(channel), ChannelState::Errored);

    for delay in [1000, 2000, 5000, 10_000, 10_000] {
        let joins = bench.frames.len();
        bench.wait(delay - 1);
        assert_eq!(bench.frames.len(), joins);
        bench.wait(1);
        assert_eq!(bench.frames.len(), joins + 1);
        bench.reply("error", json!({}));
    }
}

#[test]
fn a_crashed_channel_joins_again_with_the_params_that_were_set_last() {
    let (mut bench, channel) = Bench::joined();
    let away = Payload::new(&json!({"status": "away"})).unwrap();
    bench.machine.set_params(channel, away);
    bench.receive(json!(["1", "1", "room:1", "phx_error", {"reason": "channel_crash"}]));
    assert_eq!(bench.state(channel), ChannelState::Errored);
    bench.wait(1000);
    let join = json!(["2", "2", "room:1", "phx_join", {"status": "away"}]);
    assert_eq!(bench.frames, [join]);
    bench.reply("ok", json!({}));
    assert_eq!(bench.state(channel), ChannelState::Joined);
}

#[test]
fn a_join_that_is_not_answered_is_left_and_tried_again_after_its_end() {
    let mut bench = Bench::open();
    let channel = bench.channel("room:1");
    let join = bench.join(channel);
    bench.wait(10_000);
    assert_eq!(bench.settled[&join], Err(Error::Timeout));
    assert_eq!(*bench.sent(), json!(["1", "2", "room:1", "phx_leave", {}]));

    // The rejoin is due after one second, and waits for the end of the earlier join.
    bench.wait(2000);
    assert_eq!(bench.frames.len(), 2);
    bench.receive(json!(["1", "1", "room:1", "phx_close", {}]));
    assert_eq!(*bench.sent(), json!(["3", "3", "room:1", "phx_join", {}]));
    // It has its whole time to be answered.
    bench.wait(9999);
    assert_eq!(bench.state(channel), ChannelState::Joining);
}

#[test]
fn a_late_answer_to_a_join_that_timed_out_is_dropped() {
    let mut bench = Bench::open();
    let channel = bench.channel("room:1");
    bench.join(channel);
    bench.wait(10_000);
    bench.reply_to_join("room:1", "ok", json!({}));
    assert_eq!(bench.state(channel), ChannelState::Errored);
}

#[test]
fn pushes_before_the_join_is_answered_wait_for_it_in_their_order() {
    let mut bench = Bench::open();
    let channel = bench.channel("room:1");
    bench.join(channel);
    let (a, b) = (bench.push(channel, "a"), bench.push(channel, "b"));
    assert_eq!(bench.frames.len(), 1);
    bench.reply("ok", json!({}));
    let pushes = [
        json!(["1", "2", "room:1", "a", {}]),
        json!(["1", "3", "room:1", "b", {}]),
    ];
    assert_eq!(bench.frames[1..], pushes);
    bench.reply("ok", json!({"n": 1}));
    assert_eq!(bench.settled.get(&b).cloned(), ok(json!({"n": 1})));
    assert!(!bench.settled.contains_key(&a));
}

#[test]
fn an_error_reply_to_a_push_is_its_result() {
    let (mut bench, channel) = Bench::joined();
    let push = bench.push(channel, "nonsense");
    bench.reply("error", json!({"reason": "unknown event"}));
    let result = bench.settled.get(&push).cloned();
    assert_eq!(result, rejected(json!({"reason": "unknown event"})));
    assert_eq!(bench.state(channel), ChannelState::Joined);
}

#[test]
fn a_push_without_a_reply_times_out_and_a_late_reply_is_dropped() {
    let (mut bench, channel) = Bench::joined();
    let push = bench.push(channel, "slow");
    bench.wait(9999);
    assert!(!bench.settled.contains_key(&push));
    bench.wait(1);
    assert_eq!(bench.settled[&push], Err(Error::Timeout));
    bench.reply("ok", json!({}));
    assert_eq!(bench.settled[&push], Err(Error::Timeout));
}

#[test]
fn a_push_that_timed_out_while_it_waited_is_not_sent() {
    let mut bench = Bench::new();
    let channel = bench.channel("room:1");
    bench.join(channel);
    let push = bench.push(channel, "a");
    bench.wait(10_000);
    assert_eq!(bench.settled[&push], Err(Error::Timeout));
    bench.machine.connect();
    bench.read();
    bench.opened();
    bench.reply_to_join("room:1", "ok", json!({}));
    assert_eq!(bench.frames.len(), 1);
}

#[test]
fn a_push_to_a_channel_that_was_never_joined_is_an_error() {
    let mut bench = Bench::open();
    let channel = bench.channel("room:1");
    let push = bench.push(channel, "a");
    assert_eq!(bench.settled[&push], Err(Error::NotJoined));
}

#[test]
fn a_push_fails_with_the_connection_that_carried_it() {
    let (mut bench, channel) = Bench::joined();
    let sent = bench.push(channel, "a");
    bench.closed(1006);
    let waiting = bench.push(channel, "b");
    let close = Close {
        code: 1006,
        reason: String::new(),
    };
    assert_eq!(bench.settled[&sent], Err(Error::Disconnected(close)));
    assert!(!bench.settled.contains_key(&waiting));

    bench.wait(10);
    bench.opened();
    bench.reply_to_join("room:1", "ok", json!({}));
    assert_eq!(*bench.sent(), json!(["3", "4", "room:1", "b", {}]));
}

#[test]
fn a_push_fails_with_the_channel_that_crashes() {
    let (mut bench, channel) = Bench::joined();
    let push = bench.push(channel, "crash");
    let reason = json!({"reason": "channel_crash"});
    bench.receive(json!(["1", "1", "room:1", "phx_error", reason]));
    let reason = Payload::new(&reason).unwrap();
    assert_eq!(bench.settled[&push], Err(Error::Crashed(reason)));
}

#[test]
fn messages_of_an_earlier_join_are_dropped_and_broadcasts_are_not() {
    let (mut bench, _) = Bench::joined();
    bench.receive(json!(["9", null, "room:1", "msg", {"n": 1}]));
    bench.receive(json!(["1", null, "room:1", "msg", {"n": 2}]));
    bench.receive(json!([null, null, "room:1", "msg", {"n": 3}]));
    bench.receive(json!([null, null, "room:2", "msg", {"n": 4}]));
    assert_eq!(bench.messages(), [json!({"n": 2}), json!({"n": 3})]);
}

#[test]
fn the_close_of_an_earlier_join_is_reported_and_closes_nothing() {
    let (mut bench, channel) = Bench::joined();
    bench.receive(json!(["9", "9", "room:1", "phx_close", {}]));
    let last = bench.channels.last().unwrap();
    assert_eq!(*last, (channel, ChannelEvent::EarlierJoinClosed));
    assert_eq!(bench.state(channel), ChannelState::Joined);
}

#[test]
fn a_channel_that_the_server_closes_is_not_joined_again() {
    let (mut bench, channel) = Bench::joined();
    let push = bench.push(channel, "a");
    bench.receive(json!(["1", "1", "room:1", "phx_close", {}]));
    assert_eq!(bench.state(channel), ChannelState::Closed);
    assert_eq!(bench.settled[&push], Err(Error::Closed));
    let frames = bench.frames.len();
    bench.wait(20_000);
    assert_eq!(bench.frames.len(), frames);
}

#[test]
fn a_leave_is_over_when_the_server_has_closed_the_channel() {
    let (mut bench, channel) = Bench::joined();
    let leave = bench.leave(channel);
    assert_eq!(bench.frames, [json!(["1", "2", "room:1", "phx_leave", {}])]);
    bench.reply("ok", json!({}));
    bench.receive(json!([null, null, "room:1", "msg", {}]));
    assert_eq!(bench.state(channel), ChannelState::Leaving);
    assert_eq!(bench.messages(), [] as [Value; 0]);

    bench.receive(json!(["1", "1", "room:1", "phx_close", {}]));
    assert_eq!(bench.state(channel), ChannelState::Closed);
    assert_eq!(bench.settled.get(&leave).cloned(), ok(json!({})));
}

#[test]
fn two_leaves_of_one_channel_are_over_together() {
    let (mut bench, channel) = Bench::joined();
    let leaves = [bench.leave(channel), bench.leave(channel)];
    assert_eq!(bench.frames.len(), 1);
    bench.receive(json!(["1", "1", "room:1", "phx_close", {}]));
    for leave in leaves {
        assert_eq!(bench.settled.get(&leave).cloned(), ok(json!({})));
    }
}

#[test]
fn a_leave_without_an_answer_times_out_and_the_channel_is_closed() {
    let (mut bench, channel) = Bench::joined();
    let leave = bench.leave(channel);
    bench.wait(10_000);
    assert_eq!(bench.settled[&leave], Err(Error::Timeout));
    assert_eq!(bench.state(channel), ChannelState::Closed);
}

#[test]
fn a_topic_that_was_left_is_joined_again_after_its_close() {
    let (mut bench, first) = Bench::joined();
    bench.leave(first);
    let second = bench.channel("room:1");
    let join = bench.join(second);
    assert_eq!(bench.frames.len(), 1);

    // These are of the earlier join.
    bench.receive(json!([null, null, "room:1", "presence_diff", {}]));
    bench.receive(json!(["1", "1", "room:1", "phx_close", {}]));
    assert_eq!(*bench.sent(), json!(["3", "3", "room:1", "phx_join", {}]));
    assert_eq!(bench.messages(), [] as [Value; 0]);
    bench.reply("ok", json!({}));
    assert_eq!(bench.settled.get(&join).cloned(), ok(json!({})));
}

#[test]
fn another_topic_does_not_wait_for_the_close() {
    let (mut bench, first) = Bench::joined();
    bench.leave(first);
    let other = bench.channel("room:2");
    bench.join(other);
    assert_eq!(*bench.sent(), json!(["3", "3", "room:2", "phx_join", {}]));
}

#[test]
fn a_join_that_is_left_before_its_refusal_holds_up_nothing() {
    let mut bench = Bench::open();
    let first = bench.channel("nowhere");
    bench.join(first);
    bench.leave(first);
    let second = bench.channel("nowhere");
    bench.join(second);
    let reply = json!({"status": "error", "response": {"reason": "unmatched topic"}});
    bench.receive(json!([null, "1", "nowhere", "phx_reply", reply]));
    assert_eq!(*bench.sent(), json!(["3", "3", "nowhere", "phx_join", {}]));
}

#[test]
fn a_second_channel_of_a_topic_leaves_the_first() {
    let (mut bench, first) = Bench::joined();
    let second = bench.channel("room:1");
    bench.join(second);
    assert_eq!(bench.state(first), ChannelState::Leaving);
    assert_eq!(bench.frames, [json!(["1", "2", "room:1", "phx_leave", {}])]);
    bench.receive(json!(["1", "1", "room:1", "phx_close", {}]));
    bench.reply_to_join("room:1", "ok", json!({}));
    assert_eq!(bench.state(second), ChannelState::Joined);
}

#[test]
fn a_refused_channel_is_left_at_once() {
    let mut bench = Bench::open();
    let channel = bench.channel("room:1");
    bench.join(channel);
    bench.reply("error", json!({}));
    let leave = bench.leave(channel);
    assert_eq!(*bench.sent(), json!(["1", "2", "room:1", "phx_leave", {}]));
    assert_eq!(bench.settled.get(&leave).cloned(), ok(json!({})));
    assert_eq!(bench.state(channel), ChannelState::Closed);
}

#[test]
fn a_leave_without_a_connection_is_over_at_once() {
    let (mut bench, channel) = Bench::joined();
    bench.closed(1006);
    let leave = bench.leave(channel);
    assert_eq!(bench.settled.get(&leave).cloned(), ok(json!({})));
    bench.wait(10);
    bench.opened();
    assert_eq!(bench.frames, [] as [Value; 0]);
}

#[test]
fn a_lost_connection_is_opened_again_later_each_time() {
    let mut bench = Bench::open();
    bench.closed(1006);
    let mut delays = Vec::new();
    for _ in 0..11 {
        delays.push(bench.ms_to_next_connection());
        bench.closed(1006);
    }
    let phoenix_js = [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000];
    assert_eq!(delays, phoenix_js);

    bench.ms_to_next_connection();
    bench.opened();
    bench.closed(1000);
    assert_eq!(bench.ms_to_next_connection(), 10);
}

#[test]
fn channels_join_again_with_the_next_connection() {
    let (mut bench, channel) = Bench::joined();
    bench.closed(1012);
    assert_eq!(bench.state(channel), ChannelState::Errored);
    bench.wait(10);
    bench.opened();
    assert_eq!(bench.frames, [json!(["2", "2", "room:1", "phx_join", {}])]);
}

#[test]
fn a_join_that_the_connection_cut_off_is_answered_on_the_next() {
    let mut bench = Bench::open();
    let channel = bench.channel("room:1");
    let join = bench.join(channel);
    bench.closed(1006);
    bench.wait(10);
    bench.opened();
    bench.reply("ok", json!({}));
    assert_eq!(bench.settled.get(&join).cloned(), ok(json!({})));
}

#[test]
fn a_heartbeat_is_sent_every_thirty_seconds_and_its_reply_keeps_the_connection() {
    let mut bench = Bench::open();
    for _ in 0..3 {
        bench.wait(29_999);
        let before = bench.frames.len();
        bench.wait(1);
        assert_eq!(bench.frames.len(), before + 1);
        let message_ref = bench.sent()[1].clone();
        let heartbeat = json!([null, message_ref, "phoenix", "heartbeat", {}]);
        assert_eq!(*bench.sent(), heartbeat);
        bench.reply("ok", json!({}));
    }
    assert!(bench.closes.is_empty());
}

#[test]
fn a_heartbeat_without_a_reply_replaces_the_connection() {
    let (mut bench, channel) = Bench::joined();
    bench.wait(60_000);
    let close = Close {
        code: 1000,
        reason: "heartbeat timeout".into(),
    };
    assert_eq!(bench.closes.last(), Some(&close));
    assert_eq!(*bench.socket.last().unwrap(), SocketEvent::Close(close));
    assert_eq!(bench.state(channel), ChannelState::Errored);
    bench.wait(10);
    bench.opened();
    assert_eq!(bench.sent()[3], "phx_join");
}

#[test]
fn a_program_that_disconnects_stays_disconnected_until_it_connects() {
    let (mut bench, channel) = Bench::joined();
    let close = Close {
        code: 1000,
        reason: "bye".into(),
    };
    bench.machine.disconnect(close.clone(), bench.now);
    bench.read();
    assert_eq!(bench.closes, [close]);
    assert_eq!(bench.state(channel), ChannelState::Errored);
    bench.closed(1000);
    assert_eq!(bench.machine.next_deadline(), None);
    bench.machine.page_shown(bench.now);
    bench.machine.network_returned(bench.now);
    bench.read();
    assert!(!bench.machine.is_connected());

    bench.machine.connect();
    bench.read();
    bench.opened();
    assert_eq!(bench.sent()[3], "phx_join");
}

#[test]
fn what_a_replaced_connection_says_is_ignored() {
    let (mut bench, channel) = Bench::joined();
    let old = bench.connection.unwrap();
    bench.machine.disconnect(
        Close {
            code: 1000,
            reason: String::new(),
        },
        bench.now,
    );
    bench.machine.connect();
    bench.read();
    bench.opened();
    bench.reply_to_join("room:1", "ok", json!({}));
    let close = Close {
        code: 1000,
        reason: String::new(),
    };
    bench.machine.closed(old, close, bench.now);
    bench
        .machine
        .received(old, r#"[null,null,"room:1","msg",{}]"#, bench.now);
    bench.read();
    assert_eq!(bench.state(channel), ChannelState::Joined);
    assert_eq!(bench.messages(), [] as [Value; 0]);
}

#[test]
fn a_hidden_page_does_not_connect_and_a_shown_one_does_at_once() {
    let (mut bench, _) = Bench::joined();
    bench.machine.page_hidden();
    bench.closed(1006);
    let lost = bench.connection;
    bench.wait(60_000);
    assert_eq!(bench.connection, lost);

    bench.machine.page_shown(bench.now);
    bench.read();
    assert_ne!(bench.connection, lost);
    // A second event about the same return starts no second connection.
    let started = bench.connection;
    bench.machine.page_shown(bench.now);
    bench.read();
    assert_eq!(bench.connection, started);
    bench.opened();
    assert_eq!(bench.sent()[3], "phx_join");
}

#[test]
fn the_return_of_the_network_ends_the_wait() {
    let mut bench = Bench::open();
    for _ in 0..9 {
        bench.closed(1006);
        bench.ms_to_next_connection();
    }
    bench.closed(1006);
    let lost = bench.connection;
    bench.machine.network_returned(bench.now);
    bench.read();
    assert_ne!(bench.connection, lost);
}

#[test]
fn a_page_that_was_put_away_connects_when_it_is_back() {
    let (mut bench, _) = Bench::joined();
    bench.machine.page_put_away(bench.now);
    bench.read();
    bench.closed(1000);
    let before = bench.connection;
    bench.machine.page_back();
    bench.read();
    assert_ne!(bench.connection, before);
}

#[test]
fn a_text_that_is_no_frame_is_reported_and_costs_only_itself() {
    let (mut bench, channel) = Bench::joined();
    bench
        .machine
        .received(bench.connection.unwrap(), "{", bench.now);
    bench.read();
    let last = bench.socket.last().unwrap();
    assert!(matches!(last, SocketEvent::Error(reason) if reason.contains("not a V2 frame")));
    assert_eq!(bench.state(channel), ChannelState::Joined);
}

/// What a program, a server and a network may do, in any order.
#[derive(Clone, Debug)]
enum Step {
    Connect,
    Disconnect,
    Opened,
    Lost,
    Join(usize),
    Leave(usize),
    Push(usize),
    AddChannel(bool),
    ReplyToSent(usize, bool),
    CloseSent(usize, bool),
    Wait(u64),
    Hidden,
    Shown,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => Just(Step::Connect),
        1 => Just(Step::Disconnect),
        3 => Just(Step::Opened),
        1 => Just(Step::Lost),
        2 => (0..4usize).prop_map(Step::Join),
        2 => (0..4usize).prop_map(Step::Leave),
        4 => (0..4usize).prop_map(Step::Push),
        1 => any::<bool>().prop_map(Step::AddChannel),
        6 => (0..6usize, any::<bool>()).prop_map(|(at, ok)| Step::ReplyToSent(at, ok)),
        2 => (0..6usize, any::<bool>()).prop_map(|(at, ok)| Step::CloseSent(at, ok)),
        2 => (0..40_000u64).prop_map(Step::Wait),
        1 => Just(Step::Hidden),
        1 => Just(Step::Shown),
    ];
    prop::collection::vec(step, 1..80)
}

proptest! {
    #[test]
    fn every_push_is_settled_once_and_no_topic_is_joined_before_its_close(steps in steps()) {
        let mut bench = Bench::new();
        let mut channels = vec![bench.channel("a"), bench.channel("b")];
        let mut pushes = Vec::new();
        for step in steps {
            match step {
                Step::Connect => bench.machine.connect(),
                Step::Disconnect => {
                    let close = Close { code: 1000, reason: String::new() };
                    bench.machine.disconnect(close, bench.now);
                }
                Step::Opened if bench.connection.is_some() => bench.opened(),
                Step::Lost if bench.connection.is_some() => bench.closed(1006),
                Step::Opened | Step::Lost => {}
                Step::Join(at) => {
                    let channel = channels[at % channels.len()];
                    pushes.push(bench.join(channel));
                }
                Step::Leave(at) => {
                    let channel = channels[at % channels.len()];
                    pushes.push(bench.leave(channel));
                }
                Step::Push(at) => {
                    let channel = channels[at % channels.len()];
                    pushes.push(bench.push(channel, "e"));
                }
                Step::AddChannel(a) => channels.push(bench.channel(if a { "a" } else { "b" })),
                Step::ReplyToSent(back, ok) => {
                    let Some(frame) = bench.frames.iter().rev().nth(back).cloned() else { continue };
                    let status = if ok { "ok" } else { "error" };
                    let reply = json!({"status": status, "response": {}});
                    bench.receive(json!([frame[0], frame[1], frame[2], "phx_reply", reply]));
                }
                Step::CloseSent(back, close) => {
                    let Some(frame) = bench.frames.iter().rev().nth(back).cloned() else { continue };
                    let event = if close { "phx_close" } else { "phx_error" };
                    bench.receive(json!([frame[0], frame[0], frame[2], event, {}]));
                }
                Step::Wait(ms) => bench.wait(ms),
                Step::Hidden => bench.machine.page_hidden(),
                Step::Shown => bench.machine.page_shown(bench.now),
            }
            bench.read();
        }
        for channel in channels {
            pushes.push(bench.leave(channel));
        }
        bench.wait(100_000);
        for push in &pushes {
            prop_assert!(bench.settled.contains_key(push), "{push:?} is not settled");
        }
        prop_assert_eq!(bench.settled.len(), pushes.len());
        prop_assert!(bench.machine.pushes.is_empty() && bench.machine.sent.is_empty());
        prop_assert!(bench.machine.channels.is_empty() && bench.machine.departures.is_empty());
    }
}

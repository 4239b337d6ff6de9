//! `cargo bench -p presence-server`: what a broadcast to a room of 500 costs, and how much of it is
//! the interception that the room does not use.
#![allow(missing_docs)] // criterion's macros make public functions

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{criterion_group, criterion_main, Criterion};
use presence_server::frame;
use presence_server::hub::Hub;
use presence_server::identity::{Identity, Role};
use presence_server::outbox::{outbox, Outbox, Outgoing};
use presence_server::presence::{ChannelId, PresenceDiff, Tracker};
use presence_server::rooms;
use presence_server::view::{InterceptedMember, View};
use presence_server::Limits;
use serde_json::Map;

const TOPIC: &str = "room:lobby";
const MEMBERS: u64 = 500;
/// The channel whose meta is updated.
const UPDATED: ChannelId = ChannelId(0);

/// A room of members with empty queues.
struct Room {
    hub: Hub,
    outboxes: Vec<Outbox>,
    queues: Vec<Outgoing>,
}

impl Room {
    fn new() -> Self {
        let limits = Limits::default();
        let hub = Hub::new(Tracker::new(limits.clone(), rooms::fetch));
        let tracked = hub.lock().tracker().track(UPDATED, TOPIC, "a", Map::new());
        let (_, _joined) = tracked.expect("an empty room has place for a user");
        let members = (0..MEMBERS).map(|_| outbox(limits.queue.clone(), Arc::default()));
        let (outboxes, queues) = members.unzip();
        Self {
            hub,
            outboxes,
            queues,
        }
    }

    /// The time of `times` broadcasts of an update, without the update and the reading of queues.
    fn time(&mut self, times: u64, broadcast: impl Fn(&Self, &PresenceDiff)) -> Duration {
        let mut total = Duration::ZERO;
        for _ in 0..times {
            let updated = self
                .hub
                .lock()
                .tracker()
                .update(UPDATED, TOPIC, "a", Map::new());
            let (_, diff) = updated.expect("the user is tracked");
            let start = Instant::now();
            broadcast(self, &diff);
            total += start.elapsed();
            for queue in &mut self.queues {
                assert!(queue.try_next().is_some(), "a member was sent nothing");
            }
        }
        total
    }
}

fn through_the_hub(room: &Room, diff: &PresenceDiff) {
    room.hub.lock().broadcast(TOPIC, diff);
}

fn interception(c: &mut Criterion) {
    let mut group = c.benchmark_group("broadcast to 500");
    group.bench_function("without the code of interception", |b| {
        let mut room = Room::new();
        b.iter_custom(|times| {
            room.time(times, |room, diff| {
                let text = frame::encode(None, None, TOPIC, "presence_diff", diff);
                for outbox in &room.outboxes {
                    outbox.push(text.clone());
                }
            })
        });
    });
    group.bench_function("room that does not intercept", |b| {
        let mut room = Room::new();
        for (number, outbox) in (1..).zip(room.outboxes.clone()) {
            room.hub.lock().subscribe(ChannelId(number), TOPIC, outbox);
        }
        b.iter_custom(|times| room.time(times, through_the_hub));
    });
    group.bench_function("room that intercepts and hides nothing", |b| {
        let mut room = Room::new();
        let identity = Arc::new(Identity::unverified("a", Role::Member));
        for (number, outbox) in (1..).zip(room.outboxes.clone()) {
            let identity = Arc::clone(&identity);
            let member = InterceptedMember::new(identity, None, outbox, |_, _| View::All);
            let mut hub = room.hub.lock();
            hub.subscribe_intercepted(ChannelId(number), TOPIC, member);
        }
        b.iter_custom(|times| room.time(times, through_the_hub));
    });
}

criterion_group!(benches, interception);
criterion_main!(benches);

//! The bots: members of a room that the server itself tracks, to show what a big room costs.
//!
//! Each bot has a channel id of its own, as a visitor would. Some change their status, leave and
//! come back, so that the room is alive. Invariant: at most [`MAX_BOTS`] bots exist on a node, and
//! those of a room end when it has had no subscriber for [`EMPTY_TICKS`] ticks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{json, Map, Value};

use crate::hub::{Hub, LockedHub};
use crate::presence::{ChannelId, PresenceDiff, TrackError};

/// The most bots on a node.
pub(super) const MAX_BOTS: usize = 10_000;
/// Bots that come or go in one diff. A diff of all would keep the hub locked for too long.
const BATCH: usize = 250;
/// The time between two changes of a room's bots.
const TICK: Duration = Duration::from_millis(100);
/// Bots of a room for each of which one changes in a tick.
const BOTS_PER_CHANGE: usize = 2_000;
/// Of so many changes one is a leave. The others are of the status; who has left comes back.
const CHANGES_PER_LEAVE: u32 = 20;
/// Ticks without a subscriber after which the bots of a room end: a minute.
const EMPTY_TICKS: u32 = 600;

const ADJECTIVES: [&str; 8] = [
    "Amber", "Brave", "Calm", "Clever", "Merry", "Quick", "Sunny", "Witty",
];
const ANIMALS: [&str; 8] = [
    "Badger", "Crane", "Fox", "Heron", "Lynx", "Otter", "Raven", "Stoat",
];
const DEVICES: [&str; 4] = [
    "Firefox on Mac",
    "Chrome on Windows",
    "Safari on iPhone",
    "Chrome on Android",
];
const STATUSES: [&str; 3] = ["online", "away", "busy"];

/// The bots of all rooms on this node.
#[derive(Debug)]
pub(super) struct Bots {
    hub: Arc<Hub>,
    rooms: Arc<Mutex<Rooms>>,
}

#[derive(Debug, Default)]
struct Rooms {
    by_topic: HashMap<String, Crowd>,
    /// Distinguishes the names of bots.
    last_number: usize,
    /// Bots that exist or are about to.
    count: usize,
}

/// The bots of one room, from the first to the last.
#[derive(Debug)]
struct Crowd {
    /// Distinguishes it from an earlier crowd of the room.
    first_number: usize,
    bots: Vec<Bot>,
}

#[derive(Debug)]
struct Bot {
    key: String,
    channel: ChannelId,
    is_here: bool,
}

impl Bots {
    pub(super) fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            rooms: Arc::default(),
        }
    }

    /// Adds bots to a room, in batches; returns how many. Once they are there, the room receives
    /// `bots`: `{added, total, ms, stateBytes}`.
    pub(super) fn add(&self, topic: &str, count: u64) -> Result<usize, String> {
        let mut rooms = lock(&self.rooms);
        let free = MAX_BOTS - rooms.count;
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(free);
        if count == 0 {
            return Err(format!("a node has at most {MAX_BOTS} bots"));
        }
        rooms.count += count;
        let is_new = !rooms.by_topic.contains_key(topic);
        // The numbers of a crowd that never got a bot are not used either.
        rooms.last_number += 1;
        let first_number = rooms.last_number;
        let crowd = rooms.by_topic.entry(topic.to_owned());
        crowd.or_insert_with(|| Crowd {
            first_number,
            bots: Vec::new(),
        });
        drop(rooms);
        let room = Room {
            hub: Arc::clone(&self.hub),
            rooms: Arc::clone(&self.rooms),
            topic: topic.to_owned(),
        };
        if is_new {
            tokio::spawn(room.clone().live(first_number));
        }
        tokio::spawn(room.fill(count));
        Ok(count)
    }

    /// Removes the bots of a room; returns their number.
    pub(super) fn remove(&self, topic: &str) -> usize {
        remove(&self.hub, &self.rooms, topic)
    }
}

/// The bots of one room, as its tasks see them.
#[derive(Clone)]
struct Room {
    hub: Arc<Hub>,
    rooms: Arc<Mutex<Rooms>>,
    topic: String,
}

impl Room {
    async fn fill(self, count: usize) {
        let started = Instant::now();
        let mut added = 0;
        while added < count {
            let batch = BATCH.min(count - added);
            let came = self.add_batch(batch);
            added += came;
            if came < batch {
                // The room is full, or its bots were removed meanwhile.
                lock(&self.rooms).count -= count - added;
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut hub = self.hub.lock();
        let report = json!({
            "added": added,
            "total": hub.tracker().user_count(&self.topic),
            "ms": started.elapsed().as_millis() as u64,
            "stateBytes": hub.tracker().state_bytes(&self.topic),
        });
        hub.broadcast_event(&self.topic, "bots", &report);
    }

    /// Returns how many were added.
    fn add_batch(&self, count: usize) -> usize {
        let mut hub = self.hub.lock();
        let mut rooms = lock(&self.rooms);
        let first = rooms.last_number + 1;
        rooms.last_number += count;
        let Some(crowd) = rooms.by_topic.get_mut(&self.topic) else {
            return 0;
        };
        let mut diff = PresenceDiff::default();
        let mut added = 0;
        for number in first..first + count {
            let bot = Bot {
                key: name(number),
                channel: hub.new_channel(),
                is_here: true,
            };
            if let Ok(joined) = join(&mut hub, &self.topic, &bot) {
                merge(&mut diff, joined);
                crowd.bots.push(bot);
                added += 1;
            }
        }
        if added > 0 {
            hub.broadcast(&self.topic, &diff);
        }
        added
    }

    /// Changes some bots in each tick, until the room has none left or nobody watches.
    async fn live(self, first_number: usize) {
        let mut empty_ticks = 0;
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let is_watched = self.hub.lock().has_subscribers(&self.topic);
            empty_ticks = if is_watched { 0 } else { empty_ticks + 1 };
            if empty_ticks > EMPTY_TICKS {
                remove(&self.hub, &self.rooms, &self.topic);
            }
            if !self.change_some(first_number) {
                return;
            }
        }
    }

    /// Whether the crowd is still there.
    fn change_some(&self, first_number: usize) -> bool {
        let mut hub = self.hub.lock();
        let mut rooms = lock(&self.rooms);
        let bots = match rooms.by_topic.get_mut(&self.topic) {
            Some(crowd) if crowd.first_number == first_number => &mut crowd.bots,
            _ => return false,
        };
        let mut diff = PresenceDiff::default();
        let count = bots.len();
        // Different bots, since a diff has no order in which it could name one twice.
        let start = if count == 0 {
            0
        } else {
            fastrand::usize(..count)
        };
        for step in 0..count.div_ceil(BOTS_PER_CHANGE) {
            let bot = &mut bots[(start + step * BOTS_PER_CHANGE) % count];
            let changed = if !bot.is_here {
                bot.is_here = true;
                join(&mut hub, &self.topic, bot).ok()
            } else if fastrand::u32(..CHANGES_PER_LEAVE) == 0 {
                bot.is_here = false;
                hub.tracker().end(bot.channel, &self.topic)
            } else {
                let status = pick(&STATUSES);
                let update = |mut old: Map<String, Value>| {
                    old.insert("status".into(), status.into());
                    old
                };
                let changed = hub
                    .tracker()
                    .update(bot.channel, &self.topic, &bot.key, update);
                changed.ok().map(|(_, diff)| diff)
            };
            if let Some(changed) = changed {
                merge(&mut diff, changed);
            }
        }
        if !diff.joins.is_empty() || !diff.leaves.is_empty() {
            hub.broadcast(&self.topic, &diff);
        }
        true
    }
}

fn remove(hub: &Hub, rooms: &Mutex<Rooms>, topic: &str) -> usize {
    let bots = {
        let mut rooms = lock(rooms);
        let crowd = rooms.by_topic.remove(topic);
        let bots = crowd.map_or_else(Vec::new, |crowd| crowd.bots);
        rooms.count -= bots.len();
        bots
    };
    for batch in bots.chunks(BATCH) {
        let mut hub = hub.lock();
        let mut diff = PresenceDiff::default();
        for bot in batch {
            if let Some(left) = hub.tracker().end(bot.channel, topic) {
                merge(&mut diff, left);
            }
        }
        hub.broadcast(topic, &diff);
    }
    bots.len()
}

fn join(hub: &mut LockedHub<'_>, topic: &str, bot: &Bot) -> Result<PresenceDiff, TrackError> {
    let metas = Map::from_iter([
        ("bot".into(), true.into()),
        ("device".into(), pick(&DEVICES).into()),
        ("status".into(), pick(&STATUSES).into()),
    ]);
    let tracked = hub.tracker().track(bot.channel, topic, &bot.key, metas);
    tracked.map(|(_, diff)| diff)
}

/// Adds a diff about other keys.
fn merge(into: &mut PresenceDiff, PresenceDiff { joins, leaves }: PresenceDiff) {
    into.joins.extend(joins);
    into.leaves.extend(leaves);
}

fn name(number: usize) -> String {
    let adjective = ADJECTIVES[number % ADJECTIVES.len()];
    let animal = ANIMALS[number / ADJECTIVES.len() % ANIMALS.len()];
    format!("{adjective} {animal} {number}")
}

fn pick(from: &[&'static str]) -> &'static str {
    from[fastrand::usize(..from.len())]
}

fn lock(rooms: &Mutex<Rooms>) -> MutexGuard<'_, Rooms> {
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The order of frames around a join that a busy Phoenix shows, on purpose and from a seed: for
//! tests of clients.
//!
//! In Phoenix every socket and every channel is a process, and so is the tracker. Three things
//! follow that a client must bear:
//!
//! | in Phoenix | here |
//! |---|---|
//! | the socket's process answers a join directly, while broadcasts wait in its mailbox | half of the time frames wait a few milliseconds, and a join's answer overtakes those that wait |
//! | a channel tracks its user and pushes the state after it was joined, or not at all if it is left first | half of the joins do so a few milliseconds later |
//! | the tracker notices the end of a channel later than the channel's unsubscription | half of the leave diffs are sent at once, the others a few milliseconds later: before or after the next join of the topic |
//!
//! All other frames keep their order. The choices repeat with the seed; what arrives during a
//! pause is up to the network.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::mpsc;

use crate::outbox::Queued;

/// The longest pause. Long enough for the next frame of a client on loopback to arrive.
const MAX_PAUSE_MS: u64 = 3;

/// The random choices of one server.
#[derive(Debug)]
pub struct Reordering(Mutex<Rng>);

impl Reordering {
    /// The choices that follow from a seed.
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(Rng::with_seed(seed)))
    }

    /// How much later a step is done that another process does in Phoenix; half of them are done
    /// at once, which is `None`.
    pub(crate) fn pause(&self) -> Option<Duration> {
        self.with_rng(|rng| rng.bool().then(|| random_pause(rng)))
    }

    /// The mailbox of one more socket.
    pub(crate) fn new_mailbox(&self) -> Mailbox {
        Mailbox {
            rng: self.with_rng(Rng::fork),
            waiting: VecDeque::new(),
            released: 0,
        }
    }

    fn with_rng<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn random_pause(rng: &mut Rng) -> Duration {
    Duration::from_millis(rng.u64(0..=MAX_PAUSE_MS))
}

/// The frames that wait for one socket: what the mailbox of its process is in Phoenix.
#[derive(Debug)]
pub(crate) struct Mailbox {
    rng: Rng,
    waiting: VecDeque<Queued>,
    /// How many of those in front may go out now.
    released: usize,
}

impl Mailbox {
    /// The next frame, after a pause unless it was released together with the previous one.
    pub(crate) async fn next(&mut self, incoming: &mut mpsc::Receiver<Queued>) -> Option<Queued> {
        if self.released == 0 {
            if self.waiting.is_empty() {
                self.waiting.push_back(incoming.recv().await?);
            }
            if self.rng.bool() {
                tokio::time::sleep(random_pause(&mut self.rng)).await;
            }
            while let Ok(frame) = incoming.try_recv() {
                self.waiting.push_back(frame);
            }
            self.waiting
                .make_contiguous()
                .sort_by_key(|frame| !frame.answers_join);
            self.released = self.rng.usize(1..=self.waiting.len());
        }
        self.next_released()
    }

    /// The next frame that may go out without a pause.
    pub(crate) fn next_released(&mut self) -> Option<Queued> {
        self.released = self.released.checked_sub(1)?;
        self.waiting.pop_front()
    }

    /// What still waits, to be thrown away.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Queued> + '_ {
        self.released = 0;
        self.waiting.drain(..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_websockets::Message;

    fn frame(text: &str, answers_join: bool) -> Queued {
        Queued {
            message: Message::text(text.to_owned()),
            answers_join,
        }
    }

    /// The order in which frames come out that were all queued at once.
    async fn order(seed: u64) -> Vec<String> {
        let (sender, mut incoming) = mpsc::channel(10);
        for (text, answers_join) in [
            ("reply 1", true),
            ("diff", false),
            ("state", false),
            ("reply 2", true),
            ("close", false),
        ] {
            sender.try_send(frame(text, answers_join)).unwrap();
        }
        drop(sender);
        let mut mailbox = Reordering::from_seed(seed).new_mailbox();
        let mut out = Vec::new();
        while let Some(queued) = mailbox.next(&mut incoming).await {
            out.push(queued.message.as_text().unwrap().to_owned());
        }
        out
    }

    #[tokio::test(start_paused = true)]
    async fn answers_to_joins_overtake_what_waits_and_all_else_keeps_its_order() {
        for seed in 0..50 {
            let out = order(seed).await;
            assert_eq!(out, ["reply 1", "reply 2", "diff", "state", "close"]);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_choices() {
        let pauses = |seed| {
            let reordering = Reordering::from_seed(seed);
            [(); 50].map(|()| reordering.pause())
        };
        assert_eq!(pauses(1), pauses(1));
        assert_ne!(pauses(1), pauses(2));
    }
}

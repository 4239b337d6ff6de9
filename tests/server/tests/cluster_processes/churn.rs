//! Members who join, update, leave and reconnect at random, until they are stopped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{json, Value};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::member::Member;
use crate::support::within_timeout;

pub struct Churn {
    members: JoinSet<Member>,
    actions: Arc<AtomicUsize>,
    stopping: CancellationToken,
}

impl Churn {
    /// Starts members named user0, user1, …, each on any of the nodes.
    pub fn start(topic: &'static str, ports: &[u16], count: usize) -> Self {
        let actions = Arc::new(AtomicUsize::new(0));
        let stopping = CancellationToken::new();
        let mut members = JoinSet::new();
        for number in 0..count {
            let visitor = Visitor {
                topic,
                user_id: format!("user{number}"),
                ports: ports.to_vec(),
                count,
                rng: fastrand::Rng::with_seed(number as u64),
                actions: Arc::clone(&actions),
            };
            members.spawn(visitor.run(stopping.clone()));
        }
        Self {
            members,
            actions,
            stopping,
        }
    }

    /// Waits for this many further actions.
    pub async fn wait_for_actions(&self, count: usize) {
        let wanted = self.actions.load(Ordering::SeqCst) + count;
        let done = async {
            while self.actions.load(Ordering::SeqCst) < wanted {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        within_timeout("some actions", done).await;
    }

    /// Has every member stay, until each sees all of them once, in their final version; returns
    /// the members and the number of actions.
    pub async fn stop(self) -> (Vec<Member>, usize) {
        self.stopping.cancel();
        let members = within_timeout("equal rosters", self.members.join_all()).await;
        (members, self.actions.load(Ordering::SeqCst))
    }
}

struct Visitor {
    topic: &'static str,
    user_id: String,
    ports: Vec<u16>,
    count: usize,
    rng: fastrand::Rng,
    actions: Arc<AtomicUsize>,
}

impl Visitor {
    async fn run(mut self, stopping: CancellationToken) -> Member {
        let mut member = self.connect().await;
        while !stopping.is_cancelled() {
            let pause = Duration::from_millis(self.rng.u64(1..100));
            if self.read_for(&mut member, pause).await.is_none() {
                member = self.connect().await;
            } else if self.rng.u8(0..4) == 0 {
                member.client.close().await;
                member = self.connect().await;
            } else {
                let payload = json!({"n": self.rng.u8(..)});
                // If it fails, the next read shows the end of the socket.
                let _ = member.try_push("update", payload).await;
            }
            self.actions.fetch_add(1, Ordering::SeqCst);
        }
        let _ = member.try_push("update", json!({"final": true})).await;
        loop {
            let users = &member.roster.0;
            let is_final = |metas: &Vec<Value>| metas.len() == 1 && metas[0]["final"] == true;
            if users.len() == self.count && users.values().all(is_final) {
                return member;
            }
            assert!(member.try_next().await.is_some(), "no node stops any more");
        }
    }

    /// Connects to the first node that accepts.
    async fn connect(&mut self) -> Member {
        loop {
            let port = self.ports[self.rng.usize(..self.ports.len())];
            let joined = Member::try_join(port, &self.user_id, self.topic, json!({})).await;
            if let Some(member) = joined {
                return member;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Applies frames for a while; `None` if the socket has ended.
    async fn read_for(&mut self, member: &mut Member, time: Duration) -> Option<()> {
        let until = tokio::time::Instant::now() + time;
        loop {
            match tokio::time::timeout_at(until, member.try_next()).await {
                Err(_) => return Some(()),
                Ok(frame) => frame?,
            };
        }
    }
}

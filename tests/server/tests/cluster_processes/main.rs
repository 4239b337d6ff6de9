//! Three nodes as processes that are killed, frozen, cut off and restarted: `npm run cluster:test`.
//!
//! Ignored by `cargo test`, since it takes a minute. It prints what it measures.

#[path = "../support/mod.rs"]
mod support;

mod churn;
mod nodes;
mod proxy;

use std::time::{Duration, Instant};

use nodes::Nodes;
use serde_json::{json, Value};
use support::member::Member;
use support::ReplayedRoster;

const ROOM: &str = "room:lobby";
const OTHER_ROOM: &str = "room:other";

/// A member on each node, once each sees all.
async fn observers(nodes: &Nodes) -> Vec<Member> {
    let mut observers = Vec::new();
    for port in nodes.ports() {
        let user_id = format!("observer{port}");
        observers.push(Member::join(port, &user_id, ROOM, json!({})).await);
    }
    let all = observers.len();
    for observer in &mut observers {
        observer.until(|roster| roster.0.len() == all).await;
    }
    observers
}

fn refs_of(roster: &ReplayedRoster, key: &str) -> Vec<Value> {
    let metas = roster.0.get(key).into_iter().flatten();
    metas.map(|meta| meta["phx_ref"].clone()).collect()
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() - 1) * percent / 100]
}

#[tokio::test]
#[ignore = "takes long; run by npm run cluster:test"]
async fn a_join_and_an_update_are_seen_on_every_node_within_a_second() {
    let nodes = Nodes::start().await;
    let mut observers = observers(&nodes).await;
    let mut delays = Vec::new();
    for n in 0..100 {
        let port = nodes.nodes[n % 3].port;
        let user_id = format!("user{n}");
        let start = Instant::now();
        let mut member = Member::join(port, &user_id, ROOM, json!({"n": 1})).await;
        for observer in &mut observers {
            observer
                .until(|roster| roster.0.contains_key(&user_id))
                .await;
            delays.push(start.elapsed());
        }
        let start = Instant::now();
        member.push("update", json!({"n": 2})).await;
        let is_updated = |roster: &ReplayedRoster| roster.0[&user_id][0]["n"] == 2;
        for observer in &mut observers {
            observer.until(is_updated).await;
            delays.push(start.elapsed());
        }
        member.client.close().await;
    }
    delays.sort();
    let (p50, p99) = (percentile(&delays, 50), percentile(&delays, 99));
    println!("joins and updates seen on all three nodes: p50 {p50:.0?}, p99 {p99:.0?}");
    assert!(p99 < Duration::from_secs(1), "{p99:?}");
}

#[tokio::test]
#[ignore = "takes long; run by npm run cluster:test"]
async fn the_users_of_a_killed_node_leave_in_one_diff_per_room() {
    let nodes = Nodes::start().await;
    let mut observer = Member::join(nodes.nodes[0].port, "observer", ROOM, json!({})).await;
    let mut other = Member::join(nodes.nodes[1].port, "other", OTHER_ROOM, json!({})).await;
    let mut members = Vec::new();
    for n in 0..5 {
        for topic in [ROOM, OTHER_ROOM] {
            let user_id = format!("user{n}");
            let port = nodes.nodes[2].port;
            members.push(Member::join(port, &user_id, topic, json!({})).await);
        }
    }
    observer.until(|roster| roster.0.len() == 6).await;
    other.until(|roster| roster.0.len() == 6).await;
    let start = Instant::now();
    nodes.nodes[2].signal("KILL").await;
    for member in [&mut observer, &mut other] {
        let diff = member.next_diff().await;
        assert_eq!(diff["leaves"].as_object().unwrap().len(), 5, "{diff}");
    }
    let elapsed = start.elapsed();
    println!("users of a killed node have left after {elapsed:.1?}");
    assert!(elapsed < Duration::from_secs(15));
}

#[tokio::test]
#[ignore = "takes long; run by npm run cluster:test"]
async fn a_node_that_was_frozen_brings_back_the_same_refs() {
    let nodes = Nodes::start().await;
    let mut observer = Member::join(nodes.nodes[0].port, "observer", ROOM, json!({})).await;
    let mut ada = Member::join(nodes.nodes[2].port, "ada", ROOM, json!({})).await;
    ada.until(|roster| roster.0.len() == 2).await;
    observer.until(|roster| roster.0.len() == 2).await;
    let refs = refs_of(&observer.roster, "ada");

    let start = Instant::now();
    nodes.nodes[2].signal("STOP").await;
    observer.until(|roster| roster.0.len() == 1).await;
    println!(
        "users of a frozen node have left after {:.1?}",
        start.elapsed()
    );
    let start = Instant::now();
    nodes.nodes[2].signal("CONT").await;
    observer.until(|roster| roster.0.len() == 2).await;
    println!("and are back {:.1?} after it runs again", start.elapsed());
    assert_eq!(refs_of(&observer.roster, "ada"), refs);
    // The node that was frozen may have taken the others for dead: it sees them again.
    ada.push("update", json!({"is": "back"})).await;
    let is_updated =
        |roster: &ReplayedRoster| roster.0.get("ada").is_some_and(|a| a[0]["is"] == "back");
    observer.until(is_updated).await;
    ada.until(|roster| is_updated(roster) && roster.0.len() == 2)
        .await;
    assert_eq!(
        observer.roster.clone().sorted(),
        ada.roster.clone().sorted()
    );
}

#[tokio::test]
#[ignore = "takes long; run by npm run cluster:test"]
async fn a_node_that_was_cut_off_brings_back_the_same_refs_and_what_changed_meanwhile() {
    let nodes = Nodes::start().await;
    let mut observers = observers(&nodes).await;
    let before: Vec<_> = observers
        .iter()
        .map(|o| o.roster.clone().sorted())
        .collect();
    let cut_off = nodes.nodes[2].gossip();
    nodes.links.set_cut(cut_off, true);
    for (observer, seen) in observers.iter_mut().zip([2, 2, 1]) {
        observer.until(|roster| roster.0.len() == seen).await;
    }
    let _bob = Member::join(nodes.nodes[0].port, "bob", ROOM, json!({})).await;
    let _carol = Member::join(nodes.nodes[2].port, "carol", ROOM, json!({})).await;
    nodes.links.set_cut(cut_off, false);
    for observer in &mut observers {
        observer.until(|roster| roster.0.len() == 5).await;
        for key in before[0].0.keys() {
            assert_eq!(
                refs_of(&observer.roster, key),
                refs_of(&before[0], key),
                "{key}"
            );
        }
    }
    assert_eq!(
        observers[0].roster.clone().sorted(),
        observers[2].roster.clone().sorted()
    );
}

#[tokio::test]
#[ignore = "takes long; run by npm run cluster:test"]
async fn a_rolling_restart_under_churn_loses_nobody_who_is_connected() {
    let mut nodes = Nodes::start().await;
    let churn = churn::Churn::start(ROOM, &nodes.ports(), 30);
    for n in 0..nodes.nodes.len() {
        churn.wait_for_actions(500).await;
        nodes.nodes[n].restart().await;
    }
    churn.wait_for_actions(500).await;
    let (members, actions) = churn.stop().await;
    println!("{actions} joins, leaves, updates and reconnections during three restarts");
    let rosters: Vec<_> = members.iter().map(|m| m.roster.clone().sorted()).collect();
    for roster in &rosters {
        assert_eq!(roster.0.len(), 30);
        assert_eq!(roster, &rosters[0]);
    }
    for port in nodes.ports() {
        let lister = Member::join(port, "lister", ROOM, json!({"track": false})).await;
        assert_eq!(
            lister.roster.sorted(),
            rosters[0],
            "the list of the node at {port}"
        );
    }
}

//! Rooms that show each member a part of their states and diffs.

mod support;

use proptest::prelude::*;
use serde_json::{json, Value};
use support::{block_on, Client, ReplayedRoster, Server};

async fn connect(server: &Server, user_id: &str, role: &str) -> Client {
    server.connect(&format!("{user_id}&role={role}")).await
}

async fn join(server: &Server, user_id: &str, role: &str, topic: &str, metas: Value) -> Client {
    let mut client = connect(server, user_id, role).await;
    let frames = client.request("1", "1", topic, "phx_join", metas).await;
    assert_eq!(frames[0][4]["status"], "ok", "{}", frames[0]);
    client
}

/// Event and payload of each frame.
fn events<'a>(frames: &'a [Value]) -> Vec<(&'a str, &'a Value)> {
    let event_and_payload = |frame: &'a Value| (frame[3].as_str().unwrap(), &frame[4]);
    frames.iter().map(event_and_payload).collect()
}

#[tokio::test]
async fn guests_receive_the_number_of_users_and_moderators_the_users() {
    const ROOM: &str = "counted:1";
    let server = Server::start().await;
    let mut guest = connect(&server, "guest", "guest").await;
    let frames = guest.request("1", "1", ROOM, "phx_join", json!({})).await;
    let count = |n: u64| json!({ "count": n });
    let own = ("presence_count", &count(1));
    assert_eq!(events(&frames[1..]), [own, own], "its own join, its state");
    assert_eq!(frames[1][0], "1", "with the join_ref, as a push in Phoenix");

    let mut moderator = join(&server, "moderator", "moderator", ROOM, json!({})).await;
    let state = moderator.request("1", "2", ROOM, "state", json!({})).await;
    assert_eq!(state[0][3], "presence_state");
    assert!(state[0][4]["guest"].is_object() && state[0][4]["moderator"].is_object());
    let frames = guest.settle().await;
    assert_eq!(events(&frames), [("presence_count", &count(2))]);

    moderator
        .request("1", "3", ROOM, "update", json!({"x": 1}))
        .await;
    let unchanged = guest.settle().await;
    assert!(unchanged.is_empty(), "{unchanged:?}");
    moderator.close().await;
    let left = guest.recv().await;
    assert_eq!(events(&[left]), [("presence_count", &count(1))]);

    let payload = json!({"key": "guest"});
    let frames = guest.request("1", "4", ROOM, "get_by_key", payload).await;
    assert_eq!(frames[0][4]["response"]["reason"], "unauthorized");
}

#[tokio::test]
async fn an_invisible_user_is_seen_by_itself_and_by_moderators_only() {
    const ROOM: &str = "invisible:1";
    let server = Server::start().await;
    let mut member = join(&server, "member", "member", ROOM, json!({})).await;
    let mut moderator = join(&server, "moderator", "moderator", ROOM, json!({})).await;
    let hidden = json!({"invisible": true});
    let mut ada = connect(&server, "ada", "member").await;
    let own = ada.request("1", "1", ROOM, "phx_join", hidden).await;
    assert!(own[1][4]["joins"]["ada"].is_object() && own[2][4]["ada"].is_object());
    let seen = moderator.settle().await;
    assert!(seen[0][4]["joins"]["ada"].is_object());

    member.settle().await; // the moderator
    let frames = member.request("1", "2", ROOM, "state", json!({})).await;
    assert!(frames[0][4].get("ada").is_none(), "{}", frames[0]);
    let payload = json!({"key": "ada"});
    let frames = member.request("1", "3", ROOM, "get_by_key", payload).await;
    assert_eq!(frames[0][4]["response"], json!({"presence": null}));

    // Shown, updated, hidden and left: to others that is a join, an update, a leave, and no frame.
    let diffs = |frames: Vec<Value>| {
        let sides = frames.into_iter().map(|frame| {
            let has = |side: &str| frame[4][side].get("ada").is_some();
            (has("joins"), has("leaves"))
        });
        sides.collect::<Vec<_>>()
    };
    for (invisible, expected) in [
        (false, (true, false)),
        (false, (true, true)),
        (true, (false, true)),
    ] {
        let payload = json!({ "invisible": invisible });
        ada.request("1", "2", ROOM, "update", payload).await;
        assert_eq!(diffs(member.settle().await), [expected]);
        assert_eq!(diffs(moderator.settle().await), [(true, true)]);
    }
    ada.close().await;
    assert_eq!(diffs(vec![moderator.recv().await]), [(false, true)]);
    assert!(member.settle().await.is_empty());
}

#[tokio::test]
async fn a_guest_may_not_join_where_users_can_be_invisible() {
    let server = Server::start().await;
    let mut guest = connect(&server, "guest", "guest").await;
    for topic in ["invisible:1", "staff:1"] {
        let frames = guest.request("1", "1", topic, "phx_join", json!({})).await;
        let refused = json!({"status": "error", "response": {"reason": "unauthorized"}});
        assert_eq!(events(&frames), [("phx_reply", &refused)]);
    }
}

fn actions() -> impl Strategy<Value = Vec<(usize, &'static str, bool)>> {
    let event = prop::sample::select(vec!["track", "update", "replace", "untrack"]);
    prop::collection::vec((0..4_usize, event, any::<bool>()), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_a_member_received_adds_up_to_its_part_of_the_state(actions in actions()) {
        const ROOM: &str = "invisible:1";
        block_on(async {
            let server = Server::start().await;
            let mut clients = Vec::new();
            for (user_id, role) in [("a", "member"), ("b", "member"), ("a", "member"), ("m", "moderator")] {
                let mut client = connect(&server, user_id, role).await;
                let frames = client.request("1", "1", ROOM, "phx_join", json!({})).await;
                let state = frames.iter().find(|frame| frame[3] == "presence_state").unwrap();
                clients.push((client, ReplayedRoster::of_state(&state[4])));
            }
            for (n, event, invisible) in actions {
                let payload = json!({ "invisible": invisible });
                clients[n].0.send_frame(json!(["1", "2", ROOM, event, payload])).await;
                let sent = clients[n].0.settle().await;
                for frame in sent.iter().filter(|frame| frame[3] == "presence_diff") {
                    clients[n].1.apply(&frame[4]);
                }
            }
            for (client, roster) in &mut clients {
                let frames = client.request("1", "3", ROOM, "state", json!({})).await;
                for frame in frames {
                    match frame[3].as_str().unwrap() {
                        "presence_diff" => roster.apply(&frame[4]),
                        "presence_state" => {
                            let state = ReplayedRoster::of_state(&frame[4]);
                            assert_eq!(roster.clone().sorted(), state.sorted());
                        }
                        _ => {}
                    }
                }
            }
        });
    }
}

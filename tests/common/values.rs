//! A typed roster fed with JavaScript values.

use js_sys::JSON;
use phoenix_presence::{Event, Roster};
use wasm_bindgen_test::wasm_bindgen_test;

use super::random::Random;

#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
struct Device {
    device: String,
    #[serde(default)]
    online_at: u64,
}

#[wasm_bindgen_test]
fn a_roster_takes_what_a_channel_delivers() {
    let state = r#"{"alice":{"metas":[{"phx_ref":"1","device":"web","online_at":1795489092}],"user":{"id":7}}}"#;
    let mut roster = Roster::<Device>::new();
    roster.sync_state_js(&JSON::parse(state).unwrap()).unwrap();
    let alice = roster.get("alice").unwrap();
    assert_eq!(
        alice.metas[0].data,
        Device {
            device: "web".into(),
            online_at: 1_795_489_092
        }
    );
    assert_eq!(alice.metas[0].phx_ref.as_deref(), Some("1"));
    assert_eq!(alice.fields["user"]["id"], 7);

    let diff = r#"{"joins":{},"leaves":{"alice":{"metas":[{"phx_ref":"1","device":"web"}]}}}"#;
    let events: Vec<_> = roster
        .sync_diff_js(&JSON::parse(diff).unwrap())
        .unwrap()
        .collect();
    assert!(matches!(&events[..], [Event::Leave { current, .. }] if current.metas.is_empty()));
    assert!(roster.is_empty());
}

#[wasm_bindgen_test]
fn values_and_text_make_the_same_roster() {
    type Meta = serde_json::Map<String, serde_json::Value>;
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let (mut from_values, mut from_text) = (Roster::<Meta>::new(), Roster::<Meta>::new());
        for _ in 0..4 {
            let state = random.presences();
            let value = JSON::parse(&state).unwrap();
            let events: Vec<_> = from_values.sync_state_js(&value).unwrap().collect();
            assert_eq!(
                events,
                from_text
                    .sync_state_json(&state)
                    .unwrap()
                    .collect::<Vec<_>>(),
                "seed {seed}"
            );

            let diff = format!(
                r#"{{"joins":{},"leaves":{}}}"#,
                random.presences(),
                random.presences()
            );
            let value = JSON::parse(&diff).unwrap();
            let events: Vec<_> = from_values.sync_diff_js(&value).unwrap().collect();
            assert_eq!(
                events,
                from_text.sync_diff_json(&diff).unwrap().collect::<Vec<_>>(),
                "seed {seed}"
            );
        }
        assert_eq!(from_values, from_text, "seed {seed}");
    }
}

#[wasm_bindgen_test]
fn a_malformed_value_is_named_and_the_rest_is_applied() {
    let mut roster = Roster::<Device>::new();
    let state =
        r#"{"x":{"metas":7},"y":{"metas":[{"phx_ref":"1"}]},"z":{"metas":[{"device":"web"}]}}"#;
    let events = roster.sync_state_js(&JSON::parse(state).unwrap()).unwrap();
    let skipped: Vec<_> = events
        .skipped()
        .iter()
        .map(|error| error.key().unwrap())
        .collect();
    assert_eq!(skipped, ["x", "y"]);
    assert_eq!(roster.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["z"]);

    for payload in ["null", "[]", "7"] {
        let error = roster
            .sync_state_js(&JSON::parse(payload).unwrap())
            .unwrap_err();
        assert!(
            error.to_string().starts_with("expected a presence_state"),
            "{error}"
        );
    }
    let events = roster
        .sync_diff_js(&JSON::parse(r#"{"joins":7,"leaves":null}"#).unwrap())
        .unwrap();
    assert!(events.skipped()[0]
        .to_string()
        .starts_with("expected joins of a presence_diff"));
    assert_eq!(roster.len(), 1);
}

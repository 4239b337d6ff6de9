//! The payload of a join: the metas to track, and instructions for tests.
//!
//! `delay_ms` postpones the tracking, `track: false` joins without tracking, and `refuse` makes the
//! join fail with that reason.

use std::time::Duration;

use serde_json::{Map, Value};

use super::events::object;

/// The longest `delay_ms` of a join.
const MAX_DELAY_MS: u64 = 60_000;

/// What a client asks for with the payload of a join.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinRequest {
    /// The metas to track, or `None` to join without tracking.
    pub metas: Option<Map<String, Value>>,
    /// How long after the join the channel tracks.
    pub delay: Option<Duration>,
}

/// Reads the payload of a join; an error is the reason of the refusal.
pub fn parse_join(payload: Value) -> Result<JoinRequest, String> {
    let mut metas = object(payload)?;
    match metas.remove("refuse") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::String(reason)) => return Err(reason),
        Some(_) => return Err("refused".into()),
    }
    let delay = match metas.remove("delay_ms") {
        None => None,
        Some(delay) => match delay.as_u64() {
            Some(ms @ 0..=MAX_DELAY_MS) => Some(Duration::from_millis(ms)),
            _ => return Err(format!("delay_ms is not a number from 0 to {MAX_DELAY_MS}")),
        },
    };
    let without_tracking = metas.remove("track") == Some(Value::Bool(false));
    Ok(JoinRequest {
        metas: (!without_tracking).then_some(metas),
        delay,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_join_payload_becomes_the_metas_without_its_instructions() {
        let request = parse_join(json!({"status": "x", "delay_ms": 5})).unwrap();
        assert_eq!(
            Value::Object(request.metas.unwrap()),
            json!({"status": "x"})
        );
        assert_eq!(request.delay, Some(Duration::from_millis(5)));
    }

    #[test]
    fn a_join_without_tracking_has_no_metas() {
        assert_eq!(parse_join(json!({"track": false})).unwrap().metas, None);
    }

    #[test]
    fn a_refusal_says_what_was_asked_for_or_what_is_wrong() {
        assert_eq!(parse_join(json!({"refuse": "no"})).unwrap_err(), "no");
        assert_eq!(
            parse_join(json!([])).unwrap_err(),
            "payload is not an object"
        );
        for delay in [json!(-1), json!(1.5), json!("1"), json!(60_001)] {
            let reason = parse_join(json!({ "delay_ms": delay })).unwrap_err();
            assert_eq!(reason, "delay_ms is not a number from 0 to 60000");
        }
    }
}

//! One WebSocket text message: `[join_ref, ref, topic, event, payload]`, the Phoenix V2 frame.
//!
//! Invariant: the refs, the topic and the event of a parsed [`Frame`] have a bounded length. An
//! error names the malformed field.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use tokio_websockets::Payload;

/// The longest ref or join ref, in bytes. phoenix.js counts, so its refs have a few digits.
pub const MAX_REF_BYTES: usize = 64;
/// The longest topic or event name, in bytes.
pub const MAX_NAME_BYTES: usize = 256;
/// The deepest nesting of arrays and objects in a frame, its own array included.
pub const MAX_NESTING: usize = 128;

/// A frame from a client.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The ref of the join that the frame belongs to.
    pub join_ref: Option<String>,
    /// The ref that a reply to this frame carries.
    pub message_ref: Option<String>,
    /// The topic, such as `room:lobby`.
    pub topic: String,
    /// The event, such as `phx_join`.
    pub event: String,
    /// Any JSON.
    pub payload: Value,
}

/// The reason why a text is not a frame.
#[derive(Debug, PartialEq)]
pub struct FrameError(String);

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FrameError {}

impl Frame {
    /// Reads a frame.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        if nesting(text) > MAX_NESTING {
            let reason = format!("frame is nested deeper than {MAX_NESTING} levels");
            return Err(FrameError(reason));
        }
        let value =
            parse_json(text).map_err(|error| FrameError(format!("frame is not JSON: {error}")))?;
        let Value::Array(fields) = value else {
            return Err(FrameError("frame is not an array".into()));
        };
        let [join_ref, message_ref, topic, event, payload] = <[Value; 5]>::try_from(fields)
            .map_err(|fields| {
                FrameError(format!("frame is an array of {}, not of 5", fields.len()))
            })?;
        Ok(Self {
            join_ref: string_or_null(join_ref, "join_ref")?,
            message_ref: string_or_null(message_ref, "ref")?,
            topic: string(topic, "topic", MAX_NAME_BYTES)?,
            event: string(event, "event", MAX_NAME_BYTES)?,
            payload,
        })
    }
}

/// The depth of the arrays and objects in a JSON text.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut in_string = false;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => drop(bytes.next()),
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Parses a text of bounded nesting. The limit of serde_json is one level too low.
fn parse_json(text: &str) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    let value = Value::deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

fn string(value: Value, field: &str, max: usize) -> Result<String, FrameError> {
    match value {
        Value::String(text) if text.len() <= max => Ok(text),
        Value::String(_) => Err(FrameError(format!("{field} is longer than {max} bytes"))),
        _ => Err(FrameError(format!("{field} is not a string"))),
    }
}

fn string_or_null(value: Value, field: &str) -> Result<Option<String>, FrameError> {
    match value {
        Value::Null => Ok(None),
        Value::String(_) => string(value, field, MAX_REF_BYTES).map(Some),
        _ => Err(FrameError(format!("{field} is not a string or null"))),
    }
}

/// Writes a frame for a client. All clients that receive it share the text: a clone copies nothing.
pub fn encode(
    join_ref: Option<&str>,
    message_ref: Option<&str>,
    topic: &str,
    event: &str,
    payload: &impl Serialize,
) -> Payload {
    encode_sized(join_ref, message_ref, topic, event, payload, 128)
}

/// Writes a frame, with memory set aside for a payload of up to `payload_bytes`.
pub fn encode_sized(
    join_ref: Option<&str>,
    message_ref: Option<&str>,
    topic: &str,
    event: &str,
    payload: &impl Serialize,
    payload_bytes: usize,
) -> Payload {
    let refs = [join_ref, message_ref].into_iter().flatten();
    let names = refs.chain([topic, event]).map(str::len).sum::<usize>();
    let punctuation = 16;
    let mut text = Vec::with_capacity(names + punctuation + payload_bytes);
    serde_json::to_writer(&mut text, &(join_ref, message_ref, topic, event, payload))
        .expect("payloads are JSON values or maps with string keys, which always serialize");
    text.into()
}

/// Writes a reply: `{status: "ok", response}` or `{status: "error", response: {reason}}`.
pub fn reply(
    join_ref: Option<&str>,
    message_ref: Option<&str>,
    topic: &str,
    answer: Result<Value, String>,
) -> Payload {
    let payload = match answer {
        Ok(response) => json!({ "response": response, "status": "ok" }),
        Err(reason) => json!({ "response": { "reason": reason }, "status": "error" }),
    };
    encode(join_ref, message_ref, topic, "phx_reply", &payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(text: &str) -> String {
        Frame::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_join_is_read_field_by_field() {
        let frame = Frame::parse(r#"["3","4","room:lobby","phx_join",{"a":1}]"#).unwrap();
        assert_eq!(
            frame,
            Frame {
                join_ref: Some("3".into()),
                message_ref: Some("4".into()),
                topic: "room:lobby".into(),
                event: "phx_join".into(),
                payload: json!({"a": 1}),
            }
        );
    }

    #[test]
    fn a_refusal_names_the_field_and_what_was_expected() {
        assert!(refusal("{").starts_with("frame is not JSON"));
        assert_eq!(refusal("{}"), "frame is not an array");
        assert_eq!(
            refusal("[null,null,\"t\",\"e\"]"),
            "frame is an array of 4, not of 5"
        );
        assert_eq!(
            refusal("[3,null,\"t\",\"e\",{}]"),
            "join_ref is not a string or null"
        );
        assert_eq!(
            refusal("[null,{},\"t\",\"e\",{}]"),
            "ref is not a string or null"
        );
        assert_eq!(
            refusal("[null,null,null,\"e\",{}]"),
            "topic is not a string"
        );
        assert_eq!(refusal("[null,null,\"t\",7,{}]"), "event is not a string");
        let long = "x".repeat(MAX_NAME_BYTES + 1);
        assert_eq!(
            refusal(&format!("[null,null,\"{long}\",\"e\",{{}}]")),
            "topic is longer than 256 bytes"
        );
    }

    #[test]
    fn a_frame_may_be_nested_128_levels_deep_and_no_deeper() {
        let nested = |levels: usize| {
            let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
            format!(r#"["1","1","t","[\"[",{open}{close}]"#)
        };
        assert!(Frame::parse(&nested(128)).is_ok());
        let reason = "frame is nested deeper than 128 levels";
        assert_eq!(refusal(&nested(129)), reason);
        assert_eq!(refusal(&"[".repeat(60_000)), reason);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_never_panics(text in any::<String>()) {
            let _ = Frame::parse(&text);
        }

        #[test]
        fn what_is_encoded_is_read_back(
            join_ref in proptest::option::of("[0-9]{1,6}"),
            message_ref in proptest::option::of("[0-9]{1,6}"),
            topic in any::<String>().prop_filter("short", |t| t.len() <= MAX_NAME_BYTES),
            text in any::<String>(),
        ) {
            let payload = json!({ "text": text });
            let encoded = encode(join_ref.as_deref(), message_ref.as_deref(), &topic, "e", &payload);
            let frame = Frame::parse(std::str::from_utf8(&encoded).unwrap()).unwrap();
            prop_assert_eq!(frame.join_ref, join_ref);
            prop_assert_eq!(frame.message_ref, message_ref);
            prop_assert_eq!(frame.topic, topic);
            prop_assert_eq!(frame.payload, payload);
        }
    }
}

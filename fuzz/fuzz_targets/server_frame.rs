//! Any text as a message of a client to presence-server.
//!
//! It is refused with a reason, or is a frame whose refs and names are bounded and which is equal
//! after being written and read. A join's payload is refused with a reason, or becomes metas
//! without its instructions.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use presence_server::frame::{encode, Frame, MAX_NAME_BYTES, MAX_REF_BYTES};
use presence_server::rooms;

fuzz_target!(|text: &str| {
    let frame = match Frame::parse(text) {
        Ok(frame) => frame,
        Err(error) => {
            let reason = error.to_string();
            let fields = ["frame", "join_ref", "ref", "topic", "event"];
            assert!(
                fields.iter().any(|field| reason.starts_with(field)),
                "{reason}"
            );
            return;
        }
    };
    for name in [&frame.topic, &frame.event] {
        assert!(name.len() <= MAX_NAME_BYTES);
    }
    for phx_ref in [&frame.join_ref, &frame.message_ref].into_iter().flatten() {
        assert!(phx_ref.len() <= MAX_REF_BYTES);
    }

    let written = encode(
        frame.join_ref.as_deref(),
        frame.message_ref.as_deref(),
        &frame.topic,
        &frame.event,
        &frame.payload,
    );
    let written = std::str::from_utf8(&written).expect("a frame is text");
    assert_eq!(Frame::parse(written).as_ref(), Ok(&frame), "{written}");

    match rooms::parse_join(frame.payload) {
        Ok(request) => {
            assert!(request.delay.unwrap_or_default() <= Duration::from_secs(60));
            let metas = request.metas.unwrap_or_default();
            for instruction in ["refuse", "delay_ms", "track"] {
                assert!(!metas.contains_key(instruction), "{instruction}");
            }
        }
        Err(reason) => assert!(!reason.is_empty() || text.contains("refuse")),
    }
});

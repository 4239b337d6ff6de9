//! The frame of Phoenix Channels V2: `[join_ref, ref, topic, event, payload]`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::Error;
use super::payload::Payload;

/// The number of a message, as text; a join's number names the join.
pub(crate) type Ref = Arc<str>;

/// One message between client and server.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// The ref of the join to which the message belongs; `None` for a broadcast.
    pub join_ref: Option<Arc<str>>,
    /// The ref of the push that a `phx_reply` answers.
    pub message_ref: Option<Arc<str>>,
    /// The topic of the channel.
    pub topic: Arc<str>,
    /// The name of the event.
    pub event: Arc<str>,
    /// The payload, as JSON.
    pub payload: Payload,
}

impl Message {
    pub(crate) fn encode(&self) -> String {
        let Self {
            join_ref,
            message_ref,
            topic,
            event,
            payload,
        } = self;
        serde_json::to_string(&(join_ref, message_ref, topic, event, payload.raw()))
            .expect("strings and JSON text can be written as JSON")
    }

    pub(crate) fn decode(text: &str) -> Result<Self, Error> {
        type Fields = (
            Option<Arc<str>>,
            Option<Arc<str>>,
            Arc<str>,
            Arc<str>,
            Box<RawValue>,
        );
        let (join_ref, message_ref, topic, event, payload): Fields = serde_json::from_str(text)
            .map_err(|error| Error::Payload(format!("not a V2 frame: {error}")))?;
        Ok(Self {
            join_ref,
            message_ref,
            topic,
            event,
            payload: payload.into(),
        })
    }
}

/// The payload of a `phx_reply`.
#[derive(Deserialize)]
pub(crate) struct Reply {
    status: String,
    response: Box<RawValue>,
}

impl Reply {
    pub fn is_ok(&self) -> bool {
        self.status == "ok"
    }

    /// The response, as an error unless the status is `ok`.
    pub fn into_result(self) -> Result<Payload, Error> {
        match self.is_ok() {
            true => Ok(self.response.into()),
            false => Err(Error::Rejected(self.response.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_an_array_of_five() {
        let text = r#"["3","4","room:1","phx_join",{"status":"x"}]"#;
        let message = Message::decode(text).unwrap();
        assert_eq!(message.join_ref.as_deref(), Some("3"));
        assert_eq!(message.message_ref.as_deref(), Some("4"));
        assert_eq!((&*message.topic, &*message.event), ("room:1", "phx_join"));
        assert_eq!(message.payload.as_json(), r#"{"status":"x"}"#);
        assert_eq!(message.encode(), text);
    }

    #[test]
    fn a_broadcast_has_no_refs() {
        let text = r#"[null,null,"room:1","presence_diff",{}]"#;
        let message = Message::decode(text).unwrap();
        assert_eq!((&message.join_ref, &message.message_ref), (&None, &None));
        assert_eq!(message.encode(), text);
    }

    #[test]
    fn what_is_no_frame_is_an_error_that_says_so() {
        for text in [
            "",
            "{}",
            "[]",
            r#"[null,null,"t","e"]"#,
            r#"[1,null,"t","e",{}]"#,
        ] {
            let error = Message::decode(text).unwrap_err().to_string();
            assert!(error.contains("not a V2 frame: "), "{text}: {error}");
        }
    }

    #[test]
    fn a_payload_keeps_numbers_that_no_float_holds() {
        let text = r#"[null,null,"t","e",{"n":12345678901234567890123}]"#;
        let message = Message::decode(text).unwrap();
        assert_eq!(
            message.payload.as_json(),
            r#"{"n":12345678901234567890123}"#
        );
    }
}

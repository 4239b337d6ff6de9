//! The chat messages: what a message may be, how many a user may send, and the last of each room.
//!
//! Invariant: the history holds at most [`MAX_ROOMS`] times [`MAX_KEPT_MESSAGES`] messages of bounded length.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use crate::identity::Identity;
use crate::socket::rate::RateLimit;

/// The longest text of a message, in characters.
pub(super) const MAX_TEXT_CHARACTERS: usize = 500;
/// The messages of a room that are kept for those who come later.
const MAX_KEPT_MESSAGES: usize = 50;
/// The rooms whose messages are kept. Beyond it the room that was silent for longest is forgotten.
const MAX_ROOMS: usize = 200;
/// Messages a second that one user may send over time, and at once after a pause.
const MESSAGES_PER_SECOND: u32 = 1;
const MESSAGE_BURST: u32 = 8;
/// The users whose rate is remembered. Beyond it all are forgotten.
const MAX_RATES: usize = 10_000;

/// A message as clients receive it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Message {
    /// Distinguishes it from all others, also those of other nodes.
    id: String,
    from: String,
    role: String,
    text: String,
    /// Milliseconds since 1970, by the clock of the node that received it.
    at: u64,
}

/// The messages of all rooms on this node.
#[derive(Debug, Default)]
pub(super) struct Messages(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    rooms: HashMap<String, History>,
    rates: HashMap<String, RateLimit>,
    kept: u64,
}

#[derive(Debug, Default)]
struct History {
    messages: VecDeque<Message>,
    /// Greater for a room whose last message is later.
    last: u64,
}

impl Messages {
    /// Makes a message of a payload `{"text": …}`; an error says why it is not sent.
    pub(super) fn compose(&self, identity: &Identity, payload: &Value) -> Result<Message, String> {
        let text = payload["text"].as_str().ok_or("text is not a string")?;
        let text = text.trim();
        if text.is_empty() {
            return Err("text is empty".into());
        }
        if text.chars().count() > MAX_TEXT_CHARACTERS {
            return Err(format!(
                "text is longer than {MAX_TEXT_CHARACTERS} characters"
            ));
        }
        if !self.lock().allows(&identity.user_id, Instant::now()) {
            return Err("too many messages: wait a moment".into());
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Message {
            id: format!("{:016x}", fastrand::u64(..)),
            from: identity.user_id.clone(),
            role: identity.role.to_string(),
            text: text.into(),
            at: now.map_or(0, |since| since.as_millis() as u64),
        })
    }

    /// Keeps a message for those who come later.
    pub(super) fn keep(&self, topic: &str, message: &Message) {
        let mut state = self.lock();
        state.kept += 1;
        let last = state.kept;
        let history = state.rooms.entry(topic.to_owned()).or_default();
        history.last = last;
        history.messages.push_back(message.clone());
        if history.messages.len() > MAX_KEPT_MESSAGES {
            history.messages.pop_front();
        }
        if state.rooms.len() > MAX_ROOMS {
            let silent = state.rooms.iter().min_by_key(|(_, history)| history.last);
            if let Some(topic) = silent.map(|(topic, _)| topic.clone()) {
                state.rooms.remove(&topic);
            }
        }
    }

    /// The last messages of a room, the oldest first.
    pub(super) fn of_room(&self, topic: &str) -> Vec<Message> {
        let state = self.lock();
        let history = state.rooms.get(topic);
        history.map_or_else(Vec::new, |history| {
            history.messages.iter().cloned().collect()
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn allows(&mut self, user_id: &str, now: Instant) -> bool {
        if self.rates.len() >= MAX_RATES && !self.rates.contains_key(user_id) {
            self.rates.clear();
        }
        let rate = self.rates.entry(user_id.to_owned());
        rate.or_insert_with(|| RateLimit::new(MESSAGES_PER_SECOND, MESSAGE_BURST))
            .allows(now)
    }
}

/// A message for other nodes.
pub(super) fn publishable(topic: &str, message: &Message) -> Option<String> {
    serde_json::to_string(&(topic, message)).ok()
}

/// The room and the message that [`publishable`] wrote.
pub(super) fn parse_published(text: &str) -> Option<(String, Message)> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Role;
    use serde_json::json;

    fn ada() -> Identity {
        Identity::unverified("Ada", Role::Guest)
    }

    #[test]
    fn a_message_has_the_author_of_the_socket_and_a_bounded_text() {
        let messages = Messages::default();
        let forged = json!({"text": " hi ", "from": "Eve", "role": "moderator"});
        let message = messages.compose(&ada(), &forged).unwrap();
        assert_eq!(
            (&*message.from, &*message.role, &*message.text),
            ("Ada", "guest", "hi")
        );
        for (payload, reason) in [
            (json!({}), "text is not a string"),
            (json!({"text": " \n"}), "text is empty"),
            (
                json!({"text": "x".repeat(501)}),
                "text is longer than 500 characters",
            ),
        ] {
            assert_eq!(messages.compose(&ada(), &payload).unwrap_err(), reason);
        }
    }

    #[test]
    fn a_user_who_writes_too_fast_is_told_to_wait() {
        let messages = Messages::default();
        let payload = json!({"text": "hi"});
        for _ in 0..MESSAGE_BURST {
            messages.compose(&ada(), &payload).unwrap();
        }
        let error = messages.compose(&ada(), &payload).unwrap_err();
        assert_eq!(error, "too many messages: wait a moment");
        let grace = Identity::unverified("Grace", Role::Member);
        messages.compose(&grace, &payload).unwrap();
    }

    #[test]
    fn the_last_messages_of_the_last_rooms_are_kept() {
        let messages = Messages::default();
        let message = messages.compose(&ada(), &json!({"text": "hi"})).unwrap();
        for number in 0..60 {
            let id = number.to_string();
            messages.keep(
                "room:a",
                &Message {
                    id,
                    ..message.clone()
                },
            );
        }
        let kept = messages.of_room("room:a");
        assert_eq!((kept.len(), &*kept[0].id), (50, "10"));
        for number in 0..MAX_ROOMS {
            messages.keep(&format!("room:{number}"), &message);
        }
        assert_eq!(messages.of_room("room:a"), []);
        assert_eq!(messages.of_room("room:0").len(), 1);
    }
}

//! The identity of a socket: who connected, and with which role.
//!
//! Invariant: it is assigned when the socket connects, and no payload changes it.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::Deserialize;

/// What a user may do. Each role may do what the roles before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Joins rooms that are open to guests.
    Guest,
    /// Joins all rooms but those for moderators.
    Member,
    /// Joins all rooms, and sees all users there.
    Moderator,
    /// Disconnects users.
    Admin,
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "guest" => Ok(Self::Guest),
            "member" => Ok(Self::Member),
            "moderator" => Ok(Self::Moderator),
            "admin" => Ok(Self::Admin),
            _ => Err(format!(
                "role is {text:?}, not guest, member, moderator or admin"
            )),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        })
    }
}

/// A connected user.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The user's own presence key.
    pub user_id: String,
    /// The name to show, if the token has one.
    pub name: Option<String>,
    /// What the user may do.
    pub role: Role,
    /// When the identity ends, and the socket with it.
    pub expires_at: Option<SystemTime>,
    /// Whether a token proves it. Without one the user may also track keys other than its own.
    pub is_verified: bool,
}

impl Identity {
    /// An identity that the client claims without a proof.
    pub fn unverified(user_id: impl Into<String>, role: Role) -> Self {
        Self {
            user_id: user_id.into(),
            name: None,
            role,
            expires_at: None,
            is_verified: false,
        }
    }

    /// Whether the user may track, update and untrack this key.
    pub fn may_track(&self, key: &str) -> bool {
        !self.is_verified || key == self.user_id
    }
}

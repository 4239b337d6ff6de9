//! The tokens of the demo, which anyone gets for any name.
//!
//! Invariant: no token has the role admin, and none is valid for longer than [`TOKEN_LIFETIME`].

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{encode, Algorithm, EncodingKey, Header};
use serde::Deserialize;
use serde_json::{json, Value};

use crate::identity::Role;

/// How long a token is valid.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// The longest name, in characters.
const MAX_NAME_CHARACTERS: usize = 40;

/// Signs tokens with HS256.
#[derive(Clone)]
pub struct TokenSigner(EncodingKey);

impl TokenSigner {
    /// A signer with a key that [`TokenKey`](crate::auth::TokenKey) accepts.
    pub fn new(key: &str) -> Self {
        Self(EncodingKey::from_secret(key.trim().as_bytes()))
    }

    fn sign(&self, claims: &Value) -> Result<String, String> {
        encode(&Header::new(Algorithm::HS256), claims, &self.0).map_err(|error| error.to_string())
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSigner")
    }
}

#[derive(Deserialize)]
struct Request {
    name: String,
    role: Role,
}

/// Signs a token for `{"name": …, "role": "guest" | "member" | "moderator"}`; an error says what is wrong.
///
/// Returns `{token, name, role, exp}`; `exp` is in seconds since 1970.
pub(super) fn issue(signer: &TokenSigner, body: &str) -> Result<Value, String> {
    let Request { name, role } = serde_json::from_str(body)
        .map_err(|error| format!("expected a name and a role: {error}"))?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(format!("a name has 1 to {MAX_NAME_CHARACTERS} characters"));
    }
    if name.chars().any(char::is_control) {
        return Err("a name has no control characters".into());
    }
    if role == Role::Admin {
        return Err("a role is guest, member or moderator".into());
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let exp = (now.unwrap_or_default() + TOKEN_LIFETIME).as_secs();
    let role = role.to_string();
    let token = signer.sign(&json!({ "sub": name, "role": role, "exp": exp }))?;
    Ok(json!({ "token": token, "name": name, "role": role, "exp": exp }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Authentication, TokenKey};

    const KEY: &str = "a key of at least thirty-two bytes";

    #[test]
    fn a_token_proves_the_name_and_the_role_to_the_server() {
        let issued = issue(&TokenSigner::new(KEY), r#"{"name":" Ada ","role":"guest"}"#).unwrap();
        let authentication = Authentication {
            keys: vec![TokenKey::new(KEY).unwrap()],
            ..Authentication::default()
        };
        let identity = authentication.verify(issued["token"].as_str().unwrap());
        let identity = identity.unwrap();
        assert_eq!((&*identity.user_id, identity.role), ("Ada", Role::Guest));
    }

    #[test]
    fn a_name_is_bounded_and_an_admin_is_not_made() {
        let signer = TokenSigner::new(KEY);
        let long = "x".repeat(41);
        for (name, role, reason) in [
            ("  ", "member", "a name has 1 to 40 characters"),
            (&*long, "member", "a name has 1 to 40 characters"),
            ("a\nb", "member", "a name has no control characters"),
            ("Ada", "admin", "a role is guest, member or moderator"),
        ] {
            let body = json!({ "name": name, "role": role }).to_string();
            assert_eq!(issue(&signer, &body).unwrap_err(), reason);
        }
        let error = issue(&signer, "[]").unwrap_err();
        assert!(error.starts_with("expected a name and a role"), "{error}");
    }
}

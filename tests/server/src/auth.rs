//! Authentication: who connects, proved by a signed token, and from which origins.
//!
//! A token is a JWT signed with HS256. Its claims: `sub` (the user_id), `exp` (seconds since 1970),
//! and optionally `name` and `role` (guest, member, moderator, admin; member by default).
//!
//! Invariant: errors and debug output contain neither tokens nor keys.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{decode, Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::identity::{Identity, Role};

/// The shortest key, in bytes: the length of an HMAC-SHA-256.
const MIN_KEY_BYTES: usize = 32;

/// How phoenix.js offers an `authToken`: this and the token in base64url, as a subprotocol.
const TOKEN_SUBPROTOCOL: &str = "base64url.bearer.phx.";

const OTHER_KEY: &str = "token is signed with another key";

/// Who may connect. By default nobody may: there is no key.
#[derive(Debug, Clone, Default)]
pub struct Authentication {
    /// The keys that tokens may be signed with: the current one, and one that was replaced.
    pub keys: Vec<TokenKey>,
    /// Believe the parameters `user_id` and `role` of connections without a token.
    pub insecure_user_ids: bool,
    /// Origins of pages that may connect, such as `https://app.example.com`, beside pages of this
    /// server under `localhost` or an IP address.
    pub allowed_origins: Vec<String>,
}

/// A key that tokens are verified with.
#[derive(Clone)]
pub struct TokenKey(DecodingKey);

impl TokenKey {
    /// A key of at least 32 bytes. White space around it, such as a final line break, is ignored.
    pub fn new(text: &str) -> Result<Self, String> {
        let secret = text.trim();
        if secret.len() < MIN_KEY_BYTES {
            let length = secret.len();
            return Err(format!(
                "token key has {length} bytes, expected at least {MIN_KEY_BYTES}"
            ));
        }
        Ok(Self(DecodingKey::from_secret(secret.as_bytes())))
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey")
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
    name: Option<String>,
    #[serde(default = "default_role")]
    role: Role,
}

fn default_role() -> Role {
    Role::Member
}

impl Authentication {
    /// Believes every connection about its `user_id`, for tests and demos.
    pub fn insecure() -> Self {
        Self {
            insecure_user_ids: true,
            ..Self::default()
        }
    }

    /// The identity that a token proves; an error says what is wrong with it.
    pub fn verify(&self, token: &str) -> Result<Identity, &'static str> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "sub"]);
        validation.leeway = 0;
        let mut refusal = "token is not accepted: the server has no key";
        for TokenKey(key) in &self.keys {
            match decode::<Claims>(token, key, &validation) {
                Ok(decoded) => return Ok(decoded.claims.into()),
                Err(error) => refusal = describe(error.kind()),
            }
            // Anything else is wrong whatever the key.
            if refusal != OTHER_KEY {
                break;
            }
        }
        Err(refusal)
    }

    /// Whether a page of this origin may connect. Programs other than browsers send no origin.
    pub fn allows_origin(&self, origin: Option<&str>, host: Option<&str>) -> bool {
        let Some(origin) = origin else {
            return true;
        };
        let is_allowed = self.allowed_origins.iter().any(|allowed| allowed == origin);
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        // Another name may belong to an attacker who lets it resolve to this machine.
        is_allowed || (authority.is_some() && authority == host && host.is_some_and(is_local_name))
    }
}

impl From<Claims> for Identity {
    fn from(claims: Claims) -> Self {
        Self {
            user_id: claims.sub,
            name: claims.name,
            role: claims.role,
            expires_at: UNIX_EPOCH.checked_add(Duration::from_secs(claims.exp)),
            is_verified: true,
        }
    }
}

fn describe(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => OTHER_KEY,
        ErrorKind::ExpiredSignature => "token is expired",
        ErrorKind::InvalidAlgorithm => "token is not signed with HS256",
        ErrorKind::MissingRequiredClaim(_) => "token lacks sub or exp",
        ErrorKind::Json(_) => "token has malformed claims",
        _ => "token is malformed",
    }
}

/// The token among the subprotocols that a client offers.
pub(crate) fn token_of_subprotocols(header: &str) -> Option<String> {
    let mut offered = header.split(',').map(str::trim);
    let encoded = offered.find_map(|name| name.strip_prefix(TOKEN_SUBPROTOCOL))?;
    let bytes = URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    String::from_utf8(bytes).ok()
}

/// `localhost` or an IP address, with or without a port.
fn is_local_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || address.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_the_subprotocols_that_phoenix_js_offers() {
        let header = "phoenix, base64url.bearer.phx.YS5iLmM";
        assert_eq!(token_of_subprotocols(header).as_deref(), Some("a.b.c"));
        assert_eq!(token_of_subprotocols("phoenix"), None);
        assert_eq!(
            token_of_subprotocols("phoenix, base64url.bearer.phx.%"),
            None
        );
    }

    #[test]
    fn pages_of_this_server_and_allowed_origins_may_connect() {
        let allowed_origins = vec!["https://app.example.com".to_owned()];
        let auth = Authentication {
            allowed_origins,
            ..Authentication::default()
        };
        let host = Some("127.0.0.1:4000");
        assert!(auth.allows_origin(None, host));
        assert!(auth.allows_origin(Some("http://127.0.0.1:4000"), host));
        assert!(auth.allows_origin(Some("http://[::1]:4000"), Some("[::1]:4000")));
        assert!(auth.allows_origin(Some("http://localhost"), Some("localhost")));
        assert!(auth.allows_origin(Some("https://app.example.com"), host));
        for origin in [
            "null",
            "",
            "http://127.0.0.1:4001",
            "https://evil.example.com",
            "http://app.example.com",
        ] {
            assert!(!auth.allows_origin(Some(origin), host), "{origin}");
        }
        let rebound = "evil.example.com:4000";
        assert!(!auth.allows_origin(Some("http://evil.example.com:4000"), Some(rebound)));
    }

    #[test]
    fn a_key_has_at_least_32_bytes() {
        let error = TokenKey::new("short\n").unwrap_err();
        assert_eq!(error, "token key has 5 bytes, expected at least 32");
        assert!(TokenKey::new(&"x".repeat(32)).is_ok());
    }
}

//! The URL of a socket, and the subprotocols that carry its token.

use std::borrow::Cow;

use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;

use super::error::Error;

/// Precedes the token in a subprotocol; Phoenix strips it.
const TOKEN_PREFIX: &str = "base64url.bearer.phx.";

/// The URL of the WebSocket of an endpoint such as `wss://example.com/socket`. `origin`
/// is the server of an endpoint that is only a path.
pub(crate) fn url(
    endpoint: &str,
    origin: Option<&str>,
    params: &[(String, String)],
) -> Result<String, Error> {
    let base = absolute(endpoint.trim_end_matches('/'), origin)?;
    let mut query = Serializer::new(String::new());
    query.extend_pairs(params).append_pair("vsn", "2.0.0");
    Ok(format!("{base}/websocket?{}", query.finish()))
}

fn absolute<'a>(endpoint: &'a str, origin: Option<&str>) -> Result<Cow<'a, str>, Error> {
    let schemes = [("http://", "ws://"), ("https://", "wss://")];
    for (http, ws) in schemes {
        if let Some(rest) = endpoint.strip_prefix(http) {
            return Ok(format!("{ws}{rest}").into());
        }
        if endpoint.starts_with(ws) {
            return Ok(endpoint.into());
        }
    }
    match origin {
        Some(origin) if endpoint.starts_with('/') => Ok(format!("{origin}{endpoint}").into()),
        _ => Err(Error::Endpoint(endpoint.into())),
    }
}

/// The subprotocols that phoenix.js offers with an `authToken`.
pub(crate) fn protocols(token: Option<&str>) -> Vec<String> {
    let offer = |token| {
        let encoded = BASE64_URL_SAFE_NO_PAD.encode(token);
        vec!["phoenix".into(), format!("{TOKEN_PREFIX}{encoded}")]
    };
    token.map(offer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_has_the_path_the_params_and_the_version_of_the_protocol() {
        let params = [("user_id".into(), "ada & co".into())];
        let expected = "wss://example.com/socket/websocket?user_id=ada+%26+co&vsn=2.0.0";
        for endpoint in ["wss://example.com/socket", "https://example.com/socket/"] {
            assert_eq!(url(endpoint, None, &params).unwrap(), expected);
        }
    }

    #[test]
    fn a_path_is_on_the_server_of_the_page() {
        let found = url("/socket", Some("ws://localhost:4000"), &[]).unwrap();
        assert_eq!(found, "ws://localhost:4000/socket/websocket?vsn=2.0.0");
    }

    #[test]
    fn an_endpoint_without_a_server_is_an_error_that_names_it() {
        for endpoint in ["/socket", "example.com/socket", "ftp://example.com", ""] {
            let error = url(endpoint, None, &[]).unwrap_err();
            assert_eq!(error, Error::Endpoint(endpoint.into()));
        }
    }

    #[test]
    fn a_token_is_a_subprotocol_beside_phoenix() {
        let expected = ["phoenix", "base64url.bearer.phx.YSB0b2tlbg"];
        assert_eq!(protocols(Some("a token")), expected);
        assert!(protocols(None).is_empty());
    }
}

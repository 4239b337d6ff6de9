//! The options of a socket.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::endpoint;
use super::error::Error;
use super::machine::Timing;
use super::platform;
use super::socket::Socket;

type Params = Arc<dyn Fn() -> Vec<(String, String)> + Send + Sync>;
type Token = Arc<dyn Fn() -> Option<String> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Options {
    pub endpoint: String,
    pub params: Params,
    pub auth_token: Option<Token>,
    pub timing: Timing,
}

/// The options of a [`Socket`], from [`Socket::builder`]. The defaults are those of
/// phoenix.js.
#[derive(Clone)]
#[must_use = "a builder is nothing until `build` or `connect`"]
pub struct SocketBuilder {
    options: Options,
    params: Vec<(String, String)>,
}

impl SocketBuilder {
    pub(crate) fn new(endpoint: &str) -> Self {
        Self {
            options: Options {
                endpoint: endpoint.into(),
                params: Arc::new(Vec::new),
                auth_token: None,
                timing: Timing::default(),
            },
            params: Vec::new(),
        }
    }

    /// Adds a parameter of the connection, which `connect/3` of the server reads.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Adds parameters that are asked for each time that the socket connects.
    pub fn params_with(
        mut self,
        params: impl Fn() -> Vec<(String, String)> + Send + Sync + 'static,
    ) -> Self {
        self.options.params = Arc::new(params);
        self
    }

    /// The token that the server finds under `:auth_token` in its `connect_info`. It is not
    /// part of the URL, which servers log.
    pub fn auth_token(self, token: impl Into<String>) -> Self {
        let token = token.into();
        self.auth_token_with(move || Some(token.clone()))
    }

    /// As [`auth_token`](Self::auth_token), asked for each time that the socket connects:
    /// for tokens that expire.
    pub fn auth_token_with(
        mut self,
        token: impl Fn() -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.options.auth_token = Some(Arc::new(token));
        self
    }

    /// How long a join, a push and a leave wait for a reply; 10 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timing.timeout = timeout;
        self
    }

    /// The time between two heartbeats, and how long one waits for its reply before the
    /// connection is given up; 30 s by default.
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.options.timing.heartbeat_interval = interval;
        self
    }

    /// The delay before the socket connects again, by the number of the attempt from 1.
    /// By default 10 ms, rising to 5 s.
    pub fn reconnect_after(
        mut self,
        delay: impl Fn(u32) -> Duration + Send + Sync + 'static,
    ) -> Self {
        self.options.timing.reconnect_after = Arc::new(delay);
        self
    }

    /// The delay before a channel joins again that was refused or crashed, by the number of
    /// the attempt from 1. By default 1 s, rising to 10 s.
    pub fn rejoin_after(mut self, delay: impl Fn(u32) -> Duration + Send + Sync + 'static) -> Self {
        self.options.timing.rejoin_after = Arc::new(delay);
        self
    }

    /// A socket that is not connected yet.
    ///
    /// # Errors
    ///
    /// [`Error::Endpoint`].
    pub fn build(self) -> Result<Socket, Error> {
        let Self {
            mut options,
            params,
        } = self;
        endpoint::url(&options.endpoint, platform::origin().as_deref(), &[])?;
        let more = options.params;
        options.params = Arc::new(move || params.iter().cloned().chain(more()).collect());
        Ok(Socket::start(options))
    }

    /// A socket that connects.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn connect(self) -> Result<Socket, Error> {
        let socket = self.build()?;
        socket.connect();
        Ok(socket)
    }
}

impl fmt::Debug for SocketBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Params and tokens may be secret.
        f.debug_struct("SocketBuilder")
            .field("endpoint", &self.options.endpoint)
            .field("timing", &self.options.timing)
            .finish_non_exhaustive()
    }
}

//! The command: `presence-server --port 4000 --serve /=www`.

use std::future::Future;
use std::io::{self, IsTerminal};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser};
use presence_server::auth::{Authentication, TokenKey};
use presence_server::cluster::ClusterOptions;
use presence_server::demo::tokens::TokenSigner;
use presence_server::demo::DemoOptions;
use presence_server::site::Mount;
use presence_server::{run, Limits, Options};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;
use tracing::warn;

/// Speaks the Phoenix Channels V2 protocol with Presence, for demos and integration tests.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,

    /// The port to listen on; 0 picks one. The line on stdout says which.
    #[arg(long, default_value_t = 4000)]
    port: u16,

    /// Serves a folder under a URL path. May be given several times.
    #[arg(long, value_name = "/URLPATH=FOLDER")]
    serve: Vec<Mount>,

    /// The key that tokens are signed with (HS256), at least 32 bytes; or PRESENCE_TOKEN_KEY.
    #[arg(long, value_name = "FILE")]
    token_key_file: Option<PathBuf>,

    /// An earlier key that is still accepted; or PRESENCE_PREVIOUS_TOKEN_KEY.
    #[arg(long, value_name = "FILE")]
    previous_token_key_file: Option<PathBuf>,

    /// Believes the user_id (and role) of connections without a token: for tests and demos.
    #[arg(long)]
    insecure_user_ids: bool,

    /// Signs a token for anyone, as the demo page needs, and has its messages, bots and faults. It
    /// needs a token key.
    #[arg(long)]
    demo: bool,

    /// Lets pages of another origin connect, such as https://app.example.com. May be given several times.
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,

    /// Closes a socket that sends nothing for so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    idle_timeout: u64,

    /// Closes a socket that sends more messages a second than this, over time.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    messages_per_second: u32,

    #[command(flatten)]
    cluster: ClusterArguments,

    /// Orders frames around joins as a busy Phoenix does, at random from this seed: for tests of
    /// clients. A join's answer overtakes frames that wait, and the leave of an ended channel is
    /// broadcast before or after the next join of its topic.
    #[arg(long, value_name = "SEED")]
    reorder_joins: Option<u64>,

    /// Stops when standard input ends, so that the server cannot outlive who started it.
    #[arg(long)]
    stop_with_stdin: bool,

    /// How much to log on stderr: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value_t = LevelFilter::INFO)]
    log: LevelFilter,
}

#[derive(Debug, Args)]
struct ClusterArguments {
    /// The name of this node, which no other node of the cluster has.
    #[arg(long, value_name = "NAME", requires = "cluster")]
    node: Option<String>,

    /// Joins a cluster, with this UDP address for gossip. Let only other nodes reach it.
    #[arg(long, value_name = "ADDRESS", requires = "node")]
    cluster: Option<SocketAddr>,

    /// The address under which other nodes reach it, if it is another.
    #[arg(long, value_name = "ADDRESS", requires = "cluster")]
    advertise: Option<SocketAddr>,

    /// Gossip addresses of other nodes, separated by commas.
    #[arg(
        long,
        value_name = "ADDRESS,…",
        value_delimiter = ',',
        requires = "cluster"
    )]
    seeds: Vec<String>,

    /// The time between two rounds of gossip: about how long a join takes to other nodes.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 100, value_parser = clap::value_parser!(u64).range(10..=10_000))]
    gossip_interval: u64,

    /// About how long a node may be silent before its users leave.
    #[arg(long, value_name = "SECONDS", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..))]
    dead_after: u64,
}

impl ClusterArguments {
    fn options(self) -> io::Result<Option<ClusterOptions>> {
        let (Some(node), Some(listen)) = (self.node, self.cluster) else {
            return Ok(None);
        };
        let gossip_interval = Duration::from_millis(self.gossip_interval);
        let dead_after = Duration::from_secs(self.dead_after);
        if dead_after < gossip_interval * 4 {
            return Err(io::Error::other(
                "--dead-after is less than four times --gossip-interval",
            ));
        }
        Ok(Some(ClusterOptions {
            node,
            listen,
            advertise: self.advertise.unwrap_or(listen),
            seeds: self.seeds,
            gossip_interval,
            dead_after,
        }))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_max_level(arguments.log)
        .init();
    match start(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("presence-server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start(arguments: Arguments) -> io::Result<()> {
    let keys = token_keys(&arguments)?;
    let signer = match keys.first() {
        _ if !arguments.demo => None,
        Some(key) => Some(TokenSigner::new(key)),
        None => {
            return Err(io::Error::other(
                "--demo signs tokens: give --token-key-file or PRESENCE_TOKEN_KEY",
            ))
        }
    };
    let keys = keys.iter().map(|key| TokenKey::new(key));
    let authentication = Authentication {
        keys: keys.collect::<Result<_, _>>().map_err(io::Error::other)?,
        insecure_user_ids: arguments.insecure_user_ids,
        allowed_origins: arguments.allow_origin,
    };
    if authentication.insecure_user_ids {
        warn!("--insecure-user-ids: every connection is believed about its user_id and role");
    } else if authentication.keys.is_empty() {
        return Err(io::Error::other(
            "nobody could connect: give --token-key-file or PRESENCE_TOKEN_KEY for signed tokens, \
             or --insecure-user-ids for tests",
        ));
    }
    let cluster = arguments.cluster.options()?;
    let defaults = Limits::default();
    let options = Options {
        mounts: arguments.serve,
        authentication,
        limits: Limits {
            idle: Duration::from_secs(arguments.idle_timeout),
            messages_per_second: arguments.messages_per_second,
            message_burst: defaults.message_burst.max(arguments.messages_per_second),
            ..defaults
        },
        cluster,
        demo: None,
        reorder_joins: arguments.reorder_joins,
    };
    let mut stop = pin!(stop_signal(arguments.stop_with_stdin)?);
    let mut address = SocketAddr::new(arguments.host, arguments.port);
    let mut is_first_start = true;
    loop {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        })?;
        address = listener.local_addr()?;
        if std::mem::take(&mut is_first_start) {
            println!("presence-server listening on http://{address}");
        }
        let restart = CancellationToken::new();
        let demo = signer.clone().map(|signer| DemoOptions {
            signer,
            restart: restart.clone(),
        });
        let options = Options {
            demo,
            ..options.clone()
        };
        let mut is_stopping = false;
        let ended = async {
            tokio::select! {
                () = &mut stop => is_stopping = true,
                () = restart.cancelled() => {}
            }
        };
        run(listener, options, ended).await?;
        if is_stopping {
            return Ok(());
        }
    }
}

/// The texts of the current key and the previous one, each from its file or from the environment.
fn token_keys(arguments: &Arguments) -> io::Result<Vec<String>> {
    let mut keys = Vec::new();
    for (file, variable) in [
        (&arguments.token_key_file, "PRESENCE_TOKEN_KEY"),
        (
            &arguments.previous_token_key_file,
            "PRESENCE_PREVIOUS_TOKEN_KEY",
        ),
    ] {
        let (name, text) = match file {
            Some(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(path).map_err(|error| {
                    io::Error::new(error.kind(), format!("cannot read {name}: {error}"))
                })?;
                (name, text)
            }
            None => match std::env::var(variable) {
                Ok(text) => (variable.to_owned(), text),
                Err(_) => continue,
            },
        };
        TokenKey::new(&text).map_err(|error| io::Error::other(format!("{name}: {error}")))?;
        keys.push(text);
    }
    Ok(keys)
}

/// Completes on Ctrl-C, on SIGTERM where there is one, and with standard input if asked to.
///
/// SIGTERM counts from the call on, not only once the future is polled.
fn stop_signal(with_stdin: bool) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let stdin_ended = CancellationToken::new();
    if with_stdin {
        // A thread of its own: tokio's stdin would keep the runtime from shutting down.
        let ended = stdin_ended.clone().drop_guard();
        std::thread::spawn(move || {
            let _ = io::copy(&mut io::stdin(), &mut io::sink());
            drop(ended);
        });
    }
    #[cfg(unix)]
    let mut terminate = {
        use tokio::signal::unix::{signal, SignalKind};
        signal(SignalKind::terminate())?
    };
    #[cfg(unix)]
    let terminated = async move {
        terminate.recv().await;
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    Ok(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
            () = stdin_ended.cancelled() => {}
        }
    })
}

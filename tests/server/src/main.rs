//! The command: `presence-server --port 4000 --serve /=www`.

use std::io::{self, IsTerminal};
use std::net::IpAddr;
use std::time::Duration;

use clap::Parser;
use presence_server::site::Mount;
use presence_server::{run, Limits, Options};
use tokio::net::TcpListener;
use tracing::level_filters::LevelFilter;

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

    /// Closes a socket that sends nothing for so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    idle_timeout: u64,

    /// Closes a socket that sends more messages a second than this, over time.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    messages_per_second: u32,

    /// How much to log on stderr: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value_t = LevelFilter::INFO)]
    log: LevelFilter,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_max_level(arguments.log)
        .init();

    let defaults = Limits::default();
    let options = Options {
        mounts: arguments.serve,
        limits: Limits {
            idle: Duration::from_secs(arguments.idle_timeout),
            messages_per_second: arguments.messages_per_second,
            message_burst: defaults.message_burst.max(arguments.messages_per_second),
            ..defaults
        },
    };
    let stop = stop_signal()?;
    let listener = TcpListener::bind((arguments.host, arguments.port))
        .await
        .map_err(|error| {
            let at = format!("{}:{}", arguments.host, arguments.port);
            io::Error::new(error.kind(), format!("cannot listen on {at}: {error}"))
        })?;
    println!(
        "presence-server listening on http://{}",
        listener.local_addr()?
    );
    run(listener, options, stop).await;
    Ok(())
}

/// Completes on Ctrl-C or, where there is one, SIGTERM. Signals count from the call on.
fn stop_signal() -> io::Result<impl std::future::Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{signal, SignalKind};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
        })
    }
}

//! The line between clients and their server: a TCP proxy.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{watch, Notify};
use tokio_util::task::AbortOnDropHandle;

#[derive(Debug)]
pub struct Line {
    port: u16,
    is_stalled: watch::Sender<bool>,
    cut: Arc<Notify>,
    _accepting: AbortOnDropHandle<()>,
}

impl Line {
    /// A line to a port of this machine.
    pub async fn start(server: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (is_stalled, stalled) = watch::channel(false);
        let cut = Arc::new(Notify::new());
        let accepting = accept(listener, server, stalled, Arc::clone(&cut));
        Ok(Self {
            port,
            is_stalled,
            cut,
            _accepting: AbortOnDropHandle::new(tokio::spawn(accepting)),
        })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn cut(&self) {
        self.cut.notify_waiters();
    }

    pub fn set_stalled(&self, is_stalled: bool) {
        self.is_stalled.send_replace(is_stalled);
    }
}

async fn accept(
    listener: TcpListener,
    server: u16,
    stalled: watch::Receiver<bool>,
    cut: Arc<Notify>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let (stalled, cut) = (stalled.clone(), Arc::clone(&cut));
        tokio::spawn(async move {
            tokio::select! {
                () = cut.notified() => {}
                _ = forward(client, server, stalled) => {}
            }
        });
    }
}

/// Forwards both ways until one side ends.
async fn forward(client: TcpStream, server: u16, stalled: watch::Receiver<bool>) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", server)).await?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        copied = copy(from_client, to_server, stalled.clone()) => copied,
        copied = copy(from_server, to_client, stalled) => copied,
    }
}

async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut stalled: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        stalled
            .wait_for(|is_stalled| !is_stalled)
            .await
            .map_err(io::Error::other)?;
        to.write_all(&buffer[..length]).await?;
    }
}

//! One client's connection, from the accepted WebSocket to its last close frame.
//!
//! Reading and writing run side by side, so a client that does not read cannot
//! hold up what it sends, nor the other way round. Invariant: however a
//! connection ends, its channels have ended before anything is waited for.

mod close;
mod rate;
mod session;

use std::pin::pin;
use std::sync::Arc;

use axum::extract::ws::Message;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::{timeout, timeout_at, Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use self::close::Close;
use self::rate::Rate;
use self::session::Session;
use crate::hub::Hub;
use crate::options::Limits;
use crate::outbox::{outbox, Outgoing};

/// What all sockets share.
#[derive(Debug)]
pub struct Shared {
    /// Where sockets meet.
    pub hub: Arc<Hub>,
    /// What clients may do.
    pub limits: Limits,
    /// Cancelled when the server stops.
    pub shutdown: CancellationToken,
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The server closes it, and says why.
    Close(Close),
    /// The client closes it, and waits for the answer.
    Closed,
    /// The line is dead.
    Gone,
    /// The client does not read. It would not read a close frame either.
    Slow,
}

/// Serves a client until it leaves, breaks a limit, or the server stops.
pub async fn serve<T>(transport: T, user_id: Arc<str>, shared: Arc<Shared>)
where
    T: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error>,
{
    let limits = &shared.limits;
    let (sink, mut stream) = transport.split();
    let (outbox, outgoing) = outbox(limits.queue_messages, limits.queue_bytes);
    let mut writing = pin!(write(outgoing, sink));
    let mut session = Session::new(Arc::clone(&user_id), outbox.clone(), Arc::clone(&shared));
    let mut rate = Rate::new(limits.messages_per_second, limits.message_burst);
    let mut deadline = Instant::now() + limits.idle;
    debug!(?user_id, "connected");

    let end = loop {
        tokio::select! {
            _ = shared.shutdown.cancelled() => break End::Close(Close::Restart),
            _ = outbox.overflowed() => break End::Slow,
            _ = &mut writing => break End::Gone,
            _ = session.enter_next() => {}
            message = timeout_at(deadline, stream.next()) => {
                let message = match message {
                    Err(_) => break End::Close(Close::Idle(limits.idle)),
                    Ok(None) => break End::Gone,
                    Ok(Some(Err(error))) => match Close::for_error(error) {
                        Some(close) => break End::Close(close),
                        None => break End::Gone,
                    },
                    Ok(Some(Ok(message))) => message,
                };
                deadline = Instant::now() + limits.idle;
                if !rate.allows(Instant::now()) {
                    break End::Close(Close::TooFast(limits.messages_per_second));
                }
                match message {
                    Message::Text(text) => {
                        if let Err(close) = session.handle(&text) {
                            break End::Close(close);
                        }
                    }
                    Message::Binary(_) => break End::Close(Close::Binary),
                    Message::Close(_) => break End::Closed,
                    Message::Ping(_) | Message::Pong(_) => {}
                }
            }
        }
    };

    drop(session);
    match end {
        // The transport answers a close frame while it is read from.
        End::Closed => {
            let rest = async { while let Some(Ok(_)) = stream.next().await {} };
            let _ = timeout(limits.close_grace, rest).await;
        }
        End::Gone => debug!(?user_id, "gone"),
        End::Slow => info!(?user_id, "dropped: it reads too slowly"),
        End::Close(close) => {
            info!(?user_id, code = close.code(), reason = %close, "closing");
            outbox.close(close.frame());
            // Hanging up while the client still sends would destroy the close frame on its way.
            let farewell = async {
                writing.await;
                while let Some(Ok(_)) = stream.next().await {}
            };
            let _ = timeout(limits.close_grace, farewell).await;
        }
    }
}

/// Writes what is queued, up to and including a close frame.
async fn write(mut outgoing: Outgoing, mut sink: impl Sink<Message> + Unpin) {
    while let Some(message) = outgoing.next().await {
        let last = matches!(message, Message::Close(_));
        if sink.send(message).await.is_err() || last {
            return;
        }
    }
}

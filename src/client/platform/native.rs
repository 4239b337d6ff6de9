//! Native programs: tokio and tokio-tungstenite.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use futures_channel::mpsc::{unbounded, UnboundedReceiver, UnboundedSender};
use futures_util::future::{select, Either};
use futures_util::{pin_mut, SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{connect_async, MaybeTlsStream, WebSocketStream};

use super::{lost, Connect, Input, Request};
use crate::client::error::Close;
use crate::client::machine::{ConnectionId, Time};

/// How long a closing handshake may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What moves between tasks is `Send` here, and need not be in a browser.
pub trait MaybeSend: Send {}
impl<T: Send + ?Sized> MaybeSend for T {}

/// What tasks share is `Sync` here, and need not be in a browser.
pub trait MaybeSync: Sync {}
impl<T: Sync + ?Sized> MaybeSync for T {}

/// The time since the program's first socket.
pub(crate) fn now() -> Time {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

pub(crate) type Sleep = tokio::time::Sleep;

pub(crate) fn sleep(duration: Duration) -> Sleep {
    tokio::time::sleep(duration)
}

/// Runs a task in the current tokio runtime, or on a thread with a runtime of its own.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(task);
        return;
    }
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        // Without a runtime the task is dropped, which closes its socket.
        if let Ok(runtime) = runtime {
            runtime.block_on(task);
        }
    });
}

/// A native program has no page.
#[derive(Debug)]
pub(crate) struct Page;

impl Page {
    pub fn listen(_inputs: &UnboundedSender<Input>) -> Self {
        Self
    }
}

/// A path alone names no server here.
pub(crate) fn origin() -> Option<String> {
    None
}

#[derive(Debug)]
enum Command {
    Text(String),
    Close(Close),
}

#[derive(Debug)]
pub(crate) struct Connection(UnboundedSender<Command>);

impl Connect for Connection {
    fn open(id: ConnectionId, request: Request, inputs: UnboundedSender<Input>) -> Self {
        let (commands, received) = unbounded();
        let mut report = Report {
            id,
            close: lost("the connection's task ended"),
            inputs,
        };
        spawn(async move {
            report.close = run(id, request, &report.inputs, received).await;
            drop(report);
        });
        Self(commands)
    }

    fn send(&mut self, text: String) {
        // The end of the connection is reported to the socket.
        let _ = self.0.unbounded_send(Command::Text(text));
    }

    fn close(&mut self, close: Close) {
        let _ = self.0.unbounded_send(Command::Close(close));
    }
}

/// Reports the end of a connection, however its task ends.
struct Report {
    id: ConnectionId,
    close: Close,
    inputs: UnboundedSender<Input>,
}

impl Drop for Report {
    fn drop(&mut self) {
        let close = self.close.clone();
        // The socket is gone if no one receives this.
        let _ = self.inputs.unbounded_send(Input::Closed(self.id, close));
    }
}

/// One connection, from its start to its end.
async fn run(
    id: ConnectionId,
    request: Request,
    inputs: &UnboundedSender<Input>,
    mut commands: UnboundedReceiver<Command>,
) -> Close {
    let connecting = connect(request);
    pin_mut!(connecting);
    // Before it is open there is nothing to send: a command, or the end of commands, ends it.
    let socket = match select(connecting, commands.next()).await {
        Either::Left((Ok(socket), _)) => socket,
        Either::Left((Err(reason), _)) => {
            let _ = inputs.unbounded_send(Input::Failed(id, reason.clone()));
            return lost(reason);
        }
        Either::Right((Some(Command::Close(close)), _)) => return close,
        Either::Right(_) => return lost(""),
    };
    let _ = inputs.unbounded_send(Input::Opened(id));
    let (mut sink, mut stream) = socket.split();

    let read = async {
        let mut closed = lost("");
        while let Some(message) = stream.next().await {
            match message {
                Ok(Message::Text(text)) => {
                    let _ = inputs.unbounded_send(Input::Text(id, text.to_string()));
                }
                Ok(Message::Close(frame)) => closed = close_of(frame),
                Ok(Message::Binary(_)) => {
                    let reason = "a binary message, which this client does not read".into();
                    let _ = inputs.unbounded_send(Input::Failed(id, reason));
                }
                Ok(_) => {}
                Err(error) => {
                    if closed == lost("") {
                        closed = lost(error.to_string());
                    }
                    break;
                }
            }
        }
        closed
    };
    // Whether the closing handshake was begun. A failure to write also ends the reader.
    let write = async {
        while let Some(command) = commands.next().await {
            let sent = match command {
                Command::Text(text) => sink.send(Message::text(text)).await,
                Command::Close(close) => {
                    let frame = CloseFrame {
                        code: close.code.into(),
                        reason: close.reason.into(),
                    };
                    let _ = sink.send(Message::Close(Some(frame))).await;
                    return true;
                }
            };
            if sent.is_err() {
                return true;
            }
        }
        false
    };
    pin_mut!(read, write);
    match select(read, write).await {
        Either::Left((closed, _)) => closed,
        Either::Right((true, read)) => {
            let closed = tokio::time::timeout(CLOSE_TIMEOUT, read).await;
            closed.unwrap_or_else(|_| lost("no answer to the close"))
        }
        Either::Right((false, _)) => lost(""),
    }
}

async fn connect(request: Request) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, String> {
    let mut upgrade = request.url.into_client_request().map_err(describe)?;
    if !request.protocols.is_empty() {
        let offered = HeaderValue::from_str(&request.protocols.join(", "))
            .map_err(|error| error.to_string())?;
        upgrade
            .headers_mut()
            .insert(SEC_WEBSOCKET_PROTOCOL, offered);
    }
    let (socket, _) = connect_async(upgrade).await.map_err(describe)?;
    Ok(socket)
}

/// A refused connection with its status and body, which often name the cause.
fn describe(error: Error) -> String {
    match error {
        Error::Http(response) => {
            let body = response.body().as_deref().unwrap_or_default();
            let body = String::from_utf8_lossy(body);
            format!("{} {}", response.status(), body.trim())
                .trim()
                .into()
        }
        other => other.to_string(),
    }
}

fn close_of(frame: Option<CloseFrame>) -> Close {
    match frame {
        Some(frame) => Close {
            code: frame.code.into(),
            reason: frame.reason.to_string(),
        },
        // A close without a code.
        None => Close {
            code: 1005,
            reason: String::new(),
        },
    }
}

//! Browsers: the page's or the worker's own WebSocket, timers and events.

use std::future::Future;
use std::time::Duration;

use futures_channel::mpsc::UnboundedSender;
use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, EventTarget, Location, MessageEvent, VisibilityState, WebSocket};

use super::{lost, Connect, Input, PageEvent, Request};
use crate::client::error::Close;
use crate::client::machine::{ConnectionId, Time};

/// What moves between tasks is `Send` natively, and need not be here.
pub trait MaybeSend {}
impl<T: ?Sized> MaybeSend for T {}

/// What tasks share is `Sync` natively, and need not be here.
pub trait MaybeSync {}
impl<T: ?Sized> MaybeSync for T {}

#[wasm_bindgen]
extern "C" {
    /// The same in a page and in a worker, and not moved by changes of the clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The time since the page or the worker was started.
pub(crate) fn now() -> Time {
    Duration::from_secs_f64(performance_now() / 1000.0)
}

pub(crate) type Sleep = TimeoutFuture;

pub(crate) fn sleep(duration: Duration) -> Sleep {
    // Rounded up, so that a deadline has passed when the sleep ends. `setTimeout` takes an
    // i32; a longer sleep ends early, and another follows.
    let ms = duration.as_secs_f64() * 1000.0;
    TimeoutFuture::new(ms.ceil().min(f64::from(i32::MAX)) as u32)
}

pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}

/// The listeners for the page and the network; a worker has no page.
#[derive(Debug)]
pub(crate) struct Page {
    _listeners: Vec<EventListener>,
}

impl Page {
    pub fn listen(inputs: &UnboundedSender<Input>) -> Self {
        let mut listeners = Vec::new();
        let mut on = |target: &EventTarget, event: &'static str, read: fn() -> PageEvent| {
            let inputs = inputs.clone();
            listeners.push(EventListener::new(target, event, move |_| {
                // The socket is gone if no one receives this.
                let _ = inputs.unbounded_send(Input::Page(read()));
            }));
        };
        if let Ok(global) = js_sys::global().dyn_into::<EventTarget>() {
            on(&global, "online", || PageEvent::NetworkReturned);
        }
        if let Some(window) = web_sys::window() {
            on(&window, "pagehide", || PageEvent::PutAway);
            on(&window, "pageshow", || PageEvent::Back);
            if let Some(document) = window.document() {
                on(&document, "visibilitychange", visibility);
                // Chrome may report a page that was frozen by this event alone.
                on(&document, "resume", visibility);
                if is_hidden() {
                    let _ = inputs.unbounded_send(Input::Page(PageEvent::Hidden));
                }
            }
        }
        Self {
            _listeners: listeners,
        }
    }
}

fn visibility() -> PageEvent {
    match is_hidden() {
        true => PageEvent::Hidden,
        false => PageEvent::Shown,
    }
}

fn is_hidden() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// The server of the page or the worker, as `ws://host`, for an endpoint that is a path.
pub(crate) fn origin() -> Option<String> {
    let location = js_sys::Reflect::get(&js_sys::global(), &"location".into()).ok()?;
    if !location.is_object() {
        return None;
    }
    // A worker's has the same properties.
    let location: Location = location.unchecked_into();
    let scheme = match &*location.protocol().ok()? {
        "https:" => "wss",
        _ => "ws",
    };
    Some(format!("{scheme}://{}", location.host().ok()?))
}

/// A WebSocket, and its listeners, which end with it.
#[derive(Debug)]
pub(crate) struct Connection {
    /// `None` if the browser refused to make one, which `inputs` was told.
    socket: Option<WebSocket>,
    _listeners: Vec<EventListener>,
}

impl Connect for Connection {
    fn open(id: ConnectionId, request: Request, inputs: UnboundedSender<Input>) -> Self {
        let protocols: js_sys::Array = request.protocols.iter().map(JsValue::from).collect();
        match WebSocket::new_with_str_sequence(&request.url, &protocols) {
            Ok(socket) => Self {
                _listeners: listen(id, &socket, &inputs),
                socket: Some(socket),
            },
            Err(error) => {
                let reason = format!("{error:?}");
                let _ = inputs.unbounded_send(Input::Failed(id, reason.clone()));
                let _ = inputs.unbounded_send(Input::Closed(id, lost(reason)));
                Self {
                    socket: None,
                    _listeners: Vec::new(),
                }
            }
        }
    }

    fn send(&mut self, text: String) {
        if let Some(socket) = &self.socket {
            // It fails only before the socket is open.
            let _ = socket.send_with_str(&text);
        }
    }

    fn close(&mut self, close: Close) {
        if let Some(socket) = &self.socket {
            // Browsers refuse some codes and long reasons.
            if socket
                .close_with_code_and_reason(close.code, &close.reason)
                .is_err()
            {
                let _ = socket.close();
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(socket) = &self.socket {
            let _ = socket.close();
        }
    }
}

fn listen(
    id: ConnectionId,
    socket: &WebSocket,
    inputs: &UnboundedSender<Input>,
) -> Vec<EventListener> {
    let on = |event: &'static str, read: fn(ConnectionId, &web_sys::Event) -> Input| {
        let inputs = inputs.clone();
        EventListener::new(socket, event, move |event| {
            let _ = inputs.unbounded_send(read(id, event));
        })
    };
    vec![
        on("open", |id, _| Input::Opened(id)),
        on("error", |id, _| {
            Input::Failed(id, "the connection failed".into())
        }),
        on("message", |id, event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            match data.as_string() {
                Some(text) => Input::Text(id, text),
                None => Input::Failed(
                    id,
                    "a binary message, which this client does not read".into(),
                ),
            }
        }),
        on("close", |id, event| {
            let event = event.unchecked_ref::<CloseEvent>();
            let close = Close {
                code: event.code(),
                reason: event.reason(),
            };
            Input::Closed(id, close)
        }),
    ]
}

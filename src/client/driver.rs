//! The driver of a socket: carries out what its state machine asks for.
//!
//! Invariant: callbacks run in the order of the messages, one at a time, and never while
//! the state is locked.

use std::collections::HashMap;
use std::fmt;
use std::future::{poll_fn, Future};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use futures_channel::mpsc::{unbounded, UnboundedReceiver, UnboundedSender};
use futures_channel::oneshot;
use futures_util::future::{select, Either};
use futures_util::task::AtomicWaker;
use futures_util::StreamExt;

use super::endpoint;
use super::error::{Close, Error};
use super::event::{ChannelEvent, SocketEvent};
use super::listeners::Callbacks;
use super::machine::{ChannelId, ConnectionId, Machine, Output, PushId, Time};
use super::options::Options;
use super::payload::Payload;
use super::platform::{self, Connect, Connection, Input, Page, PageEvent, Request};

/// The result of a push, a join or a leave.
pub(crate) type Outcome = Result<Payload, Error>;

/// What the handles of a socket and its driver share.
pub(crate) struct Shared {
    state: Mutex<State>,
    pub of_socket: Arc<Callbacks<(), SocketEvent>>,
    pub of_channels: Arc<Callbacks<ChannelId, ChannelEvent>>,
    /// Set when there is something for the driver to do.
    is_woken: AtomicBool,
    driver: AtomicWaker,
    options: Options,
}

struct State {
    machine: Machine,
    waiters: HashMap<PushId, oneshot::Sender<Outcome>>,
    /// Whether all handles are dropped.
    is_over: bool,
}

impl Shared {
    /// The state of a new socket, whose driver is started.
    pub fn start(options: Options) -> Arc<Self> {
        let shared = Arc::new(Self {
            state: Mutex::new(State {
                machine: Machine::new(options.timing.clone()),
                waiters: HashMap::new(),
                is_over: false,
            }),
            of_socket: Callbacks::new(),
            of_channels: Callbacks::new(),
            is_woken: AtomicBool::new(false),
            driver: AtomicWaker::new(),
            options,
        });
        let (inputs, received) = unbounded();
        platform::spawn(drive(Driver::new(Arc::clone(&shared), inputs), received));
        shared
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the state machine.
    pub fn read<T>(&self, read: impl FnOnce(&Machine) -> T) -> T {
        read(&self.state().machine)
    }

    /// Calls the state machine; the driver carries out what follows.
    pub fn call<T>(&self, call: impl FnOnce(&mut Machine, Time) -> T) -> T {
        let result = call(&mut self.state().machine, platform::now());
        self.wake();
        result
    }

    /// Calls the state machine, and returns the result of what it began.
    pub fn begin(
        &self,
        begin: impl FnOnce(&mut Machine, Time) -> PushId,
    ) -> oneshot::Receiver<Outcome> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        let push = begin(&mut state.machine, platform::now());
        if !state.is_over {
            state.waiters.insert(push, sender);
        }
        drop(state);
        self.wake();
        receiver
    }

    /// The last handle was dropped: disconnects and ends the driver.
    pub fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        let close = Close {
            code: 1000,
            reason: String::new(),
        };
        state.machine.disconnect(close, platform::now());
        drop(state);
        self.wake();
    }

    fn wake(&self) {
        self.is_woken.store(true, Ordering::Release);
        self.driver.wake();
    }

    fn woken(&self) -> impl Future<Output = ()> + '_ {
        poll_fn(|context| {
            self.driver.register(context.waker());
            match self.is_woken.swap(false, Ordering::Acquire) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

struct Driver {
    shared: Arc<Shared>,
    inputs: UnboundedSender<Input>,
    connections: HashMap<ConnectionId, Connection>,
    _page: Page,
}

impl Driver {
    fn new(shared: Arc<Shared>, inputs: UnboundedSender<Input>) -> Self {
        Self {
            _page: Page::listen(&inputs),
            shared,
            inputs,
            connections: HashMap::new(),
        }
    }

    fn receive(&mut self, input: Input) {
        let now = platform::now();
        let mut state = self.shared.state();
        let machine = &mut state.machine;
        match input {
            Input::Opened(id) => machine.opened(id, now),
            Input::Text(id, text) => machine.received(id, &text, now),
            Input::Failed(id, reason) => machine.failed(id, reason),
            Input::Closed(id, close) => {
                machine.closed(id, close, now);
                self.connections.remove(&id);
            }
            Input::Page(PageEvent::Hidden) => machine.page_hidden(),
            Input::Page(PageEvent::Shown) => machine.page_shown(now),
            Input::Page(PageEvent::PutAway) => machine.page_put_away(now),
            Input::Page(PageEvent::Back) => machine.page_back(),
            Input::Page(PageEvent::NetworkReturned) => machine.network_returned(now),
        }
        // A flood of messages must not hold up heartbeats.
        machine.tick(now);
    }

    /// Carries out what the state machine asks for.
    fn carry_out(&mut self) {
        loop {
            let mut state = self.shared.state();
            let Some(output) = state.machine.take_output() else {
                return;
            };
            if let Output::Settle(push, outcome) = output {
                if let Some(waiter) = state.waiters.remove(&push) {
                    // Nobody waits for it if the receiver is gone.
                    let _ = waiter.send(outcome);
                }
                continue;
            }
            drop(state);
            match output {
                Output::Open(id) => self.open(id),
                Output::Send(id, text) => {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.send(text);
                    }
                }
                Output::Close(id, close) => {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.close(close);
                    }
                }
                Output::Socket(event) => self.shared.of_socket.notify(&(), &event),
                Output::Channel(id, event) => {
                    self.shared.of_channels.notify(&id, &event);
                    if event == ChannelEvent::Closed {
                        self.shared.of_channels.end(&id);
                    }
                }
                Output::Settle(..) => {}
            }
        }
    }

    fn open(&mut self, id: ConnectionId) {
        let options = &self.shared.options;
        let origin = platform::origin();
        // Asked for each time, since a token may have expired.
        let url = endpoint::url(&options.endpoint, origin.as_deref(), &(options.params)());
        let token = options.auth_token.as_ref().and_then(|token| token());
        match url {
            Ok(url) => {
                let request = Request {
                    url,
                    protocols: endpoint::protocols(token.as_deref()),
                };
                let connection = Connection::open(id, request, self.inputs.clone());
                self.connections.insert(id, connection);
            }
            // The endpoint was checked when the socket was made.
            Err(error) => {
                let close = Close {
                    code: 1006,
                    reason: error.to_string(),
                };
                let _ = self.inputs.unbounded_send(Input::Closed(id, close));
            }
        }
    }

    /// Whether all handles are dropped and all connections closed.
    fn is_over(&self) -> bool {
        self.shared.state().is_over && self.connections.is_empty()
    }
}

impl Drop for Driver {
    /// Ends what waits, also if the runtime stops or a callback panics.
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.is_over = true;
        let waiters = std::mem::take(&mut state.waiters);
        drop(state);
        drop(waiters);
        self.shared.of_socket.end_all();
        self.shared.of_channels.end_all();
    }
}

async fn drive(mut driver: Driver, mut inputs: UnboundedReceiver<Input>) {
    let shared = Arc::clone(&driver.shared);
    let mut timer = Timer::default();
    loop {
        driver.carry_out();
        if driver.is_over() {
            return;
        }
        timer.set(shared.read(Machine::next_deadline));
        let next = select(select(inputs.next(), Box::pin(shared.woken())), &mut timer);
        match next.await {
            Either::Left((Either::Left((Some(input), _)), _)) => driver.receive(input),
            // The driver itself holds a sender of inputs, so they do not end.
            Either::Left(_) => {}
            Either::Right(_) => shared.call(|machine, now| machine.tick(now)),
        }
    }
}

/// Waits for the next deadline. A timer of the platform is started only when the deadline
/// is another.
#[derive(Default)]
struct Timer {
    sleep: Option<(Time, Pin<Box<platform::Sleep>>)>,
}

impl Timer {
    fn set(&mut self, deadline: Option<Time>) {
        if self.sleep.as_ref().map(|(time, _)| *time) != deadline {
            self.sleep = deadline.map(|time| {
                let duration = time.saturating_sub(platform::now());
                (time, Box::pin(platform::sleep(duration)))
            });
        }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<()> {
        let Some((_, sleep)) = &mut self.sleep else {
            return Poll::Pending;
        };
        let done = sleep.as_mut().poll(context);
        if done.is_ready() {
            self.sleep = None;
        }
        done
    }
}

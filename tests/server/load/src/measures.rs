//! What all users measure together.

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hdrhistogram::Histogram;

/// The longest latency that is recorded as it is: one minute, in microseconds.
const MAX_LATENCY_MICROS: u64 = 60_000_000;

/// Counters and latencies of all users.
pub struct Measures {
    start: Instant,
    /// Bytes of text that the users received.
    pub bytes: AtomicU64,
    /// Frames that the users received.
    pub frames: AtomicU64,
    latencies: Mutex<Histogram<u64>>,
}

impl Measures {
    /// All zero.
    pub fn new() -> Self {
        let latencies = Histogram::new_with_max(MAX_LATENCY_MICROS, 3)
            .expect("three digits up to a minute are within the histogram's bounds");
        Self {
            start: Instant::now(),
            bytes: AtomicU64::new(0),
            frames: AtomicU64::new(0),
            latencies: Mutex::new(latencies),
        }
    }

    /// Microseconds since the start of the program.
    pub fn now_micros(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }

    /// Records the time from the sending of an update to its arrival at one user.
    pub fn record_latency(&self, sent_at: u64) {
        let latency = self.now_micros().saturating_sub(sent_at);
        let mut latencies = self
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        latencies.saturating_record(latency);
    }

    /// The latencies so far, in microseconds.
    pub fn latencies(&self) -> Histogram<u64> {
        let latencies = self
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        latencies.clone()
    }
}

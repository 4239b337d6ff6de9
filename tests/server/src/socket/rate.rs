//! The rate limit of one client: a token bucket.
//!
//! Invariant: in any period at most `burst + rate * period` messages are allowed.

use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct RateLimit {
    per_second: f64,
    burst: f64,
    tokens: f64,
    last: Option<Instant>,
}

impl RateLimit {
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self {
            per_second: f64::from(per_second),
            burst: f64::from(burst),
            tokens: f64::from(burst),
            last: None,
        }
    }

    /// Counts a message; whether it is within the limit.
    pub(crate) fn allows(&mut self, now: Instant) -> bool {
        let earlier = self.last.replace(now).unwrap_or(now);
        let gained = now.duration_since(earlier).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + gained).min(self.burst);
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let start = Instant::now();
        let mut rate = RateLimit::new(10, 3);
        assert_eq!(
            [(); 4].map(|()| rate.allows(start)),
            [true, true, true, false]
        );
        let later = start + Duration::from_millis(100);
        assert_eq!([(); 2].map(|()| rate.allows(later)), [true, false]);
    }

    #[test]
    fn a_pause_saves_up_one_burst_at_most() {
        let start = Instant::now();
        let mut rate = RateLimit::new(10, 3);
        assert!(rate.allows(start));
        let later = start + Duration::from_secs(3600);
        assert_eq!(
            [(); 4].map(|()| rate.allows(later)),
            [true, true, true, false]
        );
    }
}

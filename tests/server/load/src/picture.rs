//! The latencies as a picture: a curve of percentiles on a logarithmic scale.

use std::fmt::Write;

use hdrhistogram::Histogram;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 320.0;
const MARGIN: f64 = 60.0;

/// The percentiles along the x axis, evenly spaced.
const PERCENTILES: [f64; 9] = [1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 99.0, 99.9, 100.0];
/// The lines of the y axis, in milliseconds.
const MILLIS: [f64; 5] = [0.1, 1.0, 10.0, 100.0, 1000.0];

/// Draws the latencies, which are in microseconds, as SVG.
pub fn latencies(title: &str, latencies: &Histogram<u64>) -> String {
    let x = |index: usize| {
        let steps = (PERCENTILES.len() - 1) as f64;
        MARGIN + (WIDTH - 2.0 * MARGIN) * index as f64 / steps
    };
    let (low, high) = (MILLIS[0].log10(), MILLIS[MILLIS.len() - 1].log10());
    let y = |millis: f64| {
        let share = (millis.max(MILLIS[0]).log10() - low) / (high - low);
        HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * share.min(1.0)
    };
    let mut body = String::new();
    for millis in MILLIS {
        let (y, right) = (y(millis), WIDTH - MARGIN);
        let _ = write!(
            body,
            r##"<path d="M{MARGIN} {y:.1}H{right}" stroke="#ccc"/><text x="{:.1}" y="{:.1}" text-anchor="end">{millis} ms</text>"##,
            MARGIN - 4.0,
            y + 4.0
        );
    }
    let mut curve = String::new();
    for (index, percentile) in PERCENTILES.into_iter().enumerate() {
        let millis = latencies.value_at_quantile(percentile / 100.0) as f64 / 1000.0;
        let (x, y, command) = (x(index), y(millis), if index == 0 { 'M' } else { 'L' });
        let _ = write!(curve, "{command}{x:.1} {y:.1}");
        let label = if percentile == 100.0 {
            "max".to_owned()
        } else {
            format!("p{percentile}")
        };
        let _ = write!(
            body,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="#c33"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{millis:.1}</text><text x="{x:.1}" y="{:.1}" text-anchor="middle">{label}</text>"##,
            y - 8.0,
            HEIGHT - MARGIN + 18.0
        );
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/><text x="{MARGIN}" y="24" font-size="14">Fan-out latency, {title}</text>{body}<path d="{curve}" fill="none" stroke="#c33" stroke-width="2"/></svg>
"##
    )
}

//! `cargo bench`: the time of a typed roster, beside the parse of the same text.
#![allow(missing_docs)] // criterion's macros make public functions
#![cfg(not(target_arch = "wasm32"))]

use std::hint::black_box;

use criterion::{
    criterion_group, criterion_main, BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput,
};
use phoenix_presence::{Roster, State};
use serde_json::Value;

/// The metadata that the server tracks.
#[derive(serde::Deserialize, PartialEq)]
#[allow(dead_code)] // parsed, but never read
struct Device {
    online_at: u64,
    status: String,
}

fn presence(key: &str, phx_ref: usize) -> String {
    let meta =
        format!(r#"{{"phx_ref":"F{phx_ref:015}","online_at":1795489092,"status":"online"}}"#);
    format!(r#""{key}":{{"metas":[{meta}]}}"#)
}

fn state(users: usize, first_ref: usize) -> String {
    let presences = (0..users).map(|n| presence(&format!("user-{n}"), first_ref + n));
    format!("{{{}}}", presences.collect::<Vec<_>>().join(","))
}

fn online(users: usize) -> Roster<Device> {
    let mut roster = Roster::new();
    roster.sync_state_json(state(users, 0)).expect("a state");
    roster
}

fn roster(c: &mut Criterion) {
    for users in [10, 1_000, 100_000] {
        let text = state(users, 0);
        let mut group = c.benchmark_group(format!("{users} users"));
        group
            .throughput(Throughput::Bytes(text.len() as u64))
            .sample_size(20);
        if users > 1_000 {
            group.sampling_mode(SamplingMode::Flat);
        }

        let name = |work| BenchmarkId::from_parameter(work);
        group.bench_function(name("parse alone, untyped"), |b| {
            b.iter_with_large_drop(|| serde_json::from_str::<Value>(black_box(&text)));
        });
        group.bench_function(name("parse alone, typed"), |b| {
            b.iter_with_large_drop(|| serde_json::from_str::<State<Device>>(black_box(&text)));
        });
        group.bench_function(name("first state"), |b| {
            b.iter_with_large_drop(|| {
                let mut roster = Roster::<Device>::new();
                let events = roster.sync_state_json(black_box(&text));
                (roster, events)
            });
        });
        let told = Roster::<Device>::new()
            .sync_state_json(&text)
            .expect("a state");
        group.bench_function(name("changes of the first state"), |b| {
            b.iter_with_large_drop(|| black_box(&told).changes());
        });
        let mut same = online(users);
        group.bench_function(name("identical resync"), |b| {
            b.iter_with_large_drop(|| same.sync_state_json(black_box(&text)));
        });
        let other = state(users, 1_000_000);
        group.bench_function(name("resync, every ref new"), |b| {
            b.iter_batched_ref(
                || same.clone(),
                |roster| roster.sync_state_json(black_box(&other)),
                BatchSize::LargeInput,
            );
        });
        group.finish();

        let mut room = online(users);
        let join = format!(
            r#"{{"joins":{{{}}},"leaves":{{}}}}"#,
            presence("new", 2_000_000)
        );
        let leave = format!(
            r#"{{"joins":{{}},"leaves":{{{}}}}}"#,
            presence("new", 2_000_000)
        );
        c.bench_function(&format!("{users} users/one join and one leave"), |b| {
            b.iter(|| {
                let joined = room.sync_diff_json(black_box(&join)).map(Iterator::count);
                let left = room.sync_diff_json(black_box(&leave)).map(Iterator::count);
                (joined, left)
            });
        });
        let told = room.sync_diff_json(&join).expect("a diff");
        c.bench_function(&format!("{users} users/changes of one join"), |b| {
            b.iter(|| black_box(&told).changes());
        });
    }
}

criterion_group!(benches, roster);
criterion_main!(benches);

//! Thousands of users on real WebSockets against presence-server: `npm run load -- --users 5000
//! --rooms 10 --seconds 60`.
//!
//! It starts the server, has all users join, has some of them update their metas, and checks that
//! all rosters of a room are equal at the end. It prints a table, and draws the latencies.

mod frame;
mod measures;
mod picture;
mod server;
mod user;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use futures_util::{stream, StreamExt, TryStreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::measures::Measures;
use crate::server::{cpu_time, total_cpu_time, Server};
use crate::user::{Order, User};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Opens thousands of WebSockets to presence-server, and reports what they cost.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many users there are.
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..))]
    users: u32,

    /// How many rooms they are spread over.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    rooms: u32,

    /// How long users update their metas.
    #[arg(long, default_value_t = 60)]
    seconds: u64,

    /// How many updates there are a second, in all rooms together.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,

    /// How many users join at the same time.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    joining: u32,

    /// The server's binary.
    #[arg(long, value_name = "FILE")]
    server: PathBuf,

    /// Where to write the picture of the latencies.
    #[arg(long, value_name = "FILE.svg")]
    picture: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("presence-load: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let server = Server::start(&arguments.server).await?;
    let empty_memory = server.memory();
    let measures = Arc::new(Measures::new());

    let start = Instant::now();
    let (orders, running) = join_all(&arguments, &server, &measures).await?;
    settle(&orders).await?;
    let joining = start.elapsed();
    let joining_cpu = server.cpu_time();

    let (bytes, frames) = counts(&measures);
    let own_cpu = cpu_time("self");
    let total_cpu = total_cpu_time();
    let start = Instant::now();
    let events = update(&arguments, &orders).await?;
    let updating = start.elapsed();
    let updating_cpu = server.cpu_time();
    let own_cpu = cpu_time("self").zip(own_cpu).map(|(now, then)| now - then);
    let total_cpu = total_cpu_time()
        .zip(total_cpu)
        .map(|(now, then)| now - then);
    let full_memory = server.memory();
    settle(&orders).await?;
    let latencies = measures.latencies();
    let (bytes, frames) = {
        let (later_bytes, later_frames) = counts(&measures);
        (later_bytes - bytes, later_frames - frames)
    };

    for order in &orders {
        order.send(Order::Finish).await?;
    }
    let rooms = equal_rosters(&arguments, running).await?;

    let per_second = |n: f64, time: Duration| n / time.as_secs_f64();
    let millis = |percentile: f64| latencies.value_at_quantile(percentile / 100.0) as f64 / 1000.0;
    let percent = |cpu: Option<Duration>| match cpu {
        Some(cpu) => format!("{:.0} %", 100.0 * per_second(cpu.as_secs_f64(), updating)),
        None => "not known without /proc".to_owned(),
    };
    let memory = full_memory
        .zip(empty_memory)
        .map(|(full, empty)| full - empty);
    let server_cpu = updating_cpu.zip(joining_cpu).map(|(now, then)| now - then);
    let plural = if arguments.rooms == 1 { "" } else { "s" };
    let title = format!(
        "{} users in {} room{plural}",
        arguments.users, arguments.rooms
    );
    println!("| {title} | |");
    println!("|---|---:|");
    let joins = per_second(f64::from(arguments.users), joining);
    println!("| joins | {joins:.0} a second |");
    println!(
        "| updates | {:.1} a second |",
        per_second(events as f64, updating)
    );
    println!(
        "| frames received | {:.0} a second |",
        per_second(frames as f64, updating)
    );
    let megabytes = per_second(bytes as f64 / 1e6, updating);
    println!("| bytes received | {megabytes:.1} MB a second |");
    println!(
        "| fan-out: update sent to diff received | p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms |",
        millis(50.0),
        millis(99.0),
        latencies.max() as f64 / 1000.0
    );
    if let Some(memory) = memory {
        let kb = memory as f64 / 1000.0 / f64::from(arguments.users);
        println!("| server memory | {kb:.1} kB a user |");
    }
    println!(
        "| CPU of the server, of one core | {} |",
        percent(server_cpu)
    );
    println!("| CPU of the clients, of one core | {} |", percent(own_cpu));
    let known_cpu = server_cpu.zip(own_cpu).map(|(server, own)| server + own);
    let other_cpu = total_cpu
        .zip(known_cpu)
        .map(|(total, known)| total.saturating_sub(known));
    println!(
        "| CPU of other programs meanwhile, of one core | {} |",
        percent(other_cpu)
    );
    println!("| rooms with equal rosters at the end | {rooms} of {rooms} |");
    if let Some(path) = &arguments.picture {
        std::fs::write(path, picture::latencies(&title, &latencies))?;
        println!("\nThe latencies are drawn in {}.", path.display());
    }
    Ok(())
}

fn counts(measures: &Measures) -> (u64, u64) {
    let bytes = measures.bytes.load(Ordering::Relaxed);
    (bytes, measures.frames.load(Ordering::Relaxed))
}

type Running = JoinSet<(u32, Result<User, Failure>)>;

/// Has all users join, some at a time, and serve orders; returns where to send those, and the tasks
/// of the users, each with the number of its room.
async fn join_all(
    arguments: &Arguments,
    server: &Server,
    measures: &Arc<Measures>,
) -> Result<(Vec<mpsc::Sender<Order>>, Running), Failure> {
    let joins = stream::iter(0..arguments.users).map(|number| {
        let room = number % arguments.rooms;
        let measures = Arc::clone(measures);
        async move {
            let topic = format!("room:{room}");
            let joined = User::join(&server.address, number, topic, measures).await;
            joined
                .map(|user| (room, user))
                .map_err(|error| format!("user {number} cannot join: {error}"))
        }
    });
    let mut joined = joins.buffer_unordered(arguments.joining as usize);
    let mut orders = Vec::new();
    let mut running = JoinSet::new();
    while let Some((room, user)) = joined.try_next().await? {
        let (sender, receiver) = mpsc::channel(16);
        orders.push(sender);
        running.spawn(async move { (room, user.run(receiver).await) });
    }
    Ok((orders, running))
}

/// Has random users update their metas at a steady rate; returns the number of updates.
async fn update(arguments: &Arguments, users: &[mpsc::Sender<Order>]) -> Result<u64, Failure> {
    let mut rng = fastrand::Rng::with_seed(1);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / arguments.events);
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut events = 0;
    while Instant::now() < end {
        ticks.tick().await;
        users[rng.usize(..users.len())].send(Order::Update).await?;
        events += 1;
    }
    Ok(events)
}

/// Waits until the server has handled all updates, so that it broadcasts no more diffs.
async fn settle(users: &[mpsc::Sender<Order>]) -> Result<(), Failure> {
    let mut reports = Vec::new();
    for user in users {
        let (report, reported) = oneshot::channel();
        user.send(Order::Settle(report)).await?;
        reports.push(reported);
    }
    for reported in reports {
        reported.await?;
    }
    Ok(())
}

/// Waits for all users; fails unless all rosters of each room are equal and complete.
async fn equal_rosters(arguments: &Arguments, mut running: Running) -> Result<usize, Failure> {
    let mut rooms: HashMap<u32, Vec<User>> = HashMap::new();
    while let Some(finished) = running.join_next().await {
        let (room, user) = finished?;
        let user = user.map_err(|error| format!("a user of room {room} was dropped: {error}"))?;
        rooms.entry(room).or_default().push(user);
    }
    for (room, users) in &rooms {
        let roster = users[0].roster();
        if users.iter().any(|user| user.roster() != roster) {
            return Err(format!("two users of room {room} have different rosters").into());
        }
        if roster.len() != users.len() {
            let (listed, joined) = (roster.len(), users.len());
            return Err(format!("room {room} lists {listed} users, {joined} joined").into());
        }
    }
    let users: usize = rooms.values().map(Vec::len).sum();
    if users != arguments.users as usize {
        return Err(format!("{users} users were left, expected {}", arguments.users).into());
    }
    Ok(rooms.len())
}

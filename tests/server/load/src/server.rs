//! The server under load, as a process, and its memory and CPU time from `/proc`.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running presence-server, which ends with this value.
pub struct Server {
    process: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
}

impl Server {
    /// Starts the binary at this path.
    pub async fn start(binary: &Path) -> io::Result<Self> {
        let mut process = Command::new(binary)
            .args(["--port", "0", "--insecure-user-ids", "--log", "off"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", binary.display()))
            })?;
        let stdout = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let line = BufReader::new(stdout).lines().next_line().await?;
        let address = line
            .as_deref()
            .and_then(|line| line.rsplit_once("http://"))
            .map(|(_, address)| address.to_owned())
            .ok_or_else(|| io::Error::other("the server has not said where it listens"))?;
        Ok(Self { process, address })
    }

    /// Its resident memory, in bytes; `None` without `/proc`.
    pub fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()?)).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib * 1024)
    }

    /// The CPU time that it has used; `None` without `/proc`.
    pub fn cpu_time(&self) -> Option<Duration> {
        cpu_time(&self.process.id()?.to_string())
    }
}

/// The CPU time that all programs have used since the start of the machine; `None` without `/proc`.
pub fn total_cpu_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let fields = stat.lines().next()?.strip_prefix("cpu ")?;
    let mut total = 0;
    // user, nice, system, idle, iowait, irq, softirq, in ticks.
    for (index, field) in fields.split_whitespace().take(7).enumerate() {
        if index != 3 && index != 4 {
            total += field.parse::<u64>().ok()?;
        }
    }
    Some(Duration::from_millis(total * 10))
}

/// The CPU time of a process, by its number or as `self`; `None` without `/proc`.
pub fn cpu_time(process: &str) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before the parenthesis may contain spaces. User and system time are 14 and 15 of
    // `man 5 proc`, in ticks, of which Linux has 100 a second.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let total = ticks.next()?.ok()? + ticks.next()?.ok()?;
    Some(Duration::from_millis(total * 10))
}

//! The machine on which the bench runs, as the figures need it to be read.

use std::{fs, io::Write, path::Path, thread, time::Instant};

use serde_json::{Value, json};

use crate::Outcome;

/// What to know of the machine.
pub fn describe(folder: &Path) -> Outcome<Value> {
    Ok(json!({
        "processor": processor().unwrap_or_default(),
        "processors": thread::available_parallelism()?.get(),
        "kernel": read("/proc/sys/kernel/osrelease"),
        "memory": read("/proc/meminfo").lines().next().unwrap_or_default().to_owned(),
        "load_before": load(),
        "disk_sync_us": disk_sync(folder)?,
    }))
}

/// The load averages over one, five and fifteen minutes.
pub fn load() -> String {
    read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn processor() -> Option<String> {
    let text = read("/proc/cpuinfo");
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(": ")?.1.to_owned())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim_end().to_owned()
}

/// How long an append of 4 KiB takes until it is durable: the median of a hundred, in microseconds. No journal line is faster.
fn disk_sync(folder: &Path) -> Outcome<u128> {
    let mut file = tempfile::tempfile_in(folder)?;
    let mut times = Vec::new();
    for _ in 0..100 {
        let start = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed().as_micros());
    }
    times.sort_unstable();
    Ok(times.get(50).copied().unwrap_or_default())
}

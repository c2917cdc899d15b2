//! CPU time and memory of a server: its process and all processes below it, from `/proc`.

use std::{fs, time::Duration};

use crate::Outcome;

/// The kernel's clock tick in `/proc/PID/stat`: `USER_HZ` is 100 on every Linux that counts.
const TICK: Duration = Duration::from_millis(10);

/// A server, by the id of its first process.
#[derive(Debug, Clone, Copy)]
pub struct Server(pub u32);

impl Server {
    /// CPU time in user and kernel mode since the start, of all its processes.
    pub fn cpu(self) -> Outcome<Duration> {
        let mut ticks = 0;
        for pid in self.pids()? {
            ticks += stat(pid)?.ticks;
        }
        Ok(TICK * ticks)
    }

    /// Resident memory in KiB, now; pages that its processes share count in each.
    pub fn resident(self) -> Outcome<u64> {
        self.sum("VmRSS:")
    }

    /// The highest resident memory in KiB since [`Server::forget_peak`].
    pub fn peak(self) -> Outcome<u64> {
        self.sum("VmHWM:")
    }

    /// Makes the present memory the highest so far. Source: proc(5), `clear_refs`.
    pub fn forget_peak(self) -> Outcome<()> {
        for pid in self.pids()? {
            fs::write(format!("/proc/{pid}/clear_refs"), "5")?;
        }
        Ok(())
    }

    fn sum(self, field: &str) -> Outcome<u64> {
        self.pids()?.into_iter().map(|pid| status(pid, field)).sum()
    }

    fn pids(self) -> Outcome<Vec<u32>> {
        let all = processes()?;
        let mut found = vec![self.0];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            found.extend(all.iter().filter(|process| process.parent == parent).map(|process| process.pid));
            at += 1;
        }
        Ok(found)
    }
}

struct Process {
    pid: u32,
    parent: u32,
    ticks: u32,
}

fn processes() -> Outcome<Vec<Process>> {
    let entries = fs::read_dir("/proc")?;
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    // A process may end while the list is read.
    Ok(pids.filter_map(|pid| stat(pid).ok()).collect())
}

/// Fields 4, 14 and 15 of proc(5) `stat`, counted from behind the name, which may hold spaces.
fn stat(pid: u32) -> Outcome<Process> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, behind) = text.rsplit_once(')').ok_or("no process name")?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let field = |number: usize| -> Outcome<u32> { Ok(fields.get(number - 3).ok_or("too few fields")?.parse()?) };
    Ok(Process { pid, parent: field(4)?, ticks: field(14)? + field(15)? })
}

fn status(pid: u32, field: &str) -> Outcome<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

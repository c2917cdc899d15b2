//! Connections that were let in, were answered once, and do nothing any more.

use std::{
    fs,
    process::{Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome, client::Client, contender::Contender, infrastructure::Infrastructure, settings::Settings, shake::shake,
};

/// All of them must stand by then; it takes four seconds on a small machine.
const PATIENCE: Duration = Duration::from_secs(90);
const THREADS: usize = 8;
/// Files of this process that are no connections.
const OTHER_FILES: usize = 200;

/// What came of it.
#[derive(Debug, Clone)]
pub struct Idle {
    /// So many connections stood at once.
    pub connections: usize,
    /// Memory of the server without any, KiB.
    pub before: u64,
    /// Memory of the server with all of them, KiB.
    pub after: u64,
    /// Why there are fewer than there should be.
    pub shortfall: Option<String>,
}

/// Opens connections, looks at the server's memory, and closes them.
pub fn run(settings: &Settings, infrastructure: &Infrastructure, contender: &Contender) -> Outcome<Idle> {
    let client = infrastructure.client(contender.address)?.with_sessions(false);
    let most = files()?.saturating_sub(OTHER_FILES);
    let wanted = settings.idle.min(most);
    // What is needed once is taken before.
    for _ in 0..THREADS * 4 {
        shake(&client)?;
    }
    let before = contender.server().resident()?;
    let (wires, stopped) = open(&client, wanted);
    let after = contender.server().resident()?;
    let limited = (wanted < settings.idle).then(|| format!("this process may open {} files", most + OTHER_FILES));
    Ok(Idle { connections: wires.len(), before, after, shortfall: stopped.or(limited) })
}

fn open(client: &Client, wanted: usize) -> (Vec<crate::client::Wire>, Option<String>) {
    let (wires, stopped) = (Mutex::new(Vec::with_capacity(wanted)), Mutex::new(None));
    let (begun, end) = (AtomicUsize::new(0), Instant::now() + PATIENCE);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while begun.fetch_add(1, Ordering::Relaxed) < wanted {
                    let fault = match shake(client) {
                        Ok(wire) => {
                            wires.lock().unwrap_or_else(PoisonError::into_inner).push(wire);
                            (Instant::now() > end).then(|| "out of time".to_owned())
                        }
                        Err(fault) => Some(fault.to_string()),
                    };
                    if fault.is_some() {
                        *stopped.lock().unwrap_or_else(PoisonError::into_inner) = fault;
                        break;
                    }
                }
            });
        }
    });
    let whole = |lock: Mutex<Vec<_>>| lock.into_inner().unwrap_or_else(PoisonError::into_inner);
    (whole(wires), stopped.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// How many files this process may open, once its limit is raised as far as it may be (prlimit of util-linux).
fn files() -> Outcome<usize> {
    let (_, hard) = limits()?;
    let own = std::process::id().to_string();
    let raised = Command::new("prlimit")
        .args(["--pid", &own, &format!("--nofile={hard}:{hard}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !raised.is_ok_and(|status| status.success()) {
        eprintln!("the limit of open files is not raised: prlimit is absent or not allowed");
    }
    Ok(limits()?.0)
}

/// The soft and the hard limit of open files, proc(5) `limits`.
fn limits() -> Outcome<(usize, usize)> {
    let text = fs::read_to_string("/proc/self/limits")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files")).ok_or("no limit of open files")?;
    let mut numbers = line.split_whitespace().map(|number| number.parse().unwrap_or(usize::MAX / 2));
    Ok((numbers.next().ok_or("no soft limit")?, numbers.next().ok_or("no hard limit")?))
}

//! A burst of requests over a number of connections, bounded in time and in count.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    client::{Client, Wire, is_resumed},
    exchange::{Bodies, Request, exchange},
};

/// How connections are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connecting {
    /// Kept for all requests.
    Once,
    /// A full handshake for each request.
    Anew,
    /// A handshake for each request that resumes the session of the one before.
    Resuming,
}

/// What a burst sends.
pub struct Burst<'a> {
    /// The caller.
    pub client: Client,
    /// Connections, one thread each.
    pub connections: usize,
    /// How they are used.
    pub connecting: Connecting,
    /// The most requests.
    pub count: u64,
    /// The longest time; a request that has begun is finished.
    pub time: Duration,
    /// The status of success.
    pub status: u16,
    /// The request of each number.
    pub request: &'a (dyn Fn(u64) -> Request + Sync),
}

/// What came of a burst.
#[derive(Debug, Default)]
pub struct Tally {
    /// The latency of each successful request, sorted; with the handshake where there is one.
    pub latencies: Vec<Duration>,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// How many connections resumed a session.
    pub resumed: u64,
    /// How many requests failed.
    pub failed: u64,
    /// How the first of them failed.
    pub failure: Option<String>,
}

impl Burst<'_> {
    /// Runs it.
    pub fn run(&self) -> Tally {
        let next = AtomicU64::new(0);
        let start = Instant::now();
        let mut tally = Tally::default();
        thread::scope(|scope| {
            let threads: Vec<_> = (0..self.connections).map(|_| scope.spawn(|| self.one(&next, start))).collect();
            for thread in threads {
                tally.add(thread.join().unwrap_or_default());
            }
        });
        tally.elapsed = start.elapsed();
        tally.latencies.sort_unstable();
        tally
    }

    fn one(&self, next: &AtomicU64, start: Instant) -> Tally {
        let client = match self.connecting {
            Connecting::Once | Connecting::Resuming => self.client.with_sessions(true),
            Connecting::Anew => self.client.with_sessions(false),
        };
        let (mut tally, mut wire) = (Tally::default(), None);
        while start.elapsed() < self.time && tally.failed < 10 {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= self.count {
                break;
            }
            let request = (self.request)(number);
            let sent = Instant::now();
            match self.ask(&client, &mut wire, &request, &mut tally) {
                Ok(()) => tally.latencies.push(sent.elapsed()),
                Err(fault) => tally.fail(fault.to_string()),
            }
        }
        tally
    }

    fn ask(&self, client: &Client, wire: &mut Option<Wire>, request: &Request, tally: &mut Tally) -> Outcome<()> {
        let mut open = match wire.take() {
            Some(open) => open,
            None => client.connect()?,
        };
        let reply = exchange(&mut open, request, Bodies::Dropped)?;
        tally.resumed += u64::from(is_resumed(&open));
        if self.connecting == Connecting::Once && !reply.closes {
            *wire = Some(open);
        } else {
            end(open);
        }
        if reply.status == self.status { Ok(()) } else { Err(format!("status {}", reply.status).into()) }
    }
}

/// Ends the TLS session as it should be, so that no server writes of a broken one.
fn end(mut wire: Wire) {
    wire.conn.send_close_notify();
    // The answer has been read: nothing is lost where the server has closed already.
    drop(std::io::Write::flush(&mut wire));
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.resumed += other.resumed;
        self.failed += other.failed;
        self.failure = self.failure.take().or(other.failure);
    }

    fn fail(&mut self, fault: String) {
        self.failed += 1;
        self.failure.get_or_insert(fault);
    }

    /// How many requests succeeded.
    pub const fn done(&self) -> usize {
        self.latencies.len()
    }

    /// The latency that so many in a thousand requests do not exceed.
    pub fn quantile(&self, permille: usize) -> Duration {
        let rank = (self.done() * permille).div_ceil(1000).saturating_sub(1);
        self.latencies.get(rank).copied().unwrap_or_default()
    }
}

//! Handshakes, one after the other on each of a number of threads.

use std::{
    io::{Read, Write},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    client::{Client, Wire, is_resumed},
    contender::Contender,
    infrastructure::Infrastructure,
    settings::Settings,
};

/// Of both servers, an answer of a few bytes. In TLS 1.3 a client learns only by it that it was let in.
const REQUEST: &[u8] = b"GET /fhir/nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What came of a case.
#[derive(Debug, Clone, Copy)]
pub struct Shakes {
    /// Handshakes that were answered.
    pub done: u64,
    /// Of those, how many resumed a session.
    pub resumed: u64,
    /// Handshakes that failed.
    pub failed: u64,
    /// From the first to the last.
    pub elapsed: Duration,
    /// CPU time of the server.
    pub cpu: Duration,
}

/// Loads a server with handshakes, full or resumed.
pub fn run(
    settings: &Settings,
    infrastructure: &Infrastructure,
    contender: &Contender,
    resumed: bool,
) -> Outcome<Shakes> {
    let client = infrastructure.client(contender.address)?;
    shake(&client.with_sessions(false))?;
    let counts = Counts::default();
    let (began, cpu) = (Instant::now(), contender.server().cpu()?);
    let end = began + settings.time;
    thread::scope(|scope| {
        for _ in 0..settings.connections {
            let client = client.with_sessions(resumed);
            scope.spawn(|| counts.go_on(client, settings.handshakes, end));
        }
    });
    Ok(Shakes {
        done: counts.done.into_inner(),
        resumed: counts.resumed.into_inner(),
        failed: counts.failed.into_inner(),
        elapsed: began.elapsed(),
        cpu: contender.server().cpu()?.saturating_sub(cpu),
    })
}

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    done: AtomicU64,
    resumed: AtomicU64,
    failed: AtomicU64,
}

impl Counts {
    fn go_on(&self, client: Client, most: u64, end: Instant) {
        while Instant::now() < end && self.begun.fetch_add(1, Ordering::Relaxed) < most {
            match shake(&client) {
                Ok(wire) => {
                    self.done.fetch_add(1, Ordering::Relaxed);
                    self.resumed.fetch_add(u64::from(is_resumed(&wire)), Ordering::Relaxed);
                }
                Err(_) => drop(self.failed.fetch_add(1, Ordering::Relaxed)),
            }
        }
    }
}

/// One handshake with one answer.
pub fn shake(client: &Client) -> Outcome<Wire> {
    let mut wire = client.connect()?;
    wire.write_all(REQUEST)?;
    let mut answer = [0; 4096];
    let read = wire.read(&mut answer)?;
    if answer.get(..read).is_some_and(|answer| answer.starts_with(b"HTTP/1.1 404")) {
        Ok(wire)
    } else {
        Err("the server does not answer 404".into())
    }
}

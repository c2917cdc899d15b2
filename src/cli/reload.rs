//! Live reload: what files and configuration say anew is taken over while the gateway serves. Each part is taken whole or not at
//! all; where the new one is bad, the last good one stays.

mod announcement;
mod part;
mod terms;
mod watch;

use std::{
    collections::BTreeSet,
    error::Error,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::web::Data;
use tokio::{signal::unix::Signal, sync::Notify, time::timeout};

use self::terms::Terms;
pub use self::{
    announcement::{Cause, Report},
    part::Part,
    watch::Watches,
};
use super::{lists::Calls, serve, serve::Parts, whole};
use crate::{
    config::Config,
    http::{edge::Edge, peer::Vouching},
    policy::Law,
    tls::{self, LiveKey},
};

/// Takes over what changed.
pub struct Reloader {
    config: Config,
    edge: Data<Edge>,
    vouching: Vouching,
    key: Arc<LiveKey>,
    watches: Watches,
    terms: Terms,
    calls: Calls,
}

impl Reloader {
    /// Looks after the parts of a gateway that has just been assembled.
    pub fn of(parts: &Parts, calls: Calls) -> Self {
        let now = parts.edge.clock.now();
        announcement::begin(now);
        let mut terms = Terms::default();
        terms.tell(&parts.key, &parts.vouching.trust.current(), now);
        Self {
            config: parts.config.clone(),
            edge: parts.edge.clone(),
            vouching: parts.vouching.clone(),
            key: Arc::clone(&parts.key),
            watches: parts.watches.clone(),
            terms,
            calls,
        }
    }

    /// One round: takes over what is due, announces it, and tells what soon ends. It reads files: not for a thread that serves.
    pub fn round(&mut self, cause: Cause) {
        let report = self.reload(cause);
        report.announce(cause, self.edge.clock.now());
        if cause == Cause::Signal || (cause == Cause::Change && report.taken.contains(&Part::Trust)) {
            self.calls.wanted.notify_one();
        }
        self.terms.tell(&self.key, &self.vouching.trust.current(), self.edge.clock.now());
    }

    fn reload(&mut self, cause: Cause) -> Report {
        let mut due = match cause {
            Cause::Change => self.watches.due(&self.config),
            Cause::Signal => Part::ALL.into_iter().collect(),
            Cause::Fetched => BTreeSet::from([Part::Trust]),
        };
        let mut report = Report::default();
        if due.remove(&Part::Configuration) {
            due.extend(self.reconfigure(&mut report));
        }
        for part in due {
            self.watches.take(part, &self.config);
            report.add(part, self.take(part).map_err(|error| whole(error.as_ref())));
        }
        report
    }

    /// Reads the configuration again; the other parts whose members changed.
    fn reconfigure(&mut self, report: &mut Report) -> Vec<Part> {
        let Some(path) = self.config.origin.path.clone() else { return Vec::new() };
        self.watches.take(Part::Configuration, &self.config);
        let newer = match Config::read(&path) {
            Ok(newer) => newer,
            Err(error) => {
                report.add(Part::Configuration, Err(whole(&error)));
                return Vec::new();
            }
        };
        report.fixed = self.config.origin.members.fixed_that_differ(&newer.origin.members);
        let before = std::mem::replace(&mut self.config, newer);
        self.config.keep_fixed(&before);
        report.add(Part::Configuration, Ok(()));
        let others = Part::ALL.into_iter().filter(|part| *part != Part::Configuration);
        others.filter(|part| part.differs(&before, &self.config)).collect()
    }

    /// Reads a part and puts it in the place of the one in use.
    fn take(&self, part: Part) -> Result<(), Box<dyn Error>> {
        match part {
            Part::Configuration => {}
            Part::Certificate => self.take_certificate()?,
            Part::Trust => self.take_trust()?,
            Part::Directory => self.take_directory()?,
            Part::FrontEnds => self.vouching.front_ends.replace(serve::front_ends(&self.config)),
            // Each takes its own part of the law in use, and leaves the other's as it is.
            Part::Matrix => {
                let matrix = serve::matrix(&self.config)?;
                self.edge.gateway.apply(Law::clone(&self.edge.gateway.law()).applying(matrix));
            }
            Part::Tokens => {
                self.edge.bearer.take(&self.config.tokens)?;
                let approved = serve::approved_software(&self.config);
                self.edge.gateway.apply(Law::clone(&self.edge.gateway.law()).approving(approved));
            }
        }
        Ok(())
    }

    /// A file that is still being written holds fewer people than there are, and may end within a line: nobody loses or gains rights by it.
    fn take_directory(&self) -> Result<(), Box<dyn Error>> {
        let path = self.config.identity.directory.file();
        if !ends_with_a_line(path)? {
            return Err(Unlikely::Cut.into());
        }
        let (current, newer) = (self.vouching.directory.current(), serve::directory(&self.config)?);
        if newer.reading().activities * 2 < current.reading().activities {
            return Err(Unlikely::Halved.into());
        }
        self.vouching.directory.replace(newer);
        Ok(())
    }

    fn take_certificate(&self) -> Result<(), Box<dyn Error>> {
        self.key.take(&serve::own_key(&self.config, &tls::provider(), self.edge.clock.now())?);
        Ok(())
    }

    /// A trust under which an authority that is served now would be served no more is taken for a mistake.
    fn take_trust(&self) -> Result<(), Box<dyn Error>> {
        let next = serve::read_trust(&self.config, &tls::provider())?;
        let current = self.vouching.trust.current();
        let lists_come = self.config.tls.fetch.is_some();
        serve::refuse_fatal(tls::check_succession(&current, &next, lists_come, self.edge.clock.now()))?;
        Ok(self.vouching.trust.replace(next)?)
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(self.config.reload.poll_seconds)
    }
}

/// Reloads for ever: when files change, when the signal comes, when a list was fetched.
pub async fn watch(reloader: Reloader, mut hangups: Signal) {
    let fetched = Arc::clone(&reloader.calls.fetched);
    let reloader = Arc::new(Mutex::new(reloader));
    loop {
        let pause = reloader.lock().unwrap_or_else(PoisonError::into_inner).pause();
        let cause = timeout(pause, asked(&mut hangups, &fetched)).await.unwrap_or(Cause::Change);
        let reloader = Arc::clone(&reloader);
        let round = move || reloader.lock().unwrap_or_else(PoisonError::into_inner).round(cause);
        if tokio::task::spawn_blocking(round).await.is_err() {
            tracing::error!("a reload ended in a panic: what was in use stays");
        }
    }
}

async fn asked(hangups: &mut Signal, fetched: &Notify) -> Cause {
    tokio::select! {
        _ = hangups.recv() => Cause::Signal,
        () = fetched.notified() => Cause::Fetched,
    }
}

/// Why a directory that can be read is not taken over while the gateway serves; at a start it is.
#[derive(Debug, thiserror::Error)]
enum Unlikely {
    #[error("the directory ends within a line: it is still being written, or was cut")]
    Cut,
    #[error("the directory has fewer than half of the activities of the one in use; a restart takes it")]
    Halved,
}

fn ends_with_a_line(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests;

//! The host's quarantine, for the length of one request.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    fhir::intake::{Quarantine, StagingArea},
    hds::{Host, Staging},
    record::submission::StagedContent,
};

/// The host's quarantine as the intake knows it, with all that was staged in it.
pub(super) struct HostQuarantine {
    host: Host,
    staged: Arc<Mutex<Vec<StagedContent>>>,
}

impl HostQuarantine {
    /// A quarantine with nothing in it yet.
    pub(super) fn new(host: &Host) -> Self {
        Self { host: host.clone(), staged: Arc::default() }
    }
}

/// What was staged is discarded when the request ends, however it ends; what a commit adopted is no longer in the quarantine.
impl Drop for HostQuarantine {
    fn drop(&mut self) {
        self.host.discard(&self.staged.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Quarantine for HostQuarantine {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        Ok(Box::new(HostStaging { staging: self.host.stage()?, staged: Arc::clone(&self.staged) }))
    }

    fn whole(&self, content: &StagedContent) -> io::Result<Vec<u8>> {
        self.host.staged(content)
    }
}

struct HostStaging {
    staging: Box<dyn Staging>,
    staged: Arc<Mutex<Vec<StagedContent>>>,
}

impl io::Write for HostStaging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.staging.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.staging.flush()
    }
}

impl StagingArea for HostStaging {
    fn finish(self: Box<Self>) -> io::Result<StagedContent> {
        let staged = self.staging.finish()?;
        let name = StagedContent { head: Vec::new(), ..staged.clone() };
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        Ok(staged)
    }
}

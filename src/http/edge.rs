//! What every request shares.

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use uuid::Uuid;

use super::{bearer::Bearer, body::Pace, cursor::CursorKey, patient_id::PatientKey, quotas::Quotas};
use crate::{
    config::Limits,
    fhir::{intake, profile::Library, rules::RuleSet},
    gateway::Gateway,
    identity::Directory,
    live::Live,
    record::code::Code,
};

/// The source of time.
#[derive(Clone)]
pub struct Clock(pub Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn of_machine() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What every request shares: the gateway behind, and the settings of the edge.
#[derive(Debug)]
pub struct Edge {
    /// The gateway.
    pub gateway: Gateway,
    /// The directory that vouches for professionals.
    pub directory: Arc<Live<Directory>>,
    /// The issuers of tokens.
    pub bearer: Bearer,
    /// The address under which callers know the FHIR API.
    pub base: String,
    /// By which rules submissions are judged.
    pub rules: RuleSet,
    /// Whether identities are real people's.
    pub production: bool,
    /// The gateway's OID as a source.
    pub source_id: String,
    /// The practice setting of documents that state none.
    pub practice_setting: Option<Code>,
    /// The profiles that are installed.
    pub profiles: Arc<Library>,
    /// The key of page cursors.
    pub cursors: CursorKey,
    /// The key of patients' ids.
    pub patients: PatientKey,
    /// When the gateway was started.
    pub since: Timestamp,
    /// The limits.
    pub limits: Limits,
    /// What one caller may have of the gateway, and all of them together.
    pub quotas: Quotas,
    /// The source of time.
    pub clock: Clock,
}

impl Edge {
    /// The limits of the intake.
    pub fn intake_limits(&self) -> intake::Limits {
        intake::Limits { body: self.limits.body_bytes, content: self.limits.content_bytes, ..intake::Limits::default() }
    }

    /// The path of the base address: `/fhir` of `https://dmp.example/fhir`.
    pub fn path(&self) -> &str {
        let host_and_path = self.base.split_once("://").map_or(self.base.as_str(), |(_, rest)| rest);
        host_and_path.find('/').and_then(|at| host_and_path.get(at..)).unwrap_or_default()
    }

    /// How slow a body may come.
    pub const fn pace(&self) -> Pace {
        let stall = Duration::from_secs(self.limits.stall_seconds);
        Pace { stall, grace: Duration::from_secs(self.limits.stall_seconds.saturating_mul(2)) }
    }

    /// A new random id.
    pub fn new_id() -> Uuid {
        Uuid::new_v4()
    }
}

//! The life-cycle of a record (law.md section 3): its state, and how it came to be.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The states of a record. Source: CSP L1111-14, R1111-28 to R1111-36, R1111-52.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There is none.
    None,
    /// Regime A: creation asked, consent awaited.
    ConsentPending,
    /// Regime B: the person is informed, six weeks run.
    Notified,
    /// Regime B: the person objected.
    Opposed,
    /// Open, part of the digital health space.
    Open,
    /// Open, though the holder objected to the space (transition of L1111-14 al. 3).
    OpenUnattached,
    /// Suspended by the insurer (R1111-36 al. 5).
    Suspended,
    /// Closed by the holder or by death; archived ten years.
    Closed,
    /// Erasure asked, within three months.
    ErasurePending,
    /// Erased.
    Destroyed,
}

impl State {
    /// All states.
    pub const ALL: [Self; 10] = [
        Self::None,
        Self::ConsentPending,
        Self::Notified,
        Self::Opposed,
        Self::Open,
        Self::OpenUnattached,
        Self::Suspended,
        Self::Closed,
        Self::ErasurePending,
        Self::Destroyed,
    ];
}

/// On what the record's existence rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Basis {
    /// The holder's or representative's express consent (L1111-14 before 1 July 2021).
    ExpressConsent {
        /// The day on which it was given.
        given: Date,
    },
    /// Automatic opening with right to object (L1111-14 since 1 July 2021).
    Automatic,
}

/// How the record was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The day.
    pub on: Date,
    /// On what it rests; nothing recorded is no basis.
    pub basis: Option<Basis>,
    /// The holder's department, which mattered from August to December 2021 (pilot departments 31, 44, 80).
    #[serde(default)]
    pub department: Option<String>,
}

/// State and origin of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    /// The state today.
    pub state: State,
    /// The opening; absent where there never was one.
    #[serde(default)]
    pub opening: Option<Opening>,
}

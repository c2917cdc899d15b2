//! One line of the journal: who, what, whose, when, why, how, and with what outcome. The canonical bytes are the JSON of [`Line`]
//! with its members in the order in which they stand here; they are hashed and never written again.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::record::{
    caller::{Asserted, Caller, CertificateId, Who},
    document::DocumentId,
    facts::FactsVersion,
    hex,
    identity::{Ins, PsIdNat, StructIdNat},
    trace::{AccessTrace, TraceActor, TraceOutcome, TracedDocument},
};

/// How the request came: what the edge knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The request's id, given here and never by the caller: a line is known by it, and the trace that is made of it.
    pub request: Uuid,
    /// The id that the caller gave the request (`X-Request-Id`), where it gave one: both sides can speak of it, and it names nothing here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Uuid>,
    /// The transaction, such as `ITI-67`.
    pub transaction: String,
    /// The request as it came: method, path and query, and the form of a POSTed search.
    pub raw: String,
    /// The peer's address.
    pub peer: Option<IpAddr>,
}

/// The caller as a line names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `professional`, `delegate`, `organisation`, `holder-front-end` or `unidentified`.
    pub kind: String,
    /// The authenticated person.
    pub person: Option<PsIdNat>,
    /// The profession, from the directory.
    pub profession: Option<String>,
    /// In whose name a delegate or an organisation files.
    pub on_behalf_of: Vec<PsIdNat>,
    /// The structures.
    pub structures: Vec<StructIdNat>,
    /// SHA-256 of the certificate, hexadecimal.
    pub certificate: String,
    /// How the caller was authenticated, such as `direct-cps`; nothing in lines of before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The token, where one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenName>,
    /// Who acted through the holder's front end, by the token: the holder, or a representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<Ins>,
}

/// What names a token: nothing by which it could be used, or that tells what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenName {
    /// Its issuer.
    pub issuer: String,
    /// SHA-256 of issuer and identifier, hexadecimal.
    pub id: String,
}

impl Actor {
    /// The actor that a caller is.
    pub fn of(caller: &Caller) -> Self {
        let (kind, profession) = match &caller.who {
            Who::Professional(professional) => ("professional", Some(professional.profession.0.clone())),
            Who::Delegate { .. } => ("delegate", None),
            Who::Organisation { .. } => ("organisation", None),
            Who::HolderFrontEnd { .. } => ("holder-front-end", None),
        };
        Self {
            kind: kind.to_owned(),
            person: caller.who.person().cloned(),
            profession,
            on_behalf_of: Vec::new(),
            structures: caller.who.structures().to_vec(),
            certificate: hex(&caller.certificate.fingerprint),
            mode: Some(caller.mode().word().to_owned()),
            token: caller.asserted.as_deref().map(TokenName::of),
            acting: caller.asserted.as_deref().and_then(|asserted| asserted.acting.clone()),
        }
    }
}

impl TokenName {
    fn of(asserted: &Asserted) -> Self {
        Self { issuer: asserted.issuer.clone(), id: hex(&asserted.token) }
    }
}

impl Actor {
    /// Someone of whom only the certificate is known.
    pub fn unidentified(certificate: &CertificateId) -> Self {
        Self {
            kind: "unidentified".to_owned(),
            person: None,
            profession: None,
            on_behalf_of: Vec::new(),
            structures: Vec::new(),
            certificate: hex(&certificate.fingerprint),
            mode: None,
            token: None,
            acting: None,
        }
    }
}

/// How the request ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Outcome {
    /// Permitted, and done.
    Done,
    /// Refused by law.
    Refused {
        /// The grounds: provision and word; empty where nothing permitted.
        grounds: Vec<(String, String)>,
    },
    /// Permitted, and failed.
    Failed {
        /// The permanent code of the error.
        code: String,
    },
    /// Never asked: what came was no proper question.
    Rejected {
        /// The permanent code of the error.
        code: String,
    },
}

/// One entry that was given out or filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosedEntry {
    /// The document.
    pub id: DocumentId,
    /// The version of its metadata.
    pub version: u32,
}

/// What was given out or filed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Disclosure {
    /// How many entries.
    pub count: usize,
    /// The entries; empty above [`Disclosure::NAMED`].
    pub entries: Vec<DisclosedEntry>,
    /// SHA-256 over ids and versions in order, hexadecimal, where there are too many to name.
    pub digest: Option<String>,
    /// Lists, consents, care teams and traces that were given out or filed, up to [`Disclosure::NAMED`].
    #[serde(default)]
    pub things: Vec<Uuid>,
    /// Whether this is the answer to a submission that was filed before (K14), and nothing was filed now.
    #[serde(default)]
    pub repeated: bool,
}

impl Disclosure {
    /// Up to so many entries are named one by one.
    pub const NAMED: usize = 200;
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The version of this format.
    pub format: u8,
    /// When.
    pub at: Timestamp,
    /// How it came.
    pub trace: Trace,
    /// Who; nobody for what the operator does on the machine itself.
    pub actor: Option<Actor>,
    /// The act, such as `search`.
    pub act: String,
    /// Whose record.
    pub holder: Option<Ins>,
    /// The document that the act names, where it names one.
    pub document: Option<DocumentId>,
    /// The list, consent, care team or trace that the act names, where it names one.
    #[serde(default)]
    pub thing: Option<Uuid>,
    /// The outcome.
    pub outcome: Outcome,
    /// The provisions that spoke, each with the first day of its version.
    pub provisions: Vec<String>,
    /// The version of the facts.
    pub facts: FactsVersion,
    /// What was given out or filed.
    pub disclosed: Disclosure,
}

impl Line {
    /// The line as those may read it whom the law lets; the host leaves out what they may not know of.
    pub fn told(&self, number: u64) -> AccessTrace {
        AccessTrace {
            number,
            request: self.trace.request,
            correlation: self.trace.correlation,
            at: self.at,
            transaction: self.trace.transaction.clone(),
            raw: Some(self.trace.raw.clone()),
            peer: self.trace.peer,
            actor: self.actor.as_ref().map(Actor::told),
            act: self.act.clone(),
            holder: self.holder.clone(),
            document: self.document,
            outcome: self.outcome.told(),
            documents: self
                .disclosed
                .entries
                .iter()
                .map(|entry| TracedDocument { id: entry.id, version: entry.version })
                .collect(),
            set: self.disclosed.things.first().copied().filter(|_| self.act == "submit"),
            deed: self.thing.filter(|thing| self.disclosed.things.contains(thing)),
            provisions: self.provisions.clone(),
        }
    }
}

impl Actor {
    fn told(&self) -> TraceActor {
        TraceActor {
            kind: self.kind.clone(),
            person: self.person.clone(),
            profession: self.profession.clone(),
            on_behalf_of: self.on_behalf_of.clone(),
            structures: self.structures.clone(),
            certificate: self.certificate.clone(),
            acting: self.acting.clone(),
        }
    }
}

impl Outcome {
    fn told(&self) -> TraceOutcome {
        match self {
            Self::Done => TraceOutcome::Done,
            Self::Refused { grounds } => TraceOutcome::Refused { grounds: grounds.clone() },
            Self::Failed { code } => TraceOutcome::Failed { code: code.clone() },
            Self::Rejected { code } => TraceOutcome::Rejected { code: code.clone() },
        }
    }
}

//! The people, records and documents of the policy tests. All identifiers are of the test ranges.

use std::sync::LazyLock;

use jiff::{Timestamp, ToSpan, civil::date};
use uuid::Uuid;

use crate::record::{
    access::{Act, MediaTaken, Purpose, Question},
    caller::{Asserted, Asserter, Caller, CertificateId, Who},
    care_team::{CareTeam, Span, TeamPath},
    code::{Code, Identifier},
    consent::{Block, Blocked, Consent, Evidence, FeedOpposition, Grant},
    document::{Author, ContentRef, DateSpan, DocumentEntry, DocumentId, Index, Rendition, Status},
    dossier::{Basis, Dossier, Opening, State},
    facts::{Facts, FactsVersion},
    holder::Holder,
    identity::{Ins, PsIdNat, StructIdNat, luhn_holds},
    list::{FiledList, ListEntry, ListKind},
    professional::{Profession, Professional, Speciality},
    query::{Criterion, Query, SystemAsked, Token},
    submission::{DeclaredAuthor, NewDocument, Submission},
    visibility::{Labels, Origin},
};

/// The instant of every question that does not say otherwise: 10:00 in Paris.
pub(crate) fn now() -> Timestamp {
    "2026-03-10T09:00:00Z".parse().unwrap()
}

pub(crate) fn hours_ago(hours: i64) -> Timestamp {
    now() - hours.hours()
}

/// The person of that number, by RPPS.
pub(crate) fn person(number: usize) -> PsIdNat {
    static PEOPLE: LazyLock<Vec<PsIdNat>> = LazyLock::new(|| {
        let keyed = |number| (0..10).map(move |key| format!("99700{number:05}{key}")).find(|rpps| luhn_holds(rpps));
        (0..100).map(|number| PsIdNat::of_rpps(&keyed(number).unwrap()).unwrap()).collect()
    });
    PEOPLE[number].clone()
}

fn structure(number: u32) -> StructIdNat {
    StructIdNat::new(&format!("10B{number:07}")).unwrap()
}

pub(crate) fn hospital() -> StructIdNat {
    structure(999_001)
}

pub(crate) fn practice() -> StructIdNat {
    structure(999_002)
}

pub(crate) fn clinic() -> StructIdNat {
    structure(999_003)
}

pub(crate) fn health_space() -> StructIdNat {
    structure(999_004)
}

fn ins(number: u64) -> Ins {
    let matricule = format!("{number}{:02}", 97 - number % 97);
    Ins::new("urn:oid:1.2.250.1.213.1.4.10", &matricule).unwrap()
}

pub(crate) fn holder() -> Ins {
    ins(2_800_599_999_001)
}

pub(crate) fn another_patient() -> Ins {
    ins(1_750_699_999_002)
}

pub(crate) fn professional(number: usize, profession: &str, speciality: &str, structure: StructIdNat) -> Professional {
    Professional {
        id: person(number),
        profession: Profession(profession.to_owned()),
        specialities: vec![Speciality(speciality.to_owned())],
        structures: vec![structure],
    }
}

pub(crate) fn treating_physician() -> Professional {
    professional(1, "10", "SM26", practice())
}

pub(crate) fn team_surgeon() -> Professional {
    professional(3, "10", "SM05", hospital())
}

pub(crate) fn team_nurse() -> Professional {
    professional(4, "60", "", hospital())
}

/// Someone of whom the record knows nothing.
pub(crate) fn outsider(profession: &str, speciality: &str) -> Professional {
    professional(6, profession, speciality, practice())
}

pub(crate) fn secretary() -> Who {
    Who::Delegate { id: PsIdNat::new("310B0999002/1").unwrap(), structure: practice() }
}

pub(crate) const fn organisation(structure: StructIdNat) -> Who {
    Who::Organisation { structure }
}

pub(crate) fn front_end() -> Who {
    Who::HolderFrontEnd { structure: health_space() }
}

pub(crate) fn asks(who: Who, act: Act) -> Question {
    let certificate = CertificateId { fingerprint: [0; 32], serial: "01".to_owned(), issuer: "test".to_owned() };
    Question {
        caller: authenticated(who, certificate),
        act,
        holder: Some(holder()),
        purpose: Purpose::Care,
        at: now(),
        takes: MediaTaken::any(),
    }
}

/// As callers of that kind are: the holder by a token that names the holder, everyone else by certificate.
fn authenticated(who: Who, certificate: CertificateId) -> Caller {
    let asserted = match who {
        Who::HolderFrontEnd { .. } => Some(Box::new(asserted(Asserter::FrontEnd, Some(holder())))),
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => None,
    };
    Caller { who, certificate, asserted }
}

/// What a token asserts, bound to that patient.
pub(crate) fn asserted(by: Asserter, patient: Option<Ins>) -> Asserted {
    Asserted {
        by,
        issuer: "issuer".to_owned(),
        token: [9; 32],
        acting: patient.clone(),
        patient,
        purpose: Purpose::Care,
        software: None,
    }
}

pub(crate) const fn always(from: Timestamp) -> Span {
    Span { from, until: None }
}

pub(crate) fn consent(grant: Grant, given: Timestamp, collected_by: Option<PsIdNat>) -> Consent {
    let evidence = Evidence { information_given: true, collected_by, at: given };
    Consent { id: "consent".to_owned(), grant, evidence, period: always(given) }
}

pub(crate) fn team(id: &str, path: TeamPath, structures: Vec<StructIdNat>, members: Vec<PsIdNat>) -> CareTeam {
    CareTeam { id: id.to_owned(), path, structures, members, episode: always(hours_ago(72)) }
}

/// The hospital stay, opened or not by the holder's initial consent.
pub(crate) fn stay() -> CareTeam {
    team("stay", TeamPath::SameEstablishment, vec![hospital()], vec![team_surgeon().id])
}

pub(crate) fn initial_consent() -> Consent {
    consent(Grant::InitialForTeam { team: "stay".to_owned() }, hours_ago(72), Some(team_surgeon().id))
}

pub(crate) fn own_consent(of: &PsIdNat, given: Timestamp) -> Consent {
    consent(Grant::Professional { professional: of.clone() }, given, Some(of.clone()))
}

pub(crate) fn entrusted(to: &PsIdNat, by: PsIdNat) -> Consent {
    consent(Grant::EntrustedProfessional { professional: to.clone() }, hours_ago(48), Some(by))
}

pub(crate) fn same_rights(of: &PsIdNat) -> Consent {
    consent(Grant::TreatingPhysicianRights { professional: of.clone() }, hours_ago(40), None)
}

pub(crate) fn block(blocked: Blocked) -> Block {
    Block { id: String::new(), blocked, period: always(hours_ago(1)) }
}

pub(crate) fn opposition(against: Option<Blocked>, legitimate_reason: bool) -> FeedOpposition {
    FeedOpposition { id: String::new(), against, legitimate_reason, period: always(hours_ago(1)) }
}

pub(crate) const fn opened(on: jiff::civil::Date, basis: Option<Basis>, department: Option<String>) -> Option<Opening> {
    Some(Opening { on, basis, department })
}

/// An open record of an adult, with nothing in it that lets anyone in.
pub(crate) fn bare_record() -> Facts {
    Facts {
        version: FactsVersion(7),
        holder: Some(Holder { birth_date: date(1980, 5, 17), traits: None }),
        dossier: Dossier { state: State::Open, opening: opened(date(2022, 3, 1), Some(Basis::Automatic), None) },
        ..Facts::absent()
    }
}

/// An open record with a treating physician and an opened hospital stay.
pub(crate) fn ordinary_record() -> Facts {
    Facts {
        treating_physician: Some(treating_physician().id),
        teams: vec![stay()],
        consents: vec![initial_consent()],
        ..bare_record()
    }
}

pub(crate) fn search() -> Act {
    Act::Search(Query { criteria: Vec::new(), sort: Vec::new(), page_size: 50, after: None })
}

pub(crate) fn lookup() -> Act {
    let token = Token { system: SystemAsked::Any, code: Some("2.25.1".to_owned()) };
    Act::Search(Query {
        criteria: vec![Criterion::Identifier(vec![token])],
        sort: Vec::new(),
        page_size: 50,
        after: None,
    })
}

pub(crate) const fn read() -> Act {
    Act::Read(DocumentId(Uuid::nil()))
}

pub(crate) const fn retrieve() -> Act {
    Act::Retrieve(DocumentId(Uuid::nil()))
}

/// A report of a consultation, which nearly all professions read.
pub(crate) fn report() -> Code {
    Code::new("http://loinc.org", "11488-4")
}

/// A psychiatric synthesis, which of the professions with a code physicians alone read.
pub(crate) fn psychiatric() -> Code {
    Code::new("http://loinc.org", "68599-0")
}

/// A type without a row in the matrix.
pub(crate) fn unknown_type() -> Code {
    Code::new("http://loinc.org", "56446-8")
}

pub(crate) fn reimbursement() -> Code {
    Code::new("urn:oid:1.2.250.1.213.1.1.4.12", "REMB")
}

/// What a patient deposits.
pub(crate) fn deposit() -> Code {
    Code::new("urn:oid:1.2.250.1.213.1.1.4.12", "DOCPAT03")
}

/// What the patient wishes.
pub(crate) fn wishes() -> Code {
    Code::new("urn:oid:1.2.250.1.213.1.1.4.12", "EXPPAT_1")
}

/// The eight combinations of labels: masked, hidden from the patient, hidden from the representatives.
pub(crate) fn all_labels() -> [Labels; 8] {
    std::array::from_fn(|bits| Labels {
        masked: (bits & 1 != 0).then_some(Origin::Holder),
        hidden_from_patient: (bits & 2 != 0).then_some(Origin::Author),
        hidden_from_representatives: (bits & 4 != 0).then_some(Origin::Author),
        ..Labels::default()
    })
}

pub(crate) fn entry(kind: Code, labels: Labels, authors: Vec<Author>) -> DocumentEntry {
    let span = DateSpan { from: hours_ago(3), until: hours_ago(2) };
    DocumentEntry {
        id: DocumentId(Uuid::nil()),
        version: 1,
        updated: hours_ago(2),
        unique_id: Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: "urn:oid:2.25.1".to_owned() },
        entry_uuids: Vec::new(),
        status: Status::Current,
        archived: false,
        kind,
        class: Code::new("urn:oid:1.2.250.1.213.1.1.4.1", "10"),
        date: span,
        creation: span,
        period: (hours_ago(3), None),
        authors,
        labels,
        first_deposited: hours_ago(2),
        announced: None,
        content: ContentRef { handle: Uuid::nil(), content_type: "text/xml".to_owned(), size: 1, sha1: [0; 20] },
        replaces: Vec::new(),
        relations: Vec::new(),
        index: Index::default(),
    }
}

pub(crate) fn new_document(kind: Code, labels: Labels, declared: Vec<DeclaredAuthor>) -> NewDocument {
    NewDocument {
        entry: entry(kind, labels, Vec::new()),
        rendition: Rendition { body: Vec::new(), base_at: 0 },
        declared,
        signatories: Vec::new(),
        custodian: None,
        content_names: Vec::new(),
    }
}

pub(crate) fn submit(documents: Vec<NewDocument>) -> Act {
    let entry = ListEntry {
        id: Uuid::nil(),
        kind: ListKind::SubmissionSet,
        version: 1,
        updated: now(),
        profiles: Vec::new(),
        identifiers: Vec::new(),
        date: DateSpan { from: now(), until: now() },
        title: None,
        designation: Vec::new(),
        source_id: None,
        sources: Vec::new(),
        source_identifiers: Vec::new(),
        archived: false,
        documents: documents.iter().map(|new| new.entry.id).collect(),
        folders: Vec::new(),
    };
    let set = FiledList { entry, rendition: b"\"status\":\"current\"".to_vec() };
    let (folders, replacements, traits) = (Vec::new(), Vec::new(), Vec::new());
    Act::Submit(Box::new(Submission { set, folders, documents, replacements, traits, received: now() }))
}

/// The author that a caller rightly declares.
pub(crate) fn rightful_author(who: &Who) -> DeclaredAuthor {
    match who {
        Who::Professional(professional) => DeclaredAuthor::Professional(professional.clone()),
        Who::Delegate { .. } => DeclaredAuthor::Professional(treating_physician()),
        Who::Organisation { structure } => DeclaredAuthor::Structure(structure.clone()),
        Who::HolderFrontEnd { .. } => DeclaredAuthor::Patient(holder()),
    }
}

/// The type that a caller rightly files.
pub(crate) fn rightful_type(who: &Who) -> Code {
    match who {
        Who::HolderFrontEnd { .. } => deposit(),
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => report(),
    }
}

/// A submission without a fault.
pub(crate) fn rightful_submission(who: &Who) -> Act {
    submit(vec![new_document(rightful_type(who), Labels::default(), vec![rightful_author(who)])])
}

/// The author as the record keeps the caller; for a delegate, the professional in whose name it files.
pub(crate) fn kept_author(who: &Who) -> Author {
    match who {
        Who::Professional(professional) => Author::Person(professional.id.clone()),
        Who::Delegate { .. } => Author::Person(treating_physician().id),
        Who::Organisation { structure } => Author::Structure(structure.clone()),
        Who::HolderFrontEnd { .. } => Author::Holder,
    }
}

/// Someone else who filed documents.
pub(crate) fn someone_else() -> Author {
    Author::Person(person(99))
}

/// Documents of every kind that the law tells apart: three types by eight labels, by the caller and by someone else.
pub(crate) fn shelf(who: &Who) -> Vec<DocumentEntry> {
    let mut shelf = Vec::new();
    for author in [kept_author(who), someone_else()] {
        for kind in [report(), psychiatric(), unknown_type()] {
            shelf.extend(all_labels().map(|labels| entry(kind.clone(), labels, vec![author.clone()])));
        }
    }
    shelf
}

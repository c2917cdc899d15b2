//! Patch documents: whatever their bytes, they are refused, or do not apply, or make a revision; and a document whose bytes never
//! name the labels lifts no flag.
#![no_main]

use dmp_gateway::{
    fhir::{issue::Severity, patch, rules::RuleSet},
    record::{
        amendment::Revision,
        code::{Code, Identifier},
        document::{ContentRef, DateSpan, DocumentEntry, DocumentId, Index, Rendition, Status},
        visibility::{Labels, Origin},
    },
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

fn entry() -> DocumentEntry {
    let span = DateSpan { from: Timestamp::UNIX_EPOCH, until: Timestamp::UNIX_EPOCH };
    DocumentEntry {
        id: DocumentId(Uuid::nil()),
        version: 1,
        updated: Timestamp::UNIX_EPOCH,
        unique_id: Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: "urn:oid:2.25.1".to_owned() },
        entry_uuids: vec![Uuid::nil()],
        status: Status::Current,
        archived: false,
        kind: Code::new("http://loinc.org", "x"),
        class: Code::new("", "y"),
        date: span,
        creation: span,
        period: (Timestamp::UNIX_EPOCH, None),
        authors: Vec::new(),
        labels: Labels {
            masked: Some(Origin::Holder),
            hidden_from_representatives: Some(Origin::Author),
            ..Labels::default()
        },
        first_deposited: Timestamp::UNIX_EPOCH,
        announced: None,
        content: ContentRef { handle: Uuid::nil(), content_type: "text/plain".to_owned(), size: 1, sha1: [0; 20] },
        replaces: Vec::new(),
        relations: Vec::new(),
        index: Index::default(),
    }
}

fn rendition() -> Rendition {
    let leading = r#""extension":[{"url":"urn:other","valueString":"kept"}],"content":[{"attachment":{"url":""#;
    Rendition { body: format!("{leading}Binary/1\"}}}}]").into_bytes(), base_at: leading.len() }
}

/// Whether the bytes can name the labels, in any of the languages; a JSON escape may hide the name.
fn may_name_labels(bytes: &[u8]) -> bool {
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    holds(b"tyLabel") || holds(b"\\u") || holds(b"&#")
}

fuzz_target!(|bytes: &[u8]| {
    let (entry, rendition) = (entry(), rendition());
    for rules in [RuleSet::Dmp, RuleSet::Pdsm] {
        let tree = serde_json::from_slice(bytes).ok();
        let by_fhirpath = tree.map(|tree| patch::fhirpath(&tree, rules));
        for read in [Some(patch::json(bytes, rules)), Some(patch::xml(bytes, rules)), by_fhirpath].into_iter().flatten() {
            match read {
                Err(issues) => assert!(issues.0.iter().any(|issue| issue.severity == Severity::Error)),
                Ok(reading) => {
                    assert!(reading.warnings.iter().all(|issue| issue.severity == Severity::Warning));
                    if let Ok(revision) = (reading.patch)(&entry, &rendition)
                        && !may_name_labels(bytes)
                    {
                        let Revision { masked, hidden_from_patient, hidden_from_representatives, .. } = revision;
                        assert_eq!((masked, hidden_from_patient, hidden_from_representatives), (true, false, true));
                    }
                }
            }
        }
    }
    let _ = std::str::from_utf8(bytes).map(patch::if_match);
});

use serde_json::{Value, json};

use super::fixture::*;
use crate::fhir::{
    canon::PROVIDE_BUNDLE,
    document::{self, Encoding, tests::document as fhir_document},
    intake::{
        Limits,
        tests::{Files, read_text},
    },
    issue::Severity,
    profile::{Library, OWN, Within, judge},
    publication::{Publication, Rejected, ReplyEntry, bundle},
    rules::RuleSet::{self, Dmp, Pdsm},
};
use crate::record::submission::StagedContent;

/// A submission whose content is a FHIR document; size and hash are left out.
fn submission_of(fhir: Value) -> Value {
    let tree = with(letter(), "/entry/2/resource", fhir);
    let tree = with(tree, "/entry/2/request/url", json!("Bundle"));
    let tree = with(tree, "/entry/1/resource/content/0/attachment/contentType", json!("application/fhir+json"));
    without(without(tree, "/entry/1/resource/content/0/attachment/size"), "/entry/1/resource/content/0/attachment/hash")
}

fn file(rules: RuleSet, tree: &Value, encoding: Encoding) -> Result<Publication, Rejected> {
    let mut intake = read_text(&tree.to_string()).unwrap();
    document::stage(&mut intake, encoding, &Limits::default(), &Files::new()).unwrap();
    with_setting(rules, false, |setting| bundle(intake, setting))
}

fn refused(tree: &Value) -> Vec<&'static str> {
    codes(file(Dmp, tree, Encoding::Json))
}

fn warned(read: Result<Publication, Rejected>) -> Vec<(&'static str, String)> {
    read.unwrap().warnings.into_iter().map(|issue| (issue.diagnosis.code, issue.at)).collect()
}

// requirement: TX-13 TX-06
#[test]
fn a_fhir_document_is_taken_without_size_and_hash() {
    let publication = file(Pdsm, &submission_of(fhir_document()), Encoding::Json).unwrap();
    assert_eq!(publication.warnings, []);
    assert_eq!(publication.reply, [ReplyEntry::SubmissionSet, ReplyEntry::Document(0), ReplyEntry::Binary(0)]);
    let content = &publication.submission.documents[0].entry.content;
    let bytes = fhir_document().to_string();
    assert_eq!((content.size, content.sha1), (bytes.len() as u64, sha1(bytes.as_bytes())));
    assert_eq!(content.content_type, "application/fhir+json");
    let printed = printed(&publication, 0);
    let attachment = &printed["content"][0]["attachment"];
    assert_eq!(attachment["size"], bytes.len());
    assert!(attachment["url"].as_str().unwrap().contains("/Binary/"));
    assert_eq!(publication.submission.documents[0].content_names, [INS]);
}

// requirement: TX-06
#[test]
fn what_is_said_of_its_bytes_is_put_right_with_a_warning() {
    let at = "Bundle.entry[1].resource.content[0].attachment";
    let pointer = "/entry/1/resource/content/0/attachment";
    let tree = with(submission_of(fhir_document()), &format!("{pointer}/size"), json!(7));
    let tree = with(tree, &format!("{pointer}/hash"), json!("2jmj7l5rSw0yVb/vlWAYkK/YBwk="));
    let places = [("DMP-0288", format!("{at}.size")), ("DMP-0288", format!("{at}.hash"))];
    assert_eq!(warned(file(Pdsm, &tree, Encoding::Json)), places);
    let kept = file(Pdsm, &tree, Encoding::Json).unwrap();
    assert_eq!(printed(&kept, 0)["content"][0]["attachment"]["size"], fhir_document().to_string().len());

    let other = file(Pdsm, &submission_of(fhir_document()), Encoding::Xml);
    let content_type = other.as_ref().unwrap().submission.documents[0].entry.content.content_type.clone();
    assert_eq!(content_type, "application/fhir+xml");
    assert_eq!(warned(other), [("DMP-0287", format!("{at}.contentType"))]);

    let tree = with(submission_of(fhir_document()), &format!("{pointer}/contentType"), json!("application/json"));
    assert_eq!(refused(&tree), ["DMP-0249"]);
}

#[test]
fn what_is_no_document_and_what_breaks_its_rules_is_refused() {
    let with = |pointer: &str, value: Value| submission_of(with(fhir_document(), pointer, value));
    let without = |pointer: &str| submission_of(without(fhir_document(), pointer));
    assert_eq!(refused(&with("/type", json!("collection"))), ["DMP-0212", "DMP-0216", "DMP-0216", "DMP-0247"]);
    for (tree, key) in [
        (without("/identifier"), "bdl-9"),
        (without("/identifier/system"), "bdl-9"),
        (without("/timestamp"), "bdl-10"),
        (without("/entry/0"), "bdl-11"),
        (with("/entry/1/fullUrl", json!("urn:uuid:c0000000-0000-4000-8000-000000000001")), "bdl-7"),
        (with("/entry/3/request", json!({"method": "POST", "url": "Organization"})), "bdl-3"),
        (with("/total", json!(7)), "bdl-1"),
    ] {
        let issues = file(Pdsm, &tree, Encoding::Json).unwrap_err().issues.0;
        let told = issues.iter().find(|issue| issue.diagnosis.code == "DMP-0248");
        assert_eq!(
            told.map(|issue| (issue.at.as_str(), issue.detail.as_str())),
            Some(("Bundle.entry[2].resource", key))
        );
    }
    let lost = with("/entry/0/resource/subject/reference", json!("urn:uuid:nowhere"));
    assert_eq!(
        errors(file(Dmp, &lost, Encoding::Json)),
        [("DMP-0289", "Bundle.entry[2].resource.entry[0].resource.subject".to_owned())]
    );
}

// requirement: TX-18
#[test]
fn its_header_is_compared_with_the_metadata() {
    let other = with(fhir_document(), "/entry/0/resource/type/coding/0/code", json!("60591-5"));
    let other = with(other, "/entry/0/resource/language", json!("en"));
    let tree = submission_of(with(other, "/entry/0/resource/confidentiality", json!("V")));
    let wanted = ["DMP-0294", "DMP-0295", "DMP-0296"];
    assert_eq!(codes(file(Pdsm, &tree, Encoding::Json)), wanted);
    let warned: Vec<_> = warned(file(Dmp, &tree, Encoding::Json)).into_iter().map(|(code, _)| code).collect();
    assert_eq!(warned, wanted);
    let another = with(fhir_document(), "/entry/1/resource/identifier/0/value", json!(OTHER_INS));
    let names = file(Dmp, &submission_of(another.clone()), Encoding::Json).unwrap();
    assert_eq!(names.submission.documents[0].content_names, [OTHER_INS]);
    // The same where it comes as a Binary.
    let bytes = another.to_string();
    let tree = with(submission(&[bytes.as_bytes()]), "/entry/2/resource/contentType", json!("application/fhir+json"));
    let tree = with(tree, "/entry/1/resource/content/0/attachment/contentType", json!("application/fhir+json"));
    assert_eq!(provide(Dmp, tree).unwrap().submission.documents[0].content_names, [OTHER_INS]);
}

#[test]
fn a_document_that_nothing_links_to_or_that_was_not_staged_is_refused() {
    let tree = with(submission_of(fhir_document()), "/entry/2/fullUrl", json!("urn:uuid:other"));
    assert_eq!(refused(&tree), ["DMP-0212", "DMP-0213", "DMP-0216", "DMP-0216"]);
    let whole = with(submission_of(fhir_document()), "/entry/1/resource/content/0/attachment/size", json!(1));
    let whole = with(whole, "/entry/1/resource/content/0/attachment/hash", json!("AA=="));
    assert_eq!(
        codes(with_setting(Dmp, false, |setting| bundle(read_text(&whole.to_string()).unwrap(), setting))),
        ["DMP-0260"]
    );
}

/// Our own profiles, and those of the packages where they are at hand.
fn libraries() -> Vec<Library> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/packages");
    let mut all = vec![Library::load(&[], OWN).unwrap()];
    match std::fs::read_dir(folder) {
        Err(_) => println!("notice: the compiled packages are not here: nothing was tried with them"),
        Ok(files) => {
            let paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
            let packages: Vec<_> =
                paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == "tgz")).collect();
            all.push(Library::load(&packages, OWN).unwrap());
        }
    }
    all
}

#[test]
fn the_profile_knows_the_slice_and_misses_nothing_of_what_was_put_in() {
    let mut intake = read_text(&submission_of(fhir_document()).to_string()).unwrap();
    let as_sent = intake.tree.clone();
    document::stage(&mut intake, Encoding::Json, &Limits::default(), &Files::new()).unwrap();
    let within = Within { at: "Bundle", bundle: None };
    for library in libraries() {
        let errors = |tree: &Value| {
            let issues = judge(library.find(PROVIDE_BUNDLE, tree, &within), Pdsm);
            issues
                .into_iter()
                .filter(|issue| issue.severity == Severity::Error)
                .map(|issue| issue.at)
                .collect::<Vec<_>>()
        };
        assert_eq!(errors(&intake.tree), [""; 0]);
        let at = "Bundle.entry[1].resource.content[0].attachment";
        assert_eq!(errors(&as_sent), [format!("{at}.size"), format!("{at}.hash")]);
    }
}

// requirement: TX-18 TX-05
#[test]
fn content_that_claims_to_be_fhir_and_cannot_be_read_here_is_refused() {
    let another = with(fhir_document(), "/entry/1/resource/identifier/0/value", json!(OTHER_INS)).to_string();
    let of_type = |media: &str, bytes: &[u8]| {
        let tree = with(submission(&[bytes]), "/entry/2/resource/contentType", json!(media));
        provide(Dmp, with(tree, "/entry/1/resource/content/0/attachment/contentType", json!(media)))
    };
    let spoilt = [
        format!("\u{feff}{another}"),
        format!("{another} x"),
        another.replacen("\"type\":\"document\"", "\"type\":\"document\",\"type\":\"document\"", 1),
        another.replacen("\"type\":\"document\"", "\"type\":\"document\",\"link\":[]", 1),
        another.replacen("\"type\":\"document\"", "\"type\":\"collection\"", 1),
        another[..another.len() - 1].to_owned(),
        format!("/**/{another}"),
        format!("{another}{}", " ".repeat(StagedContent::HEAD)),
        "x".to_owned(),
    ];
    for bytes in &spoilt {
        let start: String = bytes.chars().take(40).collect();
        assert_eq!(codes(of_type("application/fhir+json", bytes.as_bytes())), ["DMP-0290"], "{start}");
        assert_eq!(codes(of_type("application/fhir+json;charset=utf-8", bytes.as_bytes())), ["DMP-0290"], "{start}");
    }
    // Other JSON may be anything; where it is a FHIR document, its patient counts.
    assert!(of_type("application/json", b"x").is_ok());
    let names = of_type("application/json", another.as_bytes()).unwrap();
    assert_eq!(names.submission.documents[0].content_names, [OTHER_INS]);
}

use std::process::Command;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;
use crate::{
    fhir::intake::tests::documents::{Endless, Stepped, resident_kib, sample},
    record::submission::StagedContent,
};

const HEAD: &[u8] = br#"<Binary xmlns="http://hl7.org/fhir"><contentType value="a/b"/><data value=""#;
const TAIL: &[u8] = br#""/></Binary>"#;

fn binary(data: &str) -> String {
    resource("Binary", &format!("<data value=\"{data}\"/>"))
}

#[test]
fn documents_flow_to_quarantine_from_each_place_where_one_can_stand() {
    let (one, two) = (sample(100_000), sample(7));
    let [first, second] = [&one, &two].map(|bytes| STANDARD.encode(bytes));
    let inner = format!(r#"<content><attachment><data value="{first}"/></attachment></content>"#);
    let reference = resource("DocumentReference", &inner);
    let bundle = resource(
        "Bundle",
        &format!(
            "<entry><resource>{reference}</resource></entry><entry><resource>{}</resource></entry>",
            binary(&second)
        ),
    );
    for (text, places) in [
        (&reference, vec![("DocumentReference.content[0].attachment.data", &one)]),
        (&binary(&second), vec![("Binary.data", &two)]),
        (
            &bundle,
            vec![
                ("Bundle.entry[0].resource.content[0].attachment.data", &one),
                ("Bundle.entry[1].resource.data", &two),
            ],
        ),
    ] {
        let files = Files::new();
        let intake = read(text.as_bytes(), &Limits::default(), &files).unwrap();
        let staged: Vec<_> =
            intake.staged.iter().map(|staged| (staged.at.as_str(), files.bytes(&staged.content))).collect();
        assert_eq!(staged, places.into_iter().map(|(at, bytes)| (at, bytes.clone())).collect::<Vec<_>>());
        assert!(!intake.tree.to_string().contains(&second));
    }
    let elsewhere = format!(r#"<photo><data value="{second}"/></photo>"#);
    assert!(tree("Patient", &elsewhere).to_string().contains(&second));
}

#[test]
fn references_and_white_space_in_a_document_change_nothing() {
    let bytes = sample(200_000);
    let text = STANDARD.encode(&bytes);
    let lines: Vec<&str> = text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    for written in [
        text.clone(),
        text.replace('+', "&#x2B;"),
        text.replace('/', "&#47;"),
        lines.join("\n"),
        lines.join("\r\n"),
        lines.join("&#10;"),
        lines.join("&#xD;&#xA;"),
        lines.join("\t "),
    ] {
        for step in [1, 7, 1023, 1024, 1025, 64 * 1024, 1 << 20] {
            let body = resource("Binary", &format!("<data\n value = '{written}' /><contentType value=\"a\"/>"));
            let files = Files::new();
            let source = Stepped { bytes: body.as_bytes(), step };
            let intake = read(source, &Limits::default(), &files).unwrap();
            assert!(files.bytes(&intake.staged[0].content) == bytes, "by steps of {step}");
            assert_eq!(intake.tree.to_string(), r#"{"resourceType":"Binary","data":"AA==","contentType":"a"}"#);
        }
    }
}

#[test]
fn what_is_no_base64_is_refused_with_its_place_and_nothing_stays() {
    let good = STANDARD.encode(sample(200_000));
    for bad in ["A", "AA", "AAA", "AA=", "AA==AAAA", "AB==", "AA-_", "A===", "====", "é", "AAAA%", "AA&#x7F;A"] {
        let files = Files::new();
        let body = resource("Binary", &format!("<data value=\"{bad}\"/><id value=\"\"/>"));
        let found = findings(read(body.as_bytes(), &Limits::default(), &files));
        assert_eq!(found, ["DMP-0118 Binary.data", "DMP-0107 Binary.id"], "{bad}");
        let late = binary(&format!("{good}{bad}"));
        assert_eq!(findings(read(late.as_bytes(), &Limits::default(), &files)), ["DMP-0118 Binary.data"], "{bad}");
        assert_eq!(files.count(), 0);
    }
    assert_eq!(found(&binary("")), ["DMP-0107 Binary.data"]);
    assert_eq!(found(&binary("  ")), ["DMP-0118 Binary.data"]);
}

#[test]
fn a_document_cut_off_leaves_nothing() {
    let files = Files::new();
    let body = binary(&STANDARD.encode(sample(100_000)));
    let cut = &body.as_bytes()[..body.len() - 100];
    assert!(matches!(read(cut, &Limits::default(), &files), Err(Unreadable::Cut)));
    assert_eq!(files.count(), 0);
}

/// In a process of its own: the peak is that of a whole process, and other tests have theirs.
#[test]
fn a_document_of_96_mib_passes_in_little_memory() {
    let alone = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "fhir::xml::tests::documents::the_document_of_96_mib"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&alone.stderr));
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn the_document_of_96_mib() {
    let files = Files::new();
    let text = (96 << 20) / 3 * 4;
    // What is touched once for all (code, tables) is no matter of the document's size.
    read(Endless { head: HEAD, middle: 4096, tail: TAIL }, &Limits::default(), &files).unwrap();
    let before = resident_kib();
    let intake = read(Endless { head: HEAD, middle: text, tail: TAIL }, &Limits::default(), &files).unwrap();
    assert_eq!(intake.staged[0].content.size, text / 4 * 3);
    assert_eq!(intake.staged[0].content.head.len(), StagedContent::HEAD);
    match (before, resident_kib()) {
        (Some(before), Some(after)) => assert!(after - before < 8 * 1024, "{before} KiB, then {after} KiB"),
        _ => println!("notice: no /proc, so the memory is not measured"),
    }
}

#[test]
fn the_limits_hold_for_bodies_without_end() {
    let endless = || Endless { head: HEAD, middle: u64::MAX / 2, tail: TAIL };
    let files = Files::new();
    let limits = Limits { body: 5 << 20, content: 1 << 20, ..Limits::default() };
    assert_eq!(findings(read(endless(), &limits, &files)), ["DMP-0117 Binary.data"]);
    let limits = Limits { body: 5 << 20, ..Limits::default() };
    assert_eq!(findings(read(endless(), &limits, &files)), ["DMP-0116 Binary.data"]);
    let limits = Limits { documents: 0, ..Limits::default() };
    assert_eq!(findings(read(endless(), &limits, &files)), ["DMP-0120 Binary.data"]);
    assert_eq!(files.count(), 0);
}

use serde_json::json;

use super::fixture::*;
use crate::{
    fhir::{
        publication::{AuthorName, ReplyEntry},
        rules::RuleSet::{Dmp, Pdsm},
    },
    record::{document::Status, identity::PsIdNat},
};

#[test]
fn a_strict_submission_is_taken_without_a_remark() {
    let publication = provide(Pdsm, letter()).unwrap();
    assert_eq!(publication.warnings, []);
    assert_eq!(publication.holder.matricule(), INS);
    assert_eq!(publication.reply, [ReplyEntry::SubmissionSet, ReplyEntry::Document(0), ReplyEntry::Binary(0)]);
    assert_eq!(publication.authors, [[AuthorName::Professional(PsIdNat::new(DOCTOR).unwrap())]]);
    assert!(publication.unused.is_empty());
    let entry = &publication.submission.documents[0].entry;
    assert_eq!((entry.version, entry.status, entry.archived), (1, Status::Current, false));
    assert_eq!((entry.kind.code.as_str(), entry.class.code.as_str()), ("11488-4", "10"));
    assert_eq!(entry.content.size, LETTER.len() as u64);
    assert_eq!(entry.content.sha1, sha1(LETTER));
    assert_eq!(publication.submission.documents[0].custodian.as_ref().unwrap().as_str(), STRUCTURE);
}

#[test]
fn a_submission_of_three_is_answered_in_the_order_of_its_entries() {
    let mut tree = submission(&[b"un", b"deux", b"trois"]);
    tree["entry"].as_array_mut().unwrap().reverse();
    let publication = provide(Pdsm, tree).unwrap();
    let documents: Vec<_> =
        publication.submission.documents.iter().map(|new| new.entry.unique_id.value.clone()).collect();
    assert_eq!(documents.len(), 3);
    assert!(documents[0].ends_with(".2") && documents[2].ends_with(".0"), "documents stand in request order");
    assert_eq!(
        publication.reply,
        [
            ReplyEntry::Binary(0),
            ReplyEntry::Document(0),
            ReplyEntry::Binary(1),
            ReplyEntry::Document(1),
            ReplyEntry::Binary(2),
            ReplyEntry::Document(2),
            ReplyEntry::SubmissionSet,
        ]
    );
}

#[test]
fn every_problem_is_told_with_its_place() {
    let tree = without(letter(), "/entry/1/resource/type");
    let tree = with(tree, "/entry/1/resource/content/0/attachment/size", json!(9));
    let tree = with(tree, "/entry/0/resource/mode", json!("changes"));
    assert_eq!(
        errors(provide(Pdsm, tree)),
        [
            ("DMP-0216", "Bundle.entry[1].resource.type".to_owned()),
            ("DMP-0219", "Bundle.entry[0].resource.mode".to_owned()),
            ("DMP-0263", "Bundle.entry[1].resource.content[0].attachment.size".to_owned()),
        ]
    );
}

// requirement: TX-12 TX-03
// requirement: TX-12
#[test]
fn the_frame_is_a_transaction_of_a_known_profile() {
    for rules in [Pdsm, Dmp] {
        assert_eq!(codes(provide(rules, with(letter(), "/type", json!("batch")))), ["DMP-0201"]);
        assert_eq!(codes(provide(rules, without(letter(), "/meta"))), ["DMP-0202"]);
        let unknown = with(letter(), "/meta/profile", json!(["https://example.test/other"]));
        assert_eq!(codes(provide(rules, unknown)), ["DMP-0203"]);
        assert_eq!(codes(provide(rules, json!({"resourceType": "List"}))), ["DMP-0200"]);
    }
}

// requirement: TX-03
// requirement: TX-03
#[test]
fn the_list_of_entries_is_closed() {
    let add = |resource, method, url| with(letter(), "/entry/-", entry("urn:uuid:e", resource, method, url));
    let cases = [
        (add(json!({"resourceType": "Observation"}), "POST", "Observation"), "DMP-0204"),
        (add(json!({"resourceType": "Bundle", "type": "collection"}), "POST", "Bundle"), "DMP-0247"),
        (add(json!({"resourceType": "Bundle", "type": "document"}), "PUT", "Bundle"), "DMP-0205"),
        (add(json!({"resourceType": "List", "code": {"coding": [{"code": "folder"}]}}), "PUT", "List/1"), "DMP-0284"),
        (add(patient("p", INS), "DELETE", "Patient/p"), "DMP-0205"),
        (with(letter(), "/entry/2/request/method", json!("PUT")), "DMP-0205"),
        (with(letter(), "/entry/1/request/ifNoneExist", json!("identifier=x")), "DMP-0215"),
        (with(letter(), "/entry/2/fullUrl", json!(document_url(0))), "DMP-0211"),
    ];
    for (tree, code) in cases {
        assert!(codes(provide(Dmp, tree)).contains(&code), "{code}");
    }
}

#[test]
fn a_submission_has_one_set_and_at_least_one_document() {
    assert!(codes(provide(Dmp, without(letter(), "/entry/0"))).contains(&"DMP-0208"));
    let twice = letter();
    let again = twice["entry"][0].clone();
    assert!(
        codes(provide(Dmp, with(twice, "/entry/-", with(again, "/fullUrl", json!("urn:uuid:x")))))
            .contains(&"DMP-0208")
    );
    assert!(codes(provide(Dmp, without(letter(), "/entry/1"))).contains(&"DMP-0209"));
}

#[test]
fn a_link_to_nothing_and_an_entry_without_a_link_are_refused() {
    let no_item = with(letter(), "/entry/0/resource/entry/0/item/reference", json!("urn:uuid:nothing"));
    assert_eq!(codes(provide(Dmp, no_item)), ["DMP-0212", "DMP-0213"]);
    let no_content = with(letter(), "/entry/1/resource/content/0/attachment/url", json!("urn:uuid:nothing"));
    assert_eq!(codes(provide(Dmp, no_content)), ["DMP-0212", "DMP-0213"]);
    let shared = with(
        submission(&[b"a", b"a"]),
        "/entry/3/resource/content/0/attachment/url",
        json!("urn:uuid:00000000-0000-4000-8000-00000000b000"),
    );
    assert_eq!(codes(provide(Dmp, shared)), ["DMP-0213", "DMP-0214"]);
    let stray = with(letter(), "/entry/1/resource/context/encounter", json!([{"reference": "urn:uuid:nothing"}]));
    assert_eq!(codes(provide(Dmp, stray)), ["DMP-0212"]);
}

#[test]
fn two_documents_of_one_name_are_refused() {
    let same = submission(&[b"a", b"b"]);
    let name = same["entry"][1]["resource"]["masterIdentifier"].clone();
    assert_eq!(codes(provide(Dmp, with(same, "/entry/3/resource/masterIdentifier", name))), ["DMP-0242"]);
    let uuid = json!([{"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:aaaaaaaa-0000-4000-8000-000000000000"}]);
    let same = with(submission(&[b"a", b"b"]), "/entry/1/resource/identifier", uuid.clone());
    assert_eq!(codes(provide(Dmp, with(same, "/entry/3/resource/identifier", uuid))), ["DMP-0244"]);
}

#[test]
fn the_patient_may_be_named_in_every_way() {
    let ways = [
        subject(INS),
        json!({"reference": format!("Patient?identifier={INS_SYSTEM}|{INS}")}),
        json!({"reference": format!("Patient?identifier={INS_SYSTEM}%7C{INS}")}),
        json!({"reference": "#source"}),
        json!({"reference": "urn:uuid:p"}),
    ];
    for way in ways {
        let tree = with(letter(), "/entry/1/resource/subject", way.clone());
        let tree = with(tree, "/entry/-", entry("urn:uuid:p", patient("p", INS), "PUT", "Patient?identifier=x"));
        let publication = provide(Pdsm, tree).unwrap_or_else(|rejected| panic!("{way}: {rejected:?}"));
        assert_eq!(publication.holder.matricule(), INS);
        assert_eq!(publication.reply.last(), Some(&ReplyEntry::Patient));
        let printed = printed(&publication, 0)["subject"].clone();
        let lasts = printed["reference"] == "#source" || printed["identifier"]["value"] == INS;
        assert!(lasts && !printed.to_string().contains("urn:uuid"), "{printed}");
    }
}

// requirement: TX-05
#[test]
fn a_submission_is_of_one_patient() {
    assert_eq!(
        errors(provide(Dmp, with(letter(), "/entry/1/resource/subject", subject(OTHER_INS)))),
        [("DMP-0254", "Bundle.entry[1].resource.subject.identifier".to_owned())]
    );
    // Against the first that is named, both places in the document stand out.
    assert_eq!(codes(provide(Dmp, with(letter(), "/entry/0/resource/subject", subject(OTHER_INS)))), ["DMP-0254"; 2]);
    let contained = with(letter(), "/entry/1/resource/contained/0", patient("source", OTHER_INS));
    assert_eq!(codes(provide(Dmp, contained)), ["DMP-0254"]);
    let pushed = with(letter(), "/entry/-", entry("urn:uuid:p", patient("p", OTHER_INS), "POST", "Patient"));
    assert_eq!(codes(provide(Dmp, pushed)), ["DMP-0254"]);
}

// requirement: TX-05
#[test]
fn no_name_of_a_patient_goes_unread_because_another_stands_beside_it() {
    let both = |link: &str| json!({"identifier": {"system": INS_SYSTEM, "value": INS}, "reference": link});
    let beside = |link: &str, contained: serde_json::Value| {
        let tree = with(letter(), "/entry/1/resource/subject", both(link));
        with(tree, "/entry/1/resource/contained/-", contained)
    };
    let nobody = json!({"resourceType": "Device", "id": "device"});
    let other = beside("#other", patient("other", OTHER_INS));
    assert_eq!(codes(provide(Dmp, other)), ["DMP-0254"]);
    let same = beside("#other", patient("other", INS));
    assert!(provide(Dmp, same).is_ok());
    // By the id that this server gave, whole or as it stands here; an id of elsewhere names nobody.
    for link in ["Patient/known-here", "https://dmp.example/fhir/Patient/known-here"] {
        assert_eq!(codes(provide(Dmp, beside(link, nobody.clone()))), ["DMP-0254"], "{link}");
    }
    assert!(provide(Dmp, beside("https://elsewhere.example/fhir/Patient/known-here", nobody)).is_ok());
    let by_condition = format!("Patient?identifier={INS_SYSTEM}|{OTHER_INS}");
    assert_eq!(codes(provide(Dmp, with(letter(), "/entry/0/resource/subject", both(&by_condition)))), ["DMP-0254"]);
    // A Patient with two numbers in use is two people; an old number is not in use.
    let second = json!({"system": INS_SYSTEM, "value": OTHER_INS});
    let double = with(letter(), "/entry/1/resource/contained/0/identifier/-", second.clone());
    assert_eq!(codes(provide(Dmp, double.clone())), ["DMP-0254"]);
    let last = double["entry"][1]["resource"]["contained"][0]["identifier"].as_array().unwrap().len() - 1;
    let old = with(double, &format!("/entry/1/resource/contained/0/identifier/{last}/use"), json!("old"));
    assert!(provide(Dmp, old).is_ok());
}

#[test]
fn a_patient_without_a_valid_identity_of_this_environment_is_refused() {
    let both = |value: serde_json::Value| {
        let tree = with(letter(), "/entry/0/resource/subject", value.clone());
        let tree = with(
            tree,
            "/entry/1/resource/contained/0/identifier",
            json!([{"system": "urn:oid:1.2.3", "value": "IPP"}]),
        );
        let all = codes(provide(Dmp, with(tree, "/entry/1/resource/subject", value)));
        assert!(all.iter().all(|code| *code == all[0]), "{all:?}");
        all[0]
    };
    let named = |system: &str, value: &str| json!({"identifier": {"system": system, "value": value}});
    assert_eq!(both(named(INS_SYSTEM, "279035121518988")), "DMP-0253");
    assert_eq!(both(named(INS_SYSTEM, "27903512151898")), "DMP-0252");
    assert_eq!(both(named("urn:oid:1.2.250.1.213.1.4.8", INS)), "DMP-0251", "a real identity in a test environment");
    assert_eq!(both(named("urn:oid:1.2.3", INS)), "DMP-0251");
    assert_eq!(both(json!({"reference": "Patient/123"})), "DMP-0250");
    assert_eq!(both(json!({"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10"})), "DMP-0250");
}

#[test]
fn what_is_refused_gives_its_content_back_to_be_discarded() {
    let rejected = provide(Pdsm, with(letter(), "/type", json!("batch"))).unwrap_err();
    assert_eq!(rejected.staged.len(), 1);
}

#[test]
fn the_set_is_printed_whole_and_links_to_its_documents() {
    let publication = provide(Pdsm, letter()).unwrap();
    let list = printed_set(&publication);
    let document = publication.submission.documents[0].entry.id;
    assert_eq!(list["resourceType"], "List");
    assert_eq!(list["id"], publication.submission.set.entry.id.to_string());
    assert_eq!(list["entry"][0]["item"]["reference"], format!("DocumentReference/{document}"));
    assert_eq!(publication.submission.set.entry.identifiers[0].value, "urn:oid:1.2.250.1.999.4");
}

#[test]
fn authors_are_known_by_national_identifier_however_they_are_described() {
    let named = |system: &str, value: &str| json!([{"system": system, "value": value}]);
    let role = json!({"resourceType": "PractitionerRole", "id": "doctor", "practitioner": {"reference": "#one"}});
    let one = json!({"resourceType": "Practitioner", "id": "one", "identifier": named("https://rpps.esante.gouv.fr", &DOCTOR[1..])});
    let ps = AuthorName::Professional(PsIdNat::new(DOCTOR).unwrap());
    let device = json!({"resourceType": "Device", "id": "doctor", "owner": {"identifier": named("https://finess.esante.gouv.fr", &STRUCTURE[1..])[0]}});
    let nobody = json!({"resourceType": "Device", "id": "doctor"});
    let own = json!({"resourceType": "Patient", "id": "doctor", "identifier": named(INS_SYSTEM, INS)});
    let publication_of =
        |contained: serde_json::Value| provide(Pdsm, with(letter(), "/entry/1/resource/contained", contained)).unwrap();
    let source = qualified("source");
    assert_eq!(publication_of(json!([source, role, one])).authors[0], [ps]);
    let structure = crate::record::identity::StructIdNat::new(STRUCTURE).unwrap();
    assert_eq!(publication_of(json!([source, device])).authors[0], [AuthorName::Structure(structure)]);
    let unknown = publication_of(json!([source, nobody]));
    assert_eq!((unknown.authors[0][0].clone(), unknown.warnings.len()), (AuthorName::Unidentified, 1));
    let by_patient = publication_of(json!([source, own]));
    assert_eq!(by_patient.authors[0], [AuthorName::Patient(by_patient.holder.clone())]);
}

#[test]
fn an_author_of_several_identities_is_refused_where_the_second_stands() {
    let named = |system: &str, value: &str| json!({"system": system, "value": value});
    let ps = |value: &str| named("urn:oid:1.2.250.1.71.4.2.1", value);
    let (own, rpps) = (ps(DOCTOR), named("https://rpps.esante.gouv.fr", &DOCTOR[1..]));
    let (other, house) = (ps("10B0999001/77"), named("urn:oid:1.2.250.1.71.4.2.2", STRUCTURE));
    let person = |id: &str, identifiers: serde_json::Value| json!({"resourceType": "Practitioner", "id": id, "identifier": identifiers});
    let role = |more: serde_json::Value| {
        let mut role =
            json!({"resourceType": "PractitionerRole", "id": "doctor", "practitioner": {"reference": "#one"}});
        role.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        role
    };
    let read = |rules, contained: serde_json::Value, author: serde_json::Value| {
        let contained = [vec![qualified("source")], contained.as_array().unwrap().clone()].concat();
        let tree = with(letter(), "/entry/1/resource/contained", json!(contained));
        provide(rules, with(tree, "/entry/1/resource/author/0", author))
    };
    let link = json!({"reference": "#doctor"});
    let at = |place: &str| [("DMP-0257", format!("Bundle.entry[1].resource.{place}"))];
    for rules in [Pdsm, Dmp] {
        for (contained, author, place) in [
            (json!([person("doctor", json!([own, other]))]), link.clone(), "contained[1].identifier[1]"),
            (json!([person("doctor", json!([house, rpps]))]), link.clone(), "contained[1].identifier[0]"),
            (json!([person("doctor", json!([house]))]), link.clone(), "contained[1].identifier[0]"),
            (json!([person("doctor", json!([own, ps("unknown")]))]), link.clone(), "contained[1].identifier[1]"),
            (json!([doctor()]), json!({"identifier": house, "reference": "#doctor"}), "contained[1].identifier[0]"),
            (
                json!([role(json!({"identifier": [own]})), person("one", json!([other]))]),
                link.clone(),
                "contained[2].identifier[0]",
            ),
        ] {
            assert_eq!(errors(read(rules, contained, author)), at(place), "{place}");
        }
        let organized = role(json!({"identifier": [own], "organization": {"identifier": house}}));
        let taken = read(rules, json!([organized, person("one", json!([rpps]))]), link.clone()).unwrap();
        assert_eq!(taken.authors, [[AuthorName::Professional(PsIdNat::new(DOCTOR).unwrap())]]);
    }
}

#[test]
fn signatures_and_the_source_of_the_set_are_resolved_as_authors_are() {
    let doctor = AuthorName::Professional(PsIdNat::new(DOCTOR).unwrap());
    let house = crate::record::identity::StructIdNat::new(STRUCTURE).unwrap();
    let plain = provide(Pdsm, letter()).unwrap();
    assert_eq!(plain.signatories, [[doctor.clone()]], "the source of the set");
    let organization = json!({"resourceType": "Organization", "id": "house",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": STRUCTURE}]});
    let tree = with(letter(), "/entry/1/resource/contained/-", organization);
    let tree = with(tree, "/entry/1/resource/authenticator", json!({"reference": "#house"}));
    let device = json!([{"resourceType": "Device", "id": "doctor"}]);
    let tree = with(tree, "/entry/0/resource/contained", device);
    assert_eq!(provide(Pdsm, tree).unwrap().signatories, [[AuthorName::Structure(house)]], "software claims nothing");
    let other = json!([{"resourceType": "PractitionerRole", "id": "doctor", "practitioner": {"display": "Dr X"}}]);
    let tree = with(letter(), "/entry/0/resource/contained", other);
    assert_eq!(provide(Pdsm, tree).unwrap().signatories, [[AuthorName::Unidentified]]);
}

#[test]
fn content_that_stands_elsewhere_is_refused_rather_than_lost() {
    let photo = json!({"resourceType": "Practitioner", "id": "x", "photo": [{"data": "aGVsbG8="}]});
    assert_eq!(codes(provide(Dmp, with(letter(), "/entry/1/resource/contained/-", photo))), ["DMP-0261"]);
}

#[test]
fn a_link_to_another_patient_beside_the_subject_stays_one_to_that_patient() {
    let other = json!({"reference": format!("Patient?identifier={INS_SYSTEM}|{OTHER_INS}")});
    let publication = provide(Pdsm, with(letter(), "/entry/1/resource/context/related", json!([other]))).unwrap();
    assert_eq!(printed(&publication, 0)["context"]["related"][0]["identifier"]["value"], OTHER_INS);
}

#[test]
fn a_submission_that_is_wrong_all_over_is_refused_in_reasonable_length() {
    let mut tree = letter();
    for _ in 0..500 {
        tree["entry"].as_array_mut().unwrap().push(json!({"resource": {"resourceType": "Observation"}}));
    }
    assert_eq!(codes(provide(Dmp, tree)).len(), 100);
}

#[test]
fn warnings_without_number_never_hide_an_error() {
    let mut tree = without(letter(), "/entry/2/resource/data");
    let relation = json!({"code": "signs", "target": {"reference": "DocumentReference/x"}});
    tree["entry"][1]["resource"]["relatesTo"] = json!(vec![relation; 500]);
    assert_eq!(codes(provide(Dmp, tree)), ["DMP-0260"]);
}

//! The runner itself: what it sends, what it holds answers to, what it reports.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{
    Case, Fault, Report, Roles,
    case::cases_of,
    check::Unmet,
    json as places,
    mutation::Mutation,
    report::{Failure, Outcome, Told},
    scope::{self, Scope},
    template, xml,
};

fn roles() -> Roles {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roles.toml");
    let text = "rule_set = 'dmp'\n[roles.nurse]\ncertificate = 'n.pem'\nkey = 'n.key'\nps = '899700900018'\n\
                [holders.open]\nsystem = 'urn:oid:1.2.250.1.213.1.4.10'\nins = '279035121518989'\n";
    std::fs::write(&path, text).unwrap();
    let roles = Roles::read(&path).unwrap();
    assert_eq!(roles.roles["nurse"].certificate, folder.path().join("n.pem"), "paths are relative to the file");
    roles
}

fn one_case(text: &str) -> Case {
    let cases = cases_of("group", text).unwrap();
    let [case] = cases.as_slice() else { panic!("not one case") };
    case.clone()
}

#[test]
fn places_are_pointers_with_stars_and_conditions() {
    let body = json!({"entry": [{"kind": "a", "of/x": 1}, {"kind": "b", "of/x": 2}]});
    let at = |place: &str| places::select(&body, place).into_iter().map(places::text).collect::<Vec<_>>();
    assert_eq!(at("/entry/*/kind"), ["a", "b"]);
    assert_eq!(at("/entry/[kind=b]/of~1x"), ["2"]);
    assert_eq!(at("/entry/7/kind"), [""; 0]);
    assert_eq!((places::count(&body, "/entry"), places::count(&body, "/none")), (2, 0));
}

#[test]
fn patterns_match_whole_texts() {
    for (text, pattern) in [("abc", "abc"), ("abc", "a*"), ("abc", "*c"), ("abc", "*b*"), ("", "*"), ("aXbXc", "a*b*c")]
    {
        assert!(places::is_like(text, pattern), "{text} {pattern}");
    }
    for (text, pattern) in [("abc", "ab"), ("abc", "b*"), ("abc", ""), ("ab", "a*b*c"), ("a", "a*a")] {
        assert!(!places::is_like(text, pattern), "{text} {pattern}");
    }
}

#[test]
fn a_mutation_changes_one_place_and_says_where_there_is_none() {
    let change = |told: Value| {
        let mut body = json!({"a": {"b": [1, 2]}});
        let mutation: Mutation = serde_json::from_value(told).unwrap();
        mutation.apply(&mut body).map(|()| body)
    };
    assert_eq!(change(json!({"remove": "/a/b/0"})), Ok(json!({"a": {"b": [2]}})));
    assert_eq!(change(json!({"replace": "/a/b", "with": 3})), Ok(json!({"a": {"b": 3}})));
    assert_eq!(change(json!({"add": "/a/b/-", "with": 3})), Ok(json!({"a": {"b": [1, 2, 3]}})));
    assert_eq!(change(json!({"copy": "/a/b/1", "to": "/a/c"})), Ok(json!({"a": {"b": [1, 2], "c": 2}})));
    for wrong in [
        json!({"remove": "/x/y"}),
        json!({"replace": "/x", "with": 1}),
        json!({"add": "/a/b/9", "with": 1}),
        json!({"with": 1}),
    ] {
        assert!(change(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn placeholders_have_values_of_their_type_and_are_the_same_all_through_a_case() {
    let roles = roles();
    let files = BTreeMap::from([("a.xml".to_owned(), "<a v='{{ins.open}}'/>".to_owned())]);
    let mut scope = Scope::new("https://server/fhir", &roles, &files, "2026-06-12T10:00:00Z".parse().unwrap());
    scope.save("mine", json!({"x": 1}));
    let text = |told: &str| template::fill_text(told, &|name| scope.resolve(name)).map(|value| places::text(&value));
    assert_eq!(
        text("{{base}}/{{patient.open}}").unwrap(),
        "https://server/fhir/urn:oid:1.2.250.1.213.1.4.10%7C279035121518989"
    );
    assert_eq!(text("{{now-1d}} {{today}}").unwrap(), "2026-06-11T10:00:00Z 2026-06-12");
    assert_eq!(text("{{uuid.a}}").unwrap(), text("{{uuid.a}}").unwrap());
    assert_ne!(text("{{uuid.a}}").unwrap(), text("{{uuid.b}}").unwrap());
    assert_eq!(text("{{file.a.xml|base64}}").unwrap(), "PGEgdj0nMjc5MDM1MTIxNTE4OTg5Jy8+");
    assert!(
        scope::is_of_roles(&text("{{ins.other}}").unwrap_err())
            && !scope::is_of_roles(&text("{{nobody}}").unwrap_err())
    );
    assert!(text("{{nobody}}").is_err() && text("{{uuid.a").is_err() && text("{{base|unknown}}").is_err());
    let filled = template::fill(&json!({"a": "{{mine}}", "b": ["{{size.doc}}"]}), &|name| scope.resolve(name)).unwrap();
    assert_eq!(filled["a"], json!({"x": 1}));
    assert!(filled["b"][0].is_number());
}

#[test]
fn an_instance_of_a_body_has_numbers_of_its_own() {
    let (roles, files) = (roles(), BTreeMap::new());
    let mut scope = Scope::new("b", &roles, &files, jiff::Timestamp::UNIX_EPOCH);
    let first = scope.resolve("uuid.doc");
    scope.make(Some("b"));
    let second = scope.resolve("uuid.doc");
    scope.make(None);
    assert_ne!(first, second);
    assert_eq!((scope.resolve("uuid.doc"), scope.resolve("uuid.doc/b")), (first, second));
}

#[test]
fn the_rows_of_a_table_are_cases() {
    let text = "as = 'nurse'\n[given]\na = 1\n[[table]]\nid = 'T'\ntitle = 'of {{row.x}}'\nrequirements = []\n\
                defaults = { x = 'default' }\nrows = [{ id = 'R' }]\n\
                [[table.step]]\nrequest = 'GET /{{row.x}}/{{ins.open}}'\nexpect = { status = [200, 404] }\n";
    let case = one_case(text);
    assert_eq!((case.id.as_str(), case.table.as_str(), case.title.as_str()), ("T-R", "T", "of default"));
    assert_eq!((case.steps[0].role.as_str(), case.steps[0].request.as_str()), ("nurse", "GET /default/{{ins.open}}"));
    assert_eq!(case.given["a"], json!(1));
    for wrong in ["as = 'n'\n[[case]]\nid = 'C'\nstep = []", "as = 'n'\nkase = 1", "case = []"] {
        assert!(cases_of("group", wrong).is_err(), "{wrong}");
    }
}

#[test]
fn another_codec_than_the_servers_reads_and_writes_xml() {
    let binary = json!({"resourceType": "Binary", "contentType": "text/plain", "data": "eA=="});
    assert_eq!(xml::read(&xml::write(&binary).unwrap()).unwrap(), binary);
    assert!(xml::read("<a").is_err() && xml::write(&json!("text")).is_err());
}

#[test]
fn a_report_tells_what_failed_and_nobodys_number() {
    let case = one_case(
        "as = 'nurse'\n[[case]]\nid = 'C'\ntitle = 'a < b'\nrequirements = ['TX-01']\nstep = [{ request = 'GET /x' }]",
    );
    let unmet = Unmet::of("status", 200, "279035121518989 of 899700900018 & 99700900018");
    let failure = Failure::of(1, &case.steps[0], &unmet, &roles().personal());
    let told = |outcome| Told {
        group: case.group.clone(),
        table: case.table.clone(),
        id: case.id.clone(),
        title: case.title.clone(),
        requirements: case.requirements.clone(),
        outcome,
        took: Duration::from_millis(1500),
    };
    let report =
        Report::new("https://server", jiff::Timestamp::UNIX_EPOCH, vec![told(Outcome::Failed(Box::new(failure)))]);
    assert!(!report.is_good() && Report::new("b", jiff::Timestamp::UNIX_EPOCH, vec![told(Outcome::Passed)]).is_good());
    let json: Value = serde_json::from_str(&report.json().unwrap()).unwrap();
    assert_eq!(json["requirements"]["TX-01"]["C"], "failed");
    assert_eq!(json["cases"][0]["because"]["got"], "<ins.open> of <ps.nurse> & <ps.nurse>");
    let junit = report.junit().unwrap();
    assert!(junit.contains("name=\"C a &lt; b\" time=\"1.500\"><failure message=\"step 1: status\">"), "{junit}");
    assert!(junit.contains("&lt;ps.nurse&gt; &amp; &lt;ps.nurse&gt;"), "{junit}");
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    assert_eq!(Fault::at("roles.toml", "is missing").to_string(), "roles.toml: is missing");
    assert!(Roles::read(std::path::Path::new("/nowhere")).unwrap_err().to_string().starts_with("/nowhere: "));
}

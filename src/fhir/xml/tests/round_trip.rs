use base64::{Engine as _, engine::general_purpose::STANDARD};
use fhirbolt::{FhirReleases, element::Element as FhirboltElement};
use proptest::prelude::*;

use super::*;
use crate::fhir::{
    definitions::{Primitive, RESOURCES},
    intake,
};

type Fhirbolt = FhirboltElement<{ FhirReleases::R4 }>;

/// The tree with its documents put back.
fn whole(intake: &Intake, files: &Files) -> Value {
    let mut tree = intake.tree.clone();
    for staged in &intake.staged {
        let (_, path) = staged.at.split_once('.').unwrap();
        let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
        *tree.pointer_mut(&pointer).unwrap() = STANDARD.encode(files.bytes(&staged.content)).into();
    }
    tree
}

/// The examples, as they stand and as trees. One breaks FHIR's own rule that no text is empty; it is tried without those.
fn trees() -> Vec<(String, Value)> {
    let read = |path: &std::path::Path| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let paths = examples(&FOLDERS, "json");
    assert!(paths.is_empty() || paths.len() > 45, "only {} examples", paths.len());
    paths.into_iter().map(|path| (path.display().to_string(), without_empty_texts(read(&path)))).collect()
}

fn without_empty_texts(mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => {
            object.retain(|_, member| *member != "");
            object.values_mut().for_each(|member| *member = without_empty_texts(member.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_empty_texts(item.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}

// requirement: CN-12
#[test]
fn from_json_to_xml_and_back_nothing_of_the_official_examples_is_lost() {
    for (name, tree) in trees() {
        let files = Files::new();
        let again = read(&write_value(&tree).unwrap()[..], &Limits::default(), &files);
        let again = again.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(whole(&again, &files), tree, "{name}");
    }
}

#[test]
fn both_readers_give_the_same_intake_and_the_gates_the_same_findings() {
    for (name, tree) in trees() {
        let json = intake::read(tree.to_string().as_bytes(), &Limits::default(), &Files::new()).unwrap();
        let xml = read(&write_value(&tree).unwrap()[..], &Limits::default(), &Files::new()).unwrap();
        assert_eq!(json.tree, xml.tree, "{name}");
        let places = |intake: &Intake| -> Vec<_> {
            let staged = intake.staged.iter();
            let mut places: Vec<_> =
                staged.map(|staged| (staged.at.clone(), staged.content.sha1, staged.content.size)).collect();
            places.sort();
            places
        };
        assert_eq!(places(&json), places(&xml), "{name}");
        assert_eq!(issues(&json.tree), issues(&xml.tree), "{name}");
    }
}

fn issues(tree: &Value) -> Vec<crate::fhir::issue::Issue> {
    let mut issues: Vec<_> = shape::check(tree).into_iter().chain(primitive::check(tree)).collect();
    issues.sort_by_key(|issue| (issue.at.clone(), issue.diagnosis.code));
    issues
}

#[test]
fn an_empty_text_is_found_by_both_readers_at_the_same_place() {
    for path in examples(&["cds"], "json") {
        let text = fs::read(&path).unwrap();
        let Err(Unreadable::Issues(json)) = intake::read(&text[..], &Limits::default(), &Files::new()) else {
            continue;
        };
        let xml = read(&write(&text).unwrap()[..], &Limits::default(), &Files::new());
        assert!(matches!(xml, Err(Unreadable::Issues(xml)) if xml == json), "{}", path.display());
    }
}

#[test]
fn fhirbolt_reads_our_xml_as_it_reads_the_json() {
    for (name, tree) in trees() {
        let tree = with_plain_narratives(tree);
        let xml = String::from_utf8(write_value(&tree).unwrap()).unwrap();
        let from_xml = fhirbolt::xml::from_str::<Fhirbolt>(&xml, None).unwrap();
        let from_json = fhirbolt::json::from_json_value::<Fhirbolt>(tree, None).unwrap();
        assert!(from_xml == from_json, "{name}:\n{from_xml:?}\n{from_json:?}");
    }
}

/// fhirbolt flows narratives anew.
fn with_plain_narratives(mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => object.iter_mut().for_each(|(name, member)| {
            *member = if name == "div" { DIVS[0].into() } else { with_plain_narratives(member.take()) };
        }),
        Value::Array(items) => items.iter_mut().for_each(|item| *item = with_plain_narratives(item.take())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}

/// A cheap source of choices, so that one number stands for a whole tree.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len() as u64) as usize]
    }
}

const TEXTS: [&str; 8] = ["a", "é", " x ", "<&\"'>", "a\tb\r\nc", "\u{1F600}", "]]>", "&#65;"];
const NUMBERS: [&str; 6] = ["0", "-1", "1.00", "2e-10", "120000000000000000000.5", "7"];
const DIVS: [&str; 3] = [
    r#"<div xmlns="http://www.w3.org/1999/xhtml">x</div>"#,
    "<div xmlns='http://www.w3.org/1999/xhtml'>\r\n <p>a&amp;b</p><br/></div>",
    r#"<div xmlns="http://www.w3.org/1999/xhtml"/>"#,
];

/// A resource of any type that R4 knows, with any of its elements.
fn grow_resource(dice: &mut Dice, room: u32) -> Value {
    let kinds =
        RESOURCES.iter().chain(&["Observation", "OperationOutcome", "CapabilityStatement", "Composition", "ValueSet"]);
    let kinds: Vec<&str> = kinds.copied().collect();
    let kind = dice.pick(&kinds);
    let mut object = grow_object(dice, kind, room, true);
    object.insert("resourceType".to_owned(), kind.into());
    Value::Object(object)
}

fn grow_object(dice: &mut Dice, path: &'static str, room: u32, is_resource: bool) -> serde_json::Map<String, Value> {
    let mut object = serde_json::Map::new();
    let names = definitions::names(path);
    for _ in 0..=dice.roll(3) {
        let name = dice.pick(&names);
        let element = definitions::element(path, name).unwrap();
        let may_be_extended =
            !matches!((path, name), (_, "id" | "div") | ("Extension", "url")) || (is_resource && name == "id");
        let items: Vec<_> =
            (0..=dice.roll(2)).map(|_| grow_item(dice, element.content, room, may_be_extended)).collect();
        let (values, twins): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        for (name, mut list) in [(name.to_owned(), values), (format!("_{name}"), twins)] {
            object.remove(&name);
            if list.first().is_some_and(|first| !first.is_null()) && !element.many {
                object.insert(name, list.remove(0));
            } else if element.many && list.iter().any(|item| !item.is_null()) {
                object.insert(name, list.into());
            }
        }
    }
    if object.is_empty() {
        object.insert("id".to_owned(), "i".into());
    }
    object
}

/// A value and what stands in its twin, never nothing.
fn grow_item(dice: &mut Dice, content: Content, room: u32, may_be_extended: bool) -> (Value, Value) {
    let deeper = room.saturating_sub(1);
    match content {
        Content::Resource if room == 0 => (json!({"resourceType": "Basic", "id": "b"}), Value::Null),
        Content::Resource => (grow_resource(dice, deeper), Value::Null),
        Content::Object(_) if room == 0 => (json!({"id": "i"}), Value::Null),
        Content::Object(path) => (Value::Object(grow_object(dice, path, deeper, false)), Value::Null),
        Content::Primitive(kind, _) => {
            let value = grow_primitive(dice, kind);
            let twin = || json!({"id": "t", "extension": [{"url": "u", "valueCode": "c"}]});
            match dice.roll(4) {
                0 if may_be_extended => (value, twin()),
                1 if may_be_extended => (Value::Null, twin()),
                _ => (value, Value::Null),
            }
        }
    }
}

#[allow(clippy::wildcard_enum_match_arm)]
fn grow_primitive(dice: &mut Dice, kind: Primitive) -> Value {
    match kind {
        Primitive::Boolean => (dice.roll(2) == 0).into(),
        Primitive::Decimal | Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
            serde_json::from_str(dice.pick(&NUMBERS)).unwrap()
        }
        Primitive::Base64Binary => intake::PLACEHOLDER.into(),
        Primitive::Xhtml => dice.pick(&DIVS).into(),
        _ => dice.pick(&TEXTS).into(),
    }
}

proptest! {
    // requirement: CN-12
    #[test]
    fn from_json_to_xml_and_back_nothing_of_any_resource_is_lost(seed in any::<u64>()) {
        let tree = grow_resource(&mut Dice(seed), 5);
        let xml = write_value(&tree).unwrap();
        let again = read(&xml[..], &Limits::default(), &Files::new());
        prop_assert!(again.is_ok(), "{:?}\n{}\n{}", again.err(), tree, String::from_utf8_lossy(&xml));
        prop_assert_eq!(again.unwrap().tree, tree);
    }
}

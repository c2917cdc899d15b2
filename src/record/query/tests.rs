use super::*;
use crate::record::list::{PersonKind, PersonName};

// requirement: SE-06
#[test]
fn a_text_is_compared_without_case_and_accents_unless_it_must_be_exact() {
    let begins = |asked: &str, value: &str| Text::new(TextMatch::Begins, asked).accepts(value);
    assert!(begins("elo", "Éloïse") && begins("ÉLO", "eloise") && begins("élo", "E\u{301}loi\u{308}se"));
    assert!(begins("jean pierre", "Jean-Pierre") && begins("l'oe", "L’Œuvre") && begins("strasse", "Straße"));
    assert!(begins("nguyen", "Nguyễn") && begins("DUONG", "Đường") && begins("łódź", "Lodz"));
    assert!(!begins("loi", "Éloïse") && !begins("eloisee", "Éloïse"));
    assert!(Text::new(TextMatch::Contains, "LOÏ").accepts("éloise"));
    let exact = Text::new(TextMatch::Exact, "Éloïse");
    assert!(exact.accepts("Éloïse") && !exact.accepts("éloïse") && !exact.accepts("Éloïses"));
}

#[test]
fn folding_is_done_once_and_for_all() {
    for text in ["Éloïse", "L’Œuvre de Ÿ", "ŁÓDŹ", "İstanbul", "日本", "ſ", ""] {
        assert_eq!(fold(&fold(text)), fold(text), "{text}");
    }
}

#[test]
fn a_name_is_asked_by_its_part_and_its_bearer() {
    let names = [
        PersonName { kind: PersonKind::Practitioner, family: vec!["Martin".into()], given: vec!["Ève".into()] },
        PersonName { kind: PersonKind::Patient, family: vec!["Durand".into()], given: vec!["Luc".into()] },
    ];
    let asked = |part, of: &[PersonKind], text: &str| {
        NameTest { part, of: of.to_vec(), texts: vec![Text::new(TextMatch::Begins, text)] }.accepts(&names)
    };
    assert!(asked(NamePart::Family, &[], "mart") && asked(NamePart::Given, &[], "eve"));
    assert!(asked(NamePart::Any, &[], "eve") && asked(NamePart::Any, &[], "durand"));
    assert!(!asked(NamePart::Family, &[], "eve") && !asked(NamePart::Given, &[], "martin"));
    assert!(asked(NamePart::Family, &[PersonKind::Patient], "durand"));
    assert!(!asked(NamePart::Family, &[PersonKind::Patient], "martin"));
}

#[test]
fn names_are_not_told_in_debug() {
    let test = NameTest { part: NamePart::Any, of: Vec::new(), texts: vec![Text::new(TextMatch::Begins, "durand")] };
    assert!(!format!("{test:?}").to_lowercase().contains("durand"));
    let name = PersonName { family: vec!["Durand".into()], ..PersonName::default() };
    assert!(!format!("{name:?}").contains("Durand"));
}

use super::*;

#[test]
fn a_resource_becomes_the_tree_of_its_json() {
    let text = r##"<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<DocumentReference xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://hl7.org/fhir fhir-all.xsd">
  <id value="a"/>
  <contained><Patient><id value="p"/><active value="true"/></Patient></contained>
  <extension url="http://x"><valueDecimal value="1.00"/></extension>
  <status value="current"><!-- inside --></status>
  <subject id="s"><reference value="#p"/></subject>
  <content><attachment><size value="12"/></attachment></content>
</DocumentReference>
<!-- behind -->
"##;
    let wanted = json!({"resourceType": "DocumentReference", "id": "a",
        "contained": [{"resourceType": "Patient", "id": "p", "active": true}],
        "extension": [{"url": "http://x", "valueDecimal": serde_json::from_str::<Value>("1.00").unwrap()}],
        "status": "current", "subject": {"id": "s", "reference": "#p"}, "content": [{"attachment": {"size": 12}}]});
    let read = read_text(text).unwrap().tree;
    assert_eq!(read, wanted);
    assert!(read.to_string().contains("1.00"));
    assert_eq!(shape::check(&read), []);
}

#[test]
fn extensions_of_primitives_stand_beside_them() {
    let extension = r#"<extension url="u"><valueCode value="c"/></extension>"#;
    let twin = json!({"extension": [{"url": "u", "valueCode": "c"}]});
    for (inner, wanted) in [
        (
            format!(r#"<status value="current" id="i">{extension}</status>"#),
            json!({"status": "current",
            "_status": {"id": "i", "extension": [{"url": "u", "valueCode": "c"}]}}),
        ),
        (format!("<status>{extension}</status>"), json!({"_status": twin})),
        (r#"<id id="i" value="x"/>"#.to_owned(), json!({"id": "x", "_id": {"id": "i"}})),
    ] {
        let mut whole = json!({"resourceType": "DocumentReference"});
        whole.as_object_mut().unwrap().append(&mut wanted.as_object().unwrap().clone());
        assert_eq!(tree("DocumentReference", &inner), whole, "{inner}");
    }
    let name = |inner: &str| tree("Patient", &format!("<name>{inner}</name>"))["name"][0].clone();
    let (plain, extended) = (r#"<given value="a"/>"#, format!("<given>{extension}</given>"));
    let both = r#"<given value="b" id="i"/>"#;
    assert_eq!(name(plain), json!({"given": ["a"]}));
    assert_eq!(name(&extended), json!({"_given": [twin]}));
    assert_eq!(name(&format!("{plain}{extended}")), json!({"given": ["a", null], "_given": [null, twin]}));
    assert_eq!(name(&format!("{extended}{plain}")), json!({"given": [null, "a"], "_given": [twin, null]}));
    assert_eq!(
        name(&format!("{both}{plain}{plain}")),
        json!({"given": ["b", "a", "a"], "_given": [{"id": "i"}, null, null]})
    );
}

#[test]
fn repeated_elements_that_stand_apart_are_one_list_in_their_order() {
    let inner = r#"<given value="a"/><family value="f"/><given value="b"/>"#;
    assert_eq!(
        tree("Patient", &format!("<name>{inner}</name>"))["name"],
        json!([{"given": ["a", "b"], "family": "f"}])
    );
}

#[test]
fn values_have_the_json_type_of_their_element() {
    let of = |name: &str, value: &str| {
        let inner = format!(r#"<parameter><name value="p"/><{name} value="{value}"/></parameter>"#);
        tree("Parameters", &inner)["parameter"][0][name].to_string()
    };
    for (name, value, wanted) in [
        ("valueBoolean", "true", "true"),
        ("valueBoolean", "false", "false"),
        ("valueBoolean", "True", "\"True\""),
        ("valueBoolean", "1", "\"1\""),
        ("valueInteger", "-12", "-12"),
        ("valueInteger", "+12", "12"),
        ("valueInteger", "012", "\"012\""),
        ("valueDecimal", "1.00", "1.00"),
        ("valueDecimal", "-0.10e+2", "-0.10e+2"),
        ("valueDecimal", "1.0e-5", "1.0e-5"),
        ("valueDecimal", "+1.5", "\"+1.5\""),
        ("valueDecimal", ".5", "\".5\""),
        ("valueDecimal", "5.", "\"5.\""),
        ("valueDecimal", " 5", "\" 5\""),
        ("valueDecimal", "NaN", "\"NaN\""),
        ("valueString", "12", "\"12\""),
        ("valueCode", "true", "\"true\""),
    ] {
        assert_eq!(of(name, value), wanted, "{name} {value}");
    }
    let wrong = resource("Patient", r#"<active value="yes"/>"#);
    let issues = shape::check(&read_text(&wrong).unwrap().tree);
    assert_eq!(format!("{} {}", issues[0].diagnosis.code, issues[0].at), "DMP-0133 Patient.active");
    let inner = |value: &str| format!(r#"<parameter><valueDecimal value="{value}"/></parameter>"#);
    for value in ["1e400".to_owned(), "1".repeat(102)] {
        assert_eq!(found(&resource("Parameters", &inner(&value))), ["DMP-0119 Parameters.parameter[0].valueDecimal"]);
    }
}

#[test]
fn references_and_white_space_in_values_are_read_as_xml_has_it() {
    let of = |value: &str| tree("Patient", &format!("<id value={value}/>"))["id"].as_str().unwrap().to_owned();
    assert_eq!(of(r#""&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;é""#), "<>&\"'A\u{1F600}é");
    assert_eq!(of(r#"'"'"#), "\"");
    assert_eq!(of("\"a\tb\nc\r\nd\re\""), "a b c d e");
    assert_eq!(of("\"a&#9;b&#10;c&#xD;&#xA;d\""), "a\tb\nc\r\nd");
    assert_eq!(of("\"]]>\""), "]]>");
}

#[test]
fn the_namespace_may_have_a_prefix() {
    let text = r#"<f:List xmlns:f="http://hl7.org/fhir"><f:status value="current"/></f:List>"#;
    assert_eq!(read_text(text).unwrap().tree, json!({"resourceType": "List", "status": "current"}));
}

#[test]
fn a_narrative_keeps_its_bytes() {
    let div = "<div  xmlns=\"http://www.w3.org/1999/xhtml\" lang='fr'>\r\n <p>a &amp; b&#160;<br/>\t<b >c</b > ]] \
        <!-- x --><![CDATA[<y>]]>é</p><svg:x xmlns:svg='http://www.w3.org/1999/xhtml' svg:a='b'/></div >";
    let inner = format!("<text><status value=\"generated\"/>{div}</text><active value=\"true\"/>");
    let read = tree("Patient", &inner);
    assert_eq!(read["text"]["div"], div);
    assert_eq!(read["active"], true);
    let empty = r#"<div xmlns="http://www.w3.org/1999/xhtml"/>"#;
    assert_eq!(tree("Patient", &format!("<text>{empty}</text>"))["text"]["div"], empty);
}

#[test]
fn a_narrative_that_cannot_stand_by_itself_is_refused() {
    for div in [
        "<div>x</div>",
        r#"<div xmlns="">x</div>"#,
        r#"<div xmlns="http://hl7.org/fhir">x</div>"#,
        r#"<h:div xmlns:h="http://www.w3.org/1999/xhtml">x</h:div>"#,
        r#"<div xmlns="http://www.w3.org/1999/xhtml"><h:b>x</h:b></div>"#,
        r#"<div xmlns="http://www.w3.org/1999/xhtml"><b h:x="y">x</b></div>"#,
        r#"<div xmlns="http://www.w3.org/1999/xhtml"><b xmlns="">x</b></div>"#,
        r#"<div xmlns="http://www.w3.org/1999/xhtml"><m xmlns="http://www.w3.org/1998/Math/MathML"/></div>"#,
    ] {
        let text = format!(
            "<Patient xmlns=\"http://hl7.org/fhir\" xmlns:h=\"http://www.w3.org/1999/xhtml\">\n<text>{div}</text></Patient>"
        );
        let found = found(&text);
        assert!(found.len() == 1 && found[0].starts_with("DMP-0169 line 2, column "), "{div}: {found:?}");
    }
    let nbsp = r#"<text><div xmlns="http://www.w3.org/1999/xhtml">a&nbsp;b</div></text>"#;
    assert_eq!(found(&resource("Patient", nbsp)), ["DMP-0162 line 1, column 87"]);
    let crossed = r#"<text><div xmlns="http://www.w3.org/1999/xhtml"><b><i></b></i></div></text>"#;
    assert_eq!(found(&resource("Patient", crossed)).len(), 1);
}

#[test]
fn what_r4_does_not_know_stays_for_gate_3_to_find() {
    for (inner, wanted) in [
        (r#"<foo value="x"/>"#, vec!["DMP-0130 Patient.foo"]),
        (r#"<foo><bar value="x"/></foo>"#, vec!["DMP-0130 Patient.foo"]),
        (r#"<foo value="x"/><active value="true"/><foo value="y"/>"#, vec!["DMP-0130 Patient.foo"]),
        (r#"<name><foo id="x"/></name>"#, vec!["DMP-0130 Patient.name[0].foo"]),
        (r#"<active value="true"><foo value="x"/></active>"#, vec!["DMP-0130 Patient._active.foo"]),
        (r#"<contained><Foo><id value="x"/></Foo></contained>"#, vec!["DMP-0134 Patient.contained[0]"]),
        (
            r#"<foo value="x"><extension url="u"><valueCode value="v"/></extension></foo>"#,
            vec!["DMP-0130 Patient.foo", "DMP-0130 Patient._foo"],
        ),
    ] {
        let issues = shape::check(&tree("Patient", inner));
        let got: Vec<_> = issues.iter().map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect();
        assert_eq!(got, wanted, "{inner}");
    }
    assert_eq!(shape::check(&tree("Foo", "<id value=\"x\"/>"))[0].diagnosis.code, "DMP-0134");
}

#[test]
fn every_breach_of_the_rules_is_found_with_its_place() {
    for (inner, wanted) in [
        (r#"<active value=""/>"#, "DMP-0107 Patient.active"),
        (r#"<name id=""><family value="x"/></name>"#, "DMP-0107 Patient.name[0].id"),
        ("<active/>", "DMP-0168 Patient.active"),
        ("<name/>", "DMP-0168 Patient.name[0]"),
        ("<name></name>", "DMP-0168 Patient.name[0]"),
        ("<foo/>", "DMP-0168 Patient.foo"),
        (r#"<active value="true"/><active value="false"/>"#, "DMP-0104 Patient.active"),
        (r#"<active value="true" x="y"/>"#, "DMP-0167 Patient.active.x"),
        (r#"<active value="true" url="y"/>"#, "DMP-0167 Patient.active.url"),
        (r#"<name value="x"><family value="x"/></name>"#, "DMP-0167 Patient.name[0].value"),
        (r#"<active xml:lang="fr" value="true"/>"#, "DMP-0167 Patient.active.?"),
        (r#"<name><id value="x"/><family value="x"/></name>"#, "DMP-0130 Patient.name[0].id"),
        (r#"<extension><url value="x"/><valueCode value="x"/></extension>"#, "DMP-0130 Patient.extension[0].url"),
        (r#"<_active id="x"/>"#, "DMP-0130 Patient._active"),
        (r#"<resourceType value="List"/>"#, "DMP-0130 Patient.resourceType"),
        (r#"<Dupont-1990 value="x"/>"#, "DMP-0130 Patient.?"),
        ("<contained/>", "DMP-0170 Patient.contained[0]"),
        (r#"<contained id="x"><Patient/></contained>"#, "DMP-0167 Patient.contained[0].id"),
        ("<contained><Patient/><Patient/></contained>", "DMP-0170 Patient.contained[0]"),
        (r#"<contained><Patient id="x"/></contained>"#, "DMP-0167 Patient.contained[0].id"),
        (r#"<active value="true"><extension url="x"/><foo/></active>"#, "DMP-0168 Patient._active.foo"),
    ] {
        assert_eq!(found(&resource("Patient", inner)), [wanted], "{inner}");
    }
    let several = resource("Patient", r#"<active value=""/><name/><gender x="y" value="male"/>"#);
    assert_eq!(found(&several), ["DMP-0107 Patient.active", "DMP-0168 Patient.name[0]", "DMP-0167 Patient.gender.x"]);
}

#[test]
fn what_is_no_xml_of_fhir_is_found_by_line_and_column() {
    let root = r#"<List xmlns="http://hl7.org/fhir">"#;
    for (text, wanted) in [
        ("{\"resourceType\":\"List\"}".to_owned(), "DMP-0159 line 1, column 1"),
        ("x<List/>".to_owned(), "DMP-0159 line 1, column 1"),
        ("<List/>".to_owned(), "DMP-0166 line 1, column 8"),
        ("<List xmlns=\"http://hl7.org/fhir/\"/>".to_owned(), "DMP-0166 line 1, column 37"),
        ("<f:List/>".to_owned(), "DMP-0166 line 1, column 10"),
        (format!("{root}\n<id xmlns=\"http://x\" value=\"a\"/></List>"), "DMP-0166 line 2, column 33"),
        (format!("{root}\n<id f:x=\"\" value=\"a\"/></List>"), "DMP-0166 line 2, column 23"),
        (format!("{root}\n <id value=\"a\" value=\"b\"/></List>"), "DMP-0159 line 2, column 16"),
        (format!("{root}\n <id value=\"a\"id=\"b\"/></List>"), "DMP-0159 line 2, column 15"),
        (format!("{root}\n <id value=a/></List>"), "DMP-0159 line 2, column 12"),
        (format!("{root}\n <id value=\"<\"/></List>"), "DMP-0159 line 2, column 13"),
        (format!("{root}\n <id value=\"a\"></List>"), "DMP-0159 line 2, column 23"),
        (format!("{root}\n <id value=\"&nbsp;\"/></List>"), "DMP-0162 line 2, column 13"),
        (format!("{root}\n <id value=\"& a\"/></List>"), "DMP-0159 line 2, column 13"),
        (format!("{root}\n <id value=\"é&#0;\"/></List>"), "DMP-0159 line 2, column 14"),
        (format!("{root}é text</List>"), "DMP-0165 line 1, column 35"),
        (format!("{root}<![CDATA[x]]></List>"), "DMP-0164 line 1, column 35"),
        (format!("{root}<?php x?></List>"), "DMP-0163 line 1, column 35"),
        (format!("{root}<!-- a -- b --></List>"), "DMP-0159 line 1, column 44"),
        (format!("{root}</List>\n <List/>"), "DMP-0103 line 2, column 2"),
        (format!("{root}</List> x"), "DMP-0103 line 1, column 43"),
        ("<?xml-stylesheet href=\"x\"?><List/>".to_owned(), "DMP-0163 line 1, column 1"),
        ("<!DOCTYPE List><List/>".to_owned(), "DMP-0161 line 1, column 1"),
        ("<?xml version=\"1.1\"?><List/>".to_owned(), "DMP-0159 line 1, column 20"),
        ("<?xml encoding=\"UTF-8\"?><List/>".to_owned(), "DMP-0159 line 1, column 23"),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><List/>".to_owned(), "DMP-0160 line 1, column 42"),
        (" <?xml version=\"1.0\"?><List/>".to_owned(), "DMP-0163 line 1, column 2"),
        ("</List>".to_owned(), "DMP-0159 line 1, column 8"),
        (format!("{root}<contained></List>"), "DMP-0170 List.contained[0]"),
    ] {
        assert_eq!(found(&text), [wanted], "{text}");
    }
}

#[test]
fn a_byte_order_mark_and_a_declaration_of_utf_8_are_taken() {
    for head in [
        "\u{FEFF}",
        "<?xml version='1.0'?>",
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\" standalone = 'yes' ?>\n",
    ] {
        let text = format!("{head}{}", resource("List", ""));
        assert_eq!(read_text(&text).unwrap().tree, json!({"resourceType": "List"}), "{head}");
    }
}

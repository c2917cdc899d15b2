use super::*;

#[test]
fn elements_are_written_in_the_order_of_the_schema() {
    let patient = json!({"name": [{"given": ["a", "b"], "family": "f", "id": "n"}], "active": true,
        "resourceType": "Patient", "_birthDate": {"id": "d"}, "id": "p", "extension": [{"valueCode": "c", "url": "u"}],
        "contained": [{"id": "o", "resourceType": "Organization"}], "multipleBirthInteger": 2, "gender": "male"});
    assert_eq!(
        written(&patient),
        "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"p\"/>\
        <contained><Organization><id value=\"o\"/></Organization></contained>\
        <extension url=\"u\"><valueCode value=\"c\"/></extension><active value=\"true\"/>\
        <name id=\"n\"><family value=\"f\"/><given value=\"a\"/><given value=\"b\"/></name><gender value=\"male\"/>\
        <birthDate id=\"d\"/><multipleBirthInteger value=\"2\"/></Patient>"
    );
}

#[test]
fn primitives_are_written_with_their_extensions() {
    let twin = json!({"extension": [{"url": "u", "valueCode": "c"}], "id": "i"});
    let extension = r#"<extension url="u"><valueCode value="c"/></extension>"#;
    let name = |name: Value| {
        let text = written(&json!({"resourceType": "Patient", "name": [name]}));
        text.split_once("<name>").unwrap().1.split_once("</name>").unwrap().0.to_owned()
    };
    assert_eq!(
        name(json!({"given": ["a", null, "b"], "_given": [null, twin, twin]})),
        format!(
            "<given value=\"a\"/><given id=\"i\">{extension}</given><given id=\"i\" value=\"b\">{extension}</given>"
        )
    );
    assert_eq!(name(json!({"_family": twin})), format!("<family id=\"i\">{extension}</family>"));
}

#[test]
fn decimals_keep_their_text() {
    for text in ["1.00", "-0.10e+2", "0.0", "1e-5", "123456789012345678901234567890.5"] {
        let json = format!(r#"{{"resourceType":"Parameters","parameter":[{{"name":"p","valueDecimal":{text}}}]}}"#);
        let xml = String::from_utf8(write(json.as_bytes()).unwrap()).unwrap();
        assert!(xml.contains(&format!("<valueDecimal value=\"{text}\"/>")), "{xml}");
        assert_eq!(read_text(&xml).unwrap().tree.to_string(), json);
    }
}

#[test]
fn text_is_escaped_and_what_xml_forbids_is_replaced() {
    let text = |text: &str| written(&json!({"resourceType": "Patient", "id": text}));
    assert!(text("<a & \"b\">'").contains("value=\"&lt;a &amp; &quot;b&quot;&gt;'\""));
    assert!(text("a\tb\r\nc").contains("value=\"a&#9;b&#13;&#10;c\""));
    assert!(
        text("a\u{0}b\u{1F}\u{FFFE}\u{FFFF}\u{7F}\u{1F600}")
            .contains("value=\"a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}\u{7F}\u{1F600}\"")
    );
    assert!(text("é\u{FFFD}").contains("é\u{FFFD}"));
}

#[test]
fn a_narrative_is_written_as_it_is_and_one_that_is_no_xml_as_text() {
    let text = |div: &str| {
        let text = written(&json!({"resourceType": "Patient", "text": {"status": "generated", "div": div}}));
        text.split_once("<status value=\"generated\"/>").unwrap().1.split_once("</text>").unwrap().0.to_owned()
    };
    let good = "<div xmlns='http://www.w3.org/1999/xhtml' >\r\n<p>a&#160;&amp;<br/></p></div>";
    assert_eq!(text(good), good);
    let bare = "<div class=\"x\"><p>a</p></div>";
    assert_eq!(text(bare), "<div xmlns=\"http://www.w3.org/1999/xhtml\" class=\"x\"><p>a</p></div>");
    for bad in [
        "<div><p>a</div>",
        "<div>a&nbsp;b</div>",
        "x",
        "<div/><div/>",
        "</text><evil/>",
        "<div xmlns=\"\"/>",
        "<div \u{1}/>",
    ] {
        let shown = text(bad);
        let read = tree("Patient", &format!("<text>{shown}</text>"));
        assert!(shown.starts_with("<div xmlns=\"http://www.w3.org/1999/xhtml\">"), "{shown}");
        assert_eq!(read["text"]["div"], shown);
    }
}

#[test]
fn what_is_no_fhir_json_is_not_written() {
    for (json, wanted) in [
        ("{", "the text is no JSON"),
        ("7", "what stands at Resource has no form in XML"),
        ("{}", "what stands at Resource has no form in XML"),
        (r#"{"resourceType":"a b"}"#, "what stands at Resource has no form in XML"),
        (r#"{"resourceType":"Patient","active":null}"#, "what stands at Patient.active has no form in XML"),
        (r#"{"resourceType":"Patient","a b":"x"}"#, "what stands at Patient.? has no form in XML"),
        (r#"{"resourceType":"Patient","name":["x"]}"#, "what stands at Patient.name[0] has no form in XML"),
        (
            r#"{"resourceType":"Patient","name":[{"_id":{"id":"x"}}]}"#,
            "what stands at Patient.name[0] has no form in XML",
        ),
        (
            r#"{"resourceType":"Patient","contained":[{"id":"x"}]}"#,
            "what stands at Patient.contained[0] has no form in XML",
        ),
        (
            r#"{"resourceType":"Patient","active":true,"_active":["x"]}"#,
            "what stands at Patient.active has no form in XML",
        ),
    ] {
        assert_eq!(write(json.as_bytes()).unwrap_err().to_string(), wanted, "{json}");
    }
}

#[test]
fn what_r4_does_not_know_is_written_after_what_it_knows() {
    let tree = json!({"resourceType": "Foo", "b": "x", "a": [{"id": "i", "c": "d"}, "y"], "_b": {"e": "f"}});
    let text = written(&tree);
    assert_eq!(
        text,
        "<Foo xmlns=\"http://hl7.org/fhir\"><b value=\"x\"><e value=\"f\"/></b><a id=\"i\"><c value=\"d\"/></a><a value=\"y\"/></Foo>"
    );
    assert_eq!(read_text(&text).unwrap().tree, tree);
}

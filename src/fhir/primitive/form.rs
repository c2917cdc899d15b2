//! The lexical form of each primitive type.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::fhir::{
    date::{self, Moment},
    definitions::Primitive,
    xml::is_narrative,
};

/// Hashes are met whose last character has stray bits; they are read, not written so.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Whether a text is of the type.
pub(super) fn is_text(kind: Primitive, text: &str) -> bool {
    match kind {
        Primitive::Base64Binary => is_base64(text),
        Primitive::Canonical | Primitive::Uri | Primitive::Url => is_uri(text),
        Primitive::Code => is_code(text),
        Primitive::Date => is_moment(text, Moment::is_date),
        Primitive::DateTime => is_moment(text, Moment::is_date_time),
        Primitive::Id => is_id(text),
        Primitive::Instant => is_moment(text, Moment::is_instant),
        Primitive::Markdown | Primitive::String => is_string(text),
        Primitive::Oid => text.strip_prefix("urn:oid:").is_some_and(is_oid),
        Primitive::Time => date::is_time(text),
        Primitive::Uuid => text.strip_prefix("urn:uuid:").is_some_and(is_uuid),
        Primitive::Xhtml => is_xhtml(text),
        Primitive::Boolean
        | Primitive::Decimal
        | Primitive::Integer
        | Primitive::PositiveInt
        | Primitive::UnsignedInt => false,
    }
}

/// Whether the text of a number is of the type.
pub(super) fn is_number(kind: Primitive, text: &str) -> bool {
    let within = |least: i32| text != "-0" && text.parse::<i32>().is_ok_and(|number| number >= least);
    match kind {
        Primitive::Decimal => true,
        Primitive::Integer => within(i32::MIN),
        Primitive::PositiveInt => within(1),
        Primitive::UnsignedInt => within(0),
        Primitive::Base64Binary
        | Primitive::Boolean
        | Primitive::Canonical
        | Primitive::Code
        | Primitive::Date
        | Primitive::DateTime
        | Primitive::Id
        | Primitive::Instant
        | Primitive::Markdown
        | Primitive::Oid
        | Primitive::String
        | Primitive::Time
        | Primitive::Uri
        | Primitive::Url
        | Primitive::Uuid
        | Primitive::Xhtml => false,
    }
}

fn is_moment(text: &str, is: fn(&Moment) -> bool) -> bool {
    Moment::parse(text).is_ok_and(|moment| is(&moment))
}

/// No control characters but tab, line feed and carriage return; not blank.
fn is_string(text: &str) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    !text.contains(is_control) && !text.trim().is_empty()
}

fn is_uri(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Words with one space between them.
fn is_code(text: &str) -> bool {
    text.split(' ').all(is_uri)
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

fn is_oid(text: &str) -> bool {
    let is_arc =
        |arc: &str| arc == "0" || (!arc.is_empty() && !arc.starts_with('0') && arc.bytes().all(|b| b.is_ascii_digit()));
    let mut arcs = text.split('.');
    arcs.next().is_some_and(|root| matches!(root, "0" | "1" | "2")) && text.contains('.') && arcs.all(is_arc)
}

fn is_uuid(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<usize> = text.split('-').filter(|part| is_hex(part)).map(str::len).collect();
    text.len() == 36 && parts == [8, 4, 4, 4, 12]
}

fn is_base64(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).collect();
    !text.is_empty() && BASE64.decode(text).is_ok()
}

/// A well-formed `div` and nothing else, so that it can be given in XML, without declarations, processing instructions or
/// scripts. What is stored is never rendered here.
fn is_xhtml(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let forbidden =
        ["<!doctype", "<!entity", "<![cdata[", "<?", "<script", "<object", "<iframe", "<form", "<link", "<base"];
    forbidden.iter().all(|word| !lower.contains(word)) && is_narrative(text)
}

//! Text in XML. What cannot stand in XML at all becomes the replacement character U+FFFD.

use super::text::is_character;

/// Appends the value of an attribute. Tabs and line breaks are written as references, or a reader would take them for spaces.
pub(super) fn value(out: &mut Vec<u8>, text: &str) {
    for part in text.split_inclusive(|c: char| is_special(c) || !is_character(c)) {
        let last = part.chars().next_back().unwrap_or_default();
        let plain = part.strip_suffix(|c: char| is_special(c) || !is_character(c)).unwrap_or(part);
        out.extend_from_slice(plain.as_bytes());
        if plain.len() < part.len() {
            out.extend_from_slice(reference(last).as_bytes());
        }
    }
}

const fn is_special(character: char) -> bool {
    matches!(character, '&' | '<' | '>' | '"' | '\t' | '\n' | '\r')
}

const fn reference(character: char) -> &'static str {
    match character {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\t' => "&#9;",
        '\n' => "&#10;",
        '\r' => "&#13;",
        _ => "\u{FFFD}",
    }
}

/// Appends `name="value"` behind a space.
pub(super) fn attribute(out: &mut Vec<u8>, name: &str, text: &str) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    value(out, text);
    out.push(b'"');
}

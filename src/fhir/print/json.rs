//! JSON strings and the few shapes that are printed again and again.

use jiff::Timestamp;

/// Appends text.
pub(super) fn raw(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Appends a JSON string.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut clean = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| *byte < 0x20 || *byte == b'"' || *byte == b'\\') {
        out.extend(text.as_bytes().get(clean..at).unwrap_or_default());
        escape(out, byte);
        clean = at + 1;
    }
    out.extend(text.as_bytes().get(clean..).unwrap_or_default());
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => raw(out, "\\\""),
        b'\\' => raw(out, "\\\\"),
        b'\n' => raw(out, "\\n"),
        b'\r' => raw(out, "\\r"),
        b'\t' => raw(out, "\\t"),
        other => raw(out, &format!("\\u{other:04x}")),
    }
}

/// Appends `"name":"value"`.
pub(super) fn member(out: &mut Vec<u8>, name: &str, value: &str) {
    string(out, name);
    out.push(b':');
    string(out, value);
}

/// An instant, to the millisecond, as FHIR writes it.
pub(in crate::fhir) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Takes a leading member apart: what stands inside its brackets, and what follows the member.
pub(super) fn leading<'a>(body: &'a [u8], name: &str) -> (&'a [u8], &'a [u8]) {
    split_leading(body, name).unwrap_or((&[], body))
}

fn split_leading<'a>(body: &'a [u8], name: &str) -> Option<(&'a [u8], &'a [u8])> {
    let value = body.strip_prefix(b"\"")?.strip_prefix(name.as_bytes())?.strip_prefix(b"\":")?;
    let end = end_of(value)?;
    let inner = value.get(1..end)?;
    let rest = value.get(end + 1..)?;
    Some((inner, rest.strip_prefix(b",").unwrap_or(rest)))
}

/// Where the bracket that opens the text closes.
fn end_of(value: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in value.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

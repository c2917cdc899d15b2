//! Query strings and forms as pairs of names and values.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a value; the rest is percent-encoded.
const VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':').remove(b',');

/// The pairs of an `application/x-www-form-urlencoded` text, in order. What is no UTF-8 is replaced, and then refused by the parser
/// of the parameter.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Whether a token is among them, however its name is written: an address and a form are no place for one (RFC 6750 section 2).
pub fn has_token(text: &str) -> bool {
    text.split('&').any(is_token)
}

/// The text without the values of tokens.
pub fn without_tokens(text: &str) -> String {
    let parts: Vec<&str> = text.split('&').map(|part| if is_token(part) { "access_token=" } else { part }).collect();
    parts.join("&")
}

fn is_token(part: &str) -> bool {
    decode(part.split('=').next().unwrap_or_default()) == "access_token"
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// The text of those pairs.
pub fn text(pairs: &[(String, String)]) -> String {
    let encoded: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", utf8_percent_encode(name, VALUE), utf8_percent_encode(value, VALUE)))
        .collect();
    encoded.join("&")
}

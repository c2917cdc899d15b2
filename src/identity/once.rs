//! JSON in which no member is stated twice.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// Whether every object of a JSON text states each of its members once, however deep, and none of them by a name of serde_json's own. It
/// would keep the last of several, and read an object of its own as a number.
pub(super) fn states_each_member_once(json: &[u8]) -> bool {
    let has_private_name = unescaped(json).windows(PRIVATE.len()).any(|part| part == PRIVATE);
    !has_private_name && serde_json::from_slice::<Once>(json).is_ok()
}

/// The names that serde_json keeps to itself begin so: an object with one of them would be read as a number.
const PRIVATE: &[u8] = b"$serde_json";

/// The text with its escaped characters plain, as far as they are of one byte: a name may be spelt in many ways.
fn unescaped(json: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(json.len()), json);
    while let Some((byte, after)) = rest.split_first() {
        let spelt = after.strip_prefix(b"u").filter(|_| *byte == b'\\').and_then(|digits| digits.split_at_checked(4));
        let code = spelt.and_then(|(digits, after)| Some((std::str::from_utf8(digits).ok()?, after)));
        let code = code.and_then(|(digits, after)| Some((u16::from_str_radix(digits, 16).ok()?, after)));
        let (byte, after) = code.map_or((*byte, after), |(code, after)| (u8::try_from(code).unwrap_or(b'?'), after));
        plain.push(byte);
        rest = after;
    }
    plain
}

/// A value of which nothing is kept: reading it fails where a member is stated twice.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON in which no member is stated twice")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    // A number comes this way too, where numbers keep their digits: as an object of one member.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, _)) = members.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member is stated twice"));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::states_each_member_once;

    #[test]
    fn a_member_that_is_stated_twice_is_seen_however_deep_and_however_it_is_spelt() {
        for once in ["{}", "1", r#"{"a":1,"b":{"a":-2.5e3},"c":[{"a":null},{"a":true}]}"#, r#""a""#] {
            assert!(states_each_member_once(once.as_bytes()), "{once}");
        }
        let private = r#"{"a":{"$serde_json::private::Number":"1"}}"#;
        assert!(!states_each_member_once(private.as_bytes()));
        for (plain, spelt) in [("$", "\\u0024"), ("$s", "$\\u0073"), ("_json", "\\u005Fjson")] {
            assert!(!states_each_member_once(private.replacen(plain, spelt, 1).as_bytes()), "{spelt}");
        }
        let twice = [r#"{"a":1,"a":1}"#, r#"{"a":{"b":"","b":""}}"#, r#"[{"a":[],"\u0061":{}}]"#];
        for twice in twice {
            assert!(!states_each_member_once(twice.as_bytes()), "{twice}");
        }
    }
}

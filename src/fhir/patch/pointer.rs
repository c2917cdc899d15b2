//! JSON pointers (RFC 6901), and the selector that the DMP's page puts into one (pdsm-dmp 7, TD3.3d).

use super::{
    Place,
    place::{Condition, Step},
};

/// A pointer, read.
pub(super) struct Pointer {
    pub(super) place: Place,
    /// Whether it is no pointer of RFC 6901: `/extension[url:'…']/valueBoolean`.
    pub(super) selects: bool,
}

/// Reads a pointer; nothing where it is malformed.
pub(super) fn read(text: &str) -> Option<Pointer> {
    if text.is_empty() {
        return Some(Pointer { place: Place::default(), selects: false });
    }
    let text = text.strip_prefix('/')?;
    match text.strip_prefix("extension[") {
        Some(selector) => select(selector).map(|place| Pointer { place, selects: true }),
        None => tokens(text).map(|steps| Pointer { place: Place(steps), selects: false }),
    }
}

fn tokens(text: &str) -> Option<Vec<Step>> {
    text.split('/').map(|token| unescape(token).map(Step::Token)).collect()
}

fn unescape(token: &str) -> Option<String> {
    let mut parts = token.split('~');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (sign, rest) = part.split_at_checked(1)?;
        text.push(match sign {
            "0" => '~',
            "1" => '/',
            _ => return None,
        });
        text.push_str(rest);
    }
    Some(text)
}

/// `url:'…']/valueBoolean`, in quotation marks of any kind.
fn select(text: &str) -> Option<Place> {
    let rest = text.trim_start().strip_prefix("url")?.trim_start();
    let rest = rest.strip_prefix([':', '='])?.trim_start();
    let (url, rest) = rest.strip_prefix(is_quotation_mark)?.split_once(is_quotation_mark)?;
    let rest = rest.trim_start().strip_prefix(']')?;
    let condition = Condition { way: vec!["url".to_owned()], text: url.trim().to_owned() };
    let mut steps = vec![Step::Member("extension".to_owned()), Step::Where(vec![condition])];
    match rest.strip_prefix('/') {
        Some(rest) => steps.extend(tokens(rest)?),
        None if rest.is_empty() => {}
        None => return None,
    }
    Some(Place(steps))
}

fn is_quotation_mark(letter: char) -> bool {
    ['\'', '"', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}'].contains(&letter)
}

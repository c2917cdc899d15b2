//! The little DER that requests and answers are made of. Lengths that are indefinite or longer than they need be are not read, so
//! that two readers of one answer cannot differ.

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const ENUMERATED: u8 = 0x0a;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const SEQUENCE: u8 = 0x30;

/// `[number]` of a primitive form.
pub const fn bare(number: u8) -> u8 {
    0x80 | number
}

/// `[number]` around other elements.
pub const fn around(number: u8) -> u8 {
    0xa0 | number
}

/// One element.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    /// Its tag.
    pub tag: u8,
    /// What is in it.
    pub content: &'a [u8],
    /// All of it, the header included.
    pub whole: &'a [u8],
}

/// What is left to read.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element; nothing where there is none that can be read.
    pub fn next(&mut self) -> Option<Element<'a>> {
        let (tag, rest) = self.0.split_first()?;
        // Tags of more than one byte occur nowhere here.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (header, length) = length_of(rest)?;
        let end = length.checked_add(header)?.checked_add(1)?;
        let (whole, after) = self.0.split_at_checked(end)?;
        self.0 = after;
        Some(Element { tag: *tag, content: whole.get(header + 1..)?, whole })
    }

    /// The content of the next element, which must be of that tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|element| element.tag == tag).map(|element| element.content)
    }

    /// The content of the next element where it is of that tag; else nothing is read.
    pub fn optional(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let content = ahead.expect(tag)?;
        *self = ahead;
        Some(content)
    }

    /// All elements that are left; nothing where one of them cannot be read.
    pub fn all(mut self) -> Option<Vec<Element<'a>>> {
        let mut elements = Vec::new();
        while !self.is_empty() {
            elements.push(self.next()?);
        }
        Some(elements)
    }
}

/// How many bytes the length takes, and the length.
fn length_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((1, usize::from(*first)));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return None;
    }
    let digits = rest.get(..count)?;
    let length = digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit));
    let shortest = digits.first() != Some(&0) && length >= 0x80;
    shortest.then_some((count + 1, length))
}

/// Writes an element around these parts.
pub fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = vec![tag];
    if let Ok(short) = u8::try_from(length)
        && short < 0x80
    {
        bytes.push(short);
    } else {
        let digits = length.to_be_bytes();
        let begin = digits.iter().position(|digit| *digit != 0).unwrap_or(digits.len());
        let digits = digits.get(begin..).unwrap_or_default();
        bytes.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7f));
        bytes.extend_from_slice(digits);
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

/// Writes a positive integer, given big-endian.
pub fn integer(digits: &[u8]) -> Vec<u8> {
    let begin = digits.iter().position(|digit| *digit != 0).unwrap_or(digits.len());
    let digits = digits.get(begin..).unwrap_or_default();
    // A first bit that is set would make it negative, and nothing at all is no integer.
    let padded = digits.first().is_none_or(|first| first & 0x80 != 0);
    element(INTEGER, &[if padded { &[0] } else { &[] }, digits])
}

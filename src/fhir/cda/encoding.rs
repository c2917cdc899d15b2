//! The encodings in which a header is read. Source: XML 1.0, 4.3.3 and appendix F.

use std::borrow::Cow;

use quick_xml::{Reader, events::Event};

use super::Fault;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, and ASCII.
    Utf8,
    /// ISO-8859-1.
    Latin1,
    /// Windows-1252.
    Windows1252,
    /// Any: the text was made readable somehow, and its declaration does not matter.
    Any,
}

impl Encoding {
    /// The encoding of that name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        const NAMES: [(&str, Encoding); 8] = [
            ("utf-8", Encoding::Utf8),
            ("utf8", Encoding::Utf8),
            ("us-ascii", Encoding::Utf8),
            ("iso-8859-1", Encoding::Latin1),
            ("iso_8859-1", Encoding::Latin1),
            ("latin1", Encoding::Latin1),
            ("windows-1252", Encoding::Windows1252),
            ("cp1252", Encoding::Windows1252),
        ];
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, encoding)| *encoding)
    }

    /// Whether a declaration with that name may stand in a text that was decoded from this encoding.
    pub(super) fn may_be_called(self, name: &str) -> bool {
        self == Self::Any || Self::of_name(name) == Some(self)
    }
}

/// The text of a document from the first character that is no space, and its encoding.
///
/// # Errors
/// [`Fault::Encoding`].
pub(super) fn text_of(head: &[u8], is_whole: bool) -> Result<(Cow<'_, str>, Encoding), Fault> {
    let bare = head.strip_prefix(BYTE_ORDER_MARK);
    let bytes = bare.unwrap_or(head).trim_ascii_start();
    let encoding = declared(bytes)?;
    if bytes.contains(&0) || (bare.is_some() && encoding != Encoding::Utf8) {
        return Err(Fault::Encoding);
    }
    let text = match encoding {
        Encoding::Utf8 | Encoding::Any => Cow::Borrowed(utf8(bytes, is_whole).ok_or(Fault::Encoding)?),
        Encoding::Latin1 => bytes.iter().copied().map(char::from).collect(),
        Encoding::Windows1252 => bytes.iter().copied().map(windows1252).collect(),
    };
    Ok((text, encoding))
}

/// The encoding that the XML declaration names; UTF-8 where there is none, or it names none.
fn declared(bytes: &[u8]) -> Result<Encoding, Fault> {
    const END: &[u8] = b"?>";
    let declaration =
        if bytes.starts_with(b"<?xml") { bytes.windows(END.len()).position(|it| it == END) } else { None };
    let text = declaration.and_then(|end| bytes.get(..end + END.len())).map(std::str::from_utf8);
    let Some(text) = text else { return Ok(Encoding::Utf8) };
    match Reader::from_str(text.map_err(|_| Fault::Encoding)?).read_event() {
        Ok(Event::Decl(declaration)) => match declaration.encoding() {
            None => Ok(Encoding::Utf8),
            Some(name) => name.ok().and_then(|name| Encoding::of_name(&name)).ok_or(Fault::Encoding),
        },
        Ok(_) | Err(_) => Ok(Encoding::Utf8),
    }
}

/// UTF-8, of which the last character may be cut in the middle.
fn utf8(bytes: &[u8], is_whole: bool) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if !is_whole && error.error_len().is_none() => {
            bytes.get(..error.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok())
        }
        Err(_) => None,
    }
}

/// The characters of Windows-1252 where it is not ISO-8859-1: bytes 0x80 to 0x9F; the five that it leaves open stay as they are.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows1252(byte: u8) -> char {
    let place = usize::from(byte.wrapping_sub(0x80));
    WINDOWS.get(place).copied().unwrap_or_else(|| char::from(byte))
}

//! Content against what the metadata say of it: size, hash, media type. Source: pdsm-dmp 4.1, 15 trap 2; conformance TX-06.

use std::collections::HashMap;

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use serde_json::Value;

use super::reader::Reader;
use crate::{
    fhir::{
        intake::Staged,
        rules::{CONTENT_TYPE_DIFFERS, HASH_DIFFERS, HASH_FORM, HASH_OF_TEXT, MEDIA_TYPE_FORM, SIZE_DIFFERS},
        tree::Node,
    },
    record::{submission::StagedContent, unhex},
};

/// Published hashes have stray trailing bits and missing padding: both are taken and never printed.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The staged contents, by the place where each stood.
pub(super) type Shelf<'s> = HashMap<&'s str, &'s StagedContent>;

/// Lays out what was staged.
pub(super) fn shelve(staged: &[Staged]) -> Shelf<'_> {
    staged.iter().map(|staged| (staged.at.as_str(), &staged.content)).collect()
}

/// The content that stood there, where it has any bytes.
pub(super) fn staged_at<'s>(shelf: &Shelf<'s>, at: &str) -> Option<&'s StagedContent> {
    shelf.get(at).copied().filter(|content| content.size > 0)
}

/// The SHA-1 as FHIR prints it.
pub(super) fn printed_hash(content: &StagedContent) -> String {
    STANDARD.encode(content.sha1)
}

/// Checks that the media type can stand in a header: `type/subtype`, with parameters.
pub(super) fn check_media_type(attachment: &Node<'_>, reader: &mut Reader<'_>) {
    let Some(told) = attachment.text("contentType") else { return };
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    let is_shaped = essence(told).split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    let is_printable = told.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if !is_shaped || !is_printable {
        reader.note(&MEDIA_TYPE_FORM, attachment.place("contentType"), "");
    }
}

/// Compares size and hash, where they are told, with the content.
pub(super) fn check(attachment: &Node<'_>, content: &StagedContent, reader: &mut Reader<'_>) {
    if let Some(size) = attachment.value().get("size").and_then(Value::as_u64)
        && size != content.size
    {
        reader.note(&SIZE_DIFFERS, attachment.place("size"), format!("the content has {} bytes", content.size));
    }
    if let Some(hash) = attachment.text("hash") {
        check_hash(hash, attachment, content, reader);
    }
}

fn check_hash(hash: &str, attachment: &Node<'_>, content: &StagedContent, reader: &mut Reader<'_>) {
    let at = attachment.place("hash");
    let bytes = LENIENT.decode(hash).unwrap_or_default();
    if bytes == content.sha1 {
        return;
    }
    let of_text = std::str::from_utf8(&bytes).ok().and_then(unhex);
    if [unhex(hash), of_text].into_iter().flatten().any(|bytes| bytes.len() == 20) {
        return reader.note(&HASH_OF_TEXT, at, "");
    }
    if bytes.len() != 20 {
        return reader.note(&HASH_FORM, at, "");
    }
    reader.note(&HASH_DIFFERS, at, format!("the content has {}", printed_hash(content)));
}

/// Whether a hash as metadata have it is the SHA-1 of that content.
pub(super) fn is_hash_of(hash: &str, content: &StagedContent) -> bool {
    LENIENT.decode(hash).is_ok_and(|bytes| bytes == content.sha1)
}

/// Compares the media type of a Binary with that of the metadata; the two names of XML are one.
pub(super) fn check_type(attachment: &Node<'_>, binary: &Node<'_>, reader: &mut Reader<'_>) {
    let (Some(told), Some(stored)) = (attachment.text("contentType"), binary.text("contentType")) else { return };
    if essence(told) != essence(stored) {
        reader.note(&CONTENT_TYPE_DIFFERS, binary.place("contentType"), "");
    }
}

/// Whether a media type is one of XML.
pub(super) fn is_xml(media_type: &str) -> bool {
    let bare = essence(media_type);
    bare == "application/xml" || bare.ends_with("+xml")
}

/// A media type without its parameters.
pub(super) fn essence(media_type: &str) -> String {
    let bare = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if bare == "text/xml" { "application/xml".to_owned() } else { bare }
}

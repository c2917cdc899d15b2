//! What an answer says, its signature aside. Source: RFC 6960 section 4.2.1.

use jiff::{Timestamp, civil, tz::TimeZone};

use super::{
    answer::Status,
    certid::NONCE_OID,
    der::{BIT_STRING, ENUMERATED, GENERALIZED_TIME, OCTET_STRING, OID, Reader, SEQUENCE, around, bare},
    fault::OcspFault,
};

/// id-pkix-ocsp-basic, the one form of answer that there is.
const BASIC_OID: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
const BOOLEAN: u8 = 0x01;

/// A `BasicOCSPResponse`.
#[derive(Debug)]
pub struct Basic<'a> {
    /// What is said of each certificate.
    pub singles: Vec<Single<'a>>,
    /// The nonce, where the answer bears one.
    pub nonce: Option<&'a [u8]>,
    /// The object identifier of the signature's algorithm, its content.
    pub algorithm: &'a [u8],
    /// The certificates that came with the answer, DER.
    pub certificates: Vec<&'a [u8]>,
}

/// What is said of one certificate.
#[derive(Debug)]
pub struct Single<'a> {
    /// The content of its `CertID`.
    pub id: &'a [u8],
    /// Its status.
    pub status: Status,
    /// When this was known to be so.
    pub this_update: Timestamp,
    /// When more will be known.
    pub next_update: Option<Timestamp>,
}

impl<'a> Basic<'a> {
    /// Reads a whole answer, DER.
    ///
    /// # Errors
    /// The responder declines, or what it says cannot be read.
    pub fn read(der: &'a [u8]) -> Result<Self, OcspFault> {
        let mut outer = Reader(der);
        let answer = outer.expect(SEQUENCE).filter(|_| outer.is_empty()).ok_or(OcspFault::Malformed)?;
        let mut answer = Reader(answer);
        match answer.expect(ENUMERATED) {
            Some([0]) => basic_of(answer).and_then(read_basic).ok_or(OcspFault::Malformed),
            Some([declined]) => Err(OcspFault::Declined(*declined)),
            Some(_) | None => Err(OcspFault::Malformed),
        }
    }
}

/// The bytes of the basic answer within `responseBytes`.
fn basic_of(mut answer: Reader<'_>) -> Option<&[u8]> {
    let mut bytes = Reader(Reader(answer.expect(around(0))?).expect(SEQUENCE)?);
    let basic = bytes.expect(OID)? == BASIC_OID;
    bytes.expect(OCTET_STRING).filter(|_| basic && bytes.is_empty() && answer.is_empty())
}

fn read_basic(bytes: &[u8]) -> Option<Basic<'_>> {
    let mut outer = Reader(bytes);
    let mut basic = Reader(outer.expect(SEQUENCE).filter(|_| outer.is_empty())?);
    let data = basic.expect(SEQUENCE)?;
    let algorithm = Reader(basic.expect(SEQUENCE)?).expect(OID)?;
    basic.expect(BIT_STRING)?;
    let certificates = match basic.optional(around(0)) {
        Some(certificates) => Reader(Reader(certificates).expect(SEQUENCE)?).all()?,
        None => Vec::new(),
    };
    let (singles, nonce) = read_data(Reader(data))?;
    let certificates = certificates.into_iter().map(|element| element.whole).collect();
    basic.is_empty().then_some(Basic { singles, nonce, algorithm, certificates })
}

/// `ResponseData`: what the signature covers.
fn read_data(mut data: Reader<'_>) -> Option<(Vec<Single<'_>>, Option<&[u8]>)> {
    data.optional(around(0));
    // The responder's id: by name or by key. Who signed is found by the signature.
    data.optional(around(1)).or_else(|| data.optional(around(2)))?;
    data.expect(GENERALIZED_TIME)?;
    let singles = Reader(data.expect(SEQUENCE)?).all()?;
    let singles = singles.into_iter().map(|single| (single.tag == SEQUENCE).then(|| read_single(single.content))?);
    let singles = singles.collect::<Option<Vec<_>>>()?;
    let nonce = match data.optional(around(1)) {
        Some(extensions) => read_extensions(extensions)?,
        None => None,
    };
    data.is_empty().then_some((singles, nonce))
}

fn read_single(content: &[u8]) -> Option<Single<'_>> {
    let mut single = Reader(content);
    let id = single.expect(SEQUENCE)?;
    let status = single.next()?.tag;
    let this_update = instant(single.expect(GENERALIZED_TIME)?)?;
    let next_update = match single.optional(around(0)) {
        Some(next) => Some(instant(Reader(next).expect(GENERALIZED_TIME)?)?),
        None => None,
    };
    if let Some(extensions) = single.optional(around(1)) {
        read_extensions(extensions)?;
    }
    single.is_empty().then_some(Single { id, status: status_of(status)?, this_update, next_update })
}

const fn status_of(tag: u8) -> Option<Status> {
    const GOOD: u8 = bare(0);
    const REVOKED: u8 = around(1);
    const UNKNOWN: u8 = bare(2);
    match tag {
        GOOD => Some(Status::Good),
        REVOKED => Some(Status::Revoked),
        UNKNOWN => Some(Status::Unknown),
        _ => None,
    }
}

/// The nonce among extensions. One that is critical and not understood makes the whole answer unreadable.
fn read_extensions(explicit: &[u8]) -> Option<Option<&[u8]>> {
    let mut nonce = None;
    for extension in Reader(Reader(explicit).expect(SEQUENCE)?).all()? {
        let mut parts = Reader(extension.content);
        let oid = parts.expect(OID)?;
        let critical = parts.optional(BOOLEAN).is_some_and(|value| value != [0]);
        let value = parts.expect(OCTET_STRING)?;
        if oid == NONCE_OID {
            // Two nonces are none.
            nonce = Some(Reader(value).expect(OCTET_STRING).filter(|_| nonce.is_none())?);
        } else if critical {
            return None;
        }
    }
    Some(nonce)
}

/// `YYYYMMDDHHMMSSZ`, the one form that RFC 5280 section 4.1.2.5.2 allows.
fn instant(text: &[u8]) -> Option<Timestamp> {
    let digits = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let time = civil::DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

//! HL7 v3 points in time, and what they are in FHIR. Source: HL7 v3 data types R1 (TS); <http://hl7.org/fhir/R4/datatypes.html#dateTime>.

use std::fmt;

use jiff::{civil::DateTime, tz::TimeZone};

use crate::fhir::date::{Moment, ZONE};

/// A point in time, `YYYY[MM[DD[hh[mm[ss[.f]]]]]][±z[z[zz]]]`.
///
/// Where a time is told, what is left out of it is zero, as FHIR wants seconds; where it tells no offset, it is that of mainland France.
/// An offset of one or two digits is of hours, one of three or four has its minutes last: the schema allows all of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Ts {
    /// As a `dateTime` of FHIR, as exact as it was told.
    pub date_time: String,
    /// As an `instant` of FHIR: the first one that it may be.
    pub instant: String,
}

impl Ts {
    /// Reads it; nothing where it is not well formed, or no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, offset) = split(text.trim());
        let (digits, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let parts = Parts::of(digits)?;
        let offset = offset.map_or(Some(None), |offset| offset_of(offset).map(Some))?;
        let fraction = match fraction {
            None => String::new(),
            Some(rest) if digits.len() == 14 && (1..=9).contains(&rest.len()) && is_digits(rest) => format!(".{rest}"),
            Some(_) => return None,
        };
        let instant = |offset: Option<String>| {
            let civil = format!("{}T{}{fraction}", parts.day, parts.clock);
            Some(format!("{civil}{}", offset.or_else(|| offset_in_zone(&civil))?))
        };
        let told = if parts.has_time { offset } else { None };
        let instant = instant(told)?;
        let date_time = parts.date.unwrap_or_else(|| instant.clone());
        let is_good = [&instant, &date_time].iter().all(|text| Moment::parse(text).is_ok_and(|it| it.is_date_time()));
        is_good.then_some(Self { date_time, instant })
    }
}

impl fmt::Debug for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ts(redacted)")
    }
}

/// The digits, by what they count.
struct Parts {
    /// The date, where no time is told.
    date: Option<String>,
    has_time: bool,
    /// The first day.
    day: String,
    /// The time of day.
    clock: String,
}

impl Parts {
    fn of(digits: &str) -> Option<Self> {
        if !is_digits(digits) || ![4, 6, 8, 10, 12, 14].contains(&digits.len()) {
            return None;
        }
        let two = |at: usize, absent| digits.get(at..at + 2).unwrap_or(absent);
        let year = digits.get(..4)?;
        let date = match digits.len() {
            4 => Some(year.to_owned()),
            6 => Some(format!("{year}-{}", two(4, "01"))),
            8 => Some(format!("{year}-{}-{}", two(4, "01"), two(6, "01"))),
            _ => None,
        };
        Some(Self {
            has_time: date.is_none(),
            date,
            day: format!("{year}-{}-{}", two(4, "01"), two(6, "01")),
            clock: format!("{}:{}:{}", two(8, "00"), two(10, "00"), two(12, "00")),
        })
    }
}

fn split(text: &str) -> (&str, Option<&str>) {
    text.find(['+', '-']).and_then(|at| text.split_at_checked(at)).map_or((text, None), |(all, z)| (all, Some(z)))
}

/// The offset as FHIR writes it.
fn offset_of(text: &str) -> Option<String> {
    let (sign, digits) = text.split_at_checked(1)?;
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits, "00"),
        3 | 4 => digits.split_at_checked(digits.len() - 2)?,
        _ => return None,
    };
    is_digits(digits).then(|| format!("{sign}{hours:0>2}:{minutes}"))
}

fn offset_in_zone(civil: &str) -> Option<String> {
    let civil: DateTime = civil.parse().ok()?;
    let zoned = TimeZone::get(ZONE).ok()?.to_zoned(civil).ok()?;
    let minutes = zoned.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    Some(format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

//! FHIR's date, dateTime and instant: read strictly, and as the span of time that they stand for.
//! Source: <http://hl7.org/fhir/R4/datatypes.html#dateTime>, <http://hl7.org/fhir/R4/search.html#date>.

use jiff::{
    SignedDuration, Span, Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use crate::record::document::DateSpan;

#[cfg(test)]
mod tests;

/// Where a date without a zone is counted: the time of mainland France, in which the sources of the record keep theirs.
pub const ZONE: &str = "Europe/Paris";

/// How exactly a moment is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// `2024`.
    Year,
    /// `2024-02`.
    Month,
    /// `2024-02-29`.
    Day,
    /// `2024-02-29T12:30`, in searches only.
    Minute,
    /// `2024-02-29T12:30:00`, or with a fraction of so many digits.
    Second(u8),
}

/// A moment as it was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    start: DateTime,
    precision: Precision,
    offset: Option<Offset>,
}

/// The text is no date of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of FHIR")]
pub struct NotADate;

impl Moment {
    /// Reads a moment of any precision, with or without a zone: what a search parameter may hold. A leap second (`:60`)
    /// is read as the second before it; `24:00` is no time.
    ///
    /// # Errors
    /// Not such a text, or no such day.
    pub fn parse(text: &str) -> Result<Self, NotADate> {
        parse(text).ok_or(NotADate)
    }

    /// How exactly it is stated.
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    /// Whether it is a FHIR `date`.
    pub fn is_date(&self) -> bool {
        self.precision <= Precision::Day
    }

    /// Whether it is a FHIR `dateTime`: a time has its seconds and a zone.
    pub fn is_date_time(&self) -> bool {
        self.is_date() || self.is_instant()
    }

    /// Whether it is a FHIR `instant`.
    pub fn is_instant(&self) -> bool {
        self.precision >= Precision::Second(0) && self.offset.is_some()
    }

    /// The span of instants that it stands for; what states no zone is counted in [`ZONE`], and what lies beyond the
    /// calendar (the open ends of the year 9999) is its last instant.
    ///
    /// # Errors
    /// An instant that does not exist.
    pub fn span(&self) -> Result<DateSpan, NotADate> {
        let from = self.instant(self.start).ok_or(NotADate)?;
        let until = self.end().and_then(|end| self.instant(end)).unwrap_or(Timestamp::MAX);
        Ok(DateSpan { from, until })
    }

    fn end(&self) -> Option<DateTime> {
        let length = match self.precision {
            Precision::Year => Span::new().years(1),
            Precision::Month => Span::new().months(1),
            Precision::Day => Span::new().days(1),
            Precision::Minute => Span::new().minutes(1),
            Precision::Second(digits) => {
                let nanos = 10_i64.pow(9 - u32::from(digits.min(9)));
                return self.start.checked_add(SignedDuration::from_nanos(nanos)).ok();
            }
        };
        self.start.checked_add(length).ok()
    }

    fn instant(&self, at: DateTime) -> Option<Timestamp> {
        let instant = match self.offset {
            Some(offset) => offset.to_timestamp(at).ok(),
            None => TimeZone::get(ZONE).ok()?.to_timestamp(at).ok(),
        };
        instant.or((at.year() == 9999).then_some(Timestamp::MAX))
    }
}

/// The span that a FHIR date, dateTime or instant stands for.
///
/// # Errors
/// Not such a text, or no such day.
pub fn span(text: &str) -> Result<DateSpan, NotADate> {
    Moment::parse(text)?.span()
}

/// Whether the text is a FHIR `time`, `hh:mm:ss` with or without a fraction.
pub fn is_time(text: &str) -> bool {
    matches!(parse_clock(text), Some((_, Precision::Second(_))))
}

fn parse(text: &str) -> Option<Moment> {
    let Some((day, time)) = text.split_once('T') else { return parse_day(text) };
    let day = parse_day(day).filter(|day| day.precision == Precision::Day)?;
    let (clock, offset) = split_zone(time)?;
    let (elapsed, precision) = parse_clock(clock)?;
    Some(Moment { start: day.start.checked_add(elapsed).ok()?, precision, offset })
}

fn parse_day(text: &str) -> Option<Moment> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let (month, day) = (parts.next(), parts.next());
    let precision = match (month, day, parts.next()) {
        (None, None, None) => Precision::Year,
        (Some(_), None, None) => Precision::Month,
        (Some(_), Some(_), None) => Precision::Day,
        (_, _, _) => return None,
    };
    let month = month.map_or(Some(1), |month| digits(month, 2))?;
    let day = day.map_or(Some(1), |day| digits(day, 2))?;
    if year == 0 {
        return None;
    }
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(Moment { start: date.to_datetime(jiff::civil::Time::midnight()), precision, offset: None })
}

/// The time since midnight.
fn parse_clock(text: &str) -> Option<(SignedDuration, Precision)> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut parts = clock.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = parts.next().map(|second| digits(second, 2));
    if parts.next().is_some() || hour > 23 || minute > 59 || second == Some(None) {
        return None;
    }
    let (second, precision) = match (second.flatten(), fraction) {
        (None, None) => (0, Precision::Minute),
        (Some(second), None) if second <= 60 => (second, Precision::Second(0)),
        (Some(second), Some(fraction)) if second <= 60 => (second, Precision::Second(places(fraction)?)),
        (_, _) => return None,
    };
    let seconds = (hour * 60 + minute) * 60 + second.min(59);
    let nanos = fraction.map_or(Some(0), nanos)?;
    Some((SignedDuration::new(i64::from(seconds), nanos), precision))
}

fn split_zone(time: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, Some(Offset::UTC)));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, None)) };
    let (clock, zone) = time.split_at_checked(at)?;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if minutes > 59 || hours * 60 + minutes > 14 * 60 {
        return None;
    }
    let offset = Offset::from_seconds(sign * i32::try_from((hours * 60 + minutes) * 60).ok()?).ok()?;
    Some((clock, Some(offset)))
}

/// How many digits a fraction has; more than nine change nothing.
fn places(fraction: &str) -> Option<u8> {
    let all_digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| u8::try_from(fraction.len().min(9)).unwrap_or(9))
}

fn nanos(fraction: &str) -> Option<i32> {
    places(fraction)?;
    format!("{fraction:0<9}").get(..9)?.parse().ok()
}

/// Exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

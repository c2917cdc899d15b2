//! The diagnoses of limits, `DMP-0780` to `DMP-0799`: how often, how many at once, how long, how slowly. A code never changes its meaning.

use crate::fhir::issue::diagnoses;

diagnoses! {
    /// Requests of a structure's software.
    TOO_OFTEN = "DMP-0780", Throttled, "your structure and software ask oftener than the limit; come back after the time of Retry-After";
    /// Filings of a structure's software (K13).
    FILED_TOO_OFTEN = "DMP-0781", Throttled,
        "your structure and software file faster than the limit, which holds for bulk recovery too; come back after the time of Retry-After";
    /// Connections of one certificate.
    TOO_MANY_CONNECTIONS = "DMP-0782", Throttled, "your certificate has too many connections open; use those that you have";
    /// The caller's own downloads.
    TOO_MANY_DOWNLOADS = "DMP-0783", Throttled, "you have too many downloads under way; end one, or come back";
    /// Everyone's downloads.
    NO_DOWNLOAD_PLACE = "DMP-0784", Throttled, "too many downloads are under way; come back";
    /// The address.
    ADDRESS_TOO_LONG = "DMP-0785", TooLong, "the address is longer than the limit; send a search by POST";
    /// The header fields.
    HEAD_TOO_LARGE = "DMP-0786", TooLong, "the header fields are more or longer than the limit";
    /// A body that stands still or drips.
    BODY_TOO_SLOW = "DMP-0787", Transient, "the body came too slowly or stood still; nothing was stored";
    /// Entries of a transaction.
    TOO_MANY_ENTRIES = "DMP-0788", TooCostly, "the Bundle has more entries than the limit; send several";
}

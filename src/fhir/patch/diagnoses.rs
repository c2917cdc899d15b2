//! The diagnoses of patch documents, `DMP-0350` to `DMP-0359`. A code never changes its meaning.

use crate::fhir::issue::diagnoses;

diagnoses! {
    /// The root is none of a patch.
    NOT_A_PATCH = "DMP-0350", Structure, "the body is not a patch document";
    /// No XML, or XML of which a patch has no need.
    NOT_XML = "DMP-0351", Structure, "the patch is not well-formed XML of the kind that is taken";
    /// A document type.
    DOCUMENT_TYPE = "DMP-0352", Structure, "a patch has no document type";
    /// Too many operations.
    TOO_MANY_OPERATIONS = "DMP-0353", TooCostly, "the patch holds too many operations";
    /// An operation of no patch language.
    OPERATION_UNKNOWN = "DMP-0354", Value, "the operation is none of this patch language";
    /// A part that is missing, twice there, or of another type.
    PART = "DMP-0355", Required, "the operation lacks a part, or the part is not as it must be";
    /// A path that is malformed, or more than we understand.
    PATH = "DMP-0356", Value, "the path is malformed, or says more than is understood here";
    /// A malformed `If-Match`.
    IF_MATCH = "DMP-0357", Value, "If-Match is not a list of entity tags";
}

//! The diagnoses of the gates, `DMP-0100` to `DMP-0199`. A code never changes its meaning.

use crate::fhir::issue::{Diagnosis, IssueType};

const fn diagnosis(code: &'static str, kind: IssueType, text: &'static str) -> Diagnosis {
    Diagnosis { code, kind, text }
}

/// The body is no JSON text (RFC 8259), UTF-8 and without a byte order mark.
pub const NOT_JSON: Diagnosis = diagnosis("DMP-0100", IssueType::Structure, "the body is not well-formed JSON");
/// Bytes that are no UTF-8.
pub const NOT_UTF8: Diagnosis = diagnosis("DMP-0101", IssueType::Structure, "the body is not UTF-8");
/// A byte order mark.
pub const BYTE_ORDER_MARK: Diagnosis =
    diagnosis("DMP-0102", IssueType::Structure, "the body begins with a byte order mark");
/// More bytes after the end of the value.
pub const TRAILING: Diagnosis =
    diagnosis("DMP-0103", IssueType::Structure, "something follows the end of the resource");
/// The same member twice in an object.
pub const DUPLICATE_MEMBER: Diagnosis = diagnosis("DMP-0104", IssueType::Structure, "a member is stated twice");
/// `[]`.
pub const EMPTY_ARRAY: Diagnosis = diagnosis("DMP-0105", IssueType::Structure, "an array is empty");
/// `{}`.
pub const EMPTY_OBJECT: Diagnosis = diagnosis("DMP-0106", IssueType::Structure, "an object is empty");
/// `""`.
pub const EMPTY_STRING: Diagnosis = diagnosis("DMP-0107", IssueType::Structure, "a string is empty");
/// `null` where it stands for nothing.
pub const STRAY_NULL: Diagnosis = diagnosis("DMP-0108", IssueType::Structure, "null stands where a value belongs");
/// `x` and `_x` of different lengths, or a place that both leave empty.
pub const UNPAIRED: Diagnosis =
    diagnosis("DMP-0109", IssueType::Structure, "the values and their extensions do not pair up");
/// `[[ ]]`.
pub const NESTED_ARRAY: Diagnosis =
    diagnosis("DMP-0110", IssueType::Structure, "an array stands directly inside an array");
/// The root is no object.
pub const NO_RESOURCE: Diagnosis = diagnosis("DMP-0111", IssueType::Structure, "the body is not a FHIR resource");
/// `resourceType` is missing or no string.
pub const NO_RESOURCE_TYPE: Diagnosis = diagnosis("DMP-0112", IssueType::Structure, "a resource has no resourceType");
/// Too deep.
pub const TOO_DEEP: Diagnosis = diagnosis("DMP-0113", IssueType::TooCostly, "the nesting is too deep");
/// A token is too long.
pub const STRING_TOO_LONG: Diagnosis = diagnosis("DMP-0114", IssueType::TooLong, "a value is too long");
/// Too many values, or too much text.
pub const TOO_MANY: Diagnosis = diagnosis("DMP-0115", IssueType::TooCostly, "the resource holds too many values");
/// The body is too long.
pub const BODY_TOO_LONG: Diagnosis = diagnosis("DMP-0116", IssueType::TooLong, "the body is too long");
/// The document is too long.
pub const CONTENT_TOO_LONG: Diagnosis = diagnosis("DMP-0117", IssueType::TooLong, "a document is too long");
/// The document is not base64.
pub const NOT_BASE64: Diagnosis = diagnosis("DMP-0118", IssueType::Value, "the data are not base64");
/// A number beyond any FHIR type.
pub const NUMBER: Diagnosis = diagnosis("DMP-0119", IssueType::Value, "a number is out of range");

/// Too many documents.
pub const TOO_MANY_DOCUMENTS: Diagnosis =
    diagnosis("DMP-0120", IssueType::TooCostly, "the body holds too many documents");

/// A member that FHIR does not know at this place.
pub const UNKNOWN_MEMBER: Diagnosis =
    diagnosis("DMP-0130", IssueType::Structure, "FHIR R4 knows no such element at this place");
/// One value where FHIR has a list.
pub const NOT_AN_ARRAY: Diagnosis = diagnosis("DMP-0131", IssueType::Structure, "a list is needed at this place");
/// A list where FHIR has one value.
pub const NOT_ONE: Diagnosis = diagnosis("DMP-0132", IssueType::Structure, "one value is needed at this place");
/// Another JSON type than the element has.
pub const WRONG_TYPE: Diagnosis = diagnosis("DMP-0133", IssueType::Structure, "the value has the wrong JSON type");
/// No resource type of R4, or none that is taken here.
pub const UNKNOWN_RESOURCE: Diagnosis =
    diagnosis("DMP-0134", IssueType::NotSupported, "this resource type is not taken here");
/// A required element is absent.
pub const MISSING: Diagnosis = diagnosis("DMP-0135", IssueType::Required, "a required element is missing");
/// Two of a choice.
pub const TWO_CHOICES: Diagnosis = diagnosis("DMP-0136", IssueType::Structure, "only one of a choice can be stated");

/// A primitive against the lexical form of its type.
pub const PRIMITIVE: Diagnosis = diagnosis("DMP-0150", IssueType::Value, "the value is not one of its FHIR type");
/// A code outside the required value set.
pub const CODE: Diagnosis = diagnosis("DMP-0151", IssueType::CodeInvalid, "the code is not in the required value set");
/// dom-2.
pub const NESTED_CONTAINED: Diagnosis =
    diagnosis("DMP-0152", IssueType::Invariant, "a contained resource contains another (dom-2)");
/// dom-4.
pub const CONTAINED_VERSION: Diagnosis =
    diagnosis("DMP-0153", IssueType::Invariant, "a contained resource has a version or a date of change (dom-4)");
/// Two contained resources of one id, or one without.
pub const CONTAINED_ID: Diagnosis =
    diagnosis("DMP-0154", IssueType::Invariant, "a contained resource needs an id of its own");
/// `#x` without such a contained resource.
pub const DANGLING: Diagnosis =
    diagnosis("DMP-0155", IssueType::Invariant, "a local reference leads to no contained resource (ref-1)");
/// dom-3.
pub const UNREFERENCED: Diagnosis =
    diagnosis("DMP-0156", IssueType::Invariant, "nothing refers to a contained resource (dom-3)");
/// dom-5.
pub const CONTAINED_LABEL: Diagnosis =
    diagnosis("DMP-0157", IssueType::Invariant, "a contained resource bears a security label (dom-5)");
/// ext-1.
pub const EXTENSION: Diagnosis =
    diagnosis("DMP-0158", IssueType::Invariant, "an extension has either a value or extensions (ext-1)");

/// All of them.
pub const ALL: &[Diagnosis] = &[
    NOT_JSON,
    NOT_UTF8,
    BYTE_ORDER_MARK,
    TRAILING,
    DUPLICATE_MEMBER,
    EMPTY_ARRAY,
    EMPTY_OBJECT,
    EMPTY_STRING,
    STRAY_NULL,
    UNPAIRED,
    NESTED_ARRAY,
    NO_RESOURCE,
    NO_RESOURCE_TYPE,
    TOO_DEEP,
    STRING_TOO_LONG,
    TOO_MANY,
    BODY_TOO_LONG,
    CONTENT_TOO_LONG,
    NOT_BASE64,
    NUMBER,
    TOO_MANY_DOCUMENTS,
    UNKNOWN_MEMBER,
    NOT_AN_ARRAY,
    NOT_ONE,
    WRONG_TYPE,
    UNKNOWN_RESOURCE,
    MISSING,
    TWO_CHOICES,
    PRIMITIVE,
    CODE,
    NESTED_CONTAINED,
    CONTAINED_VERSION,
    CONTAINED_ID,
    DANGLING,
    UNREFERENCED,
    CONTAINED_LABEL,
    EXTENSION,
];

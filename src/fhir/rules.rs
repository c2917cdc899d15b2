//! The two named rule sets and every check in which they may differ, as one table.
//!
//! `pdsm` is the French profile as it stands at HEAD of 3.1.1, read strictly. `dmp` is what the shared record takes from software
//! built on PDSm 3.1.0. Source: pdsm-dmp.md 1, 3, 15.3 and 16.

use super::issue::{Diagnosis, IssueType, Severity};

/// A named rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleSet {
    /// Strict PDSm 3.1.1 (HEAD).
    Pdsm,
    /// What the DMP takes.
    Dmp,
}

impl RuleSet {
    /// The name, as in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdsm => "pdsm",
            Self::Dmp => "dmp",
        }
    }

    /// The rule set of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Pdsm, Self::Dmp].into_iter().find(|rules| rules.name() == name)
    }

    /// What becomes of an input that fails the check.
    pub const fn verdict(self, check: &Check) -> Verdict {
        match self {
            Self::Pdsm => check.pdsm,
            Self::Dmp => check.dmp,
        }
    }
}

/// What becomes of an input that fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is refused.
    Refuse,
    /// It is taken, with a warning.
    Warn,
    /// It is taken.
    Accept,
}

impl Verdict {
    /// The severity of the issue that it calls for.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Refuse => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Accept => None,
        }
    }
}

/// One check: what is wrong where it fails, where to look, and what each rule set makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// What is wrong.
    pub diagnosis: Diagnosis,
    /// Where, in general: a FHIRPath, or the name of a search parameter.
    pub path: &'static str,
    /// The verdict of `pdsm`.
    pub pdsm: Verdict,
    /// The verdict of `dmp`.
    pub dmp: Verdict,
}

macro_rules! checks {
    ($($name:ident = $code:literal $kind:ident $path:literal $pdsm:ident $dmp:ident $text:literal;)*) => {
        $(
            #[doc = $text]
            pub const $name: Check = Check {
                diagnosis: Diagnosis { code: $code, kind: IssueType::$kind, text: $text },
                path: $path,
                pdsm: Verdict::$pdsm,
                dmp: Verdict::$dmp,
            };
        )*
        /// Every check, by code.
        pub const CHECKS: &[Check] = &[$($name),*];
    };
}

// Columns: name, code, issue type, path, verdict under pdsm, verdict under dmp, text.
checks! {
    // The Bundle of ITI-65 (conformance.md 1.2, pdsm-dmp 3.5, 4.1).
    NOT_A_BUNDLE = "DMP-0200" Structure "Bundle" Refuse Refuse "the body is not a Bundle";
    NOT_A_TRANSACTION = "DMP-0201" Value "Bundle.type" Refuse Refuse "a submission is a transaction";
    PROFILE_MISSING = "DMP-0202" Required "Bundle.meta.profile" Refuse Refuse "the Bundle names no profile";
    PROFILE_UNKNOWN = "DMP-0203" NotSupported "Bundle.meta.profile" Refuse Refuse "the Bundle names no profile that is supported here";
    ENTRY_UNEXPECTED = "DMP-0204" NotSupported "Bundle.entry" Refuse Refuse "the entry is none that a submission may hold";
    ENTRY_REQUEST = "DMP-0205" Value "Bundle.entry.request" Refuse Refuse "the request of the entry does not fit its resource";
    FHIR_DOCUMENT = "DMP-0206" NotSupported "Bundle.entry.resource" Refuse Refuse "a FHIR document is not supported as content";
    // DMP-0207 said that folders are not supported; it is not used again.
    SET_COUNT = "DMP-0208" Invariant "Bundle.entry" Refuse Refuse "a submission holds exactly one submission set";
    DOCUMENT_COUNT = "DMP-0209" Required "Bundle.entry" Refuse Refuse "a submission holds at least one document";
    PATIENT_COUNT = "DMP-0210" Invariant "Bundle.entry" Refuse Refuse "a submission holds at most one Patient";
    FULL_URL_REPEATED = "DMP-0211" Duplicate "Bundle.entry.fullUrl" Refuse Refuse "two entries have the same fullUrl";
    LINK_DANGLING = "DMP-0212" NotFound "Reference.reference" Refuse Refuse "the link leads to nothing in the submission";
    LINK_UNUSED = "DMP-0213" Invariant "Bundle.entry" Refuse Refuse "the entry is linked from nowhere";
    LINK_SHARED = "DMP-0214" BusinessRule "DocumentReference.content.attachment.url" Refuse Refuse "two documents have the same content";
    ENTRY_CONDITIONAL = "DMP-0215" NotSupported "Bundle.entry.request" Refuse Refuse "conditional entries are not supported in a submission";
    // FHIR documents as content (MHD, option FHIR Documents Publish; pdsm-dmp 4.1 and 16 no 15).
    NOT_A_FHIR_DOCUMENT = "DMP-0247" Value "Bundle.entry.resource.type" Refuse Refuse "a Bundle as content is a FHIR document";
    FHIR_DOCUMENT_RULE = "DMP-0248" Invariant "Bundle.entry.resource" Refuse Refuse "the FHIR document breaks a rule of FHIR documents";
    FHIR_DOCUMENT_MEDIA = "DMP-0249" Value "DocumentReference.content.attachment.contentType" Refuse Refuse "the media type of a FHIR document is application/fhir+json or application/fhir+xml";
    FHIR_DOCUMENT_ENCODING = "DMP-0287" Value "DocumentReference.content.attachment.contentType" Warn Warn "the FHIR document is kept in the encoding of the request, which is another than the metadata name";
    FHIR_DOCUMENT_BYTES = "DMP-0288" Value "DocumentReference.content.attachment" Warn Warn "size or hash is not that of the FHIR document as it is kept, which is what is recorded";
    FHIR_DOCUMENT_SUBJECT = "DMP-0289" NotFound "Composition.subject" Refuse Refuse "the subject of the FHIR document does not stand in it, so its patient cannot be compared";
    // Cardinalities and fixed values (pdsm-dmp 3.1 to 3.3).
    SET_UNIQUE_ID_MISSING = "DMP-0282" Required "List.identifier" Refuse Warn "the submission set has no uniqueId";
    SOURCE_PATIENT_ID = "DMP-0283" Required "DocumentReference.context.sourcePatientInfo" Refuse Refuse "the patient is not identified at the source";
    ELEMENT_MISSING = "DMP-0216" Required "DocumentReference" Refuse Refuse "a mandatory element is missing";
    ELEMENT_FORBIDDEN = "DMP-0217" Structure "DocumentReference" Refuse Refuse "the profile forbids this element";
    ELEMENT_REPEATED = "DMP-0218" Structure "DocumentReference" Refuse Refuse "the profile allows this element fewer times";
    VALUE_FIXED = "DMP-0219" Value "DocumentReference.status" Refuse Refuse "the profile fixes another value";
    CUSTODIAN_MISSING = "DMP-0220" Required "DocumentReference.custodian" Refuse Warn "the structure that keeps the document is missing";
    LANGUAGE_MISSING = "DMP-0221" Required "DocumentReference.content.attachment.language" Refuse Warn "the language of the content is missing";
    LABEL_MISSING = "DMP-0222" Required "DocumentReference.securityLabel" Refuse Warn "the confidentiality of the document is missing";
    DATE_MISSING = "DMP-0223" Required "DocumentReference.date" Refuse Warn "the date of the DocumentReference is missing";
    CONTAINED_MISSING = "DMP-0224" Required "DocumentReference.contained" Refuse Accept "the resource contains nothing";
    NOT_CONTAINED = "DMP-0225" Structure "DocumentReference.author" Refuse Warn "the reference must be to a contained resource";
    CONTAINED_DANGLING = "DMP-0226" NotFound "DocumentReference.author" Refuse Refuse "there is no contained resource of that id";
    TARGET_KIND = "DMP-0227" Value "DocumentReference.author" Refuse Refuse "the reference is to a resource of another type";
    // The submission set and folders.
    FOLDER_UPDATE = "DMP-0284" NotSupported "Bundle.entry.request" Refuse Refuse "a folder can be made, and not changed";
    FOLDER_ITEM = "DMP-0285" NotSupported "List.entry.item" Refuse Refuse "a folder holds documents of its own submission, and nothing else";
    SOURCE_PRACTITIONER = "DMP-0228" Value "List.source" Refuse Warn "the source of a submission set must not be a Practitioner";
    UNKNOWN_EXTENSION = "DMP-0229" NotSupported "List.extension" Refuse Warn "nobody defined this extension";
    DESIGNATION_SYSTEM = "DMP-0230" CodeInvalid "List.extension" Refuse Warn "the designation type is of another code system";
    SET_UNIQUE_ID = "DMP-0231" Value "List.identifier" Refuse Warn "the uniqueId of a submission set must be an OID";
    // Codes.
    TYPE_SYSTEM = "DMP-0232" CodeInvalid "DocumentReference.type" Refuse Refuse "the type is of another code system";
    CATEGORY_SYSTEM = "DMP-0233" CodeInvalid "DocumentReference.category" Refuse Refuse "the class is of another code system";
    FACILITY_SYSTEM = "DMP-0234" CodeInvalid "DocumentReference.context.facilityType" Refuse Warn "the facility type is of another code system";
    PRACTICE_SYSTEM = "DMP-0235" CodeInvalid "DocumentReference.context.practiceSetting" Refuse Warn "the practice setting is of another code system";
    FORMAT_SYSTEM = "DMP-0236" CodeInvalid "DocumentReference.content.format" Refuse Warn "the format is of another code system";
    LABEL_UNKNOWN = "DMP-0237" CodeInvalid "DocumentReference.securityLabel" Refuse Refuse "the confidentiality code is unknown";
    LABEL_TWICE = "DMP-0238" Invariant "DocumentReference.securityLabel" Refuse Refuse "a document has one base confidentiality";
    LABEL_ALIAS = "DMP-0239" CodeInvalid "DocumentReference.securityLabel" Warn Accept "the confidentiality code has another spelling here";
    // Identifiers.
    UNIQUE_ID_USE = "DMP-0240" Value "DocumentReference.masterIdentifier.use" Refuse Accept "the uniqueId must be marked as such (use usual)";
    UNIQUE_ID_FORM = "DMP-0241" Value "DocumentReference.masterIdentifier.value" Refuse Refuse "the uniqueId is not well formed";
    UNIQUE_ID_REPEATED = "DMP-0242" Duplicate "DocumentReference.masterIdentifier" Refuse Refuse "two documents have the same uniqueId";
    ENTRY_UUID_FORM = "DMP-0243" Value "DocumentReference.identifier" Refuse Refuse "the entryUUID is not well formed";
    ENTRY_UUID_REPEATED = "DMP-0244" Duplicate "DocumentReference.identifier" Refuse Refuse "two documents have the same entryUUID";
    CONTAINED_UNUSED = "DMP-0246" Invariant "contained" Refuse Refuse "a contained resource is used by nothing";
    IDENTIFIER_SENT = "DMP-0245" Structure "DocumentReference.identifier" Refuse Warn "a simplified publication carries no identifier of its own";
    // The patient (pdsm-dmp 12, conformance 1.3).
    PATIENT_UNIDENTIFIED = "DMP-0250" Required "DocumentReference.subject" Refuse Refuse "the patient is not identified by a national health identity (INS)";
    PATIENT_SYSTEM = "DMP-0251" Value "DocumentReference.subject" Refuse Refuse "the identifier system is not one of this environment";
    PATIENT_FORM = "DMP-0252" Value "DocumentReference.subject" Refuse Refuse "the national health identity is not well formed";
    PATIENT_KEY = "DMP-0253" Value "DocumentReference.subject" Refuse Refuse "the check key of the national health identity is wrong";
    PATIENTS_DIFFER = "DMP-0254" Invariant "DocumentReference.subject" Refuse Refuse "a submission is of one patient";
    SUBJECT_CONDITIONAL = "DMP-0255" Value "DocumentReference.subject" Refuse Accept "a conditional reference stands outside a transaction";
    AUTHOR_UNIDENTIFIED = "DMP-0256" Value "DocumentReference.author" Warn Warn "the author is not identified by a national identifier";
    AUTHOR_SEVERAL = "DMP-0257" Invariant "DocumentReference.author" Refuse Refuse "the identifiers name more than one author, or a structure where a person stands";
    // The identity of the patient (law C01 to C04, decision 0018).
    HEADER_INS_SYSTEM = "DMP-0772" Value "DocumentReference.content.attachment" Refuse Warn "the content names its patient by a health identity of another environment";
    HEADER_INS_FORM = "DMP-0773" Value "DocumentReference.content.attachment" Refuse Warn "the content names its patient by a health identity that is malformed or has a wrong key";
    IDENTITY_UNTOLD = "DMP-0774" Required "DocumentReference.context.sourcePatientInfo" Refuse Warn "the submission does not tell all that belongs to a qualified identity";
    // Content.
    CONTENT_MISSING = "DMP-0260" Required "Binary.data" Refuse Refuse "there is no content";
    CONTENT_MISPLACED = "DMP-0261" NotSupported "Bundle.entry.resource" Refuse Refuse "content stands where no document has its content";
    CONTENT_TYPE_DIFFERS = "DMP-0262" Value "Binary.contentType" Refuse Refuse "the media types of content and metadata differ";
    SIZE_DIFFERS = "DMP-0263" Value "DocumentReference.content.attachment.size" Refuse Refuse "the size is not that of the content";
    HASH_DIFFERS = "DMP-0264" Value "DocumentReference.content.attachment.hash" Refuse Refuse "the hash is not the SHA-1 of the content";
    HASH_FORM = "DMP-0265" Value "DocumentReference.content.attachment.hash" Refuse Refuse "the hash is not the base64 of twenty bytes";
    HASH_OF_TEXT = "DMP-0266" Value "DocumentReference.content.attachment.hash" Refuse Refuse "the hash is hexadecimal text; it must be the base64 of the twenty bytes themselves";
    DATE_FORM = "DMP-0267" Value "DocumentReference.date" Refuse Refuse "the date cannot be placed in time";
    PERIOD_REVERSED = "DMP-0268" Invariant "DocumentReference.context.period" Refuse Refuse "the period ends before it starts";
    MEDIA_TYPE_FORM = "DMP-0269" Value "DocumentReference.content.attachment.contentType" Refuse Refuse "the media type is not well formed";
    HEADER_UNREADABLE = "DMP-0290" Value "DocumentReference.content.attachment" Refuse Refuse "the header of the document cannot be read, so its patient cannot be compared";
    // The header of a CDA against its metadata (law K08, decision 0012), and metadata made from it (ITI-106).
    HEADER_AUTHOR = "DMP-0291" BusinessRule "DocumentReference.author" Warn Warn "the header of the document names other authors";
    HEADER_STRUCTURE = "DMP-0292" BusinessRule "DocumentReference.author" Warn Warn "the header of the document names another structure of its authors";
    HEADER_SIGNATORY = "DMP-0293" BusinessRule "DocumentReference.authenticator" Warn Warn "the header of the document names another legal authenticator";
    HEADER_TYPE = "DMP-0294" BusinessRule "DocumentReference.type" Refuse Warn "the header of the document states another type";
    HEADER_LANGUAGE = "DMP-0295" BusinessRule "DocumentReference.content.attachment.language" Refuse Warn "the header of the document states another language";
    HEADER_CONFIDENTIALITY = "DMP-0296" BusinessRule "DocumentReference.securityLabel" Refuse Warn "the header of the document states another confidentiality";
    HEADER_FORMAT = "DMP-0297" BusinessRule "DocumentReference.content.format" Warn Warn "the header of the document tells another format";
    HEADER_PATIENT_AUTHOR = "DMP-0298" BusinessRule "DocumentReference.author" Refuse Refuse "the metadata name a patient as author whom the header of the document does not know";
    NOTHING_TO_GENERATE = "DMP-0299" Structure "Parameters.parameter" Refuse Refuse "there is no CDA from which metadata could be generated";
    // Replacement and other relations (pdsm-dmp 4.1).
    REPLACES_WHAT = "DMP-0270" NotFound "DocumentReference.relatesTo.target" Refuse Refuse "the replaced document is not named so that it can be found";
    REPLACES_SEVERAL = "DMP-0271" Invariant "DocumentReference.relatesTo" Refuse Accept "a document replaces one document";
    REPLACED_TWICE = "DMP-0272" Conflict "DocumentReference.relatesTo" Refuse Refuse "two documents replace the same document";
    REPLACES_SIMPLIFIED = "DMP-0273" NotSupported "DocumentReference.relatesTo" Refuse Accept "a simplified publication replaces nothing";
    RELATED_DOCUMENT = "DMP-0286" NotSupported "DocumentReference.context.related" Refuse Refuse "another document is named by relatesTo, which is told only to whom that document is open";
    RELATION_KEPT = "DMP-0274" Informational "DocumentReference.relatesTo" Warn Warn "the relation is kept as sent and has no effect";
    PATCH_UNEXPECTED = "DMP-0275" NotSupported "Parameters.parameter" Refuse Refuse "a submission can patch nothing but the status, to superseded";
    PATCH_UNMATCHED = "DMP-0276" Invariant "Bundle.entry.request.url" Refuse Refuse "the patched document is replaced by no document of the submission";
    // ITI-105 (pdsm-dmp 3.2).
    NOT_A_DOCUMENT = "DMP-0280" Structure "DocumentReference" Refuse Refuse "the body is not a DocumentReference";
    UNDERIVABLE = "DMP-0281" Required "DocumentReference" Refuse Refuse "the element is missing and cannot be derived";
    // Search (pdsm-dmp 5).
    PARAMETER_MISSING = "DMP-0300" Required "patient.identifier" Refuse Refuse "a mandatory search parameter is missing";
    STATUS_MISSING = "DMP-0301" Required "status" Refuse Accept "the search does not say which status";
    VALUE_MALFORMED = "DMP-0302" Value "date" Refuse Refuse "the value of the search parameter is malformed";
    MODIFIER_UNKNOWN = "DMP-0303" NotSupported "identifier" Refuse Refuse "the modifier or chain of the search parameter is not supported";
    PARAMETER_UNKNOWN = "DMP-0304" NotSupported "_include" Warn Warn "the search parameter is not supported and has no effect";
    PARAMETER_REFUSED = "DMP-0305" NotSupported "_include" Refuse Refuse "the search parameter is not supported";
    TWO_PATIENTS = "DMP-0306" Invariant "patient.identifier" Refuse Refuse "a search is in the record of one patient";
    ASKED_PATIENT_UNKNOWN = "DMP-0307" NotFound "patient" Refuse Refuse "no patient is known here by that reference; use patient.identifier";
    ASKED_PATIENT_SYSTEM = "DMP-0308" Value "patient.identifier" Refuse Refuse "the identifier system is not one of this environment";
    ASKED_PATIENT_FORM = "DMP-0309" Value "patient.identifier" Refuse Refuse "the national health identity is not well formed";
    ASKED_PATIENT_KEY = "DMP-0310" Value "patient.identifier" Refuse Refuse "the check key of the national health identity is wrong";
    // Patches (pdsm-dmp 4.2, 6.5, 7): defects of the published samples, and deletion by the author.
    PATCH_QUOTES = "DMP-0360" Structure "Patch" Refuse Warn "typographic quotation marks stand where JSON has its own";
    PATCH_SELECTOR = "DMP-0361" Value "Patch.path" Refuse Warn "the path is no JSON pointer: it selects an extension by its URL";
    PATCH_EXTENSION_URL = "DMP-0362" Value "DocumentReference.extension.url" Refuse Warn "the extension is named by the URL of something else";
    PATCH_BOOLEAN_TEXT = "DMP-0363" Value "DocumentReference.extension.valueBoolean" Refuse Warn "the boolean is sent as text";
    PATCH_LABEL_TEXT = "DMP-0364" Structure "DocumentReference.securityLabel" Refuse Warn "the label is sent as text and not as a coded element";
    PATCH_BLANKS = "DMP-0365" Value "DocumentReference.status" Refuse Warn "the code has blanks around it";
    PATCH_MISSPELT = "DMP-0366" Value "Patch.path" Refuse Warn "the element's name is misspelt as in the published sample";
    PATCH_DELETION = "DMP-0367" BusinessRule "DocumentReference.status" Refuse Accept "a document is not deleted by its status";
}

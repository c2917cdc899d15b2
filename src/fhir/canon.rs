//! Canonical URLs: our own, the French and IHE ones, and the many spellings of the code systems.
//! Source: PDSm 3.1.1, MHD 4.2.3, the nomenclature server of health objects (NOS) of ANS.

/// The base of everything that this project defines itself.
pub const CANONICAL: &str = "https://dmp-gateway.example/fhir";
/// The code system of professions, TRE_G15.
pub const PROFESSION: &str = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante";
/// The code system of our diagnoses.
pub const DIAGNOSIS: &str = "https://dmp-gateway.example/fhir/CodeSystem/diagnosis";

macro_rules! pdsm {
    ($name:literal) => {
        concat!("https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/", $name)
    };
}
macro_rules! mhd {
    ($name:literal) => {
        concat!("https://profiles.ihe.net/ITI/MHD/StructureDefinition/", $name)
    };
}

/// The profile of an ITI-65 request of PDSm.
pub const PROVIDE_BUNDLE: &str = pdsm!("pdsm-comprehensive-provide-document-bundle");
/// The profile of a complete DocumentReference of PDSm.
pub const COMPREHENSIVE: &str = pdsm!("pdsm-comprehensive-document-reference");
/// The profile of an ITI-105 DocumentReference of PDSm.
pub const SIMPLIFIED: &str = pdsm!("pdsm-simplified-publish");
/// The profile of a submission set of PDSm.
pub const SUBMISSION_SET: &str = pdsm!("pdsm-submissionset-comprehensive");
/// The profile of a folder of PDSm.
pub const FOLDER: &str = pdsm!("pdsm-folder-comprehensive");
/// The profile of an ITI-65 request of MHD with comprehensive metadata.
pub const MHD_PROVIDE_BUNDLE: &str = mhd!("IHE.MHD.Comprehensive.ProvideBundle");
/// The profile of the patch by which a submission supersedes a document (MHD).
pub const PATCH: &str = mhd!("IHE.MHD.Patch.Parameters");

/// The extension that tells archived documents.
pub const IS_ARCHIVED: &str = pdsm!("pdsm-ext-is-archived");
/// The extension of PDSm for recipients.
pub const PDSM_RECIPIENT: &str = pdsm!("pdsm-ext-intended-recipient");
/// The extension with the kind of a submission set.
pub const DESIGNATION_TYPE: &str = mhd!("ihe-designationType");
/// The extension with the source system of a submission set.
pub const SOURCE_ID: &str = mhd!("ihe-sourceId");
/// The extension with the recipients of a submission set.
pub const RECIPIENT: &str = mhd!("ihe-intendedRecipient");
/// The extension with the structure of the source of a submission set.
pub const AUTHOR_ORG: &str = mhd!("ihe-authorOrg");
/// An extension that DMP examples use and that nobody defined.
pub const SOURCE_PATIENT_ID: &str = mhd!("ihe-sourcePatientId");

/// The code system of List kinds.
pub const LIST_TYPES: &str = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes";
/// The code system that tells uniqueId from entryUUID (MHD 4.2.4).
pub const IDENTIFIER_TYPE: &str = "https://profiles.ihe.net/ITI/MHD/CodeSystem/IHE.MHD.MHDIdentifierType";
/// The code system of `DocumentReference.status`.
pub const STATUS: &str = "http://hl7.org/fhir/document-reference-status";
/// LOINC.
pub const LOINC: &str = "http://loinc.org";

macro_rules! nos {
    ($table:literal, $name:literal) => {
        concat!("https://mos.esante.gouv.fr/NOS/TRE_", $table, "-", $name, "/FHIR/TRE-", $table, "-", $name)
    };
}

/// Producers that are no professionals.
pub const A00: &str = nos!("A00", "ProducteurDocNonPS");
/// Practice settings.
pub const A01: &str = nos!("A01", "CadreExercice");
/// Document classes.
pub const A03: &str = nos!("A03", "ClasseDocument");
/// Document types beside LOINC.
pub const A05: &str = nos!("A05", "TypeDocComplementaire");
/// Formats beside those of IHE.
pub const A06: &str = nos!("A06", "FormatCodeComplementaire");
/// Visibility flags.
pub const A07: &str = nos!("A07", "StatutVisibiliteDocument");
/// Base confidentiality.
pub const A08: &str = nos!("A08", "HL7Confidentiality");
/// DICOM UIDs.
pub const A09: &str = nos!("A09", "DICOMuidRegistry");
/// URNs as codes.
pub const A10: &str = nos!("A10", "NomenclatureURN");
/// IHE formats.
pub const A11: &str = nos!("A11", "IheFormatCode");
/// ASTM document types.
pub const A12: &str = nos!("A12", "NomenclatureASTM");
/// Sectors of activity.
pub const R02: &str = nos!("R02", "SecteurActivite");
/// Kinds of activity.
pub const R209: &str = nos!("R209", "TypeActivite");

const ALIASES: &[(&str, &str)] = &[
    ("urn:oid:1.2.250.1.213.1.1.4.6", A00),
    ("urn:oid:1.2.250.1.213.1.1.4.9", A01),
    ("urn:oid:1.2.250.1.213.1.1.4.1", A03),
    ("urn:oid:2.16.840.1.113883.6.1", LOINC),
    ("urn:oid:1.2.250.1.213.1.1.4.12", A05),
    ("urn:oid:1.2.250.1.213.1.1.4.2.282", A06),
    ("urn:oid:1.2.250.1.213.1.1.4.13", A07),
    (nos!("A07", "StatusVisibiliteDocument"), A07),
    ("urn:oid:2.16.840.1.113883.5.25", A08),
    ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", A08),
    (nos!("A08", "Confidentiality"), A08),
    ("urn:oid:1.2.840.10008.2.6.1", A09),
    ("urn:oid:1.3.6.1.4.1.19376.1.2.3", A11),
    ("http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", A11),
    ("urn:oid:1.2.250.1.71.4.2.4", R02),
    ("urn:oid:1.2.250.1.213.2.2", R209),
    ("http://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", LIST_TYPES),
];

/// The one spelling of a code system; a system that we do not know is its own.
pub fn canonical(system: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == system).map_or(system, |(_, canonical)| canonical)
}

/// Every way to write a visibility flag or a base confidentiality, as the one that we write.
/// Source: JDV_J08, and the spelling of the HL7v2 guide for the last flag.
pub fn label_code(code: &str) -> &str {
    match code {
        "INVISIBLE_REP_LEGAUX" => "INVISIBLE_REPRESENTANTS_LEGAUX",
        other => other,
    }
}

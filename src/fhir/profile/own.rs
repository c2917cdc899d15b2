//! The project's own profiles: for where no package is installed, facts of PDSm 3.1.1 and MHD 4.2.3; and for what no guide defines.

use crate::fhir::canon::{COMPREHENSIVE, FOLDER, PATCH, PROVIDE_BUNDLE, SIMPLIFIED, SUBMISSION_SET};

/// A definition of ours.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// Its file in `profiles/`.
    pub file: &'static str,
    /// The StructureDefinition, ValueSet or CodeSystem, as JSON.
    pub text: &'static str,
    /// The official profile for which it stands where that is not installed.
    pub stands_for: Option<&'static str>,
}

macro_rules! own {
    ($($file:literal $(for $url:expr)?;)*) => {
        /// Every definition of ours.
        pub const OWN: &[Own] = &[$(Own {
            file: $file,
            text: include_str!(concat!("../../../profiles/", $file)),
            stands_for: own!(@ $($url)?),
        }),*];
    };
    (@) => { None };
    (@ $url:expr) => { Some($url) };
}

// One line for each file of `profiles/` that begins with `StructureDefinition-`, `ValueSet-` or `CodeSystem-`.
own! {
    "StructureDefinition-dmp-document-reference.json" for COMPREHENSIVE;
    "StructureDefinition-dmp-simplified-document-reference.json" for SIMPLIFIED;
    "StructureDefinition-dmp-submission-set.json" for SUBMISSION_SET;
    "StructureDefinition-dmp-folder.json" for FOLDER;
    "StructureDefinition-dmp-provide-bundle.json" for PROVIDE_BUNDLE;
    "StructureDefinition-dmp-supersede.json" for PATCH;
    "CodeSystem-dmp-consent-kind.json";
    "CodeSystem-dmp-team-path.json";
    "StructureDefinition-dmp-consent-block.json";
    "StructureDefinition-dmp-consent-break-glass.json";
    "StructureDefinition-dmp-consent-entrusted.json";
    "StructureDefinition-dmp-consent-feed-opposition.json";
    "StructureDefinition-dmp-consent-information-given.json";
    "StructureDefinition-dmp-consent-legitimate-reason.json";
    "StructureDefinition-dmp-consent-masked-documents.json";
    "StructureDefinition-dmp-consent-professional.json";
    "StructureDefinition-dmp-consent-regulation.json";
    "StructureDefinition-dmp-consent-team.json";
    "StructureDefinition-dmp-consent-treating-rights.json";
    "ValueSet-dmp-consent-kind.json";
    "ValueSet-dmp-team-path.json";
    "CodeSystem-dmp-motif-fermeture.json";
    "StructureDefinition-dmp-autorisation.json";
    "StructureDefinition-dmp-fermeture.json";
    "StructureDefinition-dmp-medecin-traitant.json";
    "StructureDefinition-dmp-patient.json";
    "StructureDefinition-dmp-rattachement-mes.json";
    "ValueSet-dmp-motif-fermeture.json";
}

/// Our profiles are written as differentials, for the tools of HL7 make snapshots of them; each tells every element that it bounds, so
/// that what it tells serves the engine as a snapshot.
pub(super) fn sparse(text: &str) -> Vec<u8> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(mut members)) => {
            if let Some(differential) = members.remove("differential") {
                members.insert("snapshot".to_owned(), differential);
            }
            serde_json::Value::Object(members).to_string().into_bytes()
        }
        _ => text.as_bytes().to_vec(),
    }
}

//! Visibility labels (codes de confidentialité, JDV_J08) and who set them.

use serde::{Deserialize, Serialize};

/// The base confidentiality, exactly one. Code system `2.16.840.1.113883.5.25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Confidentiality {
    /// `N`, normal.
    #[default]
    N,
    /// `R`, restricted.
    R,
    /// `V`, very restricted.
    V,
}

/// Who put a flag on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The holder, or who acts for the holder.
    Holder,
    /// The professional or structure that filed it.
    Author,
    /// The treating physician, or a professional with the same rights.
    TreatingPhysician,
    /// Taken over from the document that this one replaces.
    Inherited,
}

/// The labels of one document: one confidentiality and any of three flags, each with its provenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Labels {
    /// The base confidentiality.
    pub confidentiality: Confidentiality,
    /// `MASQUE_PS`: masked to professionals (CSP R1111-49).
    #[serde(default)]
    pub masked: Option<Origin>,
    /// `INVISIBLE_PATIENT`: hidden from the patient until announced (CSP R1111-53).
    #[serde(default)]
    pub hidden_from_patient: Option<Origin>,
    /// `INVISIBLE_REPRESENTANTS_LEGAUX`: hidden from a minor's representatives (CSP R1111-50).
    #[serde(default)]
    pub hidden_from_representatives: Option<Origin>,
}

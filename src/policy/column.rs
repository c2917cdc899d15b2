//! The columns of the habilitation matrix, and which professional stands in which.

use crate::record::professional::{Profession, Professional, Speciality};

/// One column of the matrix: a group of professions, or a role that no code of profession reaches yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Physicians, but for occupational physicians.
    Physician,
    /// Pharmacists who practise medical biology.
    BiologistPharmacist,
    /// Pharmacists of a pharmacy or a hospital, and dispensing technicians.
    DispensingPharmacist,
    /// Dental surgeons.
    DentalSurgeon,
    /// Midwives.
    Midwife,
    /// Nurses.
    Nurse,
    /// Physiotherapists.
    Physiotherapist,
    /// Podiatrists.
    Podiatrist,
    /// Speech therapists.
    SpeechTherapist,
    /// Occupational therapists, psychomotor therapists, orthoptists and dietitians.
    Rehabilitation,
    /// Hearing-aid specialists and the makers of orthoses and prostheses.
    Appliances,
    /// Opticians.
    Optician,
    /// Radiographers.
    Radiographer,
    /// Role: coordination and orientation.
    Coordination,
    /// Role: social work.
    SocialWork,
    /// Role: administrative support and support of organisations.
    Administration,
    /// Role: social and educational support.
    EducationalSupport,
    /// Role: support of care.
    CareSupport,
    /// Role: supervision.
    Supervision,
}

impl Column {
    /// All columns, in the order of the matrix.
    pub const ALL: [Self; 19] = [
        Self::Physician,
        Self::BiologistPharmacist,
        Self::DispensingPharmacist,
        Self::DentalSurgeon,
        Self::Midwife,
        Self::Nurse,
        Self::Physiotherapist,
        Self::Podiatrist,
        Self::SpeechTherapist,
        Self::Rehabilitation,
        Self::Appliances,
        Self::Optician,
        Self::Radiographer,
        Self::Coordination,
        Self::SocialWork,
        Self::Administration,
        Self::EducationalSupport,
        Self::CareSupport,
        Self::Supervision,
    ];

    /// The heading of the column in the data file.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Physician => "medecin",
            Self::BiologistPharmacist => "pharmacien_biologiste",
            Self::DispensingPharmacist => "pharmacien_officine_pui",
            Self::DentalSurgeon => "chirurgien_dentiste",
            Self::Midwife => "sage_femme",
            Self::Nurse => "infirmier",
            Self::Physiotherapist => "masseur_kine",
            Self::Podiatrist => "pedicure_podologue",
            Self::SpeechTherapist => "orthophoniste",
            Self::Rehabilitation => "ergo_psychomot_orthopt_diet",
            Self::Appliances => "audioproth_appareillage",
            Self::Optician => "opticien_lunetier",
            Self::Radiographer => "manip_erm",
            Self::Coordination => "role_coordination_orientation",
            Self::SocialWork => "role_assistant_social",
            Self::Administration => "role_admin_appui_org",
            Self::EducationalSupport => "role_accomp_vie_sociale_educative",
            Self::CareSupport => "role_accomp_soin",
            Self::Supervision => "role_encadrement",
        }
    }

    /// The column of a professional, by profession (TRE_G15) and speciality; none for a profession that the order does not
    /// entitle. The columns of roles are reached by nobody until the directory tells roles.
    pub fn of(professional: &Professional) -> Option<Self> {
        match professional.profession.0.as_str() {
            "10" if is_occupational_physician(professional) => None,
            "10" => Some(Self::Physician),
            "21" if is_biologist(&professional.specialities) => Some(Self::BiologistPharmacist),
            "21" | "38" | "39" => Some(Self::DispensingPharmacist),
            "40" => Some(Self::DentalSurgeon),
            "50" => Some(Self::Midwife),
            "60" | "69" => Some(Self::Nurse),
            "70" => Some(Self::Physiotherapist),
            "80" => Some(Self::Podiatrist),
            "91" => Some(Self::SpeechTherapist),
            "92" | "94" | "95" | "96" => Some(Self::Rehabilitation),
            "26" | "81" | "82" | "83" | "84" | "85" => Some(Self::Appliances),
            "28" => Some(Self::Optician),
            "98" => Some(Self::Radiographer),
            _ => None,
        }
    }
}

/// Whether that is a physician (TRE_G15 `10`).
pub fn is_physician(profession: &Profession) -> bool {
    profession.0 == "10"
}

/// Whether the directory lists the professional as an occupational physician (médecin du travail, `SM25`), be it among other
/// specialities: which of them is exercised cannot be told, and the stricter regime holds (CSP L1111-17 IV).
pub fn is_occupational_physician(professional: &Professional) -> bool {
    is_physician(&professional.profession) && professional.specialities.iter().any(|speciality| speciality.0 == "SM25")
}

/// Sections G and EG of the order of pharmacists (TRE_G05): biologists, and biologists overseas.
fn is_biologist(specialities: &[Speciality]) -> bool {
    specialities.iter().any(|speciality| speciality.0 == "G" || speciality.0 == "EG")
}

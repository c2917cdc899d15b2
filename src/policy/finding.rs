//! What one provision finds on one question.

use super::scope::Scope;
use crate::record::traits::Trait;

/// The finding of one provision.
#[derive(Debug, Clone)]
pub enum Finding {
    /// It says nothing of this question.
    Silent,
    /// It permits, within what the others leave.
    Permits,
    /// It leaves only a part.
    Narrows(Scope),
    /// It attaches a duty.
    Obliges(Duty),
    /// It forbids.
    Forbids(Ground),
}

impl Finding {
    /// A permission on a condition, silence otherwise.
    pub const fn permits_if(condition: bool) -> Self {
        if condition { Self::Permits } else { Self::Silent }
    }

    /// A prohibition on a condition, silence otherwise.
    pub const fn forbids_if(condition: bool, ground: Ground) -> Self {
        if condition { Self::Forbids(ground) } else { Self::Silent }
    }
}

/// What must be done along with a permitted act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// Write a line in the access journal before anything is released (R1111-43).
    Record,
    /// Tell the holder of the access (R1111-46 last al.).
    InformHolder,
    /// A document hidden from the patient must be announced: fourteen days after the deposit the patient is invited to see a
    /// professional, without a word on the document (R1111-53).
    InviteToAnnouncement,
}

/// Why a provision forbids. Goes to the journal; answers stay neutral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// The purpose is not the holder's care.
    PurposeNotCare,
    /// No authenticated professional stands behind the request (D06).
    NoAuthenticatedProfessional,
    /// A delegate feeds and never reads (D08).
    DelegateNeverReads,
    /// The profession has no column in the matrix.
    ProfessionNotEntitled,
    /// There is no record.
    NoRecord,
    /// The record's opening rests on no lawful basis.
    UnlawfulOpening,
    /// The record is suspended.
    Suspended,
    /// The record is closed, being erased or erased.
    Closed,
    /// The holder forbade this professional or structure.
    BlockedByHolder,
    /// The record was never opened to the team by an initial consent.
    InitialConsentMissing,
    /// Consent is missing.
    ConsentMissing,
    /// The holder validly opposed feeding.
    FeedingOpposed,
    /// The author named is not the caller, nor someone for whom the caller answers.
    AuthorNotVerified,
    /// The type of document is not for this author to file.
    TypeReserved,
    /// The document is of another patient by its own content.
    ContentOfAnotherPatient,
    /// The identity that the submission tells is not a qualified one.
    IdentityNotQualified,
    /// The person whom the submission tells is not the holder, by this trait.
    TraitDiffers(Trait),
    /// A document cannot be masked to professionals and hidden from the patient at once.
    LabelConflict,
    /// It is not for this caller to change.
    NotTheirs,
    /// A delegate feeds, and neither amends nor records consents (D08).
    DelegateFeedsOnly,
    /// Only who attests the holder's request, or the announcement to the patient, may change this.
    NotAttested,
    /// What was shown to the patient, or announced, is not hidden any more.
    AlreadyShown,
    /// It is for the holder alone to decide.
    ReservedToHolder,
    /// The holder was not told what the consent is about, or nothing proves it.
    InformationMissing,
    /// Someone else collected the consent than who records it.
    NotCollectedByCaller,
    /// The consent was not given now: it is back-dated, or lies in the future.
    ConsentDate,
    /// The consent would outlast the episode of care.
    BeyondEpisode,
    /// An opposition to feeding gives no legitimate reason.
    ReasonMissing,
    /// A consent or care team becomes none of another kind.
    KindChanged,
    /// The holder's front end names no holder.
    HolderNotIdentified,
    /// The caller's token is bound to another patient.
    TokenOfAnotherPatient,
    /// The software is not approved (A05).
    SoftwareNotApproved,
}

impl Ground {
    /// Nothing on a condition, this ground otherwise.
    pub(super) const fn unless(self, condition: bool) -> Result<(), Self> {
        if condition { Ok(()) } else { Err(self) }
    }

    /// Whether the ground lies in the caller alone: it is the same whatever the record or document, so that telling it betrays
    /// nothing about either.
    pub const fn is_of_caller(self) -> bool {
        match self {
            Self::PurposeNotCare
            | Self::NoAuthenticatedProfessional
            | Self::DelegateNeverReads
            | Self::ProfessionNotEntitled
            | Self::DelegateFeedsOnly
            | Self::ReservedToHolder
            | Self::HolderNotIdentified
            | Self::SoftwareNotApproved => true,
            Self::NoRecord
            | Self::UnlawfulOpening
            | Self::Suspended
            | Self::Closed
            | Self::BlockedByHolder
            | Self::InitialConsentMissing
            | Self::ConsentMissing
            | Self::FeedingOpposed
            | Self::AuthorNotVerified
            | Self::TypeReserved
            | Self::ContentOfAnotherPatient
            | Self::IdentityNotQualified
            | Self::TraitDiffers(_)
            | Self::LabelConflict
            | Self::NotTheirs
            | Self::NotAttested
            | Self::AlreadyShown
            | Self::InformationMissing
            | Self::NotCollectedByCaller
            | Self::ConsentDate
            | Self::BeyondEpisode
            | Self::ReasonMissing
            | Self::KindChanged
            | Self::TokenOfAnotherPatient => false,
        }
    }

    /// Whether the ground lies in what the caller sent, so that it can be told: an error in the submission, not a refusal of
    /// access.
    pub const fn is_of_submission(self) -> bool {
        match self {
            Self::AuthorNotVerified
            | Self::TypeReserved
            | Self::ContentOfAnotherPatient
            | Self::IdentityNotQualified
            | Self::TraitDiffers(_)
            | Self::LabelConflict
            | Self::InformationMissing
            | Self::NotCollectedByCaller
            | Self::ConsentDate
            | Self::BeyondEpisode
            | Self::ReasonMissing
            | Self::KindChanged => true,
            Self::PurposeNotCare
            | Self::NoAuthenticatedProfessional
            | Self::DelegateNeverReads
            | Self::ProfessionNotEntitled
            | Self::NoRecord
            | Self::UnlawfulOpening
            | Self::Suspended
            | Self::Closed
            | Self::BlockedByHolder
            | Self::InitialConsentMissing
            | Self::ConsentMissing
            | Self::FeedingOpposed
            | Self::NotTheirs
            | Self::DelegateFeedsOnly
            | Self::NotAttested
            | Self::AlreadyShown
            | Self::ReservedToHolder
            | Self::HolderNotIdentified
            | Self::TokenOfAnotherPatient
            | Self::SoftwareNotApproved => false,
        }
    }

    /// The permanent word for the journal and the metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PurposeNotCare => "purpose-not-care",
            Self::NoAuthenticatedProfessional => "no-authenticated-professional",
            Self::DelegateNeverReads => "delegate-never-reads",
            Self::ProfessionNotEntitled => "profession-not-entitled",
            Self::NoRecord => "no-record",
            Self::UnlawfulOpening => "unlawful-opening",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
            Self::BlockedByHolder => "blocked-by-holder",
            Self::InitialConsentMissing => "initial-consent-missing",
            Self::ConsentMissing => "consent-missing",
            Self::FeedingOpposed => "feeding-opposed",
            Self::AuthorNotVerified => "author-not-verified",
            Self::TypeReserved => "type-reserved",
            Self::ContentOfAnotherPatient => "content-of-another-patient",
            Self::IdentityNotQualified => "identity-not-qualified",
            Self::TraitDiffers(Trait::BirthName) => "birth-name-differs",
            Self::TraitDiffers(Trait::GivenName) => "given-name-differs",
            Self::TraitDiffers(Trait::BirthDate) => "birth-date-differs",
            Self::TraitDiffers(Trait::Sex) => "sex-differs",
            Self::TraitDiffers(Trait::BirthPlace) => "birth-place-differs",
            Self::LabelConflict => "label-conflict",
            Self::NotTheirs => "not-theirs",
            Self::DelegateFeedsOnly => "delegate-feeds-only",
            Self::NotAttested => "not-attested",
            Self::AlreadyShown => "already-shown",
            Self::ReservedToHolder => "reserved-to-holder",
            Self::InformationMissing => "information-missing",
            Self::NotCollectedByCaller => "not-collected-by-caller",
            Self::ConsentDate => "consent-date",
            Self::BeyondEpisode => "beyond-episode",
            Self::ReasonMissing => "reason-missing",
            Self::KindChanged => "kind-changed",
            Self::HolderNotIdentified => "holder-not-identified",
            Self::TokenOfAnotherPatient => "token-of-another-patient",
            Self::SoftwareNotApproved => "software-not-approved",
        }
    }
}

//! Why a verified certificate gives no caller.

/// Why a verified certificate gives no caller. Never carries the name, number or subject that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unidentified {
    /// The certificate cannot be read.
    #[error("the certificate cannot be read")]
    MalformedCertificate,
    /// It is made for servers: no caller.
    #[error("a server certificate is no caller")]
    ServerCertificate,
    /// Its extended key usage does not name client authentication.
    #[error("the certificate is not made for client authentication")]
    NoClientAuth,
    /// Its common name is missing, doubled, or no identifier where it must be one.
    #[error("the common name of the certificate is not the identifier that it must be")]
    WrongCommonName,
    /// Its organisational unit is missing, doubled, no Struct_IdNat, or present where it must be absent.
    #[error("the organisational unit of the certificate is not the structure that it must be")]
    WrongOrganisationalUnit,
    /// Its issuer issues no certificates of its kind.
    #[error("the authority that issued the certificate issues none of its kind")]
    WrongIssuer,
    /// The directory does not know the person.
    #[error("the professional is not in the directory")]
    NotRegistered,
    /// The directory knows the person, without any place of practice.
    #[error("the professional has no activity in the directory")]
    Ended,
    /// The directory knows several professions of the person, and nothing tells in which one the person acts.
    #[error("the professional has several professions in the directory")]
    AmbiguousProfession,
    /// The issuer of a token tells another profession than the directory.
    #[error("the issuer tells another profession than the directory")]
    ProfessionContradicted,
    /// The directory does not know the person at the structure from which the call comes.
    #[error("the professional does not practise at the calling structure")]
    NotAtStructure,
    /// The directory does not know the structure.
    #[error("the structure is not in the directory")]
    UnknownStructure,
}

impl Unidentified {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::MalformedCertificate,
        Self::ServerCertificate,
        Self::NoClientAuth,
        Self::WrongCommonName,
        Self::WrongOrganisationalUnit,
        Self::WrongIssuer,
        Self::NotRegistered,
        Self::Ended,
        Self::AmbiguousProfession,
        Self::ProfessionContradicted,
        Self::NotAtStructure,
        Self::UnknownStructure,
    ];

    /// The permanent word for journal, metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MalformedCertificate => "malformed-certificate",
            Self::ServerCertificate => "server-certificate",
            Self::NoClientAuth => "no-client-auth",
            Self::WrongCommonName => "wrong-common-name",
            Self::WrongOrganisationalUnit => "wrong-organisational-unit",
            Self::WrongIssuer => "wrong-issuer",
            Self::NotRegistered => "not-registered",
            Self::Ended => "ended",
            Self::AmbiguousProfession => "ambiguous-profession",
            Self::ProfessionContradicted => "profession-contradicted",
            Self::NotAtStructure => "not-at-structure",
            Self::UnknownStructure => "unknown-structure",
        }
    }

    /// What whoever reads the log can do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::MalformedCertificate => "the client needs a certificate that follows the profile of IGC-Santé",
            Self::ServerCertificate => {
                "the client needs a certificate for clients, or its server belongs in identity.servers"
            }
            Self::NoClientAuth => "the client needs a certificate for client authentication (AUTH_CLI)",
            Self::WrongCommonName => "the common name must be the PS_IdNat of a card, with a right key",
            Self::WrongOrganisationalUnit => {
                "the organisational unit must be the Struct_IdNat of the structure, and a CPS has none"
            }
            Self::WrongIssuer => {
                "cards come from identity.person_issuers, organisations' certificates from identity.organisation_issuers"
            }
            Self::NotRegistered => "the professional must be in the directory: fetch a new extraction",
            Self::Ended => "the professional needs an activity in the directory: fetch a new extraction",
            Self::AmbiguousProfession => "the directory must tell one profession of the professional",
            Self::ProfessionContradicted => {
                "token and directory must agree on the profession: fetch a new extraction, or ask the issuer"
            }
            Self::NotAtStructure => {
                "the professional must practise at the calling structure by the directory: fetch a new extraction"
            }
            Self::UnknownStructure => {
                "the structure must be in the directory: fetch a new extraction, or check the certificate's unit"
            }
        }
    }
}

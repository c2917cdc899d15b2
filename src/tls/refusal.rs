//! Why a handshake was refused, in words for whoever reads the log.

use std::{cell::RefCell, fmt, io};

use rustls::{Error, InvalidMessage, PeerIncompatible};

use super::{blame::Blame, distrust::Distrust};
use crate::record::caller::CertificateId;

/// Why there was no handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The client's certificate.
    Certificate(Distrust),
    /// The client does not hold the key of its certificate.
    NotItsKey,
    /// What came is no TLS: most often plain HTTP.
    NotTls,
    /// No common version of the protocol.
    Version,
    /// No common cipher suite, group or signature algorithm.
    Cipher,
    /// TLS 1.2 without the extended master secret.
    MasterSecret,
    /// The client asks for another protocol than HTTP/1.1.
    Application,
    /// The client refuses this server.
    ByClient,
    /// The client went away, or never began.
    Closed,
    /// The handshake took too long.
    Timeout,
    /// The client broke the protocol.
    Broken,
}

impl Rule {
    /// All that are not of a certificate.
    pub const OTHERS: [Self; 10] = [
        Self::NotItsKey,
        Self::NotTls,
        Self::Version,
        Self::Cipher,
        Self::MasterSecret,
        Self::Application,
        Self::ByClient,
        Self::Closed,
        Self::Timeout,
        Self::Broken,
    ];

    /// The permanent word for metrics and logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certificate(distrust) => distrust.word(),
            Self::NotItsKey => "not-its-key",
            Self::NotTls => "not-tls",
            Self::Version => "protocol-version",
            Self::Cipher => "no-common-cipher",
            Self::MasterSecret => "no-extended-master-secret",
            Self::Application => "no-application-protocol",
            Self::ByClient => "refused-by-client",
            Self::Closed => "closed",
            Self::Timeout => "handshake-timeout",
            Self::Broken => "broken-handshake",
        }
    }

    /// What whoever reads the log can do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Certificate(distrust) => distrust.remedy(),
            Self::NotItsKey => "the client must sign with the key of the certificate that it sends",
            Self::NotTls => "the client speaks plain HTTP, or no TLS at all: its address must begin with https://",
            Self::Version => "the client must speak TLS 1.2 or 1.3",
            Self::Cipher => "the client must offer an ECDHE suite with AES-GCM or ChaCha20, and P-256, P-384 or X25519",
            Self::MasterSecret => {
                "the client must speak TLS 1.3, or TLS 1.2 with the extended master secret (RFC 7627)"
            }
            Self::Application => "the client must speak HTTP/1.1, or leave the protocol open",
            Self::ByClient => {
                "the client does not trust this server: give it the server's authority, and the right host name"
            }
            Self::Closed => "the client went away: see its own log",
            Self::Timeout => "the client or the network is too slow (limits.handshake_seconds)",
            Self::Broken => "the client broke the protocol: see its own log",
        }
    }

    fn of(error: &Error) -> Self {
        use InvalidMessage as M;
        if matches!(error, Error::NoCertificatesPresented) {
            Self::Certificate(Distrust::Absent)
        } else if matches!(error, Error::InvalidCertificate(_)) {
            // What is wrong with the certificate itself the verifier has told: this is the signature of the handshake.
            Self::NotItsKey
        } else if matches!(error, Error::InvalidMessage(M::InvalidContentType | M::UnknownProtocolVersion)) {
            Self::NotTls
        } else if let Error::PeerIncompatible(why) = error {
            Self::of_incompatible(why)
        } else if matches!(error, Error::NoApplicationProtocol) {
            Self::Application
        } else if matches!(error, Error::AlertReceived(_)) {
            Self::ByClient
        } else {
            Self::Broken
        }
    }

    fn of_incompatible(why: &PeerIncompatible) -> Self {
        use PeerIncompatible as P;
        if matches!(why, P::ExtendedMasterSecretExtensionRequired) {
            Self::MasterSecret
        } else if is_of_version(why) {
            Self::Version
        } else {
            Self::Cipher
        }
    }
}

const fn is_of_version(why: &PeerIncompatible) -> bool {
    use PeerIncompatible as P;
    matches!(
        why,
        P::ServerTlsVersionIsDisabledByOurConfig
            | P::SupportedVersionsExtensionRequired
            | P::Tls12NotOffered
            | P::Tls12NotOfferedOrEnabled
            | P::ServerDoesNotSupportTls12Or13
    )
}

/// One refused handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub rule: Rule,
    /// The certificate to blame, by serial number and issuer.
    pub certificate: Option<CertificateId>,
    /// What the library says, without any name of the peer's certificate.
    pub detail: Option<String>,
}

impl Refusal {
    /// A handshake that took too long.
    pub const TIMEOUT: Self = Self { rule: Rule::Timeout, certificate: None, detail: None };

    /// What ended a handshake: the verdict on the certificate, where there was one, says more than the error.
    pub fn of(error: &io::Error, blame: Option<Blame>) -> Self {
        if let Some(Blame { rule, certificate }) = blame {
            return Self { rule: Rule::Certificate(rule), certificate, detail: None };
        }
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(error) => Self { rule: Rule::of(error), certificate: None, detail: Some(detail(error)) },
            None => Self { rule: Rule::Closed, certificate: None, detail: None },
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.rule, &self.detail) {
            (Rule::Certificate(distrust), _) => write!(f, "{distrust}"),
            (_, Some(detail)) => f.write_str(detail),
            (rule, None) => f.write_str(rule.word()),
        }
    }
}

/// An error of the library, none of which names a subject here: errors of certificates are told by ourselves.
fn detail(error: &Error) -> String {
    if matches!(error, Error::InvalidCertificate(_)) {
        "the handshake is not signed by the certificate's key".to_owned()
    } else {
        error.to_string()
    }
}

tokio::task_local! {
    /// What the verifier said of the certificate in the handshake that this task makes.
    static BLAMED: RefCell<Option<Blame>>;
}

/// Makes a handshake, and tells beside its end what the verifier said of the certificate, if it refused one. The library hands on
/// an alert, and neither rule nor certificate.
pub async fn watch<T>(handshake: impl Future<Output = T>) -> (T, Option<Blame>) {
    let watched = async {
        let ended = handshake.await;
        (ended, BLAMED.with(RefCell::take))
    };
    BLAMED.scope(RefCell::default(), watched).await
}

/// Tells whoever watches this handshake.
pub(super) fn tell(blame: &Blame) {
    // Nobody watches handshakes outside a server.
    let _ = BLAMED.try_with(|cell| cell.replace(Some(blame.clone())));
}

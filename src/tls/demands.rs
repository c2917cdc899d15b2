//! What is demanded of every certificate on a path, beyond what makes a path.

use webpki::Cert;

use super::distrust::Distrust;
use crate::identity::{Authority, Hierarchy};

/// Keys of RSA are never shorter, whatever the configuration says. Source: ANSSI, guide of cryptographic mechanisms; RGS B1.
pub const RSA_FLOOR: usize = 2048;

/// What is demanded of every certificate on a path, the anchor included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demands {
    /// The hierarchy that this server serves: test and production are never mixed.
    pub hierarchy: Hierarchy,
    /// The fewest bits of an RSA key; at least [`RSA_FLOOR`].
    pub rsa_bits: usize,
}

impl Demands {
    /// What is demanded without a configuration that says more.
    pub const fn of(hierarchy: Hierarchy) -> Self {
        Self { hierarchy, rsa_bits: RSA_FLOOR }
    }

    /// Whether a leaf is strong enough. Its hierarchy is that of its issuer, an authority.
    pub(super) fn check_leaf(self, leaf: &Authority) -> Result<(), Distrust> {
        self.check_key(leaf)?;
        if leaf.is_strongly_signed { Ok(()) } else { Err(Distrust::WeakSignature) }
    }

    /// Whether an authority below an anchor is of the right hierarchy and strong enough.
    pub(super) fn check_authority(self, authority: &Authority) -> Result<(), Distrust> {
        self.check_anchor(authority)?;
        if authority.is_strongly_signed { Ok(()) } else { Err(Distrust::WeakSignature) }
    }

    /// Whether an anchor is of the right hierarchy and strong enough. Its own signature says nothing: it is trusted by itself.
    pub(super) fn check_anchor(self, anchor: &Authority) -> Result<(), Distrust> {
        if anchor.hierarchy != self.hierarchy {
            return Err(Distrust::WrongHierarchy);
        }
        self.check_key(anchor)
    }

    fn check_key(self, read: &Authority) -> Result<(), Distrust> {
        if read.key.is_strong(self.rsa_bits.max(RSA_FLOOR)) { Ok(()) } else { Err(Distrust::WeakKey) }
    }
}

/// What a certificate of a path says.
pub(super) fn read(certificate: &Cert<'_>) -> Result<Authority, Distrust> {
    Authority::read(&certificate.der()).map_err(|_| Distrust::Malformed)
}

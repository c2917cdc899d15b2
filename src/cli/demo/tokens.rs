//! The issuers of the demonstration and their tokens: the holder's front end, a stand-in for Pro Santé Connect, and structures that sign with
//! the key of their certificate.

mod claims;
mod signer;

use std::{error::Error, fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use rcgen::KeyPair;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};

pub use claims::{Asserting, of_holder, of_pro_sante_connect, of_structure, written};
pub use signer::{CannotSign, Signer, message};

use super::{
    cast::{Card, Cast, CastCaller, KeySort},
    pki::Folder,
};
use crate::identity::{Algorithm, Certificate, thumbprint};

/// The audience of every token.
pub const AUDIENCE: &str = "urn:dmp";
/// The issuer of holders' tokens.
pub const HOLDER_ISSUER: &str = "https://ens.demonstration.example";
/// The stand-in for Pro Santé Connect.
pub const PSC_ISSUER: &str = "https://psc.demonstration.example";
/// How long the tokens of both live.
pub const LIFE: SignedDuration = SignedDuration::from_hours(4);
/// How long an assertion of a structure lives.
pub const ASSERTION_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// The name of each issuer's only key.
pub const KID: &str = "demonstration";

/// A token that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("no such token: {0}")]
pub struct NoToken(&'static str);

/// The folder of a demonstration, as far as its tokens go.
#[derive(Debug, Clone, Copy)]
pub struct Mint<'a> {
    dir: &'a Path,
    cast: &'a Cast,
}

impl<'a> Mint<'a> {
    /// The mint of a demonstration whose certificates are made.
    pub const fn of(dir: &'a Path, cast: &'a Cast) -> Self {
        Self { dir, cast }
    }

    /// Makes the issuers' keys where they are missing, their key sets, and fresh tokens for everyone who needs one.
    ///
    /// # Errors
    /// A file cannot be read or written, or a key cannot be used.
    pub fn prepare(&self, now: Timestamp) -> Result<(), Box<dyn Error>> {
        let issuers = Folder::open(&self.dir.join("issuers"))?;
        for name in ["holder", "psc"] {
            let set = json!({"keys": [self.issuer(name)?.jwk(KID)]});
            issuers.write(&format!("{name}.jwks.json"), &format!("{set:#}\n"))?;
        }
        let tokens = Folder::open(&self.dir.join("tokens"))?;
        for holder in &self.cast.holders {
            tokens.write_secret(&file("ens", holder.name), self.holder("ens", holder.name, now)?.as_bytes())?;
        }
        for person in colleagues(self.cast, "hospital") {
            let token = self.pro_sante_connect("hospital", person.name, now)?;
            tokens.write_secret(&file("hospital", person.name), token.as_bytes())?;
        }
        Ok(())
    }

    /// The token of a holder behind the certificate of that front end.
    ///
    /// # Errors
    /// There is no such caller or holder.
    pub fn holder(&self, caller: &str, holder: &str, now: Timestamp) -> Result<String, Box<dyn Error>> {
        let holder = self.cast.holder(holder).ok_or(NoToken("there is no such holder"))?;
        let claims = of_holder(&holder.ins, &self.thumbprint(caller)?, now);
        Ok(self.issuer("holder")?.token(&json!({"kid": KID}), &claims)?)
    }

    /// The token of a professional behind the certificate of that structure.
    ///
    /// # Errors
    /// There is no such caller or professional.
    pub fn pro_sante_connect(&self, caller: &str, person: &str, now: Timestamp) -> Result<String, Box<dyn Error>> {
        let claims = of_pro_sante_connect(self.caller(person)?, &self.thumbprint(caller)?, now);
        Ok(self.issuer("psc")?.token(&json!({"kid": KID}), &claims)?)
    }

    /// The assertion of a structure, signed with the key of its certificate: of a professional who is present, or of nobody in person.
    ///
    /// # Errors
    /// There is no such caller, professional or holder.
    pub fn structure(
        &self,
        caller: &str,
        person: Option<&str>,
        holder: &str,
        now: Timestamp,
    ) -> Result<String, Box<dyn Error>> {
        let of = self.caller(caller)?;
        let asserting = Asserting {
            structure: &of.structure,
            person: person.map(|name| self.caller(name)).transpose()?,
            patient: &self.cast.holder(holder).ok_or(NoToken("there is no such holder"))?.ins,
        };
        let chain: Vec<String> = self.chain(caller)?.iter().take(1).map(|der| base64(der)).collect();
        let algorithm = if of.key == KeySort::Rsa { Algorithm::Rs256 } else { Algorithm::Es256 };
        let signer = signer_of(&self.dir.join("pki/clients").join(format!("{caller}.key")), algorithm)?;
        Ok(signer.token(&json!({"x5c": chain}), &of_structure(&asserting, &self.thumbprint(caller)?, now))?)
    }

    fn caller(&self, name: &str) -> Result<&'a CastCaller, NoToken> {
        self.cast.caller(name).ok_or(NoToken("there is no such caller"))
    }

    fn issuer(&self, name: &str) -> Result<Signer, Box<dyn Error>> {
        let folder = Folder::open(&self.dir.join("issuers"))?;
        let (key, _) = folder.key(&format!("{name}.key"), KeySort::Ec)?;
        Ok(Signer::of(&key.serialize_der(), Algorithm::Es256)?)
    }

    fn chain(&self, caller: &str) -> Result<Vec<CertificateDer<'static>>, Box<dyn Error>> {
        let path = self.dir.join("pki/clients").join(format!("{caller}.pem"));
        Ok(CertificateDer::pem_file_iter(path)?.collect::<Result<_, _>>()?)
    }

    fn thumbprint(&self, caller: &str) -> Result<String, Box<dyn Error>> {
        let chain = self.chain(caller)?;
        let leaf = chain.first().ok_or(NoToken("the caller has no certificate"))?;
        Ok(thumbprint(&Certificate::read(leaf)?.id.fingerprint))
    }
}

/// The file of a token, in `tokens`.
pub fn file(caller: &str, of: &str) -> String {
    format!("{caller}-{of}.jwt")
}

/// The professionals who practise at the structure of that caller.
pub fn colleagues<'a>(cast: &'a Cast, caller: &str) -> impl Iterator<Item = &'a CastCaller> {
    let structure = cast.caller(caller).map(|caller| &caller.structure);
    cast.callers
        .iter()
        .filter(move |one| matches!(one.card, Card::Professional { .. }) && Some(&one.structure) == structure)
}

/// The signer of a private key in a PEM file.
///
/// # Errors
/// The file cannot be read, or the key cannot be used with that algorithm.
pub fn signer_of(path: &Path, algorithm: Algorithm) -> Result<Signer, Box<dyn Error>> {
    let key = KeyPair::from_pem(&fs::read_to_string(path)?)?;
    Ok(Signer::of(&key.serialize_der(), algorithm)?)
}

/// The tokens of a caller for `cast.json`: whose, and where, relative to the demonstration's folder.
pub fn told(cast: &Cast, caller: &CastCaller) -> Option<Value> {
    let place = |of: &str| (of.to_owned(), Value::from(format!("tokens/{}", file(caller.name, of))));
    match (&caller.card, caller.name) {
        (Card::FrontEnd, _) => Some(cast.holders.iter().map(|holder| place(holder.name)).collect()),
        (Card::Organisation, "hospital") => Some(colleagues(cast, "hospital").map(|one| place(one.name)).collect()),
        (Card::Organisation | Card::Professional { .. } | Card::Employee { .. }, _) => None,
    }
}

fn base64(der: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(der)
}

//! Page cursors: opaque, sealed with the host's secret, and worth something only to the caller to whom they were given. A cursor
//! carries its whole query, so that the address of the next page tells no identity.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::record::{caller::Caller, query::PageMark};

/// The key of all cursors of one host: they survive a restart.
pub struct CursorKey(RandomizedNonceKey);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

/// Why a cursor is worth nothing. One word for all reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not valid for this caller")]
pub struct WorthlessCursor;

/// What a cursor carries.
#[derive(Debug, Serialize, Deserialize)]
struct Carried {
    pairs: Vec<(String, String)>,
    mark: PageMark,
}

impl CursorKey {
    /// The key made of the host's secret.
    ///
    /// # Errors
    /// The cryptographic library refuses the key.
    pub fn new(secret: &[u8; 32]) -> Result<Self, WorthlessCursor> {
        RandomizedNonceKey::new(&AES_256_GCM, secret).map(Self).map_err(|_| WorthlessCursor)
    }

    /// The cursor that goes on with that query after that mark.
    ///
    /// # Errors
    /// The cryptographic library fails.
    pub fn seal(
        &self,
        caller: &Caller,
        kind: &str,
        pairs: &[(String, String)],
        mark: PageMark,
    ) -> Result<String, WorthlessCursor> {
        let carried = Carried { pairs: pairs.to_vec(), mark };
        let mut bytes = serde_json::to_vec(&carried).map_err(|_| WorthlessCursor)?;
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(bearer(caller, kind)), &mut bytes)
            .map_err(|_| WorthlessCursor)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &bytes].concat()))
    }

    /// The query and mark of a cursor.
    ///
    /// # Errors
    /// It is no cursor of this host, or another caller's, or of a search of another type.
    pub fn open(
        &self,
        caller: &Caller,
        kind: &str,
        cursor: &str,
    ) -> Result<(Vec<(String, String)>, PageMark), WorthlessCursor> {
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| WorthlessCursor)?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN).ok_or(WorthlessCursor)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WorthlessCursor)?;
        let plain =
            self.0.open_in_place(nonce, Aad::from(bearer(caller, kind)), sealed).map_err(|_| WorthlessCursor)?;
        let carried: Carried = serde_json::from_slice(plain).map_err(|_| WorthlessCursor)?;
        Ok((carried.pairs, carried.mark))
    }
}

/// To whom and to which search a cursor belongs: the type, the person, the structures.
fn bearer(caller: &Caller, kind: &str) -> Vec<u8> {
    let person = caller.who.person().map_or("", |person| person.as_str());
    let structures: Vec<&str> = caller.who.structures().iter().map(|structure| structure.as_str()).collect();
    format!("{kind}\n{person}\n{}", structures.join("\n")).into_bytes()
}

#[cfg(test)]
mod tests;

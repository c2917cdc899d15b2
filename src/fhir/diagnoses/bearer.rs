//! The diagnoses of tokens, `DMP-0740` to `DMP-0759`. A code never changes its meaning.

use crate::fhir::issue::diagnoses;

diagnoses! {
    /// No token where one is needed.
    TOKEN_NEEDED = "DMP-0740", Login, "this certificate calls only with a token in Authorization: Bearer";
    /// A header that cannot be read.
    TOKEN_HEADER = "DMP-0741", Invalid, "Authorization must stand once and be Bearer and one token";
    /// No token that can be read.
    TOKEN_MALFORMED = "DMP-0742", Login, "the token is no signed JWT, or longer than 16 KiB, or an opaque one that nobody here can ask about";
    /// Whose token it is.
    TOKEN_ISSUER = "DMP-0743", Login, "the token's issuer is not one that may vouch for callers with your certificate";
    /// How it is signed.
    TOKEN_ALGORITHM = "DMP-0744", Login, "the token's algorithm is not one that its issuer may use";
    /// By which key.
    TOKEN_KEY = "DMP-0745", Login, "the token's issuer has no such key, or one of another sort than the token's algorithm";
    /// A signature that does not hold.
    TOKEN_SIGNATURE = "DMP-0746", Login, "the token's signature does not hold";
    /// The certificate that signed.
    TOKEN_CERTIFICATE = "DMP-0747", Login, "the certificate in x5c is missing, not trusted, or not one of your structure";
    /// A claim.
    TOKEN_CLAIM = "DMP-0748", Login, "a claim of the token is missing or not what it must be";
    /// Over.
    TOKEN_EXPIRED = "DMP-0749", Expired, "the token has expired";
    /// Not yet.
    TOKEN_NOT_YET = "DMP-0750", Login, "the token is not valid yet: compare your clock";
    /// Too long.
    TOKEN_LIFE = "DMP-0751", Login, "the token lives longer than a token of its kind may";
    /// Another certificate's.
    TOKEN_UNBOUND = "DMP-0752", Login, "the token is not bound to the certificate of this connection (cnf, x5t#S256)";
    /// Used.
    TOKEN_REPLAYED = "DMP-0753", Login, "the assertion was used before: each serves one request";
    /// Withdrawn.
    TOKEN_INACTIVE = "DMP-0754", Login, "the token's issuer says that it is not active";
    /// Too little.
    TOKEN_SCOPE = "DMP-0755", Forbidden, "the token has not the scope that this calls for";
    /// The issuer is away.
    ISSUER_UNAVAILABLE = "DMP-0756", Transient, "the token's issuer cannot be asked now; come back";
    /// Too many questions wait.
    ISSUER_BUSY = "DMP-0759", Transient, "too many questions to the token's issuer wait already; come back";
    /// The host cannot note it.
    ASSERTION_NOT_NOTED = "DMP-0757", Transient, "it cannot be noted now that the assertion is used; come back";
    /// Whom it names.
    TOKEN_SUBJECT = "DMP-0758", Forbidden, "the directory does not know whom the token names at your structure, or not in one way";
}

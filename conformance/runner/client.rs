//! Callers over mutual TLS.

use std::{collections::BTreeMap, error::Error, path::Path, sync::Arc, time::Duration};

use reqwest::{Method, header::HeaderMap};
use rustls::{
    ClientConfig, RootCertStore,
    client::WantsClientCert,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde_json::Value;

use super::{
    Fault,
    check::Unmet,
    roles::{Role, Roles},
    xml,
};

/// The caller without a certificate.
pub const NOBODY: &str = "nobody";

/// One client for each role.
pub struct Clients {
    by_role: BTreeMap<String, reqwest::Client>,
    tokens: BTreeMap<String, Vec<Token>>,
}

/// The token of a role for one holder.
struct Token {
    matricule: String,
    is_default: bool,
    text: String,
}

/// A request, ready to be sent.
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub address: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
    /// What names the record of the case, for a request that names no holder.
    pub about: String,
}

/// An answer, whole.
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
    resource: Result<Value, String>,
}

/// Why there is no answer.
pub struct Unanswered {
    /// Whether TLS said so, by an alert or because it could not agree.
    pub by_tls: bool,
    /// In words.
    pub why: String,
}

impl Clients {
    /// Makes the clients. A role whose files are missing is an error: a case would fail for the wrong reason.
    ///
    /// # Errors
    /// A certificate or key cannot be read or used.
    pub fn of(roles: &Roles, authority: &Path, patience: Duration) -> Result<Self, Fault> {
        let (mut by_role, mut tokens) = (BTreeMap::new(), BTreeMap::new());
        for (name, role) in &roles.roles {
            tokens.insert(name.clone(), tokens_of(roles, role)?);
            by_role.insert(name.clone(), built(certified(authority, role)?, patience)?);
        }
        by_role.insert(NOBODY.to_owned(), built(trusting(authority)?.with_no_client_auth(), patience)?);
        Ok(Self { by_role, tokens })
    }

    /// Whether there is such a role.
    pub fn know(&self, role: &str) -> bool {
        self.by_role.contains_key(role)
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn send(&self, role: &str, asked: &Asked) -> Result<Answer, Unanswered> {
        let missing = || Unanswered { by_tls: false, why: format!("there is no role {role}") };
        let client = self.by_role.get(role).ok_or_else(missing)?;
        let mut request = client.request(asked.method.clone(), &asked.address);
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        if let Some(token) = self.token(role, asked) {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &asked.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.map_err(|error| Unanswered::of(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.map_err(|error| Unanswered::of(&error))?.to_vec();
        Ok(Answer::new(status, headers, bytes))
    }
}

impl Clients {
    /// The token of a role for the holder whom the request names first, or else the case; where none is named the default.
    fn token(&self, role: &str, asked: &Asked) -> Option<&str> {
        let tokens = self.tokens.get(role)?;
        let said = format!("{}\n{}\n{}", asked.address, asked.body.as_deref().unwrap_or_default(), asked.about);
        let named = tokens.iter().filter_map(|token| Some((said.find(&token.matricule)?, token)));
        let first = named.min_by_key(|(place, _)| *place).map(|(_, token)| token);
        let is_asked = asked.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let token = first.or_else(|| tokens.iter().find(|token| token.is_default)).filter(|_| !is_asked);
        token.map(|token| token.text.as_str())
    }
}

/// The tokens of a role, as far as they are holders'.
fn tokens_of(roles: &Roles, role: &Role) -> Result<Vec<Token>, Fault> {
    let known = role.tokens.iter().filter_map(|(name, path)| Some((name, roles.holders.get(name)?, path)));
    let read = known.map(|(name, holder, path)| {
        let text = std::fs::read_to_string(path).map_err(|error| Fault::at(path.display(), error))?;
        Ok(Token { matricule: holder.ins.clone(), is_default: name == "open", text: text.trim().to_owned() })
    });
    read.collect()
}

impl Unanswered {
    fn of(error: &reqwest::Error) -> Self {
        let mut by_tls = false;
        let mut words = Vec::new();
        let mut cause: Option<&dyn Error> = Some(error);
        while let Some(error) = cause {
            by_tls |= error.downcast_ref::<rustls::Error>().is_some();
            let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            by_tls |= inner.is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some());
            words.push(error.to_string());
            cause = error.source();
        }
        words.dedup();
        Self { by_tls, why: words.join(": ") }
    }
}

impl Answer {
    fn new(status: u16, headers: HeaderMap, bytes: Vec<u8>) -> Self {
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let resource = match kind.split(';').next().unwrap_or_default().trim() {
            kind if kind.ends_with("json") => serde_json::from_str(&text).map_err(|error| error.to_string()),
            kind if kind.ends_with("xml") => xml::read(&text),
            kind => Err(format!("{kind} is no media type of FHIR")),
        };
        Self { status, headers, bytes, resource }
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as a resource, whatever its format.
    ///
    /// # Errors
    /// It is none.
    pub fn resource(&self) -> Result<&Value, Unmet> {
        self.resource.as_ref().map_err(|why| Unmet::of("a FHIR resource", "JSON or XML", why.clone()))
    }

    /// What an OperationOutcome says, or the beginning of the body.
    pub fn summary(&self) -> String {
        let issues = self.resource.as_ref().ok().and_then(|body| body.get("issue")).and_then(Value::as_array);
        let tell = |issue: &Value| {
            let text = |place: &str| issue.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (code, at) = (text("/details/coding/0/code"), text("/expression/0"));
            format!("{} {code} {at} {}", text("/code"), text("/diagnostics"))
        };
        match issues {
            Some(issues) => issues.iter().map(tell).collect::<Vec<_>>().join("; "),
            None => self.text().chars().take(200).collect(),
        }
    }
}

fn built(config: ClientConfig, patience: Duration) -> Result<reqwest::Client, Fault> {
    let builder = reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().timeout(patience);
    builder.redirect(reqwest::redirect::Policy::none()).build().map_err(|error| Fault::at("TLS", error))
}

fn certified(authority: &Path, role: &Role) -> Result<ClientConfig, Fault> {
    let wrong = |path: &Path, error: &dyn std::fmt::Display| Fault::at(path.display(), error);
    let chain = certificates(&role.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&role.key).map_err(|error| wrong(&role.key, &error))?;
    trusting(authority)?.with_client_auth_cert(chain, key).map_err(|error| wrong(&role.certificate, &error))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let wrong = |error: rustls::pki_types::pem::Error| Fault::at(path.display(), format!("{error:?}"));
    CertificateDer::pem_file_iter(path).map_err(wrong)?.collect::<Result<_, _>>().map_err(wrong)
}

fn trusting(authority: &Path) -> Result<rustls::ConfigBuilder<ClientConfig, WantsClientCert>, Fault> {
    let mut roots = RootCertStore::empty();
    for anchor in certificates(authority)? {
        roots.add(anchor).map_err(|error| Fault::at(authority.display(), error))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(|error| Fault::at("TLS", error))?.with_root_certificates(roots))
}

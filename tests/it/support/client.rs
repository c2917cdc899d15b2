//! A client over mutual TLS.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde_json::Value;

use super::Demo;

/// The media type of FHIR in JSON.
pub const FHIR_JSON: &str = "application/fhir+json";
/// The media type of FHIR in XML.
pub const FHIR_XML: &str = "application/fhir+xml";
/// The media type of JSON Patch.
pub const JSON_PATCH: &str = "application/json-patch+json";
/// The media type of XML Patch.
pub const XML_PATCH: &str = "application/xml-patch+xml";

/// A client with one caller's certificate.
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// The tokens of the holder's front end: for the holder whom a request names, and for `open` where it names none.
    tokens: Vec<(String, String)>,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The codes of the OperationOutcome's issues.
    pub fn codes(&self) -> Vec<String> {
        let outcome = self.json();
        assert_eq!(outcome["resourceType"], "OperationOutcome", "{outcome}");
        let issues = outcome["issue"].as_array().unwrap();
        issues.iter().map(|issue| issue["details"]["coding"][0]["code"].as_str().unwrap().to_owned()).collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The id of the resource in the body.
    pub fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.text())).to_owned()
    }

    /// The entries of the Bundle in the body.
    pub fn entries(&self) -> Vec<Value> {
        self.json()["entry"].as_array().cloned().unwrap_or_default()
    }

    /// The ids of the resources in the entries of the Bundle.
    pub fn ids(&self) -> Vec<String> {
        self.entries().iter().filter_map(|entry| entry["resource"]["id"].as_str().map(str::to_owned)).collect()
    }

    /// The link of that relation.
    pub fn link(&self, relation: &str) -> Option<String> {
        let links = self.json()["link"].as_array()?.clone();
        links.iter().find(|link| link["relation"] == relation).map(|link| link["url"].as_str().unwrap().to_owned())
    }

    /// Checks the status, showing the body where it is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}

impl Client {
    /// The client of a caller of that demonstration.
    pub fn of(demo: &Demo, caller: &str) -> Self {
        let (chain, key) = card(demo, caller);
        let config = trusting(demo).with_client_auth_cert(chain, key).unwrap();
        Self { tokens: tokens_of(demo, demo.caller(caller)), ..Self::with(config, &demo.base) }
    }

    /// The same client, for that holder where a request names none.
    pub fn acting_for(mut self, demo: &Demo, holder: &str) -> Self {
        let (_, matricule) = demo.holder(holder);
        self.tokens.sort_by_key(|(own, _)| *own != matricule);
        self
    }

    /// The same client without a token of its own.
    pub fn without_token(self) -> Self {
        Self { tokens: Vec::new(), ..self }
    }

    /// The same client with that token in every request.
    pub fn with_token(self, token: &str) -> Self {
        Self { tokens: vec![(String::new(), token.to_owned())], ..self }
    }

    /// A client without a certificate.
    pub fn nobody(demo: &Demo) -> Self {
        Self::with(trusting(demo).with_no_client_auth(), &demo.base)
    }

    fn with(config: ClientConfig, base: &str) -> Self {
        let http = reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap();
        Self { http, base: base.to_owned(), tokens: Vec::new() }
    }

    /// A request to a path under the base, or to a whole address.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_of(method, path, &[])
    }

    /// A request that will have that body.
    fn request_of(&self, method: Method, path: &str, body: &[u8]) -> RequestBuilder {
        let address = if path.starts_with("https://") { path.to_owned() } else { format!("{}{path}", self.base) };
        let said = format!("{address}\n{}", String::from_utf8_lossy(body));
        let named = self.tokens.iter().filter_map(|(holder, token)| Some((said.find(holder)?, token)));
        let token = named.min_by_key(|(place, _)| *place).map(|(_, token)| token);
        let request = self.http.request(method, address);
        match token.or(self.tokens.first().map(|(_, token)| token)) {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// POST of a FHIR resource.
    pub async fn post(&self, path: &str, resource: &Value) -> Answer {
        self.post_text(path, resource.to_string()).await
    }

    /// POST of a text that claims to be FHIR JSON.
    pub async fn post_text(&self, path: &str, text: impl Into<Vec<u8>>) -> Answer {
        self.send(Method::POST, path, FHIR_JSON, text).await
    }

    /// PUT of a FHIR resource.
    pub async fn put(&self, path: &str, resource: &Value) -> Answer {
        self.send(Method::PUT, path, FHIR_JSON, resource.to_string()).await
    }

    /// PATCH in JSON Patch.
    pub async fn patch(&self, path: &str, operations: &Value) -> Answer {
        self.send(Method::PATCH, path, JSON_PATCH, operations.to_string()).await
    }

    /// A search by form.
    pub async fn post_form(&self, path: &str, form: &str) -> Answer {
        self.send(Method::POST, path, "application/x-www-form-urlencoded", form).await
    }

    /// A body of that media type.
    pub async fn send(&self, method: Method, path: &str, media: &str, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        answer(self.request_of(method, path, &body).header("content-type", media).body(body)).await
    }

    /// Searches the documents of a holder; more parameters may follow.
    pub async fn search(&self, holder: &(String, String), more: &str) -> Answer {
        let (system, matricule) = holder;
        self.get(&format!("/DocumentReference?patient.identifier={system}%7C{matricule}&status=current{more}")).await
    }
}

/// Sends a request and reads the whole answer.
pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status: StatusCode::as_u16(&status), headers, body: response.bytes().await.unwrap().to_vec() }
}

/// A client of the operator's listener, which speaks clear text on loopback.
pub fn operator() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap()
}

/// The TLS configuration of a caller of that demonstration, in one version.
pub fn credentials(demo: &Demo, caller: &str, version: &'static rustls::SupportedProtocolVersion) -> ClientConfig {
    let (chain, key) = card(demo, caller);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    config.with_root_certificates(roots(demo)).with_client_auth_cert(chain, key).unwrap()
}

fn card(demo: &Demo, caller: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let caller = demo.caller(caller);
    let path = |member: &str| demo.dir().join(caller[member].as_str().unwrap());
    let chain = CertificateDer::pem_file_iter(path("certificate")).unwrap().map(Result::unwrap).collect();
    (chain, PrivateKeyDer::from_pem_file(path("key")).unwrap())
}

/// The tokens of a caller by the matricules of the holders, that of `open` first.
fn tokens_of(demo: &Demo, caller: &Value) -> Vec<(String, String)> {
    let told = caller["tokens"].as_object().cloned().unwrap_or_default();
    let holders = demo.cast["holders"].as_array().unwrap();
    let mut tokens = Vec::new();
    for holder in holders {
        let name = holder["name"].as_str().unwrap();
        let Some(path) = told.get(name) else { continue };
        let token = std::fs::read_to_string(demo.dir().join(path.as_str().unwrap())).unwrap();
        let place = if name == "open" { 0 } else { tokens.len() };
        tokens.insert(place, (holder["ins"].as_str().unwrap().to_owned(), token));
    }
    tokens
}

/// A TLS client that trusts a demonstration's authority.
pub fn trusting(demo: &Demo) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots(demo))
}

fn roots(demo: &Demo) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    for anchor in CertificateDer::pem_file_iter(demo.dir().join("pki/ca.pem")).unwrap() {
        roots.add(anchor.unwrap()).unwrap();
    }
    roots
}

//! What can be said of a client's own certificate before any server sees it.

use jiff::Timestamp;

use super::{
    check::{Finding, Severity},
    credentials::Credentials,
    demands::RSA_FLOOR,
};
use crate::identity::{Authority, Certificate, CertificateKind, Hierarchy, Unidentified, authority_name};

/// Judges a client's own certificate and its chain. The findings tell serial number and issuer, and never the subject.
pub fn judge_client(own: &Credentials, now: Timestamp) -> Vec<Finding> {
    let read: Option<Vec<Authority>> = own.chain.iter().map(|der| Authority::read(der).ok()).collect();
    let Some((chain, leaf)) = read.zip(own.chain.first()) else {
        return vec![wrong(
            Unidentified::MalformedCertificate.word(),
            "the file holds a certificate that cannot be read",
        )];
    };
    let kind = match Certificate::read(leaf) {
        Ok(certificate) => told(&certificate, &chain),
        Err(unidentified) => vec![wrong(unidentified.word(), &format!("{unidentified}: {}", unidentified.remedy()))],
    };
    let each = chain.iter().enumerate().flat_map(|(height, one)| of_one(height, one, now));
    kind.into_iter().chain(each).chain(of_chain(&chain)).collect()
}

/// Compares the certificate with the authorities that a server says it accepts, DER names; nothing where it says nothing.
pub fn judge_hints(own: &Credentials, accepted: &[Vec<u8>]) -> Option<Finding> {
    let chain: Vec<Authority> = own.chain.iter().filter_map(|der| Authority::read(der).ok()).collect();
    let leaf = chain.first()?;
    let names: Vec<(String, Hierarchy)> = accepted.iter().filter_map(|name| authority_name(name)).collect();
    if names.is_empty() {
        return None;
    }
    let (ours, list) =
        (leaf.issuer_hierarchy, names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "));
    if names.iter().all(|(_, hierarchy)| *hierarchy != ours) {
        let text = format!(
            "the certificate is of the {} hierarchy, and the server accepts another: {list}; check which certificate, or which \
             server, was meant",
            ours.word()
        );
        return Some(wrong("wrong-hierarchy", &text));
    }
    let known = |name: &Vec<u8>| chain.iter().any(|one| one.issuer == *name || one.subject == *name);
    if accepted.iter().any(known) {
        return None;
    }
    let text = format!(
        "missing-intermediate: no certificate of the file was issued by an authority that the server names ({list}); unless \
         the server knows those between, put them into the file after the certificate"
    );
    Some(Finding { severity: Severity::Warning, text })
}

fn told(certificate: &Certificate, chain: &[Authority]) -> Vec<Finding> {
    let kind = match certificate.kind {
        CertificateKind::Person { .. } => "a professional's card (CPS)",
        CertificateKind::Employee { .. } => "an employee's card (CPE)",
        CertificateKind::Organisation { .. } => "an organisation's certificate (ORG)",
        CertificateKind::Server { .. } => {
            return vec![wrong(Unidentified::ServerCertificate.word(), Unidentified::ServerCertificate.remedy())];
        }
    };
    let hierarchy = chain.first().map_or("", |leaf| leaf.issuer_hierarchy.word());
    let (id, until) = (&certificate.id, certificate.not_after);
    let text = format!("{kind} of the {hierarchy} hierarchy, {} of {:?}, until {until}", id.serial, id.issuer);
    vec![Finding { severity: Severity::Note, text }]
}

/// One certificate, so many above the leaf.
fn of_one(height: usize, one: &Authority, now: Timestamp) -> Vec<Finding> {
    let which = if height == 0 { "the certificate".to_owned() } else { format!("the authority {:?}", one.name) };
    let mut findings = Vec::new();
    if one.not_after < now {
        findings.push(wrong("expired", &format!("{which} ended at {}: renew it", one.not_after)));
    }
    if now < one.not_before {
        findings
            .push(wrong("not-yet-valid", &format!("{which} begins at {}: wait, or check the clock", one.not_before)));
    }
    if !one.key.is_strong(RSA_FLOOR) {
        findings.push(wrong("weak-key", &format!("the key of {which} is too weak: RSA has at least {RSA_FLOOR} bits")));
    }
    // Who signs itself is trusted or not, whatever its signature.
    if !one.is_strongly_signed && one.subject != one.issuer {
        findings.push(wrong("weak-signature", &format!("{which} is signed by a weak algorithm: SHA-256 at least")));
    }
    findings
}

fn of_chain(chain: &[Authority]) -> Option<Finding> {
    let linked = chain.windows(2).all(|pair| matches!(pair, [below, above] if below.issuer == above.subject));
    let text = "the file is no chain: the certificate comes first, and each is issued by the next";
    (!linked).then(|| wrong("malformed-chain", text))
}

fn wrong(rule: &str, text: &str) -> Finding {
    Finding { severity: Severity::Fatal, text: format!("{rule}: {text}") }
}

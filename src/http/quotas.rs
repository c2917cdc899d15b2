//! How much of the gateway one caller may have, and all of them together: connections, requests and filings a second, streams at once.

use std::{net::IpAddr, sync::Arc, time::Instant};

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
};

use super::{
    crowd::Crowd,
    diagnoses,
    occasion::Occasion,
    peer::Peer,
    problem::{Problem, Shape},
    rate::{Payer, Rates},
    streams::{NoPlace, Place, Streams},
};
use crate::{
    config::Limits,
    fhir::issue::Diagnosis,
    record::caller::{Caller, CertificateId, Who},
};

/// What is counted, for all workers together.
#[derive(Debug)]
pub struct Quotas {
    /// Open connections, by the client certificate's fingerprint.
    pub connections: Crowd<[u8; 32]>,
    /// Handshakes under way, by the network that they come from.
    pub handshakes: Crowd<IpAddr>,
    /// Handshakes too many, for the log.
    pub crowded: Occasion,
    /// Uploads under way.
    pub uploads: Streams,
    /// Downloads under way.
    pub downloads: Streams,
    requests: Rates,
    filings: Rates,
}

impl Quotas {
    /// The quotas of a configuration.
    pub fn of(limits: &Limits) -> Self {
        Self {
            connections: Crowd::new(limits.connections_per_peer),
            handshakes: Crowd::new(limits.handshakes_per_address),
            crowded: Occasion::default(),
            uploads: Streams::new(limits.uploads),
            downloads: Streams::new(limits.downloads),
            requests: Rates::new(limits.requests_per_second, limits.burst),
            filings: Rates::new(limits.filings_per_second, limits.filings_burst),
        }
    }

    /// Counts a request, as a filing too where it is one.
    ///
    /// # Errors
    /// 429, with the time after which to come back.
    pub fn admit(&self, payer: &Payer, request: &HttpRequest, shape: Shape) -> Result<(), Problem> {
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let now = Instant::now();
        let throttled = |diagnosis| move |wait| Problem::of(StatusCode::TOO_MANY_REQUESTS, diagnosis).after(wait);
        self.requests.take(payer.clone(), agent, now).map_err(throttled(diagnoses::TOO_OFTEN))?;
        if shape.is_of_filing() {
            // What the software calls itself counts for nothing here: a new name would buy a new bucket.
            self.filings.take(payer.clone(), "", now).map_err(throttled(diagnoses::FILED_TOO_OFTEN))?;
        }
        Ok(())
    }

    /// Counts an entry of a batch, as the request that it stands for.
    ///
    /// # Errors
    /// As [`Quotas::admit`].
    pub fn admit_entry(&self, caller: &Caller) -> Result<(), Problem> {
        let taken = self.requests.take(payer(Some(caller), &caller.certificate), "", Instant::now());
        taken.map_err(|wait| Problem::of(StatusCode::TOO_MANY_REQUESTS, diagnoses::TOO_OFTEN).after(wait))
    }

    /// Counts a request about no record, on the account of the connection's certificate.
    ///
    /// # Errors
    /// As [`Quotas::admit`].
    pub fn admit_to_nothing(&self, request: &HttpRequest) -> Result<(), Problem> {
        let Some(peer) = request.conn_data::<Arc<Peer>>() else { return Ok(()) };
        self.admit(&Payer::Certificate(peer.certificate.fingerprint), request, Shape::Search)
    }

    /// A place for an upload.
    ///
    /// # Errors
    /// 429 where the caller has its share, 503 where all are taken.
    pub async fn upload(&self, caller: &CertificateId) -> Result<Place, Problem> {
        self.uploads.take(caller).await.map_err(no_place(diagnoses::TOO_MANY_UPLOADS, diagnoses::NO_UPLOAD_PLACE))
    }

    /// A place for a download.
    ///
    /// # Errors
    /// As [`Quotas::upload`].
    pub async fn download(&self, caller: &CertificateId) -> Result<Place, Problem> {
        self.downloads.take(caller).await.map_err(no_place(diagnoses::TOO_MANY_DOWNLOADS, diagnoses::NO_DOWNLOAD_PLACE))
    }
}

fn no_place(of_caller: Diagnosis, of_all: Diagnosis) -> impl FnOnce(NoPlace) -> Problem {
    move |none| match none {
        NoPlace::OfCaller => Problem::of(StatusCode::TOO_MANY_REQUESTS, of_caller),
        NoPlace::OfAll => Problem::of(StatusCode::SERVICE_UNAVAILABLE, of_all),
    }
}

/// On whose account a caller's requests go: on the structure's, where a structure's certificate speaks, else on the certificate's own.
/// Whoever is nobody pays by the certificate.
pub fn payer(caller: Option<&Caller>, certificate: &CertificateId) -> Payer {
    match caller.map(|caller| &caller.who) {
        Some(Who::Delegate { structure, .. } | Who::Organisation { structure } | Who::HolderFrontEnd { structure }) => {
            Payer::Structure(structure.clone())
        }
        Some(Who::Professional(_)) | None => Payer::Certificate(certificate.fingerprint),
    }
}

/// The network of an address: an IPv6 network is given out whole, so that its addresses count as one.
pub fn network(address: IpAddr) -> IpAddr {
    const SUBNET: u128 = !0 << 64;
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & SUBNET).into()),
    }
}

#[cfg(test)]
mod tests;

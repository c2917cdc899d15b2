//! On what a request rests: the certificate of its connection, and the token that came with it. Both are judged when the request begins,
//! and again at each question that it asks: a body may come slowly, and a batch be read slowly.

use std::sync::Arc;

use actix_web::http::StatusCode;
use jiff::Timestamp;

use super::{
    bearer::{Brought, Refused, World},
    diagnoses,
    edge::Edge,
    no_caller::NoCaller,
    peer::Peer,
    problem::{Problem, Shape},
};
use crate::{identity::identify_by_token, journal::Trace, record::caller::Caller};

/// What makes somebody the caller of a request.
#[derive(Debug, Clone)]
pub struct Warrant {
    peer: Arc<Peer>,
    brought: Option<Arc<Brought>>,
}

/// Why nobody calls, or nobody any more.
#[derive(Debug)]
pub enum Turned {
    /// The certificate makes nobody a caller.
    Away(NoCaller),
    /// The token is refused to whom the certificate proves.
    WithToken(Refused, Box<Caller>),
    /// The directory knows something else of the caller than when the request began.
    Changed(Box<Caller>),
}

impl From<NoCaller> for Turned {
    fn from(nobody: NoCaller) -> Self {
        Self::Away(nobody)
    }
}

impl Warrant {
    /// Who calls over the connection of that peer, with that token.
    ///
    /// # Errors
    /// Why nobody does.
    pub async fn of(
        peer: Arc<Peer>,
        token: Result<Option<String>, Refused>,
        edge: &Edge,
        at: Timestamp,
    ) -> Result<(Caller, Self), Turned> {
        let by_certificate = peer.vouched_at(at).await?;
        let refused = |refused| Turned::WithToken(refused, Box::new(by_certificate.clone()));
        let token = token.map_err(refused)?;
        let directory = edge.directory.current();
        let world = World { directory: &directory, host: edge.gateway.host() };
        let admitted = edge.bearer.admit(token.as_deref(), &peer, by_certificate.clone(), world, at).await;
        let (caller, brought) = admitted.map_err(refused)?;
        Ok((caller, Self { peer, brought: brought.map(Arc::new) }))
    }

    /// Whether the caller is still that caller.
    ///
    /// # Errors
    /// Why not.
    pub async fn still_makes(&self, caller: &Caller, edge: &Edge, at: Timestamp) -> Result<(), Turned> {
        let by_certificate = self.peer.vouched_at(at).await?;
        let now = match &self.brought {
            None => Ok(by_certificate.clone()),
            Some(brought) => self.by_token(brought, by_certificate.clone(), edge, at).await,
        };
        match now {
            Ok(now) if now == *caller => Ok(()),
            Ok(_) => Err(Turned::Changed(Box::new(by_certificate))),
            Err(refused) => Err(Turned::WithToken(refused, Box::new(by_certificate))),
        }
    }

    async fn by_token(
        &self,
        brought: &Brought,
        by_certificate: Caller,
        edge: &Edge,
        at: Timestamp,
    ) -> Result<Caller, Refused> {
        edge.bearer.still(brought, &self.peer, &by_certificate, at).await?;
        let directory = edge.directory.current();
        identify_by_token(by_certificate, brought.assertion.clone(), &directory).map_err(Refused::Unidentified)
    }

    /// The peer of the connection.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }
}

impl Turned {
    /// Says so in log, metrics and journal; what the caller is told: 403; of tokens 400, 401, 403 and 503; 503 where the journal cannot be
    /// written, or the directory changed.
    pub async fn told(self, peer: &Peer, edge: &Edge, trace: &Trace, shape: Shape) -> Problem {
        let at = edge.clock.now();
        let (written, problem) = match self {
            Self::Away(nobody) => {
                tell_away(nobody, peer);
                (edge.gateway.turn_away(&peer.certificate, at, nobody.word(), trace).await, nobody.problem())
            }
            // The line names whom the certificate proves: who tries tokens that are not theirs is to be found.
            Self::WithToken(refused, by) => {
                tell_token(refused, peer, trace);
                (edge.gateway.reject(&by, at, refused.word(), trace).await, refused.problem())
            }
            Self::Changed(by) => {
                let problem = Problem::of(StatusCode::SERVICE_UNAVAILABLE, diagnoses::CALLER_CHANGED);
                (edge.gateway.reject(&by, at, problem.code(), trace).await, problem)
            }
        };
        written.map_or_else(|fault| Problem::of_fault(&fault, shape), |()| problem)
    }
}

/// Says that the certificate makes nobody a caller now.
pub fn tell_away(nobody: NoCaller, peer: &Peer) {
    metrics::counter!("dmp_callers_refused_total", "rule" => nobody.word()).increment(1);
    peer.tell(nobody);
}

/// The one line in the log of a refused token: which certificate, which rule, and nothing of the token but the name of a claim.
fn tell_token(refused: Refused, peer: &Peer, trace: &Trace) {
    metrics::counter!("dmp_tokens_total", "outcome" => refused.word()).increment(1);
    tracing::warn!(request.id = %trace.request, certificate.serial = %peer.certificate.serial,
        certificate.issuer = %peer.certificate.issuer, reason = refused.word(), claim = refused.claim(), "token refused");
}

//! One request from a caller: who it is, how it came, and the one way to ask the gateway.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, http::StatusCode, web::Data};
use jiff::Timestamp;

use super::{
    bearer::{Refused, token_of},
    diagnoses,
    edge::Edge,
    form,
    format::Acceptance,
    peer::Peer,
    problem::{Problem, Shape},
    quotas::payer,
    warrant::{Warrant, tell_away},
};
use crate::{
    hds::{Found, Thing},
    journal::Trace,
    record::{
        access::{Act, Question},
        caller::Caller,
        code::Identifier,
        document::DocumentId,
        identity::Ins,
    },
};

/// The request's id, made by the edge.
#[derive(Debug, Clone, Copy)]
pub struct RequestId {
    /// Given here.
    pub own: uuid::Uuid,
    /// Given by the caller, where it gave one.
    pub of_caller: Option<uuid::Uuid>,
}

/// One request from an identified caller.
#[derive(Debug, Clone)]
pub struct Visit {
    /// What requests share.
    pub edge: Data<Edge>,
    /// Who.
    pub caller: Caller,
    /// By what; nothing for what the program does itself.
    pub(super) warrant: Option<Warrant>,
    /// How.
    pub trace: Trace,
    /// On what the status of its faults depends.
    pub shape: Shape,
    /// When.
    pub at: Timestamp,
    /// What it says of media types.
    pub acceptance: Acceptance,
}

impl Visit {
    /// Lets a caller in, by certificate and token, or turns away who is none, for the journal to remember.
    ///
    /// # Errors
    /// 403; of tokens 400, 401, 403 and 503; 503 where the journal cannot be written.
    pub async fn begin(
        edge: &Data<Edge>,
        request: &HttpRequest,
        transaction: &str,
        shape: Shape,
    ) -> Result<Self, Problem> {
        let (at, trace) = (edge.clock.now(), trace_of(request, transaction));
        let peer = request.conn_data::<Arc<Peer>>().cloned().ok_or_else(internal)?;
        // Before anything else, and without a line: it would cost what the limit is to spare.
        edge.quotas.admit(&payer(peer.caller_at(at).ok().as_ref(), &peer.certificate), request, shape)?;
        let token = if form::has_token(request.query_string()) {
            Err(Refused::Header)
        } else {
            token_of(request.headers()).map(|token| token.map(str::to_owned))
        };
        let judged = judged(edge.clone(), peer, token, trace.clone(), at, shape);
        // In a task of its own: whoever goes away while an issuer is asked leaves a line all the same, and what it said is kept.
        let (caller, warrant) = actix_web::rt::spawn(judged).await.unwrap_or_else(|_| Err(internal()))?;
        let acceptance = Acceptance::of(request);
        Ok(Self { edge: edge.clone(), caller, warrant: Some(warrant), trace, shape, at, acceptance })
    }

    /// Whether the caller is one still: what the request asks now, it asks by what holds now.
    ///
    /// # Errors
    /// As [`Visit::begin`].
    pub(super) async fn stands(&self) -> Result<(), Problem> {
        let Some(warrant) = &self.warrant else { return Ok(()) };
        match warrant.still_makes(&self.caller, &self.edge, self.edge.clock.now()).await {
            Ok(()) => Ok(()),
            Err(turned) => Err(turned.told(warrant.peer(), &self.edge, &self.trace, self.shape).await),
        }
    }

    /// Records a request that is no proper question, and gives the problem back.
    pub async fn reject(&self, problem: Problem) -> Problem {
        match self.edge.gateway.reject(&self.caller, self.edge.clock.now(), problem.code(), &self.trace).await {
            Ok(()) => problem,
            Err(fault) => Problem::of_fault(&fault, self.shape),
        }
    }

    /// Asks to do that in that record.
    ///
    /// # Errors
    /// What the caller is told instead.
    pub async fn ask(&self, act: Act, holder: Option<Ins>) -> Result<Found, Problem> {
        self.stands().await?;
        match self.edge.gateway.answer(self.question(act, holder), &self.trace).await {
            Ok(released) => Ok(released.into_inner()),
            Err(fault) => Err(self.problem_of(&fault)),
        }
    }

    /// What would be asked, at this instant.
    pub(super) fn question(&self, act: Act, holder: Option<Ins>) -> Arc<Question> {
        Arc::new(Question {
            caller: self.caller.clone(),
            act,
            holder,
            purpose: self.caller.purpose(),
            at: self.edge.clock.now(),
            takes: self.acceptance.content_taken(),
        })
    }

    /// Asks for a document by its id: the record in which it lies is found for the decision alone.
    ///
    /// # Errors
    /// What the caller is told instead.
    pub async fn ask_of(&self, document: DocumentId, act: Act) -> Result<Found, Problem> {
        let holder = match self.edge.gateway.host().holder_of(document).await {
            Ok(holder) => holder,
            Err(fault) => return Err(self.problem_of(&crate::gateway::Fault::Unavailable(fault.into()))),
        };
        self.ask(act, holder).await
    }

    /// Whose record holds the document of that business identifier, for the decision alone.
    ///
    /// # Errors
    /// 503.
    pub async fn holder_called(&self, name: &Identifier) -> Result<Option<Ins>, Problem> {
        let found = self.edge.gateway.host().holder_called(name, &self.caller.who).await;
        found.map_err(|fault| self.problem_of(&crate::gateway::Fault::Unavailable(fault.into())))
    }

    /// Whose record holds a list, a consent, a care team or a trace, for the decision alone.
    ///
    /// # Errors
    /// 503.
    pub async fn holder_of_thing(&self, thing: Thing) -> Result<Option<Ins>, Problem> {
        let found = self.edge.gateway.host().holder_of_thing(thing).await;
        found.map_err(|fault| self.problem_of(&crate::gateway::Fault::Unavailable(fault.into())))
    }

    /// Asks for a list, a consent, a care team or a trace by its id, as [`Visit::ask_of`]; with what was found comes whose it is.
    ///
    /// # Errors
    /// What the caller is told instead.
    pub async fn ask_of_thing(&self, thing: Thing, act: Act) -> Result<(Found, Option<Ins>), Problem> {
        let holder = self.holder_of_thing(thing).await?;
        Ok((self.ask(act, holder.clone()).await?, holder))
    }

    /// Another request of the same caller that came with this one, such as an entry of a batch; it has an id and a line of its own.
    #[must_use]
    pub fn another(&self, transaction: &str, shape: Shape, raw: &str, acceptance: Acceptance) -> Self {
        let trace = Trace {
            request: Edge::new_id(),
            correlation: self.trace.correlation,
            transaction: transaction.to_owned(),
            raw: format!("{} ({raw})", self.trace.raw),
            peer: self.trace.peer,
        };
        Self { trace, shape, acceptance, at: self.edge.clock.now(), ..self.clone() }
    }

    pub(super) fn problem_of(&self, fault: &crate::gateway::Fault) -> Problem {
        if let crate::gateway::Fault::Unavailable(source) = fault {
            tracing::error!(request.id = %self.trace.request, cause = %chain(source.as_ref()), "unavailable");
        }
        Problem::of_fault(fault, self.shape)
    }
}

/// An error with all that lies beneath it, for the log. The errors of host and journal carry no personal datum.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

async fn judged(
    edge: Data<Edge>,
    peer: Arc<Peer>,
    token: Result<Option<String>, Refused>,
    trace: Trace,
    at: Timestamp,
    shape: Shape,
) -> Result<(Caller, Warrant), Problem> {
    match Warrant::of(Arc::clone(&peer), token, &edge, at).await {
        Ok(both) => Ok(both),
        Err(turned) => Err(turned.told(&peer, &edge, &trace, shape).await),
    }
}

/// Lets a request through that is about no record: it is counted, and the certificate of its connection must stand.
///
/// # Errors
/// 429; 403.
pub async fn pass(edge: &Edge, request: &HttpRequest) -> Result<(), Problem> {
    edge.quotas.admit_to_nothing(request)?;
    let peer = request.conn_data::<Arc<Peer>>().ok_or_else(internal)?;
    match peer.vouched_at(edge.clock.now()).await {
        Err(nobody) if nobody.is_of_certificate() => {
            tell_away(nobody, peer);
            Err(nobody.problem())
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn internal() -> Problem {
    Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL)
}

/// The request as it came, without a token, for which an address is no place.
fn raw_of(request: &HttpRequest) -> String {
    let uri = request.uri();
    match uri.query() {
        Some(query) => format!("{} {}?{}", request.method(), uri.path(), form::without_tokens(query)),
        None => format!("{} {uri}", request.method()),
    }
}

fn trace_of(request: &HttpRequest, transaction: &str) -> Trace {
    let id = request.extensions().get::<RequestId>().copied();
    Trace {
        request: id.map_or_else(Edge::new_id, |id| id.own),
        correlation: id.and_then(|id| id.of_caller),
        transaction: transaction.to_owned(),
        raw: raw_of(request),
        peer: request.peer_addr().map(|peer| peer.ip()),
    }
}

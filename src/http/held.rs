//! The body of a request, held until the answer goes out. Of a chunked body that was dropped unread the library would read on, for as long
//! as it comes and sometimes not even that, and tell nobody; of one that is still held it says `Connection: close` and closes, with time
//! for the answer to be read (RFC 9112, 9.6).

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
};
use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt};

/// A body that is held.
#[derive(Clone)]
pub struct Held(Rc<RefCell<Payload>>);

impl Held {
    /// Takes hold of the body of a request, where it has one; its handler reads it as before.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return None;
        }
        let held = Self(Rc::new(RefCell::new(payload)));
        request.set_payload(Payload::Stream { payload: Box::pin(held.clone()) });
        Some(held)
    }

    /// Whether there is more of it than has come. What has come is thrown away.
    pub fn goes_on(&mut self) -> bool {
        loop {
            match self.next().now_or_never() {
                Some(Some(Ok(_))) => {}
                Some(None) => return false,
                Some(Some(Err(_))) | None => return true,
            }
        }
    }

    /// An answer that holds it until its own body is sent.
    pub fn until(self, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        answer.map_body(|_, body| BoxBody::new(Holding { body, _held: self }))
    }
}

/// The body of an answer, with that of its request.
struct Holding {
    body: BoxBody,
    _held: Held,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(cx)
    }
}

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // One at a time: only the handler reads.
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}

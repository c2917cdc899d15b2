//! A caller's socket, under TLS: nobody holds it by sending a request's head for ever, nor by taking an answer drop by drop.

use std::{
    cell::{Cell, RefCell},
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::rt::net::{ActixStream, Ready, TcpStream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use super::crowd::Seat;
use alarm::Alarm;
use drain::Drain;

mod alarm;
mod drain;

/// How long a caller is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request, whichever of the connection it is, and between two requests.
    pub head: Duration,
    /// For an answer to be taken, where the caller stops taking it.
    pub stall: Duration,
}

/// A socket that watches how fast its other end is.
pub struct Socket {
    stream: TcpStream,
    watch: Rc<Watch>,
    drain: Drain,
    reading: Alarm,
    writing: Alarm,
    /// One handshake under way of that network.
    handshake: RefCell<Option<Seat<IpAddr>>>,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Socket(redacted)")
    }
}

/// What the edge tells a connection's socket: whether a request is in hand, whose own limits count then.
#[derive(Debug)]
pub struct Watch {
    busy: Cell<bool>,
    since: Cell<Instant>,
    head: Cell<Duration>,
    last: Cell<bool>,
}

impl Watch {
    fn of(head: Duration) -> Self {
        let (busy, since) = (Cell::new(false), Cell::new(Instant::now()));
        Self { busy, since, head: Cell::new(head), last: Cell::new(false) }
    }

    /// An answer said that the connection ends with it: what else is on it is not to be served (RFC 9112, 9.6).
    pub fn was_the_last(&self) {
        self.last.set(true);
    }

    /// Whether an answer said so.
    pub const fn is_over(&self) -> bool {
        self.last.get()
    }

    /// A request is in hand: reading its body is bounded by who reads it.
    pub fn begin(&self) {
        self.busy.set(true);
    }

    /// It is answered; the next one may come.
    pub fn end(&self) {
        self.busy.set(false);
        self.since.set(Instant::now());
    }

    /// Waits for this caller no longer than so.
    pub fn hurry(&self, head: Duration) {
        self.head.set(head.min(self.head.get()));
    }

    /// When the next request is overdue; nothing while one is in hand.
    fn overdue(&self) -> Option<Instant> {
        (!self.busy.get()).then(|| self.since.get() + self.head.get())
    }
}

impl Socket {
    /// A connection that was just made; the seat is given back when its handshake is over, or when it fails.
    pub fn of(stream: TcpStream, patience: Patience, handshake: Seat<IpAddr>) -> Self {
        Self {
            stream,
            watch: Rc::new(Watch::of(patience.head)),
            drain: Drain::of(patience.stall),
            reading: Alarm::default(),
            writing: Alarm::default(),
            handshake: RefCell::new(Some(handshake)),
        }
    }

    /// The handshake is over: its place is free for another, and the wait for a request begins.
    pub fn shake(&self) -> Rc<Watch> {
        self.handshake.borrow_mut().take();
        self.watch.end();
        Rc::clone(&self.watch)
    }

    /// The other end.
    ///
    /// # Errors
    /// It is gone.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }

    /// A write that was tried: what it brought counts, and where it must wait the time does.
    fn wrote(&mut self, tried: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let now = Instant::now();
        if tried.is_ready() {
            let written = ready!(tried)?;
            self.drain.took(written, now);
            self.watch.since.set(now);
            return Poll::Ready(Ok(written));
        }
        let until = self.drain.waits(now);
        if self.writing.rings(until, cx) { Poll::Ready(Err(late("slow-reader"))) } else { Poll::Pending }
    }
}

/// The end of a connection whose caller is too slow, in the metrics by that word.
fn late(word: &'static str) -> io::Error {
    metrics::counter!("dmp_connections_ended_total", "why" => word).increment(1);
    io::Error::new(io::ErrorKind::TimedOut, word)
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        let read = Pin::new(&mut socket.stream).poll_read(cx, into);
        if read.is_ready() || socket.drain.is_waiting() {
            return read;
        }
        let Some(overdue) = socket.watch.overdue() else { return Poll::Pending };
        if socket.reading.rings(overdue, cx) { Poll::Ready(Err(late("slow-head"))) } else { Poll::Pending }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        let tried = Pin::new(&mut socket.stream).poll_write(cx, bytes);
        socket.wrote(tried, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        let tried = Pin::new(&mut socket.stream).poll_write_vectored(cx, pieces);
        socket.wrote(tried, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl ActixStream for Socket {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, cx)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, cx)
    }
}

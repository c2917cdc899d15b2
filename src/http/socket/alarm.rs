//! A timer that is asked often and set seldom.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::time::{Instant, Sleep, sleep_until};

/// A timer, made when it is first needed.
#[derive(Debug, Default)]
pub struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Whether that instant has come; else the task is woken when it may have. An instant that moved on since the timer was set
    /// costs nothing until the timer wakes the task in vain.
    pub fn rings(&mut self, at: Instant, cx: &mut Context<'_>) -> bool {
        let timer = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() > at {
            timer.as_mut().reset(at);
        }
        loop {
            match timer.as_mut().poll(cx) {
                Poll::Pending => return false,
                Poll::Ready(()) if at <= Instant::now() => return true,
                Poll::Ready(()) => timer.as_mut().reset(at),
            }
        }
    }
}

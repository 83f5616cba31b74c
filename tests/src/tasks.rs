//! Runs futures without a runtime.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Wake, Waker};

struct Bell(Sender<()>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // Nobody listens any more to the bell of a future that has ended.
        let _ = self.0.send(());
    }
}

/// Something to poll with, and what rings when it is to be polled again.
#[must_use]
pub fn bell() -> (Waker, Receiver<()>) {
    let (sender, receiver) = channel();
    (Arc::new(Bell(sender)).into(), receiver)
}

/// Runs a future on this thread until it has ended.
///
/// # Panics
///
/// The future is dropped by nobody, and yet its waker is.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let (waker, rings) = bell();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let _ = rings.recv();
    }
}

/// Gives way once.
pub async fn give_way() {
    let mut given = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

//! How does OpenSSL, which waits on its thread, speak over a stream that does not?

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::rustls_adapter::Shared;

/// OpenSSL's end. What it writes goes out when it next waits for an answer, so that a flight
/// leaves whole or not at all.
pub(super) struct Pipe {
    ledger: Shared,
    outward: mpsc::UnboundedSender<Vec<u8>>,
    inward: mpsc::Receiver<io::Result<Vec<u8>>>,
    unsent: Vec<u8>,
    unread: io::Cursor<Vec<u8>>,
}

/// The stream's end.
pub(super) struct Pump {
    outward: mpsc::UnboundedReceiver<Vec<u8>>,
    inward: mpsc::Sender<io::Result<Vec<u8>>>,
}

pub(super) fn pipe(ledger: Shared) -> (Pipe, Pump) {
    let (outward, sent) = mpsc::unbounded_channel();
    let (received, inward) = mpsc::channel(CHUNKS);
    let pipe = Pipe {
        ledger,
        outward,
        inward,
        unsent: Vec::new(),
        unread: io::Cursor::default(),
    };
    let pump = Pump {
        outward: sent,
        inward: received,
    };
    (pipe, pump)
}

impl Pipe {
    /// Lets go what is ready, but nothing of a flight whose signature failed.
    fn send(&mut self) {
        let unsent = std::mem::take(&mut self.unsent);
        if !unsent.is_empty() && !self.has_failed_to_sign() {
            // a stream that is gone shows when it is read
            let _ = self.outward.send(unsent);
        }
    }

    fn has_failed_to_sign(&self) -> bool {
        self.ledger.with(|ledger| ledger.has_failed_to_sign())
    }
}

impl Read for Pipe {
    /// Blocks until something comes, or the stream's end is dropped.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = Read::read(&mut self.unread, buffer)?;
        if length > 0 {
            return Ok(length);
        }
        self.send();
        match self.inward.blocking_recv() {
            None => Ok(0),
            Some(chunk) => {
                self.unread = io::Cursor::new(chunk?);
                Read::read(&mut self.unread, buffer)
            }
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unsent.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.send();
    }
}

impl Pump {
    /// Moves bytes both ways until OpenSSL's end is dropped and all it wrote is out.
    pub(super) async fn run<S: AsyncRead + AsyncWrite>(self, stream: S) {
        let Self {
            mut outward,
            inward,
        } = self;
        let (mut from, mut to) = tokio::io::split(stream);
        let sending = async {
            while let Some(bytes) = outward.recv().await {
                // who no longer reads may have said why: reading goes on
                let _ = to.write_all(&bytes).await;
                let _ = to.flush().await;
            }
        };
        let receiving = async {
            let mut buffer = [0; 8192];
            loop {
                let chunk = from.read(&mut buffer).await;
                let chunk = chunk.map(|n| buffer.get(..n).unwrap_or_default().to_vec());
                let is_last = chunk.as_ref().map_or(true, Vec::is_empty);
                if inward.send(chunk).await.is_err() || is_last {
                    break;
                }
            }
        };
        tokio::select! {
            () = sending => {}
            () = async { receiving.await; std::future::pending().await } => {}
        }
    }
}

/// How many reads may wait for OpenSSL to take them.
const CHUNKS: usize = 8;

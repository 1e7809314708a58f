//! How is a connection closed so that the last words arrive?

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Says the end and takes in what still comes, at most 64 KiB and two seconds: closing with
/// something unread turns the last words, an answer or an alert, into a reset.
pub async fn part_with<S>(mut stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let _ = timeout(PARTING, async {
        stream.shutdown().await?;
        let mut rest = [0; 1024];
        let mut left = MOST_AT_PARTING;
        while left > 0 {
            match stream.read(&mut rest).await? {
                0 => break,
                count => left = left.saturating_sub(count),
            }
        }
        Ok::<_, io::Error>(())
    })
    .await;
}

const PARTING: Duration = Duration::from_secs(2);
const MOST_AT_PARTING: usize = 64 * 1024;

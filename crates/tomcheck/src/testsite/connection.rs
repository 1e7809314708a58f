//! What becomes of one connection, and what is told of it?

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tomcheck_diagnosis::Instant;
use tomcheck_tls::server::{AcceptFailure, Secured, part_with};

use super::client::Client;
use super::site::{Ending, Shared, Told};
use super::{http1, http2};

/// From the first byte to the last.
pub(super) async fn serve(stream: TcpStream, shared: &Shared, mut ending: Ending) {
    // a card's answer is small and somebody waits for it
    let _ = stream.set_nodelay(true);
    let mut stream = Some(stream);
    let accepted = tokio::select! {
        accepted = Box::pin(shared.accept(&mut stream)) => accepted,
        // nothing is under way yet that anybody would miss
        () = ending.begun() => return,
    };
    match accepted {
        Ok((secured, seat)) => {
            converse(secured, shared, &mut ending).await;
            drop(seat);
        }
        Err(failure) => turn_away(&failure, stream, shared).await,
    }
}

async fn converse(secured: Secured<TcpStream>, shared: &Shared, ending: &mut Ending) {
    // told at once: a connection may last
    shared.tell(|| line(&secured));
    if secured.is_h2() {
        http2::serve(secured, shared, ending).await;
    } else {
        http1::serve(secured, shared, ending).await;
    }
}

/// No name, no number, no address: whose certificate it is stays out of the log.
fn line(secured: &Secured<TcpStream>) -> Told {
    let client = Client::new(secured.seen(), Instant::now());
    let seen = &client.seen;
    let verdict = client.verdict().map_or("none", |verdict| verdict.word());
    let scheme = seen.scheme.as_ref();
    let scheme = scheme.map_or_else(|| "none".to_owned(), |scheme| scheme.label());
    Told(format!(
        "{} {} session={} protocol={} scheme={scheme} issuer={} chain={verdict}",
        now(),
        seen.version.map_or("TLS", |version| version.name()),
        if seen.is_resumed { "resumed" } else { "new" },
        if secured.is_h2() { "h2" } else { "http/1.1" },
        client.issuer_for_log(),
    ))
}

async fn turn_away(failure: &AcceptFailure, stream: Option<TcpStream>, shared: &Shared) {
    shared.tell(|| Told(format!("{} refused: {}", now(), failure.text())));
    if let (AcceptFailure::NotTls { is_http: true }, Some(stream)) = (failure, stream) {
        let _ = timeout(PARTING, point_to_https(stream)).await;
    }
}

async fn point_to_https(mut stream: TcpStream) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        HTTPS_HERE.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(HTTPS_HERE.as_bytes()).await?;
    part_with(stream).await;
    Ok(())
}

fn now() -> String {
    let now = serde_json::to_value(Instant::now()).ok();
    let now = now.and_then(|now| now.as_str().map(str::to_owned));
    now.unwrap_or_default()
}

const HTTPS_HERE: &str = "Ce port parle HTTPS : commencez l'adresse par https://\n\
                          This port speaks HTTPS: begin the address with https://\n";
const PARTING: Duration = Duration::from_secs(4);

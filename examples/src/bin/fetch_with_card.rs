//! Fetches a page with the card: `fetch_with_card HOST PORT PATH [CA-FILE [MODULE]]`, the code
//! porteur on standard input.
//!
//! hyper and tokio-rustls know nothing of cards: they are given a `rustls::ClientConfig` whose key
//! is the card's. While the card signs, which takes it half a second, other tasks go on.

use std::error::Error;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tomcheck::{
    GivenPin, OpenCard, Options, Pin, Quiet, Scope, Trust, Versions, WORKER_ARGUMENT,
    WorkerCommand, client_config, open_card,
};

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .first()
        .is_some_and(|first| first == WORKER_ARGUMENT)
    {
        return tomcheck::serve_worker();
    }
    match run(&arguments) {
        Ok(status) if status.is_success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Fallible<StatusCode> {
    let [host, port, path, more @ ..] = arguments else {
        return Err("fetch_with_card HOST PORT PATH [CA-FILE [MODULE]]".into());
    };
    let mut trust = Trust::system();
    if let Some(file) = more.first() {
        trust = trust.with_file(file.as_ref())?;
    }
    let config = with_the_card(more.get(1).map(PathBuf::from), &trust)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(fetch(config, host, port.parse()?, path))
}

/// Reads the code, opens the card, and makes the configuration that signs with it.
fn with_the_card(module: Option<PathBuf>, trust: &Trust) -> Fallible<ClientConfig> {
    let mut code = String::new();
    std::io::stdin().lock().read_line(&mut code)?;
    let pin = Pin::parse(code.trim().to_owned().into()).map_err(|_| "no code porteur")?;
    // the module of the card is loaded by another process of this very program
    let worker = WorkerCommand::of_program(std::env::current_exe()?);
    let mut options = Options::new(Scope::Certs, worker);
    options.pin = Some(Box::new(GivenPin::new(pin)));
    options.module = module;
    match open_card(options, &Quiet)? {
        OpenCard::Ready(credential) => {
            let credential = credential.off_the_executor();
            Ok(client_config(Some(credential), trust, Versions::Default)?)
        }
        OpenCard::Blocked(report) => {
            let cause = report.verdict.root_cause.as_deref();
            Err(cause.unwrap_or("the card is not ready").into())
        }
    }
}

async fn fetch(config: ClientConfig, host: &str, port: u16, path: &str) -> Fallible<StatusCode> {
    let stream = TcpStream::connect((host, port)).await?;
    let name = ServerName::try_from(host.to_owned())?;
    let tls = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(tls)).await?;
    tokio::spawn(connection);
    let request = Request::get(path)
        .header("host", format!("{host}:{port}"))
        .body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{status}")?;
    out.write_all(&body)?;
    Ok(status)
}

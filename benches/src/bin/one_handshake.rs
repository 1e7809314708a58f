//! One handshake with a token's key and one page, then the end: `one-handshake PORT ROOTS MODULE`,
//! the code on standard input. What a program of one's own costs that uses the public way.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::error::Error;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::process::ExitCode;
    use std::sync::Arc;

    use rustls::pki_types::ServerName;
    use rustls::{ClientConnection, Stream};
    use tomcheck::{
        Credential, GivenPin, Layer, OpenCard, Options, Pin, Quiet, Scope, Trust, Versions,
        WorkerCommand, client_config, open_card,
    };

    type Fallible<T> = Result<T, Box<dyn Error>>;

    pub(super) fn main() -> ExitCode {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        match run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{error}");
                ExitCode::FAILURE
            }
        }
    }

    fn run(arguments: &[String]) -> Fallible<()> {
        let [port, roots, module] = arguments else {
            return Err("one-handshake PORT ROOTS MODULE".into());
        };
        let trust = Trust::none().with_file(roots.as_ref())?;
        let config = client_config(Some(card(module)?), &trust, Versions::Default)?;
        let mut socket = TcpStream::connect(("127.0.0.1", port.parse()?))?;
        socket.set_nodelay(true)?;
        let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost")?)?;
        let mut stream = Stream::new(&mut tls, &mut socket);
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        let mut page = String::new();
        stream.read_to_string(&mut page)?;
        match page.starts_with("HTTP/1.1 200") {
            true => Ok(()),
            false => Err(page.into()),
        }
    }

    /// In this very process, without a reader: the module is a software token's.
    fn card(module: &str) -> Fallible<Credential> {
        let mut code = String::new();
        std::io::stdin().read_to_string(&mut code)?;
        let pin = Pin::parse(code.trim().to_owned().into()).map_err(|_| "no code porteur")?;
        let worker = WorkerCommand::of_program(std::env::current_exe()?);
        let mut options = Options::new(Scope::Certs, worker);
        options.layers.remove(&Layer::Reader);
        options.layers.remove(&Layer::Card);
        options.in_process = true;
        options.module = Some(module.into());
        options.pin = Some(Box::new(GivenPin::new(pin)));
        match open_card(options, &Quiet)? {
            OpenCard::Ready(credential) => Ok(credential),
            OpenCard::Blocked(report) => {
                let cause = report.verdict.root_cause.as_deref();
                Err(cause.unwrap_or("the card is not ready").into())
            }
        }
    }
}

//! OpenSSL's own server: what a rustls server cannot do.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tomcheck_testkit::{Identity, Pki, ServerCertificate};

/// `openssl s_server` on a port of its own; ended when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let identity = Pki::shared().server(ServerCertificate::Localhost);
        let chain = identity.chain_pem().display().to_string();
        Self::showing(&identity, &[&["-cert_chain", &chain], arguments].concat())
    }

    /// One that shows this certificate, alone.
    pub(crate) fn showing(identity: &Identity, arguments: &[&str]) -> Self {
        Self::in_folder(Path::new("."), identity, arguments)
    }

    /// One whose pages are the files of this folder: whole answers, with their heads.
    pub(crate) fn answering(folder: &Path, arguments: &[&str]) -> Self {
        let identity = Pki::shared().server(ServerCertificate::Localhost);
        let chain = identity.chain_pem().display().to_string();
        let arguments = [&["-HTTP", "-cert_chain", &chain], arguments].concat();
        Self::in_folder(folder, &identity, &arguments)
    }

    fn in_folder(folder: &Path, identity: &Identity, arguments: &[&str]) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0"])
            .current_dir(folder)
            .arg("-cert")
            .arg(identity.certificate_pem())
            .arg("-key")
            .arg(identity.key_pem())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl is installed");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.strip_prefix("ACCEPT ")?.rsplit_once(':')?;
            port.trim().parse().ok()
        });
        // an unread pipe would stop it
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let port = port.expect("openssl says where it listens");
        Self { child, port }
    }
}

impl Server {
    /// In its dialogue, « R » begins a new handshake that asks for a certificate.
    pub(crate) fn asks_again_and_again(&mut self) {
        let mut dialogue = self.child.stdin.take().expect("its input is piped");
        std::thread::spawn(move || {
            let mut ask = || dialogue.write_all(b"R\n").and_then(|()| dialogue.flush());
            for _ in 0..50 {
                std::thread::sleep(Duration::from_millis(200));
                if ask().is_err() {
                    return;
                }
            }
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! What does tinyproxy answer, and what is made of it?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tomcheck_diagnosis::{Deadline, Finding, Observation};
use tomcheck_proxy::{Credentials, Setting, TunnelProbe, TunnelSeen};

/// A running tinyproxy; dropped or orphaned, it is killed.
struct Tinyproxy {
    address: SocketAddr,
    keeper: Child,
    _folder: TempDir,
}

/// Kills the proxy when its own standard input closes.
const KEEPER: &str = "tinyproxy -d -c \"$1\" & proxy=$!; cat > /dev/null; kill $proxy; wait $proxy";
const PATIENCE: Duration = Duration::from_secs(10);

impl Tinyproxy {
    /// With these lines of configuration more; a filter names `forbidden.example`.
    fn start(lines: &str) -> Self {
        let mut attempts = (0..5).map(|_| Self::attempt(lines));
        let started = attempts.find_map(Self::once_it_listens);
        started.expect("tinyproxy listens (Debian package tinyproxy)")
    }

    fn attempt(lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // it cannot choose its port, and another process may be quicker
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let filter = folder.path().join("filter");
        fs::write(&filter, "forbidden\\.example\n").unwrap();
        let lines = lines.replace("FILTER", filter.to_str().unwrap());
        let file = folder.path().join("tinyproxy.conf");
        let text = format!(
            "Listen 127.0.0.1\nPort {}\nTimeout 20\n{lines}\n",
            address.port()
        );
        fs::write(&file, text).unwrap();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "tinyproxy-keeper"])
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            address,
            keeper,
            _folder: folder,
        }
    }

    fn once_it_listens(mut self) -> Option<Self> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let is_running = self.keeper.try_wait().unwrap().is_none();
            if is_running && TcpStream::connect(self.address).is_ok() {
                return Some(self);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    async fn asked(&self, host: &str, port: u16, login: Option<Credentials>) -> TunnelSeen {
        let setting = Setting::parse(&format!("http://{}", self.address)).unwrap();
        let Setting::Proxy { address, .. } = setting else {
            panic!("its address is that of a proxy");
        };
        let deadline = Deadline::after(Duration::from_secs(20));
        let mut probe = TunnelProbe::new(address, host, port, deadline);
        probe.credentials = login;
        probe.observe().await.0
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn login(password: &str) -> Option<Credentials> {
    let setting = Setting::parse(&format!("http://jean:{password}@proxy:1")).unwrap();
    setting.credentials().cloned()
}

fn only(seen: &TunnelSeen) -> Finding {
    let mut findings = seen.findings();
    assert_eq!(findings.len(), 1, "{seen:?}");
    findings.remove(0)
}

fn told(finding: &Finding) -> String {
    let values = finding
        .evidence
        .iter()
        .map(|one| format!("{:?}", one.value));
    values.collect::<Vec<_>>().join(" ")
}

/// A site that greets who comes.
fn site() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"hello");
            let _ = stream.read(&mut [0; 8]);
        }
    });
    address
}

#[tokio::test]
async fn it_asks_for_a_password_and_takes_the_right_one_only() {
    let (proxy, site) = (Tinyproxy::start("BasicAuth jean secret"), site());
    let asked = |login| proxy.asked("127.0.0.1", site.port(), login);
    let finding = only(&asked(None).await);
    assert_eq!(finding.kind.code, "proxy.authentication-required");
    let said = told(&finding);
    assert!(said.contains("407") && said.contains("tinyproxy"), "{said}");
    let finding = only(&asked(login("wrong")).await);
    assert_eq!(finding.kind.code, "proxy.authentication-rejected");
    assert_eq!(asked(login("secret")).await.findings(), []);
}

#[tokio::test]
async fn a_name_on_its_list_a_port_and_a_name_nobody_has_are_told_apart() {
    let proxy = Tinyproxy::start("Filter \"FILTER\"\nConnectPort 443");
    for (host, port, code) in [
        ("forbidden.example", 443, "proxy.host-not-allowed"),
        ("absent.invalid", 443, "proxy.upstream-failed"),
    ] {
        let finding = only(&proxy.asked(host, port, None).await);
        assert_eq!(finding.kind.code, code, "{}", told(&finding));
        assert!(told(&finding).contains("tinyproxy"), "{}", told(&finding));
    }
    let finding = only(&proxy.asked("tom.example", 8443, None).await);
    assert!(
        finding.kind.code.starts_with("proxy."),
        "{}",
        told(&finding)
    );
    assert_ne!(finding.kind.code, "proxy.authentication-required");
}

//! Which two servers are compared, and how do they start?

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;
use tomcheck::testsite::{Demand, TestSite, TestSiteOptions};
use tomcheck_testkit::{Pki, ServerCertificate};

/// A server in a process of its own, ended when dropped.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    _folder: Option<TempDir>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx ends its workers when asked, not when killed
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}

impl Server {
    /// This program again, as the test site.
    pub(super) fn testsite() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(super::SITE)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("its output is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse().context("the site says where it is")?;
        Ok(Self {
            child,
            address,
            _folder: None,
        })
    }

    /// nginx with the same certificate and the same demand, one worker for each core.
    pub(super) fn nginx(program: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration(folder.path(), address))?;
        let child = Command::new(program)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&file)
            .args(["-e", "error.log"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self {
            child,
            address,
            _folder: Some(folder),
        };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(begun.elapsed() < PATIENCE, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Kilobytes of memory in use.
    pub(super) fn resident_kilobytes(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let value = line.and_then(|line| line.split_whitespace().next());
        Ok(value.context("VmRSS")?.parse()?)
    }
}

pub(super) fn nginx_program() -> Option<PathBuf> {
    let places = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];
    places
        .into_iter()
        .map(PathBuf::from)
        .find(|it| it.is_file())
}

/// What the program does when it is started as the site.
pub(super) fn serve() -> anyhow::Result<()> {
    let server = Pki::shared().server(ServerCertificate::Localhost);
    let options = TestSiteOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        identity: Some((server.chain_pem(), server.key_pem())),
        demand: Demand::Required,
        issuers: vec![Pki::shared().authorities_pem()],
        ..TestSiteOptions::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let site = match TestSite::open(options).await {
            Ok(site) => site,
            Err(error) => bail!("{error}"),
        };
        super::say(&format!("{}\n", site.address()));
        site.serve(std::future::pending(), None).await;
        Ok(())
    })
}

fn configuration(folder: &Path, address: SocketAddr) -> String {
    let server = Pki::shared().server(ServerCertificate::Localhost);
    format!(
        "daemon off; worker_processes auto; pid {folder}/pid; error_log {folder}/error.log crit;\n\
         events {{ worker_connections 8192; }}\n\
         http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;\n\
         fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;\n\
         server {{ listen {address} ssl; ssl_certificate {chain}; ssl_certificate_key {key};\n\
         ssl_protocols TLSv1.2 TLSv1.3; ssl_client_certificate {authorities};\n\
         ssl_verify_client on; ssl_verify_depth 3; ssl_session_tickets on;\n\
         ssl_session_cache shared:sessions:10m;\n\
         location / {{ default_type text/plain; return 200 \"$ssl_client_s_dn\\n\"; }} }} }}\n",
        folder = folder.display(),
        chain = server.chain_pem().display(),
        key = server.key_pem().display(),
        authorities = Pki::shared().authorities_pem().display(),
    )
}

const PATIENCE: Duration = Duration::from_secs(10);

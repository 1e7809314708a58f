//! Does a portal answer in everybody's place until somebody logs in?
//!
//! A page whose content is known to all is asked for without TLS: whoever answers anything else is
//! not who was asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, Evidence, Finding, ForeignFailure, Observation};

use crate::connect::ConnectProbe;
use crate::http;
use crate::network_findings::{ANSWERED, ASKED_FOR, CAPTIVE_PORTAL, PORTAL};
use crate::resolve::ResolveProbe;

/// A page that says « success » and nothing else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Canary {
    host: String,
    port: u16,
    path: String,
}

impl Canary {
    /// The one Firefox asks for.
    ///
    /// Source: Firefox, preference `captivedetect.canonicalURL`.
    pub fn usual() -> Self {
        Self {
            host: "detectportal.firefox.com".to_owned(),
            port: 80,
            path: "/success.txt".to_owned(),
        }
    }

    /// The one that `TOMCHECK_PORTAL_CANARY` names, for networks that have their own; none where
    /// it is empty or no `http://` address; the usual one where it is not set.
    pub fn of_environment() -> Option<Self> {
        match std::env::var("TOMCHECK_PORTAL_CANARY") {
            Ok(url) => Self::at(&url),
            Err(std::env::VarError::NotPresent) => Some(Self::usual()),
            Err(std::env::VarError::NotUnicode(_)) => None,
        }
    }

    /// The one at `http://host[:port]/path`; none: it is no such address.
    pub fn at(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("http://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, digits)) if !digits.ends_with(']') => (host, digits.parse().ok()?),
            _ => (authority, 80),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let path = format!("/{path}");
        (!host.is_empty() && !host.contains('@')).then_some(Self { host, port, path })
    }

    fn url(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        match self.port {
            80 => format!("http://{host}{}", self.path),
            port => format!("http://{host}:{port}{}", self.path),
        }
    }
}

/// Asks for the canary, by no proxy. One request; at most 16 KiB of the answer are read. Ends by
/// the deadline, and three seconds after it began.
#[derive(Clone, Debug)]
pub struct PortalProbe {
    canary: Canary,
    deadline: Deadline,
}

/// What came in the place of the canary, or the canary.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PortalSeen {
    /// The address asked for.
    pub canary: String,
    /// What came.
    pub answer: CanaryAnswer,
}

/// What came.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
#[non_exhaustive]
pub enum CanaryAnswer {
    /// The page as it is known.
    AsKnown,
    /// Another page.
    Other {
        /// The status.
        status: u16,
        /// Where it leads, its `Location`; at most 500 characters.
        location: Option<String>,
        /// The title of the page.
        title: Option<String>,
    },
    /// What came is no HTTP.
    NotHttp,
    /// Its name has no address here.
    Unresolved,
    /// None of its addresses accepts a connection.
    Closed,
    /// The connection ended before an answer.
    Broken {
        /// `read` or `write` and its errno.
        failure: ForeignFailure,
    },
    /// Nothing came in time.
    Silent,
}

impl PortalProbe {
    /// The probe's id in reports.
    pub const ID: &'static str = "network.portal";

    /// Asks for this canary.
    pub fn new(canary: Canary, deadline: Deadline) -> Self {
        let deadline = deadline.at_most(LIMIT);
        Self { canary, deadline }
    }

    /// Looks.
    pub async fn observe(&self) -> PortalSeen {
        PortalSeen {
            canary: self.canary.url(),
            answer: self.ask().await.unwrap_or_else(|early| early),
        }
    }

    async fn ask(&self) -> Result<CanaryAnswer, CanaryAnswer> {
        let stream = self.connect().await?;
        let mut answer = Vec::new();
        let exchanged = timeout(
            self.deadline.remaining(),
            self.exchange(stream, &mut answer),
        );
        let ended = exchanged.await;
        let read = self.read(&answer);
        match ended {
            Ok(Ok(())) => Ok(read),
            // many keep the connection open behind what they have said
            _ if http::is_whole(&answer) && read.is_telling() => Ok(read),
            Ok(Err(failure)) => Err(CanaryAnswer::Broken { failure }),
            Err(_) => Err(CanaryAnswer::Silent),
        }
    }

    async fn connect(&self) -> Result<TcpStream, CanaryAnswer> {
        let resolve = ResolveProbe::new(&*self.canary.host, self.deadline);
        let resolved = resolve.observe().await;
        if resolved.addresses().is_empty() {
            return Err(CanaryAnswer::Unresolved);
        }
        let connect = ConnectProbe::new(resolved.addresses(), self.canary.port, self.deadline);
        connect.observe().await.1.ok_or(CanaryAnswer::Closed)
    }

    /// Reads until the other side ends, or enough has come.
    async fn exchange(
        &self,
        mut stream: TcpStream,
        answer: &mut Vec<u8>,
    ) -> Result<(), ForeignFailure> {
        let canary = &self.canary;
        let request = http::plain_request(&canary.host, canary.port, &canary.path);
        let written = stream.write_all(&request).await;
        written.map_err(|error| ForeignFailure::from_io("write", &error))?;
        let mut part = [0; 4096];
        while answer.len() < http::MOST_HEAD {
            let read = stream.read(&mut part).await;
            match read.map_err(|error| ForeignFailure::from_io("read", &error))? {
                0 => return Ok(()),
                length => answer.extend_from_slice(part.get(..length).unwrap_or_default()),
            }
        }
        Ok(())
    }

    fn read(&self, answer: &[u8]) -> CanaryAnswer {
        let text = String::from_utf8_lossy(answer);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let Some(status) = http::status_of(head.lines().next().unwrap_or_default()) else {
            return CanaryAnswer::NotHttp;
        };
        // a body in chunks has its length before it
        let is_known = body.lines().any(|line| line.trim() == KNOWN) && body.len() < 64;
        match status {
            200 if is_known => CanaryAnswer::AsKnown,
            _ => CanaryAnswer::Other {
                status,
                location: http::field_of(head, "location").map(|text| bounded(&place(&text))),
                title: http::title_of(&text),
            },
        }
    }
}

impl CanaryAnswer {
    /// Whether it tells enough as far as it came: a page of which a part came may be the known one.
    const fn is_telling(&self) -> bool {
        match self {
            Self::Other { status, title, .. } => *status != 200 || title.is_some(),
            _ => matches!(self, Self::AsKnown),
        }
    }
}

/// Where it leads, without what it says of who is led there: portals put the workstation's
/// addresses, the user and a token into their own.
fn place(location: &str) -> String {
    let end = location.find(['?', '#', ';']).unwrap_or(location.len());
    let place = location.get(..end).unwrap_or_default();
    let Some((scheme, rest)) = place.split_once("//") else {
        return place.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}//{host}{path}")
}

fn bounded(text: &str) -> String {
    let readable = text.chars().filter(|character| !character.is_control());
    readable.take(500).collect()
}

impl Observation for PortalSeen {
    /// A redirection to another host, or a page in the place of the one that is known. A canary
    /// that is forbidden or gone tells of a filter, not of a portal.
    ///
    /// Source: RFC 6585 §6 for 511, which portals are to answer and few do.
    fn findings(&self) -> Vec<Finding> {
        let CanaryAnswer::Other {
            status,
            location,
            title,
        } = &self.answer
        else {
            return Vec::new();
        };
        let leads_away = location.as_deref().is_some_and(|to| self.leads_away(to));
        let is_portal = match status {
            300..400 => leads_away,
            200 | 511 => true,
            _ => false,
        };
        let portal = location.as_deref().or(title.as_deref());
        let finding = Finding::of(&CAPTIVE_PORTAL)
            .with(Evidence::new("asked", ASKED_FOR, &*self.canary))
            .with(Evidence::new("status", ANSWERED, format!("HTTP {status}")))
            .with_all(portal.map(|text| Evidence::new("portal", PORTAL, text)));
        is_portal.then_some(finding).into_iter().collect()
    }
}

impl PortalSeen {
    fn leads_away(&self, location: &str) -> bool {
        host_of(location).is_some_and(|host| Some(host) != host_of(&self.canary))
    }
}

/// The host of an absolute address.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    })
}

const KNOWN: &str = "success";
const LIMIT: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn probe() -> PortalProbe {
        let deadline = Deadline::after(Duration::from_secs(1));
        PortalProbe::new(Canary::usual(), deadline)
    }

    fn is_portal(answer: &str) -> bool {
        let seen = PortalSeen {
            canary: Canary::usual().url(),
            answer: probe().read(answer.as_bytes()),
        };
        let findings = seen.findings();
        assert!(
            findings
                .iter()
                .all(|it| it.kind.code == "network.captive-portal")
        );
        !findings.is_empty()
    }

    #[test]
    fn a_portals_address_is_kept_without_what_it_says_of_the_workstation() {
        let kept = |text| place(text);
        assert_eq!(
            kept("https://u:p@login.example/go?mac=00:11&user=x#y"),
            "https://login.example/go"
        );
        assert_eq!(kept("/login;jsessionid=1"), "/login");
        assert_eq!(kept("//u:p@login.example/go"), "//login.example/go");
        assert!(is_portal(
            "HTTP/1.1 302 Found\r\nLocation: https://u@login.example/?ip=10.0.0.1\r\n\r\n"
        ));
    }

    #[tokio::test]
    async fn a_head_without_its_page_yet_is_a_slow_network_and_no_portal() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let canary = Canary::at(&format!("http://127.0.0.1:{port}/success.txt")).unwrap();
        let site = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let part = b"HTTP/1.1 200 OK\r\n\r\nsucc";
            stream.write_all(part).await.unwrap();
            tokio::time::sleep(Duration::from_secs(3)).await;
        });
        let probe = PortalProbe::new(canary, Deadline::after(Duration::from_millis(600)));
        assert_eq!(probe.observe().await.answer, CanaryAnswer::Silent);
        site.abort();
    }

    #[test]
    fn the_known_page_is_no_portal_however_it_is_sent() {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";
        for body in ["success", "success\n", "8\r\nsuccess\n\r\n0\r\n\r\n"] {
            assert_eq!(
                probe().read(format!("{head}{body}").as_bytes()),
                CanaryAnswer::AsKnown
            );
        }
        assert!(is_portal(&format!("{head}<title>success</title>")));
        assert!(is_portal(&format!("{head}{}\nsuccess", "x".repeat(80))));
    }

    #[test]
    fn a_redirection_to_another_host_and_another_page_are_a_portal_a_refusal_is_not() {
        let location =
            |to: &str| format!("HTTP/1.1 302 Found\r\nLOCATION: {to}\r\nServer: x\r\n\r\n");
        assert!(is_portal(&location("http://portail.hotel.example/login")));
        assert!(is_portal(&location("https://192.0.2.1:8080/?u=http://x")));
        assert!(!is_portal(&location("https://detectportal.firefox.com/")));
        assert!(!is_portal(&location("/elsewhere")));
        assert!(is_portal(
            "HTTP/1.1 511 Network Authentication Required\r\n\r\n"
        ));
        assert!(!is_portal(
            "HTTP/1.1 403 Forbidden\r\n\r\n<title>Bloqué</title>"
        ));
        assert!(!is_portal("HTTP/1.1 302 Found\r\n\r\n"));
        assert!(!is_portal("SSH-2.0-x\r\n"));
    }

    #[test]
    fn an_address_is_taken_apart_and_what_is_none_is_no_canary() {
        for url in [
            "http://detectportal.firefox.com/success.txt",
            "http://127.0.0.1:8080/a/b?c",
            "http://[::1]:8080/",
        ] {
            assert_eq!(Canary::at(url).unwrap().url(), url);
        }
        assert_eq!(Canary::at("http://x").unwrap().url(), "http://x/");
        for url in [
            "",
            "none",
            "https://x/",
            "http:///x",
            "http://a@b/",
            "http://x:y/",
        ] {
            assert_eq!(Canary::at(url), None, "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_and_no_address_make_it_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            to in ".{0,40}",
        ) {
            probe().read(&bytes);
            is_portal(&format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\n\r\n"));
            Canary::at(&format!("http://{to}"));
        }
    }
}

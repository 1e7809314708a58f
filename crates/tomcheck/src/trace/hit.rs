//! What does one line of a log say?

use serde::Serialize;
use tomcheck_diagnosis::Instant;

use super::mask::Mask;
use super::words::Words;

/// What a reader made of a line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Reading {
    /// The finding it stands for; none: it tells that a site was reached, or where it names none,
    /// that the card was used.
    pub(crate) code: Option<&'static str>,
    /// The kind of log that writes such lines.
    pub(crate) format: Format,
    /// Who and what it names.
    pub(crate) facts: Facts,
    /// Who sent the request, where the log names him: to be masked.
    pub(crate) user: Option<String>,
    /// Whose request it is: the address of his workstation; none: the log is that of one alone.
    pub(crate) client: Option<String>,
    /// Of what went well, how far it came.
    pub(crate) depth: Depth,
    /// The source of events that knows the site, where nothing near does; with a site, where nothing
    /// is told, that source speaks of it from here on.
    pub(crate) source: Option<u64>,
    /// Whether it may be no more than what follows from an answer of the proxy's before it.
    pub(crate) may_follow: bool,
    /// Where the moment stands, if not on the line itself.
    pub(crate) when: Option<String>,
    /// What is shown of it, where the line is written for programs.
    pub(crate) gist: Option<String>,
}

/// Instead of a finding's code: the line plainly tells of a failure, and nobody knows which.
pub(crate) const UNEXPLAINED: &str = "trace.unexplained";

/// How far a request came that went well.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Depth {
    /// The way to the site was open.
    #[default]
    Open,
    /// The client took the site's certificate, and both agreed on how to speak. With TLS 1.3 the site
    /// has not said yet what it thinks of the client's own.
    Secured,
    /// The site took what it was shown, or answered the request.
    Answered,
}

/// What bytes of a line say at one look, as its reader would: he has to be asked for the rest only
/// where somebody wants to know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Glance<'a> {
    pub(crate) code: Option<&'static str>,
    pub(crate) format: Format,
    pub(crate) host: &'a str,
    pub(crate) client: &'a str,
    /// Where the line stands.
    pub(crate) place: std::ops::Range<usize>,
}

/// A tunnel that was open, in the form that squid itself gives its lines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Opening<'a> {
    pub(crate) host: &'a [u8],
    pub(crate) client: &'a [u8],
    /// Where its anchor begins.
    pub(crate) anchor: usize,
    pub(crate) at: Instant,
    /// Where the line stands.
    pub(crate) place: std::ops::Range<usize>,
}

/// What the line names, or the lines before it that belong to it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Facts {
    /// Name or address of the proxy.
    pub(crate) proxy: Option<String>,
    /// Its address, where the name is known too.
    pub(crate) proxy_address: Option<String>,
    /// Its port.
    pub(crate) proxy_port: Option<u16>,
    /// The site.
    pub(crate) host: Option<String>,
    /// The site's port.
    pub(crate) port: Option<u16>,
    /// Whom a certificate comes from that was not trusted.
    pub(crate) issuer: Option<String>,
    /// The foreign code and what it was called: `HTTP` and `407`, `alert` and `48 unknown_ca`.
    pub(crate) said: Option<(&'static str, String)>,
}

impl Facts {
    fn whole_proxy(&self) -> Option<String> {
        let mut told = self.proxy.clone()?;
        if let Some(port) = self.proxy_port {
            told = format!("{told}:{port}");
        }
        if let Some(address) = &self.proxy_address {
            told = format!("{told} ({address})");
        }
        Some(told)
    }
}

impl Reading {
    pub(crate) fn of(code: &'static str, format: Format) -> Self {
        Self {
            code: Some(code),
            format,
            ..Self::default()
        }
    }

    /// The card was used.
    pub(crate) fn used(format: Format) -> Self {
        Self {
            format,
            ..Self::default()
        }
    }

    /// A site was reached.
    pub(crate) fn reached(format: Format, host: String, port: Option<u16>) -> Self {
        let mut reading = Self {
            format,
            ..Self::default()
        };
        reading.facts.host = Some(host);
        reading.facts.port = port;
        reading
    }

    pub(crate) fn with_depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    pub(crate) fn about(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }

    pub(crate) fn by(mut self, client: impl Into<String>) -> Self {
        self.client = Some(client.into());
        self
    }

    pub(crate) fn saying(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.said = Some((name, value.into()));
        self
    }
}

/// A kind of log.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// The console of Java's plug-in or Web Start, or a program's stack traces.
    JavaConsole,
    /// `javax.net.debug`.
    JavaDebug,
    /// squid's own access.log.
    Squid,
    /// squid's access.log in Apache's combined form.
    SquidCombined,
    /// The Cryptolib CPS' log of calls.
    Cryptolib,
    /// Codes of Firefox's error pages.
    Firefox,
    /// Codes of Chrome, Edge and others of Chromium's family, or their own log.
    Chromium,
    /// Chromium's net-export.
    NetExport,
    /// `curl -v`.
    Curl,
    /// `openssl s_client`, or a server's log with OpenSSL's errors.
    Openssl,
    /// Exported Windows events.
    WindowsEvents,
    /// Names and numbers of PC/SC, in any program's log.
    Pcsc,
    /// Captured packets.
    Capture,
    /// Windows' own file of events.
    Evtx,
    /// None of these.
    #[default]
    Unknown,
}

/// A line that says something, as a report carries it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Hit {
    /// The finding's code; `trace.reached` is none, and never stands here.
    pub code: &'static str,
    /// The file, as it was named.
    pub path: String,
    /// Counted from 1; of a capture, the packet.
    pub line: u64,
    /// When, where the line tells.
    pub at: Option<Instant>,
    /// The line, masked and cut.
    pub excerpt: String,
    /// The site it is about.
    pub host: Option<String>,
    /// The proxy it went through: `proxy.example:3128 (192.0.2.7)`, without what is not told.
    pub proxy: Option<String>,
    /// The number of the file among those named.
    #[serde(skip)]
    pub(crate) file: usize,
    #[serde(skip)]
    pub(crate) client: Option<String>,
    #[serde(skip)]
    pub(crate) facts: Facts,
    /// Who sent the request.
    #[serde(skip)]
    pub(crate) user: Option<String>,
    /// The line itself, until it is shown.
    #[serde(skip)]
    pub(crate) words: Option<Words>,
}

impl Hit {
    /// Makes of the line and of what it names what may be shown; `path` is the file's name.
    pub(crate) fn show(&mut self, mask: &Mask, path: &str) {
        let Some(words) = self.words.take() else {
            return;
        };
        path.clone_into(&mut self.path);
        let facts = words.facts(std::mem::take(&mut self.facts));
        let user = self.user.as_deref();
        self.excerpt = words.excerpt(mask, user);
        self.facts = words.masked(facts, mask, user);
        self.host.clone_from(&self.facts.host);
        self.proxy = self.facts.whole_proxy();
    }

    /// Of what is kept of the line.
    pub(crate) fn bytes(&self) -> usize {
        self.words.as_ref().map_or(0, Words::bytes)
    }
}

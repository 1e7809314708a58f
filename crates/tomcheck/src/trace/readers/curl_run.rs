//! Whom did curl ask, and how far did it come, by what it printed before?

use super::super::codes;
use super::super::hit::Facts;
use super::super::line::{Line, host_and_port, value_after};

/// The run that a line belongs to, as far as its lines before it are at hand.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) facts: Facts,
    /// A connection was made, to the proxy or to the site.
    pub(super) is_connected: bool,
    /// The proxy was asked for a tunnel.
    pub(super) asked_proxy: bool,
    /// The proxy asked who is asking.
    is_challenged: bool,
    /// How much of a login the proxy was shown.
    shown: u8,
    /// The proxy opened it.
    pub(super) is_open: bool,
    /// TLS began.
    pub(super) greeted: bool,
    /// TLS is established.
    pub(super) is_secured: bool,
    /// Why the last attempt to connect failed: `No route to host`.
    pub(super) why: String,
}

type Place = (String, Option<u16>);

/// What the lines name, the last one that does so each time.
#[derive(Default)]
struct Named {
    tunnel: Option<Place>,
    proxy: Option<Place>,
    met: Option<Place>,
    site: Option<Place>,
    asked: Option<Place>,
}

impl Run {
    pub(super) fn before(line: &Line<'_>) -> Self {
        let (mut run, mut named) = (Self::default(), Named::default());
        let mut is_at_end = true;
        for line in line.before().lines().rev() {
            let is_end = line.starts_with("* Closing connection");
            // what stands before that is another run
            if line.starts_with("curl: (") || is_end && !is_at_end {
                break;
            }
            is_at_end &= is_end || line.trim().is_empty();
            run.take(line);
            if named.take(line) {
                break;
            }
        }
        run.facts = named.facts();
        run
    }

    /// What it means that the proxy answered a request for a tunnel so.
    pub(super) fn refusal(&self, status: u16) -> Option<&'static str> {
        match status {
            407 if self.shown >= WHOLE_LOGIN => Some("proxy.authentication-rejected"),
            _ => codes::proxy_status(status),
        }
    }

    /// Who closed the connection without a word hangs on how far it came.
    pub(super) fn cut(&self) -> &'static str {
        match (self.is_challenged, self.asked_proxy) {
            _ if self.is_open => "tls.reset-by-middlebox",
            (true, _) if self.shown >= WHOLE_LOGIN => "proxy.authentication-rejected",
            (true, _) => "proxy.authentication-required",
            (false, true) => "proxy.not-a-proxy",
            (false, false) => "tls.reset-by-middlebox",
        }
    }

    fn take(&mut self, line: &str) {
        let says = |words: &str| line.contains(words);
        self.is_challenged |= line.starts_with("< HTTP/") && says(" 407");
        self.shown = self.shown.saturating_add(login(line));
        self.is_connected |= says("Connected to ");
        self.asked_proxy |= says("> CONNECT ") || says("proxy tunnel to ");
        self.is_open |= says("tunnel established") || says("Proxy replied 2");
        self.greeted |= says("TLS handshake, Client hello");
        // Windows' own curl says no more than the latter
        self.is_secured |= says("SSL connection using") || says("* ALPN: server ");
        let why = line
            .rsplit_once(" failed: ")
            .or(line.split_once(" fail for "));
        if let (true, Some((_, why))) = (self.why.is_empty(), why) {
            why.clone_into(&mut self.why);
        }
    }
}

impl Named {
    /// Whether it is the command itself, with which the run begins.
    fn take(&mut self, line: &str) -> bool {
        let place = |key| value_after(line, key).and_then(host_and_port);
        let keep = |kept: &mut Option<Place>, place: Option<Place>| {
            *kept = kept.take().or(place);
        };
        keep(
            &mut self.tunnel,
            place("> CONNECT ").or_else(|| place("proxy tunnel to ")),
        );
        keep(&mut self.proxy, place(" == '"));
        let met = value_after(line, "Trying ").map(|place| place.trim_end_matches('.'));
        keep(&mut self.met, met.and_then(host_and_port));
        let named = place("> Host: ").or_else(|| place("Connected to "));
        keep(&mut self.site, named);
        let command = line
            .split_once("curl ")
            .filter(|(prompt, _)| is_prompt(prompt));
        if let Some((_, arguments)) = command {
            self.command(arguments);
        }
        command.is_some()
    }

    /// `-v -x proxy:3128 https://tom/`.
    fn command(&mut self, arguments: &str) {
        let mut is_proxy = false;
        for word in arguments.split_ascii_whitespace() {
            let word = word.trim_matches(['"', '\'']);
            if is_proxy {
                self.proxy = self.proxy.take().or_else(|| host_and_port(word));
            } else if word.contains("://") {
                self.asked = host_and_port(word);
            }
            is_proxy = word == "-x" || word == "--proxy";
        }
    }

    fn facts(self) -> Facts {
        let met_port = self.met.as_ref().and_then(|(_, port)| *port);
        if self.tunnel.is_none() && self.proxy.is_none() {
            let site = self.site.or(self.asked);
            let port = site.as_ref().and_then(|(_, port)| *port);
            return Facts {
                host: site.map(|(host, _)| host),
                port: met_port.or(port),
                ..Facts::default()
            };
        }
        let port = self.proxy.as_ref().and_then(|(_, port)| *port);
        let (host, site_port) = self.tunnel.or(self.asked).unzip();
        Facts {
            host,
            port: site_port.flatten(),
            proxy: self.proxy.or(self.met).map(|(host, _)| host),
            proxy_port: met_port.or(port),
            ..Facts::default()
        }
    }
}

/// How much of a login a line shows: `* Proxy auth using Basic with user 'luc'`, `> Proxy-Authorization:
/// Basic bHVjOm1vdA==`. The first message of NTLM and of Negotiate shows no password yet.
fn login(line: &str) -> u8 {
    let sent = line.strip_prefix("> Proxy-Authorization: ");
    let told = line.strip_prefix("* Proxy auth using ");
    let is_of_two = |scheme: &str| scheme.starts_with("NTLM") || scheme.starts_with("Negotiate");
    match sent.or(told) {
        None => 0,
        Some(scheme) if !is_of_two(scheme) => WHOLE_LOGIN,
        // each is told of too
        Some(_) => u8::from(sent.is_some()),
    }
}

const WHOLE_LOGIN: u8 = 2;

/// `$`, `C:\>`, `root@host:~#`.
fn is_prompt(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(['$', '#', '>', '%'])
}

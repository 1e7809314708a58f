//! What comes of asking one proxy for a tunnel, login and all?

use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tomcheck_diagnosis::Personal;

use super::dial::milliseconds_since;
use super::echo::Echo;
use super::exchange::{Talk, chain, foreign, late, request};
use super::link::Link;
use super::recorder::FirstBytes;
use super::{Outcome, Reply, Speaks, Tunnel, TunnelProbe, dial, socks};
use crate::ProxyKind;
use crate::login::{Challenge, Login, Sent, Withheld};

/// More requests than any scheme needs; a proxy that asks on and on is not followed.
const MOST_REQUESTS: usize = 6;

/// One request of a conversation with a proxy.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The scheme whose credentials went with it; none went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The first line of the answer, whole.
    pub status_line: String,
    /// Whether it went over the connection of the one before.
    pub same_connection: bool,
}

/// A scheme that was offered and not carried to its end.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LeftAside {
    /// Its name.
    pub scheme: String,
    /// Why.
    #[serde(flatten)]
    pub why: Withheld,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) outcome: Outcome,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) left_aside: Vec<LeftAside>,
    pub(super) user: Option<Personal>,
    pub(super) tunnel: Option<Tunnel>,
}

impl Conversation {
    pub(super) fn ended(outcome: Outcome) -> Self {
        Self {
            outcome,
            exchanges: Vec::new(),
            left_aside: Vec::new(),
            user: None,
            tunnel: None,
        }
    }
}

/// Asks in the proxy's own tongue, until the probe's deadline at the latest.
pub(super) async fn converse(link: Link, probe: &TunnelProbe) -> Conversation {
    match probe.proxy.kind {
        ProxyKind::Http | ProxyKind::Https => in_http(link, probe).await,
        ProxyKind::Socks4 | ProxyKind::Socks5 => in_socks(link, probe).await,
    }
}

async fn in_socks(mut link: Link, probe: &TunnelProbe) -> Conversation {
    let start = Instant::now();
    let mut has_shown = false;
    let asked = socks::connect(&mut link, probe, &mut has_shown);
    let outcome = match timeout(probe.deadline.remaining(), asked).await {
        Ok(Ok(answer)) => socks::outcome(answer),
        Ok(Err(error)) => foreign(&[], Speaks::Nothing, chain(&error)),
        Err(_) => late(&[], milliseconds_since(start)),
    };
    let opens = matches!(&outcome, Outcome::Socks(reply) if reply.opens());
    Conversation {
        user: probe.user().filter(|_| has_shown),
        tunnel: opens.then(|| Tunnel::new(link, hyper::body::Bytes::new())),
        ..Conversation::ended(outcome)
    }
}

async fn in_http(link: Link, probe: &TunnelProbe) -> Conversation {
    let start = Instant::now();
    let target = probe.target();
    let mut login = Login::new(
        &probe.proxy,
        probe.credentials.as_ref(),
        &probe.memory,
        &target,
        probe.deadline,
    );
    login.is_vouched_for = probe.is_vouched_for;
    let mut talker = Talker {
        probe,
        login,
        first: FirstBytes::default(),
        echo: Echo::default(),
        exchanges: Vec::new(),
        refused: None,
    };
    let talk = talker.talk(link);
    let (outcome, tunnel) = match timeout(probe.deadline.remaining(), talk).await {
        Ok(end) => end,
        Err(_) => (late(&talker.first_bytes(), milliseconds_since(start)), None),
    };
    let left_aside = talker.login.withheld.into_iter();
    Conversation {
        outcome,
        exchanges: talker.exchanges,
        left_aside: left_aside
            .map(|(scheme, why)| LeftAside {
                scheme: scheme.to_owned(),
                why,
            })
            .collect(),
        user: probe.user().filter(|_| talker.login.has_shown),
        tunnel,
    }
}

struct Talker<'a> {
    probe: &'a TunnelProbe,
    login: Login<'a>,
    first: FirstBytes,
    /// Of the last request.
    echo: Echo,
    exchanges: Vec<Exchange>,
    /// The last 407.
    refused: Option<Reply>,
}

impl Talker<'_> {
    async fn talk(&mut self, link: Link) -> (Outcome, Option<Tunnel>) {
        let mut shown = self.login.opening().await;
        let mut link = Some(link);
        let mut talk: Option<Talk> = None;
        loop {
            let same_connection = talk.is_some();
            let mut current = match (talk.take(), link.take()) {
                (Some(talk), _) => talk,
                (None, Some(link)) => match Talk::over(link, &self.first).await {
                    Ok(talk) => talk,
                    Err(error) => return (self.not_http(&error), None),
                },
                (None, None) => return (self.end(), None),
            };
            let request = match request(&self.probe.target(), shown.as_ref()) {
                Ok(request) => request,
                Err(error) => return (Outcome::NotSent { why: chain(&error) }, None),
            };
            self.echo = Echo::of(shown.as_ref(), self.probe.credentials.as_ref());
            let deadline = self.probe.deadline;
            match current.ask(request, &self.echo, deadline).await {
                Ok((reply, stays)) => {
                    self.note(shown.as_ref(), &reply, same_connection);
                    if reply.opens() {
                        self.login.taken();
                        return (Outcome::Replied(reply), Some(current.into_tunnel()));
                    }
                    if reply.status != 407 || self.exchanges.len() >= MOST_REQUESTS {
                        self.login.taken_unless(reply.status == 407);
                        return (Outcome::Replied(reply), None);
                    }
                    shown = self.login.next(&challenges(&reply), stays).await;
                    self.refused = Some(reply);
                    if shown.is_none() {
                        return (self.end(), None);
                    }
                    talk = stays.then_some(current);
                }
                Err(error) => {
                    let hung_up = self.first.get().is_empty() && self.refused.is_some();
                    if hung_up && self.login.is_bound() && same_connection {
                        // it said the connection stays, and hung up on a message of NTLM
                        self.login.closed();
                        return (self.end(), None);
                    }
                    if !(hung_up && same_connection) {
                        return (self.not_http(&error), None);
                    }
                }
            }
            if talk.is_none() {
                link = self.another_link().await;
            }
        }
    }

    async fn another_link(&self) -> Option<Link> {
        dial::dial_and_secure(self.probe).await.1.ok()
    }

    fn note(&mut self, shown: Option<&Sent>, reply: &Reply, same_connection: bool) {
        self.exchanges.push(Exchange {
            scheme: shown.map(|sent| sent.scheme.to_owned()),
            status_line: reply.status_line.clone(),
            same_connection,
        });
    }

    /// The last 407 stands where nothing came after it.
    fn end(&mut self) -> Outcome {
        match self.refused.take() {
            Some(reply) => Outcome::Replied(reply),
            None => foreign(&[], Speaks::Nothing, "no second connection".to_owned()),
        }
    }

    fn not_http(&self, error: &hyper::Error) -> Outcome {
        let bytes = self.first_bytes();
        foreign(&bytes, Speaks::of(&bytes), chain(error))
    }

    /// None of them where they give the request back.
    fn first_bytes(&self) -> Vec<u8> {
        let mut bytes = self.first.get();
        if self.echo.is_in(&String::from_utf8_lossy(&bytes)) {
            bytes.clear();
        }
        bytes
    }
}

fn challenges(reply: &Reply) -> Vec<Challenge> {
    let values = reply.values("proxy-authenticate");
    values.flat_map(Challenge::all_of).collect()
}

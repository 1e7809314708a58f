//! With which `Proxy-Authorization` does the conversation go on?
//!
//! A password is shown to a proxy only once it has asked, in the most careful of the ways it
//! offers: NTLM, Digest, Basic. What it rejected once it is never shown again: accounts get
//! locked. The session's own Kerberos ticket is tried first; on Windows its own login by NTLM too,
//! where nobody gave a password.

mod challenge;
mod digest;
mod memory;
mod ntlm;
mod ticket;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, ForeignFailure};
use zeroize::Zeroizing;

pub(crate) use self::challenge::Challenge;
use self::digest::Digest;
pub use self::memory::Memory;
use self::memory::Remembered;
use crate::sys::Session;
use crate::{Credentials, ProxyAddress};

/// The schemes this program can do, the most careful first.
pub(crate) const DOABLE: [&str; 4] = [NEGOTIATE, NTLM, DIGEST, BASIC];
pub(crate) const NEGOTIATE: &str = "Negotiate";
pub(crate) const NTLM: &str = "NTLM";
const DIGEST: &str = "Digest";
const BASIC: &str = "Basic";

/// Why a scheme that was offered was not carried to its end.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Withheld {
    /// Nobody gave a user name and a password.
    NoCredentials,
    /// This machine has no Kerberos library.
    NoLibrary,
    /// This session has no Kerberos ticket that the proxy would take, and no login of another kind.
    NoTicket {
        /// What the library said.
        failure: ForeignFailure,
    },
    /// The proxy closed the connection between two messages that must share one.
    ClosedBetweenLegs,
    /// The proxy's own message is none, or asks for what nobody here knows.
    BadChallenge,
    /// This proxy rejected the same credentials before.
    RejectedBefore,
    /// A script that anybody on the way may have written named this proxy, which asks for the
    /// password itself.
    Unvouched,
}

/// One request's credentials.
pub(crate) struct Sent {
    /// The scheme, as it is usually spelt.
    pub(crate) scheme: &'static str,
    /// The value of `Proxy-Authorization`.
    pub(crate) value: Zeroizing<String>,
}

/// The state of one conversation with one proxy.
pub(crate) struct Login<'a> {
    pub(crate) proxy: &'a ProxyAddress,
    pub(crate) credentials: Option<&'a Credentials>,
    pub(crate) memory: &'a Memory,
    /// `CONNECT`, `GET`, `POST`.
    pub(crate) method: &'static str,
    /// What is asked for, as the request's first line has it.
    pub(crate) target: &'a str,
    /// Whether it may be shown the password itself, and not only a proof of it.
    pub(crate) is_vouched_for: bool,
    pub(crate) deadline: Deadline,
    stage: Stage,
    /// Why schemes were left aside, in the order they were.
    pub(crate) withheld: Vec<(&'static str, Withheld)>,
    /// Whether a name and a password went out.
    pub(crate) has_shown: bool,
}

enum Stage {
    /// The proxy has not asked yet.
    Fresh,
    /// The last answer there is was given.
    Last(&'static str),
    /// One that a new nonce makes good again, once.
    Digest { has_renewed: bool },
    /// The first message was sent; the proxy's own comes next.
    NtlmBegun,
    /// What the session itself says was sent.
    Session {
        scheme: &'static str,
        /// None while it makes the next message.
        session: Option<Session>,
        /// Whether the proxy has answered one before.
        goes_on: bool,
    },
}

impl<'a> Login<'a> {
    /// For a `CONNECT` to a proxy that the settings themselves name.
    pub(crate) fn new(
        proxy: &'a ProxyAddress,
        credentials: Option<&'a Credentials>,
        memory: &'a Memory,
        target: &'a str,
        deadline: Deadline,
    ) -> Self {
        Self {
            proxy,
            credentials,
            memory,
            method: "CONNECT",
            target,
            is_vouched_for: true,
            deadline,
            stage: Stage::Fresh,
            withheld: Vec::new(),
            has_shown: false,
        }
    }

    /// What the first request shows: nothing, unless this proxy has asked before.
    pub(crate) async fn opening(&mut self) -> Option<Sent> {
        match self.memory.of(self.proxy)? {
            Remembered::Rejected => None,
            Remembered::Session(scheme) => self.by_session(scheme).await,
            Remembered::Ntlm => self.begin_ntlm(),
            Remembered::Basic => self.basic(),
            Remembered::Digest(digest) => self.digest(digest, false),
        }
    }

    /// What the next request shows after a 407 with these challenges; none: nothing more can be
    /// done. `stays`: the next request can go over the same connection.
    pub(crate) async fn next(&mut self, asked: &[Challenge], stays: bool) -> Option<Sent> {
        match self.stage {
            Stage::Fresh => self.choose(asked, NEGOTIATE).await,
            Stage::Session { scheme, .. } => match self.go_on(scheme, asked, stays).await {
                // a ticket that is not taken costs nobody an account
                None => self.choose(asked, after(scheme)).await,
                sent => sent,
            },
            Stage::NtlmBegun => match self.end_ntlm(asked, stays) {
                None => self.choose(asked, DIGEST).await,
                sent => sent,
            },
            Stage::Digest { has_renewed } => {
                let renewed = asked.iter().find(|challenge| is_stale(challenge));
                let digest = renewed.filter(|_| !has_renewed).and_then(Digest::of);
                match digest {
                    Some(digest) => self.digest(digest, true),
                    None => self.rejected(),
                }
            }
            Stage::Last(_) => self.rejected(),
        }
    }

    /// The tunnel is open, or refused for another reason: what was shown was taken.
    pub(crate) fn taken(&self) {
        match &self.stage {
            Stage::Session { scheme, .. } => {
                self.memory.keep(self.proxy, Remembered::Session(scheme));
            }
            Stage::Last(NTLM) => self.memory.keep(self.proxy, Remembered::Ntlm),
            Stage::Last(BASIC) => self.memory.keep(self.proxy, Remembered::Basic),
            // kept when it was answered, with its count
            Stage::Last(_) | Stage::Digest { .. } | Stage::Fresh | Stage::NtlmBegun => {}
        }
    }

    /// The same, where the last answer was not another 407.
    pub(crate) fn taken_unless(&self, asked_again: bool) {
        if !asked_again {
            self.taken();
        }
    }

    /// Whether the message under way is good for this connection alone: those of NTLM are, and a
    /// third one sent again is another try of the password.
    pub(crate) fn is_bound(&self) -> bool {
        match self.stage {
            Stage::NtlmBegun | Stage::Last(NTLM) => true,
            Stage::Session {
                scheme, goes_on, ..
            } => scheme == NTLM || goes_on,
            _ => false,
        }
    }

    /// The connection ended where one message must follow another. Nobody said what became of a
    /// password that was shown: it is not shown again.
    pub(crate) fn closed(&mut self) {
        self.withheld.push((NTLM, Withheld::ClosedBetweenLegs));
        if self.has_shown {
            self.memory.keep(self.proxy, Remembered::Rejected);
        }
    }

    fn rejected(&mut self) -> Option<Sent> {
        if self.has_shown {
            self.memory.keep(self.proxy, Remembered::Rejected);
        }
        None
    }

    /// The first of the schemes offered that can be done here, from `first` on.
    async fn choose(&mut self, asked: &[Challenge], first: &str) -> Option<Sent> {
        let from = DOABLE.iter().skip_while(|scheme| **scheme != first);
        for scheme in from.filter(|scheme| offers(asked, scheme)) {
            let sent = match self.is_for_session(scheme) {
                true => self.by_session(scheme).await,
                false => None,
            };
            let sent = match sent {
                None if *scheme != NEGOTIATE => self.by_password(scheme, asked),
                sent => sent,
            };
            if sent.is_some() {
                return sent;
            }
        }
        None
    }

    fn by_password(&mut self, scheme: &'static str, asked: &[Challenge]) -> Option<Sent> {
        if self.credentials.is_none() {
            return self.withhold(scheme, Withheld::NoCredentials);
        }
        if matches!(self.memory.of(self.proxy), Some(Remembered::Rejected)) {
            return self.withhold(scheme, Withheld::RejectedBefore);
        }
        match scheme {
            NTLM => self.begin_ntlm(),
            DIGEST => match asked.iter().find_map(doable_digest) {
                Some(digest) => self.digest(digest, false),
                None => self.withhold(scheme, Withheld::BadChallenge),
            },
            _ => self.basic(),
        }
    }

    fn withhold(&mut self, scheme: &'static str, why: Withheld) -> Option<Sent> {
        self.withheld.push((scheme, why));
        None
    }

    /// NTLM only where nobody gave a password for it, and once.
    fn is_for_session(&self, scheme: &str) -> bool {
        let is_first = !matches!(self.stage, Stage::Session { .. });
        let by_ntlm = Session::KNOWS_NTLM && self.credentials.is_none() && is_first;
        scheme == NEGOTIATE || scheme == NTLM && by_ntlm
    }

    async fn by_session(&mut self, scheme: &'static str) -> Option<Sent> {
        match ticket::begin(scheme, &self.proxy.host, self.deadline).await {
            // from such a proof a password can be guessed, which nobody can from a ticket
            Ok((_, message)) if ntlm::is_message(&message) && !self.is_vouched_for => {
                self.withhold(scheme, Withheld::Unvouched)
            }
            Ok((session, message)) => {
                self.stage = Stage::Session {
                    scheme,
                    session: Some(session),
                    goes_on: false,
                };
                Some(sent(scheme, &message))
            }
            Err(why) => self.withhold(scheme, why),
        }
    }

    /// What the session says to the proxy's own message; none: it has none, or there is no more to
    /// say.
    async fn go_on(
        &mut self,
        scheme: &'static str,
        asked: &[Challenge],
        stays: bool,
    ) -> Option<Sent> {
        let token = asked.iter().find(|challenge| challenge.is(scheme));
        let token = token.and_then(|challenge| challenge.token.as_deref())?;
        let challenge = STANDARD.decode(token).ok()?;
        let Stage::Session { session, .. } = &mut self.stage else {
            return None;
        };
        let session = session.take()?;
        let (session, message) = ticket::go_on(session, challenge, self.deadline).await?;
        if !stays {
            return self.withhold(scheme, Withheld::ClosedBetweenLegs);
        }
        self.stage = Stage::Session {
            scheme,
            session: Some(session),
            goes_on: true,
        };
        Some(sent(scheme, &message))
    }

    fn begin_ntlm(&mut self) -> Option<Sent> {
        self.credentials?;
        self.stage = Stage::NtlmBegun;
        Some(sent(NTLM, &ntlm::negotiate()))
    }

    fn end_ntlm(&mut self, asked: &[Challenge], stays: bool) -> Option<Sent> {
        let token = asked.iter().find(|challenge| challenge.is(NTLM));
        let token = token.and_then(|challenge| challenge.token.as_deref());
        let message = token.and_then(|token| STANDARD.decode(token).ok());
        let Some(challenge) = message.as_deref().and_then(ntlm::Challenge::read) else {
            return self.withhold(NTLM, Withheld::BadChallenge);
        };
        if !stays {
            return self.withhold(NTLM, Withheld::ClosedBetweenLegs);
        }
        let fresh = ntlm::Fresh {
            nonce: random()?,
            time: file_time(),
        };
        let message = ntlm::authenticate(&challenge, self.credentials?, fresh);
        self.stage = Stage::Last(NTLM);
        self.has_shown = true;
        Some(sent(NTLM, &message))
    }

    fn basic(&mut self) -> Option<Sent> {
        if !self.is_vouched_for {
            return self.withhold(BASIC, Withheld::Unvouched);
        }
        let value = self.credentials?.basic();
        self.stage = Stage::Last(BASIC);
        self.has_shown = true;
        Some(Sent {
            scheme: BASIC,
            value,
        })
    }

    fn digest(&mut self, mut digest: Digest, has_renewed: bool) -> Option<Sent> {
        let nonce: String = random::<16>()?.map(|byte| format!("{byte:02x}")).concat();
        let value = digest.answer(self.credentials?, [self.method, self.target], &nonce);
        self.stage = Stage::Digest { has_renewed };
        self.has_shown = true;
        self.memory.keep(self.proxy, Remembered::Digest(digest));
        Some(Sent {
            scheme: DIGEST,
            value,
        })
    }
}

/// What is tried once the session's own login was not taken.
fn after(scheme: &str) -> &'static str {
    match scheme {
        NEGOTIATE => NTLM,
        _ => DIGEST,
    }
}

fn offers(asked: &[Challenge], scheme: &str) -> bool {
    asked.iter().any(|challenge| challenge.is(scheme))
}

fn doable_digest(challenge: &Challenge) -> Option<Digest> {
    challenge
        .is(DIGEST)
        .then(|| Digest::of(challenge))
        .flatten()
}

/// Source: RFC 7616 §3.3.
fn is_stale(challenge: &Challenge) -> bool {
    let stale = challenge.parameter("stale");
    challenge.is(DIGEST) && stale.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn sent(scheme: &'static str, message: &[u8]) -> Sent {
    let encoded = Zeroizing::new(STANDARD.encode(message));
    let value = Zeroizing::new(format!("{scheme} {}", encoded.as_str()));
    Sent { scheme, value }
}

/// None: the system has no randomness, without which nothing secret is sent.
fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Source: MS-DTYP §2.3.3, `FILETIME`.
fn file_time() -> [u8; 8] {
    const SECONDS_FROM_1601_TO_1970: u64 = 11_644_473_600;
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default() + Duration::from_secs(SECONDS_FROM_1601_TO_1970);
    let ticks = u64::try_from(since.as_nanos() / 100).unwrap_or(u64::MAX);
    ticks.to_le_bytes()
}

#[cfg(test)]
mod tests;

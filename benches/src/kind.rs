//! Who is compared with whom?

use tomcheck_testkit::TlsServer;

use crate::foreign::Foreign;
use crate::in_process::{Probing, Rustls};
use crate::peer::Peer;
use crate::programs::Program;
use crate::room::{Room, TokenHome};
use crate::token::{Caller, Signature, command, credential};
use crate::{Missing, Tools, Version};

/// A way to make a handshake.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Memory,
    Configuration,
    Probe,
    Signature,
    OpensslEngine,
    OpensslClient,
    GnutlsClient,
    Curl,
    Once,
    Tomcheck,
    Gnutls,
    OpensslFile,
}

/// Peers that are compared with each other; the first is the baseline.
pub(crate) const IN_PROCESS: &[Kind] = &[
    Kind::Memory,
    Kind::Configuration,
    Kind::Probe,
    Kind::Signature,
];
/// The same, one process per handshake.
pub(crate) const PROGRAMS: &[Kind] = &[
    Kind::OpensslEngine,
    Kind::OpensslClient,
    Kind::GnutlsClient,
    Kind::Curl,
    Kind::Once,
    Kind::Tomcheck,
    Kind::Gnutls,
    Kind::OpensslFile,
];

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Memory => "rustls, key in memory (the ideal)",
            Self::Configuration => "tomcheck-tls client_config, token key",
            Self::Probe => "tomcheck-tls HandshakeProbe, token key",
            Self::Signature => "the worker's signature, no handshake",
            Self::OpensslEngine => "openssl s_client + libp11, token key",
            Self::OpensslClient => "a program with OpenSSL + libp11",
            Self::GnutlsClient => "a program with GnuTLS",
            Self::Curl => "curl + libp11, token key",
            Self::Once => "a program with open_card, client_config",
            Self::Tomcheck => "tomcheck check --pin-fd, token key",
            Self::Gnutls => "gnutls-cli, token key",
            Self::OpensslFile => "openssl s_client, key in a file",
        }
    }

    /// A folder's name.
    pub(crate) const fn short(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Configuration => "configuration",
            Self::Probe => "probe",
            Self::Signature => "signature",
            Self::OpensslEngine => "openssl-engine",
            Self::OpensslClient => "openssl-client",
            Self::GnutlsClient => "gnutls-client",
            Self::Curl => "curl",
            Self::Once => "once",
            Self::Tomcheck => "tomcheck",
            Self::Gnutls => "gnutls",
            Self::OpensslFile => "openssl-file",
        }
    }

    /// Whether its key is on the token.
    pub(crate) const fn uses_token(self) -> bool {
        !matches!(self, Self::Memory | Self::OpensslFile)
    }

    /// How many handshakes with the server one turn of it is.
    pub(crate) const fn handshakes(self) -> usize {
        match self {
            Self::Signature => 0,
            _ => 1,
        }
    }

    /// What it needs and this machine lacks.
    pub(crate) fn missing(self, tools: &Tools) -> Option<Missing> {
        let needed = match self {
            Self::Memory
            | Self::Configuration
            | Self::Probe
            | Self::Signature
            | Self::GnutlsClient => return None,
            Self::OpensslEngine | Self::OpensslClient => &tools.openssl_engine,
            Self::Curl => &tools.curl,
            Self::Once => &tools.once,
            Self::Tomcheck => &tools.tomcheck,
            Self::Gnutls => &tools.gnutls,
            Self::OpensslFile => &tools.openssl,
        };
        needed.as_ref().err().copied()
    }

    /// Makes it ready for its first handshake.
    pub(crate) fn ready(
        self,
        room: &Room,
        version: Version,
        server: &TlsServer,
        home: &TokenHome,
    ) -> anyhow::Result<Box<dyn Peer>> {
        let (holder, address) = (&room.holder, server.address());
        let credential = || credential(&home.module, Caller::Worker(command(home)?));
        let client = |client: Foreign| client.command(room, version, server, home);
        Ok(match self {
            Self::Memory => Box::new(Rustls::in_memory(holder, version, address)?),
            Self::Configuration => {
                Box::new(Rustls::with_credential(credential()?, version, address)?)
            }
            Self::Probe => Box::new(Probing::new(credential()?, version, address)?),
            Self::Signature => Box::new(Signature::new(home)?),
            Self::OpensslEngine => Box::new(Program::openssl_engine(room, server, home)?),
            Self::OpensslClient => Box::new(Program::client(client(Foreign::Openssl)?)),
            Self::GnutlsClient => Box::new(Program::client(client(Foreign::Gnutls)?)),
            Self::Curl => Box::new(Program::curl(room, server, home)?),
            Self::Once => Box::new(Program::once(room, server, home)?),
            Self::Tomcheck => Box::new(Program::tomcheck(room, server, home)?),
            Self::Gnutls => Box::new(Program::gnutls(room, server, home)?),
            Self::OpensslFile => Box::new(Program::openssl_file(room, server)?),
        })
    }
}

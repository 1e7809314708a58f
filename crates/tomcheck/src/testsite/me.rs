//! What does a program read at `/api/me`?

use serde::Serialize;
use tomcheck_cert::identify::Identified;
use tomcheck_diagnosis::{Instant, Lang, Version};
use tomcheck_tls::server::{ChainJudged, HelloSeen, Named};
use tomcheck_tls::{Scheme, ServerCertificate, TlsVersion};

use super::client::{Certificate, Client, Outcome};
use super::routes::Asked;
use super::words;

/// What the site received, in clear: it goes back to the one who sent it.
#[derive(Debug, Serialize)]
pub struct Me {
    /// Which tomcheck wrote it.
    pub tomcheck: Version,
    /// When, RFC 3339 in UTC.
    pub at: Instant,
    /// `none`, `accepted`, `not-judged`, `not-accepted`.
    pub outcome: &'static str,
    /// The same as a sentence, in the language asked for.
    pub title: String,
    /// The certificate, as `identify --json` tells it; null: none came, or it is unreadable.
    pub client: Option<Box<Identified>>,
    /// Why it is unreadable.
    pub unreadable: Option<String>,
    /// What the chain is worth; null without a certificate.
    pub chain: Option<ChainDetail>,
    /// The connection.
    pub tls: TlsDetail,
    /// What the browser offered before anything was agreed on; null: it could not be read.
    pub hello: Option<HelloDetail>,
    /// The request.
    pub http: HttpDetail,
}

/// The certificates that came, and what they are worth.
#[derive(Debug, Serialize)]
pub struct ChainDetail {
    /// The verdict.
    #[serde(flatten)]
    pub judged: Option<ChainJudged>,
    /// As they came, the client's own first.
    pub certificates: Vec<Shown>,
}

/// One certificate that came.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// Whom it is for, RFC 4514.
    pub subject: Option<String>,
    /// Who issued it, RFC 4514.
    pub issuer: Option<String>,
    /// Its last moment.
    pub not_after: Option<Instant>,
    /// SHA-256 of the DER, in hexadecimal.
    pub sha256: String,
}

/// What was agreed on.
#[derive(Debug, Serialize)]
pub struct TlsDetail {
    /// `TLS 1.3`.
    pub version: Option<TlsVersion>,
    /// `TLS_AES_128_GCM_SHA256`.
    pub cipher: Option<String>,
    /// `X25519`.
    pub group: Option<String>,
    /// What the client signed with; null: nothing was signed.
    pub scheme: Option<Scheme>,
    /// Whether an earlier session was taken up again.
    pub resumed: bool,
    /// `h2`.
    pub alpn: Option<String>,
}

/// What the browser offered, in its own order.
#[derive(Debug, Serialize)]
pub struct HelloDetail {
    /// SNI.
    pub server_name: Option<String>,
    /// Versions.
    pub versions: Vec<Named>,
    /// Cipher suites.
    pub ciphers: Vec<Named>,
    /// Groups.
    pub groups: Vec<Named>,
    /// Signatures it verifies.
    pub signature_schemes: Vec<Named>,
    /// ALPN.
    pub alpn: Vec<String>,
    /// Extensions.
    pub extensions: Vec<Named>,
}

/// The request.
#[derive(Debug, Serialize)]
pub struct HttpDetail {
    /// `HTTP/1.1`, `HTTP/2.0`.
    pub version: String,
    /// How the browser calls itself.
    pub user_agent: Option<String>,
    /// The languages it asks for.
    pub accept_language: Option<String>,
}

impl Me {
    pub(super) fn of(client: &Client, asked: &Asked, lang: Lang) -> Self {
        let unreadable = match &client.certificate {
            Certificate::Unreadable(error) => Some(error.clone()),
            Certificate::None | Certificate::Read(_) => None,
        };
        Self {
            tomcheck: Version {
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            at: client.at,
            outcome: word(client.outcome()),
            title: words::title(client).get(lang).to_owned(),
            client: client.identified(lang).map(Box::new),
            unreadable,
            chain: chain(client),
            tls: TlsDetail::of(client),
            hello: client.seen.hello.as_ref().map(HelloDetail::of),
            http: HttpDetail::of(asked),
        }
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Nothing => "none",
        Outcome::Good => "accepted",
        Outcome::NotJudged => "not-judged",
        Outcome::Bad(_) => "not-accepted",
    }
}

fn chain(client: &Client) -> Option<ChainDetail> {
    let shown = |der: &Vec<u8>| {
        let certificate = ServerCertificate::of(der);
        Shown {
            subject: certificate.subject,
            issuer: certificate.issuer,
            not_after: certificate.not_after,
            sha256: certificate.sha256,
        }
    };
    let chain = &client.seen.chain;
    (!chain.is_empty()).then(|| ChainDetail {
        judged: client.seen.verdict.clone(),
        certificates: chain.iter().map(shown).collect(),
    })
}

impl TlsDetail {
    fn of(client: &Client) -> Self {
        let seen = &client.seen;
        Self {
            version: seen.version,
            cipher: seen.cipher.clone(),
            group: seen.group.clone(),
            scheme: seen.scheme.clone(),
            resumed: seen.is_resumed,
            alpn: seen.alpn.clone(),
        }
    }
}

impl HelloDetail {
    fn of(hello: &HelloSeen) -> Self {
        Self {
            server_name: hello.server_name.clone(),
            versions: hello.version_names(),
            ciphers: hello.cipher_names(),
            groups: hello.group_names(),
            signature_schemes: hello.scheme_names(),
            alpn: hello.alpn.clone(),
            extensions: hello.extension_names(),
        }
    }
}

impl HttpDetail {
    fn of(asked: &Asked) -> Self {
        Self {
            version: asked.version.clone(),
            user_agent: asked.user_agent.clone(),
            accept_language: asked.accept_language.clone(),
        }
    }
}

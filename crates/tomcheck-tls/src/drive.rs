//! Who moves the bytes, and by when?

use tokio::io::{AsyncRead, AsyncWrite};
use tomcheck_diagnosis::Instant;

use crate::handshake::HandshakeProbe;
use crate::seen::{
    ClientAuthSeen, CredentialSeen, Ending, HandshakeSeen, HttpSeen, IssuerVerdict, Moment,
    Presented, Requested, ServerVerdict, SignatureSeen, TokenOffer,
};

pub(crate) async fn drive<S>(probe: &HandshakeProbe, _stream: S) -> HandshakeSeen
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    HandshakeSeen {
        server_name: probe.host.clone(),
        started_at: Instant::now(),
        offered: probe.versions.offered().to_vec(),
        negotiated: None,
        cipher: None,
        phases: vec![],
        records: vec![],
        server_chain: vec![],
        server_verdict: ServerVerdict::NotSeen,
        client_auth: ClientAuthSeen {
            requested: Requested::Unknown,
            certificate_authorities: vec![],
            signature_schemes: vec![],
        },
        token: TokenOffer {
            credential: CredentialSeen::Absent,
            mechanisms: vec![],
            usable_schemes: vec![],
            issuers: vec![],
            issuer: IssuerVerdict::NotAsked,
            presented: Presented::NotAsked,
            signature: SignatureSeen::NotAsked,
        },
        alert: None,
        ending: Ending::Silent {
            moment: Moment::BeforeCertificate,
            waited_ms: 0,
        },
        http: HttpSeen::NotAsked,
    }
}

//! What of OpenSSL 3 has no safe way in crate openssl?

mod key;
mod session;

pub(crate) use self::key::{How, KeyElsewhere, key_elsewhere};
pub(crate) use self::session::{
    Witness, authorities, offer_post_handshake_authentication, peer_schemes, sign_with,
    watch_server,
};

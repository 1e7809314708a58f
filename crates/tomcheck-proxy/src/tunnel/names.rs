//! Whom could what a proxy answered name?

use tomcheck_diagnosis::{Identity, IdentityKind};

use super::{Outcome, TunnelSeen};

/// The user that was shown, as pages and addresses write him, and what a redirection says behind
/// its `?`: filters put there who asked.
pub(super) fn identities(seen: &TunnelSeen) -> Vec<Identity> {
    let user = seen.user.iter().flat_map(|user| of_user(user.reveal()));
    user.chain(queries(seen)).collect()
}

/// `CHU\jean.dupont` whole, without its domain, and percent-encoded. Without its domain it may be
/// a word of the report, as the session's own name may.
fn of_user(user: &str) -> Vec<Identity> {
    let encoded = encoded(user);
    let whole = [user.to_owned(), encoded.to_lowercase(), encoded];
    let bare = user.rsplit_once('\\').map_or(user, |(_, name)| name);
    let bare = bare.split_once('@').map_or(bare, |(name, _)| name);
    let bare = [bare.to_owned(), bare.to_lowercase(), bare.to_uppercase()];
    let bare = bare.into_iter().filter(|name| name != user);
    let bare = bare.map(|name| Identity::new(IdentityKind::User, name));
    let whole = whole.into_iter();
    let whole = whole.map(|name| Identity::new(IdentityKind::Credential, name));
    whole.chain(bare).collect()
}

fn queries(seen: &TunnelSeen) -> Vec<Identity> {
    let Outcome::Replied(reply) = &seen.outcome else {
        return Vec::new();
    };
    let queries = reply.values("location").filter_map(|location| {
        let (_, query) = location.split_once('?')?;
        // one word names nobody, and may be a word of the report
        let is_word = query.chars().all(char::is_alphabetic);
        (!is_word).then(|| Identity::new(IdentityKind::Credential, query))
    });
    queries.collect()
}

/// Source: RFC 3986 §2.1, §2.3.
fn encoded(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    bytes.collect()
}

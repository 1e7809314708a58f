//! Which lines say something, as regular expressions?
//!
//! `tomcheck trace` finds such a line by a few letters of it and then reads it; who looks with
//! `rg` says at once what the line must hold. Both come to the same lines.

/// Every code that `tomcheck trace` knows by its name or its number, and every sentence.
pub(super) fn patterns() -> Vec<&'static str> {
    let codes = tomcheck::trace::codes().filter(|code| is_unmistakable(code));
    codes.chain(LINES.iter().copied()).collect()
}

/// What says by itself whose code it is: 48 is an alert only behind the word, and so are the names of
/// alerts, which [`LINES`] has.
fn is_unmistakable(code: &str) -> bool {
    code.starts_with("0x80") || code.contains('_') && code.starts_with(|c: char| c.is_uppercase())
}

const LINES: &[&str] = &[
    // squid's access.log: what failed, and a tunnel that carried more than squid's own answer
    "(^| )(TCP_|NONE|TAG_|UDP_)[A-Z_]*/(407|403|500|502|503|504) +[0-9]+ +CONNECT +[^ ]+ +[^ ]+ +[^ ]+",
    "(^| )(TCP_TUNNEL|TCP_MISS)[A-Z_]*/2[0-9][0-9] +(50[1-9]|5[1-9][0-9]|[6-9][0-9][0-9]|[0-9]{4,}) +CONNECT +[^ ]+ +[^ ]+ +([^H ]|H[^I]|HIER_[^N])[^ ]*",
    // the same in Apache's form
    "\" (407|403|500|502|503|504) [0-9]+ .*(TCP_|NONE|TAG_|UDP_)[A-Z_]*:HIER_",
    "\"CONNECT [^\"]*\" 2[0-9][0-9] .*(TCP_TUNNEL|TCP_MISS)[A-Z_]*:HIER_[^N]",
    // Java
    "Authentication failure",
    "xception: .*(Server returned HTTP response code|Network is unreachable|Software caused connection abort|HTTPS hostname wrong|renegotiation is not allowed|peer not authenticated|does not exist|Illegal key size|proxy authentication, in streaming mode|Malformed reply from SOCKS server)",
    "Can't load .* on a .* platform",
    "Exception: .*(PKIX path building failed|unable to find valid certification path|No name matching|No subject alternative|NotAfter|NotBefore|timestamp check failed|No appropriate protocol|plaintext connection\\?|Unsupported or unrecognized SSL message|closed connection during handshake|terminated the handshake|Connection reset|Proxy returns)",
    "(UnknownHost|SocketTimeout|HttpConnectTimeout|ConnectTimeout|Connect|HttpHostConnect|NoRouteToHost)Exception: ",
    "fatal alert: (handshake_failure|no_certificate|bad_certificate|unsupported_certificate|certificate_[a-z]+|illegal_parameter|unknown_ca|access_denied|decode_error|decrypt_error|protocol_version|insufficient_security|internal_error|inappropriate_fallback|unrecognized_name)",
    "ALERT:  (fatal|warning), ",
    "javax.net.ssl\\|.*(ClientHello|fatal|alert|Finished)",
    // curl, OpenSSL, Chromium, Windows
    "^< HTTP/[0-9.]+ [0-9]+",
    "curl: \\([0-9]+\\) ",
    "ould not resolve (host|proxy): ",
    " tunnel (established|failed), response ",
    "Proxy (replied 2|Authentication Required)",
    "TLS alert, [a-z ]+ \\([0-9]+\\)",
    "SSL routines:.*( alert |certificate verify failed|wrong version number|http request|unsupported protocol|no shared cipher|did not return a certificate|unexpected eof)",
    "erify (error|return code)",
    "(write|read|connect):errno=[0-9]+",
    "BIO_lookup_ex",
    "net_error\"?:? *-[0-9]+",
    "\"headers\":\\[\"HTTP/[0-9.]+ 2",
    "<EventID",
];

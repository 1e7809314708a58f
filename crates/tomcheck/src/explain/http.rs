//! What does an HTTP status mean, on the way to a site that asks for a card?
//!
//! Source: RFC 9110 §15; 495 to 497 are nginx's, `ngx_http_request.h`.

use super::row::{Entry, code};

pub(super) const ROWS: &[Entry] = &[
    code(
        "200 OK",
        200,
        "la demande a abouti ; en réponse à CONNECT : le proxy laisse passer",
        "the request succeeded; in answer to CONNECT: the proxy lets pass",
        &[],
    ),
    code(
        "302 Found",
        302,
        "le site renvoie vers une autre adresse ; en réponse à CONNECT : le proxy montre sa page de connexion ou de blocage",
        "the site sends to another address; in answer to CONNECT: the proxy shows its login or blocking page",
        &["network.captive-portal", "proxy.host-not-allowed"],
    ),
    code(
        "400 Bad Request",
        400,
        "le site n'a pas accepté la demande ; avec nginx, c'est aussi ce que reçoit un navigateur qui n'a pas envoyé de certificat",
        "the site did not accept the request; of nginx, also what a browser gets that sent no certificate",
        &["tls.certificate-required", "tls.application-refused"],
    )
    .shown(&[
        "No required SSL certificate was sent",
        "The SSL certificate error",
        "The plain HTTP request was sent to HTTPS port",
    ]),
    code(
        "401 Unauthorized",
        401,
        "le site demande un nom d'utilisateur et un mot de passe",
        "the site asks for a user name and a password",
        &["tls.application-refused"],
    ),
    code(
        "403 Forbidden",
        403,
        "l'accès est refusé : par le site, qui ne reconnaît pas la carte ou n'a pas reçu de certificat, ou par le proxy, en réponse à CONNECT",
        "access is denied: by the site, which does not recognise the card or got no certificate, or by the proxy, in answer to CONNECT",
        &[
            "proxy.host-not-allowed",
            "tls.application-refused",
            "tls.post-handshake-authentication",
        ],
    ),
    code(
        "404 Not Found",
        404,
        "cette page n'existe pas sur le site",
        "there is no such page on the site",
        &["tls.application-refused"],
    ),
    code(
        "405 Method Not Allowed",
        405,
        "la méthode est refusée ; en réponse à CONNECT : ce qui répond n'est pas un proxy",
        "the method is refused; in answer to CONNECT: what answers is no proxy",
        &["proxy.not-a-proxy"],
    ),
    code(
        "407 Proxy Authentication Required",
        407,
        "le proxy demande un nom d'utilisateur et un mot de passe",
        "the proxy asks for a user name and a password",
        &[
            "proxy.authentication-required",
            "proxy.authentication-rejected",
            "proxy.scheme-unsupported",
        ],
    ),
    code(
        "408 Request Timeout",
        408,
        "le serveur n'a pas reçu la demande à temps",
        "the server did not get the request in time",
        &["network.timeout"],
    ),
    code(
        "413 Content Too Large",
        413,
        "la demande est trop grande ; quand le site redemande le certificat en cours de route, son tampon a débordé",
        "the request is too large; where the site asks for the certificate midway, its buffer overflowed",
        &["tls.renegotiation-required", "tls.application-refused"],
    )
    .shown(&["Request Entity Too Large"]),
    code(
        "421 Misdirected Request",
        421,
        "la demande est arrivée sur une connexion ouverte pour un autre site",
        "the request came on a connection opened for another site",
        &["tls.application-refused"],
    ),
    code(
        "426 Upgrade Required",
        426,
        "le site exige une autre version du protocole",
        "the site demands another version of the protocol",
        &["tls.application-refused"],
    ),
    code(
        "429 Too Many Requests",
        429,
        "trop de demandes en peu de temps : attendre avant de recommencer",
        "too many requests in a short time: wait before the next",
        &["tls.application-refused"],
    ),
    code(
        "495 SSL Certificate Error",
        495,
        "nginx n'a pas accepté le certificat reçu",
        "nginx did not accept the certificate it received",
        &["tls.certificate-rejected", "cert.issuer-unknown", "cert.expired"],
    ),
    code(
        "496 SSL Certificate Required",
        496,
        "nginx exige un certificat et n'en a pas reçu",
        "nginx demands a certificate and received none",
        &["tls.certificate-required", "card.absent"],
    ),
    code(
        "497 HTTP Request Sent to HTTPS Port",
        497,
        "une demande sans chiffrement est arrivée sur le port chiffré : l'adresse doit commencer par https://",
        "a request without encryption came to the encrypted port: the address must begin with https://",
        &["tls.not-tls"],
    ),
    code(
        "500 Internal Server Error",
        500,
        "une panne chez le serveur, ou chez le proxy en réponse à CONNECT",
        "a failure of the server, or of the proxy in answer to CONNECT",
        &["tls.application-refused", "proxy.upstream-failed"],
    ),
    code(
        "502 Bad Gateway",
        502,
        "un intermédiaire n'a pas obtenu de réponse valable du site",
        "something on the way got no valid answer from the site",
        &["proxy.upstream-failed", "proxy.upstream-dns", "tls.application-refused"],
    ),
    code(
        "503 Service Unavailable",
        503,
        "le service est indisponible ; d'un proxy : il n'arrive pas à joindre le site ou à trouver son nom",
        "the service is unavailable; of a proxy: it cannot reach the site or find its name",
        &["proxy.upstream-failed", "proxy.upstream-dns", "tls.application-refused"],
    ),
    code(
        "504 Gateway Timeout",
        504,
        "le site n'a pas répondu à temps à l'intermédiaire",
        "the site did not answer something on the way in time",
        &["proxy.upstream-failed", "proxy.upstream-dns"],
    ),
    code(
        "511 Network Authentication Required",
        511,
        "le réseau demande de se connecter sur son portail",
        "the network asks to log in at its portal",
        &["network.captive-portal"],
    ),
];

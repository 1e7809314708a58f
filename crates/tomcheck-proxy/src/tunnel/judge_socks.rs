//! What does a SOCKS proxy's refusal mean?

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Step, Text};

use super::judge::about;
use super::words::{SCHEMES, USER};
use super::{SocksReply, SocksStep, TunnelSeen};
use crate::findings::{
    AUTHENTICATION_REJECTED, AUTHENTICATION_REQUIRED, HOST_NOT_ALLOWED, SCHEME_UNSUPPORTED,
    UPSTREAM_FAILED,
};

pub(super) fn refusal(seen: &TunnelSeen, reply: SocksReply) -> Finding {
    let said = Evidence::raw(call(reply.step), reply.code.to_string());
    let finding = match reply.step {
        SocksStep::Method => no_method(seen),
        SocksStep::Login => rejected(seen),
        SocksStep::Connect => of_row(seen, ROWS_5, reply.code, OTHER_5),
        SocksStep::Connect4 => of_row(seen, ROWS_4, reply.code, OTHER_4),
    };
    finding.with(said)
}

pub(super) const fn call(step: SocksStep) -> &'static str {
    match step {
        SocksStep::Method => "SOCKS5 METHOD",
        SocksStep::Login => "SOCKS5 STATUS",
        SocksStep::Connect => "SOCKS5 REP",
        SocksStep::Connect4 => "SOCKS4 CD",
    }
}

/// It does not say what it wants: beside a password, GSSAPI alone is standard.
fn no_method(seen: &TunnelSeen) -> Finding {
    match seen.offers_password {
        false => about(&AUTHENTICATION_REQUIRED, seen),
        true => about(&SCHEME_UNSUPPORTED, seen)
            .with(Evidence::new("schemes", SCHEMES, "SOCKS 5 (GSSAPI)"))
            .noting(WANTS_GSSAPI),
    }
}

fn rejected(seen: &TunnelSeen) -> Finding {
    let user = seen.user.as_ref();
    let user = user.map(|user| Evidence::new("user", USER, user.reveal()));
    about(&AUTHENTICATION_REJECTED, seen).with_all(user)
}

type Row = (u8, &'static FindingKind, Text);

fn of_row(seen: &TunnelSeen, rows: &'static [Row], code: u8, other: Text) -> Finding {
    match rows.iter().find(|(known, ..)| *known == code) {
        Some((_, kind, note)) if kind.code == HOST_NOT_ALLOWED.code => about(kind, seen)
            .noting(*note)
            .beginning_with([ALLOW_IN_SOCKS]),
        Some((_, kind, note)) => about(kind, seen).noting(*note),
        None => about(&UPSTREAM_FAILED, seen).noting(other),
    }
}

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// Source: RFC 1928 §6.
const ROWS_5: &[Row] = &[
    (
        1,
        &UPSTREAM_FAILED,
        t(
            "Le proxy SOCKS signale une panne, sans dire laquelle.",
            "The SOCKS proxy reports a failure, without saying which.",
        ),
    ),
    (
        2,
        &HOST_NOT_ALLOWED,
        t(
            "Une règle du proxy SOCKS l'interdit.",
            "A rule of the SOCKS proxy forbids it.",
        ),
    ),
    (
        3,
        &UPSTREAM_FAILED,
        t(
            "Depuis le proxy SOCKS, le réseau du site est hors d'atteinte.",
            "From the SOCKS proxy, the site's network is out of reach.",
        ),
    ),
    (
        4,
        &UPSTREAM_FAILED,
        t(
            "Depuis le proxy SOCKS, le site est hors d'atteinte, ou son nom est introuvable.",
            "From the SOCKS proxy, the site is out of reach, or its name cannot be resolved.",
        ),
    ),
    (
        5,
        &UPSTREAM_FAILED,
        t(
            "Le site, ou un pare-feu devant lui, refuse la connexion du proxy SOCKS.",
            "The site, or a firewall in front of it, refuses the SOCKS proxy's connection.",
        ),
    ),
    (
        6,
        &UPSTREAM_FAILED,
        t(
            "La connexion du proxy SOCKS au site se perd en route (TTL épuisé).",
            "The SOCKS proxy's connection to the site gets lost on the way (TTL expired).",
        ),
    ),
    (
        7,
        &UPSTREAM_FAILED,
        t(
            "Le proxy SOCKS n'ouvre pas de connexion pour les autres (commande CONNECT inconnue).",
            "The SOCKS proxy opens no connections for others (command CONNECT unknown).",
        ),
    ),
    (
        8,
        &UPSTREAM_FAILED,
        t(
            "Le proxy SOCKS ne prend pas ce genre d'adresse : un nom, ou une adresse IPv6.",
            "The SOCKS proxy does not take this kind of address: a name, or an IPv6 address.",
        ),
    ),
];

/// Source: the SOCKS 4 memo.
const ROWS_4: &[Row] = &[
    (
        91,
        &UPSTREAM_FAILED,
        t(
            "SOCKS 4 ne dit pas si une règle l'interdit ou si le site est hors d'atteinte.",
            "SOCKS 4 does not say whether a rule forbids it or the site is out of reach.",
        ),
    ),
    (
        92,
        &AUTHENTICATION_REQUIRED,
        t(
            "Le proxy SOCKS 4 demande au poste qui est l'utilisateur (service identd), et n'a pas de réponse.",
            "The SOCKS 4 proxy asks the workstation who the user is (service identd), and has no answer.",
        ),
    ),
    (
        93,
        &AUTHENTICATION_REJECTED,
        t(
            "Le poste et tomcheck ne donnent pas le même utilisateur au proxy SOCKS 4 (service identd).",
            "The workstation and tomcheck do not name the same user to the SOCKS 4 proxy (service identd).",
        ),
    ),
];

const ALLOW_IN_SOCKS: Step = Step::anywhere(
    "Dans les règles du proxy SOCKS, laissez passer les connexions vers {site}, par nom et par \
     adresse.",
    "In the SOCKS proxy's rules, let connections to {site} pass, by name and by address.",
);

const OTHER_5: Text = t(
    "Le proxy SOCKS répond par un numéro que la norme ne connaît pas.",
    "The SOCKS proxy answers with a number that the standard does not know.",
);
const OTHER_4: Text = OTHER_5;
const WANTS_GSSAPI: Text = t(
    "Il refuse l'accès libre et l'accès par mot de passe ; il ne dit pas ce qu'il veut.",
    "It refuses both free access and access by password; it does not say what it wants.",
);

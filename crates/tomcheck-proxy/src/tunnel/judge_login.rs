//! What does a refusal for want of a login mean?

use tomcheck_diagnosis::{Evidence, Finding, Step, Text};

use super::judge::{about, answer};
use super::words::*;
use super::{Reply, TunnelSeen};
use crate::findings::{AUTHENTICATION_REJECTED, AUTHENTICATION_REQUIRED, SCHEME_UNSUPPORTED};
use crate::login::{DOABLE, NEGOTIATE, NTLM, Withheld};

/// A 407. Who was shown a password and asks again rejects it; who was shown none demands one, if
/// any of what it offers could be done here.
pub(super) fn refusal(seen: &TunnelSeen, reply: &Reply) -> Finding {
    let schemes = reply.schemes();
    let finding = match obstacle(seen) {
        Some(Withheld::ClosedBetweenLegs) if seen.user.is_some() => {
            unsupported(seen, &schemes).noting(CLOSED_AT_LAST)
        }
        _ if seen.user.is_some() => rejected(seen),
        Some(Withheld::RejectedBefore) => rejected(seen).noting(NOT_SHOWN_AGAIN),
        _ if !schemes.is_empty() && !schemes.iter().any(|scheme| is_doable(scheme)) => {
            unsupported(seen, &schemes).noting(BROWSER_MAY)
        }
        Some(Withheld::ClosedBetweenLegs) => unsupported(seen, &schemes).noting(CLOSED_BETWEEN),
        Some(Withheld::BadChallenge) => unsupported(seen, &schemes).noting(BAD_CHALLENGE),
        Some(Withheld::NoLibrary) => unsupported(seen, &schemes).noting(NO_LIBRARY),
        Some(Withheld::NoTicket { .. }) => unsupported(seen, &schemes).noting(NO_TICKET),
        Some(Withheld::Unvouched) => about(&AUTHENTICATION_REQUIRED, seen)
            .noting(UNVOUCHED)
            .beginning_with([NAME_IT]),
        Some(Withheld::NoCredentials) | None => required(seen, &schemes),
    };
    finding.with_all(ticket(seen)).with_all(conversation(seen))
}

/// What a session of the domain shows by itself, a password is asked for here.
fn required(seen: &TunnelSeen, schemes: &[String]) -> Finding {
    let finding = about(&AUTHENTICATION_REQUIRED, seen);
    let by_session = |scheme: &String| is_one_of(&[NEGOTIATE, NTLM], scheme);
    if !schemes.iter().any(by_session) {
        return finding;
    }
    match ticket(seen) {
        Some(_) => finding.noting(SESSION_HAS_NO_TICKET),
        None => finding.noting(BROWSERS_LOG_IN),
    }
}

/// Why nothing was shown: of what the proxy offers, the last resort decides.
fn obstacle(seen: &TunnelSeen) -> Option<&Withheld> {
    seen.left_aside.last().map(|aside| &aside.why)
}

fn is_doable(scheme: &str) -> bool {
    is_one_of(&DOABLE, scheme)
}

fn is_one_of(known: &[&str], scheme: &str) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(scheme))
}

fn rejected(seen: &TunnelSeen) -> Finding {
    let user = seen.user.as_ref();
    let user = user.map(|user| Evidence::new("user", USER, user.reveal()));
    about(&AUTHENTICATION_REJECTED, seen).with_all(user)
}

fn unsupported(seen: &TunnelSeen, schemes: &[String]) -> Finding {
    about(&SCHEME_UNSUPPORTED, seen).with(Evidence::new("schemes", SCHEMES, schemes.join(", ")))
}

/// What the Kerberos library said.
fn ticket(seen: &TunnelSeen) -> Option<Evidence> {
    let failure = seen.left_aside.iter().find_map(|aside| match &aside.why {
        Withheld::NoTicket { failure } if aside.scheme == NEGOTIATE => Some(failure),
        _ => None,
    })?;
    Some(Evidence::raw(failure.call.clone(), answer(failure)))
}

/// Each request of a login: `407`, `NTLM → 407`. One alone says what the status line says.
fn conversation(seen: &TunnelSeen) -> Option<Evidence> {
    let (_, [_, ..]) = seen.exchanges.split_first()? else {
        return None;
    };
    let told = seen.exchanges.iter().map(|exchange| {
        let status = exchange.status_line.split(' ').nth(1).unwrap_or_default();
        match &exchange.scheme {
            Some(scheme) => format!("{scheme} → {status}"),
            None => status.to_owned(),
        }
    });
    let told: Vec<String> = told.collect();
    Some(Evidence::new("exchanges", EXCHANGES, told.join(", ")))
}

const NOT_SHOWN_AGAIN: Text = Text {
    fr: "Il les a déjà refusés pendant ce diagnostic : ils ne lui sont pas présentés une seconde fois, pour ne pas bloquer le compte.",
    en: "It rejected them before in this diagnosis: they are not shown a second time, so that the account is not locked.",
};
const CLOSED_BETWEEN: Text = Text {
    fr: "Le proxy, ou un équipement devant lui, ferme la connexion entre deux messages : NTLM ne peut pas aboutir.",
    en: "The proxy, or a device in front of it, closes the connection between two messages: NTLM cannot succeed.",
};
const CLOSED_AT_LAST: Text = Text {
    fr: "Le proxy, ou un équipement devant lui, a fermé la connexion sur la dernière réponse de NTLM, sans dire si le mot de passe est bon ; il ne lui est pas présenté une seconde fois, pour ne pas bloquer le compte.",
    en: "The proxy, or a device in front of it, closed the connection on the last answer of NTLM, without saying whether the password is right; it is not shown a second time, so that the account is not locked.",
};
const UNVOUCHED: Text = Text {
    fr: "C'est un script (PAC) reçu sans protection qui désigne ce proxy, et il demande le mot de passe en clair : il ne lui est pas présenté.",
    en: "A script (PAC) that came unprotected names this proxy, and it asks for the password itself: it is not shown.",
};
const NAME_IT: Step = Step::anywhere(
    "Si {proxy} est bien le proxy de l'établissement, nommez-le vous-même pour essayer : `tomcheck --proxy {proxy} --proxy-user NOM`",
    "If {proxy} is indeed the organisation's proxy, name it yourself to try: `tomcheck --proxy {proxy} --proxy-user NAME`",
);
const BAD_CHALLENGE: Text = Text {
    fr: "Sa demande est incomplète, ou d'une variante que tomcheck ne connaît pas.",
    en: "What it asks is incomplete, or of a variant that tomcheck does not know.",
};
const NO_LIBRARY: Text = Text {
    fr: "Il y faut un ticket Kerberos, que tomcheck ne peut pas demander ici ; un navigateur y arrive peut-être avec la session.",
    en: "It takes a Kerberos ticket, which tomcheck cannot ask for here; a browser may manage with the session.",
};
const NO_TICKET: Text = Text {
    fr: "Il y faut un ticket Kerberos, et cette session n'en a pas pour ce proxy : ouvrez une session du domaine.",
    en: "It takes a Kerberos ticket, and this session has none for this proxy: log in to the domain.",
};
const BROWSERS_LOG_IN: Text = Text {
    fr: "Dans une session du domaine, un navigateur s'y connecte d'ordinaire de lui-même, sans rien demander ; tomcheck ne sait pas le faire ici.",
    en: "In a session of the domain a browser usually logs in to it by itself, without a question; tomcheck cannot do so here.",
};
const SESSION_HAS_NO_TICKET: Text = Text {
    fr: "Cette session n'a pas de ticket Kerberos pour ce proxy ; dans une session du domaine, un navigateur s'y connecte d'ordinaire de lui-même.",
    en: "This session has no Kerberos ticket for this proxy; in a session of the domain a browser usually logs in to it by itself.",
};

//! What does each command show beside the verdict?

use serde::Serialize;
use serde_json::{Map, Value, json};
use tomcheck_cert::TokenFlags;
use tomcheck_cert::identify::{CardFamily, HolderCertificate};
use tomcheck_diagnosis::{Lang, Personal, Report};
use tomcheck_proxy::ProxyDetail;
use tomcheck_reader::{
    ApplicationSeen, CardSeen, CardState, ContactSeen, ContentSeen, ContentState, Tries,
};

use crate::atr::AtrDetail;
use crate::card_side::CardSide;
use crate::certs;
use crate::network_side::NetworkSide;
use crate::{Options, Scope};

/// What a report's own key holds of one part, `check`'s or that of the command about this part;
/// none: nothing of the kind was looked at.
pub(crate) fn part<'a>(report: &'a Report, name: &str) -> Option<&'a Value> {
    let details = &report.details;
    let of_check = || details.get("check").and_then(|check| check.get(name));
    let part = details.get(name).or_else(of_check);
    part.filter(|part| !part.is_null())
}

/// The one key named after the command.
pub(crate) fn details(
    options: &Options,
    card: &CardSide,
    network: &NetworkSide,
) -> Map<String, Value> {
    let value = match &options.scope {
        Scope::Card => value(&CardDetail::new(card, options.lang)),
        Scope::Certs if options.hands_over && options.show_identity => value(&certs::to_keep(card)),
        Scope::Certs => value(&certs::to_see(card)),
        Scope::Tls { .. } => tls(network),
        Scope::Proxy(_) => proxy(network),
        Scope::Check(_) => json!({
            "card": value(&CardDetail::new(card, options.lang)),
            "certs": value(&certs::to_see(card)),
            "proxy": proxy(network),
            "tls": tls(network),
        }),
    };
    let own = (options.scope.command().to_owned(), value);
    let refreshed = card.refreshed.as_ref();
    let refreshed = refreshed.map(|seen| ("refresh".to_owned(), self::value(seen)));
    [own].into_iter().chain(refreshed).collect()
}

fn value(detail: &impl Serialize) -> Value {
    serde_json::to_value(detail).unwrap_or(Value::Null)
}

fn tls(network: &NetworkSide) -> Value {
    let seen = network.handshake.as_ref();
    seen.map_or(Value::Null, |seen| {
        let details = tomcheck_tls::details(seen, &network.phases);
        value(&details.with_trials(network.differential.clone()))
    })
}

fn proxy(network: &NetworkSide) -> Value {
    network.sources.as_ref().map_or(Value::Null, |sources| {
        let (exceptions, tunnel) = (network.exceptions.as_ref(), network.tunnel.as_ref());
        let detail = ProxyDetail::new(sources, exceptions, tunnel);
        let detail = detail.with_script(network.script.as_ref());
        value(&detail.with_interceptor(network.interceptor()))
    })
}

/// The card as PC/SC and the module show it.
#[derive(Debug, Serialize)]
pub(crate) struct CardDetail {
    reader: Option<String>,
    state: &'static str,
    family: Option<CardFamily>,
    generation: Option<&'static str>,
    contactless: Option<bool>,
    atr: Option<String>,
    atr_explained: Option<AtrDetail>,
    /// What became of asking the card itself; none: `check` does not.
    content: Option<&'static str>,
    applications: Option<Vec<ApplicationSeen>>,
    contact: Option<ContactSeen>,
    label: Option<Personal>,
    serial: Option<Personal>,
    delivered_to: Option<Personal>,
    delivered_by: Option<String>,
    pin: Option<&'static str>,
    tries: Option<TriesDetail>,
}

/// The tries of the code porteur, as the card itself tells them.
#[derive(Debug, Serialize)]
struct TriesDetail {
    left: u8,
    of: Option<u8>,
    /// Who told: the card.
    source: &'static str,
    /// Whether `pin`, which the module told, can be so; none: it told nothing.
    agrees_with_module: Option<bool>,
}

impl TriesDetail {
    /// A module that keeps no count may be silent about a wrong try, not about the last one.
    fn new(tries: Tries, module: Option<TokenFlags>) -> Self {
        let agrees = module.map(|flags| match pin_state(flags) {
            "locked" => tries.left == 0,
            "final-try" => tries.left == 1,
            "count-low" => tries.left > 0 && tries.of.is_none_or(|most| tries.left < most),
            _ => tries.left > 1,
        });
        Self {
            left: tries.left,
            of: tries.of,
            source: "card",
            agrees_with_module: agrees,
        }
    }
}

impl CardDetail {
    fn new(side: &CardSide, lang: Lang) -> Self {
        let card = side.card.as_ref();
        let cpx = card.and_then(CardSeen::cpx);
        let holder = chosen(side).and_then(|der| HolderCertificate::decode(der).ok());
        let token = side.token.as_ref();
        let content = side.content.as_ref().and_then(ContentSeen::content);
        let atr = card.and_then(CardSeen::atr);
        let number = content.and_then(|content| content.number.value());
        let tries = content.and_then(|content| content.tries.value());
        Self {
            reader: card.and_then(CardSeen::reader).map(str::to_owned),
            state: card.map_or("not-looked", |card| state(&card.state)),
            family: holder.as_ref().and_then(|holder| holder.card_family),
            generation: cpx.map(|cpx| cpx.generation.name()),
            contactless: cpx.map(|cpx| cpx.contactless),
            atr: atr.map(ToString::to_string),
            atr_explained: atr.map(|atr| AtrDetail::of(atr, lang)),
            content: side.content.as_ref().map(|seen| content_state(&seen.state)),
            applications: content.map(|content| content.applications.clone()),
            contact: side.contact.clone(),
            label: token.map(|token| token.label.clone()),
            serial: token.map(|token| token.serial.clone()).or(number.cloned()),
            delivered_to: holder.as_ref().map(|holder| holder.delivered_to.clone()),
            delivered_by: holder.map(|holder| holder.delivered_by),
            pin: token.map(|token| pin_state(token.flags)),
            tries: tries.map(|tries| TriesDetail::new(*tries, token.map(|token| token.flags))),
        }
    }
}

const fn state(state: &CardState) -> &'static str {
    match state {
        CardState::Absent { .. } => "absent",
        CardState::Answers { .. } => "present",
        CardState::Mute { .. } => "mute",
        CardState::InExclusiveUse { .. } => "in-use",
        _ => "unavailable",
    }
}

const fn content_state(state: &ContentState) -> &'static str {
    match state {
        ContentState::Read(_) => "read",
        ContentState::InUse { .. } => "in-use",
        ContentState::NotAsked { .. } => "not-asked",
        _ => "broken-off",
    }
}

/// What the token's flags say of the tries left; modules that keep no count say nothing.
fn pin_state(flags: TokenFlags) -> &'static str {
    match flags {
        flags if flags.pin_locked() => "locked",
        flags if flags.pin_final_try() => "final-try",
        flags if flags.pin_count_low() => "count-low",
        _ => "no-wrong-try-reported",
    }
}

pub(crate) fn chosen(side: &CardSide) -> Option<&[u8]> {
    let seen = side.certificates.as_ref()?;
    Some(seen.authentication()?.der.as_slice())
}

//! Is a refusal the proxy's own, or that of another proxy behind it?
//!
//! Who has a parent hands on what that one answers to CONNECT as it is: only the name in it is
//! another than the proxy's own. Seen with squid 5.7 on both sides.

use std::time::Duration;

use tokio::time::timeout;
use tomcheck_diagnosis::{Evidence, Finding, Sentence, Step, Text, Value};

use super::echo::Echo;
use super::exchange::{Talk, own_page};
use super::recorder::FirstBytes;
use super::{Outcome, Reply, TunnelProbe, TunnelSeen, dial};
use crate::findings::{AUTHENTICATION_REJECTED, AUTHENTICATION_REQUIRED};
use crate::site::split_port;

impl TunnelProbe {
    /// Where a refusal bears a name, asks the proxy for a page of its own, as a browser does that is
    /// led to it, and notes the names in the answer. No credentials are shown. Several times where
    /// the name is another one: a few proxies in turn may answer at one address.
    pub(super) async fn ask_its_name(&self, seen: &mut TunnelSeen) {
        let Outcome::Replied(reply) = &seen.outcome else {
            return;
        };
        let refused = names(reply);
        if reply.opens() || refused.is_empty() {
            return;
        }
        let deadline = self.deadline.at_most(PATIENCE);
        let mut own: Vec<String> = Vec::new();
        for _ in 0..TURNS {
            let answer = timeout(deadline.remaining(), self.own_answer()).await;
            let Ok(Some(answer)) = answer else { break };
            let told = names(&answer).into_iter().map(str::to_owned);
            let new: Vec<String> = told.filter(|name| !own.contains(name)).collect();
            own.extend(new);
            if own.iter().any(|own| refused.contains(&own.as_str())) {
                break;
            }
        }
        own.dedup();
        seen.calls_itself = own;
    }

    async fn own_answer(&self) -> Option<Reply> {
        let link = dial::dial_and_secure(self).await.1.ok()?;
        let mut talk = Talk::over(link, &FirstBytes::default()).await.ok()?;
        let request = own_page(&self.proxy.to_string()).ok()?;
        let answer = talk.ask(request, &Echo::default(), self.deadline).await;
        answer.ok().map(|(reply, _)| reply)
    }
}

const TURNS: usize = 3;
/// All of them together.
const PATIENCE: Duration = Duration::from_secs(2);

/// The same finding, about the proxy that the one in use hands its requests to, where the answer is
/// that one's.
pub(super) fn told(finding: Finding, seen: &TunnelSeen, reply: &Reply) -> Finding {
    let Some(second) = second(seen, reply) else {
        return finding;
    };
    let asks = [&AUTHENTICATION_REQUIRED, &AUTHENTICATION_REJECTED];
    let is_login = asks.iter().any(|kind| kind.code == finding.kind.code);
    let mut steps = vec![DO_IT_THERE];
    steps.extend(is_login.then_some(HAND_ON));
    let first = &seen.proxy;
    let named = Sentence::new(
        format!("{second} (derrière {first})"),
        format!("{second} (behind {first})"),
    );
    let mut finding = finding.beginning_with(steps);
    let proxy = finding.evidence.iter_mut().find(|one| one.key == "proxy");
    if let Some(proxy) = proxy {
        proxy.value = Value::Sentence(named);
    }
    let note = if is_login { NOT_HANDED_ON } else { OF_ANOTHER };
    finding
        .with(Evidence::new("first", FIRST, first.to_string()))
        .with(Evidence::new("second", SECOND, second))
        .noting(note)
}

/// What the proxy calls itself that wrote the answer, where it is not the one in use: it passed
/// through another one since, or bears no name that the one in use gives itself.
fn second<'a>(seen: &TunnelSeen, reply: &'a Reply) -> Option<&'a str> {
    let names = names(reply);
    let wrote = names.first()?;
    let mut via = reply.values("via").flat_map(hops).filter_map(name);
    // a proxy of several processes may name itself twice
    let was_passed_on = via.any(|name| name != *wrote);
    let own = &seen.calls_itself;
    let is_strange = !own.is_empty() && !names.iter().any(|name| own.iter().any(|own| own == name));
    (was_passed_on || is_strange).then_some(*wrote)
}

/// Of the proxies that the answer passed, the one first that wrote it.
///
/// Source: RFC 9110 §7.6.3: each adds its name behind those that are there. Squid writes its own into
/// `X-Cache-Lookup` too, where it was told to leave `Via` out; where it does not reach a site, it
/// leaves both out.
fn names(reply: &Reply) -> Vec<&str> {
    let via = reply.values("via").flat_map(hops).filter_map(name);
    let lookups = reply.values("x-cache-lookup");
    let places = lookups.filter_map(|value| Some(value.split_once(" from ")?.1));
    via.chain(places.map(|place| split_port(place).0)).collect()
}

/// The parts between commas that stand outside a comment.
fn hops(value: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    value.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

/// `1.1 proxy.example (squid/5.7)`.
fn name(hop: &str) -> Option<&str> {
    let (version, rest) = hop.trim().split_once(' ')?;
    let version = version.rsplit('/').next()?;
    let is_version = version.starts_with(|c: char| c.is_ascii_digit());
    let name = rest.split_ascii_whitespace().next()?;
    (is_version && !name.starts_with('(')).then_some(name)
}

const FIRST: Text = Text {
    fr: "proxy de ce poste",
    en: "this machine's proxy",
};
const SECOND: Text = Text {
    fr: "celui qui a répondu",
    en: "the one that answered",
};
const OF_ANOTHER: Text = Text {
    fr: "La réponse porte le nom d'un second proxy, auquel celui de ce poste confie ses demandes.",
    en: "The answer bears the name of a second proxy, which this machine's own hands its requests to.",
};
const NOT_HANDED_ON: Text = Text {
    fr: "La demande porte le nom d'un second proxy, auquel celui de ce poste confie les siennes, d'ordinaire sans lui transmettre le mot de passe qu'il reçoit.",
    en: "The demand bears the name of a second proxy, which this machine's own hands its requests to, usually without handing on the password that it is given.",
};
const DO_IT_THERE: Step = Step::anywhere(
    "Ce qui suit est à faire sur {second}, le proxy auquel {first} confie ses demandes.",
    "What follows is to be done on {second}, the proxy that {first} hands its requests to.",
);
const HAND_ON: Step = Step::anywhere(
    "Ou donnez à {first} de quoi s'y identifier (squid : `login=` sur sa ligne `cache_peer`).",
    "Or give {first} what to log in there with (squid: `login=` on its line `cache_peer`).",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProxyAddress;

    fn reply(headers: &[(&str, &str)]) -> Reply {
        let mut response = hyper::Response::builder().status(403);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        Reply::of(&response.body(()).unwrap())
    }

    /// What a proxy of this name was answered.
    fn seen(own: &[&str]) -> TunnelSeen {
        TunnelSeen {
            proxy: ProxyAddress::http("child.example", 3128),
            target: "tom.example:443".to_owned(),
            user: None,
            offers_password: false,
            limit_ms: 1,
            attempts: Vec::new(),
            exchanges: Vec::new(),
            left_aside: Vec::new(),
            compared: Vec::new(),
            calls_itself: own.iter().map(|name| (*name).to_owned()).collect(),
            outcome: Outcome::Unreachable,
        }
    }

    fn told_by(via: &[&str]) -> Option<String> {
        let headers: Vec<_> = via.iter().map(|value| ("Via", *value)).collect();
        second(&seen(&[]), &reply(&headers)).map(str::to_owned)
    }

    #[test]
    fn a_name_that_the_proxy_does_not_give_itself_is_anothers() {
        let parent = reply(&[("Via", "1.1 parent.example (squid/5.7)")]);
        assert_eq!(
            second(&seen(&["child.example"]), &parent),
            Some("parent.example")
        );
        assert_eq!(second(&seen(&["parent.example"]), &parent), None);
        assert_eq!(second(&seen(&[]), &parent), None);
        let lookup = reply(&[("X-Cache-Lookup", "NONE from parent.example:3128")]);
        assert_eq!(
            second(&seen(&["child.example"]), &lookup),
            Some("parent.example")
        );
    }

    #[test]
    fn the_first_name_wrote_the_answer_where_others_passed_it_on() {
        let both = "1.1 parent.example (squid/5.7), 1.1 child.example (squid/5.7)";
        assert_eq!(told_by(&[both]).as_deref(), Some("parent.example"));
        let two = ["HTTP/1.1 parent.example:3128", "1.1 child.example"];
        assert_eq!(told_by(&two).as_deref(), Some("parent.example:3128"));
        for one in [
            &[][..],
            &["1.1 child.example (squid, by us)"],
            &["1.1 child.example, 1.1 child.example"],
            &["garbage", "1.1 child.example"],
            &["1.1 (no name), 1.1 child.example"],
        ] {
            assert_eq!(told_by(one), None, "{one:?}");
        }
    }
}

//! Exported Windows events (`wevtutil qe … /f:xml`, "save all events as… XML"), and the numbers
//! of Schannel and CryptoAPI in any log.
//!
//! Source: Microsoft, "Schannel Events", "Smart Card Events", CAPI2 operational log.

use super::super::codes::{self, ALERTS, Code, OWN_ALERTS, WINDOWS};
use super::super::hit::{Facts, Format, Reading};
use super::super::line::{Line, is_host};

/// `0x80090325` and its like.
pub(super) fn number(line: &Line<'_>) -> Option<Reading> {
    let text = line.since_word();
    let rest = text.get(text.find("0x800")?..)?;
    let word = rest.get(..10)?;
    let (name, number, code) = codes::find(WINDOWS, word)?;
    Some(Reading::of(code, Format::Unknown).saying("Windows", format!("{number} {name}")))
}

/// An event of Schannel, of CAPI2 or of the smart card service.
pub(super) fn event(line: &Line<'_>) -> Option<Reading> {
    let event = Event::around(line)?;
    let (code, said) = event.judged()?;
    let facts = Facts {
        host: event.host().map(str::to_owned),
        issuer: event.untrusted_root().map(unescaped),
        ..Facts::default()
    };
    let reading = Reading {
        when: event.when(),
        gist: Some(event.gist()),
        ..Reading::of(code, Format::WindowsEvents).about(facts)
    };
    Some(reading.saying("Windows", format!("{} {}{said}", event.provider, event.id)))
}

struct Event {
    xml: String,
    provider: String,
    id: u32,
}

impl Event {
    /// An event stands on one line or on many, and many may stand on one line.
    fn around(line: &Line<'_>) -> Option<Self> {
        let xml = line.event()?.into_owned();
        let provider = attribute(xml.split_once("<Provider")?.1, "Name")?.to_owned();
        let id = xml.split_once("<EventID")?.1.split_once('>')?.1;
        let id = id.split('<').next()?.trim().parse().ok()?;
        Some(Self { xml, provider, id })
    }

    /// `<TimeCreated SystemTime='…'/>`.
    fn when(&self) -> Option<String> {
        let element = self.xml.split_once("<TimeCreated")?.1;
        Some(attribute(element, "SystemTime")?.to_owned())
    }

    /// The value of `<Data Name='…'>`.
    fn data(&self, name: &str) -> Option<&str> {
        let mut values = self.values();
        let found = values.find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }

    /// Names and values, in the order of the event.
    fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        let places = self.xml.split("<Data").skip(1);
        places.filter_map(|place| Some((attribute(place, "Name")?, element(place)?)))
    }

    /// Without the markup, and without what tells of the workstation and of who sits there.
    fn gist(&self) -> String {
        let values = self.values().filter(|(name, _)| TELLING.contains(name));
        let name = self.judged_name().filter(|name| is_of_site(name));
        let name = name.map(|name| ("subjectName", name));
        let result = self.result().map(|result| ("Result", result));
        let told = values.chain(name).chain(result);
        let told: String = told
            .map(|(name, value)| format!(" {name}={}", unescaped(value)))
            .collect();
        format!("{} {}{told}", self.provider, self.id)
    }

    /// `800B0109 …`, as an event of CAPI2 ends.
    fn result(&self) -> Option<&str> {
        element(self.xml.split_once("<Result")?.1)
    }

    fn judged(&self) -> Option<(&'static str, String)> {
        match self.provider.as_str() {
            "Schannel" => self.schannel(),
            "Microsoft-Windows-CAPI2" => self.capi2(),
            _ if self.provider.contains("Smart") || self.provider.contains("SCardSvr") => {
                self.smart_card()
            }
            _ => None,
        }
    }

    fn schannel(&self) -> Option<(&'static str, String)> {
        let plain = |code| Some((code, String::new()));
        match self.id {
            // 36874 is about a client of this machine's own services
            36875 => plain("browser.store-certificate-missing"),
            36881 => plain("tls.server-expired"),
            36882 => plain("tls.server-untrusted"),
            36884 => plain("tls.server-name-mismatch"),
            36887 => self.alert(ALERTS),
            36888 => self.own_alert(),
            _ => None,
        }
    }

    /// Windows gives up with 40 where nothing that the site offers will do.
    fn own_alert(&self) -> Option<(&'static str, String)> {
        match self.data("AlertDesc")? {
            "40" => Some((
                "tls.no-common-cipher",
                ", alert 40 handshake_failure".to_owned(),
            )),
            _ => self.alert(OWN_ALERTS),
        }
    }

    fn alert(&self, table: &'static [Code]) -> Option<(&'static str, String)> {
        let (name, number, code) = codes::find(table, self.data("AlertDesc")?)?;
        Some((code, format!(", alert {number} {name}")))
    }

    /// `<Result value="800B0109">…</Result>`.
    fn capi2(&self) -> Option<(&'static str, String)> {
        let value = attribute(self.xml.split_once("<Result")?.1, "value")?;
        let number = format!("0x{}", value.trim_start_matches("0x"));
        let (name, _, code) = codes::find(WINDOWS, &number)?;
        let is_of_site = !self.is_for_something_else();
        is_of_site.then(|| (*code, format!(", {number} {name}")))
    }

    /// Whether the certificate was to sign a program, a time stamp or a letter.
    fn is_for_something_else(&self) -> bool {
        let policy = self.xml.split_once("<Policy ");
        let policy = policy.and_then(|(_, policy)| attribute(policy, "type"));
        let asked = self.xml.split("<CertificateChain").next();
        let usages = asked.unwrap_or_default().split("<Usage ").skip(1);
        let usages: Vec<_> = usages.filter_map(|usage| attribute(usage, "oid")).collect();
        policy.is_some_and(|policy| policy.contains("AUTHENTICODE"))
            || !usages.is_empty() && !usages.contains(&SERVER_AUTHENTICATION)
    }

    /// The site, where the event names it.
    fn host(&self) -> Option<&str> {
        let policy = self.xml.split_once("<SSLAdditionalPolicyInfo ");
        let asked = policy.and_then(|(_, policy)| attribute(policy, "serverName"));
        let named = self.judged_name().filter(|name| is_of_site(name));
        let mut names = [self.data("TargetName"), asked, named]
            .into_iter()
            .flatten();
        names.find(|name| is_host(name))
    }

    /// Of an event of CAPI2, whose certificate it is about: the first it names.
    fn judged_name(&self) -> Option<&str> {
        attribute(self.xml.split_once("<Certificate ")?.1, "subjectName")
    }

    /// The last certificate of the chain, where it ends in a root that Windows does not know.
    fn untrusted_root(&self) -> Option<&str> {
        let (_, chain) = self.xml.split_once("<CertificateChain")?;
        let (chain, _) = chain.split_once("</CertificateChain>")?;
        // what signed itself is nobody's authority
        let (_, last) = chain
            .split_once("<ChainElement>")?
            .1
            .rsplit_once("<ChainElement>")?;
        last.contains("CERT_TRUST_IS_UNTRUSTED_ROOT")
            .then_some(())?;
        attribute(last.split_once("<Certificate ")?.1, "subjectName")
    }

    fn smart_card(&self) -> Option<(&'static str, String)> {
        let code = match self.id {
            602 | 612 | 615..=617 => "reader.unavailable",
            619 | 620 => "card.mute",
            _ => return None,
        };
        Some((code, String::new()))
    }
}

/// Values of Schannel's and of the smart card service's events that name no person.
const TELLING: [&str; 7] = [
    "AlertDesc",
    "ErrorState",
    "ErrorCode",
    "Protocol",
    "TargetName",
    "ReaderName",
    "IOCTL",
];

/// `tom.example`, `*.example`; what else certificates name are persons, programs and authorities.
fn is_of_site(name: &str) -> bool {
    name.contains('.') && is_host(name.trim_start_matches("*."))
}

/// id-kp-serverAuth, RFC 5280 §4.2.1.12.
const SERVER_AUTHENTICATION: &str = "1.3.6.1.5.5.7.3.1";

/// Source: XML 1.0 §4.6.
fn unescaped(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
    ];
    let text = named.iter().fold(text.to_owned(), |text, (name, letter)| {
        text.replace(name, letter)
    });
    text.replace("&amp;", "&")
}

/// The value of an attribute, in either kind of quotes.
fn attribute<'t>(element: &'t str, name: &str) -> Option<&'t str> {
    let head = element.split('>').next()?;
    let (_, rest) = head.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    rest.get(1..)?.split(quote).next()
}

fn element(place: &str) -> Option<&str> {
    place.split_once('>')?.1.split('<').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Reading> {
        let at = text.find("<EventID").unwrap();
        event(&Line::around(text.as_bytes(), at..at + 8))
    }

    const ALERT: &str = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Schannel' Guid='{1F678132-5938-4686-9FDC-C8FF68F15C85}'/><EventID>36887</EventID><TimeCreated SystemTime='2026-11-26T20:30:00.123Z'/></System><EventData><Data Name='AlertDesc'>48</Data></EventData></Event>";

    #[test]
    fn an_event_of_schannel_names_the_alert_on_one_line_or_on_many() {
        for text in [ALERT.to_owned(), ALERT.replace('>', ">\r\n")] {
            let reading = read(&text).unwrap();
            assert_eq!(reading.code, Some("tls.certificate-rejected"), "{text}");
            assert_eq!(
                reading.facts.said.unwrap().1,
                "Schannel 36887, alert 48 unknown_ca"
            );
        }
    }

    #[test]
    fn of_alerts_that_windows_sent_the_number_tells_why() {
        let sent = ALERT.replace("36887", "36888");
        let of = |number| read(&sent.replace(">48<", number)).and_then(|reading| reading.code);
        assert_eq!(of(">40<"), Some("tls.no-common-cipher"));
        assert_eq!(of(">70<"), Some("tls.version-unsupported"));
        assert_eq!(of(">48<"), Some("tls.server-untrusted"));
        assert_eq!(of(">0<"), None);
    }

    #[test]
    fn what_a_client_of_this_machine_asked_for_is_no_fault_of_a_site() {
        assert_eq!(read(&ALERT.replace("36887", "36874")), None);
    }

    #[test]
    fn an_event_does_not_borrow_from_the_one_before() {
        let other = ALERT.replace("Schannel", "Other").replace("36887", "1");
        let two = format!("{other}{ALERT}");
        let at = two.rfind("EventID>36887").unwrap();
        let reading = event(&Line::around(two.as_bytes(), at..at + 7)).unwrap();
        assert_eq!(reading.code, Some("tls.certificate-rejected"));
        let two = format!("{ALERT}\n{other}");
        let at = two.rfind("<EventID>1<").unwrap();
        assert_eq!(event(&Line::around(two.as_bytes(), at..at + 7)), None);
    }

    #[test]
    fn what_capi2_and_the_card_service_say_is_known() {
        let capi = "<Event><System><Provider Name=\"Microsoft-Windows-CAPI2\"/><EventID>11</EventID></System><UserData><CertGetCertificateChain><Result value=\"800B0109\">x</Result></CertGetCertificateChain></UserData></Event>";
        assert_eq!(read(capi).unwrap().code, Some("tls.server-untrusted"));
        let card = "<Event><System><Provider Name='Microsoft-Windows-Smartcard-Server'/><EventID>615</EventID></System></Event>";
        assert_eq!(read(card).unwrap().code, Some("reader.unavailable"));
        let line = "schannel: SEC_E_UNTRUSTED_ROOT (0x80090325)";
        let reading = number(&Line::around(line.as_bytes(), 0..1)).unwrap();
        assert_eq!(reading.code, Some("tls.server-untrusted"));
    }
}

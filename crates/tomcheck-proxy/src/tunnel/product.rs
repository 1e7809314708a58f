//! Whose product is the proxy, as far as its answer tells?

use super::Reply;

/// Where a product gives itself away.
enum Sign {
    /// These words in this header, in lower case.
    Header(&'static str, &'static str),
    /// These words in the page, in lower case.
    Page(&'static str),
}

use Sign::{Header, Page};

/// The product, by the first sign found; none: it hides, or no sign of this table is its own.
pub(super) fn of(reply: &Reply) -> Option<&'static str> {
    let page = reply.page.join("\n").to_lowercase();
    let title = reply.title.as_deref().unwrap_or_default().to_lowercase();
    let found = PRODUCTS.iter().find(|(_, sign)| match sign {
        Header(name, words) => reply
            .values(name)
            .any(|value| value.to_lowercase().contains(words)),
        Page(words) => page.contains(words) || title.contains(words),
    });
    found.map(|(product, _)| *product)
}

/// Those that filter before those that carry, since many of the former stand on squid.
///
/// Source: squid and mitmproxy answer so here. Forcepoint's page by its own handbook
/// (help.forcepoint.com, "How to use block page": port 15871, `blockpage.cgi?ws-session`). The
/// others are from general knowledge of what people quote, and unconfirmed.
const PRODUCTS: &[(&str, Sign)] = &[
    ("Zscaler", Header("server", "zscaler")),
    ("Zscaler", Header("location", "zscaler")),
    ("Zscaler", Page("zscaler")),
    ("Symantec (Blue Coat) ProxySG", Header("server", "bluecoat")),
    ("Symantec (Blue Coat) ProxySG", Header("via", "bluecoat")),
    ("Symantec (Blue Coat) ProxySG", Header("x-bluecoat-via", "")),
    ("Symantec (Blue Coat) ProxySG", Page("(policy_denied)")),
    (
        "Symantec (Blue Coat) ProxySG",
        Page("(content_filter_denied)"),
    ),
    ("Symantec (Blue Coat) ProxySG", Page("blue coat")),
    ("Fortinet FortiGate", Page("fortiguard")),
    ("Fortinet FortiGate", Page("fortigate")),
    ("Fortinet FortiGate", Header("server", "fortinet")),
    ("Fortinet FortiGate", Header("via", "fortigate")),
    ("Olfeo", Page("olfeo")),
    ("Olfeo", Header("server", "olfeo")),
    ("Olfeo", Header("location", "olfeo")),
    ("Stormshield", Page("stormshield")),
    ("Stormshield", Page("netasq")),
    ("Stormshield", Header("server", "stormshield")),
    ("Palo Alto Networks", Page("palo alto networks")),
    (
        "Skyhigh (McAfee) Web Gateway",
        Header("via", "mcafee web gateway"),
    ),
    ("Skyhigh (McAfee) Web Gateway", Header("via", "mwg")),
    ("Skyhigh (McAfee) Web Gateway", Header("server", "mcafee")),
    ("Skyhigh (McAfee) Web Gateway", Page("mcafee web gateway")),
    ("Skyhigh (McAfee) Web Gateway", Page("skyhigh")),
    ("Sophos", Page("sophos")),
    ("Sophos", Header("server", "sophos")),
    ("Forcepoint (Websense)", Header("location", "blockpage.cgi")),
    ("Forcepoint (Websense)", Header("location", ":15871/")),
    ("Forcepoint (Websense)", Page("forcepoint")),
    ("Forcepoint (Websense)", Page("websense")),
    (
        "Cisco Secure Web Appliance (IronPort)",
        Header("via", "ironport"),
    ),
    (
        "Cisco Secure Web Appliance (IronPort)",
        Header("server", "ironport"),
    ),
    (
        "Cisco Secure Web Appliance (IronPort)",
        Page("web security appliance"),
    ),
    ("Cisco Umbrella", Page("cisco umbrella")),
    ("Barracuda", Header("server", "barracuda")),
    ("Barracuda", Page("barracuda")),
    ("Netskope", Page("netskope")),
    ("Check Point", Page("check point")),
    ("WatchGuard", Page("watchguard")),
    ("SonicWall", Page("sonicwall")),
    ("Trend Micro", Page("trend micro")),
    ("Microsoft Forefront TMG", Page("forefront tmg")),
    ("UCOPIA", Page("ucopia")),
    ("ALCASAR", Page("alcasar")),
    ("e2guardian", Page("e2guardian")),
    ("DansGuardian", Page("dansguardian")),
    ("ufdbGuard", Page("ufdbguard")),
    ("ufdbGuard", Page("urlfilterdb")),
    ("SquidGuard", Page("squidguard")),
    ("tinyproxy", Header("server", "tinyproxy")),
    ("tinyproxy", Header("via", "tinyproxy")),
    ("mitmproxy", Header("server", "mitmproxy")),
    (
        "mitmproxy",
        Header("proxy-authenticate", "realm=\"mitmproxy\""),
    ),
    ("Apache Traffic Server", Header("server", "trafficserver")),
    ("Squid", Header("x-squid-error", "")),
    ("Squid", Header("server", "squid")),
    ("Squid", Header("via", "squid")),
];

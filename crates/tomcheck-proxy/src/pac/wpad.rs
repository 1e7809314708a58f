//! Where would automatic detection find a script?
//!
//! By names alone: `http://wpad/wpad.dat`, which Chromium and Firefox ask for and the system's
//! resolver completes as it is told to; then `http://wpad.<domain>/wpad.dat`, from this machine's
//! own domain upwards, as in draft-ietf-wrec-wpad-01 §4.4. DHCP (option 252) is not asked: that
//! takes rights a diagnosis has not, and a lease that nobody asked for.

use std::io::Read;

/// The addresses to be tried: the browsers' own, then the nearest domain first.
pub(super) fn places(domains: &[String]) -> Vec<String> {
    let mut places = vec![OF_BROWSERS.to_owned()];
    for domain in domains.iter().flat_map(|domain| devolved(domain)) {
        let place = format!("http://wpad.{domain}/wpad.dat");
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.truncate(MOST);
    places
}

/// Source: Chromium `net/proxy_resolution/pac_file_decider.cc`, Firefox `nsPACMan`.
const OF_BROWSERS: &str = "http://wpad/wpad.dat";

/// The domain, and those above it where it is known who may be above; never one that anybody can
/// register below: `wpad.fr` and `wpad.asso.fr` are strangers'.
fn devolved(domain: &str) -> impl Iterator<Item = &str> {
    let domain = domain.trim_matches('.');
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let first = Some(domain).filter(|domain| domain.chars().all(is_name));
    std::iter::successors(first, |domain| {
        let above = domain.split_once('.')?.1;
        is_known(top(above)).then_some(above)
    })
    .take_while(|domain| is_ours(domain))
}

fn is_ours(domain: &str) -> bool {
    let Some((before, last)) = domain.rsplit_once('.') else {
        return false;
    };
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    // `com.es`, `co.jp`: of other countries it is not known what is shared
    let may_be_shared = last.len() == 2 && !before.contains('.') && !is_known(last);
    !is_number && !may_be_shared && !SHARED.contains(&domain.to_ascii_lowercase().as_str())
}

fn top(domain: &str) -> &str {
    domain.rsplit_once('.').map_or(domain, |(_, last)| last)
}

fn is_known(top: &str) -> bool {
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(top))
}

/// Of these, [`SHARED`] has all; the last ones are nobody's but the establishment's.
/// Source: the Public Suffix List; RFC 6762 appendix G for the private ones.
const KNOWN: &[&str] = &[
    "fr", "re", "gp", "mq", "gf", "pm", "yt", "wf", "tf", "nc", "pf", "mc", "be", "lu", "ch",
    "local", "lan", "intranet", "internal", "private", "corp", "home",
];

/// Suffixes of two labels below which anybody registers: the French ones, and what an establishment
/// of the overseas territories or across a border meets.
/// Source: the Public Suffix List, sections fr, re, gp, nc, pf, mc, be.
const SHARED: &[&str] = &[
    "asso.fr",
    "com.fr",
    "gouv.fr",
    "nom.fr",
    "prd.fr",
    "tm.fr",
    "avoues.fr",
    "cci.fr",
    "greta.fr",
    "huissier-justice.fr",
    "chirurgiens-dentistes.fr",
    "medecin.fr",
    "pharmacien.fr",
    "aeroport.fr",
    "avocat.fr",
    "experts-comptables.fr",
    "geometre-expert.fr",
    "notaires.fr",
    "port.fr",
    "veterinaire.fr",
    "fbx-os.fr",
    "fbxos.fr",
    "freebox-os.fr",
    "goupile.fr",
    "asso.re",
    "com.re",
    "netlib.re",
    "asso.gp",
    "com.gp",
    "edu.gp",
    "mobi.gp",
    "net.gp",
    "org.gp",
    "asso.nc",
    "nom.nc",
    "com.pf",
    "edu.pf",
    "org.pf",
    "asso.mc",
    "tm.mc",
    "ac.be",
];

/// The domains this machine is in: what its resolver adds to short names, and its own name's.
pub(super) fn domains() -> Vec<String> {
    let own = read(HOST_NAME).unwrap_or_default();
    let own = own
        .trim()
        .split_once('.')
        .map(|(_, domain)| domain.to_owned());
    // Windows says there which domain the session is of.
    let session = std::env::var("USERDNSDOMAIN").ok();
    let searched = searched(&read("/etc/resolv.conf").unwrap_or_default());
    session.into_iter().chain(own).chain(searched).collect()
}

/// Two files of Unix, short ones.
fn read(path: &str) -> Option<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(64 << 10).read_to_string(&mut text).ok()?;
    Some(text)
}

const HOST_NAME: &str = "/proc/sys/kernel/hostname";

/// What `/etc/resolv.conf` adds to short names, the nearest first. Source: resolv.conf(5).
fn searched(resolv_conf: &str) -> Vec<String> {
    let lines = resolv_conf.lines().map(str::trim);
    // The last of these lines counts.
    let mut last = lines.filter_map(|line| {
        let (key, rest) = line.split_once(char::is_whitespace)?;
        matches!(key, "search" | "domain").then_some(rest)
    });
    let names = last.next_back().unwrap_or_default().split_whitespace();
    names.take(MOST).map(str::to_owned).collect()
}

const MOST: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devolution_ends_at_the_organisations_own_domain() {
        let table = [
            (
                "poste.lyon.chu.example.fr",
                "poste.lyon.chu.example.fr lyon.chu.example.fr chu.example.fr example.fr",
            ),
            ("clinique.fr.", "clinique.fr"),
            ("ad.chu.local", "ad.chu.local chu.local"),
            // whether anybody registers below is not known: asked at home alone
            ("poste.clinica.com.es", "poste.clinica.com.es"),
            ("asl.gov.it", "asl.gov.it"),
            ("com.es", ""),
            ("co.jp", ""),
            ("chu.uk.com", "chu.uk.com"),
            ("example.com", "example.com"),
            ("clinique.asso.fr", "clinique.asso.fr"),
            ("asso.fr", ""),
            ("GOUV.fr", ""),
            ("local", ""),
            ("", ""),
            ("10.0.0.1", ""),
            ("a b.fr/x", ""),
        ];
        for (domain, expected) in table {
            let found: Vec<&str> = devolved(domain).collect();
            assert_eq!(found.join(" "), expected, "{domain}");
        }
    }

    #[test]
    fn each_place_is_tried_once() {
        let domains = ["a.chu.fr".to_owned(), "b.chu.fr".to_owned()];
        let expected = ["", ".a.chu.fr", ".chu.fr", ".b.chu.fr"];
        let expected = expected.map(|domain| format!("http://wpad{domain}/wpad.dat"));
        assert_eq!(places(&domains), expected);
        assert_eq!(places(&["lan".to_owned()]), [OF_BROWSERS]);
    }

    #[test]
    fn the_last_line_of_resolv_conf_that_names_domains_counts() {
        let text = "# search x\nnameserver 10.0.0.1\ndomain a.fr\nsearch b.fr\tc.fr\n";
        assert_eq!(searched(text), ["b.fr", "c.fr"]);
        assert_eq!(searched("nameserver 10.0.0.1"), Vec::<String>::new());
    }
}

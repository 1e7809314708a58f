//! Are names and numbers those of their owners, as their own headers have them?
//!
//! The headers come with packages that `scripts/install` installs (base, peers, windows).

#![expect(
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::collections::HashMap;
use std::fs;

use tomcheck::explain::{Family, Row, rows};

fn read(path: &str) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{path} (scripts/install): {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn of(family: Family) -> impl Iterator<Item = &'static Row> {
    rows().filter(move |row| row.family == family)
}

/// A number as C writes it, with its casts, suffixes and brackets.
fn number(text: &str) -> Option<i64> {
    let text = text.split("/*").next()?.trim();
    let casts = [
        "_HRESULT_TYPEDEF_",
        "__MSABI_LONG",
        "HRESULT",
        "LONG",
        "CK_RV",
    ];
    let mut text = text.to_owned();
    for cast in casts {
        text = text.replace(cast, "");
    }
    let digits = text.replace(['(', ')', ' '], "");
    let digits = digits.trim_end_matches(['L', 'U', 'l', 'u']);
    match digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        Some(hexadecimal) => i64::from_str_radix(hexadecimal, 16).ok(),
        None => digits.parse().ok(),
    }
}

/// Every `#define NAME number` of a header.
fn defines(header: &str) -> HashMap<String, i64> {
    let text = header.replace("\\\n", " ");
    let lines = text.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("#define")?.trim();
        let (name, value) = line.split_once(char::is_whitespace)?;
        Some((name.to_owned(), number(value)?))
    });
    lines.collect()
}

/// Every `NAME = (BASE + number)` of an enumeration.
fn based(header: &str, base: &str, first: i64) -> HashMap<String, i64> {
    let lines = header.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        let name = name.split_whitespace().next()?;
        let value = value.split_once(base)?.1.trim().strip_prefix('+')?;
        let value = value.split([')', ',']).next()?.trim();
        Some((name.to_owned(), first + value.parse::<i64>().ok()?))
    });
    lines.collect()
}

/// Compares every row that the header knows; how many those were.
fn compared(family: Family, header: &HashMap<String, i64>) -> usize {
    let known = of(family).filter_map(|row| Some((row, *header.get(row.name)?)));
    known
        .inspect(|(row, number)| assert_eq!(row.number, Some(*number), "{}", row.name))
        .count()
}

#[test]
fn pcsc_is_as_its_header_has_it_and_none_of_it_is_left_out() {
    let mut header = defines(&read("/usr/include/PCSC/pcsclite.h"));
    // 0x8010001F to pcsc-lite, where Windows has SCARD_E_UNEXPECTED: Windows' number stands
    header.remove("SCARD_E_UNSUPPORTED_FEATURE");
    assert!(compared(Family::Pcsc, &header) > 50);
    let is_told = |name: &str| of(Family::Pcsc).any(|row| row.name == name);
    for name in header.keys() {
        let is_answer = ["SCARD_E_", "SCARD_F_", "SCARD_W_", "SCARD_P_"];
        if is_answer.iter().any(|start| name.starts_with(start)) {
            assert!(is_told(name), "{name}");
        }
    }
}

#[test]
fn pkcs11_is_as_the_header_of_nss_has_it_and_none_of_it_is_left_out() {
    let header = defines(&read("/usr/include/nss/pkcs11t.h"));
    assert!(compared(Family::Pkcs11, &header) > 80);
    let names: Vec<&str> = of(Family::Pkcs11).map(|row| row.name).collect();
    for name in header.keys().filter(|name| name.starts_with("CKR_")) {
        let is_range = name.contains("VENDOR_DEFINED");
        assert!(is_range || names.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn firefox_is_as_the_headers_of_nss_have_it() {
    let mut header = based(
        &read("/usr/include/nss/sslerr.h"),
        "SSL_ERROR_BASE",
        -0x3000,
    );
    header.extend(based(
        &read("/usr/include/nss/secerr.h"),
        "SEC_ERROR_BASE",
        -0x2000,
    ));
    header.extend(defines(&read("/usr/include/nspr/prerr.h")));
    compared(Family::Nss, &header);
    let numbered = of(Family::Nss).filter(|row| row.number.is_some());
    for row in numbered.filter(|row| !row.name.starts_with("MOZILLA_")) {
        assert!(header.contains_key(row.name), "{}", row.name);
    }
}

#[test]
fn windows_is_as_its_headers_have_it() {
    let folder = "/usr/share/mingw-w64/include";
    let mut header = defines(&read(&format!("{folder}/winerror.h")));
    header.retain(|name, _| !name.starts_with("SCARD_"));
    assert!(compared(Family::Windows, &header) > 120);
    let mut connections = HashMap::new();
    for (file, base) in [
        ("winhttp.h", "WINHTTP_ERROR_BASE"),
        ("wininet.h", "INTERNET_ERROR_BASE"),
    ] {
        let text = read(&format!("{folder}/{file}"));
        let lines = text.replace("#define ", "").replace(base, "= BASE");
        connections.extend(based(
            &lines.replace("= BASE +", "= BASE + "),
            "BASE",
            12_000,
        ));
        connections.extend(sums(&text, base));
    }
    let compared = compared(Family::Winhttp, &connections);
    assert_eq!(compared, of(Family::Winhttp).count());
    for row in of(Family::Winhttp) {
        // a sentence has blanks, another name of the code has none
        for other in row.sentences.iter().filter(|it| !it.contains(' ')) {
            assert_eq!(connections.get(*other).copied(), row.number, "{other}");
        }
    }
}

/// Every `#define NAME (BASE + number)`.
fn sums(header: &str, base: &str) -> HashMap<String, i64> {
    let lines = header.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("#define")?.trim();
        let (name, value) = line.split_once(char::is_whitespace)?;
        let sum = value.replace(['(', ')', ' '], "");
        let added = sum.strip_prefix(base)?.strip_prefix('+')?;
        Some((name.to_owned(), 12_000 + added.parse::<i64>().ok()?))
    });
    lines.collect()
}

#[test]
fn openssl_is_as_its_header_has_it() {
    let header = defines(&read("/usr/include/openssl/sslerr.h"));
    let spoken: HashMap<String, i64> = header
        .iter()
        .filter_map(|(name, number)| {
            let name = name.strip_prefix("SSL_R_")?;
            Some((name.to_lowercase().replace('_', " "), *number))
        })
        .collect();
    let numbered = of(Family::Openssl).filter(|row| row.number.is_some());
    assert_eq!(compared(Family::Openssl, &spoken), numbered.count());
}

#[test]
fn curl_is_as_its_header_has_it() {
    let path = format!(
        "/usr/include/{}-linux-gnu/curl/curl.h",
        std::env::consts::ARCH
    );
    let text = read(&path);
    let body = text.split("CURLE_OK = 0").nth(1).unwrap();
    let body = body.split("CURL_LAST").next().unwrap();
    let names = body.lines().filter_map(|line| {
        let name = line.trim().split([',', ' ']).next()?;
        name.starts_with("CURLE_").then(|| name.to_owned())
    });
    let header: HashMap<String, i64> = names.zip(1..).collect();
    assert_eq!(compared(Family::Curl, &header), of(Family::Curl).count());
}

#[test]
fn every_page_of_squid_is_explained() {
    let folder = fs::read_dir("/usr/share/squid/errors/templates").unwrap();
    let pages = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages: Vec<String> = pages.filter(|page| page.starts_with("ERR_")).collect();
    assert!(pages.len() > 30);
    for page in pages {
        assert!(of(Family::Squid).any(|row| row.name == page), "{page}");
    }
}

/// What a person sees of a page, and copies.
fn visible(page: &str) -> String {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    let mut visible = String::new();
    let mut parts = body.split('<');
    visible.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let rest = part.split_once('>').map_or(part, |(_, rest)| rest);
        // a link and a word in bold are no words apart, a paragraph is
        visible.push_str(if part.starts_with(['a', 'b', '/']) {
            ""
        } else {
            " "
        });
        visible.push_str(rest);
    }
    visible
}

#[test]
fn every_page_of_squid_is_known_when_its_text_is_pasted() {
    for language in ["fr", "templates"] {
        let folder = format!("/usr/share/squid-langpack/{language}");
        let Ok(pages) = fs::read_dir(&folder) else {
            eprintln!("{folder} is not here (scripts/install): skipped");
            continue;
        };
        let names = pages.map(|page| page.unwrap().file_name().into_string().unwrap());
        for name in names.filter(|name| name.starts_with("ERR_")) {
            let text = visible(&read(&format!("{folder}/{name}")));
            let hits = tomcheck::explain::find_in(&text);
            let is_told = hits.iter().any(|hit| hit.row.name == name);
            assert!(is_told, "{folder}/{name}: {text}");
        }
    }
}

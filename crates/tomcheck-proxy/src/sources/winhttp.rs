//! Which proxy do Windows' services take?
//!
//! Source: `netsh winhttp show proxy`, which reads the same value; WinHTTP
//! `WinHttpGetDefaultProxyConfiguration`.

use super::blob::Blob;
use super::{Found, SourceKind, SourceSeen, wininet};
use crate::credentials::masked;
use crate::{Dialect, ExceptionList, SiteUrl};

pub(crate) const KEY: &str =
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections";
pub(crate) const VALUE: &str = "WinHttpSettings";

/// What the value answers; without one, services go direct.
pub(super) fn source(bytes: Option<&[u8]>, site: &SiteUrl) -> Found {
    let location = format!(r"HKLM\{KEY}\{VALUE}");
    let unset = SourceSeen::unset(SourceKind::Winhttp, location.clone());
    let blob = bytes.and_then(Blob::parse);
    let Some(blob) = blob.filter(|blob| blob.has(Blob::PROXY) && !blob.proxy.is_empty()) else {
        return unset.into();
    };
    let list = ExceptionList {
        dialect: Dialect::Winhttp,
        location,
        raw: blob.bypass,
    };
    let route = wininet::route_of(&blob.proxy, site.scheme);
    unset
        .leading(masked(&blob.proxy), route)
        .unless(list, site)
        .into()
}

#[test]
fn the_services_proxy_and_its_exceptions_are_read() {
    use super::blob::tests::written;
    let site = SiteUrl::https("www.tom.example", 443);
    let answer = |flags, texts: &[&str]| {
        let found = source(Some(&written(flags, texts)), &site);
        found.seen.answer_for_url.to_string()
    };
    assert_eq!(answer(3, &["proxy:8080", "<local>"]), "PROXY proxy:8080");
    assert_eq!(answer(3, &["proxy:8080", "*.tom.example"]), "DIRECT");
    assert_eq!(answer(3, &["http=a:1;https=b:2", ""]), "PROXY b:2");
    assert_eq!(answer(1, &["proxy:8080", ""]), "DIRECT");
    assert_eq!(source(None, &site).seen.value, None);
}

//! Is a password shown to whom it may be, as often as it may be?

use super::*;

const TARGET: &str = "tom.example:443";

fn proxy() -> ProxyAddress {
    ProxyAddress::http("proxy.example", 3128)
}

fn credentials() -> Credentials {
    Credentials::new("secretary", Zeroizing::new("hunter2".to_owned()))
}

fn asked(values: &[&str]) -> Vec<Challenge> {
    values.iter().flat_map(|v| Challenge::all_of(v)).collect()
}

fn login<'a>(
    proxy: &'a ProxyAddress,
    credentials: Option<&'a Credentials>,
    memory: &'a Memory,
) -> Login<'a> {
    let deadline = Deadline::after(Duration::from_secs(20));
    Login::new(proxy, credentials, memory, TARGET, deadline)
}

fn scheme(sent: Option<&Sent>) -> Option<&'static str> {
    sent.map(|sent| sent.scheme)
}

#[tokio::test]
async fn nothing_is_shown_before_the_proxy_asks_and_at_once_when_it_has() {
    let (proxy, known, memory) = (proxy(), credentials(), Memory::default());
    let mut first = login(&proxy, Some(&known), &memory);
    assert!(first.opening().await.is_none());
    let sent = first.next(&asked(&["Basic realm=x"]), true).await;
    assert_eq!(scheme(sent.as_ref()), Some("Basic"));
    first.taken();
    let mut second = login(&proxy, Some(&known), &memory);
    assert_eq!(scheme(second.opening().await.as_ref()), Some("Basic"));
    let other = ProxyAddress::http("other.example", 3128);
    assert!(
        login(&other, Some(&known), &memory)
            .opening()
            .await
            .is_none()
    );
}

#[tokio::test]
async fn the_most_careful_scheme_is_taken_and_basic_last() {
    let table = [
        (
            &[
                "Basic realm=x",
                r#"Digest realm="r", nonce="n", qop="auth""#,
            ][..],
            "Digest",
        ),
        (
            &["Basic realm=x", "NTLM", r#"Digest realm="r", nonce="n""#],
            "NTLM",
        ),
        (
            &[r#"Digest realm="r", nonce="n", qop="auth-int", Basic realm=x"#],
            "Basic",
        ),
    ];
    let (proxy, known) = (proxy(), credentials());
    for (values, expected) in table {
        let memory = Memory::default();
        let mut login = login(&proxy, Some(&known), &memory);
        let sent = login.next(&asked(values), true).await;
        assert_eq!(scheme(sent.as_ref()), Some(expected), "{values:?}");
    }
}

#[tokio::test]
async fn what_was_rejected_is_not_shown_again_not_even_by_another_scheme() {
    let (proxy, known, memory) = (proxy(), credentials(), Memory::default());
    let both = asked(&["NTLM", "Basic realm=x"]);
    let mut first = login(&proxy, Some(&known), &memory);
    let basic = asked(&["Basic realm=x"]);
    assert!(first.next(&basic, true).await.is_some());
    assert!(first.next(&both, true).await.is_none(), "shown twice");
    let mut second = login(&proxy, Some(&known), &memory);
    assert!(second.opening().await.is_none());
    assert!(second.next(&both, true).await.is_none());
    assert_eq!(second.withheld[0].1, Withheld::RejectedBefore);
    assert!(!second.has_shown);
}

#[tokio::test]
async fn a_stale_nonce_is_renewed_once() {
    let (proxy, known, memory) = (proxy(), credentials(), Memory::default());
    let mut login = login(&proxy, Some(&known), &memory);
    let fresh = asked(&[r#"Digest realm="r", nonce="one", qop="auth""#]);
    assert!(login.next(&fresh, true).await.is_some());
    let stale = asked(&[r#"Digest realm="r", nonce="two", qop="auth", stale=true"#]);
    let again = login.next(&stale, true).await.unwrap();
    assert!(again.value.contains(r#"nonce="two""#));
    assert!(login.next(&stale, true).await.is_none(), "asks on and on");
}

#[tokio::test]
async fn ntlm_over_a_connection_that_closes_gives_way_to_another_scheme() {
    let (proxy, known, memory) = (proxy(), credentials(), Memory::default());
    let challenge = [b"NTLMSSP\0".as_slice(), &2_u32.to_le_bytes(), &[0; 40]].concat();
    let second = format!("NTLM {}", STANDARD.encode(challenge));
    let mut login = login(&proxy, Some(&known), &memory);
    let first = login.next(&asked(&["NTLM", "Basic realm=x"]), false).await;
    assert_eq!(scheme(first.as_ref()), Some("NTLM"));
    assert!(!login.has_shown);
    let next = login.next(&asked(&[&second, "Basic realm=x"]), false).await;
    assert_eq!(login.withheld, [("NTLM", Withheld::ClosedBetweenLegs)]);
    assert_eq!(scheme(next.as_ref()), Some("Basic"));
}

#[tokio::test]
async fn a_proxy_whose_ntlm_says_nothing_gets_no_answer() {
    let (proxy, known, memory) = (proxy(), credentials(), Memory::default());
    for second in ["NTLM", "NTLM ????", "NTLM TlRMTVNTUAAD"] {
        let mut login = login(&proxy, Some(&known), &memory);
        assert!(login.next(&asked(&["NTLM"]), true).await.is_some());
        assert!(login.next(&asked(&[second]), true).await.is_none());
        assert_eq!(login.withheld, [("NTLM", Withheld::BadChallenge)]);
        assert!(!login.has_shown, "{second}");
    }
}

//! Who signed what was not trusted, and what is said where the log does not tell?

use tomcheck::Lang;

use crate::traced::{TOM, cause, of_log, proof, traced_with};

const UNTRUSTED: &str = "tls.server-untrusted";

/// As OpenSSL 3.0 prints it, of which both streams were kept.
const S_CLIENT: &str = "$ openssl s_client -connect tom.gip-cps.fr:443
depth=0 CN = tom.gip-cps.fr
verify error:num=20:unable to get local issuer certificate
verify return:1
depth=0 CN = tom.gip-cps.fr
verify return:1
CONNECTED(00000003)
---
Certificate chain
 0 s:CN = tom.gip-cps.fr
   i:C = FR, O = Etablissement Exemple, CN = Filtre Web CA
   a:PKEY: rsaEncryption, 2048 (bit); sigalg: RSA-SHA256
   v:NotBefore: Nov 28 03:26:48 2026 GMT; NotAfter: Dec 18 03:26:48 2026 GMT
---
Server certificate
New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
Verify return code: 20 (unable to get local issuer certificate)
";
const FILTER: &str = "C = FR, O = Etablissement Exemple, CN = Filtre Web CA";

/// One element of a chain.
fn element(name: &str, error: &str) -> String {
    format!(
        "<ChainElement><Certificate fileRef=\"1.cer\" subjectName=\"{name}\"/><TrustStatus><ErrorStatus value=\"20\" {error}=\"true\"/></TrustStatus></ChainElement>"
    )
}

const UNTRUSTED_ROOT: &str = "CERT_TRUST_IS_UNTRUSTED_ROOT";

/// Source of its form: Microsoft, "Event ID 11" of the CAPI2 operational log.
fn capi2(leaf: &str, usage: &str, chain: &str) -> String {
    format!(
        "<Event><System><Provider Name=\"Microsoft-Windows-CAPI2\"/><EventID>11</EventID></System><UserData><CertGetCertificateChain><Certificate fileRef=\"1.cer\" subjectName=\"{leaf}\"/><AdditionalStore><Certificate fileRef=\"2.cer\" subjectName=\"Autre\"/></AdditionalStore><ExtendedKeyUsage><Usage oid=\"{usage}\"/></ExtendedKeyUsage><CertificateChain chainRef=\"{{1}}\">{chain}</CertificateChain><Result value=\"800B0109\">x</Result></CertGetCertificateChain></UserData></Event>"
    )
}

fn of_site(leaf: &str) -> String {
    let chain = element(leaf, "X") + &element("AC &quot;Filtre&quot; &amp; Web", UNTRUSTED_ROOT);
    capi2(leaf, "1.3.6.1.5.5.7.3.1", &chain)
}

#[test]
fn who_signed_it_is_named_where_the_log_does() {
    let (head, end) = S_CLIENT.split_once("Verify return code").unwrap();
    let end = format!("Verify return code{end}");
    for log in [S_CLIENT, head] {
        let report = of_log(log);
        assert_eq!(cause(&report), UNTRUSTED);
        assert_eq!(proof(&report.findings[0], "authority"), FILTER, "{log}");
        assert!(report.findings[0].title.contains(FILTER));
    }
    let another = S_CLIENT
        .replace(TOM, "a.example")
        .replace("Filtre Web", "Other");
    let report = of_log(&format!("{another}{head}{end}"));
    assert_eq!(proof(&report.findings[0], "authority"), FILTER);
    let report = of_log(&of_site(TOM));
    assert_eq!(cause(&report), UNTRUSTED);
    let finding = &report.findings[0];
    assert_eq!(proof(finding, "authority"), "AC \"Filtre\" & Web");
    assert_eq!(proof(finding, "site"), TOM);
    let shown = "Microsoft-Windows-CAPI2 11 subjectName=tom.gip-cps.fr Result=x";
    assert_eq!(proof(finding, "excerpt"), shown);
}

#[test]
fn what_windows_says_of_signed_programs_is_no_sites_failure() {
    for usage in ["1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8"] {
        let chain = element("Luc Martin", UNTRUSTED_ROOT);
        assert_eq!(cause(&of_log(&capi2("Luc Martin", usage, &chain))), "");
    }
    let authenticode = CHECKED.replace("CHAIN_POLICY_SSL", "CHAIN_POLICY_AUTHENTICODE");
    assert_eq!(cause(&of_log(&authenticode)), "");
    // whatever its name is, a certificate that a site was to show counts
    for leaf in ["*.gip-cps.fr", "FortiGate", "luc.martin@hopital.example"] {
        let report = of_log(&of_site(leaf));
        assert_eq!(cause(&report), UNTRUSTED, "{leaf}");
        let told = serde_json::to_string(&report).unwrap();
        assert!(!told.contains("luc.martin"), "{told}");
    }
}

/// Source of its form: Microsoft, "Event ID 30" of the same log.
const CHECKED: &str = "<Event><System><Provider Name=\"Microsoft-Windows-CAPI2\"/><EventID>30</EventID></System><UserData><CertVerifyCertificateChainPolicy><Policy type=\"CERT_CHAIN_POLICY_SSL\" constant=\"4\"/><Certificate fileRef=\"1.cer\" subjectName=\"*.gip-cps.fr\"/><SSLAdditionalPolicyInfo authType=\"server\" serverName=\"tom.gip-cps.fr\"/><Result value=\"800B0109\">x</Result></CertVerifyCertificateChainPolicy></UserData></Event>";

#[test]
fn the_site_that_windows_checked_a_certificate_for_is_named() {
    let report = of_log(CHECKED);
    assert_eq!(cause(&report), UNTRUSTED);
    assert_eq!(proof(&report.findings[0], "site"), TOM);
}

#[test]
fn the_last_issuer_of_this_runs_chain_counts_and_no_other() {
    let of = |log: &str| {
        let report = of_log(log);
        assert_eq!(cause(&report), UNTRUSTED, "{log}");
        proof(&report.findings[0], "authority")
    };
    let body = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let above = format!("{body} 1 s:{FILTER}\n   i:CN = AC Racine\n{body}---\nServer");
    let shown = S_CLIENT.replace("---\nServer", &above);
    assert_eq!(of(&shown), "CN = AC Racine", "-showcerts");
    let (_, end) = S_CLIENT.split_once("Verify return code").unwrap();
    let other = "$ openssl s_client -connect igc-sante.esante.gouv.fr:443\nVerify return code";
    let ended = S_CLIENT.replace("20 (unable to get local issuer certificate)", "0 (ok)");
    assert_eq!(of(&format!("{ended}{other}{end}")), "");
}

#[test]
fn an_authority_with_the_number_of_a_person_is_none() {
    let log = S_CLIENT.replace("Filtre Web CA", "MARTIN LUC 899700218896");
    let told = serde_json::to_string(&of_log(&log)).unwrap();
    assert!(!told.contains("899700218896"), "{told}");
}

#[test]
fn where_no_log_names_it_the_sentences_say_so() {
    let log = format!(
        "network: Connecting https://{TOM}/ with proxy=DIRECT\njavax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target\n"
    );
    for (lang, words) in [
        (Lang::Fr, "« non nommée par ce journal »"),
        (Lang::En, "“not named by this log”"),
    ] {
        let files = [("a.log", log.as_bytes())];
        let report = traced_with(&files, |options| options.lang = lang).report;
        let finding = &report.findings[0];
        assert!(finding.title.contains(words), "{}", finding.title);
        let step = &finding.remedy.steps[0];
        assert!(step.contains(words), "{step}");
    }
}

#[test]
fn a_library_that_java_cannot_load_is_named_by_its_path() {
    let log = format!(
        "network: Connecting https://{TOM}/ with proxy=DIRECT\njava.lang.UnsatisfiedLinkError: /opt/x/libcps3.so: Can't load AMD 64-bit .so on a IA 32-bit platform\n"
    );
    let report = of_log(&log);
    assert_eq!(cause(&report), "module.wrong-architecture");
    assert_eq!(proof(&report.findings[0], "file"), "/opt/x/libcps3.so");
}

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

/// Source of its form: Microsoft, "Event ID 11" of the CAPI2 operational log.
fn capi2(leaf: &str) -> String {
    let element = |name: &str, error: &str| {
        format!(
            "<ChainElement><Certificate fileRef=\"1.cer\" subjectName=\"{name}\"/><TrustStatus><ErrorStatus value=\"20\" {error}=\"true\"/></TrustStatus></ChainElement>"
        )
    };
    let chain = element(leaf, "X") + &element("Filtre Web CA", "CERT_TRUST_IS_UNTRUSTED_ROOT");
    format!(
        "<Event><System><Provider Name=\"Microsoft-Windows-CAPI2\"/><EventID>11</EventID></System><UserData><CertGetCertificateChain><Certificate fileRef=\"1.cer\" subjectName=\"{leaf}\"/><AdditionalStore><Certificate fileRef=\"2.cer\" subjectName=\"Autre\"/></AdditionalStore><CertificateChain chainRef=\"{{1}}\">{chain}</CertificateChain><Result value=\"800B0109\">x</Result></CertGetCertificateChain></UserData></Event>"
    )
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
    let report = of_log(&capi2(TOM));
    assert_eq!(cause(&report), UNTRUSTED);
    let finding = &report.findings[0];
    assert_eq!(proof(finding, "authority"), "Filtre Web CA");
    assert_eq!(proof(finding, "site"), TOM);
    let shown = "Microsoft-Windows-CAPI2 11 subjectName=tom.gip-cps.fr Result=x";
    assert_eq!(proof(finding, "excerpt"), shown);
}

#[test]
fn what_windows_says_of_signed_programs_is_no_sites_failure() {
    assert_eq!(cause(&of_log(&capi2("Microsoft Time-Stamp Service"))), "");
    assert_eq!(cause(&of_log(&capi2("*.gip-cps.fr"))), UNTRUSTED);
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

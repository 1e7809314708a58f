//! What does a Java program see, whose TLS is nobody else's?

use std::process::Command;

use serde_json::Value;
use tomcheck_testkit::Variant;

use crate::site::{Site, card};

/// Takes a PKCS#12 file, its password and an address; prints what it is answered.
const CLIENT: &str = r#"
import java.io.FileInputStream;
import java.net.URI;
import java.net.http.*;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.*;

public class Client {
    public static void main(String[] a) throws Exception {
        char[] password = a[1].toCharArray();
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (FileInputStream file = new FileInputStream(a[0])) { own.load(file, password); }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(own, password);
        TrustManager any = new X509ExtendedTrustManager() {
            public void checkClientTrusted(X509Certificate[] c, String t) {}
            public void checkServerTrusted(X509Certificate[] c, String t) {}
            public void checkClientTrusted(X509Certificate[] c, String t, java.net.Socket s) {}
            public void checkServerTrusted(X509Certificate[] c, String t, java.net.Socket s) {}
            public void checkClientTrusted(X509Certificate[] c, String t, SSLEngine e) {}
            public void checkServerTrusted(X509Certificate[] c, String t, SSLEngine e) {}
            public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] { any }, null);
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] { a[3] });
        HttpClient client = HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(a[2])).build();
        System.out.print(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
"#;

#[test]
fn a_java_client_shows_its_certificate_in_both_versions() {
    if Command::new("javac").arg("-version").output().is_err() {
        println!("skipped: there is no Java compiler here (default-jdk-headless)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("Client.java");
    std::fs::write(&source, CLIENT).unwrap();
    let store = folder.path().join("card.p12");
    let own = card(Variant::Valid);
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", "pass:essai", "-in"])
        .arg(own.chain_pem())
        .arg("-inkey")
        .arg(own.key_pem())
        .arg("-out")
        .arg(&store)
        .status();
    assert!(made.unwrap().success());
    let site = Site::judging(&[]);
    for (protocol, version) in [("TLSv1.2", "TLS 1.2"), ("TLSv1.3", "TLS 1.3")] {
        let output = Command::new("timeout")
            .args(["120", "java"])
            .arg("-Djdk.internal.httpclient.disableHostnameVerification=true")
            .arg(&source)
            .arg(&store)
            .args(["essai", &format!("{}api/me", site.url), protocol])
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        let me: Value = serde_json::from_slice(&output.stdout).expect(&complaint);
        assert_eq!(me["outcome"], "accepted", "{me}");
        assert_eq!(me["tls"]["version"], version);
        assert_eq!(me["tls"]["alpn"], "h2", "{me}");
    }
}

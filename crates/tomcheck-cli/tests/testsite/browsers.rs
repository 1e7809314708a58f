//! What do real browsers show: Firefox with a card behind OpenSC, Chromium with a certificate in
//! software?
//!
//! `TOMCHECK_TEST_SCREENSHOTS` names a folder for pictures of the page, for who wants to look.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tomcheck_testkit::{
    Ca, CardOptions, Gamme, Identity, Marionette, Pki, Profile, ServerCertificate, Variant,
    isolated,
};

use crate::site::{Site, card};

/// With a certificate that browsers verify.
fn trusted_site() -> (Site, String) {
    let server = Pki::shared().server(ServerCertificate::Localhost);
    let (chain, key) = (server.chain_pem(), server.key_pem());
    let (chain, key) = (chain.to_str().unwrap(), key.to_str().unwrap());
    let site = Site::judging(&["--cert", chain, "--key", key]);
    let url = format!("https://localhost:{}/", site.address().port());
    (site, url)
}

/// The root of the site's certificate.
fn root() -> PathBuf {
    Pki::shared()
        .authority(Ca::Root(Gamme::Elementaire))
        .certificate_pem()
}

fn done(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn pictures() -> Option<PathBuf> {
    std::env::var_os("TOMCHECK_TEST_SCREENSHOTS").map(PathBuf::from)
}

/// Ended with the test, however that ends.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn firefox_shows_the_card_once_its_code_is_typed() {
    isolated(|station| {
        let own = card(Variant::Valid);
        let options = CardOptions::new()
            .authentication_pair(own.key().clone(), own.certificate_der())
            .pin(CODE);
        let inserted = station.insert(Profile::Piv, options).unwrap();
        let home = tempfile::tempdir().unwrap();
        let profile = home.path().join("profile");
        std::fs::create_dir(&profile).unwrap();
        std::fs::write(profile.join("user.js"), PREFERENCES).unwrap();
        let program = firefox_with_policies(home.path());
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL"])
            .arg(program)
            .args(["--headless", "--marionette", "--remote-allow-system-access"])
            .args(["--no-remote", "--profile"])
            .arg(&profile)
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let _browser = Browser(child.unwrap());
        let (_site, url) = trusted_site();
        let mut marionette = Marionette::of(&profile);
        marionette.answer_with(CODE);
        marionette.go(&format!("{url}?lang=fr"));
        let page = marionette.page_with("La carte a bien été présentée");
        for said in [
            "TEST MEDECIN",
            "Gamme FORT - Domaine PERSONNES (TEST)",
            "rsa_p",
            "N° RPPS",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
        if let Some(folder) = pictures() {
            let picture = marionette.screenshot();
            std::fs::write(folder.join("firefox.png.base64"), picture).unwrap();
        }
        assert_eq!(inserted.tries_left(), 3);
    });
}

const CODE: &str = "123456";

/// Where there is one certificate, nobody is asked which; and nothing is fetched from elsewhere.
const PREFERENCES: &str = r#"
user_pref("security.default_personal_cert", "Select Automatically");
user_pref("marionette.port", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.normandy.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"#;

/// Firefox as Debian installs it, with the module and the root installed by policy, as an
/// administrator does: everything but the folder of policies is a link, and the program itself a
/// copy, since it takes the folder it stands in for its own.
fn firefox_with_policies(home: &Path) -> PathBuf {
    let own = home.join("firefox");
    std::fs::create_dir_all(own.join("distribution")).unwrap();
    let policies = serde_json::json!({"policies": {
        "SecurityDevices": {"Add": {"Carte": opensc()}},
        "Certificates": {"Install": [root()]},
    }});
    std::fs::write(own.join("distribution/policies.json"), policies.to_string()).unwrap();
    for entry in std::fs::read_dir("/usr/lib/firefox-esr").unwrap() {
        let entry = entry.unwrap();
        let there = own.join(entry.file_name());
        match entry.file_name().to_str() {
            Some("distribution") => {}
            Some("firefox-esr" | "firefox-bin" | "firefox") => {
                std::fs::copy(entry.path(), there).map(|_| ()).unwrap();
            }
            _ => std::os::unix::fs::symlink(entry.path(), there).unwrap(),
        }
    }
    own.join("firefox-esr")
}

fn opensc() -> PathBuf {
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    Path::new("/usr/lib").join(triple).join("opensc-pkcs11.so")
}

#[test]
fn chromium_shows_the_certificate_that_a_policy_chooses() {
    let home = tempfile::tempdir().unwrap();
    let policies = home.path().join("etc/policies/managed");
    std::fs::create_dir_all(&policies).unwrap();
    let policy =
        r#"{"AutoSelectCertificateForUrls":["{\"pattern\":\"https://localhost\",\"filter\":{}}"]}"#;
    std::fs::write(policies.join("choose.json"), policy).unwrap();
    database_with(&card(Variant::Valid), home.path());
    let (_site, url) = trusted_site();

    let page = chromium(home.path(), &["--dump-dom", &format!("{url}?lang=fr")]);
    for said in [
        "La carte a bien été présentée",
        "TEST MEDECIN",
        "vérifiée jusqu",
        "rsa_pss_rsae_sha256",
        "X25519MLKEM768",
        "GREASE",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    if let Some(folder) = pictures() {
        let picture = format!("--screenshot={}", folder.join("chromium.png").display());
        chromium(home.path(), &[&picture, "--window-size=1000,1500", &url]);
    }
}

/// What Chromium on Linux reads: the holder's certificate, and the site's root as trusted.
fn database_with(own: &Identity, home: &Path) {
    let database = home.join(".pki/nssdb");
    std::fs::create_dir_all(&database).unwrap();
    let at = format!("sql:{}", database.display());
    done(Command::new("certutil").args(["-N", "-d", &at, "--empty-password"]));
    done(
        Command::new("certutil")
            .args(["-A", "-d", &at, "-n", "root", "-t", "C,,", "-i"])
            .arg(root()),
    );
    let store = home.join("card.p12");
    done(
        Command::new("openssl")
            .args(["pkcs12", "-export", "-passout", "pass:essai", "-in"])
            .arg(own.chain_pem())
            .arg("-inkey")
            .arg(own.key_pem())
            .arg("-out")
            .arg(&store),
    );
    done(
        Command::new("pk12util")
            .args(["-d", &at, "-W", "essai", "-K", "", "-i"])
            .arg(&store),
    );
}

/// Chromium reads policies from one place of the system only: it is given a place of its own
/// there, that nobody else sees.
fn chromium(home: &Path, arguments: &[&str]) -> String {
    let script = "mount --bind \"$HOME/etc\" /etc/chromium && exec timeout 90 chromium \"$@\"";
    let data = format!("--user-data-dir={}", home.join("data").display());
    let output = Command::new("setpriv")
        .args([
            "--pdeathsig",
            "KILL",
            "unshare",
            "--map-root-user",
            "--mount",
        ])
        .args(["sh", "-c", script, "chromium"])
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", &data])
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

//! Do real browsers read their lists of exceptions as tomcheck does, and does tomcheck find what
//! a real profile says?
//!
//! The browser opens one page that asks for something of many hosts; who comes to the proxy was
//! not excepted.

#![allow(clippy::unwrap_used, clippy::print_stdout)]
#![cfg(unix)]

mod common;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tomcheck_diagnosis::Probe;
use tomcheck_proxy::{Dialect, Environment, ProxyPlaces, Route, SiteUrl, SourceKind, SourcesProbe};

use self::common::{Doorkeeper, closed_port, has, is_excepted};

const START: &str = "http://start.invalid/";
/// Asked for when all the others have come to an end.
const END: &str = "end.invalid";

const HOSTS: &[&str] = &[
    "name.invalid",
    "www.name.invalid",
    "myname.invalid",
    "www.dotted.invalid",
    "dotted.invalid",
    "www.starred.invalid",
    "starred.invalid",
    "wild5.invalid",
    "ported.invalid",
    "otherport.invalid",
    "schemed.invalid",
    "upper.invalid",
    "xn--hpital-ixa.invalid",
    "spaced.invalid",
    "mystars.invalid",
    "www.stars.invalid",
    "stars.invalid",
    "intranet",
    "127.0.0.9",
    "192.0.2.1",
    "192.0.2.200",
    "198.51.100.7",
    "203.0.113.7",
    "[2001:db8:1::1]",
    "[2001:db8:2::1]",
    "[2001:db8:3::1]",
    "localhost",
];

fn urls(port: u16) -> Vec<String> {
    let urls = HOSTS.iter().map(|host| format!("http://{host}:{port}/x"));
    urls.collect()
}

/// What `fetch` settles when it has asked for all of them, excepted or not.
fn page(port: u16) -> String {
    let urls = urls(port)
        .iter()
        .map(|url| format!("'{url}'"))
        .collect::<Vec<_>>();
    format!(
        "<!doctype html><title>ways</title><script>\n\
         const ask = url => fetch(url, {{mode: 'no-cors', signal: AbortSignal.timeout(8000)}})\
         .catch(() => 0);\n\
         Promise.all([{}].map(ask)).then(() => ask('http://{END}/'));\n</script>",
        urls.join(",")
    )
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the browser until it has asked for all, and compares.
fn compared(dialect: Dialect, list: &str, keeper: &Doorkeeper, port: u16, command: &mut Command) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    let browser = Killed(command.stderr(Stdio::null()).spawn().unwrap());
    let end = Instant::now() + PATIENCE;
    while !keeper.asked().contains(END) {
        assert!(Instant::now() < end, "{dialect:?}: {:?}", keeper.asked());
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(browser);
    let asked = keeper.asked();
    let wrong = HOSTS.iter().zip(urls(port)).filter(|(host, url)| {
        let came = asked.contains(&format!("{host}:{port}"));
        came == is_excepted(dialect, list, url)
    });
    let wrong: Vec<_> = wrong.map(|(host, _)| host).collect();
    assert_eq!(
        wrong,
        Vec::<&&str>::new(),
        "{dialect:?} with {list}: {asked:?}"
    );
}

/// A browser starts in seconds; a crowded machine may take many.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn firefox_reads_its_list_as_we_do_and_its_profile_is_read() {
    if !has("firefox-esr") {
        return;
    }
    let port = closed_port();
    let list = format!(
        "name.invalid, .dotted.invalid *.starred.invalid,ported.invalid:{port} \
         otherport.invalid:1, UPPER.invalid, hôpital.invalid, <local>, 192.0.2.0/25, \
         198.51.100.7:{port}, wild*.invalid, [2001:db8:1::1], 2001:db8:2::1, \
         http://schemed.invalid, 203.0.113.*, *stars.invalid"
    );
    let keeper = Doorkeeper::with_page(&page(port));
    let home = tempfile::tempdir().unwrap();
    let profile = home.path().join("profile");
    std::fs::create_dir(&profile).unwrap();
    let host = "127.0.0.1";
    let wished = format!(
        "user_pref(\"network.proxy.type\", 1);\n\
         user_pref(\"network.proxy.http\", \"{host}\");\n\
         user_pref(\"network.proxy.http_port\", {port});\n\
         user_pref(\"network.proxy.ssl\", \"{host}\");\n\
         user_pref(\"network.proxy.ssl_port\", {port});\n\
         user_pref(\"network.proxy.no_proxies_on\", \"{list}\");\n\
         user_pref(\"dom.security.https_first\", false);\n\
         user_pref(\"network.lna.enabled\", false);\n\
         user_pref(\"network.lna.blocking\", false);\n",
        port = keeper.port()
    );
    std::fs::write(profile.join("prefs.js"), wished).unwrap();
    let mut command = confined("firefox-esr", home.path());
    command.args(["--headless", "--no-remote", "--profile"]);
    compared(
        Dialect::Firefox,
        &list,
        &keeper,
        port,
        command.arg(&profile).arg(START),
    );
    // as Firefox itself wrote it when it ended
    read_back(home.path(), &keeper);
}

fn read_back(home: &Path, keeper: &Doorkeeper) {
    let listed = "[Profile0]\nName=default\nIsRelative=1\nPath=profile\n";
    std::fs::write(home.join("profiles.ini"), listed).unwrap();
    let mut places = ProxyPlaces::default();
    places.firefox_roots.push(home.to_owned());
    let answer = |host: &str| {
        let probe = SourcesProbe {
            explicit: None,
            environment: Environment::default(),
            places: places.clone(),
            url: SiteUrl::https(host, 443),
        };
        let seen = probe.observe().sources;
        let seen = seen
            .into_iter()
            .find(|seen| seen.source == SourceKind::Firefox);
        seen.unwrap().answer_for_url
    };
    let proxy = format!("PROXY {}", keeper.place());
    assert_eq!(answer("tom.example").to_string(), proxy);
    assert_eq!(answer("name.invalid"), Route::Direct);
}

#[test]
fn chromium_reads_its_list_as_we_do() {
    if !has("chromium") {
        return;
    }
    let port = closed_port();
    let list = format!(
        "name.invalid;.dotted.invalid,*.starred.invalid; ported.invalid:{port};\
         otherport.invalid:1;UPPER.invalid;<local>;192.0.2.0/25;198.51.100.7:{port};\
         wild*.invalid;[2001:db8:1::1];2001:db8:2::/48;[2001:db8:3::]/48;\
         http://schemed.invalid;https://myname.invalid;203.0.113.*;a spaced.invalid;\
         *stars.invalid"
    );
    let keeper = Doorkeeper::with_page(&page(port));
    let home = tempfile::tempdir().unwrap();
    let mut command = confined("chromium", home.path());
    command
        .args(["--headless=new", "--no-sandbox", "--disable-gpu"])
        .arg(format!(
            "--user-data-dir={}",
            home.path().join("data").display()
        ))
        .arg(format!("--proxy-server=http://{}", keeper.place()))
        .arg(format!("--proxy-bypass-list={list}"))
        .arg(
            "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,\
             LocalNetworkAccessChecks",
        )
        .arg(START);
    compared(Dialect::Chromium, &list, &keeper, port, &mut command);
}

/// With a home of its own, and ending with us.
fn confined(program: &str, home: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", program]);
    command.env_clear().env("HOME", home);
    command.env("PATH", "/usr/bin:/bin");
    command
}

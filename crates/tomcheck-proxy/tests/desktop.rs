//! Does tomcheck read what GNOME's own program says?

#![allow(clippy::unwrap_used, clippy::print_stdout)]
#![cfg(unix)]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tomcheck_diagnosis::{Observation, Probe};
use tomcheck_proxy::{
    Environment, ExceptionsProbe, ProxyPlaces, SiteUrl, SourceKind, SourcesProbe, SourcesSeen,
};

use self::common::has;

/// A `gsettings` that keeps its settings in a file of the test's own.
fn private_gsettings(home: &Path) -> PathBuf {
    let program = home.join("gsettings");
    let script = format!(
        "#!/bin/sh\nGSETTINGS_BACKEND=keyfile XDG_CONFIG_HOME='{}' HOME='{0}' \
         exec /usr/bin/gsettings \"$@\"\n",
        home.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    program
}

fn set(program: &Path, schema: &str, key: &str, value: &str) {
    let status = Command::new(program)
        .args(["set", schema, key, value])
        .status();
    assert!(status.unwrap().success(), "{schema} {key}");
}

fn seen(program: &Path, desktop: &str) -> SourcesSeen {
    let mut places = ProxyPlaces::default();
    places.desktop = desktop.to_owned();
    places.gsettings = Some(program.to_owned());
    SourcesProbe {
        explicit: None,
        environment: Environment::of([("https_proxy", "env:1")]),
        places,
        url: SiteUrl::https("www.tom.example", 443),
    }
    .observe()
}

/// Whether the schema is there, which belongs to the desktop.
fn has_schema(program: &Path) -> bool {
    let mut command = Command::new(program);
    let listed = command
        .args(["list-keys", "org.gnome.system.proxy"])
        .output();
    let there = listed.unwrap().status.success();
    if !there {
        println!("skipped: gsettings-desktop-schemas is not installed here");
    }
    there
}

#[test]
fn gnomes_settings_decide_on_its_desktops_when_they_say_something() {
    let home = tempfile::tempdir().unwrap();
    let program = private_gsettings(home.path());
    if !has("gsettings") || !has_schema(&program) {
        return;
    }
    let schema = "org.gnome.system.proxy";
    let desktop = "ubuntu:GNOME";
    let by_default = seen(&program, desktop);
    let gnome = by_default.sources.first().unwrap();
    assert_eq!(
        (gnome.source, gnome.value.as_deref()),
        (SourceKind::Gnome, None)
    );
    assert_eq!(by_default.effective.to_string(), "PROXY env:1");

    set(&program, schema, "mode", "manual");
    set(
        &program,
        "org.gnome.system.proxy.https",
        "host",
        "gnome.example",
    );
    set(&program, "org.gnome.system.proxy.https", "port", "3128");
    let manual = seen(&program, desktop);
    assert_eq!(manual.effective.to_string(), "PROXY gnome.example:3128");
    assert_eq!(manual.findings()[0].kind.code, "proxy.settings-disagree");
    let elsewhere = seen(&program, "XFCE");
    assert_eq!(elsewhere.effective.to_string(), "PROXY env:1");

    set(
        &program,
        schema,
        "ignore-hosts",
        "['localhost', 'tom.example']",
    );
    let excepted = seen(&program, desktop);
    assert_eq!(excepted.effective.to_string(), "DIRECT");
    let addresses = ["192.0.2.1".parse().unwrap()];
    let exceptions = ExceptionsProbe {
        sources: &excepted,
        addresses: &addresses,
    };
    let finding = exceptions.observe().findings().remove(0);
    let step = &finding.steps(tomcheck_diagnosis::Lang::En, "linux")[0];
    let told = "Add at the end of org.gnome.system.proxy ignore-hosts: '192.0.2.1'";
    assert_eq!(step, told);

    set(&program, schema, "mode", "auto");
    set(
        &program,
        schema,
        "autoconfig-url",
        "http://wpad.example/p.pac",
    );
    let script = seen(&program, desktop).effective.to_string();
    assert_eq!(script, "PAC http://wpad.example/p.pac");
}

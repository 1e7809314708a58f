//! Do the programs that own a list of exceptions read it as tomcheck does?
//!
//! Each is run with a proxy and a list; who comes to the proxy was not excepted.

#![allow(clippy::unwrap_used, clippy::print_stdout)]
#![cfg(unix)]

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use tomcheck_proxy::Dialect;

use self::common::{Doorkeeper, closed_port, has, is_excepted};

const LISTS: &[&str] = &[
    "tom.invalid",
    "invalid",
    ".invalid",
    ".tom.invalid",
    "*.invalid",
    "*invalid",
    "TOM.Invalid",
    "tom.invalid.",
    "om.invalid",
    "*",
    "a,*",
    "a b tom.invalid",
    "a, tom.invalid",
    "tom.invalid:80",
    "tom.invalid:PORT",
    "127.0.0.9",
    "127.0.0.9.",
    "127.0.0.0/8",
    "127.0.0.9/32",
    "0.0.0.0/0",
    "127.0.0.0/33",
    "0.9",
    "127.0.0.9:PORT",
    "127.*",
    "::1",
    "[::1]",
    "[::1]:PORT",
    "x",
];
const HOSTS: [&str; 4] = ["tom.invalid", "tom.invalid.", "127.0.0.9", "[::1]"];

/// Runs `program` for every list and host, and compares.
fn compared(dialect: Dialect, run: impl Fn(&str, &str, &str)) {
    let keeper = Doorkeeper::with_page("ok");
    let port = closed_port();
    let mut wrong = Vec::new();
    for list in LISTS {
        let list = list.replace("PORT", &port.to_string());
        for host in HOSTS {
            let url = format!("http://{host}:{port}/");
            keeper.forget();
            run(&keeper.place(), &list, &url);
            let came = !keeper.asked().is_empty();
            if came == is_excepted(dialect, &list, &url) {
                wrong.push(format!("{list} for {url}: came to the proxy: {came}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "{dialect:?}");
}

/// With nothing of this process's environment, and an end of its own.
fn run(program: &str, arguments: &[&str], proxy: &str, list: &str) {
    let mut command = Command::new(program);
    command.args(arguments).env_clear();
    command.env("PATH", "/usr/bin:/bin");
    command.env("http_proxy", format!("http://{proxy}"));
    command.env("no_proxy", list);
    let command = command.stdin(Stdio::null()).stderr(Stdio::null());
    command.stdout(Stdio::null()).status().unwrap();
}

#[test]
fn curl_reads_no_proxy_as_we_do() {
    if !has("curl") {
        return;
    }
    let arguments = ["-q", "-s", "-m", "5", "-o", "/dev/null"];
    compared(Dialect::NoProxy, |proxy, list, url| {
        run("curl", &[&arguments[..], &[url]].concat(), proxy, list);
    });
}

#[test]
fn wget_reads_no_proxy_as_we_do() {
    if !has("wget") {
        return;
    }
    let arguments = ["--no-config", "-q", "-T", "5", "-t", "1", "-O", "/dev/null"];
    compared(Dialect::Wget, |proxy, list, url| {
        run("wget", &[&arguments[..], &[url]].concat(), proxy, list);
    });
}

/// One process for all: Python takes a while to start.
#[test]
fn python_reads_no_proxy_as_we_do() {
    if !has("python3") {
        return;
    }
    let keeper = Doorkeeper::with_page("ok");
    let port = closed_port();
    let url = |host: &str| format!("http://{host}:{port}/");
    let lists = LISTS
        .iter()
        .map(|list| list.replace("PORT", &port.to_string()));
    let pairs = lists.flat_map(|list| HOSTS.map(|host| (list.clone(), url(host))));
    let pairs: Vec<(String, String)> = pairs.collect();
    let proxy = format!("http://{}", keeper.place());
    let arguments = ["-I", "-c", WAYS_OF_PYTHON, &proxy];
    let answers = asked("/usr/bin/python3", &arguments, &pairs);
    compared_with(Dialect::Python, &pairs, &answers);
}

/// Whether the answer came from the proxy: all else is out of reach.
const WAYS_OF_PYTHON: &str = r#"
import os, sys, urllib.request
os.environ["http_proxy"] = sys.argv[1]
for line in sys.stdin:
    os.environ["no_proxy"], url = line.rstrip("\n").split("\t")
    try:
        urllib.request.build_opener().open(url, timeout=5).read()
        print("HTTP")
    except OSError:
        print("DIRECT")
"#;

/// What a program answers to each list and URL, a line each.
fn asked(program: &str, arguments: &[&str], pairs: &[(String, String)]) -> Vec<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = child.stdin.take().unwrap();
    for (list, url) in pairs {
        writeln!(questions, "{list}\t{url}").unwrap();
    }
    drop(questions);
    let output = child.wait_with_output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(str::to_owned).collect()
}

fn compared_with(dialect: Dialect, pairs: &[(String, String)], answers: &[String]) {
    assert_eq!(answers.len(), pairs.len());
    for ((list, url), answer) in pairs.iter().zip(answers) {
        let excepted = is_excepted(dialect, list, url);
        assert_eq!(answer == "DIRECT", excepted, "{list} for {url}: {answer}");
    }
}

/// Java tells which way it would take; one process answers for all.
#[test]
fn java_reads_its_list_as_we_do() {
    if !has("javac") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("Ways.java");
    std::fs::write(&source, WAYS).unwrap();
    let lists = [
        "tom.invalid",
        "TOM.Invalid",
        "invalid",
        ".invalid",
        "*.invalid",
        "*.tom.invalid",
        "tom.*",
        "*om.inv*",
        "t*m.invalid",
        "*",
        "a|tom.invalid",
        "a, tom.invalid",
        "tom.invalid:8443",
        "192.0.2.*",
        "192.0.2.0/24",
        "2001:db8::1",
        "[2001:db8::1]",
        "[2001:db8:*",
        "a",
        "localhost",
    ];
    let urls = [
        "https://tom.invalid:8443/",
        "http://www.tom.invalid/",
        "https://192.0.2.1/",
        "https://[2001:db8::1]/",
        "https://localhost/",
        "https://127.0.0.9/",
        "https://[::1]/",
    ];
    let pairs = lists
        .iter()
        .flat_map(|list| urls.map(|url| ((*list).into(), url.into())));
    let pairs: Vec<(String, String)> = pairs.collect();
    let answers = asked("java", &[source.to_str().unwrap()], &pairs);
    compared_with(Dialect::Java, &pairs, &answers);
}

const WAYS: &str = r#"
import java.net.*;
import java.util.*;
public class Ways {
    public static void main(String[] none) {
        System.setProperty("http.proxyHost", "192.0.2.9");
        System.setProperty("https.proxyHost", "192.0.2.9");
        Scanner lines = new Scanner(System.in);
        while (lines.hasNextLine()) {
            String[] question = lines.nextLine().split("\t");
            System.setProperty("http.nonProxyHosts", question[0]);
            List<Proxy> ways = ProxySelector.getDefault().select(URI.create(question[1]));
            System.out.println(ways.get(0).type());
        }
    }
}
"#;

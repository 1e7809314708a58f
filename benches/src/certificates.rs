//! What does it cost to read a certificate, an identifier, a revocation list?

use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant as Clock;

use anyhow::{Context, Result, ensure};
use tomcheck_cert::identify::{HolderCertificate, Identifier};
use tomcheck_cert::{Fetch, FetchFailure, FetchRequest, Outcome, RevocationProbe};
use tomcheck_diagnosis::{Instant, Probe};
use tomcheck_testkit::{Holder, Identity, Pki, Purpose, Variant};

use crate::{Spread, ratios};

/// Every peer's turns on one task, in microseconds; the last is the baseline.
#[derive(Clone, Debug)]
pub struct Task {
    /// What is done.
    pub name: &'static str,
    /// How many things one turn does.
    pub things: usize,
    /// Who does it, and how long each turn took.
    pub peers: Vec<(&'static str, Vec<f64>)>,
}

/// Measures all three tasks, each peer in turn. `scale` divides the work, for a test.
///
/// # Errors
///
/// When OpenSSL is not there or refuses what it is given.
pub fn measure_certificates(rounds: usize, scale: usize) -> Result<Vec<Task>> {
    let folder = tempfile::tempdir()?;
    let card = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    let mut tasks = vec![
        certificates(&card, 20_000 / scale, folder.path())?,
        identifiers(1_000_000 / scale, folder.path())?,
        list(&card, (50 << 20) / scale, folder.path())?,
    ];
    for _ in 0..rounds {
        tasks.iter_mut().try_for_each(Work::turn)?;
    }
    Ok(tasks.into_iter().map(|work| work.task).collect())
}

pub(crate) type Doing<'a> = Box<dyn Fn() -> Result<()> + 'a>;

pub(crate) struct Work<'a> {
    pub(crate) task: Task,
    doing: Vec<Doing<'a>>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(
        name: &'static str,
        things: usize,
        peers: Vec<(&'static str, Doing<'a>)>,
    ) -> Self {
        let (names, doing): (Vec<_>, Vec<_>) = peers.into_iter().unzip();
        let peers = names.into_iter().map(|name| (name, Vec::new())).collect();
        Self {
            task: Task {
                name,
                things,
                peers,
            },
            doing,
        }
    }

    pub(crate) fn turn(&mut self) -> Result<()> {
        for ((_, micros), work) in self.task.peers.iter_mut().zip(&self.doing) {
            let begun = Clock::now();
            work()?;
            micros.push(begun.elapsed().as_secs_f64() * 1e6);
        }
        Ok(())
    }
}

fn certificates<'a>(card: &'a Identity, count: usize, folder: &Path) -> Result<Work<'a>> {
    let pem = fs::read_to_string(card.certificate_pem())?;
    let many = folder.join("many.pem");
    fs::write(&many, pem.repeat(count))?;
    let out = folder.join("many.p7b");
    let der = card.certificate_der();
    let ours = move || {
        for _ in 0..count {
            black_box(HolderCertificate::decode(black_box(der))?);
        }
        Ok(())
    };
    let openssl = move || {
        let mut command = Command::new("openssl");
        command.args(["crl2pkcs7", "-nocrl", "-outform", "der", "-certfile"]);
        run(command.arg(&many).arg("-out").arg(&out))
    };
    let parser = move || {
        for _ in 0..count {
            let (_, read) = x509_parser::parse_x509_certificate(black_box(der))?;
            black_box(read);
        }
        Ok(())
    };
    let peers: Vec<(_, Doing<'_>)> = vec![
        ("tomcheck, all values", Box::new(ours)),
        ("openssl crl2pkcs7 (PEM, d2i)", Box::new(openssl)),
        ("x509-parser alone", Box::new(parser)),
    ];
    Ok(Work::new("certificates", count, peers))
}

fn identifiers<'a>(count: usize, folder: &Path) -> Result<Work<'a>> {
    let forms = [
        "3620100842/01417",
        "899700218896",
        "3620100842 / [R]01417",
        "00B6087510",
    ];
    let list = folder.join("identifiers.txt");
    let lines = forms.iter().cycle().take(count);
    fs::write(
        &list,
        lines.fold(String::new(), |all, form| all + form + "\n"),
    )?;
    let parsed = move || {
        for form in forms.iter().cycle().take(count) {
            black_box(Identifier::parse(black_box(form)));
        }
        Ok(())
    };
    let mut peers: Vec<(_, Doing<'_>)> = Vec::new();
    // where the program stands beside this one
    if let Ok(tomcheck) = crate::tools::tomcheck() {
        let told = |arguments: &'static [&'static str]| {
            let (tomcheck, list) = (tomcheck.clone(), list.clone());
            move || {
                let mut command = Command::new(&tomcheck);
                run(command.args(arguments).stdin(File::open(&list)?))
            }
        };
        let (json, text) = (&["identify", "--json", "-"], &["identify", "-"]);
        peers.push(("tomcheck identify --json -", Box::new(told(json))));
        peers.push(("tomcheck identify -", Box::new(told(text))));
    }
    peers.push(("tomcheck, read alone", Box::new(parsed)));
    Ok(Work::new("identifiers", count, peers))
}

/// A list of this many bytes, signed by the card's issuer, from a file.
fn list<'a>(card: &'a Identity, bytes: usize, folder: &Path) -> Result<Work<'a>> {
    let issuer = Pki::shared().authority(Holder::Cpe.issuer());
    let pem = issuer.certificate_pem();
    let path = folder.join("long.crl");
    let list = made(
        issuer.certificate_der(),
        &pem.with_extension("key"),
        bytes,
        folder,
    )?;
    fs::write(&path, &list)?;
    let (der, from) = (issuer.certificate_der().to_vec(), path.clone());
    let ours = move || {
        let seen = RevocationProbe {
            certificate: card.certificate_der(),
            issuer: Some(&der),
            fetch: &Laid(&from),
            now: Instant::now(),
        }
        .observe();
        let good = |outcome: &Outcome| matches!(outcome, Outcome::Good { .. });
        ensure!(
            seen.answers.iter().any(|one| good(&one.outcome)),
            "{seen:?}"
        );
        Ok(())
    };
    let openssl = move || {
        let mut command = Command::new("openssl");
        command.args(["crl", "-noout", "-inform", "der", "-in"]);
        run(command.arg(&path).arg("-CAfile").arg(&pem))
    };
    let peers: Vec<(_, Doing<'_>)> = vec![
        ("tomcheck, streamed and verified", Box::new(ours)),
        ("openssl crl, verified", Box::new(openssl)),
    ];
    Ok(Work::new("bytes of a revocation list", list.len(), peers))
}

/// There is no responder, and the list lies in a file.
struct Laid<'a>(&'a Path);

impl Fetch for Laid<'_> {
    fn fetch(&self, request: &FetchRequest<'_>) -> Result<Box<dyn Read + Send>, FetchFailure> {
        let opened = match request.body {
            Some(_) => Err(std::io::ErrorKind::NotFound.into()),
            None => File::open(self.0),
        };
        let opened = opened.map_err(|error| FetchFailure {
            phase: tomcheck_cert::FetchPhase::Http,
            failure: tomcheck_diagnosis::ForeignFailure::from_io("open", &error),
            proxy: None,
        })?;
        Ok(Box::new(opened))
    }
}

/// Written by hand: OpenSSL would take minutes. Source: RFC 5280 §5.1.
fn made(issuer: &[u8], key: &Path, bytes: usize, folder: &Path) -> Result<Vec<u8>> {
    let (_, issuer) = x509_parser::parse_x509_certificate(issuer)?;
    let algorithm = tlv(
        0x30,
        &[b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B\x05\x00"],
    );
    let time = |text: &str| tlv(0x18, &[text.as_bytes()]);
    let date = tlv(0x17, &[b"260101000000Z"]);
    let mut entries = Vec::with_capacity(bytes);
    for number in 0_u128.. {
        if entries.len() >= bytes {
            break;
        }
        let serial = number.to_be_bytes();
        entries.extend(tlv(0x30, &[&tlv(0x02, &[&[0x41], &serial]), &date]));
    }
    let signed = tlv(
        0x30,
        &[
            b"\x02\x01\x01",
            &algorithm,
            issuer.subject().as_raw(),
            &time("20260101000000Z"),
            &time("20991231000000Z"),
            &tlv(0x30, &[&entries]),
        ],
    );
    let (from, to) = (folder.join("signed"), folder.join("signature"));
    fs::write(&from, &signed)?;
    let mut command = Command::new("openssl");
    command.args(["dgst", "-sha256", "-sign"]).arg(key);
    run(command.arg("-out").arg(&to).arg(&from))?;
    let signature = tlv(0x03, &[&[0], &fs::read(&to)?]);
    Ok(tlv(0x30, &[&signed, &algorithm, &signature]))
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let octets = length.to_be_bytes();
    let octets: Vec<u8> = octets.into_iter().skip_while(|octet| *octet == 0).collect();
    let mut all = vec![tag];
    match octets.as_slice() {
        [] => all.push(0),
        [short @ 0..0x80] => all.push(*short),
        long => {
            all.push(0x80 | u8::try_from(long.len()).unwrap_or(0x7F));
            all.extend(long);
        }
    }
    parts.iter().for_each(|part| all.extend(*part));
    all
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let output = command.output().context("openssl")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {said}");
    Ok(())
}

/// One table: each peer's rate and its time beside the last peer's.
pub fn render_certificates(tasks: &[Task]) -> String {
    let mut text = String::new();
    for task in tasks {
        let _ = writeln!(text, "{} {}", task.things, task.name);
        let baseline = task.peers.last().map(|(_, micros)| micros.as_slice());
        for (name, micros) in &task.peers {
            let (Some(spread), Some(ratio)) = (
                Spread::of(micros),
                ratios(micros, baseline.unwrap_or_default()),
            ) else {
                continue;
            };
            let _ = writeln!(
                text,
                "  {name:<32} {:>9.1} ms  {:>12.0}/s  x{:.2} ({:.2} to {:.2})",
                spread.median / 1e3,
                per_second(task.things, spread.median),
                ratio.median,
                ratio.low,
                ratio.high,
            );
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "some millions")]
fn per_second(things: usize, micros: f64) -> f64 {
    things as f64 / micros * 1e6
}

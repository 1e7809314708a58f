//! A log that is like those of an establishment, and always the same.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Result;

/// Lines of it that say something.
#[derive(Default)]
pub(super) struct Telling {
    pub(super) failures: u64,
    /// Those that were open.
    pub(super) tunnels: u64,
}

/// Half of it squid's log, a third Java's console; one line in forty says something.
pub(super) fn write_mix(path: &Path, bytes: u64) -> Result<Telling> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut written, mut number, mut chance) = (0, 0_u64, Chance(7));
    let (mut line, mut telling) = (String::new(), Telling::default());
    while written < bytes {
        number += 1;
        line.clear();
        write_line(&mut line, number, &mut chance, &mut telling)?;
        file.write_all(line.as_bytes())?;
        written += line.len() as u64;
    }
    file.flush()?;
    Ok(telling)
}

fn write_line(
    line: &mut String,
    number: u64,
    chance: &mut Chance,
    telling: &mut Telling,
) -> std::fmt::Result {
    let at = 1_795_700_000 + number / 100;
    let (host, other, kind) = (chance.below(900), chance.below(250), chance.below(1000));
    match kind {
        0..25 => telling.failures += 1,
        25..350 => telling.tunnels += 1,
        _ => {}
    }
    match kind {
        0..10 => writeln!(
            line,
            "{at}.160      0 10.0.{other}.1 TCP_DENIED/407 3579 CONNECT www{host}.example.fr:443 - HIER_NONE/- text/html"
        ),
        10..13 => writeln!(
            line,
            "{at}.172      1 10.0.{other}.1 TCP_DENIED/403 3481 CONNECT www{host}.example.fr:443 - HIER_NONE/- text/html"
        ),
        13..15 => writeln!(
            line,
            "{at}.191      1 10.0.{other}.1 NONE_NONE/503 0 CONNECT www{host}.example.fr:443 - HIER_DIRECT/192.0.2.{other} -"
        ),
        15..22 => writeln!(line, "java.io.IOException: Authentication failure"),
        22..25 => writeln!(
            line,
            "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure"
        ),
        25..350 => writeln!(
            line,
            "{at}.191    {other} 10.0.{other}.7 TCP_TUNNEL/200 51{host} CONNECT www{host}.example.fr:443 - HIER_DIRECT/192.0.2.{other} -"
        ),
        350..550 => writeln!(
            line,
            "{at}.191    {other} 10.0.{other}.7 TCP_MISS/200 51{host} GET http://www{host}.example.fr/images/{other}/logo.png - HIER_DIRECT/192.0.2.{other} image/png"
        ),
        550..700 => writeln!(
            line,
            "network: Connexion de https://www{host}.example.fr/tom/resources/applet/lib-{other}.jar?version-id=0.0.0.3 avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128"
        ),
        700..800 => writeln!(
            line,
            "network: Réponse du serveur : 200 (longueur : {host}{other})"
        ),
        800..900 => writeln!(
            line,
            "security: Vérification du certificat {host} dans le magasin de certificats de session du Deployment"
        ),
        _ => writeln!(
            line,
            "\tat sun.net.www.protocol.http.HttpURLConnection.getInputStream0(HttpURLConnection.java:{host})"
        ),
    }
}

/// The same numbers in every run. Source: Knuth's MMIX generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

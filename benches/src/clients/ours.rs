//! What does our own client do when it is asked for handshakes?

use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, anyhow};
use rustix::time::{ClockId, clock_gettime};
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::Signer as MemorySigner;
use tomcheck_cert::{SignMechanism, SigningPool, Worker};

use crate::holder::Holder;
use crate::in_process::Rustls;
use crate::peer::PATIENCE;
use crate::room::KEY_ID;
use crate::token::{Caller, command_with, credential, log_in};
use crate::{KeyKind, Version};

/// The argument that makes the bench's program one of its own clients.
pub const CLIENT_ARGUMENT: &str = "as-client";

/// What each turn does; any thread may.
type Turn = Box<dyn Fn() -> anyhow::Result<()> + Sync>;

/// Serves `MODE ADDRESS VERSION KEY HOLDER MODULE` over standard input and output until they
/// close.
///
/// # Errors
///
/// When a handshake fails.
pub fn serve_client(arguments: &[String]) -> anyhow::Result<()> {
    let [mode, address, version, key, holder, module] = arguments else {
        return Err(anyhow!("MODE ADDRESS VERSION KEY HOLDER MODULE"));
    };
    let key = KeyKind::of(key).context("a kind of key")?;
    let holder = Holder::read(key, holder.into())?;
    let version = match version.as_str() {
        "1.2" => Version::Tls12,
        _ => Version::Tls13,
    };
    let turn = turn(mode, address.parse()?, version, &holder, module.as_ref())?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (count, threads) = line.split_once(' ').context("two numbers")?;
        let (wall, cpu) = run(&turn, count.parse()?, threads.parse()?)?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{wall:.1} {cpu:.1}")?;
        out.flush()?;
    }
    Ok(())
}

fn run(turn: &Turn, count: usize, threads: usize) -> anyhow::Result<(f64, f64)> {
    let (began, cpu) = (Instant::now(), cpu());
    thread::scope(|scope| {
        let share = || (0..count / threads).try_for_each(|_| turn());
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(share)).collect();
        let ended = running.into_iter().map(|thread| thread.join());
        ended
            .into_iter()
            .try_for_each(|ended| ended.map_err(|_| anyhow!("a panic"))?)
    })?;
    Ok((began.elapsed().as_secs_f64() * 1e6, self::cpu() - cpu))
}

/// Of this process, in microseconds.
fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "no process takes centuries")]
    let micros = time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3;
    micros
}

fn turn(
    mode: &str,
    address: SocketAddr,
    version: Version,
    holder: &Holder,
    module: &Path,
) -> anyhow::Result<Turn> {
    let with_token = |caller| {
        let credential = credential(module, caller)?;
        let client = Rustls::with_credential(credential, version, address)?;
        Ok::<_, anyhow::Error>(handshake(client))
    };
    Ok(match mode {
        "memory" => handshake(Rustls::in_memory(holder, version, address)?),
        "signature-in-memory" => {
            let signer = in_memory(holder, version)?;
            Box::new(move || signer.sign(MESSAGE).map(drop).map_err(Into::into))
        }
        "signature" => {
            let pool = pool(module)?;
            let with = mechanism(holder.kind, version);
            Box::new(move || pool.sign(with, &[0; 32]).map(drop).map_err(Into::into))
        }
        "pool" => with_token(Caller::Us)?,
        "worker" => {
            let home = std::env::var_os("SOFTHSM2_CONF").context("SOFTHSM2_CONF")?;
            let command = command_with(&[("SOFTHSM2_CONF", home.into())])?;
            with_token(Caller::Worker(command))?
        }
        other => return Err(anyhow!("no mode {other}")),
    })
}

fn handshake(client: Rustls) -> Turn {
    Box::new(move || client.connect())
}

const MESSAGE: &[u8] =
    b"as long as what TLS signs, more or less: it is hashed first, which costs next to nothing";

fn in_memory(holder: &Holder, version: Version) -> anyhow::Result<Box<dyn MemorySigner>> {
    let key = any_supported_type(&PrivateKeyDer::Pkcs8(holder.key_der.clone().into()))?;
    let scheme = match (holder.kind, version) {
        (KeyKind::P256, _) => SignatureScheme::ECDSA_NISTP256_SHA256,
        (KeyKind::Rsa, Version::Tls12) => SignatureScheme::RSA_PKCS1_SHA256,
        (KeyKind::Rsa, Version::Tls13) => SignatureScheme::RSA_PSS_SHA256,
    };
    key.choose_scheme(&[scheme]).context("a key of this kind")
}

fn mechanism(key: KeyKind, version: Version) -> SignMechanism {
    match (key, version) {
        (KeyKind::P256, _) => SignMechanism::Ecdsa,
        (KeyKind::Rsa, Version::Tls12) => SignMechanism::RsaPkcs,
        (KeyKind::Rsa, Version::Tls13) => SignMechanism::RsaPkcsPss {
            hash: tomcheck_cert::Hash::Sha256,
            salt: 32,
        },
    }
}

fn pool(module: &Path) -> anyhow::Result<SigningPool> {
    let worker = Arc::new(Worker::in_process(module, PATIENCE)?);
    let slot = log_in(&worker)?;
    Ok(SigningPool::new(worker, slot, KEY_ID)?)
}

//! How is the token opened by our own layer?

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{anyhow, ensure};
use tomcheck_cert::{
    FinalTry, InitialiseProbe, InitialiseSeen, LoginProbe, LoginSeen, Pin, SignMechanism,
    TokenProbe, WORKER_ARGUMENT, Worker, WorkerCommand,
};
use tomcheck_diagnosis::Probe;
use tomcheck_testkit::Identity;
use tomcheck_tls::{Credential, Hash, Mechanism};

use crate::peer::{PATIENCE, Peer};
use crate::room::{KEY_ID, PIN, TokenHome};
use crate::signer::TokenSigner;

/// A token that was logged in to.
pub(crate) struct OpenToken {
    worker: Arc<Worker>,
    slot: u64,
}

impl OpenToken {
    /// Starts this very program as the worker, and logs in.
    pub(crate) fn open(home: &TokenHome) -> anyhow::Result<Self> {
        let worker = Arc::new(Worker::start(&command(home)?, &home.module, PATIENCE)?);
        let initialised = InitialiseProbe::new(&worker).observe();
        let is_ready = matches!(initialised, InitialiseSeen::Ready { .. });
        ensure!(is_ready, "C_Initialize: {initialised:?}");
        let seen = TokenProbe::new(&worker, None).observe();
        let token = seen.token().ok_or_else(|| anyhow!("no token: {seen:?}"))?;
        let pin = Pin::parse(PIN.into()).map_err(|_| anyhow!("the code has no code's shape"))?;
        let login = LoginProbe::new(&worker, token, pin, FinalTry::Refuse).observe();
        let is_in = matches!(login, LoginSeen::LoggedIn { .. });
        ensure!(is_in, "C_Login: {login:?}");
        let slot = token.slot;
        Ok(Self { worker, slot })
    }

    /// The certificate of `holder` with the token's key.
    pub(crate) fn credential(self, holder: &Identity) -> Credential {
        let signer = TokenSigner {
            worker: self.worker,
            slot: self.slot,
        };
        Credential::new(
            vec![holder.certificate_der().to_vec()],
            vec![
                Mechanism::RsaPkcs1,
                Mechanism::RsaPss(vec![Hash::Sha256, Hash::Sha384, Hash::Sha512]),
            ],
            Some(Arc::new(signer)),
        )
    }
}

/// The worker's environment holds only what is known to be needed and is in ours: `env` puts
/// in what is this token's alone.
pub(crate) fn command(home: &TokenHome) -> anyhow::Result<WorkerCommand> {
    command_with(&home.environment)
}

/// The same, with these variables.
pub(crate) fn command_with(
    environment: &[(&'static str, PathBuf)],
) -> anyhow::Result<WorkerCommand> {
    let settings = environment.iter().map(|(name, value)| {
        let mut setting = OsString::from(name);
        setting.push("=");
        setting.push(value);
        setting
    });
    let own = [std::env::current_exe()?.into(), WORKER_ARGUMENT.into()];
    Ok(WorkerCommand {
        program: "/usr/bin/env".into(),
        arguments: settings.chain(own).collect(),
        variables: vec![],
    })
}

/// No handshake at all: one signature, which is the least that any of them costs.
pub(crate) struct Signature(pub(crate) OpenToken);

impl Peer for Signature {
    fn once(&mut self) -> anyhow::Result<()> {
        let pss = SignMechanism::RsaPkcsPss {
            hash: tomcheck_cert::Hash::Sha256,
            salt: 32,
        };
        let signed = self.0.worker.sign(self.0.slot, KEY_ID, pss, &[0; 32])?;
        ensure!(signed.len() == 256, "a signature of {} bytes", signed.len());
        Ok(())
    }
}

//! How many calls into the PKCS#11 module does one more handshake take?

use std::fs;

use tomcheck_testkit::TlsServer;

use crate::Version;
use crate::kind::{Kind, PROGRAMS};
use crate::room::{Room, TokenHome};

/// Calls into the module that one turn of `kind` takes: of a peer that stays open, those of
/// one more handshake; of a program, all from its start to its end. Counted by OpenSC's
/// `pkcs11-spy.so`, apart from the timed rounds. None: it is not there, or the program does not
/// let it listen.
pub(crate) fn per_turn(
    kind: Kind,
    room: &Room,
    version: Version,
    server: &TlsServer,
) -> anyhow::Result<Option<usize>> {
    let Ok(spy) = &room.tools.spy else {
        return Ok(None);
    };
    // The spy writes the code porteur in clear: tomcheck hands it no variable of its own.
    if kind == Kind::Tomcheck {
        return Ok(None);
    }
    let count = |turns: usize| {
        let name = format!("{}-spied-{}-{turns}", kind.short(), server.port());
        let mut home = room.token(&name)?;
        let log = home.folder.join("calls.log");
        home.environment.push(("PKCS11SPY", home.module.clone()));
        home.environment.push(("PKCS11SPY_OUTPUT", log.clone()));
        home.module.clone_from(spy);
        turn(turns, kind, room, version, server, &home)?;
        Ok::<_, anyhow::Error>(calls_in(&fs::read_to_string(log)?))
    };
    let one = count(1)?;
    if PROGRAMS.contains(&kind) {
        return Ok(Some(one));
    }
    Ok(Some(count(2)?.saturating_sub(one)))
}

/// The peer is gone when this returns, and so all it did is written.
fn turn(
    turns: usize,
    kind: Kind,
    room: &Room,
    version: Version,
    server: &TlsServer,
    home: &TokenHome,
) -> anyhow::Result<()> {
    let mut peer = kind.ready(room, version, server, home)?;
    (0..turns).try_for_each(|_| peer.once())
}

/// The log has a line `12: C_Sign` for each call.
fn calls_in(log: &str) -> usize {
    let is_call = |line: &&str| {
        let number = line.split_once(": C_").map(|(number, _)| number);
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    log.lines().filter(is_call).count()
}

#[test]
fn only_the_lines_that_begin_a_call_are_counted() {
    let log = "\n0: C_GetFunctionList\n2026-01-01 10:00:00.000\nReturned:  0 CKR_OK\n\n\
               1: C_Initialize\n[in] pInitArgs = (nil)\nReturned: 0: C_ is no call\n";
    assert_eq!(calls_in(log), 2);
}

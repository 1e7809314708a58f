//! How soon after pcscd knows of a card is it told?

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use tomcheck_testkit::{CardOptions, Profile, VirtualCard, Workstation};

use super::Watcher;
use super::peer::Peer;

/// All peers watch at once; the card goes in and out.
pub(super) fn measure(tomcheck: &Path, rounds: usize) -> Result<Vec<Watcher>> {
    let folder = tempfile::Builder::new().prefix("tomcheck-").tempdir()?;
    let station = Workstation::start(folder.path())?;
    let card = station.insert(Profile::Piv, CardOptions::new())?;
    card.remove();
    let ours = Peer::tomcheck(tomcheck, &station)?;
    let peers: Vec<_> = std::iter::once(ours)
        .chain(Peer::pcsc_scan(&station)?)
        .collect();
    peers.iter().for_each(Peer::settle);
    let mut watchers: Vec<_> = peers.iter().map(watcher).collect();
    for _ in 0..rounds {
        peers.iter().for_each(Peer::forget);
        insert(&card, &peers, &mut watchers)?;
    }
    Ok(watchers)
}

fn watcher(peer: &Peer) -> Watcher {
    Watcher {
        name: peer.name,
        micros: Vec::new(),
    }
}

fn insert(card: &VirtualCard, peers: &[Peer], watchers: &mut [Watcher]) -> Result<()> {
    card.insert()?;
    let powered = card.powered_at().context("the card was not powered")?;
    for (peer, watcher) in peers.iter().zip(watchers) {
        let heard = peer.heard()?;
        watcher.micros.push(micros(powered, heard));
    }
    card.remove();
    Ok(())
}

/// The thread that tells of the power-on may be late itself: never less than nothing.
fn micros(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1e6
}

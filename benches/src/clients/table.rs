//! How is it told?

use std::fmt::Write as _;

use super::{ClientRace, Kind, Lane};
use crate::Spread;

/// A table per version, then what it means.
pub fn render_clients(races: &[ClientRace]) -> String {
    let mut text = String::from(HEAD);
    for race in races {
        text.push('\n');
        table(&mut text, race);
    }
    text.push_str(MEANING);
    text
}

const HEAD: &str = "\
Clients with a token's key: full handshakes with a client certificate over loopback, each client
in a process that stays, in turn. Microseconds a handshake, wall and of the client's own processor
time; the worker's is not the client's.
";
const MEANING: &str = "
The ideal is the handshake with a key in memory, its signature replaced by the token's own: what
no client can beat. Ratios are to it; over 1 is slower. NSS is its strsclnt, which ends when it has
made them: what more of them take. Java has made 800 before the first that counts, from five rounds
on. On two threads the server shares the machine, so that handshakes scale less than signatures do.
Only ratios of one run can be compared: the machine's speed is not the same tomorrow.
";

fn table(text: &mut String, race: &ClientRace) {
    let ideal = Figures::ideal(race);
    let name = format!("{}, {}", race.version.name(), race.key.name());
    // writing to a String cannot fail
    let _ = writeln!(
        text,
        "{name:<44}{:>8}{:>8}{:>8}{:>8}",
        "wall", "ratio", "cpu", "ratio"
    );
    if let Some(ideal) = ideal {
        let _ = writeln!(
            text,
            "  {:<42}{:>8.0}{:>8}{:>8.0}",
            "the ideal", ideal.wall, "", ideal.cpu
        );
    }
    for lane in &race.lanes {
        line(text, lane, ideal);
    }
}

fn line(text: &mut String, lane: &Lane, ideal: Option<Figures>) {
    let threads = match lane.threads {
        1 => String::new(),
        threads => format!(", {threads} threads"),
    };
    let name = format!("{}{threads}", lane.kind.name());
    let Some(figures) = Figures::of(lane) else {
        let why = lane.absent.as_deref().unwrap_or("no turn");
        let _ = writeln!(text, "  {name:<42}skipped: {why}");
        return;
    };
    let is_handshake = !matches!(lane.kind, Kind::Signature | Kind::MemorySignature);
    let ratio = |part: fn(Figures) -> f64| match ideal.filter(|_| is_handshake) {
        Some(ideal) => format!("{:.2}", part(figures) / part(ideal)),
        None => String::new(),
    };
    let (wall, cpu) = (ratio(|figures| figures.wall), ratio(|figures| figures.cpu));
    let _ = writeln!(
        text,
        "  {name:<42}{:>8.0}{wall:>8}{:>8.0}{cpu:>8}",
        figures.wall, figures.cpu
    );
}

/// Medians.
#[derive(Clone, Copy)]
struct Figures {
    wall: f64,
    cpu: f64,
}

impl Figures {
    fn of(lane: &Lane) -> Option<Self> {
        let median = |part: fn(&super::Took) -> f64| {
            let values: Vec<f64> = lane.took.iter().map(part).collect();
            Spread::of(&values).map(|spread| spread.median)
        };
        Some(Self {
            wall: median(|took| took.wall)?,
            cpu: median(|took| took.cpu)?,
        })
    }

    fn ideal(race: &ClientRace) -> Option<Self> {
        let of = |kind| {
            let lane = race
                .lanes
                .iter()
                .find(|lane| lane.kind == kind && lane.threads == 1);
            Self::of(lane?)
        };
        let (memory, own, token) = (
            of(Kind::Memory)?,
            of(Kind::MemorySignature)?,
            of(Kind::Signature)?,
        );
        Some(Self {
            wall: memory.wall - own.wall + token.wall,
            cpu: memory.cpu - own.cpu + token.cpu,
        })
    }
}

//! What is in a bundle, and what is not?

use serde::Serialize;
use tomcheck_diagnosis::{Instant, Verdict, Version};

use super::mask::Masked;

/// The value of a manifest's `schema` key.
pub const SCHEMA: &str = "tomcheck-bundle/1";

/// What the bundle holds; itself a file of it.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Which tomcheck made it.
    pub tomcheck: Version,
    /// When.
    pub made_at: Instant,
    /// The verdict of its report.
    pub verdict: Verdict,
    /// Every file but the manifest.
    pub files: Vec<FileRecord>,
    /// What stands in the place of what was hidden, kind by kind; never the values.
    pub masked: Vec<Masked>,
    /// What stays in clear although somebody might mind: `ip-addresses`.
    pub kept: Vec<&'static str>,
    /// What was asked for and is not in it, and why.
    pub left_out: Vec<LeftOut>,
    /// Whom it is for.
    pub send_to: SendTo,
}

/// One file.
#[derive(Clone, Debug, Serialize)]
pub struct FileRecord {
    /// Its name in the archive.
    pub name: String,
    /// Its length.
    pub bytes: usize,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// What it is, in the reader's language.
    pub what: String,
}

/// One file that is not there.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// What was asked for, masked.
    pub name: String,
    /// One sentence, in the reader's language.
    pub why: String,
}

/// Whom a bundle is for.
#[derive(Clone, Debug, Serialize)]
pub struct SendTo {
    /// How they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their number; empty: none is known.
    pub phone: String,
}

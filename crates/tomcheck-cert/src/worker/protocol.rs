//! What do the worker and its parent say to each other?

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tomcheck_diagnosis::{ForeignFailure, Personal};

use crate::{CallFailure, SignMechanism, TokenFlags};

/// The version of this protocol; both sides come from one build, so they must be equal.
pub(crate) const VERSION: u32 = 4;

/// The environment variable that names what the module shall find instead of what is there:
/// JSON, a list of [`Instead`]. Unset: nothing.
pub(crate) const INSTEAD: &str = "TOMCHECK_WORKER_INSTEAD";

/// What the module finds at a path, and nobody else does.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Instead {
    /// An empty folder, gone with the process.
    Nothing {
        /// Of the folder.
        at: PathBuf,
    },
    /// Another file or folder.
    Other {
        /// Of what it stands for.
        at: PathBuf,
        /// Of what is there instead.
        what: PathBuf,
    },
}

/// What the parent asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Request {
    /// Nothing. Answer: `null`.
    Ping,
    /// Loads the module. One more frame follows: its path, raw, as JSON holds not any. Answer:
    /// `null`, or [`LoadRefusal`].
    Load,
    /// `C_Initialize`. Answer: `ModuleInfo`.
    Initialise,
    /// Answer: `[SlotSeen]`.
    Slots,
    /// Reads a token. Answer: `TokenFacts`.
    Token {
        /// The slot it is in.
        slot: u64,
    },
    /// Reads the certificates of a token, and nothing else of it. Answer: `[TokenCertificate]`.
    Certificates {
        /// The slot it is in.
        slot: u64,
    },
    /// Reads the token's flags again. Answer: `TokenFlags`.
    Flags {
        /// The slot it is in.
        slot: u64,
    },
    /// Opens the session that a login will be in, and looks at the token through it. Answer:
    /// [`Approached`].
    Approach {
        /// The slot it is in.
        slot: u64,
    },
    /// Spends a try. One more frame follows: the code, raw. Answer: `PrivateKeys`.
    Login {
        /// The slot of the token.
        slot: u64,
    },
    /// The same, with a code that is typed on the reader: no frame follows.
    LoginOnPinPad {
        /// The slot of the token.
        slot: u64,
    },
    /// Signs. Answer: the signature, in hexadecimal.
    Sign {
        /// The slot of the token.
        slot: u64,
        /// CKA_ID of the key.
        #[serde(with = "crate::hexadecimal")]
        key_id: Vec<u8>,
        /// How.
        mechanism: SignMechanism,
        /// What.
        #[serde(with = "crate::hexadecimal")]
        data: Vec<u8>,
    },
    /// Logs out if it logged in, and `C_Finalize`. Answer: `null`.
    Finish,
}

/// The token just before a login: another card than this one ends the session.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Approached {
    /// As read now.
    pub flags: TokenFlags,
    /// As in [`crate::TokenFacts`].
    pub serial: Personal,
}

/// What the worker says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Message {
    /// First of all.
    Hello {
        /// [`VERSION`].
        version: u32,
        /// Why the module would find what is there, not what was to be there instead.
        refused: Option<ForeignFailure>,
    },
    /// A foreign call begins now: what comes next is its doing.
    Enter {
        /// `C_Initialize`.
        call: String,
    },
    /// The request was carried out.
    Answer(Value),
    /// It was not.
    Failed(CallFailure),
}

/// The system's loader refused the module.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LoadRefusal {
    /// The loader's call.
    pub call: String,
    /// The system's number, 0 where it has none.
    pub code: i64,
    /// The loader's sentence.
    pub text: String,
}

//! Which number is which, among the answers of PC/SC?
//!
//! Source: `winscard.h` of the Windows SDK and `pcsclite.h` of pcsc-lite 1.9.9. Where the
//! two give one number different names, the Windows one stands.

use std::borrow::Cow;

use tomcheck_diagnosis::ForeignFailure;

/// A failed call with its raw number, and the number's name if the table has it.
pub(crate) fn failure(call: &'static str, code: u32) -> ForeignFailure {
    let failure = ForeignFailure::new(call, code);
    match name_of(code) {
        Some(name) => failure.named(name),
        None => failure,
    }
}

/// The name PC/SC gives an answer, `SCARD_E_NO_SERVICE` for `0x8010001D`.
pub fn name_of(code: u32) -> Option<&'static str> {
    let row = NAMES.iter().find(|(number, _)| *number == code);
    row.map(|(_, name)| *name)
}

/// Every answer of PC/SC that has a name, in the order of their numbers.
pub fn answers() -> impl Iterator<Item = (u32, &'static str)> {
    NAMES.iter().copied()
}

/// Whether `failure` carries this number of PC/SC.
pub(crate) fn is(failure: &ForeignFailure, code: u32) -> bool {
    failure.code == i64::from(code)
}

/// Whether the service is gone, or went in the middle of the call.
pub(crate) fn is_service_gone(failure: &ForeignFailure) -> bool {
    [NO_SERVICE, SERVICE_STOPPED, COMM_ERROR]
        .into_iter()
        .any(|code| is(failure, code))
}

/// A call that is named before it is made, for those who stop waiting for it.
pub(crate) type Call = Cow<'static, str>;

pub(crate) const ESTABLISH: &str = "SCardEstablishContext";
pub(crate) const RELEASE: &str = "SCardReleaseContext";
pub(crate) const LIST_READERS: &str = "SCardListReaders";
pub(crate) const STATUS_CHANGE: &str = "SCardGetStatusChange";
pub(crate) const CONNECT: &str = "SCardConnect";
pub(crate) const STATUS: &str = "SCardStatus";
pub(crate) const BEGIN_TRANSACTION: &str = "SCardBeginTransaction";
pub(crate) const TRANSMIT: &str = "SCardTransmit";

pub(crate) const SUCCESS: u32 = 0;
pub(crate) const BROKEN_PIPE: u32 = 0x0000_0109;
pub(crate) const INSUFFICIENT_BUFFER: u32 = 0x8010_0008;
pub(crate) const TIMEOUT: u32 = 0x8010_000A;
pub(crate) const SHARING_VIOLATION: u32 = 0x8010_000B;
pub(crate) const NO_SMARTCARD: u32 = 0x8010_000C;
pub(crate) const COMM_ERROR: u32 = 0x8010_0013;
pub(crate) const NOT_TRANSACTED: u32 = 0x8010_0016;
pub(crate) const NO_SERVICE: u32 = 0x8010_001D;
pub(crate) const SERVICE_STOPPED: u32 = 0x8010_001E;
pub(crate) const NO_READERS: u32 = 0x8010_002E;
pub(crate) const UNRESPONSIVE: u32 = 0x8010_0066;
pub(crate) const UNPOWERED: u32 = 0x8010_0067;
pub(crate) const RESET: u32 = 0x8010_0068;
pub(crate) const REMOVED: u32 = 0x8010_0069;

const NAMES: &[(u32, &str)] = &[
    (0, "SCARD_S_SUCCESS"),
    (0x0000_0006, "ERROR_INVALID_HANDLE"),
    (BROKEN_PIPE, "ERROR_BROKEN_PIPE"),
    (0x8010_0001, "SCARD_F_INTERNAL_ERROR"),
    (0x8010_0002, "SCARD_E_CANCELLED"),
    (0x8010_0003, "SCARD_E_INVALID_HANDLE"),
    (0x8010_0004, "SCARD_E_INVALID_PARAMETER"),
    (0x8010_0005, "SCARD_E_INVALID_TARGET"),
    (0x8010_0006, "SCARD_E_NO_MEMORY"),
    (0x8010_0007, "SCARD_F_WAITED_TOO_LONG"),
    (INSUFFICIENT_BUFFER, "SCARD_E_INSUFFICIENT_BUFFER"),
    (0x8010_0009, "SCARD_E_UNKNOWN_READER"),
    (TIMEOUT, "SCARD_E_TIMEOUT"),
    (SHARING_VIOLATION, "SCARD_E_SHARING_VIOLATION"),
    (NO_SMARTCARD, "SCARD_E_NO_SMARTCARD"),
    (0x8010_000D, "SCARD_E_UNKNOWN_CARD"),
    (0x8010_000E, "SCARD_E_CANT_DISPOSE"),
    (0x8010_000F, "SCARD_E_PROTO_MISMATCH"),
    (0x8010_0010, "SCARD_E_NOT_READY"),
    (0x8010_0011, "SCARD_E_INVALID_VALUE"),
    (0x8010_0012, "SCARD_E_SYSTEM_CANCELLED"),
    (COMM_ERROR, "SCARD_F_COMM_ERROR"),
    (0x8010_0014, "SCARD_F_UNKNOWN_ERROR"),
    (0x8010_0015, "SCARD_E_INVALID_ATR"),
    (NOT_TRANSACTED, "SCARD_E_NOT_TRANSACTED"),
    (0x8010_0017, "SCARD_E_READER_UNAVAILABLE"),
    (0x8010_0018, "SCARD_P_SHUTDOWN"),
    (0x8010_0019, "SCARD_E_PCI_TOO_SMALL"),
    (0x8010_001A, "SCARD_E_READER_UNSUPPORTED"),
    (0x8010_001B, "SCARD_E_DUPLICATE_READER"),
    (0x8010_001C, "SCARD_E_CARD_UNSUPPORTED"),
    (NO_SERVICE, "SCARD_E_NO_SERVICE"),
    (SERVICE_STOPPED, "SCARD_E_SERVICE_STOPPED"),
    (0x8010_001F, "SCARD_E_UNEXPECTED"),
    (0x8010_0020, "SCARD_E_ICC_INSTALLATION"),
    (0x8010_0021, "SCARD_E_ICC_CREATEORDER"),
    (0x8010_0022, "SCARD_E_UNSUPPORTED_FEATURE"),
    (0x8010_0023, "SCARD_E_DIR_NOT_FOUND"),
    (0x8010_0024, "SCARD_E_FILE_NOT_FOUND"),
    (0x8010_0025, "SCARD_E_NO_DIR"),
    (0x8010_0026, "SCARD_E_NO_FILE"),
    (0x8010_0027, "SCARD_E_NO_ACCESS"),
    (0x8010_0028, "SCARD_E_WRITE_TOO_MANY"),
    (0x8010_0029, "SCARD_E_BAD_SEEK"),
    (0x8010_002A, "SCARD_E_INVALID_CHV"),
    (0x8010_002B, "SCARD_E_UNKNOWN_RES_MNG"),
    (0x8010_002C, "SCARD_E_NO_SUCH_CERTIFICATE"),
    (0x8010_002D, "SCARD_E_CERTIFICATE_UNAVAILABLE"),
    (NO_READERS, "SCARD_E_NO_READERS_AVAILABLE"),
    (0x8010_002F, "SCARD_E_COMM_DATA_LOST"),
    (0x8010_0030, "SCARD_E_NO_KEY_CONTAINER"),
    (0x8010_0031, "SCARD_E_SERVER_TOO_BUSY"),
    (0x8010_0032, "SCARD_E_PIN_CACHE_EXPIRED"),
    (0x8010_0033, "SCARD_E_NO_PIN_CACHE"),
    (0x8010_0034, "SCARD_E_READ_ONLY_CARD"),
    (0x8010_0065, "SCARD_W_UNSUPPORTED_CARD"),
    (UNRESPONSIVE, "SCARD_W_UNRESPONSIVE_CARD"),
    (UNPOWERED, "SCARD_W_UNPOWERED_CARD"),
    (RESET, "SCARD_W_RESET_CARD"),
    (REMOVED, "SCARD_W_REMOVED_CARD"),
    (0x8010_006A, "SCARD_W_SECURITY_VIOLATION"),
    (0x8010_006B, "SCARD_W_WRONG_CHV"),
    (0x8010_006C, "SCARD_W_CHV_BLOCKED"),
    (0x8010_006D, "SCARD_W_EOF"),
    (0x8010_006E, "SCARD_W_CANCELLED_BY_USER"),
    (0x8010_006F, "SCARD_W_CARD_NOT_AUTHENTICATED"),
    (0x8010_0070, "SCARD_W_CACHE_ITEM_NOT_FOUND"),
    (0x8010_0071, "SCARD_W_CACHE_ITEM_STALE"),
    (0x8010_0072, "SCARD_W_CACHE_ITEM_TOO_BIG"),
];

#[test]
fn a_number_stands_once_in_the_table_and_an_unknown_one_stays_a_number() {
    assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
    let known = failure(CONNECT, SHARING_VIOLATION).to_string();
    assert_eq!(known, "SCardConnect SCARD_E_SHARING_VIOLATION 0x8010000B");
    let unknown = failure(ESTABLISH, 0x8010_0999).to_string();
    assert_eq!(unknown, "SCardEstablishContext 0x80100999");
}

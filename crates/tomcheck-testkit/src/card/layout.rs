//! Which files does a CPS have, as far as the Cryptolib looks?
//!
//! What the module requires is known from its public sources and its own traces; the rest is
//! invented, and says TEST.

use super::{
    UpdateTrace,
    files::{Access, Files, MASTER_FILE},
    options::{CardOptions, Pair},
    pkcs15::{self, KeyEntry, PinEntry},
    tlv::tlv,
};
use crate::KitError;

/// References the card's commands use, which its description must name.
pub(super) struct References {
    pub(super) pin: u8,
    pub(super) puk: u8,
    pub(super) authentication: u8,
    pub(super) signature: u8,
}

/// What the card shows through its contacts, or over the air.
pub(super) struct Side {
    /// The application's identifier.
    name: &'static [u8],
    /// Key and certificate to authenticate with.
    labels: [&'static str; 2],
    /// The last byte of their identifier.
    id: u8,
    /// Whether a code protects anything.
    has_codes: bool,
}

pub(super) const CONTACT: Side = Side {
    name: NAME,
    labels: ["CPS_PRIV_AUT", "Certificat d'Authentification CPS"],
    id: AUTHENTICATION,
    has_codes: true,
};

/// One key that no code protects, and what is free to read.
pub(super) const CONTACTLESS: Side = Side {
    name: b"\xe8\x28\xbd\x08\x0f\x80\x25\x00\x00\x01\xff\x00\x20",
    labels: ["CPS_PRIV_TECH_AUT", "Certificat Technique CPS"],
    id: 0x03,
    has_codes: false,
};

/// The whole file system of one side of a card.
pub(super) fn files(
    options: &CardOptions,
    references: &References,
    side: &Side,
) -> Result<Files, KitError> {
    let mut files = Files::new();
    let open = Access::Always;
    files.add_file(None, EF_DIR, &directory_entry(side), open, false);
    files.add_file(
        None,
        EF_SERIAL,
        &serial_number(options.serial_bytes()?),
        open,
        false,
    );
    let application = Some(files.add_directory(APPLICATION, side.name));
    let descriptions = [
        (EF_ODF, object_directory(side)),
        (EF_INFO, pkcs15::token_info("tomcheck TEST", &options.label)),
        (EF_PINS, pins(references, side)),
        (EF_KEYS, keys(options, references, side)),
        (EF_CERTIFICATES, certificates(options, side)),
        (EF_DATA, data_objects(side)),
    ];
    for (fid, content) in descriptions {
        files.add_file(application, fid, &content, open, false);
    }
    let pairs = [
        (EF_AUTHENTICATION, &options.authentication),
        (EF_SIGNATURE, &options.signature),
    ];
    for (fid, Pair { certificate, .. }) in pairs {
        if let Some(certificate) = certificate {
            files.add_file(application, fid, certificate, open, false);
        }
    }
    for (data, content) in business_data(side) {
        files.add_file(application, data.fid, &content, data.access, data.writable);
    }
    Ok(files)
}

/// What is left of updates made to the card in the field.
pub(super) fn set_update_trace(files: &mut Files, trace: UpdateTrace) {
    let finished = finished_update();
    let content = match trace {
        UpdateTrace::Absent => None,
        UpdateTrace::Empty => Some(&[][..]),
        UpdateTrace::Finished => Some(&finished[..]),
    };
    files.replace_root_file(EF_UPDATES, content);
}

const EF_UPDATES: u16 = 0xD010;

/// One finished update.
fn finished_update() -> Vec<u8> {
    let start = tlv(0x81, b"\x20\x26\x01\x01\x12\x00\x00");
    let end = tlv(0x82, b"\x20\x26\x01\x01\x12\x01\x00");
    tlv(0xEC, [start, end].concat())
}

const EF_DIR: u16 = 0x2F00;
const EF_SERIAL: u16 = 0xD003;
const APPLICATION: u16 = 0x0001;
const EF_ODF: u16 = 0x5031;
const EF_INFO: u16 = 0x5032;
const EF_PINS: u16 = 0x7001;
const EF_KEYS: u16 = 0x7002;
const EF_CERTIFICATES: u16 = 0x7005;
const EF_DATA: u16 = 0x7006;
const EF_AUTHENTICATION: u16 = 0xA001;
const EF_SIGNATURE: u16 = 0xA002;

/// Identifier of the application "ASIP CPS".
const NAME: &[u8] = b"\xe8\x28\xbd\x08\x0f\x80\x25\x00\x00\x01\xff\x00\x10";
/// What EF.SN.ICC begins with.
const ISSUER: &[u8] = b"\x80\x25\x00\x00\x01";

const PIN_ID: &[u8] = b"\x01";
const PUK_ID: &[u8] = b"\x02";

/// The last byte of the keys' identifiers; the application's name comes before.
const AUTHENTICATION: u8 = 0x02;
const SIGNATURE: u8 = 0x01;

impl Side {
    fn object_id(&self, last: u8) -> Vec<u8> {
        [self.name, &[last]].concat()
    }

    fn owner(&self) -> Option<&'static [u8]> {
        self.has_codes.then_some(PIN_ID)
    }
}

fn absolute(fid: u16) -> [u16; 3] {
    [MASTER_FILE, APPLICATION, fid]
}

fn directory_entry(side: &Side) -> Vec<u8> {
    let path = [MASTER_FILE, APPLICATION].map(u16::to_be_bytes).concat();
    tlv(
        0x61,
        [
            tlv(0x4F, side.name),
            tlv(0x50, b"CPS TEST"),
            tlv(0x51, path),
        ]
        .concat(),
    )
}

/// Issuer, number, check byte.
fn serial_number(digits: [u8; 4]) -> Vec<u8> {
    tlv(0x5A, [ISSUER, &digits, b"\x0f"].concat())
}

fn object_directory(side: &Side) -> Vec<u8> {
    let codes = side.has_codes.then_some((0xA8, EF_PINS));
    let entries = [(0xA0, EF_KEYS), (0xA4, EF_CERTIFICATES), (0xA7, EF_DATA)];
    let entries = codes.into_iter().chain(entries);
    entries
        .flat_map(|(tag, fid)| tlv(tag, pkcs15::path(&absolute(fid))))
        .collect()
}

fn pins(references: &References, side: &Side) -> Vec<u8> {
    if !side.has_codes {
        return Vec::new();
    }
    // flags: 4 initialised, 6 unblocking, 7 security officer
    let pin = PinEntry {
        label: "Code porteur",
        id: PIN_ID,
        reference: references.pin,
        lengths: (4, 8),
        flags: &[4],
        unblocked_by: Some(PUK_ID),
    };
    let puk = PinEntry {
        label: "Code de deblocage",
        id: PUK_ID,
        reference: references.puk,
        lengths: (8, 8),
        flags: &[4, 6, 7],
        unblocked_by: None,
    };
    [pin.encode(), puk.encode()].concat()
}

fn keys(options: &CardOptions, references: &References, side: &Side) -> Vec<u8> {
    let [label, _] = side.labels;
    // usage: 1 decrypt, 2 sign, 9 non-repudiation
    let entries = [
        (
            "CPS_PRIV_SIG",
            SIGNATURE,
            &[9][..],
            references.signature,
            &options.signature,
        ),
        (
            label,
            side.id,
            &[1, 2][..],
            references.authentication,
            &options.authentication,
        ),
    ];
    let entries = entries
        .iter()
        .filter_map(|(label, id, usage, reference, pair)| {
            let key = pair.key.as_ref()?;
            let entry = KeyEntry {
                label,
                id: &side.object_id(*id),
                usage,
                reference: *reference,
                bits: u16::try_from(8 * key.size()).ok()?,
                directory: &[MASTER_FILE, APPLICATION],
                owner: side.owner(),
            };
            Some(entry.encode())
        });
    entries.flatten().collect()
}

fn certificates(options: &CardOptions, side: &Side) -> Vec<u8> {
    let [_, label] = side.labels;
    let entries = [
        (
            "Certificat de Signature CPS",
            SIGNATURE,
            EF_SIGNATURE,
            &options.signature,
        ),
        (label, side.id, EF_AUTHENTICATION, &options.authentication),
    ];
    let there = entries
        .iter()
        .filter(|(.., pair)| pair.certificate.is_some());
    there
        .flat_map(|(label, id, fid, _)| {
            pkcs15::certificate(label, &side.object_id(*id), &absolute(*fid))
        })
        .collect()
}

struct DataFile {
    label: &'static str,
    fid: u16,
    access: Access,
    writable: bool,
}

/// What a code protects is not shown where there is none.
fn business_data(side: &Side) -> impl Iterator<Item = (DataFile, Vec<u8>)> {
    let has_codes = side.has_codes;
    let all = everything().into_iter();
    all.filter(move |(data, _)| has_codes || data.access == Access::Always)
}

fn everything() -> Vec<(DataFile, Vec<u8>)> {
    let open = |label, fid| DataFile {
        label,
        fid,
        access: Access::Always,
        writable: false,
    };
    let protected = |label, fid| DataFile {
        label,
        fid,
        access: Access::AfterPin,
        writable: false,
    };
    let person = [tlv(0x81, b"TEST"), tlv(0x82, b"CARTE")].concat();
    vec![
        (
            DataFile {
                writable: true,
                ..open("CPS_DATA", 0xD107)
            },
            vec![0; 64],
        ),
        (
            open("CPS_ID_CARD", 0xD101),
            tlv(0xE0, b"\x81\x01\x00\x82\x01\xff"),
        ),
        (open("CPS_NAME_PS", 0xD102), tlv(0xE1, person)),
        (open("CPS_LANG_PS", 0xD103), tlv(0xE2, tlv(0x81, b"fr"))),
        (open("CPS_INFO_PS", 0xD104), tlv(0xE3, tlv(0x81, b"10"))),
        (
            protected("CPS_ACTIVITY_01_PS", 0xD120),
            tlv(0xE4, tlv(0x81, b"CABINET TEST 1")),
        ),
        (
            protected("CPS_ACTIVITY_02_PS", 0xD121),
            tlv(0xE4, tlv(0x81, b"CABINET TEST 2")),
        ),
    ]
}

fn data_objects(side: &Side) -> Vec<u8> {
    let encode = |data: DataFile| {
        let owner = (data.access == Access::AfterPin).then_some(PIN_ID);
        pkcs15::data_object(data.label, "CPS", &absolute(data.fid), owner, data.writable)
    };
    business_data(side)
        .flat_map(|(data, _)| encode(data))
        .collect()
}

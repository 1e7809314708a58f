//! By which name do people know a reader, and which driver does it want?

use tomcheck_diagnosis::{Step, System};

/// A model of reader.
#[derive(Debug)]
pub(crate) struct Model {
    /// Vendor and product number.
    pub(crate) id: &'static str,
    /// As it is called on its housing or by those who sell it.
    pub(crate) called: &'static str,
    /// What drives it.
    pub(crate) driver: Driver,
}

/// What drives a reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Driver {
    /// The driver for all readers of the USB class 0x0B: part of Windows and macOS, libccid on
    /// Linux.
    Ccid,
    /// libgempc430 on Linux; the reader is not of the class.
    GemPc430,
    /// libasedrive-usb on Linux; the reader is not of the class.
    AseDrive,
}

impl Model {
    /// The row of this vendor and product.
    pub(crate) fn of(id: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.id == id)
    }

    /// A reader the class of its interface does not give away.
    #[cfg(any(not(target_os = "macos"), test))]
    pub(crate) fn is_without_class(id: &str) -> bool {
        Self::of(id).is_some_and(|model| model.driver != Driver::Ccid)
    }
}

impl Driver {
    /// How to install it.
    pub(crate) const fn steps(self) -> &'static [Step] {
        match self {
            Self::Ccid => CCID,
            Self::GemPc430 => GEMPC430,
            Self::AseDrive => ASEDRIVE,
        }
    }
}

const CCID: &[Step] = &[Step::on(
    System::Windows,
    "Ce modèle se contente du pilote de Windows (CCID) : « Gestionnaire de périphériques », clic droit sur le lecteur > « Mettre à jour le pilote » > « Rechercher automatiquement les pilotes ».",
    "This model needs only Windows' own driver (CCID): “Device Manager”, right-click the reader > “Update driver” > “Search automatically for drivers”.",
)];
const GEMPC430: &[Step] = &[
    Step::on(
        System::Linux,
        "Ce modèle ancien a son propre pilote : `sudo apt install libgempc430` (Debian, Ubuntu).",
        "This old model has a driver of its own: `sudo apt install libgempc430` (Debian, Ubuntu).",
    ),
    NOT_IN_WINDOWS,
];
const ASEDRIVE: &[Step] = &[
    Step::on(
        System::Linux,
        "Ce modèle ancien a son propre pilote : `sudo apt install libasedrive-usb` (Debian, Ubuntu).",
        "This old model has a driver of its own: `sudo apt install libasedrive-usb` (Debian, Ubuntu).",
    ),
    NOT_IN_WINDOWS,
];
const NOT_IN_WINDOWS: Step = Step::on(
    System::Windows,
    "Windows n'a pas de pilote pour ce modèle ancien : installez celui du fabricant, ou remplacez le lecteur par un lecteur PC/SC récent.",
    "Windows has no driver for this old model: install its maker's, or replace the reader with a recent PC/SC reader.",
);

const fn ccid(id: &'static str, called: &'static str) -> Model {
    Model {
        id,
        called,
        driver: Driver::Ccid,
    }
}

/// Readers that read a CPx on a workstation of health care, and the usual ones of offices.
///
/// Source: numbers, names and that they are of the class, the list of supported readers of
/// libccid 1.5.2; libgempc430 1.0.8 and libasedrive-usb 3.7 for the last two.
static MODELS: &[Model] = &[
    ccid("0f14:0011", "Xiring XI-SIGN USB"),
    ccid("0f14:0037", "Xiring MyLeo"),
    ccid("0f14:0038", "Xiring Leo v2"),
    ccid("0f14:003b", "Ingenico Leo"),
    ccid("0f14:003d", "Ingenico WITEO"),
    ccid("2947:0101", "Kapelse KAP-LINK"),
    ccid("1e0d:0013", "Neowave Weneo"),
    ccid("1e0d:0033", "Neowave Weneo"),
    ccid("08e6:3437", "Gemalto PC Twin (IDBridge CT30)"),
    ccid("08e6:3438", "Gemalto USB Shell Token V2 (IDBridge K30)"),
    ccid("08e6:3478", "Gemalto GemPC Pinpad"),
    ccid("08e6:34ec", "Gemalto GemPC Express"),
    ccid("08e6:5503", "Gemalto Prox-DU"),
    ccid("076b:3021", "Omnikey 3121"),
    ccid("076b:3022", "Omnikey 3121"),
    ccid("076b:3031", "Omnikey 3x21"),
    ccid("076b:1021", "Omnikey 1021"),
    ccid("076b:3821", "Omnikey 3821"),
    ccid("076b:5422", "Omnikey 5422"),
    ccid("04e6:5116", "SCM (Identiv) SCR3310"),
    ccid("04e6:5410", "SCM (Identiv) SCR355"),
    ccid("04e6:e001", "SCM SCR331"),
    ccid("04e6:5810", "Identive CLOUD 2700 R"),
    ccid("04e6:5811", "Identiv uTrust 2900 R"),
    ccid("072f:90cc", "ACS ACR38U"),
    ccid("072f:b000", "ACS ACR3901U"),
    ccid("072f:b100", "ACS ACR39U"),
    ccid("046a:003e", "Cherry ST-2000"),
    ccid("046a:0072", "Cherry ST-1275"),
    ccid("046a:0010", "Cherry SmartBoard XX44"),
    ccid("046a:00a1", "Cherry KC 1000 SC"),
    ccid("046a:00a3", "Cherry G87-1xx44"),
    ccid("413c:2100", "Dell SK-3106"),
    ccid("413c:2101", "Dell Smart Card Reader Keyboard"),
    ccid("03f0:0824", "HP USB Smartcard Reader"),
    ccid("17ef:1003", "Lenovo Integrated Smart Card Reader"),
    ccid("17ef:6007", "Lenovo USB Smartcard Keyboard"),
    ccid("058f:9520", "Alcor Micro AU9520"),
    ccid("058f:9540", "Alcor Micro AU9540"),
    ccid("25dd:3111", "bit4id miniLector EVO"),
    Model {
        id: "08e6:0430",
        called: "Gemplus GemPC430",
        driver: Driver::GemPc430,
    },
    Model {
        id: "0dc3:0802",
        called: "Athena ASEDrive IIIe",
        driver: Driver::AseDrive,
    },
];

#[test]
fn every_model_stands_once_as_sysfs_writes_it() {
    let mut ids: Vec<_> = MODELS.iter().map(|model| model.id).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|two| two[0] != two[1]));
    for model in MODELS {
        assert_eq!(model.id.len(), 9, "{model:?}");
        assert_eq!(model.id, model.id.to_lowercase());
    }
}

/// A row that says "libccid" and is not in its list sends people the wrong way.
#[test]
fn libccid_drives_every_model_the_table_says_it_does() {
    let path = "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist";
    let Ok(plist) = std::fs::read_to_string(path) else {
        println!("skipped: libccid is not installed");
        return;
    };
    let driven = super::bundle::drives(&plist);
    for model in MODELS {
        let is_driven = driven.iter().any(|(id, _)| id == model.id);
        assert_eq!(is_driven, model.driver == Driver::Ccid, "{model:?}");
    }
}

//! What does a scenario stand on?

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::pki::{Holder, Pki, Purpose, Variant};
use crate::revocation_site::RevocationSite;
use crate::squid::{Squid, SquidOptions};
use crate::tls_server::{TlsServer, TlsServerOptions};
use crate::{CardHolder, CardOptions, KitError, Profile, VirtualCard, Workstation};

/// What the bench is started with. The default is healthy.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which module the card is made for: OpenSC (`Piv`), or the Cryptolib (`Cps3`), whose
    /// path [`CommandLine::module`] then needs.
    pub profile: Profile,
    /// Eight digits; a card of its own for each test with the Cryptolib, which caches by it.
    pub serial: Option<&'static str>,
    /// What the card bears.
    pub card: CardContent,
    /// How the site behaves.
    pub server: TlsServerOptions,
    /// How the proxy behaves.
    pub squid: SquidOptions,
    /// Whether a responder answers about revocation; there are lists in any case.
    pub responder: bool,
}

/// What the card bears.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CardContent {
    /// Both certificates; the authentication one is of this kind.
    Authentication(Variant),
    /// The signature certificate alone.
    SignatureOnly,
}

/// A workstation with a card, a site and a proxy, and the command line that looks at them.
///
/// Dropped, everything ends.
#[derive(Debug)]
pub struct Bench {
    /// Another program that keeps the card. Ends before the card and its service do.
    pub holder: Option<CardHolder>,
    /// The card, code porteur 1234.
    pub card: VirtualCard,
    /// The card service.
    pub station: Workstation,
    /// The site.
    pub server: TlsServer,
    /// The proxy.
    pub squid: Squid,
    /// Who publishes the revocation lists, which squid fetches there; none: nobody.
    pub lists: Option<RevocationSite>,
    /// How tomcheck is called.
    pub command: CommandLine,
    directory: TempDir,
}

/// How `tomcheck check` is called.
#[derive(Clone, Debug)]
pub struct CommandLine {
    /// `--target`.
    pub target: String,
    /// `--ca-file`.
    pub ca_file: PathBuf,
    /// `--module`; none: tomcheck searches.
    pub module: Option<PathBuf>,
    /// `--proxy`.
    pub proxy: String,
    /// What `--pin-fd` hands over.
    pub pin: String,
    /// `--deadline`, in seconds.
    pub deadline: u32,
    /// `--lang`.
    pub lang: &'static str,
    /// Variables set for this run.
    pub environment: Vec<(String, OsString)>,
    /// What the program sees as /sys; none: the machine's own.
    pub sysfs: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            profile: Profile::Piv,
            serial: None,
            card: CardContent::Authentication(Variant::Valid),
            server: TlsServerOptions::default(),
            squid: SquidOptions::default(),
            responder: false,
        }
    }
}

impl Bench {
    /// Starts everything. Takes about a second.
    ///
    /// # Errors
    ///
    /// When a part cannot be started.
    ///
    /// # Panics
    ///
    /// When squid or the site cannot be started.
    pub fn start(plan: Plan) -> Result<Self, KitError> {
        let directory = tempfile::Builder::new()
            .prefix("tomcheck-bench-")
            .tempdir()
            .map_err(KitError::file(std::env::temp_dir()))?;
        let station = Workstation::start(directory.path().join("station"))?;
        let options = plan.card.options();
        let options = match plan.serial {
            Some(serial) => options.serial(serial),
            None => options,
        };
        let card = station.insert(plan.profile, options)?;
        let server = TlsServer::start(plan.server);
        let lists = match plan.responder {
            true => RevocationSite::start_with_responder(),
            false => RevocationSite::start(),
        };
        let mut squid = plan.squid;
        for name in [RevocationSite::LISTS, RevocationSite::RESPONDER] {
            squid.origins.push((name.to_owned(), lists.address()));
        }
        let squid = Squid::start(&squid);
        let command = CommandLine {
            target: server.url(),
            ca_file: Pki::shared().authorities_pem(),
            module: Some(opensc_module()),
            proxy: squid.url(),
            pin: PIN.to_owned(),
            deadline: 30,
            lang: "fr",
            environment: station.environment(),
            sysfs: None,
        };
        Ok(Self {
            holder: None,
            card,
            station,
            server,
            squid,
            lists: Some(lists),
            command,
            directory,
        })
    }

    /// Makes tomcheck use the module this function writes.
    pub(super) fn use_module(
        &mut self,
        make: fn(&Path) -> Result<PathBuf, KitError>,
    ) -> Result<(), KitError> {
        self.command.module = Some(make(self.directory.path())?);
        Ok(())
    }

    /// Empties the places where tomcheck would look for a module.
    pub(super) fn without_modules(&mut self) -> Result<(), KitError> {
        let empty = self.directory.path().join("no-modules");
        fs::create_dir_all(&empty).map_err(KitError::file(&empty))?;
        let variable = (MODULE_PLACES.to_owned(), empty.into_os_string());
        self.command.environment.push(variable);
        Ok(())
    }

    /// Plugs in a USB reader that no pcscd has heard of: into the bus tomcheck sees.
    pub(super) fn plug_usb_reader(&mut self) -> Result<(), KitError> {
        let sysfs = self.directory.path().join("sys");
        for (file, text) in USB_READER {
            let path = sysfs.join("bus/usb/devices").join(file);
            let folder = path.parent().unwrap_or(&path);
            fs::create_dir_all(folder).map_err(KitError::file(folder))?;
            fs::write(&path, text).map_err(KitError::file(&path))?;
        }
        self.command.sysfs = Some(sysfs);
        Ok(())
    }

    /// Gives tomcheck the settings of a GALSS.
    pub(super) fn install_galss(&mut self, settings: &str) -> Result<(), KitError> {
        let file = self.directory.path().join("galss.ini");
        fs::write(&file, settings).map_err(KitError::file(&file))?;
        let variable = (GALSS_SETTINGS.to_owned(), file.into_os_string());
        self.command.environment.push(variable);
        Ok(())
    }

    /// Makes tomcheck use no proxy.
    pub(super) fn go_direct(&mut self) {
        self.command.proxy = "direct".to_owned();
    }
}

impl CardContent {
    fn options(self) -> CardOptions {
        let person = |purpose, variant| Pki::shared().person(Holder::Cpe, purpose, variant);
        let signature = person(Purpose::Signature, Variant::Valid);
        let options = CardOptions::new()
            .pin(PIN)
            .signature_pair(signature.key().clone(), signature.certificate_der());
        match self {
            Self::SignatureOnly => options,
            Self::Authentication(variant) => {
                let identity = person(Purpose::Authentication, variant);
                options.authentication_pair(identity.key().clone(), identity.certificate_der())
            }
        }
    }
}

/// A port of the loopback at which nothing listens.
pub(super) fn closed_port() -> Result<u16, KitError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    let address = address.map_err(KitError::socket("looking for a free port"))?;
    Ok(address.port())
}

/// Debian's OpenSC, which drives the card's PIV application.
fn opensc_module() -> PathBuf {
    let library = format!(
        "/usr/lib/{}-linux-gnu/opensc-pkcs11.so",
        std::env::consts::ARCH
    );
    PathBuf::from(library)
}

const PIN: &str = "1234";
/// A list of directories that tomcheck searches instead of the standard places.
const MODULE_PLACES: &str = "TOMCHECK_MODULE_DIRS";
/// The file tomcheck reads instead of the GALSS's own.
const GALSS_SETTINGS: &str = "TOMCHECK_GALSS_INI";

/// As the kernel shows it: a device with one interface of the class of smart-card readers.
const USB_READER: [(&str, &str); 5] = [
    ("1-4:1.0/bInterfaceClass", "0b\n"),
    ("1-4/idVendor", "0f14\n"),
    ("1-4/idProduct", "0038\n"),
    ("1-4/manufacturer", "XIRING\n"),
    ("1-4/product", "Leo v2\n"),
];

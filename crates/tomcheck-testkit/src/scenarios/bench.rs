//! What does a scenario stand on?

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::cryptolib::CACHE;
use crate::nginx::{Nginx, NginxOptions};
use crate::pki::{Holder, Pki, Purpose, Variant};
use crate::revocation_site::RevocationSite;
use crate::squid::{Squid, SquidOptions};
use crate::tls_server::{TlsServer, TlsServerOptions};
use crate::{
    CardHolder, CardOptions, KitError, Profile, Shape, Shaper, VirtualCard, Workstation, modules,
};

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
    /// Who answers in everybody's place; none: nobody.
    pub portal: Option<Nginx>,
    /// What stands on the way to the site; none: nothing.
    pub on_the_way: Option<Shaper>,
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
    /// `--html`; none: no page.
    pub html: Option<PathBuf>,
    /// Variables set for this run.
    pub environment: Vec<(String, OsString)>,
    /// What the program sees as /sys; none: the machine's own.
    pub sysfs: Option<PathBuf>,
    /// What the program sees as the Cryptolib's cache; none: the machine's own.
    pub cache: Option<PathBuf>,
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
            html: None,
            environment: environment(&station, directory.path())?,
            sysfs: None,
            cache: None,
        };
        Ok(Self {
            holder: None,
            card,
            station,
            server,
            squid,
            lists: Some(lists),
            portal: None,
            on_the_way: None,
            command,
            directory,
        })
    }

    /// The folder that tomcheck takes for the user's home; nobody opened a browser there.
    pub fn home(&self) -> PathBuf {
        home(self.directory.path())
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
    pub(super) fn plug_usb_reader(&mut self, device: &[(&str, &str)]) -> Result<(), KitError> {
        let sysfs = self.directory.path().join("sys");
        for (file, text) in device {
            let path = sysfs.join("bus/usb/devices").join(file);
            write(&path, text)?;
        }
        self.command.sysfs = Some(sysfs);
        Ok(())
    }

    /// Has a portal answer in the place of the site and of the page tomcheck knows.
    pub(super) fn stand_behind_a_portal(&mut self) {
        let portal = Nginx::start(&NginxOptions::default());
        let port = portal.portal_port();
        self.command.target = format!("https://localhost:{port}/");
        let canary = format!("http://127.0.0.1:{port}/success.txt");
        let variable = (PORTAL_CANARY.to_owned(), canary.into());
        self.command.environment.push(variable);
        self.portal = Some(portal);
    }

    /// Has tomcheck go without a proxy, and this box on its way.
    pub(super) fn stand_behind_a_box(&mut self, shape: Shape) {
        let shaper = Shaper::start(self.server.address(), shape);
        self.command.target = format!("https://localhost:{}/", shaper.port());
        self.on_the_way = Some(shaper);
        self.go_direct();
    }

    /// Gives tomcheck the settings of a GALSS.
    pub(super) fn install_galss(&mut self, settings: &str) -> Result<(), KitError> {
        let file = self.directory.path().join("galss.ini");
        fs::write(&file, settings).map_err(KitError::file(&file))?;
        let variable = (GALSS_SETTINGS.to_owned(), file.into_os_string());
        self.command.environment.push(variable);
        Ok(())
    }

    /// Makes tomcheck use a module that keeps another certificate of this card than it bears.
    pub(super) fn keep_in_cache(&mut self, former: Variant) -> Result<(), KitError> {
        let cache = self.directory.path().join("cache");
        let former = Pki::shared().person(Holder::Cpe, Purpose::Authentication, former);
        let file = cache.join(format!("{}_5031", self.serial_of_token()?));
        fs::create_dir_all(&cache).map_err(KitError::file(&cache))?;
        fs::write(&file, former.certificate_der()).map_err(KitError::file(&file))?;
        self.command.cache = Some(cache);
        let module = modules::caching(self.directory.path(), Path::new(CACHE))?;
        self.command.module = Some(module);
        Ok(())
    }

    /// As OpenSC's module tells it.
    fn serial_of_token(&self) -> Result<String, KitError> {
        let mut command = Command::new("pkcs11-tool");
        let output = command
            .arg("--module")
            .arg(opensc_module())
            .arg("--list-token-slots")
            .envs(self.station.environment())
            .output()
            .map_err(KitError::start("pkcs11-tool"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        let serial = lines.find(|(key, _)| key.trim() == "serial num");
        match serial {
            Some((_, serial)) => Ok(serial.trim().to_owned()),
            None => Err(KitError::Value {
                what: "pkcs11-tool's list",
                value: text,
                expected: "a serial num",
            }),
        }
    }

    /// Has the user's Firefox opened once, with these extensions and no module but its own.
    pub(super) fn open_firefox(&mut self, extensions: &str) -> Result<(), KitError> {
        let root = self.home().join(".mozilla/firefox");
        let profile = root.join("k3x9.default-esr");
        write(&root.join("profiles.ini"), FIREFOX_PROFILES)?;
        write(&profile.join("compatibility.ini"), FIREFOX_USE)?;
        write(&profile.join("pkcs11.txt"), BUILTIN_MODULE)?;
        write(&profile.join("extensions.json"), extensions)
    }

    /// Has the user's Chromium opened once.
    pub(super) fn open_chromium(&mut self) -> Result<(), KitError> {
        let home = self.home();
        write(&home.join(".config/chromium/Local State"), "{}")?;
        write(&home.join(".pki/nssdb/pkcs11.txt"), BUILTIN_MODULE)
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

/// What the workstation sets, and a home where nobody opened a browser yet.
fn environment(
    station: &Workstation,
    directory: &Path,
) -> Result<Vec<(String, OsString)>, KitError> {
    let home = home(directory);
    fs::create_dir_all(&home).map_err(KitError::file(&home))?;
    let mut environment = station.environment();
    environment.push(("HOME".to_owned(), home.into_os_string()));
    // What fails here is meant to: nobody out there is asked why.
    environment.push((PORTAL_CANARY.to_owned(), OsString::new()));
    Ok(environment)
}

fn home(directory: &Path) -> PathBuf {
    directory.join("home")
}

fn write(path: &Path, text: &str) -> Result<(), KitError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(KitError::file(folder))?;
    fs::write(path, text).map_err(KitError::file(path))
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

/// As Firefox ESR and NSS write them.
const FIREFOX_PROFILES: &str = "[Profile0]\nName=default-esr\nIsRelative=1\n\
    Path=k3x9.default-esr\n\n[General]\nStartWithLastProfile=1\nVersion=2\n";
const FIREFOX_USE: &str = "[Compatibility]\nLastVersion=128.5.0_20241120144033/20241120144033\n\
    LastOSABI=Linux_x86_64-gcc3\nLastPlatformDir=/usr/lib/firefox-esr\n";
const BUILTIN_MODULE: &str = "library=\nname=NSS Internal PKCS #11 Module\n\
    NSS=Flags=internal,critical\n\n";

const PIN: &str = "1234";
/// A list of directories that tomcheck searches instead of the standard places.
const MODULE_PLACES: &str = "TOMCHECK_MODULE_DIRS";
/// The page that tomcheck asks for instead of a public one; empty: none.
const PORTAL_CANARY: &str = "TOMCHECK_PORTAL_CANARY";
/// The file tomcheck reads instead of the GALSS's own.
const GALSS_SETTINGS: &str = "TOMCHECK_GALSS_INI";

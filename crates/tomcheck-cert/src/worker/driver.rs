//! In which order are the module's functions called, and what becomes of their answers?

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::{PoisonError, RwLock};

use cryptoki_sys as ck;
use tomcheck_diagnosis::{ForeignFailure, Personal};

use super::protocol::{Approached, LoadRefusal};
use super::serve::lost;
use crate::names::mechanism_name;
use crate::sys::pkcs11::{Mechanism, Module, Object, Session, Token};
use crate::x509::key;
use crate::{
    CallFailure, Hash, KeySeen, MechanismSeen, ModuleInfo, PrivateKeys, SignMechanism, SlotSeen,
    TokenCertificate, TokenFacts, TokenFlags,
};

/// Holds the module and what was opened in it.
pub(super) struct Driver {
    enter: Rc<Enter>,
    company: Company,
    module: Option<Loaded>,
    started: Option<StartedBy>,
    has_listed: bool,
    /// As the last listing of the slots found them: good for one reading right after it.
    tokens: HashMap<u64, Token>,
    /// Opened for reading; nobody needs it any more, and the end closes it too.
    read_in: Option<Session>,
    sessions: HashMap<u64, Session>,
    logged_in: Option<Session>,
    keys: HashMap<(u64, Vec<u8>), Key>,
}

/// Is told each call just before it is made, and may refuse it.
type Enter = dyn Fn(&'static str) -> Driven<()>;
type Loaded = Module<Box<Enter>>;

/// Who else in this process may use the module.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Company {
    Nobody,
    Others,
}

/// Whose `C_Initialize` it was, and whose `C_Finalize` it will be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum StartedBy {
    Us,
    Others,
}

/// A private key, looked up once.
#[derive(Clone, Copy)]
pub(super) struct Key {
    object: Object,
    /// How long its signatures are, in bytes; none where the key does not tell.
    signature: Option<usize>,
}

type Driven<T> = Result<T, CallFailure>;

impl Driver {
    pub(super) fn new(
        enter: impl Fn(&'static str) -> Driven<()> + 'static,
        company: Company,
    ) -> Self {
        Self {
            enter: Rc::new(enter),
            company,
            module: None,
            started: None,
            has_listed: false,
            tokens: HashMap::new(),
            read_in: None,
            sessions: HashMap::new(),
            logged_in: None,
            keys: HashMap::new(),
        }
    }

    /// None: it is loaded. The refusal is an answer, not a failure to ask.
    pub(super) fn load(&mut self, path: &Path) -> Driven<Option<LoadRefusal>> {
        let told = Rc::clone(&self.enter);
        let enter: Box<Enter> = Box::new(move |call| told(call));
        match Module::load(path, enter) {
            Ok(module) => {
                self.module = Some(module);
                Ok(None)
            }
            Err(refusal) => Ok(Some(refusal)),
        }
    }

    pub(super) fn initialise(&mut self) -> Driven<ModuleInfo> {
        let module = self.module()?;
        let by = match module.initialise() {
            Err(failure) if is(&failure, CRYPTOKI_ALREADY_INITIALIZED) => self.found_started(),
            other => other.map(|()| StartedBy::Us)?,
        };
        let info = module.info();
        self.started = Some(by);
        let info = info?;
        Ok(ModuleInfo {
            cryptoki: dotted(info.cryptoki),
            manufacturer: cut(&info.manufacturer),
            description: cut(&info.description),
            version: dotted(info.version),
        })
    }

    /// By us if it was before, or if a library that it needs did it: nobody else ends that.
    fn found_started(&self) -> StartedBy {
        match (self.started, self.company) {
            (Some(by), _) => by,
            (None, Company::Nobody) => StartedBy::Us,
            (None, Company::Others) => StartedBy::Others,
        }
    }

    pub(super) fn slots(&mut self) -> Driven<Vec<SlotSeen>> {
        let module = self.module()?;
        let slots = module.slots(self.has_listed)?;
        let mut tokens = HashMap::new();
        let seen = slots
            .into_iter()
            .map(|slot| see_slot(module, slot, &mut tokens))
            .collect();
        self.has_listed = true;
        self.tokens = tokens;
        Ok(seen)
    }

    pub(super) fn token(&mut self, slot: u64) -> Driven<TokenFacts> {
        self.close_what_was_read();
        let listed = self.tokens.remove(&slot);
        let module = self.module()?;
        let session = self.session_or_new(module, slot)?;
        let token = match listed {
            Some(token) => token,
            None => module.token(slot)?,
        };
        let facts = see_token(module, slot, &token, session.handle);
        self.read_in = session.is_new.then_some(session.handle);
        facts
    }

    pub(super) fn certificates(&mut self, slot: u64) -> Driven<Vec<TokenCertificate>> {
        self.close_what_was_read();
        let module = self.module()?;
        let session = self.session_or_new(module, slot)?;
        let certificates = certificates(module, session.handle);
        self.read_in = session.is_new.then_some(session.handle);
        certificates
    }

    pub(super) fn flags(&self, slot: u64) -> Driven<TokenFlags> {
        let token = self.module()?.token(slot)?;
        Ok(TokenFlags::from(token.flags))
    }

    /// The session is a new one: a card that was reset meanwhile leaves old ones dead, even
    /// for `C_Login`. It is opened before the look: with a card that comes after it, it is dead.
    pub(super) fn approach(&mut self, slot: u64) -> Driven<Approached> {
        self.forget(slot);
        // OpenSC looks for another card when it is asked which slots there are, else believes
        // that the one it knows is still there
        self.module()?.slots(true)?;
        self.session(slot)?;
        let token = self.module()?.token(slot)?;
        Ok(Approached {
            flags: TokenFlags::from(token.flags),
            serial: Personal::new(cut(&token.serial)),
        })
    }

    pub(super) fn login_spending_a_try(
        &mut self,
        slot: u64,
        pin: Option<&[u8]>,
    ) -> Driven<PrivateKeys> {
        let session = self.session(slot)?;
        let module = self.module()?;
        let is_others = match module.login(session, pin) {
            Err(failure) if is(&failure, USER_ALREADY_LOGGED_IN) => {
                self.started == Some(StartedBy::Others)
            }
            other => other.map(|()| false)?,
        };
        let keys = private_keys(module, session, true);
        self.logged_in = (!is_others).then_some(session);
        Ok(keys)
    }

    pub(super) fn sign(
        &mut self,
        slot: u64,
        key_id: &[u8],
        mechanism: SignMechanism,
        data: &[u8],
    ) -> Driven<Vec<u8>> {
        match self.sign_once(slot, key_id, mechanism, data) {
            Err(failure) if is_about_the_session(&failure) => {
                self.forget(slot);
                self.sign_once(slot, key_id, mechanism, data)
            }
            signed => signed,
        }
    }

    fn sign_once(
        &mut self,
        slot: u64,
        key_id: &[u8],
        mechanism: SignMechanism,
        data: &[u8],
    ) -> Driven<Vec<u8>> {
        let session = self.session(slot)?;
        let key = self.key(session, slot, key_id)?;
        signed_with(self.module()?, session, key, mechanism, data)
    }

    /// The card is left as it is: nothing here resets it.
    pub(super) fn finish(&mut self) -> Driven<()> {
        // nobody may be inside the module while it is ended (PKCS#11 v2.40 §5.4, `C_Finalize`)
        let is_shared = self.company == Company::Others;
        let _alone = is_shared.then(|| IN_USE.write().unwrap_or_else(PoisonError::into_inner));
        let (Some(module), Some(by)) = (&self.module, self.started.take()) else {
            return Ok(());
        };
        if let Some(session) = self.logged_in.take() {
            let _ = module.logout(session);
        }
        match by {
            StartedBy::Us => module.finalise(),
            StartedBy::Others => self.close_all(),
        }
    }

    /// What `C_Finalize` would close.
    fn close_all(&mut self) -> Driven<()> {
        self.close_what_was_read();
        let Some(module) = &self.module else {
            return Ok(());
        };
        let mut sessions = std::mem::take(&mut self.sessions).into_values();
        sessions.try_for_each(|session| module.close_session(session))
    }

    fn close_what_was_read(&mut self) {
        if let (Some(session), Some(module)) = (self.read_in.take(), &self.module) {
            let _ = module.close_session(session);
        }
    }

    fn module(&self) -> Driven<&Loaded> {
        self.module
            .as_ref()
            .ok_or_else(|| lost("the module is not loaded"))
    }

    fn session(&mut self, slot: u64) -> Driven<Session> {
        let session = self.session_or_new(self.module()?, slot)?.handle;
        self.sessions.insert(slot, session);
        Ok(session)
    }

    fn session_or_new(&self, module: &Loaded, slot: u64) -> Driven<Opened> {
        if let Some(handle) = self.sessions.get(&slot) {
            return Ok(Opened {
                handle: *handle,
                is_new: false,
            });
        }
        let handle = module.open_session(slot)?;
        Ok(Opened {
            handle,
            is_new: true,
        })
    }

    fn forget(&mut self, slot: u64) {
        self.close_what_was_read();
        self.keys.retain(|(of, _), _| *of != slot);
        if let (Some(session), Some(module)) = (self.sessions.remove(&slot), &self.module) {
            let _ = module.close_session(session);
        }
    }

    fn key(&mut self, session: Session, slot: u64, id: &[u8]) -> Driven<Key> {
        if let Some(key) = self.keys.get(&(slot, id.to_vec())) {
            return Ok(*key);
        }
        let key = find_key(self.module()?, session, id)?;
        self.keys.insert((slot, id.to_vec()), key);
        Ok(key)
    }
}

/// Shared by those who call a module of this process from threads of their own, taken whole by
/// who ends one.
pub(super) static IN_USE: RwLock<()> = RwLock::new(());

struct Opened {
    handle: Session,
    is_new: bool,
}

/// A slot that refuses to tell of itself or of its token is a slot all the same.
fn see_slot(module: &Loaded, id: u64, tokens: &mut HashMap<u64, Token>) -> SlotSeen {
    let (description, flags, refusal) = match module.slot(id) {
        Ok(slot) => (cut(&slot.description), slot.flags, None),
        Err(failure) => (String::new(), 0, Some(ForeignFailure::from(failure))),
    };
    let token_present = flags & TOKEN_PRESENT != 0;
    // a card the module does not know may be shown as an empty slot: the token says it
    let token = module.token(id);
    let is_blank = matches!(&token, Ok(token) if token.flags & TOKEN_INITIALIZED == 0);
    let refused = match token {
        Ok(token) => {
            tokens.insert(id, token);
            None
        }
        Err(failure) => Some(ForeignFailure::from(failure)),
    };
    let refusal = refusal.or(refused.filter(is_telling));
    SlotSeen {
        id,
        description,
        flags,
        token_present,
        is_blank,
        refusal,
    }
}

/// `CKF_TOKEN_INITIALIZED`. Source: PKCS#11 v2.40 §3.2.
const TOKEN_INITIALIZED: u64 = 0x400;

/// `CKR_TOKEN_NOT_PRESENT` says no more than the slot's flags do.
fn is_telling(failure: &ForeignFailure) -> bool {
    failure.code != TOKEN_NOT_PRESENT
}

fn see_token(module: &Loaded, slot: u64, token: &Token, session: Session) -> Driven<TokenFacts> {
    let flags = TokenFlags::from(token.flags);
    let mechanisms = module
        .mechanisms(slot)?
        .into_iter()
        .map(|number| MechanismSeen {
            number,
            name: mechanism_name(number).map(str::to_owned),
        });
    Ok(TokenFacts {
        slot,
        reader: None,
        label: Personal::new(cut(&token.label)),
        manufacturer: cut(&token.manufacturer),
        model: cut(&token.model),
        serial: Personal::new(cut(&token.serial)),
        flags,
        pin_min: token.pin_min,
        pin_max: token.pin_max,
        mechanisms: mechanisms.collect(),
        certificates: certificates(module, session)?,
        private_keys: private_keys(module, session, !flags.login_required()),
    })
}

fn certificates(module: &Loaded, session: Session) -> Driven<Vec<TokenCertificate>> {
    let objects = module.find(session, CERTIFICATE, None)?;
    let read = |object| {
        let [id, label, der] = module.attributes(session, object, [ID, LABEL, VALUE])?;
        Ok(TokenCertificate {
            id: id.unwrap_or_default(),
            label: label.map(|label| cut(&label)).unwrap_or_default(),
            der: der.unwrap_or_default(),
        })
    };
    objects.into_iter().take(MOST_READ).map(read).collect()
}

/// `is_open`: whether a module would show them now; many hide them until the login.
fn private_keys(module: &Loaded, session: Session, is_open: bool) -> PrivateKeys {
    let objects = match module.find(session, PRIVATE_KEY, None) {
        Ok(objects) if objects.is_empty() && !is_open => return PrivateKeys::HiddenUntilLogin,
        Ok(objects) => objects,
        Err(failure) => return PrivateKeys::Unknown(failure.into()),
    };
    let read = |object| {
        let [id, label, modulus] = module.attributes(session, object, [ID, LABEL, MODULUS])?;
        let point = || module.attribute(session, object, EC_POINT).ok().flatten();
        Ok(KeySeen {
            id: id.unwrap_or_default(),
            label: label.map(|label| cut(&label)).unwrap_or_default(),
            sha256: public_value(modulus, point),
        })
    };
    let keys: Driven<_> = objects.into_iter().take(MOST_READ).map(read).collect();
    keys.map_or_else(
        |failure| PrivateKeys::Unknown(failure.into()),
        PrivateKeys::Listed,
    )
}

/// A module that does not tell it leaves the key as good as it was.
fn public_value(
    modulus: Option<Vec<u8>>,
    point: impl FnOnce() -> Option<Vec<u8>>,
) -> Option<Personal> {
    let is_told = |value: &Vec<u8>| !value.is_empty();
    let modulus = modulus.filter(is_told);
    let modulus = modulus.map(|modulus| key::of_modulus(&modulus));
    modulus.or_else(|| point().filter(is_told).map(|point| key::of_point(&point)))
}

/// Two calls, where the signature's length is known beforehand.
pub(super) fn signed_with<E: Fn(&'static str) -> Driven<()>>(
    module: &Module<E>,
    session: Session,
    key: Key,
    mechanism: SignMechanism,
    data: &[u8],
) -> Driven<Vec<u8>> {
    module
        .sign_init(session, &spelt(mechanism), key.object)
        .and_then(|()| module.sign(session, data, key.signature))
}

/// The session or what was found in it is lost, as after the card was taken out or reset:
/// nothing was signed, and what is opened anew may sign.
///
/// Source: PKCS#11 v2.40 §5.1.2, §5.1.4.
pub(super) fn is_about_the_session(failure: &CallFailure) -> bool {
    LOST.iter().any(|code| is(failure, *code))
}

/// `CKR_DEVICE_REMOVED`, `CKR_KEY_HANDLE_INVALID`, `CKR_OBJECT_HANDLE_INVALID`,
/// `CKR_OPERATION_ACTIVE` (left so by one that failed), `CKR_SESSION_CLOSED`, `CKR_SESSION_HANDLE_INVALID`.
const LOST: [i64; 6] = [0x32, 0x60, 0x82, 0x90, 0xB0, 0xB3];

pub(super) fn find_key<E: Fn(&'static str) -> Driven<()>>(
    module: &Module<E>,
    session: Session,
    id: &[u8],
) -> Driven<Key> {
    let found = module.find(session, PRIVATE_KEY, Some(id))?;
    let Some(object) = found.first().copied() else {
        return Err(CallFailure::NoSuchKey {
            call: "C_FindObjects".to_owned(),
        });
    };
    // a module that tells neither is asked for the signature's length each time instead
    let read = |kind| module.attribute(session, object, kind).ok().flatten();
    let rsa = read(MODULUS).map(|modulus| modulus.iter().skip_while(|byte| **byte == 0).count());
    let rsa = rsa.filter(|length| *length > 0);
    let signature = rsa.or_else(|| read(EC_PARAMS).and_then(|curve| key::ecdsa_length(&curve)));
    Ok(Key { object, signature })
}

fn spelt(mechanism: SignMechanism) -> Mechanism {
    match mechanism {
        SignMechanism::RsaPkcs => Mechanism::Plain(wide(ck::CKM_RSA_PKCS)),
        SignMechanism::Sha256RsaPkcs => Mechanism::Plain(wide(ck::CKM_SHA256_RSA_PKCS)),
        SignMechanism::Ecdsa => Mechanism::Plain(wide(ck::CKM_ECDSA)),
        SignMechanism::RsaPkcsPss { hash, salt } => {
            let (hash, mgf) = match hash {
                Hash::Sha256 => (ck::CKM_SHA256, ck::CKG_MGF1_SHA256),
                Hash::Sha384 => (ck::CKM_SHA384, ck::CKG_MGF1_SHA384),
                Hash::Sha512 => (ck::CKM_SHA512, ck::CKG_MGF1_SHA512),
            };
            Mechanism::Pss {
                hash: wide(hash),
                mgf: wide(mgf),
                salt,
            }
        }
    }
}

/// Text without its padding: blanks by the standard, NUL by the Cryptolib CPS.
fn cut(text: &[u8]) -> String {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).trim_end().to_owned()
}

/// The minor number counts hundredths (PKCS#11 v2.40 §3.1, `CK_VERSION`): 2.20, 2.40, but
/// vendors write 3.1 for 3.1.
fn dotted((major, minor): (u8, u8)) -> String {
    format!("{major}.{minor}")
}

#[allow(clippy::useless_conversion, reason = "CK_ULONG is narrower on Windows")]
fn wide(number: ck::CK_ULONG) -> u64 {
    u64::from(number)
}

const TOKEN_PRESENT: u64 = 1;
const CERTIFICATE: u64 = 1;
const PRIVATE_KEY: u64 = 3;
const LABEL: u64 = 0x3;
const VALUE: u64 = 0x11;
const ID: u64 = 0x102;
const MODULUS: u64 = 0x120;
const EC_PARAMS: u64 = 0x180;
const EC_POINT: u64 = 0x181;
const TOKEN_NOT_PRESENT: i64 = 0xE0;
const USER_ALREADY_LOGGED_IN: i64 = 0x100;
const CRYPTOKI_ALREADY_INITIALIZED: i64 = 0x191;
/// A card holds two or three; their authorities may stand beside them.
const MOST_READ: usize = 32;

fn is(failure: &CallFailure, code: i64) -> bool {
    failure.answered().is_some_and(|it| it.code == code)
}

#[test]
fn text_loses_its_padding_and_nothing_else() {
    assert_eq!(cut(b"IAS ECC\0\0\0\0\0\0\0\0\0"), "IAS ECC");
    assert_eq!(cut("Café  de  ".as_bytes()), "Café  de");
    assert_eq!(cut(b"\0\0"), "");
}

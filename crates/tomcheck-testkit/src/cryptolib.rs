//! Can the tests use the real Cryptolib CPS, and what does it leave behind?

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The Cryptolib's PKCS#11 module: the one `TOMCHECK_TEST_CRYPTOLIB` names, else the installed one.
///
/// Says aloud, on standard error, that the test skips when there is none.
#[expect(clippy::print_stderr, reason = "a test that skips must say so")]
pub fn cryptolib() -> Option<PathBuf> {
    let named = env::var_os("TOMCHECK_TEST_CRYPTOLIB").map(PathBuf::from);
    let module = named.or_else(|| Some(INSTALLED.into()).filter(|path: &PathBuf| path.exists()));
    if module.is_none() {
        eprintln!("SKIPPED: no Cryptolib CPS; TOMCHECK_TEST_CRYPTOLIB may name its module");
    }
    module
}

/// Deletes, when dropped, what the Cryptolib cached on disk about one card.
///
/// It knows a card by its number alone and would serve the old certificates of a new card.
#[derive(Debug)]
pub struct CachedCard {
    serial: String,
}

impl CachedCard {
    /// `serial`: as given to [`CardOptions::serial`](crate::CardOptions::serial); one per test.
    pub fn new(serial: &str) -> Self {
        let cached = Self {
            serial: serial.to_owned(),
        };
        cached.forget();
        cached
    }

    fn forget(&self) {
        for entry in fs::read_dir(CACHE).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().contains(&self.serial) {
                // another test's file is not ours to delete, a vanished one needs no deleting
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for CachedCard {
    fn drop(&mut self) {
        self.forget();
        // the module makes these by itself; they stay as long as anything else is in them
        for directory in Path::new(CACHE).ancestors().take(3) {
            let _ = fs::remove_dir(directory);
        }
    }
}

const INSTALLED: &str = "/opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so";
pub(crate) const CACHE: &str = "/etc/opt/santesocial/CPS/cache";

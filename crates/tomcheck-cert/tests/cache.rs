//! Is a cache that is no longer the card's found, and put right?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use common::{bound_by_modes, codes, command, identity, started, token_of, two_pairs};
use tomcheck_cert::{
    CacheProbe, CacheSeen, CardCache, Compared, Refresh, Refreshed, TokenFacts, TokenProbe, refresh,
};
use tomcheck_diagnosis::Probe;
use tomcheck_testkit::modules::HostileModules;
use tomcheck_testkit::{
    CachedCard, CardOptions, Holder, Pki, Profile, Purpose, Variant, cryptolib, isolated,
};

const PER_CALL: Duration = Duration::from_secs(20);

fn look(module: &Path, token: &TokenFacts, cache: &CardCache) -> CacheSeen {
    CacheProbe::new(&command(), module, PER_CALL, token, cache.clone()).observe()
}

/// Some systems let no account but root's do it.
fn is_possible(seen: &CacheSeen) -> bool {
    let CacheSeen::Cached { again, .. } = seen else {
        panic!("{seen:?}")
    };
    if let Compared::NotPossible { failure } = again {
        println!("SKIPPED: {failure}");
        assert_eq!(codes(seen), Vec::<&str>::new());
        return false;
    }
    true
}

#[test]
fn an_old_certificate_in_the_cache_is_found_and_refreshed() {
    let folder = tempfile::tempdir().unwrap();
    let (on_card, old) = (
        identity(Purpose::Authentication),
        identity(Purpose::Signature),
    );
    let modules = HostileModules::build(folder.path(), on_card.certificate_der()).unwrap();
    let module = modules.that("cache", "none").unwrap();
    let cached = folder.path().join("cache").join("26000000_5031");
    fs::create_dir(cached.parent().unwrap()).unwrap();
    let cache = CardCache::of(vec![cached.parent().unwrap().to_owned()]);
    let serve = || token_of(&started(&module));

    let token = serve();
    assert_eq!(token.certificates[0].der, on_card.certificate_der());
    fs::write(&cached, old.certificate_der()).unwrap();
    let token = serve();
    assert_eq!(token.certificates[0].der, old.certificate_der());

    let seen = look(&module, &token, &cache);
    if is_possible(&seen) {
        assert_eq!(codes(&seen), ["module.cache-stale"], "{seen:?}");
    }
    assert_eq!(
        fs::read(&cached).unwrap(),
        old.certificate_der(),
        "looking deletes nothing"
    );

    let others = cached.with_file_name("27000000_5031");
    fs::write(&others, "another card's").unwrap();
    let command = command();
    let done = refresh(&Refresh {
        command: &command,
        module: &module,
        per_call: PER_CALL,
        token: &token,
        cache: cache.clone(),
    });
    let done = done.unwrap();
    assert!(done.has_changed() && done.kept.is_empty());
    assert_eq!(
        (done.deleted.len(), done.gone.len(), done.new.len()),
        (1, 1, 1)
    );
    assert_eq!(done.token.certificates[0].der, on_card.certificate_der());
    assert!(others.exists(), "the cache of other cards is theirs");
    let seen = look(&module, &done.token, &cache);
    assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:?}");
}

#[test]
fn where_nothing_is_cached_nothing_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let holder = identity(Purpose::Authentication);
    let modules = HostileModules::build(folder.path(), holder.certificate_der()).unwrap();
    let module = modules.that("none", "none").unwrap();
    let token = token_of(&started(&module));
    // the module that would crash is never loaded
    let crashing = modules.that("crash", "dlopen").unwrap();
    let empty = CardCache::of(vec![
        folder.path().join("nowhere"),
        folder.path().to_owned(),
    ]);
    assert_eq!(look(&crashing, &token, &empty), CacheSeen::Nothing);
}

/// A module that serves what its cache holds: an old certificate.
fn with_an_old_one(test: impl FnOnce(&Path, &Path, &TokenFacts)) {
    let folder = tempfile::tempdir().unwrap();
    let on_card = identity(Purpose::Authentication);
    let old = identity(Purpose::Signature);
    let modules = HostileModules::build(folder.path(), on_card.certificate_der()).unwrap();
    let module = modules.that("cache", "none").unwrap();
    fs::create_dir(folder.path().join("cache")).unwrap();
    fs::write(folder.path().join("old"), old.certificate_der()).unwrap();
    let cached = folder.path().join("cache/26000000_5031");
    symlink(folder.path().join("old"), &cached).unwrap();
    let token = token_of(&started(&module));
    assert_eq!(token.certificates[0].der, old.certificate_der());
    test(&module, &cached, &token);
}

fn refreshed(module: &Path, token: &TokenFacts, cached: &Path) -> Refreshed {
    let command = command();
    let done = refresh(&Refresh {
        command: &command,
        module,
        per_call: PER_CALL,
        token,
        cache: CardCache::of(vec![cached.parent().unwrap().to_owned()]),
    });
    done.unwrap()
}

/// Everybody may write to the cache.
#[test]
fn a_link_in_the_cache_is_told_and_taken_away_and_not_what_it_leads_to() {
    with_an_old_one(|module, cached, token| {
        let cache = CardCache::of(vec![cached.parent().unwrap().to_owned()]);
        let seen = look(module, token, &cache);
        let CacheSeen::Cached { files, .. } = &seen else {
            panic!("{seen:?}")
        };
        assert!(files.len() == 1 && files[0].is_link, "{files:?}");
        let done = refreshed(module, token, cached);
        assert!(done.has_changed() && done.deleted[0].is_link);
        let target = cached.ancestors().nth(2).unwrap().join("old");
        assert_eq!(fs::read(target).unwrap(), token.certificates[0].der);
        assert!(!cached.is_symlink(), "the module wrote a file of its own");
    });
}

#[test]
fn what_may_not_be_deleted_is_told_and_stays() {
    with_an_old_one(|module, cached, token| {
        let folder = cached.parent().unwrap();
        fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
        let done = bound_by_modes(|| refreshed(module, token, cached));
        fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        assert!(done.deleted.is_empty() && !done.has_changed());
        let (file, failure) = &done.kept[0];
        assert_eq!(
            (file.path.as_path(), failure.call.as_ref()),
            (cached, "unlink")
        );
        assert!(cached.is_symlink());
    });
}

/// A renewal on the same card, as an update of the card brings it.
#[test]
fn the_cryptolib_serves_the_old_certificate_of_a_renewed_card_until_it_is_refreshed() {
    let Some(module) = cryptolib() else { return };
    isolated(|station| {
        let serial = format!("105{:05}", std::process::id() % 100_000);
        let _cached = CachedCard::new(&serial);
        let card = |options: CardOptions| {
            let card = station.insert(Profile::Cps3, options.serial(&serial));
            card.unwrap()
        };
        let first = card(two_pairs());
        let served = token_of(&started(&module));
        first.remove();
        drop(first);
        let renewed = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
        let pair = CardOptions::new()
            .authentication_pair(renewed.key().clone(), renewed.certificate_der());
        let _second = card(pair);
        let token = token_of(&started(&module));
        assert_eq!(
            token.certificates[0].der, served.certificates[0].der,
            "from the cache"
        );

        let cache = CardCache::usual();
        let seen = look(&module, &token, &cache);
        if is_possible(&seen) {
            assert_eq!(codes(&seen), ["module.cache-stale"], "{seen:?}");
        }
        let command = command();
        let done = refresh(&Refresh {
            command: &command,
            module: &module,
            per_call: PER_CALL,
            token: &token,
            cache: cache.clone(),
        });
        let done = done.unwrap();
        assert!(done.has_changed(), "{done:?}");
        let der: Vec<_> = done.token.certificates.iter().map(|it| &it.der).collect();
        assert!(der.iter().any(|der| *der == renewed.certificate_der()));
        assert_eq!(
            codes(&look(&module, &done.token, &cache)),
            Vec::<&str>::new()
        );
        let seen = TokenProbe::new(&started(&module), None).observe();
        assert_eq!(seen.token().unwrap().certificates, done.token.certificates);
    });
}

//! Is every finding of the catalogue provoked in a test?
//!
//! Of each code, one test that brings it about: on the virtual workstation (the scenarios of the
//! command line), against a real peer (the rows of the TLS layer), or as listed here, from a real
//! program or from an observation. A code that nobody provokes fails here, and so does a row whose
//! test is gone, is ignored or says nothing of the code.

#![expect(
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// A code; the file, below `crates`; the test in it.
type Row = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const PROVOKED: &[Row] = &[
    ("reader.service-refused", "tomcheck-reader/tests/real_stack.rs", "a_service_whose_socket_is_closed_to_this_user_refuses_and_is_not_stopped"),
    ("reader.service-hung", "tomcheck-reader/tests/real_stack.rs", "a_service_that_hangs_is_told_within_the_deadline_and_naming_the_call"),
    ("reader.service-not-installed", "tomcheck-reader/tests/real_stack.rs", "a_library_that_is_not_there_is_told_without_any_service"),
    ("reader.virtual-only", "tomcheck-reader/src/readers/tests.rs", "a_reader_made_of_software_is_no_reader"),
    ("reader.one-missing", "tomcheck-reader/src/readers/tests.rs", "a_reader_beside_those_that_are_listed_is_told_and_matters_less_once_the_card_is_found"),
    ("reader.unavailable", "tomcheck-reader/src/readers/tests.rs", "a_reader_without_a_state_is_unavailable"),
    ("reader.several", "tomcheck-reader/tests/real_stack.rs", "every_slot_is_a_reader_and_one_can_be_asked_for"),
    ("reader.wanted-missing", "tomcheck-reader/tests/real_stack.rs", "every_slot_is_a_reader_and_one_can_be_asked_for"),
    ("card.removed-during-use", "tomcheck-cli/tests/card.rs", "a_card_torn_out_while_it_is_asked_is_the_cause"),
    ("card.contact-intermittent", "tomcheck-cli/tests/card.rs", "a_bad_contact_warns"),
    ("module.path-missing", "tomcheck-cert/tests/module_file.rs", "nothing_at_the_path_given_is_a_wrong_path_that_is_named"),
    ("module.unreadable", "tomcheck-cert/src/module/findings.rs", "only_a_refusal_of_the_system_blames_the_rights"),
    ("module.read-failed", "tomcheck-cert/tests/module_file.rs", "a_file_that_the_system_fails_to_read_keeps_its_answer_and_blames_no_right"),
    ("module.dependency-missing", "tomcheck-cert/tests/worker.rs", "what_the_loader_refuses_is_kept_and_the_missing_library_named"),
    ("module.initialise-failed", "tomcheck-cert/src/initialise.rs", "a_module_that_refuses_to_start_is_judged_by_its_number"),
    ("module.worker-lost", "tomcheck-cert/tests/worker.rs", "a_worker_killed_from_outside_is_no_fault_of_the_module"),
    ("module.answer-impossible", "tomcheck-cert/tests/hostile.rs", "an_answer_that_cannot_be_is_told_with_the_call"),
    ("module.outdated", "tomcheck-cert/src/module/outdated.rs", "a_module_of_version_4_that_is_asked_for_is_old"),
    ("module.duplicate", "tomcheck-cert/src/module/findings.rs", "two_versions_or_a_leftover_beside_the_module_are_worth_a_warning"),
    ("module.sees-no-token", "tomcheck-cli/tests/card.rs", "an_older_cryptolib_is_the_cause_with_a_cps4_and_a_newer_or_another_module_never"),
    ("token.unreadable", "tomcheck-cert/tests/piv.rs", "a_card_another_program_holds_is_unreadable_not_absent"),
    ("token.exchanged", "tomcheck-cert/tests/piv.rs", "a_card_exchanged_while_the_holder_types_is_not_shown_the_code"),
    ("token.pin-count-low", "tomcheck-cert/src/pin/state.rs", "the_worst_state_of_the_code_is_said_once"),
    ("token.pin-cancelled", "tomcheck-cert/tests/pin_pad.rs", "giving_up_at_the_keys_is_no_wrong_code"),
    ("token.login-failed", "tomcheck-cert/src/login.rs", "any_other_answer_to_the_login_keeps_its_number"),
    ("token.sign-failed", "tomcheck-cert/tests/softhsm.rs", "a_certificate_of_another_key_does_not_verify"),
    ("cert.none", "tomcheck-cert/tests/certificates.rs", "a_token_without_certificate_of_its_own"),
    ("cert.key-missing", "tomcheck-cert/tests/certificates.rs", "the_key_is_missing_only_where_keys_can_be_seen"),
    ("cert.key-mismatch", "tomcheck-cert/tests/softhsm.rs", "another_key_under_the_id_of_the_certificate_is_told_by_its_modulus"),
    ("cert.expires-soon", "tomcheck-cert/tests/certificates.rs", "sixty_days_before_its_end_a_certificate_warns_and_not_before"),
    ("cert.wrong-usage", "tomcheck-cert/tests/certificates.rs", "a_certificate_made_for_something_else"),
    ("cert.issuer-unknown", "tomcheck-cert/tests/certificates.rs", "what_the_site_is_for_decides_about_the_issuer"),
    ("cert.test-hierarchy", "tomcheck-cert/tests/certificates.rs", "what_the_site_is_for_decides_about_the_issuer"),
    ("cert.identifier-malformed", "tomcheck-cert/tests/identify.rs", "a_wrong_form_and_a_wrong_key_are_two_things"),
    ("cert.identifier-key-invalid", "tomcheck-cert/tests/identify.rs", "a_wrong_form_and_a_wrong_key_are_two_things"),
    ("browser.firefox-module-broken", "tomcheck-cert/tests/browsers.rs", "firefox_lacks_the_module_until_modutil_registers_it_and_again_when_it_is_gone"),
    ("browser.firefox-confined", "tomcheck-cert/tests/browser_worlds.rs", "a_confined_firefox_is_told_as_such_whatever_its_list_says"),
    ("browser.nss-module-broken", "tomcheck-cert/tests/browser_worlds.rs", "chromium_needs_the_module_in_the_database_it_opens"),
    ("browser.profile-unreadable", "tomcheck-cert/tests/browser_worlds.rs", "what_cannot_be_read_is_told_and_not_taken_for_missing"),
    ("browser.store-certificate-missing", "tomcheck-cert/tests/browser_stores.rs", "a_certificate_that_lacks_though_the_manager_watches_is_the_fault"),
    ("browser.store-certificate-stale", "tomcheck-cert/tests/browser_stores.rs", "certificates_of_another_card_are_stale_and_those_of_software_are_not"),
    ("browser.ccm-absent", "tomcheck-cert/tests/browser_stores.rs", "a_manager_that_does_not_run_or_watch_is_the_cause_of_a_certificate_that_lacks"),
    ("browser.ccm-manual", "tomcheck-cert/tests/browser_stores.rs", "a_manager_that_does_not_run_or_watch_is_the_cause_of_a_certificate_that_lacks"),
    ("browser.none", "tomcheck/src/browser_side.rs", "a_machine_without_any_browser_is_told_and_one_with_a_browser_is_not"),
    ("proxy.setting-invalid", "tomcheck-proxy/src/sources/mod.rs", "a_setting_that_cannot_be_used_is_never_taken_for_no_proxy"),
    ("proxy.settings-disagree", "tomcheck-proxy/tests/desktop.rs", "gnomes_settings_decide_on_its_desktops_when_they_say_something"),
    ("proxy.bypass-name-missing", "tomcheck-proxy/src/exceptions.rs", "a_name_that_is_missing_is_named_ready_to_paste"),
    ("proxy.bypass-address-missing", "tomcheck-proxy/src/exceptions.rs", "addresses_that_are_missing_are_named_ready_to_paste"),
    ("proxy.pac-untrusted", "tomcheck-cli/tests/pac.rs", "a_script_of_a_server_that_is_not_trusted_is_not_followed_and_why_is_told"),
    ("proxy.pac-unreachable", "tomcheck-cli/tests/pac.rs", "a_script_that_fails_is_done_without_and_named"),
    ("proxy.pac-invalid", "tomcheck-cli/tests/pac.rs", "a_script_that_fails_is_done_without_and_named"),
    ("proxy.pac-timeout", "tomcheck-proxy/tests/pac.rs", "names_that_take_long_are_told_and_cost_the_script_nothing"),
    ("proxy.pac-not-evaluated", "tomcheck-proxy/tests/pac.rs", "a_script_that_only_we_cannot_fetch_is_not_called_absent"),
    ("proxy.pac-address-differs", "tomcheck-proxy/tests/pac.rs", "each_address_is_asked_for_too"),
    ("proxy.unresolved", "tomcheck-proxy/tests/strange_proxies.rs", "a_proxy_whose_name_is_unknown_is_not_called_unreachable"),
    ("proxy.not-a-proxy", "tomcheck-proxy/tests/strange_proxies.rs", "what_is_no_http_is_named_by_its_first_bytes"),
    ("proxy.no-answer", "tomcheck-proxy/tests/strange_proxies.rs", "silence_ends_at_the_deadline_and_is_not_taken_for_a_wrong_address"),
    ("proxy.certificate-untrusted", "tomcheck-proxy/tests/secure_proxy.rs", "each_reason_not_to_trust_it_is_told_apart"),
    ("proxy.authentication-rejected", "tomcheck-proxy/tests/squid.rs", "a_407_after_credentials_is_another_finding"),
    ("proxy.scheme-unsupported", "tomcheck-proxy/tests/strange_proxies.rs", "each_refusal_has_its_own_meaning"),
    ("proxy.upstream-dns", "tomcheck-proxy/tests/squid.rs", "a_site_the_proxy_cannot_reach_and_one_it_cannot_resolve_are_two_things"),
    ("proxy.upstream-failed", "tomcheck-proxy/tests/squid.rs", "a_site_the_proxy_cannot_reach_and_one_it_cannot_resolve_are_two_things"),
    ("proxy.closes-idle-tunnels", "tomcheck-proxy/tests/squid.rs", "a_silent_tunnel_is_cut_when_squid_is_told_to"),
    ("tls.works-here-not-in-browser", "tomcheck-cli/tests/scenarios.rs", "that_the_browser_alone_is_at_fault_is_told_with_what_is_said_of_it"),
    ("trace.unrecognised", "tomcheck-cli/tests/logs.rs", "a_log_that_says_nothing_known_is_told_as_such_and_is_not_in_order"),
    ("trace.stale", "tomcheck/tests/logs/live.rs", "a_failure_that_this_machine_does_not_show_any_more_is_void_and_no_other"),
];

/// Where other tests hold their own tables against the catalogue, and what ends a code there.
const SCENARIOS: (&str, &str) = ("tomcheck-cli/tests/scenarios.rs", " => \"");
const TLS_ROWS: (&str, &str) = ("tomcheck-tls/tests/rows.rs", "[\n        \"");

#[test]
fn every_finding_of_the_catalogue_is_provoked_in_a_test() {
    let mut provoked: BTreeSet<String> = PROVOKED.iter().map(|(code, ..)| (*code).into()).collect();
    assert_eq!(provoked.len(), PROVOKED.len(), "a code stands there twice");
    for (file, before) in [SCENARIOS, TLS_ROWS] {
        let codes = codes_of(&source(file), before);
        assert!(codes.len() > 20, "{file} is not read any more: {codes:?}");
        provoked.extend(codes);
    }
    let catalogue: BTreeSet<String> = tomcheck::findings().map(|kind| kind.code.into()).collect();
    let forgotten: Vec<_> = catalogue.difference(&provoked).collect();
    assert_eq!(forgotten, [""; 0], "nobody provokes them");
    let unknown: Vec<_> = provoked.difference(&catalogue).collect();
    assert_eq!(unknown, ["healthy"], "no finding has these codes");
}

#[test]
fn each_of_these_tests_is_run_and_says_the_code_it_provokes() {
    let faults: Vec<_> = PROVOKED.iter().filter_map(fault).collect();
    assert_eq!(faults, [""; 0]);
}

fn fault((code, file, name): &Row) -> Option<String> {
    let source = source(file);
    let Some((attributes, body)) = test(&source, name) else {
        return Some(format!("{code}: {file} has no test {name}"));
    };
    if attributes.contains("ignore") {
        return Some(format!("{code}: {name} is not run"));
    }
    (!names(&body, code)).then(|| format!("{code}: {name} does not name it"))
}

fn source(file: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", file].iter().collect();
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between `before` and the next quotation mark, wherever it does.
fn codes_of(source: &str, before: &str) -> Vec<String> {
    let parts = source.split(before).skip(1);
    let codes = parts.filter_map(|part| Some(part.split_once('"')?.0.to_owned()));
    codes.collect()
}

/// The attributes and the body of a test of this name; none: there is no such test.
fn test(source: &str, name: &str) -> Option<(String, String)> {
    let lines: Vec<_> = source.lines().collect();
    let begin = format!("fn {name}(");
    let at = lines.iter().position(|line| line.contains(&begin))?;
    let (before, from) = lines.split_at(at);
    let attributes = before.iter().rev();
    let attributes: Vec<_> = attributes
        .take_while(|line| line.trim_start().starts_with("#["))
        .copied()
        .collect();
    let attributes = attributes.join(" ");
    // rustfmt ends a function where it began
    let first = from.first()?;
    let indented = first.len() - first.trim_start().len();
    let end = format!("{}}}", " ".repeat(indented));
    let body: Vec<_> = from
        .iter()
        .take_while(|line| **line != end)
        .copied()
        .collect();
    let is_test = attributes.contains("test]") || attributes.contains("test(");
    is_test.then(|| (attributes, body.join("\n")))
}

/// Whether the code stands there whole, and not as the beginning of another.
fn names(body: &str, code: &str) -> bool {
    let is_of_a_code = |c: char| c.is_ascii_alphanumeric() || c == '-';
    body.match_indices(code).any(|(at, _)| {
        let before = body.get(..at).and_then(|it| it.chars().next_back());
        let after = body.get(at + code.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(is_of_a_code) && !after.is_some_and(is_of_a_code)
    })
}

#[test]
fn a_test_that_is_gone_ignored_or_silent_is_noticed() {
    let source = "mod tests {\n    #[test]\n    #[ignore = \"by hand\"]\n    fn left_out() {\n        \
        \"card.mute\";\n    }\n\n    #[test]\n    fn run() {\n        \"card.mute-now\";\n    }\n\n    \
        fn helper() {\n    }\n}\n";
    let (attributes, body) = test(source, "left_out").unwrap();
    assert!(attributes.contains("ignore") && names(&body, "card.mute"));
    let (attributes, body) = test(source, "run").unwrap();
    assert!(!attributes.contains("ignore") && !names(&body, "card.mute"));
    assert_eq!((test(source, "helper"), test(source, "gone")), (None, None));
}

//! What do the words of programs that use the card come to, all together?

use crate::squid::denied;
use crate::traced::{OK, TOM, of_log, verdict};

#[test]
fn a_site_that_refuses_is_named_though_no_address_is() {
    let log = format!(
        "network: Connexion de https://{TOM}/tom/ avec proxy=DIRECT\n\
         java.net.ConnectException: Connection refused: connect\n"
    );
    let report = of_log(&log);
    assert_eq!(verdict(&report).1, "network.refused");
    assert!(report.findings[0].title.contains(TOM), "{report:?}");
}

fn called(call: &str, result: &str) -> String {
    format!("Thu Nov 26 15:18:18.834 : {call}\n[in] hSession = 1\nReturned:  {result}\n")
}

#[test]
fn a_card_that_signs_voids_what_failed_before() {
    let polled = called("C_GetTokenInfo", "224 CKR_TOKEN_NOT_PRESENT");
    let wrong = called("C_Login", "160 CKR_PIN_INCORRECT");
    let good = called("C_Login", "0 CKR_OK") + &called("C_Sign", "0 CKR_OK");
    let report = of_log(&format!("{polled}{wrong}{good}"));
    assert_eq!(verdict(&report), OK);
    // what any other call returns says nothing
    let report = of_log(&format!("{wrong}{}", called("C_GetSlotList", "0 CKR_OK")));
    assert_eq!(verdict(&report).1, "token.pin-incorrect");
    let report = of_log(&format!("{good}{wrong}"));
    assert_eq!(verdict(&report).1, "token.pin-incorrect");
    let proxy = denied(1, "10.0.0.5", TOM);
    let report = of_log(&format!("{proxy}{good}"));
    assert_eq!(verdict(&report).1, "proxy.host-not-allowed");
}

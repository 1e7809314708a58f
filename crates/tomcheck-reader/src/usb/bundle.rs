//! Which readers does a driver of pcsc-lite say it drives?

/// The readers an `Info.plist` names: vendor and product as in `08e6:3437`, and the name the
/// driver gives it.
///
/// Any text; linear in its length. Reads what pcscd reads, with as little care for the rest:
/// `Info.plist` files of Debian's packages are not all well-formed. A driver for one reader
/// writes one text in place of a list.
///
/// Source: `hotplug_libudev.c` of pcsc-lite 1.9.9 (`ifdVendorID`, `ifdProductID`,
/// `ifdFriendlyName`: the lists go together by their place).
pub(crate) fn drives(plist: &str) -> Vec<(String, String)> {
    let plain = without_comments(plist);
    let vendors = values(&plain, "ifdVendorID");
    let products = values(&plain, "ifdProductID");
    let names = values(&plain, "ifdFriendlyName");
    let ids = vendors.iter().zip(products).map(|(vendor, product)| {
        let [vendor, product] = [vendor, product].map(digits);
        format!("{vendor}:{product}")
    });
    let names = names.into_iter().map(plain_name);
    ids.zip(names.chain(std::iter::repeat_with(String::new)))
        .take(MOST)
        .collect()
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("<!--");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once("-->").map_or("", |(_, after)| after));
    }
    plain
}

/// The texts after a key, as far as the next key.
fn values<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let marked = format!("<key>{key}</key>");
    let after = text.split_once(&marked).map_or("", |(_, after)| after);
    let own = after.split("<key>").next().unwrap_or_default();
    let parts = own.split("<string>").skip(1);
    parts
        .filter_map(|part| part.split_once("</string>"))
        .map(|(value, _)| value.trim())
        .collect()
}

/// `0x08E6` as sysfs writes it.
fn digits(number: &str) -> String {
    let digits = number.trim_start_matches("0x").trim_start_matches("0X");
    let digits = digits.chars().take(8).collect::<String>().to_lowercase();
    format!("{digits:0>4}")
}

fn plain_name(name: &str) -> String {
    let name = name.replace("&amp;", "&");
    name.chars().filter(|c| !c.is_control()).take(128).collect()
}

/// libccid 1.5 names 562.
const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_lists_of_a_driver_go_together_by_their_place() {
        let plist =
            "<key>ifdVendorID</key><array><string>0x08E6</string><!-- <string>0x1</string> -->
            <string>0x2947</string></array><key>ifdProductID</key><array><string>0x3437</string>
            <string>0x0101</string></array><key>ifdFriendlyName</key><array>
            <string>Gemalto PC Twin Reader</string><string>KAPELSE KAP-LINK</string></array>";
        let driven = drives(plist);
        assert_eq!(
            driven[0],
            ("08e6:3437".to_owned(), "Gemalto PC Twin Reader".to_owned())
        );
        assert_eq!(
            driven[1],
            ("2947:0101".to_owned(), "KAPELSE KAP-LINK".to_owned())
        );
        assert_eq!(driven.len(), 2);
    }

    #[test]
    fn a_driver_for_one_reader_writes_no_list() {
        let plist = "<key>ifdVendorID</key><string>0x08E6</string>
            <key>ifdProductID</key><string>0x430</string>";
        assert_eq!(drives(plist), [("08e6:0430".to_owned(), String::new())]);
    }

    #[test]
    fn the_list_of_this_machines_libccid_is_read_whole() {
        let path = "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist";
        let Ok(plist) = std::fs::read_to_string(path) else {
            println!("skipped: libccid is not installed");
            return;
        };
        let driven = drives(&plist);
        assert!(driven.len() > 400, "{}", driven.len());
        assert!(
            driven
                .iter()
                .any(|(id, name)| id == "0f14:0038" && name.contains("Leo"))
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reading_panic(text in ".{0,200}", cut in 0_usize..400) {
            let whole = "<key>ifdVendorID</key><string>0x1</string><key>ifdProductID</key><!--";
            let end = cut.min(whole.len());
            let _ = drives(&text);
            let _ = drives(&format!("{}{text}", &whole[..end]));
        }
    }
}

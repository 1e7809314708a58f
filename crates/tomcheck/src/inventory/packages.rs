//! What does the list of a system's packages say?

/// The version of each package of `wanted` that dpkg's status names as installed.
///
/// Source: dpkg(1), deb-control(5): paragraphs of fields, `Status: install ok installed`.
pub(super) fn of_dpkg<'a>(status: &'a str, wanted: &[&str]) -> Vec<(&'a str, &'a str)> {
    let paragraphs = status.split("\n\n");
    let versions = paragraphs.filter_map(|paragraph| {
        let field = |name: &str| {
            let mut lines = paragraph.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let package = field("Package").filter(|name| wanted.contains(name))?;
        let is_installed = field("Status")?.ends_with(" installed");
        is_installed.then_some((package, field("Version")?))
    });
    versions.collect()
}

/// The same of what `rpm -q --qf '%{NAME} %{VERSION}\n'` prints; packages that are not there are
/// told in a sentence.
pub(super) fn of_rpm<'a>(printed: &'a str, wanted: &[&str]) -> Vec<(&'a str, &'a str)> {
    let lines = printed.lines().filter_map(|line| line.split_once(' '));
    lines
        .filter(|(name, version)| wanted.contains(name) && !version.contains(' '))
        .collect()
}

/// The value of `key` in a file of `key=value` lines, quotes taken off: Firefox's
/// application.ini, a JDK's release.
pub(super) fn value_of(text: &str, key: &str) -> Option<String> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then(|| value.to_owned())
}

/// The string after `<key>…</key>` of a property list in XML.
pub(super) fn of_plist(text: &str, key: &str) -> Option<String> {
    let (_, after) = text.split_once(&format!("<key>{key}</key>"))?;
    let (_, value) = after.split_once("<string>")?;
    let (value, _) = value.split_once("</string>")?;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "\
Package: libccid
Status: install ok installed
Version: 1.5.2-1

Package: pcscd
Status: deinstall ok config-files
Version: 1.9.9-2

Package: firefox-esr
Status: hold ok installed
Description: x
 Version: 9
Version: 128.5.0esr-1~deb12u1
";

    #[test]
    fn only_what_is_installed_counts() {
        let wanted = ["libccid", "pcscd", "firefox-esr", "opensc"];
        let found = of_dpkg(STATUS, &wanted);
        assert_eq!(
            found,
            [
                ("libccid", "1.5.2-1"),
                ("firefox-esr", "128.5.0esr-1~deb12u1")
            ]
        );
    }

    #[test]
    fn rpm_tells_of_what_is_not_there_in_a_sentence() {
        let printed = "pcsc-lite 1.9.4\npackage firefox is not installed\nCryptolibCPS 5.2.2\n";
        let found = of_rpm(
            printed,
            &["pcsc-lite", "firefox", "CryptolibCPS", "package"],
        );
        assert_eq!(found, [("pcsc-lite", "1.9.4"), ("CryptolibCPS", "5.2.2")]);
    }

    #[test]
    fn a_value_has_its_quotes_taken_off() {
        let ini = "[App]\nVendor=Mozilla\nVersion=128.5.0\n[Gecko]\nMinVersion=128.5.0\n";
        assert_eq!(value_of(ini, "Version").unwrap(), "128.5.0");
        assert_eq!(
            value_of("JAVA_VERSION=\"17.0.13\"\n", "JAVA_VERSION").unwrap(),
            "17.0.13"
        );
        let plist = "<key>CFBundleShortVersionString</key>\n\t<string>128.0</string>";
        assert_eq!(
            of_plist(plist, "CFBundleShortVersionString").unwrap(),
            "128.0"
        );
    }
}

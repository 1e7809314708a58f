//! Which PKCS#11 modules does an NSS database name?

/// One module of a `pkcs11.txt`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ModuleSpec {
    /// The path or bare file name of its library; empty for the one built into NSS.
    pub library: String,
    /// The name people see in the list of security devices.
    pub name: String,
}

/// Reads a `pkcs11.txt`: blocks of `key=value` lines, separated by empty lines.
///
/// NSS writes values as they are; quoted ones, which it reads too, lose their quotes. At most 256
/// modules come back; a value is at most 4096 characters long.
///
/// Source: NSS `lib/util/utilmod.c` and `utilpars.c`; the files that Firefox ESR 153 and
/// modutil 3.87 write.
pub fn read_module_specs(text: &str) -> Vec<ModuleSpec> {
    let mut specs = Vec::new();
    let mut spec = None;
    for line in text.lines() {
        // one more empty line at the end closes nothing
        if line.trim().is_empty() {
            specs.extend(spec.take());
            if specs.len() == MOST_MODULES {
                return specs;
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        match key.trim().to_ascii_lowercase().as_str() {
            "library" => spec.get_or_insert_with(ModuleSpec::default).library = plain(value),
            "name" => spec.get_or_insert_with(ModuleSpec::default).name = plain(value),
            _ => {}
        }
    }
    specs.extend(spec);
    specs
}

fn plain(value: &str) -> String {
    let value = value.trim();
    let quoted = [
        ('"', '"'),
        ('\'', '\''),
        ('{', '}'),
        ('(', ')'),
        ('[', ']'),
        ('<', '>'),
    ];
    let inner = quoted.into_iter().find_map(|(open, close)| {
        value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
    });
    let visible = |text: &mut dyn Iterator<Item = char>| {
        let text = text.filter(|character| !character.is_control());
        text.take(LONGEST).collect()
    };
    match inner {
        Some(inner) => visible(&mut unescaped(inner)),
        // a backslash outside quotes is one of a Windows path
        None => visible(&mut value.chars()),
    }
}

fn unescaped(text: &str) -> impl Iterator<Item = char> {
    let mut characters = text.chars();
    std::iter::from_fn(move || match characters.next()? {
        '\\' => characters.next(),
        other => Some(other),
    })
}

const MOST_MODULES: usize = 256;
const LONGEST: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let specs = read_module_specs(text).into_iter();
        specs.map(|spec| (spec.library, spec.name)).collect()
    }

    fn pair(library: &str, name: &str) -> (String, String) {
        (library.to_owned(), name.to_owned())
    }

    #[test]
    fn each_block_is_a_module_and_its_values_are_taken_as_they_are() {
        let text = "library=\nname=NSS Internal PKCS #11 Module\nparameters=configdir='sql:/x'  \n\
                    NSS=Flags=internal,critical\n\n\
                    library=/opt/it's \"an é.so\nname=Module de sécurité CPS\n\n\n\
                    library=C:\\Windows\\System32\\cps3_pkcs11_w64.dll\r\nname=CPS\r\n";
        assert_eq!(
            pairs(text),
            [
                pair("", "NSS Internal PKCS #11 Module"),
                pair("/opt/it's \"an é.so", "Module de sécurité CPS"),
                pair("C:\\Windows\\System32\\cps3_pkcs11_w64.dll", "CPS"),
            ]
        );
    }

    #[test]
    fn quotes_around_a_value_and_escapes_within_them_are_not_part_of_it() {
        let text = "library=\"C:\\\\cps3.dll\"\nname='a\\'b'\n#library=no\n";
        assert_eq!(pairs(text), [pair("C:\\cps3.dll", "a'b")]);
        assert_eq!(pairs("parameters=alone\n\nNSS=x"), []);
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_bounds(
            text in "(?s)(library=|name=|\n|\"|\\\\|[a-z ]|.){0,80}"
        ) {
            let specs = read_module_specs(&text);
            prop_assert!(specs.len() <= MOST_MODULES);
            for spec in specs {
                prop_assert!(!spec.name.contains(char::is_control));
                prop_assert!(spec.library.len() <= text.len() * 3);
            }
        }

        #[test]
        fn what_nss_writes_is_read_back(library in "/[a-z/ 'é.]{0,30}so", name in "[a-zA-Zé][a-zé ]{0,20}[a-z]") {
            let text = format!("library={library}\nname={name}\n\n");
            prop_assert_eq!(pairs(&text), [(library, name)]);
        }
    }
}

//! Which values stand under which heading of an .ini file?

/// One value: its heading, its name, what it says, and its line, from 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct IniValue<'a> {
    pub(super) heading: &'a str,
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) line: usize,
}

/// Every value, in the order of the file. KDE writes `Name[$i]=` for one that policy fixes.
pub(super) fn values(text: &str) -> impl Iterator<Item = IniValue<'_>> {
    let mut heading = "";
    let lines = text.lines().map(str::trim).zip(1..);
    lines.filter_map(move |(line, number)| {
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            heading = name;
            return None;
        }
        let (name, value) = line
            .split_once('=')
            .filter(|_| !line.starts_with(['#', ';']))?;
        let name = name.split('[').next().unwrap_or(name);
        Some(IniValue {
            heading,
            name: name.trim(),
            value: value.trim(),
            line: number,
        })
    })
}

#[test]
fn values_belong_to_the_heading_above_them() {
    let text = "lost=1\n[Proxy Settings]\r\n# no=1\nProxyType[$i]=1\nhttpsProxy=http://a b=c\n";
    let found: Vec<_> = values(text).collect();
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].heading, "");
    let second = IniValue {
        heading: "Proxy Settings",
        name: "ProxyType",
        value: "1",
        line: 4,
    };
    assert_eq!(found[1], second);
    assert_eq!(found[2].value, "http://a b=c");
}

//! What do the address functions of a script answer?

use std::net::{IpAddr, Ipv4Addr};

/// `isInNet` once the host is an address: the masked bits of both are the same. Pattern and mask
/// are read as browsers read them: numbers between dots, of which the lowest eight bits count.
pub(super) fn is_in_net(address: Ipv4Addr, pattern: &str, mask: &str) -> bool {
    let mask = loose(mask);
    u32::from(address) & mask == loose(pattern) & mask
}

fn loose(text: &str) -> u32 {
    let mut parts = text.split('.');
    (0..4).fold(0, |bits, _| {
        let number = parts
            .next()
            .and_then(|part| part.trim().parse::<i64>().ok());
        let byte = number.unwrap_or(0).rem_euclid(256);
        (bits << 8) | u32::try_from(byte).unwrap_or(0)
    })
}

/// `isInNetEx`: an address against `prefix/length`; of two families, no.
/// Source: Microsoft, "IPv6-aware proxy helper API definitions".
pub(super) fn is_in_net_ex(address: &str, prefix: &str) -> bool {
    let parsed = || {
        let (network, length) = prefix.split_once('/')?;
        let network: IpAddr = network.trim().parse().ok()?;
        let length: u32 = length.trim().parse().ok()?;
        let address: IpAddr = address.trim().parse().ok()?;
        match (address, network) {
            (IpAddr::V4(a), IpAddr::V4(b)) if length <= 32 => {
                Some(same(u32::from(a).into(), u32::from(b).into(), 32 - length))
            }
            (IpAddr::V6(a), IpAddr::V6(b)) if length <= 128 => {
                Some(same(a.into(), b.into(), 128 - length))
            }
            _ => None,
        }
    };
    parsed().unwrap_or(false)
}

fn same(one: u128, other: u128, ignored: u32) -> bool {
    (one ^ other).checked_shr(ignored).unwrap_or(0) == 0
}

/// `sortIpAddressList`: those of IPv6 first, each family in order; none when one is no address.
pub(super) fn sorted(list: &str) -> Option<String> {
    let read = |part: &str| part.trim().parse::<IpAddr>();
    let mut addresses = list
        .split(';')
        .map(read)
        .collect::<Result<Vec<_>, _>>()
        .ok()?;
    addresses.sort_by_key(|address| (address.is_ipv4(), *address));
    Some(joined(&addresses))
}

pub(super) fn joined(addresses: &[IpAddr]) -> String {
    let texts: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    texts.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_net_is_a_pattern_and_a_mask() {
        let address = Ipv4Addr::new(198, 95, 249, 79);
        let table = [
            ("198.95.249.79", "255.255.255.255", true),
            ("198.95.0.0", "255.255.0.0", true),
            ("198.96.0.0", "255.255.0.0", false),
            ("0.0.0.0", "0.0.0.0", true),
            ("198.95", "255.255", true),
            ("454.95.0.0", "255.255.0.0", true),
        ];
        for (pattern, mask, expected) in table {
            assert_eq!(is_in_net(address, pattern, mask), expected, "{pattern}");
        }
    }

    #[test]
    fn a_prefix_takes_its_own_family_only() {
        let table = [
            ("198.95.249.79", "198.95.249.79/32", true),
            ("198.95.249.79", "198.95.0.0/16", true),
            ("198.95.249.79", "198.95.0.0/33", false),
            ("198.95.249.79", "0.0.0.0/0", true),
            ("3ffe:8311:ffff::1", "3ffe:8311:ffff::/48", true),
            ("3ffe:8311:ffff::1", "3ffe:8310::/32", false),
            ("::1", "0.0.0.0/0", false),
            ("tom", "0.0.0.0/0", false),
            ("10.0.0.1", "10.0.0.0", false),
        ];
        for (address, prefix, expected) in table {
            assert_eq!(
                is_in_net_ex(address, prefix),
                expected,
                "{address} {prefix}"
            );
        }
    }

    #[test]
    fn a_list_is_sorted_ipv6_first() {
        let sorted = |list| sorted(list).unwrap_or_default();
        assert_eq!(sorted("10.2.3.9;::1;10.2.3.4"), "::1;10.2.3.4;10.2.3.9");
        assert_eq!(sorted("10.2.3.9;tom"), "");
        assert_eq!(sorted(""), "");
    }
}

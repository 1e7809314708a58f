//! Does an address lie in a network?

use std::net::IpAddr;

/// An address and how many of its first bits count. Source: RFC 4632 §3.1, RFC 4291 §2.3.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Network {
    pub(super) address: IpAddr,
    pub(super) bits: u32,
}

impl Network {
    /// `10.0.0.0/8`, `2001:db8::/32`; IPv6 without brackets. None for anything else, and for
    /// more bits than an address has.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let digits = bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = digits.then(|| bits.parse().ok()).flatten()?;
        let address: IpAddr = address.parse().ok()?;
        (bits <= width(&address)).then_some(Self { address, bits })
    }

    /// Whether it holds `ip`; never of the other family.
    pub(super) fn holds(&self, ip: IpAddr) -> bool {
        let (one, other) = (number(&self.address), number(&ip));
        let tail = width(&self.address).saturating_sub(self.bits);
        let same_head = (one ^ other).checked_shr(tail).unwrap_or(0) == 0;
        self.address.is_ipv4() == ip.is_ipv4() && same_head
    }
}

const fn width(ip: &IpAddr) -> u32 {
    match ip {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn number(ip: &IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u128::from(ip.to_bits()),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

#[test]
fn a_network_holds_what_begins_as_it_does() {
    let table = [
        ("10.0.0.0/8", "10.1.2.3", true),
        ("10.9.9.9/8", "10.1.2.3", true),
        ("10.0.0.0/16", "10.1.2.3", false),
        ("0.0.0.0/0", "10.1.2.3", true),
        ("10.1.2.3/32", "10.1.2.3", true),
        ("::/0", "10.1.2.3", false),
        ("::/0", "2001:db8::1", true),
        ("2001:db8::/32", "2001:db8:1::5", true),
        ("2001:db8::/32", "2001:db9::5", false),
    ];
    for (network, ip, holds) in table {
        let network = Network::parse(network).unwrap();
        assert_eq!(network.holds(ip.parse().unwrap()), holds, "{network:?}");
    }
    for bad in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0", "a/8"] {
        assert_eq!(Network::parse(bad), None, "{bad}");
    }
}

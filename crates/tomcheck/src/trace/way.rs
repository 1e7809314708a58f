//! Who asked for what?
//!
//! A log of a proxy names a workstation and a site on every line: what is only counted is
//! neither copied nor compared letter by letter.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use foldhash::fast::RandomState;

/// Who asked for what: a success of one workstation says nothing of another one's failure.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Way {
    /// None: the line names none.
    pub(crate) host: Option<String>,
    /// The workstation's address; none: the log is that of one alone.
    pub(crate) client: Option<String>,
}

impl Way {
    pub(super) fn key(&self) -> u64 {
        let mut names = Names::default();
        names.add(self.host.as_deref(), self.client.as_deref()).key
    }
}

/// Names come from logs: nobody who writes into one can tell which of them share a place.
static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::default);

/// A way, where the names of its piece of a log are at hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    /// The same for the same way, within one process.
    pub(super) key: u64,
    begin: u32,
    host: u32,
    client: u32,
}

/// In the place of a length: there is no name.
const NONE: u32 = u32::MAX;

/// The names that the lines of a piece carry, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<u8>);

impl Names {
    pub(super) fn add(&mut self, host: Option<&str>, client: Option<&str>) -> Named {
        self.add_bytes(host.map(str::as_bytes), client.map(str::as_bytes))
    }

    /// The same of names that are UTF-8.
    pub(super) fn add_bytes(&mut self, host: Option<&[u8]>, client: Option<&[u8]>) -> Named {
        let begin = self.0.len();
        let length = |name: Option<&[u8]>| name.map_or(NONE, |name| small(name.len()));
        self.0.extend_from_slice(host.unwrap_or_default());
        self.0.extend_from_slice(client.unwrap_or_default());
        let (host, client) = (length(host), length(client));
        let mut state = SEED.build_hasher();
        state.write(self.0.get(begin..).unwrap_or_default());
        state.write_u64(u64::from(host) << 32 | u64::from(client));
        Named {
            key: state.finish(),
            begin: small(begin),
            host,
            client,
        }
    }

    pub(super) fn host(&self, named: &Named) -> Option<&str> {
        self.name(named.begin, named.host)
    }

    pub(super) fn client(&self, named: &Named) -> Option<&str> {
        let host = if named.host == NONE { 0 } else { named.host };
        self.name(named.begin + host, named.client)
    }

    pub(super) fn way(&self, named: &Named) -> Way {
        Way {
            host: self.host(named).map(str::to_owned),
            client: self.client(named).map(str::to_owned),
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    fn name(&self, begin: u32, length: u32) -> Option<&str> {
        (length != NONE).then_some(())?;
        let (begin, length) = (begin as usize, length as usize);
        std::str::from_utf8(self.0.get(begin..begin + length)?).ok()
    }
}

/// Names of one piece fill no four gigabytes.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NONE - 1)
}

/// Something about each of some ways.
#[derive(Clone, Debug)]
pub(crate) struct Ways<V> {
    places: HashMap<u64, usize, BuildHasherDefault<Same>>,
    rows: Vec<(Way, V)>,
}

impl<V> Default for Ways<V> {
    fn default() -> Self {
        Self {
            places: HashMap::default(),
            rows: Vec::new(),
        }
    }
}

impl<V> Ways<V> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, way: &Way) -> Option<&V> {
        let row = self.rows.get(*self.places.get(&way.key())?)?;
        Some(&row.1)
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        let row = self.rows.get_mut(*self.places.get(&key)?)?;
        Some(&mut row.1)
    }

    /// What is kept about a way, `value` where it is new.
    pub(super) fn entry(
        &mut self,
        key: u64,
        way: impl FnOnce() -> Way,
        value: impl FnOnce() -> V,
    ) -> Option<&mut V> {
        let next = self.rows.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.rows.push((way(), value()));
        }
        self.rows.get_mut(place).map(|row| &mut row.1)
    }

    /// In the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Way, &V)> {
        let mut rows: Vec<&(Way, V)> = self.rows.iter().collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        rows.into_iter().map(|(way, value)| (way, value))
    }
}

/// Of a key that is evenly spread already.
#[derive(Clone, Debug, Default)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // keys are written as numbers; whatever else comes is spread by its length alone
        self.0 = bytes.len() as u64;
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Keys of ways.
pub(super) type Keys = std::collections::HashSet<u64, BuildHasherDefault<Same>>;

#[cfg(test)]
mod tests {
    use super::*;

    fn way(host: Option<&str>, client: Option<&str>) -> Way {
        Way {
            host: host.map(str::to_owned),
            client: client.map(str::to_owned),
        }
    }

    #[test]
    fn ways_of_the_same_letters_are_not_the_same() {
        let all = [
            way(Some("ab"), Some("c")),
            way(Some("a"), Some("bc")),
            way(Some("abc"), None),
            way(Some("abc"), Some("")),
            way(None, Some("abc")),
            way(None, None),
        ];
        let mut ways = Ways::default();
        for (number, one) in all.iter().enumerate() {
            ways.entry(one.key(), || one.clone(), || number);
        }
        assert_eq!(ways.len(), all.len());
        for (number, one) in all.iter().enumerate() {
            assert_eq!(ways.get(one), Some(&number), "{one:?}");
        }
    }

    #[test]
    fn names_are_given_back_as_they_were() {
        let mut names = Names::default();
        let all = [way(Some("é"), None), way(None, Some("x")), way(None, None)];
        let named = all.clone().map(|way| {
            let [host, client] = [way.host.as_deref(), way.client.as_deref()];
            names.add(host, client)
        });
        let given = named.map(|named| names.way(&named));
        assert_eq!(given, all);
    }
}

//! Which sites matter?

/// The domains of TOM and of the services around it. Source: certificates and documents of the
/// Agence du Numérique en Santé.
const FAMILY: &[&str] = &[".gip-cps.fr", ".asipsante.fr", ".esante.gouv.fr"];

/// Few other names end with as many letters of one of these.
const END: usize = 8;

/// The site that was named, else those of TOM.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interest {
    pub(crate) target: Option<String>,
}

impl Interest {
    /// What lines are looked for that tell of a success.
    pub(crate) fn names(&self) -> Vec<String> {
        match &self.target {
            Some(host) => vec![host.clone()],
            None => FAMILY
                .iter()
                .take(1)
                .map(|domain| (*domain).to_owned())
                .collect(),
        }
    }

    /// Whether the site matters whatever else a log speaks of.
    pub(crate) fn is_mine(&self, host: Option<&str>) -> bool {
        host.is_some_and(|host| self.is_mine_bytes(host.as_bytes()))
    }

    /// The same of a name whose bytes are at hand, in small letters.
    pub(crate) fn is_mine_bytes(&self, host: &[u8]) -> bool {
        match &self.target {
            Some(target) => host.eq_ignore_ascii_case(target.as_bytes()),
            None => {
                let end = host.last_chunk();
                let is_end = |domain: &&&str| end == domain.as_bytes().last_chunk::<END>();
                let mut domains = FAMILY.iter().filter(is_end);
                domains.any(|domain| host.ends_with(domain.as_bytes()))
            }
        }
    }
}

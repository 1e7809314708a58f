//! What do the environment variables say?

use std::fmt;

use tomcheck_diagnosis::ForeignFailure;

use crate::credentials::masked;
use crate::sources::{Found, SourceKind, SourceSeen};
use crate::{Dialect, ExceptionList, Route, Scheme, Setting, SiteUrl};

/// A snapshot of the variables that programs read their proxy from.
///
/// Its `Debug` shows the names only: a value may hold a password.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Environment(Vec<(String, String)>);

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        let names = ["https_proxy", "http_proxy", "all_proxy", "no_proxy"];
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let known = names.iter().any(|known| name.eq_ignore_ascii_case(known));
            known.then(|| (name, value.to_string_lossy().into_owned()))
        });
        Self(variables.collect())
    }

    /// The variables given.
    pub fn of<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let pairs = variables.into_iter();
        Self(
            pairs
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }

    /// One that is set to something; an empty one counts as unset, as curl has it.
    fn value(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let (_, value) = pairs.find(|(known, value)| known == name && !value.trim().is_empty())?;
        Some(value)
    }

    /// Every variable that some program would obey for this site, the one curl obeys first.
    /// `all_proxy` counts only where the scheme has no variable of its own.
    pub(crate) fn sources(&self, site: &SiteUrl) -> Vec<Found> {
        let own = match site.scheme {
            Scheme::Https => ["https_proxy", "HTTPS_PROXY"],
            Scheme::Http => ["http_proxy", "HTTP_PROXY"],
        };
        let all = ["all_proxy", "ALL_PROXY"];
        let found = |names: [&'static str; 2]| -> Vec<Found> {
            let set = names
                .into_iter()
                .filter_map(|name| Some((name, self.value(name)?)));
            set.map(|(name, value)| self.found(name, value, site))
                .collect()
        };
        let mut sources = found(own);
        if sources.is_empty() {
            sources = found(all);
        }
        if sources.is_empty() {
            sources.push(nothing_set(own, all));
        }
        sources
    }

    fn found(&self, name: &str, value: &str, site: &SiteUrl) -> Found {
        let (route, credentials) = match Setting::parse(value) {
            Ok(setting) => (setting.route(), setting.credentials().cloned()),
            Err(error) => (Route::Unusable(error.fault), None),
        };
        let exceptions = self.exceptions();
        let excepted_by = exceptions.as_ref().and_then(|list| list.entry_for(site));
        let excepted = excepted_by.is_some();
        let seen = SourceSeen {
            source: SourceKind::Environment,
            location: name.to_owned(),
            value: Some(masked(value)),
            answer_for_url: if excepted { Route::Direct } else { route },
            excepted_by,
            exceptions,
            failure: None::<ForeignFailure>,
        };
        Found { seen, credentials }
    }

    fn exceptions(&self) -> Option<ExceptionList> {
        let names = ["no_proxy", "NO_PROXY"];
        let (name, raw) = names
            .into_iter()
            .find_map(|name| Some((name, self.value(name)?)))?;
        Some(ExceptionList {
            dialect: Dialect::NoProxy,
            location: name.to_owned(),
            raw: raw.to_owned(),
        })
    }
}

fn nothing_set(own: [&str; 2], all: [&str; 2]) -> Found {
    let names = [own, all].concat().join(", ");
    Found {
        seen: SourceSeen::unset(SourceKind::Environment, names),
        credentials: None,
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        f.debug_set().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(variables: &[(&str, &str)], url: &str) -> Vec<(String, String)> {
        let environment = Environment::of(variables.iter().copied());
        let found = environment.sources(&SiteUrl::parse(url).unwrap());
        let seen = found.into_iter().map(|found| found.seen);
        seen.map(|seen| (seen.location, seen.answer_for_url.to_string()))
            .collect()
    }

    #[test]
    fn the_variables_of_the_scheme_go_first_in_lower_case_and_all_proxy_stands_in() {
        type Pairs = &'static [(&'static str, &'static str)];
        let https = "https://tom.example/";
        let table: [(Pairs, &str, Pairs); 6] = [
            (
                &[("https_proxy", "a:1")],
                https,
                &[("https_proxy", "PROXY a:1")],
            ),
            (
                &[
                    ("HTTPS_PROXY", "b:2"),
                    ("https_proxy", "a:1"),
                    ("all_proxy", "c:3"),
                ],
                https,
                &[("https_proxy", "PROXY a:1"), ("HTTPS_PROXY", "PROXY b:2")],
            ),
            (
                &[
                    ("http_proxy", "a:1"),
                    ("ALL_PROXY", "c:3"),
                    ("https_proxy", " "),
                ],
                https,
                &[("ALL_PROXY", "PROXY c:3")],
            ),
            (
                &[("http_proxy", "a:1"), ("https_proxy", "b:2")],
                "http://tom.example/",
                &[("http_proxy", "PROXY a:1")],
            ),
            (
                &[("https_proxy", "ftp://a:1")],
                https,
                &[("https_proxy", "UNUSABLE scheme")],
            ),
            (
                &[],
                https,
                &[("https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY", "DIRECT")],
            ),
        ];
        for (variables, url, expected) in table {
            let expected: Vec<(String, String)> = expected
                .iter()
                .map(|(a, b)| ((*a).into(), (*b).into()))
                .collect();
            assert_eq!(answers(variables, url), expected, "{variables:?}");
        }
    }

    #[test]
    fn an_exception_leads_direct_and_names_its_variable() {
        let environment =
            Environment::of([("https_proxy", "a:1"), ("NO_PROXY", "lan,.tom.example")]);
        let site = SiteUrl::https("www.tom.example", 443);
        let seen = environment.sources(&site).remove(0).seen;
        assert_eq!(seen.answer_for_url, Route::Direct);
        assert_eq!(seen.excepted_by.as_deref(), Some(".tom.example"));
        assert_eq!(seen.exceptions.unwrap().location, "NO_PROXY");
    }

    #[test]
    fn the_values_stay_out_of_debug() {
        let environment = Environment::of([("https_proxy", "http://u:hunter2@a:1")]);
        assert_eq!(format!("{environment:?}"), r#"{"https_proxy"}"#);
    }
}

//! What do the environment variables say?

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Found, SourceKind, SourceSeen, java};
use crate::credentials::masked;
use crate::dialects::is_loopback;
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
            let known = known || java::OPTIONS.contains(&name.as_str());
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
    pub(super) fn value(&self, name: &str) -> Option<&str> {
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
        match sources.first_mut() {
            Some(first) => first.seen.otherwise = self.otherwise(site, &first.seen.answer_for_url),
            None => sources.push(nothing_set(own, all)),
        }
        sources
    }

    fn found(&self, name: &str, value: &str, site: &SiteUrl) -> Found {
        let (route, credentials) = match Setting::parse(value) {
            Ok(setting) => (setting.route(), setting.credentials().cloned()),
            Err(error) => (Route::Unusable(error.fault), None),
        };
        let unset = SourceSeen::unset(SourceKind::Environment, name.to_owned());
        let seen = unset.leading(masked(value), route);
        let seen = match self.exceptions(&["no_proxy", "NO_PROXY"], Dialect::NoProxy) {
            Some(list) => seen.unless(list, site),
            None => seen,
        };
        Found { seen, credentials }
    }

    fn exceptions(&self, names: &[&str], dialect: Dialect) -> Option<ExceptionList> {
        let mut set = names
            .iter()
            .filter_map(|name| Some((name, self.value(name)?)));
        let (name, raw) = set.next()?;
        Some(ExceptionList {
            dialect,
            location: (*name).to_owned(),
            raw: raw.to_owned(),
        })
    }

    /// Programs that take another way than curl for all they read the same variables. None for
    /// the machine itself, which some never send to a proxy.
    fn otherwise(&self, site: &SiteUrl, curl: &Route) -> Vec<ProgramAnswer> {
        if is_loopback(&site.host) {
            return Vec::new();
        }
        let answers = Program::ALL.into_iter().map(|program| ProgramAnswer {
            program,
            answer_for_url: self.answer_of(program, site),
        });
        answers.filter(|it| it.answer_for_url != *curl).collect()
    }

    fn answer_of(&self, program: Program, site: &SiteUrl) -> Route {
        let of_scheme = program.variables(site.scheme);
        let Some(value) = of_scheme.iter().find_map(|name| self.value(name)) else {
            return Route::Direct;
        };
        let list = self.exceptions(program.lists(), program.dialect());
        if list.is_some_and(|list| list.entry_for(site).is_some()) {
            return Route::Direct;
        }
        let setting = Setting::parse(value);
        setting.map_or_else(|error| Route::Unusable(error.fault), |it| it.route())
    }
}

/// A program that reads the environment's variables in its own way.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Program {
    /// Programs written in Go.
    Go,
    /// Python's `urllib`.
    Python,
    /// GNU wget.
    Wget,
}

/// What a program answers where curl answers something else.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProgramAnswer {
    /// Who.
    pub program: Program,
    /// The way it leads the site.
    pub answer_for_url: Route,
}

impl Program {
    const ALL: [Self; 3] = [Self::Go, Self::Python, Self::Wget];

    /// The name people know.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Go => "Go",
            Self::Python => "Python",
            Self::Wget => "wget",
        }
    }

    const fn dialect(self) -> Dialect {
        match self {
            Self::Go => Dialect::Go,
            Self::Python => Dialect::Python,
            Self::Wget => Dialect::Wget,
        }
    }

    /// Those it reads, the one it prefers first. Go reads upper case first, wget lower case
    /// only; none of them reads `all_proxy`. A web server's program must not read `HTTP_PROXY`,
    /// which a request's `Proxy:` header sets there (CVE-2016-5385): curl never reads it.
    const fn variables(self, scheme: Scheme) -> &'static [&'static str] {
        match (self, scheme) {
            (Self::Go, Scheme::Https) => &["HTTPS_PROXY", "https_proxy"],
            (Self::Go, Scheme::Http) => &["HTTP_PROXY", "http_proxy"],
            (Self::Python, Scheme::Https) => &["https_proxy", "HTTPS_PROXY"],
            (Self::Python, Scheme::Http) => &["http_proxy", "HTTP_PROXY"],
            (Self::Wget, Scheme::Https) => &["https_proxy"],
            (Self::Wget, Scheme::Http) => &["http_proxy"],
        }
    }

    const fn lists(self) -> &'static [&'static str] {
        match self {
            Self::Go => &["NO_PROXY", "no_proxy"],
            Self::Python => &["no_proxy", "NO_PROXY"],
            Self::Wget => &["no_proxy"],
        }
    }
}

fn nothing_set(own: [&str; 2], all: [&str; 2]) -> Found {
    let names = [own, all].concat().join(", ");
    SourceSeen::unset(SourceKind::Environment, names).into()
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
    fn programs_that_read_the_same_variables_otherwise_are_named() {
        let told = |variables: &[(&str, &str)], url: &str| {
            let environment = Environment::of(variables.iter().copied());
            let seen = environment
                .sources(&SiteUrl::parse(url).unwrap())
                .remove(0)
                .seen;
            let told = seen.otherwise.iter();
            let told = told.map(|it| format!("{} {}", it.program.name(), it.answer_for_url));
            told.collect::<Vec<_>>().join(", ")
        };
        let https = "https://tom.example/";
        let star = [("https_proxy", "a:1"), ("no_proxy", "*.example")];
        assert_eq!(told(&star, https), "Go DIRECT");
        let dotted = [("https_proxy", "a:1"), ("no_proxy", ".tom.example")];
        assert_eq!(told(&dotted, https), "Go PROXY a:1, wget PROXY a:1");
        let upper = [("HTTPS_PROXY", "a:1")];
        assert_eq!(told(&upper, https), "wget DIRECT");
        let both = [("https_proxy", "a:1"), ("HTTPS_PROXY", "b:2")];
        assert_eq!(told(&both, https), "Go PROXY b:2");
        let all = [("all_proxy", "a:1")];
        assert_eq!(told(&all, https), "Go DIRECT, Python DIRECT, wget DIRECT");
        let plain = [("https_proxy", "a:1"), ("no_proxy", "example")];
        assert_eq!(told(&plain, https), "");
        assert_eq!(told(&star, "https://localhost/"), "");
    }

    #[test]
    fn the_values_stay_out_of_debug() {
        let environment = Environment::of([("https_proxy", "http://u:hunter2@a:1")]);
        assert_eq!(format!("{environment:?}"), r#"{"https_proxy"}"#);
    }
}

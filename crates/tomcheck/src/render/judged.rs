//! How does a saved report say that it is one?

use tomcheck_diagnosis::{Lang, Report};

use super::detail::text_of;
use super::layout::{Page, Tone};
use super::words;
use crate::judge::{KEY, stays_in_its_language};

impl Page<'_> {
    /// Which report it is, before anything else; and what it said when it was taken, where that was
    /// something else.
    pub(super) fn judged(&mut self, report: &Report) {
        let Some(judged) = report.details.get(KEY) else {
            return;
        };
        let (taken, os) = (report.started_at.render(self.lang), &report.host.os_version);
        let version = &report.tomcheck.version;
        let line = match self.lang {
            Lang::Fr => format!("Rapport enregistré le {taken} par tomcheck {version} ({os})"),
            Lang::En => format!("Report saved on {taken} by tomcheck {version} ({os})"),
        };
        self.line(0, &line, Some(Tone::Faint));
        if let Some(stays) = stays_in_its_language(judged, self.lang) {
            self.wrapped(0, 2, stays, Some(Tone::Faint));
        }
        if judged.get("is_same") == Some(&false.into()) {
            let was = judged.get("was").cloned().unwrap_or_default();
            let status = was.get("status").cloned().unwrap_or_default();
            let status = serde_json::from_value(status).map(words::verdict);
            let status = status.map(|text| self.say(text)).unwrap_or("?");
            let cause = text_of(&was, "root_cause");
            let line = match (self.lang, cause) {
                (Lang::Fr, "") => format!("Verdict d'alors : {status}"),
                (Lang::En, "") => format!("Verdict then: {status}"),
                (Lang::Fr, cause) => format!("Verdict d'alors : {status} ({cause})"),
                (Lang::En, cause) => format!("Verdict then: {status} ({cause})"),
            };
            self.wrapped(0, 2, &line, Some(Tone::Warning));
        }
    }
}

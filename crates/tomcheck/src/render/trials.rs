//! Which first messages passed and which did not, one line each.

use serde_json::Value;
use tomcheck_diagnosis::{Report, Text};
use tomcheck_tls::{DifferentialProbe, DifferentialSeen, TrialSeen};

use super::detail::{Row, Show, t};

const TRIALS: Text = t("Premiers messages essayés", "First messages tried");

impl Show {
    /// The matrix under a heading; nothing where nothing was tried.
    pub(super) fn trials(&self, report: &Report) -> Vec<Row> {
        let mut probes = report.probes.iter();
        let seen = probes.find(|probe| probe.id == DifferentialProbe::ID);
        let seen = seen.map(|probe| Value::Object(probe.observation.clone()));
        let seen = seen.and_then(|seen| serde_json::from_value::<DifferentialSeen>(seen).ok());
        let trials = seen.map(|seen| seen.trials).unwrap_or_default();
        let heading = (!trials.is_empty()).then(|| Row {
            label: TRIALS.get(self.lang).to_owned(),
            value: None,
        });
        let rows = trials.iter().map(|trial| self.trial(trial));
        heading.into_iter().chain(rows).collect()
    }

    fn trial(&self, trial: &TrialSeen) -> Row {
        Row {
            label: trial.name().get(self.lang).to_owned(),
            value: Some(trial.outcome.label()),
        }
    }
}

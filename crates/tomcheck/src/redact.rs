//! What of a report must be masked before it leaves the machine?

use tomcheck_diagnosis::{Pseudonyms, Report};

/// Masks every personal value in what was seen and said. Codes, ids, statuses and keys hold
/// none, and masking them would break what reads them.
pub(crate) fn redact(report: &mut Report, pseudonyms: &Pseudonyms) {
    let mask = |text: &mut String| *text = pseudonyms.mask_text(text);
    for probe in &mut report.probes {
        probe
            .observation
            .values_mut()
            .for_each(|value| pseudonyms.mask(value));
        probe.reason.iter_mut().for_each(mask);
    }
    for finding in &mut report.findings {
        mask(&mut finding.title);
        for evidence in &mut finding.evidence {
            // A label may be a foreign name too: a reader's, a certificate's.
            mask(&mut evidence.label);
            mask(&mut evidence.value);
        }
        finding.remedy.steps.iter_mut().for_each(mask);
    }
    report
        .details
        .values_mut()
        .for_each(|value| pseudonyms.mask(value));
    report.redacted = true;
}

//! How do the figures of many handshakes look?

use tomcheck_diagnosis::{Lang, Text};

use super::layout::{Paint, TextStyle, Tone};
use crate::{BenchRecord, Latency};

/// The figures as a person reads them, with a histogram.
pub fn bench_text(record: &BenchRecord, lang: Lang, style: TextStyle, paint: &dyn Paint) -> String {
    let page = Page {
        record,
        lang,
        style,
        paint,
    };
    let parts = [
        page.heading(),
        page.rate(),
        page.times(),
        page.histogram(),
        page.failures(),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

struct Page<'a> {
    record: &'a BenchRecord,
    lang: Lang,
    style: TextStyle,
    paint: &'a dyn Paint,
}

impl Page<'_> {
    fn heading(&self) -> String {
        let record = self.record;
        let card = match record.with_card {
            true => WITH_CARD,
            false => WITHOUT_CARD,
        };
        let resumed = record.resumes.then(|| RESUMED.get(self.lang).to_owned());
        let version = record.version.map(|version| version.name().to_owned());
        let facts = [
            Some(card.get(self.lang).to_owned()),
            resumed,
            version,
            record.cipher.clone(),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let url = self.paint.paint(Tone::Strong, &record.url);
        format!("{url}\n  {}\n", facts.join(", "))
    }

    fn rate(&self) -> String {
        let record = self.record;
        let rate = self.number(record.per_second, 1);
        let rate = self.paint.paint(Tone::Strong, &rate);
        let (made, wanted, threads) = (record.made, record.connections, record.threads);
        let seconds = self.number(micros(record.wall_us) / 1e6, 2);
        match self.lang {
            Lang::Fr => format!(
                "  {rate} connexions par seconde ({made} sur {wanted} en {seconds} s, {threads} à la fois)\n"
            ),
            Lang::En => format!(
                "  {rate} connections a second ({made} of {wanted} in {seconds} s, {threads} at a time)\n"
            ),
        }
    }

    fn times(&self) -> String {
        let record = self.record;
        let rows = [
            (OPEN, record.open),
            (HANDSHAKE, record.handshake),
            (ANSWER, record.answer),
            (TOTAL, record.total),
        ];
        let width = rows
            .iter()
            .map(|(label, _)| label.get(self.lang).chars().count());
        let width = width.max().unwrap_or_default();
        let heads = HEADS.map(|head| format!("{:>10}", head.get(self.lang)));
        let rows: Vec<String> = rows
            .iter()
            .filter_map(|(label, latency)| Some(self.row(label.get(self.lang), width, (*latency)?)))
            .collect();
        if rows.is_empty() {
            return String::new();
        }
        format!(
            "  {:width$}{}\n{}",
            MS.get(self.lang),
            heads.concat(),
            rows.concat()
        )
    }

    fn row(&self, label: &str, width: usize, latency: Latency) -> String {
        let times = [
            latency.min_us,
            latency.p50_us,
            latency.p90_us,
            latency.p99_us,
            latency.max_us,
        ];
        let times = times.map(|time| format!("{:>10}", self.milliseconds(time)));
        format!("  {label:width$}{}\n", times.concat())
    }

    fn histogram(&self) -> String {
        let most = self.record.histogram.iter().map(|bin| bin.count).max();
        let most = most.unwrap_or_default().max(1);
        let bar = if self.style.ascii { "#" } else { "█" };
        let line = |bin: &crate::Bin| {
            let (from, to) = (self.milliseconds(bin.from_us), self.milliseconds(bin.to_us));
            let length = (bin.count * BAR).div_ceil(most);
            let bar = bar.repeat(length);
            let dash = if self.style.ascii { "-" } else { "–" };
            format!("  {from:>8} {dash} {to:>8}  {bar:BAR$} {}\n", bin.count)
        };
        self.record.histogram.iter().map(line).collect()
    }

    fn failures(&self) -> String {
        let failed = self.record.failed.iter();
        let lines = failed.map(|failed| format!("    {} × {}\n", failed.times, failed.reason));
        let lines: String = lines.collect();
        if lines.is_empty() {
            return lines;
        }
        let title = self.paint.paint(Tone::Bad, FAILED.get(self.lang));
        format!("  {title}\n{lines}")
    }

    fn milliseconds(&self, us: u64) -> String {
        self.number(micros(us) / 1e3, 2)
    }

    fn number(&self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        match self.lang {
            Lang::Fr => text.replace('.', ","),
            Lang::En => text,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no run takes centuries")]
fn micros(us: u64) -> f64 {
    us as f64
}

const BAR: usize = 40;
const WITH_CARD: Text = Text {
    fr: "avec la carte",
    en: "with the card",
};
const WITHOUT_CARD: Text = Text {
    fr: "sans carte",
    en: "without a card",
};
const RESUMED: Text = Text {
    fr: "sessions reprises",
    en: "sessions resumed",
};
const MS: Text = Text {
    fr: "durées en ms",
    en: "times in ms",
};
const HEADS: [Text; 5] = [
    Text {
        fr: "min",
        en: "min",
    },
    Text {
        fr: "médiane",
        en: "median",
    },
    Text {
        fr: "90 %",
        en: "90 %",
    },
    Text {
        fr: "99 %",
        en: "99 %",
    },
    Text {
        fr: "max",
        en: "max",
    },
];
const OPEN: Text = Text {
    fr: "ouverture (TCP ou proxy)",
    en: "opening (TCP or proxy)",
};
const HANDSHAKE: Text = Text {
    fr: "négociation TLS",
    en: "TLS handshake",
};
const ANSWER: Text = Text {
    fr: "réponse du site",
    en: "the site's answer",
};
const TOTAL: Text = Text {
    fr: "TLS et réponse",
    en: "TLS and answer",
};
const FAILED: Text = Text {
    fr: "Connexions qui ont échoué :",
    en: "Connections that failed:",
};

#[cfg(test)]
mod tests {
    use super::super::layout::Plain;
    use super::*;
    use crate::{Bin, Failed};

    #[test]
    fn the_figures_are_read_in_french_with_commas_and_bars() {
        let latency = Latency {
            min_us: 900,
            p50_us: 1_100,
            p90_us: 1_500,
            p99_us: 2_000,
            max_us: 2_100,
        };
        let record = BenchRecord {
            url: "https://tom.example/".to_owned(),
            with_card: true,
            connections: 4,
            threads: 2,
            resumes: false,
            made: 3,
            resumed: 0,
            failed: vec![Failed {
                reason: "timed out".to_owned(),
                times: 1,
            }],
            version: Some(tomcheck_tls::TlsVersion::Tls13),
            cipher: None,
            wall_us: 6_000,
            per_second: 500.0,
            total: Some(latency),
            open: None,
            handshake: None,
            answer: None,
            histogram: vec![Bin {
                from_us: 900,
                to_us: 2_100,
                count: 3,
            }],
        };
        let style = TextStyle {
            ascii: true,
            verbose: false,
            width: 80,
        };
        let text = bench_text(&record, Lang::Fr, style, &Plain);
        for expected in [
            "avec la carte, TLS 1.3",
            "500,0 connexions par seconde (3 sur 4 en 0,01 s, 2 à la fois)",
            "TLS et réponse",
            "      0,90 -     2,10  ########################################",
            "1 × timed out",
        ] {
            assert!(text.contains(expected), "{expected} in\n{text}");
        }
    }
}

//! How does a person read an inventory?

use std::fmt::Write as _;

use tomcheck_diagnosis::{Lang, Text};

use super::{Component, Inventory, State};
use crate::{Paint, TextStyle, Tone};

/// A line a program; below it what to do, why and who says so, where there is something to do.
/// With `style.verbose`, where each was seen and the source of every minimum.
pub fn inventory_text(
    inventory: &Inventory,
    lang: Lang,
    style: TextStyle,
    paint: &dyn Paint,
) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", TITLE.get(lang));
    let shown = inventory
        .components
        .iter()
        .filter(|it| it.state != State::NotHere);
    let shown: Vec<_> = shown.collect();
    let names = shown.iter().map(|it| it.name.get(lang).chars().count());
    let widest = names.max().unwrap_or_default();
    for component in shown {
        line(&mut text, component, widest, lang, style, paint);
        below(&mut text, component, lang, style);
    }
    let _ = writeln!(text, "{}", end(inventory, lang));
    text
}

fn line(
    text: &mut String,
    component: &Component,
    widest: usize,
    lang: Lang,
    style: TextStyle,
    paint: &dyn Paint,
) {
    let (mark, ascii, tone, words) = look(component.state);
    let mark = paint.paint(tone, if style.ascii { ascii } else { mark });
    let name = component.name.get(lang);
    let versions = component
        .found
        .iter()
        .filter_map(|it| it.version.as_deref());
    let versions: Vec<_> = versions.collect();
    let mut what = versions.join(", ");
    if let Some(words) = words {
        let words = words.get(lang);
        what = if what.is_empty() {
            words.to_owned()
        } else {
            format!("{what} — {words}")
        };
    }
    let _ = writeln!(text, "  {mark} {name:widest$}  {what}");
}

const fn look(state: State) -> (&'static str, &'static str, Tone, Option<Text>) {
    match state {
        State::Fine => ("✓", "ok", Tone::Good, None),
        State::Outdated => ("⚠", "!!", Tone::Warning, Some(OUTDATED)),
        State::Unjudged => ("·", "..", Tone::Faint, None),
        State::VersionUnknown => ("?", "??", Tone::Faint, Some(UNKNOWN)),
        State::Missing => ("✗", "XX", Tone::Bad, Some(MISSING)),
        State::Absent | State::NotHere => ("–", "--", Tone::Faint, Some(ABSENT)),
    }
}

fn below(text: &mut String, component: &Component, lang: Lang, style: TextStyle) {
    let mut lines = Vec::new();
    if let Some(minimum) = component
        .minimum
        .filter(|_| component.state == State::Outdated)
    {
        lines.push(format!("{} {minimum}", NEEDED.get(lang)));
    }
    let is_told = component.state.needs_care() || style.verbose;
    lines.extend(
        component
            .why
            .filter(|_| is_told || component.id == "system")
            .map(|why| why.get(lang).to_owned()),
    );
    if !component.faults.is_empty() {
        lines.push(format!(
            "{} {}",
            FAULTS.get(lang),
            component.faults.join(", ")
        ));
    }
    let arrow = if style.ascii { "->" } else { "→" };
    lines.extend(
        component
            .to_do
            .map(|to_do| format!("{arrow} {}", to_do.get(lang))),
    );
    if style.verbose {
        let places = component.found.iter().map(|it| it.seen_in.as_str());
        let places: Vec<_> = places.collect();
        if !places.is_empty() {
            lines.push(format!("{} {}", SEEN.get(lang), places.join(", ")));
        }
    }
    if let Some(source) = component.source.filter(|_| is_told) {
        let mark = if component.is_confirmed {
            ""
        } else {
            UNCONFIRMED.get(lang)
        };
        lines.push(format!("{} {}{mark}", SOURCE.get(lang), source.get(lang)));
    }
    for line in lines {
        let _ = writeln!(text, "      {line}");
    }
}

fn end(inventory: &Inventory, lang: Lang) -> String {
    let count = inventory
        .components
        .iter()
        .filter(|it| it.state.needs_care())
        .count();
    match (count, lang) {
        (0, Lang::Fr) => "Rien à mettre à jour, d'après ce qui est publié.".to_owned(),
        (0, Lang::En) => "Nothing to update, by what is published.".to_owned(),
        (1, Lang::Fr) => "Un élément à installer ou à mettre à jour.".to_owned(),
        (1, Lang::En) => "One item to install or to update.".to_owned(),
        (count, Lang::Fr) => format!("{count} éléments à installer ou à mettre à jour."),
        (count, Lang::En) => format!("{count} items to install or to update."),
    }
}

const TITLE: Text = Text {
    fr: "Contrôle et mise à jour du poste",
    en: "What is installed, and what to update",
};
const OUTDATED: Text = Text {
    fr: "à mettre à jour",
    en: "to be updated",
};
const UNKNOWN: Text = Text {
    fr: "présent, version non indiquée",
    en: "there, without a version",
};
const MISSING: Text = Text {
    fr: "manque, à installer",
    en: "missing, to be installed",
};
const ABSENT: Text = Text {
    fr: "absent, pas indispensable",
    en: "not there, not needed",
};
const NEEDED: Text = Text {
    fr: "il faut au moins la version",
    en: "needed is version",
};
const FAULTS: Text = Text {
    fr: "défauts corrigés depuis par l'éditeur :",
    en: "faults that the publisher has corrected since:",
};
const SEEN: Text = Text {
    fr: "vu dans :",
    en: "seen in:",
};
const SOURCE: Text = Text {
    fr: "source :",
    en: "source:",
};
const UNCONFIRMED: Text = Text {
    fr: " (non confirmé)",
    en: " (not confirmed)",
};

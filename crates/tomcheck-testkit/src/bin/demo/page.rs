//! What does the page of the tour look like?
//!
//! One file without anything from elsewhere, readable in light and in dark.

use std::fmt::Write as _;

use crate::tour::Stop;
use crate::words::Lang;

/// The whole page.
pub(crate) fn page(stops: &[Stop], lang: Lang) -> String {
    let words = lang.words();
    let (mut rows, mut sections) = (String::new(), String::new());
    for stop in stops {
        let _ = write!(rows, "{}", row(stop, lang));
        let _ = write!(sections, "{}", section(stop, lang));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n<p class=\"introduction\">{introduction}</p>\n\
         <table>\n<thead><tr><th>{fault}</th><th>{verdict}</th><th>{seconds}</th>\
         <th>{what}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{sections}\
         </main>\n</body>\n</html>\n",
        lang = lang.name(),
        title = escaped(words.title),
        introduction = escaped(words.introduction),
        fault = words.fault,
        verdict = words.verdict,
        seconds = words.seconds,
        what = escaped(words.what),
    )
}

fn row(stop: &Stop, lang: Lang) -> String {
    let code = escaped(stop.scenario.code);
    let as_said = stop.outcome.complaints.is_empty();
    format!(
        "<tr><td><a href=\"#{code}\">{code}</a></td><td class=\"{class}\">{mark} {verdict}</td>\
         <td class=\"number\">{seconds}</td><td>{what}</td></tr>\n",
        class = if as_said { "good" } else { "bad" },
        mark = if as_said { "✓" } else { "✗" },
        verdict = escaped(&stop.verdict(lang.words())),
        seconds = lang.seconds(stop.outcome.run.duration),
        what = escaped(lang.of(stop.scenario)),
    )
}

fn section(stop: &Stop, lang: Lang) -> String {
    let code = escaped(stop.scenario.code);
    let complaints = stop.outcome.complaints.iter().map(|complaint| {
        let (said, complaint) = (lang.words().not_as_said, escaped(complaint));
        format!("<p class=\"bad\">{} {complaint}</p>\n", escaped(said))
    });
    format!(
        "<section id=\"{code}\">\n<h2>{code}</h2>\n<p>{what}</p>\n{complaints}\
         <pre class=\"command\">$ {command}</pre>\n<pre>{report}</pre>\n\
         <p><a href=\"{code}.html\">HTML</a> · <a href=\"{code}.json\">JSON</a></p>\n</section>\n",
        what = escaped(lang.of(stop.scenario)),
        complaints = complaints.collect::<String>(),
        command = escaped(&stop.command),
        report = escaped(&format!("{}{}", stop.text.messages, stop.text.report)),
    )
}

/// Text as it may stand in HTML, quoted attributes included.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --faint: #57606a;
  --line: #d0d7de; --sheet: #f6f8fa; --good: #116329; --bad: #a40e26; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117;
  --faint: #9198a1; --line: #3d444d; --sheet: #161b22; --good: #57c46b; --bad: #ff7b72;
  --link: #79b8ff; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
.introduction { white-space: pre-line; color: var(--faint); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .3rem .8rem; border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
a { color: var(--link); }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
section { margin-top: 2.5rem; border-top: 1px solid var(--line); }
h2 { font: 600 1.15rem/1.5 ui-monospace, monospace; }
pre { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px;
  padding: .8rem; overflow-x: auto; font-size: .9rem; }
pre.command { white-space: pre-wrap; color: var(--faint); }
";

#[test]
fn what_a_report_says_cannot_become_markup() {
    let text = "<script>alert('a & \"b\"')</script>";
    let safe = "&lt;script&gt;alert(&#39;a &amp; &quot;b&quot;&#39;)&lt;/script&gt;";
    assert_eq!(escaped(text), safe);
}

//! What does the page that comes with a refusal say to people?

use super::echo::Echo;

/// The longest title kept, in characters.
const TITLE_LIMIT: usize = 200;
/// How many of its lines are kept, and how much of each.
const LINES: usize = 12;
const LINE_LIMIT: usize = 160;

/// The `<title>` of an HTML page, blanks as one space.
pub(super) fn title_of(page: &str, echo: &Echo) -> Option<String> {
    // ASCII only, so that positions are the same in both.
    let lower = page.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower.get(tag..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find('<')?;
    let title = told(page.get(start..end)?, TITLE_LIMIT, echo)?;
    (!title.is_empty()).then_some(title)
}

/// The first lines people see, each cut short, without those that give back what the proxy was
/// shown; a text without a tag is taken as it is.
pub(super) fn lines_of(page: &str, echo: &Echo) -> Vec<String> {
    let text = without_tags(page);
    let lines = text.split('\n');
    let lines = lines.filter_map(|line| told(line, LINE_LIMIT, echo));
    let lines = lines.filter(|line| line.chars().any(char::is_alphanumeric));
    lines.take(LINES).collect()
}

/// The value of the first line of this name: `Catégorie : jeux`. Names in lower case.
pub(super) fn named(lines: &[String], names: &[&str]) -> Option<String> {
    lines.iter().enumerate().find_map(|(at, line)| {
        let (name, value) = line.split_once([':', '='])?;
        let name = name.trim().to_lowercase();
        names
            .iter()
            .any(|known| name.ends_with(known))
            .then_some(())?;
        let value = match value.trim() {
            // in tables the value stands in a cell of its own
            "" => lines.get(at + 1)?.as_str(),
            value => value,
        };
        Some(value.to_owned())
    })
}

/// Tags of blocks end a line, others nothing; scripts and styles are left out, and the title,
/// which is told apart.
fn without_tags(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        text += before;
        let (tag, behind) = after.split_once('>').unwrap_or((after, ""));
        let name: String = tag
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '!'))
            .collect();
        let name = name.to_ascii_lowercase();
        rest = match name.as_str() {
            "script" | "style" | "title" => behind_end(behind, &name),
            _ => behind,
        };
        if !INLINE.contains(&name.trim_start_matches('/')) {
            text.push('\n');
        }
    }
    text + rest
}

const INLINE: [&str; 9] = ["a", "b", "i", "em", "strong", "span", "font", "u", "code"];

/// What stands behind `</name`, nothing where it never ends.
fn behind_end<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let lower = text.to_ascii_lowercase();
    let at = lower.find(&end).and_then(|at| text.get(at..));
    at.unwrap_or_default()
}

/// Cut short only once nothing of what was shown is in it.
fn told(text: &str, limit: usize, echo: &Echo) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = unescaped(&words.join(" "));
    (!echo.is_in(&text)).then(|| text.chars().take(limit).collect())
}

fn unescaped(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&eacute;", "é"),
        ("&egrave;", "è"),
        ("&agrave;", "à"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    entities
        .into_iter()
        .fold(text.to_owned(), |text, (entity, character)| {
            text.replace(entity, character)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_a_block_page_is_kept_short_and_readable() {
        let page = "<html><TITLE lang=fr>\n  Accès &amp; filtrage\n refus&eacute; </TITLE>";
        assert_eq!(
            title_of(page, &Echo::default()).unwrap(),
            "Accès & filtrage refusé"
        );
        assert_eq!(title_of("<title>never closed", &Echo::default()), None);
        assert_eq!(title_of("<title></title>", &Echo::default()), None);
        let long = format!("<title>{}</title>", "é".repeat(1000));
        assert_eq!(
            title_of(&long, &Echo::default()).unwrap().chars().count(),
            TITLE_LIMIT
        );
    }

    #[test]
    fn the_lines_people_see_are_kept_and_what_they_do_not_see_is_not() {
        let page = "<html><head><title>T</title><style>p { a: b }</style></head><body>\
            <script>if (a<b) { category: none }</script><h1>Accès <b>refusé</b></h1>\
            <table><tr><td>URL Category:</td><td>Jeux en ligne</td></tr>\
            <tr><td>Règle : nuit</td></tr></table></body>";
        let lines = lines_of(page, &Echo::default());
        assert_eq!(
            lines,
            [
                "Accès refusé",
                "URL Category:",
                "Jeux en ligne",
                "Règle : nuit"
            ]
        );
        assert_eq!(named(&lines, &["category"]).unwrap(), "Jeux en ligne");
        assert_eq!(named(&lines, &["règle"]).unwrap(), "nuit");
        assert_eq!(named(&lines, &["policy"]), None);
        assert_eq!(lines_of("denied", &Echo::default()), ["denied"]);
        assert_eq!(
            lines_of(&"<p>x".repeat(1000), &Echo::default()).len(),
            LINES
        );
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read(page in "\\PC{0,80}|[<>/a-z!:= \n]{0,80}") {
            let lines = lines_of(&page, &Echo::default());
            proptest::prop_assert!(lines.len() <= LINES);
            title_of(&page, &Echo::default());
            named(&lines, &["category"]);
        }
    }
}

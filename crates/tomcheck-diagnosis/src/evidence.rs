//! What was seen that proves the finding?

use std::borrow::Cow;

use crate::{ForeignFailure, Instant, Lang, Sentence, Text};

/// One observed value that proves a finding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evidence {
    /// What `{key}` placeholders of titles and steps refer to.
    pub key: Cow<'static, str>,
    /// What people read before the value; none: the key itself (a foreign name).
    pub label: Option<Text>,
    /// The value as seen.
    pub value: Value,
}

/// A value as seen.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Verbatim text.
    Plain(String),
    /// A moment.
    Instant(Instant),
    /// One of our own sentences, in the reader's language.
    Said(Text),
    /// One of our own sentences, with values seen in it.
    Sentence(Sentence),
}

impl Evidence {
    /// A value under a foreign name, which is never translated: `CONNECT`, `ATR`.
    pub fn raw(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self {
            key: name.into(),
            label: None,
            value: Value::Plain(value.into()),
        }
    }

    /// A value under a name of our own.
    pub fn new(key: &'static str, label: Text, value: impl Into<Value>) -> Self {
        Self {
            key: Cow::Borrowed(key),
            label: Some(label),
            value: value.into(),
        }
    }

    /// The label in `lang`.
    pub fn label(&self, lang: Lang) -> &str {
        self.label.map_or(&self.key, |label| label.get(lang))
    }

    /// The value as people read it in `lang`.
    pub fn render(&self, lang: Lang) -> String {
        match &self.value {
            Value::Plain(text) => text.clone(),
            Value::Instant(instant) => instant.render(lang),
            Value::Said(text) => text.get(lang).to_owned(),
            Value::Sentence(sentence) => sentence.get(lang).to_owned(),
        }
    }

    /// The value as programs read it: instants in RFC 3339.
    pub fn machine(&self, lang: Lang) -> String {
        match &self.value {
            Value::Instant(instant) => instant.to_string(),
            _ => self.render(lang),
        }
    }
}

/// The call is the key, the number and its name are the value.
impl From<&ForeignFailure> for Evidence {
    fn from(failure: &ForeignFailure) -> Self {
        Self::raw(failure.call.clone(), failure.answer())
    }
}

impl From<ForeignFailure> for Evidence {
    fn from(failure: ForeignFailure) -> Self {
        Self::from(&failure)
    }
}

impl From<Instant> for Value {
    fn from(instant: Instant) -> Self {
        Self::Instant(instant)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Said(text)
    }
}

impl From<Sentence> for Value {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(sentence)
    }
}

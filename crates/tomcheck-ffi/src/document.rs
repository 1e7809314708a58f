//! How does C read JSON without a parser of its own?

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use crate::strings::c_string;

/// A JSON value, and the strings that C was given of it: they live as long as it does.
pub(crate) struct Document {
    value: Value,
    json: OnceLock<CString>,
    /// By pointer: what was asked for once is not written a second time.
    told: Mutex<HashMap<String, Option<Arc<CStr>>>>,
}

impl Document {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            value,
            json: OnceLock::new(),
            told: Mutex::default(),
        }
    }

    /// The whole of it.
    pub(crate) fn json(&self) -> *const c_char {
        let json = self.json.get_or_init(|| c_string(&self.value.to_string()));
        json.as_ptr()
    }

    /// What stands at this place: a string as it is, all else as JSON; NULL where there is nothing,
    /// or null.
    ///
    /// Source: RFC 6901.
    pub(crate) fn text(&self, pointer: &str) -> *const c_char {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = told.get(pointer) {
            return address(text.as_ref());
        }
        let Some(value) = self.value.pointer(pointer) else {
            // a place that is none is not remembered: there is no end of them
            return std::ptr::null();
        };
        let text = written(value);
        let address = address(text.as_ref());
        told.insert(pointer.to_owned(), text);
        address
    }

    /// How many elements stand at this place: of an array or an object, else none.
    pub(crate) fn count(&self, pointer: &str) -> usize {
        match self.value.pointer(pointer) {
            Some(Value::Array(elements)) => elements.len(),
            Some(Value::Object(members)) => members.len(),
            _ => 0,
        }
    }
}

fn written(value: &Value) -> Option<Arc<CStr>> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => c_string(text),
        other => c_string(&other.to_string()),
    };
    Some(text.into())
}

fn address(text: Option<&Arc<CStr>>) -> *const c_char {
    text.map_or(std::ptr::null(), |text| text.as_ptr())
}

#[test]
fn a_place_is_told_as_often_as_wanted_and_none_is_null() {
    let document = Document::new(serde_json::json!({"a": [1, "x\0y", null, {"b": true}]}));
    let said = |pointer: &str| match document.text(pointer) {
        text if text.is_null() => None,
        // SAFETY: not NULL, and the document lives.
        text => Some(unsafe { CStr::from_ptr(text) }.to_str().unwrap()),
    };
    assert_eq!((said("/a/0"), said("/a/1")), (Some("1"), Some("x y")));
    assert_eq!((said("/a/2"), said("/b"), said("a")), (None, None, None));
    assert_eq!(said("/a/3"), Some("{\"b\":true}"));
    assert_eq!(document.text("/a/1"), document.text("/a/1"));
    assert_eq!((document.count("/a"), document.count("/a/3")), (4, 1));
    assert_eq!(document.count("/a/0"), 0);
}

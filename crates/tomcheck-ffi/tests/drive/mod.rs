//! Calls every function of the library as bytes say, with handles that are good, freed, of something
//! else or made up. Whatever comes, no call may crash, hang, or answer that it panicked.
//!
//! Nothing is looked at: what would look is cancelled before it begins.

use std::ffi::{CString, c_char, c_void};
use std::ptr;

use tomcheck_ffi::*;

/// Bytes as decisions; past their end all are 0.
struct Decisions<'a>(&'a [u8]);

impl Decisions<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> usize {
        let bytes = [(); 8].map(|()| self.byte());
        usize::try_from(u64::from_le_bytes(bytes)).unwrap_or(usize::MAX)
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = usize::from(self.byte());
        (0..length).map(|_| self.byte()).collect()
    }

    /// A text, no UTF-8 often; none: NULL.
    fn text(&mut self) -> Option<CString> {
        const USUAL: [&str; 8] = [
            "tom",
            "reader,card",
            "direct",
            "/0/findings/0/code",
            "alert 48",
            "3620100842/01417",
            "",
            "1234",
        ];
        match self.byte() {
            0 => None,
            kind @ 1..=127 => CString::new(USUAL[usize::from(kind) % USUAL.len()]).ok(),
            _ => CString::new(
                self.bytes()
                    .into_iter()
                    .filter(|byte| *byte != 0)
                    .collect::<Vec<_>>(),
            )
            .ok(),
        }
    }
}

/// Every handle there ever was, good or not.
struct Hands<'a> {
    decisions: Decisions<'a>,
    handles: Vec<*mut c_void>,
    cancelled: *mut tomcheck_cancellation,
}

/// Follows the bytes to their end.
pub fn drive(bytes: &[u8]) {
    let cancelled = tomcheck_cancellation_new();
    fine(tomcheck_cancel(cancelled));
    let mut hands = Hands {
        decisions: Decisions(bytes),
        handles: vec![cancelled.cast()],
        cancelled,
    };
    while !hands.decisions.0.is_empty() {
        hands.act();
    }
    hands.let_go();
}

/// Anything but a panic of ours.
#[track_caller]
fn fine(status: tomcheck_status) {
    assert_ne!(status, tomcheck_status::TOMCHECK_PANICKED);
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

/// Reads the string to its end, as whoever was given it may.
fn read(text: *const c_char) {
    if !text.is_null() {
        // SAFETY: not NULL, and nothing was freed since the library gave it.
        let length = unsafe { std::ffi::CStr::from_ptr(text) }.to_bytes().len();
        assert!(length < 1 << 26);
    }
}

unsafe extern "C-unwind" fn heard(_: *mut c_void, event: *const tomcheck_event) {
    read(tomcheck_event_json(event));
}

unsafe extern "C-unwind" fn told(_: *mut c_void, _: *const c_char, _: i32, _: u32, _: u32) {}

unsafe extern "C-unwind" fn declined(_: *mut c_void, _: *mut c_char, _: usize) -> i32 {
    0
}

impl Hands<'_> {
    fn handle<T>(&mut self) -> *mut T {
        let chosen = self.decisions.byte();
        let known = self
            .handles
            .get(usize::from(chosen) % (self.handles.len() + 2));
        match known {
            Some(handle) => handle.cast(),
            None if chosen.is_multiple_of(2) => ptr::null_mut(),
            None => ptr::without_provenance_mut(self.decisions.number()),
        }
    }

    fn keep<T>(&mut self, handle: *mut T) {
        if !handle.is_null() {
            self.handles.push(handle.cast());
        }
    }

    fn act(&mut self) {
        match self.decisions.byte() % 12 {
            0 => self.keep(tomcheck_options_new()),
            1 => self.keep(tomcheck_cancellation_new()),
            2 => self.set_text(),
            3 => self.set_number(),
            4 => self.set_call_back(),
            5 => self.look(),
            6 => self.ask(),
            7 => self.read_report(),
            8 => self.read_finding(),
            9 => self.read_answer(),
            10 => self.watch(),
            _ => self.free(),
        }
    }

    fn set_text(&mut self) {
        let (options, text) = (self.handle(), self.decisions.text());
        let text = pointer(&text);
        // SAFETY: NULL or a string that ends with NUL.
        fine(unsafe {
            match self.decisions.byte() % 11 {
                0 => tomcheck_options_set_target(options, text),
                1 => tomcheck_options_set_only(options, text),
                2 => tomcheck_options_set_skip(options, text),
                3 => tomcheck_options_set_module(options, text),
                4 => tomcheck_options_set_reader(options, text),
                5 => tomcheck_options_set_proxy(options, text),
                6 => tomcheck_options_set_worker(options, text),
                7 => tomcheck_options_set_proxy_login(options, text, text),
                8 => tomcheck_options_set_ca_file(options, text),
                9 => tomcheck_options_load_settings(options, text),
                _ => tomcheck_options_set_pin(options, text),
            }
        });
    }

    fn set_number(&mut self) {
        let options = self.handle();
        let number = i32::from(self.decisions.byte().cast_signed()) % 4;
        fine(match self.decisions.byte() % 8 {
            0 => tomcheck_options_set_deadline(options, number.unsigned_abs()),
            1 => tomcheck_options_set_lang(options, number),
            2 => tomcheck_options_set_in_process(options, number),
            3 => tomcheck_options_set_final_try(options, number),
            4 => tomcheck_options_set_thorough(options, number),
            5 => tomcheck_options_set_refresh(options, number),
            6 => tomcheck_options_set_show_identity(options, number),
            _ => tomcheck_options_set_cancellation(options, self.handle()),
        });
    }

    fn set_call_back(&mut self) {
        let options = self.handle();
        // SAFETY: the functions take any userdata from any thread.
        unsafe {
            fine(tomcheck_options_set_progress(
                options,
                Some(told),
                ptr::null_mut(),
            ));
            let typed = self
                .decisions
                .byte()
                .is_multiple_of(2)
                .then_some(declined as _);
            fine(tomcheck_options_set_pin_callback(
                options,
                typed,
                None,
                ptr::null_mut(),
            ));
        }
    }

    fn look(&mut self) {
        let (options, url) = (self.handle(), self.decisions.text());
        fine(tomcheck_options_set_cancellation(options, self.cancelled));
        let (url, mut report) = (pointer(&url), ptr::null_mut());
        // SAFETY: NULL or a string that ends with NUL, and a place for the report.
        let status = unsafe {
            match self.decisions.byte() % 6 {
                0 => tomcheck_diagnose(options, &raw mut report),
                1 => tomcheck_card(options, &raw mut report),
                2 => tomcheck_certs(options, &raw mut report),
                3 => tomcheck_proxy(options, url, &raw mut report),
                4 => tomcheck_tls(options, url, &raw mut report),
                _ => tomcheck_diagnose(options, ptr::null_mut()),
            }
        };
        assert!(report.is_null() && status != tomcheck_status::TOMCHECK_OK);
        fine(status);
    }

    fn ask(&mut self) {
        let (text, bytes) = (self.decisions.text(), self.decisions.bytes());
        let lang = i32::from(self.decisions.byte() % 3);
        let (input, file, length) = (pointer(&text), bytes.as_ptr(), bytes.len());
        let (mut answer, mut report) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: NULL or a string that ends with NUL, so many bytes, and places for the answers.
        fine(unsafe {
            match self.decisions.byte() % 5 {
                0 => tomcheck_explain(input, lang, &raw mut answer),
                1 => tomcheck_identify(input, lang, &raw mut answer),
                2 => tomcheck_identify_file(file, length, lang, &raw mut answer),
                3 => tomcheck_judge(file, length, lang, &raw mut report),
                _ => tomcheck_trace(file, length, input, lang, &raw mut report),
            }
        });
        self.keep(answer);
        self.keep(report);
    }

    fn read_report(&mut self) {
        let (report, place) = (self.handle(), self.decisions.text());
        let (place, mut verdict) = (pointer(&place), tomcheck_verdict::TOMCHECK_VERDICT_OK);
        // SAFETY: NULL or a string that ends with NUL, and a place for the verdict.
        unsafe {
            fine(tomcheck_report_verdict(report, &raw mut verdict));
            read(tomcheck_report_value(report, place));
            let _ = tomcheck_report_count(report, place);
        }
        for text in [
            tomcheck_report_json,
            tomcheck_report_text,
            tomcheck_report_html,
        ] {
            read(text(report));
        }
        read(tomcheck_report_root_cause(report));
    }

    fn read_finding(&mut self) {
        let report = self.handle();
        let count = tomcheck_finding_count(report);
        let index = self.decisions.number() % (count + 2);
        let texts = [
            tomcheck_finding_code,
            tomcheck_finding_layer,
            tomcheck_finding_title,
            tomcheck_finding_note,
            tomcheck_finding_consequence_of,
            tomcheck_finding_doc,
        ];
        texts.iter().for_each(|text| read(text(report, index)));
        let _ = (
            tomcheck_finding_severity(report, index),
            tomcheck_finding_audience(report, index),
        );
        for piece in 0..=tomcheck_finding_evidence_count(report, index) {
            read(tomcheck_finding_evidence_key(report, index, piece));
            read(tomcheck_finding_evidence_label(report, index, piece));
            read(tomcheck_finding_evidence_value(report, index, piece));
        }
        for step in 0..=tomcheck_finding_step_count(report, index) {
            read(tomcheck_finding_step(report, index, step));
        }
        read(tomcheck_code(index));
        assert!(tomcheck_code_count() > 0 && !tomcheck_version().is_null());
        read(tomcheck_version());
    }

    fn read_answer(&mut self) {
        let (answer, place) = (self.handle(), self.decisions.text());
        read(tomcheck_answer_json(answer));
        read(tomcheck_answer_text(answer));
        // SAFETY: NULL or a string that ends with NUL.
        unsafe {
            read(tomcheck_answer_value(answer, pointer(&place)));
            let _ = tomcheck_answer_count(answer, pointer(&place));
        }
    }

    fn watch(&mut self) {
        let (monitor, event) = (self.handle(), self.handle());
        let mode = i32::from(self.decisions.byte() % 4);
        let mut kept = ptr::null_mut();
        fine(tomcheck_monitor_refresh(monitor));
        fine(tomcheck_monitor_set_mode(monitor, mode));
        // SAFETY: the function takes any userdata from any thread, and there are places for the answers.
        unsafe {
            fine(tomcheck_event_keep(event, &raw mut kept));
            self.keep(kept);
            // seldom: each has threads of its own
            if self.decisions.byte() == 255 {
                let mut started = ptr::null_mut();
                fine(tomcheck_monitor_start(
                    mode,
                    0,
                    Some(heard),
                    ptr::null_mut(),
                    &raw mut started,
                ));
                self.keep(started);
            }
        }
        let texts = [
            tomcheck_event_reader,
            tomcheck_event_atr,
            tomcheck_event_code,
            tomcheck_event_text,
            tomcheck_event_step,
            tomcheck_event_json,
        ];
        texts.iter().for_each(|text| read(text(event)));
        let _ = (tomcheck_event_state(event), tomcheck_event_cause(event));
        let _ = tomcheck_is_cancelled(self.handle());
    }

    /// One, of whatever kind it is. The one that keeps looking from beginning stays.
    fn free(&mut self) {
        let handle: *mut c_void = self.handle();
        if handle == self.cancelled.cast() {
            return;
        }
        match self.decisions.byte() % 6 {
            0 => tomcheck_options_free(handle.cast()),
            1 => tomcheck_report_free(handle.cast()),
            2 => tomcheck_answer_free(handle.cast()),
            3 => tomcheck_monitor_free(handle.cast()),
            4 => tomcheck_event_free(handle.cast()),
            _ => tomcheck_cancellation_free(handle.cast()),
        }
        read(tomcheck_last_error());
    }

    fn let_go(self) {
        for handle in self.handles {
            tomcheck_options_free(handle.cast());
            tomcheck_report_free(handle.cast());
            tomcheck_answer_free(handle.cast());
            tomcheck_monitor_free(handle.cast());
            tomcheck_event_free(handle.cast());
            tomcheck_cancellation_free(handle.cast());
            let forgotten = tomcheck_options_set_deadline(handle.cast(), 1);
            assert_eq!(forgotten, tomcheck_status::TOMCHECK_BAD_HANDLE);
        }
    }
}

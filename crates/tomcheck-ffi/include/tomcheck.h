/* libtomcheck: why does a CPx card not open its service? Made by cbindgen; do not edit. */

#ifndef TOMCHECK_H
#define TOMCHECK_H

#include <stddef.h>
#include <stdint.h>

// How many bytes a code porteur may take, its NUL included.
#define TOMCHECK_PIN_SIZE 16

// How a call ended. Numbers are forever; a later version may add some.
enum tomcheck_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // As asked.
  TOMCHECK_OK = 0,
  // A pointer that must not be NULL is.
  TOMCHECK_NULL_POINTER = 1,
  // A string is no UTF-8.
  TOMCHECK_NOT_UTF8 = 2,
  // A value is out of its range or form; `tomcheck_last_error` says which.
  TOMCHECK_BAD_VALUE = 3,
  // tomcheck could not do its job; `tomcheck_last_error` says why.
  TOMCHECK_FAILED = 4,
  // A bug in tomcheck; the handles of the call must only be freed.
  TOMCHECK_PANICKED = 5,
  // A handle was freed, or never came from this library, or is one of something else.
  TOMCHECK_BAD_HANDLE = 6,
  // `tomcheck_cancel` ended it; there is no result.
  TOMCHECK_CANCELLED = 7,
  // A function that blocks was called by one of the library's own calls back.
  TOMCHECK_REENTERED = 8,
  // This process is the child of a fork of one that used the library: only a program that
  // it executes may use it.
  TOMCHECK_FORKED = 9,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_status tomcheck_status;
#else
typedef int32_t tomcheck_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What people know of a reader. Numbers are forever; a later version may add some.
enum tomcheck_state
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // The event says nothing of a state: the card service is back.
  TOMCHECK_STATE_NONE = 0,
  // No card.
  TOMCHECK_STATE_ABSENT = 1,
  // A card that answers.
  TOMCHECK_STATE_PRESENT = 2,
  // A card that does not answer.
  TOMCHECK_STATE_MUTE = 3,
  // A card that another program keeps for itself.
  TOMCHECK_STATE_IN_USE = 4,
  // The reader cannot be used, or is gone; there is no reader, or no card service.
  TOMCHECK_STATE_UNAVAILABLE = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_state tomcheck_state;
#else
typedef int32_t tomcheck_state;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Why an event is told. Numbers are forever; a later version may add some.
enum tomcheck_cause
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // The handle is none.
  TOMCHECK_CAUSE_NONE = 0,
  // The present state, at the start.
  TOMCHECK_CAUSE_START = 1,
  // It changed.
  TOMCHECK_CAUSE_CHANGE = 2,
  // Somebody asked for the present state.
  TOMCHECK_CAUSE_REFRESH = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_cause tomcheck_cause;
#else
typedef int32_t tomcheck_cause;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// How much a finding matters. Numbers are forever.
enum tomcheck_severity
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // There is no such finding.
  TOMCHECK_SEVERITY_NONE = 0,
  // It blocks.
  TOMCHECK_SEVERITY_FAULT = 1,
  // It will bite.
  TOMCHECK_SEVERITY_WARNING = 2,
  // It is worth knowing.
  TOMCHECK_SEVERITY_INFO = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_severity tomcheck_severity;
#else
typedef int32_t tomcheck_severity;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Who can do something about a finding. Numbers are forever; a later version may add some.
enum tomcheck_audience
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // There is no such finding.
  TOMCHECK_FOR_NOBODY = 0,
  // The person whose card it is.
  TOMCHECK_FOR_HOLDER = 1,
  // Who looks after the workstation.
  TOMCHECK_FOR_TECHNICIAN = 2,
  // Who looks after the network and its proxy.
  TOMCHECK_FOR_NETWORK_ADMIN = 3,
  // Who delivers the cards, or runs the service they open.
  TOMCHECK_FOR_ISSUER = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_audience tomcheck_audience;
#else
typedef int32_t tomcheck_audience;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Whether something blocks. Numbers are forever.
enum tomcheck_verdict
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Nothing to say.
  TOMCHECK_VERDICT_OK = 0,
  // Nothing blocks, something will bite.
  TOMCHECK_VERDICT_WARNING = 1,
  // Something blocks.
  TOMCHECK_VERDICT_BLOCKED = 2,
  // What had to be looked at could not be.
  TOMCHECK_VERDICT_UNDETERMINED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_verdict tomcheck_verdict;
#else
typedef int32_t tomcheck_verdict;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// The language of sentences.
enum tomcheck_lang
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // French, the default.
  TOMCHECK_FR = 0,
  // English.
  TOMCHECK_EN = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_lang tomcheck_lang;
#else
typedef int32_t tomcheck_lang;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// How a monitor watches.
enum tomcheck_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Each change is told as it comes.
  TOMCHECK_AUTOMATIC = 0,
  // Nothing is looked at until `tomcheck_monitor_refresh`.
  TOMCHECK_MANUAL = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_mode tomcheck_mode;
#else
typedef int32_t tomcheck_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// How a probe stands. Numbers are forever; a later version may add some.
enum tomcheck_probe_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // It begins.
  TOMCHECK_PROBE_BEGINS = 0,
  // It did one of the many things it does.
  TOMCHECK_PROBE_ADVANCES = 1,
  // It ended: in order.
  TOMCHECK_PROBE_OK = 2,
  // It ended: something will bite.
  TOMCHECK_PROBE_WARNING = 3,
  // It ended: something blocks.
  TOMCHECK_PROBE_FAULT = 4,
  // It did not look.
  TOMCHECK_PROBE_SKIPPED = 5,
  // A fault of another probe left it nothing to look at.
  TOMCHECK_PROBE_BLOCKED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tomcheck_probe_status tomcheck_probe_status;
#else
typedef int32_t tomcheck_probe_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// An answer: JSON, and the same for a person. Opaque.
//
// It does not change, so any number of threads may read it; the strings asked of it live until
// it is freed.
typedef struct tomcheck_answer tomcheck_answer;

// Ends what it was given to. Opaque.
typedef struct tomcheck_cancellation tomcheck_cancellation;

// One thing that is so, or that became so. Opaque.
//
// One that a call back was given is good until that returns; `tomcheck_event_keep` makes one
// that is good until it is freed. It does not change, so any number of threads may read it.
typedef struct tomcheck_event tomcheck_event;

// A watch under way. Opaque. Any thread may use it.
typedef struct tomcheck_monitor tomcheck_monitor;

// What a diagnosis is told. Opaque.
//
// Any thread may use it at any time, calls back too: a diagnosis takes what it finds when it
// begins, and what is set or freed later changes nothing for it.
typedef struct tomcheck_options tomcheck_options;

// A report. Opaque.
//
// It does not change, so any number of threads may read it; the strings asked of it live until
// it is freed.
typedef struct tomcheck_report tomcheck_report;

// Hears of each event, on a thread of the library, one at a time. `event` is good until it
// returns.
typedef void (*tomcheck_event_fn)(void *userdata, const struct tomcheck_event *event);

// Hands the code porteur over: writes it to `pin`, ended by NUL, in `size` bytes at most
// (`TOMCHECK_PIN_SIZE`), and returns 1; 0: the holder declined. Called once a diagnosis at most,
// when the card is known to be ready for it, by a thread of the library, while another may be
// telling of progress. May block as long as a person types: no deadline runs meanwhile. What is not
// four to eight digits is not shown to the card, and has the function that looks answer
// `TOMCHECK_BAD_VALUE`. The library wipes `pin`; the caller wipes its copies.
typedef int32_t (*tomcheck_pin_fn)(void *userdata, char *pin, size_t size);

// Tells the holder to type the code porteur on the keys of the reader, within `seconds`, as soon
// as this returns 1; 0: the holder declined. Called instead of `tomcheck_pin_fn`, by such a thread,
// where the reader has keys.
typedef int32_t (*tomcheck_pin_pad_fn)(void *userdata, uint32_t seconds);

// Hears of each probe as it begins and ends: `probe` is its id (`reader.service`), `status` one
// of `tomcheck_probe_status`; `done` of `of` are counted where it advances, else 0. Called by
// threads of the library, one call at a time; one of `tomcheck_pin_fn` may be under way on another
// thread meanwhile. `probe` lives as long as the call.
typedef void (*tomcheck_progress_fn)(void *userdata,
                                     const char *probe,
                                     int32_t status,
                                     uint32_t done,
                                     uint32_t of);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// What a code or an error message means, whoever shows it: `0x8010001D`, `CKR_PIN_LOCKED`,
// `alert 48`, `HTTP 407`, a code of tomcheck's own, or a text that holds some. The answer is an
// array of what `tomcheck explain --json` prints; for a code that nobody knows, one element whose
// `family` is null and whose `nearest` names those that look like it. `lang` is one of
// `tomcheck_lang`. Does not block, touches no card.
//
// # Safety
//
// `input` is NULL or ends with NUL; `answer` is NULL or may be written to.
tomcheck_status tomcheck_explain(const char *input, int32_t lang, struct tomcheck_answer **answer);

// What an identifier says (`3620100842/01417`, as certificates and cards bear it). The answer is
// an array of one object, as `tomcheck identify --json` prints it. Does not block, touches no
// card.
//
// # Safety
//
// `value` is NULL or ends with NUL; `answer` is NULL or may be written to.
tomcheck_status tomcheck_identify(const char *value, int32_t lang, struct tomcheck_answer **answer);

// What the certificates of a file say: DER, PEM or PKCS#7, as its bytes. The answer is an array
// of one object each. `TOMCHECK_BAD_VALUE` when they hold none. Does not block, touches no card.
//
// # Safety
//
// `file` is NULL or points to `length` bytes; `answer` is NULL or may be written to.
tomcheck_status tomcheck_identify_file(const uint8_t *file,
                                       size_t length,
                                       int32_t lang,
                                       struct tomcheck_answer **answer);

// What a log says of the cause, as its bytes: of Java, squid, the Cryptolib, curl, browsers,
// Windows, in any encoding, compressed or not, or a capture. `name` is what the report calls it;
// NULL: `log`. Blocks as long as it takes to read it; touches neither card nor network. On
// success `*report` must be freed with `tomcheck_report_free`.
//
// # Safety
//
// `log` is NULL or points to `length` bytes; `name` is NULL or ends with NUL; `report` is NULL or
// may be written to.
tomcheck_status tomcheck_trace(const uint8_t *log,
                               size_t length,
                               const char *name,
                               int32_t lang,
                               struct tomcheck_report **report);

// The whole answer as JSON; NULL for a bad handle.
const char *tomcheck_answer_json(const struct tomcheck_answer *answer);

// The answer as a person reads it; empty where there is nothing to say; NULL for a bad handle.
const char *tomcheck_answer_text(const struct tomcheck_answer *answer);

// One value of the answer, as `tomcheck_report_value` tells one of a report.
//
// # Safety
//
// `pointer` is NULL or ends with NUL.
const char *tomcheck_answer_value(const struct tomcheck_answer *answer, const char *pointer);

// How many elements the array or object has that stands there; else 0.
//
// # Safety
//
// `pointer` is NULL or ends with NUL.
size_t tomcheck_answer_count(const struct tomcheck_answer *answer, const char *pointer);

// Frees an answer and every string asked of it. NULL and a handle that was freed do nothing.
void tomcheck_answer_free(struct tomcheck_answer *answer);

// How many codes of findings there are.
size_t tomcheck_code_count(void);

// A code of a finding, by its index; NULL: there is none. Static. Codes are forever, their
// indices are not. `tomcheck_explain` says what one means.
const char *tomcheck_code(size_t index);

// A handle that can end diagnoses: see `tomcheck_options_set_cancellation`. Free it with
// `tomcheck_cancellation_free`; NULL where there is no room for it. Does not block.
struct tomcheck_cancellation *tomcheck_cancellation_new(void);

// Ends every diagnosis that was given this handle, and those that begin later: each returns
// `TOMCHECK_CANCELLED` within a second mostly, or when the command to the card that is under way
// has ended. Any thread may call it, calls back too. Does not block.
tomcheck_status tomcheck_cancel(struct tomcheck_cancellation *cancellation);

// Whether it was cancelled: 1 or 0; 0 for a handle that is none. Does not block.
int32_t tomcheck_is_cancelled(const struct tomcheck_cancellation *cancellation);

// Frees the handle. What it was given to goes on as if it had never been cancellable. NULL and
// a handle that was freed do nothing.
void tomcheck_cancellation_free(struct tomcheck_cancellation *cancellation);

// The reader's state. Does not block, nor does any of the functions below.
tomcheck_state tomcheck_event_state(const struct tomcheck_event *event);

// Why it is told.
tomcheck_cause tomcheck_event_cause(const struct tomcheck_event *event);

// The reader it is about, as PC/SC names it; NULL: about the card service, or all of them.
const char *tomcheck_event_reader(const struct tomcheck_event *event);

// The answer to reset of the card that answers, in hexadecimal digits; NULL: there is none.
const char *tomcheck_event_atr(const struct tomcheck_event *event);

// The code of the finding it would be in a report, `card.absent`; NULL: all is well.
const char *tomcheck_event_code(const struct tomcheck_event *event);

// What happened, in one sentence, in the monitor's language.
const char *tomcheck_event_text(const struct tomcheck_event *event);

// The first thing to do about it, in the monitor's language; NULL: nothing.
const char *tomcheck_event_step(const struct tomcheck_event *event);

// The event as `tomcheck watch --json-lines` prints it.
const char *tomcheck_event_json(const struct tomcheck_event *event);

// The same event under a handle of one's own, for another thread or for later. On success
// `*kept` must be freed with `tomcheck_event_free`.
//
// # Safety
//
// `kept` is NULL or may be written to.
tomcheck_status tomcheck_event_keep(const struct tomcheck_event *event,
                                    struct tomcheck_event **kept);

// Frees an event that was kept. NULL and a handle that was freed do nothing.
void tomcheck_event_free(struct tomcheck_event *event);

// How many findings there are, worst first, the root cause at index 0; 0 for a bad handle. The
// functions below are told which by its index, and answer NULL or 0 where there is none. None of
// them blocks.
size_t tomcheck_finding_count(const struct tomcheck_report *report);

// Its stable code, `proxy.authentication-required`. Codes are forever.
const char *tomcheck_finding_code(const struct tomcheck_report *report, size_t finding);

// The part of the path it is about: `reader`, `card`, `module`, `token`, `cert`, `clock`, `browser`,
// `network`, `proxy`, `tls` or `trace`.
const char *tomcheck_finding_layer(const struct tomcheck_report *report,
                                   size_t finding);

// How much it matters.
tomcheck_severity tomcheck_finding_severity(const struct tomcheck_report *report, size_t finding);

// One sentence, in the language of the report.
const char *tomcheck_finding_title(const struct tomcheck_report *report, size_t finding);

// One more sentence; NULL: there is none.
const char *tomcheck_finding_note(const struct tomcheck_report *report, size_t finding);

// The code of the finding it merely follows from; NULL: of none.
const char *tomcheck_finding_consequence_of(const struct tomcheck_report *report, size_t finding);

// Where the documentation explains it.
const char *tomcheck_finding_doc(const struct tomcheck_report *report, size_t finding);

// How many pieces of evidence prove it.
size_t tomcheck_finding_evidence_count(const struct tomcheck_report *report, size_t finding);

// What a piece of evidence is to a program, never translated; NULL in reports saved by the first
// versions.
const char *tomcheck_finding_evidence_key(const struct tomcheck_report *report,
                                          size_t finding,
                                          size_t evidence);

// What a piece of evidence is to people, in the language of the report.
const char *tomcheck_finding_evidence_label(const struct tomcheck_report *report,
                                            size_t finding,
                                            size_t evidence);

// A piece of evidence as it was seen; moments in RFC 3339.
const char *tomcheck_finding_evidence_value(const struct tomcheck_report *report,
                                            size_t finding,
                                            size_t evidence);

// Who can do something about it.
tomcheck_audience tomcheck_finding_audience(const struct tomcheck_report *report, size_t finding);

// How many steps its remedy has.
size_t tomcheck_finding_step_count(const struct tomcheck_report *report, size_t finding);

// A step of its remedy, in order, in the language of the report.
const char *tomcheck_finding_step(const struct tomcheck_report *report,
                                  size_t finding,
                                  size_t step);

// Why the last call of this thread failed, one line in French or English; empty when none
// did, and where the thread is ending. The string lives until this thread's next failing call.
// Never NULL.
const char *tomcheck_last_error(void);

// The library's version, `0.1.0`. Static. Never NULL.
const char *tomcheck_version(void);

// Begins to watch the readers: tells each as it is now, then, in automatic mode, each change as
// it comes, also when the card service stops and starts. `mode` is one of `tomcheck_mode`, `lang`
// one of `tomcheck_lang`. `call` is called with `userdata` until `tomcheck_monitor_free` returns
// (from a call back it does not wait: see there);
// it must return: an exception that leaves it ends the program (`SIGABRT`). Does not block, touches no card.
// On success `*monitor` must be freed with `tomcheck_monitor_free`.
//
// # Safety
//
// `call` may be called with `userdata` by another thread; `monitor` is NULL or may be written to.
tomcheck_status tomcheck_monitor_start(int32_t mode,
                                       int32_t lang,
                                       tomcheck_event_fn call,
                                       void *userdata,
                                       struct tomcheck_monitor **monitor);

// Reads every reader again: each is told as it is now. Does not wait for that.
tomcheck_status tomcheck_monitor_refresh(struct tomcheck_monitor *monitor);

// Watches from now on in the other way. Going over to automatic reads everything again.
tomcheck_status tomcheck_monitor_set_mode(struct tomcheck_monitor *monitor, int32_t mode);

// Ends the watch, and waits for the call back that is under way: none comes after this returns.
// Called by that call back itself it does not wait, and the call is the last. Called by another
// call back of the library it does not wait either, since two that free each other's monitors
// would wait for ever: then the call under way goes on, and `userdata` must outlive it. NULL and
// a handle that was freed do nothing.
void tomcheck_monitor_free(struct tomcheck_monitor *monitor);

// Everything at its default. Free with `tomcheck_options_free`; NULL where there is no room for
// it. Does not block.
struct tomcheck_options *tomcheck_options_new(void);

// Frees the options and wipes their code porteur. NULL and a handle that was freed do nothing.
void tomcheck_options_free(struct tomcheck_options *options);

// The service to reach: an `https://` URL, or a name that is built in (`tom`, `testssl`, `dmp`, `psc`)
// or that settings loaded before give it. Default `tom`.
//
// # Safety
//
// `target` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_target(struct tomcheck_options *options,
                                            const char *target);

// The parts to look at, separated by commas (`reader,card`), and what those need. Default: all.
// The names: `reader`, `card`, `module`, `token`, `cert`, `clock`, `browser`, `network`, `proxy`,
// `tls`.
//
// # Safety
//
// `only` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_only(struct tomcheck_options *options, const char *only);

// The parts not to look at, separated by commas. Default: none.
//
// # Safety
//
// `skip` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_skip(struct tomcheck_options *options, const char *skip);

// The PKCS#11 module, instead of the one in the standard places.
//
// # Safety
//
// `module` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_module(struct tomcheck_options *options, const char *module);

// The reader, by its name or a part of it.
//
// # Safety
//
// `reader` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_reader(struct tomcheck_options *options, const char *reader);

// A file of further trusted authorities, PEM or DER. Read when the diagnosis runs.
//
// # Safety
//
// `ca_file` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_ca_file(struct tomcheck_options *options, const char *ca_file);

// The proxy: `http://host:port`, `direct`, `pac:URL` or `wpad:`; default: what the system says.
//
// # Safety
//
// `proxy` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_proxy(struct tomcheck_options *options, const char *proxy);

// The program that loads the module, instead of `tomcheck-worker` beside the library, in
// `tomcheck/` beside it, or in `../libexec/tomcheck/`.
//
// # Safety
//
// `worker` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_worker(struct tomcheck_options *options, const char *worker);

// The code porteur, four to eight digits, copied and wiped after use. **The next diagnosis
// presents it to the card once**; without it the card signs nothing.
//
// # Safety
//
// `pin` is NULL or ends with NUL.
tomcheck_status tomcheck_options_set_pin(struct tomcheck_options *options, const char *pin);

// Whom to log in to the proxy as, where it asks; the password is copied and wiped after use.
//
// # Safety
//
// `user` and `password` are NULL or end with NUL.
tomcheck_status tomcheck_options_set_proxy_login(struct tomcheck_options *options,
                                                 const char *user,
                                                 const char *password);

// Who has the code porteur when the card is ready for it, instead of `tomcheck_options_set_pin`:
// **each diagnosis then presents it to the card once, at most**. `typed` and `on_reader` may be
// NULL, each: then nobody has it in that way. Both are called by threads of the library while a
// diagnosis runs, and never after it; so long must `userdata` be good. They must return: an
// exception that leaves one ends the program (`SIGABRT`).
//
// # Safety
//
// `typed` and `on_reader` may be called with `userdata` by any thread.
tomcheck_status tomcheck_options_set_pin_callback(struct tomcheck_options *options,
                                                  tomcheck_pin_fn typed,
                                                  tomcheck_pin_pad_fn on_reader,
                                                  void *userdata);

// Who hears how far a diagnosis is; NULL: nobody. Called as `tomcheck_progress_fn` says, while a
// diagnosis runs, and never after it; so long must `userdata` be good. It must return: an
// exception that leaves it ends the program (`SIGABRT`).
//
// # Safety
//
// `progress` may be called with `userdata` by any thread.
tomcheck_status tomcheck_options_set_progress(struct tomcheck_options *options,
                                              tomcheck_progress_fn progress,
                                              void *userdata);

// What ends a diagnosis before it is done; NULL: nothing. The cancellation may be freed at any
// time.
tomcheck_status tomcheck_options_set_cancellation(struct tomcheck_options *options,
                                                  const struct tomcheck_cancellation *cancellation);

// How long a diagnosis may take, 1 to 86400 seconds. Default 60.
tomcheck_status tomcheck_options_set_deadline(struct tomcheck_options *options, uint32_t seconds);

// The language of sentences, one of `tomcheck_lang`. Taken as a number, so that a value C
// made up is an error and nothing worse.
tomcheck_status tomcheck_options_set_lang(struct tomcheck_options *options, int32_t lang);

// Whether this process loads the module itself (1), or a process of its own does (0, the
// default). What a module breaks it breaks here then: a crash ends the program, a call that hangs
// leaves its thread behind.
tomcheck_status tomcheck_options_set_in_process(struct tomcheck_options *options, int32_t value);

// Whether the last try of the code porteur may be spent (1). Default 0: a card that has one try
// left is not asked. A wrong code locks it then.
tomcheck_status tomcheck_options_set_final_try(struct tomcheck_options *options, int32_t value);

// Whether the site is tried with further first messages also where nothing failed (1). Default 0.
tomcheck_status tomcheck_options_set_thorough(struct tomcheck_options *options, int32_t value);

// Whether `tomcheck_certs` reads the card past what the module keeps of it on disk, which it
// deletes for that (1). Default 0.
tomcheck_status tomcheck_options_set_refresh(struct tomcheck_options *options, int32_t value);

// Whether names, numbers and serial numbers stay in clear (1), or are masked (0). Default: in
// clear for `tomcheck_card` and `tomcheck_certs`, whose purpose is to show them, masked elsewhere.
tomcheck_status tomcheck_options_set_show_identity(struct tomcheck_options *options, int32_t value);

// Reads a report that was saved (`tomcheck_report_json`, or `tomcheck --json` into a file) and
// judges it by the rules of this version, in `lang`, one of `tomcheck_lang`, without the machine it
// was taken on. `TOMCHECK_BAD_VALUE` when it is none. Does not block, touches no card. On success
// `*report` must be freed with `tomcheck_report_free`.
//
// # Safety
//
// `json` is NULL or points to `length` bytes; `report` is NULL or may be written to.
tomcheck_status tomcheck_judge(const uint8_t *json,
                               size_t length,
                               int32_t lang,
                               struct tomcheck_report **report);

// Frees a report and every string asked of it. NULL and a handle that was freed do nothing.
void tomcheck_report_free(struct tomcheck_report *report);

// Whether something blocks. Does not block.
//
// # Safety
//
// `verdict` is NULL or may be written to.
tomcheck_status tomcheck_report_verdict(const struct tomcheck_report *report,
                                        tomcheck_verdict *verdict);

// The code of the one root cause, `card.absent`; NULL when nothing blocks, or for a bad handle.
const char *tomcheck_report_root_cause(const struct tomcheck_report *report);

// The whole report as JSON (`tomcheck-report/1`); NULL for a bad handle.
const char *tomcheck_report_json(const struct tomcheck_report *report);

// The report as a person reads it; NULL for a bad handle.
const char *tomcheck_report_text(const struct tomcheck_report *report);

// The report as a page of HTML that needs nothing else; NULL for a bad handle.
const char *tomcheck_report_html(const struct tomcheck_report *report);

// One value of the report, by a JSON pointer (RFC 6901: `/host/os`, `/probes/0/id`): a string as
// it is, all else as JSON. NULL where there is nothing or null, for a pointer that is NULL or no
// UTF-8, and for a bad handle.
//
// # Safety
//
// `pointer` is NULL or ends with NUL.
const char *tomcheck_report_value(const struct tomcheck_report *report, const char *pointer);

// How many elements the array or object has that stands there; else 0.
//
// # Safety
//
// `pointer` is NULL or ends with NUL.
size_t tomcheck_report_count(const struct tomcheck_report *report, const char *pointer);

// Runs the whole diagnosis. Blocks until its deadline at most, and as long as the code porteur is
// typed; touches the card, and presents the code porteur once if there is one. On success
// `*report` must be freed with `tomcheck_report_free`. That something blocks is a success: see
// `tomcheck_report_verdict`.
//
// # Safety
//
// `report` is NULL or may be written to.
tomcheck_status tomcheck_diagnose(struct tomcheck_options *options,
                                  struct tomcheck_report **report);

// Reads the card in the reader: what it is, whose, its tries left; no site, no code porteur.
// Blocks until the deadline at most; touches the card. Its facts are the key `/card` of the
// report.
//
// # Safety
//
// `report` is NULL or may be written to.
tomcheck_status tomcheck_card(struct tomcheck_options *options, struct tomcheck_report **report);

// Lists the certificates: those of the card, where each is on this machine, and under which
// authorities. Blocks until the deadline at most; touches the card. They are the key `/certs` of
// the report.
//
// # Safety
//
// `report` is NULL or may be written to.
tomcheck_status tomcheck_certs(struct tomcheck_options *options, struct tomcheck_report **report);

// Says which proxy applies to `url` (or a name, as `tomcheck_options_set_target` takes one), by which
// setting, and what it answers. Blocks until the deadline at most; touches no card. The proxy is the
// value `/proxy/effective` of the report.
//
// # Safety
//
// `url` is NULL or ends with NUL; `report` is NULL or may be written to.
tomcheck_status tomcheck_proxy(struct tomcheck_options *options,
                               const char *url,
                               struct tomcheck_report **report);

// Examines the handshake with `url` (or a name, as `tomcheck_options_set_target` takes one), with the
// card where the options themselves name something of it: its reader, its module, its code porteur.
// Blocks until the deadline at most; touches the card in that case only. Its facts are the key `/tls` of the report.
//
// # Safety
//
// `url` is NULL or ends with NUL; `report` is NULL or may be written to.
tomcheck_status tomcheck_tls(struct tomcheck_options *options,
                             const char *url,
                             struct tomcheck_report **report);

// Takes what the settings say, as the command `tomcheck` does (docs/config.md): the user's file
// and the machine's, or the one at `path` instead of both, then this process's variables
// `TOMCHECK_…`, which win. `path` NULL or empty: the file that `TOMCHECK_CONFIG` names, else those
// two. What the options say themselves wins in any case, and what only the command has (colours, …)
// has no effect. Names of services are known from then on: `tomcheck_options_set_target` takes them.
// Called again it reads everything anew.
//
// `TOMCHECK_FAILED`: the file cannot be read. `TOMCHECK_BAD_VALUE`: something in it, or in a variable,
// is not known or will not do; `tomcheck_last_error` names the place, and the nearest name. The
// options stay as they were then. A file of the machine's that others than the administrator may
// write to is not read. Blocks for two small files; runs and loads nothing, touches no card.
//
// # Safety
//
// `path` is NULL or ends with NUL.
tomcheck_status tomcheck_options_load_settings(struct tomcheck_options *options,
                                               const char *path);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TOMCHECK_H */

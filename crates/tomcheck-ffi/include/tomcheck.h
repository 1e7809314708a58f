/* libtomcheck: why does a CPx card not open its service? Made by cbindgen; do not edit. */

#ifndef TOMCHECK_H
#define TOMCHECK_H

#include <stdint.h>

// How a call ended. Numbers are forever.
typedef enum tomcheck_status {
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
  // A bug in tomcheck; the handle must only be freed.
  TOMCHECK_PANICKED = 5,
} tomcheck_status;

// Whether something blocks. Numbers are forever.
typedef enum tomcheck_verdict {
  // Nothing to say.
  TOMCHECK_VERDICT_OK = 0,
  // Nothing blocks, something will bite.
  TOMCHECK_VERDICT_WARNING = 1,
  // Something blocks.
  TOMCHECK_VERDICT_BLOCKED = 2,
  // What had to be looked at could not be.
  TOMCHECK_VERDICT_UNDETERMINED = 3,
} tomcheck_verdict;

// The language of sentences.
typedef enum tomcheck_lang {
  // French, the default.
  TOMCHECK_FR = 0,
  // English.
  TOMCHECK_EN = 1,
} tomcheck_lang;

// What a diagnosis is told. Opaque.
typedef struct tomcheck_options tomcheck_options;

// A report. Opaque.
typedef struct tomcheck_report tomcheck_report;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Why the last call of this thread failed, one line in French or English; empty when none
// did. The string lives until this thread's next failing call. Never NULL.
const char *tomcheck_last_error(void);

// The library's version, `0.1.0`. Static. Never NULL.
const char *tomcheck_version(void);

// Everything at its default. Free with `tomcheck_options_free`.
struct tomcheck_options *tomcheck_options_new(void);

// Frees the options and wipes their code porteur.
//
// # Safety
//
// `options` is NULL or came from `tomcheck_options_new` and was not freed yet.
void tomcheck_options_free(struct tomcheck_options *options);

// The service to reach: `tom`, or an `https://` URL. Default `tom`.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `target` is NULL or ends with NUL.
enum tomcheck_status tomcheck_options_set_target(struct tomcheck_options *options,
                                                 const char *target);

// The PKCS#11 module, instead of the one in the standard places.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `module` is NULL or ends with NUL.
enum tomcheck_status tomcheck_options_set_module(struct tomcheck_options *options,
                                                 const char *module);

// The reader, by its name or a part of it.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `reader` is NULL or ends with NUL.
enum tomcheck_status tomcheck_options_set_reader(struct tomcheck_options *options,
                                                 const char *reader);

// A file of further trusted authorities, PEM or DER. Read when the diagnosis runs.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `ca_file` is NULL or ends with NUL.
enum tomcheck_status tomcheck_options_set_ca_file(struct tomcheck_options *options,
                                                  const char *ca_file);

// The proxy: `http://host:port`, `direct`, `pac:URL` or `wpad:`; default: what the system says.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `proxy` is NULL or ends with NUL.
enum tomcheck_status tomcheck_options_set_proxy(struct tomcheck_options *options,
                                                const char *proxy);

// The program that loads the module, instead of `tomcheck-worker` beside the library.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `worker` is NULL or ends with NUL.
enum tomcheck_status tomcheck_options_set_worker(struct tomcheck_options *options,
                                                 const char *worker);

// The code porteur, four to eight digits, copied and wiped after use. **The next diagnosis
// presents it to the card once**; without it the card signs nothing.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `pin` is NULL or ends with NUL.
enum tomcheck_status tomcheck_options_set_pin(struct tomcheck_options *options, const char *pin);

// How long a diagnosis may take, 1 to 86400 seconds. Default 60.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread.
enum tomcheck_status tomcheck_options_set_deadline(struct tomcheck_options *options,
                                                   uint32_t seconds);

// The language of sentences, one of `tomcheck_lang`. Taken as a number, so that a value C
// made up is an error and nothing worse.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread.
enum tomcheck_status tomcheck_options_set_lang(struct tomcheck_options *options, int32_t lang);

// Runs the whole diagnosis. Blocks until its deadline at most; touches the card, and presents
// the code porteur once if one was set. On success `*report` must be freed with
// `tomcheck_report_free`. That something blocks is a success: see `tomcheck_report_verdict`.
//
// # Safety
//
// `options` is NULL or valid and not used by another thread; `report` is NULL or may be
// written to.
enum tomcheck_status tomcheck_diagnose(struct tomcheck_options *options,
                                       struct tomcheck_report **report);

// Frees a report and every string asked of it.
//
// # Safety
//
// `report` is NULL or came from this library and was not freed yet.
void tomcheck_report_free(struct tomcheck_report *report);

// Whether something blocks.
//
// # Safety
//
// `report` is NULL or valid; `verdict` is NULL or may be written to.
enum tomcheck_status tomcheck_report_verdict(const struct tomcheck_report *report,
                                             enum tomcheck_verdict *verdict);

// The code of the one root cause, `card.absent`; NULL when nothing blocks or `report` is NULL.
//
// # Safety
//
// `report` is NULL or valid.
const char *tomcheck_report_root_cause(const struct tomcheck_report *report);

// The whole report as JSON (`tomcheck-report/1`); NULL when `report` is NULL.
//
// # Safety
//
// `report` is NULL or valid.
const char *tomcheck_report_json(const struct tomcheck_report *report);

// The report as a person reads it; NULL when `report` is NULL.
//
// # Safety
//
// `report` is NULL or valid.
const char *tomcheck_report_text(const struct tomcheck_report *report);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TOMCHECK_H */

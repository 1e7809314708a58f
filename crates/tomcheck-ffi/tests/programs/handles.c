/* NULL, bad UTF-8, values out of range, handles that were freed, are of something else, or were made up. */
#include <stdint.h>
#include <stdlib.h>

#include "expect.h"

static int nulls(tomcheck_options *options) {
    tomcheck_report *report = NULL;
    tomcheck_answer *answer = NULL;
    tomcheck_monitor *monitor = NULL;
    tomcheck_verdict verdict = TOMCHECK_VERDICT_WARNING;
    EXPECT(tomcheck_options_set_target(NULL, "tom") == TOMCHECK_NULL_POINTER);
    EXPECT(strcmp(tomcheck_last_error(), "options is NULL") == 0);
    EXPECT(tomcheck_options_set_target(options, NULL) == TOMCHECK_NULL_POINTER);
    EXPECT(strcmp(tomcheck_last_error(), "target is NULL") == 0);
    EXPECT(tomcheck_options_set_proxy_login(options, "name", NULL) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_options_set_progress(options, NULL, NULL) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_pin_callback(options, NULL, NULL, NULL) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_cancellation(options, NULL) == TOMCHECK_OK);
    EXPECT(tomcheck_diagnose(NULL, &report) == TOMCHECK_NULL_POINTER && report == NULL);
    EXPECT(tomcheck_diagnose(options, NULL) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_card(NULL, &report) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_certs(NULL, &report) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_tls(options, NULL, &report) == TOMCHECK_NULL_POINTER && report == NULL);
    EXPECT(tomcheck_proxy(options, NULL, &report) == TOMCHECK_NULL_POINTER && report == NULL);
    EXPECT(tomcheck_report_verdict(NULL, &verdict) == TOMCHECK_NULL_POINTER && verdict == TOMCHECK_VERDICT_WARNING);
    EXPECT(tomcheck_report_json(NULL) == NULL && tomcheck_report_text(NULL) == NULL);
    EXPECT(tomcheck_report_html(NULL) == NULL);
    EXPECT(tomcheck_report_root_cause(NULL) == NULL && tomcheck_report_value(NULL, "") == NULL);
    EXPECT(tomcheck_report_count(NULL, "") == 0 && tomcheck_finding_count(NULL) == 0);
    EXPECT(tomcheck_finding_code(NULL, 0) == NULL && tomcheck_finding_severity(NULL, 0) == TOMCHECK_SEVERITY_NONE);
    EXPECT(tomcheck_finding_audience(NULL, 0) == TOMCHECK_FOR_NOBODY && tomcheck_finding_step(NULL, 0, 0) == NULL);
    EXPECT(tomcheck_explain(NULL, TOMCHECK_FR, &answer) == TOMCHECK_NULL_POINTER && answer == NULL);
    EXPECT(tomcheck_explain("407", TOMCHECK_FR, NULL) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_identify(NULL, TOMCHECK_FR, &answer) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_identify_file(NULL, 7, TOMCHECK_FR, &answer) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_identify_file(NULL, 0, TOMCHECK_FR, &answer) == TOMCHECK_BAD_VALUE && answer == NULL);
    EXPECT(tomcheck_trace(NULL, 7, NULL, TOMCHECK_FR, &report) == TOMCHECK_NULL_POINTER && report == NULL);
    EXPECT(tomcheck_answer_json(NULL) == NULL && tomcheck_answer_text(NULL) == NULL);
    EXPECT(tomcheck_answer_value(NULL, "") == NULL && tomcheck_answer_count(NULL, "") == 0);
    EXPECT(tomcheck_cancel(NULL) == TOMCHECK_NULL_POINTER && tomcheck_is_cancelled(NULL) == 0);
    EXPECT(tomcheck_monitor_start(TOMCHECK_MANUAL, TOMCHECK_FR, NULL, NULL, &monitor) == TOMCHECK_NULL_POINTER);
    EXPECT(monitor == NULL && tomcheck_monitor_refresh(NULL) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_monitor_set_mode(NULL, TOMCHECK_MANUAL) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_event_state(NULL) == TOMCHECK_STATE_NONE && tomcheck_event_cause(NULL) == TOMCHECK_CAUSE_NONE);
    EXPECT(tomcheck_event_text(NULL) == NULL && tomcheck_event_keep(NULL, NULL) == TOMCHECK_NULL_POINTER);
    tomcheck_options_free(NULL);
    tomcheck_report_free(NULL);
    tomcheck_answer_free(NULL);
    tomcheck_cancellation_free(NULL);
    tomcheck_monitor_free(NULL);
    tomcheck_event_free(NULL);
    return 0;
}

static int values(tomcheck_options *options) {
    EXPECT(tomcheck_options_set_reader(options, "\xff") == TOMCHECK_NOT_UTF8);
    EXPECT(tomcheck_options_set_reader(options, "caf\xc3") == TOMCHECK_NOT_UTF8);
    EXPECT(tomcheck_options_set_pin(options, "123") == TOMCHECK_BAD_VALUE);
    EXPECT(strstr(tomcheck_last_error(), "123") == NULL);
    EXPECT(tomcheck_options_set_proxy(options, "http://:3128") == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_options_set_target(options, "http://example.test/") == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_options_set_only(options, "reader,nonsense") == TOMCHECK_BAD_VALUE);
    EXPECT(strstr(tomcheck_last_error(), "nonsense") != NULL);
    EXPECT(tomcheck_options_set_only(options, "reader, card") == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_deadline(options, 0) == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_options_set_lang(options, 7) == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_options_set_lang(options, TOMCHECK_EN) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_in_process(options, 2) == TOMCHECK_BAD_VALUE);
    EXPECT(strchr(tomcheck_version(), '.') != NULL);
    EXPECT(tomcheck_code_count() > 90 && tomcheck_code(tomcheck_code_count()) == NULL);
    for (size_t i = 0; i < tomcheck_code_count(); i++) {
        EXPECT(strchr(tomcheck_code(i), '.') != NULL);
    }
    return 0;
}

static int freed(void) {
    tomcheck_options *options = tomcheck_options_new(), *next = NULL;
    tomcheck_report *report = NULL;
    tomcheck_options_free(options);
    tomcheck_options_free(options);
    EXPECT(tomcheck_options_set_target(options, "tom") == TOMCHECK_BAD_HANDLE);
    EXPECT(tomcheck_diagnose(options, &report) == TOMCHECK_BAD_HANDLE && report == NULL);
    /* The place is used again, by another handle. */
    next = tomcheck_options_new();
    EXPECT(next != options && tomcheck_options_set_target(options, "tom") == TOMCHECK_BAD_HANDLE);
    tomcheck_options_free(options);
    EXPECT(tomcheck_options_set_target(next, "tom") == TOMCHECK_OK);
    /* A handle of something else. */
    EXPECT(tomcheck_cancel((tomcheck_cancellation *)next) == TOMCHECK_BAD_HANDLE);
    EXPECT(tomcheck_report_json((const tomcheck_report *)next) == NULL);
    tomcheck_report_free((tomcheck_report *)next);
    EXPECT(tomcheck_options_set_target(next, "tom") == TOMCHECK_OK);
    tomcheck_options_free(next);
    return 0;
}

/* Numbers, and addresses of things that are there. */
static int made_up(void) {
    int here = 0;
    char *there = malloc(64);
    const uintptr_t numbers[] = {1, 2, 3, 0xffff, 0x1000000, UINTPTR_MAX, UINTPTR_MAX / 2, (uintptr_t)&here, (uintptr_t)there};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        void *handle = (void *)numbers[i];
        EXPECT(tomcheck_options_set_target(handle, "tom") == TOMCHECK_BAD_HANDLE);
        EXPECT(tomcheck_report_text(handle) == NULL && tomcheck_finding_count(handle) == 0);
        EXPECT(tomcheck_monitor_refresh(handle) == TOMCHECK_BAD_HANDLE);
        EXPECT(tomcheck_event_json(handle) == NULL && tomcheck_answer_json(handle) == NULL);
        tomcheck_options_free(handle);
        tomcheck_report_free(handle);
        tomcheck_answer_free(handle);
        tomcheck_event_free(handle);
        tomcheck_monitor_free(handle);
        tomcheck_cancellation_free(handle);
    }
    free(there);
    return 0;
}

/* What needs neither card nor network. */
static int answers(void) {
    static const char log[] = "TCP_DENIED/407 3950 CONNECT tom.esante.gouv.fr:443 - HIER_NONE/- text/html\n";
    tomcheck_answer *answer = NULL;
    tomcheck_report *report = NULL, *judged = NULL;
    const char *value = NULL;
    EXPECT(tomcheck_explain("0x8010001D", TOMCHECK_EN, &answer) == TOMCHECK_OK);
    value = tomcheck_answer_value(answer, "/0/findings/0/code");
    EXPECT(value != NULL && strcmp(value, "reader.service-stopped") == 0);
    EXPECT(tomcheck_answer_count(answer, "") == 1 && strlen(tomcheck_answer_text(answer)) > 0);
    EXPECT(tomcheck_answer_value(answer, "/0/nothing") == NULL && tomcheck_answer_json(answer)[0] == '[');
    tomcheck_answer_free(answer);
    EXPECT(tomcheck_explain("CKR_PIN_LOCKT", TOMCHECK_EN, &answer) == TOMCHECK_OK);
    EXPECT(tomcheck_answer_value(answer, "/0/family") == NULL && tomcheck_answer_count(answer, "/0/nearest") > 0);
    tomcheck_answer_free(answer);
    EXPECT(tomcheck_identify("3620100842/01417", TOMCHECK_FR, &answer) == TOMCHECK_OK);
    value = tomcheck_answer_value(answer, "/0/kind");
    EXPECT(value != NULL && strcmp(value, "finess-registre") == 0);
    tomcheck_answer_free(answer);
    EXPECT(tomcheck_identify_file((const uint8_t *)log, sizeof log - 1, TOMCHECK_FR, &answer) == TOMCHECK_BAD_VALUE);
    EXPECT(tomcheck_trace((const uint8_t *)log, sizeof log - 1, "access.log", TOMCHECK_FR, &report) == TOMCHECK_OK);
    value = tomcheck_report_root_cause(report);
    EXPECT(value != NULL && strcmp(value, "proxy.authentication-required") == 0);
    value = tomcheck_report_value(report, "/trace/files/0/path");
    EXPECT(value != NULL && strcmp(value, "access.log") == 0);
    EXPECT(tomcheck_finding_severity(report, 0) == TOMCHECK_SEVERITY_FAULT);
    EXPECT(tomcheck_finding_audience(report, 0) == TOMCHECK_FOR_NETWORK_ADMIN);
    EXPECT(tomcheck_finding_step_count(report, 0) > 0 && tomcheck_finding_evidence_count(report, 0) > 0);
    EXPECT(tomcheck_finding_step(report, 0, 99) == NULL && tomcheck_finding_code(report, 99) == NULL);
    EXPECT(tomcheck_finding_evidence_key(report, 0, 0) != NULL && tomcheck_finding_evidence_key(report, 0, 99) == NULL);
    EXPECT(strncmp(tomcheck_report_html(report), "<!DOCTYPE html>", 15) == 0);
    /* The same again, from what it was saved as, in the other language. */
    value = tomcheck_report_json(report);
    EXPECT(tomcheck_judge((const uint8_t *)value, strlen(value), TOMCHECK_EN, &judged) == TOMCHECK_OK);
    value = tomcheck_report_root_cause(judged);
    EXPECT(value != NULL && strcmp(value, "proxy.authentication-required") == 0);
    EXPECT(strcmp(tomcheck_finding_title(judged, 0), tomcheck_finding_title(report, 0)) != 0);
    tomcheck_report_free(judged);
    EXPECT(tomcheck_judge((const uint8_t *)"{}", 2, TOMCHECK_EN, &judged) == TOMCHECK_BAD_VALUE);
    tomcheck_report_free(report);
    EXPECT(tomcheck_report_json(report) == NULL);
    return 0;
}

int main(void) {
    tomcheck_options *options = tomcheck_options_new();
    const int failed = nulls(options) || values(options) || freed() || made_up() || answers();
    tomcheck_options_free(options);
    return failed;
}

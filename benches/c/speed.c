/* How long it takes to read a finding, and a value by its pointer: see benches/README.md. */
#include <stdio.h>
#include <time.h>

#include "tomcheck.h"

#define ROUNDS 1000000

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double accessors(const tomcheck_report *report) {
    const double began = now();
    size_t length = 0;
    for (int i = 0; i < ROUNDS; i++) {
        length += tomcheck_finding_code(report, 0) != NULL;
    }
    return length == ROUNDS ? (now() - began) / ROUNDS * 1e9 : -1;
}

static double values(const tomcheck_report *report) {
    const double began = now();
    size_t length = 0;
    for (int i = 0; i < ROUNDS; i++) {
        length += tomcheck_report_value(report, "/trace/files/0/path") != NULL;
    }
    return length == ROUNDS ? (now() - began) / ROUNDS * 1e9 : -1;
}

int main(void) {
    static const char log[] = "TCP_DENIED/407 3950 CONNECT tom.esante.gouv.fr:443 - HIER_NONE/- text/html\n";
    tomcheck_report *report = NULL;
    if (tomcheck_trace((const uint8_t *)log, sizeof log - 1, NULL, TOMCHECK_FR, &report) != TOMCHECK_OK) {
        return 1;
    }
    printf("finding code: %.0f ns, value by pointer: %.0f ns\n", accessors(report), values(report));
    tomcheck_report_free(report);
    return 0;
}

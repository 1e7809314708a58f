/* Runs a diagnosis and says what blocks, why, and what to do about it.
 *
 *   diagnose [URL [MODULE [CA_FILE [PROXY [WORKER]]]]]      ("-" leaves one at its default)
 *
 *   cc diagnose.c $(pkg-config --cflags --libs tomcheck)
 *
 * Ends with 0 when nothing blocks, 1 when something does, 2 when it could not be told. */
#include <stdio.h>
#include <string.h>

#include "tomcheck.h"

typedef tomcheck_status (*setter)(tomcheck_options *, const char *);

static int refused(const char *what) {
    fprintf(stderr, "%s: %s\n", what, tomcheck_last_error());
    return 2;
}

static int set_all(tomcheck_options *options, int count, char **values) {
    static const setter setters[] = {
        tomcheck_options_set_target, tomcheck_options_set_module, tomcheck_options_set_ca_file,
        tomcheck_options_set_proxy,  tomcheck_options_set_worker,
    };
    const int most = (int)(sizeof setters / sizeof setters[0]);
    for (int i = 0; i < count && i < most; i++) {
        if (strcmp(values[i], "-") != 0 && setters[i](options, values[i]) != TOMCHECK_OK) {
            return refused(values[i]);
        }
    }
    return 0;
}

/* Called by threads of the library, one call at a time. */
static void hear(void *userdata, const char *probe, int32_t status, uint32_t done, uint32_t of) {
    (void)userdata;
    (void)done;
    (void)of;
    if (status == TOMCHECK_PROBE_BEGINS) {
        fprintf(stderr, "%s ...\n", probe);
    }
}

static void tell_finding(const tomcheck_report *report, size_t finding) {
    printf("%s (%s): %s\n", tomcheck_finding_code(report, finding), tomcheck_finding_layer(report, finding),
           tomcheck_finding_title(report, finding));
    for (size_t i = 0; i < tomcheck_finding_evidence_count(report, finding); i++) {
        printf("    %s = %s\n", tomcheck_finding_evidence_label(report, finding, i),
               tomcheck_finding_evidence_value(report, finding, i));
    }
    for (size_t i = 0; i < tomcheck_finding_step_count(report, finding); i++) {
        printf("  %u. %s\n", (unsigned)(i + 1), tomcheck_finding_step(report, finding, i));
    }
}

static int tell(const tomcheck_report *report) {
    tomcheck_verdict verdict = TOMCHECK_VERDICT_UNDETERMINED;
    if (tomcheck_report_verdict(report, &verdict) != TOMCHECK_OK) {
        return refused("verdict");
    }
    const char *cause = tomcheck_report_root_cause(report);
    printf("root cause: %s\n", cause != NULL ? cause : "none");
    for (size_t i = 0; i < tomcheck_finding_count(report); i++) {
        tell_finding(report, i);
    }
    return verdict == TOMCHECK_VERDICT_BLOCKED ? 1 : verdict == TOMCHECK_VERDICT_UNDETERMINED ? 2 : 0;
}

int main(int argc, char **argv) {
    tomcheck_options *options = tomcheck_options_new();
    tomcheck_report *report = NULL;
    tomcheck_options_set_progress(options, hear, NULL);
    int status = set_all(options, argc - 1, argv + 1);
    if (status == 0) {
        status = tomcheck_diagnose(options, &report) == TOMCHECK_OK ? tell(report) : refused("tomcheck");
    }
    tomcheck_report_free(report);
    tomcheck_options_free(options);
    return status;
}

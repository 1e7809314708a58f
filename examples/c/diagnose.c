/* Runs a diagnosis and says what blocks.
 *
 *   diagnose [URL [MODULE [CA_FILE [PROXY [WORKER]]]]]      ("-" leaves one at its default)
 *
 * Ends with 0 when nothing blocks, 1 when something does, 2 when it could not be told. */
#include <stdio.h>
#include <string.h>

#include "tomcheck.h"

typedef enum tomcheck_status (*setter)(struct tomcheck_options *, const char *);

static int refused(const char *what) {
    fprintf(stderr, "%s: %s\n", what, tomcheck_last_error());
    return 2;
}

static int set_all(struct tomcheck_options *options, int count, char **values) {
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

static int tell(const struct tomcheck_report *report) {
    enum tomcheck_verdict verdict = TOMCHECK_VERDICT_UNDETERMINED;
    if (tomcheck_report_verdict(report, &verdict) != TOMCHECK_OK) {
        return refused("verdict");
    }
    const char *cause = tomcheck_report_root_cause(report);
    printf("root cause: %s\n", cause != NULL ? cause : "none");
    printf("%s", tomcheck_report_text(report));
    return verdict == TOMCHECK_VERDICT_BLOCKED ? 1 : verdict == TOMCHECK_VERDICT_UNDETERMINED ? 2 : 0;
}

int main(int argc, char **argv) {
    struct tomcheck_options *options = tomcheck_options_new();
    struct tomcheck_report *report = NULL;
    int status = set_all(options, argc - 1, argv + 1);
    if (status == 0) {
        status = tomcheck_diagnose(options, &report) == TOMCHECK_OK ? tell(report) : refused("tomcheck");
    }
    tomcheck_report_free(report);
    tomcheck_options_free(options);
    return status;
}

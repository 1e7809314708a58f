/* Diagnoses the virtual workstation, reads everything there is to read, and prints the root cause.
 *
 *   scenario TARGET MODULE CA_FILE PROXY WORKER PIN THREADS ROUNDS
 *
 * Each of the threads makes so many diagnoses; with more than one they have no code porteur. Each begins
 * TOMCHECK_TEST_APART seconds after the one before, where that is set. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "expect.h"

typedef struct {
    char **argv;
    atomic_uint begun, ended, asked, refused, deadly, threads;
    char cause[80];
    pthread_mutex_t lock;
    int failed;
} bench;

/* A worker that dies closes its pipe: SIGPIPE must not end a program that knows nothing of that. */
static int pipe_signal_is_deadly(void) {
    sigset_t mask;
    return pthread_sigmask(SIG_BLOCK, NULL, &mask) != 0 || sigismember(&mask, SIGPIPE) != 1;
}

static void hear(void *userdata, const char *probe, int32_t status, uint32_t done, uint32_t of) {
    bench *bench = userdata;
    tomcheck_report *report = NULL;
    tomcheck_options *options = tomcheck_options_new();
    (void)done;
    (void)of;
    atomic_fetch_add(status == TOMCHECK_PROBE_BEGINS ? &bench->begun : &bench->ended, strlen(probe) > 0);
    atomic_fetch_add(&bench->deadly, pipe_signal_is_deadly());
    /* What does not block may be called here, what blocks is refused. */
    if (tomcheck_options_set_target(options, "tom") == TOMCHECK_OK && tomcheck_diagnose(options, &report) == TOMCHECK_REENTERED) {
        atomic_fetch_add(&bench->refused, 1);
    }
    tomcheck_options_free(options);
}

static int32_t type(void *userdata, char *pin, size_t size) {
    bench *bench = userdata;
    atomic_fetch_add(&bench->asked, 1);
    if (strlen(bench->argv[6]) >= size) {
        return 0;
    }
    strcpy(pin, bench->argv[6]);
    return 1;
}

static size_t length(const char *text) { return text != NULL ? strlen(text) : 0; }

static int read_all(const tomcheck_report *report) {
    EXPECT(length(tomcheck_report_json(report)) > 1000 && length(tomcheck_report_text(report)) > 100);
    EXPECT(tomcheck_report_count(report, "/probes") > 5);
    for (size_t i = 0; i < tomcheck_finding_count(report); i++) {
        EXPECT(length(tomcheck_finding_code(report, i)) > 0 && length(tomcheck_finding_layer(report, i)) > 0);
        EXPECT(length(tomcheck_finding_title(report, i)) > 0 && length(tomcheck_finding_doc(report, i)) > 0);
        EXPECT(tomcheck_finding_severity(report, i) != TOMCHECK_SEVERITY_NONE);
        EXPECT(tomcheck_finding_audience(report, i) != TOMCHECK_FOR_NOBODY);
        (void)length(tomcheck_finding_note(report, i));
        (void)length(tomcheck_finding_consequence_of(report, i));
        for (size_t j = 0; j < tomcheck_finding_evidence_count(report, i); j++) {
            EXPECT(length(tomcheck_finding_evidence_label(report, i, j)) > 0);
            EXPECT(tomcheck_finding_evidence_value(report, i, j) != NULL);
        }
        for (size_t j = 0; j < tomcheck_finding_step_count(report, i); j++) {
            EXPECT(length(tomcheck_finding_step(report, i, j)) > 0);
        }
    }
    return 0;
}

static int diagnose(bench *bench, int with_pin) {
    char **argv = bench->argv;
    tomcheck_options *options = tomcheck_options_new();
    tomcheck_report *report = NULL;
    const char *cause = NULL;
    EXPECT(tomcheck_options_set_target(options, argv[1]) == TOMCHECK_OK);
    EXPECT(strcmp(argv[2], "-") == 0 || tomcheck_options_set_module(options, argv[2]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_ca_file(options, argv[3]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_proxy(options, argv[4]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_worker(options, argv[5]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_progress(options, hear, bench) == TOMCHECK_OK);
    if (with_pin) {
        EXPECT(tomcheck_options_set_pin_callback(options, type, NULL, bench) == TOMCHECK_OK);
    }
    EXPECT(tomcheck_diagnose(options, &report) == TOMCHECK_OK);
    EXPECT(read_all(report) == 0);
    EXPECT(pipe_signal_is_deadly() && atomic_load(&bench->deadly) == 0);
    cause = tomcheck_report_root_cause(report);
    pthread_mutex_lock(&bench->lock);
    strncpy(bench->cause, cause != NULL ? cause : "none", sizeof bench->cause - 1);
    pthread_mutex_unlock(&bench->lock);
    tomcheck_options_free(options);
    tomcheck_report_free(report);
    return 0;
}

static void *work(void *userdata) {
    bench *bench = userdata;
    const int threads = atoi(bench->argv[7]), rounds = atoi(bench->argv[8]);
    const char *apart = getenv("TOMCHECK_TEST_APART");
    const unsigned before = atomic_fetch_add(&bench->threads, 1);
    sleep(apart != NULL ? before * (unsigned)atoi(apart) : 0);
    for (int i = 0; i < rounds; i++) {
        if (diagnose(bench, threads == 1) != 0) {
            pthread_mutex_lock(&bench->lock);
            bench->failed = 1;
            pthread_mutex_unlock(&bench->lock);
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    bench bench = {.argv = argv, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[64];
    int count = 0;
    EXPECT(argc == 9);
    count = atoi(argv[7]);
    EXPECT(count > 0 && count <= 64);
    for (int i = 0; i < count; i++) {
        EXPECT(pthread_create(&threads[i], NULL, work, &bench) == 0);
    }
    for (int i = 0; i < count; i++) {
        EXPECT(pthread_join(threads[i], NULL) == 0);
    }
    EXPECT(!bench.failed);
    EXPECT(atomic_load(&bench.begun) > 0 && atomic_load(&bench.ended) > 0);
    EXPECT(atomic_load(&bench.refused) == atomic_load(&bench.begun) + atomic_load(&bench.ended));
    EXPECT(atomic_load(&bench.asked) <= (count == 1 ? 1U : 0U));
    printf("%s\n", bench.cause);
    return 0;
}

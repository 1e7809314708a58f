/* A diagnosis is cancelled while it is under way, from another thread and from its own call back, and before it began.
 *
 *   cancel TARGET MODULE CA_FILE PROXY WORKER PROBE SECONDS
 *
 * Cancelled when PROBE begins, it must return within SECONDS, long before PROBE would give up by itself. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "expect.h"

typedef struct {
    const char *probe;
    tomcheck_cancellation *cancellation;
    atomic_int begun, went_on;
    atomic_llong cancelled_at;
    int by_call_back;
} run;

/* Milliseconds on a clock that nobody sets. */
static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void end_it(run *run) {
    atomic_store(&run->cancelled_at, now());
    tomcheck_cancel(run->cancellation);
}

/* Two threads look: one from the reader to the certificate, one at the network. Revocation is the network's. */
static int is_of_network(const char *probe) {
    const char *const theirs[] = {"network.", "proxy.", "tls.", "cert.revocation"};
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) {
        if (strncmp(probe, theirs[i], strlen(theirs[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

static void hear(void *userdata, const char *probe, int32_t status, uint32_t done, uint32_t of) {
    run *run = userdata;
    (void)done;
    (void)of;
    if (status == TOMCHECK_PROBE_BEGINS && strcmp(probe, run->probe) == 0) {
        if (run->by_call_back) {
            end_it(run);
        }
        atomic_store(&run->begun, 1);
    } else if (status == TOMCHECK_PROBE_BEGINS && tomcheck_is_cancelled(run->cancellation) == 1 && strcmp(probe, "cert.revocation") != 0 &&
               is_of_network(probe) == is_of_network(run->probe)) {
        /* The other thread may be anywhere, and so may the one that asks the authority. */
        fprintf(stderr, "%s begins\n", probe);
        atomic_store(&run->went_on, 1);
    }
}

/* From another thread, a moment after it began. */
static void *cancel(void *userdata) {
    run *run = userdata;
    const struct timespec moment = {0, 20 * 1000 * 1000};
    while (!atomic_load(&run->begun)) {
        nanosleep(&moment, NULL);
    }
    nanosleep(&moment, NULL);
    end_it(run);
    return NULL;
}

static int diagnose(char **argv, int by_call_back) {
    run run = {.probe = argv[6], .cancellation = tomcheck_cancellation_new(), .by_call_back = by_call_back};
    tomcheck_options *options = tomcheck_options_new();
    tomcheck_report *report = NULL;
    pthread_t thread;
    EXPECT(tomcheck_options_set_target(options, argv[1]) == TOMCHECK_OK);
    EXPECT(strcmp(argv[2], "-") == 0 || tomcheck_options_set_module(options, argv[2]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_ca_file(options, argv[3]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_proxy(options, argv[4]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_worker(options, argv[5]) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_progress(options, hear, &run) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_cancellation(options, run.cancellation) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_deadline(options, 3600) == TOMCHECK_OK);
    if (!by_call_back) {
        EXPECT(pthread_create(&thread, NULL, cancel, &run) == 0);
    }
    EXPECT(tomcheck_diagnose(options, &report) == TOMCHECK_CANCELLED && report == NULL);
    EXPECT(now() - atomic_load(&run.cancelled_at) < atoi(argv[7]) * 1000LL);
    EXPECT(atomic_load(&run.begun) == 1);
    EXPECT(atomic_load(&run.went_on) == 0);
    if (!by_call_back) {
        EXPECT(pthread_join(thread, NULL) == 0);
    }
    EXPECT(tomcheck_is_cancelled(run.cancellation) == 1);
    /* What was cancelled stays so. */
    atomic_store(&run.begun, 0);
    EXPECT(tomcheck_diagnose(options, &report) == TOMCHECK_CANCELLED && atomic_load(&run.begun) == 0);
    tomcheck_cancellation_free(run.cancellation);
    tomcheck_options_free(options);
    return 0;
}

int main(int argc, char **argv) {
    EXPECT(argc == 8);
    return diagnose(argv, 1) || diagnose(argv, 0);
}

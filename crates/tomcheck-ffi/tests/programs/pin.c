/* What a function that has the code porteur may hand over, and what comes of it.
 *
 *   pin typed MODULE WORKER          nothing that is no code porteur reaches the card; then the right one does, once
 *   pin reader yes|no MODULE WORKER  the reader has keys: the holder is told to type there; prints how the login ended */
#include <stdatomic.h>
#include <stdlib.h>

#include "expect.h"

typedef struct {
    const char *code;
    size_t length;
    int wants;
    atomic_uint typed, told;
    atomic_uint seconds;
} holder;

/* As much as there is room for, without an end where there is none. */
static int32_t type(void *userdata, char *pin, size_t size) {
    holder *holder = userdata;
    memcpy(pin, holder->code, holder->length < size ? holder->length : size);
    atomic_fetch_add(&holder->typed, 1);
    return 1;
}

static int32_t tell(void *userdata, uint32_t seconds) {
    holder *holder = userdata;
    atomic_store(&holder->seconds, seconds);
    atomic_fetch_add(&holder->told, 1);
    return holder->wants;
}

static tomcheck_options *options_of(const char *module, const char *worker) {
    tomcheck_options *options = tomcheck_options_new();
    return tomcheck_options_set_module(options, module) == TOMCHECK_OK && tomcheck_options_set_worker(options, worker) == TOMCHECK_OK
               ? options
               : NULL;
}

/* How the probe ended that presents the code. */
static const char *login(const tomcheck_report *report) {
    for (size_t i = 0; i < tomcheck_report_count(report, "/probes"); i++) {
        char place[64];
        snprintf(place, sizeof place, "/probes/%u/id", (unsigned)i);
        const char *id = tomcheck_report_value(report, place);
        if (id != NULL && strcmp(id, "token.login") == 0) {
            snprintf(place, sizeof place, "/probes/%u/status", (unsigned)i);
            return tomcheck_report_value(report, place);
        }
    }
    return NULL;
}

/* The first thing that was found at the token. */
static const char *of_token(const tomcheck_report *report) {
    for (size_t i = 0; i < tomcheck_finding_count(report); i++) {
        if (strcmp(tomcheck_finding_layer(report, i), "token") == 0) {
            return tomcheck_finding_code(report, i);
        }
    }
    return "nothing";
}

static int is_refused(tomcheck_options *options, const char *code, size_t length) {
    holder holder = {.code = code, .length = length};
    tomcheck_report *report = NULL;
    tomcheck_status status = TOMCHECK_OK;
    EXPECT(tomcheck_options_set_pin_callback(options, type, NULL, &holder) == TOMCHECK_OK);
    /* On a machine that is busy a module may take longer than its calls are given: then nobody is asked. */
    for (int i = 0; i < 10 && atomic_load(&holder.typed) == 0; i++) {
        tomcheck_report_free(report);
        report = NULL;
        status = tomcheck_certs(options, &report);
    }
    EXPECT(status == TOMCHECK_BAD_VALUE && report == NULL);
    EXPECT(atomic_load(&holder.typed) == 1);
    EXPECT(strstr(tomcheck_last_error(), "pin") != NULL);
    /* What was handed over is not told. */
    EXPECT(length < 4 || strstr(tomcheck_last_error(), code) == NULL);
    return 0;
}

/* A holder who is there, and has no way to hand the code over. */
static int cannot_be_asked(tomcheck_options *options) {
    holder holder = {.wants = 1};
    int is_skipped = 0;
    EXPECT(tomcheck_options_set_pin_callback(options, NULL, tell, &holder) == TOMCHECK_OK);
    for (int i = 0; i < 10 && !is_skipped; i++) {
        tomcheck_report *report = NULL;
        EXPECT(tomcheck_certs(options, &report) == TOMCHECK_OK);
        is_skipped = login(report) != NULL && strcmp(login(report), "skipped") == 0;
        tomcheck_report_free(report);
    }
    EXPECT(is_skipped && atomic_load(&holder.told) == 0);
    return 0;
}

static int is_taken(tomcheck_options *options) {
    holder holder = {.code = "1234", .length = 5};
    tomcheck_report *report = NULL;
    EXPECT(tomcheck_options_set_pin_callback(options, type, tell, &holder) == TOMCHECK_OK);
    for (int i = 0; i < 10 && atomic_load(&holder.typed) == 0; i++) {
        tomcheck_report_free(report);
        report = NULL;
        EXPECT(tomcheck_certs(options, &report) == TOMCHECK_OK);
    }
    EXPECT(atomic_load(&holder.typed) == 1 && atomic_load(&holder.told) == 0);
    EXPECT(login(report) != NULL && strcmp(login(report), "ok") == 0);
    tomcheck_report_free(report);
    return 0;
}

static int typed(const char *module, const char *worker) {
    const char *const codes[] = {"", "123", "123456789", "1234567890123456", "12a4", "12 34", "\xff\xfe\xfd\xfc"};
    tomcheck_options *options = options_of(module, worker);
    EXPECT(options != NULL);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        EXPECT(is_refused(options, codes[i], strlen(codes[i])) == 0);
    }
    EXPECT(cannot_be_asked(options) == 0 && is_taken(options) == 0);
    tomcheck_options_free(options);
    return 0;
}

/* Of a card that only its module knows: the card service is not asked. */
static int on_reader(int wants, const char *module, const char *worker) {
    holder holder = {.code = "1234", .length = 5, .wants = wants};
    tomcheck_options *options = options_of(module, worker);
    tomcheck_report *report = NULL;
    EXPECT(options != NULL && tomcheck_options_set_pin_callback(options, type, tell, &holder) == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_only(options, "cert") == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_skip(options, "reader,card") == TOMCHECK_OK);
    EXPECT(tomcheck_certs(options, &report) == TOMCHECK_OK);
    EXPECT(atomic_load(&holder.told) == 1 && atomic_load(&holder.typed) == 0);
    EXPECT(atomic_load(&holder.seconds) >= 1 && atomic_load(&holder.seconds) <= 60);
    const char *ended = login(report);
    printf("%s %s\n", ended != NULL ? ended : "-", of_token(report));
    tomcheck_report_free(report);
    tomcheck_options_free(options);
    return 0;
}

int main(int argc, char **argv) {
    EXPECT(argc == 4 || argc == 5);
    return argc == 4 ? typed(argv[2], argv[3]) : on_reader(strcmp(argv[2], "yes") == 0, argv[3], argv[4]);
}

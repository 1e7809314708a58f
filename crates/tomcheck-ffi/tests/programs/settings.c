/* What the files of settings say, for a program that wants them.
 *
 *   settings FILE OTHER WRONG
 *
 * FILE names the service "recette", English and two parts to look at; OTHER, where nobody else says so, too, at another
 * address; WRONG holds a name that nobody has, on its second line. */
#include <stdlib.h>

#include "expect.h"

static int is_text(const char *text, const char *expected) { return text != NULL && strcmp(text, expected) == 0; }

/* No card, no network: the parts that are set are the reader and the card. */
static tomcheck_report *look(tomcheck_options *options) {
    tomcheck_report *report = NULL;
    return tomcheck_options_set_in_process(options, 1) == TOMCHECK_OK && tomcheck_diagnose(options, &report) == TOMCHECK_OK
               ? report
               : NULL;
}

/* Of all other parts it is told that they were not looked at. */
static int is_only_of_readers_and_cards(const tomcheck_report *report) {
    int looked = 0;
    for (size_t i = 0; i < tomcheck_report_count(report, "/probes"); i++) {
        char place[64];
        snprintf(place, sizeof place, "/probes/%u/id", (unsigned)i);
        const char *id = tomcheck_report_value(report, place);
        snprintf(place, sizeof place, "/probes/%u/status", (unsigned)i);
        const int is_skipped = is_text(tomcheck_report_value(report, place), "skipped");
        const int is_of_them = id != NULL && (strncmp(id, "reader.", 7) == 0 || strncmp(id, "card.", 5) == 0);
        if (!is_skipped && !is_of_them) {
            return 0;
        }
        looked += !is_skipped;
    }
    return looked > 0;
}

static int refused(tomcheck_options *options, const char *wrong) {
    EXPECT(tomcheck_options_load_settings(NULL, wrong) == TOMCHECK_NULL_POINTER);
    EXPECT(tomcheck_options_load_settings(options, "caf\xc3") == TOMCHECK_NOT_UTF8);
    EXPECT(tomcheck_options_load_settings(options, "/absent/config.toml") == TOMCHECK_FAILED);
    EXPECT(strstr(tomcheck_last_error(), "/absent/config.toml") != NULL);
    EXPECT(tomcheck_options_load_settings(options, wrong) == TOMCHECK_BAD_VALUE);
    EXPECT(strstr(tomcheck_last_error(), wrong) != NULL && strstr(tomcheck_last_error(), ":2") != NULL);
    EXPECT(strstr(tomcheck_last_error(), "dedline") != NULL && strstr(tomcheck_last_error(), "deadline") != NULL);
    /* Nothing of it is taken, not even its first line. */
    EXPECT(tomcheck_options_set_target(options, "recette") == TOMCHECK_BAD_VALUE);
    return 0;
}

static int holds(tomcheck_options *options, const char *url, const char *lang) {
    tomcheck_report *report = look(options);
    EXPECT(report != NULL);
    EXPECT(is_text(tomcheck_report_value(report, "/target/url"), url));
    EXPECT(is_text(tomcheck_report_value(report, "/lang"), lang));
    EXPECT(is_only_of_readers_and_cards(report));
    tomcheck_report_free(report);
    return 0;
}

static int taken(tomcheck_options *options, const char *file) {
    EXPECT(tomcheck_options_load_settings(options, file) == TOMCHECK_OK);
    EXPECT(holds(options, "https://recette.test.invalid/", "en") == 0);
    EXPECT(tomcheck_options_set_target(options, "recete") == TOMCHECK_BAD_VALUE);
    EXPECT(strstr(tomcheck_last_error(), "recette") != NULL);
    /* What the program says wins, whatever it said it for, and a name is what the settings make of it. */
    EXPECT(tomcheck_options_set_target(options, "tom") == TOMCHECK_OK);
    EXPECT(tomcheck_options_set_lang(options, TOMCHECK_FR) == TOMCHECK_OK);
    EXPECT(holds(options, "https://tom.test.invalid/", "fr") == 0);
    EXPECT(tomcheck_options_set_target(options, "https://own.test.invalid/") == TOMCHECK_OK);
    EXPECT(tomcheck_options_load_settings(options, file) == TOMCHECK_OK);
    return holds(options, "https://own.test.invalid/", "fr");
}

/* The user's own file, unless a variable names another. */
static int without_a_name(const char *url, const char *path) {
    tomcheck_options *options = tomcheck_options_new();
    EXPECT(tomcheck_options_load_settings(options, path) == TOMCHECK_OK);
    EXPECT(holds(options, url, "en") == 0);
    tomcheck_options_free(options);
    return 0;
}

int main(int argc, char **argv) {
    tomcheck_options *options = tomcheck_options_new();
    EXPECT(argc == 4);
    EXPECT(refused(options, argv[3]) == 0 && taken(options, argv[1]) == 0);
    tomcheck_options_free(options);
    EXPECT(without_a_name("https://users.test.invalid/", NULL) == 0);
    EXPECT(setenv("TOMCHECK_CONFIG", argv[2], 1) == 0);
    EXPECT(without_a_name("https://other.test.invalid/", "") == 0);
    EXPECT(setenv("TOMCHECK_TARGET", "https://variable.test.invalid/", 1) == 0);
    EXPECT(without_a_name("https://variable.test.invalid/", NULL) == 0);
    EXPECT(without_a_name("https://variable.test.invalid/", argv[1]) == 0);
    return 0;
}

/* The library is loaded, used and unloaded without a trace: nothing printed, no signal handler, locale and folder as before,
 * no thread left. A child of a fork gets errors, and what it executes is not touched by that.
 *
 *   quiet LIBRARY WORKER */
#include <dirent.h>
#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"

typedef struct {
    const char *(*last_error)(void);
    tomcheck_options *(*options_new)(void);
    void (*options_free)(tomcheck_options *);
    tomcheck_status (*set)(tomcheck_options *, const char *);
    tomcheck_status (*set_worker)(tomcheck_options *, const char *);
    tomcheck_status (*set_proxy)(tomcheck_options *, const char *);
    tomcheck_status (*diagnose)(tomcheck_options *, tomcheck_report **);
    void (*report_free)(tomcheck_report *);
    const char *(*root_cause)(const tomcheck_report *);
    tomcheck_status (*monitor_start)(int32_t, int32_t, tomcheck_event_fn, void *, tomcheck_monitor **);
    void (*monitor_free)(tomcheck_monitor *);
} functions;

#define tomcheck_last_error() "?"

static int find(void *library, const char *name, void *function) {
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

static int find_all(void *library, functions *f) {
    return find(library, "tomcheck_last_error", &f->last_error) && find(library, "tomcheck_options_new", &f->options_new) &&
           find(library, "tomcheck_options_free", &f->options_free) && find(library, "tomcheck_options_set_target", &f->set) &&
           find(library, "tomcheck_options_set_worker", &f->set_worker) &&
           find(library, "tomcheck_options_set_proxy", &f->set_proxy) && find(library, "tomcheck_diagnose", &f->diagnose) &&
           find(library, "tomcheck_report_free", &f->report_free) && find(library, "tomcheck_report_root_cause", &f->root_cause) &&
           find(library, "tomcheck_monitor_start", &f->monitor_start) && find(library, "tomcheck_monitor_free", &f->monitor_free);
}

static int threads(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/task");
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        count += entry->d_name[0] != '.';
    }
    closedir(folder);
    return count;
}

/* A thread of the library may take a moment to be gone once nobody waits for it. */
static int ends_alone(void) {
    const struct timespec moment = {0, 10 * 1000 * 1000};
    for (int i = 0; i < 1000 && threads() > 1; i++) {
        nanosleep(&moment, NULL);
    }
    return threads() == 1;
}

static int same_handlers(struct sigaction *before) {
    for (int number = 1; number < 32; number++) {
        struct sigaction now;
        if (sigaction(number, NULL, &now) == 0 && now.sa_handler != before[number].sa_handler) {
            return 0;
        }
    }
    return 1;
}

static void hear(void *userdata, const tomcheck_event *event) {
    (void)userdata;
    (void)event;
}

static int use(const functions *f, const char *worker) {
    tomcheck_options *options = f->options_new();
    tomcheck_report *report = NULL;
    tomcheck_monitor *monitor = NULL;
    EXPECT(f->set(options, "https://absent.test.invalid/") == TOMCHECK_OK);
    EXPECT(f->set_worker(options, worker) == TOMCHECK_OK && f->set_proxy(options, "direct") == TOMCHECK_OK);
    EXPECT(f->monitor_start(TOMCHECK_AUTOMATIC, TOMCHECK_FR, hear, NULL, &monitor) == TOMCHECK_OK);
    EXPECT(f->diagnose(options, &report) == TOMCHECK_OK);
    EXPECT(strcmp(f->root_cause(report), "reader.service-stopped") == 0);
    f->monitor_free(monitor);
    f->report_free(report);
    f->options_free(options);
    return 0;
}

/* In the child nothing works, and nothing hangs or crashes. */
static int in_child(const functions *f, tomcheck_options *options, tomcheck_report *report) {
    tomcheck_monitor *monitor = NULL;
    EXPECT(f->set(options, "tom") == TOMCHECK_FORKED && strlen(f->last_error()) > 0);
    EXPECT(f->options_new() == NULL && f->diagnose(options, &report) == TOMCHECK_FORKED);
    EXPECT(f->monitor_start(TOMCHECK_AUTOMATIC, TOMCHECK_FR, hear, NULL, &monitor) == TOMCHECK_FORKED);
    f->options_free(options);
    f->report_free(report);
    return 0;
}

static int fork_once(const functions *f) {
    tomcheck_options *options = f->options_new();
    const pid_t child = fork();
    int status = 0;
    if (child == 0) {
        _exit(in_child(f, options, NULL));
    }
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    /* For the parent nothing has changed. */
    EXPECT(f->set(options, "tom") == TOMCHECK_OK);
    f->options_free(options);
    return 0;
}

int main(int argc, char **argv) {
    struct sigaction before[32];
    char folder[4096], folder_now[4096], locale[256];
    functions f;
    EXPECT(argc == 3);
    for (int number = 1; number < 32; number++) {
        sigaction(number, NULL, &before[number]);
    }
    strcpy(locale, setlocale(LC_ALL, NULL));
    EXPECT(getcwd(folder, sizeof folder) != NULL);
    for (int i = 0; i < 3; i++) {
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        EXPECT(library != NULL && find_all(library, &f));
        EXPECT(use(&f, argv[2]) == 0 && fork_once(&f) == 0);
        EXPECT(ends_alone());
        EXPECT(dlclose(library) == 0);
    }
    EXPECT(same_handlers(before));
    EXPECT(strcmp(locale, setlocale(LC_ALL, NULL)) == 0);
    EXPECT(getcwd(folder_now, sizeof folder_now) != NULL && strcmp(folder, folder_now) == 0);
    return 0;
}

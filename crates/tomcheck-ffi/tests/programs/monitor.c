/* Prints each event as "STATE CAUSE TEXT", reads commands: r refreshes, m and a change the mode, q ends.
 * The events are kept, and read by another thread than the one that heard them. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <stdlib.h>

#include "expect.h"

static void *show(void *userdata) {
    tomcheck_event *event = userdata;
    const char *atr = tomcheck_event_atr(event), *code = tomcheck_event_code(event);
    printf("%d %d %s|%s|%s\n", (int)tomcheck_event_state(event), (int)tomcheck_event_cause(event), tomcheck_event_text(event),
           atr != NULL ? atr : "-", code != NULL ? code : "-");
    fflush(stdout);
    tomcheck_event_free(event);
    return NULL;
}

static void hear(void *userdata, const tomcheck_event *event) {
    atomic_int *failed = userdata;
    tomcheck_event *kept = NULL;
    pthread_t thread;
    if (tomcheck_event_keep(event, &kept) != TOMCHECK_OK || pthread_create(&thread, NULL, show, kept) != 0) {
        atomic_store(failed, 1);
        return;
    }
    pthread_join(thread, NULL);
}

/* A call back that frees its own monitor is the last. */
static void hear_once(void *userdata, const tomcheck_event *event) {
    atomic_uintptr_t *monitor = userdata;
    (void)event;
    const uintptr_t own = atomic_exchange(monitor, 0);
    tomcheck_monitor_free((tomcheck_monitor *)own);
    atomic_fetch_add(&monitor[1], 1);
}

static int free_by_itself(void) {
    static atomic_uintptr_t shared[2];
    tomcheck_monitor *monitor = NULL;
    EXPECT(tomcheck_monitor_start(TOMCHECK_MANUAL, TOMCHECK_FR, hear_once, shared, &monitor) == TOMCHECK_OK);
    atomic_store(&shared[0], (uintptr_t)monitor);
    for (int i = 0; i < 10000 && tomcheck_monitor_refresh(monitor) == TOMCHECK_OK; i++) {
        const struct timespec moment = {0, 5 * 1000 * 1000};
        nanosleep(&moment, NULL);
    }
    EXPECT(tomcheck_monitor_refresh(monitor) == TOMCHECK_BAD_HANDLE);
    return 0;
}

int main(void) {
    atomic_int failed = 0;
    tomcheck_monitor *monitor = NULL;
    int key = 0;
    EXPECT(free_by_itself() == 0);
    EXPECT(tomcheck_monitor_start(9, TOMCHECK_EN, hear, &failed, &monitor) == TOMCHECK_BAD_VALUE && monitor == NULL);
    EXPECT(tomcheck_monitor_start(TOMCHECK_AUTOMATIC, TOMCHECK_EN, hear, &failed, &monitor) == TOMCHECK_OK);
    while ((key = getchar()) != EOF && key != 'q') {
        if (key == 'r') {
            EXPECT(tomcheck_monitor_refresh(monitor) == TOMCHECK_OK);
        } else if (key == 'm' || key == 'a') {
            EXPECT(tomcheck_monitor_set_mode(monitor, key == 'm' ? TOMCHECK_MANUAL : TOMCHECK_AUTOMATIC) == TOMCHECK_OK);
        }
    }
    tomcheck_monitor_free(monitor);
    EXPECT(tomcheck_monitor_refresh(monitor) == TOMCHECK_BAD_HANDLE);
    return atomic_load(&failed);
}

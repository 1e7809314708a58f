/* Full handshakes with the key behind NSS, by its own strsclnt: it ends when they are made, so that what they took is
 * what N more than a few take. The processor time is strsclnt's.
 *
 * nss_client PORT VERSION DATABASE, the code in GNUTLS_PIN. The certificate is the token's.
 *
 * The exit status of strsclnt says nothing: in TLS 1.3 it counts no session that was not resumed, and takes that for a
 * failure. Who asks must look at what the server counts.
 */
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "client.h"

extern char **environ;

enum { FEW = 4 };

/* Never alone: strsclnt makes them. */
static void once(int port) { (void)port; }

static double spent(void) {
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static void run(char **arguments, int n, double *wall, double *cpu) {
    char versions[32], number[16];
    int status;
    pid_t child;
    posix_spawn_file_actions_t quiet;
    char *command[] = {"strsclnt", "-4", "-N", "-D", "-q", "-t", "1", "-n", "TEST:TEST", "-p", arguments[1], "-V", versions,
                       "-d", arguments[3], "-w", getenv("GNUTLS_PIN"), "-c", number, "localhost", NULL};
    snprintf(versions, sizeof versions, "tls%s:tls%s", arguments[2], arguments[2]);
    snprintf(number, sizeof number, "%d", n);
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", 1, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", 1, 0);
    *wall = micros(CLOCK_MONOTONIC), *cpu = spent();
    if (posix_spawnp(&child, command[0], &quiet, NULL, command, environ) != 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status)) {
        fprintf(stderr, "strsclnt failed\n");
        exit(1);
    }
    *wall = micros(CLOCK_MONOTONIC) - *wall, *cpu = spent() - *cpu;
}

int main(int count, char **arguments) {
    int n, t;
    if (count != 4) return 1;
    (void)answer;
    while (scanf("%d %d", &n, &t) == 2) {
        double wall, cpu, start, start_cpu;
        run(arguments, n + FEW, &wall, &cpu);
        run(arguments, FEW, &start, &start_cpu);
        printf("%.1f %.1f\n", wall - start, cpu - start_cpu);
        fflush(stdout);
    }
    return 0;
}

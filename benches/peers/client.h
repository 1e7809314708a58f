/* What the clients to compare with have in common: clocks, a socket, and the questions they answer.
 *
 * Each line of standard input "N T" asks for N handshakes, one after the other, and is answered by "WALL CPU" in
 * microseconds.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

static double micros(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int opened(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, to_server = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(to_server, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(to_server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return to_server;
}

/* Makes one handshake with the server at this port. */
static void once(int port);

static void answer(int port) {
    int n, t;
    while (scanf("%d %d", &n, &t) == 2) {
        double wall = micros(CLOCK_MONOTONIC), cpu = micros(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; i < n; i++) once(port);
        wall = micros(CLOCK_MONOTONIC) - wall;
        cpu = micros(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        printf("%.1f %.1f\n", wall, cpu);
        fflush(stdout);
    }
}

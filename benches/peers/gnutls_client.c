/* Full handshakes with the key behind GnuTLS's PKCS#11, many in one process.
 *
 * gnutls_client PORT VERSION ROOTS CERTIFICATE KEY-URI MODULE, the code in GNUTLS_PIN. Each line of
 * standard input "N T" makes N handshakes, one after the other, and is answered by "WALL CPU" in
 * microseconds.
 */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/pkcs11.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void done(int code, const char *what) {
    if (code >= 0) return;
    fprintf(stderr, "%s: %s\n", what, gnutls_strerror(code));
    exit(1);
}

static double micros(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int opened(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, to_server = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(to_server, (struct sockaddr *)&to, sizeof to) != 0) exit(1);
    setsockopt(to_server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return to_server;
}

static void once(gnutls_certificate_credentials_t own, const char *priority, int port) {
    static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    char page[4096];
    int to_server = opened(port), length, whole = 0, code;
    gnutls_session_t session;
    done(gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_TICKETS), "gnutls_init");
    done(gnutls_priority_set_direct(session, priority, NULL), "priority");
    done(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, own), "credentials");
    done(gnutls_server_name_set(session, GNUTLS_NAME_DNS, "localhost", 9), "name");
    gnutls_session_set_verify_cert(session, "localhost", 0);
    gnutls_transport_set_int(session, to_server);
    do code = gnutls_handshake(session);
    while (code < 0 && !gnutls_error_is_fatal(code));
    done(code, "gnutls_handshake");
    done(gnutls_record_send(session, request, sizeof request - 1), "send");
    while ((length = gnutls_record_recv(session, page, sizeof page)) > 0) whole += length;
    if (whole < 15) done(length < 0 ? length : GNUTLS_E_PREMATURE_TERMINATION, "receive");
    gnutls_deinit(session);
    close(to_server);
}

static int code(void *unused, int attempt, const char *url, const char *label, unsigned flags, char *pin, size_t most) {
    (void)unused, (void)attempt, (void)url, (void)label, (void)flags;
    snprintf(pin, most, "%s", getenv("GNUTLS_PIN"));
    return 0;
}

int main(int count, char **arguments) {
    int n, t, port;
    const char *priority;
    gnutls_certificate_credentials_t own;
    if (count != 7) return 1;
    port = atoi(arguments[1]);
    priority = strcmp(arguments[2], "1.2") == 0 ? "NORMAL:-VERS-ALL:+VERS-TLS1.2" : "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    done(gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_MANUAL, NULL), "pkcs11");
    done(gnutls_pkcs11_add_provider(arguments[6], NULL), "module");
    gnutls_pkcs11_set_pin_function(code, NULL);
    done(gnutls_certificate_allocate_credentials(&own), "credentials");
    done(gnutls_certificate_set_x509_trust_file(own, arguments[3], GNUTLS_X509_FMT_PEM), "roots");
    done(gnutls_certificate_set_x509_key_file(own, arguments[4], arguments[5], GNUTLS_X509_FMT_PEM), "key");
    while (scanf("%d %d", &n, &t) == 2) {
        double wall = micros(CLOCK_MONOTONIC), cpu = micros(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; i < n; i++) once(own, priority, port);
        wall = micros(CLOCK_MONOTONIC) - wall;
        cpu = micros(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        printf("%.1f %.1f\n", wall, cpu);
        fflush(stdout);
    }
    return 0;
}

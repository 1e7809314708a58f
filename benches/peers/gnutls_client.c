/* Full handshakes with the key behind GnuTLS's PKCS#11, many in one process.
 *
 * gnutls_client PORT VERSION ROOTS CERTIFICATE KEY-URI MODULE, the code in GNUTLS_PIN.
 */
#include <gnutls/gnutls.h>
#include <gnutls/pkcs11.h>
#include <string.h>

#include "client.h"

static gnutls_certificate_credentials_t own;
static const char *priority;

static void done(int code, const char *what) {
    if (code >= 0) return;
    fprintf(stderr, "%s: %s\n", what, gnutls_strerror(code));
    exit(1);
}

static void once(int port) {
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
    if (count != 7) return 1;
    priority = strcmp(arguments[2], "1.2") == 0 ? "NORMAL:-VERS-ALL:+VERS-TLS1.2" : "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    done(gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_MANUAL, NULL), "pkcs11");
    done(gnutls_pkcs11_add_provider(arguments[6], NULL), "module");
    gnutls_pkcs11_set_pin_function(code, NULL);
    done(gnutls_certificate_allocate_credentials(&own), "credentials");
    done(gnutls_certificate_set_x509_trust_file(own, arguments[3], GNUTLS_X509_FMT_PEM), "roots");
    done(gnutls_certificate_set_x509_key_file(own, arguments[4], arguments[5], GNUTLS_X509_FMT_PEM), "key");
    answer(atoi(arguments[1]));
    return 0;
}

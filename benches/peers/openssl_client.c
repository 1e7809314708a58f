/* Full handshakes with the key behind OpenSSL's PKCS#11 engine, many in one process.
 *
 * openssl_client PORT VERSION ROOTS CERTIFICATE KEY-URI, where OPENSSL_CONF configures the engine.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/conf.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#include "client.h"

static SSL_CTX *context;

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static void once(int port) {
    char page[4096];
    int to_server = opened(port), length, whole = 0;
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, to_server);
    SSL_set_tlsext_host_name(ssl, "localhost");
    SSL_set1_host(ssl, "localhost");
    if (SSL_connect(ssl) != 1) fail("SSL_connect");
    if (SSL_write(ssl, request, sizeof request - 1) <= 0) fail("SSL_write");
    while ((length = SSL_read(ssl, page, sizeof page)) > 0) whole += length;
    if (whole < 15) fail("SSL_read");
    SSL_free(ssl);
    close(to_server);
}

int main(int count, char **arguments) {
    int version;
    ENGINE *engine;
    EVP_PKEY *key;
    if (count != 6) fail("PORT VERSION ROOTS CERTIFICATE KEY-URI");
    version = strcmp(arguments[2], "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_ENGINE_ALL_BUILTIN, NULL);
    engine = ENGINE_by_id("pkcs11");
    if (engine == NULL || ENGINE_init(engine) != 1) fail("engine");
    key = ENGINE_load_private_key(engine, arguments[5], NULL, NULL);
    if (key == NULL) fail("key");
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_load_verify_locations(context, arguments[3], NULL) != 1) fail("roots");
    if (SSL_CTX_use_certificate_file(context, arguments[4], SSL_FILETYPE_PEM) != 1) fail("certificate");
    if (SSL_CTX_use_PrivateKey(context, key) != 1) fail("pair");
    answer(atoi(arguments[1]));
    return 0;
}

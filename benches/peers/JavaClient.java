import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Scanner;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Full handshakes with the key behind SunPKCS11, many in one process.
 *
 * <p>JavaClient PORT VERSION ROOTS MODULE, the code in GNUTLS_PIN. Each line of standard input "N T" makes N
 * handshakes, one after the other, and is answered by "WALL CPU" in microseconds.
 */
public class JavaClient {
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        String[] versions = {"TLSv" + arguments[1]};
        SSLContext context = context(arguments[2], arguments[3]);
        Scanner questions = new Scanner(System.in);
        while (questions.hasNextInt()) {
            int count = questions.nextInt();
            questions.nextInt();
            long wall = System.nanoTime();
            double cpu = spent();
            for (int i = 0; i < count; i++) {
                once(context, port, versions);
            }
            double took = (System.nanoTime() - wall) / 1e3;
            System.out.printf(Locale.ROOT, "%.1f %.1f%n", took, spent() - cpu);
            System.out.flush();
        }
    }

    /** Of all threads that live, in microseconds: Java's own clock counts hundredths of a second. */
    private static double spent() throws Exception {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.mapToDouble(JavaClient::spentBy).sum();
        }
    }

    private static double spentBy(Path thread) {
        try {
            String times = Files.readString(thread.resolve("schedstat"));
            return Long.parseLong(times.split(" ")[0]) / 1e3;
        } catch (IOException ended) {
            return 0;
        }
    }

    private static void once(SSLContext context, int port, String[] versions) throws Exception {
        java.net.Socket tcp = new java.net.Socket("127.0.0.1", port);
        tcp.setTcpNoDelay(true);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(tcp, "localhost", port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(versions);
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write(REQUEST);
            InputStream page = socket.getInputStream();
            if (page.readAllBytes().length < 15) {
                throw new IllegalStateException("no page");
            }
        }
    }

    private static SSLContext context(String roots, String module) throws Exception {
        Path file = Files.createTempFile(Path.of("."), "pkcs11", ".cfg");
        Files.writeString(file, "name = bench\nlibrary = " + module + "\nslotListIndex = 0\n");
        Provider token = Security.getProvider("SunPKCS11").configure(file.toString());
        Security.addProvider(token);
        char[] code = System.getenv("GNUTLS_PIN").toCharArray();
        KeyStore own = KeyStore.getInstance("PKCS11", token);
        own.load(null, code);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, code);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (FileInputStream pem = new FileInputStream(roots)) {
            int number = 0;
            for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("root" + number++, root);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}

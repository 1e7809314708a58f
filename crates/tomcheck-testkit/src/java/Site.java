import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** A site that asks for a card, over Java's own TLS. */
public class Site {
    /** Key store (PKCS#12, "test"), authorities (PEM), protocols by commas, "lists" or "hides". */
    public static void main(String[] arguments) throws Exception {
        KeyStore own = KeyStore.getInstance(new File(arguments[0]), "test".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, "test".toCharArray());
        X509ExtendedTrustManager trust = trust(arguments[1]);
        TrustManager shown = arguments[3].equals("lists") ? trust : new Hiding(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {shown}, new SecureRandom());
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        SSLServerSocket listening =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, loopback);
        listening.setEnabledProtocols(arguments[2].split(","));
        listening.setNeedClientAuth(true);
        System.out.println("listening at port " + listening.getLocalPort() + ".");
        while (true) {
            SSLSocket accepted = (SSLSocket) listening.accept();
            new Thread(() -> answer(accepted)).start();
        }
    }

    private static X509ExtendedTrustManager trust(String authorities) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (FileInputStream file = new FileInputStream(authorities)) {
            int number = 0;
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Certificate authority : factory.generateCertificates(file)) {
                store.setCertificateEntry("authority" + number++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    private static void answer(SSLSocket socket) {
        try (socket) {
            BufferedReader reader =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null && !line.isEmpty(); ) {
                line = reader.readLine();
            }
            String page = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nok\n";
            socket.getOutputStream().write(page.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            System.out.println(failure);
        }
    }

    /** Announces no authority, and verifies as before. */
    private static final class Hiding extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager trust;

        Hiding(X509ExtendedTrustManager trust) {
            this.trust = trust;
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            trust.checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            trust.checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            trust.checkClientTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            trust.checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            trust.checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            trust.checkServerTrusted(chain, type);
        }
    }
}

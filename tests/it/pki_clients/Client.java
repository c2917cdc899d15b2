import java.io.*;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import java.util.regex.*;
import javax.net.ssl.*;

/**
 * A client of Java's own TLS. Arguments: host, port, authorities. Each line of standard input is a case: version of TLS and path, then
 * certificate and key where there are any. It connects twice in one context, which resumes sessions by itself, and writes a line for each
 * connection: `refused WHY`, or `STATUS CODE-IN-THE-BODY full|resumed`.
 */
public class Client {
    private static final String MARK = "of an earlier connection";

    private final String host;
    private final int port;
    private final TrustManager[] trust;

    private Client(String[] arguments) throws Exception {
        host = arguments[0];
        port = Integer.parseInt(arguments[1]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream authority = new FileInputStream(arguments[2])) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        trust = factory.getTrustManagers();
    }

    public static void main(String[] arguments) throws Exception {
        Client client = new Client(arguments);
        BufferedReader cases = new BufferedReader(new InputStreamReader(System.in));
        for (String line = cases.readLine(); line != null; line = cases.readLine()) {
            String[] one = line.split(" ");
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(one.length > 2 ? keys(one[2], one[3]) : null, client.trust, null);
            System.out.println(client.call(context, one[0], one[1]) + "\n" + client.call(context, one[0], one[1]));
        }
    }

    private String call(SSLContext context, String version, String path) {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
            socket.setSoTimeout(20000);
            socket.setEnabledProtocols(new String[] { "TLSv" + version });
            socket.startHandshake();
            // What is bound to a session is bound to those that resume it.
            boolean resumed = socket.getSession().getValue(MARK) != null;
            socket.getSession().putValue(MARK, MARK);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return told(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8), resumed);
        } catch (IOException refused) {
            return "refused " + refused.getMessage();
        }
    }

    private static String told(String heard, boolean resumed) {
        Matcher status = Pattern.compile("HTTP/1\\.1 (\\d{3})").matcher(heard);
        if (!status.lookingAt()) {
            return "refused closed";
        }
        Matcher code = Pattern.compile("DMP-\\d{4}").matcher(heard);
        return status.group(1) + " " + (code.find() ? code.group() : "-") + " " + (resumed ? "resumed" : "full");
    }

    private static KeyManager[] keys(String certificate, String key) throws Exception {
        X509Certificate[] chain;
        try (InputStream pem = new FileInputStream(certificate)) {
            chain = CertificateFactory.getInstance("X.509").generateCertificates(pem).toArray(new X509Certificate[0]);
        }
        String text = Files.readString(Path.of(key)).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text));
        PrivateKey own = KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm()).generatePrivate(spec);
        return new KeyManager[] { new OnlyOne(chain, own) };
    }

    /** One certificate, which is sent whatever the server hints at: what it says of a wrong one is the question here. */
    private static final class OnlyOne extends X509ExtendedKeyManager {
        private final X509Certificate[] chain;
        private final PrivateKey key;

        OnlyOne(X509Certificate[] chain, PrivateKey key) {
            this.chain = chain;
            this.key = key;
        }

        private String choose(String... types) {
            return Arrays.asList(types).contains(key.getAlgorithm()) ? "own" : null;
        }

        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) { return choose(types); }
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) { return choose(types); }
        public String[] getClientAliases(String type, Principal[] issuers) { return new String[] { "own" }; }
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) { return null; }
        public String[] getServerAliases(String type, Principal[] issuers) { return null; }
        public X509Certificate[] getCertificateChain(String alias) { return chain; }
        public PrivateKey getPrivateKey(String alias) { return key; }
    }
}

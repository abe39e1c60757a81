package executorscaler.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Which certificates a TLS connection accepts. */
final class Trust {

    private Trust() {}

    /** Trusts what chains to a certificate of the PEM bundle, or the JDK's own authorities where the path is empty. */
    static SSLContext context(String caFile) throws IOException, GeneralSecurityException {
        if (caFile.isEmpty()) return SSLContext.getDefault();
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(Path.of(caFile))) {
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
        }
        if (store.size() == 0) throw new IOException(caFile + " holds no certificate");
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}

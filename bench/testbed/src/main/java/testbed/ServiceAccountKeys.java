package testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The key pair with which a control plane signs service account tokens. */
record ServiceAccountKeys(Path signing, Path verifying) {

    static ServiceAccountKeys create(Path folder) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            Path signing = folder.resolve("sa.key");
            Path verifying = folder.resolve("sa.pub");
            Files.writeString(signing, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            Files.writeString(verifying, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
            return new ServiceAccountKeys(signing, verifying);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}

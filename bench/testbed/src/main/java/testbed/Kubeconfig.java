package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Writes kubeconfig files that log in with a token. */
record Kubeconfig(String server, String certificateAuthority) {

    Path write(Path file, String user, String token) {
        String ca = Base64.getEncoder().encodeToString(certificateAuthority.getBytes(StandardCharsets.UTF_8));
        String yaml = """
                apiVersion: v1
                kind: Config
                clusters:
                - name: testbed
                  cluster: {server: "%s", certificate-authority-data: "%s"}
                users:
                - name: "%s"
                  user: {token: "%s"}
                contexts:
                - name: testbed
                  context: {cluster: testbed, user: "%s"}
                current-context: testbed
                """.formatted(server, ca, user, token, user);
        try {
            return Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

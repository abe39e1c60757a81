package executorscaler.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * The token that a file holds, read anew each time, so that a rotated one counts at once. A file that is empty or cannot be read accepts nobody.
 *
 * @param file the token, and perhaps a line break behind it
 */
public record TokenFile(Path file) implements TokenCheck {

    @Override
    public boolean accepts(String token) {
        try {
            var wanted = Files.readString(file).strip();
            // In a time that says nothing about how much of it was right.
            return !wanted.isEmpty() && MessageDigest.isEqual(wanted.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return false;
        }
    }
}

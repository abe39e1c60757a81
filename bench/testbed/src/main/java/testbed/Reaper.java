package testbed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One small shell process that outlives this JVM just long enough to kill its children and remove its folders.
 *
 * <p>It waits for the end of its standard input, which the kernel closes however the JVM dies, kill -9 included.
 * What it cannot survive is a kill -9 of itself, for example of the whole process group.
 */
final class Reaper {
    private static @Nullable Reaper instance;

    private final BufferedWriter input;

    private Reaper() throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", Resources.text("reaper.sh")).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        input = new BufferedWriter(shell.outputWriter(StandardCharsets.UTF_8));
    }

    static void watch(long pid) {
        tell("+pid " + pid);
    }

    static void forget(long pid) {
        tell("-pid " + pid);
    }

    static void removeLater(Path folder) {
        tell("+dir " + folder.toAbsolutePath());
    }

    private static synchronized void tell(String line) {
        try {
            if (instance == null) {
                instance = new Reaper();
            }
            BufferedWriter to = instance.input;
            to.write(line);
            to.newLine();
            to.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the reaper does not listen", e);
        }
    }
}

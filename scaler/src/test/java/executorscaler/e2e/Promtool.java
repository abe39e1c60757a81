package executorscaler.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus' own checker. */
final class Promtool {

    private Promtool() {}

    /** What it said, and whether it was content. */
    record Said(int exitCode, String words) {}

    /** Runs it with this text as its input. */
    static Said run(Path folder, String input, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        var words = Files.createTempFile(folder, "promtool", ".log");
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(words.toFile()).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("promtool did not end");
        }
        return new Said(process.exitValue(), Files.readString(words));
    }
}

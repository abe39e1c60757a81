package testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process we started: its log, and its end. */
final class Child {
    private static final int TAIL_BYTES = 4000;

    private final String name;
    private final Path log;
    private final Process process;

    private Child(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    static Child start(String name, Path log, Map<String, String> env, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).redirectInput(ProcessBuilder.Redirect.from(devNull()));
        builder.environment().putAll(env);
        Process process = builder.start();
        long pid = process.pid();
        Reaper.watch(pid);
        // A process id that has ended may be given to somebody else, so the reaper must not keep it.
        var unused = process.onExit().thenRun(() -> Reaper.forget(pid));
        return new Child(name, log, process);
    }

    private static java.io.File devNull() {
        return new java.io.File("/dev/null");
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** SIGTERM without waiting. */
    void ask() {
        process.destroy();
    }

    /** Does this once it has ended; at once if it has. */
    void afterEnd(Runnable what) {
        var unused = process.onExit().thenRun(what);
    }

    /** Asks it to end, and ends it when it has not within the grace. */
    void stop(Duration grace) {
        process.destroy();
        if (!endsWithin(grace)) {
            kill();
        }
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        endsWithin(Duration.ofSeconds(10));
    }

    /** SIGKILL without waiting. */
    void killNow() {
        process.destroyForcibly();
    }

    private boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The last lines of its log, for a message that says why it failed. */
    String tail() {
        try {
            byte[] all = Files.readAllBytes(log);
            int from = Math.max(0, all.length - TAIL_BYTES);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** True when it ended because another process had its port. */
    boolean lostItsPort() {
        return !alive() && tail().toLowerCase(java.util.Locale.ROOT).contains("address already in use");
    }
}

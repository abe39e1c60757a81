package testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs a long build and says every ten seconds, on standard error, where it is. */
final class BuildProgress {
    private static final long EVERY_NANOS = 10_000_000_000L;
    private static final int KEPT_LINES = 40;
    private static final int SHOWN_CHARS = 90;

    private final String what;
    private final long started = System.nanoTime();
    // Written by the reading thread, read by the reporting one.
    private final AtomicInteger lines = new AtomicInteger();
    private volatile String latest = "starting";

    private BuildProgress(String what) {
        this.what = what;
    }

    static void run(String what, Path folder, Map<String, String> env, List<String> command) throws IOException {
        new BuildProgress(what).build(folder, env, command);
    }

    private void build(Path folder, Map<String, String> env, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(env);
        System.err.println("testbed: building " + what + " (once; it is kept in the user's cache)");
        Process process = builder.start();
        Reaper.watch(process.pid());
        process.getOutputStream().close();
        Thread reporter = new Thread(() -> report(process), "testbed-progress");
        reporter.setDaemon(true);
        reporter.start();
        Deque<String> tail = new ArrayDeque<>();
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.incrementAndGet();
                latest = line.substring(0, Math.min(line.length(), SHOWN_CHARS)).strip();
                tail.addLast(line);
                if (tail.size() > KEPT_LINES) {
                    tail.removeFirst();
                }
            }
            int code = process.waitFor();
            Reaper.forget(process.pid());
            if (code != 0) {
                throw new CommandFailed(command, code, String.join("\n", tail));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while building " + what, e);
        }
        System.err.println("testbed: built " + what + " in " + seconds() + " s");
    }

    private void report(Process process) {
        long next = started + EVERY_NANOS;
        while (process.isAlive()) {
            Waiting.pause(200);
            if (System.nanoTime() >= next) {
                next += EVERY_NANOS;
                System.err.println("testbed: building " + what + ", " + seconds() + " s, " + lines.get() + " steps, now " + latest);
            }
        }
    }

    private long seconds() {
        return (System.nanoTime() - started) / 1_000_000_000L;
    }
}

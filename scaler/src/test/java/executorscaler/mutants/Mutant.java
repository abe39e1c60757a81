package executorscaler.mutants;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A known mistake, as a patch of one file of the service: what it says of itself, the tests that have to notice it, and the unified diff.
 *
 * @param name the file's name without its ending
 * @param tests names of test classes, or {@code Class#method}
 */
record Mutant(String name, List<String> tests, String source, List<Hunk> hunks) {

    private static final Path SOURCES = Path.of("src", "main", "java", "executorscaler");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Path WORK = Path.of("target", "mutants");
    private static final Pattern CAUGHT_BY = Pattern.compile("# caught by (.+)");
    private static final Pattern FILE = Pattern.compile("\\+\\+\\+ (.+)");
    private static final long PATIENCE_MINUTES = 5;

    /** Lines that stand there once, and what stands there instead. */
    record Hunk(String before, String after) {}

    /** What came of it. */
    sealed interface Fate {}

    /** @param first the first test that failed, and how */
    record Caught(String first) implements Fate {}

    /** All of its tests passed. */
    record Survived() implements Fate {}

    /** It could not be tried: it no longer fits the source, does not compile, or its tests cannot be run. */
    record Broken(String why) implements Fate {}

    static Mutant read(Path patch) {
        try {
            var lines = Files.readAllLines(patch);
            var tests = lines.stream().map(CAUGHT_BY::matcher).filter(found -> found.matches())
                    .flatMap(found -> Stream.of(found.group(1).split(", ")))
                    .toList();
            var file = lines.stream().map(FILE::matcher).filter(found -> found.matches()).map(found -> found.group(1)).findFirst().orElseThrow();
            return new Mutant(patch.getFileName().toString().replace(".patch", ""), tests, file, hunks(lines));
        } catch (IOException unreadable) {
            throw new IllegalStateException(patch + " cannot be read", unreadable);
        }
    }

    private static List<Hunk> hunks(List<String> lines) {
        var hunks = new ArrayList<Hunk>();
        var before = new StringBuilder();
        var after = new StringBuilder();
        boolean inside = false;
        for (var line : lines) {
            if (line.startsWith("@@")) {
                if (inside) hunks.add(new Hunk(before.toString(), after.toString()));
                before.setLength(0);
                after.setLength(0);
                inside = true;
            } else if (inside) {
                if (!line.startsWith("+")) before.append(line.substring(1)).append('\n');
                if (!line.startsWith("-")) after.append(line.substring(1)).append('\n');
            }
        }
        hunks.add(new Hunk(before.toString(), after.toString()));
        return hunks;
    }

    /** Compiles the service's one changed file, and runs the tests in a process of their own, in which that is found first. */
    Fate fate() throws IOException, InterruptedException {
        var text = Files.readString(SOURCES.resolve(source));
        for (var hunk : hunks) {
            int at = text.indexOf(hunk.before);
            if (at < 0 || text.indexOf(hunk.before, at + 1) >= 0) return new Broken("does not fit " + source + " any more");
            text = text.substring(0, at) + hunk.after + text.substring(at + hunk.before.length());
        }
        var folder = WORK.resolve(name).toAbsolutePath();
        var changed = folder.resolve("source").resolve(source);
        var classes = Files.createDirectories(folder.resolve("classes"));
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, text);
        var trouble = folder.resolve("compiler.txt");
        try (var said = Files.newOutputStream(trouble)) {
            int compiled = ToolProvider.getSystemJavaCompiler().run(null, said, said, "-nowarn", "-proc:none", "-d", classes.toString(), "-cp",
                    classPath(), changed.toString());
            if (compiled != 0) return new Broken("does not compile: " + Files.readString(trouble));
        }
        return run(folder, classes);
    }

    private Fate run(Path folder, Path classes) throws IOException, InterruptedException {
        var output = folder.resolve("tests.txt");
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-Dtiers.dir=" + folder, "-Dsim.seeds=20", "-cp",
                classes + File.pathSeparator + classPath(), NamedTests.class.getName()));
        for (var test : tests) command.add(qualified(test));
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) return new Broken("its tests do not end");
        } finally {
            process.destroyForcibly();
        }
        var last = Files.readAllLines(output).stream().filter(line -> line.startsWith(NamedTests.SAYS)).findFirst().orElse("they said nothing");
        return switch (process.exitValue()) {
            case NamedTests.PASSED -> new Survived();
            case NamedTests.FAILED -> new Caught(last);
            default -> new Broken("its tests could not be run: " + last + ", see " + output);
        };
    }

    /** Tests are named as people name them; where they are their file says. */
    private static String qualified(String test) throws IOException {
        var simple = test.replaceFirst("#.*", "");
        try (var files = Files.walk(TESTS)) {
            var file = files.filter(each -> each.getFileName().toString().equals(simple + ".java")).findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no " + simple));
            var path = TESTS.relativize(file).toString();
            return path.substring(0, path.length() - ".java".length()).replace(File.separatorChar, '.') + test.substring(simple.length());
        }
    }

    /** Maven's plugins start with a jar that only names the rest. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}

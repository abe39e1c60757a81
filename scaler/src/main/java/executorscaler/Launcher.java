package executorscaler;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Starts the service on a JVM that is new enough. Compiled for Java 17, so that an older {@code java} on somebody's machine says what is needed, or runs the
 * JDK 25 that lies beside it, instead of failing on the class file's version. In the image the JVM is right at once and this is one comparison.
 */
public final class Launcher {

    private static final int NEEDED = 25;

    /** Small rather than fast, as the chart has it: for the JVM that is started here, where nobody has said otherwise. */
    private static final List<String> FRUGAL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms8m", "-XX:NewRatio=4",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20", "-XX:ReservedCodeCacheSize=128m", "-Xss512k", "-XX:TrimNativeHeapInterval=5000");

    private Launcher() {}

    /** Runs {@code executorscaler.Main} with these arguments, in this JVM or in a newer one. */
    public static void main(String[] args) throws Exception {
        if (Runtime.version().feature() >= NEEDED) {
            runHere(args);
            return;
        }
        File java = newerJava();
        if (java == null) {
            System.err.println("executor-scaler needs Java " + NEEDED + ", this is " + Runtime.version() + "; set JAVA_HOME to a JDK " + NEEDED);
            System.exit(2);
            return;
        }
        System.exit(runThere(java, args));
    }

    private static void runHere(String[] args) throws Exception {
        try {
            Class.forName("executorscaler.Main").getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException thrown) {
            throw new IllegalStateException(thrown.getCause());
        }
    }

    private static int runThere(File java, String[] args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(java.getPath());
        if (System.getenv("JDK_JAVA_OPTIONS") == null) command.addAll(FRUGAL);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("executorscaler.Main");
        command.addAll(Arrays.asList(args));
        Process process = new ProcessBuilder(command).inheritIO().start();
        // Whoever ends this JVM means the one that works.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            process.destroy();
            try {
                process.waitFor();
            } catch (InterruptedException impatient) {
                process.destroyForcibly();
            }
        }));
        return process.waitFor();
    }

    private static File newerJava() {
        List<File> homes = new ArrayList<>();
        for (String name : new String[]{"JAVA_HOME", "JAVA_HOME_25_X64", "JAVA25_HOME"}) {
            String home = System.getenv(name);
            if (home != null) homes.add(new File(home));
        }
        String user = System.getProperty("user.home", "");
        for (String parent : new String[]{"/usr/lib/jvm", "/opt/java", user + "/.sdkman/candidates/java", user + "/.jdks",
                "/Library/Java/JavaVirtualMachines"}) {
            File[] found = new File(parent).listFiles(File::isDirectory);
            if (found == null) continue;
            Arrays.sort(found);
            homes.addAll(Arrays.asList(found));
        }
        for (File home : homes) {
            File java = new File(home, "bin/java");
            if (java.canExecute() && new File(home, "release").isFile() && isNewEnough(new File(home, "release"))) return java;
        }
        return null;
    }

    /** A JDK says its version in the file {@code release}: {@code JAVA_VERSION="25.0.3"}. */
    private static boolean isNewEnough(File release) {
        try {
            for (String line : Files.readAllLines(release.toPath())) {
                if (!line.startsWith("JAVA_VERSION=\"")) continue;
                String version = line.substring("JAVA_VERSION=\"".length());
                int end = 0;
                while (end < version.length() && Character.isDigit(version.charAt(end))) end++;
                return end > 0 && Integer.parseInt(version.substring(0, end)) >= NEEDED;
            }
        } catch (IOException unreadable) {
            return false;
        }
        return false;
    }
}

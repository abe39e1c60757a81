package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a redis-server: the machine's own when it is newer than the one a library brings along. */
final class RedisBinary {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)");
    // 6.2 has BLMOVE; the packed binaries are 6.2.
    private static final int PACKED_VERSION = 602;
    private static final List<String> PACKED = List.of("redis-server-6.2.6-v5-%s", "redis-server-6.2.7-%s");

    private RedisBinary() {
    }

    /** A program that can be run, copied into the folder if need be. */
    static String locate(Path folder) {
        Optional<Path> own = Tool.onPath("redis-server").filter(path -> version(path) > PACKED_VERSION);
        return own.map(Path::toString).orElseGet(() -> unpack(folder));
    }

    private static int version(Path program) {
        try {
            Matcher matcher = VERSION.matcher(Commands.run(Path.of("."), Map.of(), "", List.of(program.toString(), "--version")));
            return matcher.find() ? Integer.parseInt(matcher.group(1)) * 100 + Integer.parseInt(matcher.group(2)) : 0;
        } catch (CommandFailed e) {
            return 0;
        }
    }

    private static String unpack(Path folder) {
        Path target = folder.resolve("redis-server");
        String platform = platform();
        try {
            for (String name : PACKED) {
                if (Resources.copyForeign(name.formatted(platform), target)) {
                    if (!target.toFile().setExecutable(true)) {
                        throw new IOException("cannot make " + target + " executable");
                    }
                    return target.toString();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no redis-server for " + platform + ": install one");
    }

    private static String platform() {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
        return (mac ? "darwin-" : "linux-") + arch;
    }
}

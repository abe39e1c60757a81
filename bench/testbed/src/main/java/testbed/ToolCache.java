package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Folders of built tools in the user's cache, one for each content of what they are built from. */
final class ToolCache {
    /** Fills an empty folder. */
    interface Build {
        void into(Path folder) throws IOException;
    }

    private ToolCache() {
    }

    static Path root() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        // HOME as every other tool reads it; Java's own user.home does not follow it.
        String home = Optional.ofNullable(System.getenv("HOME")).filter(path -> !path.isBlank()).orElse(System.getProperty("user.home"));
        Path cache = xdg == null || xdg.isBlank() ? Path.of(home, ".cache") : Path.of(xdg);
        return cache.resolve("executor-scaler").resolve("testbed");
    }

    /** The folder for this content, whether it was built yet or not. */
    static Path folder(String kind, String... content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : content) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                digest.update(bytes);
            }
            return root().resolve(kind + "-" + HexFormat.of().formatHex(digest.digest()).substring(0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Builds the folder unless it is there; of several processes one builds and the others wait. */
    static synchronized Path ensure(Path folder, Build build) {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            Files.createDirectories(root());
            Path lockFile = root().resolve(folder.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.isDirectory(folder)) {
                    buildAside(folder, build);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Built beside its place and moved there whole, so that nobody ever sees half of it.
    private static void buildAside(Path folder, Build build) throws IOException {
        Path aside = Files.createTempDirectory(root(), folder.getFileName() + ".building-");
        Reaper.removeLater(aside);
        try {
            build.into(aside);
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.remove(aside);
        }
    }
}

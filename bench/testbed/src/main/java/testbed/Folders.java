package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Temporary folders that do not stay behind. */
final class Folders {
    private Folders() {
    }

    static Path temporary(String prefix) {
        try {
            Path folder = Files.createTempDirectory(prefix);
            Reaper.removeLater(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            // A process that is just ending removed a file under our hands; the reaper tries once more at the end.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

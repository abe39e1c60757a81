package executorscaler.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The page's files, read once from the class path. */
final class Page {
    private static final Map<String, String> TYPES = Map.of("index.html", "text/html; charset=utf-8", "page.js", "text/javascript; charset=utf-8",
            "page.css", "text/css; charset=utf-8", "favicon.svg", "image/svg+xml");

    /** A file and its media type. */
    record File(String type, Buffer content) {}

    private final Map<String, File> byPath = new TreeMap<>();

    Page() {
        TYPES.forEach((name, type) -> byPath.put("/" + name, new File(type, read(name))));
        byPath.put("/", new File("text/html; charset=utf-8", read("index.html")));
    }

    Optional<File> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    private static Buffer read(String name) {
        try (var stream = Page.class.getResourceAsStream("/dashboard/" + name)) {
            if (stream == null) throw new IllegalStateException("the page's " + name + " is not in this build");
            return Buffer.buffer(stream.readAllBytes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

package executorscaler.http;

import executorscaler.report.TickStates.State;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The page's files, read once from the class path. The script is one file to a browser and several to its readers. */
final class Page {
    private static final List<String> SCRIPTS = List.of("elements.js", "words.js", "chain.js", "nodes.js", "chart.js", "decisions.js", "why.js",
            "live.js", "keys.js");

    /** A file and its media type; {@code packed} is the content as gzip. */
    record File(String type, Buffer content, Buffer packed) {
        private static File of(String type, String text) {
            var content = Reply.buffer(text);
            return new File(type, content, Reply.gzip(content));
        }
    }

    private final Map<String, File> byPath = new TreeMap<>();
    private final String index;

    Page() {
        var script = new StringBuilder("'use strict';\n");
        SCRIPTS.forEach(name -> script.append(read(name)));
        byPath.put("/page.js", File.of("text/javascript; charset=utf-8", script.toString()));
        byPath.put("/page.css", File.of("text/css; charset=utf-8", read("page.css")));
        byPath.put("/favicon.svg", File.of("image/svg+xml", read("favicon.svg")));
        index = read("index.html");
    }

    Optional<File> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    static boolean isIndex(String path) {
        return path.equals("/") || path.equals("/index.html");
    }

    /** The page with this state in it, so that the first thing that is drawn is true, and that who has no script sees it, too. */
    String index(State state) {
        var sentences = state.sentences();
        var rest = new StringBuilder();
        sentences.stream().skip(1).forEach(sentence -> rest.append("<li>").append(text(sentence)).append("</li>"));
        // In a script element nothing but "</" and "<!--" means anything, and in JSON a "<" may be written otherwise.
        return filled(text(sentences.getFirst()), rest.toString(), state.text().replace("<", "\\u003c"));
    }

    /** The page for somebody who has not shown a token: without facts. */
    String empty() {
        return filled("Connecting.", "", "{}");
    }

    private String filled(String headline, String sentences, String state) {
        return index.replace("<!--headline-->", headline).replace("<!--sentences-->", sentences).replace("<!--state-->", state);
    }

    private static String text(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String read(String name) {
        try (var stream = Page.class.getResourceAsStream("/dashboard/" + name)) {
            if (stream == null) throw new IllegalStateException("the page's " + name + " is not in this build");
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

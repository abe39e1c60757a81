package executorscaler.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One program with its arguments, as a document tells people to type it: from a box of {@code sh}, from a line with {@code $} in a box of {@code console}, or from
 * the running text, where it has three words or more.
 *
 * @param words without quotes, pipes and redirections
 * @param text the same as it is written
 */
record DocumentedCommand(String document, int line, List<String> words, String text) {

    static final Path ROOT = Path.of("..");
    private static final String OUR_JAR = "java -jar scaler/target/executor-scaler.jar";
    private static final Pattern FENCE = Pattern.compile(" *```(.*)");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern PROGRAM = Pattern
            .compile("(kubectl|helm|aws|redis-cli|docker|curl|promtool|executor-scaler|\\./mvnw|" + Pattern.quote(OUR_JAR) + ") .* .*");

    DocumentedCommand {
        words = List.copyOf(words);
    }

    /** A line of text and its number in its document. */
    private record Line(int number, String text) {}

    String program() {
        return words.getFirst();
    }

    boolean ours() {
        return program().equals("executor-scaler");
    }

    String where() {
        return document + ":" + line + ": " + text;
    }

    /** Of the README and everything in docs, decisions apart: they tell of choices, and nobody follows them step by step. */
    static List<DocumentedCommand> all() {
        var all = new ArrayList<DocumentedCommand>();
        for (var document : documents()) all.addAll(of(document, read(document)));
        return all;
    }

    static List<String> documents() {
        var names = new ArrayList<>(List.of("README.md", "CONTRIBUTING.md", "SECURITY.md"));
        try (var docs = Files.list(ROOT.resolve("docs"))) {
            docs.map(file -> "docs/" + file.getFileName()).filter(name -> name.endsWith(".md")).sorted().forEach(names::add);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return names;
    }

    static String read(String document) {
        try {
            return Files.readString(ROOT.resolve(document));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Languages of the boxes, in their order. */
    static List<String> languages(String text) {
        var languages = new ArrayList<String>();
        boolean open = false;
        for (var line : text.lines().toList()) {
            var fence = FENCE.matcher(line);
            if (!fence.matches()) continue;
            open = !open;
            if (open) languages.add(fence.group(1));
        }
        return languages;
    }

    static List<DocumentedCommand> of(String document, String text) {
        var found = new ArrayList<DocumentedCommand>();
        var prose = new StringBuilder();
        var box = "";
        boolean open = false;
        var begun = "";
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            var fence = FENCE.matcher(line);
            if (fence.matches()) {
                open = !open;
                box = open ? fence.group(1) : "";
            }
            prose.append(open || fence.matches() ? "" : line).append('\n');
            if (!open || fence.matches()) continue;
            var typed = typed(box, line.strip());
            if (typed.endsWith("\\")) {
                begun += typed.substring(0, typed.length() - 1);
                continue;
            }
            found.addAll(split(document, new Line(number, begun + typed)));
            begun = "";
        }
        SPAN.matcher(prose).results().forEach(span -> {
            var words = span.group(1).replaceAll("\\s+", " ");
            int at = (int) prose.substring(0, span.start()).chars().filter(letter -> letter == '\n').count() + 1;
            if (PROGRAM.matcher(words).matches()) found.addAll(split(document, new Line(at, words)));
        });
        return found;
    }

    private static String typed(String box, String line) {
        if (box.equals("console")) return line.startsWith("$ ") ? line.substring(2) : "";
        return box.equals("sh") && !line.startsWith("#") ? line : "";
    }

    /** The programs of a line: quotes hold words together, {@code |} and {@code &&} part programs, a redirection and a comment end one. */
    private static List<DocumentedCommand> split(String document, Line line) {
        var commands = new ArrayList<DocumentedCommand>();
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        int from = 0;
        char quote = 0;
        boolean ended = false; // by a redirection or a comment: what follows is no argument
        var text = line.text + " ";
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (quote != 0 || next == '\'' || next == '"') {
                if (quote == 0) quote = next;
                else if (next == quote)
                    quote = 0;
                else
                    word.append(next);
            } else if (next != ' ') {
                word.append(next);
            } else if (word.toString().matches("\\||&&|>>?|#.*")) {
                if (!ended) add(commands, document, line, words, text.substring(from, i - word.length()));
                ended = !word.toString().matches("\\||&&");
                from = i + 1;
                word.setLength(0);
            } else if (!word.isEmpty()) {
                if (!ended) words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!ended) add(commands, document, line, words, text.substring(from));
        return commands;
    }

    private static void add(List<DocumentedCommand> commands, String document, Line line, List<String> words, String text) {
        if (!words.isEmpty()) {
            var ours = String.join(" ", words).startsWith(OUR_JAR);
            var typed = new ArrayList<>(ours ? words.subList(3, words.size()) : words);
            if (ours) typed.addFirst("executor-scaler");
            commands.add(new DocumentedCommand(document, line.number, typed, text.strip().replaceAll(" +", " ")));
        }
        words.clear();
    }
}

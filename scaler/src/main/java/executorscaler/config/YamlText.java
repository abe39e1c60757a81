package executorscaler.config;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Turns a text into YAML nodes that know their lines, within limits that a config never meets and an attack does. */
final class YamlText {

    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 20;
    private static final int MAX_ALIASES = 100;

    private YamlText() {}

    /** The text's one document; empty, with a problem noted, when there is none. */
    static Optional<YamlValue> parse(String text, Problems problems) {
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            problems.add("", 0, "must not be larger than 1 MiB");
            return Optional.empty();
        }
        try {
            var settings = LoadSettings.builder().setLabel("config").setSchema(new CoreSchema()).setCodePointLimit(MAX_BYTES)
                    // Such a key is named with its line where the mapping is read: {{ }} of a template that nobody filled in is one.
                    .setAllowNonScalarKeys(true).build();
            if (!withinLimits(text, settings, problems)) return Optional.empty();
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isPresent()) {
                var value = new YamlValue(root.get(), "", "", problems);
                if (!value.isNull()) return Optional.of(value);
            }
            problems.add("", 0, "is empty: at least redis and one executor or node pool are needed");
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark().or(e::getContextMark);
            var column = mark.map(m -> " at column " + (m.getColumn() + 1)).orElse("");
            problems.add("", mark.map(m -> m.getLine() + 1).orElse(0), "is not YAML: " + inOurWords(e.getProblem()) + column);
        } catch (YamlEngineException e) {
            problems.add("", 0, "is not YAML: " + YamlValue.printable(String.valueOf(e.getMessage())));
        }
        return Optional.empty();
    }

    /** The parser speaks of tokens; these three are what a slip of the hand looks like to it. */
    private static String inOurWords(String problem) {
        if (problem.contains("(TAB)")) return "a tab stands where only spaces may";
        if (problem.startsWith("expected <block end>")) return "this line is indented otherwise than those that it belongs to";
        if (problem.startsWith("mapping values are not allowed"))
            return "a key stands where none may be: a line is indented wrongly, or a text with a colon needs quotes";
        return YamlValue.printable(problem);
    }

    /**
     * Reads the events first, which takes no stack and no more memory than one event, because composing recurses once a level: a megabyte of
     * brackets must not become a stack overflow. Aliases multiply what is read after them, so their number is limited as well.
     */
    private static boolean withinLimits(String text, LoadSettings settings, Problems problems) {
        int depth = 0;
        int aliases = 0;
        int documents = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
            String broken = switch (event.getEventId()) {
                case MappingStart, SequenceStart -> ++depth > MAX_DEPTH ? "is nested deeper than " + MAX_DEPTH + " levels" : "";
                case Alias -> ++aliases > MAX_ALIASES ? "has more than " + MAX_ALIASES + " aliases" : "";
                case DocumentStart -> ++documents > 1 ? "must be one YAML document, here starts a second one" : "";
                case MappingEnd, SequenceEnd -> {
                    depth--;
                    yield "";
                }
                case Comment, DocumentEnd, Scalar, StreamEnd, StreamStart -> "";
            };
            if (!broken.isEmpty()) {
                problems.add("", line, broken);
                return false;
            }
        }
        return true;
    }
}

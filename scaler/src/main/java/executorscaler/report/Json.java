package executorscaler.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** JSON as all reports write it: fields in the order in which they were put, records as their kind and components. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectWriter COMPACT = MAPPER.writer();
    private static final ObjectWriter LINES = COMPACT.with(new ByLine());
    private static final ObjectWriter PRETTY = COMPACT.withDefaultPrettyPrinter();

    private Json() {}

    /** An object without fields. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** What anybody has written. */
    static JsonNode parse(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    /** What was written by ourselves. */
    static JsonNode read(String text) {
        try {
            return parse(text);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("written by ourselves", broken);
        }
    }

    static String compact(JsonNode node) {
        return written(COMPACT, node);
    }

    /** The same as {@link #compact}, with a line for every field of the whole and for every element of a list that is near it: neighbours differ by lines. */
    static List<String> lines(JsonNode node) {
        return List.of(written(LINES, node).split("\n", -1));
    }

    /** Indented, one field a line. */
    public static String pretty(JsonNode node) {
        return written(PRETTY, node);
    }

    /** {@code {"kind": simple name, ...every component}}. A trailing underscore (a component named like a keyword) is left out. */
    static ObjectNode record(Record value) {
        var object = object().put("kind", value.getClass().getSimpleName());
        Components.each(value, (name, each) -> object.set(name.replaceFirst("_$", ""), value(each)));
        return object;
    }

    private static JsonNode value(Object value) {
        var nodes = JsonNodeFactory.instance;
        return switch (value) {
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            case Boolean truth -> nodes.booleanNode(truth);
            case Instant time -> nodes.textNode(time.toString());
            case Record whole -> record(whole);
            case Collection<?> several -> {
                var array = array();
                several.forEach(one -> array.add(value(one)));
                yield array;
            }
            default -> nodes.textNode(value.toString());
        };
    }

    /** Breaks where {@link #lines} says; text has no line break inside, as JSON escapes it. */
    private static final class ByLine extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1;
        private static final int NEAR = 4; // whole, list, element, list

        @Override
        public void writeObjectEntrySeparator(JsonGenerator to) throws IOException {
            super.writeObjectEntrySeparator(to);
            if (depth(to) == 1) to.writeRaw('\n');
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator to) throws IOException {
            super.writeArrayValueSeparator(to);
            if (depth(to) <= NEAR) to.writeRaw('\n');
        }

        private static int depth(JsonGenerator to) {
            int depth = 0;
            for (var context = to.getOutputContext(); !context.inRoot(); context = context.getParent()) depth++;
            return depth;
        }
    }

    private static String written(ObjectWriter writer, JsonNode node) {
        try {
            return writer.writeValueAsString(node);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a tree of plain values is always writable", broken);
        }
    }
}

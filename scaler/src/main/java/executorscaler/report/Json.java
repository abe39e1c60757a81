package executorscaler.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.time.Instant;
import java.util.Collection;

/** JSON as all reports write it: fields in the order in which they were put, records as their kind and components. */
final class Json {
    private static final ObjectWriter COMPACT = JsonMapper.builder().build().writer();
    private static final ObjectWriter PRETTY = COMPACT.withDefaultPrettyPrinter();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static String compact(JsonNode node) {
        return written(COMPACT, node);
    }

    static String pretty(JsonNode node) {
        return written(PRETTY, node);
    }

    /** {@code {"kind": simple name, ...every component}}. A trailing underscore (a component named like a keyword) is left out. */
    static ObjectNode record(Record value) {
        var object = object().put("kind", value.getClass().getSimpleName());
        for (var component : value.getClass().getRecordComponents()) {
            try {
                object.set(component.getName().replaceFirst("_$", ""), value(component.getAccessor().invoke(value)));
            } catch (IllegalAccessException | InvocationTargetException broken) {
                throw new IllegalStateException("cannot read " + component, broken);
            }
        }
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
            case Collection<?> several -> {
                var array = array();
                several.forEach(one -> array.add(value(one)));
                yield array;
            }
            default -> nodes.textNode(value.toString());
        };
    }

    private static String written(ObjectWriter writer, JsonNode node) {
        try {
            return writer.writeValueAsString(node);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a tree of plain values is always writable", broken);
        }
    }
}

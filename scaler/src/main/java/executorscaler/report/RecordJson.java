package executorscaler.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON and back, equal to what they were: whatever snapshot, memory and config are made of. What is one of several kinds says which under {@code kind}.
 * A component that is added later and is not in an old text cannot be read from it.
 */
final class RecordJson {

    private static final String KIND = "kind";

    private RecordJson() {}

    /** A text that does not hold such a record. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unreadable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    static JsonNode write(Object value) {
        var nodes = JsonNodeFactory.instance;
        return switch (value) {
            case Optional<?> optional -> optional.isPresent() ? write(optional.get()) : nodes.nullNode();
            case OptionalInt optional -> optional.isPresent() ? nodes.numberNode(optional.getAsInt()) : nodes.nullNode();
            case OptionalDouble optional -> optional.isPresent() ? nodes.numberNode(optional.getAsDouble()) : nodes.nullNode();
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            case Boolean truth -> nodes.booleanNode(truth);
            case Enum<?> one -> nodes.textNode(one.name());
            case String text -> nodes.textNode(text);
            case Instant _,Duration _,LocalTime _,ZoneId _ -> nodes.textNode(value.toString());
            case Map<?, ?> map -> {
                var object = Json.object();
                map.forEach((key, one) -> object.set(String.valueOf(key), write(one)));
                yield object;
            }
            case Collection<?> several -> {
                var array = Json.array();
                several.forEach(one -> array.add(write(one)));
                yield array;
            }
            case Record record -> {
                var object = Json.object();
                if (record.getClass().getInterfaces().length > 0) object.put(KIND, record.getClass().getSimpleName());
                Components.each(record, (name, one) -> object.set(name, write(one)));
                yield object;
            }
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        };
    }

    /** @param type a record or a sealed interface of records */
    static <T> T read(JsonNode node, Class<T> type) {
        return type.cast(value(node, type, type.getSimpleName()));
    }

    private static Object value(JsonNode node, Type type, String where) {
        if (type instanceof ParameterizedType generic) return several(node, (Class<?>) generic.getRawType(), generic.getActualTypeArguments(), where);
        var one = (Class<?>) type;
        if (one == OptionalInt.class) return node.isNull() ? OptionalInt.empty() : OptionalInt.of(node.intValue());
        if (one == OptionalDouble.class) return node.isNull() ? OptionalDouble.empty() : OptionalDouble.of(node.doubleValue());
        if (node.isNull() || node.isMissingNode()) throw new Unreadable(where + " is missing", null);
        if (one == int.class || one == Integer.class) return node.intValue();
        if (one == long.class || one == Long.class) return node.longValue();
        if (one == double.class || one == Double.class) return node.doubleValue();
        if (one == boolean.class || one == Boolean.class) return node.booleanValue();
        try {
            if (one.isRecord()) return record(node, one, where);
            return one.isInterface() ? record(node, kind(one, node.path(KIND).asText(), where), where) : text(node.asText(), one, where);
        } catch (IllegalArgumentException | java.time.DateTimeException wrong) {
            throw new Unreadable(where + " is no " + one.getSimpleName() + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Object several(JsonNode node, Class<?> raw, Type[] of, String where) {
        if (raw == Optional.class) return node.isNull() || node.isMissingNode() ? Optional.empty() : Optional.of(value(node, of[0], where));
        if (Map.class.isAssignableFrom(raw)) {
            SortedMap<Object, Object> map = new TreeMap<>();
            node.properties().forEach(entry -> map.put(of[0] == Integer.class ? Integer.valueOf(entry.getKey()) : entry.getKey(),
                    value(entry.getValue(), of[1], where + "." + entry.getKey())));
            return map;
        }
        var list = new ArrayList<Object>();
        for (JsonNode one : node) list.add(value(one, of[0], where + "[" + list.size() + "]"));
        if (SortedSet.class.isAssignableFrom(raw)) return new TreeSet<>(list);
        if (raw == List.class) return List.copyOf(list);
        throw new IllegalArgumentException("no such collection: " + raw);
    }

    private static Object text(String text, Class<?> type, String where) {
        if (type == String.class) return text;
        if (type == Instant.class) return Instant.parse(text);
        if (type == Duration.class) return Duration.parse(text);
        if (type == LocalTime.class) return LocalTime.parse(text);
        if (type == ZoneId.class) return ZoneId.of(text);
        if (type == DayOfWeek.class) return DayOfWeek.valueOf(text);
        if (type.isEnum()) {
            for (Object one : type.getEnumConstants()) if (((Enum<?>) one).name().equals(text)) return one;
        }
        throw new Unreadable(where + ": no " + type.getSimpleName() + " is " + Sentences.quote(text), null);
    }

    private static Class<?> kind(Class<?> sealed, String name, String where) {
        return Arrays.stream(sealed.getPermittedSubclasses()).filter(one -> one.getSimpleName().equals(name)).findFirst()
                .orElseThrow(() -> new Unreadable(where + ": no " + sealed.getSimpleName() + " is called " + Sentences.quote(name), null));
    }

    private static Object record(JsonNode node, Class<?> type, String where) {
        var components = type.getRecordComponents();
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++)
            values[i] = value(node.path(components[i].getName()), components[i].getGenericType(), where + "." + components[i].getName());
        try {
            Constructor<?> made = type.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            made.setAccessible(true);
            return made.newInstance(values);
        } catch (ReflectiveOperationException broken) {
            throw new Unreadable(where + " is no " + type.getSimpleName() + ": " + broken.getCause(), broken);
        }
    }
}

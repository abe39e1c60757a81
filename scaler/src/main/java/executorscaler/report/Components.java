package executorscaler.report;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What a record holds, by the names of its components. */
final class Components {

    private Components() {}

    /** All of them, in the order in which the record has them. */
    static void each(Record of, BiConsumer<String, Object> taker) {
        for (var component : of.getClass().getRecordComponents()) taker.accept(component.getName(), value(component, of));
    }

    /** The one of this name; empty where the record has none. */
    static Optional<Object> named(String name, Record of) {
        return Arrays.stream(of.getClass().getRecordComponents()).filter(component -> component.getName().equals(name)).findFirst()
                .map(component -> value(component, of));
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true); // a record that only its own package sees has values, too
            return accessor.invoke(of);
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("cannot read " + component, broken);
        }
    }
}

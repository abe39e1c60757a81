package executorscaler.report;

import executorscaler.config.Config;
import executorscaler.config.RedisConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A config as paths and values, what differs between two of them, and nothing secret in either: of a URL the user and the password are left out. */
final class ConfigText {

    private static final int TOLD = 3;

    private ConfigText() {}

    /** By path ({@code nodePools[spot].maxSize}), every value that is in force, defaults among them. */
    static SortedMap<String, String> values(Config config) {
        var values = new TreeMap<String, String>();
        put(values, "", config);
        return values;
    }

    /** {@code nodePools[spot].maxSize: 10 to 4}, one for each path that differs. */
    static List<String> changes(Config before, Config after) {
        var old = values(before);
        var young = values(after);
        var paths = new TreeSet<>(old.keySet());
        paths.addAll(young.keySet());
        var changes = new ArrayList<String>();
        for (var path : paths) {
            var from = old.get(path);
            var to = young.get(path);
            if (from == null) {
                changes.add(path + ": " + to + ", new");
            } else if (to == null) {
                changes.add(path + ": " + from + ", gone");
            } else if (!from.equals(to)) {
                changes.add(path + ": " + from + " to " + to);
            }
        }
        return changes;
    }

    /** The first of these changes in one line, and how many more there are. */
    static String difference(Config before, Config after) {
        var changes = changes(before, after);
        if (changes.isEmpty()) return "nothing in it differs";
        var first = String.join("; ", changes.subList(0, Math.min(TOLD, changes.size())));
        return changes.size() > TOLD ? first + "; and " + (changes.size() - TOLD) + " more" : first;
    }

    private static void put(SortedMap<String, String> values, String path, Object value) {
        switch (value) {
            case RedisConfig redis -> {
                components(values, path, redis);
                values.put(path + ".url", redis.display());
            }
            case Record each -> components(values, path, each);
            case Optional<?> each -> each.ifPresent(one -> put(values, path, one));
            case OptionalInt each -> each.ifPresent(one -> values.put(path, String.valueOf(one)));
            case OptionalDouble each -> each.ifPresent(one -> values.put(path, String.valueOf(one)));
            case Map<?, ?> each -> each.forEach((key, one) -> put(values, path + "." + key, one));
            case Collection<?> each -> elements(values, path, each);
            default -> values.put(path, String.valueOf(value));
        }
    }

    private static void components(SortedMap<String, String> values, String path, Record value) {
        Components.each(value, (name, each) -> put(values, path.isEmpty() ? name : path + "." + name, each));
    }

    /** What has a name is known by it, so that one more at the front is one more and not a change of all. */
    private static void elements(SortedMap<String, String> values, String path, Collection<?> elements) {
        int number = 0;
        for (var each : elements) {
            put(values, path + "[" + name(each).orElse(String.valueOf(number)) + "]", each);
            number++;
        }
    }

    private static Optional<String> name(Object element) {
        return element instanceof Record record ? Components.named("name", record).map(String::valueOf) : Optional.empty();
    }
}

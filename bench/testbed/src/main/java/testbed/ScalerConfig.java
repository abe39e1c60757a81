package testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The little the test bed needs of a scaler's configuration; the scaler itself is the one to check it. */
record ScalerConfig(List<Pool> pools, Set<String> namespaces) {

    static ScalerConfig read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    static ScalerConfig parse(String yaml) {
        Map<?, ?> root = map(new Load(LoadSettings.builder().build()).loadFromString(yaml));
        Set<String> namespaces = new LinkedHashSet<>();
        for (Object executor : list(root.get("executors"))) {
            String deployment = text(map(executor), "deployment", "");
            if (deployment.contains("/")) {
                namespaces.add(deployment.substring(0, deployment.indexOf('/')));
            }
        }
        return new ScalerConfig(list(root.get("nodePools")).stream().map(item -> pool(map(item))).toList(), namespaces);
    }

    private static Pool pool(Map<?, ?> item) {
        String group = text(item, "autoScalingGroup", text(item, "name", "pool"));
        Map<String, String> labels = new LinkedHashMap<>();
        map(item.get("labels")).forEach((key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
        List<Taint> taints = list(item.get("taints")).stream().map(ScalerConfig::map)
                .map(taint -> new Taint(text(taint, "key", ""), text(taint, "value", ""), text(taint, "effect", "NoSchedule"))).toList();
        return new Pool(text(item, "name", group), group, text(item, "instanceType", "m5.large"), number(item, "minSize", 0),
                number(item, "maxSize", 10), labels, taints);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static String text(Map<?, ?> map, String key, String otherwise) {
        Object value = map.get(key);
        return value == null ? otherwise : String.valueOf(value);
    }

    private static int number(Map<?, ?> map, String key, int otherwise) {
        return map.get(key) instanceof Number number ? number.intValue() : otherwise;
    }
}

package executorscaler.config;

import java.util.List;

/** Files that are taken for a config on the first day: each would be a list of unknown keys, and is one mistake. */
final class OtherFiles {

    private static final List<String> OF_KEDA = List.of("ScaledObject", "ScaledJob", "HorizontalPodAutoscaler");

    private OtherFiles() {}

    /** What this file is instead of a config; empty: nothing speaks against its being one. */
    static String complaint(YamlValue root) {
        if (root.peek("apiVersion").isPresent() && root.peek("kind").isPresent()) {
            var kind = root.peek("kind").flatMap(YamlValue::peekText).filter(word -> word.matches("[A-Za-z]{1,63}")).orElse("unknown");
            if (kind.equals("ConfigMap")) return "is a ConfigMap, not a config: the config is the text in its data, without the indentation";
            return "is a Kubernetes manifest of kind " + kind + ", not a config"
                    + (OF_KEDA.contains(kind) ? ": executor-scaler import --from keda FILE makes one of it" : "");
        }
        var inner = root.peek("config");
        return inner.isPresent() && List.of("redis", "executors", "nodePools").stream().anyMatch(key -> inner.get().peek(key).isPresent())
                ? "holds chart values, not a config: the config is what stands below their key config"
                : "";
    }
}

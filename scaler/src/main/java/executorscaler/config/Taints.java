package executorscaler.config;

import executorscaler.config.PoolConfig.Effect;
import executorscaler.config.PoolConfig.TaintConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Reads taints, as a mapping of key, value and effect like in a Node, or as {@code key=value:Effect} like on kubectl's command line. */
final class Taints {

    private static final NavigableMap<String, Effect> EFFECTS = new TreeMap<>(
            Map.of("NoSchedule", Effect.NO_SCHEDULE, "PreferNoSchedule", Effect.PREFER_NO_SCHEDULE, "NoExecute", Effect.NO_EXECUTE));

    private Taints() {}

    static List<TaintConfig> read(YamlSection pool) {
        var taints = new ArrayList<TaintConfig>();
        var seen = new HashSet<String>();
        for (var item : pool.items("taints")) {
            var taint = item.isText() ? fromText(item) : fromMapping(item.section());
            if (taint.isEmpty()) continue;
            // The API server refuses a node that has one key twice with the same effect.
            if (!seen.add(taint.get().key() + ":" + taint.get().effect())) {
                item.problem("the taint " + taint.get().key() + " has this effect already");
            }
            taints.add(taint.get());
        }
        return taints;
    }

    private static Optional<TaintConfig> fromMapping(YamlSection taint) {
        var key = taint.requiredText("key", text -> {
            var complaint = Rule.LABEL_KEY.complaint(text);
            return complaint.isEmpty() ? "" : "'" + YamlValue.printable(text) + "' " + complaint;
        });
        var value = taint.text("value", Rule.LABEL_VALUE).orElse("");
        if (!taint.has("effect")) taint.missing("effect", ": " + String.join(", ", EFFECTS.keySet()));
        var effect = taint.choice("effect", EFFECTS);
        return key.isPresent() && effect.isPresent() ? Optional.of(new TaintConfig(key.get(), value, effect.get())) : Optional.empty();
    }

    private static Optional<TaintConfig> fromText(YamlValue item) {
        var text = item.text().orElse("");
        var colon = text.lastIndexOf(':');
        var effect = EFFECTS.get(text.substring(colon + 1));
        var pair = text.substring(0, Math.max(colon, 0)).split("=", 2);
        var value = pair.length == 2 ? pair[1] : "";
        if (effect != null && Rule.LABEL_KEY.complaint(pair[0]).isEmpty() && Rule.LABEL_VALUE.complaint(value).isEmpty()) {
            return Optional.of(new TaintConfig(pair[0], value, effect));
        }
        item.problem("must be key=value:Effect with effect " + String.join(" or ", EFFECTS.keySet()) + ", was '" + YamlValue.printable(text) + "'");
        return Optional.empty();
    }
}

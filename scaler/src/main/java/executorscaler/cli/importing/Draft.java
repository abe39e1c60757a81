package executorscaler.cli.importing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** A config that is being put together from what another autoscaler is told, and what could not be carried over. */
final class Draft {

    private static final int LONGEST_NAME = 63;

    final SequencedMap<String, Object> redis = new LinkedHashMap<>();
    final List<Map<String, Object>> executors = new ArrayList<>();
    final List<Map<String, Object>> pools = new ArrayList<>();
    final SequencedSet<String> tags = new LinkedHashSet<>();
    final SequencedMap<String, Object> scaleDown = new LinkedHashMap<>();
    final SequencedMap<String, Object> others = new LinkedHashMap<>();
    private final SequencedSet<String> lost = new LinkedHashSet<>();
    private final SequencedSet<String> checks = new LinkedHashSet<>();

    /** Something that this config cannot say, and why. */
    void lost(String what, String why) {
        lost.add(what + ": " + why);
    }

    /** Something that was guessed and has to be looked at. */
    void check(String what) {
        checks.add(what);
    }

    List<String> lost() {
        return List.copyOf(lost);
    }

    boolean empty() {
        return executors.isEmpty() && pools.isEmpty() && tags.isEmpty();
    }

    /** A name that the config takes for an executor or pool, different from those that are there. */
    static String name(String wanted, List<Map<String, Object>> taken) {
        var label = wanted.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        if (label.length() > LONGEST_NAME) label = label.substring(0, LONGEST_NAME).replaceAll("-+$", "");
        var base = label.isEmpty() ? "unnamed" : label;
        var name = base;
        for (int i = 2; isTaken(name, taken); i++) name = base.substring(0, Math.min(base.length(), LONGEST_NAME - 4)) + "-" + i;
        return name;
    }

    private static boolean isTaken(String name, List<Map<String, Object>> taken) {
        return taken.stream().anyMatch(one -> name.equals(one.get("name")));
    }

    /** The config as text, with what is to be looked at in comments. */
    String yaml(String from) {
        if (redis.isEmpty()) {
            redis.put("url", "redis://redis:6379/0");
            check("redis.url: nothing says where Redis is");
        }
        var config = new LinkedHashMap<String, Object>();
        config.put("redis", redis);
        if (!executors.isEmpty()) config.put("executors", executors);
        if (!pools.isEmpty()) config.put("nodePools", pools);
        if (!tags.isEmpty()) config.put("autoDiscovery", Map.of("tags", List.copyOf(tags)));
        if (!scaleDown.isEmpty()) config.put("scaleDown", scaleDown);
        config.putAll(others);
        var text = new StringBuilder("# Imported from " + from + ". Look through it, then: executor-scaler validate --config FILE\n");
        comment(text, "Look at these:", checks);
        comment(text, "Not carried over:", lost);
        return text + new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setSplitLines(false).build()).dumpToString(config);
    }

    private static void comment(StringBuilder text, String heading, SequencedSet<String> lines) {
        if (lines.isEmpty()) return;
        text.append("#\n# ").append(heading).append('\n');
        lines.forEach(line -> text.append("# - ").append(line.replaceAll("\\s+", " ")).append('\n'));
    }
}

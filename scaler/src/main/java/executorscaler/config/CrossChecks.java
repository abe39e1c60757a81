package executorscaler.config;

import executorscaler.config.ConfigReader.Located;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What no value shows alone: two sections that claim the same thing. */
final class CrossChecks {

    private CrossChecks() {}

    static void executors(List<Located<ExecutorConfig>> executors) {
        Map<String, String> names = new HashMap<>();
        Map<String, String> deployments = new HashMap<>();
        Map<String, String> lists = new HashMap<>();
        for (int i = 0; i < executors.size(); i++) {
            var executor = executors.get(i).value();
            var section = executors.get(i).section();
            var here = "executors[" + i + "]";
            claim(names, executor.name(), here, section, "name", "is the name of %s already");
            if (!executor.deployment().isEmpty()) {
                claim(deployments, executor.path(), here, section, "deployment", "is scaled by %s already: two executors would fight over it");
            }
            switch (executor.queue()) {
                case QueueConfig.Lists queue -> {
                    claim(lists, queue.waiting(), here, section, "queue.waiting");
                    claim(lists, queue.running(), here, section, "queue.running");
                    claim(lists, queue.delayed(), here, section, "queue.delayed");
                }
            }
        }
    }

    static void pools(List<Located<PoolConfig>> pools) {
        Map<String, String> names = new HashMap<>();
        Map<String, String> groups = new HashMap<>();
        for (int i = 0; i < pools.size(); i++) {
            var pool = pools.get(i).value();
            var section = pools.get(i).section();
            var here = "nodePools[" + i + "]";
            claim(names, pool.name(), here, section, "name", "is the name of %s already");
            claim(groups, pool.autoScalingGroup(), here, section, "autoScalingGroup",
                    "is the group of %s already: two pools would fight over its size");
        }
        fallbacks(pools);
    }

    /** Each fallback is another pool of the config, and whoever follows them comes to an end. A problem is told once, where the circle begins in the file. */
    private static void fallbacks(List<Located<PoolConfig>> pools) {
        Map<String, String> next = new HashMap<>();
        for (var pool : pools) next.putIfAbsent(pool.value().name(), pool.value().fallbackPool());
        Set<String> told = new HashSet<>();
        for (var pool : pools) {
            var name = pool.value().name();
            var fallback = pool.value().fallbackPool();
            if (fallback.isEmpty()) continue;
            if (fallback.equals(name)) {
                pool.section().problem("fallbackPool", "'" + fallback + "' is this pool itself");
            } else if (!next.containsKey(fallback)) {
                pool.section().problem("fallbackPool", "'" + fallback + "' is no pool of nodePools");
            } else {
                var circle = circle(name, next);
                if (circle.size() > 1 && told.addAll(circle))
                    pool.section().problem("fallbackPool", "goes round in a circle: " + String.join(" -> ", circle) + " -> " + name);
            }
        }
    }

    /** The pools that follow each other from this one back to it; empty: they come to an end, or go round without it. */
    private static List<String> circle(String from, Map<String, String> next) {
        var seen = new LinkedHashSet<String>();
        var at = from;
        while (!at.isEmpty() && seen.add(at)) at = next.getOrDefault(at, "");
        return at.equals(from) ? List.copyOf(seen) : List.of();
    }

    /** A Redis key belongs to one executor, in one role: whoever shares it counts jobs that another one works on, and buys pods for them twice. */
    private static void claim(Map<String, String> lists, String list, String here, YamlSection executor, String key) {
        var role = here + "." + key;
        var owner = lists.putIfAbsent(list, role);
        if (owner != null && !list.isEmpty()) {
            executor.section("queue").problem(key.substring(key.indexOf('.') + 1),
                    "'" + YamlValue.printable(list) + "' is " + owner + " already: its jobs would be counted twice");
        }
    }

    /** Notes a problem when somebody else has this thing; what could not be read is empty and claims nothing. */
    private static void claim(Map<String, String> owners, String thing, String here, YamlSection section, String key, String complaint) {
        if (thing.isEmpty()) return;
        var owner = owners.putIfAbsent(thing, here);
        if (owner != null) section.problem(key, "'" + thing + "' " + complaint.formatted(owner));
    }
}

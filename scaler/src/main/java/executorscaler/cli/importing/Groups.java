package executorscaler.cli.importing;

import executorscaler.config.GoDuration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Cluster Autoscaler's flags, and the tags of its groups, as pools. */
final class Groups {

    private static final String ENABLED = "k8s.io/cluster-autoscaler/enabled";
    private static final Map<String, String> STRATEGIES = Map.of("priority", "priority", "least-waste", "least-waste", "least-nodes", "least-nodes",
            "price", "least-cost");
    private static final List<String> NOTHING_LOST = List.of("v", "logtostderr", "stderrthreshold", "cloud-provider", "cluster-name", "namespace",
            "kubeconfig",
            "leader-elect", "address", "write-status-configmap", "aws-use-static-instance-list", "skip-nodes-with-system-pods",
            "skip-nodes-with-local-storage", "ignore-daemonsets-utilization", "max-empty-bulk-delete", "expander", "record-duplicated-events");

    private final Draft draft;

    Groups(Draft draft) {
        this.draft = draft;
    }

    /** The flags of a container of a Deployment. */
    void deployment(Tree deployment) {
        for (var container : deployment.at("spec", "template", "spec").list("containers")) {
            flags(container.texts("command"));
            flags(container.texts("args"));
        }
    }

    /** Words of a command line: {@code --name=value}. */
    void flags(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i).strip();
            if (!word.startsWith("-")) continue;
            var parts = word.replaceFirst("^--?", "").split("=", 2);
            boolean apart = parts.length == 1 && i + 1 < words.size() && !words.get(i + 1).startsWith("-");
            flag(parts[0], parts.length == 2 ? parts[1] : apart ? words.get(i + 1) : "true");
        }
    }

    /** A group as {@code aws autoscaling describe-auto-scaling-groups} shows it; its node-template tags are read while the service runs. */
    void group(Tree group) {
        var tags = group.list("Tags").stream().map(tag -> tag.text("Key").orElse("")).toList();
        var name = group.text("AutoScalingGroupName").orElse("");
        if (!tags.contains(ENABLED)) {
            draft.lost("group " + name, "it has no tag " + ENABLED);
            return;
        }
        pool(name, group.whole("MinSize").orElse(0), group.whole("MaxSize").orElse(0));
    }

    private void flag(String name, String value) {
        switch (name) {
            case "nodes" -> nodes(value);
            case "node-group-auto-discovery" -> discovery(value);
            case "scale-down-unneeded-time" -> seconds(name, value, seconds -> draft.scaleDown.put("idleSeconds", seconds));
            case "scale-down-unready-time" -> seconds(name, value, seconds -> draft.scaleDown.put("unreadySeconds", seconds));
            case "scale-down-delay-after-add" -> seconds(name, value, seconds -> draft.scaleDown.put("minNodeLifetimeSeconds", seconds));
            case "scan-interval" ->
                seconds(name, value, seconds -> draft.others.put("control", Map.of("intervalMillis", Math.max(10, seconds * 1000))));
            case "max-node-provision-time" ->
                seconds(name, value, seconds -> draft.check("--" + name + "=" + value + ": say maxProvisionSeconds: " + seconds
                        + " for each pool that needs it; the default is 600"));
            case "scale-down-utilization-threshold" -> number(name, value, "utilizationThreshold");
            case "expendable-pods-priority-cutoff" -> whole(name, value).ifPresent(cutoff -> draft.others.put("priorityCutoff", cutoff));
            case "balance-similar-node-groups" -> draft.others.put("balanceSimilarPools", value.equals("true"));
            case "expander" -> expander(value);
            case "scale-down-enabled" -> {
                if (value.equals("false")) draft.lost("--scale-down-enabled=false", "idle nodes are always given back; minSize keeps them");
            }
            case "cloud-provider" -> {
                if (!value.equals("aws")) draft.lost("--cloud-provider=" + value, "pools are EC2 Auto Scaling Groups");
            }
            case "scale-down-gpu-utilization-threshold" ->
                draft.check("--" + name + "=" + value + ": say scaleDown.utilizationThreshold of each pool with GPUs");
            case "max-graceful-termination-sec" ->
                draft.lost("--" + name + "=" + value,
                        "pods have their own grace period; how long a closed node may take is scaleDown.drainTimeoutSeconds");
            case "scale-down-delay-after-delete", "scale-down-delay-after-failure", "new-pod-scale-up-delay" -> {
                if (GoDuration.seconds(value).orElse(1) > 0) draft.lost("--" + name + "=" + value, "nothing here is like it");
            }
            case "max-nodes-total", "cores-total", "memory-total" -> draft.lost("--" + name + "=" + value, "each pool has its own maxSize");
            default -> {
                if (!NOTHING_LOST.contains(name)) draft.lost("--" + name + "=" + value, "nothing here is like it");
            }
        }
    }

    private void expander(String value) {
        var first = value.split(",", -1)[0];
        Optional.ofNullable(STRATEGIES.get(first)).ifPresentOrElse(strategy -> draft.others.put("strategy", strategy),
                () -> draft.lost("--expander=" + value, "strategy stays least-cost"));
        if (first.equals("priority")) draft.check("--expander=priority: say nodePools[].priority; the ConfigMap of priorities was not read");
    }

    /** {@code min:max:group}. */
    private void nodes(String value) {
        var parts = value.split(":", 3);
        if (parts.length != 3 || !parts[0].matches("[0-9]{1,5}") || !parts[1].matches("[0-9]{1,5}")) {
            draft.lost("--nodes=" + value, "it is not MIN:MAX:GROUP");
            return;
        }
        pool(parts[2], Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /** {@code asg:tag=key,key=value}. */
    private void discovery(String value) {
        if (!value.startsWith("asg:tag=")) {
            draft.lost("--node-group-auto-discovery=" + value, "groups are found by asg:tag=");
            return;
        }
        draft.tags.addAll(List.of(value.substring("asg:tag=".length()).split(",", -1)));
    }

    private void pool(String group, int least, int most) {
        if (draft.pools.stream().anyMatch(pool -> group.equals(pool.get("autoScalingGroup")))) return;
        var pool = new LinkedHashMap<String, Object>();
        pool.put("name", Draft.name(group, draft.pools));
        pool.put("autoScalingGroup", group);
        pool.put("minSize", least);
        pool.put("maxSize", Math.max(least, most));
        draft.pools.add(pool);
        draft.check("pool " + pool.get("name")
                + ": labels and taints, unless the group has Cluster Autoscaler's node-template tags, and capacityType: spot if it is");
    }

    private void seconds(String flag, String value, IntConsumer then) {
        var seconds = GoDuration.seconds(value);
        if (seconds.isPresent()) then.accept(seconds.getAsInt());
        else
            draft.lost("--" + flag + "=" + value, "it is no time such as 10m0s");
    }

    private void number(String flag, String value, String key) {
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number <= 1) {
                draft.scaleDown.put(key, number);
                return;
            }
        } catch (NumberFormatException noNumber) {
            draft.lost("--" + flag + "=" + value, "it is no number");
            return;
        }
        draft.lost("--" + flag + "=" + value, "it is not from 0 to 1");
    }

    private Optional<Integer> whole(String flag, String value) {
        try {
            return Optional.of(Integer.parseInt(value));
        } catch (NumberFormatException noNumber) {
            draft.lost("--" + flag + "=" + value, "it is no whole number");
            return Optional.empty();
        }
    }
}

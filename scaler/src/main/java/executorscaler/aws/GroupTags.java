package executorscaler.aws;

import executorscaler.config.AutoscalingOption;
import executorscaler.config.Quantity;
import executorscaler.config.Rule;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/**
 * What a group's tags say of its nodes, in Cluster Autoscaler's words: {@code k8s.io/cluster-autoscaler/node-template/} and then {@code label/KEY},
 * {@code taint/KEY}, {@code resources/NAME} or {@code autoscaling-options/NAME} (its AWS README, "Auto-discovery setup"). Cluster Autoscaler passes over
 * what it cannot read; here it is a trouble, and everything else counts.
 */
final class GroupTags {

    private static final String PREFIX = "k8s.io/cluster-autoscaler/node-template/";
    private static final String LABEL = PREFIX + "label/";
    private static final String TAINT = PREFIX + "taint/";
    private static final String RESOURCE = PREFIX + "resources/";
    private static final String OPTION = PREFIX + "autoscaling-options/";

    /** Volume drivers of the nodes: nothing that is planned here depends on them. */
    private static final String DRIVER = PREFIX + "csi-driver";

    /** The option that says what is always so here: what daemonsets take does not count as use. */
    private static final String WITHOUT_DAEMONS = "ignoredaemonsetsutilization";

    private static final Map<String, Taint.Effect> EFFECTS = Map.of("NoSchedule", Taint.Effect.NO_SCHEDULE, "PreferNoSchedule",
            Taint.Effect.PREFER_NO_SCHEDULE, "NoExecute", Taint.Effect.NO_EXECUTE);

    private final SortedMap<String, String> labels = new TreeMap<>();
    private final List<Taint> taints = new ArrayList<>();
    private final SortedMap<String, Long> resources = new TreeMap<>();
    private final SortedMap<String, String> options = new TreeMap<>();
    private final List<String> troubles = new ArrayList<>();

    private GroupTags() {}

    /** Reads all tags; keys and values count as they are written, in their case. */
    static GroupTags of(List<TagDescription> tags) {
        var read = new GroupTags();
        var sorted = new TreeMap<String, String>();
        for (var tag : tags) sorted.put(Objects.requireNonNullElse(tag.key(), ""), Objects.requireNonNullElse(tag.value(), ""));
        sorted.forEach(read::read);
        return read;
    }

    private void read(String tag, String value) {
        if (tag.startsWith(LABEL)) label(tag, tag.substring(LABEL.length()), value);
        else if (tag.startsWith(TAINT)) taint(tag, tag.substring(TAINT.length()), value);
        else if (tag.startsWith(RESOURCE)) resource(tag, tag.substring(RESOURCE.length()), value);
        else if (tag.startsWith(OPTION)) option(tag, tag.substring(OPTION.length()), value);
        else if (tag.startsWith(PREFIX) && !tag.equals(DRIVER))
            trouble(tag, "is no tag that tells of nodes: those are label/, taint/, resources/ and autoscaling-options/");
    }

    private void label(String tag, String key, String value) {
        if (fits(tag, key) && fits(tag, value, Rule.LABEL_VALUE)) labels.put(key, value);
    }

    /** {@code value:Effect}; the value may be empty, the colon may not be left out. */
    private void taint(String tag, String key, String written) {
        int colon = written.indexOf(':');
        var effect = EFFECTS.get(written.substring(colon + 1));
        if (colon < 0 || effect == null) {
            trouble(tag, "must be value:Effect with effect NoExecute or NoSchedule or PreferNoSchedule, was '" + written + "'");
        } else if (fits(tag, key) && fits(tag, written.substring(0, colon), Rule.LABEL_VALUE)) {
            taints.add(new Taint(key, written.substring(0, colon), effect));
        }
    }

    private void resource(String tag, String name, String written) {
        OptionalLong amount = switch (name) {
            case "cpu" -> Quantity.cpuMillis(written);
            case "memory", "ephemeral-storage" -> Quantity.memoryBytes(written);
            default -> Quantity.count(written);
        };
        if (!fits(tag, name)) return;
        if (amount.isPresent()) resources.put(name, amount.getAsLong());
        else
            trouble(tag, "must be a quantity such as 4, 500m of cpu or 16Gi of memory, was '" + written + "'");
    }

    private void option(String tag, String name, String written) {
        var option = AutoscalingOption.named(name);
        var complaint = option.map(known -> known.complaint(written)).orElse("is no option that is known here, and changes nothing");
        if (option.isEmpty() && name.equals(WITHOUT_DAEMONS) && written.equals("true")) return;
        if (complaint.isEmpty()) options.put(name, written);
        else
            trouble(tag, complaint);
    }

    private boolean fits(String tag, String key) {
        var complaint = Rule.LABEL_KEY.complaint(key);
        if (!complaint.isEmpty()) trouble(tag, "'" + key + "' " + complaint);
        return complaint.isEmpty();
    }

    private boolean fits(String tag, String value, Rule rule) {
        var complaint = rule.complaint(value);
        if (!complaint.isEmpty()) trouble(tag, complaint);
        return complaint.isEmpty();
    }

    private void trouble(String tag, String words) {
        troubles.add("tag " + tag + ": " + words);
    }

    SortedMap<String, String> labels() {
        return labels;
    }

    List<Taint> taints() {
        return taints;
    }

    /** By name: {@code cpu} in millis, {@code memory} and {@code ephemeral-storage} in bytes, others counted. */
    SortedMap<String, Long> resources() {
        return resources;
    }

    SortedMap<String, String> options() {
        return options;
    }

    /** One sentence each, naming tag, rule and value. */
    List<String> troubles() {
        return troubles;
    }
}

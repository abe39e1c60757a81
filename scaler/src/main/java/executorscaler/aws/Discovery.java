package executorscaler.aws;

import executorscaler.config.AutoDiscovery;
import executorscaler.config.PoolConfig;
import executorscaler.config.Rule;
import executorscaler.plan.Discovered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Filter;

/** Which groups are pools because of their tags, and what they are called. */
final class Discovery {

    private static final int LABEL_LENGTH = 63;

    private Discovery() {}

    /**
     * A group that was found.
     *
     * @param pool the entry that stands for it
     * @param trouble why it is not called as it calls itself; empty where it is
     */
    record Found(PoolConfig pool, AutoScalingGroup group, String trouble) {}

    /** As DescribeAutoScalingGroups takes them: it answers groups that all of them let through. */
    static List<Filter> filters(AutoDiscovery wanted) {
        return wanted.tags().stream().map(tag -> tag.value().isEmpty()
                ? Filter.builder().name("tag-key").values(tag.key()).build()
                : Filter.builder().name("tag:" + tag.key()).values(tag.value()).build()).toList();
    }

    /** The groups that have all tags, are not being deleted, and are no configured pool's; in the order of their names. */
    static List<Found> among(Collection<AutoScalingGroup> groups, AutoDiscovery wanted, Collection<PoolConfig> configured) {
        if (!wanted.on()) return List.of();
        var names = new TreeSet<>(configured.stream().map(PoolConfig::name).toList());
        var taken = new TreeSet<>(configured.stream().map(PoolConfig::autoScalingGroup).toList());
        var found = new ArrayList<Found>();
        for (var group : groups) {
            if (taken.contains(group.autoScalingGroupName()) || !has(group, wanted) || beingDeleted(group)) continue;
            found.add(found(group, names));
        }
        return found;
    }

    private static boolean has(AutoScalingGroup group, AutoDiscovery wanted) {
        return wanted.tags().stream().allMatch(tag -> group.tags().stream()
                .anyMatch(one -> tag.key().equals(one.key()) && (tag.value().isEmpty() || tag.value().equals(one.value()))));
    }

    /** Only such a group has a status at all (API_AutoScalingGroup). */
    private static boolean beingDeleted(AutoScalingGroup group) {
        return group.status() != null && !group.status().isEmpty();
    }

    private static Found found(AutoScalingGroup group, Set<String> names) {
        var own = group.autoScalingGroupName();
        boolean label = Rule.DNS_LABEL.complaint(own).isEmpty();
        var name = own;
        boolean fits = label && names.add(own);
        for (int times = 1; !fits; times++) {
            name = numbered(own, times);
            fits = names.add(name);
        }
        var trouble = name.equals(own)
                ? ""
                : "Auto Scaling Group " + own + " is called " + name + " here, because " + (label
                        ? "a pool of the config has its name"
                        : "its name is no DNS label");
        return new Found(Discovered.pool(name, own, Objects.requireNonNullElse(group.minSize(), 0), Objects.requireNonNullElse(group.maxSize(), 0)),
                group,
                trouble);
    }

    /**
     * What would fit, and a number made of the whole name: two groups that look alike when made fit stay two, and neither changes its name when the other
     * comes or goes. What is remembered of a pool is remembered by its name.
     *
     * @param times how often the name goes into the number: more than once only where the number is taken
     */
    private static String numbered(String group, int times) {
        var sum = new CRC32();
        for (int i = 0; i < times; i++) sum.update(group.getBytes(StandardCharsets.UTF_8));
        var number = String.format("-%08x", sum.getValue());
        var fit = group.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return (fit.isEmpty() ? "group" : fit.substring(0, Math.min(fit.length(), LABEL_LENGTH - number.length()))) + number;
    }
}

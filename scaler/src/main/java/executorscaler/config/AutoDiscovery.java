package executorscaler.config;

import java.util.List;

/**
 * Which Auto Scaling Groups are pools although the config does not name them, as Cluster Autoscaler's {@code --node-group-auto-discovery=asg:tag=...} says
 * it.
 *
 * @param tags all of which a group must have; empty: no group is looked for
 */
public record AutoDiscovery(List<Tag> tags) {

    /** Only pools that the config names. */
    public static final AutoDiscovery NONE = new AutoDiscovery(List.of());

    /**
     * A tag to be found on a group.
     *
     * @param value empty: any
     */
    public record Tag(String key, String value) {}

    public AutoDiscovery {
        tags = List.copyOf(tags);
    }

    /** Whether groups are looked for at all. */
    public boolean on() {
        return !tags.isEmpty();
    }
}

package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Joining;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node with what was found out about it in this tick: found once, as there may be 15,000 of them with 150,000 pods. */
final class Host {

    private final Node node;
    private final Joining.@Nullable Place place;
    private final @Nullable PoolConfig config;
    private final List<Pod> pods = new ArrayList<>();
    private List<Pod> nominated = List.of();
    private int guests;
    private boolean executing;
    private boolean expendables;
    private @Nullable Boolean complete;

    /**
     * A node without pods so far.
     *
     * @param place which instance it is; null: none of any pool
     * @param config of its pool; null where the config has no such pool
     */
    Host(Node node, Joining.@Nullable Place place, @Nullable PoolConfig config) {
        this.node = node;
        this.place = place;
        this.config = config;
    }

    /** A pod that has not ended, whether it belongs to a configured executor, and whether it gives way to others. */
    void add(Pod pod, boolean executes, boolean expendable) {
        pods.add(pod);
        expendables |= expendable;
        if (pod.resident()) return;
        guests++;
        executing |= executes;
    }

    void nominate(Pod pod) {
        if (nominated.isEmpty()) nominated = new ArrayList<>(1);
        nominated.add(pod);
    }

    Node node() {
        return node;
    }

    Optional<Joining.Place> place() {
        return Optional.ofNullable(place);
    }

    /** What the config says of its pool. */
    Optional<PoolConfig> config() {
        return Optional.ofNullable(config);
    }

    /** Pods on the node that have not ended, its residents among them. */
    List<Pod> pods() {
        return Collections.unmodifiableList(pods);
    }

    /** Pods that wait for the room that the scheduler is making for them here. */
    List<Pod> nominated() {
        return Collections.unmodifiableList(nominated);
    }

    /** Pods on the node that are neither ended nor residents: what keeps it from being empty. */
    List<Pod> guests() {
        return guests == 0 ? List.of() : pods.stream().filter(pod -> !pod.resident()).toList();
    }

    /** Whether one of the guests may be running a job. */
    boolean executes() {
        return executing;
    }

    /** Whether some of the pods give way to others. */
    boolean expendables() {
        return expendables;
    }

    /** Whether pods could be put on it, if it were open. */
    boolean useful(World world) {
        return node.ready() && complete(world);
    }

    /** See {@link World#isComplete}; a node of a pool that the config does not have lacks nothing that we know of. */
    boolean complete(World world) {
        if (place == null || config == null) return true;
        if (complete == null) complete = world.isComplete(node, config, place);
        return complete;
    }
}

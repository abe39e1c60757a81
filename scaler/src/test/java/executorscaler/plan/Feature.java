package executorscaler.plan;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a {@link RandomCluster} may have beside pods with CPU and memory requests. */
enum Feature {
    NODE_SELECTOR, NODE_AFFINITY, TOLERATIONS, SEVERAL_CONTAINERS, INIT_CONTAINERS, LIMITS_ALONE, POD_RESOURCES, OVERHEAD, NO_REQUESTS, EPHEMERAL_STORAGE, DEVICES, DAEMON_SETS, TOO_LARGE, FULL_POOLS, HOST_PORTS, POD_ANTI_AFFINITY, POD_AFFINITY, SPREAD, OTHER_GROUPS, NAMESPACE_SELECTOR, PRIORITIES, VOLUMES, HOST_NAMES, GATES;

    /** Those that the planner knows: all of them. */
    static final Set<Feature> MODELLED = Collections.unmodifiableSet(EnumSet.allOf(Feature.class));
}

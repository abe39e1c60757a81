package executorscaler.config;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the operator asked for: one value, complete and free of contradictions. Made by {@link ConfigReader} from YAML; docs/configuration.md explains every key.
 *
 * @param placeholderImage an executor with a container of this image name awaits its first deployment (rule S14)
 * @param priorityCutoff pods of a lower priority buy no node, and their room counts as free
 * @param strategy which pools are bought from
 * @param autoDiscovery which groups become pools beside those named here
 * @param balanceSimilarPools whether purchases are levelled over pools that differ by their zone only
 * @param nominatePods whether pods of several kinds are told their nodes while these come up
 * @param scaleInProtection whether groups are kept from choosing nodes with executors' pods as victims
 * @param deleteNodes whether Node objects whose instance is gone are deleted
 * @param notices where AWS tells what it is about to do with instances
 */
public record Config(RedisConfig redis, List<ExecutorConfig> executors, List<PoolConfig> nodePools, ScaleDownConfig scaleDown, ControlConfig control,
        String placeholderImage, int priorityCutoff, Strategy strategy, AutoDiscovery autoDiscovery, boolean balanceSimilarPools,
        boolean nominatePods, boolean scaleInProtection, boolean deleteNodes, NoticesConfig notices) {

    /** Default of {@link #placeholderImage()}. */
    public static final String DEFAULT_PLACEHOLDER_IMAGE = "TO_BE_DEPLOYED";

    /** Default of {@link #priorityCutoff()}: what Cluster Autoscaler's users know. */
    public static final int DEFAULT_PRIORITY_CUTOFF = -10;

    /** Which pools are bought from, where several have room. */
    public enum Strategy {
        /** Whatever makes the plan cheapest, several pools together if need be. */
        LEAST_COST,
        /** The pools of the highest priority first; among equals the cheapest plan. */
        PRIORITY,
        /** Whatever leaves the smallest part of what is bought unused. */
        LEAST_WASTE,
        /** As few nodes as will do. */
        LEAST_NODES
    }

    /** With the default strategy. */
    public Config(RedisConfig redis, List<ExecutorConfig> executors, List<PoolConfig> nodePools, ScaleDownConfig scaleDown, ControlConfig control,
            String placeholderImage, int priorityCutoff) {
        this(redis, executors, nodePools, scaleDown, control, placeholderImage, priorityCutoff, Strategy.LEAST_COST);
    }

    /** Without discovery. */
    public Config(RedisConfig redis, List<ExecutorConfig> executors, List<PoolConfig> nodePools, ScaleDownConfig scaleDown, ControlConfig control,
            String placeholderImage, int priorityCutoff, Strategy strategy) {
        this(redis, executors, nodePools, scaleDown, control, placeholderImage, priorityCutoff, strategy, AutoDiscovery.NONE, false, true);
    }

    /** Not balanced. */
    public Config(RedisConfig redis, List<ExecutorConfig> executors, List<PoolConfig> nodePools, ScaleDownConfig scaleDown, ControlConfig control,
            String placeholderImage, int priorityCutoff, Strategy strategy, AutoDiscovery autoDiscovery) {
        this(redis, executors, nodePools, scaleDown, control, placeholderImage, priorityCutoff, strategy, autoDiscovery, false, true);
    }

    /** The same with notices. */
    public Config withNotices(NoticesConfig other) {
        return new Config(redis, executors, nodePools, scaleDown, control, placeholderImage, priorityCutoff, strategy, autoDiscovery,
                balanceSimilarPools, nominatePods, scaleInProtection, deleteNodes, other);
    }

    /** Where no instance is protected, no Node deleted and no notice read. */
    public Config(RedisConfig redis, List<ExecutorConfig> executors, List<PoolConfig> nodePools, ScaleDownConfig scaleDown, ControlConfig control,
            String placeholderImage, int priorityCutoff, Strategy strategy, AutoDiscovery autoDiscovery, boolean balanceSimilarPools,
            boolean nominatePods) {
        this(redis, executors, nodePools, scaleDown, control, placeholderImage, priorityCutoff, strategy, autoDiscovery, balanceSimilarPools,
                nominatePods, false, false, NoticesConfig.NONE);
    }

    /** The same with other pools. */
    public Config withPools(List<PoolConfig> pools) {
        return new Config(redis, executors, pools, scaleDown, control, placeholderImage, priorityCutoff, strategy, autoDiscovery,
                balanceSimilarPools, nominatePods, scaleInProtection, deleteNodes, notices);
    }

    /** The same with other rules about what is done to instances and nodes beside their number. */
    public Config with(boolean protection, boolean deletion) {
        return new Config(redis, executors, nodePools, scaleDown, control, placeholderImage, priorityCutoff, strategy, autoDiscovery,
                balanceSimilarPools, nominatePods, protection, deletion, notices);
    }

    /**
     * The times, in seconds, for which delayed jobs have to be looked ahead: each {@link ScaleDownConfig#minNodeLifetimeSeconds()} that is in force for any pool,
     * without 0.
     */
    public SortedSet<Integer> lookAheadSeconds() {
        var times = new TreeSet<Integer>();
        for (PoolConfig pool : nodePools) times.add(pool.scaleDown().minNodeLifetimeSeconds().orElse(scaleDown.minNodeLifetimeSeconds()));
        if (autoDiscovery.on()) times.add(scaleDown.minNodeLifetimeSeconds());
        times.remove(0);
        return Collections.unmodifiableSortedSet(times);
    }

    public Config {
        executors = List.copyOf(executors);
        nodePools = List.copyOf(nodePools);
    }
}

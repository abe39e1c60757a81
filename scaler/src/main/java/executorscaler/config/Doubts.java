package executorscaler.config;

import java.util.ArrayList;
import java.util.List;

/** What is valid in a config and most likely not meant. */
public final class Doubts {

    private Doubts() {}

    /** In the order of the config; none of them keeps the config from being in force. */
    public static List<Problem> of(Config config) {
        var doubts = new ArrayList<Problem>();
        for (int i = 0; i < config.executors().size(); i++) {
            if (config.executors().get(i).maxReplicas() == 0) doubt(doubts, "executors[" + i + "].maxReplicas", "is 0: no job of it will ever run");
        }
        for (int i = 0; i < config.nodePools().size(); i++) pool(doubts, "nodePools[" + i + "].", config.nodePools().get(i), config);
        if (config.nodePools().isEmpty() && !config.autoDiscovery().on())
            doubt(doubts, "nodePools", "there is none, and no autoDiscovery: somebody else has to bring nodes");
        if (config.executors().isEmpty()) doubt(doubts, "executors", "there is none: no queue is read");
        var down = config.scaleDown();
        if (down.idleSeconds() == 0 && down.minNodeLifetimeSeconds() == 0)
            doubt(doubts, "scaleDown", "idleSeconds and minNodeLifetimeSeconds are 0: nodes go at once and are bought again");
        if (down.trustSeconds() == 0) doubt(doubts, "scaleDown.trustSeconds", "is 0: a Redis that restarts empty takes all pods that are idle");
        return List.copyOf(doubts);
    }

    private static void pool(List<Problem> doubts, String path, PoolConfig pool, Config config) {
        if (pool.maxSize() == 0) doubt(doubts, path + "maxSize", "is 0: no node of it will ever be bought");
        if (pool.hourlyPrice().isPresent() && pool.hourlyPrice().getAsDouble() == 0)
            doubt(doubts, path + "hourlyPrice", "is 0: nodes of it are bought as if they were free");
        // Groups that are found have labels that nobody knows beforehand, so with them the fence is as wide whatever is written here.
        if (pool.labels().isEmpty() && !config.autoDiscovery().on())
            doubt(doubts, path + "labels", "there are none: the admission fence lets the service close any node but those of the control plane");
        var devices = FallbackDoubts.devices(pool.instanceType());
        if (!devices.isEmpty() && pool.taints().stream().allMatch(taint -> taint.effect() == PoolConfig.Effect.PREFER_NO_SCHEDULE))
            doubt(doubts, path + "taints", "none keeps pods that ask for no " + devices + " off nodes of " + pool.instanceType());
        config.nodePools().stream().filter(other -> other.name().equals(pool.fallbackPool())).findFirst()
                .ifPresent(fallback -> FallbackDoubts.differences(pool, fallback)
                        .forEach(difference -> doubt(doubts, path + "fallbackPool", difference)));
    }

    private static void doubt(List<Problem> doubts, String path, String message) {
        doubts.add(new Problem(path, message, 0));
    }
}

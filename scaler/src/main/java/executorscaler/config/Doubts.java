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
        for (int i = 0; i < config.nodePools().size(); i++) {
            var pool = config.nodePools().get(i);
            if (pool.maxSize() == 0) doubt(doubts, "nodePools[" + i + "].maxSize", "is 0: no node of it will ever be bought");
            if (pool.hourlyPrice().isPresent() && pool.hourlyPrice().getAsDouble() == 0)
                doubt(doubts, "nodePools[" + i + "].hourlyPrice", "is 0: nodes of it are bought as if they were free");
        }
        if (config.nodePools().isEmpty() && !config.autoDiscovery().on())
            doubt(doubts, "nodePools", "there is none, and no autoDiscovery: somebody else has to bring nodes");
        if (config.executors().isEmpty()) doubt(doubts, "executors", "there is none: no queue is read");
        var down = config.scaleDown();
        if (down.idleSeconds() == 0 && down.minNodeLifetimeSeconds() == 0)
            doubt(doubts, "scaleDown", "idleSeconds and minNodeLifetimeSeconds are 0: nodes go at once and are bought again");
        if (down.trustSeconds() == 0) doubt(doubts, "scaleDown.trustSeconds", "is 0: a Redis that restarts empty takes all pods that are idle");
        return List.copyOf(doubts);
    }

    private static void doubt(List<Problem> doubts, String path, String message) {
        doubts.add(new Problem(path, message, 0));
    }
}

package executorscaler.sim;

import executorscaler.config.Config;
import executorscaler.observe.ClusterReader;
import java.time.Instant;
import java.util.List;

/** The same lists for as long as nothing changes, as the caches of the Kubernetes API give them: then a decision may stand. For one thread. */
public final class SteadyCluster implements ClusterReader {

    private final ClusterReader reader;
    private Cluster seen = new Cluster(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** What this reader reads. */
    public SteadyCluster(ClusterReader reader) {
        this.reader = reader;
    }

    @Override
    public Cluster read(Config config, Instant now) {
        var read = reader.read(config, now);
        if (!read.equals(seen)) seen = read;
        return seen;
    }
}

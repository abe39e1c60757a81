package executorscaler.observe;

import executorscaler.config.Config;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.List;

/** Reads the Auto Scaling Groups: the last description, which another thread keeps fresh. */
public interface CloudReader {

    Cloud read(Config config, Instant now);

    /** Sorted by pool; a pool is in one of the two lists. A group that the cloud does not know is missing, by name. */
    record Cloud(List<Pool> pools, List<Missing> missing) {
        public Cloud {
            pools = List.copyOf(pools);
            missing = List.copyOf(missing);
        }
    }
}

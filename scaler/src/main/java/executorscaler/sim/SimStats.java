package executorscaler.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a world has seen so far.
 *
 * @param launched instances that groups launched
 * @param ended instances that were told to end
 * @param nodeSeconds what all instances have run in all
 * @param peakNodes the most nodes at one time
 * @param pushed jobs that arrived
 * @param finished jobs that were done
 * @param killed jobs lost because a pod was deleted or evicted or its instance ended: the number that must stay 0
 * @param interrupted jobs lost because the cloud took an instance away by itself
 * @param waits how long each started job had waited, sorted
 */
public record SimStats(int launched, int ended, long nodeSeconds, int peakNodes, long pushed, long finished, long killed, long interrupted,
        List<Duration> waits) {

    public SimStats {
        waits = List.copyOf(waits);
    }

    /** The wait that this share of all started jobs (0 to 1) did not exceed; zero where no job has started. */
    public Duration waitQuantile(double share) {
        if (waits.isEmpty()) return Duration.ZERO;
        int index = (int) Math.ceil(share * waits.size()) - 1;
        return waits.get(Math.clamp(index, 0, waits.size() - 1));
    }

    /** The same numbers while they are being counted. */
    static final class Counters {
        int launched;
        int ended;
        int peakNodes;
        long pushed;
        long finished;
        long killed;
        long interrupted;
        long stranded;
        long raced;
        long rebalanced;
        long cutOffByOthers;
        Duration instanceTime = Duration.ZERO;
        final List<Duration> waits = new ArrayList<>();

        void nodes(int count) {
            peakNodes = Math.max(peakNodes, count);
        }

        SimStats frozen(long nodeSeconds) {
            var sorted = new ArrayList<>(waits);
            Collections.sort(sorted);
            return new SimStats(launched, ended, nodeSeconds, peakNodes, pushed, finished, killed, interrupted, sorted);
        }
    }
}

package executorscaler.loop;

import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;

/** What a new leader may believe of what it saw as a follower (S17). The caches of the cluster say by themselves whether they are new enough. */
final class TakeOver {

    private TakeOver() {}

    /**
     * The snapshot without belief in Auto Scaling Groups that were described before this process led: the last leader may have ordered since. Timers that a
     * follower has watched run on, and orders that it gave in an earlier term are held on to: both only hold back.
     */
    static Snapshot believed(Role role, Snapshot snapshot) {
        if (!(role instanceof Role.Leader leader) || !anyReadBefore(leader.since(), snapshot)) return snapshot;
        var missing = new ArrayList<>(snapshot.missing());
        missing.add(new Missing(Missing.Source.AWS, "", leader.since(), "not described yet since this process leads"));
        return new Snapshot(snapshot.takenAt(), snapshot.queues(), snapshot.executors(), snapshot.pools(), snapshot.nodes(), snapshot.pods(),
                snapshot.daemons(), snapshot.budgets(), snapshot.notices(), missing);
    }

    private static boolean anyReadBefore(Instant since, Snapshot snapshot) {
        if (snapshot.takenAt().isBefore(since)) return false; // the wall clock was set back, and tells nothing about before and after
        return snapshot.pools().stream().map(Pool::readAt).anyMatch(readAt -> readAt.isBefore(since));
    }
}

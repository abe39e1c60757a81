package executorscaler.plan;

import executorscaler.plan.Reason.Settled;
import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Notice.Kind;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which notices are done with, so that their messages may be deleted (rule S21): those that the snapshot shows on their nodes, and those that nothing follows
 * from. All others stay in the queue, and come again if this process ends.
 */
final class Acknowledgements {

    /** So long an instance may be unknown for want of a reading. */
    private static final Duration UNKNOWN_FOR = Duration.ofMinutes(15);

    private final World world;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;

    Acknowledgements(World world, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.steps = steps;
        this.held = held;
    }

    /** One step for each notice that is done with, one held reason for each other. */
    void add() {
        for (Notice notice : world.snapshot.notices()) {
            var settled = settled(notice);
            if (settled.isPresent()) {
                var about = notice.instances().isEmpty() ? "" : notice.instances().getFirst();
                steps.add(new Plan.Step(new Action.Acknowledge(notice.message()),
                        new Reason.NoticeSettled(settled.get(), notice.kind(), about, notice.trouble())));
            } else {
                held.add(new Plan.Held("notice/" + notice.message(), new Reason.NoticeNotDurable(notice.kind(), notice.instances().getFirst())));
            }
        }
    }

    /** What became of it; empty: not all of it is done. Of several instances the one that says most counts. */
    private Optional<Settled> settled(Notice notice) {
        if (!notice.trouble().isEmpty()) return Optional.of(notice.kind() == Kind.OTHER ? Settled.UNREADABLE : Settled.FOREIGN);
        if (notice.kind() == Kind.OTHER || notice.instances().isEmpty()) return Optional.of(Settled.NOTHING_TO_DO);
        var most = Settled.UNKNOWN_INSTANCE;
        for (var id : notice.instances()) {
            var settled = settled(notice, id);
            if (settled.isEmpty()) return Optional.empty();
            if (settled.get().compareTo(most) < 0) most = settled.get();
        }
        return Optional.of(most);
    }

    private Optional<Settled> settled(Notice notice, String id) {
        boolean looked = world.departures.lookedSince(notice.receivedAt());
        var instance = world.instance(id);
        var said = world.departures.read(notice);
        if (instance.isEmpty() || notice.kind() == Kind.GONE) {
            if (looked) return Optional.of(instance.isEmpty() ? Settled.UNKNOWN_INSTANCE : Settled.NOTHING_TO_DO);
            return isStale(notice, said) ? Optional.of(Settled.TOO_OLD) : Optional.empty();
        }
        var host = world.hostOf(instance.get());
        boolean kept = host.isPresent() && host.get().node().announced().stream()
                .anyMatch(each -> each.kind() == said.kind() && !each.at().isBefore(said.at()));
        if (kept) return Optional.of(Settled.ON_ITS_NODE);
        if (!world.departures.inForce(said, instance)) return Optional.of(Settled.TOO_OLD);
        boolean leaving = instance.get().lifecycle() == Pool.Lifecycle.LEAVING;
        return host.isEmpty() && leaving ? Optional.of(Settled.ENDED) : Optional.empty();
    }

    /** A group that cannot be read must not keep messages about instances that nobody knows for ever. */
    private boolean isStale(Notice notice, Announced said) {
        return world.moment.reached(notice.receivedAt().plus(UNKNOWN_FOR))
                && (notice.kind() == Kind.TERMINATING || !world.departures.inForce(said, Optional.empty()));
    }
}

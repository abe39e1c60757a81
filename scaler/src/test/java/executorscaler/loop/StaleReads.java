package executorscaler.loop;

import executorscaler.observe.CloudReader;
import executorscaler.observe.ClusterReader;
import executorscaler.observe.NoticeReader;
import executorscaler.observe.QueueReader;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the processes of a story read: the world as it is, but for one part of it, which they see as it was. */
final class StaleReads {

    /** What has a reader, or a watch, of its own. */
    enum Part {
        NOTHING, DEPLOYMENTS, PODS, NODES, BUDGETS, CLUSTER, ONE_GROUP, GROUPS, WAITING_JOBS, NOTICES
    }

    /** How old it is. */
    enum Age {
        /** What was there before the newest change. */
        ONE_CHANGE(Duration.ZERO), ONE_TICK(Duration.ofSeconds(1)), HALF_A_MINUTE(Duration.ofSeconds(30)), FIVE_MINUTES(Duration.ofMinutes(5)),
        /** From a minute before the process died, for the first half minute of who goes on; before that nothing was old. */
        BEFORE_THE_RESTART(Duration.ofSeconds(60));

        final Duration lag;

        Age(Duration lag) {
            this.lag = lag;
        }
    }

    private static final Duration YOUTH = Duration.ofSeconds(30);
    private static final Duration EXPIRES = Duration.ofMinutes(30); // what a recommendation of AWS keeps closed, where it finds nobody to move
    private static final Duration LONGEST = Duration.ofMinutes(10);

    static final StaleReads NONE = new StaleReads(Part.NOTHING, Age.ONE_TICK);

    private final Part part;
    private final Age age;
    private final Map<Part, Deque<Seen>> past = new EnumMap<>(Part.class);

    private Optional<Duration> died = Optional.empty();

    private record Seen(Duration at, Object value) {}

    StaleReads(Part part, Age age) {
        this.part = part;
        this.age = age;
    }

    /** For how much longer than otherwise nothing may happen before a story is over. */
    Duration patience() {
        return switch (age) {
            case BEFORE_THE_RESTART -> YOUTH;
            case FIVE_MINUTES -> age.lag.plus(EXPIRES);
            default -> age.lag;
        };
    }

    /** The readers of one process. */
    final class Readers {
        private final SimWorld world;

        private Readers(SimWorld world) {
            this.world = world;
        }

        ClusterReader cluster() {
            return (config, now) -> {
                var fresh = world.cluster().read(config, now);
                var whole = old(Part.CLUSTER, fresh);
                return new ClusterReader.Cluster(old(Part.DEPLOYMENTS, whole.executors()), old(Part.NODES, whole.nodes()),
                        old(Part.PODS, whole.pods()),
                        whole.daemons(), old(Part.BUDGETS, whole.budgets()), whole.missing());
            };
        }

        CloudReader cloud() {
            return (config, now) -> {
                var fresh = world.cloud().read(config, now);
                var pools = new ArrayList<>(old(Part.GROUPS, fresh.pools()));
                if (!pools.isEmpty()) pools.set(pools.size() - 1, old(Part.ONE_GROUP, pools.getLast()));
                return new CloudReader.Cloud(List.<Pool>copyOf(pools), fresh.missing());
            };
        }

        QueueReader queues() {
            return (config, pods, now) -> {
                var fresh = world.queues().read(config, pods, now);
                var old = old(Part.WAITING_JOBS, fresh.queues());
                var mixed = new ArrayList<Queue>();
                for (Queue queue : fresh.queues()) {
                    // The counts of one executor are read at once. What a pod says of itself is never old: what a replica of a Redis answers counts as unknown.
                    old.stream().filter(each -> each.executor().equals(queue.executor())).map(each -> new Queue(queue.executor(), each.waiting(),
                            each.due(), each.running(), each.coming(), queue.busy(), queue.epoch(), queue.unread(), each.readAt()))
                            .forEach(mixed::add);
                }
                return new QueueReader.Queues(mixed, fresh.missing());
            };
        }

        NoticeReader notices() {
            return (config, now) -> {
                var fresh = world.notices().read(config, now);
                return new NoticeReader.Notices(old(Part.NOTICES, fresh.notices()), fresh.missing());
            };
        }

        private <T> T old(Part of, T fresh) {
            return of == part ? asOf(of, fresh) : fresh;
        }

        private <T> T asOf(Part of, T fresh) {
            var now = world.clock().elapsed();
            var seen = past.computeIfAbsent(of, _ -> new ArrayDeque<>());
            if (seen.isEmpty() || !seen.getLast().value().equals(fresh)) seen.addLast(new Seen(now, fresh));
            while (seen.size() > 2 && now.minus(seen.getFirst().at()).compareTo(LONGEST) > 0) seen.removeFirst();
            @SuppressWarnings("unchecked") // a part is always of the same kind
            var old = (T) shown(seen, now).value();
            return old;
        }

        private Seen shown(Deque<Seen> seen, Duration now) {
            if (age == Age.BEFORE_THE_RESTART) {
                return died.filter(at -> now.minus(at).compareTo(YOUTH) < 0).map(at -> newestAt(seen, at.minus(age.lag))).orElseGet(seen::getLast);
            }
            if (age == Age.ONE_CHANGE) {
                var newestFirst = seen.descendingIterator();
                var newest = newestFirst.next();
                // A change that nothing follows is seen in the end, or nobody would ever see it.
                boolean late = now.minus(newest.at()).compareTo(YOUTH) >= 0;
                return late || !newestFirst.hasNext() ? newest : newestFirst.next();
            }
            return newestAt(seen, now.minus(age.lag));
        }

        private Seen newestAt(Deque<Seen> seen, Duration at) {
            var newestFirst = seen.descendingIterator();
            while (newestFirst.hasNext()) {
                var each = newestFirst.next();
                if (each.at().compareTo(at) <= 0) return each;
            }
            return seen.getFirst();
        }
    }

    Readers of(SimWorld world) {
        return new Readers(world);
    }

    /** The process has died. */
    void died(Duration at) {
        if (part != Part.NOTHING) died = Optional.of(at);
    }
}

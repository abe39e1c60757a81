package executorscaler.sim;

import executorscaler.config.Config;
import executorscaler.config.WorkerConfig;
import executorscaler.observe.CloudReader;
import executorscaler.observe.ClusterReader;
import executorscaler.observe.PodNames;
import executorscaler.observe.QueueReader;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What the readers are shown: with parts missing and as old as the faults of the moment make it. */
final class SimReads {
    private final Timeline timeline;
    private final Jobs jobs;
    private final Faults faults;
    private final SimLeases leases;
    private final SimCluster cluster;
    private final SimCloud cloud;
    private int redisStarts = 1;
    private Optional<Copy<ClusterReader.Cluster>> clusterCopy = Optional.empty();
    private Optional<Copy<List<Pool>>> cloudCopy = Optional.empty();
    /** The cluster as it is shown is up to this old. */
    Duration clusterLag = Duration.ZERO;
    /** The groups as they are shown are up to this old. */
    Duration cloudLag = Duration.ZERO;

    private record Copy<T>(Instant at, T value) {}

    SimReads(Timeline timeline, Jobs jobs, Faults faults, SimLeases leases, SimCluster cluster, SimCloud cloud) {
        this.timeline = timeline;
        this.jobs = jobs;
        this.faults = faults;
        this.leases = leases;
        this.cluster = cluster;
        this.cloud = cloud;
    }

    /** From now on the lists are of another data set. */
    void redisStarted() {
        redisStarts++;
    }

    QueueReader.Queues queues(Config config, PodNames pods, Instant now) {
        var down = faults.whole(Source.REDIS);
        if (down.isPresent()) return new QueueReader.Queues(List.of(), List.of(down.get()));
        var queues = new ArrayList<Queue>();
        for (var executor : config.executors()) {
            if (faults.of(Source.REDIS, executor.name()).isPresent()) continue;
            var counts = jobs.counts(executor.name(), timeline.now());
            var coming = new TreeMap<Integer, Long>();
            for (int seconds : config.lookAheadSeconds())
                coming.put(seconds, jobs.counts(executor.name(), timeline.now().plusSeconds(seconds)).due() - counts.due());
            var busy = pods.of(executor).map(names -> leases.busy(executor, names, cluster.pods, timeline.now()));
            boolean byPod = executor.worker().busy() == WorkerConfig.BusySource.QUEUE;
            queues.add(new Queue(executor.name(), counts.waiting(), counts.due(),
                    byPod ? busy.map(Busy::admitted).orElse(0L) : counts.running(), coming, busy.orElse(Busy.UNKNOWN),
                    jobs.oldestDue(executor.name(), timeline.now()), "run-" + redisStarts,
                    byPod && busy.isEmpty() ? "the pods are not known" : "", now));
        }
        queues.sort(Comparator.comparing(Queue::executor));
        return new QueueReader.Queues(queues, faults.parts(Source.REDIS));
    }

    ClusterReader.Cluster cluster() {
        var down = faults.whole(Source.KUBERNETES);
        if (down.isPresent()) return new ClusterReader.Cluster(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(down.get()));
        var copy = refreshed(clusterCopy, clusterLag, () -> SimViews.cluster(cluster, timeline.now()));
        clusterCopy = Optional.of(copy);
        return copy.value();
    }

    CloudReader.Cloud cloud() {
        var down = faults.whole(Source.AWS);
        if (down.isPresent()) return new CloudReader.Cloud(List.of(), List.of(down.get()));
        var copy = refreshed(cloudCopy, cloudLag, () -> SimViews.pools(cloud, timeline.now()));
        cloudCopy = Optional.of(copy);
        var missing = faults.parts(Source.AWS);
        var pools = copy.value().stream().filter(pool -> missing.stream().noneMatch(part -> part.is(Source.AWS, pool.name()))).toList();
        return new CloudReader.Cloud(pools, missing);
    }

    private <T> Copy<T> refreshed(Optional<Copy<T>> old, Duration lag, Supplier<T> fresh) {
        return old.filter(copy -> copy.at().plus(lag).isAfter(timeline.now())).orElseGet(() -> new Copy<>(timeline.now(), fresh.get()));
    }
}

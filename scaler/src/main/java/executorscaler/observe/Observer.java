package executorscaler.observe;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every reader at once and makes one Snapshot. Only Redis is asked in the tick; the others answer from what their own threads keep fresh. So the cluster's
 * answer is there before Redis is asked, where that is asked about pods by their names.
 */
public final class Observer {

    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

    /** How long a cache may take to answer. */
    private static final int CACHE_MILLIS = 500;

    private final QueueReader queues;
    private final ClusterReader cluster;
    private final CloudReader cloud;
    private final NoticeReader notices;
    private final Executor executor;
    private List<Pod> podsSeen = List.of(); // touched by the loop's thread alone, as all that follows
    private List<ExecutorConfig> executorsSeen = List.of();
    private PodNames names = PodNames.UNKNOWN;
    private final TreeMap<String, Instant> missingSince = new TreeMap<>();

    /** An observer of a world without notices. */
    public Observer(QueueReader queues, ClusterReader cluster, CloudReader cloud, Executor executor) {
        this(queues, cluster, cloud, NoticeReader.NOBODY, executor);
    }

    /** An observer of these four; {@code executor} runs the readings: a thread each in the service, {@code Runnable::run} in simulations. */
    public Observer(QueueReader queues, ClusterReader cluster, CloudReader cloud, NoticeReader notices, Executor executor) {
        this.queues = queues;
        this.cluster = cluster;
        this.cloud = cloud;
        this.notices = notices;
        this.executor = executor;
    }

    /** The world as it is at {@code now}. A reader that does not answer within its time is missing; the others are not kept waiting for longer. */
    public Snapshot observe(Config config, Instant now) throws InterruptedException {
        // Twice the time-out of one round trip: one to connect, one to ask.
        long deadlineMillis = 2L * config.redis().timeoutMillis() + CACHE_MILLIS;
        var left = new CountDownLatch(4);
        var readingCluster = start(left, () -> cluster.read(config, now));
        var readingCloud = start(left, () -> cloud.read(config, now));
        var readingNotices = start(left, () -> notices.read(config, now));
        var pods = PodNames.matter(config) ? names(readingCluster, config) : PodNames.UNKNOWN;
        var readingQueues = start(left, () -> queues.read(config, pods, now));
        var missing = new ArrayList<Missing>();
        if (!left.await(deadlineMillis, TimeUnit.MILLISECONDS)) LOG.debug("a reader did not answer within {} ms", deadlineMillis);
        var late = "no answer within " + deadlineMillis + " ms";
        var queuesRead = result(readingQueues, late, Missing.Source.REDIS, now, missing, new QueueReader.Queues(List.of(), List.of()));
        var cloudRead = result(readingCloud, late, Missing.Source.AWS, now, missing, new CloudReader.Cloud(List.of(), List.of()));
        var clusterRead = result(readingCluster, late, Missing.Source.KUBERNETES, now, missing,
                new ClusterReader.Cluster(List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));
        var noticesRead = result(readingNotices, late, Missing.Source.NOTICES, now, missing, new NoticeReader.Notices(List.of(), List.of()));
        missing.addAll(queuesRead.missing());
        missing.addAll(clusterRead.missing());
        missing.addAll(cloudRead.missing());
        missing.addAll(noticesRead.missing());
        return new Snapshot(now, queuesRead.queues(), clusterRead.executors(), cloudRead.pools(), clusterRead.nodes(), clusterRead.pods(),
                clusterRead.daemons(),
                clusterRead.budgets(), noticesRead.notices(), sinceFirstSeen(missing));
    }

    /** The executors' pods, where the cluster says at once which there are. */
    @SuppressWarnings("ReferenceEquality") // the caches give the same list while nothing changes; to look through 150,000 pods anew would cost what that saves
    private PodNames names(FutureTask<ClusterReader.Cluster> reading, Config config) throws InterruptedException {
        try {
            var cluster = reading.get(CACHE_MILLIS, TimeUnit.MILLISECONDS);
            if (!cluster.missing().isEmpty()) return PodNames.UNKNOWN;
            if (cluster.pods() != podsSeen || !config.executors().equals(executorsSeen)) names = PodNames.among(cluster.pods(), config);
            podsSeen = cluster.pods();
            executorsSeen = config.executors();
            return names;
        } catch (TimeoutException | ExecutionException unknown) {
            LOG.debug("the pods are not known in time", unknown); // what is wrong with the cluster is told with its own result
            return PodNames.UNKNOWN;
        }
    }

    private <T> FutureTask<T> start(CountDownLatch left, Callable<T> reading) {
        var task = new FutureTask<>(reading) {
            @Override
            protected void done() {
                left.countDown();
            }
        };
        executor.execute(task);
        return task;
    }

    private static <T> T result(FutureTask<T> task, String late, Missing.Source source, Instant now, List<Missing> missing, T nothing)
            throws InterruptedException {
        if (!task.isDone()) {
            task.cancel(true);
            missing.add(new Missing(source, "", now, late));
            return nothing;
        }
        try {
            return task.get();
        } catch (ExecutionException bug) {
            missing.add(new Missing(source, "", now, "bug: " + bug.getCause()));
            return nothing;
        }
    }

    /** Readers say what is missing now; since when is remembered here. */
    private List<Missing> sinceFirstSeen(List<Missing> missing) {
        var still = new TreeMap<String, Instant>();
        var dated = new ArrayList<Missing>();
        for (Missing each : missing) {
            var key = each.source() + "/" + each.subject();
            var since = missingSince.getOrDefault(key, each.since());
            still.put(key, since);
            dated.add(new Missing(each.source(), each.subject(), since, each.error()));
        }
        missingSince.clear();
        missingSince.putAll(still);
        dated.sort(Comparator.comparing(Missing::source).thenComparing(Missing::subject));
        return dated;
    }
}

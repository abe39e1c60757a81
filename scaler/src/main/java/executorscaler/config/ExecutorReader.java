package executorscaler.config;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads one of {@code executors}. */
final class ExecutorReader {

    private static final int MAX_REPLICAS = 100_000;

    private static final NavigableMap<String, QueueConfig.TimeUnit> UNITS = new TreeMap<>(
            Map.of("seconds", QueueConfig.TimeUnit.SECONDS, "milliseconds", QueueConfig.TimeUnit.MILLISECONDS));
    private static final NavigableMap<String, WorkerConfig.BusySource> BUSY = new TreeMap<>(Map.of("none", WorkerConfig.BusySource.NONE, "lease",
            WorkerConfig.BusySource.LEASE, "queue", WorkerConfig.BusySource.QUEUE));

    private ExecutorReader() {}

    static ExecutorConfig read(YamlSection executor) {
        var name = executor.requiredText("name", Rule.DNS_LABEL).orElse("");
        var deployment = executor.requiredText("deployment", Rule.NAMESPACED_NAME).orElse("/").split("/", -1);
        if (!executor.has("queue")) executor.missing("queue", "");
        var queue = queue(executor.section("queue"));
        int jobsPerPod = executor.whole("jobsPerPod", 1, MAX_REPLICAS).orElse(ExecutorConfig.DEFAULT_JOBS_PER_POD);
        var replicas = Range.read(executor, "minReplicas", "maxReplicas", MAX_REPLICAS);
        return new ExecutorConfig(name, deployment[0], deployment[1], queue, jobsPerPod, replicas.least(), replicas.most(), worker(executor, queue),
                scaleDownOf(executor.section("scaleDown")), Schedules.read(executor, replicas.most()), onDemandBase(executor, replicas));
    }

    private static int onDemandBase(YamlSection executor, Range replicas) {
        int base = executor.whole("onDemandBase", 0, MAX_REPLICAS).orElse(0);
        if (base > replicas.most() && replicas.said())
            executor.problem("onDemandBase", "must not be above maxReplicas " + replicas.most() + ", was " + base);
        return Math.min(base, replicas.most());
    }

    private static ExecutorScaleDown scaleDownOf(YamlSection section) {
        return new ExecutorScaleDown(section.whole("stabilizationWindowSeconds", 0, ConfigReader.WEEK_IN_SECONDS),
                section.whole("maxPodsPerMinute", 1, MAX_REPLICAS));
    }

    private static WorkerConfig worker(YamlSection executor, QueueConfig queue) {
        var busy = executor.choice("busy", BUSY).orElse(WorkerConfig.BusySource.NONE);
        switch (queue) {
            case QueueConfig.Lists lists -> {
                boolean byPod = lists.running().contains(WorkerConfig.POD);
                if (busy == WorkerConfig.BusySource.QUEUE && !byPod && !lists.running().isEmpty())
                    executor.problem("busy", "is queue, so that queue.running must have " + WorkerConfig.POD + " in it: a list for each pod");
                if (busy != WorkerConfig.BusySource.QUEUE && byPod)
                    executor.problem("busy", "must be queue where queue.running has " + WorkerConfig.POD + " in it");
            }
        }
        boolean drains = executor.flag("drainsOnSigterm").orElse(false);
        int longest = executor.whole("longestJobSeconds", 1, ConfigReader.WEEK_IN_SECONDS).orElse(0);
        if (drains && !executor.has("longestJobSeconds"))
            executor.problem("longestJobSeconds", "is required with drainsOnSigterm: the pods' grace period is held against it");
        if (drains && busy != WorkerConfig.BusySource.NONE)
            executor.problem("drainsOnSigterm", "is for busy: none; with " + executor.text("busy", Rule.ANY).orElse("") + " busy pods stay anyway");
        return new WorkerConfig(busy, drains && longest > 0, longest);
    }

    private static QueueConfig queue(YamlSection queue) {
        if (!queue.has("kind")) queue.missing("kind", ": list");
        // The names of job frameworks are what is tried here first.
        queue.text("kind", kind -> kind.equals("list")
                ? ""
                : "must be list, was '" + YamlValue.printable(kind) + "': docs/configuration.md tells which lists a job framework keeps");
        var waiting = queue.requiredText("waiting", Rule.NOT_EMPTY).orElse("");
        var running = queue.requiredText("running", Rule.NOT_EMPTY).orElse("");
        var delayed = queue.text("delayed", Rule.ANY).orElse("");
        return new QueueConfig.Lists(waiting, running, delayed, queue.choice("delayedUnit", UNITS).orElse(QueueConfig.TimeUnit.SECONDS));
    }
}

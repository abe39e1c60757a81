package executorscaler.plan.check;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Snapshot;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Fewer or more executors, and which of their pods go first. */
final class ReplicaRules {
    private final Evidence evidence;
    private final Config config;
    private final Snapshot snapshot;
    private final Memory memory;
    private final Findings findings;

    ReplicaRules(Evidence evidence, Findings findings) {
        this.evidence = evidence;
        this.config = evidence.config;
        this.snapshot = evidence.snapshot;
        this.memory = evidence.memory;
        this.findings = findings;
    }

    void scale(Plan.Step step, Action.ScaleExecutor scale) {
        var wanted = config.executors().stream().filter(each -> each.name().equals(scale.executor())).findFirst();
        var seen = snapshot.executors().stream().filter(each -> each.name().equals(scale.executor())).findFirst();
        if (wanted.isEmpty() || seen.isEmpty()) {
            findings.add("S6", step, "not a configured executor that was seen");
            return;
        }
        var executor = wanted.get();
        if (!executor.namespace().equals(scale.namespace()) || !executor.deployment().equals(scale.deployment()))
            findings.add("S6", step, "another Deployment");
        if (scale.replicas() > executor.maxReplicas() && scale.replicas() > scale.expected()) {
            findings.add("S6", step, scale.replicas() + " is above maxReplicas " + executor.maxReplicas());
        }
        int min = leastNow(executor);
        if (scale.replicas() < min) findings.add("S6", step, scale.replicas() + " is below minReplicas " + min);
        byHand(step, scale, seen.get());
        var placeholder = Pattern.quote(config.placeholderImage());
        var awaits = Pattern.compile("(.*[/:])?" + placeholder + "([:@].*)?");
        for (var image : seen.get().images()) {
            if (awaits.matcher(image).matches()) findings.add("S14", step, "the image is still " + image);
        }
        if (scale.replicas() < scale.expected()) lower(step, scale, executor, seen.get());
    }

    /** The minimum that clocks on the wall say now. */
    private int leastNow(ExecutorConfig executor) {
        int least = -1;
        for (var schedule : executor.schedules()) {
            var wall = LocalDateTime.ofInstant(snapshot.takenAt(), schedule.timeZone());
            // Of a window over midnight the part after it belongs to the day before.
            boolean overnight = !schedule.from().isBefore(schedule.to());
            boolean afterMidnight = overnight && wall.toLocalTime().isBefore(schedule.to());
            boolean inside = !wall.toLocalTime().isBefore(schedule.from()) && (overnight || wall.toLocalTime().isBefore(schedule.to()));
            if (inside && schedule.days().contains(wall.getDayOfWeek())) least = Math.max(least, schedule.minReplicas());
            if (afterMidnight && schedule.days().contains(wall.minusDays(1).getDayOfWeek())) least = Math.max(least, schedule.minReplicas());
        }
        return least < 0 ? executor.minReplicas() : least;
    }

    private void byHand(Plan.Step step, Action.ScaleExecutor scale, Executor seen) {
        var kind = seen.pause().kind();
        boolean up = scale.replicas() > scale.expected();
        if (kind == Pause.Kind.HOLD || kind == (up ? Pause.Kind.HOLD_OUT : Pause.Kind.HOLD_IN))
            findings.add("S12", step, "somebody has written " + kind + " on the Deployment");
    }

    private void lower(Plan.Step step, Action.ScaleExecutor scale, ExecutorConfig executor, Executor seen) {
        var queue = snapshot.queues().stream().filter(each -> each.executor().equals(executor.name())).findFirst();
        if (queue.isEmpty()) {
            findings.add("S1", step, "the queue was not read");
            return;
        }
        var reading = queue.get();
        if (executor.scaleDown().maxPodsPerMinute().isPresent()) {
            int pods = scale.expected() - scale.replicas();
            for (var earlier : memory.lowered().getOrDefault(executor.name(), List.of())) {
                if (earlier.at().plusSeconds(60).isAfter(snapshot.takenAt())) pods += earlier.pods();
            }
            if (pods > executor.scaleDown().maxPodsPerMinute().getAsInt()) findings.add("S6", step, pods + " pods would have gone within a minute");
        }
        if (!reading.unread().isEmpty()) findings.add("S18", step, "a part of the reading is missing: " + reading.unread());
        var trusted = memory.trust().get(executor.name());
        int patience = config.scaleDown().trustSeconds();
        if (patience > 0
                && (trusted == null || !trusted.id().equals(reading.epoch()) || snapshot.takenAt().isBefore(trusted.since().plusSeconds(patience)))) {
            findings.add("S18", step, "the data set has not been known for " + patience + " s");
        }
        long jobs = reading.waiting() + reading.due() + reading.running();
        if (jobs == 0) return;
        var pods = evidence.workersOf(seen);
        if (executor.worker().drainsOnSigterm() && !scale.sparesStarted()) {
            for (Pod pod : pods) {
                if (!pod.node().isEmpty() && pod.graceSeconds() < executor.worker().longestJobSeconds())
                    findings.add("S3", step,
                            pod.name() + " has " + pod.graceSeconds() + " s to end jobs of " + executor.worker().longestJobSeconds() + " s");
            }
            if (!seen.rolledOut()) findings.add("S13", step, "a rollout is under way");
            return;
        }
        if (!scale.sparesStarted() && scale.victims().isEmpty())
            findings.add("S17", step, jobs + " jobs are waiting or running, and the pods that go would not be looked at live");
        if (executor.worker().tells()) {
            onlyIdlePodsGo(step, scale, executor, seen, reading);
            return;
        }
        // Any pod with a node may have taken one of these jobs by now.
        long placed = pods.stream().filter(pod -> !pod.node().isEmpty()).count();
        if (scale.replicas() < placed)
            findings.add("S3", step, jobs + " jobs are waiting or running and " + placed + " pods may have one, not only " + scale.replicas());
    }

    /** Whoever has fewer pods before it than go may be one of those that go: none of these may have a job. */
    private void onlyIdlePodsGo(Plan.Step step, Action.ScaleExecutor scale, ExecutorConfig executor, Executor seen, Queue reading) {
        var pods = evidence.workersOf(seen);
        int going = pods.size() - scale.replicas();
        for (Pod pod : pods) {
            long before = pods.stream().filter(other -> turn(other) < turn(pod)).count();
            boolean neverStarted = pod.node().isEmpty() && scale.sparesStarted(); // which is looked at live
            if (before < going && !neverStarted && mayWork(pod, executor, reading))
                findings.add("S3", step, pod.name() + " could go and may be running a job");
            if (scale.victims().contains(pod.uid()) && mayWork(pod, executor, reading))
                findings.add("S3", step, pod.name() + " is named as one that may go and may be running a job");
        }
        oneTemplate(step, seen, pods);
    }

    /** The controller's first four questions as one number: node, phase, readiness, cost. */
    private static long turn(Pod pod) {
        long phase = pod.phase() == Pod.Phase.PENDING ? 0 : pod.phase() == Pod.Phase.UNKNOWN ? 1 : 2;
        long first = (pod.node().isEmpty() ? 0L : 8L) + phase * 2 + (pod.ready() ? 1L : 0L);
        return (first << 33) + (pod.deletionCost() - (long) Integer.MIN_VALUE);
    }

    private static boolean mayWork(Pod pod, ExecutorConfig executor, Queue reading) {
        var jobs = reading.busy().jobs().get(pod.name());
        if (reading.busy().unread().containsKey(pod.name()) || (jobs != null && jobs > 0)) return true;
        if (pod.node().isEmpty()) return false;
        boolean silentWorkers = executor.worker().busy() == WorkerConfig.BusySource.LEASE
                && reading.running() > reading.busy().jobs().values().stream().mapToLong(Long::longValue).sum();
        return jobs == null || silentWorkers;
    }

    private void oneTemplate(Plan.Step step, Executor seen, List<Pod> pods) {
        var first = pods.isEmpty() ? "" : pods.getFirst().labels().getOrDefault("pod-template-hash", "");
        if (!seen.rolledOut() || pods.stream().anyMatch(pod -> !pod.labels().getOrDefault("pod-template-hash", "").equals(first)))
            findings.add("S13", step, "a rollout is under way");
    }

    /** Only on pods of workers that say who is busy, only over nobody's value or our own, and on nobody who may be working. */
    void deletionCost(Plan.Step step, Action.SetDeletionCost set) {
        var executor = config.executors().stream().filter(each -> each.name().equals(set.executor()) && each.worker().tells()).findFirst();
        var seen = snapshot.executors().stream().filter(each -> each.name().equals(set.executor())).findFirst();
        var pod = seen.isEmpty()
                ? Optional.<Pod>empty()
                : evidence.workersOf(seen.get()).stream().filter(each -> each.uid().equals(set.uid())).findFirst();
        if (executor.isEmpty() || pod.isEmpty() || !pod.get().name().equals(set.pod()) || !pod.get().namespace().equals(set.namespace())) {
            findings.add("S6", step, "not a pod of a configured executor whose workers say who is busy");
            return;
        }
        boolean marks = set.cost() == -1000 && set.expected() == 0;
        boolean unmarks = set.cost() == 0 && set.expected() == -1000;
        if (pod.get().deletionCost() != set.expected() || !(marks || unmarks))
            findings.add("S6", step, "from " + pod.get().deletionCost() + " to " + set.cost() + ": the order of others is theirs");
        if (!marks) return;
        var reading = snapshot.queues().stream().filter(each -> each.executor().equals(set.executor())).findFirst();
        if (reading.isEmpty() || mayWork(pod.get(), executor.get(), reading.get())) findings.add("S3", step, set.pod() + " may be running a job");
        oneTemplate(step, seen.get(), evidence.workersOf(seen.get()));
    }
}

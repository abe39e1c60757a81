package executorscaler.plan.check;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.WorkerConfig;
import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.util.Optional;

/** What follows from AWS's announcements (rule S21), and what must not. */
final class NoticeRules {

    private static final int OVERDUE_SECONDS = 600;
    private static final int AHEAD_SECONDS = 3600;
    private static final int DESCRIBED_SECONDS = 60;
    private static final int UNKNOWN_SECONDS = 900;
    private static final int MARGIN_SECONDS = 10;

    private final Evidence evidence;
    private final Config config;
    private final Snapshot snapshot;
    private final Findings findings;

    NoticeRules(Evidence evidence, Findings findings) {
        this.evidence = evidence;
        this.config = evidence.config;
        this.snapshot = evidence.snapshot;
        this.findings = findings;
    }

    void announce(Plan.Step step, Action.Announce announce) {
        var node = evidence.node(announce.node()).filter(each -> each.uid().equals(announce.uid()));
        var instance = node.flatMap(evidence::instanceOf);
        if (node.isEmpty() || instance.isEmpty() || evidence.poolOf(announce.node()).isEmpty()) {
            findings.add("S6", step, "not a node of a configured pool");
            return;
        }
        find(step, wrong(announce, node.get(), instance.get()));
    }

    /** Nothing else closes or opens a node that AWS takes, counts on it, or ends it. */
    void keepOff(Plan.Step step, Node node) {
        find(step, stillAnnounced(node));
    }

    void evictExecutor(Plan.Step step, Pod pod) {
        var wrong = evidence.node(pod.node()).map(node -> tooEarly(pod, node)).orElse("its node is not known");
        if (!wrong.isEmpty()) findings.add("S3", step, wrong);
    }

    void acknowledge(Plan.Step step, Action.Acknowledge acknowledge) {
        var notice = snapshot.notices().stream().filter(each -> each.message().equals(acknowledge.message())).findFirst();
        if (notice.isEmpty()) {
            findings.add("S21", step, "no such notice was received");
            return;
        }
        if (!notice.get().trouble().isEmpty() || notice.get().kind() == Notice.Kind.OTHER) return;
        for (var id : notice.get().instances()) {
            if (!done(notice.get(), id)) findings.add("S21", step, id + " does not keep what was announced");
        }
    }

    void extendHook(Plan.Step step, Action.ExtendHook extend) {
        hook(step, extend.hook(), extend.pool(), extend.group(), extend.instanceId());
    }

    /** It is let go only where nothing is left that could run. */
    void completeHook(Plan.Step step, Action.CompleteHook complete) {
        hook(step, complete.hook(), complete.pool(), complete.group(), complete.instanceId());
        var node = evidence.node(complete.node()).filter(each -> each.uid().equals(complete.uid()));
        if (node.isEmpty() || evidence.instanceOf(node.get()).filter(each -> each.id().equals(complete.instanceId())).isEmpty()) {
            findings.add("S8", step, "the node is not " + complete.instanceId());
            return;
        }
        if (!(node.get().cordon() instanceof Node.Cordon.ByUs closed) || !closed.since().isBefore(snapshot.takenAt()))
            findings.add("S4", step, "the node was not closed by us before this snapshot");
        for (Pod pod : evidence.podsOn(complete.node())) {
            if (!pod.resident() && !pod.ended()) findings.add("S4", step, pod.path() + " is on the node");
        }
    }

    private void hook(Plan.Step step, String hook, String pool, String group, String instanceId) {
        boolean listed = evidence.listed(instanceId).stream().anyMatch(each -> each.pool().name().equals(pool) && each.pool().group().equals(group));
        if (!listed) findings.add("S6", step, instanceId + " is no instance of " + pool);
        boolean named = evidence.nodesOf(instanceId).stream().flatMap(node -> node.announced().stream())
                .anyMatch(said -> said.kind() == Notice.Kind.TERMINATING && said.hook().equals(hook));
        if (!named) findings.add("S21", step, "no node of " + instanceId + " names a hook " + hook);
    }

    private void find(Plan.Step step, String wrong) {
        if (!wrong.isEmpty()) findings.add("S21", step, wrong);
    }

    /** Whether AWS has said anything about the node: its pods have a replacement ordered, and leave as they can. */
    boolean announced(String name) {
        return evidence.node(name).filter(node -> !node.announced().isEmpty()).isPresent();
    }

    /** Whether AWS takes the node, by a time or by a hook: then pods leave it whatever else is unknown. */
    boolean isTaken(String name) {
        return evidence.node(name).filter(this::isTaken).isPresent();
    }

    private boolean isTaken(Node node) {
        return node.announced().stream().anyMatch(said -> switch (said.kind()) {
            case INTERRUPTION, TERMINATING -> true;
            case MAINTENANCE -> isNear(said);
            case REBALANCE, GONE, OTHER -> false;
        });
    }

    private boolean isNear(Announced maintenance) {
        return !snapshot.takenAt().isBefore(maintenance.until().minusSeconds(AHEAD_SECONDS));
    }

    /** What is wrong about it; empty: nothing. */
    private String wrong(Action.Announce announce, Node node, Pool.Instance instance) {
        for (Announced said : announce.announced()) {
            boolean known = node.announced().contains(said) || snapshot.notices().stream().anyMatch(notice -> tells(notice, said, instance.id()));
            if (!known) return "nobody has announced " + said.kind() + " of " + said.at();
        }
        for (Announced kept : node.announced()) {
            boolean newer = announce.announced().stream().anyMatch(said -> said.kind() == kept.kind() && !said.at().isBefore(kept.at()));
            if (!newer && !passed(kept, Optional.of(instance))) return kept.kind() + " of " + kept.at() + " is still to come";
        }
        boolean now = announce.announced().stream().anyMatch(said -> said.kind() != Notice.Kind.MAINTENANCE || isNear(said));
        if (announce.door() == Action.Announce.Door.CLOSE && !now) return "it is closed for nothing that is near";
        if (announce.door() != Action.Announce.Door.OPEN) return "";
        if (!(node.cordon() instanceof Node.Cordon.ByUs) && !announce.announced().isEmpty()) return "the node was not closed by us";
        return now ? "AWS still takes it" : "";
    }

    private static boolean tells(Notice notice, Announced said, String instanceId) {
        return notice.trouble().isEmpty() && notice.kind() == said.kind() && notice.at().equals(said.at()) && notice.instances().contains(instanceId);
    }

    private String stillAnnounced(Node node) {
        var instance = evidence.instanceOf(node);
        for (Announced said : node.announced()) {
            boolean now = said.kind() != Notice.Kind.MAINTENANCE || isNear(said);
            if (now && !passed(said, instance)) return "AWS has announced " + said.kind() + " at " + said.at();
        }
        return "";
    }

    private boolean passed(Announced said, Optional<Pool.Instance> instance) {
        return switch (said.kind()) {
            case INTERRUPTION, MAINTENANCE -> !snapshot.takenAt().isBefore(said.until().plusSeconds(OVERDUE_SECONDS));
            case REBALANCE -> !snapshot.takenAt().isBefore(said.at().plusSeconds(config.notices().rebalanceSeconds()));
            case TERMINATING -> instance.isPresent() && (instance.get().lifecycle() == Pool.Lifecycle.IN_SERVICE
                    || instance.get().lifecycle() == Pool.Lifecycle.PENDING)
                    && snapshot.pools().stream().filter(pool -> pool.instances().contains(instance.get()))
                            .noneMatch(pool -> pool.readAt().isBefore(said.at().plusSeconds(DESCRIBED_SECONDS)));
            case GONE, OTHER -> true;
        };
    }

    /** A pod of an executor on a node that AWS takes: it runs no job, ends its jobs by itself, or has no more time. */
    private String tooEarly(Pod pod, Node node) {
        var executor = evidence.executorOf(pod);
        if (executor.isEmpty()) return "";
        var worker = executor.get().worker();
        if (node.announced().isEmpty()) return "the pod may be running a job";
        if (worker.drainsOnSigterm() && pod.graceSeconds() >= worker.longestJobSeconds()) return "";
        if (surelyIdle(executor.get(), pod)) return "";
        for (Announced said : node.announced()) {
            boolean atATime = said.kind() == Notice.Kind.INTERRUPTION || said.kind() == Notice.Kind.MAINTENANCE;
            if (atATime && !snapshot.takenAt().isBefore(said.until().minusSeconds(pod.graceSeconds() + (long) MARGIN_SECONDS))) return "";
        }
        return "the pod may be running a job, and there is time";
    }

    private boolean surelyIdle(ExecutorConfig executor, Pod pod) {
        var reading = snapshot.queues().stream().filter(each -> each.executor().equals(executor.name())).findFirst();
        if (reading.isEmpty() || !reading.get().unread().isEmpty()) return false;
        var queue = reading.get();
        var trusted = evidence.memory.trust().get(executor.name());
        if (trusted == null || !trusted.id().equals(queue.epoch())
                || snapshot.takenAt().isBefore(trusted.since().plusSeconds(config.scaleDown().trustSeconds())))
            return false;
        if (executor.worker().busy() == WorkerConfig.BusySource.NONE) return queue.waiting() + queue.due() + queue.running() == 0;
        var jobs = queue.busy().jobs().get(pod.name());
        long told = queue.busy().jobs().values().stream().mapToLong(Long::longValue).sum();
        boolean all = executor.worker().busy() == WorkerConfig.BusySource.QUEUE || queue.running() <= told;
        return all && jobs != null && jobs == 0 && !queue.busy().unread().containsKey(pod.name());
    }

    /** A message goes only when this very snapshot shows that nothing is lost with it. */
    private boolean done(Notice notice, String id) {
        var listed = evidence.listed(id).stream().map(Evidence.Listed::instance).findFirst();
        boolean looked = snapshot.missing().stream().noneMatch(missing -> missing.source() == Missing.Source.AWS)
                && snapshot.pools().stream().noneMatch(pool -> pool.readAt().isBefore(notice.receivedAt()));
        boolean waited = !snapshot.takenAt().isBefore(notice.receivedAt().plusSeconds(UNKNOWN_SECONDS));
        if (listed.isEmpty() || notice.kind() == Notice.Kind.GONE) return looked || waited;
        var its = evidence.nodesOf(id);
        boolean kept = its.stream().flatMap(node -> node.announced().stream())
                .anyMatch(said -> said.kind() == notice.kind() && !said.at().isBefore(notice.at()));
        boolean over = passed(new Announced(notice.kind(), notice.at(), notice.until(), notice.hook()), listed);
        return kept || over || (its.isEmpty() && listed.get().lifecycle() == Pool.Lifecycle.LEAVING);
    }
}

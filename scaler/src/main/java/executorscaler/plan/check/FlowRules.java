package executorscaler.plan.check;

import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Rollout;
import executorscaler.snapshot.Taint;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** Deploys, rollouts and other writers of replicas go on beside us. */
final class FlowRules {
    private static final int MINUTE = 60;

    private final Evidence evidence;
    private final Findings findings;

    FlowRules(Evidence evidence, Findings findings) {
        this.evidence = evidence;
        this.findings = findings;
    }

    void scale(Plan.Step step, Action.ScaleExecutor scale) {
        var found = evidence.snapshot.executors().stream().filter(each -> each.name().equals(scale.executor())).findFirst();
        if (found.isEmpty()) return;
        var seen = found.get();
        boolean lowers = scale.replicas() < scale.expected();
        var state = seen.rollout().state();
        if (lowers && state == Rollout.State.UNDER_WAY) findings.add("S13", step, "a rollout is under way");
        if (lowers && (state == Rollout.State.PAUSED || state == Rollout.State.STUCK) && hasJobs(seen))
            findings.add("S13", step, "a rollout stands still, and of two templates nobody knows which pods go");
        if (!lowers && noneCanPull(seen)) findings.add("S14", step, "no pod of the newest template can pull its image");
        othersAreNotFought(step, scale, seen, lowers);
    }

    private boolean hasJobs(Executor seen) {
        return evidence.snapshot.queues().stream()
                .anyMatch(queue -> queue.executor().equals(seen.name()) && queue.waiting() + queue.due() + queue.running() > 0);
    }

    /** The newest pods say which template is the newest; of its pods that have a node none has its image. */
    private boolean noneCanPull(Executor seen) {
        var pods = evidence.workersOf(seen);
        if (pods.stream().allMatch(pod -> pod.unpulled().isEmpty())) return false;
        var newest = pods.stream().map(Pod::createdAt).max(Instant::compareTo);
        var templates = pods.stream().filter(pod -> pod.createdAt().equals(newest.orElseThrow())).map(FlowRules::template).distinct().toList();
        if (templates.size() != 1) return false;
        var placed = pods.stream().filter(pod -> template(pod).equals(templates.getFirst()) && !pod.node().isEmpty()).toList();
        return !placed.isEmpty() && placed.stream().allMatch(pod -> seen.images().contains(pod.unpulled()));
    }

    private static String template(Pod pod) {
        return pod.labels().getOrDefault("pod-template-hash", "");
    }

    private void othersAreNotFought(Plan.Step step, Action.ScaleExecutor scale, Executor seen, boolean lowers) {
        var author = seen.author();
        if (author.manager().isEmpty() || author.manager().equals("executor-scaler")) return;
        var known = Optional.ofNullable(evidence.memory.claims().get(scale.executor())).filter(claim -> claim.uid().equals(seen.uid()));
        if (known.isEmpty()) return; // nobody saw what was before
        var claim = known.get();
        boolean news = !claim.author().equals(author) || scale.expected() != claim.replicas();
        if (lowers && (news || recent(claim.since())))
            findings.add("S12", step, author.manager() + " has written " + seen.replicas() + " within a minute");
        int before = news ? Math.max(claim.replicas(), recent(claim.since()) ? before(claim) : 0) : before(claim);
        if (!lowers && scale.expected() < before && recent(claim.answered()))
            findings.add("S12", step, "put back at " + claim.answered() + " already, and " + author.manager() + " insists");
    }

    private static int before(Memory.Claim claim) {
        return claim.author().equals(claim.other()) ? claim.before() : claim.replicas();
    }

    private boolean recent(Instant time) {
        return !time.equals(Instant.EPOCH) && time.plusSeconds(MINUTE).isAfter(evidence.snapshot.takenAt());
    }

    /** A node that is being taken away while a rollout could use it. */
    void takes(Plan.Step step, String name) {
        var node = evidence.node(name).filter(Node::ready);
        if (node.isEmpty()) return;
        for (var executor : evidence.snapshot.executors()) {
            if (executor.rollout().state() != Rollout.State.UNDER_WAY || atPlaceholder(executor) || noneCanPull(executor)) continue;
            if (suits(executor.shape(), node.get())) findings.add("S13", step, "pods of " + executor.name() + " are being replaced and may need it");
        }
    }

    private boolean atPlaceholder(Executor executor) {
        var placeholder = Pattern.compile("(.*[/:])?" + Pattern.quote(evidence.config.placeholderImage()) + "([:@].*)?");
        return executor.images().stream().anyMatch(image -> placeholder.matcher(image).matches());
    }

    /** By labels and taints; where a template asks for more than that, the planner alone knows. */
    private static boolean suits(PodShape shape, Node node) {
        if (!shape.nodeTerms().isEmpty()) return false;
        boolean selected = shape.nodeSelector().entrySet().stream().allMatch(wanted -> wanted.getValue().equals(node.labels().get(wanted.getKey())));
        return selected && node.taints().stream().allMatch(taint -> passes(shape, taint));
    }

    private static boolean passes(PodShape shape, Taint taint) {
        return !taint.repels() || taint.key().equals("node.kubernetes.io/unschedulable")
                || shape.tolerations().stream().anyMatch(toleration -> toleration.tolerates(taint));
    }
}

package executorscaler.plan.check;

import executorscaler.config.Config;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds every plan against the safety rules once more, by its own reading of snapshot and memory and with none of the planner's code. A finding removes the step
 * it is about, and every step that takes something away: growth goes on, nothing is taken on the word of a plan that was wrong.
 */
public final class PlanCheck {

    /**
     * A step that breaks a safety rule.
     *
     * @param rule e.g. {@code S2}
     * @param step the offending step
     * @param finding what is wrong, with the values
     */
    public record Finding(String rule, Plan.Step step, String finding) {}

    /** The plan as it may be performed, and what was found. */
    public record Checked(Plan plan, List<Finding> findings) {
        public Checked {
            findings = List.copyOf(findings);
        }
    }

    private final Snapshot snapshot;
    private final Plan plan;
    private final Findings findings = new Findings();
    private final ReplicaRules replicas;
    private final GroupRules groups;
    private final NodeRules nodes;
    private final InstanceRules instances;
    private final FlowRules flow;
    private final NoticeRules notices;

    private PlanCheck(Evidence evidence) {
        snapshot = evidence.snapshot;
        plan = evidence.plan;
        replicas = new ReplicaRules(evidence, findings);
        groups = new GroupRules(evidence, findings);
        notices = new NoticeRules(evidence, findings);
        nodes = new NodeRules(evidence, notices, findings);
        instances = new InstanceRules(evidence, findings);
        flow = new FlowRules(evidence, findings);
    }

    /** Checks a plan that was made from this snapshot with this memory. */
    public static Checked check(Config config, Snapshot snapshot, Memory memory, Plan plan) {
        return new PlanCheck(new Evidence(config, snapshot, memory, plan)).checked();
    }

    private Checked checked() {
        for (Plan.Step step : plan.steps()) step(step);
        groups.poolsGoOneWay();
        nodes.budgetsAreSpentOnce();
        groups.sizesStayInBounds();
        return findings.all().isEmpty() ? new Checked(plan, List.of()) : new Checked(withoutWrongSteps(), findings.all());
    }

    private Plan withoutWrongSteps() {
        var steps = new ArrayList<Plan.Step>();
        var held = new ArrayList<>(plan.held());
        for (Plan.Step step : plan.steps()) {
            var finding = findings.all().stream().filter(each -> each.step().equals(step)).findFirst();
            if (finding.isPresent()) {
                held.add(new Plan.Held(step.action().subject(), new Reason.PlanRejected(finding.get().rule(), finding.get().finding())));
            } else if (step.action().lowers()) {
                var first = findings.all().getFirst();
                held.add(new Plan.Held(step.action().subject(),
                        new Reason.PlanRejected(first.rule(), "another step of the plan was wrong: " + first.finding())));
            } else {
                steps.add(step);
            }
        }
        return new Plan(steps, held);
    }

    private void step(Plan.Step step) {
        if (step.action().lowers()) {
            snapshot.missing().stream().filter(missing -> concerns(missing, step.action())).findFirst()
                    .ifPresent(
                            missing -> findings.add("S1", step, missing.source() + " " + missing.subject() + " is unknown since " + missing.since()));
        }
        switch (step.action()) {
            case Action.ScaleExecutor scale -> {
                replicas.scale(step, scale);
                flow.scale(step, scale);
            }
            case Action.SetDeletionCost set -> replicas.deletionCost(step, set);
            case Action.RaiseCapacity raise -> groups.raise(step, raise);
            case Action.SuspendTerminate suspend -> groups.suspend(step, suspend);
            case Action.CancelLaunches cancel -> groups.cancel(step, cancel);
            case Action.ResumeTerminate resume -> groups.resume(step, resume);
            case Action.Announce announce -> notices.announce(step, announce);
            case Action.Acknowledge acknowledge -> notices.acknowledge(step, acknowledge);
            case Action.ExtendHook extend -> notices.extendHook(step, extend);
            case Action.CompleteHook complete -> notices.completeHook(step, complete);
            case Action.Cordon cordon -> {
                nodes.cordon(step, cordon);
                flow.takes(step, cordon.node());
            }
            case Action.Uncordon uncordon -> nodes.uncordon(step, uncordon);
            case Action.Evict evict -> {
                nodes.evict(step, evict);
                if (!notices.announced(evict.node())) flow.takes(step, evict.node());
            }
            case Action.Nominate nominate -> nodes.nominate(step, nominate);
            case Action.Terminate terminate -> {
                nodes.terminate(step, terminate);
                flow.takes(step, terminate.node());
            }
            case Action.TerminateUnjoined terminate -> nodes.terminateUnjoined(step, terminate);
            case Action.Protect protect -> instances.protect(step, protect);
            case Action.Unprotect unprotect -> instances.unprotect(step, unprotect);
            case Action.MarkNode mark -> instances.mark(step, mark);
            case Action.DeleteNode delete -> instances.delete(step, delete);
        }
    }

    /** Replicas and their pods' order need their own queue and the cluster, and so does what AWS takes in any case; other nodes need everything. */
    private boolean concerns(Missing missing, Action action) {
        if (missing.source() == Missing.Source.NOTICES) return false;
        return switch (action) {
            case Action.ScaleExecutor scale -> concernsExecutor(missing, scale.executor());
            case Action.SetDeletionCost set -> concernsExecutor(missing, set.executor());
            case Action.CompleteHook _ -> missing.source() == Missing.Source.KUBERNETES;
            case Action.Evict evict when notices.isTaken(evict.node()) -> missing.source() == Missing.Source.KUBERNETES;
            case Action.RaiseCapacity _,Action.Cordon _,Action.Uncordon _,Action.Evict _,Action.Nominate _,Action.Terminate _,Action.TerminateUnjoined _,Action.SuspendTerminate _,Action.CancelLaunches _,Action.ResumeTerminate _,Action.Protect _,Action.Unprotect _,Action.MarkNode _,Action.DeleteNode _,Action.Announce _,Action.Acknowledge _,Action.ExtendHook _ ->
                true;
        };
    }

    private static boolean concernsExecutor(Missing missing, String executor) {
        return missing.source() == Missing.Source.KUBERNETES || missing.is(Missing.Source.REDIS, executor);
    }
}

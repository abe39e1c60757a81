package executorscaler.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import java.util.List;

/**
 * A plan for machines: {@code {"apiVersion", "actions": [{kind, subject, from?, to?, reason: {kind, ...}, why}], "held": [{subject, reason, why}]}}.
 * {@code from} and {@code to} are there where the action has numbers.
 */
public final class PlanJson {
    private PlanJson() {}

    /** The plan, indented. */
    public static String of(Plan plan) {
        var whole = Json.object().put("apiVersion", Failure.API_VERSION);
        whole.setAll(tree(plan));
        return Json.pretty(whole);
    }

    /** The plan alone, as a part of a larger document. */
    static ObjectNode tree(Plan plan) {
        var actions = Json.array();
        plan.steps().forEach(step -> actions.add(step(step)));
        var held = Json.array();
        plan.held().forEach(one -> held.add(held(one)));
        var whole = Json.object();
        whole.set("actions", actions);
        whole.set("held", held);
        return whole;
    }

    private static ObjectNode step(Plan.Step step) {
        var object = Json.object().put("kind", step.action().getClass().getSimpleName()).put("subject", step.action().subject());
        switch (step.action()) {
            case Action.ScaleExecutor a -> object.put("from", a.expected()).put("to", a.replicas());
            case Action.SetDeletionCost a -> object.put("from", a.expected()).put("to", a.cost());
            case Action.RaiseCapacity a -> object.put("from", a.expected()).put("to", a.desired());
            case Action.CancelLaunches a -> object.put("from", a.expected()).put("to", a.desired());
            case Action.Protect a -> instances(object, a.instances());
            case Action.Unprotect a -> instances(object, a.instances());
            case Action.MarkNode a -> object.put("instance", a.instanceId());
            case Action.DeleteNode a -> object.put("instance", a.instanceId());
            case Action.Nominate a -> object.put("node", a.node());
            case Action.Announce a -> object.put("door", a.door().name());
            case Action.ExtendHook a -> object.put("hook", a.hook());
            case Action.CompleteHook a -> object.put("hook", a.hook());
            case Action.Acknowledge _,Action.Cordon _,Action.Uncordon _,Action.Evict _,Action.Terminate _,Action.TerminateUnjoined _,Action.SuspendTerminate _,Action.ResumeTerminate _ -> {
                // about one thing that is there or not: no numbers
            }
        }
        object.set("reason", Json.record((Record) step.why()));
        return object.put("why", Sentences.whole(step.why()));
    }

    private static void instances(ObjectNode step, List<String> ids) {
        var array = step.putArray("instances");
        ids.forEach(array::add);
    }

    private static ObjectNode held(Plan.Held held) {
        var object = Json.object().put("subject", held.subject());
        object.set("reason", Json.record((Record) held.why()));
        return object.put("why", Sentences.whole(held.why()));
    }
}

package executorscaler.kubernetes;

import executorscaler.act.Outcome;
import executorscaler.plan.Action;
import executorscaler.snapshot.Node.Cordon;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is written to single pods. */
final class PodWrites {

    private final Steps steps;
    private final Mapping mapping = new Mapping();

    PodWrites(Steps steps) {
        this.steps = steps;
    }

    /** A read and a write on what was read: the annotation is written over no value but the one that the planner saw. */
    Outcome setDeletionCost(Action.SetDeletionCost action) {
        return Steps.attempt(() -> {
            var what = "pod " + action.namespace() + "/" + action.pod();
            var path = Steps.podPath(action.namespace(), action.pod());
            var metadata = steps.get(path, Pod.class, "get pods", what).getMetadata();
            if (!action.uid().equals(metadata.getUid())) return new Outcome.Stale("another pod of this name, uid " + metadata.getUid());
            int cost = Annotations.deletionCost(metadata);
            if (cost == action.cost()) return new Outcome.Done(Mapping.version(metadata));
            if (cost != action.expected()) return new Outcome.Stale("deletion cost " + cost + " instead of " + action.expected());
            var annotation = Collections.singletonMap(Annotations.DELETION_COST, action.cost() == 0 ? null : String.valueOf(action.cost()));
            var body = Map.of("metadata", Map.of("resourceVersion", metadata.getResourceVersion(), "annotations", annotation));
            return steps.done(steps.api.patch(path, Api.MERGE_PATCH, body), Pod.class, "patch pods", what);
        });
    }

    /** One call: a JSON Patch whose tests name the pod, say that it has no node yet, and that the scheduler has nominated no other meanwhile. */
    Outcome nominate(Action.Nominate action) {
        return Steps.attempt(() -> {
            var path = Steps.podPath(action.namespace(), action.pod()) + "/status";
            var answer = steps.api.patch(path, Api.JSON_PATCH, List.of(Api.is("/metadata/uid", action.uid()), Api.is("/spec/nodeName", null),
                    Api.is("/status/nominatedNodeName", action.expected().isEmpty() ? null : action.expected()),
                    Map.of("op", "add", "path", "/status/nominatedNodeName", "value", action.node())));
            if (answer.ok()) return new Outcome.Done(0);
            var pod = "pod " + action.namespace() + "/" + action.pod();
            return answer.status() == 422
                    ? new Outcome.Stale(pod + " has a node by now, or another nomination")
                    : steps.refusal(answer, "patch pods/status", pod);
        });
    }

    /**
     * Looks first whether the node is still closed by us, and whether the pod still says nothing against it (S17), then posts a policy/v1 Eviction that names the
     * pod's uid, so that a new pod of the old name is safe. A pod that is gone or replaced is done.
     */
    Outcome evict(Action.Evict action) {
        return Steps.attempt(() -> {
            var node = steps.node(action.node());
            if (!(Mapping.cordon(node) instanceof Cordon.ByUs)) return new Outcome.Stale("node " + action.node() + " is no longer closed by us");
            if (AnnouncedNote.read(node.getMetadata()).isEmpty()) Steps.mayGo(node); // else it is AWS that takes it
            var path = Steps.podPath(action.namespace(), action.pod());
            var seen = steps.api.get(path);
            if (seen.status() == 404) return new Outcome.Done(0);
            if (!seen.ok()) return steps.refusal(seen, "get pods", "pod " + action.namespace() + "/" + action.pod());
            var pod = mapping.pod(steps.api.read(seen, Pod.class));
            if (!action.uid().equals(pod.uid())) return new Outcome.Done(0);
            if (!pod.staysFor().isEmpty()) return new Outcome.Stale("pod " + pod.path() + " stays: " + pod.staysFor());
            var body = Map.of("apiVersion", "policy/v1", "kind", "Eviction", "metadata",
                    Map.of("name", action.pod(), "namespace", action.namespace()),
                    "deleteOptions", Map.of("preconditions", Map.of("uid", action.uid())));
            var answer = steps.api.post(path + "/eviction", body);
            if (answer.ok() || answer.status() == 404) return new Outcome.Done(0);
            return switch (answer.status()) {
                case 409 -> goneOr(path, action, new Outcome.Stale(steps.api.message(answer)));
                case 429 -> overBudget(answer);
                case 500 -> new Outcome.Refused(steps.api.message(answer)); // e.g. two budgets cover the pod, which the eviction API does not do
                default -> steps.refusal(answer, "create pods/eviction", "pod " + action.namespace() + "/" + action.pod());
            };
        });
    }

    /** Done where the pod is gone or another one has its name: it is what was asked for. Looked up, since a conflict has its reason in its prose only. */
    private Outcome goneOr(String path, Action.Evict action, Outcome otherwise) throws Api.NoAnswer {
        var answer = steps.api.get(path);
        if (answer.status() == 404) return new Outcome.Done(0);
        return answer.ok() && !action.uid().equals(steps.api.read(answer, Pod.class).getMetadata().getUid()) ? new Outcome.Done(0) : otherwise;
    }

    /** 429 is a budget's no where the answer says so; without that cause it is the server's own overload. */
    private Outcome overBudget(Api.Answer answer) {
        var status = steps.api.status(answer);
        if (status.getDetails() != null) {
            for (var cause : status.getDetails().getCauses()) {
                if ("DisruptionBudget".equals(cause.getReason()))
                    return new Outcome.Refused(Objects.requireNonNullElse(cause.getMessage(), "a disruption budget"));
            }
        }
        return new Outcome.Failed("the API server has too much to do: " + steps.api.message(answer));
    }
}

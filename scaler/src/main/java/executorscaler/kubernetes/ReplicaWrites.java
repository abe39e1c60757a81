package executorscaler.kubernetes;

import executorscaler.act.Outcome;
import executorscaler.plan.Action;
import executorscaler.plan.ShrinkOrder;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The number of a Deployment's pods. */
final class ReplicaWrites {

    private final Steps steps;
    private final Mapping mapping = new Mapping();

    ReplicaWrites(Steps steps) {
        this.steps = steps;
    }

    /**
     * One call: a JSON Patch whose tests name the Deployment and the number that the planner saw. The server applies it to the newest object under its own
     * lock, so other writes to the object (its status changes many times while it scales) do not come between, as they would between a read and a patch
     * with a resource version.
     */
    Outcome scale(Action.ScaleExecutor action) {
        return Steps.attempt(() -> {
            var path = "/apis/apps/v1/namespaces/" + Api.segment(action.namespace()) + "/deployments/" + Api.segment(action.deployment()) + "/scale";
            if (action.sparesStarted() || !action.victims().isEmpty()) lookAgain(path, action);
            // Under a name of our own, by which the next look knows whose number it is.
            var ours = Api.query(path, Map.of("fieldManager", Author.OURSELVES));
            var answer = steps.api.patch(ours, Api.JSON_PATCH, List.of(Api.is("/metadata/uid", action.uid()),
                    // The server leaves a zero out of a Scale; adding replaces what is there.
                    Api.is("/spec/replicas", action.expected() == 0 ? null : action.expected()),
                    Map.of("op", "add", "path", "/spec/replicas", "value", action.replicas())));
            return answer.status() == 422 || answer.status() == 409
                    ? whyNotScaled(path, action, answer)
                    : steps.done(answer, Scale.class, "patch deployments/scale", deployment(action));
        });
    }

    /** Looks at the pods once more, by the selector that the Deployment has now: what the planner saw may be old. */
    private void lookAgain(String path, Action.ScaleExecutor action) throws Steps.Halt, Api.NoAnswer {
        var pods = livePods(path, action);
        if (action.sparesStarted()) {
            long started = pods.stream().filter(pod -> pod.assigned()).count();
            if (started > action.replicas()) throw new Steps.Halt(new Outcome.Stale(started + " pods have a node by now"));
        }
        if (action.victims().isEmpty()) return;
        for (var pod : ShrinkOrder.mayGo(pods, pods.size() - action.replicas())) {
            if (!action.victims().contains(pod.uid())) throw new Steps.Halt(new Outcome.Stale("pod " + pod.path() + " could go by now"));
        }
    }

    /** The pods that the Deployment's number counts: neither ended nor being deleted. */
    private List<Pod> livePods(String path, Action.ScaleExecutor action) throws Steps.Halt, Api.NoAnswer {
        var status = scaleNow(path, action).getStatus();
        var selector = status == null ? null : status.getSelector();
        if (selector == null || selector.isEmpty()) throw new Steps.Halt(new Outcome.Stale(deployment(action) + " tells no selector yet"));
        var live = new ArrayList<Pod>();
        steps.each(Steps.podsPath(action.namespace()), Map.of("labelSelector", selector), PodList.class, "list pods", "pods of " + deployment(action),
                found -> {
                    var pod = mapping.pod(found);
                    if (!pod.ended() && !pod.terminating()) live.add(pod);
                });
        return live;
    }

    private Outcome whyNotScaled(String path, Action.ScaleExecutor action, Api.Answer refused) throws Steps.Halt, Api.NoAnswer {
        var scale = scaleNow(path, action);
        if (!action.uid().equals(scale.getMetadata().getUid()))
            return new Outcome.Stale("another deployment of this name, uid " + scale.getMetadata().getUid());
        var spec = scale.getSpec();
        int replicas = spec == null || spec.getReplicas() == null ? 0 : spec.getReplicas();
        if (replicas == action.replicas()) return new Outcome.Done(Mapping.version(scale.getMetadata())); // an earlier order whose answer was lost
        if (replicas != action.expected()) return new Outcome.Stale("replicas " + replicas + " instead of " + action.expected());
        return new Outcome.Refused(steps.api.message(refused)); // the number was right, so it was no test that failed
    }

    private Scale scaleNow(String path, Action.ScaleExecutor action) throws Steps.Halt, Api.NoAnswer {
        return steps.get(path, Scale.class, "get deployments/scale", deployment(action));
    }

    private static String deployment(Action.ScaleExecutor action) {
        return "deployment " + action.namespace() + "/" + action.deployment();
    }
}

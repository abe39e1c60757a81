package executorscaler.kubernetes;

import executorscaler.act.Outcome;
import executorscaler.loop.Clock;
import executorscaler.plan.Action;
import executorscaler.snapshot.Node.Cordon;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is written to nodes, and the last looks before an instance is ended. */
final class NodeWrites {

    private final Steps steps;
    private final Clock clock;
    private final Mapping mapping = new Mapping();

    /** @param clock for the time that a cordon notes on its node */
    NodeWrites(Steps steps, Clock clock) {
        this.steps = steps;
        this.clock = clock;
    }

    Outcome cordon(Action.Cordon action) {
        return Steps.attempt(() -> {
            var node = steps.node(action.node(), action.uid());
            return switch (Mapping.cordon(node)) {
                // The older time stays: how long the door has been closed is what it is for.
                case Cordon.ByUs _ -> new Outcome.Done(Mapping.version(node.getMetadata()));
                case Cordon.ByOthers _ -> new Outcome.Stale("cordoned by others");
                case Cordon.None _ -> {
                    Steps.mayGo(node);
                    yield patchNode(node, Map.of(Mapping.CORDONED_AT, clock.now().toString()), true);
                }
            };
        });
    }

    Outcome uncordon(Action.Uncordon action) {
        return Steps.attempt(() -> {
            var node = steps.node(action.node(), action.uid());
            return switch (Mapping.cordon(node)) {
                case Cordon.ByOthers _ -> new Outcome.Stale("cordoned by others");
                case Cordon.None _ when !hasOurMark(node) -> new Outcome.Done(Mapping.version(node.getMetadata()));
                // Somebody opened the node that we closed: our mark goes too, or their next cordon would look like ours.
                case Cordon.None _ -> patchNode(node, Collections.singletonMap(Mapping.CORDONED_AT, null), null);
                case Cordon.ByUs _ -> patchNode(node, Collections.singletonMap(Mapping.CORDONED_AT, null), null);
            };
        });
    }

    Outcome announce(Action.Announce action) {
        return Steps.attempt(() -> {
            var node = steps.node(action.node(), action.uid());
            var annotations = new LinkedHashMap<String, @Nullable String>();
            annotations.put(AnnouncedNote.ANNOUNCED, action.announced().isEmpty() ? null : AnnouncedNote.write(action.announced()));
            @Nullable
            Boolean closed = (node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable())) ? Boolean.TRUE : null;
            switch (Mapping.cordon(node)) {
                case Cordon.None _ when action.door() == Action.Announce.Door.CLOSE -> {
                    annotations.put(Mapping.CORDONED_AT, clock.now().toString());
                    closed = Boolean.TRUE;
                }
                case Cordon.ByUs _ when action.door() == Action.Announce.Door.OPEN -> {
                    annotations.put(Mapping.CORDONED_AT, null);
                    closed = null;
                }
                case Cordon.None _,Cordon.ByUs _,Cordon.ByOthers _ -> {
                    // The door is as it should be, or somebody else's.
                }
            }
            return patchNode(node, annotations, closed);
        });
    }

    /** Sets what changes and nothing else; spec.taints in particular, which a merge patch would replace as a whole, is never named. */
    private Outcome patchNode(Node node, Map<String, @Nullable String> annotations, @Nullable Boolean unschedulable) throws Api.NoAnswer {
        return patched(node,
                Map.of("metadata", Map.of("resourceVersion", node.getMetadata().getResourceVersion(), "annotations", annotations), "spec",
                        Collections.singletonMap("unschedulable", unschedulable)));
    }

    private Outcome patched(Node node, Map<String, ?> body) throws Api.NoAnswer {
        var name = node.getMetadata().getName();
        return steps.done(steps.api.patch(Steps.nodePath(name), Api.MERGE_PATCH, body), Node.class, "patch nodes", "node " + name);
    }

    Outcome mark(Action.MarkNode action) {
        return Steps.attempt(() -> {
            var node = steps.node(action.node(), action.uid());
            var metadata = node.getMetadata();
            if (action.instanceId().equals(Annotations.instance(metadata))) return new Outcome.Done(Mapping.version(metadata));
            return patched(node, Map.of("metadata", Map.of("uid", action.uid(), "annotations", Map.of(Annotations.INSTANCE, action.instanceId()))));
        });
    }

    /** Looks first, then deletes that object in that version: a kubelet that speaks again in between keeps its node. */
    Outcome deleteNode(Action.DeleteNode action) {
        return Steps.attempt(() -> {
            var node = steps.node(action.node(), action.uid());
            var metadata = node.getMetadata();
            if (!action.instanceId().equals(Annotations.instance(metadata)))
                return new Outcome.Stale("the node is not marked as " + action.instanceId());
            if (Mapping.isReady(node)) return new Outcome.Stale("the node is ready");
            if (Mapping.cordon(node) instanceof Cordon.ByOthers) return new Outcome.Stale("cordoned by others");
            if (metadata.getDeletionTimestamp() != null) return new Outcome.Stale("it is being deleted and waits for its finalizers");
            var answer = steps.api.delete(Steps.nodePath(action.node()), Map.of("apiVersion", "v1", "kind", "DeleteOptions", "preconditions",
                    Map.of("uid", action.uid(), "resourceVersion", metadata.getResourceVersion())));
            if (answer.ok() || answer.status() == 404) return new Outcome.Done(0);
            return steps.refusal(answer, "delete nodes", "node " + action.node());
        });
    }

    /**
     * Whether the node may end: still that node, still closed by us, nothing on it but what belongs to it, and nobody has said that it shall stay. Ready or not
     * makes no difference: a kubelet that is silent may be alive, and the pods that the API has for its node may run.
     *
     * <p>A node that is gone is Stale, not Done: its machine may run on with containers whose pods were not yet collected, and nothing can be proven about
     * what is not there. If the machine is gone too, its group says so and there is nothing to end; if it is not, it is an instance without a node, which has
     * a rule and a proof of its own.
     */
    Outcome confirmEmpty(Action.Terminate action) {
        return Steps.attempt(() -> {
            var node = steps.node(action.node(), action.uid());
            if (!(Mapping.cordon(node) instanceof Cordon.ByUs)) return new Outcome.Stale("node is no longer closed by us");
            Steps.mayGo(node);
            steps.each("/api/v1/pods", Map.of("fieldSelector", "spec.nodeName=" + action.node()), PodList.class, "list pods",
                    "pods of node " + action.node(), found -> {
                        var pod = mapping.pod(found);
                        if (!pod.ended() && !pod.resident()) throw new Steps.Halt(new Outcome.Stale("pod " + pod.path() + " is on it"));
                    });
            return new Outcome.Done(Mapping.version(node.getMetadata()));
        });
    }

    Outcome confirmUnjoined(Action.TerminateUnjoined action) {
        return Steps.attempt(() -> {
            steps.eachNode(node -> {
                if (belongs(node, action))
                    throw new Steps.Halt(new Outcome.Stale("node " + node.getMetadata().getName() + " is of instance " + action.instanceId()));
            });
            return new Outcome.Done(0);
        });
    }

    /** By provider id, address or name: any one that fits is enough to keep the instance. */
    private static boolean belongs(Node node, Action.TerminateUnjoined action) {
        var providerId = node.getSpec() == null ? null : node.getSpec().getProviderID();
        if (providerId != null && providerId.substring(providerId.lastIndexOf('/') + 1).equals(action.instanceId())) return true;
        var name = node.getMetadata().getName();
        if (name.equals(action.instanceId()) || isHost(name, action)) return true;
        List<NodeAddress> addresses = node.getStatus() == null ? List.of() : node.getStatus().getAddresses();
        return addresses.stream().map(NodeAddress::getAddress).filter(Objects::nonNull).anyMatch(address -> isHost(address, action));
    }

    private static boolean isHost(String address, Action.TerminateUnjoined action) {
        return (!action.privateIp().isEmpty() && address.equals(action.privateIp()))
                || (!action.privateDns().isEmpty() && address.equalsIgnoreCase(action.privateDns()));
    }

    private static boolean hasOurMark(Node node) {
        ObjectMeta metadata = node.getMetadata();
        return metadata.getAnnotations() != null && metadata.getAnnotations().containsKey(Mapping.CORDONED_AT);
    }
}

package executorscaler.kubernetes;

import executorscaler.act.ClusterWriter;
import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import executorscaler.loop.Clock;
import executorscaler.plan.Action;
import executorscaler.plan.ShrinkOrder;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Node.Cordon;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the cluster: one attempt an action, each call with a time-out of its own, every write conditional on what the planner saw. Reads are quorum reads.
 * Safe for use by several threads.
 */
public final class ClusterWrites implements ClusterWriter {

    private static final Duration CALL = Duration.ofSeconds(3);
    private static final String SCALE = "patch deployments/scale";
    private static final String NODES = "/api/v1/nodes";
    private static final String PAGE = "500";

    private final Api api;
    private final Clock clock;
    private final Mapping mapping = new Mapping();

    /**
     * @param client {@link KubernetesClients#calling}: it must not retry by itself
     * @param clock for the time that a cordon notes on its node
     * @param gate asked at every write, after the look that it follows
     */
    public ClusterWrites(KubernetesClient client, Clock clock, WriteGate gate) {
        this.api = new Api(client, CALL, gate);
        this.clock = clock;
    }

    /** What a step of an action found instead of what it needed; ends the action. */
    private static final class Halt extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Outcome outcome;

        Halt(Outcome outcome) {
            super(outcome.toString(), null, false, false);
            this.outcome = outcome;
        }
    }

    /** The steps of one action. */
    private interface Steps {
        Outcome take() throws Halt, Api.NoAnswer;
    }

    private static Outcome attempt(Steps steps) {
        try {
            return steps.take();
        } catch (Halt halt) {
            return halt.outcome;
        } catch (Api.NotSent closed) {
            return new Outcome.Refused(String.valueOf(closed.getMessage()));
        } catch (Api.NoAnswer silence) {
            return new Outcome.Failed(Objects.requireNonNullElse(silence.getMessage(), "no answer"));
        } catch (KubernetesClientException | IllegalArgumentException unreadable) {
            return new Outcome.Failed("the answer cannot be read: " + Api.words(unreadable));
        }
    }

    /**
     * One call: a JSON Patch whose tests name the Deployment and the number that the planner saw. The server applies it to the newest object under its own
     * lock, so other writes to the object (its status changes many times while it scales) do not come between, as they would between a read and a patch
     * with a resource version.
     */
    @Override
    public Outcome scale(Action.ScaleExecutor action) {
        return attempt(() -> {
            var path = "/apis/apps/v1/namespaces/" + Api.segment(action.namespace()) + "/deployments/" + Api.segment(action.deployment()) + "/scale";
            if (action.sparesStarted() || !action.victims().isEmpty()) lookAgain(path, action);
            // The server leaves a zero out of a Scale, so that "is 0" is "is not there", which a test of null says; adding replaces what is there.
            var seen = new LinkedHashMap<String, Object>();
            seen.put("op", "test");
            seen.put("path", "/spec/replicas");
            seen.put("value", action.expected() == 0 ? null : action.expected());
            // Under a name of our own, by which the next look knows whose number it is.
            var ours = Api.query(path, Map.of("fieldManager", Author.OURSELVES));
            var answer = api.patch(ours, Api.JSON_PATCH, List.of(Map.of("op", "test", "path", "/metadata/uid", "value", action.uid()), seen,
                    Map.of("op", "add", "path", "/spec/replicas", "value", action.replicas())));
            if (answer.ok()) return new Outcome.Done(Mapping.version(api.read(answer, Scale.class).getMetadata()));
            if (answer.status() == 422 || answer.status() == 409) return whyNotScaled(path, action, answer);
            return refusal(answer, SCALE, "deployment " + action.namespace() + "/" + action.deployment());
        });
    }

    /** Looks at the pods once more, by the selector that the Deployment has now: what the planner saw may be old. */
    private void lookAgain(String path, Action.ScaleExecutor action) throws Halt, Api.NoAnswer {
        var pods = livePods(path, action);
        if (action.sparesStarted()) {
            long started = pods.stream().filter(pod -> pod.assigned()).count();
            if (started > action.replicas()) throw new Halt(new Outcome.Stale(started + " pods have a node by now"));
        }
        if (action.victims().isEmpty()) return;
        for (var pod : ShrinkOrder.mayGo(pods, pods.size() - action.replicas())) {
            if (!action.victims().contains(pod.uid())) throw new Halt(new Outcome.Stale("pod " + pod.path() + " could go by now"));
        }
    }

    /** The pods that the Deployment's number counts: neither ended nor being deleted. */
    private List<executorscaler.snapshot.Pod> livePods(String path, Action.ScaleExecutor action) throws Halt, Api.NoAnswer {
        var deployment = "deployment " + action.namespace() + "/" + action.deployment();
        var answer = api.get(path);
        if (!answer.ok()) throw new Halt(refusal(answer, "get deployments/scale", deployment));
        var status = api.read(answer, Scale.class).getStatus();
        var selector = status == null ? null : status.getSelector();
        if (selector == null || selector.isEmpty()) throw new Halt(new Outcome.Stale(deployment + " tells no selector yet"));
        var parameters = new LinkedHashMap<>(Map.of("limit", PAGE, "labelSelector", selector));
        var live = new ArrayList<executorscaler.snapshot.Pod>();
        while (true) {
            var pods = api.get(Api.query("/api/v1/namespaces/" + Api.segment(action.namespace()) + "/pods", parameters));
            if (!pods.ok()) throw new Halt(refusal(pods, "list pods", "pods of " + deployment));
            var page = api.read(pods, PodList.class);
            for (var item : page.getItems()) {
                var pod = mapping.pod(item);
                if (!pod.ended() && !pod.terminating()) live.add(pod);
            }
            var next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
            if (next == null || next.isEmpty()) return live;
            parameters.put("continue", next);
        }
    }

    /** A read and a write on what was read: the annotation is written over no value but the one that the planner saw. */
    @Override
    public Outcome setDeletionCost(Action.SetDeletionCost action) {
        return attempt(() -> {
            var what = "pod " + action.namespace() + "/" + action.pod();
            var path = "/api/v1/namespaces/" + Api.segment(action.namespace()) + "/pods/" + Api.segment(action.pod());
            var seen = api.get(path);
            if (!seen.ok()) return refusal(seen, "get pods", what);
            var metadata = api.read(seen, Pod.class).getMetadata();
            if (!action.uid().equals(metadata.getUid())) return new Outcome.Stale("another pod of this name, uid " + metadata.getUid());
            int cost = Annotations.deletionCost(metadata);
            if (cost == action.cost()) return new Outcome.Done(Mapping.version(metadata));
            if (cost != action.expected()) return new Outcome.Stale("deletion cost " + cost + " instead of " + action.expected());
            var annotation = Collections.singletonMap(Annotations.DELETION_COST, action.cost() == 0 ? null : String.valueOf(action.cost()));
            var body = Map.of("metadata", Map.of("resourceVersion", metadata.getResourceVersion(), "annotations", annotation));
            var answer = api.patch(path, Api.MERGE_PATCH, body);
            return answer.ok() ? new Outcome.Done(Mapping.version(api.read(answer, Pod.class).getMetadata())) : refusal(answer, "patch pods", what);
        });
    }

    private Outcome whyNotScaled(String path, Action.ScaleExecutor action, Api.Answer refused) throws Halt, Api.NoAnswer {
        var answer = api.get(path);
        if (!answer.ok()) return refusal(answer, "get deployments/scale", "deployment " + action.namespace() + "/" + action.deployment());
        var scale = api.read(answer, Scale.class);
        if (!action.uid().equals(scale.getMetadata().getUid()))
            return new Outcome.Stale("another deployment of this name, uid " + scale.getMetadata().getUid());
        var spec = scale.getSpec();
        int replicas = spec == null || spec.getReplicas() == null ? 0 : spec.getReplicas();
        if (replicas == action.replicas()) return new Outcome.Done(Mapping.version(scale.getMetadata())); // an earlier order whose answer was lost
        if (replicas != action.expected()) return new Outcome.Stale("replicas " + replicas + " instead of " + action.expected());
        return new Outcome.Refused(api.message(refused)); // the number was right, so it was no test that failed
    }

    @Override
    public Outcome cordon(Action.Cordon action) {
        return attempt(() -> {
            var node = node(action.node(), action.uid());
            return switch (Mapping.cordon(node)) {
                // The older time stays: how long the door has been closed is what it is for.
                case Cordon.ByUs _ -> new Outcome.Done(Mapping.version(node.getMetadata()));
                case Cordon.ByOthers _ -> new Outcome.Stale("cordoned by others");
                case Cordon.None _ -> {
                    mayGo(node);
                    yield patchNode(node, Map.of(Mapping.CORDONED_AT, clock.now().toString()), true);
                }
            };
        });
    }

    @Override
    public Outcome uncordon(Action.Uncordon action) {
        return attempt(() -> {
            var node = node(action.node(), action.uid());
            return switch (Mapping.cordon(node)) {
                case Cordon.ByOthers _ -> new Outcome.Stale("cordoned by others");
                case Cordon.None _ when !hasOurMark(node) -> new Outcome.Done(Mapping.version(node.getMetadata()));
                // Somebody opened the node that we closed: our mark goes too, or their next cordon would look like ours.
                case Cordon.None _ -> patchNode(node, Collections.singletonMap(Mapping.CORDONED_AT, null), null);
                case Cordon.ByUs _ -> patchNode(node, Collections.singletonMap(Mapping.CORDONED_AT, null), null);
            };
        });
    }

    @Override
    public Outcome announce(Action.Announce action) {
        return attempt(() -> {
            var node = node(action.node(), action.uid());
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
        var body = Map.of("metadata", Map.of("resourceVersion", node.getMetadata().getResourceVersion(), "annotations", annotations), "spec",
                Collections.singletonMap("unschedulable", unschedulable));
        var answer = api.patch(NODES + "/" + Api.segment(node.getMetadata().getName()), Api.MERGE_PATCH, body);
        if (answer.ok()) return new Outcome.Done(Mapping.version(api.read(answer, Node.class).getMetadata()));
        return refusal(answer, "patch nodes", "node " + node.getMetadata().getName());
    }

    /**
     * Looks first whether the node is still closed by us, and whether the pod still says nothing against it (S17), then posts a policy/v1 Eviction that names the
     * pod's uid, so that a new pod of the old name is safe. A pod that is gone or replaced is done.
     */
    @Override
    public Outcome evict(Action.Evict action) {
        return attempt(() -> {
            var node = live(action.node());
            if (!(Mapping.cordon(node) instanceof Cordon.ByUs)) return new Outcome.Stale("node " + action.node() + " is no longer closed by us");
            if (AnnouncedNote.read(node.getMetadata()).isEmpty()) mayGo(node); // else it is AWS that takes it
            var seen = api.get("/api/v1/namespaces/" + Api.segment(action.namespace()) + "/pods/" + Api.segment(action.pod()));
            if (seen.status() == 404) return new Outcome.Done(0);
            if (!seen.ok()) return refusal(seen, "get pods", "pod " + action.namespace() + "/" + action.pod());
            var pod = mapping.pod(api.read(seen, Pod.class));
            if (!action.uid().equals(pod.uid())) return new Outcome.Done(0);
            if (!pod.staysFor().isEmpty()) return new Outcome.Stale("pod " + pod.path() + " stays: " + pod.staysFor());
            var body = Map.of("apiVersion", "policy/v1", "kind", "Eviction", "metadata",
                    Map.of("name", action.pod(), "namespace", action.namespace()),
                    "deleteOptions", Map.of("preconditions", Map.of("uid", action.uid())));
            var answer = api.post("/api/v1/namespaces/" + Api.segment(action.namespace()) + "/pods/" + Api.segment(action.pod()) + "/eviction", body);
            if (answer.ok() || answer.status() == 404) return new Outcome.Done(0);
            return switch (answer.status()) {
                case 409 -> goneOr(action, new Outcome.Stale(api.message(answer)));
                case 429 -> overBudget(answer);
                case 500 -> new Outcome.Refused(api.message(answer)); // e.g. two budgets cover the pod, which the eviction API does not do
                default -> refusal(answer, "create pods/eviction", "pod " + action.namespace() + "/" + action.pod());
            };
        });
    }

    /** One call: a JSON Patch whose tests name the pod, say that it has no node yet, and that the scheduler has nominated no other meanwhile. */
    @Override
    public Outcome nominate(Action.Nominate action) {
        return attempt(() -> {
            var path = "/api/v1/namespaces/" + Api.segment(action.namespace()) + "/pods/" + Api.segment(action.pod()) + "/status";
            var answer = api.patch(path, Api.JSON_PATCH, List.of(is("/metadata/uid", action.uid()), is("/spec/nodeName", ""),
                    is("/status/nominatedNodeName", action.expected()),
                    Map.of("op", "add", "path", "/status/nominatedNodeName", "value", action.node())));
            if (answer.ok()) return new Outcome.Done(0);
            var pod = "pod " + action.namespace() + "/" + action.pod();
            return answer.status() == 422
                    ? new Outcome.Stale(pod + " has a node by now, or another nomination")
                    : refusal(answer, "patch pods/status", pod);
        });
    }

    /** A test of a JSON Patch; an empty text is a field that is left out. */
    private static Map<String, @Nullable Object> is(String path, String value) {
        var test = new LinkedHashMap<String, @Nullable Object>();
        test.put("op", "test");
        test.put("path", path);
        test.put("value", value.isEmpty() ? null : value);
        return test;
    }

    /** Done where the pod is gone or another one has its name: it is what was asked for. Looked up, since a conflict has its reason in its prose only. */
    private Outcome goneOr(Action.Evict action, Outcome otherwise) throws Api.NoAnswer {
        var answer = api.get("/api/v1/namespaces/" + Api.segment(action.namespace()) + "/pods/" + Api.segment(action.pod()));
        if (answer.status() == 404) return new Outcome.Done(0);
        return answer.ok() && !action.uid().equals(api.read(answer, Pod.class).getMetadata().getUid()) ? new Outcome.Done(0) : otherwise;
    }

    /** 429 is a budget's no where the answer says so; without that cause it is the server's own overload. */
    private Outcome overBudget(Api.Answer answer) {
        var status = api.status(answer);
        if (status.getDetails() != null) {
            for (var cause : status.getDetails().getCauses()) {
                if ("DisruptionBudget".equals(cause.getReason()))
                    return new Outcome.Refused(Objects.requireNonNullElse(cause.getMessage(), "a disruption budget"));
            }
        }
        return new Outcome.Failed("the API server has too much to do: " + api.message(answer));
    }

    @Override
    public Outcome mark(Action.MarkNode action) {
        return attempt(() -> {
            var metadata = node(action.node(), action.uid()).getMetadata();
            if (action.instanceId().equals(Annotations.instance(metadata))) return new Outcome.Done(Mapping.version(metadata));
            var body = Map.of("metadata", Map.of("uid", action.uid(), "annotations", Map.of(Annotations.INSTANCE, action.instanceId())));
            var answer = api.patch(NODES + "/" + Api.segment(action.node()), Api.MERGE_PATCH, body);
            if (answer.ok()) return new Outcome.Done(Mapping.version(api.read(answer, Node.class).getMetadata()));
            return refusal(answer, "patch nodes", "node " + action.node());
        });
    }

    /** Looks first, then deletes that object in that version: a kubelet that speaks again in between keeps its node. */
    @Override
    public Outcome deleteNode(Action.DeleteNode action) {
        return attempt(() -> {
            var node = node(action.node(), action.uid());
            var metadata = node.getMetadata();
            if (!action.instanceId().equals(Annotations.instance(metadata)))
                return new Outcome.Stale("the node is not marked as " + action.instanceId());
            if (Mapping.isReady(node)) return new Outcome.Stale("the node is ready");
            if (Mapping.cordon(node) instanceof Cordon.ByOthers) return new Outcome.Stale("cordoned by others");
            if (metadata.getDeletionTimestamp() != null) return new Outcome.Stale("it is being deleted and waits for its finalizers");
            var answer = api.delete(NODES + "/" + Api.segment(action.node()), Map.of("apiVersion", "v1", "kind", "DeleteOptions", "preconditions",
                    Map.of("uid", action.uid(), "resourceVersion", metadata.getResourceVersion())));
            if (answer.ok() || answer.status() == 404) return new Outcome.Done(0);
            return refusal(answer, "delete nodes", "node " + action.node());
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
    @Override
    public Outcome confirmEmpty(Action.Terminate action) {
        return attempt(() -> {
            var node = node(action.node(), action.uid());
            if (!(Mapping.cordon(node) instanceof Cordon.ByUs)) return new Outcome.Stale("node is no longer closed by us");
            mayGo(node);
            var answer = api.get(Api.query("/api/v1/pods", Map.of("fieldSelector", "spec.nodeName=" + action.node())));
            if (!answer.ok()) return refusal(answer, "list pods", "pods of node " + action.node());
            for (var item : api.read(answer, PodList.class).getItems()) {
                var pod = mapping.pod(item);
                if (!pod.ended() && !pod.resident()) return new Outcome.Stale("pod " + pod.path() + " is on it");
            }
            return new Outcome.Done(Mapping.version(node.getMetadata()));
        });
    }

    @Override
    public Outcome confirmUnjoined(Action.TerminateUnjoined action) {
        return attempt(() -> {
            var parameters = new LinkedHashMap<>(Map.of("limit", PAGE));
            while (true) {
                var answer = api.get(Api.query(NODES, parameters));
                if (!answer.ok()) return refusal(answer, "list nodes", "nodes");
                var page = api.read(answer, NodeList.class);
                for (var node : page.getItems()) {
                    if (belongs(node, action))
                        return new Outcome.Stale("node " + node.getMetadata().getName() + " is of instance " + action.instanceId());
                }
                var next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
                if (next == null || next.isEmpty()) return new Outcome.Done(0);
                parameters.put("continue", next);
            }
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

    private Node node(String name, String uid) throws Halt, Api.NoAnswer {
        var node = live(name);
        if (!uid.equals(node.getMetadata().getUid()))
            throw new Halt(new Outcome.Stale("another node of this name, uid " + node.getMetadata().getUid()));
        return node;
    }

    /** Halts where the node says that it shall not be taken away. */
    private static void mayGo(Node node) throws Halt {
        var stays = Annotations.staysFor(node.getMetadata());
        if (!stays.isEmpty()) throw new Halt(new Outcome.Stale("node " + node.getMetadata().getName() + " stays: " + stays));
    }

    private Node live(String name) throws Halt, Api.NoAnswer {
        var answer = api.get(NODES + "/" + Api.segment(name));
        if (!answer.ok()) throw new Halt(refusal(answer, "get nodes", "node " + name));
        return api.read(answer, Node.class);
    }

    private static boolean hasOurMark(Node node) {
        ObjectMeta metadata = node.getMetadata();
        return metadata.getAnnotations() != null && metadata.getAnnotations().containsKey(Mapping.CORDONED_AT);
    }

    /** What an answer that is not ok means where nothing special does. */
    private Outcome refusal(Api.Answer answer, String right, String what) {
        return switch (answer.status()) {
            case 401 -> new Outcome.Failed("the API server does not accept our credentials: " + api.message(answer));
            // RBAC says "cannot"; an admission policy answers 403 too, in its own words.
            case 403 ->
                new Outcome.Refused((api.message(answer).contains("cannot") ? "missing right to " + right + ": " : "denied: ") + api.message(answer));
            case 404 -> new Outcome.Stale(what + " does not exist");
            case 409 -> new Outcome.Stale(what + " was changed by somebody else at the same time");
            case 400, 422 -> new Outcome.Refused(api.message(answer));
            case 429 -> new Outcome.Failed("the API server has too much to do: " + api.message(answer));
            default -> new Outcome.Failed("the API server answered " + answer.status() + ": " + api.message(answer));
        };
    }
}

package executorscaler.kubernetes;

import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What the steps of a write have in common: each call has a time-out of its own, and an answer that is not the needed one ends the write with an outcome. */
final class Steps {

    private static final Duration CALL = Duration.ofSeconds(3);
    private static final String NODES = "/api/v1/nodes";
    private static final String PAGE = "500";

    final Api api;

    /** @param gate asked at every call that is not a read */
    Steps(KubernetesClient client, WriteGate gate) {
        api = new Api(client, CALL, gate);
    }

    /** What a step found instead of what it needed; ends the write. */
    static final class Halt extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Outcome outcome;

        Halt(Outcome outcome) {
            super(outcome.toString(), null, false, false);
            this.outcome = outcome;
        }
    }

    /** The steps of one write. */
    interface Way {
        Outcome go() throws Halt, Api.NoAnswer;
    }

    /** Takes one object of a list. */
    interface Taker<T> {
        void take(T object) throws Halt;
    }

    static Outcome attempt(Way way) {
        try {
            return way.go();
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

    static String podPath(String namespace, String pod) {
        return podsPath(namespace) + "/" + Api.segment(pod);
    }

    static String podsPath(String namespace) {
        return "/api/v1/namespaces/" + Api.segment(namespace) + "/pods";
    }

    static String nodePath(String node) {
        return NODES + "/" + Api.segment(node);
    }

    /**
     * The object at this path.
     *
     * @param right what must be allowed for it, as RBAC names it
     * @param what the object, in an operator's words
     */
    <T> T get(String path, Class<T> type, String right, String what) throws Halt, Api.NoAnswer {
        var answer = api.get(path);
        if (!answer.ok()) throw new Halt(refusal(answer, right, what));
        return api.read(answer, type);
    }

    /** Hands over every object of a list, page by page. */
    <T extends HasMetadata, L extends KubernetesResourceList<T>> void each(String path, Map<String, String> parameters, Class<L> type, String right,
            String what, Taker<T> taker) throws Halt, Api.NoAnswer {
        var asked = new LinkedHashMap<>(parameters);
        asked.put("limit", PAGE);
        while (true) {
            var page = get(Api.query(path, asked), type, right, what);
            for (var object : page.getItems()) taker.take(object);
            var next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
            if (next == null || next.isEmpty()) return;
            asked.put("continue", next);
        }
    }

    /** Hands over every node. */
    void eachNode(Taker<Node> taker) throws Halt, Api.NoAnswer {
        each(NODES, Map.of(), NodeList.class, "list nodes", "nodes", taker);
    }

    /** Done with the version that the object has now, where the answer is ok. */
    Outcome done(Api.Answer answer, Class<? extends HasMetadata> type, String right, String what) {
        return answer.ok() ? new Outcome.Done(Mapping.version(api.read(answer, type).getMetadata())) : refusal(answer, right, what);
    }

    /** The node of this name, if it is still the one that the planner saw. */
    Node node(String name, String uid) throws Halt, Api.NoAnswer {
        var node = node(name);
        if (!uid.equals(node.getMetadata().getUid()))
            throw new Halt(new Outcome.Stale("another node of this name, uid " + node.getMetadata().getUid()));
        return node;
    }

    Node node(String name) throws Halt, Api.NoAnswer {
        return get(nodePath(name), Node.class, "get nodes", "node " + name);
    }

    /** Halts where the node says that it shall not be taken away. */
    static void mayGo(Node node) throws Halt {
        var stays = Annotations.staysFor(node.getMetadata());
        if (!stays.isEmpty()) throw new Halt(new Outcome.Stale("node " + node.getMetadata().getName() + " stays: " + stays));
    }

    /** What an answer that is not ok means where nothing special does. */
    Outcome refusal(Api.Answer answer, String right, String what) {
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

package testbed;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives each running pod of a label selector a real worker process, and kills it at once when its pod goes. Workers of {@link #draining} instead end the jobs
 * that they have, and their pod is there until then; whoever ends their node kills them.
 */
public final class Workers implements AutoCloseable {
    /** The template of a pod whose worker drains has this finalizer: it stands for the grace period, which the bed's kubelets do not give. */
    public static final String FINALIZER = "testbed/worker";

    private static final int SLOTS = 2;

    private final TestBed bed;
    private final Keys keys;
    private final Path script;
    private final Optional<String> drained;
    // By pod uid. Guarded by this.
    private final Map<String, Worker> workers = new HashMap<>();
    // Guarded by this.
    private boolean closed;
    private @Nullable SharedIndexInformer<Pod> informer;
    private @Nullable SharedIndexInformer<Node> nodes;

    private record Worker(String pod, String node, Child process) {
    }

    private Workers(TestBed bed, Keys keys, Optional<String> drained) throws IOException {
        this.drained = drained;
        this.bed = bed;
        this.keys = keys;
        this.script = bed.directory().resolve("worker.py");
        Resources.copy("worker.py", script);
    }

    /** Follows the pods of this namespace and selector (key=value,...) until closed. */
    public static Workers start(TestBed bed, String namespace, String labelSelector, Keys keys) {
        return start(bed, namespace, labelSelector, keys, Optional.empty());
    }

    /** As {@link #start}, of a Deployment whose pods have the {@link #FINALIZER}: workers say with the lease busy:DEPLOYMENT:POD how many jobs they run. */
    public static Workers draining(TestBed bed, String namespace, String labelSelector, Keys keys, String deployment) {
        return start(bed, namespace, labelSelector, keys, Optional.of(deployment));
    }

    private static Workers start(TestBed bed, String namespace, String labelSelector, Keys keys, Optional<String> drained) {
        try {
            Workers workers = new Workers(bed, keys, drained);
            workers.informer = bed.kubernetes().pods().inNamespace(namespace).withLabelSelector(labelSelector)
                    .inform(workers.new Follower());
            if (drained.isPresent()) {
                workers.nodes = bed.kubernetes().nodes().inform(workers.new NodeFollower());
            }
            return workers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the pods whose worker process lives. */
    public synchronized Set<String> running() {
        return workers.values().stream().filter(worker -> worker.process.alive()).map(Worker::pod).collect(Collectors.toSet());
    }

    private final class Follower implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            follow(pod);
        }

        @Override
        public void onUpdate(Pod old, Pod pod) {
            follow(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean unknown) {
            kill(pod);
        }
    }

    private final class NodeFollower implements ResourceEventHandler<Node> {
        @Override
        public void onAdd(Node node) {
            // Its pods come later.
        }

        @Override
        public void onUpdate(Node old, Node node) {
            // Only its end counts.
        }

        @Override
        public void onDelete(Node node, boolean unknown) {
            lose(node.getMetadata().getName());
        }
    }

    private synchronized void lose(String node) {
        workers.values().stream().filter(worker -> worker.node.equals(node)).forEach(worker -> worker.process.killNow());
    }

    private void follow(Pod pod) {
        boolean runs = pod.getMetadata().getDeletionTimestamp() == null && "Running".equals(pod.getStatus().getPhase());
        if (runs) {
            launch(pod);
        } else if (drained.isPresent() && pod.getMetadata().getDeletionTimestamp() != null) {
            drain(pod);
        } else {
            kill(pod);
        }
    }

    private void drain(Pod pod) {
        Worker worker;
        synchronized (this) {
            worker = workers.get(pod.getMetadata().getUid());
        }
        if (worker == null) {
            release(pod);
        } else {
            worker.process.ask();
            worker.process.afterEnd(() -> release(pod));
        }
    }

    private void release(Pod pod) {
        try {
            bed.kubernetes().resource(pod).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"finalizers\": null}}");
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                System.err.println("testbed: the worker of " + pod.getMetadata().getName() + " has ended, and its pod cannot go: " + e);
            }
        }
    }

    private synchronized void launch(Pod pod) {
        if (!closed && !workers.containsKey(pod.getMetadata().getUid())) {
            String name = pod.getMetadata().getName();
            workers.put(pod.getMetadata().getUid(), new Worker(name, String.valueOf(pod.getSpec().getNodeName()), process(name)));
        }
    }

    private Child process(String pod) {
        java.net.URI redis = java.net.URI.create(bed.redisUrl());
        try {
            List<String> command = new ArrayList<>(List.of("python3", script.toString(), redis.getHost(), String.valueOf(redis.getPort()), pod,
                    String.valueOf(SLOTS), keys.waiting(), keys.running(), keys.started(), keys.done()));
            drained.ifPresent(deployment -> command.add("busy:" + deployment + ":" + pod));
            return Child.start("worker " + pod, bed.directory().resolve("workers.log"), Map.of(), command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // SIGKILL, as hard as the loss of a node: a job it holds stays in the running list.
    private synchronized void kill(Pod pod) {
        Worker worker = workers.remove(pod.getMetadata().getUid());
        if (worker != null) {
            worker.process.killNow();
        }
    }

    @Override
    public void close() {
        if (informer != null) {
            informer.close();
        }
        if (nodes != null) {
            nodes.close();
        }
        synchronized (this) {
            closed = true;
            workers.values().forEach(worker -> worker.process.killNow());
            workers.clear();
        }
    }
}

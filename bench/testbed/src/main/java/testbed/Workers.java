package testbed;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gives each running pod of a label selector a real worker process, and kills it at once when its pod goes. */
public final class Workers implements AutoCloseable {
    private static final int SLOTS = 2;

    private final TestBed bed;
    private final Keys keys;
    private final Path script;
    // By pod uid. Guarded by this.
    private final Map<String, Worker> workers = new HashMap<>();
    // Guarded by this.
    private boolean closed;
    private @Nullable SharedIndexInformer<Pod> informer;

    private record Worker(String pod, Child process) {
    }

    private Workers(TestBed bed, Keys keys) throws IOException {
        this.bed = bed;
        this.keys = keys;
        this.script = bed.directory().resolve("worker.py");
        Resources.copy("worker.py", script);
    }

    /** Follows the pods of this namespace and selector (key=value,...) until closed. */
    public static Workers start(TestBed bed, String namespace, String labelSelector, Keys keys) {
        try {
            Workers workers = new Workers(bed, keys);
            workers.informer = bed.kubernetes().pods().inNamespace(namespace).withLabelSelector(labelSelector)
                    .inform(workers.new Follower());
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

    private void follow(Pod pod) {
        boolean runs = pod.getMetadata().getDeletionTimestamp() == null && "Running".equals(pod.getStatus().getPhase());
        if (runs) {
            launch(pod);
        } else {
            kill(pod);
        }
    }

    private synchronized void launch(Pod pod) {
        if (!closed && !workers.containsKey(pod.getMetadata().getUid())) {
            workers.put(pod.getMetadata().getUid(), new Worker(pod.getMetadata().getName(), process(pod.getMetadata().getName())));
        }
    }

    private Child process(String pod) {
        java.net.URI redis = java.net.URI.create(bed.redisUrl());
        try {
            return Child.start("worker " + pod, bed.directory().resolve("workers.log"), Map.of(),
                    List.of("python3", script.toString(), redis.getHost(), String.valueOf(redis.getPort()), pod, String.valueOf(SLOTS),
                            keys.waiting(), keys.running(), keys.started(), keys.done()));
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
        synchronized (this) {
            closed = true;
            workers.values().forEach(worker -> worker.process.killNow());
            workers.clear();
        }
    }
}

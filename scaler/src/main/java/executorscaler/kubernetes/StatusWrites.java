package executorscaler.kubernetes;

import executorscaler.act.StatusWriter;
import executorscaler.act.WriteGate;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of a ConfigMap that is there, on a thread of its own: what is newest, when it differs from what was written last, with a pause after each write. The chart
 * makes the ConfigMap; without it, or without the right, there is a line in the log and nothing else is missing.
 */
public final class StatusWrites implements StatusWriter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWrites.class);
    private static final Duration CALL = Duration.ofSeconds(3);
    /** Between two writes: a person reads it, and etcd keeps every version for minutes. */
    private static final Duration PAUSE = Duration.ofSeconds(5);
    /** After one that was refused: what is missing does not come within seconds. */
    private static final Duration LONG_PAUSE = Duration.ofMinutes(1);

    private final Api api;
    private final String name;
    private final String path;
    private final ArrayBlockingQueue<Supplier<SortedMap<String, String>>> newest = new ArrayBlockingQueue<>(1);
    private final Thread writer;
    private SortedMap<String, String> written = Collections.emptySortedMap(); // the writing thread only
    private boolean told; // the writing thread only

    /**
     * Starts the thread.
     *
     * @param client {@link KubernetesClients#calling}
     * @param gate asked at every write
     */
    public StatusWrites(KubernetesClient client, String namespace, String name, WriteGate gate) {
        this.api = new Api(client, CALL, gate);
        this.name = name;
        this.path = "/api/v1/namespaces/" + Api.segment(namespace) + "/configmaps/" + Api.segment(name);
        this.writer = Thread.ofVirtual().name("kubernetes-status").start(this::write);
    }

    @Override
    public void write(Supplier<SortedMap<String, String>> lines) {
        newest.clear();
        if (!newest.offer(lines)) LOG.debug("a newer status is there already");
    }

    @Override
    public void close() {
        writer.interrupt();
    }

    private void write() {
        try {
            while (true) {
                var lines = newest.take();
                boolean done = attempt(lines);
                Thread.sleep(done ? PAUSE : LONG_PAUSE);
                if (!done && newest.offer(lines)) LOG.debug("the status is tried again");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the ConfigMap says this now. */
    private boolean attempt(Supplier<SortedMap<String, String>> lines) {
        try {
            var data = lines.get();
            if (data.equals(written)) return true;
            // The whole of it: what is said of an executor that left the config has to go, whoever wrote it.
            var answer = api.patch(path, Api.JSON_PATCH, List.of(Map.of("op", "add", "path", "/data", "value", data)));
            if (answer.ok()) written = data;
            else if (!told) LOG.warn("the status is not written to ConfigMap {}: {}", name, api.message(answer));
            told = !answer.ok();
            return answer.ok();
        } catch (Api.NoAnswer silence) {
            LOG.debug("the status is not written: {}", silence.getMessage());
        } catch (RuntimeException bug) {
            LOG.error("the status is not written", bug);
        }
        return false;
    }
}

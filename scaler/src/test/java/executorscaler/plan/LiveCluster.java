package executorscaler.plan;

import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import executorscaler.config.Config;
import executorscaler.kubernetes.ClusterCaches;
import executorscaler.kubernetes.ClusterWrites;
import executorscaler.kubernetes.KubernetesClients;
import executorscaler.loop.Clock;
import executorscaler.loop.Signals;
import executorscaler.observe.ClusterReader.Cluster;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import testbed.TestBed;

/** A real API server, scheduler and controller manager that many random clusters share, read through the service's own caches. Safe for several threads. */
final class LiveCluster implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    /** Without executors the caches watch what every config has them watch. */
    private static final Config CONFIG = RandomCluster.of(0, "", Feature.MODELLED).config();

    /** What there is of one random cluster. */
    record Seen(List<Node> nodes, List<Pod> pods, List<Daemon> daemons) {

        /** Pods that are no DaemonSet's. */
        List<Pod> guests() {
            return pods.stream().filter(pod -> !pod.resident()).toList();
        }
    }

    private final KubernetesClient writing;
    private final KubernetesClients reading;
    private final ClusterWrites writes;
    private final ClusterCaches caches;

    LiveCluster(TestBed bed) throws InterruptedException {
        this.writing = bed.kubernetes();
        this.reading = KubernetesClients.connect(Optional.of(bed.kubeconfig()));
        this.writes = new ClusterWrites(reading.calling(), Clock.system(), WriteGate.OPEN);
        this.caches = new ClusterCaches(reading.watching(), reading.calling(), new Signals(), Clock.system(), () -> 0);
        if (!caches.awaitListed(CONFIG, Duration.ofSeconds(30))) throw new IllegalStateException("the caches have not synced");
        RandomReferences.shared().forEach(this::create);
        create(new RuntimeClassBuilder().withNewMetadata().withName(RandomPods.RUNTIME_CLASS).endMetadata().withHandler("runsc").withNewOverhead()
                .withPodFixed(RandomPods.OVERHEAD).endOverhead().build());
    }

    void create(HasMetadata object) {
        writing.resource(object).create();
    }

    /** Takes the disk pressure off the node. */
    void start(String node) {
        writing.nodes().withName(node).subresource("status").patch(PatchContext.of(PatchType.STRATEGIC_MERGE),
                "{\"status\":{\"conditions\":[{\"type\":\"DiskPressure\",\"status\":\"False\"}]}}");
    }

    Outcome nominate(Action.Nominate action) {
        return writes.nominate(action);
    }

    Seen see(String cluster) {
        var all = read();
        return new Seen(all.nodes().stream().filter(node -> cluster.equals(node.labels().get(RandomCluster.LABEL))).toList(),
                all.pods().stream().filter(pod -> namespaces(cluster).contains(pod.namespace())).toList(),
                all.daemons().stream().filter(daemon -> daemon.namespace().equals(cluster)).toList());
    }

    /** The first sight for which {@code done} holds; the last one where it did not come to that in time. */
    Seen await(String cluster, Duration atMost, Predicate<Seen> done) {
        var last = new AtomicReference<>(see(cluster));
        try {
            Awaitility.await().atMost(atMost).pollDelay(Duration.ZERO).pollInterval(POLL).until(() -> {
                last.set(see(cluster));
                return done.test(last.get());
            });
        } catch (ConditionTimeoutException late) {
            return last.get();
        }
        return last.get();
    }

    void remove(String cluster) {
        writing.apps().daemonSets().inNamespace(cluster).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
        for (var namespace : namespaces(cluster)) writing.pods().inNamespace(namespace).withGracePeriod(0).delete();
        writing.persistentVolumeClaims().inNamespace(cluster).delete();
        writing.persistentVolumes().withLabel(RandomCluster.LABEL, cluster).delete();
        writing.nodes().withLabel(RandomCluster.LABEL, cluster).delete();
    }

    private static List<String> namespaces(String cluster) {
        return List.of(cluster, cluster + RandomReferences.OTHER);
    }

    private synchronized Cluster read() {
        return caches.read(CONFIG, Instant.now());
    }

    @Override
    public void close() {
        caches.close();
        reading.close();
    }
}

package executorscaler.e2e;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.awaitility.core.ThrowingRunnable;
import testbed.Pool;
import testbed.Taint;
import testbed.TestBed;

/** The platform of the example on a test bed: one executor Deployment, the general and the compute pool, and windows short enough for a test. */
public final class Platform {

    /** Of the executors. */
    public static final String NAMESPACE = "production-platform";

    /** In AWS. */
    public static final List<Pool> POOLS = List.of(
            new Pool("general-purpose", "general-t3", "t3.large", 0, 10, Map.of("workload-type", "general"), List.of()),
            new Pool("compute-optimized", "executors-c5", "c5.2xlarge", 0, 20, Map.of("workload-type", "executor"),
                    List.of(new Taint("workload-type", "executor", "NoSchedule"))));

    static final String CONFIG = """
            redis: {url: "redis://ignored:6379/0"}
            executors:
            - name: executor
              deployment: production-platform/executor
              queue: {kind: list, waiting: jobs, running: "jobs:running"}
              jobsPerPod: 2
              minReplicas: 0
              maxReplicas: 50
            nodePools:
            - name: general-purpose
              autoScalingGroup: general-t3
              instanceType: t3.large
              minSize: 0
              maxSize: 10
              labels: {workload-type: general}
            - name: compute-optimized
              autoScalingGroup: executors-c5
              instanceType: c5.2xlarge
              minSize: 0
              maxSize: 20
              labels: {workload-type: executor}
              taints: [{key: workload-type, value: executor, effect: NoSchedule}]
            scaleDown: {stabilizationWindowSeconds: 3, idleSeconds: 3, cordonSettleSeconds: 1, trustSeconds: 2, minNodeLifetimeSeconds: 0}
            control: {intervalMillis: 500, cloudPollSeconds: 2}
            """;

    private Platform() {}

    static Path config(TestBed bed, String yaml) {
        try {
            var file = Files.createTempFile(bed.directory(), "config", ".yaml");
            return Files.writeString(file, yaml);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The executor's Deployment as the platform deploys it: at 0 replicas. */
    public static void deployExecutor(TestBed bed, String image) {
        deploy(bed, NAMESPACE, "executor", image, 0, "2", "4Gi", "executor");
    }

    static void deploy(TestBed bed, String namespace, String name, String image, int replicas, String cpu, String memory, String workloadType) {
        bed.kubectlApply(deployment(namespace, name, image, replicas, cpu, memory, workloadType));
    }

    /** Namespace and Deployment as a manifest. */
    public static String deployment(String namespace, String name, String image, int replicas, String cpu, String memory, String workloadType) {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %1$s}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %2$s, namespace: %1$s}
                spec:
                  replicas: %4$d
                  selector: {matchLabels: {app: %2$s}}
                  template:
                    metadata: {labels: {app: %2$s}}
                    spec:
                      nodeSelector: {workload-type: %7$s}
                      tolerations: [{key: workload-type, operator: Equal, value: executor, effect: NoSchedule}]
                      containers:
                      - name: main
                        image: %3$s
                        resources: {requests: {cpu: "%5$s", memory: %6$s}}
                """.formatted(namespace, name, image, replicas, cpu, memory, workloadType);
    }

    /** A node of no pool, where pods of the service itself run as far as kwok lets pods run. */
    public static void addSystemNode(TestBed bed) {
        bed.kubectlApply("""
                apiVersion: v1
                kind: Node
                metadata: {name: system-1, labels: {role: system}, annotations: {kwok.x-k8s.io/node: fake}}
                status: {capacity: {cpu: "4", memory: 8Gi, pods: "20"}, allocatable: {cpu: "4", memory: 8Gi, pods: "20"}}
                """);
    }

    /** A Lease for the service that nobody holds. */
    static void freeLease(TestBed bed) {
        bed.kubernetes().leases().inNamespace(NAMESPACE).withName("executor-scaler").delete();
        bed.kubectlApply("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: executor-scaler, namespace: " + NAMESPACE + "}}");
    }

    /** That the executor asks for. */
    public static int replicas(TestBed bed) {
        return Objects
                .requireNonNull(bed.kubernetes().apps().deployments().inNamespace(NAMESPACE).withName("executor").get(), "the executor's Deployment")
                .getSpec().getReplicas();
    }

    static int desired(TestBed bed, String group) {
        return bed.moto().group(group).orElseThrow().desiredCapacity();
    }

    static int nodes(TestBed bed) {
        return bed.kubernetes().nodes().list().getItems().size();
    }

    /** Of the executor. */
    public static long runningPods(TestBed bed) {
        return bed.kubernetes().pods().inNamespace(NAMESPACE).list().getItems().stream().filter(pod -> pod.getStatus().getPhase().equals("Running"))
                .count();
    }

    /** {@link #CONFIG} with some of its text replaced: pairs of old and new. */
    static String configWith(String... replacements) {
        var yaml = CONFIG;
        for (int i = 0; i < replacements.length; i += 2) {
            if (!yaml.contains(replacements[i])) throw new IllegalArgumentException("the config has no " + replacements[i]);
            yaml = yaml.replace(replacements[i], replacements[i + 1]);
        }
        return yaml;
    }

    /** Sets a group's desired capacity as a person does, past the service and past the record of its calls. */
    static void setDesiredByHand(TestBed bed, String group, int desired) {
        bed.moto().autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName(group).desiredCapacity(desired));
    }

    /** Jobs that somebody works on and does not finish. */
    static void inFlight(TestBed bed, int jobs) {
        var command = new ArrayList<>(List.of("LPUSH", "jobs:running"));
        for (int i = 1; i <= jobs; i++) command.add("at-work-" + i);
        bed.redis(command.toArray(String[]::new));
    }

    /** Nodes with kubectl's cordon on them, whoever put it there. */
    static List<Node> cordoned(TestBed bed) {
        return bed.kubernetes().nodes().list().getItems().stream().filter(node -> Boolean.TRUE.equals(node.getSpec().getUnschedulable())).toList();
    }

    static List<Pod> podsOn(TestBed bed, String node) {
        return bed.kubernetes().pods().inAnyNamespace().withField("spec.nodeName", node).list().getItems();
    }

    /** How many nodes the platform's pods are on. */
    static int usedNodes(TestBed bed) {
        return (int) bed.kubernetes().pods().inNamespace(NAMESPACE).list().getItems().stream().map(pod -> pod.getSpec().getNodeName())
                .filter(Objects::nonNull).distinct().count();
    }

    /** The numbers of all calls that set desired capacity, in their order. */
    static List<String> orders(TestBed bed) {
        return bed.aws().calls("SetDesiredCapacity").stream().map(call -> call.params().getOrDefault("DesiredCapacity", "")).toList();
    }

    static int terminations(TestBed bed) {
        return bed.aws().calls("TerminateInstanceInAutoScalingGroup").size();
    }

    /** Waits for something that is to come within a minute. */
    static void soon(String what, Callable<Boolean> condition) {
        await(what).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100)).until(condition);
    }

    /** Watches that something stays true for all of this time; ends at the first moment in which it is not. */
    static void stays(Duration time, ThrowingRunnable assertion) {
        await("so for " + time).during(time).atMost(time.plusSeconds(20)).pollInterval(Duration.ofMillis(150))
                .failFast("it was so no longer", assertion)
                .untilAsserted(assertion);
    }

    /** Pushes jobs {@code job-1:millis}, ... as the workers read them. */
    static void push(TestBed bed, int count, long millis) {
        var command = new ArrayList<>(List.of("LPUSH", "jobs"));
        for (int i = 1; i <= count; i++) command.add("job-" + i + ":" + millis);
        bed.redis(command.toArray(String[]::new));
    }

    /** Of a list in Redis. */
    public static long length(TestBed bed, String list) {
        return (Long) Objects.requireNonNull(bed.redis("LLEN", list));
    }

    @SuppressWarnings("unchecked")
    static List<String> list(TestBed bed, String key) {
        return ((List<Object>) Objects.requireNonNull(bed.redis("LRANGE", key, "0", "-1"))).stream().map(Object::toString).toList();
    }
}

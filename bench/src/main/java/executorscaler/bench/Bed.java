package executorscaler.bench;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import testbed.BootOptions;
import testbed.Pool;
import testbed.Taint;
import testbed.TestBed;

/** The platform of the example on the test bed: executors of 2 CPUs, three of which go on a c5.2xlarge. */
final class Bed {

    static final String NAMESPACE = "production-platform";
    static final String GENERAL = "general-t3";
    static final String COMPUTE = "executors-c5";

    private Bed() {}

    static TestBed start(Duration boot) {
        var bed = TestBed.plan().everything().pools(List.of(
                new Pool("general-purpose", GENERAL, "t3.large", 0, 30, Map.of("workload-type", "general"), List.of()),
                new Pool("compute-optimized", COMPUTE, "c5.2xlarge", 0, 60, Map.of("workload-type", "executor"),
                        List.of(new Taint("workload-type", "executor", "NoSchedule")))))
                .boot(new BootOptions(boot, Duration.ZERO, false, false)).start();
        bed.kubectlApply(deployment("executor", "executor", 0, "2") + "---\n" + deployment("web", "general", 0, "200m"));
        return bed;
    }

    private static String deployment(String name, String workloadType, int replicas, String cpu) {
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
                      nodeSelector: {workload-type: %3$s}
                      tolerations: [{key: workload-type, operator: Equal, value: executor, effect: NoSchedule}]
                      containers: [{name: main, image: "example/%2$s:1", resources: {requests: {cpu: %5$s, memory: 512Mi}}}]
                """.formatted(NAMESPACE, name, workloadType, replicas, cpu);
    }

    static String config(TestBed bed, int maxReplicas, int generalMin, int cloudPollSeconds) {
        return """
                redis: {url: "%s"}
                executors:
                - name: executor
                  deployment: production-platform/executor
                  queue: {kind: list, waiting: jobs, running: "jobs:running"}
                  jobsPerPod: 2
                  maxReplicas: %d
                nodePools:
                - {name: general-purpose, autoScalingGroup: %s, instanceType: t3.large, minSize: %d, maxSize: 30, labels: {workload-type: general}}
                - name: compute-optimized
                  autoScalingGroup: %s
                  instanceType: c5.2xlarge
                  maxSize: 60
                  labels: {workload-type: executor}
                  taints: [{key: workload-type, value: executor, effect: NoSchedule}]
                scaleDown: {stabilizationWindowSeconds: 0, idleSeconds: 5, cordonSettleSeconds: 1, trustSeconds: 0, minNodeLifetimeSeconds: 0}
                control: {cloudPollSeconds: %d}
                """.formatted(bed.redisUrl(), maxReplicas, GENERAL, generalMin, COMPUTE, cloudPollSeconds);
    }

    static void push(TestBed bed, String list, int jobs) {
        var command = new ArrayList<>(List.of("LPUSH", list));
        for (int i = 0; i < jobs; i++) command.add("job-" + i);
        bed.redis(command.toArray(String[]::new));
    }

    static int replicas(Deployment deployment) {
        return Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 0);
    }

    static int replicas(TestBed bed, String name) {
        return replicas(Objects.requireNonNull(bed.kubernetes().apps().deployments().inNamespace(NAMESPACE).withName(name).get(), name));
    }

    static long readyNodes(TestBed bed) {
        return bed.kubernetes().nodes().list().getItems().stream().filter(node -> node.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"))).count();
    }
}

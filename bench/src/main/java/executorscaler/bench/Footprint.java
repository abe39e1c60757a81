package executorscaler.bench;

import executorscaler.config.ControlConfig;
import java.io.IOException;
import java.time.Duration;
import testbed.TestBed;

/** Resident memory and CPU of the service beside 50 nodes and 200 pods: at rest, through a burst, and at rest again. */
final class Footprint {

    private static final int GENERAL_NODES = 16;
    private static final int COMPUTE_NODES = 34;
    private static final int OTHER_PODS = 100;
    private static final int EXECUTORS = 100; // three on a node
    private static final int BUDGET_MIB = 160;
    private static final int WATCHED_SECONDS = 60;

    private long most;

    /** Whether resident memory with 50 nodes stays within its budget. */
    boolean measure() throws IOException {
        try (var bed = Bed.start(Duration.ofSeconds(1))) {
            bed.moto().autoScaling().setDesiredCapacity(group -> group.autoScalingGroupName(Bed.GENERAL).desiredCapacity(GENERAL_NODES));
            bed.kubectl("scale", "deployment/web", "--namespace", Bed.NAMESPACE, "--replicas", String.valueOf(OTHER_PODS));
            Until.so("the general nodes", () -> Bed.readyNodes(bed) == GENERAL_NODES);
            try (var service = Service.start(bed, Bed.config(bed, EXECUTORS, GENERAL_NODES, ControlConfig.DEFAULT.cloudPollSeconds()))) {
                rest("16 nodes, 100 pods, at rest", service);
                Bed.push(bed, "jobs:running", 2 * EXECUTORS);
                Until.so("50 nodes and 200 pods",
                        () -> Bed.readyNodes(bed) == GENERAL_NODES + COMPUTE_NODES && running(bed) == EXECUTORS + OTHER_PODS);
                tell("50 nodes, 200 pods, after the burst", service);
                rest("50 nodes, 200 pods, at rest", service);
                long with50 = most;
                bed.redis("DEL", "jobs:running");
                Until.so("back to the minimum", () -> Bed.readyNodes(bed) == GENERAL_NODES);
                tell("16 nodes again", service);
                long mebibytes = with50 / 1024;
                System.out.printf("resident at 50 nodes %d MiB, budget %d MiB: %s%n", mebibytes, BUDGET_MIB,
                        mebibytes <= BUDGET_MIB ? "within" : "EXCEEDED");
                return mebibytes <= BUDGET_MIB;
            }
        }
    }

    private void rest(String what, Service service) throws IOException {
        double before = service.cpuSeconds();
        for (int i = 0; i < WATCHED_SECONDS / 5; i++) {
            Until.pause(5000);
            most = Math.max(most, service.memory().getOrDefault("VmRSS", 0L));
        }
        tell(what, service);
        System.out.printf("  %.2f s of CPU in %d s%n", service.cpuSeconds() - before, WATCHED_SECONDS);
    }

    private static void tell(String what, Service service) throws IOException {
        var memory = service.memory();
        System.out.printf("%-38s resident %d MiB, of it anonymous %d, most so far %d%n", what, memory.getOrDefault("VmRSS", 0L) / 1024,
                memory.getOrDefault("RssAnon", 0L) / 1024,
                memory.getOrDefault("VmHWM", 0L) / 1024);
    }

    private static long running(TestBed bed) {
        return bed.kubernetes().pods().inNamespace(Bed.NAMESPACE).list().getItems().stream()
                .filter(pod -> pod.getStatus().getPhase().equals("Running")).count();
    }
}

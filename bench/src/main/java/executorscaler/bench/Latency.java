package executorscaler.bench;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import testbed.TestBed;

/**
 * From LPUSH to replicas written and capacity accepted: 100 jobs into an empty queue, 50 replicas and 17 nodes to order. Watched from outside: replicas by a watch
 * of this process, so with the time until the watch tells; capacity when AWS's look-alike has answered.
 */
final class Latency {

    private static final int RUNS = 50;
    private static final int WARM_UP = 5;
    private static final double BUDGET_MILLIS = 150;
    private static final int JOBS = 100;
    private static final int REPLICAS = 50;
    private static final String NODES = "17";

    private final AtomicLong written = new AtomicLong(); // nanoTime; 0: not yet

    /** Whether the 99th percentile is within its budget. */
    boolean measure() throws Exception {
        var replicas = new double[RUNS];
        var arrived = new double[RUNS];
        var capacity = new double[RUNS];
        var both = new double[RUNS];
        try (var bed = Bed.start(Duration.ofHours(1));
                var _ = bed.kubernetes().apps().deployments().inNamespace(Bed.NAMESPACE).withName("executor").watch(watcher());
                var service = Service.start(bed, Bed.config(bed, REPLICAS, 0, 3))) {
            var random = new SplittableRandom(1);
            for (int run = -WARM_UP; run < RUNS; run++) {
                Until.pause(random.nextInt(1000)); // at any moment between two turns of the timer
                written.set(0);
                bed.aws().clearCalls();
                long start = System.nanoTime();
                Bed.push(bed, "jobs", JOBS);
                Until.so("ordered", () -> written.get() != 0 && !bed.aws().answered("SetDesiredCapacity").isEmpty());
                var order = bed.aws().answered("SetDesiredCapacity").getFirst();
                if (order.status() != 200 || !NODES.equals(order.call().params().get("DesiredCapacity")))
                    throw new IllegalStateException("ordered " + order);
                if (run >= 0) {
                    replicas[run] = (written.get() - start) / 1e6;
                    arrived[run] = (order.call().nanoTime() - start) / 1e6;
                    capacity[run] = (order.nanoTime() - start) / 1e6;
                    both[run] = Math.max(replicas[run], capacity[run]);
                }
                if (bed.aws().calls("SetDesiredCapacity").size() != 1)
                    throw new IllegalStateException("more than one step: " + bed.aws().calls("SetDesiredCapacity"));
                // Capacity that is gone before the service has read it would be taken for an order that AWS does not show yet, for two minutes. When it reads
                // for the second time, it has taken in what it read first.
                Until.so("the service has read the order",
                        () -> bed.aws().calls("DescribeAutoScalingGroups").stream().filter(read -> read.nanoTime() > order.nanoTime()).count() > 1);
                empty(bed, service);
            }
        }
        System.out.println("LPUSH of " + JOBS + " jobs -> " + REPLICAS + " replicas, " + NODES + " nodes; " + RUNS + " runs after " + WARM_UP
                + ", milliseconds");
        print("replicas written", replicas);
        print("capacity asked for", arrived);
        print("capacity accepted", capacity);
        print("both", both);
        System.out.println("each: " + Arrays.stream(both).sorted().mapToObj("%.0f"::formatted).toList());
        double worst = percentile(both, 99);
        System.out.printf("p99 %.1f ms, budget %.0f ms: %s%n", worst, BUDGET_MILLIS, worst <= BUDGET_MILLIS ? "within" : "EXCEEDED");
        return worst <= BUDGET_MILLIS;
    }

    private Watcher<Deployment> watcher() {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, Deployment seen) {
                if (Bed.replicas(seen) == REPLICAS) written.compareAndSet(0, System.nanoTime());
            }

            @Override
            public void onClose(WatcherException cause) {}
        };
    }

    /** Back to nothing, and the service has seen it. */
    private static void empty(TestBed bed, Service service) {
        bed.redis("DEL", "jobs");
        Until.so("replicas go", () -> Bed.replicas(bed, "executor") == 0);
        bed.moto().autoScaling().setDesiredCapacity(group -> group.autoScalingGroupName(Bed.COMPUTE).desiredCapacity(0));
        Until.so("the service sees none left", () -> service.get("/api/state").contains("No jobs, no executors, 0 nodes up."));
    }

    private static void print(String what, double[] millis) {
        System.out.printf("%-18s min %5.1f  p50 %5.1f  p90 %5.1f  p99 %5.1f  max %5.1f%n", what, percentile(millis, 0), percentile(millis, 50),
                percentile(millis, 90),
                percentile(millis, 99), percentile(millis, 100));
    }

    /** By nearest rank: of 50 values the 99th percentile is the largest. */
    static double percentile(double[] values, int percent) {
        var sorted = Arrays.stream(values).sorted().toArray();
        return sorted[Math.max(0, (int) Math.ceil(percent / 100.0 * sorted.length) - 1)];
    }
}

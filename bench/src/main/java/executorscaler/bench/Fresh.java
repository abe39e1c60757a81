package executorscaler.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.config.ControlConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import testbed.TestBed;
import testbed.Wire;

/**
 * How old what the page shows is, in Chromium: from a job in Redis until its number and the decision about it are drawn; and on a line that breaks, until the page
 * says so, and from its mending until what was decided meanwhile is drawn.
 */
final class Fresh {

    private static final int LOADS = 20;
    private static final int CHANGES = 60;
    private static final int CUTS = 15;
    private static final int GENERAL_NODES = 16;
    private static final int MAX_REPLICAS = CHANGES + CUTS + 5;
    private static final int JOBS_PER_POD = 2; // as the bed's config has it
    private static final int NOWHERE = 9; // nobody listens on the port of discard
    private static final double PAINT_BUDGET = 500; // ms, as all of these
    private static final double CHANGE_BUDGET = 2000;
    private static final double STALLED_BUDGET = 5000;
    private static final double RESUMED_BUDGET = 3000;

    /** How a line ends. */
    private enum Cut {
        /** Closed, and nobody answers until it is mended. */
        CLOSED,
        /** Nothing passes until it is mended. */
        SILENT,
        /** Nothing passes until it is mended, and on the connections of before nothing ever again. */
        DEAD
    }

    private final SplittableRandom random = new SplittableRandom(1);
    private int pods;

    /** Whether what is seen is fresh enough, a broken line is said and mended soon enough, and nothing of what was decided meanwhile is lost. */
    boolean measure() throws IOException {
        try (var bed = Bed.start(Duration.ofSeconds(5))) {
            bed.moto().autoScaling().setDesiredCapacity(group -> group.autoScalingGroupName(Bed.GENERAL).desiredCapacity(GENERAL_NODES));
            try (var service = Service.start(bed, Bed.config(bed, MAX_REPLICAS, GENERAL_NODES, ControlConfig.DEFAULT.cloudPollSeconds()))) {
                Until.so("nodes", () -> Bed.readyNodes(bed) == GENERAL_NODES);
                int port = URI.create(service.address()).getPort();
                try (var wire = Wire.to(port); var tab = Tab.open(bed.directory().resolve("chromium"), "http://127.0.0.1:" + wire.port() + "/")) {
                    boolean within = paints(tab);
                    within &= changes(bed, tab);
                    return cuts(bed, service, tab, wire, port) && within;
                }
            }
        }
    }

    private static boolean paints(Tab tab) {
        var painted = new double[LOADS];
        for (int load = 0; load < LOADS; load++) painted[load] = tab.painted();
        System.out.println(LOADS + " times the page is opened, milliseconds");
        print("painted", painted);
        return verdict("the first paint, p95", Latency.percentile(painted, 95), PAINT_BUDGET);
    }

    private boolean changes(TestBed bed, Tab tab) {
        var jobs = new double[CHANGES];
        var decision = new double[CHANGES];
        for (int change = -5; change < CHANGES; change++) {
            Until.pause(random.nextInt(1000));
            tab.expect("jobs", "#executors", (pods + 1) * JOBS_PER_POD + " waiting");
            expectDecision(tab);
            long start = System.currentTimeMillis();
            push(bed);
            double seen = tab.drawnAt("jobs") - start;
            double told = tab.drawnAt("decision") - start;
            if (change < 0) continue; // to warm up
            jobs[change] = seen;
            decision[change] = told;
        }
        System.out.println(CHANGES + " changes in Redis until they are drawn, after 5, milliseconds; " + pods + " pods, " + Bed.readyNodes(bed)
                + " nodes at the end");
        print("jobs", jobs);
        print("decision", decision);
        return verdict("a change is drawn, p95", Latency.percentile(jobs, 95), CHANGE_BUDGET);
    }

    private boolean cuts(TestBed bed, Service service, Tab tab, Wire wire, int port) throws IOException {
        var stalled = new double[CUTS];
        var resumed = new double[CUTS];
        for (int cut = 0; cut < CUTS; cut++) {
            var how = Cut.values()[cut % Cut.values().length];
            Until.pause(random.nextInt(1000));
            tab.expect("stalled", "#age", "stream stalled");
            long start = System.currentTimeMillis();
            switch (how) {
                case CLOSED -> wire.leadTo(NOWHERE);
                case SILENT -> wire.freeze();
                case DEAD -> {
                    wire.freeze();
                    wire.strand();
                }
            }
            stalled[cut] = tab.drawnAt("stalled") - start;

            tab.expect("live", "#age", "live");
            expectDecision(tab);
            var order = decision();
            push(bed);
            Until.so("decided while nobody could see it", () -> service.get("/api/state").contains(order));
            Until.pause(random.nextInt(3000)); // at any moment between two tries of the page
            long mended = System.currentTimeMillis();
            switch (how) {
                case CLOSED -> wire.leadTo(port);
                case SILENT, DEAD -> wire.thaw();
            }
            resumed[cut] = Math.max(tab.drawnAt("live"), tab.drawnAt("decision")) - mended;
            System.out.printf("%-6s stalled after %5.0f, resumed after %5.0f%n", how, stalled[cut], resumed[cut]);
        }
        int lost = lost(service, tab);
        for (int again = 0; lost > 0 && again < 10; again++) { // what came between two looks is asked for after two seconds
            Until.pause(1000);
            lost = lost(service, tab);
        }
        System.out.println(CUTS + " broken lines, milliseconds; decisions lost: " + lost);
        print("stalled", stalled);
        print("resumed", resumed);
        boolean within = verdict("a broken line is said, at most", Latency.percentile(stalled, 100), STALLED_BUDGET);
        return verdict("a mended line is live, at most", Latency.percentile(resumed, 100), RESUMED_BUDGET) && within && lost == 0;
    }

    /** The next job that makes a pod. */
    private void push(TestBed bed) {
        Bed.push(bed, "jobs", JOBS_PER_POD);
        pods++;
    }

    private void expectDecision(Tab tab) {
        tab.expect("decision", "#decisions", decision());
    }

    /** What the service will do about it. */
    private String decision() {
        return "scale " + Bed.NAMESPACE + "/executor from " + pods + " to " + (pods + 1);
    }

    /** Ticks in which something was done, as the service keeps them, that the page has not. */
    private static int lost(Service service, Tab tab) throws IOException {
        var kept = new ObjectMapper().readTree(service.get("/api/v1/history?after=0")).path("points");
        var page = new TreeSet<Long>();
        for (var tick : (List<?>) Objects.requireNonNull(tab.value("points.filter(point => point.events.length).map(point => point.tick)")))
            page.add(((Number) tick).longValue());
        int lost = 0;
        for (var point : kept) {
            long tick = point.path(0).asLong();
            if (!point.path(7).asText().isEmpty() && tick >= page.first() && !page.contains(tick)) lost++;
        }
        return lost;
    }

    private static void print(String what, double[] millis) {
        System.out.printf("%-10s min %5.0f  p50 %5.0f  p95 %5.0f  max %5.0f   each: %s%n", what, Latency.percentile(millis, 0),
                Latency.percentile(millis, 50), Latency.percentile(millis, 95), Latency.percentile(millis, 100),
                Arrays.stream(millis).sorted().mapToObj("%.0f"::formatted).toList());
    }

    private static boolean verdict(String what, double millis, double budget) {
        System.out.printf("%s: %.0f ms, budget %.0f: %s%n", what, millis, budget, millis <= budget ? "within" : "EXCEEDED");
        return millis <= budget;
    }
}

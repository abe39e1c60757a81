package executorscaler.bench;

import executorscaler.config.ControlConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What people cost the service who look at its page: the stream of each, and the why that a page asks for anew with each change, here one a second. */
final class Viewers {

    private static final int VIEWERS = 50; // as many as there are streams
    private static final int EXECUTORS = 100;
    private static final int GENERAL_NODES = 16;
    private static final int WATCHED_SECONDS = 60;
    private static final double BUDGET_PERCENT = 5;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong answers = new AtomicLong(); // to why
    private final AtomicLong refusals = new AtomicLong();

    /** Whether fifty viewers stay within five per cent of one core. */
    boolean measure() throws IOException {
        try (var bed = Bed.start(Duration.ofSeconds(1))) {
            bed.moto().autoScaling().setDesiredCapacity(group -> group.autoScalingGroupName(Bed.GENERAL).desiredCapacity(GENERAL_NODES));
            try (var service = Service.start(bed, Bed.config(bed, EXECUTORS, GENERAL_NODES, ControlConfig.DEFAULT.cloudPollSeconds()))) {
                Bed.push(bed, "jobs:running", 2 * EXECUTORS);
                Until.so("50 nodes", () -> Bed.readyNodes(bed) == 50);
                watched(() -> Bed.push(bed, "jobs:running", 1), service); // compiled by then
                double alone = watched(() -> Bed.push(bed, "jobs:running", 1), service);
                var watching = watch(service.address());
                double together = watched(() -> Bed.push(bed, "jobs:running", 1), service);
                watching.forEach(Thread::interrupt);
                double percent = 100 * (together - alone) / WATCHED_SECONDS;
                System.out.printf(
                        "50 nodes, a change a second, %d s: %.2f s of CPU without viewers, %.2f s with %d; %d answers to why, %d refusals, %.1f KiB to each a second%n",
                        WATCHED_SECONDS, alone, together, VIEWERS, answers.get(), refusals.get(), bytes.get() / 1024.0 / VIEWERS / WATCHED_SECONDS);
                System.out.printf("%d viewers cost %.1f %% of a core, budget %.0f %%: %s%n", VIEWERS, percent, BUDGET_PERCENT,
                        percent <= BUDGET_PERCENT ? "within" : "EXCEEDED");
                return percent <= BUDGET_PERCENT;
            }
        }
    }

    /** Seconds of CPU while something changes once a second. */
    private static double watched(Runnable change, Service service) throws IOException {
        double before = service.cpuSeconds();
        for (int i = 0; i < WATCHED_SECONDS; i++) {
            change.run();
            Until.pause(1000);
        }
        return service.cpuSeconds() - before;
    }

    private List<Thread> watch(String address) {
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < VIEWERS; i++) {
            threads.add(Thread.ofVirtual().start(() -> read(client, address + "api/v1/stream", false)));
            threads.add(Thread.ofVirtual().start(() -> read(client, address + "api/v1/why?subject=executor/executor", true)));
        }
        return threads;
    }

    private void read(HttpClient client, String address, boolean again) {
        var request = HttpRequest.newBuilder(URI.create(address)).header("Accept-Encoding", "gzip").build();
        try {
            do {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                if (answer.statusCode() != 200) refusals.incrementAndGet();
                count(answer.body());
                answers.addAndGet(again ? 1 : 0);
                Until.pause(1000);
            } while (again);
        } catch (IOException | IllegalStateException gone) {
            // the service or the measurement is over
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(InputStream body) throws IOException {
        try (body) {
            var buffer = new byte[8192];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) bytes.addAndGet(read);
        }
    }
}

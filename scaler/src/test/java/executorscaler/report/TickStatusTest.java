package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.StatusWriter;
import executorscaler.snapshot.Missing.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a person reads with kubectl. */
@Tag("simulation")
class TickStatusTest {

    private final List<SortedMap<String, String>> written = new ArrayList<>();
    private final StatusWriter writer = lines -> written.add(lines.get());
    private final Turning turning = new Turning(new TickStatus(writer));

    @Test
    void oneKeyASubjectInSentences() {
        turning.seconds(1);
        turning.world.push(Turning.EXECUTOR, 100, Duration.ofMinutes(1));
        turning.seconds(3);
        var lines = written.getLast();
        assertThat(lines).containsOnlyKeys("summary", "leader", "config", "sources", "executor.executor", "pool.compute-optimized",
                "pool.general-purpose", "pool.gpu-nodes");
        assertThat(lines).containsEntry("config", "generation 1 is in force").containsEntry("sources", "all read")
                .containsEntry("executor.executor", "production-platform/executor: 0 of 50 replicas ready, 50 wanted, 0 to 50 allowed\n"
                        + "jobs: 100 waiting, 0 due, 0 running")
                .containsEntry("pool.compute-optimized",
                        "compute-optimized-asg: 17 desired, 0 to 20 allowed; nodes: 0 ready, 17 on the way, 0 draining");
        assertThat(lines.get("summary")).isNotBlank();
    }

    @Test
    void anUnknownIsSaidAndIsNoZero() {
        turning.seconds(1);
        turning.world.fail(Source.REDIS, "connection refused");
        turning.seconds(2);
        assertThat(written.getLast().get("executor.executor")).contains("jobs: not known").contains("held (SourceMissing): ");
        assertThat(written.getLast().get("sources")).startsWith("Redis").contains("missing since 09:00:01Z: connection refused");
    }

    @Test
    void equalStatesHaveEqualLines() {
        turning.seconds(30);
        assertThat(written).isNotEmpty();
        assertThat(written.subList(written.size() / 2, written.size())).as("once the start is over").containsOnly(written.getLast());
    }
}

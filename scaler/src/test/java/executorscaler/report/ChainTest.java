package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.sim.NaiveLoop;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where the chain from jobs to nodes is held up, while a burst goes through it. */
@Tag("simulation")
class ChainTest {
    private final SimWorld world = SimWorld.of(PlatformConfig.config()).platform().build();
    private final TickHistory history = new TickHistory();
    private final NaiveLoop loop = new NaiveLoop(world, PlatformConfig.config(), "compute-optimized", history);

    @Test
    void theLinkNearestToTheNodesThatLacksSomethingIsIt() throws Exception {
        assertThat(turns(2)).as("nothing to do").containsExactly("");
        world.push("executor", 100, Duration.ofMinutes(20));
        turns(1); // this loop has no memory of what it ordered
        assertThat(String.join(", ", turns(300))).isEqualTo("nodes coming, pods coming, ");
        world.push("executor", 40, Duration.ofMinutes(20));
        assertThat(turns(1)).as("50 pods of at most 50").containsExactly("slots blocked");
        world.fail(Source.REDIS, "gone");
        assertThat(turns(1)).containsExactly("jobs blocked");
    }

    @Test
    void slotsAreBusyOrFreeWhereThatIsCertain() throws Exception {
        world.push("executor", 6, Duration.ofMinutes(5));
        turns(300);
        assertThat(slots()).as("as many jobs as slots").isEqualTo("bbbbbb");
        world.push("executor", 1, Duration.ofMinutes(5));
        while (world.stats().finished() < 6) turns(1);
        turns(1);
        assertThat(slots()).as("one job, and nobody says where").contains("uuuuuu").doesNotContain("b", "f");
        while (world.stats().finished() < 7) turns(1);
        turns(1);
        assertThat(slots()).as("no job").contains("ffffff").doesNotContain("b", "u");
    }

    /** A tick a second; the different things that held the chain up, in their order. */
    private List<String> turns(int seconds) throws Exception {
        var turns = new ArrayList<String>();
        for (int i = 0; i < seconds; i++) {
            loop.tick();
            if (turns.isEmpty() || !turns.getLast().equals(heldUp())) turns.add(heldUp());
            world.advance(Duration.ofSeconds(1));
        }
        return turns;
    }

    private String heldUp() throws Exception {
        var link = state().path("executors").path(0).path("heldUp");
        return link.isMissingNode() ? "" : link.path("link").asText() + " " + link.path("how").asText();
    }

    private String slots() throws Exception {
        var letters = new StringBuilder();
        for (var pool : state().path("pools")) {
            for (var node : pool.path("nodes")) letters.append(node.path("slots").path("executor").asText());
        }
        return letters.toString();
    }

    private JsonNode state() throws Exception {
        return new ObjectMapper().readTree(String.join("\n", TickJson.made(history.latest().orElseThrow(), history, new Boots()).lines()));
    }
}

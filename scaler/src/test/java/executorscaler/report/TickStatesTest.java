package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.report.TickStates.State;
import executorscaler.sim.DemoStory;
import executorscaler.sim.NaiveLoop;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page can go back to, while a simulated platform lives through bursts of jobs. */
@Tag("simulation")
class TickStatesTest {
    private final SimWorld world = SimWorld.of(PlatformConfig.config()).platform().build();
    private final TickHistory history = new TickHistory();
    private final TickStates states = new TickStates(history);
    private final NaiveLoop loop = new NaiveLoop(world, PlatformConfig.config(), "compute-optimized", history);

    @AfterEach
    void close() {
        states.close();
    }

    @Test
    void everyKeptStateIsLetterForLetterWhatItWas() throws Exception {
        DemoStory.standard("executor").happenIn(world);
        var recorded = run(600);
        assertThat(states.size()).isEqualTo(600);
        for (var was : recorded) {
            assertThat(states.at(was.tick()).orElseThrow().text()).isEqualTo(was.text());
            assertThat(states.at(was.at()).orElseThrow().tick()).isEqualTo(was.tick());
        }
        assertThat(new ObjectMapper().readTree(recorded.get(300).text()).path("tick").asLong()).isEqualTo(301);
        assertThat(states.at(recorded.getFirst().at().minusSeconds(1))).as("before the first").isEmpty();
    }

    @Test
    void twoThousandStatesAreKeptAndTheOldestGoFirst() {
        DemoStory.standard("executor").happenIn(world);
        run(2200);
        assertThat(states.size()).isBetween(TickStates.KEPT, TickStates.KEPT + 100);
        assertThat(states.at(50)).isEmpty();
        assertThat(states.at(2200).orElseThrow().text()).isEqualTo(states.newest().text());
        System.out.println(states.size() + " states of the platform in " + states.bytes() / 1024 + " KiB");
        assertThat(states.bytes()).isLessThan(TickStates.MOST_BYTES);
    }

    @Test
    void oneASecondIsKeptAndWhateverDidSomething() {
        for (int i = 0; i < 15; i++) {
            loop.tick();
            states.newest();
            world.advance(Duration.ofMillis(100));
        }
        assertThat(states.size()).as("a second and a half of ticks in which nothing was done").isEqualTo(2);
        world.push("executor", 4, Duration.ofMinutes(1));
        long ordered = loop.tick().number();
        states.newest();
        assertThat(states.at(ordered).orElseThrow().tick()).isEqualTo(ordered);
        assertThat(states.points(ordered - 1)).contains("ScaleExecutor,RaiseCapacity");
    }

    @Test
    void aSourceThatIsLostAndBackIsAmongTheDecisions() {
        loop.tick();
        world.fail(Source.REDIS, "connection refused");
        loop.tick();
        world.advance(Duration.ofSeconds(3));
        loop.tick();
        world.heal(Source.REDIS);
        loop.tick();
        assertThat(history.newestEventful(10)).flatExtracting(TickHistory.Entry::lines).extracting(TickHistory.Line::kind)
                .containsExactly("SourceBack", "SourceLost");
        assertThat(states.points(0)).contains("SourceBack").contains("null");
    }

    @Test
    void bootsAreLearntFromThoseThatWereSeen() {
        DemoStory.standard("executor").happenIn(world);
        run(60);
        assertThat(states.newest().text()).as("nobody knows yet").doesNotContain("\"boot\":").contains("\"booting\":[{");
        run(120);
        assertThat(states.newest().text()).containsPattern("\"boot\":\\{\"p50\":\\d{2,3},\"p90\":\\d{2,3}}");
    }

    /** A tick a second, and what the page showed of each. */
    private List<State> run(int seconds) {
        var recorded = new ArrayList<State>();
        for (int i = 0; i < seconds; i++) {
            loop.tick();
            recorded.add(states.newest());
            world.advance(Duration.ofSeconds(1));
        }
        return recorded;
    }
}

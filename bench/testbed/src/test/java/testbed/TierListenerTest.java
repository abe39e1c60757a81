package testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The listener counts what JUnit really reports. */
@Tag("unit")
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TierListenerTest {
    @TempDir
    Path folder;

    @Test
    void countsPassedFailedAndSkippedByTier() throws IOException {
        Map<String, TierCount> counts = run(Mixed.class, Broken.class, Off.class);

        TierCount redis = Objects.requireNonNull(counts.get("redis"));
        assertThat(List.of(redis.passed, redis.failed, redis.skipped)).containsExactly(3, 1, 1);
        TierCount aws = Objects.requireNonNull(counts.get("aws"));
        assertThat(List.of(aws.passed, aws.failed, aws.skipped)).containsExactly(0, 1, 2);
        assertThat(aws.reasons).contains("closed today");
    }

    // The listener reads its file's name when the run begins, so the name is set for that run alone.
    private Map<String, TierCount> run(Class<?>... classes) throws IOException {
        Path file = folder.resolve("tiers-inner.tsv");
        String before = System.getProperty(TierListener.FILE);
        System.setProperty(TierListener.FILE, file.toString());
        try {
            var launcher = LauncherFactory.create(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false)
                    .addTestExecutionListeners(new TierListener()).build());
            var request = LauncherDiscoveryRequestBuilder.request().selectors(Stream.of(classes).map(c -> selectClass(c)).toList()).build();
            launcher.execute(request);
        } finally {
            if (before == null) {
                System.clearProperty(TierListener.FILE);
            } else {
                System.setProperty(TierListener.FILE, before);
            }
        }
        assertThat(Files.readString(file)).doesNotContain("unfinished");
        Map<String, TierCount> counts = new HashMap<>();
        TierFile.addTo(counts, file);
        return counts;
    }

    /** Run by the test above only: nested static classes of a test are not found by their names. */
    @Tag("redis")
    static class Mixed {
        @Test
        void passes() {
        }

        @Test
        void fails() {
            throw new AssertionError("as it should");
        }

        @Test
        void aborts() {
            Assumptions.abort("not now");
        }

        @TestFactory
        Stream<DynamicTest> dynamic() {
            return Stream.of(DynamicTest.dynamicTest("one", () -> {
            }), DynamicTest.dynamicTest("two", () -> {
            }));
        }
    }

    @Tag("aws")
    static class Broken {
        @BeforeAll
        static void fail() {
            throw new IllegalStateException("no set-up");
        }

        @Test
        void neverRuns() {
        }
    }

    @Tag("aws")
    @Disabled("closed today")
    static class Off {
        @Test
        void one() {
        }

        @Test
        void two() {
        }
    }
}

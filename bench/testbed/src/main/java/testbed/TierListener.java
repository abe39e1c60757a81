package testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Counts tests by tier and writes the counts into the folder that system property tiers.dir names; without it, does nothing. */
public final class TierListener implements TestExecutionListener {
    /** The folder the counts go to, or the file tiers.file names. */
    public static final String DIR = "tiers.dir";
    public static final String FILE = "tiers.file";

    // Tests may run in parallel. Guarded by this, as the fields below.
    private final Map<String, TierCount> counts = new HashMap<>();
    private @Nullable TestPlan plan;
    private @Nullable Path file;

    @Override
    public synchronized void testPlanExecutionStarted(TestPlan started) {
        plan = started;
        counts.clear();
        file = target().orElse(null);
        if (file != null) {
            try {
                TierFile.begin(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    // One file for each plan: several forks and plans would otherwise overwrite each other's counts.
    private static Optional<Path> target() {
        String exact = System.getProperty(FILE);
        if (exact != null && !exact.isBlank()) {
            return Optional.of(Path.of(exact));
        }
        return Optional.ofNullable(System.getProperty(DIR)).filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).resolve("tiers-" + UUID.randomUUID() + ".tsv"));
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
        boolean aborted = result.getStatus() == TestExecutionResult.Status.ABORTED;
        String reason = result.getThrowable().map(Throwable::getMessage).orElse("aborted");
        if (!test.isTest()) {
            // Set-up of a class that fails or aborts takes its tests with it without a word about them.
            if (failed || aborted) {
                count(test, count -> {
                    if (failed) {
                        count.failed++;
                    } else {
                        count.skipped += testsBelow(test);
                        count.reasons.add(reason);
                    }
                });
            }
            return;
        }
        count(test, count -> {
            if (failed) {
                count.failed++;
            } else if (aborted) {
                count.skipped++;
                count.reasons.add(reason);
            } else {
                count.passed++;
            }
        });
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        if (test.isTest()) {
            count(test, count -> skip(count, 1, reason));
            return;
        }
        long[] leaves = {0};
        plan().getDescendants(test).stream().filter(TestIdentifier::isTest).forEach(leaf -> {
            leaves[0]++;
            count(leaf, count -> skip(count, 1, reason));
        });
        if (leaves[0] == 0) {
            // A template's invocations are not known before it runs.
            count(test, count -> skip(count, 1, reason));
        }
    }

    private TestPlan plan() {
        return Objects.requireNonNull(plan, "no plan was started");
    }

    private static void skip(TierCount count, int tests, String reason) {
        count.skipped += tests;
        count.reasons.add(reason);
    }

    private int testsBelow(TestIdentifier container) {
        return Math.max(1, (int) plan().getDescendants(container).stream().filter(TestIdentifier::isTest).count());
    }

    private interface Change {
        void apply(TierCount count);
    }

    private void count(TestIdentifier test, Change change) {
        for (String tier : tiers(test)) {
            change.apply(counts.computeIfAbsent(tier, any -> new TierCount()));
        }
    }

    // Dynamic tests do not inherit the tags of what made them.
    private Set<String> tiers(TestIdentifier test) {
        Set<String> tiers = new LinkedHashSet<>();
        for (Optional<TestIdentifier> at = Optional.of(test); at.isPresent() && tiers.isEmpty(); at = plan().getParent(at.get())) {
            at.get().getTags().stream().map(tag -> tag.getName()).filter(Tiers.ALL::contains).forEach(tiers::add);
        }
        return tiers.isEmpty() ? Set.of(Tiers.UNTAGGED) : tiers;
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan finished) {
        if (file != null) {
            try {
                TierFile.write(file, counts);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

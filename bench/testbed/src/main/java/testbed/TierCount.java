package testbed;

import java.util.LinkedHashSet;
import java.util.Set;

/** How the tests of one tier went. */
final class TierCount {
    int passed;
    int failed;
    int skipped;
    final Set<String> reasons = new LinkedHashSet<>();

    void add(TierCount other) {
        passed += other.passed;
        failed += other.failed;
        skipped += other.skipped;
        reasons.addAll(other.reasons);
    }

    boolean lacksTool() {
        return reasons.stream().anyMatch(reason -> reason.startsWith(RequiresToolCondition.MISSING));
    }
}

package testbed;

import java.util.List;
import java.util.Optional;

/** The project's tiers of tests, from the cheapest to the one that needs most. */
final class Tiers {
    static final List<String> ALL = List.of("unit", "properties", "simulation", "redis", "control-plane", "aws", "docker", "chromium", "prometheus");
    /** The one tier a build server may lack. */
    static final String DOCKER = "docker";
    static final String UNTAGGED = "untagged";

    private Tiers() {
    }

    /** Why this machine cannot run a tier, or empty when it can. */
    static Optional<String> missing(String tier) {
        for (Tool tool : Tool.values()) {
            if (tool.tier().equals(tier)) {
                return tool.missing();
            }
        }
        return Optional.empty();
    }
}

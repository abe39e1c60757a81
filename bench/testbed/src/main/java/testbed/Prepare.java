package testbed;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Builds what is lacking and says which tiers of tests can run here. */
final class Prepare {
    private Prepare() {
    }

    static int run(Map<String, String> options) {
        Set<Tool> required = Arrays.stream(options.getOrDefault("require", "").split(",")).filter(name -> !name.isBlank()).map(Tool::named)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Tool.class)));
        int code = 0;
        for (Tool tool : Tool.values()) {
            Optional<String> missing = prepare(tool);
            System.out.printf("%-8s tier %-14s %s%n", tool.name().toLowerCase(java.util.Locale.ROOT), tool.tier(),
                    missing.map(reason -> "missing: " + reason).orElse("ready"));
            if (missing.isPresent() && required.contains(tool)) {
                code = 1;
            }
        }
        return code;
    }

    private static Optional<String> prepare(Tool tool) {
        Optional<String> missing = tool.missing();
        if (missing.isPresent()) {
            return missing;
        }
        try {
            tool.prepare();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("it could not be built: " + e.getMessage());
        }
    }
}

package testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Prints how each tier of tests went; a tier without a passed test is never green, and on a build server it is an error. */
public final class TierTable {
    private final Map<String, TierCount> counts = new LinkedHashMap<>();
    private final boolean everyTier;
    private final StringBuilder table = new StringBuilder();
    private int unfinished;
    private boolean red;

    private TierTable(boolean everyTier) {
        this.everyTier = everyTier;
    }

    /** TierTable DIR... reads all counts below the folders; TierTable --clear DIR... deletes them. */
    public static void main(String[] args) throws IOException {
        List<String> rest = new ArrayList<>(Arrays.asList(args));
        boolean clear = rest.remove("--clear");
        List<Path> folders = rest.stream().map(Path::of).toList();
        if (clear) {
            for (Path file : files(folders)) {
                Files.delete(file);
            }
            return;
        }
        Result result = of(folders, "true".equals(System.getenv("CI")));
        System.out.print(result.table());
        System.exit(result.green() ? 0 : 1);
    }

    /** The printed table, and whether nothing in it is an error. */
    record Result(String table, boolean green) {
    }

    static Result of(List<Path> folders, boolean everyTier) throws IOException {
        TierTable made = new TierTable(everyTier);
        Tiers.ALL.forEach(tier -> made.counts.put(tier, new TierCount()));
        for (Path file : files(folders)) {
            if (!TierFile.addTo(made.counts, file)) {
                made.unfinished++;
            }
        }
        made.print();
        return new Result(made.table.toString(), !made.red);
    }

    private static List<Path> files(List<Path> folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> walk = Files.walk(folder)) {
                    walk.filter(file -> file.getFileName().toString().matches("tiers.*\\.tsv")).sorted().forEach(found::add);
                }
            }
        }
        return found;
    }

    private void print() {
        table.append("%-14s %7s %7s %7s  %s%n".formatted("tier", "passed", "failed", "skipped", "result"));
        counts.forEach((tier, count) -> table.append("%-14s %7d %7d %7d  %s%n".formatted(tier, count.passed, count.failed, count.skipped,
                result(tier, count))));
        if (unfinished > 0) {
            red = true;
            table.append(unfinished).append(" test run(s) did not finish: their tests are not counted\n");
        }
    }

    private String result(String tier, TierCount count) {
        boolean mustRun = everyTier && !tier.equals(Tiers.DOCKER);
        if (count.failed > 0) {
            red = true;
            return "FAILED";
        }
        if (count.passed == 0) {
            red |= mustRun;
            return (mustRun ? "MISSING" : "did not run") + ": " + why(tier, count);
        }
        if (count.lacksTool()) {
            red |= mustRun;
            return (mustRun ? "INCOMPLETE" : "incomplete") + ": " + String.join("; ", count.reasons);
        }
        return count.skipped == 0 ? "ok" : "ok, but skipped: " + String.join("; ", count.reasons);
    }

    private static String why(String tier, TierCount count) {
        if (!count.reasons.isEmpty()) {
            return String.join("; ", count.reasons);
        }
        return Tiers.missing(tier).map(reason -> RequiresToolCondition.MISSING.trim() + ": " + reason).orElse("no test of this tier was run");
    }
}

package testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The counts of one JVM's tests as a file: a line "tier passed failed skipped" a tier, a line "tier reason text" a reason, tabs between. */
final class TierFile {
    private static final String UNFINISHED = "unfinished";
    private static final String REASON = "reason";

    private TierFile() {
    }

    /** Written first: a JVM that dies leaves this behind, and the table then knows. */
    static void begin(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, UNFINISHED + "\n");
    }

    static void write(Path file, Map<String, TierCount> counts) throws IOException {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(counts).forEach((tier, count) -> {
            lines.append(tier).append('\t').append(count.passed).append('\t').append(count.failed).append('\t').append(count.skipped)
                    .append('\n');
            count.reasons.forEach(reason -> lines.append(tier).append('\t').append(REASON).append('\t').append(reason.replaceAll("\\s+", " "))
                    .append('\n'));
        });
        Files.writeString(file, lines);
    }

    /** Adds the file's counts; false when its JVM did not finish. */
    static boolean addTo(Map<String, TierCount> counts, Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.contains(UNFINISHED)) {
            return false;
        }
        for (String line : lines) {
            String[] fields = line.split("\t", -1);
            TierCount count = new TierCount();
            if (fields[1].equals(REASON)) {
                count.reasons.add(fields[2]);
            } else {
                count.passed = Integer.parseInt(fields[1]);
                count.failed = Integer.parseInt(fields[2]);
                count.skipped = Integer.parseInt(fields[3]);
            }
            counts.computeIfAbsent(fields[0], any -> new TierCount()).add(count);
        }
        return true;
    }
}
